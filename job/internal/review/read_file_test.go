package review

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"nayose"
)

// archiveOf is a zip archive of entries, name and content in turn.
func archiveOf(t *testing.T, entries ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		e, err := w.Create(entries[i])
		if err == nil {
			_, err = io.WriteString(e, entries[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// edited is a workbook with text replaced in one of its parts.
func edited(t *testing.T, book []byte, part, old, replacement string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var entries []string
	for _, f := range r.File {
		e, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(e)
		if err != nil {
			t.Fatal(err)
		}
		if text := string(content); f.Name == part {
			if content = regexp.MustCompile(old).ReplaceAll(content, []byte(replacement)); string(content) == text {
				t.Fatalf("%s has no %s: %s", part, old, text)
			}
		}
		entries = append(entries, f.Name, string(content))
	}
	return archiveOf(t, entries...)
}

// TestReadRefuses refuses what is no workbook of ours, or was made to cost more than one: in one sentence, and in little memory.
func TestReadRefuses(t *testing.T) {
	g := gridOf(t, question("（株）アカネ商店")).answer("1")
	book := g.book(t)
	const sheet = "xl/worksheets/sheet1.xml"
	inSheet := func(old, replacement string) []byte { return edited(t, book, sheet, old, replacement) }
	zeros := strings.Repeat("\x00", 100<<20)
	const laughs = `<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>`
	var parts []string
	for i := range 30_000 {
		parts = append(parts, fmt.Sprintf("xl/media/image%d.png", i), "")
	}
	for _, test := range []struct {
		name string
		file []byte
		want string
	}{
		{"回答.xlsm", book, "this is a workbook with macros"},
		{"macros.xlsx", edited(t, archiveOf(t, "[Content_Types].xml", "", "xl/vbaProject.bin", "x"), "xl/vbaProject.bin", "x", "y"), "this is a workbook with macros"},
		{"old or locked.xlsx", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 512)), "this is an old workbook (.xls), or one with a password"},
		{"packed.csv.gz", []byte("\x1F\x8B\x08\x00\x00\x00\x00\x00"), "this is a packed file, and no workbook"},
		{"packed.zip", archiveOf(t, "回答.xlsx", string(book)), "this is a packed file, and no workbook"},
		{"bomb.xlsx", archiveOf(t, "[Content_Types].xml", "", sheet, zeros), "it unpacks to far more than such a workbook does"},
		{"bomb beside it.xlsx", archiveOf(t, "[Content_Types].xml", "", "xl/media/a.png", zeros), "it unpacks to far more than such a workbook does"},
		{"parts.xlsx", archiveOf(t, parts...), "it has far more parts than such a workbook"},
		{"row index.xlsx", inSheet(`<row r="2"`, `<row r="2000000000"`), `the workbook is damaged: xl/worksheets/sheet1.xml: a row "2000000000" follows row 1`},
		{"row index below.xlsx", inSheet(`<row r="2"`, `<row r="-1"`), `the workbook is damaged: xl/worksheets/sheet1.xml: a row "-1" follows row 1`},
		{"entities.xlsx", edited(t, inSheet(`<worksheet`, laughs+`<worksheet`), sheet, `<row r="2">`, `<row r="2"><c t="str"><v>&b;</v></c>`), "the workbook is damaged: xl/worksheets/sheet1.xml: XML syntax error on line 2: invalid character entity &b;"},
		{"rows.xlsx", inSheet("</sheetData>", strings.Repeat(`<row><c><v>1</v></c></row>`, mostRows)+"</sheetData>"), "it has more than 20000 rows"},
		{"shared texts.xlsx", inSheet("</row></sheetData>", `<c t="s"><v>-1</v></c></row></sheetData>`), ""},
		{"cut off.xlsx", book[:len(book)/2], "the workbook is damaged or cut off"},
		{"damaged.xlsx", inSheet("</row></sheetData>", "</row><row"), "the workbook is damaged: xl/worksheets/sheet1.xml: XML syntax error"},
		{"picture.png", []byte("\x89PNG\r\n\x1A\n\x00\x00\x00\rIHDR"), ""},
		{"empty.xlsx", nil, "no sheet has all of the columns"},
		{"large.csv", make([]byte, mostFile+1), "it has 32 MiB; the limit is 32"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		all, err := read(test.file, test.name)
		runtime.ReadMemStats(&after)
		if test.name == "shared texts.xlsx" { // a cell that refers to nothing costs its row
			if len(all.Rows) != 0 || len(all.Faults) != 1 {
				t.Errorf("%s: %+v, %v", test.name, all, err)
			}
			continue
		}
		var fault *nayose.Error
		if !errors.As(err, &fault) || fault.Kind != nayose.Contract || !strings.HasSuffix(fault.Hint, "; nothing of this one was taken") || !strings.HasPrefix(err.Error(), "read "+test.name+": "+test.want) {
			t.Errorf("%s: error %v, want %s", test.name, err, test.want)
		}
		if all.Rows != nil || all.Faults != nil {
			t.Errorf("%s: half understood: %+v", test.name, all)
		}
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 64 {
			t.Errorf("%s: %d MiB were allocated", test.name, used)
		}
	}
}

// TestReadSourceFails gives back the error of a store that fails, and blames nobody.
func TestReadSourceFails(t *testing.T) {
	broken := errors.New("the line is cut")
	for _, start := range []string{"", "PK\x03\x04", "キー,"} {
		file := &brokenAfter{strings.NewReader(start), broken}
		_, err := Read(file, 100, "a.xlsx")
		var fault *nayose.Error
		if !errors.Is(err, broken) || errors.As(err, &fault) {
			t.Errorf("after %q: error %v, want %v", start, err, broken)
		}
	}
}

// brokenAfter can be read to its end, and not beyond.
type brokenAfter struct {
	start io.ReaderAt
	err   error
}

func (b *brokenAfter) ReadAt(p []byte, at int64) (int, error) {
	n, err := b.start.ReadAt(p, at)
	if err == io.EOF {
		err = b.err
	}
	return n, err
}

// FuzzRead wants of any file that it is refused for a reason, or that each of its rows has a place.
func FuzzRead(f *testing.F) {
	key := Key(testRound.Week, testRound.ID, question("（株）アカネ商店").Mention.ID)
	const head = "回答,法人番号,メモ,キー,会社名\n"
	f.Add([]byte(head + "2 株式会社アカネ物産,,," + key + ",\n"))
	f.Add([]byte("\uFEFF" + head + "その他,T7000012050002,\"1\n2\"," + key + "\n1,,,\n"))
	f.Add([]byte(strings.ReplaceAll(head, ",", "\t") + "該当なし\t\t\t" + key + "\n候補１\t\t\t" + key + "\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		all, err := read(file, "a.xlsx")
		var fault *nayose.Error
		if err != nil && (!errors.As(err, &fault) || fault.Kind != nayose.Contract) {
			t.Fatalf("error %v is not of kind Contract", err)
		}
		for _, a := range all.Rows {
			if parsed, ok := ParseKey(a.Key.String()); !ok || parsed != a.Key || a.Row < 1 {
				t.Errorf("row %+v", a)
			}
			chosen, reason := a.Check(askedOf(question("（株）アカネ商店")))
			if reason == "" && a.Option > 0 && chosen == "" || a.Choice != nayose.ChoseCompany && chosen != "" {
				t.Errorf("%+v is %q, %q", a, chosen, reason)
			}
		}
		for _, f := range all.Faults {
			if f.Reason == "" {
				t.Errorf("no reason: %+v", f)
			}
		}
	})
}
