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
	others     []place // places of the same employer's other mentions
	regions    uint64  // a bit for each prefecture of others; for 0, that one of them is not known
	chain      bool    // they are in many prefectures
	keys       [keyKinds]index.Key
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
}

// nameless reports a mention that names nobody.
func (q *query) nameless() bool { return q.withheld || len(q.names) == 0 }

// read prepares a mention.
func (d *desk) read(x *nayose.Mention) {
	q, r := &d.query, &d.reader
	r.Reset()
	name, workplace := r.Clean(x.CompanyName), r.Clean(x.WorkplaceName)
	*q = query{
		names: q.names[:0], workplace: q.workplace[:0], others: q.others[:0],
		withheld:  r.Withheld(name),
		glyphs:    reading.Glyphs(x.CompanyName),
		kana:      r.Kana(x.CompanyNameKana),
		number:    r.CorporateNumber(x.CorporateNumber),
		phoneText: r.Phone(x.Phone),
		domain:    r.Domain(x.URL),
	}
	q.keys = [keyKinds]index.Key{
		keyKana: index.NewKey(index.ByKana, q.kana), keyPhone: index.NewKey(index.ByPhone, q.phoneText),
		keyDomain: index.NewKey(index.ByDomain, q.domain), keyNumber: index.NewKey(index.ByID, q.number),
	}
	q.kanaHash, q.domainHash, q.phone = index.Hash32(q.kana), index.Hash32(q.domain), index.PackPhone(q.phoneText)
	q.place = d.newPlace(r.Address("", x.Address))
	q.keys[keyPlace] = d.placeKey(&q.place)
	d.letters, d.bits = d.letters[:0], d.bits[:0]
	q.names = d.spell(q.names, r.Wordings(name))
	if workplace != name {
		q.workplace = d.spell(q.workplace, r.Wordings(workplace))
	}
}

// spell adds wordings with their letters.
func (d *desk) spell(all []wording, read []reading.Wording) []wording {
	for _, w := range read {
		start := len(d.letters)
		d.letters = index.AppendLetters(d.letters, w.Loose)
		letters := d.letters[start:len(d.letters):len(d.letters)]
		all = append(all, wording{Wording: w, letters: letters, hash: index.HashName(letters), kana: index.NewKey(index.ByKana, w.Loose)})
	}
	return all
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
