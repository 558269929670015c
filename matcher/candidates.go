package matcher

import (
	"nayose/matcher/internal/index"
	"nayose/matcher/internal/reading"
)

// A candidate is a company that might be the mention's, with what was seen.
type candidate struct {
	company uint32
	name    uint32 // the name that it was found by; 0 where it was found otherwise, asRead less i by the ith of the desk's readings
	levels  [comparisons]level
	amounts [amounts]float64
	bits    float64 // the sum of all evidence
}

const asRead = 1<<32 - 1

// byReading is the role of a reading beside those of names.
const byReading = index.OfWorkplace + 1

// maxSharing is how many companies may share an address, phone or domain and still be candidates for it: more is an office
// tower or a service, whose users say nothing about each other.
const maxSharing = 50

// candidates finds every company that the query leads to, compares each with it and weighs it. They are in no order of worth, but
// the same for the same companies, and good until the desk's next query.
func (d *desk) candidates() []candidate {
	d.found.reset()
	d.readings = d.readings[:0]
	d.touch()
	if !d.query.withheld {
		d.byNames()
		d.byIdentifiers()
	}
	d.identifier(d.query.keys[keyNumber])
	if d.settled != nil {
		d.recall()
	}
	all := d.found.list
	for i := range all {
		d.compare(&d.query, &all[i])
	}
	if d.settled != nil {
		d.mark()
	}
	d.countNamesakes(all)
	for i := range all {
		all[i].bits = d.model.weigh(&all[i])
	}
	d.addHeirs(all)
	return d.found.list
}

// addHeirs offers who took the closed ones of the candidates over, with what was seen of the closed one. What is seen of the heir
// by itself stands where it is more: an heir that the mention names is found as ever.
func (d *desk) addHeirs(all []candidate) {
	for i := range all {
		if all[i].levels[byStatus] != statusClosed {
			continue
		}
		company, ok := d.master.Heir(all[i].company)
		if !ok {
			continue
		}
		heir := all[i]
		heir.company, heir.levels[byStatus] = company, statusHeir
		heir.bits = d.model.weigh(&heir)
		if old := d.found.get(company); old == nil {
			d.found.add(&heir)
		} else if heir.bits > old.bits {
			*old = heir
		}
	}
}

// touch asks for what the query's keys lead to.
func (d *desk) touch() {
	q := &d.query
	d.keys, d.hashes = append(d.keys[:0], q.keys[:]...), d.hashes[:0]
	for i := range q.names {
		w := &q.names[i]
		d.keys, d.hashes = append(d.keys, w.kana), append(d.hashes, w.hash)
	}
	for i := range q.workplace {
		d.hashes = append(d.hashes, q.workplace[i].hash)
	}
	d.touched += d.master.TouchKeys(d.keys) + d.master.TouchHashes(d.hashes)
}

// hit notes that a company was found: the best way counts.
func (d *desk) hit(c *candidate) {
	old := d.found.get(c.company)
	if old == nil {
		d.found.add(c)
		return
	}
	whole, oldWhole := c.levels[byName] >= namePart, old.levels[byName] >= namePart
	if ofWorkplace(c.levels[byName]) || ofWorkplace(old.levels[byName]) {
		oldWhole = whole
	}
	if whole && !oldWhole || whole == oldWhole && d.nameBits(c) > d.nameBits(old) {
		*old = *c
	}
}

// ofWorkplace reports a name that is that of a workplace: neither the company's own nor a piece of it.
func ofWorkplace(l level) bool { return l == nameOfWorkplace || l == nameSameWorkplace }

func (m *Matcher) nameBits(c *candidate) float64 {
	return m.model.weights[byName][c.levels[byName]] + m.model.weights[byForm][c.levels[byForm]] +
		m.model.slopes[byShared]*c.amounts[byShared]
}

// byNames looks up the wordings of the company's and the workplace's name and the reading. Where no company has the very
// name, it looks for those that have a piece of it.
func (d *desk) byNames() {
	q, named := &d.query, false
	for i := range q.names {
		named = d.wording(&q.names[i], companyLevel) || named
	}
	for i := range q.workplace {
		named = d.wording(&q.workplace[i], workplaceLevel) || named
	}
	d.byWorkplaces()
	d.readAs(q.keys[keyKana], q.kana)
	for i := range q.names {
		if w := &q.names[i]; w.Scope == reading.Whole {
			d.spelledOut(w)
			d.holdings(w)
		}
	}
	if named {
		return
	}
	d.alike = d.alike[:0]
	d.findAlike()
	d.addAlike()
}

