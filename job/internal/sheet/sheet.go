// Package sheet writes tables that a person opens in a spreadsheet by a double click, and that it leaves as they are: a CSV in UTF-8 with
// a BOM and CRLF, with an apostrophe before each cell that would be taken for a formula, or for a number where it is none.
//
//	out := sheet.New(w)
//	err := errors.Join(out.Row("company_id", "phone", "note"), out.Row("1234567890123", "0117111234", "=1+1"), out.Flush())
//
// writes
//
//	company_id,phone,note
//	'1234567890123,'0117111234,'=1+1
//
// Rows go through a buffer of a few KB: what was written is not held.
package sheet

import (
	"bufio"
	"encoding/csv"
	"io"
	"strings"
	"unicode/utf8"
)

// Writer writes a table. It holds some rows back until it is flushed.
type Writer struct {
	out *csv.Writer
	row []string
}

// New begins a table.
func New(w io.Writer) *Writer {
	buffered := bufio.NewWriter(w)
	_, _ = buffered.WriteString("\uFEFF") // its error comes again at each write after it
	out := csv.NewWriter(buffered)
	out.UseCRLF = true
	return &Writer{out: out}
}

// Row writes a row, its cells made safe. Rows may be of any length.
func (w *Writer) Row(cells ...string) error {
	w.row = w.row[:0]
	for _, cell := range cells {
		w.row = append(w.row, safe(cell))
	}
	return w.out.Write(w.row)
}

// Flush writes what was held back. Its error is the first of all.
func (w *Writer) Flush() error {
	w.out.Flush()
	return w.out.Error()
}

func safe(cell string) string {
	if isFormula(cell) || isCode(cell) {
		return "'" + cell
	}
	return cell
}

// isFormula reports what a spreadsheet might take for a formula, also behind spaces and in full width, or break a row at.
func isFormula(cell string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(cell, " \u3000\u00A0\uFEFF"))
	return strings.ContainsRune("=+-@\t\r\n＝＋－＠−", first)
}

// isCode reports digits that are no number: a spreadsheet would drop their leading zero, or round them to 1.23E+12.
func isCode(cell string) bool {
	return len(cell) > 1 && strings.Trim(cell, "0123456789") == "" && (cell[0] == '0' || len(cell) > 11)
}
