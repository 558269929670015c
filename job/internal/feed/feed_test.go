package feed

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nayose"
)

// delivery is what Read made of a delivery.
type delivery struct {
	postings  []nayose.Posting
	mentions  map[nayose.ID]nayose.Mention
	rejects   []nayose.Reject
	deletions []nayose.Deletion
	counts    nayose.ExtractCounts
	extra     []string
	report    Report
}

// readFiles reads a delivery and checks its books. Files are named 1.csv, 2.csv …
func readFiles(t testing.TB, m *Mapping, files ...string) (delivery, error) {
	t.Helper()
	d := delivery{mentions: map[nayose.ID]nayose.Mention{}}
	report, err := Read(t.Context(), Delivery{Partner: "p", Mapping: m, Files: named(files)}, Sink{
		Posting: func(p nayose.Posting) error {
			if _, ok := d.mentions[p.MentionID]; !ok {
				t.Errorf("posting %s comes before its mention", p.PostingID)
			}
			d.postings = append(d.postings, p)
			return nil
		},
		Mention: func(m nayose.Mention) error {
			if _, ok := d.mentions[m.ID]; ok || m.ID != m.Key() {
				t.Errorf("mention %v comes again or has the wrong id", m)
			}
			d.mentions[m.ID] = m
			return nil
		},
		Deletion: func(gone nayose.Deletion) error {
			d.deletions = append(d.deletions, gone)
			return nil
		},
		Reject: func(r nayose.Reject) error {
			d.rejects = append(d.rejects, r)
			return nil
		},
	})
	d.report, d.counts, d.extra = report, report.Counts, report.Extra
	d.checkBooks(t)
	if err == nil {
		d.checkBytes(t, files)
	}
	return d, err
}

// memory is a file's content in memory.
type memory struct{ *strings.Reader }

func (memory) Close() error { return nil }

// inMemory is a file of a delivery whose content is in memory.
func inMemory(key, sum, content string) File {
	return File{Key: key, SHA256: sum, Open: func(context.Context) (Content, error) { return memory{strings.NewReader(content)}, nil }}
}

func named(contents []string) (files []File) {
	for i, content := range contents {
		files = append(files, inMemory(fmt.Sprintf("%d.csv", i+1), fmt.Sprintf("sum%d", i+1), content))
	}
	return files
}

// checkBytes adds up the bytes of plain files.
func (d *delivery) checkBytes(t testing.TB, files []string) {
	t.Helper()
	var all int64
	for _, f := range files {
		all += int64(len(f))
	}
	if err := d.counts.Balance(); err != nil || d.counts.Bytes.Files != all {
		t.Errorf("of %d bytes: %+v (%v)", all, d.counts.Bytes, err)
	}
}

// checkBooks adds up what came out and compares it with the counts.
func (d *delivery) checkBooks(t testing.TB) {
	t.Helper()
	want := nayose.ExtractCounts{Mentions: int64(len(d.mentions))}
	for _, p := range d.postings {
		want.Unique++
		want.UniqueSum.Add(p.Lineage)
		want.RecordsSum.Add(p.Lineage)
	}
	for _, r := range d.rejects {
		want.RecordsSum.Add(r.Lineage)
		if r.Kind == nayose.RejectDuplicate {
			want.Duplicates++
			want.DuplicatesSum.Add(r.Lineage)
		} else {
			want.Rejected++
			want.RejectedSum.Add(r.Lineage)
		}
	}
	for _, gone := range d.deletions {
		want.Deletions++
		want.DeletionsSum.Add(gone.Lineage)
		want.RecordsSum.Add(gone.Lineage)
	}
	want.Records = want.Unique + want.Duplicates + want.Rejected + want.Deletions
	want.Bytes = d.counts.Bytes
	if diff := cmp.Diff(want, d.counts); diff != "" {
		t.Errorf("the books do not balance, -seen +counted:\n%s", diff)
	}
}

