// Package record takes a partner's file apart into records: where each one lies in the file, its cells as text, or what is
// wrong with it. It knows encodings, CSV in all its dialects, archives and workbooks, and nothing of what the cells mean.
//
//	file ─ Open ─▶ tables: the file itself, entries of an archive, sheets of a workbook
//	table ─ Next ─▶ records, each with its place, and its cells or its Fault
//
// The bytes of a text are found to be in an encoding (charset) and cut into raw records, whose cells are then decoded:
//
//	1,"Ｙ社\n2,"Ｚ社"  ─▶  {Offset: 0, Line: 1, Raw: 1,"Ｙ社, Fault: {1, quote, text follows the closing quote of cell 2}}
//	                       {Offset: 10, Line: 2, Raw: 2,"Ｚ社", Cells: [2 Ｚ社]}
//
// The rows of a workbook (workbook) are records, too.
//
// In reading order: open.go; csv.go cuts a text into records, cells.go these into cells, in the dialect that dialect.go finds out, and damage.go gives up
// what is damaged; archive.go and sheet.go. What it costs (docs/benchmarks.md, Extract): 587 MB/s of a core for UTF-8, 474 for CP932, 3 µs a record of 1.9 KB, in the
// memory of one record, which is 1 MiB at most, and of what is looked at beyond it; damage costs no more than a second look at that.
package record

import (
	"iter"

	"nayose/job/internal/record/internal/charset"
)

// The encodings that a text may be in.
const (
	UTF8  = charset.UTF8
	CP932 = charset.CP932 // Shift_JIS as Windows writes it
	EUCJP = charset.EUCJP
	UTF16 = charset.UTF16 // of either byte order
)

// Format is how a table is written: what is declared of it, and once it is open, what was found.
type Format struct {
	Encoding  string // utf-8, cp932, euc-jp or utf-16; empty: find out
	Delimiter string // between cells; empty: find out
	Quote     byte   // around cells: " or '; NoQuote: none; 0: find out
	Escape    byte   // makes a quote in a quoted cell an ordinary one, as doubling it does; 0 for none
	// BareQuotes says that a quote inside an unquoted cell is an ordinary character (24"), and not damage.
	BareQuotes bool
	// Width is how many cells a sound record has; 0: any number, until Table.Expect; Usual: find out.
	Width int
}

// Record is one record of a table. It is valid until the next one is read.
type Record struct {
	Offset int64    // of its first byte in the table, before decoding; in a sheet, the number of its row, from 1
	Line   int64    // on which it starts, from 1; in a sheet, its row
	Size   int64    // in bytes of the file, without the line end; in a sheet, 0
	Raw    []byte   // its bytes without the line end, as they stand in the file; in a sheet, its cells as tab-separated UTF-8
	Cells  []string // void where Fault is set
	Blank  bool     // no cell has content, whatever their number
	Fault  *Fault   // what is wrong with it, or nil
}

// Fault is what is wrong with a record.
type Fault struct {
	Cell   int // the cell at fault, from 0, or -1 where it is the whole record
	Code   Code
	Reason string // in words; they go into a reject, never into a log
}

// Code says for programs what is wrong with a record.
type Code string

// The codes of faults.
const (
	BadQuote  Code = "quote"      // a quote does not open, close or stand where one may
	CellCount Code = "cell_count" // too few cells or too many
	TooLong   Code = "too_long"   // longer than a record may be
	NUL       Code = "nul"        // a byte 0
	BadCell   Code = "cell"       // a cell of a workbook refers to nothing, or was never calculated
	BadText   Code = "encoding"   // bytes that are no text in the table's encoding, or a character that was lost before
)

// rows is what a table reads its records from: lines of CSV or rows of a sheet. The error is io.EOF after the last.
type rows interface {
	next() (*Record, error)
	expect(width int)
}

// Table is a run of records under one header: a plain file, an entry of an archive or a sheet of a workbook.
type Table struct {
	Name   string // of the entry or sheet; empty for a plain file
	Format Format // as found
	rows   rows
}

// Next is the next record; the error is io.EOF after the last.
func (t *Table) Next() (*Record, error) { return t.rows.next() }

// LineEnds are how many lines of a table end in which way, those within quoted cells aside.
type LineEnds struct {
	CRLF, LF, CR int64
	Open         bool // the last record has none
}

// add counts a run of CRs and LFs; afterCR says that a CR stands before it.
func (e *LineEnds) add(run []byte, afterCR bool) {
	for _, b := range run {
		switch {
		case b == '\r':
			e.CR++
		case afterCR:
			e.CR--
			e.CRLF++
		default:
			e.LF++
		}
		afterCR = b == '\r'
	}
	e.Open = false
}

// LineEnds are those of the records that have been read; none in a sheet.
func (t *Table) LineEnds() LineEnds {
	if c, ok := t.rows.(*text); ok {
		return c.split.ends
	}
	return LineEnds{}
}

// Sheet tells whether the table is a sheet of a workbook.
func (t *Table) Sheet() bool {
	_, ok := t.rows.(*sheet)
	return ok
}

// Expect says how many cells a sound record has from here on: as many as the header that was just read.
func (t *Table) Expect(width int) { t.rows.expect(width) }

// Tables are the tables of a file, each to be read before the next one is asked for.
type Tables = iter.Seq2[*Table, error]
