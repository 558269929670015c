package loader_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"nayose"
	"nayose/loader"
)

// states are the partner's deliveries in the ledger, a line each.
const states = `select week, plan, state, superseded_by, expired, held_for from nayose.deliveries order by started_at`

func TestLoadDelta(t *testing.T) {
	db, _, conn := fresh(t)
	steps := []struct {
		name string
		feed feed
		want loader.Result
		seen string
	}{
		{
			"the first delta, on top of a snapshot",
			feed{week: "2026-W46", postings: []string{"a cook toda", "b nurse toda", "c clerk ?abe"}},
			loader.Result{State: loader.Loaded, Inserted: 3, Matched: 2, Review: 1, ActiveAfter: 3},
			"a|cook|co-toda|matched|2026-11-09|2026-11-09|\n" +
				"b|nurse|co-toda|matched|2026-11-09|2026-11-09|\n" +
				"c|clerk||review|2026-11-09|2026-11-09|\n",
		},
		{
			"one changes, one comes, one goes, two that are unknown go, the rest stays as it is",
			feed{week: "2026-W47", delta: true, postings: []string{"b doctor toda", "d driver -nobody"}, deletions: []string{"y", "c", "z"}},
			loader.Result{
				State: loader.Loaded, Inserted: 1, Updated: 1, Expired: 1, Matched: 1, Unmatched: 1, ActiveBefore: 3, ActiveAfter: 3,
			},
			"a|cook|co-toda|matched|2026-11-09|2026-11-09|\n" +
				"b|doctor|co-toda|matched|2026-11-09|2026-11-16|\n" +
				"c|clerk||review|2026-11-09|2026-11-09|2026-11-16\n" +
				"d|driver||unmatched|2026-11-16|2026-11-16|\n",
		},
		{
			"one is back, and one that has expired goes again",
			feed{week: "2026-W48", delta: true, postings: []string{"c clerk ?abe"}, deletions: []string{"d"}},
			loader.Result{State: loader.Loaded, Unchanged: 1, Reactivated: 1, Expired: 1, Review: 1, ActiveBefore: 3, ActiveAfter: 3},
			"a|cook|co-toda|matched|2026-11-09|2026-11-09|\n" +
				"b|doctor|co-toda|matched|2026-11-09|2026-11-16|\n" +
				"c|clerk||review|2026-11-09|2026-11-23|\n" +
				"d|driver||unmatched|2026-11-16|2026-11-16|2026-11-23\n",
		},
		{
			"only deletions",
			feed{week: "2026-W49", delta: true, deletions: []string{"d", "a"}},
			loader.Result{State: loader.Loaded, Expired: 1, ActiveBefore: 3, ActiveAfter: 2},
			"a|cook|co-toda|matched|2026-11-09|2026-11-09|2026-11-30\n" +
				"b|doctor|co-toda|matched|2026-11-09|2026-11-16|\n" +
				"c|clerk||review|2026-11-09|2026-11-23|\n" +
				"d|driver||unmatched|2026-11-16|2026-11-16|2026-11-23\n",
		},
		{
			"a corrected plan of the week takes nothing of the first one back",
			feed{week: "2026-W49", plan: 2, delta: true, postings: []string{"e maid toda"}, deletions: []string{"c"}},
			loader.Result{State: loader.Loaded, Inserted: 1, Expired: 1, Matched: 1, ActiveBefore: 2, ActiveAfter: 2},
			"a|cook|co-toda|matched|2026-11-09|2026-11-09|2026-11-30\n" +
				"b|doctor|co-toda|matched|2026-11-09|2026-11-16|\n" +
				"c|clerk||review|2026-11-09|2026-11-23|2026-11-30\n" +
				"d|driver||unmatched|2026-11-16|2026-11-16|2026-11-23\n" +
				"e|maid|co-toda|matched|2026-11-30|2026-11-30|\n",
		},
		{
			"a delta that comes late",
			feed{week: "2026-W48", plan: 2, delta: true, postings: []string{"e cook abe", "f cook abe"}, deletions: []string{"b"}},
			loader.Result{State: loader.Superseded, By: "2026-W49"},
			"a|cook|co-toda|matched|2026-11-09|2026-11-09|2026-11-30\n" +
				"b|doctor|co-toda|matched|2026-11-09|2026-11-16|\n" +
				"c|clerk||review|2026-11-09|2026-11-23|2026-11-30\n" +
				"d|driver||unmatched|2026-11-16|2026-11-16|2026-11-23\n" +
				"e|maid|co-toda|matched|2026-11-23|2026-11-30|\n",
		},
	}
	for _, step := range steps {
		step.feed.rejects = []string{"x", "=y"}
		if diff := cmp.Diff(step.want, step.feed.load(t, db)); diff != "" {
			t.Errorf("%s: result (-want +got):\n%s", step.name, diff)
		}
		if diff := cmp.Diff(step.seen, query(t, conn, seen)); diff != "" {
			t.Errorf("%s: postings (-want +got):\n%s", step.name, diff)
		}
		before := dumpLocks(t, conn)
		if r := step.feed.load(t, db); r.State != loader.Already && r.State != loader.Superseded {
			t.Errorf("%s, again: it is %s", step.name, r.State)
		}
		if diff := cmp.Diff(before, dumpLocks(t, conn)); diff != "" {
			t.Errorf("%s, again: something was written (-before +after):\n%s", step.name, diff)
		}
	}
	got := query(t, conn, `select week, plan, records, rejected, duplicates, deletions, unique_postings, snapshot from nayose.deliveries
		where state = 'loaded' order by started_at`)
	want := "2026-W46|1|5|1|1|0|3|t\n2026-W47|1|7|1|1|3|2|f\n2026-W48|1|4|1|1|1|1|f\n2026-W49|1|4|1|1|2|0|f\n2026-W49|2|4|1|1|1|1|f\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ledger (-want +got):\n%s", diff)
	}
}

