// Package suggest guesses what the columns of a partner's file are, from its header and its first records. It goes by the words of
// the headers that are usual in Japan, and by what the cells look like: a column of phone numbers is the phone, whatever its
// header, unless the header is FAX. Of
//
//	求人番号,事業所名,FAX番号,代表電話,月給下限（万円）
//	1,株式会社サンプル,03-0000-0001,03-0000-0000,25
//
// it says: 求人番号 is surely posting_id, 事業所名 the company_name, 代表電話 the phone, 月給下限（万円） the salary_min, which counts 万円 and
// goes by the month; and FAX番号 is none of ours.
//
// Each of the file's columns is compared with each of ours, and the likest pair is taken first. What a cell looks like, a Guesser is
// told; the words of headers and the weights are here.
//
// words.go has the headers that are usual, assign.go the comparison, settings.go what a mapping says besides: constants, scales, formats of dates, pieces of
// an address. It costs a look at each cell of the sample for each kind of content, and a comparison for each pair of columns; feed's sample is 300
// records at most.
package suggest

import (
	"fmt"
	"slices"
	"strings"

	"nayose"
)

// Guesser guesses by what it is told of the texts in cells. All texts that it asks about are trimmed.
type Guesser struct {
	// Word makes headers comparable: of two ways to write one, it is the same.
	Word func(header string) string
	// Kinds are what cells look like. Dates are known without.
	Kinds []Kind
	// Place is the prefecture and the municipality at the start of an address, each empty where it is not there.
	Place func(address string) (prefecture, city string)
	// Date reads a date in a format of package time or serial, or where the format is empty, in those that need not be named; 0
	// is a word for none.
	Date func(text, format string) (nayose.Date, bool)
	// TooSmall tells whether a text is an amount, but of too few yen to be pay.
	TooSmall func(text string) bool
	// UnitOfHeader is what pay is counted by, as a header says it (時給); UnitOfPay as the text of a cell does (時給1,200円). Both are
	// hour, day, month, year or empty.
	UnitOfHeader, UnitOfPay func(text string) string
}

// Kind is what cells may look like.
type Kind struct {
	Name   string // in words, of several: phone numbers
	Column string // ours that such cells speak for
	Alone  bool   // whether they do where the header does not
	Data   bool   // whether no header looks like that
	Is     func(text string) bool
}

// Guess is what one column of a partner's file may be.
type Guess struct {
	Header     string
	Column     string // ours; empty where none is like it
	Confidence string // sure, likely or maybe; empty where Column is
	Reason     string // in words
}

// Result is what a mapping is made of. It may lack a column that every mapping needs.
type Result struct {
	Guesses     []Guess             // of each column, in the file's order
	Columns     map[string][]string // for each of ours that is found, the header; several that make it up one after another
	Constants   map[string]string   // what ours are in every posting
	Scale       map[string]string   // what the numbers of ours count, such as 万円
	DateFormats []string            // that the dates need
	Notes       []string            // what a person should look at
}

func (r *Result) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// Guess guesses from a file's header and any number of its records.
func (g *Guesser) Guess(header []string, rows [][]string) *Result {
	s := g.sample(header, rows)
	s.assign()
	r := &Result{Guesses: s.guesses, Columns: map[string][]string{}}
	for c, i := range s.at {
		if c != deleted {
			r.Columns[c] = []string{header[i]}
		}
	}
	s.joinAddress(r)
	s.setScale(r)
	s.setUnit(r)
	s.setDates(r)
	if i, ok := s.at[deleted]; ok {
		r.note("%s may mark what is gone: where the partner delivers changes only, write feed: delta and columns: deleted: %s", header[i], header[i])
	}
	return r
}

// IsHeader tells a header from a record: it has a usual header, or no cell that looks like data.
func (g *Guesser) IsHeader(cells []string) bool {
	data := 0
	for _, text := range cells {
		word := g.word(text)
		for _, our := range ours {
			if word != "" && slices.Contains(our.words, word) {
				return true
			}
		}
		if text = strings.TrimSpace(text); text != "" && g.isData(text) {
			data++
		}
	}
	return 3*data < len(cells) || data == 0
}

// isData tells whether a cell is a value that no header is.
func (g *Guesser) isData(text string) bool {
	number := strings.ContainsAny(text, "0123456789") && strings.Trim(text, "0123456789.,-+¥￥円%") == ""
	return number || strings.HasPrefix(text, "http") || g.isDate(text) ||
		slices.ContainsFunc(g.Kinds, func(kind Kind) bool { return kind.Data && kind.Is(text) })
}

// sample is a file's columns and what they are taken for.
type sample struct {
	*Guesser
	kinds   []Kind
	header  []string
	words   []string   // the headers by word
	cells   [][]string // some cells of each column that are not empty
	differ  []bool     // whether a column's cells differ, as ids do but for a few duplicates
	unique  []bool     // whether no cell is empty, and no two are equal
	guesses []Guess
	at      map[string]int // which column is ours
}

const noLikeness = "nothing of ours is like it"

// sampleCells is how many cells of a column are looked at.
const sampleCells = 200

func (g *Guesser) sample(header []string, rows [][]string) *sample {
	s := &sample{Guesser: g, header: header, cells: make([][]string, len(header)), at: map[string]int{}}
	s.kinds = append(slices.Clone(g.Kinds), Kind{Name: "dates", Column: postedOn, Is: g.isDate}, Kind{Name: "dates", Column: closesOn, Is: g.isDate})
	for i, h := range header {
		s.words = append(s.words, g.word(h))
		s.guesses = append(s.guesses, Guess{Header: h, Reason: noLikeness})
		seen, empty := map[string]bool{}, false
		for _, row := range rows {
			if i >= len(row) || len(s.cells[i]) >= sampleCells {
				continue
			}
			text := strings.TrimSpace(row[i])
			if text == "" {
				empty = true
				continue
			}
			s.cells[i] = append(s.cells[i], text)
			seen[text] = true
		}
		s.differ = append(s.differ, 20*len(seen) >= 19*len(s.cells[i]))
		s.unique = append(s.unique, !empty && len(seen) == len(s.cells[i]) && len(seen) > 1)
	}
	return s
}

// asDay makes 掲載年月日 what 掲載日 is; nobody's postings have a date of birth.
var asDay = strings.NewReplacer("生年月日", "生年月日", "年月日", "日")

// word makes a header comparable with those that are usual.
func (g *Guesser) word(header string) string { return asDay.Replace(g.Word(header)) }

// share is the share of column i's cells that are something.
func (s *sample) share(i int, is func(string) bool) float64 {
	n := 0
	for _, text := range s.cells[i] {
		if is(text) {
			n++
		}
	}
	return float64(n) / float64(max(len(s.cells[i]), 1))
}
