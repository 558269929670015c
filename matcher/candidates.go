package matcher

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// A candidate is a company that might be the mention's, with what was seen.
type candidate struct {
	company   uint32
	levels    [comparisons]level
	namesakes float64 // bits for the others of its name (negative)
	bits      float64 // the sum of all evidence
}

// maxAtPlace is how many companies may share an address and still be candidates for it: more is an office tower, whose
// tenants say nothing about each other.
const maxAtPlace = 50

// candidates finds every company that an exact key of the mention leads to, compares each with the mention, and orders
// them by weight, then by id. The result depends on the set of companies alone, not on their order in the master.
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
		switch {
		case a.bits > b.bits:
			return -1
		case a.bits < b.bits:
			return 1
		}
		return bytes.Compare(m.master.text(m.master.companies[a.company].id), m.master.text(m.master.companies[b.company].id))
	})
	return all
}

// A gatherer collects candidates, each with the best way its name was found.
type gatherer struct {
	*Matcher
	q     *query
	found map[uint32]candidate
}

// hit notes that company c was found by its name at a level, with legal forms that compare as f.
func (g *gatherer) hit(c uint32, name, f level) {
	now := candidate{company: c}
	now.levels[byName], now.levels[byForm] = name, f
	if old, ok := g.found[c]; !ok || g.nameBits(now) > g.nameBits(old) {
		g.found[c] = now
	}
}

func (g *gatherer) nameBits(c candidate) float64 {
	return g.model.weights[byName][c.levels[byName]] + g.model.weights[byForm][c.levels[byForm]]
}

// byNames looks up the wordings of the company's and the workplace's name, the beginnings of both, and the reading.
func (g *gatherer) byNames() {
	for i := range g.q.names {
		g.wording(&g.q.names[i], companyLevel)
		g.beginnings(&g.q.names[i], beginsLevel)
	}
	for i := range g.q.workplace {
		g.wording(&g.q.workplace[i], workplaceLevel)
		g.beginnings(&g.q.workplace[i], func(int, string) level { return nameWorkplaceBegins })
	}
	for _, b := range g.master.find(kindName, g.q.kana) {
		if b.role() == kana {
			g.hit(b.company(), nameKana, formUnknown)
		}
	}
}

// wording looks up one wording among the names of companies.
func (g *gatherer) wording(w *wording, levelOf func(*wording, role) level) {
	term := g.master.terms.find(kindName, w.loose)
	for _, b := range g.master.bearers.get(term) {
		l := levelOf(w, b.role())
		c := &g.master.companies[b.company()]
		switch {
		case l == nameUnlike:
		case b.role() == kana:
			g.hit(b.company(), l, formUnknown)
		case b.role() == registered:
			if l == nameSame && c.strict != hashOf(0, w.strict) {
				l = nameLoose
			}
			g.hit(b.company(), l, compareForms(w, c.form, c.front))
		default:
			for _, o := range g.master.others.get(b.company()) {
				if o.name == term && o.role == b.role() {
					g.hit(b.company(), l, compareForms(w, o.form, o.front))
				}
			}
		}
	}
}

// companyLevel is the level of a company found by a wording of the mention's company name.
func companyLevel(w *wording, r role) level {
	switch {
	case w.scope == whole:
		return [...]level{registered: nameSame, former: nameFormer, alias: nameAlias, kana: nameKana}[r]
	case r == kana:
		return nameUnlike
	case w.scope == part:
		return namePart
	case utf8.RuneCountInString(w.strict) < 4:
		return nameWordShort
	}
	return nameWord
}

func workplaceLevel(w *wording, r role) level {
	switch {
	case r == kana:
		return nameUnlike
	case w.scope == word:
		return nameWorkplaceWord
	}
	return nameWorkplace
}

// maxBeginnings is how many of the known beginnings of a name, longest first, are candidates.
const maxBeginnings = 2

// beginnings looks up the longest known names that a wording begins with: a company before its branch or shop.
func (g *gatherer) beginnings(w *wording, levelOf func(letters int, rest string) level) {
	if w.scope == word {
		return
	}
	known := 0
	letters := utf8.RuneCountInString(w.loose)
	for end := len(w.loose); known < maxBeginnings; {
		_, n := utf8.DecodeLastRuneInString(w.loose[:end])
		end, letters = end-n, letters-1
		if letters < 2 {
			return
		}
		found := false
		for _, b := range g.master.find(kindName, w.loose[:end]) {
			if b.role() == kana {
				continue
			}
			found = true
			c := &g.master.companies[b.company()]
			g.hit(b.company(), levelOf(letters, w.loose[end:]), compareForms(w, c.form, c.front))
		}
		if found {
			known++
		}
	}
}

func beginsLevel(letters int, rest string) level {
	switch {
	case letters >= 3 && isBranch(rest):
		return nameBranch
	case letters >= 5:
		return nameBegins5
	}
	return nameBegins2 + level(letters-2)
}

// byIdentifiers adds the companies of the mention's phone, domain and address.
func (g *gatherer) byIdentifiers() {
	g.identifier(kindPhone, g.q.phone)
	g.identifier(kindDomain, g.q.domain)
	if key := g.master.placeKey(&g.q.place); len(g.master.find(kindPlace, key)) <= maxAtPlace {
		g.identifier(kindPlace, key)
	}
}

// identifier adds the companies that carry an identifier; their names may be like the mention's in a way that no key
// finds.
func (g *gatherer) identifier(kind byte, text string) {
	for _, b := range g.master.find(kind, text) {
		if _, ok := g.found[b.company()]; !ok {
			g.hit(b.company(), g.likeness(b.company()), formUnknown)
		}
	}
}

// likeness compares names that no key connects.
func (g *gatherer) likeness(c uint32) level {
	name := string(g.master.text(g.master.companies[c].name))
	if utf8.RuneCountInString(name) < 2 {
		return nameUnlike
	}
	for _, w := range slices.Concat(g.q.names, g.q.workplace) {
		if w.scope == whole && (strings.Contains(w.loose, name) || utf8.RuneCountInString(w.loose) > 2 && strings.Contains(name, w.loose)) {
			return nameContained
		}
	}
	return nameUnlike
}