// A delta says what changed since the week before: without that week it is held.
func TestLoadSequence(t *testing.T) {
	db, _, conn := fresh(t)
	delta := func(week string, plan int, files string) feed {
		return feed{week: week, plan: plan, delta: true, files: files, digest: files, postings: []string{"a cook toda"}, deletions: []string{"b"}}
	}
	approved := delta("2026-W51", 1, "51")
	approved.approval = 1
	for _, step := range []struct {
		feed    feed
		missing string // or it is
		state   loader.State
	}{
		{feed: delta("2026-W45", 1, "45"), state: loader.Loaded}, // the first of all
		{feed: delta("2026-W47", 1, "47"), missing: "2026-W46"},
		{feed: delta("2026-W48", 1, "48"), missing: "2026-W46"},
		{feed: delta("2026-W46", 1, "46"), state: loader.Loaded},
		{feed: delta("2026-W47", 1, "47"), state: loader.Loaded},
		{feed: delta("2026-W47", 2, "47 mended"), state: loader.Loaded},
		{feed: delta("2026-W49", 1, "47 mended"), missing: "2026-W48"}, // stale, but it would hide that a week is missing
		{feed: delta("2026-W48", 1, "47 mended"), state: loader.Stale},
		{feed: delta("2026-W49", 1, "49"), state: loader.Loaded}, // on top of a stale week
		{feed: delta("2026-W51", 1, "51"), missing: "2026-W50"},
		{feed: approved, state: loader.Loaded},
		{feed: delta("2026-W50", 1, "50"), state: loader.Superseded}, // it was given up
		{feed: feed{week: "2026-W53", postings: []string{"a cook toda"}}, state: loader.Loaded},
		{feed: delta("2027-W01", 1, "1"), state: loader.Loaded},
	} {
		d, in := step.feed.build(t)
		r, err := db.Load(t.Context(), d, in)
		if step.missing != "" {
			wantFault(t, err, nayose.Held, step.missing+" is missing")
		} else if err != nil || r.State != step.state {
			t.Errorf("%s of %s is %s, %v, want %s", step.feed.files, d.Week, r.State, err, step.state)
		}
	}
	const want = "2026-W51|1|loaded||0|2026-W50 is missing: a delta feed is loaded in sequence\n"
	if got := query(t, conn, states); !strings.Contains(got, want) {
		t.Errorf("the ledger is\n%swant in it\n%s", got, want)
	}
}

