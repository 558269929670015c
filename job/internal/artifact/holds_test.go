package artifact

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nayose"
)

func holdOf(plan int, stage, reason string) Hold {
	return Hold{Week: week, Partner: "p", Plan: plan, Stage: stage, Reason: reason, At: time.Date(2026, 11, 20, 2, 0, plan, 0, time.UTC)}
}

// TestHolds: what says the same as the last entry is not written, and nobody is released who was never held.
func TestHolds(t *testing.T) {
	ctx, s := t.Context(), newMemory()
	if _, err := LastHold(ctx, s, week, "p"); !missing(err) {
		t.Errorf("LastHold of none: %v, want fs.ErrNotExist", err)
	}
	for i, test := range []struct {
		hold Hold
		want int // entries
	}{
		{holdOf(1, "extract", ""), 0},
		{holdOf(1, "extract", "empty"), 1},
		{holdOf(1, "extract", "empty"), 1},
		{holdOf(2, "extract", "empty"), 2},
		{holdOf(2, "load", "empty"), 3},
		{holdOf(2, "load", "too few"), 4},
		{holdOf(2, "load", ""), 5},
		{holdOf(3, "load", ""), 5},
		{holdOf(3, "plan", "a gap"), 6},
	} {
		if err := AppendHold(ctx, s, test.hold); err != nil {
			t.Fatal(err)
		}
		all, err := Holds(ctx, s, week, "p")
		if err != nil || len(all) != test.want {
			t.Fatalf("after entry %d: %d entries, %v, want %d", i, len(all), err, test.want)
		}
		if test.want == 0 {
			continue
		}
		if last, err := LastHold(ctx, s, week, "p"); err != nil || !cmp.Equal(last, all[test.want-1]) || last.Number != test.want {
			t.Errorf("LastHold = %+v, %v, want the last of %+v", last, err, all)
		}
	}
	if _, ok := s.objects["holds/2026-W47/p/6.json"]; !ok {
		t.Error("the sixth entry does not stand at holds/2026-W47/p/6.json")
	}
	s.objects["holds/2026-W47/q/1.json"] = s.objects["holds/2026-W47/p/1.json"]
	if _, err := LastHold(ctx, s, week, "q"); kind(err) != nayose.Integrity {
		t.Errorf("LastHold of one that was copied: %v, want kind Integrity", err)
	}
}

// TestHoldIsWrittenOnce: an answer that is lost, or another run that says the same at once, makes no second entry.
func TestHoldIsWrittenOnce(t *testing.T) {
	for name, c := range map[string]struct {
		fault fault
		want  error
	}{"told": {none, nil}, "refused": {refused, errInjected}, "taken for another's": {retried, nil}} {
		s := newMemory()
		s.fault = func(_ int, create bool) fault {
			if create {
				return c.fault
			}
			return none
		}
		if err := AppendHold(t.Context(), s, holdOf(1, "load", "empty")); !errors.Is(err, c.want) {
			t.Errorf("%s: AppendHold = %v, want %v", name, err, c.want)
		}
		if want := map[bool]int{true: 0, false: 1}[c.fault == refused]; len(s.objects) != want {
			t.Errorf("%s: %d entries, want %d", name, len(s.objects), want)
		}
	}
}
