package feed

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"nayose/job/internal/feed/internal/cell"
)

// Guess is what one column of a partner's file may be.
type Guess struct {
	Header     string
	Column     string // ours; empty where none is like it
	Confidence string // sure, likely or maybe; empty where Column is
	Reason     string // in words
}

// Suggestion is a mapping guessed from the header and some records of a file. It is a start for a person: it may lack a column
// that every mapping needs, and then says so.
type Suggestion struct {
	Guesses []Guess  // of each column, in the file's order
	Mapping Mapping  // what the guesses come to
	Notes   []string // what a person should look at
}

// SuggestMapping guesses a mapping from a file's header and any number of its records. It goes by the words of the headers that
// are usual in Japan, and by what the cells look like: a column of phone numbers is the phone, whatever its header, unless the
// header is FAX.
func SuggestMapping(header []string, rows [][]string) *Suggestion {
	g := newGuesser(header, rows)
	g.assign()
	s := &Suggestion{Guesses: g.guesses, Mapping: Mapping{Columns: map[string]Source{}}}
	for c, i := range g.at {
		if i >= 0 && column(c) != deleted {
			s.Mapping.Columns[columnNames[c]] = Source{Column: Names{header[i]}}
		}
	}
	g.joinAddress(s)
	g.setSalary(s)
	g.setDates(s)
	if i := g.at[deleted]; i >= 0 {
		s.note("%s may mark what is gone: where the partner delivers changes only, write feed: delta and columns: deleted: %s", header[i], header[i])
	}
	for _, c := range required {
		if _, ok := s.Mapping.Columns[columnNames[c]]; !ok {
			s.note("%s is not found, and every mapping needs it", columnNames[c])
		}
	}
	return s
}

func (s *Suggestion) note(format string, args ...any) {
	s.Notes = append(s.Notes, fmt.Sprintf(format, args...))
}

// guesser has a file's columns and what they are taken for.
type guesser struct {
	header  []string
	words   []string   // the headers by cell.FoldWord
	cells   [][]string // some cells of each column that are not empty
	differ  []bool     // whether a column's cells differ, as ids do but for a few duplicates
	guesses []Guess
	at      [columns]int // which column is ours, -1 for none
}

// sampleCells is how many cells of a column are looked at.
const sampleCells = 200

func newGuesser(header []string, rows [][]string) *guesser {
	g := &guesser{header: header, cells: make([][]string, len(header)), differ: make([]bool, len(header))}
	for i, h := range header {
		g.words = append(g.words, cell.FoldWord(h))
		g.guesses = append(g.guesses, Guess{Header: h, Reason: "nothing of ours is like it"})
		seen := map[string]bool{}
		for _, row := range rows {
			if i < len(row) && len(g.cells[i]) < sampleCells && cell.Trim(row[i]) != "" {
				g.cells[i] = append(g.cells[i], cell.Trim(row[i]))
				seen[cell.Trim(row[i])] = true
			}
		}
		g.differ[i] = 20*len(seen) >= 19*len(g.cells[i])
	}
	for c := range g.at {
		g.at[c] = -1
	}
	return g
}

// likeness says how much column i of the file is like one of ours.
type likeness struct {
	i          int
	c          column
	score      int
	confidence string
	reason     string
}

