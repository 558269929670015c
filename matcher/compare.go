package matcher

import (
	"math"

	"nayose/matcher/internal/reading"
)

// compare fills in every comparison of a candidate but those of its name, which its finding has decided.
func (m *Matcher) compare(q *query, c *candidate) {
	row := &m.master.companies[c.company]
	if l := c.levels[byName]; l >= nameLoose {
		c.levels[byKana] = m.compareKana(q, row) // of two names that differ the readings do too
	}
	c.levels[byAddress] = m.compareAddress(&q.place, c.company)
	c.levels[byGroup] = m.compareGroup(q, c.company)
	switch group := c.levels[byGroup]; {
	case c.levels[byAddress] <= addressTown:
	case q.chain:
		c.levels[byAddress] = addressChain
	case c.levels[byAddress] > addressCity && group != groupAlone && group <= groupPrefecture:
		c.levels[byAddress] = addressNearer
	}
	c.levels[byPhone] = m.comparePhone(q, row)
	c.levels[byDomain] = m.compareDomain(q, row)
	c.levels[byNumber] = m.compareNumber(q, row)
	if row.closed {
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
	case own == q.phone && (reading.IsShared(own) || len(m.master.bearers.get(c.phone)) > maxOwners):
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
	case !reading.HasCorporateNumber(id): // a team's own id
		return numberUnknown
	}
	return numberDiffers
}

// countNamesakes sets how many companies of its name are to be expected for each candidate that bears the mention's name.
// Of k companies of a name in the master and m that letters put together by chance would make, it is (k+1)/(1+1/m): one
// for the only bearer of a name that chance makes once, less for a rarer name, and k+1 for one that chance makes often. The
// master lacks companies, and the more of a name there are, the likelier is it that the mention's is one of those.
// k counts the candidates whose name and form compare as well as its own or better.
func (m *Matcher) countNamesakes(all []candidate) {
	type class struct{ name, form level }
	count := map[class]int{}
	for _, c := range all {
		if c.levels[byName] >= namePart {
			count[class{c.levels[byName], c.levels[byForm]}]++
		}
	}
	bits := func(c class) float64 { return m.model.weights[byName][c.name] + m.model.weights[byForm][c.form] }
	asGood := map[class]int{}
	for c := range count {
		for other, n := range count {
			if bits(other) >= bits(c) {
				asGood[c] += n
			}
		}
	}
	chance := map[uint32]float64{}
	for i := range all {
		c := &all[i]
		if c.levels[byName] < namePart || c.term == 0 {
			continue
		}
		expected, ok := chance[c.term]
		if !ok {
			expected = m.master.grams.expected(string(m.master.text(c.term)))
			chance[c.term] = expected
		}
		k := float64(asGood[class{c.levels[byName], c.levels[byForm]}])
		c.amounts[byNamesakes] = max(-rarest, math.Log2((k+1)/(1+1/expected)))
	}
}

// rarest is the bits from which on a name is no rarer: nobody's chance estimate goes further.
const rarest = 13

// round keeps weights to a tenth of a bit, as people read them.
func round(bits float64) float64 { return math.Round(bits*10) / 10 }
