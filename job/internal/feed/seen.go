package feed

import (
	"encoding/binary"
	"errors"

	"nayose"
)

// hash is an id cut to 80 bits, so that the two sets of a delivery stay below 64 bytes a posting: 46 where they have just grown
// and every posting has its own mention; whole ids would take 73. Among ten million postings, the chance that one is taken
// for the duplicate of another is 4 in 10¹¹.
type hash [10]byte

func hashOf(id nayose.ID) hash { return hash(id[:10]) }

// hashOfText is the hash of a posting id.
func hashOfText(id string) hash { return hashOf(make(parts, 0, 512).text(id).id()) }

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

// winners decide which of several records with one posting id counts: the first, as a snapshot is read, or the last, as changes
// are. The last is known only once all records were seen, so they are seen twice: noted, and again.
type winners struct {
	last    bool
	first   seen
	lastOf  map[hash]uint32 // the number of the last record that has the id
	records uint32          // understood so far
	noted   uint32          // understood when the delivery was read first
}

func newWinners(last bool) winners {
	return winners{last: last, lastOf: map[hash]uint32{}}
}

// note remembers that the next record has this id.
func (w *winners) note(id string) {
	w.records++
	w.lastOf[hashOfText(id)] = w.records
}

// again starts over.
func (w *winners) again() { w.noted, w.records = w.records, 0 }

// wins tells whether the next record counts, of all that have its id.
func (w *winners) wins(id string) bool {
	w.records++
	if w.last {
		return w.lastOf[hashOfText(id)] == w.records
	}
	return w.first.add(hashOfText(id))
}

// check is an error where the files were others when they were read again, so that the last record of an id was not the one
// that was noted: so many records have won.
func (w *winners) check(won int64) error {
	if w.last && (w.records != w.noted || won != int64(len(w.lastOf))) {
		return nayose.Fault(nayose.Integrity, errors.New("the files changed between two readings"), "run it again")
	}
	return nil
}

// rule says why a record does not count.
func (w *winners) rule() string {
	if w.last {
		return "stands again later in this delivery"
	}
	return "stood earlier in this delivery"
}
