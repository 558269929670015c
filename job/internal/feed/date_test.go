package feed

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/text/width"

	"nayose"
)

func TestParseDate(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"2026-10-04", "2026-10-04"},
		{"2026/10/4", "2026-10-04"},
		{"2026.1.4", "2026-01-04"},
		{"2026年10月4日", "2026-10-04"},
		{"２０２６年１０月０４日", "2026-10-04"},
		{"20261004", "2026-10-04"},
		{"２０２６／１０／０４", "2026-10-04"},
		{" 2026-10-04 ", "2026-10-04"},
		{"2026-10-04 23:59:59", "2026-10-04"},
		{"2026/10/4 9:00", "2026-10-04"},
		{"2026-10-04T00:00:00", "2026-10-04"},
		{"20261004 12:00", "2026-10-04"},
		{"2026年10月4日 9時", "2026-10-04"},
		{"2026/10/4(日)", "2026-10-04"},
		{"2026年10月4日（日曜日） 10:00", "2026-10-04"},
		{"2026-10-03T15:00:00Z", "2026-10-04"},
		{"2026-10-03T15:00:00.000Z", "2026-10-04"},
		{"2026-10-04T00:00:00+09:00", "2026-10-04"},
		{"2024-02-29", "2024-02-29"},
		{"1969-12-31", "1969-12-31"},
		{"9999-12-31", "9999-12-31"},

		{"2026-02-29", ""},
		{"2026-13-01", ""},
		{"2026-04-31", ""},
		{"2026-00-10", ""},
		{"2026-10", ""},
		{"2026", ""},
		{"26/10/04", ""},
		{"2026/10-04", ""},
		{"2026年10月4", ""},
		{"2026-10-041", ""},
		{"2026-10-04x", ""},
		{"202610041", ""},
		{"46299", ""},
		{"0001-01-01", ""},
		{"10/4/2026", ""},
		{"近日", ""},
		{"", ""},
	} {
		got, err := parseDate(test.text, nil)
		if got.String() != test.want || (err != nil) != (test.want == "") {
			t.Errorf("parseDate(%q) = %v, %v; want %q", test.text, got, err, test.want)
		}
	}
}

func TestParseDateLayouts(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"04/10/26", "2026-10-04"}, {"０４／１０／２６", "2026-10-04"}, {"2026-10-04", "2026-10-04"}, {"10/04", ""},
	} {
		got, err := parseDate(test.text, []string{"02/01/06"})
		if got.String() != test.want || (err != nil) != (test.want == "") {
			t.Errorf("parseDate(%q) = %v, %v; want %q", test.text, got, err, test.want)
		}
	}
}

// FuzzDate checks that a date that is read exists, and is the same in full width.
func FuzzDate(f *testing.F) {
	for _, seed := range []string{"2026-10-04", "2026年10月4日（日） 9時", "20261004", "2026-10-03T15:00:00Z", "2026/2/30"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "")
		day, err := parseDate(text, nil)
		if err != nil {
			return
		}
		if again, err := time.Parse(time.DateOnly, day.Time().Format(time.DateOnly)); err != nil || nayose.NewDate(again.Date()) != day {
			t.Errorf("parseDate(%q) = %d, which is no day: %v", text, day, err)
		}
		if wide, err := parseDate(width.Widen.String(text), nil); err != nil || wide != day {
			t.Errorf("parseDate(%q) = %v, in full width %v, %v", text, day, wide, err)
		}
	})
}
