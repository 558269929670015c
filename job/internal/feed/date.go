package feed

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"nayose"
)

var japan = time.FixedZone("Asia/Tokyo", 9*60*60)

// zoned are the layouts of times with their zone.
var zoned = []string{time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST"}

// parseDate reads a calendar day by one of the given layouts, or as 2026-10-04, 2026/10/4, 2026.10.4, 2026年10月4日 or
// 20261004. A day of the week or a time of day may follow and is passed over; a time with its zone (2026-10-03T15:00:00Z)
// is the day in Japan.
func parseDate(s string, layouts []string) (nayose.Date, error) {
	folded := strings.TrimSpace(norm.NFKC.String(s))
	for _, layout := range layouts {
		if t, err := time.Parse(layout, folded); err == nil {
			return nayose.NewDate(t.Date()), nil
		}
	}
	for _, layout := range zoned {
		if t, err := time.Parse(layout, folded); err == nil {
			return nayose.NewDate(t.In(japan).Date()), nil
		}
	}
	year, month, day, rest, ok := cutDate(folded)
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if !ok || !endsDate(rest) || date.Day() != day || date.Month() != time.Month(month) || year < 1900 {
		return 0, fmt.Errorf("%q is not a date", s)
	}
	return nayose.NewDate(date.Date()), nil
}

// cutDate reads the numbers of a date and returns what follows them.
func cutDate(s string) (year, month, day int, rest string, ok bool) {
	year, s, ok = cutInt(s, 4, 4)
	if !ok || s == "" {
		return 0, 0, 0, "", false
	}
	if s[0] >= '0' && s[0] <= '9' {
		month, s, ok = cutInt(s, 2, 2)
		if ok {
			day, s, ok = cutInt(s, 2, 2)
		}
		return year, month, day, s, ok
	}
	between, after := "年", "月"
	if strings.IndexByte("-/.", s[0]) >= 0 {
		between, after = s[:1], s[:1]
	}
	s, ok = strings.CutPrefix(s, between)
	if ok {
		month, s, ok = cutInt(s, 1, 2)
	}
	if ok {
		s, ok = strings.CutPrefix(s, after)
	}
	if ok {
		day, s, ok = cutInt(s, 1, 2)
	}
	if ok && between == "年" {
		s, ok = strings.CutPrefix(s, "日")
	}
	return year, month, day, s, ok
}

// cutInt reads all digits at the start of s, if there are least to most of them.
func cutInt(s string, least, most int) (n int, rest string, ok bool) {
	i := 0
	for i < len(s) && i < most && s[i] >= '0' && s[i] <= '9' {
		n = 10*n + int(s[i]-'0')
		i++
	}
	return n, s[i:], i >= least
}

// endsDate tells whether what follows a date leaves it a date: nothing, a day of the week, a time of day.
func endsDate(rest string) bool {
	if inner, ok := strings.CutPrefix(rest, "("); ok {
		weekday, after, closed := strings.Cut(inner, ")")
		if !closed || !strings.Contains("月火水木金土日祝", strings.TrimSuffix(weekday, "曜日")) {
			return false
		}
		rest = after
	}
	if rest == "" {
		return true
	}
	rest = strings.TrimPrefix(rest, "T")
	hour, after, ok := cutInt(strings.TrimSpace(rest), 1, 2)
	return ok && hour <= 24 && (strings.HasPrefix(after, ":") || strings.HasPrefix(after, "時"))
}
