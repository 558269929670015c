package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"nayose"
)

const (
	space   = "\u00a0" // that no line breaks at
	unknown = "–"
)

// count writes 48120 as 48,120.
func count(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// plural writes "1 record" and "2 records".
func plural(n int64, one string) string {
	switch {
	case n == 1:
		return "1" + space + one
	case strings.HasSuffix(one, "y"):
		return count(n) + space + strings.TrimSuffix(one, "y") + "ies"
	}
	return count(n) + space + one + "s"
}

// percent writes 0.861 as 86.1 %. What is not quite all is not written as all, nor is a little written as nothing.
func percent(x float64) string {
	text := fmt.Sprintf("%.1f", 100*x)
	switch {
	case text == "100.0" && x < 1:
		text = "> 99.9"
	case text == "0.0" && x > 0:
		text = "< 0.1"
	case text == "-0.0":
		text = "0.0"
	}
	return strings.ReplaceAll(strings.Replace(text, "-", "−", 1), " ", space) + space + "%"
}

// share is part of whole in percent.
func share(part, whole int64) string {
	if whole == 0 {
		return unknown
	}
	return percent(float64(part) / float64(whole))
}

// seconds writes 4.2 s, 5 min 12 s or 1 h 3 min.
func seconds(s float64) string {
	whole := int(math.Round(s))
	switch {
	case s < 59.95:
		return fmt.Sprintf("%.1f", s) + space + "s"
	case whole < 3600:
		return fmt.Sprintf("%d%smin %d%ss", whole/60, space, whole%60, space)
	}
	return fmt.Sprintf("%d%sh %d%smin", whole/3600, space, whole/60%60, space)
}

// bits writes a weight with its sign.
func bits(b float64) string {
	b = math.Round(10*b)/10 + 0 // no −0
	return strings.Replace(fmt.Sprintf("%+.1f", b), "-", "−", 1)
}

// number writes a measure of no known unit.
func number(x float64) string {
	return strings.Replace(strconv.FormatFloat(x, 'g', 4, 64), "-", "−", 1)
}

// moment writes a time as people in Japan read it.
func moment(t time.Time) string {
	if t.IsZero() {
		return unknown
	}
	return t.In(nayose.Japan).Format("2 January 2006, 15:04 MST")
}

// capital writes "review" as "Review".
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// list writes "a, b and c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// some writes the first four, and how many more there are.
func some(words []string) string {
	if len(words) > 5 {
		words = append(slices.Clone(words[:4]), fmt.Sprintf("%d more", len(words)-4))
	}
	return list(words)
}
