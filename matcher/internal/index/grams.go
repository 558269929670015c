package index

import (
	"cmp"
	"slices"
)

// Building: how often letters and pairs of them are, and which names have a pair. letters.go reads it.

// countLetters counts how often companies' names have each letter; letterCount[0] is all of them. A name begins with opening and ends with
// closing.
func (x *Index) countLetters() {
	x.letterCount = make([]uint32, 1<<16)
	own := uint32(x.OwnNames())
	letters := x.letters[:x.ends[own]]
	for _, l := range letters {
		x.letterCount[l]++
	}
	x.letterCount[opening], x.letterCount[closing] = own, own
	x.letterCount[0] = uint32(len(letters)) + own
}

// pairParts is into how many parts the pairs are divided by their hashes, each of which is listed alone: the same on one processor as
// on many, and small enough that a part's table stays in a core's own cache.
const pairParts = 32

// listPairs lists companies' names by the pairs of letters that they have. Those of workplaces are looked up whole or not at all: what
// is surprising in a company's name, and which are like it, does not depend on them.
func (x *Index) listPairs() {
	parts := make([]*pairPart, pairParts)
	inParallel(pairParts, func(i int) {
		parts[i] = newPairPart()
		x.eachPair(uint32(i), func(key, name uint32) { parts[i].count(key, name) })
		parts[i].sort()
	})
	total, pairs := uint32(0), 0
	for _, p := range parts {
		p.first = total
		for i := range p.rows {
			if p.rows[i].inner() {
				p.rows[i].first = total
				total += p.rows[i].count
			}
		}
		pairs += len(p.rows)
	}
	x.pairs, x.postings = make([]pair, tableSize(pairs)), make([]uint32, total)
	inParallel(pairParts, func(i int) {
		p := parts[i]
		p.restart()
		x.eachPair(uint32(i), func(key, name uint32) { p.post(x.postings, key, name) })
		for r := range p.rows {
			row := &p.rows[r].pair
			row.bits = float32(x.surprise(uint16(row.key>>16), uint16(row.key), row.count))
		}
	})
	for _, p := range parts {
		for i := range p.rows {
			x.addPair(p.rows[i].pair)
		}
	}
}

// eachPair visits the pairs of companies' names that lie in one part, with a name's beginning and end.
func (x *Index) eachPair(part uint32, visit func(key, name uint32)) {
	start := uint32(0)
	for name := uint32(1); int(name) <= x.OwnNames(); name++ {
		end := x.ends[name]
		prev := uint16(opening)
		for _, l := range x.letters[start:end] {
			if key := pairKey(prev, l); partOf(key) == part {
				visit(key, name)
			}
			prev = l
		}
		if key := pairKey(prev, closing); partOf(key) == part {
			visit(key, name)
		}
		start = end
	}
}

func partOf(key uint32) uint32 { return key * 0x9e3779b1 >> 27 }

func (x *Index) addPair(p pair) {
	mask := uint32(len(x.pairs) - 1)
	at := spread(p.key) & mask
	for x.pairs[at].key != 0 {
		at = (at + 1) & mask
	}
	x.pairs[at] = p
}

// A pairPart is the pairs of one part while they are listed.
type pairPart struct {
	rows  []pairRow
	slots []uint32 // hash table of rows, from 1
	first uint32   // where the part's postings begin
}

type pairRow struct {
	pair
	last uint32 // the name that was seen last: a name has a pair once
	next uint32 // where its next posting goes
}

// inner reports a pair within names, which has postings: that many names begin with one letter leads to nothing.
func (p *pair) inner() bool { return p.key>>16 != opening && uint16(p.key) != closing }

func newPairPart() *pairPart { return &pairPart{slots: make([]uint32, 1<<12)} }

func (p *pairPart) row(key uint32) *pairRow {
	mask := uint32(len(p.slots) - 1)
	at := spread(key) & mask
	for p.slots[at] != 0 {
		if r := &p.rows[p.slots[at]-1]; r.key == key {
			return r
		}
		at = (at + 1) & mask
	}
	p.rows = append(p.rows, pairRow{pair: pair{key: key}})
	p.slots[at] = uint32(len(p.rows))
	if len(p.rows)*4 > len(p.slots)*3 {
		p.rehash(2 * len(p.slots))
	}
	return &p.rows[len(p.rows)-1]
}

func (p *pairPart) rehash(size int) {
	p.slots = make([]uint32, size)
	for i := range p.rows {
		p.slots[freeSlot(p.slots, spread(p.rows[i].key))] = uint32(i + 1)
	}
}

func (p *pairPart) count(key, name uint32) {
	if r := p.row(key); r.last != name {
		r.last = name
		r.pair.count++
	}
}

// sort orders the rows by their letters.
func (p *pairPart) sort() {
	slices.SortFunc(p.rows, func(a, b pairRow) int { return cmp.Compare(a.key, b.key) })
	p.rehash(len(p.slots))
}

// restart prepares for the second time that the names are read.
func (p *pairPart) restart() {
	for i := range p.rows {
		p.rows[i].last, p.rows[i].next = 0, p.rows[i].first
	}
}

func (p *pairPart) post(postings []uint32, key, name uint32) {
	r := p.row(key)
	if r.last == name || !r.inner() {
		return
	}
	r.last = name
	postings[r.next] = name
	r.next++
}
