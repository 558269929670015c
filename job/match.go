package main

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/terminal"
	"nayose/matcher"
)

// matchVersion rises when match would write something else from the same inputs.
const matchVersion = 3

// matchesFile is the output of match: nayose.Match, for each mention of a shard.
const matchesFile = "matches.parquet"

// matchPlace is named by what the survey read, by the survey, by the shard, and by the log of decisions where there is one.
func matchPlace(d *delivery, shard artifact.Shard) (artifact.Place, error) {
	survey, err := surveyPlace(d)
	if err != nil {
		return survey, err
	}
	inputs, err := mentionInputs(d)
	inputs = append(inputs, artifact.Input{Name: "survey", Digest: survey.Digest}, artifact.Input{Name: "shard", Digest: shard.String()})
	if pin := d.plan.Decisions; pin != nil {
		inputs = append(inputs, artifact.Input{Name: "decisions", Digest: pin.Digest})
	}
	return artifact.NewPlace("match", matchVersion, inputs...), err
}

// matchMentions answers the delivery's mentions from the master snapshot, shard by shard, unless that is done.
func (j *job) matchMentions(ctx context.Context, d *delivery) error {
	if err := j.findExtract(ctx, d); err != nil {
		return err
	}
	shards, err := d.shards()
	if err != nil {
		return err
	}
	d.matches = make([]artifact.Manifest, d.plan.Shards)
	for _, shard := range shards {
		matches, made, err := j.matchShard(ctx, d, shard)
		if err != nil {
			return err
		}
		if err := j.publish(ctx, d, shard, &matches, made); err != nil {
			return err
		}
		d.matches[shard.Index] = matches
	}
	return nil
}

// matchShard answers the mentions of a shard, unless that is done: then they were not made now.
func (j *job) matchShard(ctx context.Context, d *delivery, shard artifact.Shard) (matches artifact.Manifest, made bool, err error) {
	log := shardLog(d, shard)
	place, err := matchPlace(d, shard)
	if err != nil {
		return matches, false, err
	}
	if matches, err = j.done(ctx, log, place); !isMissing(err) {
		return matches, false, err
	}
	if err := j.survey(ctx, d); err != nil {
		return matches, false, fmt.Errorf("survey: %w", err)
	}
	m, err := j.decidedMatcher(ctx, d.plan)
	if err != nil {
		return matches, false, err
	}
	matches, err = j.do(ctx, d, log, place, func(a *artifact.Attempt) (artifact.Manifest, error) {
		counts, err := j.writeMatches(ctx, d, m, shard, a)
		return artifact.Manifest{Match: &counts}, err
	})
	return matches, true, err
}

func shardLog(d *delivery, shard artifact.Shard) *terminal.Log {
	log := d.log.With("stage", "match")
	if shard.Of > 1 {
		log = log.With("shard", shard.String())
	}
	return log
}

// writeMatches answers every mention of a shard, in order, by what the survey says of all.
func (j *job) writeMatches(
	ctx context.Context, d *delivery, m *matcher.Matcher, shard artifact.Shard, a *artifact.Attempt,
) (nayose.MatchCounts, error) {
	surveyed, err := m.Surveyed(*d.survey.Survey,
		artifact.PartOf[nayose.GroupMember](ctx, j.store, &d.survey, membersFile, shard),
		artifact.RowsOf[nayose.GroupPlace](ctx, j.store, &d.survey, placesFile))
	if err != nil {
		return nayose.MatchCounts{}, fmt.Errorf("read the survey: %w", err)
	}
	matches, err := artifact.NewTable[nayose.Match](a, matchesFile)
	if err != nil {
		return nayose.MatchCounts{}, err
	}
	from, to := shard.Rows(d.extract.Extract.Mentions)
	p := d.log.Progress("match", d.partner, to-from)
	defer p.Done()
	counts, err := surveyed.MatchAll(ctx, j.mentions(ctx, d, shard), func(match nayose.Match) error {
		p.Add(1)
		return matches.Write(match)
	})
	if err == nil && counts.Mentions != to-from {
		err = nayose.Fault(nayose.Integrity, fmt.Errorf("%d answers for %d mentions", counts.Mentions, to-from), "")
	}
	return counts, errors.Join(err, matches.Close())
}

