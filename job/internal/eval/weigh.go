package eval

import (
	"cmp"
	"math"

	"nayose"
)

// Estimate is a share with its 95 % interval.
type Estimate struct {
	Share float64 `json:"share"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Weighed measures answers of which each stands for as many as its posting's weight says, as those to a sample that was drawn from strata
// in different shares. An estimate is nil where there is nothing to have a share of.
type Weighed struct {
	Answers   int       `json:"answers"`
	Matched   float64   `json:"matched"` // shares of all
	Review    float64   `json:"review"`
	Wrong     float64   `json:"wrong"`  // matched, and not with the right company
	Missed    float64   `json:"missed"` // unmatched, though there is a right company
	Precision *Estimate `json:"precision,omitempty"`
	Recall    *Estimate `json:"recall,omitempty"`
}

// Weigh measures a set. The intervals are Wilson's, for as many answers as would tell as much were their weights equal: the square of the
// sum of the weights over the sum of their squares (Kish).
func Weigh(s Set) Weighed {
	var matched, review, wrong, missed, precision, recall part
	for i, x := range s.items() {
		n, is := cmp.Or(s.Postings[i].Weight, 1), x.match.Outcome
		right := is == nayose.Matched && x.right()
		matched.add(n, is == nayose.Matched)
		review.add(n, is == nayose.Review)
		wrong.add(n, is == nayose.Matched && !right)
		missed.add(n, is == nayose.Unmatched && x.truth != "")
		if is == nayose.Matched {
			precision.add(n, right)
		}
		if x.truth != "" {
			recall.add(n, right)
		}
	}
	return Weighed{
		Answers: len(s.Postings), Matched: matched.share(), Review: review.share(), Wrong: wrong.share(), Missed: missed.share(),
		Precision: precision.estimate(), Recall: recall.estimate(),
	}
}

// part is the part of weighed answers that has a property.
type part struct{ has, all, squares float64 }

func (p *part) add(n float64, has bool) {
	if has {
		p.has += n
	}
	p.all, p.squares = p.all+n, p.squares+n*n
}

func (p *part) share() float64 {
	if p.all == 0 {
		return 0
	}
	return p.has / p.all
}

func (p *part) estimate() *Estimate {
	if p.all == 0 {
		return nil
	}
	share := p.share()
	k := 1.96 * 1.96 * p.squares / (p.all * p.all)
	spread := math.Sqrt(k*share*(1-share) + k*k/4)
	return &Estimate{share, max(0, (share+k/2-spread)/(1+k)), min(1, (share+k/2+spread)/(1+k))}
}
