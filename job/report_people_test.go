package main

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/job/internal/artifact"
)

// TestBands: which decisions count, and in which band.
func TestBands(t *testing.T) {
	at := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	shown := []nayose.Shown{{CompanyID: "2", Probability: 0.1}, {CompanyID: "1", Probability: 0.7}}
	var log []nayose.Decision
	settle := func(id byte, choice nayose.Choice, company string, change func(*nayose.Decision)) {
		d := nayose.Decision{
			Mention: nayose.Mention{ID: testID(id), Partner: "p"}, Choice: choice, CompanyID: company, Shown: shown, At: at, Round: "2026-W47/r",
		}
		if change != nil {
			change(&d)
		}
		log = append(log, d)
	}
	audit := func(d *nayose.Decision) { d.Audit, d.Round = true, "2026-W47/a" }
	settle(1, nayose.ChoseCompany, "1", nil)
	settle(2, nayose.ChoseCompany, "2", nil)
	settle(3, nayose.ChoseNone, "", nil)
	settle(4, nayose.ChoseCompany, "1", nil)
	settle(4, nayose.TakenBack, "", nil) // counts for nothing
	settle(5, nayose.ChoseUnsure, "", nil)
	settle(6, nayose.ChoseCompany, "1", func(d *nayose.Decision) { d.Mention.Partner = "another" })
	settle(7, nayose.ChoseCompany, "1", func(d *nayose.Decision) { d.At = at.AddDate(-1, 0, 0) })
	settle(8, nayose.ChoseCompany, "1", func(d *nayose.Decision) { d.Shown = []nayose.Shown{{CompanyID: "1"}} }) // chosen by its number
	settle(9, nayose.ChoseCompany, "1", func(d *nayose.Decision) { d.Shown = []nayose.Shown{{CompanyID: "1", Probability: 0.95}} })
	settle(10, nayose.ChoseNone, "", audit)
	settle(10, nayose.ChoseCompany, "1", nil) // a correction, which counts for the audit, too
	settle(11, nayose.ChoseCompany, "2", audit)
	settle(12, nayose.ChoseCompany, "1", nil) // drawn, and answered elsewhere only
	questions := []artifact.Question{}
	for _, id := range []byte{10, 11, 12, 13} {
		questions = append(questions, artifact.Question{
			Mention: nayose.Mention{ID: testID(id), Partner: "p"}, Shown: shown, Stratum: "p/review/0.5-0.9", Weight: 2.5,
		})
	}
	a := newAnswerLog(log, []*delivery{{partner: "p"}}, nayose.NewDate(2026, 6, 1))
	if !slices.Equal(a.audits, []string{"2026-W47/a"}) {
		t.Errorf("audits %q", a.audits)
	}
	var got []string
	for _, b := range a.bands(map[string][]artifact.Question{"2026-W47/a": questions}) {
		got = append(got, fmt.Sprintf("%v-%v %s %d of %d", b.From, b.To, b.Source, b.Right, b.Answered))
		if !(b.Low <= b.Precision && b.Precision <= b.High && b.Low < b.High) {
			t.Errorf("%+v: the interval does not hold the estimate", b)
		}
	}
	want := []string{"0.5-0.9 decisions 3 of 5", "0.5-0.9 audits 1 of 2", "0.9-0.98 decisions 1 of 1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
