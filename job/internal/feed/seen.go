package feed

import "nayose"

// hash is an id cut to 80 bits, so that the two sets of a delivery stay below 64 bytes a posting: 47 where they have just grown
// and every posting has its own mention; whole ids would take 80. Among ten million postings, the chance that one is taken
// for the duplicate of another is 4 in 10¹¹.
type hash [10]byte

func hashOf(id nayose.ID) hash { return hash(id[:10]) }

// seen is a set of ids.
type seen map[hash]struct{}

// add puts id in, and tells whether it is new.
func (s seen) add(id nayose.ID) bool {
	n := len(s)
	s[hashOf(id)] = struct{}{}
	return len(s) > n
}

// winners decide which of several records with one posting id counts: the first, as a snapshot is read, or the last, as changes
// are. The last is known only once all records were seen, so they are seen twice: noted, and again.
type winners struct {
	last    bool
	first   seen
	lastOf  map[hash]uint32 // the number of the last record that has the id
	records uint32          // understood so far
}

func newWinners(last bool) winners {
	return winners{last: last, first: seen{}, lastOf: map[hash]uint32{}}
}

// note remembers that the next record has this id.
func (w *winners) note(id string) {
	w.records++
	w.lastOf[hashOf(newID(id))] = w.records
}

// again starts over.
func (w *winners) again() { w.records = 0 }

// wins tells whether the next record counts, of all that have its id.
func (w *winners) wins(id string) bool {
	w.records++
	if w.last {
		return w.lastOf[hashOf(newID(id))] == w.records
	}
	return w.first.add(newID(id))
}

// rule says why a record does not count.
func (w *winners) rule() string {
	if w.last {
		return "stands again later in this delivery"
	}
	return "stood earlier in this delivery"
}
