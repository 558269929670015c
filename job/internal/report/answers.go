package report

import (
	"maps"
	"math"
	"slices"
)

// Answers are so many mentions of which people answered some, and found the best candidate of some of these right.
type Answers struct {
	Mentions        float64 // of a stratum
	Answered, Right int64
}

// Add counts an answer.
func (a *Answers) Add(right bool) {
	a.Answered++
	if right {
		a.Right++
	}
}

// z2 is the square of what a 95 % interval of a normal variable spans on either side.
const z2 = 3.841459

// Band is the share of right answers among decisions, with Wilson's interval: 8 of 10 are 0.8, between 0.49 and 0.943.
func (a *Answers) Band() Band {
	b := Band{Answered: a.Answered, Right: a.Right, Source: "decisions"}
	if n := float64(a.Answered); n > 0 {
		b.Precision = float64(a.Right) / n
		b.Low, b.High = wilson(b.Precision, z2/n)
	}
	return b
}

// Strata are what audits were drawn from, by name.
type Strata map[string]*Answers

// Band estimates the share of right answers in all mentions of the strata, with Wilson's interval for a sample as large as would have
// its variance were it drawn evenly from all: as the view nayose.audits does (loader/migrations), whose comment says why so.
func (all Strata) Band() Band {
	b := Band{Source: "audits"}
	var mentions, right, near, variance float64
	for _, name := range slices.Sorted(maps.Keys(all)) { // in order: sums of fractions depend on it
		s := all[name]
		if s.Answered == 0 {
			continue
		}
		n := float64(s.Answered)
		share := (float64(s.Right) + 0.5) / (n + 1)
		b.Answered, b.Right = b.Answered+s.Answered, b.Right+s.Right
		mentions += s.Mentions
		right += s.Mentions * float64(s.Right) / n
		near += s.Mentions * share
		variance += s.Mentions * s.Mentions * max(0, 1-n/s.Mentions) / n * share * (1 - share)
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
