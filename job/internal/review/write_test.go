package review

import (
	"archive/zip"
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
	t.Cleanup(func() { f.Close() })
	return f
}

// parts are the entries of a workbook.
func parts(t *testing.T, file []byte) map[string]string {
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
		"候補1":   "株式会社アカネ商店\n北海道札幌市東区北七条東２丁目２番\n78% 旧商号が同じ・同じ町丁目; 電話が一致; 同じ名前の会社が約3社\n旧商号 株式会社アカネヤ、アカネヤ商会",
		"候補2":   "株式会社アカネ物産\n北海道札幌市中央区北一条１\n2024-03-31 閉鎖\n1%未満 名前が似ている", "候補1の番号": "1234567890123", "候補2の番号": "A-17",
		"選択肢1": "1 株式会社アカネ商店", "選択肢2": "2 株式会社アカネ物産", "選択肢3": "該当なし", "選択肢4": "その他", "選択肢5": "わからない",
		"キー": "2026-W47 0123456789abcdef0123456789abcdef " + q.Mention.ID.String(),
	}
	if diff := cmp.Diff(want, cellsOf(t, opened(t, written(t, testRound, q)), 2)); diff != "" {
		t.Errorf("row (-want +got):\n%s", diff)
	}
}
