package matcher

import (
	"bytes"
	"cmp"
	"slices"
	"unicode/utf8"

	"nayose/matcher/internal/reading"
)

// A candidate is a company that might be the mention's, with what was seen.
type candidate struct {
	company uint32
	term    uint32 // the name that it was found by; 0 where it was found otherwise
	levels  [comparisons]level
	amounts [amounts]float64
	bits    float64 // the sum of all evidence
}

// maxSharing is how many companies may share an address, phone or domain and still be candidates for it: more is an office
// tower or a service, whose users say nothing about each other.
const maxSharing = 50

// candidates finds every company that the mention leads to, compares each with the mention, and orders them by weight, then
// by id. The result depends on the set of companies alone, not on their order in the master.
func (m *Matcher) candidates(q *query) []candidate {
	g := gatherer{Matcher: m, q: q, found: map[uint32]candidate{}}
	if !q.withheld {
		g.byNames()
		g.byIdentifiers()
	}
	g.identifier(kindID, q.number)
	all := make([]candidate, 0, len(g.found))
	for _, c := range g.found {
		m.compare(q, &c)
		all = append(all, c)
	}
	m.countNamesakes(all)
	for i := range all {
		all[i].bits = m.model.weigh(&all[i])
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.bits, a.bits),
			bytes.Compare(m.master.text(m.master.companies[a.company].id), m.master.text(m.master.companies[b.company].id)))
	})
	return all
}

// A gatherer collects candidates, each with the best way its name was found.
type gatherer struct {
	*Matcher
	q     *query
	found map[uint32]candidate
	named bool // by a name that is the mention's
}

// hit notes that a company was found.
func (g *gatherer) hit(c candidate) {
	old, ok := g.found[c.company]
	whole, oldWhole := c.levels[byName] >= namePart, old.levels[byName] >= namePart
	if !ok || whole && !oldWhole || whole == oldWhole && g.nameBits(&c) > g.nameBits(&old) {
		g.found[c.company] = c
	}
}

func (g *gatherer) nameBits(c *candidate) float64 {
	return g.model.weights[byName][c.levels[byName]] + g.model.weights[byForm][c.levels[byForm]] +
		g.model.slopes[byShared]*c.amounts[byShared]
}

// byNames looks up the wordings of the company's and the workplace's name and the reading. Where no company has the very
// name, it looks for those that have a piece of it.
func (g *gatherer) byNames() {
	r := readers.Get().(*reading.Reader)
	defer readers.Put(r)
	for i := range g.q.names {
		g.wording(&g.q.names[i], companyLevel)
	}
	for i := range g.q.workplace {
		g.wording(&g.q.workplace[i], workplaceLevel)
	}
	g.read(g.q.kana, kana)
	for i := range g.q.names {
		if w := &g.q.names[i]; w.Scope == reading.Whole {
			g.read(r.SpelledOut(w), registered)
			g.holdings(w)
		}
	}
	if g.named {
		return
	}
	for i := range g.q.names {
		g.likeNames(&g.q.names[i])
	}
	for i := range g.q.workplace {
		g.pieces(&g.q.workplace[i], func(*likeness) level { return nameWorkplacePiece })
	}
}

// read looks up a reading among the readings of companies, or a name written in letters that the mention spells out among
// their names.
func (g *gatherer) read(key string, as role) {
	term := g.master.terms.find(kindName, key)
	for _, b := range g.master.bearers.get(term) {
		if b.role() == as {
			c := candidate{company: b.company(), term: term}
			c.levels[byName] = nameKana
			g.hit(c)
		}
	}
}

// holdings looks up the group's head company, which people call by the name of the one that it was: アカネ食品 became a
// subsidiary of アカネ食品ホールディングス, and those who say アカネ食品 mean either.
func (g *gatherer) holdings(w *reading.Wording) {
	shared := g.master.grams.worth(w.Loose)
	for _, tail := range holdingTails {
		term := g.master.terms.find(kindName, w.Loose+tail)
		for _, b := range g.master.bearers.get(term) {
			if b.role() != registered {
				continue
			}
			c := candidate{company: b.company(), term: term}
			c.levels[byName], c.levels[byForm] = nameShortened, g.formOf(w, term, b)
			c.amounts[byShared] = shared
			g.hit(c)
		}
	}
}