// mustRead reads one file without an error.
func mustRead(t testing.TB, m *Mapping, files ...string) delivery {
	t.Helper()
	d, err := readFiles(t, m, files...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const example = "管理番号,会社名,給与,住所,掲載開始日,備考\r\n" +
	"A-1,株式会社サンプル,\"時給1,350円～1,690円\",東京都千代田区丸の内1-1,2026/10/4,\"駅近\r\n<週休2日>\"\r\n" +
	"A-2,　株式会社サンプル ,応相談,東京都千代田区丸の内1-1,,\r\n"

const exampleMapping = `
columns:
  posting_id: 管理番号
  company_name: [会社名, 企業名]
  salary: 給与
  address: 住所
  posted_on: 掲載開始日
`

func TestReader(t *testing.T) {
	d := mustRead(t, parse(t, exampleMapping), example)
	mention := nayose.Mention{Partner: "p", CompanyName: "株式会社サンプル", Address: "東京都千代田区丸の内1-1"}
	mention.ID = mention.Key()
	if diff := cmp.Diff(map[nayose.ID]nayose.Mention{mention.ID: mention}, d.mentions); diff != "" {
		t.Errorf("mentions: -want +got:\n%s", diff)
	}
	second := len(example) - len("A-2,　株式会社サンプル ,応相談,東京都千代田区丸の内1-1,,\r\n")
	want := []nayose.Posting{
		{
			Lineage: nayose.NewID("record", "p", "sum1", strconv.Itoa(strings.Index(example, "A-1"))),
			Partner: "p", PostingID: "A-1", MentionID: mention.ID,
			SalaryUnit: "hour", SalaryMin: 1350, SalaryMax: 1690, SalaryText: "時給1,350円～1,690円",
			Prefecture: "東京都", City: "千代田区", PostedOn: nayose.NewDate(2026, 10, 4),
			Extra: `{"備考":"駅近\r\n<週休2日>"}`,
		},
		{
			Lineage: nayose.NewID("record", "p", "sum1", strconv.Itoa(second)),
			Partner: "p", PostingID: "A-2", MentionID: mention.ID,
			SalaryText: "応相談", Prefecture: "東京都", City: "千代田区",
		},
	}
	for i := range want {
		want[i].Content = content(&want[i])
	}
	if diff := cmp.Diff(want, d.postings); diff != "" {
		t.Errorf("postings: -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"備考"}, d.extra); diff != "" || d.rejects != nil {
		t.Errorf("extra columns: -want +got:\n%s; rejects: %v", diff, d.rejects)
	}
	inCP932 := mustRead(t, parse(t, exampleMapping), sjis(t, example))
	for i, p := range inCP932.postings {
		p.Lineage = want[i].Lineage // its offset is another
		if diff := cmp.Diff(want[i], p); diff != "" {
			t.Errorf("the same in CP932: -want +got:\n%s", diff)
		}
	}
}

// TestContent shows that the content hash changes with everything that a posting says, and with nothing else.
func TestContent(t *testing.T) {
	mapping := `columns: {posting_id: id, company_name: name, title: title, description: description, occupation: occupation,
  employment_type: type, salary: salary, salary_unit: unit, salary_min: min, salary_max: max, prefecture: pref, city: city,
  posted_on: posted, closes_on: closes}`
	header := "id,name,title,description,occupation,type,salary,unit,min,max,pref,city,posted,closes,more"
	cells := []string{"1", "A", "B", "C", "D", "正社員", "E", "時給", "1000", "2000", "東京都", "港区", "2026-10-01", "2026-11-01", "F"}
	others := []string{"", "X", "X", "X", "X", "パート", "X", "日給", "1001", "2001", "大阪府", "北区", "2026-10-02", "2026-11-02", "X"}
	contentOf := func(header string, cells []string) nayose.ID {
		return mustRead(t, parse(t, mapping), header+"\n"+strings.Join(cells, ",")+"\n").postings[0].Content
	}
	base := contentOf(header, cells)
	for i, other := range others {
		changed := slices.Clone(cells)
		changed[i] = other
		if i > 0 && contentOf(header, changed) == base {
			t.Errorf("another %s does not change the content hash", strings.Split(header, ",")[i])
		}
	}
	moved := append([]string{cells[14]}, cells[:14]...)
	if contentOf("\nmore,"+strings.TrimSuffix(header, ",more"), moved) != base {
		t.Error("another place in the file changes the content hash")
	}
}

const wideMapping = `
columns:
  posting_id: id
  company_name: name
  employment_type: type
  salary: pay
  salary_unit: unit
  salary_min: min
  salary_max: max
  address: address
  prefecture: pref
  city: city
  posted_on: posted
employment_types: {スタッフ: part_time}
`

// readCells reads one record given as header=cell pairs.
func readCells(t *testing.T, mapping string, pairs ...string) delivery {
	t.Helper()
	header := []string{"id", "name", "type", "pay", "unit", "min", "max", "address", "pref", "city", "posted", "more"}
	cells := make([]string, len(header))
	cells[0], cells[1] = "1", "A"
	for _, pair := range pairs {
		name, cell, _ := strings.Cut(pair, "=")
		cells[slices.Index(header, name)] = quoteCell(cell, ',', true)
	}
	return mustRead(t, parse(t, mapping), strings.Join(header, ",")+"\n"+strings.Join(cells, ",")+"\n")
}

func TestTypedColumns(t *testing.T) {
	for _, test := range []struct {
		cells string // separated by |
		want  nayose.Posting
	}{
		{"type=正社員", nayose.Posting{EmploymentType: "full_time", EmploymentTypeText: "正社員"}},
		{"type=ﾊﾟｰﾄ／ｱﾙﾊﾞｲﾄ", nayose.Posting{EmploymentType: "part_time", EmploymentTypeText: "ﾊﾟｰﾄ／ｱﾙﾊﾞｲﾄ"}},
		{"type=紹介予定派遣", nayose.Posting{EmploymentType: "temp_to_perm", EmploymentTypeText: "紹介予定派遣"}},
		{"type=FULL_TIME", nayose.Posting{EmploymentType: "full_time", EmploymentTypeText: "FULL_TIME"}},
		{"type=正社員・パート", nayose.Posting{EmploymentType: "full_time", EmploymentTypeText: "正社員・パート"}},
		{"type=★アルバイト・パート　契約社員★", nayose.Posting{EmploymentType: "part_time", EmploymentTypeText: "★アルバイト・パート　契約社員★"}},
		{"type=未経験OK/契約社員（正社員登用あり）", nayose.Posting{EmploymentType: "contract", EmploymentTypeText: "未経験OK/契約社員（正社員登用あり）"}},
		{"type=【正社員】", nayose.Posting{EmploymentType: "full_time", EmploymentTypeText: "【正社員】"}},
		{"type=スタッフ", nayose.Posting{EmploymentType: "part_time", EmploymentTypeText: "スタッフ"}},
		{"type=相棒", nayose.Posting{EmploymentType: "other", EmploymentTypeText: "相棒"}},
		{"unit=時給|min=1,260|max=１３９０円", nayose.Posting{SalaryUnit: "hour", SalaryMin: 1260, SalaryMax: 1390}},
		{"unit=月給|min=25万円以上|max=-", nayose.Posting{SalaryUnit: "month", SalaryMin: 250_000}},
		{"unit=歩合|min=1000", nayose.Posting{SalaryMin: 1000, Extra: `{"unit":"歩合"}`}},
		{
			"unit=時給|min=1260|pay=月給20万円",
			nayose.Posting{SalaryUnit: "hour", SalaryMin: 1260, SalaryText: "月給20万円"},
		},
		{"unit=時給|pay=月給20万円", nayose.Posting{SalaryUnit: "hour", SalaryText: "月給20万円"}},
		{"unit=時給|pay=1,260円～", nayose.Posting{SalaryUnit: "hour", SalaryMin: 1260, SalaryText: "1,260円～"}},
		{"min=応相談|pay=時給1,260円", nayose.Posting{SalaryUnit: "hour", SalaryMin: 1260, SalaryMax: 1260, SalaryText: "時給1,260円", Extra: `{"min":"応相談"}`}},
		{"min=1260|pay=時給で払う", nayose.Posting{SalaryUnit: "hour", SalaryMin: 1260, SalaryText: "時給で払う"}},
		{"address=東京都港区芝1", nayose.Posting{Prefecture: "東京都", City: "港区"}},
		{"address=東京都港区芝1|pref=東京|city=新宿区", nayose.Posting{Prefecture: "東京都", City: "新宿区"}},
		{"address=東京都港区芝1|pref=大阪府", nayose.Posting{Prefecture: "大阪府"}},
		{"address=横浜市西区1|pref=神奈川", nayose.Posting{Prefecture: "神奈川県", City: "横浜市西区"}},
		{"address=東京都港区芝1|pref=全国", nayose.Posting{Prefecture: "東京都", City: "港区", Extra: `{"pref":"全国"}`}},
		{"posted=2026年10月4日", nayose.Posting{PostedOn: nayose.NewDate(2026, 10, 4)}},
		{"posted=随時", nayose.Posting{Extra: `{"posted":"随時"}`}},
		{"posted=採用決定次第", nayose.Posting{Extra: `{"posted":"採用決定次第"}`}},
		{"posted=-", nayose.Posting{}},
		{"posted=2026-10-03T15:30Z", nayose.Posting{PostedOn: nayose.NewDate(2026, 10, 4)}},
		{"posted=2026-10-03 15:30:00+00:00", nayose.Posting{PostedOn: nayose.NewDate(2026, 10, 4)}},
		{"more=\u3000a\"<b>\u3000", nayose.Posting{Extra: `{"more":"a\"<b>"}`}},
	} {
		d := readCells(t, wideMapping, strings.Split(test.cells, "|")...)
		if len(d.postings) != 1 {
			t.Errorf("%s: rejects %v", test.cells, d.rejects)
			continue
		}
		got := d.postings[0]
		got.Lineage, got.Partner, got.PostingID, got.MentionID, got.Content = nayose.ID{}, "", "", nayose.ID{}, nayose.ID{}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", test.cells, diff)
		}
	}
}

func TestRejectedCells(t *testing.T) {
	for _, test := range []struct{ cells, column, reason string }{
		{"id= ", "id", "the posting id is empty"},
		{"id=1.23E+12", "id", "the posting id 1.23E+12 was spoilt by a spreadsheet"},
		{"id=１.２３Ｅ＋１２", "id", "the posting id １.２３Ｅ＋１２ was spoilt by a spreadsheet"},
		{"id=1.23457e+12", "id", "the posting id 1.23457e+12 was spoilt by a spreadsheet"},
		{"id=1830001.0", "id", "the posting id 1830001.0 was spoilt by a spreadsheet"},
		{"id=2026-10-04", "id", "the posting id 2026-10-04 was spoilt by a spreadsheet"},
		{"id=2026/10/4", "id", "the posting id 2026/10/4 was spoilt by a spreadsheet"},
		{"id=4-Oct", "id", "the posting id 4-Oct was spoilt by a spreadsheet"},
		{"id=#N/A", "id", "the posting id #N/A was spoilt by a spreadsheet"},
		{"id=####", "id", "the posting id #### was spoilt by a spreadsheet"},
		{"id=10月4日", "id", "the posting id 10月4日 was spoilt by a spreadsheet"},
		{"id=" + strings.Repeat("x", 513), "id", "the posting id has 513 bytes, more than 512"},
		{"city=" + strings.Repeat("市", 171), "city", "the city has 513 bytes, more than 512"},
		{"posted=2026-02-30", "posted", `"2026-02-30" is not a date`},
		{"min=高給", "min", `"高給" is not an amount of yen`},
		{"max=1,2x", "max", `"1,2x" is not an amount of yen`},
		{"unit=月給|min=1200", "min", "1200 yen cannot be pay by the month"},
		{"min=25", "min", "25 yen cannot be pay by the hour, day, month or year"},
		{"unit=時給|min=1200|max=250000", "max", "250000 yen cannot be pay by the hour"},
		{"min=2000|max=1000", "min", "the lowest salary, 2000, is above the highest, 1000"},
		{"more=\uFFFD", "more", "U+FFFD stands in it: a character was lost before the file was written"},
		{"more=a\x00", "", "byte 15 of the record is NUL"},
		{
			"id=id|name=name|type=type|pay=pay|unit=unit|min=min|max=max|address=address|pref=pref|city=city|posted=posted|more=more", "",
			"the header stands here again",
		},
	} {
		d := readCells(t, wideMapping, strings.Split(test.cells, "|")...)
		if len(d.rejects) != 1 || d.rejects[0].Column != test.column || d.rejects[0].Reason != test.reason {
			t.Errorf("%.40q: rejects %+v, want column %s, reason %s", test.cells, d.rejects, test.column, test.reason)
		}
	}
	for _, id := range []string{"1E5", "2E+", "00123", "A-1.2E+3", "2026-13-04", "2026-10-0004", "#12", "1.5", "10/4", "3-Mai"} {
		if d := readCells(t, wideMapping, "id="+id); len(d.postings) != 1 || d.postings[0].PostingID != id {
			t.Errorf("posting id %s: rejects %v", id, d.rejects)
		}
	}
	if d := readCells(t, wideMapping, "name="); len(d.postings) != 1 {
		t.Errorf("an anonymous posting: rejects %v", d.rejects)
	}
}

func TestReject(t *testing.T) {
	header := "管理番号,会社名\n"
	d := mustRead(t, parse(t, "columns: {posting_id: 管理番号, company_name: 会社名}"),
		header+"A-1,株式会社サンプル\nA-2,\"株式\n会社\"x\nA-3,\xFF\n", header+"\nA-1,合同会社サンプル\n")
	at := func(file, line int, offset int, kind, column, code, reason, raw string) nayose.Reject {
		return nayose.Reject{
			Lineage: nayose.NewID("record", "p", fmt.Sprintf("sum%d", file), strconv.Itoa(offset)),
			Kind:    kind, File: fmt.Sprintf("%d.csv", file), Line: int64(line), Offset: int64(offset),
			Column: column, Code: code, Reason: reason, Raw: raw,
		}
	}
	n := len(header)
	want := []nayose.Reject{
		at(1, 3, n+29, "rejected", "会社名", codeQuote, "text follows the closing quote of cell 2", `A-2,"株式`),
		at(1, 4, n+41, "rejected", "管理番号", codeQuote, "a quote stands inside of cell 1, which is not quoted", `会社"x`),
		at(1, 5, n+50, "rejected", "会社名", codeEncoding, "byte 0xFF after 0 others is not UTF-8", `"A-3,\xff"`),
		at(2, 3, n+1, "duplicate", "管理番号", codeDuplicate, "posting id A-1 stood earlier in this delivery", "A-1,合同会社サンプル"),
	}
	if diff := cmp.Diff(want, d.rejects); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if len(d.postings) != 1 || len(d.mentions) != 1 {
		t.Errorf("%d postings and %d mentions, want 1 of each: a duplicate's mention is not kept", len(d.postings), len(d.mentions))
	}
}

func TestRejectRaw(t *testing.T) {
	m := parse(t, "columns: {posting_id: id, company_name: 会社名}")
	long := strings.Repeat("株", maxRaw)
	for _, test := range []struct{ file, want string }{
		{"id,会社名\n,a\x00b\n", `",a\x00b"`},
		{sjis(t, "id,会社名\n,株式会社\n"), ",株式会社"},
		{sjis(t, "id,会社名\n1,株") + "\xF0\x40\n", `"1,\x8a\x94\xf0@"`},
		{"id,会社名\n," + long + "\n", "," + long[:maxRaw-1] + "… (cut; the record has 12289 bytes)"},
	} {
		if d := mustRead(t, m, test.file); len(d.rejects) != 1 || d.rejects[0].Raw != test.want {
			t.Errorf("%.60q: rejects %+v, want raw %.60s", test.file, d.rejects, test.want)
		}
	}
}

// TestUTF8InCP932 shows that a record in another encoding than its file is no posting: as CP932 it would be other words.
func TestUTF8InCP932(t *testing.T) {
	m := parse(t, "columns: {posting_id: id, company_name: 会社名}")
	d := mustRead(t, m, sjis(t, "id,会社名\n1,株式会社ナノハ\n")+"2,社会福祉協議会\n")
	if len(d.postings) != 1 || len(d.rejects) != 1 || d.rejects[0].Reason != "the record is UTF-8, the file CP932" {
		t.Errorf("postings %v, rejects %v", d.postings, d.rejects)
	}
}

func TestHeader(t *testing.T) {
	mapping := "columns: {posting_id: 求人ID, company_name: [会社名, 企業名], phone: TEL}\nignore: メモ"
	d := mustRead(t, parse(t, mapping),
		"\uFEFF\"メモ\", 求人ＩＤ　,企業 名,備考,ｔｅｌ,,備考,\n"+"x,1,A,b,03,c,d,\n",
		"会社名,備考,求人ID,TEL\nB,y,2,03\n")
	if len(d.postings) != 2 || d.postings[0].Extra != `{"備考":"b","column 6":"c","備考 (2)":"d"}` {
		t.Errorf("postings %+v, rejects %v", d.postings, d.rejects)
	}
	if diff := cmp.Diff([]string{"備考", "column 6", "備考 (2)", "column 8"}, d.extra); diff != "" {
		t.Errorf("extra columns: -want +got:\n%s", diff)
	}
}

func TestFileErrors(t *testing.T) {
	mapping := "columns: {posting_id: id, company_name: [会社名, 企業名]}"
	for _, test := range []struct {
		mapping, file string
		kind          nayose.Kind
		want          string
	}{
		{mapping, "", nayose.Held, "read 1.csv: an empty delivery: the file has no line"},
		{mapping, "\uFEFF\r\n", nayose.Held, "read 1.csv: an empty delivery: the file has no line"},
		{mapping, "id,会社名\r\n", nayose.Held, "read 1.csv: an empty delivery: it has a header and no record"},
		{mapping, "id,会社名\n,\n\n", nayose.Held, "read 1.csv: an empty delivery: it has a header and no record"},
		{mapping, "id,住所,\n1,A,\n", nayose.Contract, "read 1.csv: no column fits company_name (会社名, 企業名); the file has id, 住所, column 3"},
		{mapping + "\ndelimiter: ','", "id;会社名\n1;A\n", nayose.Contract, "read 1.csv: no column fits posting_id (id), company_name (会社名, 企業名); the file has id;会社名"},
		{mapping, "id,会社名,企業名\n1,A,B\n", nayose.Contract, `read 1.csv: the columns "会社名" and "企業名" both fit company_name; the file has id, 会社名, 企業名`},
		{mapping, "id,会社名,ID\n1,A,B\n", nayose.Contract, `read 1.csv: the columns "id" and "ID" both fit posting_id; the file has id, 会社名, ID`},
		{mapping, "A-1,株式会社サンプル,03-1234-5678,2026-11-16\nA-2,B,,\n", nayose.Contract, "read 1.csv: no column fits posting_id (id), company_name (会社名, 企業名); the file has no header: what stands there looks like a record"},
		{mapping, "id,\"会社\"名\n1,A\n", nayose.Contract, "read 1.csv: the header, line 1: text follows the closing quote of cell 2"},
		{mapping, "id,会社\xFF\n1,株式会社\n2,株式会社\n", nayose.Contract, "read 1.csv: the header, line 1: byte 0xFF after 6 others is not UTF-8"},
		{mapping, "id" + strings.Repeat(",", 1000) + "\n", nayose.Contract, "read 1.csv: there are 1001 columns, more than 1000; the file has id, column 2, "},
		{mapping + "\nencoding: utf-8", "\xFF\xFEi\x00d\x00", nayose.Contract, "read 1.csv: declared utf-8, but this looks like utf-16"},
		{mapping, "id,会社名\n1,\x1b$B3t\x1b(B\n", nayose.Contract, "read 1.csv: this is iso-2022-jp"},
		{mapping + "\nencoding: utf-8", sjis(t, "id,会社名\n1,A\n"), nayose.Contract, "read 1.csv: declared utf-8, but this looks like cp932"},
	} {
		d, err := readFiles(t, parse(t, test.mapping), test.file)
		var fault *nayose.Error
		if !errors.As(err, &fault) || fault.Kind != test.kind || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%.60q: error %v (%+v), want %s", test.file, err, fault, test.want)
		}
		if d.counts != (nayose.ExtractCounts{}) {
			t.Errorf("%q: counts %+v", test.file, d.counts)
		}
	}
}

// TestFileStops shows that errors of the sink, the source and the context end the reading and come back.
func TestFileStops(t *testing.T) {
	stop := errStop
	m := parse(t, exampleMapping)
	fine := Sink{
		Posting: func(nayose.Posting) error { return nil },
		Mention: func(nayose.Mention) error { return nil },
		Reject:  func(nayose.Reject) error { return nil },
	}
	for name, change := range map[string]func(*Sink){
		"posting": func(s *Sink) { s.Posting = func(nayose.Posting) error { return stop } },
		"mention": func(s *Sink) { s.Mention = func(nayose.Mention) error { return stop } },
		"reject":  func(s *Sink) { s.Reject = func(nayose.Reject) error { return stop } },
	} {
		sink := fine
		change(&sink)
		if err := read(t.Context(), m, sink, example+"A-3\n"); !errors.Is(err, stop) {
			t.Errorf("a %s that the sink does not take: error %v", name, err)
		}
	}
	broken := Delivery{Partner: "p", Mapping: m, Files: []File{{Key: "k", SHA256: "s", Open: func(context.Context) (Content, error) {
		return failing{memory{strings.NewReader(example)}}, nil
	}}}}
	if _, err := Read(t.Context(), broken, fine); !errors.Is(err, stop) {
		t.Errorf("a source that breaks: error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := read(ctx, m, fine, example); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context: error %v", err)
	}
}

// read reads a delivery of one file.
func read(ctx context.Context, m *Mapping, sink Sink, file string) error {
	_, err := Read(ctx, Delivery{Partner: "p", Mapping: m, Files: []File{inMemory("k", "s", file)}}, sink)
	return err
}

var errStop = errors.New("stop")

// failing is content that fails in its second half.
type failing struct{ memory }

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	half := f.Size() / 2
	if off >= half {
		return 0, errStop
	}
	return f.memory.ReadAt(p[:min(int64(len(p)), half-off)], off)
}

