package main

import (
	"testing"

	"nayose"
)

func TestDaysInWords(t *testing.T) {
	monday := nayose.NewDate(2026, 10, 5)
	for n, want := range map[int]string{
		0: "", 2: "2026-10-05, 2026-10-06",
		12: "2026-10-05, 2026-10-06, 2026-10-07, 2026-10-08, 2026-10-09, 2026-10-10, 2026-10-11, 2026-10-12, 2026-10-13, … (12 in all), 2026-10-16",
	} {
		var days []nayose.Date
		for i := range n {
			days = append(days, monday+nayose.Date(i))
		}
		if got := inWords(days); got != want {
			t.Errorf("%d days are %q, want %q", n, got, want)
		}
	}
}
