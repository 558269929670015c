package nayose

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestParseWeek(t *testing.T) {
	for in, want := range map[string]string{
		"2026-W47":                  "2026-W47",
		"2026-W01":                  "2026-W01",
		"2026-W53":                  "2026-W53", // 2026 is a long year
		"2026-11-15T14:59:59Z":      "2026-W46", // still Sunday in Japan
		"2026-11-15T15:00:00Z":      "2026-W47", // Monday, 0:00 in Japan
		"2026-11-16T00:00:00+09:00": "2026-W47",
		"2027-01-03T12:00:00+09:00": "2026-W53", // a January day of last year's last week
		"2024-12-30T03:00:00Z":      "2025-W01", // a December day of next year's first week
	} {
		got, err := ParseWeek(in)
		if err != nil || got.String() != want {
			t.Errorf("ParseWeek(%q) = %s, %v; want %s", in, got, err, want)
		}
	}
	for _, in := range []string{"", "2026-W00", "2026-W54", "2025-W53", "2026-W7", "2026W47", "W47", "2026-11-15", "2026-W47 "} {
		if got, err := ParseWeek(in); err == nil {
			t.Errorf("ParseWeek(%q) = %s, want an error", in, got)
		}
	}
}

func TestMondayBelongsToItsWeek(t *testing.T) {
	for year := 1990; year <= 2060; year++ {
		for n := 1; n <= lastWeek(year); n++ {
			w := Week{year, n}
			monday := w.Monday().Time()
			if monday.Weekday() != time.Monday || WeekOf(monday) != w || WeekOf(monday.AddDate(0, 0, 6)) != w {
				t.Fatalf("Monday of %s is %s, a %s of %s", w, monday.Format(time.DateOnly), monday.Weekday(), WeekOf(monday))
			}
		}
	}
}

func TestNextWeek(t *testing.T) {
	for in, want := range map[Week]string{
		{2026, 47}: "2026-W48",
		{2026, 52}: "2026-W53", // 2026 is a long year
		{2026, 53}: "2027-W01",
		{2027, 52}: "2028-W01",
	} {
		if got := in.Next().String(); got != want {
			t.Errorf("%s.Next() = %s, want %s", in, got, want)
		}
		if got := in.Next().Last(); got != in {
			t.Errorf("%s.Next().Last() = %s", in, got)
		}
	}
}

func TestDate(t *testing.T) {
	d := NewDate(2026, time.November, 22)
	if got := d.String(); got != "2026-11-22" {
		t.Errorf("Date.String() = %q, want 2026-11-22", got)
	}
	if got := Date(0).String(); got != "" || !Date(0).Time().IsZero() {
		t.Errorf("unknown date is written %q at %s, want nothing", got, Date(0).Time())
	}
}

func TestIDsDoNotRunTogether(t *testing.T) {
	if NewID("ab", "c") == NewID("a", "bc") || NewID("a") == NewID("a", "") {
		t.Error("NewID hashes different lists of parts to one id")
	}
	m := Mention{Partner: "p", CompanyName: "a", WorkplaceName: "b"}
	n := Mention{Partner: "p", CompanyName: "a", Address: "b"}
	if m.Key() == n.Key() {
		t.Error("two mentions have one key")
	}
}

func TestIDReadsWhatItWrites(t *testing.T) {
	id := NewID("a")
	b, err := json.Marshal(id)
	if err != nil {
		t.Fatal(err)
	}
	var back ID
	if err := json.Unmarshal(b, &back); err != nil || back != id {
		t.Errorf("%s reads back as %s, %v", b, back, err)
	}
	if err := back.UnmarshalText([]byte("0123")); err == nil {
		t.Error("a short id is read without an error")
	}
	sum := IDSum(1<<63 + 12345)
	text, _ := sum.MarshalText()
	var backSum IDSum
	if err := backSum.UnmarshalText(text); err != nil || backSum != sum {
		t.Errorf("%s reads back as %x, %v", text, backSum, err)
	}
}

func TestBooks(t *testing.T) {
	var a, b, all IDSum
	for i, id := range []ID{NewID("1"), NewID("2"), NewID("3")} {
		all.Add(id)
		if i == 0 {
			a.Add(id)
		} else {
			b.Add(id)
		}
	}
	good := ExtractCounts{Records: 3, Rejected: 1, Unique: 2, RecordsSum: all, RejectedSum: a, UniqueSum: b}
	if err := good.Balance(); err != nil {
		t.Errorf("Balance() = %v, want balanced books", err)
	}
	lost, doubled := good, good
	lost.Unique--
	doubled.UniqueSum, doubled.RejectedSum = b+b, a
	for name, c := range map[string]ExtractCounts{"a lost record": lost, "one lost and one doubled": doubled} {
		var fault *Error
		if err := c.Balance(); !errors.As(err, &fault) || fault.Kind != Integrity {
			t.Errorf("Balance() with %s = %v, want kind Integrity", name, err)
		}
	}
}

// TestNewIDParts shows that an ID is the first half of SHA-256 over each part behind its length, however long the parts are.
func TestNewIDParts(t *testing.T) {
	long := strings.Repeat("長", 3000)
	for _, parts := range [][]string{{}, {""}, {"a", "bc"}, {"ab", "c"}, {long, "x", long}} {
		h := sha256.New()
		for _, p := range parts {
			h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p))))
			h.Write([]byte(p))
		}
		if got, want := NewID(parts...), ID(h.Sum(nil)[:16]); got != want {
			t.Errorf("NewID(%.20q) = %v, want %v", parts, got, want)
		}
	}
}

func TestOneLine(t *testing.T) {
	for in, want := range map[string]string{
		"株式会社サンプル":        "株式会社サンプル",
		"a\r\nb\tc":       "a  b c",
		"\x1b[2J\u009b2J": " [2J 2J",
		"a\u2028b\u202eb": "a b b",
	} {
		if got := OneLine(in); got != want {
			t.Errorf("OneLine(%q) = %q, want %q", in, got, want)
		}
	}
}
