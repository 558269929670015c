package main

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/matcher"
)

// matchVersion rises when match would write something else from the same inputs.
const matchVersion = 2

// matchesFile is the output of match: nayose.Match.
const matchesFile = "matches.parquet"

// matchPlace is named by the mentions' content, the master and the model. The week is not in it: the same mentions
// delivered again need no new answer.
func matchPlace(p artifact.Plan, extract artifact.Manifest) (artifact.Place, error) {
	mentions, err := extract.Output(mentionsFile)
	return artifact.NewPlace("match", matchVersion,
		artifact.Input{Name: mentionsFile, Digest: mentions.SHA256},
		artifact.Input{Name: "master", Digest: p.Master},
		artifact.Input{Name: "model", Digest: p.Model}), err
}

// matchMentions answers the delivery's mentions from the master snapshot, unless that is done.
func (j *job) matchMentions(ctx context.Context, d *delivery) error {
	extract, err := j.extracted(ctx, d)
	if err != nil {
		return err
	}
	place, err := matchPlace(d.plan, extract)
	if err != nil {
		return err
	}
	log := d.log.With("stage", "match")
	done, err := artifact.Committed(ctx, j.store, place)
	if err == nil {
		d.match = done
		log.Info("already done", "place", place.String())
		return nil
	}
	if !isMissing(err) {
		return err
	}
	m, err := j.matcherOf(ctx, d.plan)
	if err != nil {
		return err
	}
	a, err := artifact.Begin(j.store)
	if err != nil {
		return err
	}
	defer a.Close()
	surveyed, err := m.Survey(ctx, j.mentions(ctx, d))
	if err != nil {
		return fmt.Errorf("survey the mentions: %w", err)
	}
	survey := surveyed.Summary()
	log.Info("surveyed", "mentions", survey.Mentions, "groups", survey.Groups, "missing", survey.Missing)
	counts, err := j.writeMatches(ctx, d, surveyed, a)
	if err != nil {
		return err
	}
	d.match, err = a.Commit(ctx, place, artifact.Manifest{Survey: &survey, Match: &counts}, codeVersion())
	if err != nil {
		return err
	}
	d.worked = true
	log.Info("done", "seconds", d.match.Seconds, "mentions", counts.Mentions, "mentions_matched", counts.Matched,
		"mentions_review", counts.Review, "mentions_unmatched", counts.Unmatched)
	return nil
}

// writeMatches answers every mention, in order.
func (j *job) writeMatches(ctx context.Context, d *delivery, m *matcher.Delivery, a *artifact.Attempt) (nayose.MatchCounts, error) {
	matches, err := artifact.NewTable[nayose.Match](a, matchesFile)
	if err != nil {
		return nayose.MatchCounts{}, err
	}
	p := j.log.progress(d.log, "match", d.partner, d.extract.Extract.Mentions)
	defer p.done()
	counts, err := m.MatchAll(ctx, j.mentions(ctx, d), func(match nayose.Match) error {
		p.add()
		return matches.Write(match)
	})
	if err == nil && counts.Mentions != d.extract.Extract.Mentions {
		err = nayose.Fault(nayose.Integrity,
			fmt.Errorf("%d answers for %d mentions", counts.Mentions, d.extract.Extract.Mentions), "")
	}
	return counts, errors.Join(err, matches.Close())
}

// mentions are what extract left, each time they are ranged over anew.
func (j *job) mentions(ctx context.Context, d *delivery) iter.Seq2[nayose.Mention, error] {
	return artifact.RowsOf[nayose.Mention](ctx, j.store, &d.extract, mentionsFile)
}

// matcherOf holds the plan's master snapshot ready, read once for all deliveries that name it.
func (j *job) matcherOf(ctx context.Context, p artifact.Plan) (*matcher.Matcher, error) {
	if p.Model != j.model.Digest() {
		return nil, nayose.Fault(nayose.Integrity,
			fmt.Errorf("plan %d was frozen for model %s, this nayose has model %s", p.Number, p.Model, j.model.Digest()),
			"run the stages with the version that froze the plan, or freeze a new one with nayose run")
	}
	if j.master == p.Master {
		return j.matcher, nil
	}
	manifest, err := artifact.Committed(ctx, j.store, artifact.MasterPlace(p.Master))
	if err != nil {
		return nil, fmt.Errorf("master snapshot: %w", err)
	}
	companies := artifact.RowsOf[nayose.Company](ctx, j.store, &manifest, companiesFile)
	master, err := matcher.Build(j.counted(ctx, "read", manifest.Outputs[0].Rows, companies))
	if err != nil {
		return nil, fmt.Errorf("master snapshot %s: %w", p.Master, err)
	}
	j.matcher, j.master = matcher.New(master, j.model), p.Master
	return j.matcher, nil
}

// matched is the manifest of the delivery's match, which must be done.
func (j *job) matched(ctx context.Context, d *delivery) (artifact.Manifest, error) {
	if d.match.Digest != "" {
		return d.match, nil
	}
	extract, err := j.extracted(ctx, d)
	if err != nil {
		return artifact.Manifest{}, err
	}
	place, err := matchPlace(d.plan, extract)
	if err != nil {
		return artifact.Manifest{}, err
	}
	m, err := artifact.Committed(ctx, j.store, place)
	if isMissing(err) {
		return m, nayose.Fault(nayose.NotReady, fmt.Errorf("plan %d is not matched yet", d.plan.Number),
			"run nayose match, or nayose run, for this week first")
	}
	d.match = m
	return m, err
}
