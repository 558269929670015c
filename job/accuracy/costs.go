package main

import (
	"fmt"
	"io"
	"log"

	"nayose/job/internal/eval"
	"nayose/matcher"
)

// costs answers all files with the shipped model and other costs of a wrong match: what precision a setting buys.
func costs(w io.Writer, b *bench) error {
	pooled, _ := parted(b.gold)
	t := table{
		about: "The shipped model with other costs of a wrong match, in reviews, pooled without est; it was fitted to these postings.",
		head:  []string{"wrong_match", "matched from"}, figures: few,
	}
	for _, cost := range []float64{3, 5, 10, 20, 50, 100} {
		log.Printf("costs: %v", cost)
		model, err := matcher.DefaultModel().WithCosts(matcher.Costs{WrongMatch: cost})
		if err != nil {
			return err
		}
		sets, err := answered(matcher.New(b.whole, model), pooled)
		if err != nil {
			return err
		}
		t.measured(eval.Measure(sets...), fmt.Sprint(cost), fmt.Sprintf("%.3f", 1-1/cost))
	}
	return t.write(w)
}
