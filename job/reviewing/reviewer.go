package main

import (
	"cmp"
	"slices"
	"time"

	"nayose"
)

// mostShown is how many candidates stand beside a question.
const mostShown = 5

// A reviewer answers so many questions a week, and remembers what was answered.
type reviewer struct {
	pace      int
	decisions []nayose.Decision
	mentions  map[nayose.ID]int // the week in which each was answered
	lives     map[string]int
	employers map[employer]int
}

func newReviewer(pace int) *reviewer {
	return &reviewer{pace: pace, mentions: map[nayose.ID]int{}, lives: map[string]int{}, employers: map[employer]int{}}
}

// A question is a mention in review.
type question struct {
	*item
	match *nayose.Match
	worth float64
}

// questions are a week's mentions in review, by what an answer is worth, most first.
func questions(items []item, matches []nayose.Match) (qs []question) {
	for i := range items {
		if m := &matches[i]; m.Outcome == nayose.Review {
			qs = append(qs, question{&items[i], m, float64(items[i].postings) * doubt(m)})
		}
	}
	slices.SortFunc(qs, func(a, b question) int {
		return cmp.Or(cmp.Compare(b.worth, a.worth), slices.Compare(a.ID[:], b.ID[:]))
	})
	return qs
}

// doubt is the chance that the likeliest answer, the best candidate or none of them, is wrong.
func doubt(m *nayose.Match) float64 {
	if len(m.Candidates) == 0 {
		return 0
	}
	return 1 - max(m.Candidates[0].Probability, m.None())
}

// answer answers the first questions, as many as the pace allows, by the truth, and says how many.
func (r *reviewer) answer(b *bench, week int, qs []question) int {
	qs = qs[:min(r.pace, len(qs))]
	for _, q := range qs {
		r.decisions = append(r.decisions, b.decide(week, q))
		r.mentions[q.ID], r.lives[q.life], r.employers[q.employer] = week, week, week
	}
	return len(qs)
}

// decide is what somebody settles who knows the employer: the company, which they find by its number where it is not among the
// candidates shown, or that it is none of these where the master lacks it.
func (b *bench) decide(week int, q question) nayose.Decision {
	d := nayose.Decision{
		Mention: q.Mention, Choice: nayose.ChoseNone, By: "the truth", Source: "review.xlsx",
		At: (nayose.Week{Year: 2026, Week: 46}.Monday() + nayose.Date(7*week)).Time().Add(50 * time.Hour),
	}
	for _, c := range q.match.Candidates[:min(len(q.match.Candidates), mostShown)] {
		d.Shown = append(d.Shown, b.company(c.CompanyID).Shown(c.Probability))
	}
	if q.truth != "" {
		d.Choice, d.CompanyID = nayose.ChoseCompany, q.truth
		if !slices.ContainsFunc(d.Shown, func(s nayose.Shown) bool { return s.CompanyID == q.truth }) {
			d.Shown = append(d.Shown, b.company(q.truth).Shown(0))
		}
	}
	return d
}

func (b *bench) company(id string) *nayose.Company { return &b.companies[b.at[id]] }
