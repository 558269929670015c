package main

import (
	"fmt"
	"io"
	"strconv"

	"nayose"
)

// Figures are those of a week, in postings where nothing else is said.
type figures struct {
	postings, matched, review, unmatched int
	right                                int // of the matched
	own, ownRight                        int // matched without a decision about the very mention, and right of these
	present                              int // whose company is in the master
	questions                            int // mentions in review
}

// measure holds a week's answers against the truth.
func measure(items []item, matches []nayose.Match, questions int, r *reviewer) figures {
	f := figures{questions: questions}
	for i := range items {
		x, m := &items[i], &matches[i]
		right := x.truth != "" && x.truth == m.CompanyID
		f.postings += x.postings
		count(&f.present, x.truth != "", x.postings)
		count(&f.review, m.Outcome == nayose.Review, x.postings)
		count(&f.unmatched, m.Outcome == nayose.Unmatched, x.postings)
		if m.Outcome != nayose.Matched {
			continue
		}
		f.matched += x.postings
		count(&f.right, right, x.postings)
		if _, decided := r.mentions[x.ID]; !decided {
			f.own += x.postings
			count(&f.ownRight, right, x.postings)
		}
	}
	return f
}

func count(n *int, is bool, by int) {
	if is {
		*n += by
	}
}

// The kinds of cases in which a question could come back: the answer was given in an earlier week, about the very mention, about the
// mention before it was written anew, or about another mention of its employer, which itself was never asked about.
const (
	sameMention = iota
	sameNone
	writtenAnew
	sameEmployer
	kinds
)

var kindNames = [kinds]string{
	"the mention, unchanged: a company", "the mention, unchanged: none", "the mention, written anew", "another mention of the employer",
}

// Cases are mentions of one kind, in each week that delivers them.
type cases struct {
	n       int
	review  int // of these in review
	without int // of these in review without decisions
}

func (c *cases) add(more cases) {
	c.n, c.review, c.without = c.n+more.n, c.review+more.review, c.without+more.without
}

// repeated counts what of the answers given in earlier weeks stands in a week's delivery.
func repeated(items []item, matches, without []nayose.Match, r *reviewer) (all [kinds]cases) {
	for i := range items {
		x, kind := &items[i], -1
		if _, ok := r.mentions[x.ID]; ok && x.truth != "" {
			kind = sameMention
		} else if ok {
			kind = sameNone
		} else if _, ok := r.lives[x.life]; ok {
			kind = writtenAnew
		} else if _, ok := r.employers[x.employer]; ok {
			kind = sameEmployer
		}
		if kind < 0 {
			continue
		}
		c := cases{n: 1}
		count(&c.review, matches[i].Outcome == nayose.Review, 1)
		count(&c.without, without[i].Outcome == nayose.Review, 1)
		all[kind].add(c)
	}
	return all
}

// A course is what came of one pace, week by week; last, of the last week with its own answers, too.
type course struct {
	pace     int
	weeks    []figures
	repeated [kinds]cases
}

func (c *course) add(f figures, repeated [kinds]cases) {
	c.weeks = append(c.weeks, f)
	for kind := range repeated {
		c.repeated[kind].add(repeated[kind])
	}
}

// churn counts what changes from week to week.
type churn struct {
	table
	before map[string]*item // by life
	names  map[employer]bool
}

func newChurn(about string) *churn {
	return &churn{table: table{
		about: about,
		head:  []string{"week", "postings", "mentions", "truth is none", "mentions gone", "mentions new", "of employers of the week before", "written anew"},
	}}
}

func (c *churn) add(week int, deliveries [][]item) {
	now, names := map[string]*item{}, map[employer]bool{}
	var postings, none, fresh, known, written int
	items := flat(deliveries)
	for i := range items {
		x := &items[i]
		now[x.life], names[x.employer] = x, true
		postings += x.postings
		count(&none, x.truth == "", x.postings)
		old, ok := c.before[x.life]
		count(&fresh, !ok, 1)
		count(&known, !ok && c.names[x.employer], 1)
		count(&written, ok && old.ID != x.ID, 1)
	}
	gone := len(c.before) + fresh - len(now)
	if week == 0 {
		fresh = 0
	}
	c.row(fmt.Sprint(week+1), fmt.Sprint(postings), fmt.Sprint(len(items)), percent(none, postings), fmt.Sprint(max(gone, 0)), fmt.Sprint(fresh),
		percent(known, fresh), fmt.Sprint(written))
	c.before, c.names = now, names
}

// writeWorld writes what happened in a world.
func writeWorld(out io.Writer, name string, c *churn, courses []course) error {
	c.title = "## " + name
	if err := c.write(out); err != nil {
		return err
	}
	t := table{
		about: "Shares of postings. Each week is matched by the answers of the weeks before; the last row is week 8 again, by its own answers, too. " +
			"Right: of the matched; by the matcher alone: of those matched without an answer about the very mention. Found: right, of those whose " +
			"company is in the master. Questions: mentions in review; left: when the week's are answered.",
		head: []string{"answers a week", "week", "matched", "review", "unmatched", "right", "by the matcher alone", "found", "questions", "left"},
	}
	again := table{
		about: "Of what was answered in an earlier week, how often it is in review again, over all weeks; and how often it would be without the answers.",
		head:  []string{"answers a week", "answered was", "cases", "in review", "without answers"},
	}
	for _, c := range courses {
		t.course(c)
		for kind, x := range c.repeated {
			if c.pace > 0 {
				again.row(fmt.Sprint(c.pace), kindNames[kind], fmt.Sprint(x.n), percent(x.review, x.n), percent(x.without, x.n))
			}
		}
	}
	if err := t.write(out); err != nil {
		return err
	}
	return again.write(out)
}

func (t *table) course(c course) {
	for i, f := range c.weeks {
		week, left := fmt.Sprint(i+1), max(0, f.questions-c.pace)
		if i == weeks {
			week, left = "8, answered", f.questions
		}
		t.row(fmt.Sprint(c.pace), week, percent(f.matched, f.postings), percent(f.review, f.postings), percent(f.unmatched, f.postings),
			share(f.right, f.matched), share(f.ownRight, f.own), percent(f.right, f.present), fmt.Sprint(f.questions), fmt.Sprint(left))
	}
}

func percent(n, of int) string {
	if of == 0 {
		return "-"
	}
	return strconv.FormatFloat(100*float64(n)/float64(of), 'f', 1, 64) + " %"
}

func share(n, of int) string {
	if of == 0 {
		return "-"
	}
	return strconv.FormatFloat(float64(n)/float64(of), 'f', 4, 64)
}
