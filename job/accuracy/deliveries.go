package main

import (
	"io"
	"log"

	"nayose"
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
	if err := t.write(w); err != nil {
		return err
	}
	return together(w, b, pooled)
}

// together measures what the mentions of a delivery tell about each other, in samples of it.
func together(w io.Writer, b *bench, pooled []eval.Set) error {
	t := table{
		about: "What a delivery is worth: its mentions together, as above; together, but none speaking for another of its employer; each by " +
			"itself, with the model's share of missing employers.",
		head: []string{"sample of each file", "mentions"}, figures: few,
	}
	m := matcher.New(b.whole, matcher.DefaultModel())
	for _, c := range []struct {
		share  float64
		how    string
		answer func(*matcher.Matcher, []eval.Posting) ([]nayose.Match, error)
	}{
		{1, "together", answer},
		{1, "without groups", answerWithoutGroups},
		{0.3, "together", answer},
		{0.3, "without groups", answerWithoutGroups},
		{0.1, "together", answer},
		{0.1, "without groups", answerWithoutGroups},
		{0.03, "together", answer},
		{0.03, "without groups", answerWithoutGroups},
		{1, "each by itself", answerAlone},
	} {
		log.Printf("deliveries: %s of each file, %s", percent(c.share), c.how)
		sets, err := answeredBy(c.answer, m, where(pooled, func(p *eval.Posting) bool { return sampled(p, c.share) }))
		if err != nil {
			return err
		}
		t.measured(eval.Measure(sets...), percent(c.share), c.how)
	}
	return t.write(w)
}
