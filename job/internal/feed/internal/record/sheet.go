package record

import (
	"encoding/xml"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"nayose"
)

// sheetLimits bound what a workbook may cost, in bytes.
type sheetLimits struct {
	file     int64 // of the workbook, packed
	unpacked int64 // of the parts that are read of it, together
	stretch  int64 // of one row, one text or one small part as XML
	memory   int64 // of the texts that its sheets share: more lie in a temporary file
	shown    int64 // of what its cells say, where they share texts
	texts    int   // how many these are
}

// usualSheetLimits let a sheet of 200,000 rows through, and Excel's own longest cell (32,767 characters) a hundred times a row.
// The texts' places take 64 MiB at the limit.
var usualSheetLimits = sheetLimits{file: 64 << 20, unpacked: 1 << 30, stretch: 16 << 20, memory: 32 << 20, shown: 4 << 30, texts: 8 << 20}

// The last row and column that Excel has.
const (
	maxSheetRow    = 1 << 20
	maxSheetColumn = 1 << 14
)

// openWorkbook reads an .xlsx workbook: a table for each visible sheet that has content, streamed, with what a person sees in its
// cells, but for dates, which come out as 2026-10-04 or 2026-10-04 13:30:00 however they are shown, and long numbers, which come
// out in full. Formulas are the values that the workbook keeps beside them.
//
// The width of a sheet is that of its header: the first of its first rows that is at least half as wide as the widest of them,
// so that a title above it does not count. Cells that a row lacks are empty; content beyond the header is a Fault, and so is a cell
// that refers to nothing or was never calculated. Rows without content are passed over.
//
// Errors are of kind Contract (TooBig for what exceeds the limits) where the file is to blame: no workbook, a password, an old .xls,
// damage anywhere in a sheet.
//
// Why this is not excelize's Rows (v2.11.0), which writes the workbooks of the tests: it takes damaged XML for the end of the
// sheet and a text that does not exist for an empty cell, without an error (and panics on a negative one), shows a 13-digit number in a
// cell with a border as 1.23456789E+12, and unpacks all parts of the file, pictures included, before the first row.
func openWorkbook(src io.ReaderAt, size int64) iter.Seq2[*Table, error] {
	return openSheets(src, size, usualSheetLimits)
}

func openSheets(src io.ReaderAt, size int64, limits sheetLimits) iter.Seq2[*Table, error] {
	return func(yield func(*Table, error) bool) {
		book, err := readWorkbook(src, size, limits)
		if err != nil {
			yield(nil, err)
			return
		}
		defer book.close()
		for _, s := range book.sheets {
			rows, err := book.openSheet(s)
			if err != nil {
				yield(nil, err)
				return
			}
			goOn := len(rows.ahead) == 0 || yield(&Table{Name: s.name, Format: Format{Width: rows.width}, rows: rows}, nil)
			rows.close()
			if !goOn {
				return
			}
		}
	}
}

// sheetRows are the rows of a sheet as the rows of a table.
type sheetRows struct {
	*part
	book   *workbook
	inside bool // of the element that holds the rows
	row    int  // the number of the last one read
	width  int
	ahead  []sheetRow // read to find the header
	rec    Record
}

// sheetRow is a row with content: its cells up to the last that is not empty.
type sheetRow struct {
	number int
	cells  []string
	size   int // of the cells in bytes
	fault  *Fault
}

// rowsAhead is how many rows are looked at for the header.
const rowsAhead = 20

func (w *workbook) openSheet(s sheet) (*sheetRows, error) {
	p, err := w.open(s.path)
	if err != nil {
		return nil, err
	}
	rows := &sheetRows{part: p, book: w}
	widest := 0
	for len(rows.ahead) < rowsAhead {
		row, err := rows.read()
		if err == io.EOF {
			break
		}
		if err != nil {
			p.close()
			return nil, err
		}
		widest = max(widest, len(row.cells))
		rows.ahead = append(rows.ahead, row)
	}
	for _, row := range rows.ahead {
		if row.fault == nil && 2*len(row.cells) >= widest {
			rows.width = len(row.cells)
			break
		}
	}
	return rows, nil
}

func (s *sheetRows) next() (*Record, error) {
	var row sheetRow
	if len(s.ahead) > 0 {
		row, s.ahead = s.ahead[0], s.ahead[1:]
	} else {
		var err error
		if row, err = s.read(); err != nil {
			return nil, err
		}
	}
	if row.fault == nil && len(row.cells) > s.width {
		last := len(row.cells) - 1
		row.fault = &Fault{last, CellCount, fmt.Sprintf("%s has content, but the header ends at column %s", cellName(last, row.number), columnName(s.width-1))}
	}
	s.rec = Record{Offset: int64(row.number), Line: int64(row.number), Raw: rawRow(s.rec.Raw[:0], row.cells), Fault: row.fault}
	if row.fault == nil {
		s.rec.Cells = append(row.cells, make([]string, s.width-len(row.cells))...)
	}
	return &s.rec, nil
}

