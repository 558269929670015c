package matcher

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"sync"
)

// grams knows the names of a master by their pairs of neighbouring letters: which names have a pair, and how surprising a
// letter is after another. The first finds the names that are like another one; the second says what it is worth that two
// names share a piece: 工業 is in every tenth, サイゼ in few.
type grams struct {
	rows    map[bigram]uint32 // a pair's row in counts and names
	counts  []uint32          // how many names have the pair
	names   csr[uint32]       // the names that have it, as terms
	letters map[rune]uint32   // how often names have a letter
	all     uint32            // letters of all names
	total   uint32            // names
	end     uint32            // no name's term is as high
	tallies sync.Pool         // *tally
}

type bigram struct{ a, b rune }

// Before the first letter of a name and after its last stand these.
const (
	opening rune = 1
	closing rune = 2
)

// newGrams reads the names among the terms; isName tells which are.
func newGrams(t *terms, isName func(term uint32) bool) *grams {
	g := &grams{rows: map[bigram]uint32{}, letters: map[rune]uint32{}, end: uint32(len(t.ends))}
	var pairs pile[uint32]
	for term := uint32(1); term < g.end; term++ {
		if text := t.get(term); text[0] == kindName && isName(term) {
			g.add(term, string(text[1:]), &pairs)
		}
	}
	g.names = pairs.rows(len(g.counts))
	g.tallies.New = func() any { return &tally{weight: make([]float32, g.end)} }
	return g
}

func (g *grams) add(term uint32, name string, pairs *pile[uint32]) {
	g.total++
	g.letters[opening]++
	var seen []uint32
	prev := opening
	for _, r := range name + string(closing) {
		row, ok := g.rows[bigram{prev, r}]
		if !ok {
			row = uint32(len(g.counts))
			g.rows[bigram{prev, r}] = row
			g.counts = append(g.counts, 0)
		}
		if !slices.Contains(seen, row) {
			seen = append(seen, row)
			g.counts[row]++
			if prev != opening && r != closing {
				pairs.add(row, term)
			}
		}
		g.letters[r]++
		g.all++
		prev = r
	}
}

// unseen is how many names the letters that a letter was seen before are outweighed by: where it was seen less often,
// what comes next is judged by how common that letter is anywhere.
const unseen = 4

// bits is how surprising letter b is after a: −log₂ of its chance, by pairs where a was seen often, by letters where not.
// The name that is looked at is itself among those counted, and is left out: it says nothing of its own chance.
func (g *grams) bits(a, b rune) float64 {
	n := 0.0
	if row, ok := g.rows[bigram{a, b}]; ok {
		n = float64(g.counts[row]) - 1
	}
	return -math.Log2((n + unseen*g.alone(b)) / (max(float64(g.letters[a])-1, 0) + unseen))
}

// alone is the chance of a letter anywhere.
func (g *grams) alone(r rune) float64 {
	return (max(float64(g.letters[r])-1, 0) + 0.5) / (float64(g.all) + 1)
}

// surprise is the bits of each letter of a name, in its order; the first is judged alone, as a piece of a name may stand
// anywhere, and no letter surprises much more beside its neighbour than alone.
func (g *grams) surprise(name []rune) []float64 {
	bits := make([]float64, len(name))
	for i, r := range name {
		bits[i] = -math.Log2(g.alone(r))
		if i > 0 {
			bits[i] = min(g.bits(name[i-1], r), bits[i]+4)
		}
	}
	return bits
}

// registryNames is how many names the whole registry has, about: 5.8 million corporations bear 3.2 million names. It does not
// matter how many of them the master holds, as the mention's company may be any.
const registryNames = 3.2e6

// expected is how many companies of the registry would bear this name if names were letters that follow each other by
// chance.
func (g *grams) expected(name string) float64 {
	bits, prev := 0.0, opening
	for _, r := range name + string(closing) {
		bits += g.bits(prev, r)
		prev = r
	}
	return registryNames * math.Exp2(-bits)
}

// A tally adds up, by name, what the pairs that it shares with another name weigh. It is used again and again.
type tally struct {
	weight  []float32
	touched []uint32
}

// maxTouched is how many names a search may look at before it stops at the rarer pairs, and enoughOf is the part of the
// pairs' weight that it stops at when it has that many.
const (
	maxTouched = 60_000
	enoughOf   = 0.6
)

// like lists up to n names that share the rarest pairs with a name, heaviest first; text gives a name's letters.
func (g *grams) like(name []rune, n int, text func(term uint32) []byte) []uint32 {
	type pairRow struct {
		row    uint32
		pair   bigram
		weight float32
	}
	var rows []pairRow
	for i := 1; i < len(name); i++ {
		row, ok := g.rows[bigram{name[i-1], name[i]}]
		if !ok || len(g.names.get(row)) == 0 {
			continue
		}
		w := float32(math.Log2(float64(g.total+1) / float64(g.counts[row])))
		rows = append(rows, pairRow{row, bigram{name[i-1], name[i]}, w})
	}
	slices.SortFunc(rows, func(a, b pairRow) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.pair.a, b.pair.a), cmp.Compare(a.pair.b, b.pair.b))
	})
	rows = slices.Compact(rows)
	sum := float32(0)
	for _, r := range rows {
		sum += r.weight
	}
	t := g.tallies.Get().(*tally)
	defer g.tallies.Put(t)
	done := float32(0)
	for _, r := range rows {
		names := g.names.get(r.row)
		if done > enoughOf*sum && len(t.touched)+len(names) > maxTouched {
			break
		}
		for _, term := range names {
			if t.weight[term] == 0 {
				t.touched = append(t.touched, term)
			}
			t.weight[term] += r.weight
		}
		done += r.weight
	}
	return t.heaviest(n, text)
}

// heaviest empties the tally into a list of its n heaviest names; among equals the shorter one comes first, since more
// of it is shared, then the order of their letters.
func (t *tally) heaviest(n int, text func(term uint32) []byte) []uint32 {
	best := t.above(n)
	slices.SortFunc(best, func(a, b uint32) int {
		if by := cmp.Compare(t.weight[b], t.weight[a]); by != 0 {
			return by
		}
		x, y := text(a), text(b)
		return cmp.Or(cmp.Compare(len(x), len(y)), bytes.Compare(x, y))
	})
	best = slices.Clone(best[:min(n, len(best))])
	for _, term := range t.touched {
		t.weight[term] = 0
	}
	t.touched = t.touched[:0]
	return best
}

// above lists the touched names that are as heavy as the nth, to a quarter of a bit.
func (t *tally) above(n int) []uint32 {
	const steps, finest = 1024, 4
	var count [steps]int
	step := func(term uint32) int { return min(int(t.weight[term]*finest), steps-1) }
	for _, term := range t.touched {
		count[step(term)]++
	}
	least, many := steps, 0
	for least > 0 && many < n {
		least--
		many += count[least]
	}
	best := make([]uint32, 0, many)
	for _, term := range t.touched {
		if step(term) >= least {
			best = append(best, term)
		}
	}
	return best
}
