package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/terminal"
	"nayose/loader"
)

// loadVersion rises when load would write something else from the same inputs.
const loadVersion = 1

// loadDigest names what a load reads; the ledger in Postgres knows by it what is done. In how many shards the answers were
// found is not in it: they are the same.
func loadDigest(d *delivery) (string, error) {
	match, err := matchPlace(d, artifact.Whole)
	inputs := []artifact.Input{
		{Name: "week", Digest: d.plan.Week.String()},
		{Name: "partner", Digest: d.partner},
		{Name: "generation", Digest: fmt.Sprint(d.plan.Generation)},
		{Name: "match", Digest: match.Digest},
	}
	for _, o := range d.extract.Outputs {
		inputs = append(inputs, artifact.Input{Name: o.Name, Digest: o.SHA256})
	}
	if d.extract.Delta {
		// The same postings as a snapshot and as a delta are two loads: one expires what it lacks.
		inputs = append(inputs, artifact.Input{Name: "feed", Digest: "delta"})
	}
	return artifact.NewPlace("load", loadVersion, inputs...).Digest, err
}

// filesDigest names what a delivery's files hold, whatever they are called: by it the same files are known in another week.
func filesDigest(files []artifact.Pin) string {
	sums := make([]string, len(files))
	for i, f := range files {
		sums[i] = f.SHA256
	}
	return artifact.Digest(sums)
}

// load writes what changed to Postgres, in one transaction. Its commit is the ledger's row, not a manifest: a crash
// leaves either nothing or everything.
func (j *job) load(ctx context.Context, d *delivery) error {
	started := time.Now()
	if err := j.matched(ctx, d); err != nil {
		return err
	}
	digest, err := loadDigest(d)
	if err != nil {
		return err
	}
	db, err := j.migrated(ctx)
	if err != nil {
		return err
	}
	if err := j.copyDecisions(ctx, db); err != nil {
		return err
	}
	waits := d.log.Spinner("load", d.partner)
	defer waits.Done()
	db.OnStep = waits.Awaits
	delivery, input := j.toLoad(ctx, d, digest)
	if d.loaded, err = db.Load(ctx, delivery, input); err != nil {
		return err
	}
	j.logLoad(d, started)
	return nil
}

// toLoad is what a load is told about a delivery, and what it reads.
func (j *job) toLoad(ctx context.Context, d *delivery, digest string) (loader.Delivery, loader.Input) {
	told := loader.Delivery{
		Partner: d.partner, Week: d.plan.Week, Plan: d.plan.Number, Digest: digest, Snapshot: !d.extract.Delta,
		Model: d.plan.Model, Master: d.plan.Master, Extract: *d.extract.Extract, Files: filesDigest(d.plan.Files),
		Generation: d.plan.Generation, CodeVersion: codeVersion(), Approval: d.plan.Approval,
		Limits: d.cfg.Guards.limits(),
	}
	return told, loader.Input{
		Postings: terminal.Counted(d.log, "load", d.partner, d.extract.Extract.Unique,
			artifact.RowsOf[nayose.Posting](ctx, j.store, &d.extract, postingsFile)),
		Mentions:  artifact.RowsOf[nayose.Mention](ctx, j.store, &d.extract, mentionsFile),
		Deletions: artifact.RowsOf[nayose.Deletion](ctx, j.store, &d.extract, deletionsFile),
		Rejects:   artifact.ValuesOf[nayose.Reject](ctx, j.store, &d.extract, rejectsFile),
		Matches:   j.matches(ctx, d),
	}
}

func (j *job) logLoad(d *delivery, started time.Time) {
	log, r := d.log.With("stage", "load"), d.loaded
	switch r.State {
	case loader.Already:
		log.Info("already done")
	case loader.Superseded:
		log.Info("superseded", "by", r.By)
	case loader.Stale:
		d.worked = true
		log.Warn("stale: the files are those of an earlier week, so nothing is new and nothing has expired", "as", r.By)
	default:
		d.worked = true
		logFigures(log, r.Figures)
		if r.Warned != "" {
			log = log.With("warned_for", r.Warned) // the last line says it, too
			log.Warn("drifted")
		}
		if r.HeldFor != "" {
			log.Warn("approved", "held_for", r.HeldFor)
		}
		log.Info("done", "seconds", time.Since(started).Seconds(), "inserted", r.Inserted, "updated", r.Updated, "unchanged", r.Unchanged,
			"reactivated", r.Reactivated, "expired", r.Expired, "erased", r.Erased,
			"postings_matched", r.Matched, "postings_review", r.Review, "postings_unmatched", r.Unmatched)
		j.measure(d, log, time.Since(started).Seconds(), loadMetrics(d.extract.Extract, &r)...)
	}
}

// logFigures writes what the guards measured, each beside its limits, on one line. Those of a held delivery stand in its error.
func logFigures(log *terminal.Log, figures []loader.Figure) {
	var attrs []any
	for _, f := range figures {
		attrs = append(attrs, slog.Group(f.Guard, "value", f.Value, "warn", f.Warn, "limit", f.Limit))
	}
	if attrs != nil {
		log.Info("compared with the past", attrs...)
	}
}
