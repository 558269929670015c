package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/faults"
	"nayose/job/internal/store"
	"nayose/loader/pgtest"
)

// logged are the rows of a part of the outcome log.
func logged(t *testing.T, dir string, p artifact.OutcomePart) []artifact.OutcomeRow {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, p.Key()))
	noError(t, err)
	l, err := artifact.NewLocal(f, p.Key())
	noError(t, err)
	defer l.Close()
	return collect(t, artifact.Rows[artifact.OutcomeRow](l))
}

// TestOutcomesJoin runs two weeks, the second in shards and by two plans, and joins what the log has with what Postgres has, by lineage id
// and by posting id: nothing is missing on either side, and both say the same of the postings of the last week.
func TestOutcomesJoin(t *testing.T) {
	t.Parallel()
	database, dir := pgtest.New(t), t.TempDir()
	for _, env := range []string{"2026-W46 1", "2026-W47 1", "2026-W47 3"} {
		week, shards, _ := strings.Cut(env, " ")
		cmd := nayoseCommand(t, database, dir, "run", "--week", week)
		cmd.Env = append(cmd.Env, "NAYOSE_SHARDS="+shards)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("run %s: %v\n%s", env, err, out)
		}
	}
	byLineage, byPosting, last := map[string]string{}, map[string]bool{}, map[string]string{}
	for _, partner := range partners {
		for _, p := range []artifact.OutcomePart{
			{Week: firstWeek, Plan: 1, Shard: artifact.Whole},
			{Week: secondWeek, Plan: 2, Shard: artifact.Shard{Index: 0, Of: 3}},
			{Week: secondWeek, Plan: 2, Shard: artifact.Shard{Index: 1, Of: 3}},
			{Week: secondWeek, Plan: 2, Shard: artifact.Shard{Index: 2, Of: 3}},
		} {
			p.Partner = partner
			for _, row := range logged(t, dir, p) {
				checkSum(t, &row)
				byLineage[row.LineageID] = partner + " " + row.PostingID + " " + row.MentionID
				byPosting[partner+" "+row.PostingID] = true
				if p.Week == secondWeek {
					last[row.LineageID] = answerText(row.Outcome, row.CompanyID, row.Probability)
				}
			}
		}
	}
	var stored []string
	for _, line := range mustQuery(t, database, `
		select lineage_id, partner || ' ' || posting_id || ' ' || mention_id, outcome, coalesce(company_id, ''),
			float8send(probability)::text, last_seen = '2026-11-16' from nayose.postings`) {
		c := strings.Split(line, "|")
		if byLineage[c[0]] != c[1] {
			t.Errorf("posting %s: the log has %q, Postgres %q", c[0], byLineage[c[0]], c[1])
		}
		if want := strings.Join(c[2:5], " "); c[5] == "t" && last[c[0]] != want {
			t.Errorf("posting %s: the log answers %q, Postgres %q", c[0], last[c[0]], want)
		}
		if c[5] == "t" {
			stored = append(stored, c[0])
		}
		delete(byPosting, strings.Join(strings.Split(c[1], " ")[:2], " "))
	}
	slices.Sort(stored)
	if diff := cmp.Diff(stored, slices.Sorted(maps.Keys(last))); diff != "" || len(stored) < 500 {
		t.Errorf("%d postings of the last week (-Postgres +log):\n%s", len(stored), diff)
	}
	if len(byPosting) > 0 {
		t.Errorf("the log has postings that Postgres lacks: %v", byPosting)
	}
}

// answerText is an answer as the query shows it: the company only where it is matched, the probability to its last bit.
func answerText(o nayose.Outcome, company string, p float64) string {
	if o != nayose.Matched {
		company = ""
	}
	return fmt.Sprintf(`%s %s \x%x`, o, company, binary.BigEndian.AppendUint64(nil, math.Float64bits(p)))
}

// checkSum adds up a row's evidence: it must come to the probabilities that stand beside it.
func checkSum(t *testing.T, row *artifact.OutcomeRow) {
	t.Helper()
	all := math.Exp2(row.NoneBits)
	if row.OtherCandidates > 0 {
		all += math.Exp2(row.OtherBits)
	}
	for _, c := range row.Candidates {
		all += math.Exp2(c.Weight())
	}
	for _, c := range row.Candidates {
		if p := math.Exp2(c.Weight()) / all; math.Abs(p-c.Probability) > 1e-9 {
			t.Errorf("posting %s, company %s: the evidence comes to %v, and %v stands there", row.LineageID, c.CompanyID, p, c.Probability)
		}
	}
	if len(row.Candidates) > 0 && (row.Candidates[0].CompanyID != row.CompanyID || row.Candidates[0].Probability != row.Probability) {
		t.Errorf("posting %s: its best candidate is not its company", row.LineageID)
	}
}

// TestOutcomesOfShards are those of one piece, laid end to end, but for the shard that they name: also where there are fewer mentions than
// shards, or none.
func TestOutcomesOfShards(t *testing.T) {
	dir := t.TempDir()
	j, mentions := newTestJob(t, dir), sampleMentions(t)
	sameButShard := cmp.Options{cmpopts.EquateEmpty(), cmpopts.IgnoreFields(artifact.OutcomeBasis{}, "Shard")}
	for _, n := range []int{len(mentions), 5, 0} {
		d := extractOf(t, j, mentions[:n])
		var want []artifact.OutcomeRow
		for _, shards := range []int{1, 2, 16} {
			d := d.inShards(shards)
			noError(t, j.matchMentions(t.Context(), d))
			var got []artifact.OutcomeRow
			for i := range shards {
				got = append(got, logged(t, dir, outcomePart(d, artifact.Shard{Index: i, Of: shards}))...)
			}
			if shards == 1 {
				want = got
			}
			if diff := cmp.Diff(want, got, sameButShard); diff != "" || int64(len(got)) != d.extract.Extract.Unique {
				t.Errorf("%d mentions in %d shards: %d rows of %d postings (-one piece +shards):\n%.2000s",
					n, shards, len(got), d.extract.Extract.Unique, diff)
			}
		}
	}
}

