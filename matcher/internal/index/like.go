package index

import (
	"cmp"
	"math"
	"slices"
)

// wholeWeight is about what all pairs of the name that is looked for weigh together.
const wholeWeight = 250

// promised is the share of the whole weight from which on Like returns every name.
const promised = 0.75

// What bounds a search, set on the labelled mentions of the real data, 1.4 million companies (2026-11-22).
const (
	// maxRead is how many postings it reads before it stops at the rarer pairs. With 60,000, and pairs of 0.6 of the weight at least,
	// the same mentions were matched, and of a thousand workplaces whose own name is all that is given, the company of seven
	// more was found; it took nine times as long.
	maxRead = 4_000
	// lookOrRead is how many postings are read in the time of looking at one name in full: what is cheaper is done. It reads 2,400
	// and looks at 8; when it always stopped at maxRead, it looked at 157.
	lookOrRead = 30
	// maxPairs is for a text that is no name.
	maxPairs = 120
)

// A Search is the memory of one goroutine's searches in an index: a byte a name.
type Search struct {
	x       *Index
	weight  []uint8 // by name, 0 between searches
	touched []uint32
	sums    []uint8 // by touched: the weight that was there
	grams   []gram
	found   []uint32
	maybe   []uint32 // names that may share what is promised
	asked   uint32   // nothing: what touchLetters returns
	enough  int      // the weight that is promised
}

// A gram is a pair of the name that is looked for.
type gram struct {
	key    uint32
	count  uint32
	first  uint32
	idf    float64
	weight uint8
}

// NewSearch prepares searches in an index.
func NewSearch(x *Index) *Search { return &Search{x: x, weight: make([]uint8, x.OwnNames()+1)} }

// Like lists names that share pairs of letters with a name: every name that shares at least three quarters of the weight of the name's
// pairs, and of the others, up to n in all, those that share the most of its rarer pairs, of equal ones those with the rarest pair, then
// the shorter. They are in no order of likeness, but always in the same, and good until the next search.
func (s *Search) Like(name []uint16, n int) []uint32 {
	s.weigh(name)
	rest := s.tally()
	s.pick(n, rest)
	s.touched = s.touched[:0]
	return s.found
}

// weigh lists the pairs of a name that others have too, rarest first, with their share of the whole weight. Those that no
// name has can be no part of what is shared.
func (s *Search) weigh(name []uint16) {
	s.grams = s.grams[:0]
	sum := 0.0
	for i := 1; i < len(name); i++ {
		key := pairKey(name[i-1], name[i])
		if slices.ContainsFunc(s.grams, func(g gram) bool { return g.key == key }) || len(s.grams) == maxPairs {
			continue
		}
		if p := s.x.pair(key); p != nil {
			idf := math.Log2(float64(s.x.OwnNames()+1) / float64(p.count))
			s.grams = append(s.grams, gram{key: key, count: p.count, first: p.first, idf: idf})
			sum += idf
		}
	}
	slices.SortFunc(s.grams, func(a, b gram) int { return cmp.Or(cmp.Compare(a.count, b.count), cmp.Compare(a.key, b.key)) })
	whole := 0
	for i := range s.grams {
		g := &s.grams[i]
		g.weight = uint8(max(1, g.idf*float64(wholeWeight-len(s.grams))/sum))
		whole += int(g.weight)
	}
	s.enough = int(math.Ceil(promised * float64(whole)))
}

// tally adds up the weights of the pairs by name, from the rarest on, and returns the weight of those that it left out. What
// has none but these stays unseen, so that it goes on at least until they weigh less than what is promised.
func (s *Search) tally() (rest int) {
	for _, g := range s.grams {
		rest += int(g.weight)
	}
	for _, g := range s.grams {
		if rest < s.enough && len(s.touched)+int(g.count) > maxRead && int(g.count) > lookOrRead*s.doubtful(rest) {
			break
		}
		s.add(s.x.postings[g.first:g.first+g.count], g.weight)
		rest -= int(g.weight)
	}
	return rest
}

// doubtful counts the names that may share what is promised with the pairs left out, and would have to be looked at in full.
func (s *Search) doubtful(rest int) (n int) {
	for _, t := range s.touched {
		if int(s.weight[t])+rest >= s.enough {
			n++
		}
	}
	return n
}

func (s *Search) add(names []uint32, weight uint8) {
	sums, touched := s.weight, s.touched
	for _, t := range names {
		if sums[t] == 0 {
			touched = append(touched, t)
		}
		sums[t] += weight
	}
	s.touched = touched
}

// pick takes the n names that have most so far, and those that have what is promised with the pairs left out. It empties the tally.
func (s *Search) pick(n, rest int) {
	var count [256]int
	s.sums = s.sums[:0]
	for _, t := range s.touched {
		w := s.weight[t]
		s.weight[t] = 0
		s.sums = append(s.sums, w)
		count[w]++
	}
	least, more := 255, 0 // more names than least have more
	for least > 1 && more+count[least] < n {
		more += count[least]
		least--
	}
	ties := n - more
	s.found, s.maybe = s.found[:0], s.maybe[:0]
	for i, t := range s.touched {
		switch w := int(s.sums[i]); {
		case w > least:
			s.found = append(s.found, t)
		case w == least && ties > 0:
			ties--
			s.found = append(s.found, t)
		case w+rest >= s.enough:
			s.maybe = append(s.maybe, t)
		}
	}
	s.asked += s.x.touchLetters(s.maybe)
	for _, t := range s.maybe {
		if s.whole(t) >= s.enough {
			s.found = append(s.found, t)
		}
	}
}

// whole is the weight of all pairs that a name has.
func (s *Search) whole(name uint32) (weight int) {
	letters := s.x.Letters(name)
	for _, g := range s.grams {
		a, b := uint16(g.key>>16), uint16(g.key)
		for i := 1; i < len(letters); i++ {
			if letters[i-1] == a && letters[i] == b {
				weight += int(g.weight)
				break
			}
		}
	}
	return weight
}
