package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nayose"
)

// legalForm is a kind of corporation: how it is written out, abbreviated and mistyped, and its two digits in a corporate
// number.
type legalForm struct {
	name, kind   string
	short, wrong []string
}

func newForm(name, kind, short, wrong string) *legalForm {
	return &legalForm{name, kind, strings.Fields(short), strings.Fields(wrong)}
}

var (
	kabushiki  = newForm("株式会社", "01", "(株) （株） ㈱", "株式會社 株式会仕 株式会杜 抹式会社 株式社会 株) カ)")
	yugen      = newForm("有限会社", "02", "(有) （有） ㈲", "有限會社 有限会仕 有現会社 有)")
	godo       = newForm("合同会社", "03", "(同) （同）", "合同會社 合同会杜 同)")
	shafuku    = newForm("社会福祉法人", "05", "(福) （福）", "社会福社法人 社福法人 福)")
	iryo       = newForm("医療法人", "05", "(医) （医）", "醫療法人 医療法入 医僚法人 医)")
	iryoShadan = newForm("医療法人社団", "05", "医療法人(社団) (医)", "医療法入社団 (医)社団")
	npo        = newForm("特定非営利活動法人", "05", "NPO法人 ＮＰＯ法人", "特定非営利法人 非営利活動法人")
	shadan     = newForm("一般社団法人", "05", "(一社) （一社）", "一般社団法入 一般社団")
)

// company is a record of the master with what it was put together from.
type company struct {
	nayose.Company
	form    *legalForm
	core    word // the name without its legal form
	front   bool // the legal form stands in front
	sector  string
	address address
	heir    bool // a closed company's successor
}

// The sectors, which decide where a company advertises.
const (
	care    = "care"
	agency  = "agency"
	general = "general"
)

// written is the name with its legal form written as form and its core as core.
func (c *company) written(form, core string) string {
	if c.front {
		return form + core
	}
	return core + form
}

// world is all companies: those of the master, and those that it lacks.
type world struct {
	master   []*company
	absent   []*company // employers that the master does not know
	twins    []*company // absent, and bearing the name of a company of the master
	homonyms []*company // companies of the master that share their name with another
}

// Sizes of the world.
const (
	singles   = 1500 // companies whose core name nobody else bears, the absent ones included
	missing   = 60   // of these, how many the master lacks
	namesakes = 14   // names that several companies bear
	pairs     = 16   // names that a 株式会社 and a 合同会社 bear
)

// founder founds companies: it remembers which names and serial numbers are given away.
type founder struct {
	dice
	taken  map[string]bool
	serial int
}

// found makes the world.
func found() *world {
	f := &founder{dice: newDice("companies"), taken: map[string]bool{}}
	w := &world{}
	for i := range singles {
		c := f.company(f.sector())
		if i%(singles/missing) == 0 {
			w.absent = append(w.absent, c)
			continue
		}
		w.master = append(w.master, c)
	}
	for i, c := range w.master {
		f.history(c, w.master[(i+len(w.master)/2)%len(w.master)])
	}
	for range namesakes {
		f.namesakes(w)
	}
	for range pairs {
		a := f.company(general)
		b := *a
		a.form, b.form = kabushiki, godo
		if f.percent(50) {
			b.address = newAddress(f.dice, one(f.dice, places))
		}
		f.register(a)
		f.register(&b)
		w.homonyms = append(w.homonyms, a, &b)
	}
	w.master = append(w.master, w.homonyms...)
	slices.SortFunc(w.master, func(a, b *company) int { return cmp.Compare(a.ID, b.ID) })
	return w
}

// namesakes founds three to six companies of one name in different cities; one of them may be missing in the master.
func (f *founder) namesakes(w *world) {
	first := f.company(general)
	first.form, first.front = kabushiki, true
	cities := f.Perm(len(places))[:f.between(3, 6)]
	for i, city := range cities {
		c := *first
		c.address = newAddress(f.dice, places[city])
		f.register(&c)
		if i == 0 && f.percent(50) {
			w.twins = append(w.twins, &c)
			continue
		}
		w.homonyms = append(w.homonyms, &c)
	}
}

func (f *founder) sector() string {
	switch n := f.IntN(100); {
	case n < 30:
		return care
	case n < 35:
		return agency
	}
	return general
}

// company founds a company whose core name is new.
func (f *founder) company(sector string) *company {
	c := &company{sector: sector, address: newAddress(f.dice, one(f.dice, places))}
	c.form, c.front = f.legalForm(sector)
	c.core = f.newCore(c)
	f.register(c)
	return c
}

// newCore is a core name that suits c and that nobody bears or bore.
func (f *founder) newCore(c *company) word {
	return f.fresh(func() word { return f.coreName(c.sector, c.form) })
}

