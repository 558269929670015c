package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/arrival"
	"nayose/job/internal/artifact"
	"nayose/loader"
)

// step is what a command does with one delivery.
type step struct {
	name    string
	do      func(j *job, ctx context.Context, d *delivery) error
	guarded bool // it may hold the delivery for a person, which the log of holds then says
}

var (
	stepFreeze  = step{"plan", (*job).freeze, true}
	stepRecall  = step{"plan", (*job).recallAlone, false}
	stepExtract = step{"extract", (*job).extract, true}
	stepMatch   = step{"match", (*job).matchMentions, false}
	stepLoad    = step{"load", (*job).load, true}
)

func runCommand() *cli.Command {
	c := stageCommand("run", "take a week through all stages, skipping what is complete")
	c.Action = withJob(func(ctx context.Context, j *job, c *cli.Command) error {
		return j.stages(ctx, c, j.retainAfterRun, stepFreeze, stepExtract, stepMatch, stepLoad)
	})
	return c
}

func extractCommand() *cli.Command {
	return stageCommand("extract", "do only the first stage: files become postings, mentions and rejects", stepFreeze, stepExtract)
}

func matchCommand() *cli.Command {
	c := stageCommand("match", "do only the second stage: mentions become matches")
	c.Flags = append(c.Flags, shardFlag())
	c.Action = withJob(func(ctx context.Context, j *job, c *cli.Command) (err error) {
		if j.shard, err = shardOf(c, j.cfg.Shards); err != nil {
			return err
		}
		return j.stages(ctx, c, nil, stepRecall, stepMatch)
	})
	return c
}

func loadCommand() *cli.Command {
	return stageCommand("load", "do only the third stage: write what changed to Postgres", stepRecall, stepLoad)
}

// stageCommand is a command that takes the deliveries of a week through some steps.
func stageCommand(name, what string, steps ...step) *cli.Command {
	return &cli.Command{
		Name: name, Usage: what, Flags: append(deliveryFlags(), jsonFlag()),
		Action: withJob(func(ctx context.Context, j *job, c *cli.Command) error {
			return j.stages(ctx, c, nil, steps...)
		}),
	}
}

// stages takes the week's deliveries that the flags choose through some steps, does what comes after them all, if anything, and says what
// came of it.
func (j *job) stages(ctx context.Context, c *cli.Command, after func(context.Context, []*delivery) error, steps ...step) error {
	started := time.Now()
	week, err := weekOf(c)
	if err != nil {
		return err
	}
	ds, err := j.deliveries(week, c.String("partner"))
	if err != nil {
		return err
	}
	if steps[len(steps)-1].name == stepLoad.name && !j.cfg.hasDatabase() {
		return errNoDatabase
	}
	for _, s := range steps {
		j.each(ctx, ds, s)
	}
	err = errors.Join(failures(ds), j.summarise(week, ds, c.Bool("json")))
	if after != nil {
		err = errors.Join(err, after(ctx, ds))
	}
	j.sayEnd(ctx, started, c.Name, week, ds, err)
	return err
}

// each takes the deliveries through one step. A delivery that fails holds only itself.
func (j *job) each(ctx context.Context, ds []*delivery, s step) {
	for _, d := range ds {
		if d.err != nil {
			continue
		}
		if d.err = ctx.Err(); d.err == nil {
			d.err = s.do(j, ctx, d)
			j.noteHold(ctx, d, s)
		}
		if d.err != nil {
			d.err = ended(ctx, fmt.Errorf("%s %s: %s: %w", d.partner, d.plan.Week, s.name, d.err))
			f := faultOf(d.err)
			d.log.Error("the delivery goes no further", "stage", s.name, "error", f.text, "hint", f.hint, "exit", f.code)
		}
	}
}

// failures are the errors of the deliveries that went no further, or nil.
func failures(ds []*delivery) error {
	var errs deliveryErrors
	for _, d := range ds {
		if d.err != nil {
			errs = append(errs, d.err)
		}
	}
	if errs == nil {
		return nil
	}
	return errs
}

// freeze looks at what there is to read, and makes or finds the plan of the delivery.
func (j *job) freeze(ctx context.Context, d *delivery) error {
	snapshot, err := j.snapshot(ctx)
	if err != nil {
		return err
	}
	plan := artifact.Plan{
		Week: d.plan.Week, Partner: d.partner, Mapping: d.cfg.Mapping.Digest(),
		Master: snapshot.Digest, Model: j.model.Digest(), Shards: j.cfg.Shards, Stages: stageVersions(),
	}
	if plan.Generation, err = j.liveGeneration(ctx, d); err != nil {
		return err
	}
	if plan.Files, err = j.pinFiles(ctx, d); err != nil {
		return err
	}
	if plan.Approval, err = j.lastApproval(ctx, plan); err != nil {
		return err
	}
	if err := j.holdMaster(ctx, plan, snapshot); err != nil {
		return err
	}
	frozen, created, err := artifact.Freeze(ctx, j.store, plan, &j.settled)
	if err != nil {
		return err
	}
	d.plan, d.log = frozen, d.log.With("plan", frozen.Number)
	if created {
		d.worked = true
		d.log.Info("plan frozen", "files", len(plan.Files), "master", plan.Master)
	}
	return nil
}

