package main

import (
	"context"
	"errors"
	"time"

	"nayose"
	"nayose/job/internal/artifact"
)

// noteHold keeps the log of holds of a delivery that a step has tried to take on: an entry where a guard of the step holds it, and one
// where the step lets it through again. The log is for people, and holds nothing itself: what goes wrong with it is a warning beside what the
// step came to. A crash before the entry leaves none, and the next run, which is held again, writes it.
func (j *job) noteHold(ctx context.Context, d *delivery, s step) {
	if !s.guarded {
		return
	}
	var err error
	switch fault := heldBy(d.err); {
	case d.err == nil:
		err = j.release(ctx, d, s)
	case fault != nil:
		h := entryOf(d, s)
		h.Reason, h.Hint = nayose.OneLine(fault.Error()), faultOf(fault).hint
		if h.Plan == 0 { // it is held before one is frozen; an earlier run may have frozen one
			var last artifact.Plan
			last, err = artifact.LastPlan(ctx, j.store, d.plan.Week, d.partner)
			h.Plan = last.Number
		}
		if err == nil || isMissing(err) {
			err = artifact.AppendHold(ctx, j.store, h)
		}
	}
	if err != nil {
		d.log.Warn("the log of holds does not say so", "stage", s.name, "error", nayose.OneLine(err.Error()))
	}
}

// heldBy is the fault of the guard that holds a delivery, or nil.
func heldBy(err error) *nayose.Error {
	var fault *nayose.Error
	if kind, _ := classify(err); err == nil || kind != nayose.Held || !errors.As(err, &fault) {
		return nil
	}
	return fault
}

// lastHold is the last entry of the log of holds of a delivery; empty where there is none.
func (j *job) lastHold(ctx context.Context, week nayose.Week, partner string) (artifact.Hold, error) {
	h, err := artifact.LastHold(ctx, j.store, week, partner)
	if isMissing(err) {
		err = nil
	}
	return h, err
}

// entryOf is an entry of the log that says that a step let the delivery through.
func entryOf(d *delivery, s step) artifact.Hold {
	return artifact.Hold{Week: d.plan.Week, Partner: d.partner, Plan: d.plan.Number, Stage: s.name, At: time.Now().UTC().Truncate(time.Second)}
}

// release notes that the step lets a delivery through that it held. The log is looked at once a run.
func (j *job) release(ctx context.Context, d *delivery, s step) (err error) {
	if d.held == nil {
		var last artifact.Hold
		last, err = j.lastHold(ctx, d.plan.Week, d.partner)
		d.held = &last
	}
	if d.held.Reason == "" || d.held.Stage != s.name || err != nil {
		return err
	}
	return artifact.AppendHold(ctx, j.store, entryOf(d, s))
}
