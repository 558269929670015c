package matcher

import (
	"sync"

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

// readers are never reset: what they have read stays good for as long as a query or a description holds it.
var readers = sync.Pool{New: func() any { return new(reading.Reader) }}

func (m *Matcher) newQuery(x *nayose.Mention) query {
	r := readers.Get().(*reading.Reader)
	defer readers.Put(r)
	name, workplace := r.Clean(x.CompanyName), r.Clean(x.WorkplaceName)
	q := query{
		withheld: r.Withheld(name),
		glyphs:   reading.Glyphs(x.CompanyName),
		kana:     r.Kana(x.CompanyNameKana),
		number:   r.CorporateNumber(x.CorporateNumber),
		phone:    r.Phone(x.Phone),
		domain:   r.Domain(x.URL),
		place:    r.Address("", x.Address),
	}
	m.master.locate(&q.place)
	q.city = m.master.terms.find(kindCity, q.place.City)
	q.names = r.Wordings(name)
	if workplace != name {
		q.workplace = r.Wordings(workplace)
	}
	return q
}
