package nayose

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The words of the master: companies, their workplaces and other names, and the rows of the registry that they come from.

// MaxText is how many bytes a text of a row has at most that is imported: an index of Postgres takes 2,700, and it is more than twice what
// the registry's longest has.
const MaxText = 2000

// Company is a record of the master.
type Company struct {
	ID              string `parquet:"company_id"` // the 13-digit corporate number, or a team's own id
	Name            string `parquet:"name"`       // as registered, legal form included
	NameKana        string `parquet:"name_kana,optional"`
	NameEnglish     string `parquet:"name_english,optional"`
	FormerNames     string `parquet:"former_names,optional"` // several values separated by |
	Aliases         string `parquet:"aliases,optional"`      // several values separated by |
	Prefecture      string `parquet:"prefecture,optional,dict"`
	Address         string `parquet:"address,optional"`
	FormerAddresses string `parquet:"former_addresses,optional"` // several values separated by |
	PostalCode      string `parquet:"postal_code,optional"`
	Phone           string `parquet:"phone,optional"`
	URL             string `parquet:"url,optional"`
	ClosedOn        Date   `parquet:"closed_on,optional,date"`
	SuccessorID     string `parquet:"successor_id,optional"`
}

// Shown is the company as a person sees it who is asked, with the probability that it is the employer.
func (c *Company) Shown(probability float64) Shown {
	return Shown{CompanyID: c.ID, Name: c.Name, Address: c.Address, ClosedOn: c.ClosedOn, Probability: probability}
}

// CompanyTexts are the columns of a company that are text, by their names in files, queries and tables, and where each lies in
// a Company. closed_on, a date, is apart.
var CompanyTexts = []struct {
	Column string
	Of     func(*Company) *string
}{
	{"company_id", func(c *Company) *string { return &c.ID }},
	{"name", func(c *Company) *string { return &c.Name }},
	{"name_kana", func(c *Company) *string { return &c.NameKana }},
	{"name_english", func(c *Company) *string { return &c.NameEnglish }},
	{"former_names", func(c *Company) *string { return &c.FormerNames }},
	{"aliases", func(c *Company) *string { return &c.Aliases }},
	{"prefecture", func(c *Company) *string { return &c.Prefecture }},
	{"address", func(c *Company) *string { return &c.Address }},
	{"former_addresses", func(c *Company) *string { return &c.FormerAddresses }},
	{"postal_code", func(c *Company) *string { return &c.PostalCode }},
	{"phone", func(c *Company) *string { return &c.Phone }},
	{"url", func(c *Company) *string { return &c.URL }},
	{"successor_id", func(c *Company) *string { return &c.SuccessorID }},
}

// Workplace is a place of work of a company (事業所, 拠点), at which the company is as at its office.
type Workplace struct {
	CompanyID string `parquet:"company_id"`
	Name      string `parquet:"name,optional"` // of the workplace: 札幌営業所, アカネの里
	Address   string `parquet:"address,optional"`
	Phone     string `parquet:"phone,optional"`
	URL       string `parquet:"url,optional"`
	Source    string `parquet:"source,optional,dict"` // who says so: the name of a file, a table, a partner
}

// WorkplaceTexts are the columns of a workplace by their names in files, queries and tables, and where each lies in a Workplace.
var WorkplaceTexts = []struct {
	Column string
	Of     func(*Workplace) *string
}{
	{"company_id", func(w *Workplace) *string { return &w.CompanyID }},
	{"name", func(w *Workplace) *string { return &w.Name }},
	{"address", func(w *Workplace) *string { return &w.Address }},
	{"phone", func(w *Workplace) *string { return &w.Phone }},
	{"url", func(w *Workplace) *string { return &w.URL }},
	{"source", func(w *Workplace) *string { return &w.Source }},
}

// Alias is a name that a company goes by beside the registered one.
type Alias struct {
	CompanyID string
	Name      string
	Kind      string // one of AliasKinds
	Source    string // who says so: the name of a file or table, a person
}

// AliasKinds is the vocabulary of Alias.Kind.
var AliasKinds = []string{
	"trade",   // 屋号・通称: a shop's or brand's name
	"short",   // 略称
	"english", // in Latin letters, where the registry has none
	"former",  // 旧商号 that the registry does not tell, such as one given up before 2015
	"other",
}

// Complete makes an alias without a kind one of kind other. The error says what keeps it from being an alias.
func (a *Alias) Complete() error {
	a.Kind = cmp.Or(a.Kind, "other")
	switch {
	case strings.TrimSpace(a.CompanyID) == "":
		return errors.New("the alias has no company_id")
	case strings.TrimSpace(a.Name) == "":
		return errors.New("the alias has no name")
	case !slices.Contains(AliasKinds, a.Kind):
		return fmt.Errorf("kind %q is none of %s", a.Kind, strings.Join(AliasKinds, ", "))
	}
	return nil
}

// AliasTexts are the columns of an alias, as WorkplaceTexts are those of a workplace.
var AliasTexts = []struct {
	Column string
	Of     func(*Alias) *string
}{
	{"company_id", func(a *Alias) *string { return &a.CompanyID }},
	{"name", func(a *Alias) *string { return &a.Name }},
	{"kind", func(a *Alias) *string { return &a.Kind }},
	{"source", func(a *Alias) *string { return &a.Source }},
}

// Registration is a row of the corporate-number registry (法人番号公表サイト): what happened to a company on a day, and what it was
// from then on. The codes are those of the registry's own resource definition (リソース定義書).
type Registration struct {
	Line        int64 // of the file, from 1
	CompanyID   string
	Process     string // 処理区分: 01 new … 99 deleted
	Correct     bool   // 訂正区分: the row replaces what was published before
	UpdatedOn   Date   // 更新年月日: when it was published
	ChangedOn   Date   // 変更年月日: when it happened
	Name        string
	NameKana    string
	NameEnglish string
	Kind        int16 // 法人種別: 101, 201, 301 … 305, 399, 401, 499
	Prefecture  string
	City        string
	Street      string // 丁目番地等
	Overseas    string // 国外所在地, in place of the three above
	PostalCode  string
	ClosedOn    Date   // 登記記録の閉鎖等年月日
	ClosedFor   string // 閉鎖の事由: 01, 11, 21, 31
	SuccessorID string // 承継先法人番号
	Cause       string // 変更事由の詳細
	AssignedOn  Date   // 法人番号指定年月日
	Latest      bool   // 最新履歴: the company is so now; files of before 2017 do not say, and hold nothing else
	Unlisted    bool   // 検索対象除外
}

// Address is the registered office in one text.
func (r *Registration) Address() string {
	if r.Overseas != "" {
		return r.Overseas
	}
	return r.Prefecture + r.City + r.Street
}

// BadRow is a row of a master's file that was left out.
type BadRow struct {
	Line   int64 // of the file, from 1
	Reason string
	Raw    string // the row itself, cut after 1 KiB; Go-quoted where it is no text
}

// BadRows are the rows of a file that were left out: the number of all, and the first thousand themselves.
type BadRows struct {
	Count int64
	First []BadRow
}

// Add notes a row.
func (b *BadRows) Add(line int64, reason, raw string) {
	b.Count++
	if len(b.First) < 1000 {
		b.First = append(b.First, BadRow{line, reason, printable(raw)})
	}
}

// printable is raw, cut, as text that can be stored and shown.
func printable(raw string) string {
	raw = strings.ToValidUTF8(raw[:min(len(raw), 1024)], "")
	if strings.ContainsFunc(raw, func(r rune) bool { return r < ' ' && r != '\t' }) {
		return strconv.Quote(raw)
	}
	return raw
}
