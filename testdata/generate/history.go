package main

import (
	"cmp"
	"fmt"
	"strings"

	"golang.org/x/text/width"

	"nayose"
)

// A history is what the corporate-number registry has published of a company: a row each time that something happened, the oldest
// first. The last row is what the company is now, and the one that a full file has. A day's change file has the rows that were published on
// it: a new one, or, where the past was corrected, all.
type history []nayose.Registration

// The processes of the registry (処理区分).
const (
	founding   = "01"
	renaming   = "11"
	moving     = "12"
	abroad     = "13"
	closing    = "21"
	reviving   = "22"
	merging    = "71" // the company has taken over another
	unmerging  = "72"
	forfeiting = "81" // 商号の登記の抹消
	deleting   = "99"
)

// The causes of a closure.
const (
	liquidated = "01"
	mergedAway = "11"
	byRegistry = "21"
)

// foreigner is the kind of a foreign company.
const foreigner = 401

// registryKinds are the kinds of the legal forms; all others are 399.
var registryKinds = map[*legalForm]int16{kabushiki: 301, yugen: 302, godo: 305}

// founded is the history of a company that was registered on a day.
func founded(d dice, c *company, on nayose.Date) history {
	r := nayose.Registration{
		CompanyID: c.Company.ID, Process: founding, UpdatedOn: on, ChangedOn: on, AssignedOn: on,
		Name: width.Widen.String(c.Name), NameKana: c.NameKana, NameEnglish: c.NameEnglish, Kind: cmp.Or(registryKinds[c.form], 399), Latest: true,
	}
	settle(d, &r, c.address)
	r.PostalCode = cmp.Or(c.PostalCode, r.PostalCode)
	return history{r}
}

// settle puts the registered office somewhere.
func settle(d dice, r *nayose.Registration, a address) {
	r.Prefecture, r.City = a.prefecture, a.city
	r.Street = width.Widen.String(strings.TrimPrefix(a.registered(), a.prefecture+a.city))
	r.PostalCode = fmt.Sprintf("%s%04d", a.zip, d.between(1, 9999))
}

// goAbroad makes a foreign company of one, whose office is in no prefecture.
func (h history) goAbroad(d dice, c *company) {
	r := h.last()
	r.Name = width.Widen.String(title(cmp.Or(strings.Trim(c.core.roman, "-"), "akane"))) + "　Ｌｔｄ．"
	r.Kind, r.Prefecture, r.City, r.Street, r.PostalCode, r.NameEnglish = foreigner, "", "", "", "", ""
	r.Overseas = foreignAddress(d)
}

func foreignAddress(d dice) string {
	return width.Widen.String(fmt.Sprintf("%d %s", d.between(1, 900), one(d, overseas)))
}

var overseas = []string{"Akane Street, Port Nowhere, Elbonia", "Brook Road, Newtown, Ruritania", "Cedar Avenue, Strelsau, Ruritania"}

func (h history) last() *nayose.Registration { return &h[len(h)-1] }

// closed tells whether the company is gone.
func (h history) closed() bool {
	p := h.last().Process
	return h.last().ClosedOn != 0 || p == forfeiting || p == deleting
}

// then adds what happened to a company some days before it was published.
func (h history) then(process string, on nayose.Date, change func(*nayose.Registration)) history {
	r := *h.last()
	h.last().Latest = false
	r.Process, r.Correct, r.UpdatedOn, r.ChangedOn, r.Cause = process, false, on, max(on-nayose.Date(3+on%9), r.ChangedOn), ""
	if change != nil {
		change(&r)
	}
	return append(h, r)
}

func (h history) moved(d dice, on nayose.Date, to address) history {
	return h.then(moving, on, func(r *nayose.Registration) { settle(d, r, to) })
}

// renamed gives a company the name of another, or a 有限会社 that of a 株式会社. It has a kind, a reading and a name in English of its own.
func (h history) renamed(on nayose.Date, like *company) history {
	return h.then(renaming, on, func(r *nayose.Registration) {
		if core, ok := strings.CutPrefix(r.Name, yugen.name); ok {
			r.Name, r.Kind = kabushiki.name+core, 301
			return
		}
		r.Name, r.NameKana, r.NameEnglish = width.Widen.String(like.Name), like.NameKana, like.NameEnglish
		r.Kind = cmp.Or(registryKinds[like.form], 399)
	})
}

func (h history) ended(on nayose.Date, cause string) history {
	return h.then(closing, on, func(r *nayose.Registration) { r.ClosedOn, r.ClosedFor = r.ChangedOn, cause })
}

func (h history) revived(on nayose.Date) history {
	return h.then(reviving, on, func(r *nayose.Registration) { r.ClosedOn, r.ClosedFor, r.SuccessorID = 0, "", "" })
}

// merged is how a company that takes another over and this one go on.
func merged(taken, taker history, on nayose.Date) (history, history) {
	sentence := func(of *nayose.Registration, what string) func(*nayose.Registration) {
		return func(r *nayose.Registration) {
			day := r.ChangedOn.Time()
			r.Cause = width.Widen.String(fmt.Sprintf("令和%d年%d月%d日%s%s（", day.Year()-2018, day.Month(), day.Day(), of.Address(), of.Name)) +
				of.CompanyID + "）" + what
		}
	}
	taker = taker.then(merging, on, sentence(taken.last(), "を合併"))
	taken = taken.ended(on, mergedAway)
	sentence(taker.last(), "に合併し解散")(taken.last())
	taken.last().SuccessorID = taker.last().CompanyID
	return taken, taker
}

// corrected publishes a company's whole past again, with what was wrong in it all the time, if anything.
func (h history) corrected(on nayose.Date, change func(*nayose.Registration)) history {
	for i := range h {
		h[i].Correct, h[i].UpdatedOn = true, on
		if change != nil {
			change(&h[i])
		}
	}
	return h
}

// latest is what a full file has.
func (h history) latest() []nayose.Registration { return h[len(h)-1:] }

// on is what was published on a day.
func (h history) on(day nayose.Date) (rows []nayose.Registration) {
	for _, r := range h {
		if r.UpdatedOn == day {
			rows = append(rows, r)
		}
	}
	return rows
}
