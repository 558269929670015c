package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"nayose"
	"nayose/job/internal/drift"
	"nayose/job/internal/eval"
	"nayose/job/internal/snapshot"
)

// TestFold: what compares masters and generations is no wider than the terminal, and whole where there is none.
func TestFold(t *testing.T) {
	long := snapshot.Texts{Name: strings.Repeat("社会福祉法人見本会", 2), Address: "東京都千代田区丸の内一丁目一番一号"}
	c := comparison{Week: &nayose.Week{Year: 2026, Week: 47}, Touched: []*snapshot.Touched{{CompanyID: "1990201009186", Partner: "kaigo-navi", What: snapshot.Gone, Before: long}}}
	one := &eval.Estimate{Share: 0.5, Low: 0.25, High: 0.75}
	r := &shadowReport{
		Partners: []partnerReport{{Partner: "kaigo-navi", Mentions: drift.Tally{Compared: 1_000_000}}},
		Accuracy: []accuracy{{"decisions", "shadow", eval.Weighed{Precision: one, Recall: one}}},
	}
	for name, text := range map[string]func(width int) string{"compare": func(width int) string { return c.touched(0, width) }, "shadow": r.text} {
		widest := func(text string) (width int) {
			for line := range strings.SplitSeq(text, "\n") {
				if strings.Count(line, "  ") > 1 { // a row; of its letters each Japanese one has three bytes and is two columns wide
					width = max(width, (len(line)+utf8.RuneCountInString(line))/2)
				}
			}
			return width
		}
		if whole, folded := widest(text(0)), widest(text(75)); whole <= 75 || folded > 75 {
			t.Errorf("%s: its tables are %d columns wide, and %d on a terminal of 75:\n%s", name, whole, folded, text(75))
		}
	}
}
