package matcher

import (
	"cmp"
	"slices"
	"unicode/utf16"

	"nayose"
	"nayose/matcher/internal/index"
	"nayose/matcher/internal/reading"
)

// What the search for names finds, apart from all other evidence: by this it is measured beside other searches.

// Similar lists up to n names of companies, in loose writing, that are likest to a name alone, the likest first: those that it is
// read as, those that stand in it, those that share pieces with it. Matching looks for the last two only where no company
// has the very name.
func (m *Matcher) Similar(name string, n int) []string {
	return m.similar(name, n, func(d *desk, w *wording) {
		d.findPieces(w)
		d.findLike(w, max(n, maxLike))
	})
}

// SimilarOfAll is Similar by laying the name beside every name of the master, which takes a fifth of a second a million names: what
// Similar would list if it left nothing out.
func (m *Matcher) SimilarOfAll(name string, n int) []string {
	return m.similar(name, n, func(d *desk, w *wording) { d.alignAll(w, n) })
}

// similar lists the names that a search finds for each way to read the whole of a name, beside those that it is read as.
func (m *Matcher) similar(name string, n int, search func(*desk, *wording)) []string {
	d := m.sit()
	defer d.leave()
	d.read(&nayose.Mention{CompanyName: name})
	d.findExact()
	for i := range d.query.names {
		if w := &d.query.names[i]; w.Scope == reading.Whole {
			search(d, w)
		}
	}
	return d.likestNames(n)
}

// findExact lists the names that are wordings of the query.
func (d *desk) findExact() {
	d.alike = d.alike[:0]
	for i := range d.query.names {
		w := &d.query.names[i]
		if known := d.master.Find(w.letters, w.hash); known != 0 {
			d.alike = append(d.alike, alike{known, likeness{companyLevel(w.Scope, index.Registered), d.whole(w)}, w, 0})
		}
	}
}

// alignAll adds the names of the master that are likest to a wording, some n.
func (d *desk) alignAll(w *wording, n int) {
	for name := uint32(1); int(name) <= d.master.OwnNames(); name++ {
		if l := d.align(w, d.master.Letters(name)); l.level != nameUnlike {
			d.alike = append(d.alike, alike{name, l, w, 0})
		}
		if len(d.alike) > 1000+50*n {
			d.sortAlike()
			d.alike = d.alike[:10*n]
		}
	}
}

// sortAlike puts the likest names first.
func (d *desk) sortAlike() {
	slices.SortFunc(d.alike, func(a, b alike) int {
		return cmp.Or(cmp.Compare(d.worthOf(&b), d.worthOf(&a)), cmp.Compare(a.name, b.name))
	})
}

func (d *desk) worthOf(a *alike) float64 {
	return d.model.weights[byName][a.level] + d.model.slopes[byShared]*a.shared
}

// likestNames are the n likest of the names that were found, each once.
func (d *desk) likestNames(n int) (names []string) {
	d.sortAlike()
	for i := range d.alike {
		name := d.alike[i].name
		if len(names) == n || slices.ContainsFunc(d.alike[:i], func(a alike) bool { return a.name == name }) {
			continue
		}
		names = append(names, string(utf16.Decode(d.master.Letters(name))))
	}
	return names
}
