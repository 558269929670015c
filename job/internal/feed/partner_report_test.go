package feed

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"iter"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"nayose"
)

func rejectsOf(list ...nayose.Reject) iter.Seq2[nayose.Reject, error] {
	return func(yield func(nayose.Reject, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func week(t *testing.T, s string) nayose.Week {
	t.Helper()
	w, err := nayose.ParseWeek(s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// rowsOf are the rows of a report.
func rowsOf(r *PartnerReport) (rows [][]string, err error) {
	err = r.Write(func(cells ...string) error {
		rows = append(rows, cells)
		return nil
	})
	return rows, err
}

func TestPartnerReport(t *testing.T) {
	report := PartnerReport{
		Partner: "acme", Week: week(t, "2026-W47"),
		Counts: nayose.ExtractCounts{Records: 12345, Unique: 12342, Rejected: 2, Duplicates: 1},
		Rejects: rejectsOf(
			nayose.Reject{File: "feeds/a.csv", Line: 3, Column: "掲載日", Code: codeDate, Reason: "x", Raw: "1,\"A\"\n,2026/13/1"},
			nayose.Reject{File: "feeds/a.csv", Line: 9, Code: codeQuote, Raw: "=1+1"},
			nayose.Reject{File: "feeds/a.csv", Line: 11, Code: "unheard"},
		),
	}
	rows, err := rowsOf(&report)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"求人データの確認結果　提携先: acme　週: 2026-W47（2026/11/16〜11/22）　全12,345件: 正常12,342件、取り込めない行2件、番号の重複1件"},
		{"ファイル", "行", "項目", "内容", "直し方", "元のデータ"},
		{"feeds/a.csv", "3", "掲載日", advices[codeDate].what, advices[codeDate].mend, "1,\"A\"\n,2026/13/1"},
		{"feeds/a.csv", "9", "（行全体）", advices[codeQuote].what, advices[codeQuote].mend, "=1+1"},
		{"feeds/a.csv", "11", "（行全体）", "この行は取り込めませんでした。（unheard）", "元のデータをご確認ください。", ""},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestPartnerReportCut: a report that may not be longer is cut off between rows, and says so.
func TestPartnerReportCut(t *testing.T) {
	reject := nayose.Reject{File: "a.csv", Line: 1, Code: "x", Raw: strings.Repeat("あ", 100)}
	report := PartnerReport{Rejects: rejectsOf(reject, reject, reject)}
	whole, err := rowsOf(&report)
	if err != nil || len(whole) != 5 {
		t.Fatalf("%d rows, %v", len(whole), err)
	}
	report.Most = 2*len(strings.Join(whole[2], ",")) + 1
	cut, err := rowsOf(&report)
	if err != nil || len(cut) != 5 || cut[3][0] != "a.csv" || !strings.Contains(cut[4][3], "最初の2件だけ") {
		t.Errorf("%v, %v", cut, err)
	}
}

func TestPartnerReportOfARefusedFile(t *testing.T) {
	report := PartnerReport{Partner: "acme", Refused: "declared cp932, but this looks like utf-8"}
	rows, err := rowsOf(&report)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(rows)
	for _, want := range []string{"提携先: acme　読み込めませんでした]", "declared cp932", "文字コード"} {
		if !strings.Contains(text, want) || strings.Contains(text, "週") {
			t.Errorf("%q is not in %q, or it names a week", want, text)
		}
	}
}

// TestPartnerReportFailure wants no report that looks whole where its rejects are not.
func TestPartnerReportFailure(t *testing.T) {
	broken := errors.New("broken")
	report := PartnerReport{Rejects: func(yield func(nayose.Reject, error) bool) { yield(nayose.Reject{}, broken) }}
	if _, err := rowsOf(&report); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

// TestAdvice wants a sentence and what to do, in Japanese, for every code that a reject or an inspection may have.
func TestAdvice(t *testing.T) {
	codes := map[string]bool{}
	for file, isCode := range map[string]func(name string, kind ast.Expr) bool{
		"fault.go":            func(name string, _ ast.Expr) bool { return strings.HasPrefix(name, "code") },
		"../record/record.go": func(_ string, kind ast.Expr) bool { id, ok := kind.(*ast.Ident); return ok && id.Name == "Code" },
	} {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 && isCode(spec.Names[0].Name, spec.Type) {
				literal, ok := spec.Values[0].(*ast.BasicLit)
				if !ok { // one of package record
					return true
				}
				code, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				codes[code] = true
			}
			return true
		})
	}
	if len(codes) < 15 {
		t.Fatalf("only %d codes are found", len(codes))
	}
	japanese := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Hiragana) }) && strings.HasSuffix(strings.TrimSuffix(s, "）"), "。")
	}
	for code := range codes {
		if told, ok := advices[code]; !ok || !japanese(told.what) || !japanese(told.mend) {
			t.Errorf("%s: %q, %q", code, told.what, told.mend)
		}
	}
	for code := range advices {
		if !codes[code] {
			t.Errorf("%s is no code", code)
		}
	}
	for _, code := range []string{codeQuote, codeCellCount, codeTooLong, codeNUL, codeEncoding, codeHeaderAgain, codeCell} {
		if problemText(code, "") == "" {
			t.Errorf("an inspection has no words for %s", code)
		}
	}
}
