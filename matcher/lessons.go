package matcher

import (
	"slices"
	"strings"

	"nayose"
	"nayose/matcher/internal/index"
	"nayose/matcher/internal/reading"
)

// What decisions teach of mentions that nobody settled. Everything that is taught is tied to a name:
//
//   - The place of a mention for which a company was chosen is one of the company's, as a workplace's is, for mentions whose name is
//     the company's, or has it in it. Others of its group are then near to it, too.
//   - Its name, and that of its workplace, mean the company at this very address. This alone matches, whatever the company is called:
//     a brand is known by then. Where none of the companies shown was right, they are not at this address by this name either.
//   - Elsewhere such a name that is not like the company's leads to it, and never matches.
//
// For example, ひばり園 in 八王子市散田町3-8-5, for which somebody chose 株式会社アカネ: another partner's ひばり園 at this address
// is matched with アカネ, one in 立川市 has アカネ among its candidates, and 株式会社ミドリ at this address is answered as ever.
//
// A phone or a site teaches nothing by itself: it may be an agency's or a portal's, which many employers give. Mentions of a delivery
// that share one form a group, and learn by its places.
type lessons struct {
	here   map[tie]*lesson
	names  map[uint32][]*lesson    // by name, each company once
	places map[uint32][]index.Spot // by company, in the order of index.CompareSpots
}

// A tie is a name at a place.
type tie struct {
	name uint32
	at   index.Key
}

// A lesson is what decisions say about a name, at a place or anywhere.
type lesson struct {
	company uint32 // whom it means; nobody where that is not known
	here    bool
	when    string
	said    facts // by the mention that was settled

	refused  []uint32 // whom the name does not mean here
	disputed bool     // decisions disagree about whom it means here
}

// facts are what a mention says beside names.
type facts struct {
	at            index.Key
	phone, domain uint32
}

// maxMeant is how many companies a name may mean and still lead to them: more is a word that anybody uses.
const maxMeant = maxOwners

// A lessonBook gathers lessons, decision by decision.
type lessonBook struct {
	lessons
	chosen map[tie][]uint32
}

func newLessonBook() *lessonBook {
	return &lessonBook{lessons{map[tie]*lesson{}, map[uint32][]*lesson{}, map[uint32][]index.Spot{}}, map[tie][]uint32{}}
}

// add learns from what was settled about a mention, as far as it still stands.
func (b *lessonBook) add(d *desk, x *nayose.Mention, v *verdict) {
	company := v.company
	if v.changed != "" {
		company = nobody
	}
	if company == nobody && len(v.refused) == 0 {
		return
	}
	d.read(x)
	if d.query.withheld {
		return
	}
	said := d.query.facts()
	for _, name := range d.namesIn(x) {
		b.learnHere(tie{name, said.at}, company, v)
		if company != nobody {
			b.learnName(name, &lesson{company: company, when: v.when, said: said})
		}
	}
	if s := d.query.place.known(); company != nobody && s != (index.Spot{}) {
		b.places[company] = append(b.places[company], s)
	}
}

func (b *lessonBook) learnHere(t tie, company uint32, v *verdict) {
	if t.at == 0 {
		return
	}
	l := b.here[t]
	if l == nil {
		l = &lesson{company: nobody, here: true}
		b.here[t] = l
	}
	l.when = v.when
	if l.refused = append(l.refused, v.refused...); company != nobody {
		b.chosen[t] = append(b.chosen[t], company)
	}
}

// learnName notes a company that a name means, by the last decision that says so.
func (b *lessonBook) learnName(name uint32, l *lesson) {
	all := slices.DeleteFunc(b.names[name], func(old *lesson) bool { return old.company == l.company })
	b.names[name] = append(all, l)
}

// learned are the lessons. Where decisions disagree about a name at a place, it means none of the companies that were chosen, nor are
// these refused.
func (b *lessonBook) learned() lessons {
	for t, l := range b.here {
		chosen := b.chosen[t]
		slices.Sort(chosen)
		if chosen = slices.Compact(chosen); len(chosen) == 1 && !slices.Contains(l.refused, chosen[0]) {
			l.company = chosen[0]
		}
		l.disputed = l.company == nobody && len(chosen) > 0
		l.refused = slices.DeleteFunc(l.refused, func(c uint32) bool { return slices.Contains(chosen, c) })
	}
	for name, all := range b.names {
		if len(all) > maxMeant {
			delete(b.names, name)
		}
	}
	for c, all := range b.places {
		slices.SortFunc(all, index.CompareSpots)
		b.places[c] = slices.Compact(all)
	}
	return b.lessons
}

// facts are what the query's mention says beside names. The place is told by the words of the address, whether the master knows them
// or not.
func (q *query) facts() facts {
	s := q.place.Spot
	s.City, s.Town = index.Hash32(q.place.city), index.Hash32(q.place.town)
	return facts{s.Key(index.ByPlace), index.Hash32(q.phoneText), q.domainHash}
}

// known is what the master knows of a place: no numbers without their town.
func (p *place) known() index.Spot {
	s := p.Spot
	switch {
	case p.doubtful:
		return index.Spot{}
	case s.Town == 0 && p.town != "":
		s.Numbers, s.Count = [3]uint16{}, 0
	}
	return s
}

