package record

import (
	"io"
	"strings"

	"nayose/job/internal/record/internal/workbook"
)

// openWorkbook reads an .xlsx workbook: a table for each visible sheet that has content. Cells that a row lacks are empty; content
// beyond the header is a Fault. Rows without content are passed over. How wide a sheet is, its first rows tell, or where f leaves
// it to Table.Expect, that.
func openWorkbook(src io.ReaderAt, size int64, f Format) Tables {
	return func(yield func(*Table, error) bool) {
		for s, err := range workbook.Sheets(src, size) {
			if err != nil {
				yield(nil, err)
				return
			}
			t := &Table{Name: s.Name, Format: Format{Width: s.Width}, rows: &sheet{Sheet: s}}
			if f.Width == 0 {
				s.Width = 0
			}
			if !yield(t, nil) {
				return
			}
		}
	}
}

// sheet is a sheet as the rows of a table.
type sheet struct {
	*workbook.Sheet
	rec Record
}

// sheetCodes are the codes of what is wrong with a row.
var sheetCodes = map[workbook.Kind]Code{workbook.NoText: BadCell, workbook.TooWide: CellCount, workbook.TooLong: TooLong}

func (s *sheet) next() (*Record, error) {
	row, err := s.Next()
	if err != nil {
		return nil, err
	}
	s.rec = Record{Offset: int64(row.Number), Line: int64(row.Number), Raw: rawRow(s.rec.Raw[:0], row.Cells)}
	if f := row.Fault; f != nil {
		s.rec.Fault = &Fault{f.Column, sheetCodes[f.Kind], f.Reason}
	} else {
		s.rec.Cells = append(row.Cells, make([]string, max(s.Width-len(row.Cells), 0))...)
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

func (s *sheet) expect(width int) { s.Width = width }
