package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"nayose"
	"nayose/job/internal/review"
	"nayose/matcher"
)

// TestReviewWords: whatever the matcher compares, a reviewer reads in Japanese.
func TestReviewWords(t *testing.T) {
	for comparison, levels := range matcher.DefaultModel().Weights {
		for level := range levels {
			if text, ok := review.Words(comparison, level); !ok || text == "" {
				t.Errorf("a reviewer has no words for %s %q", comparison, level)
			}
		}
	}
}

// testID is a mention's id that begins with n.
func testID(n byte) nayose.ID { return nayose.ID{n} }

func TestDoubtful(t *testing.T) {
	all := []answered{
		{id: testID(1), group: "a", postings: 10, outcome: nayose.Review, doubt: 0.1},
		{id: testID(2), group: "b", postings: 2, outcome: nayose.Review, doubt: 0.75},
		{id: testID(3), group: "c", postings: 99, outcome: nayose.Matched, doubt: 0.01},
		{id: testID(5), group: "d", postings: 2, outcome: nayose.Review, doubt: 0.75},
		{id: testID(4), group: "e", postings: 50, outcome: nayose.Review, doubt: 0.5},
		{id: testID(6), group: "f", postings: 99, outcome: nayose.Unmatched, doubt: 0.01},
		{id: testID(7), group: "a", postings: 1, outcome: nayose.Review, doubt: 0.6},
	}
	by := func(choices ...nayose.Choice) map[nayose.ID]*nayose.Decision {
		var log []nayose.Decision
		for _, c := range choices {
			log = append(log, nayose.Decision{Mention: nayose.Mention{ID: testID(4)}, Choice: c})
		}
		return inForce(log)
	}
	ids := func(list []answered) (first []byte) {
		for _, d := range list {
			first = append(first, d.id[0])
		}
		return first
	}
	for _, c := range []struct {
		name string
		all  []answered
		log  map[nayose.ID]*nayose.Decision
		want []byte
	}{
		{"employers that are worth most first, each together", all, nil, []byte{4, 1, 7, 2, 5}},
		{"nobody is asked again who could not tell", all, by(nayose.ChoseUnsure), []byte{1, 7, 2, 5}},
		{"unless there is nothing else", all[4:6], by(nayose.ChoseUnsure), []byte{4}},
		{"taken back", all, by(nayose.ChoseUnsure, nayose.TakenBack), []byte{4, 1, 7, 2, 5}},
		{"settled, and back in review", all, by(nayose.ChoseUnsure, nayose.ChoseCompany), []byte{4, 1, 7, 2, 5}},
	} {
		if got := ids(doubtful(c.all, c.log)); !cmp.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestReadMatch: of what a reviewer is not offered, no doubt is counted.
func TestReadMatch(t *testing.T) {
	// Of 16, none has 2², and each candidate so many.
	match := func(bits ...float64) *nayose.Match {
		m := &nayose.Match{NoneBits: 2}
		for _, b := range bits {
			m.Candidates = append(m.Candidates, nayose.Candidate{Probability: math.Exp2(b) / 16, Evidence: []nayose.Evidence{{Bits: b}}})
			m.Probability = m.Candidates[0].Probability
		}
		return m
	}
	for _, c := range []struct {
		match       *nayose.Match
		sure, doubt float64
	}{
		{match(3, 2), 0.5, 0.5},
		{match(1, 1, 1, 1, 1, 1), 0.25, 0.625},
		{match(0), 0.25, 0.0625},
		{&nayose.Match{}, 1, 0},
	} {
		if got := readMatch(c.match); got.sure != c.sure || got.doubt != c.doubt {
			t.Errorf("readMatch(%d candidates): sure %v, doubt %v, want %v, %v", len(c.match.Candidates), got.sure, got.doubt, c.sure, c.doubt)
		}
	}
}

func TestWhyAsked(t *testing.T) {
	option := func(id string, p float64) review.Option {
		return review.Option{Company: nayose.Company{ID: id, Name: "株式会社アカネ", Address: "札幌市"}, Probability: p}
	}
	closed := option("1", 0.9)
	closed.Company.ClosedOn = 1
	decided := func(choice nayose.Choice, shown nayose.Shown) *nayose.Decision {
		return &nayose.Decision{
			Choice: choice, CompanyID: "1", Shown: []nayose.Shown{shown}, At: time.Date(2026, 11, 19, 22, 45, 0, 0, time.UTC), // the 20th in Japan
		}
	}
	same := nayose.Shown{CompanyID: "1", Name: "株式会社アカネ", Address: "札幌市"}
	renamed, moved, shut := same, same, same
	renamed.Name, moved.Address, shut.ClosedOn = "株式会社ミドリ", "小樽市", 2
	for _, c := range []struct {
		options []review.Option
		before  *nayose.Decision
		want    string
	}{
		{nil, nil, "台帳にない会社かもしれない"},
		{[]review.Option{option("1", 0.4)}, nil, "台帳にない会社かもしれない"},
		{[]review.Option{option("1", 0.6), option("2", 0.2)}, nil, "近い候補が複数ある"},
		{[]review.Option{option("1", 0.8), option("2", 0.1)}, nil, "決め手が足りない"},
		{[]review.Option{closed}, nil, "候補の会社は閉鎖されている"},
		{[]review.Option{option("1", 0.8)}, decided(nayose.ChoseUnsure, same), "再確認: 2026-11-20 の回答は「わからない」"},
		{[]review.Option{option("1", 0.8)}, decided(nayose.ChoseNone, same), "再確認: 2026-11-20 の回答は「該当なし」。そのあと候補が変わった"},
		{[]review.Option{option("1", 0.8)}, decided(nayose.ChoseCompany, renamed), "再確認: 2026-11-20 の回答のあと、会社名が変わった: 前は 株式会社ミドリ"},
		{[]review.Option{option("1", 0.8)}, decided(nayose.ChoseCompany, moved), "再確認: 2026-11-20 の回答のあと、会社の所在地が変わった: 前は 小樽市"},
		{[]review.Option{closed}, decided(nayose.ChoseCompany, same), "再確認: 2026-11-20 の回答のあと、会社が閉鎖された"},
		{[]review.Option{option("1", 0.8)}, decided(nayose.ChoseCompany, shut), "再確認: 2026-11-20 の回答のあと、会社の閉鎖が取り消された"},
		{[]review.Option{option("2", 0.8)}, decided(nayose.ChoseCompany, same), "再確認: 2026-11-20 に選ばれた会社は候補から外れた"},
		{[]review.Option{option("1", 0.8)}, decided(nayose.ChoseCompany, same), "再確認: 2026-11-20 の回答のあと、状況が変わった"},
	} {
		q := review.Question{Mention: nayose.Mention{ID: testID(1)}, Options: c.options}
		settled := map[nayose.ID]*nayose.Decision{}
		if c.before != nil {
			settled[testID(1)] = c.before
		}
		if got := whyAsked(&q, settled); got != c.want {
			t.Errorf("whyAsked(%v) = %q, want %q", c.options, got, c.want)
		}
	}
}

// TestReviewGolden compares the cells of the sample corpus's workbooks.
func TestReviewGolden(t *testing.T) {
	dir := t.TempDir()
	run := func(args ...string) {
		cmd := exec.Command("nayose", args...)
		cmd.Env = append(os.Environ(), "DATABASE_URL=", "NAYOSE_CONFIG=../testdata/nayose.yaml", "NAYOSE_STORE="+dir,
			"NAYOSE_INPUT=../testdata/corpus", "NAYOSE_LOG=json")
		var messages bytes.Buffer
		cmd.Stderr = &messages
		if err := cmd.Run(); err != nil {
			t.Fatalf("nayose %s: %v\n%s", strings.Join(args, " "), err, messages.String())
		}
	}
	file := filepath.Join(dir, "book.xlsx")
	run("extract", "--week", "2026-W47")
	run("match", "--week", "2026-W47")
	run("review", "export", "--week", "2026-W47", "--limit", "20", "--reviewer", "鈴木", "--out", file)
	golden(t, "review/export.txt", bookText(t, file))
	run("review", "sample", "--week", "2026-W47", "--size", "40", "--out", file)
	golden(t, "review/sample.txt", bookText(t, file))
}

var roundText = regexp.MustCompile(`\b[0-9a-f]{32}\b`)

// bookText is what the cells of a workbook say, a line each, without the round.
func bookText(t *testing.T, file string) string {
	t.Helper()
	f, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var text strings.Builder
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range rows {
			for c, cell := range row {
				if cell != "" {
					name, err := excelize.CoordinatesToCellName(c+1, r+1)
					if err != nil {
						t.Fatal(err)
					}
					fmt.Fprintf(&text, "%s!%s\t%s\n", sheet, name, strings.ReplaceAll(cell, "\n", " ⏎ "))
				}
			}
		}
	}
	return roundText.ReplaceAllString(text.String(), "<round>")
}
