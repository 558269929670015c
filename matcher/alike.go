package matcher

import (
	"cmp"
	"math/bits"
	"slices"

	"nayose/matcher/internal/index"
	"nayose/matcher/internal/reading"
)

// The search for names that are like the mention's, where no company has the very name: those that stand in it, and those that share its
// rarest pairs of letters. How like one is, likeness.go says; similar.go measures the search by itself.

// An alike is a name that is like one of the mention's: in what way, and whose.
type alike struct {
	name uint32
	likeness
	of   *wording
	most int // how many of its bearers are followed up wherever they are
}

// What bounds the search for names that are like the mention's: how many known names that stand in it are followed up,
// the fewest bits that such a name is worth, and how many names are taken from the index of pairs and compared. maxBearers is how
// many companies of a name that stands in the mention's are followed up wherever they are; of more, those in the mention's
// prefecture or, of more again, its municipality. maxLikeBearers is the same of a name that only shares pieces.
//
// Set on the labelled mentions of the real data, 1.4 million companies (2026-11-22): 60 names, or 32, and 64 bearers or 16 of names that
// share pieces change the first ten of three workplaces in a thousand whose own name is all that is given, and no outcome of the other
// mentions; 16 bearers of names that stand in the mention's cost a hard name in a hundred its place among the first ten.
const (
	maxPieces      = 12
	leastPiece     = 7
	longestPiece   = 40 // letters: one in ten thousand registered names is longer
	maxLike        = 40
	maxBearers     = 64
	maxLikeBearers = 16
)

// findAlike lists the names that stand in those of the mention or share pieces with them.
func (d *desk) findAlike() {
	for i := range d.query.names {
		if w := &d.query.names[i]; w.Scope == reading.Whole {
			d.findPieces(w)
			d.findLike(w, maxLike)
		}
	}
	ofCompany := len(d.alike)
	for i := range d.query.workplace {
		if w := &d.query.workplace[i]; w.Scope != reading.Word {
			d.findPieces(w)
		}
	}
	for i := range d.alike[ofCompany:] {
		d.alike[ofCompany+i].level = nameWorkplacePiece
	}
}

// findLike lists the names that share the rarest pairs with a wording, some n, and pieces.
func (d *desk) findLike(w *wording, n int) {
	like := d.search.Like(w.letters, n)
	d.touched += d.master.TouchNames(like)
	for _, name := range like {
		if l := d.align(w, d.master.Letters(name)); l.level != nameUnlike {
			d.alike = append(d.alike, alike{name, l, w, maxLikeBearers})
		}
	}
}

// A stretch is letters of a wording that may be a name.
type stretch struct {
	from, to int
	hash     index.NameHash
}

// findPieces lists the names that stand inside a wording, those of most bits.
func (d *desk) findPieces(w *wording) {
	bits, n := d.worth(w), len(w.letters)
	d.stretches = d.stretches[:0]
	for i := range n {
		hash, sum := index.NoLetters, float32(0)
		for j := i; j < min(n, i+longestPiece); j++ {
			hash, sum = hash.Add(w.letters[j]), sum+bits[j]
			if sum >= leastPiece && d.master.Known(hash) && j > i && j-i < n-1 {
				d.stretches = append(d.stretches, stretch{i, j + 1, hash})
			}
		}
	}
	first := len(d.alike)
	for _, s := range d.stretches {
		if name := d.master.Find(w.letters[s.from:s.to], s.hash); name != 0 && int(name) <= d.master.OwnNames() {
			d.alike = append(d.alike, alike{name, d.piece(w, s.from, s.to), w, maxBearers})
		}
	}
	pieces := d.alike[first:]
	slices.SortFunc(pieces, func(a, b alike) int { return cmp.Or(cmp.Compare(b.shared, a.shared), cmp.Compare(a.name, b.name)) })
	d.alike = d.alike[:first+min(len(pieces), maxPieces)]
}

// addAlike adds the companies of names that are like the mention's: not those that are too far away to count.
func (d *desk) addAlike() {
	for i := range d.alike {
		a := &d.alike[i]
		c := candidate{name: a.name}
		c.levels[byName], c.amounts[byShared] = a.level, a.shared
		all := d.master.Bearers(a.name)
		switch {
		case len(all) > a.most:
			here := d.master.In(d.query.place.Pref, all)
			d.add(a.of, &c, here, len(here) > a.most)
			d.addVisitors(a.of, &c, all, 1<<d.query.place.Pref, len(here) > a.most)
		case !d.tooFar(a.of, &c):
			d.add(a.of, &c, all, false)
		default:
			nearby := d.query.regions | 1<<d.query.place.Pref | 1
			for near := nearby; near != 0; near &= near - 1 {
				d.add(a.of, &c, d.master.In(uint8(bits.TrailingZeros64(near)), all), false)
			}
			d.addVisitors(a.of, &c, all, nearby, false)
		}
	}
}

// addVisitors adds, of companies whose offices are elsewhere, those that have a place in one of some prefectures.
func (d *desk) addVisitors(w *wording, c *candidate, all []index.Bearer, prefectures uint64, inCity bool) {
	for i, b := range all {
		if b.Abroad() && d.master.Visits(b.Company(), prefectures) {
			d.add(w, c, all[i:i+1], inCity)
		}
	}
}

// add adds companies as candidates of the kind of c: all, or those that have a place in the mention's municipality.
func (d *desk) add(w *wording, c *candidate, all []index.Bearer, inCity bool) {
	d.touched += d.master.TouchBearers(all)
	for _, b := range all {
		if inCity && !d.inCity(b.Company()) {
			continue
		}
		c.company, c.levels[byForm] = b.Company(), d.formOf(&w.Wording, c.name, b)
		d.hit(c)
	}
}

// farBelow is how many bits below "none of them" no candidate is worth a look: one in a million.
const farBelow = 20

// tooFar reports that a company found by its name in this way cannot come near to "none of them" unless it has a place in the
// prefecture of the mention or of another of its employer, or has its phone, domain or number, by which it is found anyway.
func (d *desk) tooFar(w *wording, c *candidate) bool {
	q := &d.query
	if q.place.Pref == 0 || q.chain || q.regions&1 != 0 {
		return false
	}
	form := d.model.weights[byForm][formNeither]
	if w.Form != 0 {
		form = d.model.weights[byForm][formSame]
	}
	return d.nameBits(c)+form+d.model.weights[byAddress][addressOtherPrefecture] < d.far
}