var rawCell = strings.NewReplacer("\t", " ", "\r", " ", "\n", " ")

func rawRow(dst []byte, cells []string) []byte {
	for i, cell := range cells {
		if i > 0 {
			dst = append(dst, '\t')
		}
		dst = append(dst, rawCell.Replace(cell)...)
	}
	return dst
}

// read is the next row with content; the error is io.EOF behind the last, once the rest of the sheet has shown to be whole.
func (s *sheetRows) read() (sheetRow, error) {
	for {
		token, err := s.token()
		if err != nil {
			return sheetRow{}, err
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch {
			case e.Name.Local == "sheetData":
				s.inside = true
			case e.Name.Local == "row" && s.inside:
				s.allow()
				row, err := s.readRow(e)
				if err != nil || row.fault != nil || len(row.cells) > 0 {
					return row, err
				}
			}
		case xml.EndElement:
			if e.Name.Local == "sheetData" {
				s.inside = false
			}
		}
	}
}

func (s *sheetRows) readRow(start xml.StartElement) (row sheetRow, err error) {
	number := s.row + 1
	if r := attribute(start, "r"); r != "" {
		if number, err = strconv.Atoi(r); err != nil || number <= s.row || number > maxSheetRow {
			return row, s.damaged(fmt.Errorf("a row %q follows row %d", r, s.row))
		}
	}
	s.row, row.number = number, number
	column := -1
	for {
		token, err := s.token()
		if err != nil {
			return row, err
		}
		switch e := token.(type) {
		case xml.EndElement: // of the row: elements inside are read whole
			row.cells = trimCells(row.cells)
			return row, nil
		case xml.StartElement:
			if e.Name.Local != "c" {
				if err := s.skip(); err != nil {
					return row, err
				}
				continue
			}
			if column, err = s.column(e, column); err != nil {
				return row, err
			}
			if err := s.readCell(e, &row, column); err != nil {
				return row, err
			}
		}
	}
}

// column is the column of a cell, from 0: the one that it names, or the next.
func (s *sheetRows) column(cell xml.StartElement, last int) (int, error) {
	name := attribute(cell, "r")
	if name == "" {
		return last + 1, nil
	}
	column := 0
	for _, letter := range []byte(name) {
		if letter < 'A' || letter > 'Z' || column > maxSheetColumn {
			break
		}
		column = 26*column + int(letter-'A') + 1
	}
	if column--; column <= last || column >= maxSheetColumn {
		return 0, s.damaged(fmt.Errorf("a cell %q follows %s", name, cellName(last, s.row)))
	}
	return column, nil
}

// readCell reads a cell into its column of the row.
func (s *sheetRows) readCell(start xml.StartElement, row *sheetRow, column int) error {
	c := cell{kind: attribute(start, "t"), style: attribute(start, "s")}
	if err := c.read(s.part); err != nil {
		return err
	}
	if row.size > maxRecord {
		return nil
	}
	text, wrong, err := s.book.show(&c)
	if err != nil {
		return err
	}
	row.size += len(text)
	if s.book.shown += int64(len(text)); s.book.shown > s.book.limits.shown {
		return workbookFault(nayose.TooBig, "have the partner send CSV", "the cells of the workbook say more than %d bytes", s.book.limits.shown)
	}
	if row.size > maxRecord {
		row.fault = &Fault{column, TooLong, fmt.Sprintf("%s makes the row longer than %d bytes", cellName(column, row.number), maxRecord)}
		return nil
	}
	if wrong != "" && row.fault == nil {
		row.fault = &Fault{column, BadCell, cellName(column, row.number) + " " + wrong}
	}
	if text != "" {
		row.cells = append(row.cells, make([]string, column+1-len(row.cells))...)
		row.cells[column] = text
	}
	return nil
}

// trimCells cuts off what is empty at the end; nothing is left of a row of blanks.
func trimCells(cells []string) []string {
	for len(cells) > 0 && strings.Trim(cells[len(cells)-1], " \t") == "" {
		cells = cells[:len(cells)-1]
	}
	return slices.Clip(cells)
}

// cellName names a cell as Excel does: A1 is column 0 of row 1.
func cellName(column, row int) string { return columnName(column) + strconv.Itoa(row) }

func columnName(column int) string {
	name := ""
	for column++; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}

// workbookFault is an error about the file.
func workbookFault(kind nayose.Kind, hint, format string, args ...any) error {
	return nayose.Fault(kind, fmt.Errorf(format, args...), hint)
}

// expect changes nothing: every row is as wide as the header.
func (s *sheetRows) expect(int) {}