// holdingTails are what the names of head companies end with, in loose writing.
var holdingTails = []string{"ホルデイングス", "ホルデイング", "グルプ", "グルプホルデイングス", "HD"}

// wording looks up one wording among the names of companies.
func (g *gatherer) wording(w *reading.Wording, levelOf func(*reading.Wording, role) level) {
	term := g.master.terms.find(kindName, w.Loose)
	all := g.master.bearers.get(term)
	if len(all) == 0 {
		return
	}
	strict, shared := hashOf(0, w.Strict), g.master.grams.worth(w.Loose)
	for _, b := range all {
		c := candidate{company: b.company(), term: term}
		c.levels[byName], c.levels[byForm] = levelOf(w, b.role()), g.formOf(w, term, b)
		row := &g.master.companies[c.company]
		switch {
		case c.levels[byName] == nameUnlike:
			continue
		case c.levels[byName] == nameSame && row.strict != strict: // the same has the registered name alone
			c.levels[byName] = nameLoose
		case c.levels[byName] == nameSame && row.glyphs != g.q.glyphs:
			c.levels[byName] = nameVariant
		case c.levels[byName] < namePart:
			c.amounts[byShared] = shared
		}
		g.named = g.named || w.Scope != reading.Word && (c.levels[byName] == namePart || c.levels[byName] >= nameAlias)
		g.hit(c)
	}
}

// formOf compares the form of a wording with that of the company's name that it was found by.
func (g *gatherer) formOf(w *reading.Wording, term uint32, b bearer) level {
	best := formUnknown
	switch b.role() {
	case kana, identifier, english:
		return best
	case registered:
		c := &g.master.companies[b.company()]
		return compareForms(w, c.form, c.front)
	}
	for _, o := range g.master.others.get(b.company()) {
		if o.name != term || o.role != b.role() {
			continue
		}
		if f := compareForms(w, o.form, o.front); best == formUnknown || g.model.weights[byForm][f] > g.model.weights[byForm][best] {
			best = f
		}
	}
	return best
}

// companyLevel is the level of a company found by a wording of the mention's company name.
func companyLevel(w *reading.Wording, r role) level {
	switch {
	case w.Scope == reading.Whole:
		return [...]level{registered: nameSame, former: nameFormer, alias: nameAlias, english: nameEnglish, kana: nameKana}[r]
	case r == kana:
		return nameUnlike
	case w.Scope == reading.Part:
		return namePart
	}
	return nameWord
}

func workplaceLevel(w *reading.Wording, r role) level {
	switch {
	case r == kana:
		return nameUnlike
	case w.Scope == reading.Word:
		return nameWorkplaceWord
	}
	return nameWorkplace
}

// What bounds the search for names that are like the mention's: how many known names that stand in it are followed up,
// the fewest bits that such a name is worth, and how many names are taken from the index of pairs and compared.
const (
	maxPieces    = 12
	leastPiece   = 7
	longestPiece = 40 // letters: one in ten thousand registered names is longer
	maxLike      = 60
)

// likeNames finds companies whose names share pieces with a wording.
func (g *gatherer) likeNames(w *reading.Wording) {
	if w.Scope != reading.Whole {
		return
	}
	g.pieces(w, func(l *likeness) level { return l.level })
	x := newAligned(g.master.grams, w.Loose)
	for _, term := range g.master.grams.like(x.letters, maxLike, g.master.text) {
		l := x.align(newAligned(g.master.grams, string(g.master.text(term))))
		if l.level != nameUnlike {
			g.bearers(w, term, &l, l.level)
		}
	}
}

