package matcher

import (
	"slices"

	"github.com/agnivade/levenshtein"

	"nayose/matcher/internal/reading"
)

// An aligned is a name ready to be laid beside others: its letters, and the bits that each is worth after the one before.
type aligned struct {
	letters []rune
	bits    []float64
	sum     float64
}

func newAligned(g *grams, loose string) *aligned {
	a := &aligned{letters: []rune(loose)}
	a.bits = g.surprise(a.letters)
	for _, b := range a.bits {
		a.sum += b
	}
	return a
}

// worth is the bits of a whole name.
func (g *grams) worth(loose string) float64 { return min(newAligned(g, loose).sum, mostShared) }

// mostShared is the bits from which on more letters in common say no more.
const mostShared = 48

// A likeness is what two different names share: in what way, and the bits of the letters that both have in the same order.
// What only one of them has says nothing more: a fit gives it no weight.
type likeness struct {
	level  level
	shared float64
}

// piece is the likeness of the name to the piece of it from letter i to j.
func (a *aligned) piece(i, j int) likeness {
	l := likeness{level: nameInside}
	for _, b := range a.bits[i:j] {
		l.shared += b
	}
	l.shared = min(l.shared, mostShared)
	if i == 0 {
		l.level = nameBegins
		if reading.IsBranch(string(a.letters[j:])) {
			l.level = nameBranch
		}
	}
	return l
}

// align lays a mention's name beside a company's.
func (a *aligned) align(name *aligned) likeness {
	if at := indexOf(a.letters, name.letters); at >= 0 {
		return a.piece(at, at+len(name.letters))
	}
	if at := indexOf(name.letters, a.letters); at >= 0 {
		l := name.piece(at, at+len(a.letters))
		l.level = nameWithin
		if at == 0 {
			l.level = nameShortened
		}
		return l
	}
	l := likeness{level: nameSimilar}
	l.shared = min(a.common(name, 0, len(a.letters), 0, len(name.letters)), mostShared)
	switch {
	case len(a.letters) >= 4 && levenshtein.ComputeDistance(string(a.letters), string(name.letters)) == 1:
		l.level = nameNear
	case a.beginsLike(name):
		l.level = nameStarts
	case l.shared < leastPiece:
		l = likeness{level: nameUnlike}
	}
	return l
}

// beginsLike reports that two names begin with the same three letters or more, and these are worth a piece.
func (a *aligned) beginsLike(name *aligned) bool {
	same, bits := 0, 0.0
	for same < min(len(a.letters), len(name.letters)) && a.letters[same] == name.letters[same] {
		bits += a.bits[same]
		same++
	}
	return same >= 3 && bits >= leastPiece
}

// common is the bits of the longest run of letters that both have, and so on to both sides of it (Ratcliff and Obershelp).
// A single letter is no run.
func (a *aligned) common(b *aligned, i0, i1, j0, j1 int) float64 {
	best, bi, bj := 0, 0, 0
	for i := i0; i < i1; i++ {
		for j := j0; j < j1; j++ {
			n := 0
			for i+n < i1 && j+n < j1 && a.letters[i+n] == b.letters[j+n] {
				n++
			}
			if n > best {
				best, bi, bj = n, i, j
			}
		}
	}
	if best < 2 {
		return 0
	}
	shared := 0.0
	for _, w := range a.bits[bi : bi+best] {
		shared += w
	}
	return shared + a.common(b, i0, bi, j0, bj) + a.common(b, bi+best, i1, bj+best, j1)
}

// indexOf is where a piece of at least two letters stands in a name; -1 where it doesn't.
func indexOf(name, piece []rune) int {
	if len(piece) < 2 {
		return -1
	}
	for i := 0; i+len(piece) <= len(name); i++ {
		if slices.Equal(name[i:i+len(piece)], piece) {
			return i
		}
	}
	return -1
}
