package main

import (
	"io"
	"log"

	"nayose/job/internal/eval"
	"nayose/matcher"
)

// deliveries answers samples of the files with the shipped model, each as a delivery of its own.
func deliveries(w io.Writer, b *bench) error {
	lacking := lack{1, 0.2, "at random", atRandom}
	less, err := b.lacking(lacking)
	if err != nil {
		return err
	}
	pooled, _ := parted(b.gold)
	t := table{
		about: "The shipped model on deliveries that are a sample of each file, pooled without est; with our master, and with one from which " +
			percent(lacking.deleted) + " of the companies that are an answer were deleted at random.",
		head: []string{"sample of each file", "deleted"}, figures: few,
	}
	for _, c := range []struct {
		deleted string
		master  *matcher.Master
		gold    []eval.Set
	}{{"0 %", b.whole, pooled}, {percent(lacking.deleted), less.master, without(pooled, less.deleted)}} {
		for _, share := range []float64{1, 0.3, 0.1, 0.03} {
			log.Printf("deliveries: %s of each file, %s deleted", percent(share), c.deleted)
			sample := where(c.gold, func(p *eval.Posting) bool { return sampled(p, share) })
			sets, err := answered(matcher.New(c.master, matcher.DefaultModel()), sample)
			if err != nil {
				return err
			}
			t.measured(eval.Measure(sets...), percent(share), c.deleted)
		}
	}
	return t.write(w)
}
