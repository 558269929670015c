package main

import (
	"fmt"
	"log"
	"slices"

	"nayose/matcher"
)

// exhaustiveShare is how many of the sample's hard names are laid beside every name: one in so many.
const exhaustiveShare = 10

// exhaustive measures what the search for names leaves out: which of the names that are likest among all, it finds.
func (r *report) exhaustive(w *world, some []questionnaire) error {
	built, err := w.master()
	if err != nil {
		return err
	}
	m := matcher.New(built, matcher.DefaultModel())
	t := table{
		about: fmt.Sprintf("What the search leaves out: Matcher.Similar beside Matcher.SimilarOfAll, which lays a name beside every name. "+
			"Share of the likest %d and %d of all that are among as many that are found, and how often the very likest is.", shorter, longer),
		head: []string{"names", "queries", fmt.Sprint("of ", shorter), fmt.Sprint("of ", longer), "the likest"},
	}
	for _, q := range some {
		if q.name == allNames {
			continue
		}
		log.Printf("candidates: lay %s beside every name", q.name)
		queries := q.queries[:min(len(q.queries), max(1, r.sample/exhaustiveShare))]
		var share [2]float64
		first := 0.0
		for i := range queries {
			name := queries[i].mention.CompanyName
			for k, n := range []int{shorter, longer} {
				all, found := m.SimilarOfAll(name, n), m.Similar(name, n)
				share[k] += common(all, found)
				if k == 0 && (len(all) == 0 || slices.Contains(found, all[0])) {
					first++
				}
			}
		}
		asked := float64(len(queries))
		t.row(q.name, fmt.Sprint(len(queries)), fmt.Sprintf("%.3f", share[0]/asked), fmt.Sprintf("%.3f", share[1]/asked), fmt.Sprintf("%.3f", first/asked))
	}
	if len(t.rows) > 0 {
		r.section("Beside all names", t)
	}
	return nil
}

// common is the share of names that are among others; all of none.
func common(names, others []string) float64 {
	if len(names) == 0 {
		return 1
	}
	n := 0
	for _, name := range names {
		if slices.Contains(others, name) {
			n++
		}
	}
	return float64(n) / float64(len(names))
}
