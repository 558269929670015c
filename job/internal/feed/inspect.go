package feed

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"nayose/job/internal/feed/internal/cell"
	"nayose/job/internal/feed/internal/record"
)

// Inspection is what a file looks like to one who knows nothing about it.
type Inspection struct {
	Container string        `json:"container"` // text, gzip, zip or workbook
	Bytes     int64         `json:"bytes"`
	Tables    []Inspected   `json:"tables"`
	Mapping   string        `json:"mapping"` // to start from, as lines below the partner's name in the config; empty where the file has no header
	Problems  []FileProblem `json:"problems"`
}

// Inspected is one table of an inspected file: the file itself, an entry of an archive, or a sheet of a workbook.
type Inspected struct {
	Name       string            `json:"name,omitempty"`
	Encoding   string            `json:"encoding,omitempty"`
	BOM        bool              `json:"bom"`
	Delimiter  string            `json:"delimiter,omitempty"`
	Quote      string            `json:"quote,omitempty"` // the sign around cells, whether there are any or not
	Escape     string            `json:"escape,omitempty"`
	LineEnds   map[string]int64  `json:"line_ends,omitempty"` // how many lines end in CRLF, LF, CR
	Header     []string          `json:"header"`              // nil where there is none
	HeaderLine int64             `json:"header_line"`
	Above      int               `json:"above"`   // records above the header
	Records    int64             `json:"records"` // below the header, the damaged ones included
	Damaged    int64             `json:"damaged"`
	Blank      int64             `json:"blank"` // records without content
	Columns    []InspectedColumn `json:"columns"`
	First      [][]string        `json:"first"` // the first records

	suggestion *suggestion
	sheet      bool
	ascii      bool
}

// InspectedColumn is one column of an inspected table.
type InspectedColumn struct {
	Header     string `json:"header"`
	Column     string `json:"column"`     // ours that it may be; empty where none is like it
	Confidence string `json:"confidence"` // sure, likely or maybe
	Reason     string `json:"reason"`
	Filled     int64  `json:"filled"` // records in which it has content
	Example    string `json:"example"`
}

// FileProblem is something about a file that a person should know.
type FileProblem struct {
	Table string  `json:"table,omitempty"` // the entry or sheet
	Code  string  `json:"code"`
	Text  string  `json:"text"`
	Count int64   `json:"count,omitempty"` // of the records that have it
	Lines []int64 `json:"lines,omitempty"` // the first of them
}

// Inspect reads a file from its start to its end and says what it is and what is wrong with it. Whatever its size, it holds no
// more than its first records in memory.
//
// The file is looked at twice: its start, for the header and what the columns are; then all of it, as a run with the mapping
// that is suggested would read it.
//
// The error is of kind Contract where the file cannot be read at all.
func Inspect(ctx context.Context, file Content) (*Inspection, error) {
	seen := &Inspection{Bytes: file.Size(), Container: "text", Tables: []Inspected{}, Problems: []FileProblem{}}
	var heads []*head
	for t, err := range record.Open(file, file.Size(), record.Format{}) {
		if err != nil {
			return nil, inTable(t, err)
		}
		h, err := newHead(t)
		if err != nil {
			return nil, inTable(t, err)
		}
		heads = append(heads, h)
	}
	i := 0
	for t, err := range record.Open(file, file.Size(), record.Format{}) {
		if err == nil {
			err = seen.read(ctx, t, heads[i])
		}
		if err != nil {
			return nil, inTable(t, err)
		}
		i++
	}
	seen.setContainer(file)
	seen.compareHeaders()
	if i == 0 {
		seen.problem(FileProblem{Code: "empty", Text: "there is no table in it: no .csv, .tsv or .txt file, no row"})
	} else if first := &seen.Tables[0]; first.Header != nil {
		seen.Mapping = first.suggestion.yaml()
	}
	return seen, nil
}

func (s *Inspection) problem(p FileProblem) { s.Problems = append(s.Problems, p) }

func (s *Inspection) setContainer(file Content) {
	start := make([]byte, 4)
	n, _ := file.ReadAt(start, 0) // it has been read before
	switch start = start[:n]; {
	case bytes.HasPrefix(start, []byte{0x1F, 0x8B}):
		s.Container = "gzip"
	case len(s.Tables) > 0 && s.Tables[0].sheet:
		s.Container = "workbook"
	case bytes.HasPrefix(start, []byte("PK")):
		s.Container = "zip"
	}
}

