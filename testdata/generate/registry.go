package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A registry is a master of any size, to measure on. It is never held: all about company i is drawn from dice that only i
// decides, so that a posting can name any company of millions.
//
// Names are numbered, too, and a company draws its name's number: one in ten among a few thousand that many bear, the
// others from a tail that has no end (Zipf), so that among more companies there are more names, yet fewer for each. Of
// 1.4 million companies 70 of 100 names are different ones, of 5.8 million 55.
type registry struct {
	dice
	source *rand.PCG
	zipf   *rand.Zipf
	size   int // companies of the master; those numbered from here on are missing in it
}

// What is drawn from dice of its own.
const (
	ofNumber = iota
	ofName
	ofCompany
	ofPosting
)

// The statistics of names.
const (
	headShare = 9 // of 100 companies, those that have one of the commonest names
	headNames = 3000
	zipfS     = 1.18
	zipfV     = 110_000
)

func newRegistry(size int) *registry {
	source := rand.NewPCG(0, 0)
	chance := rand.New(source)
	return &registry{dice{chance}, source, rand.NewZipf(chance, zipfS, zipfV, 1<<50), size}
}

// roll makes the dice those of one thing.
func (r *registry) roll(what, i uint64) {
	const odd = 0x9e3779b97f4a7c15 // spreads neighbouring numbers over all bits
	r.source.Seed((what+1)*odd, (i+1)*odd)
}

// nameNumber draws which name a company bears.
func (r *registry) nameNumber() uint64 {
	if r.percent(headShare) {
		u := r.Float64()
		return uint64(u * u * headNames)
	}
	return headNames + r.zipf.Uint64()
}

// name is the name of a number, and the kind of company that bears it.
func (r *registry) name(number uint64) (word, kind) {
	r.roll(ofName, number)
	k := aKind(r.dice)
	if number < headNames {
		return r.draft(heads), kinds[0]
	}
	if shapes := tailOf[k.sector]; shapes != nil {
		return r.draft(shapes), k
	}
	return r.draft(tail), k
}

// company is company i. Its name may be that of others.
func (r *registry) company(i int) *company {
	r.roll(ofNumber, uint64(i))
	return r.called(i, r.nameNumber())
}

// called is company i under the name of this number.
func (r *registry) called(i int, number uint64) *company {
	core, k := r.name(number)
	r.roll(ofCompany, uint64(i))
	if k.sector == general { // homonyms may differ in their legal form
		for k = aKind(r.dice); k.sector != general; k = aKind(r.dice) {
		}
	}
	c := &company{form: k.form, core: core, sector: k.sector, address: anywhere(r.dice)}
	c.front = len(k.form.short) == 0 || k.form == shadan || k.form.kind == shafuku.kind || r.percent(60)
	r.register(c, i)
	return c
}

// register fills the columns. Numbers rise with i, by steps of their own.
func (r *registry) register(c *company, i int) {
	c.Company.ID = corporateNumber(fmt.Sprintf("99%010d", 1000*i+r.IntN(1000)))
	c.Name, c.Prefecture, c.Address = c.written(c.form.name, c.core.text), c.address.prefecture, c.address.registered()
	if r.percent(96) {
		c.NameKana = strings.ReplaceAll(c.core.kana, "・", "")
	}
	if r.percent(3) && c.core.roman != "" {
		c.NameEnglish = title(strings.Trim(c.core.roman, "-")) + " Inc."
	}
	if r.percent(3) && c.form == kabushiki {
		c.FormerNames = c.written(yugen.name, c.core.text)
	}
	if r.percent(90) {
		c.PostalCode = fmt.Sprintf("%s%04d", c.address.zip, r.between(1, 9999))
	}
	if r.percent(80) {
		c.Phone = newPhone(r.dice, c.address.place)
	}
	if r.percent(40) {
		c.URL = fmt.Sprintf("https://www.%s-%d.example/", domainWord(c.core.roman), i)
	}
}

// domainWord is a name in Roman letters as a part of a domain.
func domainWord(roman string) string {
	if roman == "" {
		return "c"
	}
	return strings.ReplaceAll(roman, "&", "")
}