// liveGeneration is the generation that readers see. Where Postgres does not tell, it is the last plan's of this delivery, or the first
// of all: load asks again and knows what to do about an old one (see package loader), so that the stages before it need no Postgres.
func (j *job) liveGeneration(ctx context.Context, d *delivery) (int, error) {
	if j.live == 0 && j.liveErr == nil {
		var db *loader.DB
		if db, j.liveErr = j.database(ctx); j.liveErr == nil {
			j.live, j.liveErr = db.LiveGeneration(ctx)
		}
	}
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case j.live > 0:
		return j.live, nil
	}
	last, err := artifact.LastPlan(ctx, j.store, d.plan.Week, d.partner)
	if isMissing(err) {
		return 1, nil
	}
	return last.Generation, err
}

// pinFiles looks at the delivery's files, once they are all there, and pins what it saw. Sums that the last plan knows are not
// taken again where its extract has proved them: a sum that a damaged read gave would hold the delivery up for ever.
func (j *job) pinFiles(ctx context.Context, d *delivery) ([]artifact.Pin, error) {
	last, err := artifact.LastPlan(ctx, j.store, d.plan.Week, d.partner)
	if err == nil {
		_, err = artifact.Committed(ctx, j.store, extractPlace(last))
	}
	if isMissing(err) {
		last.Files, err = nil, nil
	}
	if err != nil {
		return nil, err
	}
	var seen arrival.Sighting
	err = j.waiting(ctx, d.log, "the delivery", func() (err error) {
		seen, err = j.lookWhole(ctx, d)
		return err
	})
	if err != nil {
		return nil, err
	}
	return j.pinSeen(ctx, &seen, last.Files)
}

// lookWhole is what there is of a delivery, and an error where it is not whole.
func (j *job) lookWhole(ctx context.Context, d *delivery) (arrival.Sighting, error) {
	seen, err := d.cfg.expected().Look(ctx, j.input, d.plan.Week)
	if err == nil {
		err = j.unlessNoInput(seen.Whole(time.Now()))
	}
	return seen, err
}

// unlessNoInput is an error of what is not there in the input, unless that is a directory that is not there at all: a name that is mistaken,
// for which no retry is worth while. The store's own directory comes by the first write, and what receive writes to by the first delivery.
func (j *job) unlessNoInput(late error) error {
	receives := slices.ContainsFunc(slices.Collect(maps.Values(j.cfg.Partners)), func(p partnerConfig) bool { return len(p.Receive.Keys) > 0 })
	if !isLate(late) || j.input.String() == j.store.String() || strings.HasPrefix(j.input.String(), "s3://") || receives {
		return late
	}
	if _, err := os.Stat(j.input.String()); isMissing(err) {
		return usage(fmt.Errorf("there is no directory %s, which is the input", j.input),
			"name it with input: or NAYOSE_INPUT; a relative one is of the directory in which nayose starts")
	}
	return late
}

// pinSeen pins the files of a delivery that was found whole. One that changes meanwhile is nayose.ErrChanged.
func (j *job) pinSeen(ctx context.Context, seen *arrival.Sighting, known []artifact.Pin) ([]artifact.Pin, error) {
	pins := make([]artifact.Pin, len(seen.Files))
	for i, o := range seen.Files {
		var err error
		if pins[i], err = artifact.PinSeen(ctx, j.input, o, known...); err != nil {
			return nil, err
		}
	}
	return pins, nil
}

// recallAlone is recall for a stage that runs alone, and says where the config would no longer make that plan.
func (j *job) recallAlone(ctx context.Context, d *delivery) error {
	err := j.recall(ctx, d)
	if changed := j.changedSince(d); err == nil && changed != "" {
		d.log.Warn(fmt.Sprintf("%s since plan %d: this takes the plan as it is; nayose run makes another", changed, d.plan.Number))
	}
	return err
}

// changedSince says which settings are other ones than the delivery's plan has; empty for none.
func (j *job) changedSince(d *delivery) string {
	mapping, model := d.plan.Mapping != d.cfg.Mapping.Digest(), d.plan.Model != j.model.Digest()
	switch {
	case d.plan.Number == 0:
		return ""
	case mapping && model:
		return "the mapping and the model or its costs have changed"
	case mapping:
		return "the mapping has changed"
	case model:
		return "the model or its costs have changed"
	}
	return ""
}

// recall finds the plan that an earlier stage froze. A stage that runs alone must not freeze one of its own: it would take
// a file or a setting that changed meanwhile, and wait for a result that nobody makes.
func (j *job) recall(ctx context.Context, d *delivery) error {
	plan, err := artifact.LastPlan(ctx, j.store, d.plan.Week, d.partner)
	if isMissing(err) {
		return nayose.Fault(nayose.NotReady, errors.New("no plan is frozen yet"), "run nayose extract, or nayose run, for this week first")
	}
	if err != nil {
		return err
	}
	d.plan, d.log = plan, d.log.With("plan", plan.Number)
	return nil
}
