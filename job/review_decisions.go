package main

import (
	"context"
	"errors"
	"fmt"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/loader"
)

// logAt is the log of decisions as it was at a pin, read as far as that.
func (j *job) logAt(ctx context.Context, pin *nayose.LogPin) (artifact.DecisionLog, error) {
	if pin != nil {
		if err := j.settled.Read(ctx, j.store, pin.Entries); err != nil {
			return artifact.DecisionLog{}, err
		}
	}
	return j.settled.At(pin)
}

// pinOf is a pin as plans have it: nil for an empty log.
func pinOf(p nayose.LogPin) *nayose.LogPin {
	if p.Entries == 0 {
		return nil
	}
	return &p
}

// copyDecisions brings the table of decisions up to the log, and before it the questions of audits that were answered. The table is read first, so that the log, which only grows, is never the
// older of the two: where it lacks what the table has, it was damaged, and the delivery is held up before anything is loaded.
func (j *job) copyDecisions(ctx context.Context, db *loader.DB) error {
	have, err := db.CopiedDecisions(ctx)
	if err != nil {
		return err
	}
	if err := j.settled.Read(ctx, j.store, -1); err != nil {
		return err
	}
	if err := j.holdsCopied(have); err != nil {
		return err
	}
	var rows []loader.LoggedDecision
	for _, e := range j.settled.Since(have.Entries) {
		for i, d := range e.Decisions {
			rows = append(rows, loader.LoggedDecision{Entry: e.Number, Line: i + 1, Digest: e.Digest, Decision: d})
		}
	}
	if err := j.copyAudits(ctx, db, rows); err != nil { // before: what a crash leaves out, the next load finds again
		return err
	}
	return db.CopyDecisions(ctx, rows)
}

// holdsCopied is an error where the log lacks what was copied of it to Postgres. Mostly it is then another store's, or an empty one's.
func (j *job) holdsCopied(have nayose.LogPin) error {
	_, err := j.settled.At(pinOf(have))
	var fault *nayose.Error
	if errors.As(err, &fault) {
		err = nayose.Fault(fault.Kind, fmt.Errorf("%s lacks decisions that the database has: %w", j.store, err), fmt.Sprintf(
			"is %s the store from which this database was loaded (a relative one is of the directory in which nayose starts)? If it is: %s", j.store, fault.Hint))
	}
	return err
}
