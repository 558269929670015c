package drift

import (
	"strings"
	"testing"

	"nayose"
)

func TestBetween(t *testing.T) {
	answer := func(text string) *nayose.Answer { // outcome and best candidate
		outcome, company, _ := strings.Cut(text, " ")
		return &nayose.Answer{Outcome: nayose.Outcome(outcome), CompanyID: company}
	}
	for _, c := range []struct {
		live, now string
		want      Change
		another   bool
	}{
		{"matched 1", "matched 1", Agree, false},
		{"matched 1", "matched 2", OtherCompany, true},
		{"matched 1", "review 1", "matched_review", true},
		{"unmatched 1", "matched 1", "unmatched_matched", true},
		{"review 1", "unmatched ", "review_unmatched", true},
		{"review 1", "review 2", OtherCandidate, false},
		{"review ", "review 2", OtherCandidate, false},
		{"unmatched 1", "unmatched 2", Agree, false}, // a candidate that nobody sees
	} {
		if got := Between(answer(c.live), answer(c.now)); got != c.want || got.Another() != c.another {
			t.Errorf("Between(%s, %s) = %s, another answer: %v, want %s, %v", c.live, c.now, got, got.Another(), c.want, c.another)
		}
	}
}
