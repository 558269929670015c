package main

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"

	"nayose"
)

// sayEnd writes the last log line of a run: what came of the week's deliveries, so that one line tells whether all is well. After it come
// only the two lines a fault. The error is the run's.
func (j *job) sayEnd(ctx context.Context, started time.Time, command string, week nayose.Week, ds []*delivery, err error) {
	states := map[string]int{}
	var records, rejected int64
	var postings nayose.MatchCounts
	var held, warned []any
	for _, d := range ds {
		states[d.state()]++
		if c := d.extract.Extract; c != nil {
			records, rejected = records+c.Records, rejected+c.Rejected
		}
		postings.Matched += d.loaded.Matched
		postings.Review += d.loaded.Review
		postings.Unmatched += d.loaded.Unmatched
		if fault := heldBy(d.err); fault != nil {
			held = append(held, slog.String(d.partner, nayose.OneLine(fault.Error())))
		}
		if why := d.loaded.Warned; why != "" {
			warned = append(warned, slog.String(d.partner, why))
		}
	}
	var deliveries []any
	for _, state := range slices.Sorted(maps.Keys(states)) {
		deliveries = append(deliveries, slog.Int(state, states[state]))
	}
	j.log.With(attempt()...).Info("run", "command", command, "week", week.String(), slog.Group("deliveries", deliveries...), "records", records, "rejected", rejected,
		"postings_matched", postings.Matched, "postings_review", postings.Review, "postings_unmatched", postings.Unmatched,
		slog.Group("held", held...), slog.Group("warned", warned...),
		"seconds", time.Since(started).Seconds(), "peak_memory", peakMemory(), "exit", codeOf(ended(ctx, err)))
}

// The states of a delivery, in a word each. A load adds its own: loaded, already, superseded, stale.
const (
	stateNone      = "not started"
	statePlanned   = "planned"
	stateExtracted = "extracted"
	stateMatched   = "matched"
	stateHeld      = "held"
	stateFailed    = "failed"
)

// state is how far the delivery has come.
func (d *delivery) state() string {
	switch {
	case heldBy(d.err) != nil:
		return stateHeld
	case d.err != nil:
		return stateFailed
	case d.loaded.State != "":
		return string(d.loaded.State)
	case d.allMatched(), d.shard != nil && d.matches != nil && len(d.missing()) < d.plan.Shards:
		return stateMatched
	case d.extract.Extract != nil:
		return stateExtracted
	case d.plan.Number > 0:
		return statePlanned
	}
	return stateNone
}
