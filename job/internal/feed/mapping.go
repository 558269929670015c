package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"nayose"
)

// Mapping says how a partner's columns become ours. It is a part of the config.
//
//	encoding: cp932
//	columns:
//	  posting_id: 管理番号
//	  company_name: [会社名, 企業名]
//	  salary: 給与
//	constants:
//	  prefecture: 東京都
//	employment_types:
//	  スタッフ: part_time
//	ignore: [更新者]
type Mapping struct {
	// Encoding of the files: utf-8, cp932, or auto (the default), which finds out. What is declared is checked.
	Encoding string `yaml:"encoding"`
	// Delimiter between cells, a comma by default.
	Delimiter string `yaml:"delimiter"`
	SkipRows  int    `yaml:"skip_rows"`
	// Columns names, for each of our columns, the partner's header; several spellings where it changes between
	// files. Width, case and spaces do not matter. Exactly one column of each file must fit.
	Columns map[string]Names `yaml:"columns"`
	// Constants are values of our columns that hold for every posting.
	Constants map[string]string `yaml:"constants"`
	// EmploymentTypes adds words of the partner to the built-in ones (正社員, パート …), each with one of
	// nayose.EmploymentTypes.
	EmploymentTypes map[string]string `yaml:"employment_types"`
	// DateFormats are layouts of Go's time package, such as 02/01/06, tried before the built-in forms.
	DateFormats []string `yaml:"date_formats"`
	// Ignore names columns that are not kept in Posting.Extra.
	Ignore Names `yaml:"ignore"`
}

// Names is a list of names that may be written in YAML as one string.
type Names []string

// UnmarshalYAML reads a string or a list of strings.
func (n *Names) UnmarshalYAML(decode func(any) error) error {
	var one string
	if decode(&one) == nil {
		*n = Names{one}
		return nil
	}
	var many []string
	if err := decode(&many); err != nil {
		return err
	}
	*n = many
	return nil
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
}

// required are the columns that every mapping gives: a posting without an id cannot be told from another, and one
// without an employer cannot be matched (though a cell may be empty).
var required = []column{postingID, companyName}

// Validate checks the mapping by itself, before a file is seen. The error is of kind Usage and names the key.
func (m *Mapping) Validate() error {
	for _, check := range []func() error{m.validateFormat, m.validateColumns, m.validateConstants, m.validateWords} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func usage(hint, format string, args ...any) error {
	return nayose.Fault(nayose.Usage, fmt.Errorf(format, args...), hint)
}

// delimiters are the signs that a mapping may choose: none is a part of a longer character in any encoding.
const delimiters = ",;:\t!#$%&*+/=?"

func (m *Mapping) validateFormat() error {
	switch m.encoding() {
	case encodingAuto, encodingUTF8, encodingCP932:
	default:
		return usage("known are utf-8, cp932 and auto", "encoding: %q is unknown", m.Encoding)
	}
	if d := m.Delimiter; d != "" && (len(d) != 1 || !strings.Contains(delimiters, d)) {
		return usage(`use a sign such as "," ";" or "\t"; letters, | and \ may be halves of Japanese characters`,
			"delimiter: %q cannot delimit cells", d)
	}
	for _, f := range m.DateFormats {
		if day, err := time.Parse(f, referenceDay.Format(f)); err != nil || !day.Equal(referenceDay) {
			return usage("write how 2 January 2006 would look, such as 02/01/06",
				"date_formats: %q does not give a year, month and day", f)
		}
	}
	return nil
}

// referenceDay shows whether a layout keeps year, month and day.
var referenceDay = time.Date(2012, 11, 23, 0, 0, 0, 0, time.UTC)

func (m *Mapping) validateColumns() error {
	for _, key := range slices.Sorted(maps.Keys(m.Columns)) {
		if err := knownColumn("columns", key); err != nil {
			return err
		}
		if !slices.ContainsFunc(m.Columns[key], func(s string) bool { return fold(s) != "" }) {
			return usage("name the partner's header", "columns: %s has no header", key)
		}
	}
	for _, c := range required {
		name := columnNames[c]
		if _, isConstant := m.Constants[name]; m.Columns[name] == nil && !isConstant {
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
		if key == columnNames[postingID] {
			return usage("name a column of the file", "constants: posting_id differs from posting to posting")
		}
		if _, twice := m.Columns[key]; twice {
			return usage("keep one of the two", "constants: %s is under columns too", key)
		}
	}
	l, err := newLayout(&Mapping{Constants: m.Constants, DateFormats: m.DateFormats, EmploymentTypes: m.EmploymentTypes}, nil)
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
	for _, word := range slices.Sorted(maps.Keys(m.EmploymentTypes)) {
		if kind := m.EmploymentTypes[word]; !slices.Contains(nayose.EmploymentTypes, kind) {
			return usage("known are "+strings.Join(nayose.EmploymentTypes, ", "),
				"employment_types: %s: %q is unknown", word, kind)
		}
	}
	return nil
}

func (m *Mapping) encoding() string {
	if m.Encoding == "" {
		return encodingAuto
	}
	return m.Encoding
}

func (m *Mapping) delimiter() byte {
	if m.Delimiter == "" {
		return ','
	}
	return m.Delimiter[0]
}

// Digest names what the mapping means: the SHA-256, in hexadecimal, of its canonical form. Order (but of date formats),
// width, spaces and defaults that are written out do not change it.
func (m *Mapping) Digest() string {
	columns := map[string]Names{}
	for key, names := range m.Columns {
		columns[key] = names.folded()
	}
	words := map[string]string{}
	for word, kind := range m.EmploymentTypes {
		words[foldType(word)] = kind
	}
	constants := map[string]string{}
	for key, value := range m.Constants {
		constants[key] = strings.TrimSpace(value)
	}
	b, err := json.Marshal([]any{
		m.encoding(), m.delimiter(), columns, constants, words, append([]string{}, m.DateFormats...), m.Ignore.folded(),
	})
	if err != nil {
		panic(err) // these are plain strings
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// folded is the set of names in its canonical form.
func (n Names) folded() Names {
	set := Names{}
	for _, s := range n {
		if s = fold(s); s != "" {
			set = append(set, s)
		}
	}
	slices.Sort(set)
	return slices.Compact(set)
}

// fold makes words comparable that differ in width, case or spaces only: ＴＥＬ and tel, 雇用 形態 and 雇用形態.
func fold(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}
