package main

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

var postingColumns = []string{
	"posting_id", "company_name", "company_name_kana", "workplace_name", "address", "phone", "url", "corporate_number", "true_company_id",
}

// Shares of a hundred postings, and of a hundred employers.
const (
	presentShare  = 85 // postings whose company the master has
	hotShare      = 45 // of these, those of hot employers
	hotCompanies  = 90 // one company of so many is a hot employer
	namesakeShare = 28 // of the employers that the master lacks, those with the name of a company that it has
	twiceShare    = 25 // names that are written wrong in two ways
	sameAddress   = 70
	noAddress     = 12
	samePhone     = 45
	urlShare      = 12
	numberShare   = 2
)

// posting is posting i as a row.
func (r *registry) posting(i int, row []string) []string {
	r.roll(ofPosting, uint64(i))
	present, n := r.percent(presentShare), 0
	switch {
	case !present:
		n = r.size + i
	case r.percent(hotShare):
		u := r.Float64()
		n = int(u*u*float64(max(1, r.size/hotCompanies))) * min(hotCompanies, r.size)
	default:
		n = r.IntN(r.size)
	}
	c := r.employer(n, present)
	r.roll(ofPosting, uint64(i)<<1|1<<63)
	return append(row, append([]string{fmt.Sprintf("G%08d", i)}, r.advert(c, present)...)...)
}

// employer is company n, or, where the master lacks it, one with a namesake there or with none.
func (r *registry) employer(n int, present bool) *company {
	if present {
		return r.company(n)
	}
	r.roll(ofNumber, uint64(n))
	number := headNames + 1<<51 + uint64(n) // a number that no company draws
	if r.percent(namesakeShare) {
		namesake := r.IntN(r.size)
		r.roll(ofNumber, uint64(namesake))
		number = r.nameNumber()
	}
	return r.called(n, number)
}

// advert is what somebody writes about c: the columns of a posting behind its id.
func (r *registry) advert(c *company, present bool) []string {
	b := wardrobe{dice: r.dice}
	a := c.address
	if !r.percent(sameAddress * 100 / (100 - noAddress)) {
		a = anywhere(r.dice)
	}
	row := []string{r.disguised(c, a.place), "", "", a.typed(r.dice), newPhone(r.dice, a.place), "", "", ""}
	if r.percent(10) {
		row[1] = c.NameKana
	}
	if r.percent(50) {
		row[2] = b.workplaceName(c, a.place)
	}
	if r.percent(noAddress) {
		row[3] = ""
	}
	switch n := r.IntN(100); {
	case n < samePhone && c.Phone != "":
		row[4] = c.Phone
	case n >= 80:
		row[4] = ""
	}
	if c.URL != "" && r.percent(urlShare*100/40) {
		row[5] = c.URL + one(r.dice, []string{"", "recruit/", "company/index.html"})
	}
	if r.percent(numberShare) {
		row[6] = c.ID
	}
	if present {
		row[7] = c.ID
	}
	return row
}

// A disguise is a name on its way to a posting: what stands before it and behind it, its legal form and its core.
type disguise struct {
	before, form, core, after string
	place                     place
}

// A change makes a name another one than the registered.
type change struct {
	share  int
	change func(dice, *company, *disguise)
}

var changes = []change{
	{22, func(dice, *company, *disguise) {}},
	{19, func(d dice, c *company, g *disguise) { g.form = one(d, c.form.short) }},
	{2, func(d dice, c *company, g *disguise) { g.form = strings.TrimSuffix(one(d, c.form.wrong), ")") }},
	{5, func(_ dice, _ *company, g *disguise) { g.form = "" }},
	{8, inOtherWidth},
	{5, inKana},
	{4, inOldKanji},
	{13, atBranch},
	{7, decorated},
	{8, mistyped},
	{3, cutShort},
	{4, inOtherAlphabet},
}

// disguised is c's name as a posting at p has it.
func (r *registry) disguised(c *company, p place) string {
	g := disguise{form: c.form.name, core: c.core.text, place: p}
	r.change(c, &g)
	if r.percent(twiceShare) {
		r.change(c, &g)
	}
	if c.front {
		return g.before + g.form + g.core + g.after
	}
	return g.before + g.core + g.form + g.after
}

// change draws a change. Where it changes nothing, the legal form is written short.
func (r *registry) change(c *company, g *disguise) {
	n, before := r.IntN(100), *g
	i := slices.IndexFunc(changes, func(x change) bool { n -= x.share; return n < 0 })
	changes[i].change(r.dice, c, g)
	if i > 0 && *g == before {
		g.form = one(r.dice, c.form.short)
	}
}

func inOtherWidth(d dice, _ *company, g *disguise) {
	core := width.Widen.String(g.core)
	if core == g.core {
		core = width.Narrow.String(norm.NFD.String(core))
	}
	if core == g.core || d.percent(25) {
		g.form += " "
	}
	g.core = core
}

func inKana(_ dice, c *company, g *disguise) {
	if c.core.kana != "" {
		g.core = c.core.kana
	}
}

func inOldKanji(d dice, _ *company, g *disguise) {
	g.core = strings.Map(func(r rune) rune {
		v := variantsOf(r)
		return v[(slices.Index(v, r)+d.IntN(len(v)))%len(v)]
	}, g.core)
}

func atBranch(d dice, _ *company, g *disguise) {
	g.after += one(d, []string{" ", "　", ""}) + g.place.short() + one(d, []string{"店", "支店", "営業所", "事業所", "工場"})
}

func decorated(d dice, _ *company, g *disguise) {
	g.before = one(d, []string{"【急募】", "★", "", "◎", "◆高時給◆ ", "【紹介予定派遣】"}) + g.before
	g.after += one(d, []string{"", "★", "《未経験OK》", "（正社員登用あり）", " ①日勤のみ", "【WEB面接可】"})
}

// mistyped gets a letter wrong, leaves it out, doubles it or swaps it with the next.
func mistyped(d dice, _ *company, g *disguise) {
	core := []rune(g.core)
	if len(core) < 3 {
		return
	}
	switch i := d.IntN(len(core) - 1); d.IntN(4) {
	case 0:
		core[i] = core[len(core)-1-i]
	case 1:
		core = slices.Delete(core, i, i+1)
	case 2:
		core = slices.Insert(core, i, core[i])
	default:
		core[i], core[i+1] = core[i+1], core[i]
	}
	g.core = string(core)
}

func cutShort(d dice, _ *company, g *disguise) {
	if core := []rune(g.core); len(core) > 4 {
		g.core = string(core[:len(core)-d.between(1, len(core)/3)])
	}
}

// inOtherAlphabet writes initials out in katakana, and other names in Roman letters.
func inOtherAlphabet(_ dice, c *company, g *disguise) {
	switch {
	case c.core.roman == "":
	case strings.ContainsFunc(c.core.text, func(r rune) bool { return r < 0x80 }):
		g.core = c.core.kana
	default:
		g.core = strings.ToUpper(strings.ReplaceAll(c.core.roman, "-", ""))
	}
}
