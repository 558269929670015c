// Package workbook reads .xlsx workbooks as rows of text, one after another: of each visible sheet what a person sees in its cells,
// but for dates, which come out as 2026-10-04 or 2026-10-04 13:30:00 however they are shown, and long numbers, which come out in
// full. Formulas are the values that the workbook keeps beside them.
//
//	    A         B                C
//	1   求人一覧                              Row{Number: 1, Cells: [求人一覧]}
//	2   id        会社名           掲載日     Row{2, [id 会社名 掲載日]}, the header: Sheet.Width is 3
//	3   1         株式会社ナノハ   R8.10.4    Row{3, [1 株式会社ナノハ 2026-10-04]}
//	4   2                          ########   Row{4, [2]}, Fault{Column: 2, Reason: "C4 holds a formula that was never calculated"}
//
// The file is unpacked and parsed as its rows are asked for, within limits of memory and time whatever it holds. Texts that its sheets
// share are read first, and lie in a temporary file where they are many. What is damaged anywhere in a sheet is an error, and never
// the end of the sheet.
//
// Why this is not excelize's Rows (v2.11.0), which writes the workbooks of the tests: it takes damaged XML for the end of the
// sheet and a text that does not exist for an empty cell, without an error (and panics on a negative one), shows a 13-digit number
// in a cell with a border as 1.23456789E+12, and unpacks all parts of the file, pictures included, before the first row.
//
// In reading order: workbook.go; parts.go and part.go, the parts of the archive as XML; rows.go; cell.go and format.go, what a cell shows. What it may cost
// stands in usualLimits: 1 GiB unpacked, and in memory one row and 32 MiB of shared texts with 64 MiB of their places. A workbook that tries all of
// that was refused after 6 s with 39 MiB in use (docs/benchmarks.md, Larger than memory).
package workbook

import (
	"fmt"
	"io"
	"iter"

	"nayose"
)

// Sheet is a visible sheet that has content.
type Sheet struct {
	Name string
	// Width is that of the header in cells: the first of the first rows that is at least half as wide as the widest of them, so that
	// a title above it does not count. Who reads the rows may set it to another width, or to 0 for any: content beyond it is a Fault.
	Width int

	part   *part
	book   *workbook
	inside bool  // of the element that holds the rows
	row    int   // the number of the last one read
	size   int   // of its cells in bytes
	ahead  []Row // read to find the header
}

// Row is a row with content.
type Row struct {
	Number int      // from 1, as Excel counts
	Cells  []string // from column A up to the last that is not empty; where Fault is set, what could be read of them
	Fault  *Fault   // what is wrong with it, or nil
}

// Fault is what is wrong with a row.
type Fault struct {
	Column int // of the cell at fault, from 0
	Kind   Kind
	Reason string // in words
}

// Kind says for programs what is wrong with a row.
type Kind int

// The kinds of faults.
const (
	NoText  Kind = iota // a cell refers to nothing, was never calculated, or lost a character
	TooWide             // it has content beyond the header
	TooLong             // it says more than longestRow bytes
)

// limits bound what a workbook may cost, in bytes.
type limits struct {
	file     int64 // of the workbook, packed
	unpacked int64 // of the parts that are read of it, together
	stretch  int64 // of one row, one text or one small part as XML
	memory   int64 // of the texts that its sheets share: more lie in a temporary file
	shown    int64 // of what its cells say, where they share texts
	texts    int   // how many these are
}

// usualLimits let a sheet of 200,000 rows through, and Excel's own longest cell (32,767 characters) a hundred times a row.
// The texts' places take 64 MiB at the limit.
var usualLimits = limits{file: 64 << 20, unpacked: 1 << 30, stretch: 16 << 20, memory: 32 << 20, shown: 4 << 30, texts: 8 << 20}

// longestRow is how many bytes the cells of a row may say.
const longestRow = 1 << 20

// Sheets reads a workbook of size bytes: its visible sheets that have content, each to be read before the next one is asked for.
//
// Errors, also those of Sheet.Next, are of kind Contract (TooBig for what exceeds the limits) where the file is to blame: no workbook,
// a password, an old .xls, damage anywhere in a sheet. Errors of src come back as they are. The list of the archive's entries is read
// into memory whole; the caller has seen to it that it is short.
func Sheets(src io.ReaderAt, size int64) iter.Seq2[*Sheet, error] {
	return sheets(src, size, usualLimits)
}

func sheets(src io.ReaderAt, size int64, most limits) iter.Seq2[*Sheet, error] {
	return func(yield func(*Sheet, error) bool) {
		book, err := readWorkbook(src, size, most)
		if err != nil {
			yield(nil, err)
			return
		}
		defer book.close()
		for _, l := range book.sheets {
			s, err := book.openSheet(l)
			if err != nil {
				yield(nil, err)
				return
			}
			goOn := len(s.ahead) == 0 || yield(s, nil)
			s.part.close()
			if !goOn {
				return
			}
		}
	}
}

// refuse is an error about the file.
func refuse(kind nayose.Kind, hint, format string, args ...any) error {
	return nayose.Fault(kind, fmt.Errorf(format, args...), hint)
}
