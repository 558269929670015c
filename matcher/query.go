package matcher

import "nayose"

// A query is a mention prepared for matching.
type query struct {
	withheld  bool
	names     []wording // of the company's name
	workplace []wording // of the workplace's name
	glyphs    uint8
	kana      string
	number    string
	phone     string
	domain    string
	place     place
	city      uint32  // the term of its municipality
	others    []place // places of the same employer's other mentions
	chain     bool    // which are in many prefectures
}

func (m *Matcher) newQuery(x *nayose.Mention) query {
	name, workplace := clean(x.CompanyName), clean(x.WorkplaceName)
	q := query{
		withheld: withheld(name),
		glyphs:   glyphs(x.CompanyName),
		kana:     reading(x.CompanyNameKana),
		number:   corporateNumber(x.CorporateNumber),
		phone:    phone(x.Phone),
		domain:   domain(x.URL),
		place:    parsePlace("", x.Address),
	}
	m.master.locate(&q.place)
	q.city = m.master.terms.find(kindCity, q.place.city)
	q.names = readName(name)
	if workplace != name {
		q.workplace = readName(workplace)
	}
	return q
}