// damages are ways in which one record of a file goes wrong on its way. Each takes the record's line, without its line end,
// and spoils it so that it must be rejected.
var damages = map[string]func(t *rapid.T, line string) string{
	"a cell too many": func(t *rapid.T, line string) string { return line + ",x" },
	"a cell too few":  func(t *rapid.T, line string) string { return line[:strings.LastIndex(line, ",")] },
	"a lost closing quote": func(t *rapid.T, line string) string {
		return strings.Replace(line, `",`, `,`, 1)
	},
	"a stray opening quote": func(t *rapid.T, line string) string {
		return strings.Replace(line, ",plain", `,"plain`, 1)
	},
	"text after a closing quote": func(t *rapid.T, line string) string {
		return strings.Replace(line, `",`, `"x,`, 1)
	},
	"cut off": func(t *rapid.T, line string) string {
		return line[:rapid.IntRange(1, strings.LastIndex(line, ",")-1).Draw(t, "cut")]
	},
	"a NUL":                   func(t *rapid.T, line string) string { return line + "\x00" },
	"half a character":        func(t *rapid.T, line string) string { return line + "\x81" },
	"外字":                      func(t *rapid.T, line string) string { return line + "\xF0\x40" },
	"an id that Excel spoilt": func(t *rapid.T, line string) string { return "1.2E+12" + line[strings.Index(line, ","):] },
	"too long":                func(t *rapid.T, line string) string { return line + strings.Repeat("x", maxRecord) },
}