// fresh draws until it has a name that is not given away, nor one that differs by variants of its characters only.
func (f *founder) fresh(draw func() word) word {
	for {
		w := draw()
		plain := strings.Map(func(r rune) rune { return variantsOf(r)[0] }, w.text)
		if !f.taken[plain] {
			f.taken[plain] = true
			return w
		}
	}
}

func (f *founder) legalForm(sector string) (form *legalForm, front bool) {
	n := f.IntN(100)
	if sector == care && n < 40 {
		return []*legalForm{shafuku, shafuku, iryo, iryoShadan, npo}[n%5], true
	}
	front = f.percent(70)
	switch {
	case n < 82:
		return kabushiki, front
	case n < 90:
		return yugen, front
	case n < 98:
		return godo, front
	}
	return shadan, true
}

// register fills the columns of the master from what the company is put together from, under a new number.
func (f *founder) register(c *company) {
	f.serial += f.between(1, 60)
	c.Company = nayose.Company{
		ID:         corporateNumber(fmt.Sprintf("99%02d%s%06d", f.between(1, 60), c.form.kind, f.serial)),
		Name:       c.written(c.form.name, c.core.text),
		Prefecture: c.address.prefecture,
		Address:    c.address.registered(),
	}
	if f.percent(65) {
		c.NameKana = strings.ReplaceAll(c.core.kana, "・", "")
	}
	if f.percent(5) && c.core.roman != "" {
		c.NameEnglish = title(c.core.roman) + " Inc."
	}
	if f.percent(40) {
		c.PostalCode = fmt.Sprintf("%s%04d", c.address.zip, f.between(1, 99))
	}
	if f.percent(25) {
		c.Phone = newPhone(f.dice, c.address.place)
	}
	if f.percent(20) && c.core.roman != "" {
		c.URL = fmt.Sprintf("https://www.%s-%d.example/", strings.ReplaceAll(c.core.roman, "&", ""), f.serial%1000)
	}
}

// title is "ace-foods" as "Ace Foods".
func title(roman string) string {
	parts := strings.Split(roman, "-")
	for i, p := range parts {
		parts[i] = strings.ToUpper(p[:1]) + p[1:]
	}
	return strings.Join(parts, " ")
}

// corporateNumber puts the check digit of a 法人番号 before its twelve digits: 9 − (Σ PₙQₙ mod 9), where Pₙ is the n-th
// digit from the right and Qₙ is 1 for odd n and 2 for even n. Twelve digits that begin with 99 belong to no registry
// office, so the number is nobody's.
func corporateNumber(twelve string) string {
	sum := 0
	for i := range twelve {
		n := len(twelve) - i // counted from the right, from 1
		sum += int(twelve[i]-'0') * (2 - n%2)
	}
	return fmt.Sprintf("%d%s", 9-sum%9, twelve)
}

// history gives a few companies a past: former names and addresses, a brand, or an end with or without a successor.
func (f *founder) history(c, other *company) {
	switch n := f.IntN(100); {
	case n < 6 && c.front:
		c.FormerNames = c.written(c.form.name, f.newCore(c).text)
	case n < 7:
		c.FormerNames = c.written(yugen.name, c.core.text) + "|" + c.written(yugen.name, f.newCore(c).text)
	case n < 12:
		c.Aliases = f.alias(c)
	case n < 16:
		c.FormerAddresses = newAddress(f.dice, c.address.place).registered()
	case n < 20 && !c.heir && other.ClosedOn == 0:
		c.ClosedOn = nayose.NewDate(f.between(2018, 2025), 4, 1)
		if n < 19 {
			c.SuccessorID, other.heir = other.ID, true
		}
	}
}

// alias is a name that people use for c: its initials, or a brand.
func (f *founder) alias(c *company) string {
	if c.core.roman == "" || f.percent(50) {
		return f.fresh(func() word { return brand(f.dice) }).text
	}
	initials := ""
	for _, p := range strings.Split(c.core.roman, "-") {
		initials += strings.ToUpper(p[:min(2, len(p))])
	}
	return initials + "グループ"
}

// table is the master as CSV, its header first.
func (w *world) table() [][]string {
	rows := [][]string{{
		"company_id", "name", "name_kana", "name_english", "former_names", "aliases", "prefecture", "address",
		"former_addresses", "postal_code", "phone", "url", "closed_on", "successor_id",
	}}
	for _, c := range w.master {
		rows = append(rows, []string{
			c.ID, c.Name, c.NameKana, c.NameEnglish, c.FormerNames, c.Aliases, c.Prefecture, c.Address,
			c.FormerAddresses, c.PostalCode, c.Phone, c.URL, c.ClosedOn.String(), c.SuccessorID,
		})
	}
	return rows
}
