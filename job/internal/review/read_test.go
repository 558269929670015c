package review

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"nayose"
)

// grid is a workbook's sheet as text: the header, and rows below it.
type grid [][]string

// gridOf is what Write makes of questions.
func gridOf(t *testing.T, qs ...Question) grid {
	t.Helper()
	rows, err := opened(t, written(t, testRound, qs...)).GetRows(sheetName)
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		rows[i] = append(rows[i], make([]string, len(columns)-len(rows[i]))...)
	}
	return rows
}

// set writes into the column with a label, in row n as a spreadsheet counts.
func (g grid) set(n int, label, text string) grid {
	g[n-1][slices.Index(g[0], label)] = text
	return g
}

// answer gives rows 2, 3 … these choices.
func (g grid) answer(choices ...string) grid {
	for i, choice := range choices {
		g.set(i+2, labelChoice, choice)
	}
	return g
}

// book is the grid as a plain workbook, in which the reviewer's program kept nothing but texts.
func (g grid) book(t *testing.T) []byte {
	t.Helper()
	return bookOf(t, sheetName, g)
}

func bookOf(t *testing.T, name string, rows [][]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	err := f.SetSheetName("Sheet1", name)
	for i := range rows {
		err = errors.Join(err, f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &rows[i]))
	}
	var b bytes.Buffer
	if err := errors.Join(err, f.Write(&b), f.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (g grid) csv(t *testing.T, delimiter rune) string {
	t.Helper()
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = delimiter, true
	if err := w.WriteAll(g); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func read(file []byte, name string) (Answers, error) {
	return Read(bytes.NewReader(file), int64(len(file)), name)
}

// told says what was read, a line each.
func told(t *testing.T, file []byte, name string) (lines []string) {
	t.Helper()
	all, err := read(file, name)
	if err != nil {
		return []string{"refused: " + err.Error()}
	}
	for _, a := range all.Rows {
		line := fmt.Sprintf("%s: %s", a.Place, a.Choice)
		if a.Option > 0 {
			line += fmt.Sprintf(" %d", a.Option)
		}
		for _, text := range []string{a.Name, a.Number, a.Note} {
			if text != "" {
				line += fmt.Sprintf(" %q", text)
			}
		}
		if a.By != testRound.Reviewer {
			line += " by " + a.By
		}
		lines = append(lines, line)
	}
	for _, f := range all.Faults {
		lines = append(lines, fmt.Sprintf("%s! %s", f.Place, f.Reason))
	}
	if all.Unanswered > 0 {
		lines = append(lines, fmt.Sprintf("%d unanswered", all.Unanswered))
	}
	return lines
}

// TestRead reads what reviewers do to a workbook of three rows.
func TestRead(t *testing.T) {
	const twoNames = "2 株式会社アカネ物産"
	fresh := func() grid {
		return gridOf(t, question("（株）アカネ商店"), question("アカネ"), question("茜商店"))
	}
	for _, test := range []struct {
		name  string
		spoil func(g grid) grid
		want  []string
	}{
		{"as it was sent", func(g grid) grid { return g }, []string{"3 unanswered"}},
		{"all is answered", func(g grid) grid { return g.answer(twoNames, "該当なし", "わからない") }, []string{
			`レビュー 2: company 2 "株式会社アカネ物産"`, "レビュー 3: none", "レビュー 4: unsure",
		}},
		{"other widths", func(g grid) grid { return g.answer("２　株式会社ｱｶﾈ物産", " 該当 なし", "2") }, []string{
			`レビュー 2: company 2 "株式会社アカネ物産"`, "レビュー 3: none", "レビュー 4: company 2",
		}},
		{"other words", func(g grid) grid { return g.answer("候補1", "②", "１番") }, []string{
			"レビュー 2: company 1", "レビュー 3: company 2", "レビュー 4: company 1",
		}},
		{"a name that begins with a number", func(g grid) grid { return g.answer("1 21世紀商会", "1. 3M", "12") }, []string{
			`レビュー 2: company 1 "21世紀商会"`, `レビュー 3: company 1 "3m"`, "レビュー 4! 候補12はありません。",
		}},
		{"free text", func(g grid) grid { return g.answer("たぶん2", "0", "2株式会社アカネ物産") }, []string{
			"レビュー 2! 回答が選択肢のどれでもありません。", "レビュー 3! 候補0はありません。", "レビュー 4! 回答が選択肢のどれでもありません。",
		}},
		{"another company", func(g grid) grid {
			return g.answer("その他", "その他（法人番号を入力）").set(2, labelNumber, "７０００－０１２０５－０００４").set(4, labelNumber, "A-17")
		}, []string{
			`レビュー 2: company "7000-01205-0004"`, `レビュー 4: company "A-17"`, "レビュー 3! 「その他」ですが、法人番号がありません。",
		}},
		{"two things at once", func(g grid) grid {
			return g.answer("該当なし", "わからない", "1").set(2, labelNumber, "1").set(3, labelNumber, "1").set(4, labelNumber, "7000012050004")
		}, []string{ // whether the third is wrong, what was asked tells
			`レビュー 4: company 1 "7000012050004"`, "レビュー 2! 回答と法人番号が食い違っています。", "レビュー 3! 回答と法人番号が食い違っています。",
		}},
		{"notes and names", func(g grid) grid {
			return g.answer("1").set(2, labelNote, " 電話で確認\r\nした ").set(2, labelBy, "田中").set(3, labelNote, "閉店?").set(4, labelBy, "田中")
		}, []string{`レビュー 2: company 1 "電話で確認\nした" by 田中`, "レビュー 3! メモだけで、回答がありません。", "1 unanswered"}},
		{"a note without end", func(g grid) grid { return g.answer("1").set(2, labelNote, strings.Repeat("長", 2001)) }, []string{
			"レビュー 2! メモが2000文字を超えています。", "2 unanswered",
		}},
		{"rows in another order, one copied, one deleted", func(g grid) grid {
			g.answer("1", "2")
			return grid{g[0], g[2], g[1], g[2]}
		}, []string{"レビュー 2: company 2", "レビュー 3: company 1", "レビュー 4: company 2"}},
		{"columns in another order, and a reviewer's own", func(g grid) grid {
			g.answer("1")
			for i := range g {
				slices.Reverse(g[i])
				g[i] = append([]string{"確認者の印"}, g[i]...)
			}
			return g
		}, []string{"レビュー 2: company 1", "2 unanswered"}},
		{"labels with spaces, in other widths", func(g grid) grid {
			g.answer("1").set(1, labelNote, "ﾒﾓ ").set(1, labelKey, "ｷｰ").set(1, labelChoice, "回 答\n")
			return g
		}, []string{"レビュー 2: company 1", "2 unanswered"}},
		{"a title above the header, and the header again", func(g grid) grid {
			g.answer("1", "2")
			return grid{{"11月の確認"}, g[0], g[1], g[0], g[2]}
		}, []string{"レビュー 3: company 1", "レビュー 5: company 2"}},
		{"the header sorted in with the rows", func(g grid) grid {
			g.answer("1", "2")
			return grid{g[1], g[0], g[2]}
		}, []string{"レビュー 3: company 2", "レビュー 1! 見出しの行より上にあるか、見出しのない表にあります。"}},
		{"columns deleted that are only seen", func(g grid) grid {
			g.answer("1")
			first := slices.Index(g[0], labelChoice)
			for i := range g {
				g[i] = g[i][first:]
			}
			return g
		}, []string{"レビュー 2: company 1", "2 unanswered"}},
		{"a key that is no key any more", func(g grid) grid {
			return g.answer("1", "1", "1").set(2, labelKey, "").set(3, labelKey, "2026-W47").set(4, labelKey, "2026-W60"+g[3][slices.Index(g[0], labelKey)][8:])
		}, []string{"レビュー 2! キーのない行です。", "レビュー 3! キーが書き換えられています。", "レビュー 4! キーが書き換えられています。"}},
		{"text beside and below", func(g grid) grid {
			g[1] = append(g.answer("1")[1], "←違うかも")
			return append(g, []string{"以上、よろしくお願いします"})
		}, []string{"レビュー 2! 見出しのない列に書き込みがあります。", "レビュー 5! キーのない行です。", "2 unanswered"}},
		{"a column of the answer deleted", func(g grid) grid { return g.set(1, labelNote, "備考") }, []string{
			"refused: read 回答.xlsx: no sheet has all of the columns 回答, 法人番号, メモ and キー: there is no メモ",
		}},
		{"a column of the answer copied", func(g grid) grid { return g.set(1, "検索", labelChoice) }, []string{
			"refused: read 回答.xlsx: the column 回答 stands there twice",
		}},
		{"another file", func(grid) grid { return grid{{"id", "会社名"}, {"1", "株式会社ナノハ"}} }, []string{
			"refused: read 回答.xlsx: no sheet has all of the columns 回答, 法人番号, メモ and キー: there is no キー",
		}},
		{"nothing", func(grid) grid { return nil }, []string{
			"refused: read 回答.xlsx: no sheet has all of the columns 回答, 法人番号, メモ and キー: there is no キー",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, told(t, test.spoil(fresh()).book(t), "回答.xlsx")); diff != "" {
				t.Errorf("read (-want +got):\n%s", diff)
			}
		})
	}
}

// TestReadWritten reads the very workbook that was written, with answers in it.
func TestReadWritten(t *testing.T) {
	f := opened(t, written(t, testRound, question("（株）アカネ商店"), question("茜商店")))
	err := errors.Join(f.SetCellValue(sheetName, at(labelChoice)+"2", "1 株式会社アカネ商店"), f.SetCellValue(sheetName, at(labelChoice)+"3", 2),
		f.SetCellFormula(sheetName, at(labelNote)+"3", "1+1"))
	var b bytes.Buffer
	if err := errors.Join(err, f.Write(&b)); err != nil {
		t.Fatal(err)
	}
	want := []string{`レビュー 2: company 1 "株式会社アカネ商店"`, "レビュー 3! 計算されていない数式か、壊れたセルがあります。"}
	if diff := cmp.Diff(want, told(t, b.Bytes(), "a.xlsx")); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
}

// TestReadText reads CSV in what Excel and others save it in.
func TestReadText(t *testing.T) {
	g := gridOf(t, question("（株）アカネ商店"), question("茜商店")).answer("2 株式会社アカネ物産", "わからない").set(3, labelNote, "1行目\n2行目")
	text := g.csv(t, ',')
	encode := func(e interface {
		String(string) (string, error)
	}, text string,
	) string {
		s, err := e.String(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for name, content := range map[string]string{
		"UTF-8":                text,
		"UTF-8 with a BOM":     "\uFEFF" + text,
		"CP932":                encode(japanese.ShiftJIS.NewEncoder(), text),
		"tabs":                 g.csv(t, '\t'),
		"Unicode text (Excel)": encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), g.csv(t, '\t')),
	} {
		want := []string{`2: company 2 "株式会社アカネ物産"`, `9: unsure "1行目\n2行目"`}
		got := told(t, []byte(content), "回答.csv")
		if len(got) == 2 {
			_, got[1], _ = strings.Cut(got[1], ":") // lines are the file's, and facts have several
			_, want[1], _ = strings.Cut(want[1], ":")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got := told(t, []byte(strings.Replace(text, `"（株）アカネ商店`, `"（株）アカ"ネ商店`, 1)), "回答.csv"); len(got) < 2 ||
		!strings.Contains(got[0], "unsure") || !strings.Contains(got[1], "引用符") {
		t.Errorf("a broken quote: %q, want the other row, and a fault", got)
	}
}

// TestReadSheets reads rows of two sheets, and finds those that were pasted where no header is.
func TestReadSheets(t *testing.T) {
	g := gridOf(t, question("（株）アカネ商店"), question("茜商店")).answer("1", "2")
	f := opened(t, grid{g[0], g[1]}.book(t))
	put := func(sheet string, rows grid) (err error) {
		_, err = f.NewSheet(sheet)
		for i := range rows {
			err = errors.Join(err, f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &rows[i]))
		}
		return err
	}
	err := errors.Join(put("続き", grid{g[0], g[2]}), put("控え", grid{g[2]}), put("メモ", grid{{"電話した"}, {"", "済"}}))
	var b bytes.Buffer
	if err := errors.Join(err, f.Write(&b)); err != nil {
		t.Fatal(err)
	}
	want := []string{"レビュー 2: company 1", "続き 2: company 2", "控え 1! 見出しの行より上にあるか、見出しのない表にあります。"}
	if diff := cmp.Diff(want, told(t, b.Bytes(), "a.xlsx")); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
}

// TestReadLibreOffice reads what LibreOffice makes of a workbook.
func TestReadLibreOffice(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed")
	}
	dir := t.TempDir()
	f := opened(t, written(t, testRound, question("（株）アカネ商店"), question("茜商店"), question("髙﨑商会")))
	err = errors.Join(f.SetCellValue(sheetName, at(labelChoice)+"2", "2 株式会社アカネ物産"), f.SetCellValue(sheetName, at(labelChoice)+"3", 1),
		f.SetCellValue(sheetName, at(labelNumber)+"4", "7000012050004"), f.SaveAs(filepath.Join(dir, "a.xlsx")))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{`company 2 "株式会社アカネ物産"`, "company 1", `company "7000012050004"`}
	for kind, filter := range map[string]string{
		"xlsx": "xlsx:Calc MS Excel 2007 XML", "csv": "csv:Text - txt - csv (StarCalc):44,34,76,1",
	} {
		out := filepath.Join(dir, kind)
		convert := exec.Command(office, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", filter, "--outdir", out, filepath.Join(dir, "a.xlsx"))
		if said, err := convert.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		file, err := os.ReadFile(filepath.Join(out, "a."+kind))
		if err != nil {
			t.Fatal(err)
		}
		got := told(t, file, "a."+kind)
		for i := range got {
			_, got[i], _ = strings.Cut(got[i], ": ")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
		all, err := read(file, "a."+kind)
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range []string{"（株）アカネ商店", "茜商店", "髙﨑商会"} {
			if _, reason := all.Rows[i].Check(askedOf(question(name))); reason != "" {
				t.Errorf("%s: %s of row %d", kind, reason, i)
			}
		}
	}
}

// askedOf is what a round keeps of a question.
func askedOf(q Question) *Asked {
	a := &Asked{Mention: q.Mention}
	for _, o := range q.Options {
		a.Shown = append(a.Shown, nayose.Shown{CompanyID: o.Company.ID, Name: o.Company.Name, Address: o.Company.Address, ClosedOn: o.Company.ClosedOn})
	}
	return a
}

// TestCheck holds answers against what was asked.
func TestCheck(t *testing.T) {
	fresh := func() grid { return gridOf(t, question("（株）アカネ商店𠮷田"), question("茜商店")) }
	for _, test := range []struct {
		name, encoding string
		spoil          func(g grid) grid
		id, reason     string
	}{
		{"a candidate", "", func(g grid) grid { return g.answer("2 株式会社アカネ物産") }, "A-17", ""},
		{"none", "", func(g grid) grid { return g.answer("該当なし") }, "", ""},
		{"one that is not there", "", func(g grid) grid { return g.answer("3") }, "", "候補3はありません。"},
		{"another's name", "", func(g grid) grid { return g.answer("1 株式会社アカネ物産") }, "", "回答の番号と会社名が合いません(候補1は株式会社アカネ商店)。"},
		{"its own number, too", "", func(g grid) grid { return g.answer("1").set(2, labelNumber, "T1234567890123") }, "1234567890123", ""},
		{"another's number, too", "", func(g grid) grid { return g.answer("1").set(2, labelNumber, "7000012050004") }, "", "回答と法人番号が食い違っています。"},
		{"the number of a candidate", "", func(g grid) grid { return g.answer("その他").set(2, labelNumber, "Ａ－１７") }, "A-17", ""},
		{"the number of another", "", func(g grid) grid { return g.answer("その他").set(2, labelNumber, "7000012050004") }, "", ""},
		{"only some columns sorted", "", func(g grid) grid {
			name := slices.Index(g[0], labelName)
			g[1][name], g[2][name] = g[2][name], g[1][name]
			return g.answer("1")
		}, "", "「会社名」が元の表と違います。行がずれているか、上書きされています。"},
		{"facts pasted over", "", func(g grid) grid { return g.answer("1").set(2, labelFacts, "所在地 大阪市") }, "", "「求人の情報」が元の表と違います。行がずれているか、上書きされています。"},
		{"facts cleared", "", func(g grid) grid { return g.answer("1").set(2, labelName, "") }, "", "「会社名」が元の表と違います。行がずれているか、上書きされています。"},
		{"a candidate pasted over", "", func(g grid) grid { return g.answer("1").set(2, "候補1", "株式会社アカネ物産\n78%") }, "", "「候補1」が元の表と違います。行がずれているか、上書きされています。"},
		{"a candidate that was none", "", func(g grid) grid { return g.answer("1").set(2, "候補3", "株式会社ナノハ") }, "", "「候補3」が元の表と違います。行がずれているか、上書きされています。"},
		{"candidates' numbers sorted", "", func(g grid) grid { return g.answer("1").set(2, "候補2の番号", "A-18") }, "", "「候補2の番号」が元の表と違います。行がずれているか、上書きされています。"},
		{"a letter that CP932 lacks", "cp932", func(g grid) grid { return g.answer("1") }, "1234567890123", ""},
		{"another letter in CP932", "cp932", func(g grid) grid {
			return g.answer("1").set(2, labelName, "（株）アカネ商店??村\nアカネショウテン")
		}, "", "「会社名」が元の表と違います。行がずれているか、上書きされています。"},
		{"a name that is gone in CP932", "cp932", func(g grid) grid { return g.answer("1").set(2, labelName, "（株）?") }, "", "「会社名」が元の表と違います。行がずれているか、上書きされています。"},
		{"a number in place of a letter", "cp932", func(g grid) grid { return g.answer("1").set(2, "候補2の番号", "?-17") }, "", "「候補2の番号」が元の表と違います。行がずれているか、上書きされています。"},
		{"a question mark in UTF-8", "", func(g grid) grid {
			return g.answer("1").set(2, labelName, "（株）アカネ商店??田\nアカネショウテン")
		}, "", "「会社名」が元の表と違います。行がずれているか、上書きされています。"},
	} {
		file, name := test.spoil(fresh()).book(t), "a.xlsx"
		if test.encoding != "" {
			text := strings.ReplaceAll(test.spoil(fresh()).csv(t, ','), "𠮷", "??") // as Excel does
			text, err := japanese.ShiftJIS.NewEncoder().String(text)
			if err != nil {
				t.Fatal(err)
			}
			file, name = []byte(text), "a.csv"
		}
		all, err := read(file, name)
		if err != nil || len(all.Rows) != 1 {
			t.Errorf("%s: %d rows, %v", test.name, len(all.Rows), err)
			continue
		}
		id, reason := all.Rows[0].Check(askedOf(question("（株）アカネ商店𠮷田")))
		if id != test.id || reason != test.reason {
			t.Errorf("%s: Check() = %q, %q, want %q, %q", test.name, id, reason, test.id, test.reason)
		}
	}
}

// TestUnknown says what may be wrong with numbers that are no company's.
func TestUnknown(t *testing.T) {
	for number, want := range map[string]string{
		"7000012050002":     "この法人番号の会社は台帳にありません。",
		"T7000-0120-5000 2": "この法人番号の会社は台帳にありません。",
		"7000012050003":     "法人番号が正しくありません(検査数字が合いません)。",
		"700001205000":      "法人番号が13桁の数字ではありません。",
		"株式会社アカネ":           "法人番号が13桁の数字ではありません。",
		"7.00001E+12":       "法人番号の桁が、表計算ソフトで失われています。",
	} {
		if got := (&Answer{Number: number}).Unknown(); got != want {
			t.Errorf("Unknown(%q) = %s, want %s", number, got, want)
		}
	}
}

// TestWriteListed writes a list that says nothing when it comes back as it is, and can be answered in.
func TestWriteListed(t *testing.T) {
	q := question("=茜商店")
	rows := []Listed{
		{RowFault: RowFault{Place{"レビュー", 12}, Key(testRound.Week, testRound.ID, q.Mention.ID), "=9 / 備考", "候補9はありません。"}, Mention: &q.Mention, By: "鈴木"},
		{RowFault: RowFault{Place{"", 3}, "", "+1", "キーのない行です。"}},
	}
	list := func() []byte {
		var b bytes.Buffer
		if err := WriteListed(&b, "回答.xlsx", rows); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	file := list()
	if !bytes.Equal(file, list()) {
		t.Error("the same rows give other bytes")
	}
	if text := entries(t, file)["xl/worksheets/sheet1.xml"]; strings.Contains(text, "<f>") {
		t.Errorf("there is a formula: %s", text)
	}
	if diff := cmp.Diff([]string{"未反映 3! キーのない行です。", "1 unanswered"}, told(t, file, "a.xlsx")); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	f := opened(t, file)
	if page, err := f.GetPageLayout(listName); err != nil || *page.Orientation != "landscape" || *page.FitToWidth != 1 {
		t.Errorf("page of the list is %+v (%v), want all columns on a landscape page", page, err)
	}
	if props, err := f.GetSheetProps(listName); err != nil || props.FitToPage == nil || !*props.FitToPage {
		t.Errorf("the list is not fitted to the page (%v)", err)
	}
	got, err := f.GetRows(listName)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"回答.xlsx", "レビュー 12", "未反映", "候補9はありません。", "=9 / 備考", "=茜商店\nアカネショウテン"}; !slices.Equal(got[1][:6], want) {
		t.Errorf("row is %q, want %q", got[1], want)
	}
	var b bytes.Buffer
	if err := errors.Join(f.SetCellValue(listName, "H2", "2"), f.Write(&b)); err != nil {
		t.Fatal(err)
	}
	all, err := read(b.Bytes(), "a.xlsx")
	if err != nil || len(all.Rows) != 1 {
		t.Fatalf("answered anew: %+v, %v", all, err)
	}
	if id, reason := all.Rows[0].Check(askedOf(q)); id != "A-17" || all.Rows[0].By != "鈴木" {
		t.Errorf("answered anew: %q %q by %q", id, reason, all.Rows[0].By)
	}
}
