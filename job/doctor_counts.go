package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/feed"
	"nayose/matcher"
)

// What a stage's manifest says of its rows, counted again.

// same notes where what was counted again is not what the manifest says.
func (a *audit) same(m *artifact.Manifest, what string, says, counted any) {
	if !reflect.DeepEqual(says, counted) {
		a.wrong(fmt.Sprintf("stages/%s/%s/manifest.json, %s", m.Stage, m.Digest, what), fmt.Sprintf("%v, as its rows say", counted), fmt.Sprint(says))
	}
}

// countExtract counts the books of an extract again, and takes the hashes of its rows.
func (a *audit) countExtract(ctx context.Context, m *artifact.Manifest) error {
	if m.Extract == nil {
		return nayose.Fault(nayose.Integrity, errors.New("the manifest of an extract has no counts"), "")
	}
	says := m.Extract
	got := nayose.ExtractCounts{Records: says.Records, RecordsSum: says.RecordsSum, Bytes: says.Bytes}
	for p, err := range artifact.RowsOf[nayose.Posting](ctx, a.store, m, postingsFile) {
		if err != nil {
			return err
		}
		got.Unique++
		got.UniqueSum.Add(p.Lineage)
		if hash := feed.ContentHash(&p); hash != p.Content {
			a.wrong("posting "+p.Lineage.String()+" of the extract", "content hash "+hash.String(), p.Content.String())
		}
	}
	for e, err := range artifact.RowsOf[nayose.Mention](ctx, a.store, m, mentionsFile) {
		if err != nil {
			return err
		}
		got.Mentions++
		if key := e.Key(); key != e.ID {
			a.wrong("mention "+e.ID.String()+" of the extract", "the id "+key.String()+" of its content", e.ID.String())
		}
	}
	for d, err := range artifact.RowsOf[nayose.Deletion](ctx, a.store, m, deletionsFile) {
		if err != nil {
			return err
		}
		got.Deletions++
		got.DeletionsSum.Add(d.Lineage)
	}
	for r, err := range artifact.ValuesOf[nayose.Reject](ctx, a.store, m, rejectsFile) {
		switch {
		case err != nil:
			return err
		case r.Kind == nayose.RejectDuplicate:
			got.Duplicates++
			got.DuplicatesSum.Add(r.Lineage)
		default:
			got.Rejected++
			got.RejectedSum.Add(r.Lineage)
		}
	}
	a.same(m, "extract", *says, got)
	return got.Balance()
}

// countSurvey counts the mentions that a survey says it is about.
func (a *audit) countSurvey(ctx context.Context, m *artifact.Manifest) error {
	if m.Survey == nil {
		return nayose.Fault(nayose.Integrity, errors.New("the manifest of a survey has no figures"), "")
	}
	var mentions, grouped int64
	for row, err := range artifact.RowsOf[nayose.GroupMember](ctx, a.store, m, membersFile) {
		if err != nil {
			return err
		}
		if mentions++; row.Group > 0 {
			grouped++
		}
	}
	a.same(m, "mentions", m.Survey.Mentions, mentions)
	a.same(m, "grouped", m.Survey.Grouped, grouped)
	return nil
}

// countMatch counts a shard's answers again.
func (a *audit) countMatch(ctx context.Context, m *artifact.Manifest) error {
	if m.Match == nil {
		return nayose.Fault(nayose.Integrity, errors.New("the manifest of a match has no counts"), "")
	}
	var got nayose.MatchCounts
	for row, err := range artifact.RowsOf[nayose.Match](ctx, a.store, m, matchesFile) {
		if err != nil {
			return err
		}
		got.Add(row.Outcome)
	}
	a.same(m, "match", *m.Match, got)
	return nil
}

// checkSnapshot reads a master snapshot, and checks its index.
func (a *audit) checkSnapshot(ctx context.Context, where, digest string) error {
	place := artifact.MasterPlace(digest)
	m, err := a.result(ctx, where, place, func(ctx context.Context, m *artifact.Manifest) error {
		if _, err := m.Output(indexFile); err != nil {
			return err
		}
		l, err := m.Map(ctx, a.store, indexFile)
		if err != nil {
			return err
		}
		defer l.Close()
		index, err := matcher.Open(l.File)
		if err != nil {
			return err
		}
		return errors.Join(index.Check(), index.Close())
	})
	if err == nil && m.Digest == "" && !a.spoilt(place.String()) {
		a.wrong(where, "its master snapshot", "nothing at "+place.String())
	}
	return err
}
