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
		if got := strings.HasSuffix(header, "mentions  deletions") && strings.HasSuffix(rows, "        7\n"); got != test.want {
			t.Errorf("with %v deletions, the table is\n%s", test.deletions, out.String())
		}
	}
}
