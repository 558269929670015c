package cell

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/width"
	"pgregory.net/rapid"
)

func TestSalary(t *testing.T) {
	for _, test := range []struct {
		text, given string
		want        Pay
	}{
		{"時給1,350円～1,690円", "", Pay{"hour", 1350, 1690}},
		{"時給１，３５０円〜１，６９０円", "", Pay{"hour", 1350, 1690}},
		{"時給1350~1690", "", Pay{"hour", 1350, 1690}},
		{"時給①1200円②1300円", "", Pay{"hour", 1200, 1200}},
		{"夜勤/日勤 時給1200円", "", Pay{"hour", 1200, 1200}},
		{"夜勤/日勤 1200円", "", Pay{}},
		{"交通費500円/日 時給1200円", "", Pay{"hour", 1200, 1200}},
		{"時間給 1200円", "", Pay{"hour", 1200, 1200}},
		{"【時給】1,200円以上", "", Pay{"hour", 1200, 0}},
		{"(時給)¥1,200-¥1,500", "", Pay{"hour", 1200, 1500}},
		{"月給：￥250,000", "", Pay{"month", 250_000, 250_000}},
		{"時給は\\1,200", "", Pay{"hour", 1200, 1200}}, // as CP932 writes it
		{"1,350円/時～1,690円/時", "", Pay{"hour", 1350, 1690}},
		{"1,350円／時間", "", Pay{"hour", 1350, 1350}},
		{"月給25万円以上", "", Pay{"month", 250_000, 0}},
		{"月給 20.5万円～", "", Pay{"month", 205_000, 0}},
		{"月給20~25万円", "", Pay{"month", 200_000, 250_000}},
		{"月給20万円から25万円まで", "", Pay{"month", 200_000, 250_000}},
		{"月給25万5千円ー30万円", "", Pay{"month", 255_000, 300_000}},
		{"月給9800円~1.2万円", "", Pay{}},
		{"月給制：220,000円 〜 250,000円（基本給200,000円＋手当）", "", Pay{"month", 220_000, 250_000}},
		{"月給(固定残業代3万円を含む)25万円", "", Pay{"month", 250_000, 250_000}},
		{"日給月給 20万円", "", Pay{"month", 200_000, 200_000}},
		{"～月給30万円", "", Pay{"month", 300_000, 300_000}},
		{"月給 ～30万円", "", Pay{"month", 0, 300_000}},
		{"月給30万円以下", "", Pay{"month", 0, 300_000}},
		{"日給 1万2千円", "", Pay{"day", 12_000, 12_000}},
		{"日給12千円", "", Pay{"day", 12_000, 12_000}},
		{"日当1万2500円", "", Pay{"day", 12_500, 12_500}},
		{"年俸 400万円〜600万円", "", Pay{"year", 4_000_000, 6_000_000}},
		{"年収400〜600万", "", Pay{"year", 4_000_000, 6_000_000}},
		{"経験により時給1,200円", "", Pay{"hour", 1200, 1200}},
		{"時給1,200円＋交通費500円", "", Pay{"hour", 1200, 1200}},
		{"25万円～30万円", "month", Pay{"month", 250_000, 300_000}},

		{"25万円～30万円", "", Pay{}},          // of what?
		{"月給25", "", Pay{}},               // 万 is missing
		{"月給の2ヶ月分を賞与として支給", "", Pay{}},    // no pay
		{"時給1,690円～1,350円", "", Pay{}},    // the wrong way round
		{"時給1350.5円", "", Pay{}},          // no whole yen
		{"時給99999999999999円", "", Pay{}},  // no pay
		{"月給123456789012345円", "", Pay{}}, // neither is a part of its digits
		{"週給5万円", "", Pay{}},              // no unit of ours
		{"応相談", "", Pay{}},
		{"", "", Pay{}},
	} {
		if got := Salary(test.text, test.given); got != test.want {
			t.Errorf("Salary(%q, %q) = %v, want %v", test.text, test.given, got, test.want)
		}
	}
}

