package main

import (
	"cmp"
	"fmt"
	"io"
	"log"
	"time"

	"nayose"
	"nayose/job/internal/eval"
	"nayose/job/internal/sampling"
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

var askings = []asking{
	{"half of the postings in review", func(p *eval.Posting, m *nayose.Match) bool { return m.Outcome == nayose.Review && drawnToSettle(p) }},
	{"those in review of half of the employers", func(p *eval.Posting, m *nayose.Match) bool {
		return m.Outcome == nayose.Review && sampling.Chance("settled employer", cmp.Or(p.Truth, plain(p.Mention.CompanyName))) < 0.5
	}},
	{"half of the postings", func(p *eval.Posting, _ *nayose.Match) bool { return drawnToSettle(p) }},
}

func drawnToSettle(p *eval.Posting) bool { return sampling.Chance("settled", p.ID) < 0.5 }

// decisions answers files in which a person settled some postings by their labels, and scores these and the others apart.
func decisions(w io.Writer, b *bench) error {
	t := table{
		about: "Decisions: a person settled some postings of a file, choosing the right company where it was one of the first five candidates and " +
			"none of them where it was not. Scored are, without and with these decisions, the other postings of the file, which they can " +
			"only teach, and those that were settled. At last est, as another partner's file after decisions about kaigo: the postings whose " +
			"very workplace (name and address) was settled, and the others.",
		head: []string{"scored", "settled", "decisions", "by"}, figures: all,
	}
	for _, a := range askings {
		for _, name := range []string{"kaigo", "est"} {
			log.Printf("decisions: %s of %s", a.how, name)
			if err := t.settling(b, name, a); err != nil {
				return err
			}
		}
	}
	return t.write(w)
}

// settling adds rows of a file of which a part was settled.
func (t *table) settling(b *bench, name string, a asking) error {
	m := matcher.New(b.whole, matcher.DefaultModel())
	file, _ := split(b.gold, []string{name})
	before, err := answered(m, file)
	if err != nil {
		return err
	}
	asked := map[string]bool{}
	for i := range before[0].Postings {
		if p := &before[0].Postings[i]; a.settled(p, &before[0].Matches[i]) {
			asked[p.ID] = true
		}
	}
	ds := b.settle(before[0], asked)
	with := m.WithDecisions(ds)
	after, err := answered(with, file)
	if err != nil {
		return err
	}
	isAsked := func(p *eval.Posting) bool { return asked[p.ID] }
	how := fmt.Sprintf("%s of %s", a.how, name)
	isOther := func(p *eval.Posting) bool { return !asked[p.ID] }
	t.compared(name+", the others", how, len(ds), where(before, isOther), where(after, isOther))
	t.compared(name+", settled", how, len(ds), where(before, isAsked), where(after, isAsked))
	if name != "kaigo" {
		return nil
	}
	est, _ := split(b.gold, []string{"est"})
	before, err = answered(m, est)
	if err != nil {
		return err
	}
	after, err = answered(with, est)
	if err != nil {
		return err
	}
	told := where(file, isAsked)[0].Postings
	others := estBy(after, told)
	for i, part := range estBy(before, told) {
		t.compared(part.Name, how, len(ds), []eval.Set{part}, others[i:i+1])
	}
	return nil
}

// compared adds a row without decisions, and one with them.
func (t *table) compared(scored, settled string, decisions int, before, after []eval.Set) {
	t.measured(eval.Measure(before...), scored, settled, fmt.Sprint(decisions), "the model")
	t.measured(eval.Measure(after...), scored, settled, fmt.Sprint(decisions), "and decisions")
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
			x.Shown = append(x.Shown, known[c.CompanyID].Shown(c.Probability))
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
