package feed

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"nayose"
	"nayose/job/internal/feed/internal/cell"
)

// row is one record by a layout. The first cell that breaks the mapping stays in bad.
//
// Text is taken as sent, without the white space around it. Numbers and dates must read, or the record is rejected: a
// wrong salary in a product is worse than a missing posting, and the partner learns of it. What comes in words of the
// partner's own (occupation, employment type, salary unit, prefecture, free salary text) never costs a posting: where we do not know the
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

// deletion tells whether a record of a delta feed takes its posting back. It needs nothing else but the posting's id.
func (l *layout) deletion(cells []string) (id string, yes bool, bad *fault) {
	r := &row{layout: l, cells: cells}
	word := r.text(deleted)
	yes, known := l.deletes(word)
	switch {
	case yes:
		id = r.postingID()
	case !known:
		r.reject(deleted, codeDeletionWord, "%q says neither that the posting is taken back nor that it is not", word)
	}
	return id, yes, r.bad
}

// deletes tells whether a word means that a posting is taken back. Where the mapping has words for it, all others mean that it is not.
func (l *layout) deletes(word string) (yes, known bool) {
	if l.deletions != nil {
		return slices.Contains(l.deletions, cell.Fold(word)), true
	}
	return cell.Deleted(word)
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
		OccupationText:     r.text(occupation),
		EmploymentTypeText: r.text(employmentType),
		SalaryText:         r.text(salaryText),
		PostedOn:           r.date(postedOn),
		ClosesOn:           r.date(closesOn),
	}
	p.Occupation = r.occupation(p.OccupationText)
	p.EmploymentType = r.employmentType(p.EmploymentTypeText)
	p.SalaryUnit, p.SalaryMin, p.SalaryMax = r.salary()
	p.Prefecture, p.City = r.place(m.Address)
	p.Extra = r.extraJSON(r.cells, r.keep)
	p.Content = content(&p)
	return p
}

// text is the value of one of our columns, empty where there is none.
func (r *row) text(c column) string {
	if i := r.at[c]; i >= 0 {
		return cell.Trim(r.cells[i])
	}
	if m := r.made[c]; m != nil {
		return m.make(r.cells)
	}
	return r.constants[c]
}

// reject keeps the first reason why the record is rejected.
func (r *row) reject(c column, code, format string, args ...any) {
	if r.bad == nil {
		r.bad = faultf(r.headerOf(c), code, format, args...)
	}
}

// keepWord keeps cells that our vocabulary does not cover in Posting.Extra.
func (r *row) keepWord(c column) {
	if cells := r.cellsOf(c); cells != nil {
		r.keep = slices.Clone(r.keep)
		for _, i := range cells {
			r.keep[i] = true
		}
	}
}

// maxIndexed is the longest text in bytes of a column that Postgres indexes: it refuses keys of more than 2,704, and one
// such posting would fail the whole load.
const maxIndexed = 512

// short is the value of a column that is indexed.
func (r *row) short(c column) string {
	text := r.text(c)
	if len(text) > maxIndexed {
		r.reject(c, codeTooLong, "the %s has %d bytes, more than %d", strings.ReplaceAll(columnNames[c], "_", " "), len(text), maxIndexed)
	}
	return text
}

func (r *row) postingID() string {
	id := cell.ID(r.short(postingID))
	switch {
	case id == "":
		r.reject(postingID, codeIDEmpty, "the posting id is empty")
	case cell.IsSpoilt(id):
		r.reject(postingID, codeIDSpoilt, "the posting id %s was spoilt by a spreadsheet", id)
	}
	return id
}

func (r *row) employmentType(text string) string {
	if text == "" {
		return ""
	}
	return r.knownTypes.get(text, func(text string) string { return cell.EmploymentType(text, r.types) })
}

func (r *row) occupation(text string) string {
	if text == "" {
		return ""
	}
	return r.knownWorks.get(text, func(text string) string { return cell.Occupation(text, r.works) })
}

// nothing tells whether a cell for a number or a date says that there is none, and keeps its word: 採用決定次第.
func (r *row) nothing(c column, text string) bool {
	if !cell.IsNothing(text) {
		return false
	}
	if strings.IndexFunc(text, unicode.IsLetter) >= 0 {
		r.keepWord(c)
	}
	return true
}

func (r *row) date(c column) nayose.Date {
	text := r.text(c)
	if day, known := r.knownDates[text]; known {
		return day
	}
	if r.nothing(c, text) {
		return 0
	}
	day, err := cell.Date(text, r.dates)
	if err != nil {
		r.reject(c, codeDate, "%v", err)
		return day
	}
	r.knownDates.keep(text, day)
	return day
}

func (r *row) yen(c column) int64 {
	text := r.text(c)
	if r.nothing(c, text) {
		return 0
	}
	yen, err := cell.Yen(text, r.scale[c])
	if err != nil {
		r.reject(c, codeAmount, "%v", err)
	}
	return yen
}

// salary is what the columns for it say, and where they are silent, what the free text says.
func (r *row) salary() (unit string, low, high int64) {
	low, high = r.yen(salaryMin), r.yen(salaryMax)
	if word := r.text(salaryUnit); word != "" {
		if unit = cell.Unit(word); unit == "" {
			r.keepWord(salaryUnit)
		}
	}
	text := r.text(salaryText)
	if low == 0 && high == 0 {
		if said := cell.Salary(text, unit); unit == "" || unit == said.Unit {
			return said.Unit, said.Low, said.High
		}
	}
	if unit == "" {
		unit = cell.Unit(text)
	}
	r.mustBePay(salaryMin, low, unit)
	r.mustBePay(salaryMax, high, unit)
	if low > 0 && high > 0 && low > high {
		r.reject(salaryMin, codeSalaryRange, "the lowest salary, %d, is above the highest, %d", low, high)
	}
	return unit, low, high
}

// mustBePay rejects a record whose number cannot be pay by its unit: 25 in a column of 万円 that the mapping takes for yen, or an
// hour's wage where the unit says month.
func (r *row) mustBePay(c column, yen int64, unit string) {
	if !cell.CanBePay(yen, unit) {
		r.reject(c, codeImplausible, "%d yen cannot be pay by the %s", yen, cmp.Or(unit, "hour, day, month or year"))
	}
}

// place is where the posting's columns say that the work is, and where they are silent, the start of the address.
func (r *row) place(address string) (pref, town string) {
	word, given := r.text(prefecture), ""
	if word != "" {
		if given = cell.Prefecture(word); given == "" {
			r.keepWord(prefecture)
		}
	}
	town = r.short(city)
	if given != "" && town != "" {
		return given, town
	}
	pref, start := cell.Place(address)
	if given != "" && pref != "" && pref != given { // the address is another place's, such as the head office's
		start = ""
	}
	return cmp.Or(given, pref), cmp.Or(town, start)
}
