package main

import (
	"fmt"
	"io"
	"log"
	"slices"

	"nayose/job/internal/eval"
)

// folds answers each fifth of the employers with a model that was fitted to the others. Each model answers whole files,
// since a file is one delivery; only the fold's rows are scored.
func folds(w io.Writer, b *bench) error {
	models := newModels()
	var each [][]eval.Set
	for k := range foldCount {
		log.Printf("folds: %d of %d", k+1, foldCount)
		within := func(p *eval.Posting) bool { return foldOf(p) == k }
		others := where(b.gold, func(p *eval.Posting) bool { return !within(p) })
		m, err := b.fitted(others, models, fmt.Sprintf("without fold %d", k+1))
		if err != nil {
			return err
		}
		sets, err := answered(m, b.gold)
		if err != nil {
			return err
		}
		each = append(each, where(sets, within))
	}
	t := table{
		about:   "Each posting answered by a model that was not fitted to its employer, in any file; five folds by company, pooled.",
		head:    []string{"postings of"},
		figures: all,
	}
	t.parts(joined(each))
	if err := t.write(w); err != nil {
		return err
	}
	if err := spreadOf(each).write(w); err != nil {
		return err
	}
	return models.write(w)
}

// joined puts the parts of each set together again.
func joined(parts [][]eval.Set) []eval.Set {
	whole := slices.Clone(parts[0])
	for _, part := range parts[1:] {
		for i, s := range part {
			whole[i].Postings = slices.Concat(whole[i].Postings, s.Postings)
			whole[i].Matches = slices.Concat(whole[i].Matches, s.Matches)
		}
	}
	return whole
}

// spreadOf shows between what the figures of the single folds lie.
func spreadOf(folds [][]eval.Set) *table {
	var pooled, apart []eval.Figures
	for _, sets := range folds {
		p, a := parted(sets)
		pooled, apart = append(pooled, eval.Measure(p...)), append(apart, eval.Measure(a...))
	}
	t := &table{about: "The figures of the single folds, least to greatest.", head: []string{"postings of"}}
	pooledRow, apartRow := []string{"pooled"}, []string{"est, apart"}
	for _, c := range all {
		t.head = append(t.head, c.name)
		pooledRow, apartRow = append(pooledRow, c.spread(pooled)), append(apartRow, c.spread(apart))
	}
	t.row(pooledRow...)
	t.row(apartRow...)
	return t
}

// spread is the least and the greatest of a figure, of those that have it.
func (c column) spread(figures []eval.Figures) string {
	var values []float64
	for i := range figures {
		if v := c.of(&figures[i]); v != nil {
			values = append(values, *v)
		}
	}
	if len(values) == 0 {
		return c.text(nil)
	}
	least, greatest := slices.Min(values), slices.Max(values)
	return c.text(&least) + "–" + c.text(&greatest)
}