// Last week's files again bring nothing new, and above all do not look like a week in which nothing changed.
func TestLoadStale(t *testing.T) {
	db, _, conn := fresh(t)
	stale := func(week string, plan int) feed {
		return feed{week: week, plan: plan, files: "F", digest: week + " F", postings: []string{"a cook toda"}}
	}
	stale("2026-W46", 1).load(t, db)
	before := query(t, conn, seen)
	for _, week := range []string{"2026-W47", "2026-W49"} {
		f := stale(week, 1)
		want := loader.Result{State: loader.Stale, By: "2026-W46"}
		if diff := cmp.Diff(want, f.load(t, db)); diff != "" {
			t.Errorf("%s: result (-want +got):\n%s", week, diff)
		}
		all := dumpLocks(t, conn)
		want.State = loader.Already
		if diff := cmp.Diff(want, f.load(t, db)); diff != "" {
			t.Errorf("%s, again: result (-want +got):\n%s", week, diff)
		}
		if diff := cmp.Diff(all, dumpLocks(t, conn)); diff != "" {
			t.Errorf("%s, again: something was written (-before +after):\n%s", week, diff)
		}
	}
	if diff := cmp.Diff(before, query(t, conn, seen)); diff != "" {
		t.Errorf("postings (-before +after):\n%s", diff)
	}
	for _, step := range []struct {
		name string
		feed feed
		want loader.Result
	}{
		{
			"the week that was stale, with files of its own",
			feed{week: "2026-W47", plan: 2, files: "G", postings: []string{"b cook toda"}},
			loader.Result{State: loader.Loaded, Inserted: 1, Expired: 1, Matched: 1, ActiveBefore: 1, ActiveAfter: 1},
		},
		{
			"the same week, the same files, another mapping",
			feed{week: "2026-W47", plan: 3, files: "G", postings: []string{"b chef toda"}},
			loader.Result{State: loader.Loaded, Updated: 1, Matched: 1, ActiveBefore: 1, ActiveAfter: 1},
		},
		{
			"what was stale when it came is so no longer",
			stale("2026-W49", 1),
			loader.Result{State: loader.Loaded, Unchanged: 1, Reactivated: 1, Expired: 1, Matched: 1, ActiveBefore: 1, ActiveAfter: 1},
		},
		{
			"a stale week that is overtaken",
			stale("2026-W47", 1),
			loader.Result{State: loader.Already, By: "2026-W46"},
		},
		{
			"files that nobody took the digest of are like no others",
			feed{week: "2026-W50", postings: []string{"a cook toda"}},
			loader.Result{State: loader.Loaded, Unchanged: 1, Matched: 1, ActiveBefore: 1, ActiveAfter: 1},
		},
		{
			"nor are they themselves",
			feed{week: "2026-W51", postings: []string{"a cook toda"}},
			loader.Result{State: loader.Loaded, Unchanged: 1, Matched: 1, ActiveBefore: 1, ActiveAfter: 1},
		},
	} {
		if diff := cmp.Diff(step.want, step.feed.load(t, db)); diff != "" {
			t.Errorf("%s: result (-want +got):\n%s", step.name, diff)
		}
	}
}

// A person puts last week's file back in the place of one that did harm: that is no stale week.
func TestLoadWayBack(t *testing.T) {
	db, _, _ := fresh(t)
	feed{week: "2026-W46", files: "good", postings: []string{"a cook toda"}}.load(t, db)
	feed{week: "2026-W47", files: "bad", postings: []string{"z cook toda"}}.load(t, db)
	r := feed{week: "2026-W47", plan: 2, files: "good", postings: []string{"a cook toda"}}.load(t, db)
	if r.State != loader.Loaded || r.Reactivated != 1 || r.Expired != 1 {
		t.Errorf("result is %+v, want one back and one expired", r)
	}
}

