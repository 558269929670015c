package matcher

import "nayose"

// WithDecisions is a matcher that answers by the last decision of each mention.
func (m *Matcher) WithDecisions(ds []nayose.Decision) *Matcher {
	decided := *m
	decided.decisions = map[nayose.ID]nayose.Decision{}
	for _, d := range ds {
		decided.decisions[d.Mention.ID] = d
	}
	return &decided
}

// settled is the answer of a decision about a mention.
func (m *Matcher) settled(answer nayose.Match) nayose.Match {
	switch d := m.decisions[answer.MentionID]; d.Choice {
	case nayose.ChoseCompany:
		answer.Outcome, answer.CompanyID, answer.Probability = nayose.Matched, d.CompanyID, 1
	case nayose.ChoseNone:
		answer.Outcome = nayose.Unmatched
	}
	return answer
}