// compareHeaders looks whether one mapping can read all tables.
func (s *Inspection) compareHeaders() {
	for _, t := range s.Tables[min(1, len(s.Tables)):] {
		if !slices.Equal(t.Header, s.Tables[0].Header) {
			s.problem(FileProblem{Table: t.Name, Code: "other_header", Text: "its header is not that of " + s.Tables[0].Name + ": one mapping must fit both"})
		}
	}
}

// read reads a table to its end.
func (s *Inspection) read(ctx context.Context, rows *record.Table, h *head) error {
	t := newInspector(rows, h)
	for n := 0; ; n++ {
		rec, err := rows.Next()
		if err == io.EOF {
			break
		}
		if err == nil && n%seldom == 0 {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		t.see(rec)
	}
	t.done()
	s.Tables = append(s.Tables, *t.Inspected)
	s.Problems = append(s.Problems, t.problems()...)
	return nil
}

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
	case t.Header != nil && slices.EqualFunc(t.Header, rec.Cells, func(h, text string) bool { return h == cell.Trim(text) }):
		t.Damaged++
		t.hit(CodeHeaderAgain, "", rec.Line)
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
			t.hit(CodeIDSpoilt, c.Header, line)
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
	cell = oneLine(cell)
	if utf8.RuneCountInString(cell) <= shownExample {
		return cell
	}
	return string([]rune(cell)[:shownExample-1]) + "…"
}

// hit counts a problem of a record, in a column or of the whole.
func (t *inspector) hit(code, header string, line int64) {
	p := t.found[code+"\x00"+header]
	if p == nil {
		p = &FileProblem{Table: t.Name, Code: code, Text: problemText(code, header)}
		t.found[code+"\x00"+header] = p
	}
	if p.Count++; len(p.Lines) < shownLines {
		p.Lines = append(p.Lines, line)
	}
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

// problems are those of the table: first what concerns it all, then what concerns some records, the most frequent first.
func (t *inspector) problems() (list []FileProblem) {
	add := func(code, text string, lines ...int64) {
		list = append(list, FileProblem{Table: t.Name, Code: code, Text: text, Lines: lines})
	}
	t.head.problems(add)
	if t.Records == 0 && t.head.usual > 0 {
		add("no_record", "it has no record below the header: a delivery like this is held")
	}
	ends := t.rows.LineEnds()
	if !t.sheet && len(t.LineEnds) > 1 {
		add("line_ends", "lines end in several ways, which does no harm: files may have been put together")
	}
	if ends.Open && t.Records > 0 {
		add("open_end", "the last line has no line end: the file may be cut off")
	}
	if said := t.ids.warning(); said != "" {
		add(codeLostZeros, said)
	}
	some := slices.SortedFunc(maps.Values(t.found), func(a, b *FileProblem) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Code, b.Code), strings.Compare(a.Text, b.Text))
	})
	for _, p := range some {
		list = append(list, *p)
	}
	return list
}

// The codes of problems that reject no record, beside those of faults.
const (
	codeLostZeros = "lost_zeros"
	codeSpoilt    = "number_spoilt"
	codeMixed     = "encoding_mixed"
	codeOwn       = "gaiji"
)

// faultKind tells apart the ways in which a text's encoding may be wrong; other faults are what they are.
func faultKind(f *record.Fault) string {
	switch {
	case f.Code == record.BadText && strings.Contains(f.Reason, "外字"):
		return codeOwn
	case f.Code == record.BadText && strings.Contains(f.Reason, "is UTF-8"):
		return codeMixed
	}
	return string(f.Code)
}

// problemText says a problem of records in words.
func problemText(code, header string) string {
	switch code {
	case CodeIDSpoilt:
		return header + ": a spreadsheet has spoilt the id (1.23E+12, 10月4日, 12.0)"
	case codeSpoilt:
		return header + ": a spreadsheet has spoilt the number (1.23E+12)"
	case codeLostZeros:
		return header + ": the number has lost its leading zero"
	case codeMixed:
		return "the record is UTF-8 and the file CP932: files were put together"
	case codeOwn:
		return "a character of the partner's own system (外字) stands in the record"
	}
	return damageText[code]
}

// damageText says what is wrong with a damaged record.
var damageText = map[string]string{
	CodeQuote:       "the quotes are wrong: one does not close, or stands inside a cell",
	CodeCellCount:   "the record has more or fewer cells than the header",
	CodeTooLong:     "the record does not end, or is longer than can be taken",
	CodeNUL:         "a NUL stands in the record",
	CodeEncoding:    "bytes that are no text in the file's encoding, or a character that was lost before",
	CodeHeaderAgain: "the header stands here again",
	"cell":          "a cell refers to nothing, or was never calculated",
}
