package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/review"
)

// reviewers is a week with a master, in which workbooks go out and come back.
type reviewers struct {
	t    *testing.T
	dir  string
	j    *job
	cfg  *config
	week nayose.Week
}

const (
	akaneID, midoriID, closedID = "7000012050002", "A-17", "8000012050001"
	reviewMaster                = "company_id,name,address,closed_on\n7000012050002,株式会社アカネ,札幌市東区1,\nA-17,合同会社ミドリ,札幌市西区2,\n" +
		"8000012050001,有限会社ナギ,札幌市北区3,2024-03-31\n"
)

func newReviewers(t *testing.T) *reviewers {
	r := &reviewers{t: t, dir: t.TempDir(), week: nayose.Week{Year: 2026, Week: 47}}
	r.cfg = masterFiles(t, r.dir, map[string]string{"c.csv": reviewMaster, "w.csv": "company_id,name,address\n", "a.csv": "company_id,name,kind\n"})
	r.plan()
	return r
}

// plan freezes a plan with the master as it is now.
func (r *reviewers) plan() {
	r.t.Helper()
	j, m := snapshotOf(r.t, r.cfg)
	r.j = j
	if _, _, err := artifact.Freeze(r.t.Context(), j.store, artifact.Plan{Week: r.week, Partner: "p", Master: m.Digest, Shards: 1}, new(artifact.DecisionLog)); err != nil {
		r.t.Fatal(err)
	}
}

// mention is the one of that name.
func mentionOf(name string) nayose.Mention {
	m := nayose.Mention{Partner: "p", CompanyName: name, Address: "札幌市東区"}
	m.ID = m.Key()
	return m
}

// export makes a round of mentions, each with the companies アカネ and ナギ beside it, and its workbook.
func (r *reviewers) export(made time.Time, reviewer string, audit bool, names ...string) (artifact.Round, []byte) {
	r.t.Helper()
	round := artifact.Round{Week: r.week, Made: made, Reviewer: reviewer, Audit: audit, Partners: []string{"p"}}
	var qs []review.Question
	for _, name := range names {
		q := review.Question{Mention: mentionOf(name), Postings: 3, Outcome: nayose.Review, Options: []review.Option{
			{Company: nayose.Company{ID: akaneID, Name: "株式会社アカネ", Address: "札幌市東区1"}, Probability: 0.5},
			{Company: nayose.Company{ID: closedID, Name: "有限会社ナギ", Address: "札幌市北区3", ClosedOn: nayose.NewDate(2024, 3, 31)}, Probability: 0.25},
		}}
		kept := artifact.Question{Mention: q.Mention, Postings: 3, Outcome: nayose.Review}
		for _, o := range q.Options {
			kept.Shown = append(kept.Shown, nayose.Shown{
				CompanyID: o.Company.ID, Name: o.Company.Name, Address: o.Company.Address, ClosedOn: o.Company.ClosedOn, Probability: o.Probability,
			})
		}
		qs, round.Questions = append(qs, q), append(round.Questions, kept)
	}
	round.Identify(uint64(made.Unix()))
	round, err := artifact.CreateRound(r.t.Context(), r.j.store, round)
	if err != nil {
		r.t.Fatal(err)
	}
	var b bytes.Buffer
	err = review.Write(&b, review.Round{ID: round.ID, Week: r.week, Made: made, Reviewer: reviewer, Audit: audit, Partners: round.Partners}, qs)
	if err != nil {
		r.t.Fatal(err)
	}
	return round, b.Bytes()
}

// answer writes into cells of a workbook, label and text by row: answer(book, 2, "回答", "1", …).
func (r *reviewers) answer(book []byte, cells ...any) []byte {
	r.t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		r.t.Fatal(err)
	}
	sheet := f.GetSheetName(0)
	rows, err := f.GetRows(sheet)
	if err != nil {
		r.t.Fatal(err)
	}
	for i := 0; i < len(cells); i += 3 {
		cell, cellErr := excelize.CoordinatesToCellName(slices.Index(rows[0], cells[i+1].(string))+1, cells[i].(int))
		err = errors.Join(err, cellErr, f.SetCellValue(sheet, cell, cells[i+2]))
	}
	var b bytes.Buffer
	if err := errors.Join(err, f.Write(&b), f.Close()); err != nil {
		r.t.Fatal(err)
	}
	return b.Bytes()
}

