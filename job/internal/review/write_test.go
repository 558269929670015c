package review

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"nayose"
)

var (
	testRound = Round{
		ID: strings.Repeat("0123456789abcdef", 2), Week: nayose.Week{Year: 2026, Week: 47}, Made: time.Date(2026, 11, 20, 1, 2, 3, 0, time.UTC),
		Reviewer: "鈴木", Partners: []string{"kaigo-navi"},
	}
	akane = nayose.Company{
		ID: "1234567890123", Name: "株式会社アカネ商店", Address: "北海道札幌市東区北七条東２丁目２番", FormerNames: "株式会社アカネヤ|アカネヤ商会",
	}
	midori = nayose.Company{ID: "A-17", Name: "株式会社アカネ物産", Address: "北海道札幌市中央区北一条１", ClosedOn: nayose.NewDate(2024, 3, 31)}
)

// question asks of a mention of that name, with two candidates.
func question(name string) Question {
	m := nayose.Mention{
		Partner: "kaigo-navi", CompanyName: name, CompanyNameKana: "アカネショウテン", WorkplaceName: "アカネの里", Address: "札幌市東区北7条東2-2",
		Phone: "011-711-1234", URL: "https://akane.example/", CorporateNumber: "1234567890124",
	}
	m.ID = m.Key()
	return Question{
		Mention: m, Postings: 12, Outcome: nayose.Review, Why: "似た候補がある",
		Options: []Option{
			{akane, 0.78, []nayose.Evidence{
				{Comparison: "name", Level: "former name", Bits: 3},
				{Comparison: "form", Level: "same", Bits: 2},
				{Comparison: "address", Level: "same block", Bits: 9},
				{Comparison: "phone", Level: "same", Bits: 9},
				{Comparison: "namesakes", Level: "about 3 companies of this name to be expected", Bits: -2},
			}},
			{midori, 0.004, []nayose.Evidence{{Comparison: "name", Level: "similar", Bits: 1}, {Comparison: "shared", Level: "12 bits of letters", Bits: 4}}},
		},
	}
}

func written(t *testing.T, r Round, qs ...Question) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, qs); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func opened(t *testing.T, file []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// entries are those of a workbook.
func entries(t *testing.T, file []byte) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, entry := range r.File {
		e, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(e)
		if err != nil {
			t.Fatal(err)
		}
		texts[entry.Name] = string(b)
	}
	return texts
}

// cellsOf are the cells of row n by the labels of their columns.
func cellsOf(t *testing.T, f *excelize.File, n int) map[string]string {
	t.Helper()
	cells := map[string]string{}
	for i, c := range columns {
		text, err := f.GetCellValue(sheetName, fmt.Sprintf("%s%d", letter(i), n))
		if err != nil {
			t.Fatal(err)
		}
		if text != "" {
			cells[c.label] = text
		}
	}
	return cells
}

// TestWriteRow reads a row back, cell by cell.
func TestWriteRow(t *testing.T) {
	q := question("（株）アカネ商店")
	want := map[string]string{
		"求人数": "12", "会社名": "（株）アカネ商店\nアカネショウテン", "回答者": "鈴木", "聞く理由": "似た候補がある", "検索": "検索",
		"求人の情報": "勤務先 アカネの里\n所在地 札幌市東区北7条東2-2\n電話 011-711-1234\nURL https://akane.example/\n法人番号 1234567890124\n提供元 kaigo-navi",
		"候補1":   "株式会社アカネ商店\n北海道札幌市東区北七条東２丁目２番\n78% 旧商号が同じ・町名と最初の番号が同じ; 電話が一致; 同じ名前の会社が約3社\n旧商号 株式会社アカネヤ、アカネヤ商会",
		"候補2":   "株式会社アカネ物産\n北海道札幌市中央区北一条１\n2024-03-31 閉鎖\n1%未満 名前が似ている", "候補1の番号": "1234567890123", "候補2の番号": "A-17",
		"選択肢1": "1 株式会社アカネ商店", "選択肢2": "2 株式会社アカネ物産", "選択肢3": "該当なし", "選択肢4": "その他", "選択肢5": "わからない",
		"キー": "2026-W47 0123456789abcdef0123456789abcdef " + q.Mention.ID.String(),
	}
	if diff := cmp.Diff(want, cellsOf(t, opened(t, written(t, testRound, q)), 2)); diff != "" {
		t.Errorf("row (-want +got):\n%s", diff)
	}
}

