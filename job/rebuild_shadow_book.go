package main

import (
	"cmp"
	"context"
	"slices"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/drift"
	"nayose/job/internal/review"
)

// A lottery draws changed mentions, whatever their order: of each kind of change it keeps those whose lots come first.
type lottery struct {
	most int // that are drawn in all
	seed uint64
	of   map[drift.Change]*lot
}

// lot is one kind of change.
type lot struct {
	kind    drift.Change
	all     int64
	tickets []ticket
	drawn   int
}

// A ticket is a changed mention.
type ticket struct {
	answered
	drift.Pair
}

func (l *lottery) add(p *shadowed, ch drift.Change, x *drift.Pair) {
	of := l.of[ch]
	if of == nil {
		of = &lot{kind: ch}
		l.of[ch] = of
	}
	of.all++
	a := answered{id: x.ID, partner: p.partner, postings: int64(len(x.Postings)), outcome: x.Live.Outcome, best: x.Live.Probability}
	of.tickets = append(of.tickets, ticket{a, drift.Pair{Live: x.Live, Now: x.Now}})
	if len(of.tickets) > 2*l.most {
		of.cut(l.most, l.seed)
	}
}

// cut keeps the first tickets.
func (l *lot) cut(most int, seed uint64) {
	first := byLot(seed)
	slices.SortFunc(l.tickets, func(a, b ticket) int { return first(a.answered, b.answered) })
	l.tickets = l.tickets[:min(len(l.tickets), most)]
}

// draw gives each kind of change the same share of the questions, and what a rare one leaves to the others.
func (l *lottery) draw() (asked []drawn, tickets map[nayose.ID]ticket, of int) {
	kinds := make([]*lot, 0, len(l.of))
	for _, k := range l.of {
		k.cut(l.most, l.seed)
		of += int(k.all)
		kinds = append(kinds, k)
	}
	slices.SortFunc(kinds, func(a, b *lot) int { return cmp.Or(cmp.Compare(a.all, b.all), cmp.Compare(a.kind, b.kind)) })
	tickets = map[nayose.ID]ticket{}
	left := l.most
	for i, k := range kinds {
		k.drawn = min(len(k.tickets), left/(len(kinds)-i))
		left -= k.drawn
		for _, t := range k.tickets[:k.drawn] {
			tickets[t.answered.id] = t
			asked = append(asked, drawn{t.answered, string(k.kind), float64(k.all) / float64(k.drawn)})
		}
	}
	first := byLot(l.seed)
	slices.SortFunc(asked, func(a, b drawn) int { return first(a.answered, b.answered) })
	return asked, tickets, of
}

// ask makes a workbook of drawn changes. Nothing in it tells which side answered what: the candidates of both stand in the order of their
// numbers, without probabilities and reasons.
func (s *shadow) ask(ctx context.Context, c *cli.Command, l *lottery) (*asked, error) {
	b := &book{round: artifact.Round{
		Week: s.newest, Reviewer: c.String("reviewer"), Shadow: s.asked.Model, Master: s.asked.Master, Plans: map[string]int{},
	}}
	if s.asked.Scope.Week != (nayose.Week{}) {
		b.round.Week = s.asked.Scope.Week
	}
	asked, tickets, of := l.draw()
	if len(asked) == 0 {
		return s.job.asked(b, 0, ""), nil
	}
	mentions, err := s.mentionsOf(ctx, tickets)
	if err != nil {
		return nil, err
	}
	for _, a := range asked {
		t := tickets[a.id]
		b.rows = append(b.rows, review.Question{Mention: mentions[a.id], Postings: a.postings, Outcome: a.outcome, Options: optionsOf(t.Live, t.Now)})
	}
	if err := s.nameBoth(ctx, b); err != nil {
		return nil, err
	}
	for i, a := range asked {
		q := &b.rows[i]
		b.round.Questions = append(b.round.Questions, artifact.Question{
			Mention: q.Mention, Postings: q.Postings, Shown: shownOf(q.Options), Outcome: a.outcome, Probability: a.best, Stratum: a.stratum, Weight: a.weight,
		})
	}
	b.round.Identify(l.seed)
	return s.job.asked(b, of, c.String("out")), s.keep(ctx, b, c.String("out"))
}

// mentionsOf looks up the mentions that are asked about.
func (s *shadow) mentionsOf(ctx context.Context, tickets map[nayose.ID]ticket) (map[nayose.ID]nayose.Mention, error) {
	found := map[nayose.ID]nayose.Mention{}
	for _, p := range s.parts {
		for _, d := range p.files {
			for m, err := range s.mentions(ctx, d, artifact.Whole) {
				if err != nil {
					return nil, err
				}
				if _, ok := tickets[m.ID]; ok {
					found[m.ID] = m
				}
			}
		}
	}
	return found, nil
}

// optionsOf are the candidates of both sides, in turn, the best ones first, as many as are shown. Their probabilities, which nobody is
// shown, are the live side's, so that its best candidate can be told by them.
func optionsOf(live, now *nayose.Answer) (options []review.Option) {
	add := func(list []nayose.Chance, i int, known bool) {
		if i >= len(list) || len(options) == mostShown ||
			slices.ContainsFunc(options, func(o review.Option) bool { return o.Company.ID == list[i].CompanyID }) {
			return
		}
		o := review.Option{Company: nayose.Company{ID: list[i].CompanyID}}
		if known {
			o.Probability = list[i].Probability
		}
		options = append(options, o)
	}
	for i := range mostShown {
		add(live.Candidates, i, true)
		add(now.Candidates, i, false)
	}
	return options
}

// nameBoth fills in the companies: as the shadow's master has them, or else the live side's. One that neither has any more stands there by
// its number.
func (s *shadow) nameBoth(ctx context.Context, b *book) error {
	for _, master := range []string{s.live.Master, s.asked.Master} {
		masters := map[string]string{}
		for _, p := range s.parts {
			masters[p.partner] = master
		}
		err := s.nameOptions(ctx, masters, b.rows)
		if err != nil && !(isMissing(err) && master != s.asked.Master) {
			return err
		}
		if s.live.Master == s.asked.Master {
			break
		}
	}
	for _, p := range s.parts {
		b.round.Partners = append(b.round.Partners, p.partner)
		if p.last != nil && p.last.plan.Week == b.round.Week {
			b.round.Plans[p.partner] = p.last.plan.Number
		}
	}
	for i := range b.rows {
		q := &b.rows[i]
		for o := range q.Options {
			c := &q.Options[o].Company
			c.Name = cmp.Or(c.Name, c.ID)
		}
		slices.SortFunc(q.Options, func(a, b review.Option) int { return cmp.Compare(a.Company.ID, b.Company.ID) })
	}
	return nil
}
