package main

import (
	"fmt"
	"strings"

	"nayose"
)

// posting is one job advertisement through the weeks.
type posting struct {
	*employer
	id         string
	weeks      []bool // in which of the partner's weeks it is delivered
	changes    bool   // in the second week it pays more and says so
	occupation string
	employment string
	unit       string // 時給, 日給, 月給 or 年俸
	low, high  int    // yen; high is 0 for "from low"
	style      int    // how the salary is put in words
	posted     nayose.Date
	lines      []string // the description
}

// Shares of a partner's postings, in percent, by when they are delivered. The rest is there in both weeks.
const (
	goneShare    = 10 // in the first week only
	newShare     = 10 // in the second week only
	changedShare = 6  // of those that stay
)

// advertise gives each employer postings until the partner has its number of them.
func advertise(p *partner, employers []*employer) []*posting {
	d := newDice("postings of " + p.name)
	var out []*posting
	for i := 0; len(out) < p.postings; i++ {
		e := employers[i%len(employers)]
		n := d.between(1, 4)
		if e.branches {
			n = d.between(6, 10)
		}
		for range n {
			out = append(out, newPosting(d, p, e))
		}
	}
	out = out[:p.postings]
	for i, j := range d.Perm(len(out)) {
		out[j].weeks, out[j].changes = schedule(d, i*100/len(out))
		if !out[j].weeks[0] {
			out[j].posted = nayose.Week{Year: 2026, Week: 47}.Monday() - nayose.Date(d.IntN(5))
		}
	}
	number := p.firstID
	for _, fresh := range []bool{false, true} { // a newer posting bears a higher number
		for _, o := range out {
			if o.weeks[0] != fresh {
				number += d.between(1, 9)
				o.id = fmt.Sprintf(p.idFormat, number)
			}
		}
	}
	return out
}

// schedule says in which weeks the posting at a given percentile is delivered, and whether it changes.
func schedule(d dice, percentile int) (weeks []bool, changes bool) {
	switch {
	case percentile < goneShare:
		return []bool{true, false}, false
	case percentile < goneShare+newShare:
		return []bool{false, true}, false
	}
	return []bool{true, true}, d.percent(changedShare)
}

var employments = strings.Fields("正社員 正社員 契約社員 パート アルバイト 派遣社員 紹介予定派遣 業務委託")

func newPosting(d dice, p *partner, e *employer) *posting {
	o := &posting{
		employer:   e,
		occupation: one(d, p.occupations),
		employment: one(d, employments),
		style:      d.IntN(6),
		posted:     nayose.Week{Year: 2026, Week: 46}.Monday() - nayose.Date(d.between(0, 40)),
		lines:      describe(d, p),
	}
	o.salary(d)
	if d.percent(15) {
		o.occupation = one(d, []string{"◎駅チカ◎ ", "【急募】", "★"}) + o.occupation
	}
	if e.branches {
		o.employer = elsewhere(d, e)
		o.employment = "派遣社員"
	}
	return o
}

// elsewhere is the agency e at another of its many workplaces, for one of its clients.
func elsewhere(d dice, e *employer) *employer {
	c := *e
	c.address = newAddress(d, one(d, places))
	c.typed = c.address.typed(d)
	if len(e.clients) > 0 {
		c.company += one(d, e.clients)
	}
	c.workplace = c.address.short() + one(d, []string{"市内の工場", "駅前オフィス", "物流センター", "コールセンター", "病院内"})
	return &c
}

func (o *posting) salary(d dice) {
	switch o.employment {
	case "正社員", "契約社員":
		o.unit, o.low = "月給", d.between(180, 320)*1000
		if d.percent(10) {
			o.unit, o.low = "年俸", d.between(300, 600)*10_000
		}
	case "業務委託":
		o.unit, o.low = "日給", d.between(90, 160)*100
	default:
		o.unit, o.low = "時給", d.between(105, 190)*10
	}
	if d.percent(75) {
		o.high = o.low + o.low/100*d.between(1, 4)*5
	}
}

// describe writes a short description of one or two lines.
func describe(d dice, p *partner) []string {
	n := 1
	if d.percent(30) {
		n = 2
	}
	var out []string
	for range n {
		out = append(out, one(d, p.sentences))
	}
	return out
}

// in is the posting as it reads in the week of the given index: a changed one pays more in the second.
func (o *posting) in(week int) *posting {
	if !o.changes || week == 0 {
		return o
	}
	c := *o
	c.low += c.low / 20 / 10 * 10
	c.high = 0
	c.posted = nayose.Week{Year: 2026, Week: 47}.Monday()
	c.lines = append([]string{"給与を見直しました。"}, o.lines...)
	return &c
}

// salaryText is the salary in words, in one of the ways that people have.
func (o *posting) salaryText() string {
	if o.unit == "年俸" {
		return fmt.Sprintf("年俸%d万円", o.low/10_000)
	}
	low, high := grouped(o.low), grouped(o.high)
	if o.unit == "月給" && o.style < 2 {
		low, high = tenThousands(o.low), tenThousands(o.high)
	}
	switch {
	case o.high == 0 && o.style%2 == 0:
		return o.unit + low + "円以上"
	case o.high == 0:
		return o.unit + low + "円～"
	case o.style == 5:
		return "【" + o.unit + "】" + low + "円 - " + high + "円（経験による）"
	}
	return o.unit + low + "円～" + high + "円"
}

// grouped is 1350 as "1,350".
func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// tenThousands is 215000 as "21.5万".
func tenThousands(yen int) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(yen)/10_000), ".0") + "万"
}
