package main

import (
	"cmp"
	"fmt"
	"io"
	"log"
	"time"

	"nayose"
	"nayose/job/internal/eval"
	"nayose/matcher"
)

// An asking is which postings' employers a person settled.
type asking struct {
	how     string
	settled func(*eval.Posting, *nayose.Match) bool
}

// mostShown is how many candidates a person is shown.
const mostShown = 5

// settledOn is the day of all decisions here.
var settledOn = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// decisions answers files in which a person settled some postings by their labels, and scores these and the others apart.
func decisions(w io.Writer, b *bench) error {
	t := table{
		about: "Decisions: a person settled some postings of a file, choosing the right company where it was one of the first five candidates and " +
			"none of them where it was not. Scored are, with and without these decisions, the other postings of the file, which " +
			"they can only teach, and those that were settled themselves.",
		head: []string{"file", "settled", "decisions", "scored", "by"}, figures: all,
	}
	inReview := func(m *nayose.Match) bool { return m.Outcome == nayose.Review }
	drawn := func(p *eval.Posting) bool { return draw("settled", p.ID) < 0.5 }
	employer := func(p *eval.Posting) bool {
		return draw("settled employer", cmp.Or(p.Truth, plain(p.Mention.CompanyName))) < 0.5
	}
	askings := []asking{
		{"in review, half of the postings", func(p *eval.Posting, m *nayose.Match) bool { return inReview(m) && drawn(p) }},
		{"in review, half of the employers", func(p *eval.Posting, m *nayose.Match) bool { return inReview(m) && employer(p) }},
		{"any, half of the postings", func(p *eval.Posting, _ *nayose.Match) bool { return drawn(p) }},
	}
	for _, name := range []string{"kaigo", "est"} {
		file, _ := split(b.gold, []string{name})
		for _, a := range askings {
			log.Printf("decisions: %s, %s", name, a.how)
			if err := t.settling(b, file[0], a); err != nil {
				return err
			}
		}
	}
	return t.write(w)
}

// settling adds rows of a file of which a part was settled.
func (t *table) settling(b *bench, file eval.Set, a asking) error {
	m := matcher.New(b.whole, matcher.DefaultModel())
	before, err := answered(m, []eval.Set{file})
	if err != nil {
		return err
	}
	asked := map[string]bool{}
	for i := range file.Postings {
		if p := &file.Postings[i]; a.settled(p, &before[0].Matches[i]) {
			asked[p.ID] = true
		}
	}
	ds := b.settle(before[0], asked)
	after, err := answered(m.WithDecisions(ds), []eval.Set{file})
	if err != nil {
		return err
	}
	for _, part := range []struct {
		name string
		of   func(*eval.Posting) bool
	}{
		{"the others", func(p *eval.Posting) bool { return !asked[p.ID] }},
		{"the settled", func(p *eval.Posting) bool { return asked[p.ID] }},
	} {
		t.measured(eval.Measure(where(before, part.of)...), file.Name, a.how, fmt.Sprint(len(ds)), part.name, "the model")
		t.measured(eval.Measure(where(after, part.of)...), file.Name, a.how, fmt.Sprint(len(ds)), part.name, "model and decisions")
	}
	return nil
}

// settle is what a person who knows the answers says about some postings of a file.
func (b *bench) settle(file eval.Set, asked map[string]bool) (ds []nayose.Decision) {
	known := b.shown(file.Matches)
	for i := range file.Postings {
		p := &file.Postings[i]
		if !asked[p.ID] {
			continue
		}
		x := nayose.Decision{Mention: p.Mention, Choice: nayose.ChoseNone, By: "the label", At: settledOn}
		candidates := file.Matches[i].Candidates
		for _, c := range candidates[:min(len(candidates), mostShown)] {
			company := known[c.CompanyID]
			x.Shown = append(x.Shown, nayose.Shown{
				CompanyID: c.CompanyID, Name: company.Name, Address: company.Address, ClosedOn: company.ClosedOn, Probability: c.Probability,
			})
			if c.CompanyID == p.Truth {
				x.Choice, x.CompanyID = nayose.ChoseCompany, p.Truth
			}
		}
		ds = append(ds, x)
	}
	return ds
}

// shown are the companies that are candidates, by their ids.
func (b *bench) shown(matches []nayose.Match) map[string]*nayose.Company {
	known := map[string]*nayose.Company{}
	for i := range matches {
		for _, c := range matches[i].Candidates {
			known[c.CompanyID] = nil
		}
	}
	for i := range b.companies {
		if _, ok := known[b.companies[i].ID]; ok {
			known[b.companies[i].ID] = &b.companies[i]
		}
	}
	return known
}
