package matcher

import "nayose"

// A query is a mention prepared for matching.
type query struct {
	withheld  bool
	names     []wording // of the company's name
	workplace []wording // of the workplace's name
	kana      string
	number    string
	phone     string
	domain    string
	place     place
}

func newQuery(x *nayose.Mention) query {
	name, workplace := clean(x.CompanyName), clean(x.WorkplaceName)
	q := query{
		withheld: withheld(name),
		kana:     reading(x.CompanyNameKana),
		number:   corporateNumber(x.CorporateNumber),
		phone:    phone(x.Phone),
		domain:   domain(x.URL),
		place:    parsePlace("", x.Address),
	}
	q.names = readName(name)
	if workplace != name {
		q.workplace = readName(workplace)
	}
	return q
}