// wording looks up one wording among the names and readings of companies, and reports whether it is a name of the mention's.
func (d *desk) wording(w *wording, levelOf func(reading.Scope, index.Role) level) (named bool) {
	name := d.master.FindAny(w.letters, w.hash)
	w.name = name
	all := d.master.Bearers(name)
	d.touched += d.master.TouchBearers(all)
	for _, b := range all {
		c := candidate{company: b.Company(), name: name}
		c.levels[byName], c.levels[byForm] = levelOf(w.Scope, b.Role()), d.formOf(&w.Wording, name, b)
		if c.levels[byName] == nameSame {
			c.levels[byName] = d.exactly(w, d.master.Company(c.company))
		}
		if c.levels[byName] < namePart {
			c.amounts[byShared] = d.whole(w)
		}
		named = named || w.Scope != reading.Word && (c.levels[byName] == namePart || c.levels[byName] >= nameAlias)
		d.hit(&c)
	}
	if levelOf(w.Scope, byReading) == nameKana {
		d.readAs(w.kana, w.Loose)
	}
	return named
}

// byWorkplaces adds the companies that have a workplace of the mention's name. What the workplaces of many are called is left to
// identifiers, which lead to the few that are meant.
func (d *desk) byWorkplaces() {
	for i := range d.query.names {
		d.haveWorkplace(&d.query.names[i], nameOfWorkplace)
	}
	atWorkplace := nameSameWorkplace
	if len(d.query.names) == 0 {
		atWorkplace = nameOfWorkplace // it is all that is named
	}
	for i := range d.query.workplace {
		d.haveWorkplace(&d.query.workplace[i], atWorkplace)
	}
}

func (d *desk) haveWorkplace(w *wording, l level) {
	all := d.master.Workplaces(w.name)
	if !w.isWorkplace() || len(all) > maxSharing {
		return
	}
	for _, b := range all {
		c := candidate{company: b.Company(), name: w.name}
		c.levels[byName] = l
		d.hit(&c)
	}
}

// isWorkplace reports a wording that may be a workplace's name: with a legal form it is a company's.
func (w *wording) isWorkplace() bool { return w.Scope == reading.Whole && w.Form == 0 }

// exactly is the level of a registered name that is the wording but for what the loose writing makes one.
func (d *desk) exactly(w *wording, c *index.Company) level {
	switch {
	case c.Strict != index.Hash32(w.Strict):
		return nameLoose
	case c.Glyphs != d.query.glyphs:
		return nameVariant
	}
	return nameSame
}

// readAs looks up a reading among the readings of companies.
func (d *desk) readAs(key index.Key, kana string) {
	owners := d.master.Owners(key)
	if len(owners) == 0 {
		return
	}
	name := asRead - uint32(len(d.readings))
	d.readings = append(d.readings, kana)
	for _, company := range owners {
		c := candidate{company: company, name: name}
		c.levels[byName] = nameKana
		d.hit(&c)
	}
}

// spelledOut looks up a name written in letters that the wording spells out.
func (d *desk) spelledOut(w *wording) {
	d.name = index.AppendLetters(d.name[:0], d.reader.SpelledOut(&w.Wording))
	if len(d.name) == 0 {
		return
	}
	name := d.master.Find(d.name, index.HashName(d.name))
	for _, b := range d.master.Bearers(name) {
		if b.Role() == index.Registered {
			c := candidate{company: b.Company(), name: name}
			c.levels[byName] = nameKana
			d.hit(&c)
		}
	}
}

// holdings looks up the group's head company, which people call by the name of the one that it was: アカネ食品 became a
// subsidiary of アカネ食品ホールディングス, and those who say アカネ食品 mean either.
func (d *desk) holdings(w *wording) {
	for _, tail := range holdingTails {
		hash := w.hash
		for _, l := range tail {
			hash = hash.Add(l)
		}
		if !d.master.Known(hash) {
			continue
		}
		d.name = append(append(d.name[:0], w.letters...), tail...)
		name := d.master.Find(d.name, hash)
		for _, b := range d.master.Bearers(name) {
			if b.Role() != index.Registered {
				continue
			}
			c := candidate{company: b.Company(), name: name}
			c.levels[byName], c.levels[byForm] = nameShortened, d.formOf(&w.Wording, name, b)
			c.amounts[byShared] = d.whole(w)
			d.hit(&c)
		}
	}
}

