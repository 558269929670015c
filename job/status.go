package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/loader"
)

func statusCommand() *cli.Command {
	return &cli.Command{
		Name: "status", Usage: "how far the deliveries of a week are, or what the ledger says of all weeks",
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
	loads, fault := j.lastLoads(ctx, week)
	list := make([]summary, len(ds))
	note, since := "", 0
	logFault := j.settled.Read(ctx, j.store, -1)
	for i, d := range ds {
		if err := j.locate(ctx, d); err != nil {
			d.err = ended(ctx, fmt.Errorf("%s %s: status: %w", d.partner, week, err))
		}
		if list[i] = d.summary(); d.err != nil {
			continue
		}
		load, known := loads[d.partner]
		if known = known && d.allMatched(); known {
			digest, err := loadDigest(d)
			if err != nil {
				return err
			}
			known = digest == load.Digest
		}
		if d.plan.Number > 0 {
			since += j.settled.About(d.partner, d.plan.Decisions)
		}
		switch {
		case known:
			list[i].addLoaded(load)
		case fault != nil:
			list[i].State += ", load unknown"
		default:
			note = fmt.Sprintf("next: nayose run --week %s", week)
		}
	}
	if since > 0 {
		note = fmt.Sprintf("next: nayose run --week %s: %d decisions came since it was planned", week, since)
	}
	return errors.Join(fault, logFault, failures(ds), j.writeSummaries(list, note, asJSON))
}

// locate finds the delivery's last plan and the manifests of the stages that are done.
func (j *job) locate(ctx context.Context, d *delivery) error {
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
	return j.findMatches(ctx, d)
}

// lastLoads are the ledger's last rows of a week, by partner.
func (j *job) lastLoads(ctx context.Context, week nayose.Week) (map[string]loader.DeliveryRow, error) {
	rows, err := j.ledgerRows(ctx, &week)
	last := map[string]loader.DeliveryRow{}
	for _, r := range rows {
		if r.Plan >= last[r.Partner].Plan {
			last[r.Partner] = r
		}
	}
	return last, err
}

func (j *job) ledgerRows(ctx context.Context, week *nayose.Week) ([]loader.DeliveryRow, error) {
	db, err := j.database(ctx)
	if err != nil {
		return nil, err
	}
	if err := db.CheckSchema(ctx); err != nil {
		return nil, err
	}
	return db.Deliveries(ctx, week)
}

// ledger shows every delivery that Postgres knows of, and the generations that rebuilds made.
func (j *job) ledger(ctx context.Context, asJSON bool) error {
	deliveries, err := j.ledgerRows(ctx, nil)
	if err != nil {
		return err
	}
	generations, err := j.db.Generations(ctx)
	if err != nil {
		return err
	}
	list := make([]summary, len(deliveries))
	for i, r := range deliveries {
		list[i].addLoaded(r)
	}
	return j.writeSummaries(list, generationsText(generations), asJSON)
}

// generationsText has a row for each generation, once there was a rebuild. Neither the first, which only loads write to, nor one that is
// not complete has been counted.
func generationsText(all []loader.Generation) string {
	if len(all) < 2 {
		return ""
	}
	rows := [][]string{{"generation", "state", "mentions", "drift"}}
	for i := range all {
		g := &all[i]
		mentions, drift := "-", "-"
		if g.Mentions > 0 {
			mentions = fmt.Sprint(g.Mentions)
		}
		if g.Drift.Compared > 0 {
			drift = ratio(g.Drift.Share()).String()
		}
		rows = append(rows, []string{fmt.Sprint(g.Number), string(g.State), mentions, drift})
	}
	return strings.TrimSuffix(table(rows), "\n")
}
