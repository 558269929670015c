package cell

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"nayose"
)

// zoned are the layouts of times with their zone.
var zoned = []string{time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST"}

// Serial is the date format of Excel's day numbers: 46299 is 4 October 2026, 46299.5 noon of it.
const Serial = "serial"

// Date reads a calendar day by one of the given layouts, which are those of package time and Serial, or as 2026-10-04, 2026/10/4, 2026.10.4, 2026年10月4日 or
// 20261004, or by the year of an era, as 令和8年10月4日, 令8.10.4 or R8/10/04. A day of the week or a time of day may follow and is
// passed over; a time with its zone (2026-10-03T15:00:00Z) is the day in Japan. What is no date of the calendar, or before 1900, is an error.
func Date(s string, layouts []string) (nayose.Date, error) {
	folded := s
	if !isASCII(s) {
		folded = norm.NFKC.String(s)
	}
	folded = strings.TrimSpace(folded)
	for _, layout := range layouts {
		if layout == Serial {
			if day, ok := parseSerial(folded); ok {
				return day, nil
			}
		} else if t, err := time.Parse(layout, folded); err == nil {
			return nayose.NewDate(t.Date()), nil
		}
	}
	if strings.Contains(folded, ":") {
		for _, layout := range zoned {
			if t, err := time.Parse(layout, folded); err == nil {
				return nayose.NewDate(t.In(nayose.Japan).Date()), nil
			}
		}
	}
	date, rest, ok := cutDate(folded)
	if !ok || !endsDate(rest) || date.Year() < 1900 {
		return 0, fmt.Errorf("%q is not a date", s)
	}
	return nayose.NewDate(date.Date()), nil
}

// parseSerial reads a day number of Excel: five digits, which are the years 1927 to 2173, and the time of day.
func parseSerial(s string) (nayose.Date, bool) {
	days, rest, ok := cutInt(s, 5, 5)
	if !ok || days < 10_000 {
		return 0, false
	}
	if time, found := strings.CutPrefix(rest, "."); found {
		rest = strings.TrimLeft(time, "0123456789")
	}
	return nayose.NewDate(1899, time.December, 30+days), rest == ""
}

// eras are the eras of the calendar, each with its first and last day. The letter is upper case.
var eras = []struct {
	name, letter string
	first, last  time.Time
}{
	{"令和", "R", day(2019, 5, 1), day(9999, 12, 31)},
	{"平成", "H", day(1989, 1, 8), day(2019, 4, 30)},
	{"昭和", "S", day(1926, 12, 25), day(1989, 1, 7)},
	{"大正", "T", day(1912, 7, 30), day(1926, 12, 25)},
	{"明治", "M", day(1868, 1, 25), day(1912, 7, 30)},
}

func day(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// cutDate reads a date at the start of s and returns what follows it. ok is false where there is none, and for days that
// the calendar or the era does not have, such as 30 February or 平成40年.
func cutDate(s string) (date time.Time, rest string, ok bool) {
	if year, after, ok := cutInt(s, 4, 4); ok {
		return cutMonthAndDay(year, after)
	}
	for _, era := range eras {
		after, found := cutAny(s, era.name, era.name[:len("令")], era.letter, strings.ToLower(era.letter))
		if !found {
			continue
		}
		year, after, ok := cutEraYear(strings.TrimLeft(after, " "))
		if !ok {
			return time.Time{}, s, false
		}
		date, rest, ok = cutMonthAndDay(era.first.Year()+year-1, after)
		return date, rest, ok && !date.Before(era.first) && !date.After(era.last)
	}
	return time.Time{}, s, false
}

// cutEraYear reads the year of an era; its first is 元年, too.
func cutEraYear(s string) (year int, rest string, ok bool) {
	if rest, ok := strings.CutPrefix(s, "元"); ok {
		return 1, rest, true
	}
	year, rest, ok = cutInt(s, 1, 2)
	return year, rest, ok && year > 0
}

// cutMonthAndDay reads what follows the year of a date: -10-04, /10/4, .10.4, 年10月4日, or 1004.
func cutMonthAndDay(year int, s string) (date time.Time, rest string, ok bool) {
	var month, dom int
	if s == "" {
		return time.Time{}, s, false
	}
	if isDigit(s[0]) {
		month, s, ok = cutInt(s, 2, 2)
		if ok {
			dom, s, ok = cutInt(s, 2, 2)
		}
	} else {
		month, dom, s, ok = cutSeparated(s)
	}
	date = day(year, month, dom)
	return date, s, ok && date.Day() == dom && int(date.Month()) == month
}

// cutSeparated reads a month and a day with their separators. People put spaces around 年, 月 and 日 to align them.
func cutSeparated(s string) (month, dom int, rest string, ok bool) {
	inJapanese := strings.HasPrefix(strings.TrimLeft(s, " "), "年")
	separators := []string{"年", "月", "日"}
	if !inJapanese {
		if strings.IndexByte("-/.", s[0]) < 0 {
			return 0, 0, s, false
		}
		separators = []string{s[:1], s[:1], ""}
	}
	for i, separator := range separators {
		if inJapanese {
			s = strings.TrimLeft(s, " ")
		}
		if s, ok = strings.CutPrefix(s, separator); !ok {
			return 0, 0, s, false
		}
		if inJapanese && i < 2 {
			s = strings.TrimLeft(s, " ")
		}
		switch i {
		case 0:
			month, s, ok = cutInt(s, 1, 2)
		case 1:
			dom, s, ok = cutInt(s, 1, 2)
		}
		if !ok {
			return 0, 0, s, false
		}
	}
	return month, dom, s, true
}

// cutInt reads all digits at the start of s, if there are least to most of them.
func cutInt(s string, least, most int) (n int, rest string, ok bool) {
	i := 0
	for i < len(s) && i < most && isDigit(s[i]) {
		n = 10*n + int(s[i]-'0')
		i++
	}
	return n, s[i:], i >= least
}

// endsDate tells whether what follows a date leaves it a date: nothing, a day of the week, a time of day.
func endsDate(rest string) bool {
	if inner, ok := strings.CutPrefix(strings.TrimLeft(rest, " "), "("); ok {
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
