package feed

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"nayose"
	"nayose/job/internal/feed/internal/cell"
	"nayose/job/internal/record"
)

// Mapping says how a partner's files are written, and how the partner's columns become ours. It is a part of the config.
//
//	encoding: cp932
//	columns:
//	  posting_id: 管理番号
//	  company_name: [会社名, 企業名]
//	  address: {join: [都道府県, 市区町村, 番地]}
//	  salary_min: 月給（万円）
//	constants:
//	  salary_unit: month
//	scale:
//	  salary_min: 万円
//	employment_types:
//	  スタッフ: part_time
//	ignore: [更新者]
type Mapping struct {
	// Encoding of the files: utf-8, cp932, euc-jp, utf-16, or auto (the default), which finds out. What is declared is checked.
	Encoding string `yaml:"encoding"`
	// Delimiter between cells: one to four bytes, tab, or auto (the default), which finds out.
	Delimiter string `yaml:"delimiter"`
	// Quote is the sign around cells in which a delimiter or a line end is text: " or ', none, or auto (the default).
	Quote string `yaml:"quote"`
	// Escape is \ where a quote inside of quotes is written \" and not doubled.
	Escape string `yaml:"escape"`
	// BareQuotes says that a quote inside an unquoted cell is an ordinary character, as in 24", and not damage.
	BareQuotes bool `yaml:"bare_quotes"`

	// Sheets are those of a workbook that are read; all visible ones where none is named.
	Sheets Names `yaml:"sheets"`
	// SkipRows is how many records with content stand before the header: a title, a date.
	SkipRows int `yaml:"skip_rows"`

	// Feed is snapshot (the default), where each delivery is the whole truth, or delta, where it holds changes and column
	// deleted marks what is gone.
	Feed string `yaml:"feed"`
	// Duplicates says which of several records of one posting id in a delivery counts: first, the default of a snapshot, or
	// last, that of a delta.
	Duplicates string `yaml:"duplicates"`
	// Deletions are the words of column deleted that mean yes, instead of the built-in ones; all others then mean no.
	Deletions Names `yaml:"deletions"`

	// Columns says, for each of our columns, of which of the partner's it is made.
	Columns map[string]Source `yaml:"columns"`
	// Constants are values of our columns that hold for every posting.
	Constants map[string]string `yaml:"constants"`
	// Scale says what the numbers of salary_min or salary_max count where it is not yen: 万円, 千円, or so many yen. A number that
	// says itself what it counts (25万, 250,000円) counts that.
	Scale map[string]string `yaml:"scale"`
	// EmploymentTypes adds words of the partner to the built-in ones (正社員, パート …), each with one of
	// nayose.EmploymentTypes.
	EmploymentTypes map[string]string `yaml:"employment_types"`
	// Occupations adds words of the partner to the built-in ones (介護職, ドライバー …), each with one of nayose.Occupations.
	Occupations map[string]string `yaml:"occupations"`
	// DateFormats are layouts of Go's time package, such as 02/01/06, tried before the built-in forms; serial stands for
	// the day numbers of Excel.
	DateFormats []string `yaml:"date_formats"`
	// Ignore names columns that are not kept in Posting.Extra.
	Ignore Names `yaml:"ignore"`
}

// column is one of our columns.
type column int

const (
	postingID column = iota
	companyName
	companyNameKana
	workplaceName
	address
	phone
	url
	corporateNumber
	title
	description
	occupation
	employmentType
	salaryText
	salaryUnit
	salaryMin
	salaryMax
	prefecture
	city
	postedOn
	closesOn
	deleted
	columns // how many there are
)

var columnNames = [columns]string{
	postingID:       "posting_id",
	companyName:     "company_name",
	companyNameKana: "company_name_kana",
	workplaceName:   "workplace_name",
	address:         "address",
	phone:           "phone",
	url:             "url",
	corporateNumber: "corporate_number",
	title:           "title",
	description:     "description",
	occupation:      "occupation",
	employmentType:  "employment_type",
	salaryText:      "salary",
	salaryUnit:      "salary_unit",
	salaryMin:       "salary_min",
	salaryMax:       "salary_max",
	prefecture:      "prefecture",
	city:            "city",
	postedOn:        "posted_on",
	closesOn:        "closes_on",
	deleted:         "deleted",
}

