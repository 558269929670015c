package main

import (
	"fmt"
	"io"
	"log"
	"slices"
	"strings"

	"nayose/job/internal/eval"
)

// groups are the files that are left out together: est repeats kaigo's employers.
var groups = [][]string{{"kaigo", "est"}, {"edinet"}, {"rs"}, {"listed"}}

// sources answers each file with a model that was fitted to other files.
func sources(w io.Writer, b *bench) error {
	models := newModels()
	t := table{
		about: "Each file answered by a model that was fitted to other sources; kaigo and est, which share employers, are left out " +
			"together. Known: postings of the file, in percent, whose company the fit saw in another one.",
		head: []string{"postings of", "known"}, figures: all,
	}
	var pooled []eval.Set
	for _, left := range groups {
		name := "without " + strings.Join(left, ", ")
		log.Printf("sources: %s", name)
		out, others := split(b.gold, left)
		m, err := b.fitted(others, models, name)
		if err != nil {
			return err
		}
		sets, err := answered(m, out)
		if err != nil {
			return err
		}
		for _, s := range sets {
			t.measured(eval.Measure(s), s.Name, known(s, others))
		}
		together, _ := parted(sets)
		pooled = append(pooled, together...)
	}
	t.measured(eval.Measure(pooled...), "**pooled without est**", "")
	if err := t.write(w); err != nil {
		return err
	}
	return models.write(w)
}

// split parts the sets of these names from the others.
func split(sets []eval.Set, names []string) (named, others []eval.Set) {
	for _, s := range sets {
		if slices.Contains(names, s.Name) {
			named = append(named, s)
		} else {
			others = append(others, s)
		}
	}
	return named, others
}

// known is the share of a set's postings whose company is an answer in others, too.
func known(s eval.Set, others []eval.Set) string {
	seen := employers(others)
	n := 0
	for i := range s.Postings {
		if seen[s.Postings[i].Truth] {
			n++
		}
	}
	return fmt.Sprintf("%.0f", 100*float64(n)/float64(len(s.Postings)))
}
