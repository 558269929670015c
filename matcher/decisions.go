package matcher

import "nayose"

// WithDecisions is a matcher that answers by the last decision about the very mention.
func (m *Matcher) WithDecisions(ds []nayose.Decision) *Matcher {
	with := New(m.master, m.model)
	with.decided = map[nayose.ID]nayose.Decision{}
	for _, d := range ds {
		with.decided[d.Mention.ID] = d
	}
	return with
}

// settle makes of an answer what a person settled about its mention.
func (m *Matcher) settle(answer *nayose.Match) {
	switch d := m.decided[answer.MentionID]; d.Choice {
	case nayose.ChoseCompany:
		answer.Outcome, answer.CompanyID = nayose.Matched, d.CompanyID
	case nayose.ChoseNone:
		answer.Outcome = nayose.Unmatched
	}
}
