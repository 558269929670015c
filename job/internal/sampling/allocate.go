package sampling

import (
	"cmp"
	"math"
	"slices"
)

// leastSpread is what the answers of a stratum differ by at least: an audit does not take the matcher's word that it is always right.
const leastSpread = 0.1

// Neyman draws so that a share of all mentions is estimated best: of a stratum by its size times the spread of its answers, √(p(1−p)) of a
// mention that is sure with p (Neyman 1934, On the Two Different Aspects of the Representative Method). Each stratum has two, or what there
// is of it, as its own variance is to be estimated; then one more at a time goes where it lowers the variance by most, which is exact
// in whole numbers (Wright 2012, The Equivalence of Neyman Optimum Allocation for Sampling and Equal Proportions for Apportioning the
// U.S. House of Representatives). Where the lottery is smaller than its strata are many, some have none.
func (l *Lottery[T]) Neyman() []Drawn[T] {
	return l.draw(func(strata []*stratum[T]) {
		for range l.size {
			if len(strata) == 0 {
				return
			}
			best := slices.MaxFunc(strata, func(a, b *stratum[T]) int { return cmp.Compare(a.gain(), b.gain()) })
			if best.gain() < 0 {
				return
			}
			best.drawn++
		}
	})
}

// gain is the worth of one draw more from a stratum, the root of what it takes off the variance of the estimate; below 0 where nothing is left.
func (s *stratum[T]) gain() float64 {
	switch n := float64(s.drawn); {
	case s.drawn == s.all:
		return -1
	case s.drawn == 0:
		return math.Inf(1)
	case s.drawn == 1:
		return math.MaxFloat64
	default:
		return max(float64(s.spread)/billion, leastSpread*float64(s.all)) / math.Sqrt(n*(n+1))
	}
}

// Even draws the same of each stratum, and what a small one leaves of the others. Where the lottery is smaller than its strata are many, the
// smallest have none.
func (l *Lottery[T]) Even() []Drawn[T] {
	return l.draw(func(strata []*stratum[T]) {
		slices.SortStableFunc(strata, func(a, b *stratum[T]) int { return cmp.Compare(a.all, b.all) })
		left := l.size
		for i, s := range strata {
			s.drawn = min(len(s.first), left/(len(strata)-i))
			left -= s.drawn
		}
	})
}
