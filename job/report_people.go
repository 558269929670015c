package main

import (
	"context"
	"fmt"
	"slices"

	"nayose"
	"nayose/job/internal/artifact"
	page "nayose/job/internal/report"
	"nayose/job/internal/sampling"
)

// bandsOf are how often people found the best candidate right, by its probability, in what was settled about the deliveries' partners
// since a day; and which audits could not be read.
func (j *job) bandsOf(ctx context.Context, ds []*delivery, since nayose.Date) (list []page.Band, unread []string) {
	log := newAnswerLog(j.settled.Decisions, ds, since)
	audits := map[string][]artifact.Question{}
	for _, name := range log.audits {
		r, err := readAudit(ctx, j.store, name)
		if err != nil {
			unread = append(unread, fmt.Sprintf("what the audit %s says: %s", nayose.OneLine(name), nayose.OneLine(err.Error())))
			continue
		}
		audits[name] = r.Questions
	}
	return log.bands(audits), unread
}

// answerLog is the log of decisions as the report asks it.
type answerLog struct {
	partners map[string]bool
	counted  []*nayose.Decision             // the last about each mention, in the log's order, if it settles something and was asked openly
	last     map[nayose.ID]*nayose.Decision // about each mention, whatever it is
	rounds   map[nayose.ID]map[string]bool  // in which each mention was answered
	audits   []string                       // rounds that were drawn at random, in the log's order
}

func newAnswerLog(log []nayose.Decision, ds []*delivery, since nayose.Date) *answerLog {
	a := &answerLog{map[string]bool{}, nil, map[nayose.ID]*nayose.Decision{}, map[nayose.ID]map[string]bool{}, nil}
	for _, d := range ds {
		a.partners[d.partner] = true
	}
	for i := range log {
		d := &log[i]
		id := d.Mention.ID
		a.last[id] = d
		if a.rounds[id] == nil {
			a.rounds[id] = map[string]bool{}
		}
		a.rounds[id][d.Round] = true
		if d.Audit && a.about(d, since) && !slices.Contains(a.audits, d.Round) {
			a.audits = append(a.audits, d.Round)
		}
	}
	for i := range log {
		if d := &log[i]; a.last[d.Mention.ID] == d && !d.Audit && a.about(d, since) && settles(d) {
			a.counted = append(a.counted, d)
		}
	}
	return a
}

func (a *answerLog) about(d *nayose.Decision, since nayose.Date) bool {
	return a.partners[d.Mention.Partner] && !d.At.Before(since.Time())
}

// settles is whether a decision says who the employer is, or that it is none of the companies.
func settles(d *nayose.Decision) bool {
	return d.Choice == nayose.ChoseCompany || d.Choice == nayose.ChoseNone
}

// right is whether a decision is the best candidate of those that were shown.
func right(d *nayose.Decision, best nayose.Shown) bool {
	return d.Choice == nayose.ChoseCompany && d.CompanyID == best.CompanyID
}

// bands have those of the decisions and those of the audits side by side, from the lowest probability on, where there are answers.
func (a *answerLog) bands(audits map[string][]artifact.Question) (list []page.Band) {
	decided, audited := a.decided(), a.audited(audits)
	for i := range decided {
		for _, b := range []page.Band{decided[i].Band(), audited[i].Band()} {
			if b.From, b.To = sampling.Band(i).Limits(); b.Answered > 0 {
				list = append(list, b)
			}
		}
	}
	return list
}

// decided are the answers to what was asked openly, by band. What was shown without a candidate counts nowhere.
func (a *answerLog) decided() []page.Answers {
	byBand := make([]page.Answers, sampling.Bands)
	for _, d := range a.counted {
		if best := likeliest(d.Shown); best.Probability > 0 {
			byBand[sampling.BandOf(best.Probability)].Add(right(d, best))
		}
	}
	return byBand
}

// audited are the answers to audits by band, as the view of audits counts them: the last decision about a mention counts, if the audit's
// question was answered at all.
func (a *answerLog) audited(audits map[string][]artifact.Question) []page.Strata {
	byBand := make([]page.Strata, sampling.Bands)
	for i := range byBand {
		byBand[i] = page.Strata{}
	}
	for round, questions := range audits {
		for i := range questions {
			q := &questions[i]
			best := likeliest(q.Shown)
			if best.Probability == 0 || !a.partners[q.Mention.Partner] {
				continue
			}
			name, in := round+" "+q.Stratum, byBand[sampling.BandOf(best.Probability)]
			s := in[name]
			if s == nil {
				s = &page.Answers{}
				in[name] = s
			}
			s.Mentions += q.Weight
			if d := a.last[q.Mention.ID]; d != nil && a.rounds[q.Mention.ID][round] && settles(d) {
				s.Add(right(d, best))
			}
		}
	}
	return byBand
}