// assign takes the likest pair of columns, then the likest of the rest, and so on.
func (g *guesser) assign() {
	var pairs []likeness
	for i, word := range g.words {
		switch other := g.otherThan(i); {
		case word == "":
			g.guesses[i].Reason = "it has no header"
			continue
		case slices.Contains(g.words[:i], word):
			g.guesses[i].Reason = "another column has this header"
			continue
		case other != "":
			g.guesses[i].Reason = "the header speaks of " + other
			continue
		}
		for c := range columns {
			if like := g.like(i, c); like.score >= 30 {
				pairs = append(pairs, like)
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b likeness) int { return b.score - a.score })
	for _, like := range pairs {
		if g.at[like.c] < 0 && g.guesses[like.i].Column == "" {
			g.take(like)
		}
	}
	if i := g.at[workplaceName]; i >= 0 && g.at[companyName] < 0 { // the only name that there is
		g.at[workplaceName] = -1
		g.take(likeness{i, companyName, 0, "maybe", "it is the only name"})
	}
}

func (g *guesser) take(like likeness) {
	g.at[like.c] = like.i
	guess := &g.guesses[like.i]
	guess.Column, guess.Confidence, guess.Reason = columnNames[like.c], like.confidence, like.reason
}

// otherThan is the word in header i that says that it is none of ours; empty where there is none.
func (g *guesser) otherThan(i int) string {
	for c := range columns {
		if slices.Contains(headerWords[c], g.words[i]) {
			return ""
		}
	}
	for _, word := range otherWords {
		if strings.Contains(g.words[i], word) {
			return word
		}
	}
	return ""
}

// like compares column i of the file with one of ours, by its header and by its cells.
func (g *guesser) like(i int, c column) likeness {
	like := likeness{i: i, c: c, confidence: "maybe"}
	exact := slices.Index(headerWords[c], g.words[i])
	if exact >= 0 {
		like.score, like.confidence, like.reason = 100-exact, "sure", "the header is a usual one"
	} else if word, ends := g.contained(i, c); word != "" {
		like.score, like.confidence, like.reason = 40+2*len([]rune(word)), "likely", "the header has "+word+" in it"
		if ends {
			like.score += 20
		}
	}
	if c == postingID && len(g.cells[i]) > 1 {
		switch {
		case !g.differ[i]:
			return likeness{}
		case like.score == 0 && i == 0 && g.share(i, isID) == 1:
			like.score, like.reason = 30, "it comes first, and no two cells are equal"
		}
	}
	for _, kind := range cellKinds {
		if kind.column == c && len(g.cells[i]) > 0 && (like.score > 0 || kind.alone) {
			g.weigh(&like, kind.name, kind.is)
		}
	}
	return like
}

// contained is the longest usual header of c that stands in header i, and whether it stands at its end. One letter, or two of
// the alphabet, stand in too many.
func (g *guesser) contained(i int, c column) (longest string, ends bool) {
	for _, word := range headerWords[c] {
		if len(word) < len("求人") || cell.IsASCII(word) && len(word) < len("phone") || !strings.Contains(g.words[i], word) {
			continue
		}
		if len(word) > len(longest) {
			longest, ends = word, strings.HasSuffix(g.words[i], word)
		}
	}
	return longest, ends
}

// weigh lets the cells speak: for the column, or against it.
func (g *guesser) weigh(like *likeness, kind string, is func(string) bool) {
	n, all := 0, len(g.cells[like.i])
	for _, cell := range g.cells[like.i] {
		if is(cell) {
			n++
		}
	}
	said := fmt.Sprintf("%d of %d cells are %s", n, all, kind)
	switch {
	case 5*n >= 4*all:
		like.score += 40
		like.reason = join("; ", like.reason, said)
	case 2*n >= all:
		like.score += 20
		like.reason = join("; ", like.reason, said)
	case 5*n < all && like.score > 0 && like.c != companyName && like.c != workplaceName && like.c != salaryText && like.c != description:
		like.score -= 45
		like.confidence = "maybe"
		like.reason = join(", but ", like.reason, said)
	}
}

// join puts a sign between two texts, if there are two.
func join(sign, a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + sign + b
}

// joinAddress makes the address of its pieces where the file has it in several columns.
func (g *guesser) joinAddress(s *Suggestion) {
	var pieces []int
	for _, c := range []column{prefecture, city, address} {
		if i := g.at[c]; i >= 0 {
			pieces = append(pieces, i)
		}
	}
	if i := g.at[address]; i >= 0 {
		if g.at[prefecture] < 0 || g.share(i, startsWithPrefecture) >= 0.5 {
			return // it is whole
		}
		if g.at[city] >= 0 && g.share(i, func(s string) bool { _, city := cell.Place(s); return city != "" }) >= 0.5 {
			pieces = slices.DeleteFunc(pieces, func(i int) bool { return i == g.at[city] })
		}
	}
	for i, word := range g.words {
		if slices.Contains(pieceWords, word) && !slices.Contains(pieces, i) && (g.guesses[i].Column == "" || g.guesses[i].Confidence == "maybe") {
			pieces = append(pieces, i)
		}
	}
	if len(pieces) < 2 {
		return
	}
	var names []Names
	for _, i := range pieces {
		names = append(names, Names{g.header[i]})
		if guess := &g.guesses[i]; guess.Column == "" {
			guess.Column, guess.Confidence, guess.Reason = columnNames[address], "likely", "a piece of the address"
		}
	}
	s.Mapping.Columns[columnNames[address]] = Source{Join: names}
}

func startsWithPrefecture(s string) bool { prefecture, _ := cell.Place(s); return prefecture != "" }

// share is the share of column i's cells that are something.
func (g *guesser) share(i int, is func(string) bool) float64 {
	n := 0
	for _, cell := range g.cells[i] {
		if is(cell) {
			n++
		}
	}
	return float64(n) / float64(max(len(g.cells[i]), 1))
}

// setSalary says what amounts count and what they are counted by, where the headers say it, or the amounts are too small for yen.
func (g *guesser) setSalary(s *Suggestion) {
	for _, c := range []column{salaryMin, salaryMax} {
		i := g.at[c]
		if i < 0 {
			continue
		}
		small := func(text string) bool {
			yen, err := cell.Yen(text, 1)
			return err == nil && yen > 0 && !cell.CanBePay(yen, "")
		}
		scale := ""
		switch {
		case strings.Contains(g.words[i], "万"):
			scale = "万円"
		case strings.Contains(g.words[i], "千円"):
			scale = "千円"
		case g.share(i, small) > 0.5:
			scale = "万円"
			s.note("the amounts of %s are too small for yen", g.header[i])
		}
		if scale != "" {
			if s.Mapping.Scale == nil {
				s.Mapping.Scale = map[string]string{}
			}
			s.Mapping.Scale[columnNames[c]] = scale
		}
	}
	if g.at[salaryUnit] >= 0 {
		return
	}
	for _, c := range []column{salaryMin, salaryText} {
		i := g.at[c]
		if i < 0 || g.share(i, func(text string) bool { return cell.Salary(text, "").Unit != "" }) > 0 {
			continue
		}
		if unit := cell.Unit(g.header[i]); unit != "" {
			s.Mapping.Constants = map[string]string{columnNames[salaryUnit]: unit}
			return
		}
	}
}

// The date formats that are tried where the built-in ones do not read: what is usual in Japan first.
const (
	builtIn    = ""
	unreadable = "?"
)

var dateFormats = []string{"06/01/02", "06-01-02", "06.01.02", "060102", "02/01/2006", "01/02/2006", "2-Jan-06", "Jan 2, 2006", cell.Serial}

// dateFormatOf is the format in which a cell is a date of our time.
func dateFormatOf(text string) string {
	if _, err := cell.Date(text, nil); err == nil || cell.IsNothing(text) {
		return builtIn
	}
	for _, format := range dateFormats {
		if day, err := cell.Date(text, []string{format}); err == nil && day.Time().After(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)) &&
			day.Time().Before(time.Date(2060, 1, 1, 0, 0, 0, 0, time.UTC)) {
			return format
		}
	}
	return unreadable
}

// setDates finds formats that the cells of date columns need: the first that reads all of a column.
func (g *guesser) setDates(s *Suggestion) {
	for _, c := range []column{postedOn, closesOn} {
		if g.at[c] < 0 || g.share(g.at[c], func(text string) bool { return dateFormatOf(text) == builtIn }) > 0.5 {
			continue
		}
		for _, format := range dateFormats {
			reads := func(text string) bool {
				_, err := cell.Date(text, []string{format})
				return err == nil || cell.IsNothing(text)
			}
			if g.share(g.at[c], reads) > 0.99 {
				if !slices.Contains(s.Mapping.DateFormats, format) {
					s.Mapping.DateFormats = append(s.Mapping.DateFormats, format)
					s.note("%s", dateNote(g.header[g.at[c]], format))
				}
				break
			}
		}
	}
}

func dateNote(header, format string) string {
	if format == cell.Serial {
		return header + " has the day numbers of Excel"
	}
	return fmt.Sprintf("check date_formats: %s is read as %s, in which 06 is the year, 01 the month and 02 the day", header, format)
}
