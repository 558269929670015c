package feed

import (
	"fmt"
	"unicode/utf8"

	"nayose"
	"nayose/job/internal/feed/internal/cell"
	"nayose/job/internal/feed/internal/suggest"
)

// suggestion is a mapping guessed from the header and some records of a file. It is a start for a person: it may lack a column
// that every mapping needs, and then says so.
type suggestion struct {
	guesses []suggest.Guess // of each column, in the file's order
	mapping Mapping         // what the guesses come to
	notes   []string        // what a person should look at
}

// suggestMapping guesses a mapping from a file's header and any number of its records.
func suggestMapping(header []string, rows [][]string) *suggestion {
	r := guesser.Guess(header, rows)
	s := &suggestion{guesses: r.Guesses, notes: r.Notes, mapping: Mapping{
		Columns: map[string]Source{}, Constants: r.Constants, Scale: r.Scale, DateFormats: r.DateFormats,
	}}
	for ours, headers := range r.Columns {
		s.mapping.Columns[ours] = sourceOf(headers)
	}
	for _, c := range required {
		if _, ok := s.mapping.Columns[columnNames[c]]; !ok {
			s.note("%s is not found, and every mapping needs it", columnNames[c])
		}
	}
	return s
}

func (s *suggestion) note(format string, args ...any) {
	s.notes = append(s.notes, fmt.Sprintf(format, args...))
}

// sourceOf is the cell below one header, or those below several one after another.
func sourceOf(headers []string) Source {
	if len(headers) == 1 {
		return Source{Column: headers}
	}
	var s Source
	for _, header := range headers {
		s.Join = append(s.Join, Names{header})
	}
	return s
}

// guesser guesses by what package cell makes of texts.
var guesser = suggest.Guesser{
	Word:  cell.FoldWord,
	Place: cell.Place,
	Date: func(text, format string) (nayose.Date, bool) {
		var formats []string
		if format != "" {
			formats = []string{format}
		}
		day, err := cell.Date(text, formats)
		return day, err == nil || cell.IsNothing(text)
	},
	TooSmall: func(text string) bool {
		yen, err := cell.Yen(text, 1)
		return err == nil && yen > 0 && !cell.CanBePay(yen, "")
	},
	UnitOfHeader: cell.Unit,
	UnitOfPay:    func(text string) string { return cell.Salary(text, "").Unit },
	Kinds: []suggest.Kind{
		{Name: "corporate numbers", Column: columnNames[corporateNumber], Alone: true, Is: cell.IsCorporateNumber},
		{Name: "phone numbers", Column: columnNames[phone], Alone: true, Data: true, Is: cell.IsPhone},
		{Name: "URLs", Column: columnNames[url], Alone: true, Is: cell.IsURL},
		{Name: "names with a legal form", Column: columnNames[companyName], Alone: true, Data: true, Is: cell.HasLegalForm},
		{Name: "names in kana", Column: columnNames[companyNameKana], Is: cell.IsKana},
		{Name: "prefectures", Column: columnNames[prefecture], Alone: true, Is: func(s string) bool { return cell.Prefecture(s) != "" }},
		{Name: "addresses", Column: columnNames[address], Alone: true, Data: true, Is: cell.IsAddress},
		{Name: "words for an employment", Column: columnNames[employmentType], Alone: true, Is: func(s string) bool {
			return cell.EmploymentType(s, nil) != "other"
		}},
		{Name: "words for an occupation", Column: columnNames[occupation], Alone: true, Is: func(s string) bool {
			return utf8.RuneCountInString(s) <= 30 && cell.Occupation(s, nil) != "other"
		}},
		{Name: "words for what pay is counted by", Column: columnNames[salaryUnit], Alone: true, Is: func(s string) bool {
			return utf8.RuneCountInString(s) <= 5 && cell.Unit(s) != ""
		}},
		{Name: "pay in words", Column: columnNames[salaryText], Alone: true, Is: func(s string) bool { return cell.Salary(s, "") != (cell.Pay{}) }},
		{Name: "amounts", Column: columnNames[salaryMin], Is: isAmount},
		{Name: "amounts", Column: columnNames[salaryMax], Is: isAmount},
		{Name: "long texts", Column: columnNames[description], Is: func(s string) bool { return utf8.RuneCountInString(s) > 40 }},
	},
}

func isAmount(s string) bool { _, err := cell.Yen(s, 10_000); return err == nil }
