package matcher

import (
	"errors"
	"math"
)

// terms numbers distinct strings from 1 in the order they come and gives each back by its number or its text. It holds
// them in flat memory: the text end to end, where each ends, and an open hash table of numbers. A hash only points to
// where the text may be: what find returns has been compared letter by letter.
type terms struct {
	text []byte
	ends []uint32 // ends[i] is where term i ends in text; term 0 is the empty one
	hash []uint64 // slots: 32 bits of hash above 32 bits of term; 0 is free. The length is a power of two
}

var errFull = errors.New("the master's names and identifiers exceed 4 GiB")

func newTerms() *terms { return &terms{ends: []uint32{0}, hash: make([]uint64, 1<<16)} }

// get is the text of a term, without copying it: it must not be changed.
func (t *terms) get(i uint32) []byte {
	if i == 0 {
		return nil
	}
	return t.text[t.ends[i-1]:t.ends[i]]
}

// find is the number of the term that is kind followed by text; 0 where there is none.
func (t *terms) find(kind byte, text string) uint32 {
	if text == "" {
		return 0
	}
	i, _ := t.slot(kind, text, hashOf(kind, text))
	return i
}

// add is the number of kind followed by text, new or known; the empty text is 0.
func (t *terms) add(kind byte, text string) (uint32, error) {
	if text == "" {
		return 0, nil
	}
	h := hashOf(kind, text)
	i, at := t.slot(kind, text, h)
	if i > 0 {
		return i, nil
	}
	if len(t.text)+len(text)+1 > math.MaxUint32 {
		return 0, errFull
	}
	i = uint32(len(t.ends))
	t.text = append(append(t.text, kind), text...)
	t.ends = append(t.ends, uint32(len(t.text)))
	t.hash[at] = uint64(h)<<32 | uint64(i)
	if len(t.ends) > len(t.hash)/4*3 {
		t.grow()
	}
	return i, nil
}

// slot is the term, or 0 and the free slot where it belongs.
func (t *terms) slot(kind byte, text string, h uint32) (term uint32, at uint32) {
	mask := uint32(len(t.hash) - 1)
	for at = spread(h) & mask; t.hash[at] != 0; at = (at + 1) & mask {
		if uint32(t.hash[at]>>32) != h {
			continue
		}
		if b := t.get(uint32(t.hash[at])); b[0] == kind && string(b[1:]) == text {
			return uint32(t.hash[at]), at
		}
	}
	return 0, at
}

func (t *terms) grow() {
	old := t.hash
	t.hash = make([]uint64, 2*len(old))
	mask := uint32(len(t.hash) - 1)
	for _, s := range old {
		if s == 0 {
			continue
		}
		at := spread(uint32(s>>32)) & mask
		for t.hash[at] != 0 {
			at = (at + 1) & mask
		}
		t.hash[at] = s
	}
}

// hashOf is FNV-1a over kind and text: the same in every process, so that a saved index stays good.
func hashOf(kind byte, text string) uint32 {
	h := uint32(2166136261)
	h = (h ^ uint32(kind)) * 16777619
	for i := range len(text) {
		h = (h ^ uint32(text[i])) * 16777619
	}
	return h
}

// spread mixes the hash's high bits into the low ones that choose the slot.
func spread(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x7feb352d
	return h ^ h>>15
}
