package feed

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"nayose"
)

// layout is a mapping applied to the header of one file.
type layout struct {
	header    []string          // the file's headers, trimmed
	at        [columns]int      // which cell is our column; -1 for none
	constants [columns]string   // what our column is where no cell is
	dates     []string          // the mapping's date formats
	types     map[string]string // the mapping's employment types by folded word
	extra     []bool            // which cells go into Posting.Extra
	extraName []string          // what each is called there
	extraKey  []string          // the same as JSON
}

// maxColumns is how many columns a file may have. Feeds have tens of columns; what has more than this is no feed.
const maxColumns = 1000

// newLayout finds the mapping's columns in a header. The error is of kind Contract where one is missing, or where
// two columns fit one of ours.
func newLayout(m *Mapping, header []string) (*layout, error) {
	l := &layout{
		header: header,
		dates:  m.DateFormats,
		types:  map[string]string{},
		extra:  slices.Repeat([]bool{true}, len(header)),
	}
	if len(header) > maxColumns {
		return nil, l.mismatch("there are %d columns, more than %d", len(header), maxColumns)
	}
	for word, kind := range m.EmploymentTypes {
		l.types[foldType(word)] = kind
	}
	folded, ignored := make([]string, len(header)), m.Ignore.folded()
	for i, h := range header {
		folded[i] = fold(h)
		l.extra[i] = !slices.Contains(ignored, folded[i])
	}
	var missing []string
	for c, name := range columnNames {
		l.constants[c] = strings.TrimSpace(m.Constants[name])
		found := fitting(folded, m.Columns[name].folded())
		switch {
		case len(found) > 1:
			return nil, l.mismatch("the columns %q and %q both fit %s", header[found[0]], header[found[1]], name)
		case len(found) == 1:
			l.at[c], l.extra[found[0]] = found[0], false
			continue
		case m.Columns[name] != nil:
			missing = append(missing, fmt.Sprintf("%s (%s)", name, strings.Join(m.Columns[name], ", ")))
		}
		l.at[c] = -1
	}
	if missing != nil {
		return nil, l.mismatch("no column fits %s", strings.Join(missing, ", "))
	}
	l.nameExtra()
	return l, nil
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

// mismatch is the error of a header that does not fit. It shows what the file has, cut short: in a file without a
// header, a posting stands there.
func (l *layout) mismatch(format string, args ...any) error {
	hint := "add the partner's spelling to the mapping, or have the partner deliver as before"
	if len(l.header) == 1 {
		hint = "the file has one column only: is it the delimiter of the mapping?"
	}
	var has []string
	for i := range l.header[:min(len(l.header), 100)] {
		has = append(has, fmt.Sprintf("%.20s", l.name(i)))
	}
	err := fmt.Errorf("%s; the file has %s", fmt.Sprintf(format, args...), strings.Join(has, ", "))
	return nayose.Fault(nayose.Contract, err, hint)
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
	if l.at[c] >= 0 {
		return l.name(l.at[c])
	}
	return columnNames[c]
}

// isHeader tells whether a record is the header again, as where someone has put files together.
func (l *layout) isHeader(cells []string) bool {
	return slices.EqualFunc(l.header, cells, func(h, cell string) bool {
		return h == strings.TrimSpace(strings.TrimPrefix(cell, "\uFEFF"))
	})
}

// nameExtra gives every column a name of its own in Posting.Extra: of two equal keys of an object, the last would win.
func (l *layout) nameExtra() {
	for i := range l.header {
		name := l.name(i)
		for n := 2; slices.Contains(l.extraName, name); n++ {
			name = fmt.Sprintf("%s (%d)", l.name(i), n)
		}
		l.extraName = append(l.extraName, name)
		l.extraKey = append(l.extraKey, jsonString(name))
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
	var b strings.Builder
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		if cell == "" || !keep[i] {
			continue
		}
		separator := ","
		if b.Len() == 0 {
			separator = "{"
		}
		b.WriteString(separator)
		b.WriteString(l.extraKey[i])
		b.WriteByte(':')
		b.WriteString(jsonString(cell))
	}
	if b.Len() == 0 {
		return ""
	}
	return b.String() + "}"
}

// jsonString writes s as JSON without the escapes that only HTML needs.
func jsonString(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return strings.TrimSuffix(b.String(), "\n")
}
