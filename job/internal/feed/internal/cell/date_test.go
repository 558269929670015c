package cell

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/text/width"

	"nayose"
)

func TestDate(t *testing.T) {
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

		{"令和8年10月4日", "2026-10-04"},
		{"令和元年5月1日", "2019-05-01"},
		{"令和 8年 10月 4日", "2026-10-04"},
		{"㋿8年10月4日（日）", "2026-10-04"},
		{"令8.10.4", "2026-10-04"},
		{"R8.10.4", "2026-10-04"},
		{"R08/10/04", "2026-10-04"},
		{"r8-10-4 9:00", "2026-10-04"},
		{"R081004", "2026-10-04"},
		{"Ｒ８．１０．４", "2026-10-04"},
		{"H31.4.30", "2019-04-30"},
		{"平成元年1月8日", "1989-01-08"},
		{"昭和64年1月7日", "1989-01-07"},
		{"S元.12.25", "1926-12-25"},
		{"大正元年7月30日", "1912-07-30"},
		{"明治45年7月30日", "1912-07-30"},
		{"2026年 4月 1日", "2026-04-01"},
		{"2026/10/4 (日)", "2026-10-04"},

		{"平成40年10月4日", ""},
		{"平成31年5月1日", ""},
		{"令和元年4月30日", ""},
		{"昭和64年1月8日", ""},
		{"平成元年1月7日", ""},
		{"明治2年1月1日", ""},
		{"令和0年1月1日", ""},
		{"令和8年2月30日", ""},
		{"令和8年10月", ""},
		{"R8", ""},
		{"R", ""},
		{"X8.10.4", ""},
		{"R81004", ""},
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
		got, err := Date(test.text, nil)
		if got.String() != test.want || (err != nil) != (test.want == "") {
			t.Errorf("Date(%q) = %v, %v; want %q", test.text, got, err, test.want)
		}
	}
}

func TestDateLayouts(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"04/10/26", "2026-10-04"}, {"０４／１０／２６", "2026-10-04"}, {"2026-10-04", "2026-10-04"}, {"10/04", ""},
	} {
		got, err := Date(test.text, []string{"02/01/06"})
		if got.String() != test.want || (err != nil) != (test.want == "") {
			t.Errorf("Date(%q) = %v, %v; want %q", test.text, got, err, test.want)
		}
	}
}

func TestDateSerial(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"46299", "2026-10-04"},
		{"４６２９９", "2026-10-04"},
		{"46299.5", "2026-10-04"},
		{"45351", "2024-02-29"},
		{"10000", "1927-05-18"},
		{"2026/10/4", "2026-10-04"},
		{"20261004", "2026-10-04"},
		{"4629", ""},
		{"462990", ""},
		{"46299x", ""},
		{"09999", ""},
	} {
		got, err := Date(test.text, []string{"serial"})
		if got.String() != test.want || (err != nil) != (test.want == "") {
			t.Errorf("Date(%q) = %v, %v; want %q", test.text, got, err, test.want)
		}
	}
}

// FuzzDate checks that a date that is read exists, reads back as itself, and is the same in full width.
func FuzzDate(f *testing.F) {
	for _, seed := range []string{"2026-10-04", "2026年10月4日（日） 9時", "20261004", "2026-10-03T15:00:00Z", "2026/2/30", "令和元年5月1日", "H31.4.30", "Ｒ８．１０．４", "46299.5"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "")
		day, err := Date(text, nil)
		if err != nil {
			return
		}
		if again, err := time.Parse(time.DateOnly, day.Time().Format(time.DateOnly)); err != nil || nayose.NewDate(again.Date()) != day {
			t.Errorf("Date(%q) = %d, which is no day: %v", text, day, err)
		}
		if again, err := Date(day.String(), nil); day != 0 && (err != nil || again != day) {
			t.Errorf("Date(%q) = %v, which reads as %v, %v", text, day, again, err)
		}
		if wide, err := Date(width.Widen.String(text), nil); err != nil || wide != day {
			t.Errorf("Date(%q) = %v, in full width %v, %v", text, day, wide, err)
		}
	})
}
