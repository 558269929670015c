package main

import (
	"context"
	"fmt"
	"iter"
	"time"

	"nayose"
	"nayose/job/internal/artifact"
)

// outcomesVersion rises when the outcome log would say something else of the same answers.
const outcomesVersion = 1

// stageVersions are those of all that a plan's results come from. Another version of nayose that would come to others freezes another
// plan, and so publishes them beside those that stand.
func stageVersions() string {
	return fmt.Sprintf("extract %d, survey %d, match %d, outcomes %d", extractVersion, surveyVersion, matchVersion, outcomesVersion)
}

func outcomePart(d *delivery, shard artifact.Shard) artifact.OutcomePart {
	return artifact.OutcomePart{Week: d.plan.Week, Partner: d.partner, Plan: d.plan.Number, Shard: shard}
}

// publish writes a shard's part of the outcome log, once its matches are committed. A crash between the two leaves a plan that lacks the
// part: so a shard that was done before is looked after as well, which costs one look at the store where the part stands.
func (j *job) publish(ctx context.Context, d *delivery, shard artifact.Shard, matches *artifact.Manifest, made bool) error {
	part, started := outcomePart(d, shard), time.Now()
	if !made {
		if stands, err := part.Published(ctx, j.store); stands || err != nil {
			return err
		}
	}
	n, err := part.Publish(ctx, j.store, j.outcomes(ctx, d, shard, matches))
	if err != nil {
		return fmt.Errorf("publish the outcomes: %w", err)
	}
	d.worked = true
	shardLog(d, shard).Info("outcomes published", "seconds", time.Since(started).Seconds(), "postings", n)
	return nil
}

// outcomes are the rows of a shard's part.
func (j *job) outcomes(ctx context.Context, d *delivery, shard artifact.Shard, matches *artifact.Manifest) iter.Seq2[artifact.OutcomeRow, error] {
	basis := artifact.OutcomeBasis{Model: d.plan.Model, Master: d.plan.Master, Generation: int32(d.plan.Generation), Shard: shard.String()}
	if pin := d.plan.Decisions; pin != nil {
		basis.Decisions = pin.Digest
	}
	return artifact.Outcomes(d.extract.Extract.Unique,
		artifact.RowsOf[artifact.PostingKey](ctx, j.store, &d.extract, postingsFile),
		artifact.RowsOf[nayose.Match](ctx, j.store, matches, matchesFile), basis)
}
