package matcher

import (
	"nayose/matcher/internal/index"
	"nayose/matcher/internal/reading"
)

// A desk is what one goroutine matches at: the memory that one mention needs, used again for the next, so that matching asks for
// none. It takes a byte a name of the master, and little else.
type desk struct {
	*Matcher
	reader    reading.Reader
	query     query
	letters   []uint16  // of the query's wordings
	bits      []float32 // of their letters
	search    *index.Search
	name      []uint16 // a name that is looked up
	other     []float32
	alike     []alike
	readings  []string // that companies were found by
	ids       []byte   // of the candidates that are shown
	stretches []stretch
	keys      []index.Key
	hashes    []index.NameHash
	touched   uint32 // nothing: what index.TouchNames returns

	found   finds
	chances []chance
	classes []class
	kin     map[string][]uint32 // by municipality that the master does not have: those that it is one with
}

func newDesk(m *Matcher) *desk {
	return &desk{Matcher: m, search: index.NewSearch(m.master.Index), kin: map[string][]uint32{}}
}

// sit takes a free desk; it must be left.
func (m *Matcher) sit() *desk { return m.desks.Get().(*desk) }

func (d *desk) leave() { d.desks.Put(d) }

// finds are the candidates of a mention, each company once.
type finds struct {
	list  []candidate
	slots []uint32 // hash table of places in list, from 1
}

func (f *finds) reset() {
	if f.slots == nil || cap(f.slots) > 1<<16 {
		f.slots = make([]uint32, 256)
	}
	f.list, f.slots = f.list[:0], f.slots[:256]
	clear(f.slots)
}

// get is the candidate that a company is; nil where it is none yet.
func (f *finds) get(company uint32) *candidate {
	if i := f.slots[f.slot(company)]; i != 0 {
		return &f.list[i-1]
	}
	return nil
}

// slot is where a company stands or belongs.
func (f *finds) slot(company uint32) uint32 {
	mask := uint32(len(f.slots) - 1)
	at := company * 0x9e3779b1 >> 7 & mask
	for f.slots[at] != 0 && f.list[f.slots[at]-1].company != company {
		at = (at + 1) & mask
	}
	return at
}

// add takes in a company that is none of the candidates yet.
func (f *finds) add(c *candidate) {
	f.list = append(f.list, *c)
	f.slots[f.slot(c.company)] = uint32(len(f.list))
	if 2*len(f.list) > len(f.slots) {
		f.grow()
	}
}

func (f *finds) grow() {
	n := 4 * len(f.slots)
	if cap(f.slots) < n {
		f.slots = make([]uint32, n)
	}
	f.slots = f.slots[:n]
	clear(f.slots)
	for i := range f.list {
		f.slots[f.slot(f.list[i].company)] = uint32(i + 1)
	}
}
