package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/loader"
)

func eraseCommand() *cli.Command {
	return &cli.Command{
		Name: "erase", Usage: "erase what is older than the config's retention, or what somebody asked to be erased",
		Description: `What the config names under retention is erased as of the Monday of a week; without --week of this one, in Japan.
nayose run does the same when it has loaded.

With --posting or --lineage, these postings and rejects of a partner are erased instead, wherever they stand, and the
postings do not come back with the partner's next file:

   nayose erase --partner acme --posting 1830112 --by 佐藤 --why 本人の申し出`,
		DisableSliceFlagSeparator: true, // a posting id may have a comma
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "week", Sources: cli.EnvVars("NAYOSE_WEEK"), Usage: "erase as of this `WEEK`", DefaultText: "this week, in Japan"},
			&cli.StringFlag{Name: "partner", Sources: cli.EnvVars("NAYOSE_PARTNER"), Usage: "take only this `PARTNER`", DefaultText: "all that were ever loaded"},
			&cli.StringSliceFlag{Name: "posting", Usage: "on request: `ID` of a posting; may be given again"},
			&cli.StringSliceFlag{Name: "lineage", Usage: "on request: lineage `ID` of a reject; may be given again"},
			&cli.StringFlag{Name: "by", Usage: "on request: `NAME` of who erases"},
			&cli.StringFlag{Name: "why", Usage: "on request: the reason, a `TEXT` of one line"},
		},
		Action: withJob(func(ctx context.Context, j *job, c *cli.Command) error {
			if c.IsSet("posting") || c.IsSet("lineage") || c.IsSet("by") || c.IsSet("why") {
				return j.eraseAsked(ctx, c)
			}
			if j.cfg.Retention == (retention{}) {
				return usage(errors.New("the config names no retention: everything is kept"), "set retention.postings, .rejects or .artefacts, such as 400d")
			}
			loads, err := j.ledgerRows(ctx, nil)
			if err != nil {
				return err
			}
			week, err := asOf(c, loads)
			if err != nil {
				return err
			}
			partners, err := j.loadedPartners(loads, c.String("partner"))
			if err != nil {
				return err
			}
			return j.retain(ctx, week, partners)
		}),
	}
}

// inDatabase is whether it concerns rows of Postgres.
func (r retention) inDatabase() bool { return r.Postings > 0 || r.Rejects > 0 }

// asOf is the week as of which is erased. One that is neither here yet nor loaded is refused: by a slip of the pen everything would go.
func asOf(c *cli.Command, loads []loader.DeliveryRow) (nayose.Week, error) {
	now := nayose.WeekOf(nayose.Today().Time())
	if c.String("week") == "" {
		return now, nil
	}
	week, err := weekOf(c)
	if err != nil {
		return week, err
	}
	newest := now.Monday()
	for _, r := range loads {
		newest = max(newest, r.Week.Monday())
	}
	if week.Monday() > newest {
		return week, usage(fmt.Errorf("%s is yet to come", week), "give a week that has begun, or leave --week out")
	}
	return week, nil
}

// loadedPartners are those that the ledger knows, be they in the config or not any more: all, or the one that is named.
func (j *job) loadedPartners(loads []loader.DeliveryRow, partner string) (ids []string, err error) {
	for _, r := range loads {
		if partner == "" || r.Partner == partner {
			ids = append(ids, r.Partner)
		}
	}
	if partner != "" && ids == nil {
		if _, err := j.cfg.chosen(partner); err != nil {
			return nil, err
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// retainAfterRun is the last step of a run: what its own week's retention lets go, of the partners that were loaded: a week of which nothing
// is there may be a slip of the pen. What it cannot do undoes no load.
func (j *job) retainAfterRun(ctx context.Context, ds []*delivery) error {
	var partners []string
	for _, d := range ds {
		if d.err == nil {
			partners = append(partners, d.partner)
		}
	}
	if partners == nil || ctx.Err() != nil {
		return nil
	}
	return j.retain(ctx, ds[0].plan.Week, partners)
}

// retain erases what is too old as of a week. A partner that cannot be served holds up none of the others.
func (j *job) retain(ctx context.Context, week nayose.Week, partners []string) error {
	var errs deliveryErrors
	if j.cfg.Retention.inDatabase() {
		db, err := j.migrated(ctx)
		if err != nil {
			return fmt.Errorf("erase: %w", err)
		}
		for _, partner := range partners {
			err := j.log.Spin("erase", partner, func() error { return j.retainRows(ctx, db, week, partner) })
			if err != nil {
				errs = append(errs, ended(ctx, err))
			}
			if ctx.Err() != nil {
				return errs
			}
		}
	}
	if j.cfg.Retention.Artefacts > 0 {
		if err := j.retainArtefacts(ctx, week); err != nil {
			errs = append(errs, ended(ctx, err))
		}
	}
	if errs == nil {
		return nil
	}
	return errs
}

// retainArtefacts erases the places of the stages that are too old, whatever partner's.
func (j *job) retainArtefacts(ctx context.Context, week nayose.Week) error {
	defer j.log.Spinner("erase", "artefacts").Done()
	places, objects, err := artifact.EraseOld(ctx, j.store, j.cfg.Retention.Artefacts.before(week).Time())
	if places > 0 {
		j.log.Info("erased", "week", week.String(), "places", places, "objects", objects)
	}
	return err
}

// retainRows erases a partner's postings and rejects.
func (j *job) retainRows(ctx context.Context, db *loader.DB, week nayose.Week, partner string) error {
	var all loader.Erased
	var errPostings, errRejects error
	r := j.cfg.Retention
	if r.Postings > 0 {
		all, errPostings = db.EraseExpired(ctx, partner, r.Postings.before(week))
	}
	if r.Rejects > 0 {
		var rejects loader.Erased
		rejects, errRejects = db.EraseRejects(ctx, partner, r.Rejects.before(week))
		all.Add(rejects)
	}
	if all != (loader.Erased{}) {
		j.log.Info("erased", append([]any{"week", week.String(), "partner", partner}, erasedCounts(all)...)...)
	}
	return errors.Join(errPostings, errRejects)
}

func erasedCounts(e loader.Erased) []any {
	return []any{"postings", e.Postings, "rejects", e.Rejects, "mentions", e.Mentions, "matches", e.Matches, "workplaces", e.Workplaces}
}
