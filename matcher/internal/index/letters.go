package index

import "math"

// What pairs of letters are worth, as grams.go has counted them.

// A pair is two letters that stand beside each other in a name. It says what it is worth that two names share a piece: 工業 is in
// every tenth, サイゼ in few.
type pair struct {
	key   uint32 // first letter, second letter; 0 is a free slot
	first uint32 // where its names begin in postings; nothing is there for pairs with a name's beginning or end
	count uint32 // how many names have it
	bits  float32
}

// Before the first letter of a name and after its last stand these.
const (
	opening = 1
	closing = 2
)

func pairKey(a, b uint16) uint32 { return uint32(a)<<16 | uint32(b) }

// pair is the row of two letters; nil where no name has them.
func (x *Index) pair(key uint32) *pair {
	mask := uint32(len(x.pairs) - 1)
	for at := spread(key) & mask; x.pairs[at].key != 0; at = (at + 1) & mask {
		if x.pairs[at].key == key {
			return &x.pairs[at]
		}
	}
	return nil
}

// spread mixes a pair's letters into the bits that choose its slot.
func spread(key uint32) uint32 {
	key ^= key >> 16
	key *= 0x7feb352d
	key ^= key >> 15
	key *= 0x846ca68b
	return key ^ key>>16
}

// unseen is how many names the letters that a letter was seen before are outweighed by: where it was seen less often,
// what comes next is judged by how common that letter is anywhere.
const unseen = 4

// surprise is how surprising letter b is after a, in bits: −log₂ of its chance, by pairs where a was seen often, by letters
// where not. n is how many names have the pair. The name that is looked at is itself among those counted, and is left
// out: it says nothing of its own chance.
func (x *Index) surprise(a, b uint16, n uint32) float64 {
	others := max(float64(n)-1, 0)
	return -math.Log2((others + unseen*x.chance(b)) / (max(float64(x.letterCount[a])-1, 0) + unseen))
}

// chance is that of a letter anywhere.
func (x *Index) chance(l uint16) float64 {
	return (max(float64(x.letterCount[l])-1, 0) + 0.5) / (float64(x.letterCount[0]) + 1)
}

// after is surprise, looked up.
func (x *Index) after(a, b uint16) float64 {
	if p := x.pair(pairKey(a, b)); p != nil {
		return float64(p.bits)
	}
	return x.surprise(a, b, 0)
}

// AppendBits adds the bits that each letter of a name is worth, in its order; the first is judged alone, as a piece of a name may
// stand anywhere, and no letter surprises much more beside its neighbour than alone.
func (x *Index) AppendBits(bits []float32, name []uint16) []float32 {
	for i, l := range name {
		b := -math.Log2(x.chance(l))
		if i > 0 {
			b = min(x.after(name[i-1], l), b+4)
		}
		bits = append(bits, float32(b))
	}
	return bits
}

// registryNames is how many names the whole registry has, about: 5.8 million corporations bear 3.2 million names. It does not
// matter how many of them the master holds, as the mention's company may be any.
const registryNames = 3.2e6

// Expected is how many companies of the registry would bear this name if names were letters that follow each other by
// chance.
func (x *Index) Expected(name []uint16) float64 {
	bits, prev := 0.0, uint16(opening)
	for _, l := range name {
		bits += x.after(prev, l)
		prev = l
	}
	return registryNames * math.Exp2(-bits-x.after(prev, closing))
}
