package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/eval"
	"nayose/job/internal/sampling"
	"nayose/matcher"
)

// accuracy is how right a side is where the right answers are known.
type accuracy struct {
	On string `json:"on"` // one of samples
	By string `json:"by"` // live or shadow
	eval.Weighed
}

// samples are what both sides are measured on. Decisions are about what was in doubt, and no fair sample of anything.
var samples = []string{"audits", "changes", "decisions", "gold"}

// judge measures both sides where people have answered, and on labelled postings where a file is named.
func (s *shadow) judge(ctx context.Context, r *shadowReport) error {
	sets, err := s.answered(ctx, r)
	if err != nil {
		return err
	}
	if s.gold != nil {
		if sets["gold"], err = s.labelled(ctx, r); err != nil {
			return fmt.Errorf("gold: %w", err)
		}
	}
	for _, on := range samples {
		set := sets[on]
		if set == nil {
			continue
		}
		if set.live != nil {
			r.Accuracy = append(r.Accuracy, accuracy{on, "live", eval.Weigh(eval.Set{Postings: set.postings, Matches: set.live})})
		}
		r.Accuracy = append(r.Accuracy, accuracy{on, "shadow", eval.Weigh(eval.Set{Postings: set.postings, Matches: set.shadow})})
	}
	return nil
}

// judged are mentions whose employer is known, with what each side answered; live is nil where nobody knows.
type judged struct {
	postings     []eval.Posting
	strata       []stratumOf // that these were drawn from; the zero value for none
	live, shadow []nayose.Match
}

// stratumOf is a stratum of a round.
type stratumOf struct{ round, stratum string }

// answered are the decisions in force about mentions that are frozen. Decisions override both sides: so what counts of the live one is what
// it answered when the question was asked, as the round keeps it, and the shadow is asked again without them. One decision may answer an
// audit and a later question. An answer to a mention that was drawn from a stratum counts for its part of all mentions there.
func (s *shadow) answered(ctx context.Context, r *shadowReport) (map[string]*judged, error) {
	settled := inForce(s.settled.Decisions)
	answers, err := s.undecided(ctx, settled)
	if err != nil {
		return nil, err
	}
	rounds := roundReader{s: s.store, known: map[string]*artifact.Round{}}
	audits := auditRounds(s.settled.Decisions)
	f := figures{sets: map[string]*judged{}}
	without := 0
	for i := range answers {
		d, counted := settled[answers[i].MentionID], false
		for _, name := range slices.Compact([]string{audits[d.Mention.ID], d.Round}) {
			round, q, err := rounds.question(ctx, name, d.Mention.ID)
			if err != nil {
				return nil, err
			}
			if q != nil {
				f.add(s.sampleOf(round), name, q, d, &answers[i])
				counted = true
			}
		}
		if !counted {
			without++
		}
	}
	f.weigh(rounds.known)
	if without > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("left out: %s; the store has no question for the answer, and so not what was live then", nayose.Count(without, "decision")))
	}
	return f.sets, nil
}

// figures gather what each sample has.
type figures struct {
	sets    map[string]*judged
	turnout sampling.Turnout[stratumOf]
}

// add counts a decision in that answers a question, and what both sides answered.
func (f *figures) add(on, round string, q *artifact.Question, d *nayose.Decision, now *nayose.Match) {
	set := f.sets[on]
	if set == nil {
		set = &judged{}
		f.sets[on] = set
	}
	set.postings = append(set.postings, eval.Posting{ID: d.Mention.ID.String(), Mention: d.Mention, Truth: d.CompanyID})
	set.live = append(set.live, nayose.Match{Outcome: q.Outcome, CompanyID: likeliest(q.Shown).CompanyID})
	set.shadow = append(set.shadow, *now)
	var stratum stratumOf
	if q.Stratum != "" && on != "decisions" {
		stratum = stratumOf{round, q.Stratum}
		f.turnout.Answered(stratum)
	}
	set.strata = append(set.strata, stratum)
}

// weigh has each stratum's answers stand for all that the rounds drew it for.
func (f *figures) weigh(rounds map[string]*artifact.Round) {
	for name, round := range rounds {
		if round == nil {
			continue
		}
		for _, q := range round.Questions {
			f.turnout.Drawn(stratumOf{name, q.Stratum}, q.Weight)
		}
	}
	for _, set := range f.sets {
		for i, stratum := range set.strata {
			if stratum != (stratumOf{}) {
				set.postings[i].Weight = f.turnout.Weight(stratum)
			}
		}
	}
}

// sampleOf is what a round's answers are a sample of. A shadow's tells of the changes only where model and master are its own.
func (s *shadow) sampleOf(r *artifact.Round) string {
	switch {
	case r.Audit:
		return "audits"
	case r.Shadow == s.asked.Model && r.Master == s.asked.Master:
		return "changes"
	}
	return "decisions"
}

// auditRounds are the rounds in which mentions were last answered without anybody seeing the matcher's answer, by mention.
func auditRounds(log []nayose.Decision) map[nayose.ID]string {
	rounds := map[nayose.ID]string{}
	for i := range log {
		if log[i].Audit {
			rounds[log[i].Mention.ID] = log[i].Round
		}
	}
	return rounds
}

// roundReader reads each round once.
type roundReader struct {
	s     nayose.Store
	known map[string]*artifact.Round
}

