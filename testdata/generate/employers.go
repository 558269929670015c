package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
	number    string   // the 法人番号, where the partner gives it
	branches  bool     // each posting is at another workplace: an agency
	clients   []string // one of which stands behind the name in each posting of an agency
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
	{"plain", shares(26, 12), alive, func(*wardrobe, *company, *employer) {}},
	{"number", shares(5, 0), alive, (*wardrobe).withNumber},
	{"form", shares(6, 10), alive, (*wardrobe).shortForm},
	{"legal_typo", shares(4, 4), alive, (*wardrobe).legalTypo},
	{"width", shares(6, 5), wide, (*wardrobe).width},
	{"variant", shares(6, 5), hasVariant, (*wardrobe).variants},
	{"typo", shares(6, 6), long, (*wardrobe).typo},
	{"branch", shares(8, 7), alive, (*wardrobe).branch},
	{"decorated", shares(4, 9), alive, (*wardrobe).decorate},
	{"title", shares(2, 5), alive, (*wardrobe).title},
	{"short", shares(3, 5), alive, (*wardrobe).coreOnly},
	{"former", shares(3, 3), func(c *company) bool { return alive(c) && c.FormerNames != "" }, (*wardrobe).former},
	{"alias", shares(2, 2), func(c *company) bool { return alive(c) && c.Aliases != "" }, (*wardrobe).alias},
	{"closed", shares(2, 2), func(c *company) bool { return c.SuccessorID != "" }, (*wardrobe).closed},
	{"agency", shares(2, 3), isAgency, (*wardrobe).agency},
	{"agency_client", shares(1, 5), isAgency, (*wardrobe).agencyClient},
	{"shop", shares(3, 4), alive, (*wardrobe).shopOnly},
	{"homonym", shares(4, 4), nil, (*wardrobe).homonym},
	{"twin", shares(2, 2), nil, (*wardrobe).atHome},
	{"absent", shares(4, 4), nil, func(*wardrobe, *company, *employer) {}},
	{"placeholder", shares(1, 3), nil, (*wardrobe).placeholder},
}

func alive(c *company) bool    { return c.ClosedOn == 0 && c.sector != agency }
func isAgency(c *company) bool { return c.ClosedOn == 0 && c.sector == agency }
func wide(c *company) bool     { return alive(c) && !strings.Contains(c.core.text, "・") }
func long(c *company) bool     { return alive(c) && utf8.RuneCountInString(c.core.text) >= 4 }

func hasVariant(c *company) bool {
	return alive(c) && strings.ContainsFunc(c.core.text, func(r rune) bool { return len(variantsOf(r)) > 1 })
}

// wardrobe dresses companies as employers of one partner.
type wardrobe struct {
	dice
	partner *partner
	others  []*company // whose names may come in beside a company's, or whose letters
}

// employ makes the employers of a partner: a hundred for each hundred of shares, dressed by turns.
func employ(p *partner, w *world) []*employer {
	b := &wardrobe{newDice("employers of " + p.name), p, slices.DeleteFunc(slices.Clone(w.master), isAgency)}
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

// legalTypo mistypes the legal form. Of a bracket that is cut in half the outer half is lost.
func (b *wardrobe) legalTypo(c *company, e *employer) {
	form := one(b.dice, c.form.wrong)
	if short, half := strings.CutSuffix(form, ")"); half && !c.front {
		form = "(" + short
	}
	e.company = c.written(form, c.core.text)
}

// typo gets one letter of the name wrong, leaves it out, doubles it, or swaps it with the next one.
func (b *wardrobe) typo(c *company, e *employer) {
	core := []rune(c.core.text)
	for string(core) == c.core.text { // two equal letters may be swapped
		switch i := b.IntN(len(core) - 1); b.IntN(4) {
		case 0:
			core[i] = b.letterLike(core[i])
		case 1:
			core = slices.Delete(core, i, i+1)
		case 2:
			core = slices.Insert(core, i, core[i])
		default:
			core[i], core[i+1] = core[i+1], core[i]
		}
	}
	e.company = c.written(one(b.dice, append(c.form.short, c.form.name, c.form.name)), string(core))
}

// letterLike is another letter of the same script, from some company's name.
func (b *wardrobe) letterLike(r rune) rune {
	for {
		other := one(b.dice, []rune(one(b.dice, b.others).core.text))
		if other != r && script(other) == script(r) {
			return other
		}
	}
}

func script(r rune) int {
	return slices.IndexFunc([]*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana}, func(script *unicode.RangeTable) bool {
		return unicode.Is(script, r)
	})
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

// variants writes each character that has variants as another of them.
func (b *wardrobe) variants(c *company, e *employer) {
	var s strings.Builder
	for _, r := range c.core.text {
		if v := variantsOf(r); len(v) > 1 {
			r = one(b.dice, slices.DeleteFunc(v, func(v rune) bool { return v == r }))
		}
		s.WriteRune(r)
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

// title puts the offer or the job beside the name, with nothing that sets it apart as brackets do.
func (b *wardrobe) title(c *company, e *employer) {
	job := one(b.dice, b.partner.occupations)
	e.company = fmt.Sprintf(one(b.dice, []string{
		"急募！%[1]s", "%[1]s★未経験OK", "%[1]s %[2]s", "%[1]s %[2]s募集", "正社員募集 %[1]s", "未経験歓迎♪%[1]s", "%[1]s／%[2]s", "%[1]s 週3日～OK",
	}), c.written(one(b.dice, append(c.form.short, c.form.name)), c.core.text), job)
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

// agencyClient is an agency that writes its clients into the name; the employer is the agency.
func (b *wardrobe) agencyClient(c *company, e *employer) {
	b.agency(c, e)
	e.company = c.written(one(b.dice, append(c.form.short, c.form.name)), c.core.text)
	for range 8 {
		client := one(b.dice, b.others)
		e.clients = append(e.clients, one(b.dice, []string{
			"／派遣先", "／派遣先：食品工場", "／派遣先は大手物流倉庫", "／" + client.core.text + "内",
			"／派遣先:" + client.Name, "（紹介先：" + client.Name + "）", "(派遣先 " + client.written(client.form.short[0], client.core.text) + ")",
		}))
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
	e.company = one(b.dice, []string{
		"非公開", "大手メーカー", "社名非公開（大手電機メーカー）", "個人事業主", "某IT企業", "−", "社名非公開", "某上場企業", "東証プライム上場メーカー", "大手ゼネコン",
	})
	if b.partner.oneColumn {
		e.company = strings.ReplaceAll(e.company, "−", "－") // U+2212 is not in CP932
	}
	e.truth, e.workplace, e.url, e.phone = "", "", "", ""
	e.typed = e.address.prefecture + e.address.city
}