// namesIn are the names of the mention that was read, and of its workplace, but for those that say only what or where it is. A
// workplace that is called like a company counts where it is the mention's company: with an agency's it is the client.
func (d *desk) namesIn(x *nayose.Mention) (names []uint32) {
	formed := false
	for i := range d.query.names {
		w := &d.query.names[i]
		if w.Form == 0 || w.Scope == reading.Word {
			continue
		}
		names, formed = append(names, nameKey(w)), true
		for j := range d.query.workplace {
			if o := &d.query.workplace[j]; o.Form == w.Form && o.Scope == reading.Whole && strings.HasPrefix(o.Loose, w.Loose) {
				names = append(names, nameKey(o))
			}
		}
	}
	plain := d.reader.AppendWorkplace(nil, x.WorkplaceName, x.Address)
	if !formed {
		plain = d.reader.AppendWorkplace(plain, x.CompanyName, x.Address)
	}
	for _, loose := range plain {
		names = append(names, nameKey(&wording{Wording: reading.Wording{Loose: loose}}))
	}
	return names
}

// nameKey is the key of a name with its legal form: what lessons are found by.
func nameKey(w *wording) uint32 { return max(1, index.Hash32(w.Loose)+uint32(w.Form)*0x9e3779b1) }

// consult looks up what is settled about the mention that was read, and what there is to learn about it: of its names anywhere, then
// of its names here.
func (d *desk) consult(x *nayose.Mention) {
	q, s := &d.query, d.settled
	q.verdict = s.verdicts[x.ID]
	names := q.names
	if len(names) == 0 {
		names = q.workplace
	}
	at := q.facts().at
	for i := range names {
		if w := &names[i]; w.Scope != reading.Word {
			q.lessons = append(q.lessons, s.names[nameKey(w)]...)
		}
	}
	for i := range names {
		w := &names[i]
		if l := s.here[tie{nameKey(w), at}]; l != nil && w.Scope != reading.Word {
			q.lessons = append(q.lessons, l)
		}
	}
}

// teach notes on the candidates what a lesson says of them. What a name means elsewhere says nothing of a company that has the name
// itself, which is compared as ever.
func (d *desk) teach(l *lesson) {
	for _, company := range l.refused {
		d.found.mark(company, decidedNotHere)
	}
	c := d.found.get(l.company)
	switch {
	case c == nil:
	case l.here:
		c.levels[byAddress], c.levels[byDecision] = addressNumber, decidedHere // it is one of the company's places, whatever its name
	case c.levels[byName] < namePart:
		c.levels[byDecision] = decidedName
	}
}

// learned holds what the model came to against what decisions about others teach, and says so in words.
func (d *desk) learned(a *decision) (note string) {
	for _, l := range d.query.lessons {
		switch {
		case l.disputed:
			a.outcome = nayose.Review
			return "decisions about this name at this address disagree, the last one " + l.when
		case len(l.refused) > 0 && l.company == nobody:
			if a.outcome == nayose.Matched {
				a.outcome = nayose.Review
			}
			return "none of the companies shown for this name at this address was chosen " + l.when
		case len(a.first) == 0 || a.first[0].company != l.company:
		case l.here:
			return "this name at this address was confirmed " + l.when
		case a.outcome == nayose.Review:
			note = "this name was confirmed " + l.when + d.query.unlike(&l.said)
		}
	}
	return note
}

// unlike says what else the query's mention says than the one that was settled.
func (q *query) unlike(said *facts) string {
	own := q.facts()
	var what []string
	for _, f := range []struct {
		name  string
		other bool
	}{
		{"address", own.at != said.at && own.at != 0 && said.at != 0},
		{"phone", own.phone != said.phone && own.phone != 0 && said.phone != 0},
		{"site", own.domain != said.domain && own.domain != 0 && said.domain != 0},
	} {
		if f.other {
			what = append(what, "another "+f.name)
		}
	}
	if len(what) == 0 {
		return ""
	}
	return ", with " + strings.Join(what, " and ")
}

// confirmedPlaces are the places that decisions add to a company's, for a mention whose name is the company's, or has it in it and no
// legal form: a shop's or a branch's. What has a form of its own is another company, often a sister at the same place.
func (m *Matcher) confirmedPlaces(c *candidate) []index.Spot {
	if m.settled == nil {
		return nil
	}
	switch name := c.levels[byName]; {
	case name >= namePart, name == nameOfWorkplace:
	case name >= nameInside && (c.levels[byForm] == formOmitted || c.levels[byForm] == formNeither):
	default:
		return nil
	}
	return m.settled.places[c.company]
}

// compareConfirmed lays the mention and its group beside these places, too.
func (m *Matcher) compareConfirmed(q *query, c *candidate, confirmed []index.Spot) {
	address := nearer(c.levels[byAddress], m.compareElsewhere(&q.place, confirmed))
	group := m.compareGroup(q, c.company, confirmed)
	if address != c.levels[byAddress] || group != c.levels[byGroup] {
		c.levels[byAddress], c.levels[byGroup], c.levels[byDecision] = address, group, decidedPlace
	}
}
