package cell

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Pay is pay in yen; 0 and the empty unit are unknown.
type Pay struct {
	Unit      string // hour, day, month or year
	Low, High int64
}

// unitWords say what pay is counted by. Of two that start at one place, the first here is meant.
var unitWords = []struct{ word, unit string }{
	{"時給", "hour"},
	{"時間給", "hour"},
	{"時間額", "hour"},
	{"/時間", "hour"},
	{"/時", "hour"},
	{"/hour", "hour"},
	{"/h", "hour"},
	{"日給月給", "month"}, // by the month, less the days one was away
	{"日給", "day"},
	{"日当", "day"},
	{"日額", "day"},
	{"/日", "day"},
	{"月給", "month"},
	{"月収", "month"},
	{"月額", "month"},
	{"月俸", "month"},
	{"/月", "month"},
	{"年俸", "year"},
	{"年棒", "year"}, // a common slip
	{"年収", "year"},
	{"年額", "year"},
	{"/年", "year"},
}

// plausible are the lowest and the highest pay by each unit that Salary believes: 月給25 means something else.
var plausible = map[string]struct{ least, most int64 }{
	"hour":  {300, 100_000},
	"day":   {1000, 1_000_000},
	"month": {10_000, 20_000_000},
	"year":  {100_000, 500_000_000},
}

// Unit is hour, day, month or year by a cell that only says what pay is counted by; empty where it does not say it in a word that we know.
func Unit(s string) string {
	switch s = Fold(s); s {
	case "hour", "hourly", "時", "時間":
		return "hour"
	case "day", "daily", "日":
		return "day"
	case "month", "monthly", "月":
		return "month"
	case "year", "yearly", "annual", "年":
		return "year"
	}
	unit, _ := cutUnit(s)
	return unit
}

// cutUnit finds the first word that says what pay is counted by, and returns the text in which to look for the amount:
// what follows the word; or, where there is none, all but a word such as /日 behind an amount. 夜勤/日勤 is no such word,
// and of 交通費500円/日 時給1200円 the 時給 is meant.
func cutUnit(s string) (unit, rest string) {
	for i := range len(s) {
		if s[i] != "時"[0] && s[i] != "年"[0] { // 日 and 月 begin as 時 does
			continue
		}
		for _, w := range unitWords {
			if rest, ok := strings.CutPrefix(s[i:], w.word); ok {
				return w.unit, rest
			}
		}
	}
	if !strings.Contains(s, "/") {
		return "", ""
	}
	for _, w := range unitWords {
		i := strings.Index(s, w.word)
		if i >= 0 && strings.HasPrefix(w.word, "/") && endsAmount.MatchString(s[:i]) {
			return w.unit, strings.ReplaceAll(s, w.word, "")
		}
	}
	return "", ""
}

var endsAmount = regexp.MustCompile(`[0-9円]$`)

