package main

import (
	"fmt"
	"io"
	"log"

	"nayose"
	"nayose/job/internal/eval"
	"nayose/matcher"
)

// A lack is one way in which a master holds less than ours: the share of the companies that are nobody's answer, and the
// share of those that are somebody's which is deleted, one by one or by whole prefectures.
type lack struct {
	others  float64
	deleted float64
	how     string
	drawn   func(homes map[string]string, share float64) map[string]bool
}

// lacks are the masters that are measured.
func lacks() (all []lack) {
	for _, others := range []float64{0.25, 0.5, 1} {
		all = append(all, lack{others, 0, "", atRandom})
		for _, deleted := range []float64{0.05, 0.2, 0.5} {
			all = append(all, lack{others, deleted, "at random", atRandom}, lack{others, deleted, "by block", byBlock})
		}
	}
	return all
}

// masters answers with the shipped model from masters that hold less than ours.
func masters(w io.Writer, b *bench) error {
	pooled, _ := parted(b.gold)
	t := table{
		about: "The shipped model on smaller masters, pooled without est. Others: which share of the companies stays that are no posting's " +
			"answer. Deleted: of those that are one, at random or by whole prefectures; the answer to their postings becomes none.",
		head: []string{"others", "deleted", "how", "companies", "companies deleted"}, figures: few,
	}
	for _, l := range lacks() {
		log.Printf("masters: %s of the others, deleted: %s %s", percent(l.others), percent(l.deleted), l.how)
		less, err := b.lacking(l)
		if err != nil {
			return err
		}
		sets, err := answered(matcher.New(less.master, matcher.DefaultModel()), without(pooled, less.deleted))
		if err != nil {
			return err
		}
		t.measured(eval.Measure(sets...), percent(l.others), percent(l.deleted), l.how,
			fmt.Sprint(less.companies), fmt.Sprint(len(less.deleted)))
	}
	return t.write(w)
}

// A lesser master is one that lacks something.
type lesser struct {
	master    *matcher.Master
	companies int
	deleted   map[string]bool // of the companies that are an answer
}

func (b *bench) lacking(l lack) (less lesser, err error) {
	less.deleted = l.drawn(b.homes, l.deleted)
	less.master, less.companies, err = b.master(func(c *nayose.Company) bool { return l.keeps(c.ID, b.homes, less.deleted) })
	return less, err
}

// keeps tells whether a company stays in the master.
func (l *lack) keeps(id string, homes map[string]string, deleted map[string]bool) bool {
	if _, isAnswer := homes[id]; isAnswer {
		return !deleted[id]
	}
	return thinned(id, l.others)
}
