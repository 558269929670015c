package workbook

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"nayose"
)

// The last row and column that Excel has.
const (
	maxSheetRow    = 1 << 20
	maxSheetColumn = 1 << 14
)

// rowsAhead is how many rows are looked at for the header.
const rowsAhead = 20

// openSheet opens a sheet and finds its header.
func (w *workbook) openSheet(l listed) (*Sheet, error) {
	p, err := w.open(l.path)
	if err != nil {
		return nil, err
	}
	s := &Sheet{Name: l.name, part: p, book: w}
	widest := 0
	for len(s.ahead) < rowsAhead {
		row, err := s.read()
		if err == io.EOF {
			break
		}
		if err != nil {
			p.close()
			return nil, err
		}
		widest = max(widest, len(row.Cells))
		s.ahead = append(s.ahead, row)
	}
	for _, row := range s.ahead {
		if row.Fault == nil && 2*len(row.Cells) >= widest {
			s.Width = len(row.Cells)
			break
		}
	}
	return s, nil
}

// Next is the next row with content; the error is io.EOF behind the last, once the rest of the sheet has shown to be whole.
func (s *Sheet) Next() (row Row, err error) {
	if len(s.ahead) > 0 {
		row, s.ahead = s.ahead[0], s.ahead[1:]
	} else if row, err = s.read(); err != nil {
		return Row{}, err
	}
	if row.Fault == nil && s.Width > 0 && len(row.Cells) > s.Width {
		last := len(row.Cells) - 1
		reason := fmt.Sprintf("%s has content, but the header ends at column %s", cellName(last, row.Number), columnName(s.Width-1))
		row.Fault = &Fault{last, TooWide, reason}
	}
	return row, nil
}

// read is the next row with content, as wide as it may be.
func (s *Sheet) read() (Row, error) {
	for {
		token, err := s.part.token()
		if err != nil {
			return Row{}, err
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch {
			case e.Name.Local == "sheetData":
				s.inside = true
			case e.Name.Local == "row" && s.inside:
				s.part.allow()
				row, err := s.readRow(e)
				if err != nil || row.Fault != nil || len(row.Cells) > 0 {
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

func (s *Sheet) readRow(start xml.StartElement) (row Row, err error) {
	number := s.row + 1
	if r := attribute(start, "r"); r != "" {
		if number, err = strconv.Atoi(r); err != nil || number <= s.row || number > maxSheetRow {
			return row, s.part.damaged(fmt.Errorf("a row %q follows row %d", r, s.row))
		}
	}
	s.row, s.size, row.Number = number, 0, number
	column := -1
	for {
		token, err := s.part.token()
		if err != nil {
			return row, err
		}
		switch e := token.(type) {
		case xml.EndElement: // of the row: elements inside are read whole
			row.Cells = trimCells(row.Cells)
			return row, nil
		case xml.StartElement:
			if e.Name.Local != "c" {
				if err := s.part.skip(); err != nil {
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
func (s *Sheet) column(cell xml.StartElement, last int) (int, error) {
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
		return 0, s.part.damaged(fmt.Errorf("a cell %q follows %s", name, cellName(last, s.row)))
	}
	return column, nil
}

// readCell reads a cell into its column of the row.
func (s *Sheet) readCell(start xml.StartElement, row *Row, column int) error {
	c := cell{kind: attribute(start, "t"), style: attribute(start, "s")}
	if err := c.read(s.part); err != nil {
		return err
	}
	if s.size > longestRow {
		return nil
	}
	text, wrong, err := s.book.show(&c)
	if err != nil {
		return err
	}
	s.size += len(text)
	if s.book.shown += int64(len(text)); s.book.shown > s.book.limits.shown {
		return refuse(nayose.TooBig, "have the partner send CSV", "the cells of the workbook say more than %d bytes", s.book.limits.shown)
	}
	if s.size > longestRow {
		row.Fault = &Fault{column, TooLong, fmt.Sprintf("%s makes the row longer than %d bytes", cellName(column, row.Number), longestRow)}
		return nil
	}
	if wrong != "" && row.Fault == nil {
		row.Fault = &Fault{column, NoText, cellName(column, row.Number) + " " + wrong}
	}
	if text != "" {
		row.Cells = append(row.Cells, make([]string, column+1-len(row.Cells))...)
		row.Cells[column] = text
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
