package matcher

import (
	"nayose"
	"nayose/matcher/internal/index"
	"nayose/matcher/internal/reading"
)

// A query is a mention prepared for matching.
type query struct {
	withheld   bool
	names      []wording // of the company's name
	workplace  []wording // of the workplace's name
	glyphs     uint8
	kana       string
	kanaHash   uint32
	number     string
	phone      uint64
	phoneText  string
	domain     string
	domainHash uint32
	place      place
	others     []index.Spot // places of the same employer's other mentions
	regions    uint64       // a bit for each prefecture of others; for 0, that one of them is not known
	chain      bool         // they are in many prefectures
	keys       [keyKinds]index.Key
	verdict    *verdict  // what was settled about the mention
	lessons    []*lesson // what decisions teach about it
}

// The keys of a query.
const (
	keyKana = iota
	keyPhone
	keyDomain
	keyNumber
	keyPlace
	keyKinds
)

// A wording is one way to read a name, and the letters that it is looked up by.
type wording struct {
	reading.Wording
	letters []uint16
	hash    index.NameHash
	kana    index.Key // of companies that read so
	bits    []float32 // that each letter is worth; nil until it is asked for
	name    uint32    // its number in the master, once it was looked for
}

// nameless reports a mention that names nobody.
func (q *query) nameless() bool { return q.withheld || len(q.names) == 0 }

// read prepares a mention.
func (d *desk) read(x *nayose.Mention) {
	name := d.readEmployer(x)
	q, r := &d.query, &d.reader
	q.glyphs, q.kana, q.number = reading.Glyphs(x.CompanyName), r.Kana(x.CompanyNameKana), r.CorporateNumber(x.CorporateNumber)
	q.kanaHash, q.phone = index.Hash32(q.kana), index.PackPhone(q.phoneText)
	q.keys = [keyKinds]index.Key{
		keyKana: index.NewKey(index.ByKana, q.kana), keyPhone: index.NewKey(index.ByPhone, q.phoneText),
		keyDomain: index.NewKey(index.ByDomain, q.domain), keyNumber: index.NewKey(index.ByID, q.number), keyPlace: d.placeKey(&q.place),
	}
	d.letters, d.bits = d.letters[:0], d.bits[:0]
	for i := range q.names {
		d.spell(&q.names[i])
	}
	if workplace := r.Clean(x.WorkplaceName); workplace != name {
		q.workplace = appendWordings(q.workplace, r.Wordings(workplace))
		for i := range q.workplace {
			d.spell(&q.workplace[i])
		}
	}
	if d.settled != nil {
		d.consult(x)
	}
}

// readEmployer prepares what of a mention ties it to others, and returns the cleaned name.
func (d *desk) readEmployer(x *nayose.Mention) (name string) {
	q, r := &d.query, &d.reader
	r.Reset()
	name = r.Clean(x.CompanyName)
	*q = query{
		names: appendWordings(q.names[:0], r.Wordings(name)), workplace: q.workplace[:0], others: q.others[:0], lessons: q.lessons[:0],
		withheld: r.Withheld(name), phoneText: r.Phone(x.Phone), domain: r.Domain(x.URL), place: d.newPlace(r.Address("", x.Address)),
	}
	q.domainHash = index.Hash32(q.domain)
	return name
}

func appendWordings(all []wording, read []reading.Wording) []wording {
	for _, w := range read {
		all = append(all, wording{Wording: w})
	}
	return all
}

// spell finds a wording's letters and keys.
func (d *desk) spell(w *wording) {
	start := len(d.letters)
	d.letters = index.AppendLetters(d.letters, w.Loose)
	w.letters = d.letters[start:len(d.letters):len(d.letters)]
	w.hash, w.kana = index.HashName(w.letters), index.NewKey(index.ByKana, w.Loose)
}

// worth is the bits of each letter of a wording.
func (d *desk) worth(w *wording) []float32 {
	if w.bits == nil {
		start := len(d.bits)
		d.bits = d.master.AppendBits(d.bits, w.letters)
		w.bits = d.bits[start:len(d.bits):len(d.bits)]
	}
	return w.bits
}
