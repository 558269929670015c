package workbook

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"nayose"
)

// workbookOf writes a workbook and returns its bytes.
func workbookOf(t testing.TB, write func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	write(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// must stops the test at an error of building a workbook.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// put writes cells into the first sheet of a new workbook, rows of cells from A1 on; a nil is no cell.
func put(t testing.TB, rows ...[]any) func(f *excelize.File) {
	return func(f *excelize.File) {
		for r, row := range rows {
			for c, v := range row {
				if v != nil {
					must(t, f.SetCellValue("Sheet1", cellName(c, r+1), v))
				}
			}
		}
	}
}

// edit replaces text in the parts of a workbook whose names end like this; with no text to find, what is there.
func edit(t testing.TB, book []byte, part, old, replacement string) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	must(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	found := false
	for _, f := range archive.File {
		r, err := f.Open()
		must(t, err)
		content, err := io.ReadAll(r)
		must(t, err)
		if strings.HasSuffix(f.Name, part) {
			if !regexp.MustCompile(old).Match(content) {
				t.Fatalf("%s has no %s: %s", f.Name, old, content)
			}
			content = regexp.MustCompile(old).ReplaceAll(content, []byte(replacement))
			found = true
		}
		e, err := w.Create(f.Name)
		must(t, err)
		_, err = e.Write(content)
		must(t, err)
	}
	if !found {
		t.Fatalf("the workbook has no part %s", part)
	}
	must(t, w.Close())
	return out.Bytes()
}

// linesOf reads a workbook: sheet, row and cells in one line each, and the fault.
func linesOf(book []byte, most limits) (lines []string, err error) {
	for sheet, err := range sheets(bytes.NewReader(book), int64(len(book)), most) {
		if err != nil {
			return lines, err
		}
		for n := 0; ; n++ {
			r, err := sheet.Next()
			if err == io.EOF && n > 0 {
				break
			}
			if err != nil {
				return lines, err
			}
			line := fmt.Sprintf("%s %d %q", sheet.Name, r.Number, r.Cells)
			if r.Fault != nil {
				line += fmt.Sprintf(" but %d, %d: %s", r.Fault.Column, r.Fault.Kind, r.Fault.Reason)
			}
			lines = append(lines, line)
		}
	}
	return lines, nil
}

func TestWorkbook(t *testing.T) {
	shared := func(rows ...[]any) []byte { return workbookOf(t, put(t, rows...)) }
	header, first := []any{"id", "会社名", "備考"}, []any{1, "株式会社ナノハ", "x"}
	for _, test := range []struct {
		name string
		book []byte
		want []string
	}{
		{"plain", shared(header, first), []string{`Sheet1 1 ["id" "会社名" "備考"]`, `Sheet1 2 ["1" "株式会社ナノハ" "x"]`}},
		{
			"short rows, no cells between, empty cells beyond the header", shared(header, []any{1}, []any{2, nil, "y"}, []any{3, "z", "", "", " "}),
			[]string{`Sheet1 1 ["id" "会社名" "備考"]`, `Sheet1 2 ["1"]`, `Sheet1 3 ["2" "" "y"]`, `Sheet1 4 ["3" "z"]`},
		},
		{
			"content beyond the header", shared(header, []any{1, "a\tb\nc", nil, nil, "!"}, first),
			[]string{`Sheet1 1 ["id" "会社名" "備考"]`, `Sheet1 2 ["1" "a\tb\nc" "" "" "!"] but 4, 1: E2 has content, but the header ends at column C`, `Sheet1 3 ["1" "株式会社ナノハ" "x"]`},
		},
		{
			"empty rows", shared(nil, nil, header, nil, []any{"", " ", "\t"}, first),
			[]string{`Sheet1 3 ["id" "会社名" "備考"]`, `Sheet1 6 ["1" "株式会社ナノハ" "x"]`},
		},
		{
			"a title", shared([]any{"求人一覧"}, header, first),
			[]string{`Sheet1 1 ["求人一覧"]`, `Sheet1 2 ["id" "会社名" "備考"]`, `Sheet1 3 ["1" "株式会社ナノハ" "x"]`},
		},
		{"line breaks and what looks like an escape", shared([]any{"a\nb", "c\r\nd", "_x005F_x0041_x_", " e "}), []string{`Sheet1 1 ["a\nb" "c\r\nd" "_x0041_x_" " e "]`}},
		{"booleans", shared([]any{true, false}), []string{`Sheet1 1 ["TRUE" "FALSE"]`}},
		{"empty", shared(), nil},
		{"merged", workbookOf(t, func(f *excelize.File) {
			put(t, header, first, []any{2})(f)
			must(t, f.MergeCell("Sheet1", "B2", "B3"))
		}), []string{`Sheet1 1 ["id" "会社名" "備考"]`, `Sheet1 2 ["1" "株式会社ナノハ" "x"]`, `Sheet1 3 ["2"]`}},
		{"sheets, one of them hidden, one empty", workbookOf(t, func(f *excelize.File) {
			for _, name := range []string{"東京", "裏", "空"} {
				_, err := f.NewSheet(name)
				must(t, err)
			}
			must(t, f.SetCellStr("Sheet1", "A1", "id"))
			must(t, f.SetCellStr("東京", "B2", "号"))
			must(t, f.SetCellStr("裏", "A1", "secret"))
			must(t, f.SetSheetVisible("裏", false))
		}), []string{`Sheet1 1 ["id"]`, `東京 2 ["" "号"]`}},
		{"rich text", workbookOf(t, func(f *excelize.File) {
			must(t, f.SetCellRichText("Sheet1", "A1", []excelize.RichTextRun{{Text: "株式会社"}, {Text: "ナノハ", Font: &excelize.Font{Bold: true}}}))
		}), []string{`Sheet1 1 ["株式会社ナノハ"]`}},
		{
			"readings are no text", edit(t, shared([]any{"東京"}), "sharedStrings.xml", "</t></si>", `</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>`),
			[]string{`Sheet1 1 ["東京"]`},
		},
		{"inline text, an error, a formula, a date in words", edit(t, shared(), "sheet1.xml", "<sheetData></sheetData>", `<sheetData><row><c t="inlineStr"><is><t>a&amp;</t><r><t>b</t></r></is></c>`+
			`<c t="e"><v>#N/A</v></c><c t="str"><f>A1&amp;"_"</f><v>q_x000D_</v></c><c><f>1+1</f><v>2</v></c><c t="str"><f>""</f><v></v></c><c t="d"><v>2026-10-04T00:00:00</v></c>`+
			`<c t="d"><v>2026-10-04T13:30:00</v></c></row></sheetData>`), []string{`Sheet1 1 ["a&b" "#N/A" "q\r" "2" "" "2026-10-04" "2026-10-04 13:30:00"]`}},
		{
			"a formula without its value", edit(t, shared(), "sheet1.xml", "<sheetData></sheetData>", `<sheetData><row r="7"><c r="C7"><f>1+1</f></c></row></sheetData>`),
			[]string{`Sheet1 7 [] but 2, 0: C7 holds a formula that was never calculated`},
		},
		{
			"texts that do not exist", edit(t, shared(), "sheet1.xml", "<sheetData></sheetData>", `<sheetData><row r="1"><c><v>1</v></c><c><v>2</v></c></row><row r="2"><c r="A2" t="s"><v>-1</v></c></row>`+
				`<row r="3"><c r="A3"><v>1</v></c><c r="B3" t="s"><v>0</v></c></row><row r="4"><c r="A4" t="s"><v></v></c><c t="n"><v>5</v></c></row></sheetData>`),
			[]string{`Sheet1 1 ["1" "2"]`, `Sheet1 2 [] but 0, 0: A2 refers to a text that the workbook does not have`, `Sheet1 3 ["1"] but 1, 0: B3 refers to a text that the workbook does not have`, `Sheet1 4 ["" "5"]`},
		},
		{"a header behind a damaged row", edit(t, shared(), "sheet1.xml", "<sheetData></sheetData>", `<sheetData><row><c><v>1</v></c><c t="s"><v>9</v></c></row>`+
			`<row><c><v>1</v></c><c><v>2</v></c></row></sheetData>`), []string{`Sheet1 1 ["1"] but 1, 0: B1 refers to a text that the workbook does not have`, `Sheet1 2 ["1" "2"]`}},
		{
			"lost characters", edit(t, shared(), "sheet1.xml", "<sheetData></sheetData>", `<sheetData><row><c t="str"><v>a_x0000_</v></c></row><row><c t="str"><v>`+"\uFFFD"+`</v></c></row></sheetData>`),
			[]string{`Sheet1 1 ["a\x00"] but 0, 0: A1 holds a NUL`, "Sheet1 2 [\"\uFFFD\"] but 0, 0: A2 holds U+FFFD: a character was lost before the file was written"},
		},
		{"rows elsewhere in the sheet", edit(t, shared(header), "sheet1.xml", "</sheetData>", `</sheetData><x><row r="1"><c r="A1"><v>5</v></c></row></x>`), []string{`Sheet1 1 ["id" "会社名" "備考"]`}},
	} {
		got, err := linesOf(test.book, usualLimits)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", test.name, diff)
		}
	}
}

// TestWorkbookNumbers writes numbers in many formats, dates by their number (46299.5625 is 2026-10-04 13:30) and by Go's time.
func TestWorkbookNumbers(t *testing.T) {
	const day, noon = 46299, 46299.5625
	for _, test := range []struct {
		format any // the number of a built-in one, or a code
		value  any
		want   string
	}{
		{0, 1234567890123, "1234567890123"},
		{0, "=", "="},
		{0, 0.1 + 0.2, "0.3"},
		{0, -1350.5, "-1350.5"},
		{1, 1234567890123, "1234567890123"},
		{11, 1234567890123, "1234567890123"},
		{12, 0.5, "0.5"},
		{48, 1e12, "1000000000000"},
		{49, 1234567890123, "1234567890123"},
		{2, 3.14159, "3.14"},
		{3, 1234567, "1,234,567"},
		{4, 1234567.891, "1,234,567.89"},
		{9, 0.5, "50%"},
		{10, 0.0525, "5.25%"},
		{"0.00E+00", 1234567890123, "1234567890123"},
		{"General;[Red]-General", -12345678901234, "-12345678901234"},
		{"G/標準", day, "46299"},
		{"0,.0", 251500, "251.5"},
		{`[$-411]e"年"`, day, "2026-10-04"},
		{"0000000", 12345, "0012345"},
		{"0000000000000", 1234567890123, "1234567890123"},
		{"#,##0", 0, "0"},
		{"#,##0", 999, "999"},
		{"#,##0", -1350, "-1,350"},
		{"#,##0", -0.2, "0"},
		{"000,000", 1234, "001,234"},
		{"#,##0;[Red]-#,##0", -1350, "-1,350"},
		{"#,##0;▲#,##0", -1350, "▲1,350"},
		{`#,##0"円"`, 1350, "1,350円"},
		{`"時給"#,##0円`, 1350, "時給1,350円"},
		{`\¥#,##0;\¥\-#,##0`, -250000, "¥-250,000"},
		{`[$¥-411]#,##0`, 250000, "¥250,000"},
		{`_ * #,##0_ ;_ * \-#,##0_ ;_ * "-"_ ;_ @_ `, 1350, "1,350"},
		{`_ * #,##0_ ;_ * \-#,##0_ ;_ * "-"_ ;_ @_ `, 0, "-"},
		{`_ * #,##0_ ;_ * \-#,##0_ ;_ * "-"_ ;_ @_ `, "株式会社", "株式会社"},
		{`0.0,"千円"`, 251500, "251.5千円"},
		{"0,,", 25_000_000, "25"},
		{"0.##", 5, "5"},
		{"0.##", 5.5, "5.5"},
		{"0.0#", 5.126, "5.13"},
		{"0.00", 1.005, "1.01"},
		{"0", 2.5, "3"},
		{".00", 12.5, "12.50"},
		{`000\-0000`, 1000001, "100-0001"},
		{`[<=999]000;[<=9999]000\-00;000\-0000`, 1000001, "100-0001"},
		{`[<=999]000;[<=9999]000\-00;000\-0000`, 60, "060"},
		{`[<=99999999]####\-####;\(00\)\ ####\-####`, 312345678, "(03) 1234-5678"},
		{`[>=1000]#,##0;[<-5]"low "0;0.0`, -7, "low 7"},
		{`[>=1000]#,##0;[<0]"low "0;0.0`, 3, "3.0"},
		{";;;", 13, "13"},
		{"0;-0;;@", 0, ""},

		{14, day, "2026-10-04"},
		{14, time.Date(2026, 10, 4, 0, 0, 0, 0, time.UTC), "2026-10-04"},
		{22, time.Date(2026, 10, 4, 13, 30, 0, 0, time.UTC), "2026-10-04 13:30:00"},
		{14, noon, "2026-10-04 13:30:00"},
		{15, day, "2026-10-04"},
		{17, day, "2026-10-04"},
		{22, day, "2026-10-04"},
		{27, day, "2026-10-04"},
		{31, day, "2026-10-04"},
		{55, day, "2026-10-04"},
		{58, day, "2026-10-04"},
		{`m"月"d"日"`, day, "2026-10-04"},
		{"mm-dd-yy", day, "2026-10-04"},
		{`[$-411]ggge"年"m"月"d"日";@`, day, "2026-10-04"},
		{`[$-411]ge.m.d`, day, "2026-10-04"},
		{`[$-F800]dddd\,\ mmmm\ dd\,\ yyyy`, day, "2026-10-04"},
		{`m/d(aaa)`, day, "2026-10-04"},
		{"yyyy年mm月", day, "2026-10-04"},
		{`m"月"`, day, "2026-10-04"},
		{`yyyy/m/d h:mm`, noon, "2026-10-04 13:30:00"},
		{`yyyy\-mm\-dd\Thh:mm:ss`, 46299.999999, "2026-10-05"},
		{`[h]:mm`, 1.5, "36:00"},
		{46, 1.5, "36:00"},
		{20, 0.375, "9:00"},
		{18, 0.75, "18:00"},
		{"h:mm AM/PM", 0.75, "18:00"},
		{"mm:ss", 0.5 / 24 / 60, "0:00:30"},
		{20, noon, "2026-10-04 13:30:00"},
		{14, 0, "1900-01-00"},
		{14, 1, "1900-01-01"},
		{14, 59, "1900-02-28"},
		{14, 60, "1900-02-29"},
		{14, 61, "1900-03-01"},
		{14, -5, "-5"},
		{14, 20261004, "20261004"},
		{14, "2026年10月", "2026年10月"},
	} {
		book := workbookOf(t, func(f *excelize.File) {
			must(t, f.SetCellValue("Sheet1", "A1", test.value))
			style := excelize.Style{}
			if code, ok := test.format.(string); ok {
				style.CustomNumFmt = &code
			} else {
				style.NumFmt = test.format.(int)
			}
			id, err := f.NewStyle(&style)
			must(t, err)
			must(t, f.SetCellStyle("Sheet1", "A1", "A1", id))
			must(t, f.SetCellStr("Sheet1", "B1", "|"))
		})
		got, err := linesOf(book, usualLimits)
		if want := []string{fmt.Sprintf("Sheet1 1 [%q \"|\"]", test.want)}; err != nil || !cmp.Equal(got, want) {
			t.Errorf("%v as %v = %q, %v; want %q", test.value, test.format, got, err, want)
		}
	}
}

// TestWorkbookVerbatim reads numbers as other programs than Excel write them.
func TestWorkbookVerbatim(t *testing.T) {
	for value, want := range map[string]string{
		"1.234567890123E12": "1234567890123", "12345678901234567": "12345678901234567", "1.2345678901234567E+19": "12345678901234600000",
		"0.30000000000000004": "0.3", "1350.0": "1350", "-5": "-5", "-12345678901234567": "-12345678901234567", "007": "007", "": "", "abc": "abc", "1e999999999": "1e999999999", "-": "-", "NaN": "NaN",
	} {
		book := edit(t, workbookOf(t, put(t)), "sheet1.xml", "<sheetData></sheetData>", "<sheetData><row><c><v>"+value+`</v></c><c s="99"><v>7</v></c></row></sheetData>`)
		got, err := linesOf(book, usualLimits)
		if wanted := []string{fmt.Sprintf("Sheet1 1 [%q \"7\"]", want)}; err != nil || !cmp.Equal(got, wanted) {
			t.Errorf("%s = %q, %v; want %q", value, got, err, want)
		}
	}
}

func TestWorkbook1904(t *testing.T) {
	book := workbookOf(t, func(f *excelize.File) {
		date1904 := true
		must(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &date1904}))
		must(t, f.SetCellValue("Sheet1", "A1", time.Date(2026, 10, 4, 0, 0, 0, 0, time.UTC)))
	})
	got, err := linesOf(book, usualLimits)
	if want := []string{`Sheet1 1 ["2026-10-04"]`}; err != nil || !cmp.Equal(got, want) {
		t.Errorf("read %q, %v; want %q", got, err, want)
	}
}

