package matcher

import (
	"math"
	"strings"
)

// compare fills in every comparison of a candidate but those of its name, which its finding has decided.
func (m *Matcher) compare(q *query, c *candidate) {
	row := &m.master.companies[c.company]
	if l := c.levels[byName]; l == nameSame || l == nameLoose {
		c.levels[byKana] = m.compareKana(q, row) // of two names that differ the readings do too
	}
	c.levels[byAddress] = m.compareAddress(q, c.company)
	c.levels[byPhone] = m.comparePhone(q, row)
	c.levels[byDomain] = m.compareDomain(q, row)
	c.levels[byNumber] = m.compareNumber(q, row)
	if row.closed {
		c.levels[byStatus] = statusClosed
	}
}

func compareForms(w *wording, f form, front bool) level {
	switch {
	case w.form == 0 && f == 0:
		return formNeither
	case w.form == 0:
		return formOmitted
	case f == 0:
		return formAdded
	case w.form == f && w.front == front:
		return formSame
	case w.form == f:
		return formOtherSide
	case kin(w.form, f):
		return formKin
	}
	return formDiffers
}

func (m *Matcher) compareKana(q *query, c *company) level {
	switch {
	case q.kana == "" || c.kana == 0:
		return kanaUnknown
	case string(m.master.text(c.kana)) == q.kana:
		return kanaSame
	}
	return kanaDiffers
}

// maxOwners is how many companies may carry a phone number or domain that is still theirs alone to speak of: a company
// and its affiliates. More is a service that many use.
const maxOwners = 3

func (m *Matcher) comparePhone(q *query, c *company) level {
	if q.phone == "" || c.phone == 0 {
		return phoneUnknown
	}
	own := string(m.master.text(c.phone)) // ten digits or eleven
	switch {
	case own == q.phone && (isShared(own) || len(m.master.bearers.get(c.phone)) > maxOwners):
		return phoneShared
	case own == q.phone:
		return phoneSame
	case own[:6] == q.phone[:6]:
		return phoneExchange
	}
	return phoneDiffers
}

func (m *Matcher) compareDomain(q *query, c *company) level {
	switch {
	case q.domain == "" || c.domain == 0:
		return domainUnknown
	case string(m.master.text(c.domain)) != q.domain:
		return domainDiffers
	case len(m.master.bearers.get(c.domain)) > maxOwners:
		return domainShared
	}
	return domainSame
}

func (m *Matcher) compareNumber(q *query, c *company) level {
	if q.number == "" {
		return numberUnknown
	}
	switch id := string(m.master.text(c.id)); {
	case id == q.number:
		return numberSame
	case corporateNumber(id) == "": // a team's own id
		return numberUnknown
	}
	return numberDiffers
}

// compareAddress is the level of the nearest of the company's places.
func (m *Matcher) compareAddress(q *query, c uint32) level {
	best := addressUnknown
	for _, s := range m.master.places.get(c) {
		if l := m.comparePlace(&q.place, &s); l != addressUnknown && (best == addressUnknown || l < best) {
			best = l
		}
	}
	return best
}

func (m *Matcher) comparePlace(p *place, s *spot) level {
	if p.pref != 0 && s.pref != 0 && p.pref != s.pref {
		return addressOtherPrefecture
	}
	city := string(m.master.text(s.city))
	switch {
	case p.city == "" || city == "":
		if p.pref != 0 && s.pref != 0 {
			return addressPrefecture
		}
		return addressUnknown
	case !sameEnd(p.city, city) && p.pref != 0 && s.pref != 0:
		return addressPrefecture
	case !sameEnd(p.city, city):
		return addressOtherCity
	case !sameEnd(p.town, string(m.master.text(s.town))):
		return addressCity
	}
	return compareNumbers(p.numbers, s.numbers[:s.count])
}

// sameEnd reports equality where one side may leave its beginning out (the 郡 of a 町, the old village of a 字).
func sameEnd(a, b string) bool {
	return a == b || a != "" && b != "" && (strings.HasSuffix(a, b) || strings.HasSuffix(b, a))
}

func compareNumbers(a, b []uint16) level {
	n := min(len(a), len(b))
	same := 0
	for same < n && a[same] == b[same] {
		same++
	}
	switch {
	case same == n && (n >= 2 || n == 1 && len(a) == len(b)):
		return addressNumber
	case same > 0:
		return addressBlock
	}
	return addressTown
}

// countNamesakes takes from each candidate the bits by which a name shared by k companies says less than one that is
// its own: model.Namesakes · log₂ k, where k counts the candidates whose names compare as well as its own.
func (m *Matcher) countNamesakes(all []candidate) {
	type class struct{ name, form level }
	count := map[class]int{}
	for _, c := range all {
		count[class{c.levels[byName], c.levels[byForm]}]++
	}
	for i := range all {
		c := &all[i]
		if k := count[class{c.levels[byName], c.levels[byForm]}]; k > 1 && c.levels[byName] != nameUnlike {
			c.namesakes = -round(m.model.Namesakes * math.Log2(float64(k)))
		}
	}
}

// round keeps weights to a tenth of a bit, as people read them.
func round(bits float64) float64 { return math.Round(bits*10) / 10 }
