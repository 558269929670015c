// Package sheet writes tables that a person opens in a spreadsheet by a double click, and that it leaves as they are: a CSV in UTF-8 with
// a BOM and CRLF, with an apostrophe before each cell that would be taken for a formula, or for a number where it is none.
//
//	err := sheet.Write(w, func(row func(cells ...string) error) error {
//		return errors.Join(row("company_id", "phone", "note"), row("1234567890123", "0117111234", "=1+1"))
//	})
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
	"cmp"
	"encoding/csv"
	"io"
	"strings"
	"unicode/utf8"
)

// Write writes a table: rows is told what takes a row, which may be of any length, and its error ends the table.
func Write(w io.Writer, rows func(row func(cells ...string) error) error) error {
	buffered := bufio.NewWriter(w)
	_, _ = buffered.WriteString("\uFEFF") // its error comes again at each write after it
	out := csv.NewWriter(buffered)
	out.UseCRLF = true
	var made []string
	err := rows(func(cells ...string) error {
		made = made[:0]
		for _, cell := range cells {
			made = append(made, safe(cell))
		}
		return out.Write(made)
	})
	out.Flush()
	return cmp.Or(err, out.Error())
}

// safe is a cell as a spreadsheet leaves it.
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
