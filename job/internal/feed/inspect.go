package feed

import (
	"context"
	"slices"

	"nayose/job/internal/record"
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
	seen := &Inspection{Bytes: file.Size(), Tables: []Inspected{}, Problems: []FileProblem{}}
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
	if s.Container = record.Container(start[:n]); len(s.Tables) > 0 && s.Tables[0].sheet {
		s.Container = "workbook"
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
	for rec, err := range recordsOf(ctx, rows) {
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