// required are the columns that every mapping gives: a posting without an id cannot be told from another, and one
// without an employer cannot be matched (though a cell may be empty).
var required = []column{postingID, companyName}

// Delta tells whether the partner delivers changes, and not everything.
func (m *Mapping) Delta() bool { return m.Feed == "delta" }

// lastWins tells which of several records of one posting id counts: the last of a delivery, or the first.
func (m *Mapping) lastWins() bool {
	return m.Duplicates == "last" || m.Duplicates == "" && m.Delta()
}

// Validate checks the mapping by itself, before a file is seen. The error is of kind Usage and names the key.
func (m *Mapping) Validate() error {
	for _, check := range []func() error{
		m.validateFormat, m.validateFeed, m.validateColumns, m.validateWords, m.validateScale, m.validateConstants,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func usage(hint, format string, args ...any) error {
	return nayose.Fault(nayose.Usage, fmt.Errorf(format, args...), hint)
}

// auto is the encoding, delimiter or quote that is to be found out.
const auto = "auto"

// oneOf checks a setting that has a few values; empty is the default.
func oneOf(key, value string, known ...string) error {
	if value == "" || slices.Contains(known, value) {
		return nil
	}
	last := len(known) - 1
	return usage("known are "+strings.Join(known[:last], ", ")+" and "+known[last], "%s: %q is unknown", key, value)
}

func (m *Mapping) validateFormat() error {
	if err := oneOf("encoding", m.Encoding, record.UTF8, record.CP932, record.EUCJP, record.UTF16, auto); err != nil {
		return err
	}
	if err := oneOf("quote", m.Quote, `"`, `'`, "none", auto); err != nil {
		return err
	}
	if m.Escape != "" && m.Escape != `\` {
		return usage(`write '\', or leave it out where quotes are doubled`, "escape: %q is unknown", m.Escape)
	}
	d := m.delimiter()
	ordinary := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '"' || r == '\'' || r == '\n' || r == '\r' || r == 0
	}
	if len(d) > 4 || strings.ContainsFunc(d, ordinary) || m.Escape != "" && strings.Contains(d, m.Escape) {
		return usage(`use a sign or a few, such as ",", "\t" or "||"; neither letters, digits, quotes nor line ends`,
			"delimiter: %q cannot delimit cells", m.Delimiter)
	}
	for _, f := range m.DateFormats {
		if f == cell.Serial {
			continue
		}
		if day, err := time.Parse(f, referenceDay.Format(f)); err != nil || !day.Equal(referenceDay) {
			return usage("write how 2 January 2006 would look, such as 02/01/06, or serial for Excel's numbers",
				"date_formats: %q does not give a year, month and day", f)
		}
	}
	return nil
}

// referenceDay shows whether a layout keeps year, month and day.
var referenceDay = time.Date(2012, 11, 23, 0, 0, 0, 0, time.UTC)

func (m *Mapping) validateFeed() error {
	if err := oneOf("feed", m.Feed, "snapshot", "delta"); err != nil {
		return err
	}
	if err := oneOf("duplicates", m.Duplicates, "first", "last"); err != nil {
		return err
	}
	name := columnNames[deleted]
	_, marked := m.Columns[name]
	switch {
	case m.Delta() && !marked:
		return usage("name the partner's header that marks what is gone", "columns: %s is missing, which a delta feed has", name)
	case !m.Delta() && marked:
		return usage("write feed: delta, or take the column out", "columns: %s: a snapshot feed has no deletions", name)
	case !m.Delta() && m.Deletions != nil:
		return usage("write feed: delta, or take the words out", "deletions: a snapshot feed has none")
	case m.Deletions != nil && len(m.Deletions.folded()) == 0:
		return usage("write the words that mean yes, such as [1, 削除]", "deletions: there is no word")
	}
	return nil
}

func (m *Mapping) validateColumns() error {
	for _, key := range slices.Sorted(maps.Keys(m.Columns)) {
		if err := knownColumn("columns", key); err != nil {
			return err
		}
		source := m.Columns[key]
		if err := source.validate(key); err != nil {
			return err
		}
	}
	for _, c := range required {
		name := columnNames[c]
		_, isColumn := m.Columns[name]
		if _, isConstant := m.Constants[name]; !isColumn && !isConstant {
			return usage("name the partner's header of it", "columns: %s is missing", name)
		}
	}
	return nil
}

