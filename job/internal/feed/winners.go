package feed

import (
	"errors"

	"nayose"
)

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
