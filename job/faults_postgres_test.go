package main

import (
	"context"
	"testing"

	"nayose/job/internal/faults"
)

// TestFaultsOfPostgres breaks every round trip to Postgres in every way.
func TestFaultsOfPostgres(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	var cases []breakage
	for _, m := range []*moment{&w.first, &w.second} {
		count := new(faults.Switch)
		x := w.begin(t, *m)
		if code, log := x.attempt(t.Context(), nil, count); code != 0 {
			t.Fatalf("undisturbed: %d\n%s", code, log)
		}
		x.compare(t, "undisturbed")
		for i, operation := range count.Operations() {
			b := breakage{moment: m, of: "postgres", operation: operation, n: int64(i + 1), total: count.Count()}
			for _, kind := range []faults.Kind{faults.Refused, faults.Lost, faults.Cut, faults.Stalled, faults.Before} {
				cases = append(cases, b.in(kind)...)
			}
			b.kind, b.lasting, b.situation = faults.Refused, true, onFirst
			cases = append(cases, b)
		}
	}
	sample(t, cases, 8, func(t *testing.T, b breakage) {
		x := w.begin(t, *b.moment)
		x.disturb(t, b, postgresCodes, func(ctx context.Context, s *faults.Switch) (int, string) { return x.attempt(ctx, nil, s) })
	})
}

// postgresCodes are the exit codes that tell the truth about a fault of the connection: a load starts over by itself, what connects or
// asks a question does not. What follows the commit is of no account.
func postgresCodes(b breakage) []int {
	switch b.kind {
	case faults.Stalled:
		return []int{67, 0}
	case faults.Before:
		return []int{83, 0}
	}
	return []int{81, 0}
}
