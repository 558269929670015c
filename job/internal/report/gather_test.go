package report

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nayose"
)

func TestScoreboard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 50).Draw(t, "mentions")
		board, want := NewScoreboard(int64(n)), Scores{}
		matches := make([]nayose.Match, n)
		for i := range matches {
			matches[i] = nayose.Match{
				MentionID: nayose.NewID(fmt.Sprint(i)), Outcome: rapid.SampledFrom(outcomes).Draw(t, "outcome"),
				Probability: rapid.Float64Range(0, 1).Draw(t, "probability"),
			}
			board.Add(&matches[i])
		}
		for _, outcome := range outcomes {
			want[outcome] = [20]int64{}
		}
		for range rapid.IntRange(0, 5*n).Draw(t, "postings") {
			m := rapid.SampledFrom(matches).Draw(t, "of")
			if !board.Count(m.MentionID) {
				t.Fatalf("mention %s is unknown", m.MentionID)
			}
			row := want[m.Outcome]
			row[min(19, int(math.Floor(m.Probability*20)))]++
			want[m.Outcome] = row
		}
		if diff := cmp.Diff(want, board.Scores()); diff != "" {
			t.Fatal(diff)
		}
		if board.Count(nayose.NewID("another")) {
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
		s := NewSampler(nayose.Week{Year: 2026, Week: week})
		for _, m := range matches {
			s.Add(nayose.Mention{ID: m.MentionID}, m, 1-m.Probability)
		}
		for _, x := range s.Samples() {
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
	got, err := Reasons(stored(all))
	if err != nil {
		t.Fatal(err)
	}
	if want := []Reason{{Column: "id", Code: "bad", Records: 5}, {Column: "pay", Code: "bad", Records: 3}}; !slices.Equal(got, want) {
		t.Errorf("reasons %v, want %v", got, want)
	}
	const many = 3000
	for i := range many {
		all = append(all, reject(nayose.RejectBad, fmt.Sprint("column ", i), 1)...)
	}
	got, err = Reasons(stored(all))
	if err != nil {
		t.Fatal(err)
	}
	last := got[len(got)-1]
	if len(got) != mostReasons+1 || got[0].Records != 5 || last.Column != "" || last.Records != many-(mostReasons-2) {
		t.Errorf("%d reasons of many, the last %+v", len(got), last)
	}
}

func stored[T any](values []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range values {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// TestAuditBand holds the estimate against what the view of audits has for the same strata (testdata/scripts/audit.txtar).
func TestAuditBand(t *testing.T) {
	for _, c := range []struct {
		strata         Strata
		p, low, high   float64
		answered, good int64
	}{
		{Strata{"a": {18, 1, 1}, "b": {11, 0, 0}, "c": {89, 4, 4}}, 1, 0.589, 1, 5, 5},
		{Strata{"a": {15, 2, 1}, "b": {22, 2, 2}, "c": {80, 2, 2}}, 0.936, 0.481, 0.996, 6, 5},
		{Strata{"all of it": {4, 4, 3}}, 0.75, 0.75, 0.75, 4, 3},
		{Strata{"a": {18, 0, 0}}, 0, 0, 0, 0, 0},
		{nil, 0, 0, 0, 0, 0},
	} {
		got := c.strata.Band()
		near := func(a, b float64) bool { return math.Abs(a-b) < 0.0006 }
		if !near(got.Precision, c.p) || !near(got.Low, c.low) || !near(got.High, c.high) || got.Answered != c.answered || got.Right != c.good {
			t.Errorf("%v: %+v, want %v", c.strata, got, c)
		}
	}
	if b := (&Answers{Answered: 10, Right: 8}).Band(); math.Abs(b.Low-0.490) > 0.0006 || math.Abs(b.High-0.943) > 0.0006 || b.Precision != 0.8 {
		t.Errorf("eight of ten: %+v, want 0.8 between 0.490 and 0.943", b)
	}
}
