package suggest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nayose"
)

// plain is a Guesser that knows little: numbers with a hyphen are phones, and 県 ends a prefecture, 市 a city.
var plain = Guesser{
	Word: func(s string) string { return strings.ToLower(strings.NewReplacer(" ", "", "_", "").Replace(s)) },
	Kinds: []Kind{{Name: "phone numbers", Column: "phone", Alone: true, Data: true, Is: func(s string) bool {
		return strings.HasPrefix(s, "0") && strings.Contains(s, "-")
	}}},
	Place: func(s string) (prefecture, city string) {
		if before, after, ok := strings.Cut(s, "県"); ok {
			prefecture, s = before+"県", after
		}
		if before, _, ok := strings.Cut(s, "市"); ok {
			city = before + "市"
		}
		return prefecture, city
	},
	Date: func(s, format string) (nayose.Date, bool) {
		if format == "" {
			format = time.DateOnly
		}
		day, err := time.Parse(format, s)
		return nayose.NewDate(day.Date()), err == nil || s == "なし"
	},
	TooSmall:     func(s string) bool { return len(s) < 3 },
	UnitOfHeader: func(s string) string { return map[bool]string{true: "month"}[strings.Contains(s, "月給")] },
	UnitOfPay:    func(s string) string { return map[bool]string{true: "hour"}[strings.Contains(s, "時給")] },
}

func TestGuess(t *testing.T) {
	for _, test := range []struct{ name, file, want string }{
		{"usual headers", "求人 ID,会社名|1,A|2,B", "company_name=[会社名] posting_id=[求人 ID]"},
		{"a header with a usual one at its end", "弊社の求人番号,本社の会社名|1,A|2,B", "company_name=[本社の会社名] posting_id=[弊社の求人番号]"},
		{"no id where cells are equal", "求人ID,会社名|1,A|1,B", "company_name=[会社名]"},
		{"ids by their look, phones too", "a,b,c|x1,い,03-1|x2,ろ,03-2", "phone=[c] posting_id=[a]"},
		{"what the cells speak against", "id,電話番号,連絡先|1,x,03-1|2,y,03-2", "phone=[連絡先] posting_id=[id]"},
		{"a FAX is no phone", "FAX番号,電話|03-1,03-2|03-3,03-4", "phone=[電話]"},
		{"the first of two", "会社名,会社 名|A,B", "company_name=[会社名]"},
		{"the only name", "店舗名|A", "company_name=[店舗名]"},
		{"an address in pieces", "県,市町村,番地|A県,B市,1|A県,C市,2", "address=[県 市町村 番地] city=[市町村] prefecture=[県]"},
		{"an address that has its city", "県,市町村,住所|A県,B市,B市1|A県,C市,C市2", "address=[県 住所] city=[市町村] prefecture=[県]"},
		{"an address that is whole", "県,住所,番地|A県,A県B市1,1|A県,A県C市2,2", "address=[住所] prefecture=[県]"},
		{"pay in 万円 by the header", "月給下限（万円）|250", "salary_min=[月給下限（万円）] salary_min:万円 salary_unit:month"},
		{"pay in 万円 by its amounts", "最低給与|25", "salary_min=[最低給与] salary_min:万円 (the amounts of 最低給与 are too small for yen)"},
		{"pay that says its unit", "給与（月給）|時給1200円", "salary=[給与（月給）]"},
		{"dates as usual", "掲載日|2026-10-04", "posted_on=[掲載日]"},
		{"dates of two-digit years", "掲載日,締切日|26/10/04,26/12/04|26/10/31,なし", "closes_on=[締切日] posted_on=[掲載日] [06/01/02] " +
			"(check date_formats: 掲載日 is read as 06/01/02, in which 06 is the year, 01 the month and 02 the day)"},
		{"what is gone", "削除|1", "(削除 may mark what is gone: where the partner delivers changes only, write feed: delta and columns: deleted: 削除)"},
		{"nothing", "|1", ""},
	} {
		var rows [][]string
		for line := range strings.SplitSeq(test.file, "|") {
			rows = append(rows, strings.Split(line, ","))
		}
		if got := summary(plain.Guess(rows[0], rows[1:])); got != test.want {
			t.Errorf("%s: %s\n got %s\nwant %s", test.name, test.file, got, test.want)
		}
	}
}

// summary is a result in short: columns, settings, formats and notes.
func summary(r *Result) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(r.Columns)) {
		list = append(list, fmt.Sprint(name, "=", r.Columns[name]))
	}
	for _, table := range []map[string]string{r.Scale, r.Constants} {
		for _, name := range slices.Sorted(maps.Keys(table)) {
			list = append(list, name+":"+table[name])
		}
	}
	if r.DateFormats != nil {
		list = append(list, fmt.Sprint(r.DateFormats))
	}
	for _, note := range r.Notes {
		list = append(list, "("+note+")")
	}
	return strings.Join(list, " ")
}

func TestReasons(t *testing.T) {
	r := plain.Guess(strings.Split("求人番号,TEL,tel,,備考,x", ","), [][]string{{"1", "03-1", "03-2", "a", "b", "c"}, {"2", "", "03-2", "a", "b", "c"}})
	want := []Guess{
		{"求人番号", "posting_id", "sure", "the header is a usual one"},
		{"TEL", "phone", "sure", "the header is a usual one; 1 of 1 cells are phone numbers"},
		{"tel", "", "", "another column has this header"},
		{"", "", "", "it has no header"},
		{"備考", "", "", "the header speaks of 備考"},
		{"x", "", "", "nothing of ours is like it"},
	}
	if diff := cmp.Diff(want, r.Guesses); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestIsHeader(t *testing.T) {
	for row, want := range map[string]bool{
		"会社名,03-1,1": true, "名前,メモ": true, "1,03-0000,http://x": false, "2026-10-04,a": false, "a,b,c,1": true, "": true,
	} {
		if got := plain.IsHeader(strings.Split(row, ",")); got != want {
			t.Errorf("IsHeader(%s) = %v, want %v", row, got, want)
		}
	}
}
