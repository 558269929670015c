package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/loader"
)

func eraseCommand() *cli.Command {
	return &cli.Command{
		Name: "erase", Usage: "erase what is older than the config's retention",
		Description: `What the config names under retention is erased as of the Monday of a week; without --week of this one, in Japan. nayose run does
the same when it has loaded.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "week", Sources: cli.EnvVars("NAYOSE_WEEK"), Usage: "as of this `WEEK`", DefaultText: "this week, in Japan"},
			&cli.StringFlag{Name: "partner", Sources: cli.EnvVars("NAYOSE_PARTNER"), Usage: "only this `PARTNER` (default: all that were ever loaded)"},
		},
		Action: withJob(func(ctx context.Context, j *job, c *cli.Command) error {
			if j.cfg.Retention == (retention{}) {
				return usage(errors.New("the config names no retention: everything is kept"), "set retention.postings, .rejects or .artefacts, such as 400d")
			}
			week := nayose.WeekOf(nayose.Today().Time())
			if c.String("week") != "" {
				var err error
				if week, err = weekOf(c); err != nil {
					return err
				}
			}
			partners, err := j.loadedPartners(ctx, c.String("partner"))
			if err != nil {
				return err
			}
			return j.retain(ctx, week, partners)
		}),
	}
}

// inDatabase is whether it concerns rows of Postgres.
func (r retention) inDatabase() bool { return r.Postings > 0 || r.Rejects > 0 }

// loadedPartners are those that the ledger knows, be they in the config or not any more: all, or the one that is named.
func (j *job) loadedPartners(ctx context.Context, partner string) (ids []string, err error) {
	rows, err := j.ledgerRows(ctx, nil)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
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

// retainAfterRun is the last step of a run: what its own week's retention lets go, of its own partners. What it cannot do undoes no load.
func (j *job) retainAfterRun(ctx context.Context, c *cli.Command) error {
	if j.cfg.Retention == (retention{}) || ctx.Err() != nil {
		return nil
	}
	week, err := weekOf(c)
	if err != nil {
		return nil // the run has said it
	}
	partners, err := j.cfg.chosen(c.String("partner"))
	if err != nil {
		return nil // likewise
	}
	return j.retain(ctx, week, partners)
}

// retain erases what is too old as of a week. A partner that cannot be served holds up none of the others.
func (j *job) retain(ctx context.Context, week nayose.Week, partners []string) error {
	var errs deliveryErrors
	if j.cfg.Retention.inDatabase() {
		db, err := j.database(ctx)
		if err == nil {
			err = db.CheckSchema(ctx)
		}
		if err != nil {
			return fmt.Errorf("erase: %w", err)
		}
		for _, partner := range partners {
			if err := j.retainRows(ctx, db, week, partner); err != nil {
				errs = append(errs, ended(ctx, err))
			}
			if ctx.Err() != nil {
				return errs
			}
		}
	}
	if errs == nil {
		return nil
	}
	return errs
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
