package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/terminal"
	"nayose/loader"
)

func statusCommand() *cli.Command {
	return &cli.Command{
		Name: "status", Usage: "show how far the deliveries of a week are, or what the ledger says of all weeks",
		Flags: append(append(deliveryFlags(), jsonFlag(), htmlFlag()), unmatchedFlags()...),
		Action: withJob(func(ctx context.Context, j *job, c *cli.Command) error {
			file, err := reportFile(c)
			if err != nil {
				return err
			}
			if c.Bool("unmatched") {
				return j.unmatched(ctx, c)
			}
			if c.IsSet("min") {
				return usage(errors.New("--min is about status --unmatched"), "add --unmatched")
			}
			if c.String("week") == "" {
				return j.ledger(ctx, c.Bool("json"))
			}
			week, err := weekOf(c)
			if err != nil {
				return err
			}
			ds, err := j.deliveries(week, c.String("partner"))
			if err != nil {
				return err
			}
			if file != "" {
				return j.writeReport(ctx, week, ds, c.String("partner"), file)
			}
			return j.weekStatus(ctx, week, ds, c.Bool("json"))
		}),
	}
}

// weekStatus follows each delivery's plan through the stages, as far as they are done. Without Postgres it shows the stages
// before load, and then says what is wrong with Postgres. A delivery that cannot be followed hides only itself.
func (j *job) weekStatus(ctx context.Context, week nayose.Week, ds []*delivery, asJSON bool) error {
	rows, fault := j.ledgerRows(ctx, &week)
	list, logFault := j.statuses(ctx, week, ds, rows, fault == nil)
	err := errors.Join(fault, logFault)
	if asJSON {
		return errors.Join(err, failures(ds), writeJSON(j.out, list))
	}
	lines := [][]string{statusHeader}
	for i := range list {
		lines = append(lines, list[i].row())
	}
	_, writeErr := io.WriteString(j.out, terminal.Fold(lines, keyColumns, terminal.Width(j.out))+statusNotes(list))
	return errors.Join(err, failures(ds), writeErr)
}

// statuses are how far the deliveries of a week are, by the ledger's rows where these are known. The error is about the log of decisions;
// what is wrong with a delivery stands in its own.
func (j *job) statuses(ctx context.Context, week nayose.Week, ds []*delivery, ledger []loader.DeliveryRow, ledgerKnown bool) ([]status, error) {
	loads := lastLoads(ledger, week)
	logFault := j.settled.Read(ctx, j.store, -1)
	list := make([]status, len(ds))
	for i, d := range ds {
		if err := j.locate(ctx, d); err != nil {
			d.err = ended(ctx, fmt.Errorf("%s %s: status: %w", d.partner, week, err))
		}
		load, known := loads[d.partner]
		if known && d.err == nil {
			known, d.err = sameLoad(d, load)
		}
		list[i] = statusOf(d)
		switch {
		case d.err != nil:
		case known:
			list[i].addLoad(load)
		case !ledgerKnown:
			list[i].loadUnknown()
		}
		list[i].addHold(d.held, known)
		list[i].Next = j.nextOf(ctx, d, &list[i])
	}
	return list, logFault
}

// sameLoad is whether a load in the ledger is that of the delivery's matches.
func sameLoad(d *delivery, load loader.DeliveryRow) (bool, error) {
	if !d.allMatched() {
		return false, nil
	}
	digest, err := loadDigest(d)
	return digest == load.Digest, err
}

// locate finds the delivery's last plan, the manifests of the stages that are done, and what holds it.
func (j *job) locate(ctx context.Context, d *delivery) error {
	hold, err := j.lastHold(ctx, d.plan.Week, d.partner)
	if err != nil {
		return err
	}
	d.held = &hold
	plan, err := artifact.LastPlan(ctx, j.store, d.plan.Week, d.partner)
	if isMissing(err) {
		return nil
	}
	if err != nil {
		return err
	}
	d.plan = plan
	if d.extract, err = artifact.Committed(ctx, j.store, extractPlace(plan)); isMissing(err) {
		return nil
	}
	if err != nil {
		return err
	}
	place, err := surveyPlace(d)
	if err != nil {
		return err
	}
	if d.survey, err = artifact.Committed(ctx, j.store, place); err != nil && !isMissing(err) {
		return err
	}
	return j.findMatches(ctx, d)
}

// lastLoads are the last of the ledger's rows of a week, by partner.
func lastLoads(rows []loader.DeliveryRow, week nayose.Week) map[string]loader.DeliveryRow {
	last := map[string]loader.DeliveryRow{}
	for _, r := range rows {
		if r.Week == week && r.Plan >= last[r.Partner].Plan {
			last[r.Partner] = r
		}
	}
	return last
}

func (j *job) ledgerRows(ctx context.Context, week *nayose.Week) ([]loader.DeliveryRow, error) {
	db, err := j.migrated(ctx)
	if err != nil {
		return nil, err
	}
	return db.Deliveries(ctx, week)
}
