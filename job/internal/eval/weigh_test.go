package eval

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"nayose"
)

// TestWeigh holds the figures of a small set against what a person counts.
func TestWeigh(t *testing.T) {
	var s Set
	for _, r := range []struct {
		truth, answer string
		outcome       nayose.Outcome
		weight        float64
	}{
		{"1", "1", nayose.Matched, 6},
		{"2", "1", nayose.Matched, 2},
		{"", "1", nayose.Matched, 0}, // 0 is 1
		{"3", "3", nayose.Review, 4},
		{"4", "4", nayose.Unmatched, 3},
		{"", "", nayose.Unmatched, 4},
	} {
		s.Postings = append(s.Postings, Posting{Truth: r.truth, Weight: r.weight})
		s.Matches = append(s.Matches, nayose.Match{Outcome: r.outcome, CompanyID: r.answer})
	}
	got := Weigh(s)
	want := Weighed{
		Answers: 6, Matched: 9. / 20, Review: 4. / 20, Wrong: 3. / 20, Missed: 3. / 20,
		Precision: &Estimate{6. / 9, 0.1580, 0.9552},  // as of 81/41 answers
		Recall:    &Estimate{6. / 15, 0.0934, 0.8118}, // of 225/65
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 0.0001)); diff != "" {
		t.Errorf("Weigh (-want +got):\n%s", diff)
	}
	if got := Weigh(Set{}); got != (Weighed{}) {
		t.Errorf("Weigh of nothing = %+v", got)
	}
}

// A layer is a stratum of mentions, how many of it are drawn, and how many are right.
type layer struct{ mentions, drawn, right float64 }

// TestWeighCovers: of evenly drawn samples about 95 % of the intervals hold the truth; of those that are drawn from two strata in different
// shares, more.
func TestWeighCovers(t *testing.T) {
	for _, c := range []struct {
		layers    []layer
		low, high float64
	}{
		{[]layer{{10000, 160, 0.95}}, 0.93, 0.97},
		{[]layer{{9000, 100, 0.99}, {1000, 60, 0.80}}, 0.95, 1},
	} {
		random := rand.New(rand.NewPCG(3, 5))
		var all, right, held float64
		for _, l := range c.layers {
			all, right = all+l.mentions, right+l.mentions*l.right
		}
		const samples = 2000
		for range samples {
			if p := Weigh(drawn(c.layers, random)).Precision; p.Low <= right/all && right/all <= p.High {
				held++
			}
		}
		if share := held / samples; share < c.low || share > c.high {
			t.Errorf("%v: %.3f of the intervals hold the truth, want %v to %v", c.layers, share, c.low, c.high)
		}
	}
}

func drawn(layers []layer, random *rand.Rand) (s Set) {
	for _, l := range layers {
		for range int(l.drawn) {
			answer := "other"
			if random.Float64() < l.right {
				answer = "it"
			}
			s.Postings = append(s.Postings, Posting{Truth: "it", Weight: l.mentions / l.drawn})
			s.Matches = append(s.Matches, nayose.Match{Outcome: nayose.Matched, CompanyID: answer})
		}
	}
	return s
}
