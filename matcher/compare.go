package matcher

import (
	"math"
	"slices"

	"nayose/matcher/internal/index"
	"nayose/matcher/internal/reading"
)

// How each field of a candidate but its name compares with the mention's; what each comparison can come to stands in levels.go.

// compare fills in every comparison of a candidate but those of its name, which its finding has decided.
func (m *Matcher) compare(q *query, c *candidate) {
	row := m.master.Company(c.company)
	if l := c.levels[byName]; l >= nameLoose {
		c.levels[byKana] = compareKana(q, row) // of two names that differ the readings do too
	}
	confirmed := m.confirmedPlaces(c)
	c.levels[byAddress] = m.compareAddress(&q.place, c.company)
	c.levels[byGroup] = m.compareGroup(q, c.company, nil)
	if len(confirmed) > 0 {
		m.compareConfirmed(q, c, confirmed)
	}
	switch group := c.levels[byGroup]; {
	case c.levels[byAddress] <= addressTown:
	case q.chain:
		c.levels[byAddress] = addressChain
	case c.levels[byAddress] > addressCity && group != groupAlone && group <= groupPrefecture:
		c.levels[byAddress] = addressNearer
	}
	c.levels[byPhone] = m.comparePhone(q, c.company)
	c.levels[byDomain] = m.compareDomain(q, c.company)
	c.levels[byNumber] = m.compareNumber(q, c.company)
	if row.Closed() {
		c.levels[byStatus] = statusClosed
	}
}

func compareForms(w *reading.Wording, f reading.Form, front bool) level {
	switch {
	case w.Form == 0 && f == 0:
		return formNeither
	case w.Form == 0:
		return formOmitted
	case f == 0:
		return formAdded
	case w.Form == f && w.Front == front:
		return formSame
	case w.Form == f:
		return formOtherSide
	case w.Form.Kin(f):
		return formKin
	}
	return formDiffers
}

func compareKana(q *query, c *index.Company) level {
	switch {
	case q.kana == "" || c.Kana == 0:
		return kanaUnknown
	case c.Kana == q.kanaHash:
		return kanaSame
	}
	return kanaDiffers
}

// maxOwners is how many companies may carry a phone number or domain that is still theirs alone to speak of: a company
// and its affiliates. More is a service that many use.
const maxOwners = 3

func (m *Matcher) comparePhone(q *query, c uint32) level {
	row := m.master.Company(c)
	own := row.Phone()
	same, of := own == q.phone, phoneSame
	if q.phone != 0 && !same && row.Reached() {
		same, of = m.owns(c, q.keys[keyPhone]), phoneWorkplace
	}
	switch {
	case q.phone == 0 || own == 0 && !same:
		return phoneUnknown
	case !same && index.Exchange(own) == index.Exchange(q.phone):
		return phoneExchange
	case !same:
		return phoneDiffers
	case reading.IsShared(q.phoneText) || len(m.master.Owners(q.keys[keyPhone])) > maxOwners:
		return phoneShared
	}
	return of
}

func (m *Matcher) compareDomain(q *query, c uint32) level {
	row := m.master.Company(c)
	same := row.Domain == q.domainHash || row.Reached() && m.owns(c, q.keys[keyDomain])
	switch {
	case q.domain == "" || row.Domain == 0 && !same:
		return domainUnknown
	case !same:
		return domainDiffers
	case len(m.master.Owners(q.keys[keyDomain])) > maxOwners:
		return domainShared
	}
	return domainSame
}

// owns reports that a company has a key itself or by a workplace.
func (m *Matcher) owns(c uint32, k index.Key) bool {
	_, ok := slices.BinarySearch(m.master.Owners(k), c)
	return ok
}

func (m *Matcher) compareNumber(q *query, c uint32) level {
	switch {
	case q.number == "":
		return numberUnknown
	case m.master.HasID(c, q.number):
		return numberSame
	case !m.master.Company(c).Corporate(): // a team's own id
		return numberUnknown
	}
	return numberDiffers
}

// countNamesakes sets how many companies of its name are to be expected for each candidate that bears the mention's name.
// Of k companies of a name in the master and m that letters put together by chance would make, it is (k+1)/(1+1/m): one
// for the only bearer of a name that chance makes once, less for a rarer name, and k+1 for one that chance makes often. The
// master lacks companies, and the more of a name there are, the likelier is it that the mention's is one of those.
// k counts the candidates whose name and form compare as well as its own or better; of a workplace's name, all companies that bear it
// or have a workplace of it.
func (d *desk) countNamesakes(all []candidate) {
	d.classes = d.classes[:0]
	for i := range all {
		if c := &all[i]; c.levels[byName] >= namePart {
			d.class(c).count++
		}
	}
	for i := range d.classes {
		for _, other := range d.classes {
			if other.bits >= d.classes[i].bits {
				d.classes[i].asGood += other.count
			}
		}
	}
	d.chances = d.chances[:0]
	for i := range all {
		c := &all[i]
		if i > 0 && c.name == all[i-1].name && c.levels[byName] == all[i-1].levels[byName] && c.levels[byForm] == all[i-1].levels[byForm] {
			c.amounts[byNamesakes] = all[i-1].amounts[byNamesakes]
			continue
		}
		switch {
		case c.name == 0:
		case c.levels[byName] >= namePart:
			c.amounts[byNamesakes] = d.expected(c.name).namesakes(d.class(c).asGood)
		case ofWorkplace(c.levels[byName]):
			c.amounts[byNamesakes] = d.expected(c.name).namesakes(float64(len(d.master.Bearers(c.name)) + len(d.master.Workplaces(c.name))))
		}
	}
}

// A class is the candidates whose names and forms compare alike, of which there are few.
type class struct {
	name, form    level
	bits          float64
	count, asGood float64 // candidates of it, and of it or a better one
}

// class is a candidate's.
func (d *desk) class(c *candidate) *class {
	name, form := c.levels[byName], c.levels[byForm]
	for i := range d.classes {
		if k := &d.classes[i]; k.name == name && k.form == form {
			return k
		}
	}
	bits := d.model.weights[byName][name] + d.model.weights[byForm][form]
	d.classes = append(d.classes, class{name: name, form: form, bits: bits})
	return &d.classes[len(d.classes)-1]
}

// A chance is how many companies of a name letters put together by chance would make.
type chance struct {
	name     uint32
	expected float64
	k, bits  float64 // the namesakes that were last asked for, and what they come to
}

// namesakes is log₂ of how many companies of the name are to be expected where the master has k.
func (c *chance) namesakes(k float64) float64 {
	if c.k != k {
		c.k, c.bits = k, max(-rarest, math.Log2((k+1)/(1+1/c.expected)))
	}
	return c.bits
}

// expected looks a name's chance up among those of the same query, which are few.
func (d *desk) expected(name uint32) *chance {
	for i := range d.chances {
		if d.chances[i].name == name {
			return &d.chances[i]
		}
	}
	var letters []uint16
	if i := asRead - name; int64(i) < int64(len(d.readings)) {
		d.name = index.AppendLetters(d.name[:0], d.readings[i])
		letters = d.name
	} else {
		letters = d.master.Letters(name)
	}
	d.chances = append(d.chances, chance{name: name, expected: d.master.Expected(letters)})
	return &d.chances[len(d.chances)-1]
}

// rarest is the bits from which on a name is no rarer: nobody's chance estimate goes further.
const rarest = 13

// round keeps weights to a tenth of a bit, as people read them.
func round(bits float64) float64 { return math.Round(bits*10) / 10 }
