// Package drift holds two answers about each mention against each other: that of the live generation, and that of a shadow, which the
// settings of now would give.
//
// An answer is a nayose.Answer, which a file of matches can be read as. Pairs walks both sides and the postings in the order of mention ids. For each pair Gaps counts what one side lacks, and Between says how the
// answers differ, which Tally counts. A mention of three postings that is live "matched 1" and now "review 2" is the Change matched_review: of
// mentions one of Compared and Changed, of postings three. A walk costs a pass over the files, and holds a row of each file and the
// lineage ids of one mention.
//
// pairs.go walks, drift.go says how two answers differ, gaps.go what one side lacks.
package drift

import (
	"strings"

	"nayose"
)

// Change is how two answers about one mention differ.
type Change string

// The changes. The last one is no other answer: drift does not count it.
const (
	Agree          Change = "agree"
	OtherCompany   Change = "other_company"   // matched by both
	OtherCandidate Change = "other_candidate" // the first of a review is another one
)

// Changes are all of them, in the order of tables.
var Changes = []Change{
	OtherCompany, "matched_review", "matched_unmatched", "review_matched", "review_unmatched", "unmatched_matched", "unmatched_review", OtherCandidate,
}

// String says it to people.
func (c Change) String() string {
	switch c {
	case OtherCompany:
		return "matched with another company"
	case OtherCandidate:
		return "review, another candidate first"
	}
	return strings.Replace(string(c), "_", ", now ", 1)
}

// Another is whether it is another answer.
func (c Change) Another() bool { return c != Agree && c != OtherCandidate }

// Between is how an answer differs from the live one.
func Between(live, now *nayose.Answer) Change {
	switch {
	case live.Outcome != now.Outcome:
		return Change(live.Outcome + "_" + now.Outcome)
	case live.CompanyID == now.CompanyID, live.Outcome == nayose.Unmatched:
		return Agree
	case live.Outcome == nayose.Matched:
		return OtherCompany
	}
	return OtherCandidate
}

// A Tally counts answers.
type Tally struct {
	Compared int64            `json:"compared"`
	Changed  int64            `json:"changed"` // of these, those with another outcome or company
	Share    float64          `json:"changed_share"`
	By       map[Change]int64 `json:"by"` // agreements and changes
}

// Add counts n answers that differ so.
func (t *Tally) Add(c Change, n int64) {
	if n == 0 {
		return
	}
	if t.By == nil {
		t.By = map[Change]int64{}
	}
	t.Compared += n
	t.By[c] += n
	if c.Another() {
		t.Changed += n
	}
	t.Share = float64(t.Changed) / float64(t.Compared)
}
