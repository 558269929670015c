package main

import (
	"context"
	"fmt"
	"slices"

	"nayose"
	"nayose/matcher"
)

// ours is nayose's own search for names.
func ours(_ *report, w *world, n *names) (*generator, error) {
	built, err := w.master()
	if err != nil {
		return nil, err
	}
	m := matcher.New(built, matcher.DefaultModel())
	var found []uint32
	g := local(cpuOurs, "Matcher.Similar", nil)
	g.search = func(q *query, most int) ([]uint32, error) {
		found = found[:0]
		for _, name := range m.Similar(q.mention.CompanyName, most) {
			if number, ok := n.numbers[hashOf(name)]; ok {
				found = append(found, number)
			}
		}
		return found, nil
	}
	return g, nil
}

// whole has nayose answer the very mentions whose names pg_trgm is asked for, with all that they say, as one delivery. The
// recall is that of the companies which it shows, ten at most.
func (r *report) whole(w *world, n *names, some []questionnaire, t *table) error {
	built, err := w.master()
	if err != nil {
		return err
	}
	m := matcher.New(built, matcher.DefaultModel())
	for _, q := range some {
		queries := q.queries[:min(len(q.queries), r.sample)]
		var mentions []nayose.Mention
		for i := range queries {
			mentions = append(mentions, queries[i].mention)
		}
		best, err := r.best(m, mentions)
		if err != nil {
			return err
		}
		recall, err := shown(m, n, mentions, queries)
		if err != nil {
			return err
		}
		f := findings{asked: len(queries), cpu: best.each(best.survey + best.match), recall: [2]float64{recall, recall}}
		r.found(t, cpuEndToEnd, q.name, f)
		f.cpu = best.each(best.match)
		r.found(t, cpuAnswers, q.name, f)
	}
	return nil
}

// shown is for which share of the mentions a company of the right name is among those that are shown.
func shown(m *matcher.Matcher, n *names, mentions []nayose.Mention, queries []query) (share float64, err error) {
	d, err := m.Survey(context.Background(), all(mentions))
	if err != nil {
		return 0, fmt.Errorf("survey: %w", err)
	}
	i, right := 0, 0
	_, err = d.MatchAll(context.Background(), all(mentions), func(a nayose.Match) error {
		if slices.ContainsFunc(a.Candidates, func(c nayose.Candidate) bool {
			return n.registered[hashOf(c.CompanyID)] == queries[i].right[0]
		}) {
			right++
		}
		i++
		return nil
	})
	return float64(right) / float64(len(queries)), err
}