var (
	parentheses = regexp.MustCompile(`\([^()]*\)`)
	dashes      = strings.NewReplacer("〜", "~", "∼", "~", "−", "~", "–", "~", "—", "~", "―", "~", "‐", "~", "-", "~", "¥", `\`)
)

// foldSalary leaves one width, one range sign, \ for ¥ as CP932 has it, and no spaces. Numbers in circles and the like count
// things (時給①1,200円②1,300円): as digits they would join the amount.
func foldSalary(s string) string {
	var short [128]byte
	b, plain := appendFolded(short[:0], s)
	if !plain {
		return foldAnySalary(s)
	}
	n := 0
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '-':
			b[n] = '~'
		case bytes.HasPrefix(b[i:], wave):
			b[n] = '~'
			i += len(wave) - 1
		default:
			b[n] = b[i]
		}
		n++
	}
	if string(b[:n]) == s {
		return s
	}
	return string(b[:n])
}

var wave = []byte("〜")

// foldAnySalary is foldSalary for text of any kind.
func foldAnySalary(s string) string {
	return dashes.Replace(Fold(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.No, r) {
			return '|'
		}
		return r
	}, s)))
}

// Salary reads pay out of free text: 時給1,350円～1,690円, 月給25万円以上, 日給 1万2千円, 年俸400〜600万円. It takes the first
// word for the unit, or else the given unit, and the first believable amount or range behind it outside of
// parentheses. One amount alone is both the lowest and the highest. What it does not understand stays unknown, all of it.
func Salary(text, given string) Pay {
	text = foldSalary(text)
	unit, rest := cutUnit(text)
	if unit == "" {
		unit, rest = given, text
	}
	if unit == "" {
		return Pay{}
	}
	if strings.Contains(rest, "(") {
		rest = parentheses.ReplaceAllString(rest, "")
	}
	rest = strings.TrimLeft(rest, ":)]】制約")
	for i := 0; i < len(rest); i++ {
		if !strings.ContainsRune(`0123456789~\`, rune(rest[i])) {
			continue
		}
		pay, marked, after, ok := cutRange(rest[i:])
		if pay.Unit = unit; ok && (marked || i == 0) && pay.believable() {
			return pay
		}
		i = max(i, len(rest)-len(after)-1)
	}
	return Pay{}
}

func (p Pay) believable() bool {
	return CanBePay(p.Low, p.Unit) && CanBePay(p.High, p.Unit) && p.Low+p.High > 0 && (p.High == 0 || p.Low <= p.High)
}

// CanBePay tells whether so many yen can be pay by a unit, or by any where the unit is unknown. 0 is unknown, and can be.
func CanBePay(yen int64, unit string) bool {
	bounds, known := plausible[unit]
	if !known {
		bounds.least, bounds.most = plausible["hour"].least, plausible["year"].most
	}
	return yen == 0 || bounds.least <= yen && yen <= bounds.most
}

// cutRange reads one amount or two at the start of s: 1350円~1690円, 20~25万円, 25万円~, ~25万円, 25万円以下. marked tells that
// a sign of money stands there, so that it cannot be a number of something else.
func cutRange(s string) (pay Pay, marked bool, rest string, ok bool) {
	s, upTo := strings.CutPrefix(s, "~")
	a, rest, ok := cutAmount(s)
	if !ok {
		return Pay{}, false, rest, false
	}
	after, open := cutAny(rest, "以上", "から", "~", "ー")
	if !open {
		_, below := cutAny(rest, "以下", "まで", "迄", "未満")
		pay = Pay{Low: a.yen, High: a.yen}
		if upTo || below {
			pay.Low = 0
		}
		return pay, a.marked, rest, true
	}
	after = strings.TrimLeft(after, "~")
	b, end, ok := cutAmount(after)
	if !ok {
		return Pay{Low: a.yen}, a.marked, after, true
	}
	if !a.marked && a.yen*b.scale <= b.yen { // 20~25万円
		a.yen *= b.scale
	}
	return Pay{Low: a.yen, High: b.yen}, a.marked || b.marked, end, true
}

func cutAny(s string, prefixes ...string) (string, bool) {
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(s, p); ok {
			return rest, true
		}
	}
	return s, false
}

// amount is a sum of money.
type amount struct {
	yen    int64
	scale  int64 // what its first number counts: 10,000 in 25万5千
	marked bool  // 円, ¥, 万 or 千 stands there
}

// cutAmount reads 1,350円, ¥1350, 25万円, 20.5万, 1万2千円 or 1万2500円 at the start of s. Where there is no amount, the
// rest is what follows the digits.
func cutAmount(s string) (a amount, rest string, ok bool) {
	rest, a.marked = strings.CutPrefix(s, `\`)
	for last := int64(0); last != 1; {
		n, after, ok := cutNumber(rest)
		unit, after := cutScale(after)
		switch {
		case last > 0 && (!ok || unit >= last): // another number begins
			last = 1
			continue
		case !ok || n*unit%1000 != 0:
			return amount{}, after, false
		case last == 0:
			a.scale = unit
		}
		a.yen += n * unit / 1000
		rest, last = after, unit
	}
	rest, yen := strings.CutPrefix(rest, "円")
	a.marked = a.marked || yen || a.scale > 1
	return a, rest, true
}

// cutNumber reads 1350, 1,350 or 20.5 at the start of s, in thousandths. Numbers of more than ten digits or three
// decimals are no money, and passed over.
func cutNumber(s string) (thousandths int64, rest string, ok bool) {
	rest, digits, decimals := s, 0, -1
	for ; rest != ""; rest = rest[1:] {
		switch c := rest[0]; {
		case isDigit(c) && decimals < 0:
			digits++
			thousandths = 10*thousandths%1e15 + 1000*int64(c-'0')
		case isDigit(c):
			decimals++
			thousandths += int64(c-'0') * []int64{0, 100, 10, 1}[min(decimals, 3)]
		case c == ',' && decimals < 0 && len(rest) > 3 && isDigit(rest[1]) && isDigit(rest[2]) && isDigit(rest[3]):
		case c == '.' && decimals < 0 && len(rest) > 1 && isDigit(rest[1]):
			decimals = 0
		default:
			return thousandths, rest, digits > 0 && digits <= 10 && decimals <= 3
		}
	}
	return thousandths, rest, digits > 0 && digits <= 10 && decimals <= 3
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// cutScale reads what a number counts.
func cutScale(s string) (scale int64, rest string) {
	if rest, ok := strings.CutPrefix(s, "万"); ok {
		return 10_000, rest
	}
	if rest, ok := strings.CutPrefix(s, "千"); ok {
		return 1000, rest
	}
	return 1, s
}

// Yen reads a cell that holds an amount: 1350, 1,350円, 25万円, also with 以上 or ~ behind it. A number without a sign of
// money counts so many yen as scale says: 25 is 250,000 in a column of 万円. What is no amount in whole yen is an error.
func Yen(s string, scale int64) (int64, error) {
	a, rest, ok := cutAmount(foldSalary(s))
	if scale > 1 && !a.marked {
		a.yen, rest, ok = cutScaled(foldSalary(s), scale)
	}
	rest = strings.Trim(rest, "~")
	if ok && rest != "" {
		rest, ok = cutAny(rest, "以上", "以下", "から", "まで")
	}
	if !ok || rest != "" {
		return 0, fmt.Errorf("%q is not an amount of yen", s)
	}
	return a.yen, nil
}

// Scale is how many yen a unit of money is (万円, 千円, 円, or a number up to a million); 0 where it is none.
func Scale(s string) int64 {
	switch s = Fold(s); s {
	case "万円", "万":
		return 10_000
	case "千円", "千":
		return 1000
	case "円":
		return 1
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 || n > 1_000_000 {
		return 0
	}
	return n
}

// cutScaled reads a number that counts so many yen.
func cutScaled(s string, scale int64) (yen int64, rest string, ok bool) {
	n, rest, ok := cutNumber(s)
	return n * scale / 1000, rest, ok && n*scale%1000 == 0
}
