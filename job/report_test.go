package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/job/internal/missing"
	page "nayose/job/internal/report"
	"nayose/loader"
	"nayose/loader/pgtest"
)

// weekOfReport is two weeks of the sample corpus, loaded, the second one matched in three shards; and a job to look at them with.
func weekOfReport(t *testing.T) (*job, string) {
	t.Helper()
	database, dir := pgtest.New(t), t.TempDir()
	for _, week := range []string{"2026-W46", "2026-W47"} {
		cmd := nayoseCommand(t, database, dir, "run", "--week", week)
		if week == "2026-W47" {
			cmd.Env = append(cmd.Env, "NAYOSE_SHARDS=3")
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("run %s: %v\n%s", week, err, out)
		}
	}
	text, err := os.ReadFile("../testdata/nayose.yaml")
	noError(t, err)
	cfg := &config{Shards: 1}
	noError(t, yaml.Unmarshal(text, cfg))
	cfg.Store, cfg.Input, cfg.Database = dir, "../testdata/corpus", database
	return jobOf(t, cfg), database
}

// TestReportAgrees holds every figure of a week's report against what Postgres has: what the report counts from artefacts, load counted
// there.
func TestReportAgrees(t *testing.T) {
	t.Parallel()
	j, database := weekOfReport(t)
	week := secondWeek
	ds, err := j.deliveries(week, "")
	noError(t, err)
	r, err := j.gather(t.Context(), week, ds, "")
	noError(t, err)
	if len(r.Unknown) > 0 {
		t.Errorf("unknown: %q", r.Unknown)
	}
	check := func(what string, got []string, sql string) {
		t.Helper()
		want := mustQuery(t, database, sql)
		if len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}

	var counts, scores, reasons, stages, figures, points []string
	for _, d := range r.Deliveries {
		if d.State != "loaded" || d.Held != "" || d.Next != "" || d.Plan != 1 {
			t.Errorf("%s: plan %d is %s, held for %q, next %q", d.Partner, d.Plan, d.State, d.Held, d.Next)
		}
		if d.Records != d.Rejected+d.Duplicates+d.Deletions+d.Matched+d.Review+d.Unmatched {
			t.Errorf("%s: the figures do not add up: %+v", d.Partner, d)
		}
		counts = append(counts, fmt.Sprint(d.Partner, d.Records, d.Rejected, d.Duplicates, d.Deletions, d.Matched, d.Review, d.Unmatched))
		for _, outcome := range []nayose.Outcome{nayose.Matched, nayose.Review, nayose.Unmatched} {
			for band, n := range d.Scores[outcome] {
				if n > 0 {
					scores = append(scores, fmt.Sprint(d.Partner, outcome, band, n))
				}
			}
		}
		for _, why := range d.Reasons {
			reasons = append(reasons, fmt.Sprint(d.Partner, why.Column, why.Code, why.Records))
		}
		for _, s := range d.Stages {
			stages = append(stages, fmt.Sprint(s.Name, " ", s.Rows, " ", s.Shards))
			if s.Seconds < 0 {
				t.Errorf("%s took %v s", s.Name, s.Seconds)
			}
		}
		for _, f := range d.Figures {
			figures = append(figures, fmt.Sprintf("%s %s %.9f %.2f %.2f", d.Partner, f.Guard, f.Value, f.Warn, f.Limit))
		}
		checkSamples(t, database, d.Samples)
	}
	for _, p := range r.Trend {
		points = append(points, fmt.Sprintf("%s %s %d %d %d %d %d %d %d %d %.6f", p.Partner, p.Week, p.Records, p.Rejected,
			p.Matched, p.Review, p.Unmatched, p.Inserted, p.Expired, p.Active, p.Flipped))
	}
	check("counts", counts, `select format('%s%s %s %s %s %s %s %s', partner, records, rejected, duplicates, deletions, matched, review, unmatched)
		from nayose.deliveries where week = '2026-W47' order by partner`)
	check("scores", scores, `select format('%s%s%s %s', partner, m.outcome, least(19, floor(m.probability * 20)), count(*))
		from nayose.postings p join nayose.match m using (mention_id) where expired_at is null
		group by partner, m.outcome, least(19, floor(m.probability * 20)) order by partner, m.outcome, least(19, floor(m.probability * 20))`)
	check("reasons", reasons, `select format('%s%s%s%s', partner, column_name, code, count(*))
		from nayose.rejects where week = '2026-W47' and kind = 'rejected' group by partner, column_name, code
		order by partner, count(*) desc, coalesce(column_name, '') collate "C", code`)
	check("stages", stages, `select unnest(array['extract ' || records || ' 0', 'survey ' || mentions || ' 0', 'match ' || mentions || ' 3',
		'load ' || unique_postings || ' 0']) from nayose.deliveries where week = '2026-W47' order by partner`)
	check("figures", figures, `select format('%s %s %s %s %s', partner, guard, round(value, 9), round(warn, 2), round("limit", 2))
		from nayose.delivery, rows from (jsonb_to_recordset(figures) as (guard text, value numeric, warn numeric, "limit" numeric)) with ordinality f
		where week = '2026-W47' order by partner, ordinality`)
	check("trend", points, `select format('%s %s %s %s %s %s %s %s %s %s %s', partner, week, records, rejected, matched, review, unmatched,
		inserted, expired, active_after, round(case when known > 0 then flipped::numeric / known else -1 end, 6))
		from nayose.delivery order by partner, week`)
	checkMissing(t, j, r.Missing)
}

