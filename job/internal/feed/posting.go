package feed

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"nayose"
)

// row is one record by a layout. The first cell that breaks the mapping stays in bad.
//
// Text is taken as sent, without the white space around it. Numbers and dates must read, or the record is rejected: a
// wrong salary in a product is worse than a missing posting, and the partner learns of it. What comes in words of the
// partner's own (employment type, salary unit, prefecture, free salary text) never costs a posting: where we do not know the
// word, our column is empty or "other", and the word is kept.
type row struct {
	*layout
	cells []string
	keep  []bool // which cells go into Posting.Extra
	bad   *fault
}

// read makes a record's cells a posting and its mention, or says which of them breaks the mapping.
func (l *layout) read(partner string, cells []string) (nayose.Posting, nayose.Mention, *fault) {
	r := &row{layout: l, cells: cells, keep: l.extra}
	m := r.mention(partner)
	p := r.posting(partner, m)
	return p, m, r.bad
}

func (r *row) mention(partner string) nayose.Mention {
	m := nayose.Mention{
		Partner:         partner,
		CompanyName:     r.text(companyName),
		CompanyNameKana: r.text(companyNameKana),
		WorkplaceName:   r.text(workplaceName),
		Address:         r.text(address),
		Phone:           r.text(phone),
		URL:             r.text(url),
		CorporateNumber: r.text(corporateNumber),
	}
	m.ID = m.Key()
	return m
}

func (r *row) posting(partner string, m nayose.Mention) nayose.Posting {
	p := nayose.Posting{
		Partner:            partner,
		PostingID:          r.postingID(),
		MentionID:          m.ID,
		Title:              r.text(title),
		Description:        r.text(description),
		Occupation:         r.short(occupation),
		EmploymentType:     r.employmentType(),
		EmploymentTypeText: r.text(employmentType),
		SalaryText:         r.text(salaryText),
		PostedOn:           r.date(postedOn),
		ClosesOn:           r.date(closesOn),
	}
	p.SalaryUnit, p.SalaryMin, p.SalaryMax = r.salary()
	p.Prefecture, p.City = r.place(m.Address)
	p.Extra = r.extraJSON(r.cells, r.keep)
	p.Content = content(&p)
	return p
}

// content is the hash of all that a posting says, and of none of what only tells where it stood.
func content(p *nayose.Posting) nayose.ID {
	return nayose.NewID(
		p.MentionID.String(), p.Title, p.Description, p.Occupation, p.EmploymentType, p.EmploymentTypeText,
		p.SalaryUnit, strconv.FormatInt(p.SalaryMin, 10), strconv.FormatInt(p.SalaryMax, 10), p.SalaryText,
		p.Prefecture, p.City, p.PostedOn.String(), p.ClosesOn.String(), p.Extra,
	)
}

// text is the value of one of our columns, empty where there is none.
func (r *row) text(c column) string {
	if i := r.at[c]; i >= 0 {
		return strings.TrimSpace(r.cells[i])
	}
	return r.constants[c]
}

// reject keeps the first reason why the record is rejected.
func (r *row) reject(c column, format string, args ...any) {
	if r.bad == nil {
		r.bad = faultf(r.headerOf(c), "x", format, args...)
	}
}

// keepWord keeps a cell that our vocabulary does not cover in Posting.Extra.
func (r *row) keepWord(c column) {
	if i := r.at[c]; i >= 0 {
		r.keep = slices.Clone(r.keep)
		r.keep[i] = true
	}
}

// maxIndexed is the longest text in bytes of a column that Postgres indexes: it refuses keys of more than 2,704, and one
// such posting would fail the whole load.
const maxIndexed = 512

// short is the value of a column that is indexed.
func (r *row) short(c column) string {
	text := r.text(c)
	if len(text) > maxIndexed {
		r.reject(c, "the %s has %d bytes, more than %d", strings.ReplaceAll(columnNames[c], "_", " "), len(text), maxIndexed)
	}
	return text
}

// spoilt is what Excel makes of ids when a person opens and saves the file: long numbers lose their last digits, 10-4
// becomes a date, a narrow column becomes signs.
var spoilt = regexp.MustCompile(`^(\d(\.\d+)?E\+\d+|\d{1,2}月\d{1,2}日|#+|#(N/A|REF!|VALUE!|NAME\?|NUM!|NULL!|DIV/0!))$`)

func (r *row) postingID() string {
	id := r.short(postingID)
	switch {
	case id == "":
		r.reject(postingID, "the posting id is empty")
	case spoilt.MatchString(norm.NFKC.String(id)):
		r.reject(postingID, "the posting id %s was spoilt by a spreadsheet", id)
	}
	return id
}

func (r *row) employmentType() string {
	text := r.text(employmentType)
	if text == "" {
		return ""
	}
	word := foldType(text)
	if kind := r.types[word]; kind != "" {
		return kind
	}
	if kind := employmentTypes[word]; kind != "" {
		return kind
	}
	return "other"
}

// nothing tells whether a cell for a number or a date says that there is none, and keeps its word: 採用決定次第.
func (r *row) nothing(c column) bool {
	text := r.text(c)
	if !isNothing(text) {
		return false
	}
	if strings.IndexFunc(text, unicode.IsLetter) >= 0 {
		r.keepWord(c)
	}
	return true
}

func (r *row) date(c column) nayose.Date {
	text := r.text(c)
	if r.nothing(c) {
		return 0
	}
	day, err := parseDate(text, r.dates)
	if err != nil {
		r.reject(c, "%v", err)
	}
	return day
}

func (r *row) yen(c column) int64 {
	text := r.text(c)
	if r.nothing(c) {
		return 0
	}
	yen, err := parseYen(text)
	if err != nil {
		r.reject(c, "%v", err)
	}
	return yen
}

// salary is what the columns for it say, and where they are silent, what the free text says.
func (r *row) salary() (unit string, low, high int64) {
	low, high = r.yen(salaryMin), r.yen(salaryMax)
	if low > 0 && high > 0 && low > high {
		r.reject(salaryMin, "the lowest salary, %d, is above the highest, %d", low, high)
	}
	if word := r.text(salaryUnit); word != "" {
		if unit = parseUnit(word); unit == "" {
			r.keepWord(salaryUnit)
		}
	}
	said := parseSalary(r.text(salaryText), unit)
	if low == 0 && high == 0 && (unit == "" || unit == said.unit) {
		return said.unit, said.low, said.high
	}
	if unit == "" {
		unit = parseUnit(r.text(salaryText))
	}
	return unit, low, high
}

// place is where the posting's columns say that the work is, and where they are silent, the start of the address.
func (r *row) place(address string) (string, string) {
	pref, town := splitAddress(address)
	if word := r.text(prefecture); word != "" {
		given := parsePrefecture(word)
		if given == "" {
			r.keepWord(prefecture)
		} else if pref != "" && pref != given { // the address is another place's, such as the head office's
			pref, town = given, ""
		} else {
			pref = given
		}
	}
	if given := r.short(city); given != "" {
		town = given
	}
	return pref, town
}
