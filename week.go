package nayose

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Date is a calendar day as days since 1970-01-01, as Parquet and Postgres count them; 0 is unknown.
type Date int32

// NewDate is the given calendar day; one that does not exist, such as 31 April, runs over as time.Date does.
func NewDate(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Time is the day's midnight in UTC; the zero time where the day is unknown.
func (d Date) Time() time.Time {
	if d == 0 {
		return time.Time{}
	}
	return time.Unix(int64(d)*86400, 0).UTC()
}

// String writes the day as 2006-01-02, and an unknown one as the empty string.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// MarshalText writes the date as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d = 0
	if len(text) > 0 {
		*d, err = ParseDay(string(text))
	}
	return err
}

// ParseDay reads a day such as 2026-10-04. One that is not of 1800 to 2199 is none: it stands for something else, as 9999-12-31 does for never.
func ParseDay(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1800 || t.Year() > 2199 {
		return 0, fmt.Errorf("%q is not a date such as 2026-03-31", s)
	}
	return NewDate(t.Date()), nil
}

// Week is a delivery's label: an ISO 8601 week, counted in Japan time.
type Week struct{ Year, Week int }

// Japan is the zone whose days and weeks count, and whose clock people read. It has no summer time, so a fixed one serves and no zone
// database is needed in the container.
var Japan = time.FixedZone("JST", 9*60*60)

// Clock is a time as a person reads it: 2026-11-23 07:45:12 JST. Programs, and the log, get RFC 3339.
func Clock(t time.Time) string { return t.In(Japan).Format("2006-01-02 15:04:05 MST") }

// Today is the day that it is in Japan.
func Today() Date { return NewDate(time.Now().In(Japan).Date()) }

var weekLabel = regexp.MustCompile(`^(\d{4})-W(\d{2})$`)

// ParseWeek reads a label such as 2026-W47, or an RFC 3339 time (a scheduler's) whose week in Japan time is meant.
func ParseWeek(s string) (Week, error) {
	if m := weekLabel.FindStringSubmatch(s); m != nil {
		year, _ := strconv.Atoi(m[1])
		week, _ := strconv.Atoi(m[2])
		w := Week{year, week}
		if week < 1 || WeekOf(w.Monday().Time()) != w {
			return Week{}, fmt.Errorf("week %s does not exist: %d has weeks W01 to W%02d", s, year, lastWeek(year))
		}
		return w, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return Week{}, fmt.Errorf("%q is neither a week such as 2026-W47 nor a time such as 2026-11-20T02:00:00Z", s)
	}
	return WeekOf(t.In(Japan)), nil
}

// WeekOf is the ISO week of the day that t shows on its own clock.
func WeekOf(t time.Time) Week {
	year, week := t.ISOWeek()
	return Week{year, week}
}

// lastWeek is the number of the last ISO week of a year, 52 or 53: the week of 28 December.
func lastWeek(year int) int {
	_, week := time.Date(year, 12, 28, 0, 0, 0, 0, time.UTC).ISOWeek()
	return week
}

// Monday is the first day of the week. By ISO 8601, 4 January is always in week 1.
func (w Week) Monday() Date {
	jan4 := time.Date(w.Year, 1, 4, 0, 0, 0, 0, time.UTC)
	sinceMonday := (int(jan4.Weekday()) + 6) % 7
	return Date(jan4.AddDate(0, 0, (w.Week-1)*7-sinceMonday).Unix() / 86400)
}

// Next is the week after.
func (w Week) Next() Week { return WeekOf((w.Monday() + 7).Time()) }

// Last is the week before.
func (w Week) Last() Week { return WeekOf((w.Monday() - 7).Time()) }

// String writes the label, 2026-W47.
func (w Week) String() string { return fmt.Sprintf("%04d-W%02d", w.Year, w.Week) }

// MarshalText writes the label.
func (w Week) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads what ParseWeek reads.
func (w *Week) UnmarshalText(text []byte) (err error) {
	*w, err = ParseWeek(string(text))
	return err
}
