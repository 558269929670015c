package main

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// employer is a company as a partner writes it: its postings differ in the job, not in these fields.
type employer struct {
	kind      string // the dressing, by its name in dressings
	truth     string // the right company; empty where the master has none
	company   string
	workplace string
	address   address
	typed     string // the address as typed
	phone     string // with hyphens
	url       string
	number    string // the 法人番号, where the partner gives it
	branches  bool   // each posting is at another workplace: an agency
}

// dressing is a way in which a partner writes employers.
type dressing struct {
	kind  string
	share map[string]int // of a hundred employers of a partner, about so many
	fits  func(*company) bool
	dress func(*wardrobe, *company, *employer)
}

// shares of the two partners: kaigo-navi has plain names of care operators, hataraku-net the noise of a general board.
func shares(kaigo, hataraku int) map[string]int {
	return map[string]int{"kaigo-navi": kaigo, "hataraku-net": hataraku}
}

var dressings = []dressing{
	{"plain", shares(33, 12), alive, func(*wardrobe, *company, *employer) {}},
	{"number", shares(5, 0), alive, (*wardrobe).withNumber},
	{"form", shares(8, 15), alive, (*wardrobe).shortForm},
	{"width", shares(8, 6), wide, (*wardrobe).width},
	{"variant", shares(6, 6), hasVariant, (*wardrobe).variants},
	{"branch", shares(8, 9), alive, (*wardrobe).branch},
	{"decorated", shares(5, 14), alive, (*wardrobe).decorate},
	{"short", shares(3, 6), alive, (*wardrobe).coreOnly},
	{"former", shares(3, 3), func(c *company) bool { return alive(c) && c.FormerNames != "" }, (*wardrobe).former},
	{"alias", shares(2, 2), func(c *company) bool { return alive(c) && c.Aliases != "" }, (*wardrobe).alias},
	{"closed", shares(2, 2), func(c *company) bool { return c.SuccessorID != "" }, (*wardrobe).closed},
	{"agency", shares(2, 4), isAgency, (*wardrobe).agency},
	{"agency_client", shares(0, 4), isAgency, (*wardrobe).agencyClient},
	{"shop", shares(3, 4), alive, (*wardrobe).shopOnly},
	{"homonym", shares(5, 4), nil, (*wardrobe).homonym},
	{"twin", shares(2, 2), nil, (*wardrobe).atHome},
	{"absent", shares(4, 4), nil, func(*wardrobe, *company, *employer) {}},
	{"placeholder", shares(1, 3), nil, (*wardrobe).placeholder},
}

func alive(c *company) bool    { return c.ClosedOn == 0 && c.sector != agency }
func isAgency(c *company) bool { return c.ClosedOn == 0 && c.sector == agency }
func wide(c *company) bool     { return alive(c) && !strings.Contains(c.core.text, "・") }

func hasVariant(c *company) bool {
	return alive(c) && strings.ContainsFunc(c.core.text, func(r rune) bool { return variants[r] != nil })
}

// variants are the old and variant forms of characters, all of them to be had in CP932.
var variants = map[rune][]string{
	'高': {"髙"}, '崎': {"﨑"}, '斎': {"齋", "齊"}, '沢': {"澤"}, '浜': {"濱", "濵"}, '国': {"國"}, '辺': {"邊", "邉"},
	'広': {"廣"}, '桜': {"櫻"}, '栄': {"榮"}, '恵': {"惠"}, '竜': {"龍"}, '滝': {"瀧"}, '条': {"條"},
}

// wardrobe dresses companies as employers of one partner.
type wardrobe struct {
	dice
	partner *partner
}