// sheetRows are the rows of a workbook's first sheet.
func sheetRows(t *testing.T, file []byte) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows(f.GetSheetName(0))
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return rows
}

// bring imports a file by the command, and returns its output and the error.
func (r *reviewers) bring(name string, file []byte, args ...string) (string, error) {
	r.t.Helper()
	path := filepath.Join(r.dir, name)
	if err := os.WriteFile(path, file, 0o644); err != nil {
		r.t.Fatal(err)
	}
	return r.command(append([]string{"review", "import", path}, args...)...)
}

func (r *reviewers) command(args ...string) (string, error) {
	var out bytes.Buffer
	c := newCommand(&out, io.Discard)
	err := c.Run(r.t.Context(), append([]string{"nayose", "--config", "../testdata/nayose.yaml", "--store", filepath.Join(r.dir, "store"), "--input", r.dir}, args...))
	return out.String(), err
}

// log is what the log of decisions has, a line each.
func (r *reviewers) log() (lines []string) {
	r.t.Helper()
	log, err := artifact.ReadDecisions(r.t.Context(), r.j.store, -1)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, d := range log.Decisions {
		line := fmt.Sprintf("%s %s %s by %s from %s, %d shown", d.Mention.CompanyName, d.Choice, d.CompanyID, d.By, d.Source, len(d.Shown))
		if d.Note != "" {
			line += ", " + d.Note
		}
		if d.Audit {
			line += ", audit"
		}
		lines = append(lines, line)
	}
	return lines
}

// listed are the rows of the list that an import wrote: place, state, reason.
func (r *reviewers) listed(out string) (lines []string) {
	r.t.Helper()
	_, rest, ok := strings.Cut(out, "listed: ")
	where, _, _ := strings.Cut(rest, "\n")
	if !ok {
		return nil
	}
	file, err := os.ReadFile(where)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, row := range sheetRows(r.t, file)[1:] {
		lines = append(lines, strings.Join(row[1:4], ": "))
	}
	return lines
}

func (r *reviewers) check(what string, got, want []string) {
	r.t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		r.t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

var monday = time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)

// TestReviewImport takes a workbook back, and once more.
func TestReviewImport(t *testing.T) {
	r := newReviewers(t)
	round, book := r.export(monday, "鈴木", false, "アカネ", "ナギ", "ミドリ", "ソラ", "ウミ", "カワ", "モリ")
	file := r.answer(book, 2, "回答", "1 株式会社アカネ", 2, "メモ", "電話した", 3, "回答", "2", 3, "回答者", "田中", 4, "回答", "その他", 4, "法人番号", "Ａ－１７",
		5, "回答", "該当なし", 6, "回答", "その他", 6, "法人番号", "1234567890123", 7, "回答", "1 有限会社ナギ")
	for i := range 2 {
		out, err := r.bring("回答.xlsx", file)
		if f := faultOf(err); f.code != 61 || !strings.HasPrefix(f.text, "not taken: 2 rows of 回答.xlsx; taken: 4") {
			t.Errorf("import %d: error %v", i+1, err)
		}
		counts, warned, next := "回答.xlsx: 4 applied, 0 known already, 2 not applied, 1 not answered\n", "1 of the applied should", "next: nayose run --week 2026-W47\n"
		list := []string{
			"レビュー 3: 反映済み: 反映しましたが、2024-03-31に閉鎖された会社です。",
			"レビュー 6: 未反映: 法人番号が正しくありません(検査数字が合いません)。",
			"レビュー 7: 未反映: 回答の番号と会社名が合いません(候補1は株式会社アカネ)。",
		}
		if i == 1 {
			counts, list = "回答.xlsx: 0 applied, 4 known already, 2 not applied, 1 not answered\n", list[1:]
		}
		if !strings.HasPrefix(out, counts) || strings.Contains(out, warned) != (i == 0) || strings.HasSuffix(out, next) != (i == 0) {
			t.Errorf("import %d: %s", i+1, out)
		}
		if !strings.Contains(out, "/review/2026-W47/"+round.ID+"/not-applied-") {
			t.Errorf("import %d: the list is elsewhere: %s", i+1, out)
		}
		r.check("list", r.listed(out), list)
		r.check("log", r.log(), []string{
			"アカネ company 7000012050002 by 鈴木 from 回答.xlsx, 2 shown, 電話した",
			"ナギ company 8000012050001 by 田中 from 回答.xlsx, 2 shown",
			"ミドリ company A-17 by 鈴木 from 回答.xlsx, 3 shown",
			"ソラ none  by 鈴木 from 回答.xlsx, 2 shown",
		})
	}
}