// payloads are what a spreadsheet might run, or choke on.
var payloads = []string{
	"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x", "−1", " =1", "　＝1", "\u00A0=1", "\uFEFF=1",
	`=HYPERLINK("https://x.example")`, "=cmd|' /C calc'!A0", "{=1}", "<f>1</f>", "]]><c><f>1</f></c>", "&lt;f&gt;", "_x003D_1",
	"\x00", "\x01\x1F\x7F", "\xff\xfe", "\uFFFE\uFFFF", "\u202Eabc", "0123456789012345", "1E5", strings.Repeat("あ", 40_000), "a\u2028b", "",
}

// TestWriteNoFormula: whatever a partner or the master says, no cell is a formula, and every text is typed as one.
func TestWriteNoFormula(t *testing.T) {
	var qs []Question
	for _, p := range payloads {
		q := question(p)
		m := &q.Mention
		m.CompanyNameKana, m.WorkplaceName, m.Address, m.Phone, m.URL, m.CorporateNumber, m.Partner = p, p, p, p, p, p, p
		o := Option{Company: nayose.Company{ID: p, Name: p, Address: p, FormerNames: p}, Evidence: []nayose.Evidence{{Comparison: p, Level: p}}}
		q.Why, q.Options = p, []Option{o, o, o, o, o, o}
		qs = append(qs, q)
	}
	r := testRound
	r.Reviewer = "=1+1"
	file := written(t, r, qs...)
	texts := entries(t, file)
	for name, text := range texts {
		if strings.Contains(text, "<f>") || strings.Contains(text, "<f ") {
			t.Errorf("%s has a formula", name)
		}
		if err := wellFormed(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	types := map[string]int{}
	for _, cell := range cellTag.FindAllStringSubmatch(texts["xl/worksheets/sheet1.xml"], -1) {
		types[cell[1]]++
	}
	// Without a type there are the numbers of postings, and the empty cells of answers.
	if len(types) != 2 || types["inlineStr"] == 0 || types[""] < len(qs) {
		t.Errorf("types of cells: %v", types)
	}
	f := opened(t, file)
	for i, want := range map[int]string{2: "=1+1", 6: "=1", 9: "＝1+1", 24: "＿x003D_1"} {
		cells := cellsOf(t, f, i)
		if name, _, _ := strings.Cut(cells["会社名"], "\n"); name != want {
			t.Errorf("row %d has the name %q, want %q", i, name, want)
		}
	}
	rows, err := f.GetRows(sheetName)
	if err != nil || len(rows) != len(payloads)+1 {
		t.Errorf("%d rows, %v, want %d", len(rows), err, len(payloads)+1)
	}
}

var cellTag = regexp.MustCompile(`<c r="[A-Z]+\d+"(?: s="\d+")?(?: t="(\w+)")?>`)

func wellFormed(text string) error {
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// TestWriteAudit: an audit tells nothing of what the matcher thinks.
func TestWriteAudit(t *testing.T) {
	r, q := testRound, question("（株）アカネ商店")
	r.Audit = true
	got := cellsOf(t, opened(t, written(t, r, q)), 2)
	want := map[string]string{"候補1": "株式会社アカネ商店\n北海道札幌市東区北七条東２丁目２番", "候補2": "株式会社アカネ物産\n北海道札幌市中央区北一条１\n2024-03-31 閉鎖", "聞く理由": ""}
	for label, text := range want {
		if got[label] != text {
			t.Errorf("%s is %q, want %q", label, got[label], text)
		}
	}
	other := question("（株）アカネ商店")
	other.Outcome, other.Why = nayose.Matched, "決め手が足りない"
	for i := range other.Options {
		other.Options[i].Probability, other.Options[i].Evidence = 0.5, nil
	}
	if !bytes.Equal(written(t, r, q), written(t, r, other)) {
		t.Error("another answer of the matcher gives another workbook")
	}
}

// TestWriteAgain: the same round and questions give the same bytes.
func TestWriteAgain(t *testing.T) {
	if !bytes.Equal(written(t, testRound, question("A"), question("B")), written(t, testRound, question("A"), question("B"))) {
		t.Error("two workbooks of the same round differ")
	}
}

// TestWriteLinks: every link is https and built here; what a partner sends is text.
func TestWriteLinks(t *testing.T) {
	q := question("アカネ&\"<商店>")
	q.Options = append(q.Options, Option{Company: nayose.Company{ID: "javascript:alert(1)", Name: "ミドリ#?/x"}})
	f := opened(t, written(t, testRound, q))
	for cell, want := range map[string]string{
		at("検索") + "2":       "https://www.google.com/search?q=" + url.QueryEscape("アカネ&\"<商店> アカネの里 札幌市東区北7条東2-2"),
		at("候補1の番号") + "2":   "https://www.houjin-bangou.nta.go.jp/henkorireki-johoto.html?selHouzinNo=1234567890123",
		at("候補2の番号") + "2":   "https://www.google.com/search?q=" + url.QueryEscape("株式会社アカネ物産 北海道札幌市中央区北一条１"),
		at("候補3の番号") + "2":   "https://www.google.com/search?q=" + url.QueryEscape("ミドリ#?/x"),
		at(labelFacts) + "2": "",
	} {
		if _, got, err := f.GetCellHyperLink(sheetName, cell); got != want || err != nil {
			t.Errorf("%s leads to %q, %v, want %q", cell, got, err, want)
		}
	}
	s := sheet{File: excelize.NewFile(), name: "Sheet1", links: excelize.TotalSheetHyperlinks - 1}
	links := linksOf(&q)
	if err := s.setLinks(2, links); err != nil {
		t.Fatal(err)
	}
	if s.linked(links[0]).Value != "検索" || s.linked(links[1]).Value != links[1].to {
		t.Errorf("the last link and the one after it stand as %v, %v", s.linked(links[0]).Value, s.linked(links[1]).Value)
	}
}

// TestWriteSheet: only the answer can be written to; the dropdown offers the row's own choices; what a reviewer needs stays in sight.
func TestWriteSheet(t *testing.T) {
	f := opened(t, written(t, testRound, question("A"), question("B")))
	var free []string
	for i, c := range columns {
		id, err := f.GetCellStyle(sheetName, letter(i)+"3")
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		if style.Protection != nil && !style.Protection.Locked {
			free = append(free, c.label)
		}
	}
	if want := []string{"回答", "法人番号", "メモ", "回答者"}; !cmp.Equal(free, want) {
		t.Errorf("columns that can be written to: %v, want %v", free, want)
	}
	text := entries(t, written(t, testRound, question("A"), question("B")))["xl/worksheets/sheet1.xml"]
	for _, want := range []string{
		`<sheetProtection sheet="true"`, `autoFilter="false"`, `sort="false"`, `<autoFilter ref="$A$1:$T$3">`,
		`topLeftCell="D2" xSplit="3" ySplit="1"`, `<formula1>OFFSET($U2,0,0,1,COUNTA($U2:$AB2))</formula1>`, `sqref="C2:C3" type="list"`,
		`<col min="1" max="1" `, `<col min="21" max="21" width="20" customWidth="1" hidden="1"/>`, `orientation="landscape"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the sheet has no %s", want)
		}
	}
	if strings.Index(text, `<col min="1" `) > strings.Index(text, `<col min="2" `) {
		t.Error("columns stand out of order, which Excel calls damaged")
	}
	if strings.Contains(text, "password") {
		t.Error("the sheet has a password")
	}
}

// TestWriteEmpty: a round without questions is a workbook, too.
func TestWriteEmpty(t *testing.T) {
	rows, err := opened(t, written(t, testRound)).GetRows(sheetName)
	if err != nil || len(rows) != 1 {
		t.Errorf("%d rows, %v, want the header", len(rows), err)
	}
}

// TestCheckDigit has the formula computed that checks a number while it is typed.
func TestCheckDigit(t *testing.T) {
	for number, want := range map[string]string{
		"1990101004015": "TRUE", "1990101005681": "TRUE", "1990101004016": "FALSE", "199010100401": "FALSE", "": "FALSE",
	} {
		f := excelize.NewFile()
		if err := errors.Join(f.SetCellStr("Sheet1", "D2", number), f.SetCellFormula("Sheet1", "A1", "IFERROR("+checkDigit("D2")+",FALSE)")); err != nil {
			t.Fatal(err)
		}
		if got, err := f.CalcCellValue("Sheet1", "A1"); got != want || err != nil {
			t.Errorf("%q is a corporate number: %v, %v, want %v", number, got, err, want)
		}
	}
}

func TestMarks(t *testing.T) {
	show := func(spans []span) (text string) {
		for _, s := range spans {
			if s.differs {
				s.text = "[" + s.text + "]"
			}
			text += s.text
		}
		return text
	}
	for _, c := range []struct{ name, other, want string }{
		{"株式会社アカネ商店", "（株）アカネ商店", "株式会社アカネ商店"},
		{"株式会社堺桜仁会", "㈱堺櫻仁会", "株式会社堺[桜]仁会"},
		{"アカネ商会", "アカネ商店 札幌店", "アカネ商[会]"},
		{"ＡＢＣサービス", "abc サ−ビス", "ＡＢＣサービス"},
		{"アカネ", "", "アカネ"},
		{"", "アカネ", ""},
	} {
		if got := show(marks(letters(c.name), letters(spellOut.Replace(c.other)))); got != c.want {
			t.Errorf("marks(%q, %q) = %s, want %s", c.name, c.other, got, c.want)
		}
	}
	for _, c := range []struct{ address, other, want string }{
		{"北海道札幌市東区北七条東２丁目２番", "札幌市東区北7条東2-2", "[北海道]札幌市東区北七条東２丁目２番"},
		{"東京都港区芝５丁目３３番８号", "東京都港区芝5-33-1", "東京都港区芝５丁目３３番[８]号"},
		{"三重県四日市市幸町３丁目", "茨城県つくば市幸町4", "[三重県四日市市]幸町[３]丁目"},
		{"大阪府大阪市北区緑町２１番サンハイツ１０５", "大阪府大阪市北区緑町21", "大阪府大阪市北区緑町２１番[サンハイツ１０５]"},
		{"東京都", "", "東京都"},
	} {
		if got := show(marks(parts(c.address), parts(c.other))); got != c.want {
			t.Errorf("marks(%q, %q) = %s, want %s", c.address, c.other, got, c.want)
		}
	}
}

func TestReasons(t *testing.T) {
	of := func(levels ...string) string {
		var list []nayose.Evidence
		for i := 0; i < len(levels); i += 2 {
			list = append(list, nayose.Evidence{Comparison: levels[i], Level: levels[i+1]})
		}
		return reasons(list)
	}
	for _, c := range []struct{ got, want string }{
		{of("name", "same", "form", "same", "address", "same block", "phone", "same"), "同じ名前・町名と最初の番号が同じ; 電話が一致"},
		{of("phone", "differs", "name", "similar", "shared", "9 bits of letters"), "名前が似ている; 電話が違う"},
		{of("namesakes", "about 0.02 companies of this name to be expected"), ""},
		{of("namesakes", "about 2e+02 companies of this name to be expected"), "同じ名前の会社が約200社"},
		{of("weather", "fine\n"), "weather: fine"},
		{of(), ""},
	} {
		if c.got != c.want {
			t.Errorf("reasons: %q, want %q", c.got, c.want)
		}
	}
}

func TestShown(t *testing.T) {
	for text, want := range map[string]string{
		"株式会社アカネ":                        "株式会社アカネ",
		" a\tb\r\nc\u2028d ":             "a b  c d",
		"\u202Eabc\u200B\uFEFF":          "abc",
		"a\x00b\xffc\uFFFE\uFFFF":        "a bc",
		"_x0041_ _x41_":                  "＿x0041_ _x41_",
		strings.Repeat("あ", mostShown+1): strings.Repeat("あ", mostShown-1) + "…",
		strings.Repeat("あ", mostShown):   strings.Repeat("あ", mostShown),
	} {
		if got := shown(text); got != want {
			t.Errorf("shown(%q) = %q, want %q", text, got, want)
		}
	}
}
