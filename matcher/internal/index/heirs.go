package index

import (
	"cmp"
	"maps"
	"slices"
)

// A Heir is who took a closed company over: at the end of the chain of those that closed, too, the first that did not.
type Heir struct{ Closed, Heir uint32 }

const nobody = 1<<32 - 1

// Heir is the open company that took a closed one over; ok is false where there is none, or the master lacks it.
func (x *Index) Heir(closed uint32) (heir uint32, ok bool) {
	i, ok := slices.BinarySearchFunc(x.heirs, closed, func(h Heir, c uint32) int { return cmp.Compare(h.Closed, c) })
	if !ok {
		return 0, false
	}
	return x.heirs[i].Heir, true
}

// heirs follows every closed company's chain of successors to its end, by the builder's numbers. One that turns back on itself
// ends nowhere.
func (b *Builder) heirs() map[uint32]uint32 {
	next := map[uint32]uint32{}
	for _, s := range b.successors {
		if c, ok := b.company(s.successor); ok {
			next[s.company] = c
		}
	}
	ends := make(map[uint32]uint32, len(next))
	for c := range next {
		var path []uint32
		for {
			if end, ok := ends[c]; ok {
				c = end
				break
			}
			to, ok := next[c]
			if !ok {
				break
			}
			ends[c] = nobody // until the path's end is known: what comes back here goes nowhere
			path, c = append(path, c), to
		}
		if c != nobody && b.rows.at(c).Closed() {
			c = nobody
		}
		for _, p := range path {
			ends[p] = c
		}
	}
	maps.DeleteFunc(ends, func(_, end uint32) bool { return end == nobody })
	return ends
}

// listHeirs orders heirs by the companies' numbers in the index.
func (x *Index) listHeirs(heirs map[uint32]uint32, number []uint32) {
	for closed, heir := range heirs {
		x.heirs = append(x.heirs, Heir{number[closed], number[heir]})
	}
	slices.SortFunc(x.heirs, func(a, b Heir) int { return cmp.Compare(a.Closed, b.Closed) })
}

// company is the builder's number of the company with an id. The first question lays the ids out in a table, which a company that is
// added later makes void.
func (b *Builder) company(id string) (c uint32, ok bool) {
	if b.byID == nil {
		b.listIDs()
	}
	n, digits := number13(id)
	mask := uint32(len(b.byID) - 1)
	for at := uint32(idHash(n, id)) & mask; b.byID[at] != 0; at = (at + 1) & mask {
		c := b.byID[at] - 1
		known := b.rows.at(c).id
		if digits && known == n || !digits && known&textID != 0 && b.textIDs[known&^textID-1] == id {
			return c, true
		}
	}
	return 0, false
}

func (b *Builder) listIDs() {
	b.byID = make([]uint32, tableSize(b.rows.count))
	c := uint32(0)
	for r := range b.rows.all {
		text := ""
		if r.id&textID != 0 {
			text = b.textIDs[r.id&^textID-1]
		}
		c++
		b.byID[freeSlot(b.byID, uint32(idHash(r.id, text)))] = c
	}
}

// idHash is of 13 digits, or of another text.
func idHash(digits uint64, text string) uint64 {
	if _, ok := number13(text); text == "" || ok {
		return mix(digits ^ hashStart)
	}
	return hashText(text)
}
