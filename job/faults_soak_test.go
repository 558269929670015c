package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"nayose/job/internal/faults"
)

// soakSeed is one history of random faults.
type soakSeed uint64

func (s soakSeed) String() string { return fmt.Sprint("SEED=", uint64(s)) }

// TestFaultSoak lives through the two weeks with faults at random points of store and Postgres, in runs one after the other and at once.
// SEEDS says how many histories; SEED replays the one that failed.
func TestFaultSoak(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	first := setting("SEED", int(time.Now().UnixNano()%1e9))
	number := setting("SEEDS", 2)
	if setting("SEED", 0) != 0 {
		number = setting("SEEDS", 1)
	}
	t.Logf("seeds %d to %d", first, first+number-1)
	var seeds []soakSeed
	for i := range number {
		seeds = append(seeds, soakSeed(first+i))
	}
	inParallel(t, seeds, func(t *testing.T, s soakSeed) {
		random := rand.New(rand.NewPCG(uint64(s), 1))
		x := w.begin(t, w.first)
		for _, m := range []moment{w.first, w.second} {
			x.moment = m
			x.settle(t, x.suffer(t, random))
			if m.week == firstWeek {
				x.decide(t, x.stores.store)
			}
		}
	})
}

// suffer makes up to four broken runs of the week, of which two at times go on at once.
func (x *rehearsal) suffer(t *testing.T, random *rand.Rand) string {
	var log strings.Builder
	for range 1 + random.IntN(4) {
		runs := []func(*testing.T) string{x.randomRun(random)}
		if random.IntN(3) == 0 {
			runs = append(runs, x.randomRun(random))
		}
		var group sync.WaitGroup
		var mu sync.Mutex
		for _, run := range runs {
			group.Go(func() {
				text := run(t)
				mu.Lock()
				defer mu.Unlock()
				log.WriteString(text)
			})
		}
		group.Wait()
	}
	return log.String()
}

// randomRun is a run of the week that two faults may break, or one of the real binary that a signal may end. It returns what it says.
func (x *rehearsal) randomRun(random *rand.Rand) func(*testing.T) string {
	if random.IntN(4) > 0 {
		broken := randomFaults(random)
		return func(t *testing.T) string {
			code, log := x.endure(t, broken[0], broken[1])
			return fmt.Sprintf("store %s, postgres %s: exit %d\n%s\n", broken[0], broken[1], code, log)
		}
	}
	e := ending{of: "postgres", signal: syscall.SIGKILL, kind: []faults.Kind{faults.Before, faults.After}[random.IntN(2)]}
	if random.IntN(2) == 0 {
		e.signal = syscall.SIGTERM
	}
	s := &faults.Switch{Nth: 1 + random.Int64N(120), Kind: e.kind}
	return func(t *testing.T) string {
		code, log := x.process(t, e, s)
		log = fmt.Sprintf("%s %s: exit %d\n%s\n", e.signal, s, code, log)
		x.admit(t, code, log)
		return log
	}
}

// randomFaults are those of a run; either may strike behind its last operation, which is never.
func randomFaults(random *rand.Rand) [2]*faults.Switch {
	pick := func(kinds ...faults.Kind) *faults.Switch {
		return &faults.Switch{Nth: 1 + random.Int64N(200), Kind: kinds[random.IntN(len(kinds))], Lasting: random.IntN(8) == 0}
	}
	return [2]*faults.Switch{
		pick(faults.Refused, faults.Lost, faults.Cut, faults.Stalled, faults.Before, faults.Denied, faults.Echo, faults.Gone, faults.Changed),
		pick(faults.Refused, faults.Lost, faults.Cut, faults.Stalled, faults.Before, faults.After),
	}
}

// endure makes one run with two faults. It must end with a code that a fault may have, and tell the truth where it says that all is done.
func (x *rehearsal) endure(t *testing.T, storage, postgres *faults.Switch) (int, string) {
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	for _, s := range []*faults.Switch{storage, postgres} {
		if s.Kind != faults.Stalled {
			s.Strike = func() { cancel(errSignal) }
		}
	}
	if storage.Kind == faults.Stalled || postgres.Kind == faults.Stalled {
		ending, end := withDeadline(ctx, 3*time.Second)
		defer end()
		ctx = ending
	}
	code, log := x.attempt(ctx, storage, postgres)
	x.admit(t, code, fmt.Sprintf("store %s, postgres %s\n%s", storage, postgres, log))
	return code, log
}

// admit wants a code that a run with a fault may end with; where that says that all is done, all must be.
func (x *rehearsal) admit(t *testing.T, code int, log string) {
	t.Helper()
	if !slices.Contains([]int{0, 63, 64, 67, 80, 81, 82, 83, 84, 137}, code) {
		t.Errorf("exit code %d\n%s", code, log)
	}
	if code == 0 {
		x.compare(t, log)
	}
}