// question is what a round asked about a mention; nil where the round is not in the store, or did not ask.
func (r *roundReader) question(ctx context.Context, name string, mention nayose.ID) (*artifact.Round, *artifact.Question, error) {
	round, ok := r.known[name]
	if !ok {
		read, err := artifact.ReadNamedRound(ctx, r.s, name)
		kind, _ := classify(err)
		switch {
		case err == nil:
			round = &read
		case !isMissing(err) && kind != nayose.Integrity && kind != nayose.Usage:
			return nil, nil, err
		}
		r.known[name] = round
	}
	if round == nil {
		return nil, nil, nil
	}
	i := slices.IndexFunc(round.Questions, func(q artifact.Question) bool { return q.Mention.ID == mention })
	if i < 0 {
		return nil, nil, nil
	}
	return round, &round.Questions[i], nil
}

// undecided are the shadow's answers, as if nobody had settled anything, about the mentions that somebody did.
func (s *shadow) undecided(ctx context.Context, settled map[nayose.ID]*nayose.Decision) (answers []nayose.Match, err error) {
	partners := map[string]bool{}
	for _, d := range settled {
		partners[d.Mention.Partner] = true
	}
	for _, p := range s.parts {
		for _, d := range p.files {
			if !partners[p.partner] {
				continue
			}
			mentions, members, err := s.choose(ctx, d, func(id nayose.ID) bool {
				x := settled[id]
				return x != nil && x.Choice != nayose.ChoseUnsure
			})
			if err == nil && len(mentions) > 0 {
				err = s.askAgain(ctx, d, mentions, members, func(m nayose.Match) { answers = append(answers, m) })
			}
			if err != nil {
				return nil, fmt.Errorf("ask about what was settled of %s: %w", p.partner, err)
			}
		}
	}
	return answers, nil
}

// choose picks mentions of a file, with what its survey says of each.
func (s *shadow) choose(ctx context.Context, d *delivery, wanted func(nayose.ID) bool) (mentions []nayose.Mention, members []nayose.GroupMember, err error) {
	next, stop := iter.Pull2(artifact.RowsOf[nayose.GroupMember](ctx, s.store, &d.survey, membersFile))
	defer stop()
	for m, err := range s.mentions(ctx, d, artifact.Whole) {
		if err != nil {
			return nil, nil, err
		}
		member, err, ok := next()
		if err == nil && !ok {
			err = nayose.Fault(nayose.Integrity, errors.New("the survey has fewer mentions than were frozen"), "")
		}
		if err != nil {
			return nil, nil, err
		}
		if wanted(m.ID) {
			mentions, members = append(mentions, m), append(members, member)
		}
	}
	return mentions, members, nil
}

func (s *shadow) askAgain(ctx context.Context, d *delivery, mentions []nayose.Mention, members []nayose.GroupMember, yield func(nayose.Match)) error {
	m, err := s.matcherOf(ctx, d.plan)
	if err != nil {
		return err
	}
	surveyed, err := m.Surveyed(*d.survey.Survey, streamOf(members), artifact.RowsOf[nayose.GroupPlace](ctx, s.store, &d.survey, placesFile))
	if err != nil {
		return err
	}
	_, err = surveyed.MatchAll(ctx, streamOf(mentions), func(m nayose.Match) error {
		yield(m)
		return nil
	})
	return err
}

// labelled measures labelled postings by the model and master of each side, without what people settled.
func (s *shadow) labelled(ctx context.Context, r *shadowReport) (*judged, error) {
	set := &judged{postings: s.gold}
	m, err := s.matcherOf(ctx, artifact.Plan{Master: s.asked.Master, Model: s.asked.Model})
	if err != nil {
		return nil, err
	}
	if set.shadow, err = matchLabelled(ctx, s.job.log, m, s.gold); err != nil {
		return nil, err
	}
	model := s.modelAtHand(s.live.Model)
	if model == nil {
		r.Notes = append(r.Notes, "gold is measured by the shadow alone: the live generation's model is neither the config's nor the one that nayose brings")
		return set, nil
	}
	master, err := s.openMaster(ctx, s.live.Master)
	if isMissing(err) {
		r.Notes = append(r.Notes, "gold is measured by the shadow alone: the store has the live generation's master no more")
		return set, nil
	}
	if err != nil {
		return nil, err
	}
	set.live, err = matchLabelled(ctx, s.job.log, matcher.New(master, model), s.gold)
	return set, errors.Join(err, master.Close())
}

// modelAtHand is the model of that digest, where it is the config's or the one that nayose brings, with the config's costs or its own; else
// nil.
func (s *shadow) modelAtHand(digest string) *matcher.Model {
	shipped := matcher.DefaultModel()
	models := []*matcher.Model{s.model, shipped}
	if m, err := shipped.WithCosts(s.cfg.Costs); err == nil {
		models = append(models, m)
	}
	if m, err := loadModel(s.cfg.Model); err == nil {
		models = append(models, m)
	}
	i := slices.IndexFunc(models, func(m *matcher.Model) bool { return m.Digest() == digest })
	if i < 0 {
		return nil
	}
	return models[i]
}

// accuracyRows has a row for each sample and side.
func accuracyRows(list []accuracy) [][]string {
	rows := [][]string{{"on", "by", "answers", "matched", "review", "wrong", "missed", "precision", "low", "high", "recall", "low", "high"}}
	for i := range list {
		a := &list[i]
		row := append([]string{a.On, a.By, fmt.Sprint(a.Answers)}, shares(a.Matched, a.Review, a.Wrong, a.Missed)...)
		rows = append(rows, append(append(row, estimateCells(a.Precision)...), estimateCells(a.Recall)...))
	}
	return rows
}

func estimateCells(e *eval.Estimate) []string {
	if e == nil {
		return []string{"-", "-", "-"}
	}
	return shares(e.Share, e.Low, e.High)
}