// TestTrendOfAWeekLoadedAgain: what a week brought and what expired in it is that of all its loads, and the rest as the last one left it.
func TestTrendOfAWeekLoadedAgain(t *testing.T) {
	row := func(week, plan int, state loader.State, matched, review, inserted, expired int64) loader.DeliveryRow {
		return loader.DeliveryRow{
			Delivery: loader.Delivery{Partner: "p", Week: nayose.Week{Year: 2026, Week: week}, Plan: plan},
			Result:   loader.Result{State: state, Matched: matched, Review: review, Inserted: inserted, Expired: expired, ActiveAfter: 10},
		}
	}
	ledger := []loader.DeliveryRow{
		row(46, 1, loader.Loaded, 6, 4, 5, 1),
		row(47, 1, loader.Loaded, 6, 4, 8, 3),
		row(47, 2, loader.Loaded, 9, 1, 0, 0),
		row(47, 3, loader.Stale, 0, 0, 0, 0),
		{Delivery: loader.Delivery{Partner: "q", Week: nayose.Week{Year: 2026, Week: 47}, Plan: 1}, Result: loader.Result{State: loader.Loaded, Inserted: 90}},
	}
	want := []page.Point{
		{Week: ledger[0].Week, Partner: "p", Matched: 6, Review: 4, Inserted: 5, Expired: 1, Active: 10, Flipped: -1},
		{Week: ledger[1].Week, Partner: "p", Matched: 9, Review: 1, Inserted: 8, Expired: 3, Active: 10, Flipped: -1},
	}
	if diff := cmp.Diff(want, trend(ledger, []*delivery{{partner: "p"}})); diff != "" {
		t.Error(diff)
	}
}

// checkSamples holds examples against the posting that each names.
func checkSamples(t *testing.T, database string, samples []page.Sample) {
	t.Helper()
	of := map[nayose.Outcome]int{}
	for _, s := range samples {
		of[s.Match.Outcome]++
		want := mustQuery(t, database, fmt.Sprintf(`select p.outcome, p.company_name, coalesce(c.name, '') from nayose.postings p
			left join nayose.match m using (mention_id) left join nayose.companies c on c.company_id = m.company_id where lineage_id = '%s'`, s.Lineage))
		got := []string{fmt.Sprintf("%s|%s|%s", s.Match.Outcome, s.Mention.CompanyName, s.Company)}
		want[0] = strings.TrimSuffix(want[0], "|") // the master is a file, and not in Postgres
		if !strings.HasPrefix(got[0], want[0]) || len(s.Match.Candidates) > 0 && s.Company == "" || len(s.Match.Candidates) > 1 && s.Second == "" {
			t.Errorf("example %s: %q, want %q, runner-up %q", s.Lineage, got, want, s.Second)
		}
	}
	for _, outcome := range []nayose.Outcome{nayose.Matched, nayose.Review, nayose.Unmatched} {
		if of[outcome] != 4 {
			t.Errorf("%d examples of %s", of[outcome], outcome)
		}
	}
}

// checkMissing holds the employers against what status --unmatched lists.
func checkMissing(t *testing.T, j *job, list []page.Employer) {
	t.Helper()
	out, err := nayoseCommand(t, j.cfg.Database, j.cfg.Store, "status", "--unmatched", "--json").Output()
	noError(t, err)
	var all []missing.Employer
	noError(t, json.Unmarshal(out, &all))
	if len(list) != mostMissing || len(all) < mostMissing {
		t.Fatalf("%d employers of %d", len(list), len(all))
	}
	for i, e := range list {
		if want := all[i]; e.Name != want.Name || e.Address != want.Address || e.Postings != want.Postings || !slices.Equal(e.Partners, want.Partners) {
			t.Errorf("employer %d is %+v, want %+v", i, e, want)
		}
	}
}

// TestReportStopped: a report that a signal ends is none; it would say that everything is unknown.
func TestReportStopped(t *testing.T) {
	j := newTestJob(t, t.TempDir())
	j.cfg.Partners = map[string]partnerConfig{"p": {Files: []string{"p.csv"}}}
	week, file := secondWeek, filepath.Join(t.TempDir(), "week.html")
	ds, err := j.deliveries(week, "")
	noError(t, err)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errSignal)
	if kind, _ := classify(ended(ctx, j.writeReport(ctx, week, ds, "", file))); kind != nayose.Stopped {
		t.Errorf("the kind of the error is %v, want %v", kind, nayose.Stopped)
	}
	if left, err := filepath.Glob(filepath.Dir(file) + "/*"); err != nil || len(left) > 0 {
		t.Errorf("there is %v", left)
	}
}

func TestWriteWhole(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.html")
	say := func(text string, err error) func(io.Writer) error {
		return func(w io.Writer) error {
			return errors.Join(err, func() error { _, err := io.WriteString(w, text); return err }())
		}
	}
	broken := errors.New("broken")
	for _, c := range []struct {
		text string
		err  error
		want string
	}{{"one", nil, "one"}, {"half", broken, "one"}, {"two", nil, "two"}} {
		if err := writeWhole(io.Discard, file, say(c.text, c.err)); !errors.Is(err, c.err) {
			t.Errorf("writing %s: %v", c.text, err)
		}
		got, err := os.ReadFile(file)
		if left, _ := os.ReadDir(dir); err != nil || string(got) != c.want || len(left) != 1 {
			t.Errorf("after %s: %q, %v, and %d files", c.text, got, err, len(left))
		}
	}
	if err := os.Symlink("a.html", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{dir, filepath.Join(dir, "link"), filepath.Join(dir, "none", "a.html")} {
		if kind, _ := classify(writeWhole(io.Discard, name, say("x", nil))); kind != nayose.Usage {
			t.Errorf("%s: kind %v, want usage", name, kind)
		}
	}
}
