package matcher

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"nayose"
	"nayose/matcher/internal/reading"
)

// Master is the company master in the form that matching reads: flat arrays over companies and over distinct strings.
// It is not changed after Build and safe for concurrent use. 1.4 million companies take
// 275 MB, 4 bytes a term and core while names are searched, and 580 MB of process while they are built.
type Master struct {
	terms     *terms
	companies []company
	bearers   csr[bearer] // by term: the companies that carry it
	others    csr[other]  // by company: former names and aliases
	places    csr[spot]   // by company: the registered office first
	grams     *grams
	regions   map[uint32]uint8 // by term of a city: its prefecture; 0 where several have a city of this name
	cities    []uint32         // the terms of cities
}

// The kinds of term, each a name space of its own.
const (
	kindID     = 'i'
	kindName   = 'n' // names and readings, loose
	kindPhone  = 'p'
	kindDomain = 'd'
	kindPlace  = 'a' // spot.key
	kindCity   = 'c'
	kindTown   = 't'
)

// A company is one row of the master; strings are terms.
type company struct {
	id, name, kana, phone, domain uint32
	strict                        uint32 // hash of the name in strict writing, to tell サクラ from さくら
	form                          reading.Form
	front                         bool
	closed                        bool
	glyphs                        uint8 // which 異体字 the name is written with
}

// A role is how a company carries a term.
type role uint8

const (
	registered role = iota
	former
	alias
	english
	kana
	identifier // number, phone, domain or place
	roles      = 8
)

// A bearer is a company and its role, packed.
type bearer uint32

func newBearer(company uint32, r role) bearer { return bearer(company*roles + uint32(r)) }

func (b bearer) company() uint32 { return uint32(b) / roles }
func (b bearer) role() role      { return role(b % roles) }

// An other is a name beside the registered one.
type other struct {
	name  uint32
	form  reading.Form
	front bool
	role  role
}

// A csr maps i to the values in all[start[i]:start[i+1]] (compressed sparse rows).
type csr[V any] struct {
	start []uint32
	all   []V
}

func (c *csr[V]) get(i uint32) []V { return c.all[c.start[i]:c.start[i+1]] }

// A pile gathers the values of a csr as they come. It grows by whole chunks, so that nothing is copied while the
// master is built, when memory is short.
type pile[V any] struct {
	chunks [][]pair[V]
	count  int
}

type pair[V any] struct {
	key   uint32
	value V
}

const pileChunk = 1 << 16

func (p *pile[V]) add(key uint32, v V) {
	if p.count%pileChunk == 0 {
		p.chunks = append(p.chunks, make([]pair[V], 0, pileChunk))
	}
	last := &p.chunks[len(p.chunks)-1]
	*last = append(*last, pair[V]{key, v})
	p.count++
}

// rows groups the values by key, which are below n, and keeps their order within a key. It empties the pile.
func (p *pile[V]) rows(n int) csr[V] {
	c := csr[V]{start: make([]uint32, n+1), all: make([]V, p.count)}
	for _, chunk := range p.chunks {
		for i := range chunk {
			c.start[chunk[i].key]++
		}
	}
	end := uint32(0)
	for i, k := range c.start {
		end += k
		c.start[i] = end
	}
	for i, chunk := range slices.Backward(p.chunks) { // from the back, start[key] moves from the row's end to its start
		for _, pair := range slices.Backward(chunk) {
			c.start[pair.key]--
			c.all[c.start[pair.key]] = pair.value
		}
		p.chunks[i] = nil
	}
	*p = pile[V]{}
	return c
}

// Build reads every company and makes them a master. Companies are prepared on every core and added in their order, so
// the result depends on the input alone. companies is drawn from another goroutine than the caller's. A company id
// that comes twice is an error of kind nayose.Contract.
func Build(companies iter.Seq2[nayose.Company, error]) (*Master, error) {
	b := newBuilder()
	if err := inOrder(context.Background(), companies, describe, b.add); err != nil {
		return nil, err
	}
	b.succeed()
	n := len(b.companies)
	m := &Master{
		terms:     b.terms,
		companies: slices.Clip(b.companies),
		bearers:   b.bearers.rows(len(b.terms.ends)),
		others:    b.others.rows(n),
		places:    b.places.rows(n),
		regions:   b.regions,
	}
	m.cities = slices.Sorted(maps.Keys(m.regions))
	m.bareWards()
	m.grams = newGrams(m.terms, m.isName)
	return m, nil
}

