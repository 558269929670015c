package feed

import (
	"encoding/binary"
)

// seen is a set of ids: a table in which a hash stands at the place that it names itself, or at the next free one. It grows when seven
// places in eight are taken. A map takes twice as long, most of it to hash what is a hash.
type seen struct {
	places []hash // a power of two of them; those that are all zero are free
	n      int
	zero   bool // the hash that is all zero is in
}

// add puts h in, and tells whether it is new.
func (s *seen) add(h hash) bool {
	if h == (hash{}) {
		isNew := !s.zero
		s.zero = true
		return isNew
	}
	if 8*s.n >= 7*len(s.places) {
		s.grow()
	}
	at := s.find(h)
	if s.places[at] == h {
		return false
	}
	s.places[at] = h
	s.n++
	return true
}

// find is where h stands, or the free place where it belongs.
func (s *seen) find(h hash) uint64 {
	mask := uint64(len(s.places) - 1)
	at := binary.LittleEndian.Uint64(h[:]) & mask
	for s.places[at] != h && s.places[at] != (hash{}) {
		at = (at + 1) & mask
	}
	return at
}

func (s *seen) grow() {
	old := s.places
	s.places = make([]hash, max(1<<10, 2*len(old)))
	for _, h := range old {
		if h != (hash{}) {
			s.places[s.find(h)] = h
		}
	}
}
