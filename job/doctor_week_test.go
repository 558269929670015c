package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/loader/pgtest"
)

// TestDoctorFindsWhatWasChanged changes one thing of each kind that a week leaves, by hand, and wants the doctor to name it; and once
// it is put back, to find nothing.
func TestDoctorFindsWhatWasChanged(t *testing.T) {
	t.Parallel()
	database, dir := pgtest.New(t), t.TempDir()
	command := func(args ...string) (string, int) {
		out, err := nayoseCommand(t, database, dir, args...).CombinedOutput()
		return string(out), exitCode(err)
	}
	week := []string{"--week", "2026-W46", "--partner", "hataraku-net"}
	must := func(args ...string) {
		t.Helper()
		if out, code := command(args...); code != 0 {
			t.Fatalf("nayose %v: %d\n%s", args, code, out)
		}
	}
	must(append([]string{"run"}, week...)...)
	store := newTestJob(t, dir).store
	plan, err := artifact.LastPlan(t.Context(), store, firstWeek, "hataraku-net")
	noError(t, err)
	noError(t, artifact.Approve(t.Context(), store, nayose.Approval{
		Week: plan.Week, Partner: plan.Partner, Delivery: extractPlace(plan).Digest, Number: 1, By: "toda", Why: "a test", At: time.Now().UTC().Truncate(time.Second),
	}))
	must(append([]string{"run"}, week...)...)
	noError(t, artifact.AppendHold(t.Context(), store, artifact.Hold{Week: firstWeek, Partner: "hataraku-net", Stage: "plan", Reason: "a test"}))
	doctor := append([]string{"doctor"}, week...)
	if out, code := command(doctor...); code != 0 || !strings.Contains(out, "1 load with 236 postings") {
		t.Fatalf("doctor of an untouched week: %d\n%s", code, out)
	}

	flip := func(pattern string) func(*testing.T) { return func(t *testing.T) { flipByte(t, dir, pattern) } }
	remove := func(pattern string) func(*testing.T) {
		return func(t *testing.T) {
			name := one(t, dir, pattern)
			b, err := os.ReadFile(name)
			if err == nil {
				err = os.Remove(name)
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.WriteFile(name, b, 0o666) })
		}
	}
	sql := func(table, change string) func(*testing.T) {
		return func(t *testing.T) { changeTable(t, database, table, change) }
	}
	const some = " where ctid = (select min(ctid) from nayose."
	for _, test := range []struct {
		name   string
		change func(*testing.T)
		want   string
	}{
		{"a byte of the log of holds", flip("holds/2026-W46/hataraku-net/1.json"), `the log of holds: `},
		{"a byte of the plan", flip("plans/2026-W46/hataraku-net/2.json"), `plan 2: `},
		{"a byte of the first plan", flip("plans/2026-W46/hataraku-net/1.json"), `plan 1: `},
		{"a byte of the approval", flip("approvals/2026-W46/hataraku-net/*/1.json"), `approval`},
		{"the approval is gone", remove("approvals/2026-W46/hataraku-net/*/1.json"), `approval`},
		{"a byte of the extract's manifest", flip("stages/extract/*/manifest.json"), `stages/extract/\w+/manifest.json: `},
		{"a byte of the survey's manifest", flip("stages/survey/*/manifest.json"), `stages/survey/\w+/manifest.json: `},
		{"a byte of the match's manifest", flip("stages/match/*/manifest.json"), `stages/match/\w+/manifest.json: `},
		{"a byte of the master's manifest", flip("masters/*/manifest.json"), `masters/\w+/manifest.json: `},
		{"the extract's manifest is gone", remove("stages/extract/*/manifest.json"), `ledger, plan 1: .*not all there`},
		{"the master's manifest is gone", remove("masters/*/manifest.json"), `its master snapshot`},
		{"a byte of the postings", flip("stages/extract/*/*/postings.parquet"), `postings.parquet: `},
		{"a byte of the mentions", flip("stages/extract/*/*/mentions.parquet"), `mentions.parquet: `},
		{"a byte of the rejects", flip("stages/extract/*/*/rejects.ndjson"), `rejects.ndjson: `},
		{"the deletions are gone", remove("stages/extract/*/*/deletions.parquet"), `deletions.parquet: `},
		{"a byte of the members", flip("stages/survey/*/*/members.parquet"), `members.parquet: `},
		{"a byte of the matches", flip("stages/match/*/*/matches.parquet"), `matches.parquet: `},
		{"a byte of the companies", flip("masters/*/*/companies.parquet"), `companies.parquet: `},
		{"a byte of the index", flip("masters/*/*/master.index"), `master.index: `},
		{"a byte of the outcome log", flip("outcomes/*/partner=hataraku-net/plan=1/part-00000-of-00001.parquet"), `outcomes/week=2026-W46/.*: `},
		{"a part of the outcome log is gone", remove("outcomes/*/partner=hataraku-net/plan=1/part-00000-of-00001.parquet"), `outcomes/.*plan=1/.*found nothing`},

		{"a count of the ledger", sql("delivery", "records = records + 1"), `ledger row \d+ records: expected 244, found 245`},
		{"a sum of the ledger", sql("delivery", "unique_sum = unique_sum + 1"), `ledger row \d+ unique_sum`},
		{"the ledger's digest", sql("delivery", "digest = 'other'"), `ledger row \d+ digest`},
		{"the ledger's plan", sql("delivery", "plan = 7"), `ledger, plan 7`},
		{"the ledger's week", sql("delivery", "week = '2026-W45'"), `posting_state: expected a delivery of 2026-W46`},
		{"the ledger's Monday", sql("delivery", "monday = monday - 7"), `ledger row \d+: expected week and Monday that agree`},
		{"the ledger's model", sql("delivery", "model = 'other'"), `ledger row \d+ model`},
		{"the ledger's outcomes", sql("delivery", "matched = matched - 1, review = review + 1"), `counted again: matched`},
		{"what the load inserted", sql("delivery", "inserted = inserted - 1"), `inserted \+ updated \+ unchanged`},
		{"what was active", sql("delivery", "active_after = active_after + 1"), `active_after`},
		{"the ledger's scores", sql("delivery", "scores = jsonb_set(scores, '{matched,19}', '1')"), `scores of matched = matched`},
		{"a band of the scores", sql("delivery", "scores = jsonb_set(scores, '{matched}', (scores->'matched') - 0 || '0')"), `counted again: scores`},
		{"what was known", sql("delivery", "known = mentions + 1"), `known beyond mentions`},
		{"what flipped", sql("delivery", "flipped = 1"), `flipped beyond known`},
		{"the ledger's state", sql("delivery", "state = 'stale'"), `the ledger says was loaded`},
		{"who approved", sql("delivery", "approved_by = 'another', approval_number = 3, approval_delivery = '', approved_why = '', approved_at = now()"), `ledger row \d+ approval`},

		{"a posting's title", sql("posting", "description = description || ' '"+some+"posting)"), `posting [0-9a-f-]{36}: .*another value in: description$`},
		{"a posting's salary", sql("posting", "salary_min = coalesce(salary_min, 0) + 1"+some+"posting)"), `another value in: salary_min`},
		{"a posting's extra", sql("posting", `extra = '{"a": 1}'`+some+"posting)"), `another value in: extra`},
		{"a posting's hash", sql("posting", "content_hash = mention_id"+some+"posting)"), `another value in: content_hash`},
		{"a posting's mention", sql("posting", "mention_id = content_hash"+some+"posting)"), `another value in: mention_id`},
		{"a posting is gone", sql("posting", ""), `posting [0-9a-f-]{36}: .*found no row$`},
		{"a posting is gone, by all", sql("posting", ""), `postings of hataraku-net: expected a row of posting for each of posting_state, found 1 posting without one$`},
		{"a lineage id", sql("posting_state", "lineage_id = gen_random_uuid()"+some+"posting_state)"), `posting_state [0-9a-f-]{36}: .*lineage_id`},
		{"when it was seen", sql("posting_state", "last_seen = last_seen + 7"+some+"posting_state)"), `last_seen`},
		{"an expired posting", sql("posting_state", "expired_at = last_seen + 7"+some+"posting_state)"), `expired_at`},
		{"another delivery's", sql("posting_state", "delivery = delivery + 100"+some+"posting_state)"), `1 rows of posting_state`},
		{"a posting of none", sql("posting_state", "posting_id = 'made up'"+some+"posting_state)"), `found a row of a posting that the delivery does not have`},
		{"a mention's phone", sql("mention", "phone = '1'"+some+"mention)"), `mention [0-9a-f-]{36}: .*another value in: phone`},
		{"a mention's id", sql("mention", "mention_id = gen_random_uuid()"+some+"mention)"), `mention [0-9a-f-]{36}: .*found no row`},
		{"a match's probability", sql("match", "probability = probability / 2 + 0.1"+some+"match)"), `match [0-9a-f-]{36}: .*another value in: probability`},
		{"a match's candidates", sql("match", "candidates = '[]'"+some+"match where candidates <> '[]')"), `another value in: candidates`},
		{"a match's hash", sql("match", "match_hash = mention_id"+some+"match)"), `another value in: match_hash`},
		{"a match's company", sql("match", "company_id = '1'"+some+"match where company_id is not null)"), `another value in: company_id`},
		{"a reject's record", sql("reject", "raw = raw || ' '"+some+"reject)"), `reject [0-9a-f-]{36}: `},
		{"a reject's code", sql("reject", "code = 'other'"+some+"reject)"), `reject [0-9a-f-]{36}: `},
		{"a reject is gone", sql("reject", ""), `reject [0-9a-f-]{36}: .*found no row, or one`},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.change(t)
			out, code := command(doctor...)
			if !regexp.MustCompile(`(?m)^wrong  hataraku-net: .*`+test.want).MatchString(out) || code != 63 {
				t.Errorf("exit code %d, want 63 and a line with %s\n%s", code, test.want, out)
			}
		})
	}
	if out, code := command(doctor...); code != 0 {
		t.Errorf("doctor of what was put back: %d\n%s", code, out)
	}
}

// one is the only file below dir that fits.
func one(t *testing.T, dir, pattern string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(names) != 1 {
		t.Fatalf("%s: %v, %v; want one file", pattern, names, err)
	}
	return names[0]
}

// flipByte changes a bit in the middle of a file until the test's end.
func flipByte(t *testing.T, dir, pattern string) {
	t.Helper()
	name := one(t, dir, pattern)
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	spoilt := bytes.Clone(b)
	spoilt[len(b)/2] ^= 1
	if err := os.WriteFile(name, spoilt, 0o666); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.WriteFile(name, b, 0o666) })
}

// changeTable changes rows of a table, or deletes the first where there is no change, until the test's end.
func changeTable(t *testing.T, database, table, change string) {
	t.Helper()
	statement := fmt.Sprintf("update nayose.%s set %s", table, change)
	if change == "" {
		statement = fmt.Sprintf("delete from nayose.%[1]s where ctid = (select min(ctid) from nayose.%[1]s)", table)
	}
	execute(t, database, "create table kept as table nayose."+table, statement)
	t.Cleanup(func() {
		execute(t, database, "truncate nayose."+table, "insert into nayose."+table+" select * from kept", "drop table kept")
	})
}