// TestParseSalaryWritten writes pay in many ways and reads it back.
func TestSalaryWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]string{"hour", "day", "month", "year"}).Draw(t, "unit")
		word := map[string][]string{
			"hour": {"時給", "時間給"}, "day": {"日給", "日当"}, "month": {"月給", "月収"}, "year": {"年俸", "年収"},
		}[unit]
		thousands := func(label string) int64 {
			low, high := (plausible[unit].least+999)/1000, plausible[unit].most/1000
			return 1000 * rapid.Int64Range(low, high).Draw(t, label)
		}
		pay := Pay{Unit: unit, Low: thousands("low"), High: thousands("high")}
		if pay.Low > pay.High {
			pay.Low, pay.High = pay.High, pay.Low
		}
		style := rapid.SampledFrom([]func(int64) string{
			func(n int64) string { return fmt.Sprintf("%d円", n) },
			func(n int64) string { return grouped(n) + "円" },
			func(n int64) string { return "￥" + grouped(n) },
			func(n int64) string { return fmt.Sprintf("%d千円", n/1000) },
			func(n int64) string { return fmt.Sprintf("%d.%d万円", n/10_000, n/1000%10) },
			func(n int64) string { return fmt.Sprintf("%d万%d円", n/10_000, n%10_000) },
		}).Draw(t, "style")
		sign := rapid.SampledFrom([]string{"～", "〜", "~", "-", "－", "ー", "から", "以上~"}).Draw(t, "sign")
		space := rapid.SampledFrom([]string{"", " ", "　"}).Draw(t, "space")
		text := rapid.SampledFrom(word).Draw(t, "word") + space + style(pay.Low) + space + sign + space + style(pay.High)
		if rapid.Bool().Draw(t, "wide") {
			text = width.Widen.String(text)
		}
		if got := Salary(text, ""); got != pay {
			t.Fatalf("Salary(%q) = %v, want %v", text, got, pay)
		}
	})
}

// grouped writes 1234567 as 1,234,567.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	var groups []string
	for len(s) > 3 {
		groups, s = append(groups, s[len(s)-3:]), s[:len(s)-3]
	}
	slices.Reverse(groups)
	return strings.Join(append([]string{s}, groups...), ",")
}

func TestYen(t *testing.T) {
	for s, want := range map[string]int64{
		"1350": 1350, "1,350": 1350, "１，３５０円": 1350, "¥1,350": 1350, "25万": 250_000, "25万円以上": 250_000,
		"200,000円～": 200_000, "1350.0": 1350, "1350.00": 1350, "0": 0, "9999999999": 9_999_999_999,
		"x": -1, "1350円/時": -1, "1350.5": -1, "-1350": -1, "1 350 x": -1, "99999999999": -1, "1,35": -1, "": -1, "1.3E+05": -1,
	} {
		got, err := Yen(s, 1)
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("Yen(%q) = %d, want %d (-1: an error)", s, got, want)
		}
	}
}

func TestYenScaled(t *testing.T) {
	for _, test := range []struct {
		text  string
		scale int64
		want  int64
	}{
		{"25", 10_000, 250_000},
		{"２５．５", 10_000, 255_000},
		{"25~", 10_000, 250_000},
		{"25以上", 10_000, 250_000},
		{"1,200", 1000, 1_200_000},
		{"25万円", 10_000, 250_000},
		{"250,000円", 10_000, 250_000},
		{"¥250,000", 10_000, 250_000},
		{"250千円", 10_000, 250_000},
		{"25.00005", 10_000, -1},
		{"25 x", 10_000, -1},
		{"", 10_000, -1},
		{"~", 10_000, -1},
	} {
		got, err := Yen(test.text, test.scale)
		if err != nil {
			got = -1
		}
		if got != test.want {
			t.Errorf("Yen(%q, %d) = %d, want %d (-1: an error)", test.text, test.scale, got, test.want)
		}
	}
}

func TestUnit(t *testing.T) {
	for s, want := range map[string]string{
		"時給": "hour", "時給（円）": "hour", "Hour": "hour", "日": "day", "日給月給": "month", "月給制": "month", "年俸": "year",
		"歩合": "", "": "",
	} {
		if got := Unit(s); got != want {
			t.Errorf("Unit(%q) = %q, want %q", s, got, want)
		}
	}
}

// FuzzSalary checks that whatever the text says, pay is believable or unknown, and the same in full width.
func FuzzSalary(f *testing.F) {
	for _, seed := range []string{"時給1,350円～1,690円", "1万2千円/日", "月給(3万円)25万円以上", "年俸~600万", "¥1,200/h", "日給1.25万"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "")
		pay := Salary(text, "")
		if pay != (Pay{}) && !pay.believable() {
			t.Errorf("Salary(%q) = %v", text, pay)
		}
		if wide := Salary(width.Widen.String(text), ""); wide != pay {
			t.Errorf("Salary(%q) = %v, in full width %v", text, pay, wide)
		}
		if fast, slow := foldSalary(text), foldAnySalary(text); fast != slow {
			t.Errorf("foldSalary(%q) = %q, the long way %q", text, fast, slow)
		}
		if yen, err := Yen(text, 1); err == nil && (yen < 0 || yen > 1e14) {
			t.Errorf("Yen(%q) = %d", text, yen)
		}
	})
}