// employ makes the employers of a partner: a hundred for each hundred of shares, dressed by turns.
func employ(p *partner, w *world) []*employer {
	b := &wardrobe{newDice("employers of " + p.name), p}
	var out []*employer
	for _, s := range dressings {
		pool := w.pool(&s, p)
		order := b.Perm(len(pool))
		for i := range s.share[p.name] * p.employers / 100 {
			c := pool[order[i%len(order)]]
			out = append(out, b.employer(&s, c))
		}
	}
	b.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// pool is the companies that a dressing can be put on: of the partner's sectors where it does not matter which.
func (w *world) pool(s *dressing, p *partner) []*company {
	switch s.kind {
	case "homonym":
		return w.homonyms
	case "twin":
		return w.twins
	case "absent", "placeholder":
		return w.absent
	}
	own := func(c *company) bool { return s.fits(c) && (c.sector == p.sector || c.sector == agency) }
	pool := slices.DeleteFunc(slices.Clone(w.master), func(c *company) bool { return !own(c) || slices.Contains(w.homonyms, c) })
	if len(pool) < 10 { // rare: take it from any sector
		pool = slices.DeleteFunc(slices.Clone(w.master), func(c *company) bool { return !s.fits(c) })
	}
	return pool
}

// employer is c at a workplace of its own, written as registered, and then dressed.
func (b *wardrobe) employer(s *dressing, c *company) *employer {
	e := &employer{kind: s.kind, truth: c.ID, company: c.Name, address: c.address}
	if b.percent(65) {
		e.address = newAddress(b.dice, c.address.place)
	}
	if b.percent(25) {
		e.address = newAddress(b.dice, one(b.dice, places))
	}
	e.workplace = b.workplaceName(c, e.address.place)
	e.phone = newPhone(b.dice, e.address.place)
	if c.Phone != "" && b.percent(25) {
		e.phone = c.Phone
	}
	if c.URL != "" && b.percent(70) {
		e.url = c.URL + one(b.dice, []string{"", "recruit/", "shop/?id=12", "company/index.html"})
	}
	if s.kind == "absent" || s.kind == "twin" {
		e.truth = ""
	}
	s.dress(b, c, e)
	if e.typed == "" {
		e.typed = e.address.typed(b.dice)
	}
	return e
}

// workplaceName is what a workplace of c at p is called; it bears the company's name in half of the cases.
func (b *wardrobe) workplaceName(c *company, p place) string {
	brand := c.core.text
	if b.percent(50) {
		brand = one(b.dice, []string{"さくら", "ひまわり", "あおぞら", "こもれび", "つむぎ", "なごみ", "すずらん", "みなと"})
	}
	if c.sector == care {
		return fmt.Sprintf(one(b.dice, []string{
			"デイサービス%s", "グループホーム%sの家", "特別養護老人ホーム%s園", "訪問介護ステーション%s", "ケアハウス%s",
		}), brand) + one(b.dice, []string{"", p.short()})
	}
	return brand + p.short() + one(b.dice, []string{"店", "営業所", "支店", "工場", "センター"})
}

func (b *wardrobe) withNumber(c *company, e *employer) {
	e.number = one(b.dice, []string{c.ID, "T" + c.ID, c.ID[:1] + "-" + c.ID[1:5] + "-" + c.ID[5:9] + "-" + c.ID[9:]})
}

func (b *wardrobe) shortForm(c *company, e *employer) {
	e.company = c.written(one(b.dice, c.form.short), c.core.text)
}

// width writes the name in the other width, or with a space that is not there.
func (b *wardrobe) width(c *company, e *employer) {
	core := width.Widen.String(c.core.text)
	if core == c.core.text {
		core = width.Narrow.String(norm.NFD.String(core)) // NFD parts ガ into カ and its mark, which half width does too
	}
	if core == c.core.text || b.percent(25) {
		e.company = c.written(c.form.name+" ", core)
		if !c.front {
			e.company = core + " " + c.form.name
		}
		return
	}
	e.company = c.written(c.form.name, core)
}

func (b *wardrobe) variants(c *company, e *employer) {
	var s strings.Builder
	for _, r := range c.core.text {
		if v := variants[r]; v != nil {
			s.WriteString(one(b.dice, v))
		} else {
			s.WriteRune(r)
		}
	}
	e.company = c.written(one(b.dice, append(c.form.short, c.form.name, c.form.name)), s.String())
}

func (b *wardrobe) branch(c *company, e *employer) {
	e.workplace = e.address.short() + one(b.dice, []string{"店", "支店", "営業所", "事業所", "工場"})
	e.company = c.Name + one(b.dice, []string{" ", "　", ""}) + e.workplace
	if b.partner.oneColumn {
		e.company = c.Name + " " + e.workplace // the wide space parts company and workplace there
		e.workplace = ""
	}
}

// decorate puts around the name what a registered name cannot hold.
func (b *wardrobe) decorate(c *company, e *employer) {
	e.company = fmt.Sprintf(one(b.dice, []string{
		"【急募】★%s", "★%s★", "%s《未経験OK》", "◎%s（正社員登用あり）", "◆高時給◆ %s", "%s ①日勤のみ", "【紹介予定派遣】%s", "☆%s【WEB面接可】",
	}), c.written(one(b.dice, append(c.form.short, c.form.name)), c.core.text))
	if !b.partner.oneColumn && b.percent(20) {
		e.company = "✨" + e.company // UTF-8 can hold it
	}
}

func (b *wardrobe) coreOnly(c *company, e *employer) { e.company = c.core.text }

func (b *wardrobe) former(c *company, e *employer) {
	e.company = one(b.dice, strings.Split(c.FormerNames, "|"))
}

func (b *wardrobe) alias(c *company, e *employer) { e.company = c.Aliases }

// closed is an employer that still bears the name of a company that another took over.
func (b *wardrobe) closed(c *company, e *employer) { e.truth = c.SuccessorID }

// agency is a 派遣会社 that posts jobs at many workplaces under its own name and telephone number.
func (b *wardrobe) agency(c *company, e *employer) {
	e.branches = true
	e.phone = newPhone(b.dice, c.address.place)
	if c.Phone != "" {
		e.phone = c.Phone
	}
}

// agencyClient is an agency that writes its client into the name; the employer is the agency.
func (b *wardrobe) agencyClient(c *company, e *employer) {
	b.agency(c, e)
	e.company = c.written("（株）", c.core.text) + "／" + one(b.dice, []string{
		"派遣先", "派遣先：食品工場", "派遣先は大手物流倉庫", one(b.dice, surnames).text + "製作所内",
	})
	if c.form != kabushiki {
		e.company = c.Name + "／派遣先"
	}
}

// shopOnly gives the shop's name as the company's; a telephone number or URL may tie it to the company.
func (b *wardrobe) shopOnly(c *company, e *employer) {
	e.company = one(b.dice, []string{"カフェ", "ドラッグ", "ベーカリー", "キッチン", "クリニック", "リハビリ"}) +
		one(b.dice, []string{"さくら", "ソレイユ", "こはる", "アンド", "まるや", "ミモザ"}) + " " + e.address.short() + "店"
	e.workplace = ""
	if c.Phone != "" && b.percent(60) {
		e.phone = c.Phone
	}
}

// homonym is one of several companies of a name: its registered office, telephone or URL tells which.
func (b *wardrobe) homonym(c *company, e *employer) {
	e.url = c.URL
	if c.Phone != "" && b.percent(50) {
		e.phone = c.Phone
		return
	}
	b.atHome(c, e)
}

// atHome is an employer whose workplace is its registered office.
func (b *wardrobe) atHome(c *company, e *employer) {
	e.address = c.address
	e.workplace = b.workplaceName(c, c.address.place)
}

// placeholder hides the employer: nobody can say who it is.
func (b *wardrobe) placeholder(_ *company, e *employer) {
	e.company = one(b.dice, []string{"非公開", "大手メーカー", "社名非公開（大手電機メーカー）", "個人事業主", "某IT企業", "−"})
	if b.partner.oneColumn {
		e.company = strings.ReplaceAll(e.company, "−", "－") // U+2212 is not in CP932
	}
	e.truth, e.workplace, e.url, e.phone = "", "", "", ""
	e.typed = e.address.prefecture + e.address.city
}
