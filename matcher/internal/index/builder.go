package index

import (
	"errors"
	"math"
	"slices"
	"strings"

	"nayose"
)

// Building, first half: companies and their workplaces come in any order and are gathered. finish.go has the second.

// Entry is a company as Builder.Add takes it. Its texts are copied.
type Entry struct {
	ID, Successor string // Successor is the id of the company that took a closed one over
	Closed        bool
	Corporate     bool // the id is a corporate number, not a team's own
	Name          Name
	Glyphs        uint8
	Kana, Spelled string // the reading, and a second one: the letters that the name spells out in kana
	Phone, Domain string
	Others        []Name
	Office        Place
	Elsewhere     []Place // other places
}

// Name is one of a company's names.
type Name struct {
	Loose, Strict string // its keys; of names beside the registered one Strict is not kept
	Form          uint8
	Front         bool
	Role          Role
}

// Workplace is a place of work of a company, as Builder.AddWorkplace takes it. Its texts are copied.
type Workplace struct {
	CompanyID     string
	Names         []string // in loose writing
	Place         Place
	Sure          bool // Place.City is one, and not the name of a town in one that is left out
	Phone, Domain string
}

// Place is one of a company's places; Town and City are names.
type Place struct {
	Pref       uint8
	City, Town string
	Numbers    []uint16 // at most three
}

// A Builder gathers companies, which may come in any order, and then their workplaces, in any order too.
type Builder struct {
	rows       pile[Company]
	textIDs    []string
	names      dictionary
	own        []bool // by name: a company has it, not only a workplace
	others     pile[otherOf]
	spots      pile[spotOf]
	keys       pile[keyOf]
	places     pile[placeOf] // of workplaces
	placeNames pile[nameOf]
	placeKeys  pile[keyOf]
	strays     int               // workplaces of companies that are not there
	cities     map[string]uint32 // numbers in the order in which they come
	towns      map[string]uint32
	successors []succession
	byID       []uint32 // hash table of companies by id (byid.go); nil until one is looked for
}

type otherOf struct {
	company uint32
	Other
}

type spotOf struct {
	company uint32
	Spot
}

// A placeOf is the place of a workplace.
type placeOf struct {
	company uint32
	sure    bool
	Spot
}

type nameOf struct{ company, name uint32 }

type keyOf struct{ company, high, low uint32 }

type succession struct {
	company   uint32
	successor string
}

// NewBuilder begins an index.
func NewBuilder() *Builder {
	return &Builder{names: newDictionary(), cities: map[string]uint32{"": 0}, towns: map[string]uint32{"": 0}}
}

var errFull = nayose.Fault(nayose.TooBig,
	errors.New("a master has at most 250 million companies and 16 million distinct names of 4 thousand million letters"),
	"leave out companies that no mention means")

// Add takes one company in. One without an id is an error of kind nayose.Contract, one too many of kind nayose.TooBig.
func (b *Builder) Add(e *Entry) error {
	if e.ID == "" {
		return nayose.Fault(nayose.Contract, errors.New("a company has no id"), "give each company one, its corporate number or your own")
	}
	c := uint32(b.rows.count)
	b.byID = nil
	r := Company{
		id: b.id(e.ID), Name: b.name(e.Name.Loose), Strict: Hash32(e.Name.Strict), Form: e.Name.Form, Glyphs: e.Glyphs,
		Kana: Hash32(e.Kana), Domain: Hash32(e.Domain), Office: b.spot(&e.Office),
	}
	phone := PackPhone(e.Phone)
	r.phone, r.phone8 = uint32(phone), uint8(phone>>32)
	if e.Name.Front {
		r.flags |= flagFront
	}
	if e.Closed {
		r.flags |= flagClosed
	}
	if e.Corporate {
		r.flags |= flagCorporate
	}
	for i := range e.Elsewhere {
		if s := b.spot(&e.Elsewhere[i]); s != (Spot{}) {
			b.spots.add(spotOf{c, s})
		}
	}
	b.rows.add(r)
	for i := range e.Others {
		o := &e.Others[i]
		b.others.add(otherOf{c, Other{Name: b.name(o.Loose), Role: o.Role, Form: o.Form, Front: o.Front}})
	}
	b.key(c, NewKey(ByKana, e.Kana))
	if e.Spelled != e.Kana {
		b.key(c, NewKey(ByKana, e.Spelled))
	}
	b.key(c, NewKey(ByPhone, e.Phone))
	b.key(c, NewKey(ByDomain, e.Domain))
	if e.Closed && e.Successor != "" {
		b.successors = append(b.successors, succession{c, strings.Clone(e.Successor)})
	}
	if b.names.full() || c > 1<<28-2 {
		return errFull
	}
	return nil
}

