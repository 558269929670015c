package workbook

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
)

// TestWorkbookBombs shows that a small workbook cannot ask for memory or time without end.
func TestWorkbookBombs(t *testing.T) {
	book := workbookOf(t, put(t, []any{"id", "name"}, []any{1, "株式会社ナノハ"}, []any{2, "合同会社ナギサ"}))
	sheet := func(old, replacement string) []byte { return edit(t, book, "sheet1.xml", old, replacement) }
	shown := usualLimits
	shown.shown = 10
	nested := strings.Repeat("<a>", 1200) + strings.Repeat("</a>", 1200)
	for _, test := range []struct {
		name   string
		book   []byte
		limits limits
		kind   nayose.Kind
		want   string
	}{
		{"elements in one another, in a row", sheet("<v>2</v>", nested), usualLimits, nayose.Contract, "the workbook is damaged: xl/worksheets/sheet1.xml: more than 1000 elements"},
		{"elements in one another, elsewhere", sheet("</sheetData>", "</sheetData>"+nested), usualLimits, nayose.Contract, "the workbook is damaged: xl/worksheets/sheet1.xml: more than 1000 elements"},
		{"sheets", edit(t, book, "workbook.xml", "</sheets>", strings.Repeat(`<sheet/>`, 2000)+"</sheets>"), usualLimits, nayose.TooBig, "the workbook has more than 2000 sheets or parts"},
		{"relations", edit(t, book, "workbook.xml.rels", "</Relationships>", strings.Repeat(`<Relationship/>`, 2000)+"</Relationships>"), usualLimits, nayose.TooBig, "the workbook has more than 2000 sheets or parts"},
		{"texts shown often", book, shown, nayose.TooBig, "the cells of the workbook say more than 10 bytes"},
	} {
		_, err := linesOf(test.book, test.limits)
		var fault *nayose.Error
		if !errors.As(err, &fault) || fault.Kind != test.kind || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %s…", test.name, err, test.want)
		}
	}
}

// TestWorkbookLongRow shows that cells which share a long text cost the row that has them.
func TestWorkbookLongRow(t *testing.T) {
	long := strings.Repeat("x", 600_000)
	book := workbookOf(t, put(t, []any{"id", "name"}, []any{1, "LONG"}, []any{2, "合同会社ナギサ"}))
	book = edit(t, book, "sharedStrings.xml", "LONG", long)
	book = edit(t, book, "sheet1.xml", `<c r="B2" t="s"><v>(\d)</v></c>`, `<c r="B2" t="s"><v>$1</v></c><c t="s"><v>$1</v></c><c t="s"><v>$1</v></c><c t="s"><v>99</v></c>`)
	for _, inFile := range []bool{false, true} {
		limits := usualLimits
		if inFile {
			limits.memory = 100
		}
		got, err := linesOf(book, limits)
		for i, line := range got {
			got[i] = strings.ReplaceAll(line, long, "LONG")
		}
		want := []string{
			`Sheet1 1 ["id" "name"]`, `Sheet1 2 ["1" "LONG"] but 2, 2: C2 makes the row longer than 1048576 bytes`, `Sheet1 3 ["2" "合同会社ナギサ"]`,
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("texts in a file %v: error %v, -want +got:\n%s", inFile, err, diff)
		}
	}
}

// TestWorkbookNumberBombs shows numbers and formats that would take minutes to write out as they stand in the file.
func TestWorkbookNumberBombs(t *testing.T) {
	book := workbookOf(t, put(t, []any{"id", "name"}, []any{1, 5}))
	long := strings.Repeat("7", 500)
	for _, test := range []struct{ format, value, want string }{
		{"0", "1e-2000000", "0"},
		{"0.0", "0." + long, "0." + long},
		{strings.Repeat("0", 2000), "5", "5"},
		{"0.0", strings.Repeat("1<!-- -->", 3), "111.0"},
	} {
		b := edit(t, book, "styles.xml", "<cellXfs.*</cellXfs>", `<cellXfs count="1"><xf numFmtId="200"/></cellXfs>`)
		b = edit(t, b, "styles.xml", "<fonts", fmt.Sprintf(`<numFmts count="1"><numFmt numFmtId="200" formatCode="%s"/></numFmts><fonts`, test.format))
		b = edit(t, b, "sheet1.xml", "<v>5</v>", "<v>"+test.value+"</v>")
		got, err := linesOf(b, usualLimits)
		if err != nil || len(got) != 2 || !strings.HasSuffix(got[1], fmt.Sprintf("%q]", test.want)) {
			t.Errorf("%.20s in the format %.20s: %.300q (%v), want %.40s", test.value, test.format, got, err, test.want)
		}
	}
}