// drawLines draws the records of a clean file, each with a quoted cell, a plain one and one with anything in it.
func drawLines(t *rapid.T) []string {
	text := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "表ソ", "ﾊﾟ", `"`, "\r\n", "\n", "\r", " ", "1,350円", ";"}), 0, 4)
	lines := make([]string, rapid.IntRange(2, 5).Draw(t, "records"))
	for i := range lines {
		content := rapid.SampledFrom([]string{"", "\n"}).Draw(t, "start") + strings.Join(text.Draw(t, "text"), "")
		quoted := rapid.Bool().Draw(t, "quoted") || strings.Contains(content, `"`)
		lines[i] = fmt.Sprintf(`id%d,"株式会社%d",plain,%s,z`, i, i, quoteCell(content, ',', quoted))
	}
	return lines
}

// contents are the content hashes of a delivery's postings.
func contents(d delivery) map[string]nayose.ID {
	hashes := map[string]nayose.ID{}
	for _, p := range d.postings {
		hashes[p.PostingID] = p.Content
	}
	return hashes
}

// TestDamage spoils one record of a clean file in each way: all others load as they did, and the spoilt one does not.
func TestDamage(t *testing.T) {
	m := parse(t, "columns: {posting_id: id, company_name: 会社名, title: title, description: text}")
	for _, name := range slices.Sorted(maps.Keys(damages)) {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				lines := drawLines(rt)
				end := rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(rt, "line end")
				encode := rapid.SampledFrom([]func(string) string{
					func(s string) string { return s }, func(s string) string { return sjis(t, s) },
				}).Draw(rt, "encoding")
				file := func(lines []string) string {
					return encode("id,会社名,title,text,備考"+end) + strings.Join(lines, end) + end
				}
				for i := range lines {
					lines[i] = encode(lines[i])
				}
				clean := contents(mustRead(t, m, file(lines)))
				victim := rapid.IntRange(0, len(lines)-1).Draw(rt, "victim")
				delete(clean, fmt.Sprintf("id%d", victim))
				lines[victim] = damages[name](rt, lines[victim])
				spoilt := mustRead(t, m, file(lines))
				if diff := cmp.Diff(clean, contents(spoilt)); diff != "" || len(spoilt.rejects) == 0 {
					rt.Fatalf("%q: %d rejects, -want +got:\n%s", file(lines), len(spoilt.rejects), diff)
				}
			})
		})
	}
}

