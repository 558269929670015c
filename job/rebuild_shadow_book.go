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
	"nayose/job/internal/sampling"
)

// A changed mention is one that the shadow answers otherwise.
type changed struct {
	answered  // by the live side
	live, now *nayose.Answer
}

// putIn puts a partner's change into the lottery of questions: each kind of change is a stratum.
func putIn(l *sampling.Lottery[changed], partner string, ch drift.Change, x *drift.Pair) {
	a := answered{id: x.ID, partner: partner, postings: int64(len(x.Postings)), outcome: x.Live.Outcome, best: x.Live.Probability}
	l.Add(sampling.Ticket[changed]{Stratum: string(ch), ID: x.ID, Item: changed{a, x.Live, x.Now}})
}

// ask makes a workbook of drawn changes, the same of each kind. Nothing in it tells which side answered what: the candidates of both stand in the order of their
// numbers, without probabilities and reasons.
func (s *shadow) ask(ctx context.Context, c *cli.Command, l *sampling.Lottery[changed]) (*asked, error) {
	b := &book{round: artifact.Round{
		Week: s.newest, Reviewer: c.String("reviewer"), Shadow: s.asked.Model, Master: s.asked.Master, Plans: map[string]int{},
	}}
	if s.asked.Scope.Week != (nayose.Week{}) {
		b.round.Week = s.asked.Scope.Week
	}
	drawn := l.Even()
	if len(drawn) == 0 {
		return s.job.asked(b, 0, ""), nil
	}
	mentions, err := s.mentionsOf(ctx, drawn)
	if err != nil {
		return nil, err
	}
	for i := range drawn {
		a := &drawn[i].Item
		b.rows = append(b.rows, review.Question{Mention: mentions[a.id], Postings: a.postings, Outcome: a.outcome, Options: optionsOf(a.live, a.now)})
	}
	if err := s.nameBoth(ctx, b); err != nil {
		return nil, err
	}
	for i, x := range drawn {
		q := &b.rows[i]
		b.round.Questions = append(b.round.Questions, artifact.Question{
			Mention: q.Mention, Postings: q.Postings, Shown: shownOf(q.Options), Outcome: q.Outcome, Probability: x.Item.best, Stratum: x.Stratum, Weight: x.Weight,
		})
	}
	b.round.Identify(c.Uint64("seed"))
	return s.job.asked(b, l.Len(), c.String("out")), s.keep(ctx, b, c.String("out"))
}

// mentionsOf looks up the mentions that are asked about.
func (s *shadow) mentionsOf(ctx context.Context, asked []sampling.Drawn[changed]) (map[nayose.ID]nayose.Mention, error) {
	found := make(map[nayose.ID]nayose.Mention, len(asked))
	for i := range asked {
		found[asked[i].Item.id] = nayose.Mention{}
	}
	for _, p := range s.parts {
		for _, d := range p.files {
			for m, err := range s.mentions(ctx, d, artifact.Whole) {
				if err != nil {
					return nil, err
				}
				if _, ok := found[m.ID]; ok {
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