// TestCrashBeforePublishing breaks off between match's commit and the log in each way. The next run writes what lacks; once it stands, the
// log costs a look a shard.
func TestCrashBeforePublishing(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	for kind, want := range map[faults.Kind]int{faults.Refused: 80, faults.Lost: 80, faults.Before: 83} { // Before: a signal comes
		x := w.begin(t, w.first)
		code, log := attemptFor(t, &faults.Switch{Nth: 1, Kind: kind, Lasting: true, Only: publishes}, func(ctx context.Context, s *faults.Switch) (int, string) {
			return x.attempt(ctx, s, nil)
		})
		if code != want {
			t.Errorf("%s: exit code %d, want %d\n%s", kind, code, want, log)
		}
		d := committed(t, x.stores.store, firstWeek, partners[0])
		if stands, err := outcomePart(d, artifact.Whole).Published(t.Context(), x.stores.store); stands != (kind == faults.Lost) || err != nil {
			t.Errorf("%s: published %t, %v", kind, stands, err)
		}
		x.settle(t, log)
		s := new(faults.Switch)
		if code, log := x.attempt(t.Context(), s, nil); code != 0 {
			t.Fatalf("once more: %d\n%s", code, log)
		}
		looks := slices.DeleteFunc(s.Operations(), func(op string) bool { return !strings.Contains(op, " outcomes/") })
		slices.Sort(looks)
		only := []string{
			"stat outcomes/week=2026-W46/partner=hataraku-net/plan=1/part-00000-of-00001.parquet",
			"stat outcomes/week=2026-W46/partner=kaigo-navi/plan=1/part-00000-of-00001.parquet",
		}
		if !slices.Equal(looks, only) {
			t.Errorf("%s: where all stands, %q is asked, want %q", kind, looks, only)
		}
	}
}

func publishes(operation string) bool { return strings.HasPrefix(operation, "create outcomes/") }

// TestAnotherVersionPublishesAnew has a plan that another version of nayose froze and whose outcomes it published: they stay, and those of
// this version stand under the next plan.
func TestAnotherVersionPublishesAnew(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	x := w.begin(t, w.first)
	if code, log := x.attempt(t.Context(), nil, nil); code != 0 {
		t.Fatalf("run: %d\n%s", code, log)
	}
	s := x.stores.store
	old, err := artifact.LastPlan(t.Context(), s, firstWeek, partners[0])
	noError(t, err)
	old.Stages = "extract 1, survey 1, match 1, outcomes 1"
	old, created, err := artifact.Freeze(t.Context(), s, old, new(artifact.DecisionLog))
	if err != nil || !created || old.Number != 2 {
		t.Fatalf("Freeze() = %d, %t, %v, want plan 2", old.Number, created, err)
	}
	for range 2 {
		if code, log := x.attempt(t.Context(), nil, nil); code != 0 {
			t.Fatalf("run: %d\n%s", code, log)
		}
	}
	last, err := artifact.LastPlan(t.Context(), s, firstWeek, partners[0])
	noError(t, err)
	part := artifact.OutcomePart{Week: firstWeek, Partner: partners[0], Plan: 3, Shard: artifact.Whole}
	if stands, err := part.Published(t.Context(), s); last.Number != 3 || last.Stages != stageVersions() || !stands || err != nil {
		t.Errorf("plan %d of stages %q, published %t, %v; want those of plan 3", last.Number, last.Stages, stands, err)
	}
	x.anyPlan = true
	x.compare(t, "")
}

// TestOutcomesOfAnotherStand keeps to what is published where another match comes to something else under the same plan.
func TestOutcomesOfAnotherStand(t *testing.T) {
	dir := t.TempDir()
	j, mentions := newTestJob(t, dir), sampleMentions(t)
	d := extractOf(t, j, mentions)
	noError(t, j.matchMentions(t.Context(), d))
	noError(t, os.RemoveAll(filepath.Join(dir, "stages/match")))
	other := d.inShards(1)
	noError(t, j.matchMentions(t.Context(), other)) // made anew, to the same
	other = d.inShards(1)
	other.plan.Decisions = &nayose.LogPin{Entries: 1, Digest: settleFirst(t, dir, mentions[0])}
	err := j.matchMentions(t.Context(), other)
	if kind, hint := classify(err); kind != nayose.Integrity || !strings.Contains(hint, "nayose run") {
		t.Errorf("other outcomes under one plan: %v of kind %v, hint %q; want Integrity", err, kind, hint)
	}
}

// settleFirst is the digest of a log in which somebody settled a mention.
func settleFirst(t *testing.T, dir string, m nayose.Mention) string {
	t.Helper()
	s, err := store.Open(t.Context(), dir, store.S3Options{})
	noError(t, err)
	log, err := artifact.AppendDecisions(t.Context(), s, artifact.DecisionLog{}, "a.xlsx", "a",
		[]nayose.Decision{{Mention: m, Choice: nayose.ChoseNone, By: "戸田", At: nayose.NewDate(2026, 11, 20).Time()}})
	noError(t, err)
	return log.Digest
}
