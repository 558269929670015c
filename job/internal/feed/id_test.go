package feed

import (
	"fmt"
	"strings"
	"testing"
)

func TestCleanID(t *testing.T) {
	for id, want := range map[string]string{
		"A-1": "A-1", "\uFEFFA-1": "A-1", "A\u00A0-\u200B1": "A-1", "求人\uFEFF1 ": "求人1", "\u00A0": "", "A 1": "A 1", "Ａ１": "Ａ１",
	} {
		if got := cleanID(id); got != want {
			t.Errorf("cleanID(%q) = %q, want %q", id, got, want)
		}
	}
}

func TestIsSpoilt(t *testing.T) {
	for _, id := range strings.Fields(`1.23E+12 1.23457E+12 1.23e+12 1E+05 １．２３Ｅ＋１２ ##### #N/A #REF! 10月4日 １０月４日 2026年10月4日 2026年10月
		2026/10/4 2026-10-04 1.0 1830001.0 12.00 4-Oct Oct-26`) {
		if !isSpoilt(id) {
			t.Errorf("%s is not seen", id)
		}
	}
	if !isSpoilt("2026/10/4 0:00") {
		t.Error("a date with a time is not seen")
	}
	for _, id := range strings.Fields(`1830001 A-1 2026-1004 2026/10 1.5 1.05 1E5 12E+5 kaig000004 2026-10-04-001 #12 10-4 10/4 4-Okt 月曜1 3f2a-11e8 1.0.1 01-2345`) {
		if isSpoilt(id) {
			t.Errorf("%s is taken for spoilt", id)
		}
	}
}

func TestIDShape(t *testing.T) {
	numbers := func(from, to int, format string) (ids []string) {
		for i := from; i < to; i++ {
			ids = append(ids, fmt.Sprintf(format, i))
		}
		return ids
	}
	lost := numbers(9_950, 10_900, "%d")
	for _, test := range []struct {
		name string
		ids  []string
		want string
	}{
		{"lost zeros", lost, "of 950 posting ids, all numbers, 900 have 5 digits and the other 50 fewer: if the partner's ids have leading zeros, a spreadsheet has taken them away"},
		{"with zeros", numbers(9_950, 10_900, "%06d"), ""},
		{"of one length", numbers(10_000, 10_900, "%d"), ""},
		{"with letters", append([]string{"A1"}, lost...), ""},
		{"one that has its zero", append([]string{"00123"}, lost...), ""},
		{"of all lengths", numbers(1, 1500, "%d"), ""},
		{"one that is longer", append([]string{"1234567"}, lost...), ""},
		{"too few", lost[40:55], ""},
		{"too long to count", append([]string{strings.Repeat("1", 30)}, lost...), ""},
		{"none", nil, ""},
		{"empty", []string{""}, ""},
	} {
		var s idShape
		for _, id := range test.ids {
			s.add(id)
		}
		if got := s.warning(); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