// AddWorkplace takes in a place of work of a company that was added. One of another company is left out, and counted. One too many
// is an error of kind nayose.TooBig.
func (b *Builder) AddWorkplace(w *Workplace) error {
	c, ok := b.company(w.CompanyID)
	if !ok {
		b.strays++
		return nil
	}
	if s := b.spot(&w.Place); s != (Spot{}) {
		b.places.add(placeOf{c, w.Sure, s})
	}
	for _, name := range w.Names {
		if n := b.names.number(name); n != 0 {
			b.placeNames.add(nameOf{c, n})
		}
	}
	for _, k := range []Key{NewKey(ByPhone, w.Phone), NewKey(ByDomain, w.Domain)} {
		if k != 0 {
			b.placeKeys.add(keyOf{c, uint32(k >> 32), uint32(k)})
		}
	}
	if b.names.full() {
		return errFull
	}
	return nil
}

// name is the number of a company's name.
func (b *Builder) name(loose string) uint32 {
	n := b.names.number(loose)
	for int(n) >= len(b.own) {
		b.own = append(b.own, false)
	}
	b.own[n] = true
	return n
}

// id is 13 digits as a number, or the number of a text.
func (b *Builder) id(s string) uint64 {
	if n, ok := number13(s); ok {
		return n
	}
	b.textIDs = append(b.textIDs, strings.Clone(s))
	return textID | uint64(len(b.textIDs))
}

func (b *Builder) key(company uint32, k Key) {
	if k != 0 {
		b.keys.add(keyOf{company, uint32(k >> 32), uint32(k)})
	}
}

func (b *Builder) spot(p *Place) Spot {
	s := Spot{City: intern(b.cities, p.City), Town: intern(b.towns, p.Town), Pref: min(p.Pref, prefectureCount-1)}
	s.Count = uint8(copy(s.Numbers[:], p.Numbers))
	return s
}

// intern numbers a text, which is copied where it is new.
func intern(m map[string]uint32, s string) uint32 {
	n, ok := m[s]
	if !ok {
		n = uint32(len(m))
		m[strings.Clone(s)] = n
	}
	return n
}

// A dictionary numbers names from 1 in the order in which they come.
type dictionary struct {
	letters []uint16
	ends    []uint32
	hashes  []uint32 // by name, for growing
	slots   []uint32
	name    []uint16
}

// full reports more names than there are numbers for.
func (d *dictionary) full() bool { return len(d.ends) > maxNames || len(d.letters) > math.MaxUint32 }

func newDictionary() dictionary {
	return dictionary{ends: []uint32{0}, hashes: []uint32{0}, slots: make([]uint32, 1<<16)}
}

func (d *dictionary) get(i uint32) []uint16 { return d.letters[d.ends[i-1]:d.ends[i]] }

// number is that of a name, new or known; 0 of the empty one.
func (d *dictionary) number(name string) uint32 {
	if name == "" {
		return 0
	}
	d.name = AppendLetters(d.name[:0], name)
	hash := uint32(mix(uint64(HashName(d.name))))
	at := d.free(hash, d.name)
	if i := d.slots[at]; i != 0 {
		return i
	}
	i := uint32(len(d.ends))
	d.letters = append(d.letters, d.name...)
	d.ends = append(d.ends, uint32(len(d.letters)))
	d.hashes = append(d.hashes, hash)
	d.slots[at] = i
	if len(d.ends)*4 > len(d.slots)*3 {
		d.grow()
	}
	return i
}

// free is the slot of a name, or the one where it belongs.
func (d *dictionary) free(hash uint32, name []uint16) uint32 {
	mask := uint32(len(d.slots) - 1)
	at := hash & mask
	for d.slots[at] != 0 && (d.hashes[d.slots[at]] != hash || !slices.Equal(d.get(d.slots[at]), name)) {
		at = (at + 1) & mask
	}
	return at
}

func (d *dictionary) grow() {
	d.slots = make([]uint32, 2*len(d.slots))
	for i := 1; i < len(d.hashes); i++ {
		d.slots[freeSlot(d.slots, d.hashes[i])] = uint32(i)
	}
}

// A pile is a list that grows by whole chunks, so that nothing is copied while it grows, when memory is short.
type pile[V any] struct {
	chunks [][]V
	count  int
}

const pileChunk = 1 << 15

func (p *pile[V]) add(v V) {
	if p.count%pileChunk == 0 {
		p.chunks = append(p.chunks, make([]V, 0, pileChunk))
	}
	last := &p.chunks[len(p.chunks)-1]
	*last = append(*last, v)
	p.count++
}

func (p *pile[V]) at(i uint32) *V { return &p.chunks[i/pileChunk][i%pileChunk] }

// all yields the values in their order.
func (p *pile[V]) all(yield func(*V) bool) {
	for _, chunk := range p.chunks {
		for i := range chunk {
			if !yield(&chunk[i]) {
				return
			}
		}
	}
}
