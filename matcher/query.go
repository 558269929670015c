package matcher

import (
	"nayose"
	"nayose/matcher/internal/reading"
)

// A query is a mention prepared for matching.
type query struct {
	withheld  bool
	names     []reading.Wording // of the company's name
	workplace []reading.Wording // of the workplace's name
	glyphs    uint8
	kana      string
	number    string
	phone     string
	domain    string
	place     reading.Place
	city      uint32          // the term of its municipality
	others    []reading.Place // places of the same employer's other mentions
	chain     bool            // which are in many prefectures
}

// nameless reports a mention that names nobody.
func (q *query) nameless() bool { return q.withheld || len(q.names) == 0 }

func (m *Matcher) newQuery(x *nayose.Mention) query {
	name, workplace := reading.Clean(x.CompanyName), reading.Clean(x.WorkplaceName)
	q := query{
		withheld: reading.Withheld(name),
		glyphs:   reading.Glyphs(x.CompanyName),
		kana:     reading.Kana(x.CompanyNameKana),
		number:   reading.CorporateNumber(x.CorporateNumber),
		phone:    reading.Phone(x.Phone),
		domain:   reading.Domain(x.URL),
		place:    reading.Address("", x.Address),
	}
	m.master.locate(&q.place)
	q.city = m.master.terms.find(kindCity, q.place.City)
	q.names = reading.Wordings(name)
	if workplace != name {
		q.workplace = reading.Wordings(workplace)
	}
	return q
}
