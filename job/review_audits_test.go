package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/loader"
)

// TestAuditQuestions: what the matcher answered is the likeliest of the companies, wherever it stands among them.
func TestAuditQuestions(t *testing.T) {
	mention := nayose.Mention{ID: testID(1), Partner: "hello"}
	r := artifact.Round{Questions: []artifact.Question{
		{
			Mention: mention, Outcome: nayose.Matched, Stratum: "hello/matched/0.9-0.98", Weight: 12.5,
			Shown: []nayose.Shown{{CompanyID: "1", Probability: 0.02}, {CompanyID: "2", Probability: 0.95}, {CompanyID: "3", Probability: 0.01}},
		},
		{Mention: mention, Outcome: nayose.Unmatched, Stratum: "hello/unmatched/0-0.5", Weight: 1, Shown: []nayose.Shown{}},
	}}
	want := []loader.AuditQuestion{
		{Mention: testID(1), Partner: "hello", Outcome: nayose.Matched, CompanyID: "2", Stratum: "hello/matched/0.9-0.98", Weight: 12.5},
		{Mention: testID(1), Partner: "hello", Outcome: nayose.Unmatched, Stratum: "hello/unmatched/0-0.5", Weight: 1},
	}
	if diff := cmp.Diff(want, auditQuestions(&r)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
