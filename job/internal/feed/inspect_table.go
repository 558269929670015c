package feed

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"nayose"
	"nayose/job/internal/feed/internal/cell"
	"nayose/job/internal/record"
)

// inspector reads one table.
type inspector struct {
	*Inspected
	rows   *record.Table
	head   *head
	passed int // records with content so far
	ids    idShape
	found  map[string]*FileProblem
	roles  []column // of each column of the file; columns where it has none
}

const (
	shownRows    = 5  // first records that are shown
	shownLines   = 5  // lines that are named of one problem
	shownExample = 60 // characters of a cell
)

func newInspector(rows *record.Table, h *head) *inspector {
	t := &inspector{rows: rows, head: h, found: map[string]*FileProblem{}, Inspected: &Inspected{
		Name: rows.Name, Header: h.header, HeaderLine: h.line, Above: h.above, sheet: rows.Sheet(), ascii: true,
	}}
	names := h.names()
	t.suggestion = suggestMapping(names, h.rows)
	for i, g := range t.suggestion.guesses {
		t.Columns = append(t.Columns, InspectedColumn{Header: names[i], Column: g.Column, Confidence: g.Confidence, Reason: g.Reason})
		role := slices.Index(columnNames[:], g.Column)
		if role < 0 {
			role = int(columns)
		}
		t.roles = append(t.roles, column(role))
	}
	if h.header == nil {
		rows.Expect(len(names))
	}
	return t
}

// see counts a record in.
func (t *inspector) see(rec *record.Record) {
	t.ascii = t.ascii && !slices.ContainsFunc(rec.Raw, func(b byte) bool { return b >= utf8.RuneSelf })
	if rec.Blank {
		t.Blank++
		return
	}
	if t.passed++; t.passed <= t.Above {
		return
	}
	if t.head.header != nil && t.passed == t.Above+1 {
		t.rows.Expect(len(t.head.header))
		return
	}
	t.Records++
	switch {
	case rec.Fault != nil:
		t.Damaged++
		t.hit(faultKind(rec.Fault), "", rec.Line)
		return
	case t.Header != nil && sameHeader(t.Header, rec.Cells):
		t.Damaged++
		t.hit(codeHeaderAgain, "", rec.Line)
		return
	}
	for i := range t.Columns {
		if i < len(rec.Cells) {
			t.cell(i, cell.Trim(rec.Cells[i]), rec.Line)
		}
	}
	if len(t.First) < shownRows {
		var row []string
		for _, cell := range rec.Cells {
			row = append(row, shorten(cell))
		}
		t.First = append(t.First, row)
	}
}

func (t *inspector) cell(i int, text string, line int64) {
	if text == "" {
		return
	}
	c := &t.Columns[i]
	if c.Filled++; c.Example == "" {
		c.Example = shorten(text)
	}
	switch role := t.roles[i]; role {
	case postingID:
		if text = cell.ID(text); cell.IsSpoilt(text) {
			t.hit(codeIDSpoilt, c.Header, line)
		}
		t.ids.add(text)
	case phone:
		if digits := strings.Trim(text, "0123456789"); digits == "" && (len(text) == 9 || len(text) == 10) && text[0] != '0' {
			t.hit(codeLostZeros, c.Header, line)
		}
	}
	if t.roles[i] == corporateNumber || t.roles[i] == phone {
		if cell.IsSpoilt(text) {
			t.hit(codeSpoilt, c.Header, line)
		}
	}
}

// shorten cuts a cell to what is shown of it, on one line.
func shorten(cell string) string {
	cell = nayose.OneLine(cell)
	if utf8.RuneCountInString(cell) <= shownExample {
		return cell
	}
	return string([]rune(cell)[:shownExample-1]) + "…"
}

// done takes down what is known when the table has been read.
func (t *inspector) done() {
	f := t.rows.Format
	if !t.sheet {
		t.Encoding, t.Delimiter, t.BOM = f.Encoding, f.Delimiter, t.rows.Bytes().Marks > 0
		if f.Quote != 0 && f.Quote != record.NoQuote {
			t.Quote = string(rune(f.Quote))
		}
		if f.Escape != 0 {
			t.Escape = string(rune(f.Escape))
		}
		t.LineEnds = map[string]int64{}
		ends := t.rows.LineEnds()
		for name, n := range map[string]int64{"CRLF": ends.CRLF, "LF": ends.LF, "CR": ends.CR} {
			if n > 0 {
				t.LineEnds[name] = n
			}
		}
	}
	t.declare()
}

// declare puts into the suggested mapping how the table is written, as far as it is not what is usual. An encoding that no character
// showed stays open: the next delivery may show another.
func (t *inspector) declare() {
	m := &t.suggestion.mapping
	m.SkipRows = t.Above
	for _, name := range t.head.twice() {
		for _, ours := range slices.Sorted(maps.Keys(m.Columns)) {
			if slices.Contains(m.Columns[ours].Column, name) {
				delete(m.Columns, ours)
				t.suggestion.note("%s may be %s, but comes twice, so that no mapping can name it", name, ours)
			}
		}
	}
	if t.sheet {
		return
	}
	if !t.ascii || t.BOM || t.Encoding == record.UTF16 {
		m.Encoding = t.Encoding
	}
	if t.Delimiter != "," {
		m.Delimiter = t.Delimiter
	}
	if t.Quote != `"` {
		m.Quote = t.Quote
	}
	m.Escape = t.Escape
}
