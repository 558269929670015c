package cell

import (
	"strings"
	"testing"
)

func TestID(t *testing.T) {
	for id, want := range map[string]string{
		"A-1": "A-1", "\uFEFFA-1": "A-1", "A\u00A0-\u200B1": "A-1", "求人\uFEFF1 ": "求人1", "\u00A0": "", "A 1": "A 1", "Ａ１": "Ａ１",
	} {
		if got := ID(id); got != want {
			t.Errorf("ID(%q) = %q, want %q", id, got, want)
		}
	}
}

func TestIsSpoilt(t *testing.T) {
	for _, id := range strings.Fields(`1.23E+12 1.23457E+12 1.23e+12 1E+05 １．２３Ｅ＋１２ ##### #N/A #REF! 10月4日 １０月４日 2026年10月4日 2026年10月
		2026/10/4 2026-10-04 1.0 1830001.0 12.00 4-Oct Oct-26`) {
		if !IsSpoilt(id) {
			t.Errorf("%s is not seen", id)
		}
	}
	if !IsSpoilt("2026/10/4 0:00") {
		t.Error("a date with a time is not seen")
	}
	for _, id := range strings.Fields(`1830001 A-1 2026-1004 2026/10 1.5 1.05 1E5 12E+5 kaig000004 2026-10-04-001 #12 10-4 10/4 4-Okt 月曜1 3f2a-11e8 1.0.1 01-2345`) {
		if IsSpoilt(id) {
			t.Errorf("%s is taken for spoilt", id)
		}
	}
}