// partners are two real partners and their mappings.
var partners = map[string]string{
	"hoikukaigo": `
encoding: utf-8
columns:
  posting_id: 求人ID
  company_name: 法人名
  workplace_name: 事業所名
  address: 勤務地
  phone: 電話番号
  url: ホームページ
  title: 職種
  employment_type: 雇用形態
  salary_unit: 給与区分
  salary_min: 給与下限
  salary_max: 給与上限
  posted_on: 掲載開始日
  closes_on: 掲載終了日
  description: 仕事内容
`,
	"carejob": `
columns:
  posting_id: 管理番号
  company_name: 会社名
  address: 住所
  phone: TEL
  title: 募集職種
  employment_type: 雇用区分
  salary: 給与
  posted_on: 更新日
`,
}

func feedFile(t testing.TB, week, partner string) string {
	t.Helper()
	data := os.Getenv("NAYOSE_DATA")
	if data == "" {
		t.Skip("NAYOSE_DATA is not set")
	}
	b, err := os.ReadFile(filepath.Join(data, "feeds", week, partner+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFeeds(t *testing.T) {
	truth := map[string]int{}
	for line := range strings.Lines(feedFile(t, ".", "truth-2026-W47")) {
		partner, _, _ := strings.Cut(line, ",")
		truth[partner]++
	}
	for _, week := range []string{"2026-W46", "2026-W47"} {
		for partner, mapping := range partners {
			d := mustRead(t, parse(t, mapping), feedFile(t, week, partner))
			if len(d.rejects) > 0 {
				t.Errorf("%s %s: %d rejects, the first %+v", week, partner, len(d.rejects), d.rejects[0])
			}
			if want := truth[partner]; week == "2026-W47" && len(d.postings) != want {
				t.Errorf("%s %s: %d postings, want %d", week, partner, len(d.postings), want)
			}
			for _, p := range d.postings {
				if p.EmploymentType == "" || p.EmploymentType == "other" || p.SalaryUnit == "" || p.SalaryMin == 0 ||
					p.SalaryMax < p.SalaryMin || p.PostedOn == 0 {
					t.Errorf("%s %s: %+v lacks something", week, partner, p)
				}
			}
			t.Logf("%s %s: %+v", week, partner, d.counts)
		}
	}
	first := mustRead(t, parse(t, partners["carejob"]), feedFile(t, "2026-W47", "carejob")).postings[0]
	want := nayose.Posting{
		Lineage: first.Lineage, Partner: "p", PostingID: "kaig000006", MentionID: first.MentionID, Content: first.Content,
		Title: "◎駅チカ◎ ケアマネジャー", EmploymentType: "part_time", EmploymentTypeText: "パート",
		SalaryUnit: "hour", SalaryMin: 1350, SalaryMax: 1690, SalaryText: "時給1,350円～1,690円",
		Prefecture: "北海道", City: "札幌市豊平区", PostedOn: nayose.NewDate(2026, 10, 10), Extra: first.Extra,
	}
	if diff := cmp.Diff(want, first); diff != "" || !strings.HasPrefix(first.Extra, `{"備考":"お気軽にご応募ください。`) {
		t.Errorf("carejob's first: -want +got:\n%s", diff)
	}
}

// TestMemory shows that a posting of its own mention costs at most 64 bytes of memory.
func TestMemory(t *testing.T) {
	const postings = 235_000 // the maps have just doubled
	m := parse(t, "columns: {posting_id: id, company_name: name}")
	var b strings.Builder
	b.WriteString("id,name\n")
	for i := range postings {
		fmt.Fprintf(&b, "posting%d,company%d\n", i, i)
	}
	file := b.String()
	before, most, n := heap(), int64(0), 0
	sink := Sink{
		Posting: func(nayose.Posting) error {
			if n++; n == postings {
				most = heap()
			}
			return nil
		},
		Mention: func(nayose.Mention) error { return nil },
	}
	if err := read(t.Context(), m, sink, file); err != nil {
		t.Fatal(err)
	}
	const buffer = 4 << 20 // of the splitter
	each := float64(most-before-buffer) / postings
	if each > 64 || n != postings {
		t.Errorf("%.1f bytes a posting, %d of them", each, n)
	}
	t.Logf("%.1f bytes a posting", each)
	runtime.KeepAlive(file)
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkReader reads the real files, and so says how many MB/s (of the file) each encoding takes.
func BenchmarkReader(b *testing.B) {
	for _, partner := range []string{"hoikukaigo", "carejob"} {
		b.Run(partner, func(b *testing.B) {
			m := parse(b, partners[partner])
			file := feedFile(b, "2026-W47", partner)
			b.SetBytes(int64(len(file)))
			b.ReportAllocs()
			for b.Loop() {
				sink := Sink{
					Posting: func(nayose.Posting) error { return nil },
					Mention: func(nayose.Mention) error { return nil },
				}
				if err := read(b.Context(), m, sink, file); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