// isName reports that a term is the name of a company: registered, former or an alias, not only its reading.
func (m *Master) isName(term uint32) bool {
	return slices.ContainsFunc(m.bearers.get(term), func(b bearer) bool { return b.role() != kana })
}

// bareWards forgets the prefecture of a ward that another city has too: 中央区 alone may be Tokyo's or 大阪市中央区.
func (m *Master) bareWards() {
	for _, city := range m.cities {
		_, ward, ok := strings.Cut(string(m.text(city)), "市")
		if bare := m.terms.find(kindCity, ward); ok && bare != 0 && m.regions[bare] != m.regions[city] {
			m.regions[bare] = 0
		}
	}
}

// locate fills in the prefecture that a mention's address leaves out, where its municipality tells.
func (m *Master) locate(p *reading.Place) {
	if p.Pref == 0 && p.City != "" && !p.Doubtful {
		p.Pref = m.regions[m.terms.find(kindCity, p.City)]
	}
}

// find lists the companies that carry a term.
func (m *Master) find(kind byte, text string) []bearer {
	return m.bearers.get(m.terms.find(kind, text))
}

// placeKeys are the keys of the places that a mention's address may mean: one, or, where it leaves out the city, one in
// each city.
func (m *Master) placeKeys(p *reading.Place) (keys []string) {
	if city := m.terms.find(kindCity, p.City); city != 0 {
		town := m.terms.find(kindTown, p.Town)
		if town == 0 && p.Town != "" {
			return nil // no company is in that town
		}
		return placeKey(keys, p, city, town)
	}
	if p.City != "" && !p.Doubtful || !telling(p.Numbers) {
		return nil
	}
	town := m.terms.find(kindTown, p.WholeTown())
	if town == 0 {
		return nil
	}
	for _, city := range m.cities {
		keys = placeKey(keys, p, city, town)
	}
	return keys
}

// placeKey adds the key of a place's numbers in a city and town; none where they say too little.
func placeKey(keys []string, p *reading.Place, city, town uint32) []string {
	s := newSpot(p, city, town)
	if key := s.key(); key != "" {
		return append(keys, key)
	}
	return keys
}

// id is the company's id as the master's source gave it.
func (m *Master) id(c uint32) string { return string(m.text(m.companies[c].id)) }

// text is a term without its kind.
func (m *Master) text(term uint32) []byte {
	if term == 0 {
		return nil
	}
	return m.terms.get(term)[1:]
}

// A description is a company prepared for the master: what can be done on any core.
type description struct {
	id, successor string
	closed        bool
	name          reading.Wording
	glyphs        uint8
	kana          string
	spelled       string // the letters that the name spells out in kana (NTT of エヌ・ティ・ティ), as a second reading
	phone, domain string
	others        []otherName
	places        []reading.Place
}

type otherName struct {
	reading.Wording
	role role
}

func describe(c *nayose.Company) description {
	r := readers.Get().(*reading.Reader)
	defer readers.Put(r)
	d := description{
		id: c.ID, successor: c.SuccessorID, closed: c.ClosedOn != 0,
		name: r.Registered(c.Name), glyphs: reading.Glyphs(c.Name), kana: r.Kana(c.NameKana),
		phone: r.Phone(c.Phone), domain: r.Domain(c.URL),
		places: []reading.Place{r.Address(c.Prefecture, c.Address)},
	}
	if s := r.SpelledOut(&d.name); s != d.kana {
		d.spelled = s
	}
	d.call(r, former, c.FormerNames)
	d.call(r, alias, c.Aliases)
	d.call(r, english, c.NameEnglish)
	for a := range strings.SplitSeq(c.FormerAddresses, "|") {
		if a != "" {
			d.places = append(d.places, r.Address("", a))
		}
	}
	return d
}

// call adds names that are separated by |.
func (d *description) call(r *reading.Reader, as role, names string) {
	for name := range strings.SplitSeq(names, "|") {
		if o := (otherName{r.Registered(name), as}); o.Strict != "" && !slices.Contains(d.others, o) {
			d.others = append(d.others, o)
		}
	}
}

