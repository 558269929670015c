package index

// The names of municipalities and towns, each once.

// texts numbers distinct texts from 1, in their order. Number 0 is the empty one.
type texts struct {
	text  []byte
	ends  []uint32 // ends[i] is where text i ends; ends[0] is 0
	slots []uint32 // hash table of numbers; 0 is free
}

func newTexts(sorted []string) texts {
	t := texts{ends: make([]uint32, 1, len(sorted)+1), slots: make([]uint32, tableSize(len(sorted)))}
	for i, s := range sorted {
		t.text = append(t.text, s...)
		t.ends = append(t.ends, uint32(len(t.text)))
		t.slots[freeSlot(t.slots, uint32(hashText(s)))] = uint32(i + 1)
	}
	return t
}

// tableSize is the length of a hash table of n entries: a power of two of which at most three quarters are taken.
func tableSize(n int) int {
	size := 8
	for size*3 < n*4 {
		size *= 2
	}
	return size
}

// freeSlot is where what is not in a hash table belongs.
func freeSlot(slots []uint32, hash uint32) uint32 {
	mask := uint32(len(slots) - 1)
	at := hash & mask
	for slots[at] != 0 {
		at = (at + 1) & mask
	}
	return at
}

// accumulate makes where rows start of how many values each has, noted one row further.
func accumulate(start []uint32) {
	for i := 1; i < len(start); i++ {
		start[i] += start[i-1]
	}
}

func (t *texts) len() int { return len(t.ends) - 1 }

// get is a text by its number. It lies in the index, and is good as long as that is open.
func (t *texts) get(i uint32) string {
	if i == 0 {
		return ""
	}
	return textOf(t.text[t.ends[i-1]:t.ends[i]])
}

// find is the number of a text; 0 where it is none of them.
func (t *texts) find(s string) uint32 {
	if s == "" || len(t.slots) == 0 {
		return 0
	}
	mask := uint32(len(t.slots) - 1)
	for at := uint32(hashText(s)) & mask; t.slots[at] != 0; at = (at + 1) & mask {
		if i := t.slots[at]; t.get(i) == s {
			return i
		}
	}
	return 0
}
