package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"nayose"
	"nayose/job/internal/eval"
	"nayose/job/internal/program"
	"nayose/job/internal/sampling"
)

// What changes from one week to the next. The shares of postings that go, and that come, are those of weeks 46 and 47 of the real
// feeds: 943 of 8,487 and 893 of 8,165 went, 990 and 945 came, and of these three in four bear a name that the week before had.
// No mention was written anew there, of 14,816 postings that stayed. That is what a week may bring, but not a year: so some are here.
const (
	weeks     = 8
	goneShare = 0.11
	newShare  = 0.116
	anewShare = 0.02
)

// A world is what partners deliver over the weeks.
type world struct {
	name  string
	about string
	lives []life
}

// A life is a place of work that a partner advertises, from the week it comes until its last posting goes.
type life struct {
	id       string
	partner  string
	mention  nayose.Mention // as it is written first
	truth    string         // the right company's id; empty where the right answer is "none"
	comes    int            // in which week, from 0
	postings int            // it comes with
	known    int            // up to this week it is as it was, and not drawn
	goes     bool           // in the week after known
}

// in is what a week's delivery has of it: how many postings, and their mention. since is the week from which on it has been written so.
func (l *life) in(week int) (m nayose.Mention, postings, since int) {
	if week < l.comes || l.goes && week > l.known {
		return m, 0, 0
	}
	m, since, postings = l.mention, l.comes, l.postings
	for w := max(l.comes, l.known) + 1; w <= week; w++ {
		at := fmt.Sprint(l.id, " ", w)
		if sampling.Chance("anew", at) < anewShare {
			m, since = anew(m, at), w
		}
	}
	for i := range l.postings {
		for w := max(l.comes, l.known) + 1; w <= week; w++ {
			if sampling.Chance("gone", fmt.Sprint(l.id, " ", i, " ", w)) < goneShare {
				postings--
				break
			}
		}
	}
	m.Partner = l.partner
	m.ID = m.Key()
	return m, postings, since
}

// An item is a mention of a week's delivery.
type item struct {
	nayose.Mention
	life     string
	employer employer
	truth    string
	postings int
	since    int // the week from which on its life has it
}

// An employer is a company as a partner's reviewer has it; one that is not in the master is known by its name.
type employer struct{ partner, who string }

// delivery is what the partners deliver in a week, a delivery each, in the order of the partners' names. Lives that are written alike
// are one mention, and what the first says is its truth.
func (w *world) delivery(week int) (ds [][]item) {
	byPartner := map[string][]item{}
	at := map[nayose.ID]int{}
	var partners []string
	for i := range w.lives {
		l := &w.lives[i]
		m, postings, since := l.in(week)
		if postings == 0 {
			continue
		}
		if n, ok := at[m.ID]; ok {
			byPartner[l.partner][n].postings += postings
			continue
		}
		if byPartner[l.partner] == nil {
			partners = append(partners, l.partner)
		}
		at[m.ID] = len(byPartner[l.partner])
		name, _, _ := strings.Cut(l.mention.CompanyName, "　") // a partner may have company and workplace in one column
		who := employer{l.partner, cmp.Or(l.truth, "none "+name)}
		byPartner[l.partner] = append(byPartner[l.partner], item{m, l.id, who, l.truth, postings, since})
	}
	slices.Sort(partners)
	for _, p := range partners {
		ds = append(ds, byPartner[p])
	}
	return ds
}

// goldFiles are the files of labelled postings; est, whose company names are the workplaces' own, is another task.
var goldFiles = []string{"kaigo", "edinet", "rs", "listed"}

func readGold(dir string) (sets []eval.Set, err error) {
	for _, name := range goldFiles {
		set, err := program.Gold(filepath.Join(dir, "gold", name+".csv"))
		if err != nil {
			return nil, err
		}
		sets = append(sets, set)
	}
	return sets, nil
}

// generated is weeks of the gold: each file is a partner. A row comes in the first week or a later one, so that all have come by the
// last, and has one to four postings.
func generated(gold []eval.Set) world {
	w := world{
		name: "generated",
		about: fmt.Sprintf("Eight weeks drawn from the gold: kaigo, edinet, rs and listed, each a partner. A mention comes with one to four postings; each "+
			"week %g %% of the postings go, mentions that were never seen come, %g %% of what there is, and %g %% of the others are written anew: another phone, legal form, width, "+
			"branch or workplace. The model was fitted to these very postings.", 100*goneShare, 100*newShare, 100*anewShare),
	}
	const first = 1 / (1 + (weeks-1)*newShare)
	for _, s := range gold {
		for i := range s.Postings {
			p := &s.Postings[i]
			l := life{id: p.ID, partner: s.Name, mention: p.Mention, truth: p.Truth, postings: 1 + int(4*sampling.Chance("postings", p.ID))}
			if d := sampling.Chance("comes", p.ID); d >= first {
				l.comes = 1 + int((d-first)/(1-first)*(weeks-1))
			}
			w.lives = append(w.lives, l)
		}
	}
	return w
}
