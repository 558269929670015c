package main

import (
	"fmt"
	"io"
	"iter"
	"log"
	"slices"

	"nayose"
	"nayose/job/internal/eval"
	"nayose/job/internal/sampling"
	"nayose/matcher"
)

// A knowing is a way to divide kaigo into the postings whose workplaces the master is told of, with their companies, and those that are
// matched. What is matched tells the master nothing.
type knowing struct {
	how  string
	told func(*eval.Posting) bool
}

var (
	halfOfAll       = knowing{"half of the workplaces", func(p *eval.Posting) bool { return sampling.Chance("workplace", p.ID) < 0.5 }}
	halfOfEmployers = knowing{"all of half of the employers", func(p *eval.Posting) bool { return sampling.Chance("fold", p.Truth) < 0.5 }}
)

// workplaces answers the postings of kaigo that the master was not told of, with and without the workplaces of the others, and est,
// whose postings are kaigo's without the operator's name.
func workplaces(w io.Writer, b *bench) error {
	kaigo, _ := split(b.gold, []string{"kaigo"})
	est, _ := split(b.gold, []string{"est"})
	t := table{
		about: "Workplaces in the master: those of one part of kaigo, in which the other part is answered by the shipped model, beside the answers " +
			"without. Half of the workplaces are drawn at random, so that most employers have some in both parts, or all workplaces of half " +
			"of the employers, so that the master knows none of the others'. Crowded: every company that is nobody's answer has one, too, " +
			"the office and the name of its neighbour in the registry. est's postings are those whose very workplace (name and address) the " +
			"master was told of, and the others.",
		head: []string{"postings of", "the master knows", "workplaces"}, figures: all,
	}
	for _, k := range []knowing{halfOfAll, halfOfEmployers} {
		told := where(kaigo, k.told)[0].Postings
		asked := where(kaigo, func(p *eval.Posting) bool { return !k.told(p) })
		if k.how == halfOfAll.how {
			asked = append(asked, estBy(est, told)...)
		}
		for _, c := range []struct {
			knows string
			known []iter.Seq2[nayose.Workplace, error]
		}{
			{"no workplace", nil},
			{k.how, []iter.Seq2[nayose.Workplace, error]{workplacesOf(told)}},
			{k.how + ", crowded", []iter.Seq2[nayose.Workplace, error]{workplacesOf(told), b.crowd()}},
		} {
			log.Printf("workplaces: %s", c.knows)
			if err := t.knowing(b, asked, c.knows, c.known); err != nil {
				return err
			}
		}
	}
	return t.write(w)
}

// knowing adds rows of the sets, and of the hard ones among the first, answered with some workplaces in the master.
func (t *table) knowing(b *bench, asked []eval.Set, knows string, known []iter.Seq2[nayose.Workplace, error]) error {
	n := 0
	m, err := matcher.Build(b.all(), counting(&n, known)...)
	if err != nil {
		return err
	}
	sets, err := answered(matcher.New(m, matcher.DefaultModel()), asked)
	if err != nil {
		return err
	}
	for _, s := range sets {
		t.measured(eval.Measure(s), s.Name, knows, fmt.Sprint(n))
	}
	t.measured(eval.Score(sets[0]).Strata["hard"], sets[0].Name+", hard", knows, fmt.Sprint(n))
	return nil
}

// counting counts what passes.
func counting(n *int, known []iter.Seq2[nayose.Workplace, error]) (counted []iter.Seq2[nayose.Workplace, error]) {
	for _, some := range known {
		counted = append(counted, func(yield func(nayose.Workplace, error) bool) {
			for w, err := range some {
				if *n++; !yield(w, err) {
					return
				}
			}
		})
	}
	return counted
}

// estBy parts est's postings into those whose very workplace was told of, and the others.
func estBy(est []eval.Set, told []eval.Posting) []eval.Set {
	type place struct{ name, address string }
	known := map[place]bool{}
	for i := range told {
		if p := &told[i]; p.Truth != "" {
			known[place{p.Mention.WorkplaceName, p.Mention.Address}] = true
		}
	}
	isKnown := func(p *eval.Posting) bool { return known[place{p.Mention.CompanyName, p.Mention.Address}] }
	others := where(est, func(p *eval.Posting) bool { return !isKnown(p) })
	these := where(est, isKnown)
	others[0].Name, these[0].Name = "est, other workplaces", "est, the very workplace known"
	return slices.Concat(others, these)
}

// workplacesOf are the workplaces of the postings that have an answer.
func workplacesOf(postings []eval.Posting) iter.Seq2[nayose.Workplace, error] {
	return func(yield func(nayose.Workplace, error) bool) {
		for i := range postings {
			p := &postings[i]
			w := nayose.Workplace{
				CompanyID: p.Truth, Name: p.Mention.WorkplaceName, Address: p.Mention.Address, Phone: p.Mention.Phone, URL: p.Mention.URL,
			}
			if p.Truth != "" && !yield(w, nil) {
				return
			}
		}
	}
}

// crowd gives each company that is nobody's answer a workplace: where the next one has its office, and by its name.
func (b *bench) crowd() iter.Seq2[nayose.Workplace, error] {
	return func(yield func(nayose.Workplace, error) bool) {
		for i := range b.companies {
			c, next := &b.companies[i], &b.companies[(i+1)%len(b.companies)]
			if _, isAnswer := b.homes[c.ID]; isAnswer {
				continue
			}
			if !yield(nayose.Workplace{CompanyID: c.ID, Name: matcher.RegisteredKey(next.Name), Address: next.Address}, nil) {
				return
			}
		}
	}
}
