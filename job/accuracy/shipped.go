package main

import (
	"io"
	"log"
	"maps"
	"slices"

	"nayose/job/internal/eval"
	"nayose/matcher"
)

// shipped answers all files with the model that nayose brings.
func shipped(w io.Writer, b *bench) error {
	log.Print("shipped: answer all files")
	sets, err := answered(matcher.New(b.whole, matcher.DefaultModel()), b.gold)
	if err != nil {
		return err
	}
	t := table{about: "The shipped model, which was fitted to these very postings. " + legend, head: []string{"postings of"}, figures: all}
	t.parts(sets)
	return t.write(w)
}

// parts adds the figures of all that is pooled, of its files, strata and coverages, and of what stands apart.
func (t *table) parts(sets []eval.Set) {
	pooled, apart := parted(sets)
	report := eval.Score(pooled...)
	t.measured(report.Pooled, "**pooled**")
	for _, s := range pooled {
		t.measured(report.Files[s.Name], s.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(report.Strata)) {
		t.measured(report.Strata[name], name)
	}
	for _, s := range apart {
		t.measured(eval.Measure(s), s.Name+", apart")
	}
}
