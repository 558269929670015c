package main

import (
	"strings"
	"testing"

	"nayose"
	"nayose/loader"
)

func TestStateOf(t *testing.T) {
	for want, r := range map[string]loader.Result{
		"loaded":                     {State: loader.Loaded},
		"already":                    {State: loader.Already},
		"superseded by 2026-W48":     {State: loader.Superseded, By: "2026-W48"},
		"stale, as 2026-W46":         {State: loader.Stale, By: "2026-W46"},
		"already stale, as 2026-W46": {State: loader.Already, By: "2026-W46"},
	} {
		if got := stateOf(r); got != want {
			t.Errorf("stateOf(%+v) = %q, want %q", r, got, want)
		}
	}
}

// Scripts read the tables of snapshot feeds: a delta feed's column comes last, and only with it.
func TestDeletionsColumn(t *testing.T) {
	for _, test := range []struct {
		deletions []int64
		want      bool
	}{{[]int64{0, 0}, false}, {[]int64{0, 7}, true}} {
		var out strings.Builder
		var list []summary
		for _, n := range test.deletions {
			var s summary
			s.addLoaded(loader.DeliveryRow{Delivery: loader.Delivery{Partner: "hello", Extract: nayose.ExtractCounts{Deletions: n}}})
			list = append(list, s)
		}
		if err := (&job{out: &out}).writeSummaries(list, "", false); err != nil {
			t.Fatal(err)
		}
		header, rows, _ := strings.Cut(out.String(), "\n")
		if got := strings.HasSuffix(header, "expired  deletions") && strings.HasSuffix(rows, "        7\n"); got != test.want {
			t.Errorf("with %v deletions, the table is\n%s", test.deletions, out.String())
		}
	}
}

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

// A table that is wider than the terminal goes on below, with the columns that say whose a row is.
func TestFold(t *testing.T) {
	rows := [][]string{{"partner", "week", "records", "rejected"}, {"0123", "2026-W46", "5", "17"}, {"派遣ネット", "2026-W46", "12", "0"}}
	for width, want := range map[int]string{
		0:  "partner     week      records  rejected\n0123        2026-W46        5        17\n派遣ネット  2026-W46       12         0\n",
		39: "partner     week      records  rejected\n0123        2026-W46        5        17\n派遣ネット  2026-W46       12         0\n",
		38: "partner     week      records\n0123        2026-W46        5\n派遣ネット  2026-W46       12\n\n" +
			"partner     week      rejected\n0123        2026-W46        17\n派遣ネット  2026-W46         0\n",
		1: "partner     week      records\n0123        2026-W46        5\n派遣ネット  2026-W46       12\n\n" +
			"partner     week      rejected\n0123        2026-W46        17\n派遣ネット  2026-W46         0\n",
	} {
		if got := fold(rows, 2, width); got != want {
			t.Errorf("folded to %d columns, the table is\n%s\nwant\n%s", width, got, want)
		}
	}
}