// holdingTails are what the names of head companies end with, in loose writing.
var holdingTails = func() (tails [][]uint16) {
	for _, tail := range []string{"ホルデイングス", "ホルデイング", "グルプ", "グルプホルデイングス", "HD"} {
		tails = append(tails, index.AppendLetters(nil, tail))
	}
	return tails
}()

// formOf compares the form of a wording with that of the company's name that it was found by.
func (m *Matcher) formOf(w *reading.Wording, name uint32, b index.Bearer) level {
	best := formUnknown
	switch b.Role() {
	case index.English:
		return best
	case index.Registered:
		c := m.master.Company(b.Company())
		return compareForms(w, reading.Form(c.Form), c.Front())
	}
	for _, o := range m.master.Others(b.Company()) {
		if o.Name != name || o.Role != b.Role() {
			continue
		}
		f := compareForms(w, reading.Form(o.Form), o.Front)
		if best == formUnknown || m.model.weights[byForm][f] > m.model.weights[byForm][best] {
			best = f
		}
	}
	return best
}

// companyLevel is the level of a company found by a wording of the mention's company name.
func companyLevel(s reading.Scope, r index.Role) level {
	switch {
	case s == reading.Whole:
		return [...]level{
			index.Registered: nameSame, index.Former: nameFormer, index.Alias: nameAlias, index.English: nameEnglish, byReading: nameKana,
		}[r]
	case s == reading.Part:
		return namePart
	}
	return nameWord
}

func workplaceLevel(s reading.Scope, _ index.Role) level {
	if s == reading.Word {
		return nameWorkplaceWord
	}
	return nameWorkplace
}

// byIdentifiers adds the companies of the mention's phone, domain and address.
func (d *desk) byIdentifiers() {
	for _, key := range []int{keyPhone, keyDomain, keyPlace} {
		d.identifier(d.query.keys[key])
	}
}

// identifier adds the companies that carry an identifier; their names may be like the mention's in a way that no key
// finds.
func (d *desk) identifier(k index.Key) {
	owners := d.master.Owners(k)
	if len(owners) > maxSharing {
		return
	}
	for _, company := range owners {
		if d.found.get(company) == nil {
			c := d.likest(company)
			d.found.add(&c)
		}
	}
}

// likest compares a company's name with every wording of the mention.
func (d *desk) likest(company uint32) candidate {
	best := candidate{company: company}
	best.levels[byName] = nameUnlike
	if len(d.query.names) == 0 {
		best.levels[byName] = nameUnknown
	}
	row := d.master.Company(company)
	name := d.master.Letters(row.Name)
	for i := range d.query.names {
		w := &d.query.names[i]
		if w.Scope != reading.Whole || len(w.letters) < 2 || len(name) < 2 {
			continue
		}
		l := d.align(w, name)
		c := candidate{company: company, name: row.Name}
		c.levels[byName], c.levels[byForm] = l.level, compareForms(&w.Wording, reading.Form(row.Form), row.Front())
		c.amounts[byShared] = l.shared
		if l.level != nameUnlike && d.nameBits(&c) > d.nameBits(&best) {
			best = c
		}
	}
	d.likestWorkplace(&best, d.query.names, nameOfWorkplace)
	if len(d.query.names) == 0 {
		d.likestWorkplace(&best, d.query.workplace, nameOfWorkplace)
	} else {
		d.likestWorkplace(&best, d.query.workplace, nameSameWorkplace)
	}
	return best
}

// likestWorkplace looks for a wording among the names of workplaces that many companies have.
func (d *desk) likestWorkplace(best *candidate, names []wording, l level) {
	for i := range names {
		w := &names[i]
		if !w.isWorkplace() || !index.Among(d.master.Workplaces(w.name), best.company) {
			continue
		}
		c := candidate{company: best.company, name: w.name}
		c.levels[byName] = l
		if d.nameBits(&c) > d.nameBits(best) {
			*best = c
		}
	}
}
