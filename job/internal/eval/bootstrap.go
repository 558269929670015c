package eval

import (
	"slices"

	"nayose"
)

// The bootstrap draws employers, not rows, anew this many times.
const (
	rounds = 400
	seed   = 7
)

// lowBound is the 2.5 % point of the precision over employers drawn anew with replacement; nil without a match. It draws
// as Python's random.Random(7).choices does, so that two programs that measure the same answers print the same figure.
func lowBound(items []item) *float64 {
	type group struct{ right, n int }
	var groups []group
	at := map[string]int{}
	for i := range items {
		x := &items[i]
		if x.match.Outcome != nayose.Matched {
			continue
		}
		g, ok := at[x.employer]
		if !ok {
			g = len(groups)
			at[x.employer] = g
			groups = append(groups, group{})
		}
		groups[g].n++
		count(&groups[g].right, x.right())
	}
	if len(groups) == 0 {
		return nil
	}
	random := newTwister(seed)
	drawn := make([]float64, rounds)
	for i := range drawn {
		right, n := 0, 0
		for range groups {
			g := groups[int(random.float()*float64(len(groups)))]
			right, n = right+g.right, n+g.n
		}
		drawn[i] = float64(right) / float64(n)
	}
	slices.Sort(drawn)
	v := round(drawn[rounds/40])
	return &v
}

// twister is MT19937 (Matsumoto and Nishimura 1998), the generator behind Python's random.
type twister struct {
	state [624]uint32
	next  int
}

// newTwister seeds by init_by_array with the one key, as Python does with a small integer.
func newTwister(key uint32) *twister {
	t := &twister{next: 624}
	s := &t.state
	s[0] = 19650218
	for i := uint32(1); i < 624; i++ {
		s[i] = 1812433253*(s[i-1]^s[i-1]>>30) + i
	}
	i := 1
	step := func(factor, add uint32, subtract bool) {
		v := (s[i-1] ^ s[i-1]>>30) * factor
		if subtract {
			s[i] = (s[i] ^ v) - uint32(i)
		} else {
			s[i] = (s[i] ^ v) + add
		}
		if i++; i == 624 {
			s[0], i = s[623], 1
		}
	}
	for range 624 {
		step(1664525, key, false)
	}
	for range 623 {
		step(1566083941, 0, true)
	}
	s[0] = 0x80000000
	return t
}

func (t *twister) uint32() uint32 {
	if t.next == 624 {
		t.twist()
	}
	y := t.state[t.next]
	t.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

func (t *twister) twist() {
	s := &t.state
	for i := range s {
		y := s[i]&0x80000000 | s[(i+1)%624]&0x7fffffff
		v := s[(i+397)%624] ^ y>>1
		if y&1 != 0 {
			v ^= 0x9908b0df
		}
		s[i] = v
	}
	t.next = 0
}

// float is uniform in [0, 1) with 53 bits.
func (t *twister) float() float64 {
	a, b := t.uint32()>>5, t.uint32()>>6
	return (float64(a)*(1<<26) + float64(b)) / (1 << 53)
}
