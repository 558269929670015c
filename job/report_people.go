package main

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"nayose"
	"nayose/job/internal/artifact"
	page "nayose/job/internal/report"
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

// bands have those of the decisions and those of the audits side by side, from the lowest probability on, where there are answers.
func (a *answerLog) bands(audits map[string][]artifact.Question) (list []page.Band) {
	decided, audited := a.decided(), a.audited(audits)
	for i := range decided {
		for _, b := range []page.Band{decided[i].band(), audited[i].band()} {
			if b.From, b.To = bandLimits(i); b.Answered > 0 {
				list = append(list, b)
			}
		}
	}
	return list
}

// A sampled is so many mentions of which people answered some, and found the best candidate of some of these right.
type sampled struct {
	mentions        float64 // of an audit
	answered, right int64
}

func (s *sampled) answer(d *nayose.Decision, best nayose.Shown) {
	s.answered++
	if d.Choice == nayose.ChoseCompany && d.CompanyID == best.CompanyID {
		s.right++
	}
}

// decided are the answers to what was asked openly, by band. What was shown without a candidate counts nowhere.
func (a *answerLog) decided() []sampled {
	byBand := make([]sampled, len(bands)+1)
	for _, d := range a.counted {
		if best := likeliest(d.Shown); best.Probability > 0 {
			byBand[bandOf(best.Probability)].answer(d, best)
		}
	}
	return byBand
}

// z2 is the square of what a 95 % interval of a normal variable spans on either side.
const z2 = 3.841459

func (s *sampled) band() page.Band {
	b := page.Band{Answered: s.answered, Right: s.right, Source: "decisions"}
	if n := float64(s.answered); n > 0 {
		b.Precision = float64(s.right) / n
		b.Low, b.High = wilson(b.Precision, z2/n)
	}
	return b
}

// strata are what audits were drawn from, by name.
type strata map[string]*sampled

// audited are the answers to audits by band, as the view of audits counts them: the last decision about a mention counts, if the audit's
// question was answered at all.
func (a *answerLog) audited(audits map[string][]artifact.Question) []strata {
	byBand := make([]strata, len(bands)+1)
	for i := range byBand {
		byBand[i] = strata{}
	}
	for round, questions := range audits {
		for i := range questions {
			q := &questions[i]
			best := likeliest(q.Shown)
			if best.Probability == 0 || !a.partners[q.Mention.Partner] {
				continue
			}
			name, in := round+" "+q.Stratum, byBand[bandOf(best.Probability)]
			s := in[name]
			if s == nil {
				s = &sampled{}
				in[name] = s
			}
			s.mentions += q.Weight
			if d := a.last[q.Mention.ID]; d != nil && a.rounds[q.Mention.ID][round] && settles(d) {
				s.answer(d, best)
			}
		}
	}
	return byBand
}

// band estimates the share of right answers in all mentions of the strata, with Wilson's interval for a sample as large as would have
// its variance were it drawn evenly from all: as the view nayose.audits does (loader/migrations), whose comment says why so.
func (all strata) band() page.Band {
	b := page.Band{Source: "audits"}
	var mentions, right, near, variance float64
	for _, name := range slices.Sorted(maps.Keys(all)) { // in order: sums of fractions depend on it
		s := all[name]
		if s.answered == 0 {
			continue
		}
		n := float64(s.answered)
		share := (float64(s.right) + 0.5) / (n + 1)
		b.Answered, b.Right = b.Answered+s.answered, b.Right+s.right
		mentions += s.mentions
		right += s.mentions * float64(s.right) / n
		near += s.mentions * share
		variance += s.mentions * s.mentions * max(0, 1-n/s.mentions) / n * share * (1 - share)
	}
	if b.Answered > 0 {
		near, variance = near/mentions, variance/mentions/mentions
		b.Precision = right / mentions
		b.Low, b.High = wilson(b.Precision, z2*variance/(near*(1-near)))
	}
	return b
}

// wilson is Wilson's interval of a share p, where k is z² by the size of the sample.
func wilson(p, k float64) (low, high float64) {
	half := math.Sqrt(k*p*(1-p) + k*k/4)
	return max(0, (p+k/2-half)/(1+k)), min(1, (p+k/2+half)/(1+k))
}