func TestWorkbookRefused(t *testing.T) {
	book := workbookOf(t, put(t, []any{"id", "name"}, []any{1, "株式会社ナノハ"}, []any{2, "合同会社ナギサ"}))
	sheet := func(old, replacement string) []byte { return edit(t, book, "sheet1.xml", old, replacement) }
	damaged := bytes.Clone(book)
	at := bytes.Index(damaged, []byte("xl/worksheets/sheet1.xml"))
	damaged[at+60] ^= 0x55
	var locked bytes.Buffer
	f := excelize.NewFile()
	must(t, f.Write(&locked, excelize.Options{Password: "secret"}))
	tight := usualLimits
	tight.file, tight.unpacked, tight.stretch, tight.texts = 100_000, 20_000, 10_000, 1000
	many := func(f *excelize.File) {
		for i := range 1001 {
			must(t, f.SetCellStr("Sheet1", cellName(0, i+1), fmt.Sprint("text ", i)))
		}
	}
	loose := tight
	loose.unpacked = 1 << 20
	const badXML, lastRow = "the workbook is damaged: xl/worksheets/sheet1.xml: XML syntax error", "the workbook is damaged: xl/worksheets/sheet1.xml: a "
	for _, test := range []struct {
		name   string
		book   []byte
		limits limits
		kind   nayose.Kind
		want   string // how the error starts
	}{
		{"xls", append([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, make([]byte, 600)...), usualLimits, nayose.Contract, "this is an old workbook (.xls), or one with a password"},
		{"password", locked.Bytes(), usualLimits, nayose.Contract, "this is an old workbook (.xls), or one with a password"},
		{"nothing", nil, usualLimits, nayose.Contract, "the workbook is damaged: the archive: zip: not a valid zip file"},
		{"cut", book[:len(book)-100], usualLimits, nayose.Contract, "the workbook is damaged: the archive: zip: not a valid zip file"},
		{"a flipped bit", damaged, usualLimits, nayose.Contract, "the workbook is damaged: xl/worksheets/sheet1.xml: "},
		{"no workbook", edit(t, book, "_rels/.rels", "officeDocument\"", "other\""), usualLimits, nayose.Contract, "this is no Excel workbook (.xlsx)"},
		{"a sheet that is not there", edit(t, book, "workbook.xml.rels", "sheet1.xml", "sheet9.xml"), usualLimits, nayose.Contract, "the workbook is damaged: xl/worksheets/sheet9.xml: the file lacks it"},
		{"XML that ends", sheet("<row r=\"3\"(?s).*", ""), usualLimits, nayose.Contract, badXML},
		{"XML that ends in a cell", sheet("</c></row></sheetData>(?s).*", ""), usualLimits, nayose.Contract, badXML},
		{"a control character", sheet("<v>2", "<v>\x0B2"), usualLimits, nayose.Contract, badXML},
		{"damage behind the rows", sheet("</sheetData>", "</sheetData><&>"), usualLimits, nayose.Contract, badXML},
		{"bytes that are no UTF-8", edit(t, book, "sharedStrings.xml", "name", "na\xFFme"), usualLimits, nayose.Contract, "the workbook is damaged: xl/sharedStrings.xml: XML syntax error"},
		{"styles", edit(t, book, "styles.xml", "numFmtId=\"0\"", "numFmtId=\"zero\""), usualLimits, nayose.Contract, "the workbook is damaged: xl/styles.xml: strconv"},
		{"a huge row index", sheet(`<row r="3"`, `<row r="1048577"`), usualLimits, nayose.Contract, lastRow + `row "1048577" follows row 2`},
		{"a row index that is no number", sheet(`<row r="3"`, `<row r="9999999999999999999999"`), usualLimits, nayose.Contract, lastRow + `row "9`},
		{"a row twice", sheet(`<row r="3"`, `<row r="2"`), usualLimits, nayose.Contract, lastRow + `row "2" follows row 2`},
		{"a cell twice", sheet(`r="B3"`, `r="A3"`), usualLimits, nayose.Contract, lastRow + `cell "A3" follows A3`},
		{"a column beyond the last", sheet(`r="B3"`, `r="XFE3"`), usualLimits, nayose.Contract, lastRow + `cell "XFE3" follows A3`},
		{"a column without a letter", sheet(`r="A3"`, `r="3"`), usualLimits, nayose.Contract, lastRow + `cell "3" follows `},
		{"a large file", make([]byte, 100_001), tight, nayose.TooBig, "a workbook of 0 MiB; the limit is 0"},
		{"a bomb in one text", sheet("<v>2", "<v>"+strings.Repeat("2", 20_000)), loose, nayose.TooBig, "the workbook unpacks to more than 1048576 bytes, or to more than 10000 for one row"},
		{"a bomb of many rows", sheet("</sheetData>", strings.Repeat("<row></row>", 2000)+"</sheetData>"), tight, nayose.TooBig, "the workbook unpacks"},
		{"too many texts", workbookOf(t, many), loose, nayose.TooBig, "the workbook has more than 1000 different texts"},
	} {
		_, err := linesOf(test.book, test.limits)
		var fault *nayose.Error
		if !errors.As(err, &fault) || fault.Kind != test.kind || fault.Hint == "" || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: error %v (%+v), want %s…", test.name, err, fault, test.want)
		}
	}
	loose.texts = 1001
	if lines, err := linesOf(workbookOf(t, many), loose); err != nil || len(lines) != 1001 {
		t.Errorf("within the limits: %d rows, %v", len(lines), err)
	}
}

