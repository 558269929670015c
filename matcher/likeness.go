package matcher

import (
	"slices"

	"nayose/matcher/internal/reading"
)

// How like two different names are: laid beside each other, letter by letter, each letter worth what it tells.

// mostShared is the bits from which on more letters in common say no more.
const mostShared = 48

// A likeness is what two different names share: in what way, and the bits of the letters that both have in the same order.
// What only one of them has says nothing more: a fit gives it no weight.
type likeness struct {
	level  level
	shared float64
}

// total is what letters are worth together.
func total(bits []float32) float64 {
	sum := 0.0
	for _, b := range bits {
		sum += float64(b)
	}
	return min(sum, mostShared)
}

// whole is what a wording is worth.
func (d *desk) whole(w *wording) float64 { return total(d.worth(w)) }

// piece is the likeness of a wording to the piece of it from letter i to j.
func (d *desk) piece(w *wording, i, j int) likeness {
	l := likeness{nameInside, total(d.worth(w)[i:j])}
	switch {
	case i > 0:
	case reading.IsBranch(w.from(j)):
		l.level = nameBranch
	default:
		l.level = nameBegins
	}
	return l
}

// from is what a wording says from letter j on.
func (w *wording) from(j int) string {
	at := 0
	for i := range w.Loose {
		if at >= j {
			return w.Loose[i:]
		}
		at++
		if w.letters[at-1]>>10 == 0x36 { // the first half of a letter beyond the basic plane
			at++
		}
	}
	return ""
}

// align lays a mention's name beside a company's.
func (d *desk) align(w *wording, name []uint16) likeness {
	if at := indexOf(w.letters, name); at >= 0 {
		return d.piece(w, at, at+len(name))
	}
	if at := indexOf(name, w.letters); at >= 0 {
		d.other = d.master.AppendBits(d.other[:0], name)
		l := likeness{nameWithin, total(d.other[at : at+len(w.letters)])}
		if at == 0 {
			l.level = nameShortened
		}
		return l
	}
	bits := d.worth(w)
	l := likeness{nameSimilar, min(common(w.letters, name, bits), mostShared)}
	switch {
	case len(w.letters) >= 4 && oneOff(w.letters, name):
		l.level = nameNear
	case beginsLike(w.letters, name, bits):
		l.level = nameStarts
	case l.shared < leastPiece:
		l = likeness{level: nameUnlike}
	}
	return l
}

// beginsLike reports that two names begin with the same three letters or more, and these are worth a piece.
func beginsLike(a, b []uint16, bits []float32) bool {
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	return same >= 3 && total(bits[:same]) >= leastPiece
}

// oneOff reports that one letter is another, missing or too much: that the edit distance is 1.
func oneOff(a, b []uint16) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i < len(a) && slices.Equal(a[i+1:], b[i+1:])
	}
	return slices.Equal(a[i:], b[i+1:])
}

// common is the bits of the longest run of letters that both have, and so on to both sides of it (Ratcliff and Obershelp).
// A single letter is no run.
func common(a, b []uint16, bits []float32) float64 {
	if len(a) < 2 || len(b) < 2 {
		return 0
	}
	best, ai, bi := 1, 0, 0
	for i := 0; i+best < len(a); i++ {
		for j := 0; i+best < len(a) && j+best < len(b); j++ {
			if a[i] != b[j] || a[i+best] != b[j+best] {
				continue
			}
			n := 1
			for i+n < len(a) && j+n < len(b) && a[i+n] == b[j+n] {
				n++
			}
			if n > best {
				best, ai, bi = n, i, j
			}
		}
	}
	if best < 2 {
		return 0
	}
	shared := 0.0
	for _, w := range bits[ai : ai+best] {
		shared += float64(w)
	}
	return shared + common(a[:ai], b[:bi], bits[:ai]) + common(a[ai+best:], b[bi+best:], bits[ai+best:])
}

// indexOf is where a piece of at least two letters stands in a name; -1 where it doesn't.
func indexOf(name, piece []uint16) int {
	if len(piece) < 2 {
		return -1
	}
	for i := 0; i+len(piece) <= len(name); i++ {
		if name[i] == piece[0] && slices.Equal(name[i:i+len(piece)], piece) {
			return i
		}
	}
	return -1
}
