package deploy_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// field is one of a cron expression's: its numbers, and what they are called.
type field struct {
	name     string
	from, to int
	words    []string // of from, from+1 …
}

var fields = []field{
	{"minutes", 0, 59, nil},
	{"hours", 0, 23, nil},
	{"day of the month", 1, 31, nil},
	{"month", 1, 12, strings.Fields("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")},
	{"day of the week", 1, 7, strings.Fields("SUN MON TUE WED THU FRI SAT")},
	{"year", 1970, 2199, nil},
}

var rate = regexp.MustCompile(`^rate\((1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days))\)$`)

// scheduleExpression is what is wrong with an expression of EventBridge. Source: docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html,
// read 2026-11: six fields, of which the day of the month or that of the week is ?.
func scheduleExpression(e string) error {
	if rate.MatchString(e) {
		return nil
	}
	inner, isCron := strings.CutPrefix(e, "cron(")
	inner, closed := strings.CutSuffix(inner, ")")
	parts := strings.Fields(inner)
	if !isCron || !closed || len(parts) != len(fields) {
		return fmt.Errorf("%q is no cron(minutes hours day-of-month month day-of-week year) and no rate(n units)", e)
	}
	for i, f := range fields {
		if err := f.check(parts[i]); err != nil {
			return fmt.Errorf("%q: %w", e, err)
		}
	}
	if (parts[2] == "?") == (parts[4] == "?") {
		return fmt.Errorf("%q: one of the two days is ?, and only one", e)
	}
	return nil
}

func (f field) check(text string) error {
	isDay := strings.HasPrefix(f.name, "day")
	for item := range strings.SplitSeq(text, ",") {
		span, step, stepped := strings.Cut(item, "/")
		from, to, ranged := strings.Cut(span, "-")
		ok := span == "*" || span == "?" && isDay && !stepped || isDay && slices.Contains([]string{"L", "LW"}, item) ||
			f.number(from) && (!ranged || f.number(to))
		if stepped {
			n, err := strconv.Atoi(step)
			ok = ok && err == nil && n > 0
		}
		if day, nth, ok2 := strings.Cut(item, "#"); ok2 && f.name == "day of the week" {
			ok = f.number(day) && len(nth) == 1 && nth >= "1" && nth <= "5"
		}
		if last, ok2 := strings.CutSuffix(item, "L"); ok2 && last != "" && f.name == "day of the week" {
			ok = f.number(last)
		}
		if !ok {
			return fmt.Errorf("%s cannot be %q", f.name, item)
		}
	}
	return nil
}

func (f field) number(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= f.from && n <= f.to || slices.Contains(f.words, strings.ToUpper(s))
}

func TestScheduleExpression(t *testing.T) {
	for e, want := range map[string]bool{
		"cron(0 6 ? * MON,THU *)": true, "cron(15 10 ? * 6L 2019-2022)": true, "cron(0/10 * ? * MON-FRI *)": true, "cron(0 9 1 * ? *)": true,
		"rate(1 day)": true, "rate(5 minutes)": true, "cron(0 6 ? * TUE#2 *)": true, "cron(0 0 L * ? *)": true,
		"cron(nope)": false, "cron(0 6 * * MON *)": false, "cron(0 6 ? * ? *)": false, "cron(60 6 ? * MON *)": false, "cron(0 24 ? * MON *)": false,
		"cron(0 6 ? * MON)": false, "0 6 * * 1": false, "rate(1 days)": false, "rate(0 minutes)": false, "cron(0 6 ? * MOON *)": false,
		"cron(0 6 ? * 0 *)": false, "cron(0 6 32 * ? *)": false, "cron(0/0 6 ? * 1 *)": false,
	} {
		if err := scheduleExpression(e); (err == nil) != want {
			t.Errorf("scheduleExpression(%q) = %v, want ok %v", e, err, want)
		}
	}
}