// matcherOf holds the index of the plan's master snapshot ready, opened once for all deliveries that name it.
func (j *job) matcherOf(ctx context.Context, p artifact.Plan) (*matcher.Matcher, error) {
	if p.Model != j.model.Digest() {
		return nil, nayose.Fault(nayose.Integrity,
			fmt.Errorf("plan %d was frozen for model %s, this nayose has model %s", p.Number, p.Model, j.model.Digest()),
			"run the stages with the version that froze the plan, or freeze a new one with nayose run")
	}
	if j.snapshotOf == p.Master {
		return j.matcher, nil
	}
	master, err := j.openMaster(ctx, p.Master)
	if err != nil {
		return nil, err
	}
	if j.master != nil {
		err = j.master.Close()
	}
	j.master, j.matcher, j.snapshotOf = master, matcher.New(master, j.model), p.Master
	return j.matcher, err
}

// openMaster maps the index of a master snapshot.
func (j *job) openMaster(ctx context.Context, digest string) (*matcher.Master, error) {
	manifest, err := artifact.Committed(ctx, j.store, artifact.MasterPlace(digest))
	if err != nil {
		return nil, fmt.Errorf("master snapshot: %w", err)
	}
	if _, err := manifest.Output(indexFile); err != nil {
		return nil, nayose.Fault(nayose.Integrity, fmt.Errorf("master snapshot: %w", err),
			"an earlier version of nayose made it: freeze a new plan, and with it a snapshot that has an index, with nayose run")
	}
	file, err := manifest.Map(ctx, j.store, indexFile)
	if err != nil {
		return nil, fmt.Errorf("master snapshot %s: %w", digest, err)
	}
	defer file.Close() // what is mapped stays
	master, err := matcher.Open(file.File)
	if err != nil {
		return nil, fmt.Errorf("master snapshot %s: %w", digest, err)
	}
	return master, nil
}

// decidedMatcher is matcherOf, and answers by the decisions that the plan pins.
func (j *job) decidedMatcher(ctx context.Context, p artifact.Plan) (*matcher.Matcher, error) {
	m, err := j.matcherOf(ctx, p)
	if err != nil || p.Decisions == nil {
		return m, err
	}
	log, err := j.logAt(ctx, p.Decisions)
	return m.WithDecisions(log.Decisions), err
}

// findMatches finds the manifests of the shards that are done.
func (j *job) findMatches(ctx context.Context, d *delivery) error {
	d.matches = make([]artifact.Manifest, d.plan.Shards)
	for i := range d.matches {
		place, err := matchPlace(d, artifact.Shard{Index: i, Of: d.plan.Shards})
		if err != nil {
			return err
		}
		if d.matches[i], err = artifact.Committed(ctx, j.store, place); err != nil && !isMissing(err) {
			return err
		}
	}
	return nil
}

// matched finds the delivery's matches, which must all be done.
func (j *job) matched(ctx context.Context, d *delivery) error {
	if err := j.findExtract(ctx, d); err != nil {
		return err
	}
	if !d.allMatched() {
		if err := j.findMatches(ctx, d); err != nil {
			return err
		}
	}
	return d.lacking()
}

// matches are the answers about the delivery's mentions, in the mentions' order: those of one shard after the other's.
func (j *job) matches(ctx context.Context, d *delivery) iter.Seq2[nayose.Match, error] {
	return func(yield func(nayose.Match, error) bool) {
		for i := range d.matches {
			for match, err := range artifact.RowsOf[nayose.Match](ctx, j.store, &d.matches[i], matchesFile) {
				if !yield(match, err) || err != nil {
					return
				}
			}
		}
	}
}

// eachMatch is told of each mention of a delivery and its answer, which stand in the same order.
func (j *job) eachMatch(ctx context.Context, d *delivery, tell func(nayose.Mention, nayose.Match)) error {
	next, stop := iter.Pull2(j.mentions(ctx, d, artifact.Whole))
	defer stop()
	for match, err := range j.matches(ctx, d) {
		if err != nil {
			return err
		}
		mention, err, ok := next()
		switch {
		case err != nil:
			return err
		case !ok || mention.ID != match.MentionID:
			return nayose.Fault(nayose.Integrity, fmt.Errorf("match %s stands where another mention does", match.MentionID), "")
		}
		tell(mention, match)
	}
	return nil
}
