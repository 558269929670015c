package main

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nayose"
	"nayose/job/internal/artifact"
	page "nayose/job/internal/report"
)

func TestScoreboard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 50).Draw(t, "mentions")
		board, want := newScoreboard(int64(n)), page.Scores{}
		matches := make([]nayose.Match, n)
		for i := range matches {
			matches[i] = nayose.Match{
				MentionID: nayose.NewID(fmt.Sprint(i)), Outcome: rapid.SampledFrom(outcomes).Draw(t, "outcome"),
				Probability: rapid.Float64Range(0, 1).Draw(t, "probability"),
			}
			board.add(&matches[i])
		}
		for _, outcome := range outcomes {
			want[outcome] = [20]int64{}
		}
		for range rapid.IntRange(0, 5*n).Draw(t, "postings") {
			m := rapid.SampledFrom(matches).Draw(t, "of")
			if !board.count(m.MentionID) {
				t.Fatalf("mention %s is unknown", m.MentionID)
			}
			row := want[m.Outcome]
			row[min(19, int(math.Floor(m.Probability*20)))]++
			want[m.Outcome] = row
		}
		if diff := cmp.Diff(want, board.scores()); diff != "" {
			t.Fatal(diff)
		}
		if board.count(nayose.NewID("another")) {
			t.Fatal("a mention that was never noted is counted")
		}
	})
}

// TestSampler: the same examples come of the same answers in any order, the doubtful ones are among them, and another week has others.
func TestSampler(t *testing.T) {
	var matches []nayose.Match
	for i := range 90 {
		p := 0.5 + float64(i)/200 // of the first, the other half is another company's
		matches = append(matches, nayose.Match{
			MentionID: nayose.NewID(fmt.Sprint(i)), Outcome: outcomes[i%3], Probability: p, NoneBits: -50,
			Candidates: []nayose.Candidate{{Probability: p, Evidence: []nayose.Evidence{{Bits: 0}}}, {Probability: 1 - p}},
		})
	}
	draw := func(week int, matches []nayose.Match) (ids []nayose.ID) {
		s := newSampler(nayose.Week{Year: 2026, Week: week})
		for _, m := range matches {
			s.add(nayose.Mention{ID: m.MentionID}, m)
		}
		for _, x := range s.samples() {
			ids = append(ids, x.Match.MentionID)
		}
		return ids
	}
	got := draw(47, matches)
	if len(got) != 3*mostSamples {
		t.Fatalf("%d examples", len(got))
	}
	for i := range outcomes {
		for n := range mostDoubtful {
			if want := matches[i+3*n].MentionID; got[i*mostSamples+n] != want {
				t.Errorf("example %d of %s is not the one in most doubt", n, outcomes[i])
			}
		}
	}
	seen := map[nayose.ID]bool{}
	for _, id := range got {
		if seen[id] {
			t.Errorf("%s is there twice", id)
		}
		seen[id] = true
	}
	slices.Reverse(matches)
	if again := draw(47, matches); !slices.Equal(again, got) {
		t.Errorf("in another order: %v, want %v", again, got)
	}
	if other := draw(48, matches); slices.Equal(other, got) {
		t.Error("another week has the same examples")
	}
	if few := draw(47, matches[:4]); len(few) != 4 {
		t.Errorf("of four mentions %d are examples", len(few))
	}
}

func TestReasons(t *testing.T) {
	reject := func(kind, column string, n int) (list []nayose.Reject) {
		return slices.Repeat([]nayose.Reject{{Kind: kind, Column: column, Code: "bad"}}, n)
	}
	all := slices.Concat(reject(nayose.RejectBad, "pay", 3), reject(nayose.RejectDuplicate, "id", 9), reject(nayose.RejectBad, "id", 5))
	got, err := reasons(seqOf(all))
	noError(t, err)
	if want := []page.Reason{{Column: "id", Code: "bad", Records: 5}, {Column: "pay", Code: "bad", Records: 3}}; !slices.Equal(got, want) {
		t.Errorf("reasons %v, want %v", got, want)
	}
	const many = 3000
	for i := range many {
		all = append(all, reject(nayose.RejectBad, fmt.Sprint("column ", i), 1)...)
	}
	got, err = reasons(seqOf(all))
	noError(t, err)
	last := got[len(got)-1]
	if len(got) != mostReasons+1 || got[0].Records != 5 || last.Column != "" || last.Records != many-(mostReasons-2) {
		t.Errorf("%d reasons of many, the last %+v", len(got), last)
	}
}

// TestAuditBand holds the estimate against what the view of audits has for the same strata (testdata/scripts/audit.txtar).
func TestAuditBand(t *testing.T) {
	for _, c := range []struct {
		strata         strata
		p, low, high   float64
		answered, good int64
	}{
		{strata{"a": {18, 1, 1}, "b": {11, 0, 0}, "c": {89, 4, 4}}, 1, 0.589, 1, 5, 5},
		{strata{"a": {15, 2, 1}, "b": {22, 2, 2}, "c": {80, 2, 2}}, 0.936, 0.481, 0.996, 6, 5},
		{strata{"all of it": {4, 4, 3}}, 0.75, 0.75, 0.75, 4, 3},
		{strata{"a": {18, 0, 0}}, 0, 0, 0, 0, 0},
		{nil, 0, 0, 0, 0, 0},
	} {
		got := c.strata.band()
		near := func(a, b float64) bool { return math.Abs(a-b) < 0.0006 }
		if !near(got.Precision, c.p) || !near(got.Low, c.low) || !near(got.High, c.high) || got.Answered != c.answered || got.Right != c.good {
			t.Errorf("%v: %+v, want %v", c.strata, got, c)
		}
	}
	if b := (&sampled{answered: 10, right: 8}).band(); math.Abs(b.Low-0.490) > 0.0006 || math.Abs(b.High-0.943) > 0.0006 || b.Precision != 0.8 {
		t.Errorf("eight of ten: %+v, want 0.8 between 0.490 and 0.943", b)
	}
}

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
