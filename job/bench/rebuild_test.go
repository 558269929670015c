package main

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"testing"
	"time"
)

// TestRebuildReport rebuilds a small world: the command runs, every phase is found in its log, and readers meet no fault.
func TestRebuildReport(t *testing.T) {
	if os.Getenv("DATABASE_URL") == "" {
		t.Skip("DATABASE_URL is not set")
	}
	var out, messages bytes.Buffer
	if code := start([]string{"-only", "rebuild", "-companies", "500", "-rows", "900"}, &out, &messages); code != 0 {
		t.Fatalf("start = %d:\n%s", code, messages.String())
	}
	for _, name := range append(slices.Clone(phaseNames), "**all**") {
		cells := row(out.String(), name)
		if len(cells) != len(manyReaders) || slices.Contains(cells, "none") {
			t.Errorf("%s took %q, want figures for %v readers", name, cells, manyReaders)
		}
	}
	for _, begin := range []string{"1 | nothing", "1 | a rebuild", "2 | nothing", "2 | a rebuild"} {
		if cells := row(out.String(), begin); len(cells) != 8 || cells[0] == "0" || cells[1] != "0" || cells[2] != "0" {
			t.Errorf("readers %s: %q, want some reads, none failed, none mixed", begin, cells)
		}
	}
}

func TestJudge(t *testing.T) {
	const other = oneByID + 1
	for _, c := range []struct {
		about         string
		which, newest int
		generations   []int
		err           error
		failed, mixed int
	}{
		{"of one generation", other, 1, []int{1, 1}, nil, 0, 0},
		{"of the next", other, 1, []int{2, 2}, nil, 0, 0},
		{"nothing found", other, 2, nil, nil, 0, 0},
		{"of two", other, 1, []int{2, 1}, nil, 0, 1},
		{"of the one before", other, 2, []int{1}, nil, 0, 1},
		{"the posting is gone", oneByID, 1, nil, nil, 1, 0},
		{"refused", other, 1, nil, errors.New("no"), 1, 0},
	} {
		r := reader{newest: c.newest}
		r.judge(c.which, c.generations, c.err)
		if r.failed != c.failed || r.mixed != c.mixed {
			t.Errorf("%s: %d failed, %d mixed; want %d and %d", c.about, r.failed, r.mixed, c.failed, c.mixed)
		}
	}
}

func TestQuantile(t *testing.T) {
	var s sample
	for i := range 200 {
		s.reads = append(s.reads, read{took: time.Duration(i+1) * time.Millisecond})
	}
	for share, want := range map[float64]string{0.5: "101.00", 0.99: "199.00", 1: "200.00"} {
		if got := s.quantile(share); got != want {
			t.Errorf("the quantile %v is %s ms, want %s", share, got, want)
		}
	}
}
