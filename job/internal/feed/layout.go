package feed

import (
	"fmt"
	"slices"
	"strings"

	"nayose"
	"nayose/job/internal/feed/internal/cell"
)

// layout is a mapping applied to the header of one file. It reads one record at a time: what it remembers between records
// only spares work.
type layout struct {
	header    []string          // the file's headers, trimmed
	at        [columns]int      // which cell is our column as it is; -1 for none
	made      [columns]*maker   // how our column is made where it is not a cell as it is; nil for none
	constants [columns]string   // what our column is where it is made of no cell
	dates     []string          // the mapping's date formats
	scale     [columns]int64    // how many yen a number stands for
	types     map[string]string // the mapping's employment types by cell.FoldWord
	works     map[string]string // the mapping's occupations by cell.FoldWord
	deletions Names             // the mapping's words, folded, that mean that a posting is taken back; nil for the usual ones
	extra     []bool            // which cells go into Posting.Extra
	extraName []string          // what each is called there
	extraKey  []string          // the same as JSON

	knownTypes, knownWorks memo[string]      // what cells for employment type and occupation meant before
	knownDates             memo[nayose.Date] // and for dates
	scratch                []byte            // for text in the making
}

// maxColumns is how many columns a file may have. Feeds have tens of columns; what has more than this is no feed.
const maxColumns = 1000

// newLayout finds the mapping's columns in a header. The error is of kind Contract where one is missing, or where
// two columns fit one of ours.
func newLayout(m *Mapping, header []string) (*layout, error) {
	l := &layout{
		header:     header,
		dates:      m.DateFormats,
		types:      foldKeys(m.EmploymentTypes),
		works:      foldKeys(m.Occupations),
		extra:      slices.Repeat([]bool{true}, len(header)),
		knownTypes: memo[string]{},
		knownWorks: memo[string]{},
		knownDates: memo[nayose.Date]{},
	}
	if len(header) > maxColumns {
		return nil, l.mismatch("", "there are %d columns, more than %d", len(header), maxColumns)
	}
	if m.Deletions != nil {
		l.deletions = m.Deletions.folded()
	}
	folded, ignored := make([]string, len(header)), m.Ignore.folded()
	for i, h := range header {
		folded[i] = cell.Fold(h)
		l.extra[i] = !slices.Contains(ignored, folded[i])
	}
	var missing []absent
	for c, name := range columnNames {
		l.at[c], l.constants[c], l.scale[c] = -1, cell.Trim(m.Constants[name]), 1
		if scale := cell.Scale(m.Scale[name]); scale > 0 {
			l.scale[c] = scale
		}
		source, ok := m.Columns[name]
		if !ok {
			continue
		}
		cells, lacks, err := l.find(name, &source, folded)
		if err != nil {
			return nil, err
		}
		missing = append(missing, lacks...)
		l.take(column(c), &source, cells)
	}
	if missing != nil {
		return nil, l.lacks(missing)
	}
	l.nameExtra()
	return l, nil
}

// absent is a column that a header lacks.
type absent struct {
	ours  string
	names Names
}

// find are the cells of which a source is made.
func (l *layout) find(name string, s *Source, folded []string) (cells []int, lacks []absent, err error) {
	for _, names := range s.columns() {
		found := fitting(folded, names.folded())
		switch {
		case len(found) > 1:
			return nil, nil, l.mismatch("", "the columns %q and %q both fit %s", l.header[found[0]], l.header[found[1]], name)
		case len(found) == 1:
			cells = append(cells, found[0])
		case !s.Optional:
			lacks = append(lacks, absent{name, names})
		}
	}
	return cells, lacks, nil
}

// take makes column c of these cells. They are not kept in Posting.Extra, unless only a part of a cell is read: of the rest,
// nothing is to be lost.
func (l *layout) take(c column, s *Source, cells []int) {
	if s.whole() {
		if len(cells) > 0 {
			l.at[c] = cells[0]
		}
	} else {
		l.made[c] = newMaker(s, cells)
	}
	if s.Split == nil && s.Match == "" {
		for _, i := range cells {
			l.extra[i] = false
		}
	}
}

// fitting are the columns that bear one of the names.
func fitting(header, names []string) (found []int) {
	for i, h := range header {
		if slices.Contains(names, h) {
			found = append(found, i)
		}
	}
	return found
}

// lacks is the error of a header that lacks columns, and says which of those that are there may be meant.
func (l *layout) lacks(missing []absent) error {
	var words, meant []string
	for _, m := range missing {
		words = append(words, fmt.Sprintf("%s (%s)", m.ours, strings.Join(m.names, ", ")))
		if near := l.nearest(m.names); near != "" {
			meant = append(meant, fmt.Sprintf("%q for %s", near, m.ours))
		}
	}
	hint := ""
	if meant != nil {
		hint = "did you mean " + strings.Join(meant, ", ") + "? Then add it to the mapping, or have the partner deliver as before"
	}
	return l.mismatch(hint, "no column fits %s", strings.Join(words, ", "))
}

