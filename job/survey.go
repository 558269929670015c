package main

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/terminal"
)

// surveyVersion rises when survey would write something else from the same inputs.
const surveyVersion = 1

// The outputs of survey, by which a shard of match knows what mentions of other shards say of its own.
const (
	membersFile = "members.parquet" // nayose.GroupMember, a row a mention
	placesFile  = "places.parquet"  // nayose.GroupPlace, group by group
)

// mentionInputs are what survey and match read, both: the mentions' content, the master and the model. The week is not
// among them: the same mentions delivered again need no new answer.
func mentionInputs(d *delivery) ([]artifact.Input, error) {
	mentions, err := d.extract.Output(mentionsFile)
	return []artifact.Input{
		{Name: mentionsFile, Digest: mentions.SHA256},
		{Name: "master", Digest: d.plan.Master},
		{Name: "model", Digest: d.plan.Model},
	}, err
}

func surveyPlace(d *delivery) (artifact.Place, error) {
	inputs, err := mentionInputs(d)
	return artifact.NewPlace("survey", surveyVersion, inputs...), err
}

// survey finds out what the delivery's mentions say together, unless that is done. Shards that start at once may each do
// it: they come to the same bytes, and the first to commit them has done it for all.
func (j *job) survey(ctx context.Context, d *delivery) error {
	if d.survey.Digest != "" {
		return nil
	}
	log := d.log.With("stage", "survey")
	place, err := surveyPlace(d)
	if err != nil {
		return err
	}
	if d.survey, err = j.done(ctx, log, place); !isMissing(err) {
		return err
	}
	m, err := j.matcherOf(ctx, d.plan)
	if err != nil {
		return err
	}
	d.survey, err = j.do(ctx, d, log, place, func(a *artifact.Attempt) (artifact.Manifest, error) {
		found, err := m.Survey(ctx, terminal.Counted(d.log, "survey", d.partner, d.extract.Extract.Mentions, j.mentions(ctx, d, artifact.Whole)))
		if err != nil {
			return artifact.Manifest{}, fmt.Errorf("read the mentions: %w", err)
		}
		summary := found.Summary()
		return artifact.Manifest{Survey: &summary}, errors.Join(
			writeTable(a, membersFile, found.Members()), writeTable(a, placesFile, found.Places()))
	})
	return err
}

// mentions are a shard of what extract left, each time they are ranged over anew.
func (j *job) mentions(ctx context.Context, d *delivery, shard artifact.Shard) iter.Seq2[nayose.Mention, error] {
	return artifact.PartOf[nayose.Mention](ctx, j.store, &d.extract, mentionsFile, shard)
}

func writeTable[T any](a *artifact.Attempt, name string, rows iter.Seq[T]) error {
	t, err := artifact.NewTable[T](a, name)
	if err != nil {
		return err
	}
	for row := range rows {
		if err := t.Write(row); err != nil {
			return err
		}
	}
	return t.Close()
}