// TestReviewImportReviewers brings workbooks of several people and rounds.
func TestReviewImportReviewers(t *testing.T) {
	r := newReviewers(t)
	_, book := r.export(monday, "鈴木", false, "アカネ", "ナギ", "ミドリ")
	_, audit := r.export(monday.Add(time.Hour), "佐藤", true, "ソラ", "アカネ")
	// what one step brings, and what the log has more after it
	for _, step := range []struct {
		name string
		file []byte
		args []string
		out  string
		list []string
		more []string
	}{
		{"a.xlsx", r.answer(book, 2, "回答", "1", 3, "回答", "わからない"), nil, "a.xlsx: 2 applied, 0 known already, 0 not applied, 1 not answered\n", nil, []string{
			"アカネ company 7000012050002 by 鈴木 from a.xlsx, 2 shown", "ナギ unsure  by 鈴木 from a.xlsx, 2 shown",
		}},
		{"the same saved again.xlsx", r.answer(book, 2, "回答", "1 株式会社アカネ", 3, "回答", "わからない"), nil, "the same saved again.xlsx: 0 applied, 2 known", nil, nil},
		{"b.xlsx", r.answer(book, 2, "回答", "2", 3, "回答", "該当なし", 4, "回答", "1"), []string{"--by", "田中"}, "b.xlsx: 2 applied, 0 known already, 1 not applied", []string{
			"レビュー 2: 未反映: この表を作ったあと、鈴木さんがTODAYに別の回答をしています: 7000012050002 株式会社アカネ",
		}, []string{"ナギ none  by 田中 from b.xlsx, 2 shown", "ミドリ company 7000012050002 by 田中 from b.xlsx, 2 shown"}},
		{"agrees.xlsx", r.answer(book, 2, "回答", "1"), []string{"--by", "田中"}, "agrees.xlsx: 0 applied, 1 known", nil, nil},
		{"changed her mind.xlsx", r.answer(book, 2, "回答", "該当なし"), nil, "changed her mind.xlsx: 1 applied", nil, []string{"アカネ none  by 鈴木 from changed her mind.xlsx, 2 shown"}},
		{"a.xlsx", r.answer(book, 2, "回答", "1", 3, "回答", "わからない"), nil, "a.xlsx: 0 applied, 2 known already", nil, nil},
		{"audit.xlsx", r.answer(audit, 2, "回答", "1", 3, "回答", "該当なし"), nil, "audit.xlsx: 2 applied", nil, []string{
			"ソラ company 7000012050002 by 佐藤 from audit.xlsx, 2 shown, audit", "アカネ none  by 佐藤 from audit.xlsx, 2 shown, audit",
		}},
		{"audit again.xlsx", r.answer(audit, 3, "回答", "該当なし"), nil, "audit again.xlsx: 0 applied, 1 known", nil, nil},
	} {
		before := r.log()
		out, err := r.bring(step.name, step.file, step.args...)
		if code := report(io.Discard, err); code != 61 && code != 0 || (err != nil) != (step.list != nil) || !strings.HasPrefix(out, step.out) {
			t.Errorf("%s: %v: %s", step.name, err, out)
		}
		for i := range step.list {
			step.list[i] = strings.ReplaceAll(step.list[i], "TODAY", nayose.Today().String())
		}
		r.check(step.name, r.listed(out), step.list)
		r.check(step.name, r.log()[len(before):], step.more)
	}
}