// nearest is the header that is like one of the names, among those that the mapping does not read; empty where none is. Alike
// are those that differ in signs only, and those with one letter in three wrong at most.
func (l *layout) nearest(names []string) string {
	best, least := "", 1.0/3
	for i, h := range l.header {
		if !l.extra[i] {
			continue
		}
		for _, name := range names {
			a, b := []rune(cell.FoldWord(h)), []rune(cell.FoldWord(name))
			if share := float64(distance(a, b)) / float64(max(len(a), len(b), 1)); len(a) > 0 && share <= least {
				best, least = h, share-1e-9 // of equals, the first
			}
		}
	}
	return best
}

// distance is how many letters to put in, take out or change to make b of a.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		corner := row[0]
		row[0] = i + 1
		for j, y := range b {
			change := corner
			if x != y {
				change++
			}
			corner, row[j+1] = row[j+1], min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// mismatch is the error of a header that does not fit. It shows what the file has, cut short, unless that looks like a posting, as
// in a file without a header: the error goes into logs.
func (l *layout) mismatch(hint, format string, args ...any) error {
	switch {
	case len(l.header) == 1:
		hint = "the file has one column only: is it the delimiter of the mapping?"
	case hint == "":
		hint = "add the partner's spelling to the mapping, or have the partner deliver as before"
	}
	what := fmt.Sprintf(format, args...)
	if !guesser.IsHeader(l.header) {
		return nayose.Fault(nayose.Contract, fmt.Errorf("%s; the file has no header: what stands there looks like a record", what), hint)
	}
	var has []string
	for i := range l.header[:min(len(l.header), 100)] {
		has = append(has, fmt.Sprintf("%.20s", l.name(i)))
	}
	return nayose.Fault(nayose.Contract, fmt.Errorf("%s; the file has %s", what, strings.Join(has, ", ")), hint)
}

// name is what a person calls column i of the file.
func (l *layout) name(i int) string {
	if i < len(l.header) && l.header[i] != "" {
		return l.header[i]
	}
	return fmt.Sprintf("column %d", i+1)
}

// headerOf is the partner's name of our column, or our own where it is a constant.
func (l *layout) headerOf(c column) string {
	var names []string
	for _, i := range l.cellsOf(c) {
		names = append(names, l.name(i))
	}
	if names == nil {
		return columnNames[c]
	}
	return strings.Join(names, "+")
}

// cellsOf are the cells that our column is made of.
func (l *layout) cellsOf(c column) []int {
	switch {
	case l.at[c] >= 0:
		return []int{l.at[c]}
	case l.made[c] != nil:
		return l.made[c].cells
	}
	return nil
}

// isHeader tells whether a record is the header again, as where someone has put files together.
func (l *layout) isHeader(cells []string) bool { return sameHeader(l.header, cells) }

func sameHeader(header, cells []string) bool {
	return slices.EqualFunc(header, cells, func(h, cell string) bool {
		return h == strings.TrimSpace(strings.TrimPrefix(cell, "\uFEFF"))
	})
}

// nameExtra gives every column a name of its own in Posting.Extra: of two equal keys of an object, the last would win.
func (l *layout) nameExtra() {
	uses := map[string]int{}
	for i := range l.header {
		name := l.name(i)
		for uses[name] > 0 {
			uses[l.name(i)]++
			name = fmt.Sprintf("%s (%d)", l.name(i), uses[l.name(i)])
		}
		uses[name]++
		l.extraName = append(l.extraName, name)
		l.extraKey = append(l.extraKey, string(appendJSON(nil, name)))
	}
}

// unknown are the names of the columns that the mapping does not speak of.
func (l *layout) unknown() (names []string) {
	for i, name := range l.extraName {
		if l.extra[i] {
			names = append(names, name)
		}
	}
	return names
}

// extraJSON is the JSON object of those cells that are to be kept and not empty, in the file's order; empty where there
// is none.
func (l *layout) extraJSON(cells []string, keep []bool) string {
	b := l.scratch[:0]
	for i, text := range cells {
		if !keep[i] {
			continue
		}
		if text = cell.Trim(text); text == "" {
			continue
		}
		if len(b) == 0 {
			b = append(b, '{')
		} else {
			b = append(b, ',')
		}
		b = append(b, l.extraKey[i]...)
		b = append(b, ':')
		b = appendJSON(b, text)
	}
	if l.scratch = b; len(b) == 0 {
		return ""
	}
	return string(append(b, '}'))
}
