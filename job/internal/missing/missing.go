// Package missing lists the employers that postings name and the master lacks: who they are as far as their postings tell, and which
// company of the master comes closest. A person fills in who they are.
//
// It is told which mentions are of one employer. What most of an employer's postings say of it comes first:
//
//	5 postings  アカネ          札幌市東区北七条東2-2
//	2 postings  株式会社アカネ  北海道札幌市東区北七条東2-2  011-711-1234
//	→ 7 postings  株式会社アカネ, also アカネ  北海道札幌市東区北七条東2-2  011-711-1234
//
// A name with its legal form and an address with its prefecture are preferred, since a person can look these up.
//
// missing.go makes the list, tally.go counts what most postings say, write.go writes a CSV of it. All mentions that found no company are
// held, with what was read in them, and sorted; the list is one row an employer.
package missing

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"

	"nayose"
)

// Mention is a description of an employer that is not in the master, and what it was read to mean.
type Mention struct {
	nayose.Mention
	Postings  int64             // the active ones that share it
	FirstSeen nayose.Date       // the Monday of the first week that had one of them
	Nearest   *nayose.Candidate // the best of the companies that were weighed; nil for none

	Group      uint32 // the same for all mentions of one employer
	Name       string // the employer's, of the words of CompanyName; empty where nobody is named
	Formed     bool   // the name has its legal form
	Number     string // the corporate number; empty where it is wrong
	Prefecture string // by its full name
}

// Employer is one that active postings name and the master lacks.
type Employer struct {
	CompanyID  string `json:"company_id"` // the corporate number that postings give, where its check digit is right
	Name       string `json:"name"`       // of all that follow, the one of the most postings
	Prefecture string `json:"prefecture"`
	Address    string `json:"address"`
	Phone      string `json:"phone"`
	URL        string `json:"url"`

	Postings       int64    `json:"postings"`
	Mentions       int      `json:"mentions"`
	SameName       int      `json:"same_name"` // how many other employers of the list have this name
	Partners       []string `json:"partners"`
	FirstSeen      string   `json:"first_seen"` // the Monday of the week
	OtherNames     []string `json:"other_names"`
	Workplaces     []string `json:"workplaces"`
	Prefectures    []string `json:"prefectures"`
	OtherAddresses []string `json:"other_addresses"`
	Nearest        *Nearest `json:"nearest"`
}

// Nearest is the company of the master that comes closest to a missing employer.
type Nearest struct {
	CompanyID   string            `json:"company_id"`
	Name        string            `json:"name"` // empty until NameNearest
	Probability float64           `json:"probability"`
	Evidence    []nayose.Evidence `json:"evidence"`
}

const (
	maxExamples = 5    // of what else an employer's postings say
	leastNear   = 0.01 // the probability from which a company of the master comes near: below, it says nothing
)

// List is the employers of the mentions, those of the most postings first, and the number of postings that name none. key is the same
// for two names that are read as one.
func List(all []Mention, key func(name string) string) (list []Employer, unnamed int64) {
	groups := map[uint32][]*Mention{}
	for i := range all {
		if m := &all[i]; m.Name == "" {
			unnamed += m.Postings
		} else {
			groups[m.Group] = append(groups[m.Group], m)
		}
	}
	list = []Employer{} // in JSON, no employers are [], not null
	bearers := map[string]int{}
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		e := employerOf(groups[group])
		bearers[key(e.Name)]++
		list = append(list, e)
	}
	for i := range list {
		list[i].SameName = bearers[key(list[i].Name)] - 1
	}
	slices.SortFunc(list, func(a, b Employer) int {
		return cmp.Or(-cmp.Compare(a.Postings, b.Postings), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Prefecture, b.Prefecture),
			cmp.Compare(a.Address, b.Address))
	})
	return list, unnamed
}

// employerOf puts together what the mentions of one employer say.
func employerOf(mentions []*Mention) Employer {
	var numbers, names, formed, places, whole, phones, urls, partners, workplaces, prefectures tally
	e := Employer{Mentions: len(mentions)}
	first := mentions[0].FirstSeen
	for _, m := range mentions {
		n := m.Postings
		e.Postings += n
		first = min(first, m.FirstSeen)
		numbers.add(m.Number, n)
		if names.add(m.Name, n); m.Formed {
			formed.add(m.Name, n)
		}
		if places.add(m.Address, n); m.Prefecture != "" && strings.Contains(m.Address, m.Prefecture) {
			whole.add(m.Address, n)
		}
		phones.add(m.Phone, n)
		urls.add(m.URL, n)
		partners.add(m.Partner, n)
		workplaces.add(cmp.Or(m.WorkplaceName, strings.Replace(m.CompanyName, m.Name, "", 1)), n)
		prefectures.add(m.Prefecture, n)
		if near := Near(m.Nearest); near != nil && nearer(near, e.Nearest) {
			e.Nearest = &Nearest{CompanyID: near.CompanyID, Probability: near.Probability, Evidence: near.Evidence}
		}
	}
	e.CompanyID, _ = best(1, numbers)
	e.Name, e.OtherNames = best(1+maxExamples, formed, names)
	e.Address, e.OtherAddresses = best(1+maxExamples, whole, places)
	e.Phone, _ = best(1, phones)
	e.URL, _ = best(1, urls)
	e.Partners = slices.Sorted(maps.Keys(partners))
	e.FirstSeen = first.String()
	e.Workplaces = most(maxExamples, workplaces)
	e.Prefectures = most(len(prefectures), prefectures)
	for _, m := range mentions {
		if strings.TrimSpace(m.Address) == e.Address {
			e.Prefecture = m.Prefecture // that of this address, and not the most frequent one
		}
	}
	return e
}

// Near is a candidate that comes near, and else nil: then its evidence need not be held.
func Near(c *nayose.Candidate) *nayose.Candidate {
	if c == nil || c.Probability < leastNear {
		return nil
	}
	return c
}

func nearer(c *nayose.Candidate, than *Nearest) bool {
	return than == nil || c.Probability > than.Probability || c.Probability == than.Probability && c.CompanyID < than.CompanyID
}

// Company is what NameNearest reads of a company of the master.
type Company struct {
	ID   string `parquet:"company_id"`
	Name string `parquet:"name"`
}

// NameNearest gives the nearest companies of a list their names. Where the list has none, no company is read.
func NameNearest(list []Employer, companies iter.Seq2[Company, error]) error {
	wanted := map[string][]*Nearest{}
	for i := range list {
		if n := list[i].Nearest; n != nil {
			wanted[n.CompanyID] = append(wanted[n.CompanyID], n)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	for c, err := range companies {
		if err != nil {
			return err
		}
		for _, n := range wanted[c.ID] {
			n.Name = c.Name
		}
	}
	return nil
}