// pieces finds the companies whose whole name stands inside a wording.
func (g *gatherer) pieces(w *reading.Wording, levelOf func(*likeness) level) {
	if w.Scope == reading.Word {
		return
	}
	type piece struct {
		term uint32
		likeness
	}
	var known []piece
	x := newAligned(g.master.grams, w.Loose)
	for i := range x.letters {
		for j := min(len(x.letters), i+longestPiece); j >= i+2; j-- {
			if i == 0 && j == len(x.letters) {
				continue
			}
			term := g.master.terms.find(kindName, string(x.letters[i:j]))
			if term == 0 || !g.master.isName(term) {
				continue
			}
			if l := x.piece(i, j); l.shared >= leastPiece {
				known = append(known, piece{term, l})
			}
		}
	}
	slices.SortStableFunc(known, func(a, b piece) int { return cmp.Compare(b.shared, a.shared) })
	for _, p := range known[:min(len(known), maxPieces)] {
		g.bearers(w, p.term, &p.likeness, levelOf(&p.likeness))
	}
}

// maxBearers is how many companies of a name that is only like the mention's are followed up wherever they are; of more, those in
// the mention's prefecture or, of more again, its municipality.
const maxBearers = 64

// bearers adds the companies of a name that is like the mention's.
func (g *gatherer) bearers(w *reading.Wording, term uint32, l *likeness, name level) {
	all := g.master.bearers.get(term)
	for _, near := range []func(*spot) bool{
		func(*spot) bool { return true },
		func(s *spot) bool { return s.pref == g.q.place.Pref },
		func(s *spot) bool {
			l := g.comparePlace(&g.q.place, s)
			return l <= addressCity && l != addressUnknown
		},
	} {
		if len(all) <= maxBearers {
			break
		}
		var some []bearer
		for _, b := range all {
			if slices.ContainsFunc(g.master.places.get(b.company()), func(s spot) bool { return near(&s) }) {
				some = append(some, b)
			}
		}
		all = some
	}
	for _, b := range all {
		if b.role() == kana {
			continue
		}
		c := candidate{company: b.company(), term: term}
		c.levels[byName], c.levels[byForm] = name, g.formOf(w, term, b)
		c.amounts[byShared] = l.shared
		g.hit(c)
	}
}

// byIdentifiers adds the companies of the mention's phone, domain and address.
func (g *gatherer) byIdentifiers() {
	g.identifier(kindPhone, g.q.phone)
	g.identifier(kindDomain, g.q.domain)
	for _, key := range g.master.placeKeys(&g.q.place) {
		g.identifier(kindPlace, key)
	}
}

// identifier adds the companies that carry an identifier; their names may be like the mention's in a way that no key
// finds.
func (g *gatherer) identifier(kind byte, text string) {
	bearers := g.master.find(kind, text)
	if len(bearers) > maxSharing {
		return
	}
	for _, b := range bearers {
		if _, ok := g.found[b.company()]; !ok {
			g.hit(g.likest(b.company()))
		}
	}
}

// likest compares a company's name with every wording of the mention.
func (g *gatherer) likest(company uint32) candidate {
	best := candidate{company: company}
	best.levels[byName] = nameUnlike
	if len(g.q.names) == 0 {
		best.levels[byName] = nameUnknown
	}
	row := &g.master.companies[company]
	name := newAligned(g.master.grams, string(g.master.text(row.name)))
	for i := range g.q.names {
		w := &g.q.names[i]
		if w.Scope != reading.Whole || utf8.RuneCountInString(w.Loose) < 2 || len(name.letters) < 2 {
			continue
		}
		l := newAligned(g.master.grams, w.Loose).align(name)
		c := candidate{company: company, term: row.name}
		c.levels[byName], c.levels[byForm] = l.level, compareForms(w, row.form, row.front)
		c.amounts[byShared] = l.shared
		if l.level != nameUnlike && g.nameBits(&c) > g.nameBits(&best) {
			best = c
		}
	}
	return best
}
