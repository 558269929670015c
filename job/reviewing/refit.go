package main

import (
	"fmt"
	"log"

	"nayose"
	"nayose/job/internal/sampling"
	"nayose/matcher"
)

// audited is how many mentions of the last week an audit draws, evenly.
const audited = 400

// refit answers the last week by models that are fitted to a reviewer's answers, and to these and an audit, as `nayose eval --fit` fits
// them, and without decisions. Scored are the mentions of employers that no label is about.
func (b *bench) refit(t *table, r *reviewer, deliveries [][]item, without []nayose.Match) error {
	items := flat(deliveries)
	labelled := map[employer]bool{}
	for e := range r.employers {
		labelled[e] = true
	}
	last := map[nayose.ID]int{}
	var answered []matcher.Labelled
	for _, d := range r.decisions {
		x := matcher.Labelled{Mention: d.Mention, Truth: d.CompanyID, Source: d.Mention.Partner, Asked: true}
		if i, again := last[d.Mention.ID]; again {
			answered[i] = x
			continue
		}
		last[d.Mention.ID] = len(answered)
		answered = append(answered, x)
	}
	both := answered
	for i := range items {
		x := &items[i]
		if _, known := last[x.ID]; !known && sampling.Chance("audit", x.ID.String()) < audited/float64(len(items)) {
			both = append(both, matcher.Labelled{Mention: x.Mention, Truth: x.truth, Source: x.Partner})
			labelled[x.employer] = true
		}
	}
	t.scored(fmt.Sprint(r.pace), "none: as shipped", "0", items, without, labelled)
	for _, c := range []struct {
		name   string
		labels []matcher.Labelled
	}{{"the answers", answered}, {"answers and an audit", both}} {
		log.Printf("refit: %d answers a week, %s", r.pace, c.name)
		model, err := b.matcher.Fit(c.labels)
		if err != nil {
			return err
		}
		matches, err := answers(matcher.New(b.master, model), deliveries)
		if err != nil {
			return err
		}
		t.scored(fmt.Sprint(r.pace), c.name, fmt.Sprint(len(c.labels)), items, matches, labelled)
	}
	return nil
}

func newRefits() *table {
	return &table{
		about: fmt.Sprintf("Models fitted to a course's answers, and to these and an audit of %d mentions, as `nayose eval --fit --decisions` fits them. "+
			"Week 8 is answered by them without decisions; shares are of postings of employers that no label is about.", audited),
		head: []string{"answers a week", "fitted to", "labels", "postings", "matched", "review", "unmatched", "right", "found"},
	}
}

// scored adds a row of the items whose employer has no label.
func (t *table) scored(pace, fitted, labels string, items []item, matches []nayose.Match, labelled map[employer]bool) {
	var kept []item
	var their []nayose.Match
	for i := range items {
		if !labelled[items[i].employer] {
			kept, their = append(kept, items[i]), append(their, matches[i])
		}
	}
	f := measure(kept, their, 0, newReviewer(0))
	t.row(pace, fitted, labels, fmt.Sprint(f.postings), percent(f.matched, f.postings), percent(f.review, f.postings), percent(f.unmatched, f.postings),
		share(f.right, f.matched), percent(f.right, f.present))
}