func knownColumn(list, key string) error {
	if slices.Contains(columnNames[:], key) {
		return nil
	}
	return usage("known are "+strings.Join(columnNames[:], ", "), "%s: %q is not a column of ours", list, key)
}

// validateConstants reads the constants as if they stood in a file.
func (m *Mapping) validateConstants() error {
	for _, key := range slices.Sorted(maps.Keys(m.Constants)) {
		if err := knownColumn("constants", key); err != nil {
			return err
		}
		if key == columnNames[postingID] || key == columnNames[deleted] {
			return usage("name a column of the file", "constants: %s differs from posting to posting", key)
		}
		if _, twice := m.Columns[key]; twice {
			return usage("keep one of the two", "constants: %s is under columns too", key)
		}
	}
	only := *m
	only.Columns, only.Ignore = nil, nil
	l, err := newLayout(&only, nil)
	if err != nil {
		return err
	}
	r := &row{layout: l}
	r.date(postedOn)
	r.date(closesOn)
	unit, _, _ := r.salary()
	region, _ := r.place("")
	switch {
	case r.bad != nil:
		return usage("", "constants: %s: %s", r.bad.column, r.bad.reason)
	case unit == "" && r.text(salaryUnit) != "":
		return usage("known are hour, day, month, year", "constants: salary_unit: %q is unknown", r.text(salaryUnit))
	case region == "" && r.text(prefecture) != "":
		return usage("write it in full, such as 東京都", "constants: prefecture: %q is unknown", r.text(prefecture))
	}
	return nil
}

func (m *Mapping) validateWords() error {
	for _, list := range []struct {
		key   string
		words map[string]string
		known []string
	}{
		{"employment_types", m.EmploymentTypes, nayose.EmploymentTypes},
		{"occupations", m.Occupations, nayose.Occupations},
	} {
		seen := map[string]string{}
		for _, word := range slices.Sorted(maps.Keys(list.words)) {
			if kind := list.words[word]; !slices.Contains(list.known, kind) {
				return usage("known are "+strings.Join(list.known, ", "), "%s: %s: %q is unknown", list.key, word, kind)
			}
			folded := cell.FoldWord(word)
			switch other, twice := seen[folded]; {
			case folded == "":
				return usage("write a word with letters or digits", "%s: %q is no word", list.key, word)
			case twice && list.words[other] != list.words[word]:
				return usage("keep one of the two", "%s: %s and %s are one word", list.key, other, word)
			}
			seen[folded] = word
		}
	}
	return nil
}

func (m *Mapping) validateScale() error {
	for _, key := range slices.Sorted(maps.Keys(m.Scale)) {
		if key != columnNames[salaryMin] && key != columnNames[salaryMax] {
			return usage("known are salary_min and salary_max", "scale: %q is not a column of amounts", key)
		}
		if cell.Scale(m.Scale[key]) == 0 {
			return usage("write 万円, 千円, or how many yen 1 stands for, such as 10000", "scale: %s: %q is unknown", key, m.Scale[key])
		}
	}
	return nil
}

func (m *Mapping) encoding() string {
	if m.Encoding == "" {
		return auto
	}
	return m.Encoding
}

// format is how the partner's files are written, as far as the mapping says so.
func (m *Mapping) format() record.Format {
	f := record.Format{Delimiter: m.delimiter(), BareQuotes: m.BareQuotes}
	if m.encoding() != auto {
		f.Encoding = m.encoding()
	}
	switch q := m.quote(); q {
	case "":
	case "none":
		f.Quote = record.NoQuote
	default:
		f.Quote = q[0]
	}
	if m.Escape != "" {
		f.Escape = m.Escape[0]
	}
	return f
}

// delimiter is the bytes between cells; empty where they are to be found out.
func (m *Mapping) delimiter() string {
	switch m.Delimiter {
	case auto:
		return ""
	case "tab":
		return "\t"
	}
	return m.Delimiter
}

// quote is the sign around cells, none, or empty where it is to be found out.
func (m *Mapping) quote() string {
	if m.Quote == auto {
		return ""
	}
	return m.Quote
}
