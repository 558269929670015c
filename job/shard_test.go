package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"nayose"
	"nayose/job/internal/artifact"
)

// sampleMentions are those of a delivery of the sample corpus, many of which speak for each other, in an order that parts them.
func sampleMentions(t *testing.T) (mentions []nayose.Mention) {
	t.Helper()
	text, err := os.ReadFile("../testdata/golden/2026-W46/hataraku-net.mentions.txt")
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(bytes.NewReader(text)); d.More(); {
		var m nayose.Mention
		if err := d.Decode(&m); err != nil {
			t.Fatal(err)
		}
		mentions = append(mentions, m)
	}
	slices.SortFunc(mentions, func(a, b nayose.Mention) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return mentions
}

// extractOf is a delivery whose extract has left these mentions, each with one posting or two, the second far from the first.
func extractOf(t *testing.T, j *job, mentions []nayose.Mention) *delivery {
	t.Helper()
	snapshot, err := j.snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d := &delivery{partner: "p", log: j.log, plan: artifact.Plan{
		Week: firstWeek, Number: len(mentions), Master: snapshot.Digest, Model: j.model.Digest(), Shards: 1,
	}}
	var postings []nayose.Posting
	for n, of := range [][]nayose.Mention{mentions, mentions[:len(mentions)/2]} {
		for i, m := range of {
			id := fmt.Sprint(n, "/", i)
			postings = append(postings, nayose.Posting{Lineage: nayose.NewID(id), PostingID: id, MentionID: m.ID})
		}
	}
	place := artifact.NewPlace("extract", extractVersion, artifact.Input{Name: "mentions", Digest: fmt.Sprint(len(mentions))})
	d.extract, err = j.do(t.Context(), d, d.log, place, func(a *artifact.Attempt) (artifact.Manifest, error) {
		counts := nayose.ExtractCounts{Mentions: int64(len(mentions)), Unique: int64(len(postings))}
		return artifact.Manifest{Extract: &counts}, errors.Join(
			writeTable(a, mentionsFile, slices.Values(mentions)), writeTable(a, postingsFile, slices.Values(postings)))
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// inShards is the delivery by a plan of so many shards, none of which is matched in this process.
func (d *delivery) inShards(n int) *delivery {
	planned := *d
	planned.plan.Shards, planned.survey, planned.matches = n, artifact.Manifest{}, nil
	return &planned
}

// TestShardsAreTheSameRows holds the rows of 1, 2 and 16 shards, laid end to end, against the matcher's answers about
// the whole delivery: also where mentions of one employer lie in several shards, there are fewer mentions than shards, or
// none.
func TestShardsAreTheSameRows(t *testing.T) {
	j, mentions := newTestJob(t, t.TempDir()), sampleMentions(t)
	for _, n := range []int{len(mentions), 5, 1, 0} {
		d := extractOf(t, j, mentions[:n])
		want, borders := answersInMemory(t, j, d, mentions[:n])
		if n == len(mentions) && borders == 0 {
			t.Fatal("no group lies across the middle of the delivery: the test shows nothing")
		}
		for _, shards := range []int{1, 2, 16} {
			d := d.inShards(shards)
			if err := j.matchMentions(t.Context(), d); err != nil {
				t.Fatalf("%d mentions in %d shards: %v", n, shards, err)
			}
			if diff := cmp.Diff(want, collect(t, j.matches(t.Context(), d)), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%d mentions in %d shards (-the matcher's answers +the rows):\n%.2000s", n, shards, diff)
			}
			var counts nayose.MatchCounts
			for _, m := range d.matches {
				counts.Mentions += m.Match.Mentions
				if rows := m.Outputs[0].Rows; rows != m.Match.Mentions || rows < int64(n/shards) || rows > int64(n/shards+1) {
					t.Errorf("%d mentions in %d shards: one has %d rows and counts %d", n, shards, rows, m.Match.Mentions)
				}
			}
			if counts.Mentions != int64(n) {
				t.Errorf("%d mentions in %d shards: %d are counted", n, shards, counts.Mentions)
			}
		}
	}
}

// answersInMemory are the answers about all mentions as eval finds them, and how many groups lie on both sides of the middle.
func answersInMemory(t *testing.T, j *job, d *delivery, mentions []nayose.Mention) (answers []nayose.Match, borders int) {
	t.Helper()
	m, err := j.matcherOf(t.Context(), d.plan)
	if err != nil {
		t.Fatal(err)
	}
	surveyed, err := m.Survey(t.Context(), streamOf(mentions))
	if err != nil {
		t.Fatal(err)
	}
	_, err = surveyed.MatchAll(t.Context(), streamOf(mentions), func(m nayose.Match) error {
		answers = append(answers, m)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	before, i := map[int32]bool{}, 0
	for member := range surveyed.Members() {
		if i < len(mentions)/2 {
			before[member.Group] = true
		} else if member.Group != 0 && before[member.Group] {
			borders++
		}
		i++
	}
	return answers, borders
}

// TestShardsAtOnce starts all shards of a delivery at the same time, each with a matcher of its own, as an array job does:
// each makes the survey that it does not find, one of them commits it, and nobody fails.
func TestShardsAtOnce(t *testing.T) {
	const shards = 4
	dir, mentions := t.TempDir(), sampleMentions(t)
	j := newTestJob(t, dir)
	d := extractOf(t, j, mentions).inShards(shards)
	want, _ := answersInMemory(t, j, d, mentions)
	var wg sync.WaitGroup
	for i := range shards {
		other, own := newTestJob(t, dir), d.inShards(shards)
		own.shard = &artifact.Shard{Index: i, Of: shards}
		wg.Go(func() {
			if err := other.matchMentions(context.WithoutCancel(t.Context()), own); err != nil {
				t.Errorf("shard %s: %v", own.shard, err)
			}
		})
	}
	wg.Wait()
	if err := j.matched(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, collect(t, j.matches(t.Context(), d)), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-the matcher's answers +the rows):\n%.2000s", diff)
	}
}

// TestMissingShards is what load says of shards that are not there.
func TestMissingShards(t *testing.T) {
	for _, c := range []struct {
		shards       int
		done         []int
		kind         nayose.Kind
		missing, fix string
	}{
		{1, nil, nayose.NotReady, "plan 7 is not matched yet", "run nayose match, or nayose run, for this week first"},
		{4, []int{0, 2, 3}, nayose.Missing, "of the 4 shards of plan 7 these are not matched: 1", "run nayose match --week 2026-W46 --partner p --shard 1/4, then this command again"},
		{16, []int{3, 6, 7, 11}, nayose.Missing, "of the 16 shards of plan 7 these are not matched: 0-2, 4-5, 8-10, 12-15", "run nayose match --week 2026-W46 --partner p, then this command again"},
		{3, nil, nayose.Missing, "of the 3 shards of plan 7 these are not matched: 0-2", "run nayose match --week 2026-W46 --partner p, then this command again"},
		{2, []int{0, 1}, 0, "", ""},
	} {
		d := &delivery{partner: "p", plan: artifact.Plan{Week: firstWeek, Number: 7, Shards: c.shards}}
		d.matches = make([]artifact.Manifest, c.shards)
		for _, i := range c.done {
			d.matches[i].Match = &nayose.MatchCounts{}
		}
		err := d.lacking()
		var fault *nayose.Error
		if errors.As(err, &fault); c.missing == "" {
			if err != nil {
				t.Errorf("%d shards, all done: %v", c.shards, err)
			}
		} else if fault == nil || fault.Kind != c.kind || fault.Error() != c.missing || fault.Hint != c.fix {
			t.Errorf("%d shards, %v done: %+v, want %q and %q", c.shards, c.done, fault, c.missing, c.fix)
		}
	}
}

// TestSnapshotWithoutIndex has a plan of a version that made snapshots without an index.
func TestSnapshotWithoutIndex(t *testing.T) {
	j := newTestJob(t, t.TempDir())
	place := artifact.NewPlace("master", 1)
	d := &delivery{log: j.log, plan: artifact.Plan{Master: place.Digest, Model: j.model.Digest(), Shards: 1}}
	_, err := j.do(t.Context(), d, d.log, place, func(a *artifact.Attempt) (artifact.Manifest, error) {
		return artifact.Manifest{Match: &nayose.MatchCounts{}}, writeTable(a, companiesFile, slices.Values([]nayose.Company{{ID: "1"}}))
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = j.matcherOf(t.Context(), d.plan)
	if kind, hint := classify(err); kind != nayose.Integrity || !strings.Contains(hint, "nayose run") {
		t.Errorf("a snapshot without an index: %v of kind %v, hint %q; want one that tells to freeze a new plan", err, kind, hint)
	}
}