func TestLoadApproval(t *testing.T) {
	db, _, conn := fresh(t)
	feed{week: "2026-W46", postings: []string{"a cook toda", "b nurse toda"}}.load(t, db)
	empty := feed{week: "2026-W47", files: "E", digest: "E model 1"}
	held := func(name string, f feed, words string) {
		t.Helper()
		d, in := f.build(t)
		before := dumpLocks(t, conn)
		_, err := db.Load(t.Context(), d, in)
		wantFault(t, err, nayose.Held, words)
		if diff := cmp.Diff(before, dumpLocks(t, conn)); diff != "" {
			t.Errorf("%s: something was written (-before +after):\n%s", name, diff)
		}
	}
	held("no approval", empty, "no posting: all that are active would expire")

	empty.approval = 1
	want := loader.Result{
		State: loader.Loaded, HeldFor: "the delivery holds no posting: all that are active would expire", Expired: 2, ActiveBefore: 2,
	}
	if diff := cmp.Diff(want, empty.load(t, db)); diff != "" {
		t.Errorf("approved: result (-want +got):\n%s", diff)
	}
	if r := empty.load(t, db); r.State != loader.Already {
		t.Errorf("approved, again: it is %s, want already", r.State)
	}

	other := empty
	other.plan, other.digest = 2, "E model 2"
	held("used up", other, "its approval was for an earlier plan")
	other.approval = 2
	if r := other.load(t, db); r.State != loader.Loaded || r.HeldFor == "" {
		t.Errorf("approved anew: result is %+v, want loaded", r)
	}
	back := empty
	back.plan = 3 // reads what the first plan read: its approval is for that
	if r := back.load(t, db); r.State != loader.Loaded || r.HeldFor == "" {
		t.Errorf("back to the first: result is %+v, want loaded", r)
	}

	// Nothing holds this one; its plan names an approval, which extract may have needed.
	feed{week: "2026-W48", approval: 1, postings: []string{"a cook toda"}}.load(t, db)
	// One whose approval is used up loads by itself, and does not boast of it.
	feed{week: "2026-W48", plan: 2, digest: "again", approval: 1, postings: []string{"a cook toda"}}.load(t, db)
	held("an empty delta", feed{week: "2026-W49", delta: true}, "no posting")
	// The same files, empty again in a later week: their approval is another one, though its number is the same.
	later := feed{week: "2026-W50", files: "E", approval: 1}
	if r := later.load(t, db); r.State != loader.Loaded || r.Expired != 1 {
		t.Errorf("another week's approval: result is %+v, want one expired", r)
	}

	got := query(t, conn, `select week, plan, approval_number, approval_delivery, approved_by, approved_why, approved_at at time zone 'UTC',
		expired, unique_postings, held_for <> '' from nayose.deliveries order by started_at`)
	const words = "|toda|月末の一斉終了|2026-11-20 02:00:00|"
	ledger := "2026-W46|1||||||0|2|f\n" +
		"2026-W47|1|1|delivery of E" + words + "2|0|t\n" +
		"2026-W47|2|2|delivery of E" + words + "0|0|t\n" +
		"2026-W47|3|1|delivery of E" + words + "0|0|t\n" +
		"2026-W48|1|1|delivery of " + words + "0|1|f\n" +
		"2026-W48|2||||||0|1|f\n" +
		"2026-W50|1|1|delivery of E" + words + "1|0|t\n"
	if diff := cmp.Diff(ledger, got); diff != "" {
		t.Errorf("ledger (-want +got):\n%s", diff)
	}

	d, in := feed{week: "2026-W51", approval: 1, postings: []string{"a cook toda"}}.build(t)
	d.Approval.Partner = "other"
	_, err := db.Load(t.Context(), d, in)
	wantFault(t, err, nayose.Integrity, `approval of 2026-W51 of "other"`)
}

// Expiring what a delta deletes looks up each posting of the small side by an index, whether or not posting_state was ever analyzed:
// 5,000 of 200,000 postings take 0.1 to 0.2 s, and 100 of them a millisecond.
func TestExpireDeletedPlan(t *testing.T) {
	_, _, conn := fresh(t)
	execute(t, conn, `alter table nayose.posting_state set (autovacuum_enabled = false)`)
	execute(t, conn, `insert into nayose.posting_state (partner, posting_id, lineage_id, first_seen, last_seen, delivery)
		select 'hello', 'job-' || n, gen_random_uuid(), '2026-11-09', '2026-11-09', 1 from generate_series(1, 50000) n`)
	for _, test := range []struct {
		statistics string
		deletions  int
		lookup     string
	}{
		{"select 'none'", 5000, "Index Cond: (posting_id = t.posting_id)"},
		{"analyze nayose.posting_state", 100, "AND (posting_id = s.posting_id)"},
	} {
		execute(t, conn, `begin`)
		execute(t, conn, test.statistics)
		execute(t, conn, text(t, "sql/stage.sql"))
		execute(t, conn, `insert into pg_temp.stage_deletion select 'job-' || n, gen_random_uuid() from generate_series(1, $1::int) n`, test.deletions)
		execute(t, conn, text(t, "sql/index_stage.sql"))
		plan := query(t, conn, `explain `+text(t, "sql/leave_deleted.sql"), pgx.NamedArgs{"partner": "hello", "monday": "2026-11-16"})
		if !strings.Contains(plan, test.lookup) {
			t.Errorf("%d deletions, statistics: %s: the plan lacks %q\n%s", test.deletions, test.statistics, test.lookup, plan)
		}
		execute(t, conn, `rollback`)
	}
}

func text(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
