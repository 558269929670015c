package record

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"nayose"
)

// must stops the test at an error of building a file.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestSheets reads a workbook of two sheets as tables: what is in them, and with which code their faults come.
func TestSheets(t *testing.T) {
	f := excelize.NewFile()
	put := func(sheet, cell string, row ...any) { must(t, f.SetSheetRow(sheet, cell, &row)) }
	put("Sheet1", "A1", "求人一覧")
	put("Sheet1", "A2", "id", "会社名", "掲載日")
	put("Sheet1", "A3", 1, "株式会社ナノハ", time.Date(2026, 10, 4, 0, 0, 0, 0, time.UTC))
	put("Sheet1", "A4", 2)
	must(t, f.SetCellFormula("Sheet1", "C4", "1+1"))
	put("Sheet1", "A6", 3, "a\tb\nc", nil, nil, "!")
	put("Sheet1", "A7", 4)
	_, err := f.NewSheet("長")
	must(t, err)
	header, long := make([]any, 40), make([]any, 40)
	for i := range header {
		header[i], long[i] = "x", strings.Repeat("x", 32767)
	}
	put("長", "A1", header...)
	put("長", "A2", long...)
	var book bytes.Buffer
	must(t, f.Write(&book))

	var got []string
	for table, err := range Open(bytes.NewReader(book.Bytes()), int64(book.Len()), Format{Width: Usual}) {
		must(t, err)
		isSheet := table.Sheet() && table.LineEnds() == (LineEnds{}) && table.Bytes() == (nayose.ByteCounts{})
		got = append(got, fmt.Sprintf("%s: %d cells, a sheet: %v", table.Name, table.Format.Width, isSheet))
		for {
			r, err := table.Next()
			if err == io.EOF {
				break
			}
			must(t, err)
			if len(r.Raw) > 100 {
				r.Raw, r.Cells = r.Raw[:3], r.Cells[:min(len(r.Cells), 2)]
			}
			got = append(got, fmt.Sprintf("%d %d %d %q %q %v", r.Offset, r.Line, r.Size, r.Raw, r.Cells, r.Fault))
		}
	}
	want := []string{
		"Sheet1: 3 cells, a sheet: true",
		`1 1 0 "求人一覧" ["求人一覧" "" ""] <nil>`,
		`2 2 0 "id\t会社名\t掲載日" ["id" "会社名" "掲載日"] <nil>`,
		`3 3 0 "1\t株式会社ナノハ\t2026-10-04" ["1" "株式会社ナノハ" "2026-10-04"] <nil>`,
		`4 4 0 "2" [] &{2 cell C4 holds a formula that was never calculated}`,
		`6 6 0 "3\ta b c\t\t\t!" [] &{4 cell_count E6 has content, but the header ends at column C}`,
		`7 7 0 "4" ["4" "" ""] <nil>`,
		"長: 40 cells, a sheet: true",
	}
	if diff := cmp.Diff(want, got[:min(len(got), len(want))]); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if last := got[len(got)-1]; !strings.HasSuffix(last, `"xxx" [] &{32 too_long AG2 makes the row longer than 1048576 bytes}`) {
		t.Errorf("the last record is %s", last)
	}
}