// TestReviewImportMixed brings a file of rows of two rounds, of none, and of a mention twice.
func TestReviewImportMixed(t *testing.T) {
	r := newReviewers(t)
	_, first := r.export(monday, "鈴木", false, "アカネ", "ナギ", "ミドリ")
	_, second := r.export(monday.Add(time.Hour), "佐藤", false, "アカネ", "ナギ", "ソラ")
	a := sheetRows(t, r.answer(first, 2, "回答", "1", 2, "メモ", "電話した", 3, "回答", "1", 4, "回答", "該当なし"))
	b := sheetRows(t, r.answer(second, 2, "回答", "1", 2, "メモ", "訪ねた", 3, "回答", "2", 4, "回答", "2"))
	key := slices.Index(a[0], "キー")
	lost, strange := slices.Clone(a[1]), slices.Clone(a[1])
	lost[key] = "2026-W46 " + strings.Repeat("0", 32) + lost[key][len("2026-W46 ")+32:]
	strange[key] = strange[key][:len("2026-W46 ")+33] + mentionOf("ほか").ID.String()
	f := excelize.NewFile()
	for i, row := range slices.Concat(a, b[1:], [][]string{lost, strange, a[1]}) {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := errors.Join(f.Write(&file), f.Close()); err != nil {
		t.Fatal(err)
	}
	out, err := r.bring("mixed.xlsx", file.Bytes())
	if report(io.Discard, err) != 61 {
		t.Errorf("error %v", err)
	}
	r.check("list", r.listed(out), []string{
		"Sheet1 3: 未反映: 同じ求人の行がほかにもあり、回答が違います。", "Sheet1 6: 未反映: 同じ求人の行がほかにもあり、回答が違います。",
		"Sheet1 7: 反映済み: 反映しましたが、2024-03-31に閉鎖された会社です。",
		"Sheet1 8: 未反映: この表(回)の記録が見つかりません。", "Sheet1 9: 未反映: この表では尋ねていない求人です。",
	})
	r.check("log", r.log(), []string{
		"アカネ company 7000012050002 by 鈴木 from mixed.xlsx, 2 shown, 電話した\n訪ねた", "ミドリ none  by 鈴木 from mixed.xlsx, 2 shown",
		"ソラ company 8000012050001 by 佐藤 from mixed.xlsx, 2 shown",
	})
}

// TestReviewImportGrownMaster brings a file again once the master has the company that one row names.
func TestReviewImportGrownMaster(t *testing.T) {
	r := newReviewers(t)
	_, book := r.export(monday, "鈴木", false, "アカネ", "ソラ")
	file := r.answer(book, 2, "回答", "1", 3, "法人番号", "9000012050000")
	out, err := r.bring("a.xlsx", file)
	if report(io.Discard, err) != 61 {
		t.Errorf("error %v: %s", err, out)
	}
	r.check("list", r.listed(out), []string{"レビュー 3: 未反映: この法人番号の会社は台帳にありません。"})
	if err := os.WriteFile(filepath.Join(r.dir, "c.csv"), []byte(reviewMaster+"9000012050000,株式会社ソラ,札幌市南区4,\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r.plan()
	for _, want := range []string{"a.xlsx: 1 applied, 1 known already, 0 not applied", "a.xlsx: 0 applied, 2 known already, 0 not applied"} {
		if out, err := r.bring("a.xlsx", file); err != nil || !strings.HasPrefix(out, want) {
			t.Errorf("again: %v: %s, want %s", err, out, want)
		}
	}
	r.check("log", r.log(), []string{
		"アカネ company 7000012050002 by 鈴木 from a.xlsx, 2 shown", "ソラ company 9000012050000 by 鈴木 from a.xlsx, 3 shown",
	})
}

// TestReviewImportRefuses refuses files as a whole, and says why.
func TestReviewImportRefuses(t *testing.T) {
	r := newReviewers(t)
	_, book := r.export(monday, "", false, "アカネ")
	answered := r.answer(book, 2, "回答", "1")
	other := newReviewers(t)
	for _, test := range []struct {
		at   *reviewers
		name string
		file []byte
		args []string
		code int
		want string
	}{
		{r, "a.xlsx", answered, nil, 60, "a.xlsx does not say who answered"},
		{r, "a.xlsx", answered, []string{"--by", " "}, 60, "a.xlsx does not say who answered"},
		{r, "a.xlsm", answered, nil, 61, "read a.xlsm: this is a workbook with macros"},
		{r, "a.csv", []byte("id\n1\n"), nil, 61, "read a.csv: no sheet has all of the columns"},
		{other, "a.xlsx", answered, nil, 61, "no row of a.xlsx, which has 1, is of a round in "},
	} {
		out, err := test.at.bring(test.name, test.file, test.args...)
		if f := faultOf(err); f.code != test.code || !strings.HasPrefix(f.text, test.want) || f.hint == "" || out != "" {
			t.Errorf("%s: error %v, output %s, want %d %s", test.name, err, out, test.code, test.want)
		}
		if log := test.at.log(); log != nil {
			t.Errorf("%s: the log has %q", test.name, log)
		}
	}
	if _, err := r.command("review", "import", "review/none.xlsx"); report(io.Discard, err) != 60 {
		t.Errorf("a file that is not there: %v", err)
	}
}

// TestReviewImportFromStore takes workbooks that lie in the input and in the store, and tells programs of it.
func TestReviewImportFromStore(t *testing.T) {
	r := newReviewers(t)
	_, book := r.export(monday, "鈴木", false, "アカネ", "ソラ")
	file := r.answer(book, 2, "回答", "1", 3, "回答", "3")
	list := filepath.Join(r.dir, "list.xlsx")
	for i, dir := range []string{r.dir, filepath.Join(r.dir, "store")} {
		if err := os.MkdirAll(filepath.Join(dir, "back"), 0o755); err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("back/%d.xlsx", i)
		if err := os.WriteFile(filepath.Join(dir, name), file, 0o644); err != nil {
			t.Fatal(err)
		}
		out, err := r.command("review", "import", name, "--json", "--out", list)
		if report(io.Discard, err) != 61 || !strings.Contains(out, fmt.Sprintf(`"source": "%d.xlsx"`, i)) || !strings.Contains(out, fmt.Sprintf(`"applied": %d`, 1-i)) ||
			!strings.Contains(out, fmt.Sprintf(`"known": %d`, i)) || !strings.Contains(out, `"not_applied": 1`) {
			t.Errorf("%s: %v: %s", name, err, out)
		}
		if content, err := os.ReadFile(list); err != nil || !bytes.HasPrefix(content, []byte("PK")) {
			t.Errorf("the list: %.10q, %v", content, err)
		}
	}
}

// rival is a store in which somebody else's workbook comes in just before an entry of the log is written.
type rival struct {
	nayose.Store
	first func()
}

func (s *rival) Create(ctx context.Context, key string, body io.ReadSeeker) (nayose.Object, error) {
	if first := s.first; first != nil && strings.HasPrefix(key, "decisions/") {
		s.first = nil
		first()
	}
	return s.Store.Create(ctx, key, body)
}

// TestReviewImportAtOnce imports a workbook while another one is imported: none is lost, and the later one sees what the earlier settled.
func TestReviewImportAtOnce(t *testing.T) {
	r := newReviewers(t)
	_, book := r.export(monday, "鈴木", false, "アカネ", "ナギ")
	mine, theirs := r.answer(book, 2, "回答", "1", 3, "回答", "1"), r.answer(book, 2, "回答", "2")
	r.j.store = &rival{r.j.store, func() {
		if _, err := r.bring("theirs.xlsx", theirs, "--by", "田中"); err != nil {
			t.Error(err)
		}
	}}
	path := filepath.Join(r.dir, "mine.xlsx")
	if err := os.WriteFile(path, mine, 0o644); err != nil {
		t.Fatal(err)
	}
	file, err := openFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	in, err := r.j.bringIn(t.Context(), file, "mine.xlsx", "")
	if err != nil {
		t.Fatal(err)
	}
	if len(in.rows) != 1 || len(in.list) != 1 || !strings.Contains(in.list[0].Reason, "田中") {
		t.Errorf("%d rows were taken, listed are %+v", len(in.rows), in.list)
	}
	r.check("log", r.log(), []string{
		"アカネ company 8000012050001 by 田中 from theirs.xlsx, 2 shown", "ナギ company 7000012050002 by 鈴木 from mine.xlsx, 2 shown",
	})
}

// TestStands holds decisions against the last one of their mention.
func TestStands(t *testing.T) {
	last := nayose.Decision{Choice: nayose.ChoseCompany, CompanyID: "1", By: "鈴木", At: monday.Add(-time.Hour), Round: "a"} // on Monday, in Japan
	for _, test := range []struct {
		name   string
		change func(last, d *nayose.Decision)
		made   time.Duration // of the question, after the last decision
		known  bool
		stands bool
	}{
		{"the same", func(_, _ *nayose.Decision) {}, -time.Hour, true, false},
		{"the same, asked again", func(_, _ *nayose.Decision) {}, time.Hour, false, false},
		{"the same, asked for an audit", func(_, d *nayose.Decision) { d.Audit, d.Round = true, "b" }, -time.Hour, false, false},
		{"by somebody else", func(_, d *nayose.Decision) { d.By, d.Choice, d.CompanyID = "田中", nayose.ChoseNone, "" }, 0, false, true},
		{"by somebody else, asked later", func(_, d *nayose.Decision) { d.By, d.Choice, d.CompanyID = "田中", nayose.ChoseNone, "" }, time.Second, false, false},
		{"another company", func(_, d *nayose.Decision) { d.By, d.CompanyID = "田中", "2" }, -time.Hour, false, true},
		{"by the same person", func(_, d *nayose.Decision) { d.CompanyID = "2" }, -time.Hour, false, false},
		{"after one who could not tell", func(last, d *nayose.Decision) { last.Choice, last.CompanyID, d.By = nayose.ChoseUnsure, "", "田中" }, -time.Hour, false, false},
		{"what was taken back", func(last, d *nayose.Decision) { last.Choice, last.CompanyID, d.By = nayose.TakenBack, "", "田中" }, -time.Hour, false, true},
		{"what the same person took back", func(last, _ *nayose.Decision) { last.Choice, last.CompanyID = nayose.TakenBack, "" }, -time.Hour, false, false},
	} {
		before, d := last, last
		test.change(&before, &d)
		known, reason := stands(&before, &d, last.At.Add(test.made))
		if known != test.known || (reason != "") != test.stands || test.stands != strings.Contains(reason, "さんが2026-11-16に") {
			t.Errorf("%s: stands() = %v, %q, want %v, %v", test.name, known, reason, test.known, test.stands)
		}
	}
}

// TestReviewImportOrder wants the same decisions of the same rows in any order, however often they stand there; of rows that are
// deleted it wants none, and of the others the same.
func TestReviewImportOrder(t *testing.T) {
	questions := make([]artifact.Question, 8)
	r := &askedRound{Round: artifact.Round{ID: strings.Repeat("a", 32), Week: nayose.Week{Year: 2026, Week: 47}, Reviewer: "鈴木"}, questions: map[nayose.ID]*artifact.Question{}}
	for i := range questions {
		questions[i] = artifact.Question{Mention: mentionOf(fmt.Sprint(i)), Shown: []nayose.Shown{{CompanyID: "1", Name: "A社"}, {CompanyID: "2", Name: "B社"}}}
		r.questions[questions[i].Mention.ID] = &questions[i]
	}
	settle := func(t *rapid.T, rows []string) map[string]string {
		file := "キー,回答,法人番号,メモ\n" + strings.Join(rows, "\n")
		answers, err := review.Read(strings.NewReader(file), int64(len(file)), "a.csv")
		if err != nil {
			t.Fatal(err)
		}
		in := &intake{rounds: map[string]*askedRound{r.Week.String() + r.ID: r}, round: r, source: "a.csv"}
		if err := in.settle(t.Context(), &answers); err != nil {
			t.Fatal(err)
		}
		all := map[string]string{}
		for _, s := range in.rows {
			all[s.Mention.ID.String()] = fmt.Sprintf("%s %s", s.Choice, s.CompanyID)
		}
		if got := len(answers.Rows) + len(answers.Faults) + answers.Unanswered; got != len(rows) {
			t.Fatalf("%d of %d rows are accounted for", got, len(rows))
		}
		return all
	}
	rapid.Check(t, func(t *rapid.T) {
		var rows, unlike []string
		for i := range questions {
			for range rapid.IntRange(1, 2).Draw(t, "rows") {
				choice := rapid.SampledFrom([]string{"1,,", "2 B社,,", "その他,1,", ",２,", "該当なし,,", "わからない,,", ",,", "3,,", "?,,"}).Draw(t, "answer")
				rows = append(rows, review.Key(r.Week, r.ID, questions[i].Mention.ID)+","+choice)
			}
		}
		want := settle(t, rows)
		again := append(slices.Clone(rows), rapid.SliceOf(rapid.SampledFrom(rows)).Draw(t, "copies")...)
		if diff := cmp.Diff(want, settle(t, rapid.Permutation(again).Draw(t, "order"))); diff != "" {
			t.Errorf("in another order (-want +got):\n%s", diff)
		}
		gone := rapid.SampledFrom(questions).Draw(t, "deleted").Mention.ID.String()
		for _, row := range rows {
			if !strings.Contains(row, gone) {
				unlike = append(unlike, row)
			}
		}
		delete(want, gone)
		if diff := cmp.Diff(want, settle(t, unlike)); diff != "" {
			t.Errorf("one deleted (-want +got):\n%s", diff)
		}
	})
}
