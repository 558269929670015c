package main

import (
	"errors"
	"fmt"
	"log"
	"math"
	"slices"
	"time"
)

// The lengths of the lists of candidates that a name's recall is measured in.
const (
	shorter = 20
	longer  = 50
)

// A generator finds names that are like another.
type generator struct {
	name   string // a key of the report's figures
	about  string // what it took to set up
	most   int    // it is asked so many queries at most; 0 is all
	search func(q *query, n int) ([]uint32, error)
	cpu    func() (time.Duration, error) // taken so far
	close  func() error
}

// A maker sets a generator up. Where it cannot be had here, it has no search, and about says why.
type maker struct {
	part string
	make func(*report, *world, *names) (*generator, error)
}

var makers = []maker{
	{"", ours},
	{"trgm", trgm},
	{"tfidf", bySparseDot(2, cpuSparsePairs)},
	{"tfidf", bySparseDot(3, cpuSparseTriples)},
	{"tfidf", byGrams(2, cpuPairs)},
	{"tfidf", byGrams(3, cpuTriples)},
	{"brute", brute},
}

// candidates measures every generator on the same names.
func (r *report) candidates(w *world) error {
	n, err := w.names()
	if err != nil {
		return err
	}
	some := w.questions(n)
	t := &table{
		about: fmt.Sprintf("Candidates for a name alone among %d distinct names of companies, registered, former, English and aliases. "+
			"A peer is given the name as the matcher writes it, legal form set aside; nayose reads it as typed. CPU is for the best %d, "+
			"recall that a name of the right company is among the best %d and %d. Hard: distinct names that are not the registered one "+
			"(strata query_contains, query_contained, near and far); est, which stands apart, is asked for its hard names alone. "+
			"%q and %q answer the mentions with all that they say; their recall is that of the companies shown, ten at most.",
			len(n.keys), shorter, shorter, longer, cpuEndToEnd, cpuAnswers),
		head: []string{
			"generator", "names", "queries", "CPU µs", fmt.Sprint("recall at ", shorter), fmt.Sprint("recall at ", longer),
		},
	}
	if r.has("endtoend") {
		if err := r.whole(w, n, some, t); err != nil {
			return fmt.Errorf("endtoend: %w", err)
		}
	}
	setUp := table{head: []string{"generator", "set up"}}
	for _, m := range makers {
		if m.part != "" && !r.has(m.part) {
			continue
		}
		log.Printf("candidates: set up %s", m.part)
		g, err := m.make(r, w, n)
		if err != nil {
			return fmt.Errorf("%s: %w", m.part, err)
		}
		setUp.row(g.name, g.about)
		if g.search == nil {
			continue
		}
		if err := r.askAll(g, some, t); err != nil {
			return fmt.Errorf("%s: %w", g.name, err)
		}
	}
	r.section("Candidates", *t, setUp)
	if r.has("brute") {
		return r.exhaustive(w, some)
	}
	return nil
}

// askAll asks a generator for every sort of names, and closes it.
func (r *report) askAll(g *generator, some []questionnaire, t *table) (err error) {
	defer func() { err = errors.Join(err, g.close()) }()
	for _, q := range some {
		log.Printf("candidates: ask %s for %s", g.name, q.name)
		f, err := g.ask(q.queries, r.rounds)
		if err != nil {
			return err
		}
		r.found(t, g.name, q.name, f)
	}
	return nil
}

// found adds a row, and keeps it for the ratios.
func (r *report) found(t *table, generator, names string, f findings) {
	r.searches[[2]string{generator, names}] = f
	t.row(generator, names, fmt.Sprint(f.asked), fmt.Sprintf("%.1f", f.cpu), fmt.Sprintf("%.4f", f.recall[0]), fmt.Sprintf("%.4f", f.recall[1]))
}

// findings are what a generator reached.
type findings struct {
	asked  int
	cpu    float64 // microseconds a query
	recall [2]float64
}

// ask asks a generator: some rounds for time, of which the least counts, and once for recall.
func (g *generator) ask(queries []query, rounds int) (f findings, err error) {
	if g.most > 0 {
		queries = queries[:min(len(queries), g.most)]
	}
	f.asked, f.cpu = len(queries), math.Inf(1)
	for range rounds {
		took, err := g.time(queries)
		if err != nil {
			return f, err
		}
		f.cpu = min(f.cpu, took.Seconds()*1e6/float64(len(queries)))
	}
	for i := range queries {
		found, err := g.search(&queries[i], longer)
		if err != nil {
			return f, err
		}
		at := slices.IndexFunc(found, func(name uint32) bool { return slices.Contains(queries[i].right, name) })
		for k, n := range []int{shorter, longer} {
			if at >= 0 && at < n {
				f.recall[k] += 1 / float64(len(queries))
			}
		}
	}
	return f, nil
}

// time is the CPU time that the queries take.
func (g *generator) time(queries []query) (time.Duration, error) {
	before, err := g.cpu()
	if err != nil {
		return 0, err
	}
	for i := range queries {
		if _, err := g.search(&queries[i], shorter); err != nil {
			return 0, err
		}
	}
	after, err := g.cpu()
	return after - before, err
}

// local is a generator in this process that searches by the name as the matcher writes it.
func local(name, about string, search func(key string, n int) []uint32) *generator {
	return &generator{
		name: name, about: about, cpu: ownCPU, close: func() error { return nil },
		search: func(q *query, n int) ([]uint32, error) { return search(q.key, n), nil },
	}
}