// A builder gathers what becomes a Master.
type builder struct {
	terms      *terms
	companies  []company
	bearers    pile[bearer]
	others     pile[other]
	places     pile[spot]
	successors []succession
	regions    map[uint32]uint8
	err        error
}

func newBuilder() *builder { return &builder{terms: newTerms(), regions: map[uint32]uint8{}} }

type succession struct {
	company   uint32
	successor string
}

func (b *builder) add(d description) error {
	i := uint32(len(b.companies))
	known := len(b.terms.ends)
	c := company{
		id: b.term(kindID, d.id, i, identifier), name: b.term(kindName, d.name.Loose, i, registered),
		kana: b.term(kindName, d.kana, i, kana), phone: b.term(kindPhone, d.phone, i, identifier),
		domain: b.term(kindDomain, d.domain, i, identifier), strict: hashOf(0, d.name.Strict),
		form: d.name.Form, front: d.name.Front, closed: d.closed, glyphs: d.glyphs,
	}
	if int(c.id) < known && b.err == nil {
		return nayose.Fault(nayose.Contract, fmt.Errorf("company id %q stands twice", d.id),
			"give each company one row; former names and aliases go into columns of their own")
	}
	b.term(kindName, d.spelled, i, kana)
	for _, o := range d.others {
		t := b.term(kindName, o.Loose, i, o.role)
		b.others.add(i, other{t, o.Form, o.Front, o.role})
	}
	var keys []string
	for _, p := range d.places {
		b.place(i, &p, &keys)
	}
	if d.closed && d.successor != "" {
		b.successors = append(b.successors, succession{i, d.successor})
	}
	b.companies = append(b.companies, c)
	return b.err
}

// term numbers a string and writes the company among its bearers.
func (b *builder) term(kind byte, text string, company uint32, r role) uint32 {
	t, err := b.terms.add(kind, text)
	if err != nil {
		b.err = err
	}
	if t > 0 {
		b.bearers.add(t, newBearer(company, r))
	}
	return t
}

// place adds a place of a company, whose keys so far are given: an address that it left and came back to counts once.
func (b *builder) place(company uint32, p *reading.Place, keys *[]string) {
	city, err := b.terms.add(kindCity, p.City)
	if err != nil {
		b.err = err
	}
	town, err := b.terms.add(kindTown, p.Town)
	if err != nil {
		b.err = err
	}
	if known, ok := b.regions[city]; city != 0 && p.Pref != 0 && (!ok || known != p.Pref) {
		b.regions[city] = p.Pref
		if ok {
			b.regions[city] = 0
		}
	}
	s := newSpot(p, city, town)
	b.places.add(company, s)
	if key := s.key(); !slices.Contains(*keys, key) {
		*keys = append(*keys, key)
		b.term(kindPlace, key, company, identifier)
	}
}

// succeed gives the names of closed companies to those that took them over, as former names.
func (b *builder) succeed() {
	byID := map[string]string{}
	for _, s := range b.successors {
		byID[string(b.terms.get(b.companies[s.company].id)[1:])] = s.successor
	}
	index := map[uint32]uint32{} // by id term, for the few that are named as successors
	for _, s := range b.successors {
		index[b.terms.find(kindID, lastOf(byID, s.successor))] = 0
	}
	for i, c := range b.companies {
		if _, ok := index[c.id]; ok && len(index) > 0 {
			index[c.id] = uint32(i)
		}
	}
	for _, s := range b.successors {
		id := b.terms.find(kindID, lastOf(byID, s.successor))
		c := b.companies[s.company]
		if id == 0 || c.name == 0 || index[id] == s.company {
			continue
		}
		b.bearers.add(c.name, newBearer(index[id], former))
		b.others.add(index[id], other{c.name, c.form, c.front, former})
	}
}

// lastOf follows a chain of successors to its end; a chain that turns back on itself ends somewhere in the circle.
func lastOf(successor map[string]string, id string) string {
	for range 16 {
		next, ok := successor[id]
		if !ok {
			return id
		}
		id = next
	}
	return id
}
