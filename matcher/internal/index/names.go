package index

import (
	"slices"
	"unicode/utf16"
)

// A slot of the table of names is a name's number below eight bits of its hash; 0 is free.
const (
	tagShift = 24
	maxNames = 1<<tagShift - 1
)

// AppendLetters adds the letters of a name in loose writing, as the index compares them: UTF-16.
func AppendLetters(letters []uint16, name string) []uint16 {
	for _, r := range name {
		letters = utf16.AppendRune(letters, r)
	}
	return letters
}

// Letters are those of a name of the index; they must not be changed.
func (x *Index) Letters(name uint32) []uint16 {
	if name == 0 {
		return nil
	}
	return x.letters[x.ends[name-1]:x.ends[name]]
}

// Find is the number of a company's name whose hash is known; 0 where it is none's. It may find one that only workplaces have.
func (x *Index) Find(letters []uint16, h NameHash) uint32 {
	hash := mix(uint64(h))
	if !x.known(hash) {
		return 0
	}
	return x.find(letters, hash)
}

// FindAny is the number of a name that companies or workplaces have. It costs more than Find where there is none.
func (x *Index) FindAny(letters []uint16, h NameHash) uint32 {
	if x.OwnNames() == x.Names() {
		return x.Find(letters, h)
	}
	return x.find(letters, mix(uint64(h)))
}

func (x *Index) find(letters []uint16, hash uint64) uint32 {
	mask, tag := uint32(len(x.names)-1), nameTag(hash)
	for at := uint32(hash) & mask; x.names[at] != 0; at = (at + 1) & mask {
		if slot := x.names[at]; slot&^maxNames == tag && slices.Equal(x.Letters(slot&maxNames), letters) {
			return slot & maxNames
		}
	}
	return 0
}

// Known reports that there may be a company's name of this hash: that there is none is certain.
func (x *Index) Known(h NameHash) bool { return x.known(mix(uint64(h))) }

// nameTag are the bits of a name's hash that stand in its slot.
func nameTag(hash uint64) uint32 { return uint32(hash>>56) << tagShift }

// filterBits is how many bits the filter has for each slot of the table: with eight, one lookup in eight of a name that is not there goes on to
// the table; the filter of a million names stays in a core's own cache.
const filterBits = 8

// filterSize is the length of the filter of n names.
func filterSize(n int) int { return max(1, tableSize(n)*filterBits/64) }

func (x *Index) known(hash uint64) bool {
	bit := hash >> 20 & uint64(64*len(x.filter)-1)
	return x.filter[bit/64]&(1<<(bit%64)) != 0
}

// addName writes a name into the table and, where it is a company's, the filter: those of workplaces are never looked for as pieces.
func (x *Index) addName(name uint32, hash uint64, own bool) {
	x.names[freeSlot(x.names, uint32(hash))] = nameTag(hash) | name
	if !own {
		return
	}
	bit := hash >> 20 & uint64(64*len(x.filter)-1)
	x.filter[bit/64] |= 1 << (bit % 64)
}
