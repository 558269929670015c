// Package sampling decides which mentions people are asked about when they are asked at random, and for how many mentions each answer
// then stands.
//
// A mention is a Ticket in a Lottery: a stratum, an id, and how sure the answer is that is to be judged. Its lot is a hash of seed and id, and in
// each stratum the lowest lots are drawn: the same seed draws the same, in whatever order mentions come, and no mention has a
// better chance than another of its stratum. Lots stand in no relation to anything, so that the order of questions tells nothing. How
// many are drawn of each stratum is one of two allocations:
//
//	Neyman  where all are to be estimated together: by size and doubt. For audits (nayose review sample).
//	Even    where each is looked at for itself: the same of all. For the changes of a shadow (nayose rebuild --shadow --out).
//
// A drawn mention weighs as many as are in its stratum over those drawn of it, the inverse of its chance (Horvitz and Thompson 1952, A
// Generalization of Sampling Without Replacement from a Finite Universe). So the weights add up to the population, and shares of
// them estimate shares of it. What comes back is often less than was drawn, which a Turnout makes up for.
//
// For example 900 mentions were matched for certain, and of 100 in review the best answer is right every other time. Of certain ones an audit
// still expects one wrong in a hundred (a spread of 0.1), of the others one in two (0.5). Twelve questions go by 900 × 0.1 = 90 to 100 ×
// 0.5 = 50: eight to the matched, which stand for 112.5 mentions each, and four to the others, which stand for 25 each. If then only two of these four are
// answered, each of the two stands for 50.
//
// Adding a mention costs a hash, and of each stratum up to twice as many are held as are drawn in all: a million mentions in forty strata take 0.7 s
// of processor time (BenchmarkLottery).
package sampling

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"

	"nayose"
)

// A Ticket is a mention that may be drawn.
type Ticket[T any] struct {
	Stratum string
	ID      nayose.ID
	Sure    float64 // the probability that what is to be judged is right; only Neyman asks
	Item    T       // what comes back where it is drawn
}

// Drawn is what was drawn.
type Drawn[T any] struct {
	Item    T
	Stratum string
	Weight  float64 // how many of its stratum it stands for, 1 or more
}

// A Lottery draws from the tickets that it is given.
type Lottery[T any] struct {
	size   int
	seed   string
	len    int
	strata map[string]*stratum[T]
}

// stratum is what a lottery knows of a stratum: how much there was of it, and the first of it by lot.
type stratum[T any] struct {
	name   string
	all    int
	spread int64 // the sum of the spreads, in billionths: whole numbers come to the same in any order
	first  []lot[T]
	drawn  int
}

type lot[T any] struct {
	by   nayose.ID
	item T
}

// New is a lottery of so many draws in all, one or more.
func New[T any](size int, seed uint64) *Lottery[T] {
	return &Lottery[T]{size: size, seed: fmt.Sprint(seed), strata: map[string]*stratum[T]{}}
}

// Add puts a ticket in. Each mention may be there once.
func (l *Lottery[T]) Add(t Ticket[T]) {
	s := l.strata[t.Stratum]
	if s == nil {
		s = &stratum[T]{name: t.Stratum}
		l.strata[t.Stratum] = s
	}
	l.len++
	s.all++
	s.spread += int64(math.Round(billion * math.Sqrt(max(0, t.Sure*(1-t.Sure)))))
	s.first = append(s.first, lot[T]{nayose.NewID("audit", l.seed, t.ID.String()), t.Item})
	if len(s.first) > 2*l.size {
		s.cut(l.size)
	}
}

const billion = 1e9

// Len is how many tickets were put in.
func (l *Lottery[T]) Len() int { return l.len }

// Strata is how many strata they are of.
func (l *Lottery[T]) Strata() int { return len(l.strata) }

// cut keeps the first so many, in order.
func (s *stratum[T]) cut(most int) {
	slices.SortFunc(s.first, byLot)
	s.first = s.first[:min(len(s.first), most)]
}

func byLot[T any](a, b lot[T]) int { return slices.Compare(a.by[:], b.by[:]) }

// draw takes of each stratum what allocate says, which gets the strata by name. What was drawn lies in the order of the lots.
func (l *Lottery[T]) draw(allocate func([]*stratum[T])) []Drawn[T] {
	strata := slices.SortedFunc(maps.Values(l.strata), func(a, b *stratum[T]) int { return cmp.Compare(a.name, b.name) })
	for _, s := range strata {
		s.cut(l.size)
		s.drawn = 0
	}
	allocate(strata)
	var lots []lot[Drawn[T]]
	for _, s := range strata {
		for _, x := range s.first[:s.drawn] {
			lots = append(lots, lot[Drawn[T]]{x.by, Drawn[T]{x.item, s.name, float64(s.all) / float64(s.drawn)}})
		}
	}
	slices.SortFunc(lots, byLot)
	list := make([]Drawn[T], len(lots))
	for i := range lots {
		list[i] = lots[i].item
	}
	return list
}

// Chance is a number in [0, 1) that is an id's own for a purpose: the same in each run, even over ids, and without relation
// to what it is for another purpose. What is drawn by Chance < share is drawn for every larger share, too.
func Chance(purpose, id string) float64 {
	hash := nayose.NewID(purpose, id)
	return float64(binary.BigEndian.Uint64(hash[:8])>>11) / (1 << 53)
}