// TestWorkbookSource checks that an error of the source is not the file's fault.
func TestWorkbookSource(t *testing.T) {
	book := workbookOf(t, put(t, []any{"id", "name"}))
	broken := errors.New("connection reset")
	for fail := range int64(12) {
		reads := int64(0)
		src := readerAt(func(b []byte, at int64) (int, error) {
			if reads++; reads > fail {
				return iotest.ErrReader(broken).Read(b)
			}
			return bytes.NewReader(book).ReadAt(b, at)
		})
		var err error
		for _, err = range Sheets(src, int64(len(book))) {
		}
		if !errors.Is(err, broken) {
			t.Errorf("read %d fails: error %v", fail, err)
		}
	}
}

type readerAt func(b []byte, at int64) (int, error)

func (f readerAt) ReadAt(b []byte, at int64) (int, error) { return f(b, at) }

// TestWorkbookSpills reads texts from a temporary file, and leaves none behind, also when the caller stops early.
func TestWorkbookSpills(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	book := workbookOf(t, func(f *excelize.File) {
		for i := range 100 {
			must(t, f.SetCellStr("Sheet1", cellName(0, i+1), strings.Repeat("株", i)+"."))
			must(t, f.SetCellStr("Sheet1", cellName(1, i+1), "同じ"))
		}
	})
	limits := usualLimits
	limits.memory = 1000
	spilt, err := linesOf(book, limits)
	held, err2 := linesOf(book, usualLimits)
	if diff := cmp.Diff(held, spilt); diff != "" || err != nil || err2 != nil || len(spilt) != 100 {
		t.Errorf("(-held +spilt)\n%s%v, %v", diff, err, err2)
	}
	for sheet, err := range sheets(bytes.NewReader(book), int64(len(book)), limits) {
		must(t, err)
		if _, err := sheet.Next(); err != nil {
			t.Fatal(err)
		}
		break
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestWorkbookMemory reads 200,000 rows of four cells, two with a text of their own, and looks at the heap on the way.
func TestWorkbookMemory(t *testing.T) {
	const rows, limit = 200_000, 150 << 20
	f, err := os.Create(t.TempDir() + "/big.xlsx")
	must(t, err)
	t.Cleanup(func() { must(t, f.Close()) })
	writeBigSheet(t, f, rows)
	info, err := f.Stat()
	must(t, err)
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	highest, n := uint64(0), 0
	for sheet, err := range Sheets(f, info.Size()) {
		must(t, err)
		for ; ; n++ {
			if _, err := sheet.Next(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			if n%10_000 == 0 {
				runtime.ReadMemStats(&now)
				highest = max(highest, now.HeapInuse)
			}
		}
	}
	if n != rows || highest > before.HeapInuse+limit {
		t.Errorf("read %d rows with %d MiB more on the heap, want %d with %d at most", n, (highest-before.HeapInuse)>>20, rows, limit>>20)
	}
	t.Logf("%d MiB packed; the heap grew from %d to %d MiB", info.Size()>>20, before.HeapInuse>>20, highest>>20)
}

// writeBigSheet writes a workbook of rows of four cells: two texts of their own, one that many share, a number.
func writeBigSheet(t testing.TB, w io.Writer, rows int) {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	part := func(name, start string, row func(i int) string, end string) {
		e, err := z.Create(name)
		must(t, err)
		_, err = io.WriteString(e, start)
		must(t, err)
		for i := range rows {
			_, err := io.WriteString(e, row(i))
			must(t, err)
		}
		_, err = io.WriteString(e, end)
		must(t, err)
	}
	none := func(int) string { return "" }
	const relation = `<Relationship Id="%s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/>`
	part("_rels/.rels", "<Relationships>"+fmt.Sprintf(relation, "r1", "officeDocument", "xl/workbook.xml"), none, "</Relationships>")
	part("xl/_rels/workbook.xml.rels", "<Relationships>"+fmt.Sprintf(relation, "r1", "worksheet", "worksheets/sheet1.xml")+
		fmt.Sprintf(relation, "r2", "sharedStrings", "/xl/sharedStrings.xml"), none, "</Relationships>")
	part("xl/workbook.xml", `<workbook xmlns:r="x"><sheets><sheet name="求人" sheetId="1" r:id="r1"/></sheets>`, none, "</workbook>")
	part("xl/sharedStrings.xml", "<sst>", func(i int) string {
		s := ""
		for j := range 2 {
			s += fmt.Sprintf("<si><t>東京都千代田区丸の内一丁目%d番%d号 求人の説明</t></si>", i, j)
		}
		return s
	}, "</sst>")
	part("xl/worksheets/sheet1.xml", "<worksheet><sheetData>", func(i int) string {
		s := fmt.Sprintf(`<row r="%d">`, i+1)
		for j := range 4 {
			switch {
			case j < 2:
				s += fmt.Sprintf(`<c r="%s" t="s"><v>%d</v></c>`, cellName(j, i+1), 2*i+j)
			case j < 3:
				s += fmt.Sprintf(`<c r="%s" t="s"><v>%d</v></c>`, cellName(j, i+1), j)
			default:
				s += fmt.Sprintf(`<c r="%s"><v>%d</v></c>`, cellName(j, i+1), i*1000)
			}
		}
		return s + "</row>"
	}, "</sheetData></worksheet>")
	must(t, z.Close())
}

// readAll counts the rows of all sheets.
func readAll(src io.ReaderAt, size int64) (rows int, err error) {
	for sheet, err := range Sheets(src, size) {
		if err != nil {
			return rows, err
		}
		for ; ; rows++ {
			if _, err := sheet.Next(); err == io.EOF {
				break
			} else if err != nil {
				return rows, err
			}
		}
	}
	return rows, nil
}

// BenchmarkWorkbook reads 20,000 rows of ten cells, and lets excelize's Rows do so.
func BenchmarkWorkbook(b *testing.B) {
	const rows = 20_000
	book := workbookOf(b, func(f *excelize.File) {
		for i := range rows {
			for j := range 10 {
				var v any = fmt.Sprintf("東京都千代田区丸の内一丁目%d番%d号 求人の説明", i, j)
				if j >= 8 {
					v = i * 1000
				}
				must(b, f.SetCellValue("Sheet1", cellName(j, i+1), v))
			}
		}
	})
	b.Run("here", func(b *testing.B) {
		for b.Loop() {
			if n, err := readAll(bytes.NewReader(book), int64(len(book))); n != rows || err != nil {
				b.Fatal(n, err)
			}
		}
	})
	b.Run("excelize", func(b *testing.B) {
		for b.Loop() {
			f, err := excelize.OpenReader(bytes.NewReader(book))
			must(b, err)
			r, err := f.Rows("Sheet1")
			must(b, err)
			n := 0
			for ; r.Next(); n++ {
				_, err := r.Columns()
				must(b, err)
			}
			if n != rows {
				b.Fatal(n)
			}
			must(b, r.Close())
			must(b, f.Close())
		}
	})
}

// FuzzWorkbook checks that no content of a sheet, of its styles and of its texts is more than an error.
func FuzzWorkbook(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="s" s="1"><v>0</v></c></row>`, "yyyy/m/d", "<si><t>a</t></si>")
	f.Add(`<row r="2"><c t="inlineStr"><is><t>x</t></is></c><c s="1"><v>-1234.5</v></c></row>`, `[<=999]0,0.0#,;"x"0%;_ @`, "")
	f.Add(`<row><c s="1"><v>46299.5</v></c><c><f>1</f></c></row>`, `[h]:mm AM/PM`, "<si><r><t>_x000D_</t></r><rPh><t>b</t></rPh></si>")
	book := workbookOf(f, put(f, []any{"a"}))
	f.Fuzz(func(t *testing.T, rows, format, texts string) {
		content := map[string]string{
			"xl/worksheets/sheet1.xml": "<worksheet><sheetData>" + rows + "</sheetData></worksheet>", "xl/sharedStrings.xml": "<sst>" + texts + "</sst>",
		}
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		archive, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
		must(t, err)
		for _, part := range archive.File {
			if content[part.Name] == "" {
				must(t, w.Copy(part))
				continue
			}
			e, err := w.Create(part.Name)
			must(t, err)
			_, err = io.WriteString(e, content[part.Name])
			must(t, err)
		}
		must(t, w.Close())
		if _, err := linesOf(out.Bytes(), usualLimits); err != nil {
			if fault := (*nayose.Error)(nil); !errors.As(err, &fault) {
				t.Errorf("%q: %v", rows, err)
			}
		}
		parsed := parseFormat(format)
		for _, value := range []string{"0", "1", "-1234567.891", "46299.5", "0.25", "1E+300", "x"} {
			parsed.show(value, false)
		}
	})
}
