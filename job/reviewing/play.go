package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log"
	"os"
	"path/filepath"

	"nayose"
	"nayose/job/internal/master"
	"nayose/matcher"
)

// A bench is the master, and what its companies are called.
type bench struct {
	companies []nayose.Company
	at        map[string]int // by id
	master    *matcher.Master
	matcher   *matcher.Matcher
}

func open(dir string) (b *bench, err error) {
	const name = "companies.csv.gz"
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	b = &bench{at: map[string]int{}}
	b.master, err = matcher.Build(func(yield func(nayose.Company, error) bool) {
		for c, err := range master.Read(f, name) {
			b.at[c.ID] = len(b.companies)
			b.companies = append(b.companies, c)
			if !yield(c, err) {
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	b.matcher = matcher.New(b.master, matcher.DefaultModel())
	return b, nil
}

// play goes through a world's weeks at each pace and writes what came of it.
func (b *bench) play(out io.Writer, w world, paces []int) error {
	reviewers, courses := make([]*reviewer, len(paces)), make([]course, len(paces))
	for i, pace := range paces {
		reviewers[i], courses[i] = newReviewer(pace), course{pace: pace}
	}
	churn, refits := newChurn(w.about), newRefits()
	for week := range weeks {
		deliveries := w.delivery(week)
		churn.add(week, deliveries)
		without, err := answers(b.matcher, deliveries)
		if err != nil {
			return err
		}
		items := flat(deliveries)
		for i, r := range reviewers {
			log.Printf("%s: week %d of %d, %d answers a week", w.name, week+1, weeks, r.pace)
			matches, err := b.answered(r, deliveries, without)
			if err != nil {
				return err
			}
			qs := questions(items, matches)
			courses[i].add(measure(items, matches, len(qs), r), repeated(items, matches, without, r))
			r.answer(b, week, qs)
			if week < weeks-1 {
				continue
			}
			if matches, err = b.answered(r, deliveries, without); err != nil {
				return err
			}
			courses[i].add(measure(items, matches, len(questions(items, matches)), r), [kinds]cases{})
			if len(r.decisions) == 0 {
				continue
			}
			if err := b.refit(refits, r, deliveries, without); err != nil {
				return err
			}
		}
	}
	if err := writeWorld(out, w.name, churn, courses); err != nil {
		return err
	}
	return refits.write(out)
}

// answered are the answers to a week with what a reviewer has decided so far; without decisions they are known.
func (b *bench) answered(r *reviewer, deliveries [][]item, without []nayose.Match) ([]nayose.Match, error) {
	if len(r.decisions) == 0 {
		return without, nil
	}
	return answers(b.matcher.WithDecisions(r.decisions), deliveries)
}

// answers matches each delivery as match would, and lays the answers end to end.
func answers(m *matcher.Matcher, deliveries [][]item) (matches []nayose.Match, err error) {
	for _, items := range deliveries {
		d, err := m.Survey(context.Background(), mentions(items))
		if err != nil {
			return nil, fmt.Errorf("survey %s: %w", items[0].Partner, err)
		}
		_, err = d.MatchAll(context.Background(), mentions(items), func(x nayose.Match) error {
			matches = append(matches, x)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("match %s: %w", items[0].Partner, err)
		}
	}
	return matches, nil
}

func mentions(items []item) iter.Seq2[nayose.Mention, error] {
	return func(yield func(nayose.Mention, error) bool) {
		for i := range items {
			if !yield(items[i].Mention, nil) {
				return
			}
		}
	}
}

func flat(deliveries [][]item) (items []item) {
	for _, d := range deliveries {
		items = append(items, d...)
	}
	return items
}
