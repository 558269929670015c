package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log"
	"os"
	"path/filepath"

	"nayose"
	"nayose/job/internal/eval"
	"nayose/job/internal/master"
	"nayose/job/internal/program"
	"nayose/matcher"
)

// A bench is what the sections measure on.
type bench struct {
	companies []nayose.Company
	gold      []eval.Set        // the labelled postings, a set a file, without answers
	homes     map[string]string // the companies that are an answer, and the prefecture of their registered office
	whole     *matcher.Master   // of all companies
}

// goldFiles are the files of labelled postings; est stands apart.
var goldFiles = []string{"kaigo", "edinet", "rs", "listed", "est"}

func open(dir string) (*bench, error) {
	log.Print("read companies and postings")
	b := &bench{homes: map[string]string{}}
	for _, name := range goldFiles {
		set, err := program.Gold(filepath.Join(dir, "gold", name+".csv"))
		if err != nil {
			return nil, err
		}
		b.gold = append(b.gold, set)
	}
	var err error
	b.companies, err = readCompanies(filepath.Join(dir, "companies.csv.gz"))
	if err != nil {
		return nil, err
	}
	answers := employers(b.gold)
	for i := range b.companies {
		if c := &b.companies[i]; answers[c.ID] {
			b.homes[c.ID] = c.Prefecture
		}
	}
	log.Print("build the master")
	b.whole, _, err = b.master(func(*nayose.Company) bool { return true })
	return b, err
}

func readCompanies(file string) (companies []nayose.Company, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for c, err := range master.Read(f, filepath.Base(file)) {
		if err != nil {
			return nil, err
		}
		companies = append(companies, c)
	}
	return companies, nil
}

// employers are the companies that are the answer to a posting.
func employers(sets []eval.Set) map[string]bool {
	all := map[string]bool{}
	for _, s := range sets {
		for i := range s.Postings {
			all[s.Postings[i].Truth] = true
		}
	}
	delete(all, "")
	return all
}

// master builds the master of the companies that are kept, and counts them.
func (b *bench) master(kept func(*nayose.Company) bool) (m *matcher.Master, companies int, err error) {
	m, err = matcher.Build(func(yield func(nayose.Company, error) bool) {
		for i := range b.companies {
			if !kept(&b.companies[i]) {
				continue
			}
			companies++
			if !yield(b.companies[i], nil) {
				return
			}
		}
	})
	return m, companies, err
}

// all are all companies.
func (b *bench) all() iter.Seq2[nayose.Company, error] {
	return func(yield func(nayose.Company, error) bool) {
		for i := range b.companies {
			if !yield(b.companies[i], nil) {
				return
			}
		}
	}
}

// answer answers one delivery, as match would.
func answer(m *matcher.Matcher, postings []eval.Posting) ([]nayose.Match, error) {
	return surveyed(m, postings, func(d *matcher.Delivery) *matcher.Delivery { return d })
}

// answerWithoutGroups answers one delivery as if no two mentions were of one employer.
func answerWithoutGroups(m *matcher.Matcher, postings []eval.Posting) ([]nayose.Match, error) {
	return surveyed(m, postings, (*matcher.Delivery).WithoutGroups)
}

// answerAlone answers each mention by itself.
func answerAlone(m *matcher.Matcher, postings []eval.Posting) ([]nayose.Match, error) {
	matches := make([]nayose.Match, len(postings))
	for i := range postings {
		matches[i] = m.Match(&postings[i].Mention)
	}
	return matches, nil
}

// surveyed answers one delivery after its survey, as it is made to look.
func surveyed(
	m *matcher.Matcher, postings []eval.Posting, look func(*matcher.Delivery) *matcher.Delivery,
) ([]nayose.Match, error) {
	d, err := m.Survey(context.Background(), mentions(postings))
	if err != nil {
		return nil, err
	}
	matches := make([]nayose.Match, 0, len(postings))
	_, err = look(d).MatchAll(context.Background(), mentions(postings), func(x nayose.Match) error {
		matches = append(matches, x)
		return nil
	})
	return matches, err
}

func mentions(postings []eval.Posting) iter.Seq2[nayose.Mention, error] {
	return func(yield func(nayose.Mention, error) bool) {
		for i := range postings {
			if !yield(postings[i].Mention, nil) {
				return
			}
		}
	}
}

// answered is the sets with answers, each set a delivery of its own.
func answered(m *matcher.Matcher, sets []eval.Set) ([]eval.Set, error) {
	return answeredBy(answer, m, sets)
}

func answeredBy(
	answer func(*matcher.Matcher, []eval.Posting) ([]nayose.Match, error), m *matcher.Matcher, sets []eval.Set,
) ([]eval.Set, error) {
	with := make([]eval.Set, len(sets))
	for i, s := range sets {
		matches, err := answer(m, s.Postings)
		if err != nil {
			return nil, fmt.Errorf("answer %s: %w", s.Name, err)
		}
		with[i] = s
		with[i].Matches = matches
	}
	return with, nil
}

// where is what of the sets' postings is kept, with the answers to them where there are any.
func where(sets []eval.Set, kept func(*eval.Posting) bool) []eval.Set {
	parts := make([]eval.Set, len(sets))
	for i, s := range sets {
		parts[i] = eval.Set{Name: s.Name, Apart: s.Apart}
		for j := range s.Postings {
			if !kept(&s.Postings[j]) {
				continue
			}
			parts[i].Postings = append(parts[i].Postings, s.Postings[j])
			if s.Matches != nil {
				parts[i].Matches = append(parts[i].Matches, s.Matches[j])
			}
		}
	}
	return parts
}

// parted is the sets that are pooled, and those that stand apart.
func parted(sets []eval.Set) (pooled, apart []eval.Set) {
	for _, s := range sets {
		if s.Apart {
			apart = append(apart, s)
		} else {
			pooled = append(pooled, s)
		}
	}
	return pooled, apart
}
