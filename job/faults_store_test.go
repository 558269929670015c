package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nayose/job/internal/faults"
)

// situation is what the broken run is to the others.
type situation string

const (
	onFirst situation = "first"  // the week's first run breaks
	onRetry situation = "retry"  // and the second breaks, too, elsewhere
	beside  situation = "beside" // another run of the same week goes on at the same time
)

// breakage is one case of the sweep.
type breakage struct {
	moment    *moment
	of        string // store or postgres
	operation string
	n         int64
	kind      faults.Kind
	lasting   bool
	situation situation
	total     int64 // operations of an undisturbed run
}

func (b breakage) String() string {
	lasting := ""
	if b.lasting {
		lasting = "-lasting"
	}
	return strings.ReplaceAll(fmt.Sprintf("%s-%s-%d-%s%s-%s", b.moment.week, b.of, b.n, b.kind, lasting, b.situation), " ", "-")
}

// in are the situations in which an operation breaks in this way: all three where it matters which run it is.
func (b breakage) in(kind faults.Kind) (cases []breakage) {
	for _, s := range []situation{onFirst, onRetry, beside} {
		b.kind, b.situation = kind, s
		if s == onFirst || slices.Contains([]faults.Kind{faults.Refused, faults.Lost, faults.Before}, kind) {
			cases = append(cases, b)
		}
	}
	return cases
}

func (b breakage) broken() *faults.Switch {
	return &faults.Switch{Nth: b.n, Kind: b.kind, Lasting: b.lasting}
}

// TestFaultsOfStore breaks every operation over the object stores in every way.
func TestFaultsOfStore(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	var cases []breakage
	for _, m := range []*moment{&w.first, &w.second} {
		count := new(faults.Switch)
		x := w.begin(t, *m)
		if code, log := x.attempt(t.Context(), count, nil); code != 0 {
			t.Fatalf("undisturbed: %d\n%s", code, log)
		}
		x.compare(t, "undisturbed")
		for i, operation := range count.Operations() {
			b := breakage{moment: m, of: "store", operation: operation, n: int64(i + 1), total: count.Count()}
			for _, kind := range storeKinds(operation) {
				cases = append(cases, b.in(kind)...)
			}
			b.kind, b.lasting, b.situation = faults.Refused, true, onFirst
			cases = append(cases, b)
		}
	}
	sample(t, cases, 12, w.breakStore())
}

// storeKinds are the ways in which an operation can break that differ.
func storeKinds(operation string) []faults.Kind {
	switch verb, _, _ := strings.Cut(operation, " "); {
	case verb == "create":
		return []faults.Kind{faults.Refused, faults.Lost, faults.Stalled, faults.Before, faults.Denied, faults.Echo}
	case verb == "open":
		return []faults.Kind{faults.Refused, faults.Stalled, faults.Before, faults.Denied, faults.Changed, faults.Gone}
	case verb == "stat":
		return []faults.Kind{faults.Refused, faults.Stalled, faults.Before, faults.Denied}
	case strings.HasSuffix(operation, ".json"): // which has no checksum: that its bytes are right is the store's promise
		return []faults.Kind{faults.Cut, faults.Stalled, faults.Before, faults.Changed}
	}
	return []faults.Kind{faults.Cut, faults.Stalled, faults.Before, faults.Changed, faults.Short, faults.Flipped}
}

// storeCodes are the exit codes that tell the truth about a fault of the store.
func storeCodes(b breakage) []int {
	if strings.Contains(b.operation, " holds/") { // a log for people: the run warns, and goes on
		return []int{0, 67, 83, 80} // the last where what comes after it breaks, too
	}
	input := strings.Contains(b.operation, " feeds/")
	switch b.kind {
	case faults.Echo:
		return []int{0}
	case faults.Stalled:
		return []int{67}
	case faults.Before:
		return []int{83, 0} // 0 where nothing was left to do
	case faults.Denied:
		return []int{64}
	case faults.Short, faults.Flipped:
		return []int{63, 0} // 0 where the read had no bytes
	case faults.Changed, faults.Gone:
		if input || strings.HasSuffix(b.operation, ".json") {
			return []int{84, 0}
		}
		return []int{63}
	}
	return []int{80}
}

func (w *world) breakStore() func(*testing.T, breakage) {
	return func(t *testing.T, b breakage) {
		x := w.begin(t, *b.moment)
		// A damaged read of the input may have given a plan a wrong sum, which another plan then puts right.
		x.anyPlan = (b.kind == faults.Short || b.kind == faults.Flipped) && strings.Contains(b.operation, " feeds/")
		x.disturb(t, b, storeCodes, func(ctx context.Context, s *faults.Switch) (int, string) { return x.attempt(ctx, s, nil) })
	}
}

// disturb goes through a case: what the broken run says must be true, and a run after it must leave what a fault-free history does.
func (x *rehearsal) disturb(
	t *testing.T, b breakage, codes func(breakage) []int, attempt func(context.Context, *faults.Switch) (int, string),
) {
	t.Helper()
	var other sync.WaitGroup
	if b.situation == beside {
		other.Go(func() {
			if code, log := x.run(t.Context(), x.stores, x.url, x.week); code != 0 {
				t.Errorf("the run beside it ends with %d\n%s", code, log)
			}
		})
	}
	s := b.broken()
	log := x.judge(t, b, s, codes, attempt)
	other.Wait()
	if b.situation == onRetry {
		again := b
		again.n = 1 + rand.Int64N(b.total)
		if b.kind == faults.Stalled || b.kind == faults.Before {
			again.kind = faults.Refused
		}
		_, more := attemptFor(t, again.broken(), attempt)
		log += fmt.Sprintf("\nthe retry (%s):\n%s", again, more)
	}
	x.settle(t, log)
}

// judge makes one broken run. Where it says that all is done, all must be.
func (x *rehearsal) judge(
	t *testing.T, b breakage, s *faults.Switch, codes func(breakage) []int, attempt func(context.Context, *faults.Switch) (int, string),
) string {
	t.Helper()
	code, log := attemptFor(t, s, attempt)
	log = fmt.Sprintf("broken at %s: exit %d\n%s", b.operation, code, log)
	want := codes(b)
	if !s.Struck() || b.situation == beside {
		want = append(slices.Clone(want), 0) // what the other has done already needs no doing
	}
	if !slices.Contains(want, code) {
		t.Errorf("exit code %d, want %v\n%s", code, want, log)
	}
	if code == 0 {
		x.compare(t, log)
	}
	return log
}

// attemptFor runs with a deadline where something stalls, and with a signal where the switch is to send one.
func attemptFor(t *testing.T, s *faults.Switch, attempt func(context.Context, *faults.Switch) (int, string)) (int, string) {
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	if s.Kind != faults.Stalled {
		s.Strike = func() { cancel(errSignal) }
		return attempt(ctx, s)
	}
	ending, end := withDeadline(ctx, 3*time.Second)
	defer end()
	return attempt(ending, s)
}
