package loader_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"nayose"
	"nayose/loader"
)

const seen = `select posting_id, title, company_id, outcome, first_seen, last_seen, expired_at
	from nayose.postings order by posting_id`

func TestLoad(t *testing.T) {
	db, _, conn := fresh(t)
	steps := []struct {
		name string
		feed feed
		want loader.Result
		seen string
	}{
		{
			"the first week",
			feed{week: "2026-W46", postings: []string{"a cook toda", "b nurse toda", "c clerk ?abe"}, rejects: []string{"x", "=y"}},
			loader.Result{State: loader.Loaded, Inserted: 3, Matched: 2, Review: 1, ActiveAfter: 3},
			"a|cook|co-toda|matched|2026-11-09|2026-11-09|\n" +
				"b|nurse|co-toda|matched|2026-11-09|2026-11-09|\n" +
				"c|clerk||review|2026-11-09|2026-11-09|\n",
		},
		{
			"one stays, one changes, one goes, one comes",
			feed{week: "2026-W47", postings: []string{"a cook toda", "b doctor toda", "d driver -nobody"}},
			loader.Result{
				State: loader.Loaded, Inserted: 1, Updated: 1, Unchanged: 1, Expired: 1,
				Matched: 2, Unmatched: 1, ActiveBefore: 3, ActiveAfter: 3,
			},
			"a|cook|co-toda|matched|2026-11-09|2026-11-16|\n" +
				"b|doctor|co-toda|matched|2026-11-09|2026-11-16|\n" +
				"c|clerk||review|2026-11-09|2026-11-09|2026-11-16\n" +
				"d|driver||unmatched|2026-11-16|2026-11-16|\n",
		},
		{
			"one is back, unchanged, and one employer is another",
			feed{week: "2026-W48", postings: []string{"a cook suzuki", "b doctor toda", "c clerk ?abe"}},
			loader.Result{
				State: loader.Loaded, Updated: 1, Unchanged: 2, Reactivated: 1, Expired: 1,
				Matched: 2, Review: 1, ActiveBefore: 3, ActiveAfter: 3,
			},
			"a|cook|co-suzuki|matched|2026-11-09|2026-11-23|\n" +
				"b|doctor|co-toda|matched|2026-11-09|2026-11-23|\n" +
				"c|clerk||review|2026-11-09|2026-11-23|\n" +
				"d|driver||unmatched|2026-11-16|2026-11-16|2026-11-23\n",
		},
	}
	for _, step := range steps {
		if diff := cmp.Diff(step.want, step.feed.load(t, db)); diff != "" {
			t.Errorf("%s: result (-want +got):\n%s", step.name, diff)
		}
		if diff := cmp.Diff(step.seen, query(t, conn, seen)); diff != "" {
			t.Errorf("%s: postings (-want +got):\n%s", step.name, diff)
		}
		before := dumpLocks(t, conn)
		step.want.State = loader.Already
		if diff := cmp.Diff(step.want, step.feed.load(t, db)); diff != "" {
			t.Errorf("%s, again: result (-want +got):\n%s", step.name, diff)
		}
		if diff := cmp.Diff(before, dumpLocks(t, conn)); diff != "" {
			t.Errorf("%s, again: something was written (-before +after):\n%s", step.name, diff)
		}
	}
}

// The same content under the next week's label rewrites the narrow rows and no wide one.
func TestLoadUnchanged(t *testing.T) {
	db, _, conn := fresh(t)
	wide := func() (rows string) {
		for _, table := range []string{"posting", "mention", "match"} {
			rows += query(t, conn, `select ctid, xmin, xmax, * from nayose.`+table+` order by ctid`)
		}
		return rows
	}
	f := feed{week: "2026-W46", postings: []string{"a cook toda", "b nurse toda", "c clerk ?abe"}}
	f.load(t, db)
	before := wide()
	f.week = "2026-W47"
	if r := f.load(t, db); r.Unchanged != 3 {
		t.Errorf("result is %+v, want three unchanged", r)
	}
	if diff := cmp.Diff(before, wide()); diff != "" {
		t.Errorf("wide rows were written (-before +after):\n%s", diff)
	}
	if got, want := query(t, conn, `select distinct last_seen from nayose.posting_state`), "2026-11-16\n"; got != want {
		t.Errorf("last_seen is %q, want %q", got, want)
	}
}

// All candidates of a match stand in its row where a person is to choose; of the others the best alone, and what the rest says changes nothing.
func TestLoadCandidates(t *testing.T) {
	db, _, conn := fresh(t)
	f := feed{week: "2026-W46", postings: []string{"a cook toda", "c clerk ?abe"}}
	second := func(probability float64) func(*nayose.Match) {
		return func(m *nayose.Match) {
			m.Candidates = append(m.Candidates, nayose.Candidate{CompanyID: "co-other", Probability: probability})
		}
	}
	load := func(probability float64) {
		t.Helper()
		d, in := f.build(t)
		in.Matches = alter(in.Matches, second(probability))
		if _, err := db.Load(t.Context(), d, in); err != nil {
			t.Fatal(err)
		}
	}
	const written = `select outcome, jsonb_path_query_array(candidates, '$[*].company_id'), xmin from nayose.match order by outcome`
	load(0.01)
	want := "matched|[\"co-toda\"]\nreview|[\"co-?abe\", \"co-other\"]\n"
	if got := query(t, conn, strings.Replace(written, ", xmin", "", 1)); got != want {
		t.Errorf("candidates are %s, want %s", got, want)
	}
	before := strings.Split(query(t, conn, written), "\n")
	f.week = "2026-W47"
	load(0.02)
	after := strings.Split(query(t, conn, written), "\n")
	if before[0] != after[0] {
		t.Errorf("%q was written again: %q", before[0], after[0])
	}
	if before[1] == after[1] {
		t.Errorf("%q was not written again", before[1])
	}
}

// The other views, in the state that two weeks leave behind.
func TestViews(t *testing.T) {
	db, _, conn := fresh(t)
	feed{week: "2026-W46", postings: []string{"a cook toda", "b nurse toda", "c clerk ?abe", "d clerk ?abe"}, rejects: []string{"x", "=y"}}.
		load(t, db)
	feed{week: "2026-W47", postings: []string{"a cook toda", "c clerk ?abe", "e maid -nobody"}, rejects: []string{"z"}}.load(t, db)
	feed{week: "2026-W47", plan: 2, postings: []string{"a chef toda", "c clerk ?abe"}, rejects: []string{"w"}}.load(t, db)
	for _, test := range []struct{ name, query, want string }{
		{
			"active_postings", `select posting_id, company_name, company_id, occupation, occupation_text, salary_min, extra from nayose.active_postings`,
			"a|toda|co-toda|service|chefさん|1200|{\"備考\": \"なし\"}\n",
		},
		{
			"review_queue", `select partner, company_name, active_postings, best_company_id, probability, candidates -> 0 -> 'evidence'
			from nayose.review_queue`,
			"hello|?abe|1|co-?abe|0.6|[{\"bits\": 12.5, \"level\": \"equal\", \"comparison\": \"name\"}]\n",
		},
		{
			"rejects", `select week, plan, kind, line, column_name, code, raw from nayose.rejects order by week, line`,
			"2026-W46|1|rejected|2|title|missing|x\n2026-W46|1|duplicate|3|title||=y\n2026-W47|2|rejected|2|title|missing|w\n",
		},
		{
			"deliveries", `select week, plan, state, records, expired, active_after from nayose.deliveries order by started_at`,
			"2026-W46|1|loaded|6|0|4\n2026-W47|1|loaded|4|2|3\n2026-W47|2|loaded|3|1|2\n",
		},
		{"generations", `select generation, live from nayose.generations`, "1|t\n"},
	} {
		if diff := cmp.Diff(test.want, query(t, conn, test.query)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// A delivery that something newer has overtaken fills in first_seen, once, and nothing else.
func TestLoadLate(t *testing.T) {
	db, _, conn := fresh(t)
	feed{week: "2026-W47", plan: 2, postings: []string{"a cook toda", "b nurse toda"}}.load(t, db)
	for _, test := range []struct {
		name string
		feed feed
		by   string
		seen string
	}{
		{
			"an older week",
			feed{week: "2026-W46", postings: []string{"a waiter abe", "z chef zoe"}},
			"2026-W47",
			"a|cook|co-toda|matched|2026-11-09|2026-11-16|\nb|nurse|co-toda|matched|2026-11-16|2026-11-16|\n",
		},
		{
			"an older plan",
			feed{week: "2026-W47", postings: []string{"b chef abe"}},
			"2026-W47 plan 2",
			"a|cook|co-toda|matched|2026-11-09|2026-11-16|\nb|nurse|co-toda|matched|2026-11-16|2026-11-16|\n",
		},
		{
			"an older week, empty",
			feed{week: "2026-W45"},
			"2026-W47",
			"a|cook|co-toda|matched|2026-11-09|2026-11-16|\nb|nurse|co-toda|matched|2026-11-16|2026-11-16|\n",
		},
	} {
		want := loader.Result{State: loader.Superseded, By: test.by}
		if diff := cmp.Diff(want, test.feed.load(t, db)); diff != "" {
			t.Errorf("%s: result (-want +got):\n%s", test.name, diff)
		}
		if diff := cmp.Diff(test.seen, query(t, conn, seen)); diff != "" {
			t.Errorf("%s: postings (-want +got):\n%s", test.name, diff)
		}
		before := dumpLocks(t, conn)
		if diff := cmp.Diff(want, test.feed.load(t, db)); diff != "" {
			t.Errorf("%s, again: result (-want +got):\n%s", test.name, diff)
		}
		if diff := cmp.Diff(before, dumpLocks(t, conn)); diff != "" {
			t.Errorf("%s, again: something was written (-before +after):\n%s", test.name, diff)
		}
	}
}

// A mapping is changed and changed back: the third plan reads what the first one read, and must be loaded.
func TestLoadBackAndForth(t *testing.T) {
	db, _, conn := fresh(t)
	first := feed{week: "2026-W47", plan: 1, digest: "1", postings: []string{"a cook toda"}}
	second := feed{week: "2026-W47", plan: 2, digest: "2", postings: []string{"a chef toda"}}
	third := feed{week: "2026-W47", plan: 3, digest: "1", postings: []string{"a cook toda"}}
	for i, f := range []feed{first, second, third} {
		if r := f.load(t, db); r.State != loader.Loaded {
			t.Errorf("plan %d is %s, want loaded", i+1, r.State)
		}
	}
	if got, want := query(t, conn, `select title from nayose.postings`), "cook\n"; got != want {
		t.Errorf("title is %q, want %q", got, want)
	}
	for i, f := range []feed{first, third} {
		if r := f.load(t, db); r.State != loader.Already {
			t.Errorf("delivery %d again is %s, want already", i, r.State)
		}
	}
	if r := second.load(t, db); r.State != loader.Already {
		t.Errorf("plan 2 after plan 3 is %s, want already", r.State)
	}
}

// Matches go to the plan's generation; the views show the live one.
func TestLoadGeneration(t *testing.T) {
	db, _, conn := fresh(t)
	feed{week: "2026-W46", postings: []string{"a cook toda"}}.load(t, db)
	execute(t, conn, `insert into nayose.generation (generation) values (2)`)
	execute(t, conn, `update nayose.live set generation = 2`)
	if got, want := query(t, conn, seen), "a|cook|||2026-11-09|2026-11-09|\n"; got != want {
		t.Errorf("in a new generation, postings are %q, want %q", got, want)
	}
	feed{week: "2026-W47", generation: 2, postings: []string{"a cook toda"}}.load(t, db)
	if got, want := query(t, conn, seen), "a|cook|co-toda|matched|2026-11-09|2026-11-16|\n"; got != want {
		t.Errorf("after its first load, postings are %q, want %q", got, want)
	}
	d, in := feed{week: "2026-W48", generation: 3, postings: []string{"a cook toda"}}.build(t)
	_, err := db.Load(t.Context(), d, in)
	wantFault(t, err, nayose.Usage, "generation 3")
}

// Two jobs at once with the same delivery: one loads, the other finds it done.
func TestLoadAtOnce(t *testing.T) {
	db, url, _ := fresh(t)
	dbs := []*loader.DB{db, open(t, url)}
	results := make([]loader.Result, len(dbs))
	var group sync.WaitGroup
	for i := range dbs {
		d, in := feed{week: "2026-W47", postings: []string{"a cook toda", "b nurse toda"}}.build(t)
		group.Go(func() {
			var err error
			if results[i], err = dbs[i].Load(t.Context(), d, in); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	states := fmt.Sprint(results[0].State, " ", results[1].State)
	if states != "loaded already" && states != "already loaded" {
		t.Errorf("states are %s, want one loaded and one already", states)
	}
}

func TestLoadBusy(t *testing.T) {
	db, _, conn := fresh(t)
	execute(t, conn, `select pg_advisory_lock(hashtextextended('nayose:load:hello', 0))`)
	db.LockWait = 150 * time.Millisecond
	d, in := feed{week: "2026-W47", postings: []string{"a cook toda"}}.build(t)
	_, err := db.Load(t.Context(), d, in)
	wantFault(t, err, nayose.Busy, `"load:hello": process `+strings.TrimSpace(query(t, conn, `select pg_backend_pid() || ' of ' || current_user || ', since '`)))

	feed{partner: "other", week: "2026-W47", postings: []string{"a cook toda"}}.load(t, db)
}

// failing yields half of the items and then err.
func failing[T any](items iter.Seq2[T, error], err error, attempts *int) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		*attempts++
		n := 0
		for item, e := range items {
			if n++; n > 1 {
				break
			}
			if !yield(item, e) {
				return
			}
		}
		var zero T
		yield(zero, err)
	}
}

// unsteady yields the items in another order at each other reading.
func unsteady[T any](items iter.Seq2[T, error]) iter.Seq2[T, error] {
	readings := 0
	return func(yield func(T, error) bool) {
		var all []T
		for item, err := range items {
			if err != nil {
				yield(item, err)
				return
			}
			all = append(all, item)
		}
		if readings++; readings%2 == 0 {
			slices.Reverse(all)
		}
		for _, item := range all {
			if !yield(item, nil) {
				return
			}
		}
	}
}

// shrinking yields nothing any more after the first reading.
func shrinking[T any](items iter.Seq2[T, error]) iter.Seq2[T, error] {
	readings := 0
	return func(yield func(T, error) bool) {
		if readings++; readings == 1 {
			items(yield)
		}
	}
}

// Whatever goes wrong before the commit, nothing is written.
func TestLoadNothing(t *testing.T) {
	db, _, conn := fresh(t)
	feed{week: "2026-W46", postings: []string{"a cook toda", "b nurse toda"}}.load(t, db)
	before := dump(t, conn)
	broken := errors.New("part 3 of the artefact is damaged")
	attempts := 0
	// delta makes a delivery a delta, which deletes two, before it is changed.
	delta := func(change func(*loader.Delivery, *loader.Input)) func(*loader.Delivery, *loader.Input) {
		return func(d *loader.Delivery, in *loader.Input) {
			*d, *in = feed{
				week: "2026-W47", delta: true, postings: []string{"a chef toda", "d driver toda"}, rejects: []string{"x", "=y"}, deletions: []string{"z", "b"},
			}.build(t)
			change(d, in)
		}
	}
	for _, test := range []struct {
		name   string
		change func(*loader.Delivery, *loader.Input)
		kind   nayose.Kind // Bug means that the error is broken itself
		words  string
	}{
		{"postings end in an error", func(_ *loader.Delivery, in *loader.Input) {
			in.Postings = failing(in.Postings, broken, &attempts)
		}, nayose.Bug, "copy postings: part 3"},
		{"mentions end in an error", func(_ *loader.Delivery, in *loader.Input) {
			in.Mentions = failing(in.Mentions, broken, &attempts)
		}, nayose.Bug, "copy mentions: part 3"},
		{"matches end in an error", func(_ *loader.Delivery, in *loader.Input) {
			in.Matches = failing(in.Matches, broken, &attempts)
		}, nayose.Bug, "copy matches: part 3"},
		{"rejects end in an error", func(_ *loader.Delivery, in *loader.Input) {
			in.Rejects = failing(in.Rejects, broken, &attempts)
		}, nayose.Bug, "copy rejects: part 3"},

		{"one record more than accounted for", func(d *loader.Delivery, _ *loader.Input) {
			d.Extract.Records++
		}, nayose.Integrity, "records = rejected + duplicates + deletions + unique: 5 is not 4"},
		{"another sum of all records", func(d *loader.Delivery, _ *loader.Input) {
			d.Extract.RecordsSum++
		}, nayose.Integrity, "control sum: records"},
		{"one posting fewer than extract says", func(d *loader.Delivery, _ *loader.Input) {
			d.Extract.Unique++
			d.Extract.Records++
		}, nayose.Integrity, "postings seen + erased = unique: 2 is not 3"},
		{"another posting than extract says", func(d *loader.Delivery, _ *loader.Input) {
			d.Extract.UniqueSum++
			d.Extract.RecordsSum++
		}, nayose.Integrity, "control sum: postings seen"},
		{"a posting twice", func(_ *loader.Delivery, in *loader.Input) {
			in.Postings = twice(in.Postings)
		}, nayose.Integrity, "each_posting_once"},
		{"postings in another order when they are read again", func(_ *loader.Delivery, in *loader.Input) {
			in.Postings = unsteady(in.Postings)
		}, nayose.Integrity, "row 1 is another one when it is read again"},
		{"a match fewer when they are read again", func(_ *loader.Delivery, in *loader.Input) {
			in.Matches = shrinking(alter(in.Matches, func(m *nayose.Match) { m.Probability = 0.98 }))
		}, nayose.Integrity, "row 1 is another one when it is read again"},
		{"a mention twice", func(_ *loader.Delivery, in *loader.Input) {
			in.Mentions = twice(in.Mentions)
		}, nayose.Integrity, "each_mention_once"},
		{"a match twice", func(_ *loader.Delivery, in *loader.Input) {
			in.Matches = twice(in.Matches)
		}, nayose.Integrity, "each_match_once"},
		{"a posting without a match", func(_ *loader.Delivery, in *loader.Input) {
			in.Matches = all[nayose.Match](nil)
		}, nayose.Integrity, "postings without a match = 0: 2 is not 0"},
		{"a posting without a mention", func(_ *loader.Delivery, in *loader.Input) {
			stranger := nayose.NewID("stranger")
			in.Postings = alter(in.Postings, func(p *nayose.Posting) { p.MentionID = stranger })
			in.Matches = alter(in.Matches, func(m *nayose.Match) { m.MentionID = stranger })
		}, nayose.Integrity, "postings without a mention = 0: 2 is not 0"},
		{"a match without a company", func(_ *loader.Delivery, in *loader.Input) {
			in.Matches = alter(in.Matches, func(m *nayose.Match) { m.CompanyID, m.NoneBits = "", 1 })
		}, nayose.Integrity, "check constraint"},
		{"a reject lost", func(_ *loader.Delivery, in *loader.Input) {
			in.Rejects = all[nayose.Reject](nil)
		}, nayose.Integrity, "rejects = rejected: 0 is not 1"},
		{"another reject", func(_ *loader.Delivery, in *loader.Input) {
			in.Rejects = alter(in.Rejects, func(r *nayose.Reject) { r.Lineage[0]++ })
		}, nayose.Integrity, "control sum: rejected duplicates"},
		{"another partner's posting", func(_ *loader.Delivery, in *loader.Input) {
			in.Postings = alter(in.Postings, func(p *nayose.Posting) { p.Partner = "other" })
		}, nayose.Integrity, `partner "other"'s`},

		{"no posting", func(d *loader.Delivery, _ *loader.Input) {
			d.Extract.Unique = 0
		}, nayose.Held, "no posting"},
		{"a NUL byte", func(_ *loader.Delivery, in *loader.Input) {
			in.Postings = alter(in.Postings, func(p *nayose.Posting) { p.Title = "coo\x00k" })
		}, nayose.Contract, "COPY stage_posting, line 1, column title"},
		{"bytes that are not UTF-8", func(_ *loader.Delivery, in *loader.Input) {
			in.Mentions = alter(in.Mentions, func(m *nayose.Mention) { m.CompanyName = "\x8a\x94"; m.ID = m.Key() })
		}, nayose.Contract, "COPY mention, line 1, column company_name"},
		{"extra that is not JSON", func(_ *loader.Delivery, in *loader.Input) {
			in.Postings = alter(in.Postings, func(p *nayose.Posting) { p.Extra = `{"secret` })
		}, nayose.Contract, "column extra"},
		{"a posting id too long for an index", func(_ *loader.Delivery, in *loader.Input) {
			in.Postings = alter(in.Postings, func(p *nayose.Posting) { p.PostingID = noise(9000) })
		}, nayose.Contract, "index row"},

		{"deletions end in an error", delta(func(_ *loader.Delivery, in *loader.Input) {
			in.Deletions = failing(in.Deletions, broken, &attempts)
		}), nayose.Bug, "copy deletions: part 3"},
		{"a deletion lost", delta(func(_ *loader.Delivery, in *loader.Input) {
			in.Deletions = nil
		}), nayose.Integrity, "deletions read = deletions: 0 is not 2"},
		{"another deletion", delta(func(_ *loader.Delivery, in *loader.Input) {
			in.Deletions = alter(in.Deletions, func(d *nayose.Deletion) { d.Lineage[0]++ })
		}), nayose.Integrity, "control sum: deletions read"},
		{"a deletion that extract does not count", delta(func(d *loader.Delivery, _ *loader.Input) {
			d.Extract.Deletions--
		}), nayose.Integrity, "records = rejected + duplicates + deletions + unique: 6 is not 5"},
		{"a deletion twice", delta(func(_ *loader.Delivery, in *loader.Input) {
			in.Deletions = twice(in.Deletions)
		}), nayose.Integrity, "each_deletion_once"},
		{"a posting that is deleted, too", delta(func(_ *loader.Delivery, in *loader.Input) {
			in.Deletions = alter(in.Deletions, func(d *nayose.Deletion) {
				if d.PostingID == "b" {
					d.PostingID = "a"
				}
			})
		}), nayose.Integrity, "postings that are deleted, too = 0: 1 is not 0"},
		{"another partner's deletion", delta(func(_ *loader.Delivery, in *loader.Input) {
			in.Deletions = alter(in.Deletions, func(d *nayose.Deletion) { d.Partner = "other" })
		}), nayose.Integrity, `partner "other"'s`},
		{"a delta that is empty", delta(func(d *loader.Delivery, _ *loader.Input) {
			d.Extract.Unique, d.Extract.Deletions = 0, 0
		}), nayose.Held, "no posting"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, in := feed{week: "2026-W47", postings: []string{"a chef toda", "d driver toda"}, rejects: []string{"x", "=y"}}.build(t)
			test.change(&d, &in)
			attempts = 0
			r, err := db.Load(t.Context(), d, in)
			switch {
			case test.kind != nayose.Bug:
				wantFault(t, err, test.kind, test.words)
			case !errors.Is(err, broken) || !strings.Contains(err.Error(), test.words) || attempts != 1:
				t.Errorf("error is %v after %d attempts, want %q after one", err, attempts, test.words)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("error %q quotes a row", err)
			}
			if diff := cmp.Diff(loader.Result{}, r); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, dump(t, conn)); diff != "" {
				t.Errorf("something was written (-before +after):\n%s", diff)
			}
		})
	}
}

// alter changes each item on its way.
func alter[T any](items iter.Seq2[T, error], change func(*T)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for item, err := range items {
			change(&item)
			if !yield(item, err) {
				return
			}
		}
	}
}

func twice[T any](items iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for item, err := range items {
			for range 2 {
				if !yield(item, err) {
					return
				}
			}
		}
	}
}

// noise is n bytes of text that no compression shortens much.
func noise(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		b.WriteString(nayose.NewID(fmt.Sprint(i)).String())
	}
	return b.String()[:n]
}

// A load that is stopped leaves nothing behind, and its error is the context's.
func TestLoadCancelled(t *testing.T) {
	db, _, conn := fresh(t)
	before := dump(t, conn)
	ctx, cancel := context.WithCancel(t.Context())
	d, in := feed{week: "2026-W47", postings: []string{"a cook toda", "b nurse toda"}}.build(t)
	in.Matches = alter(in.Matches, func(*nayose.Match) { cancel() })
	if _, err := db.Load(ctx, d, in); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want %v", err, context.Canceled)
	}
	if diff := cmp.Diff(before, dump(t, conn)); diff != "" {
		t.Errorf("something was written (-before +after):\n%s", diff)
	}
}

// A table that somebody has tampered with is noticed.
func TestLoadTampered(t *testing.T) {
	db, _, conn := fresh(t)
	feed{week: "2026-W46", postings: []string{"a cook toda", "b nurse toda"}}.load(t, db)
	execute(t, conn, `delete from nayose.posting_state where posting_id = 'b'`)
	before := dump(t, conn)
	d, in := feed{week: "2026-W47", postings: []string{"a cook toda", "b nurse toda"}}.build(t)
	_, err := db.Load(t.Context(), d, in)
	wantFault(t, err, nayose.Integrity, "inserted = postings first seen: 0 is not 1")
	wantFault(t, err, nayose.Integrity, "active before + inserted + reactivated - expired - erased: 2 is not 1")
	if diff := cmp.Diff(before, dump(t, conn)); diff != "" {
		t.Errorf("something was written (-before +after):\n%s", diff)
	}
}

// A posting whose row somebody has deleted is found by doctor in any week, and written again by the next load that has it, which says so; its
// dates stay, and what the load inserted is still what it first saw.
func TestLoadWritesAgain(t *testing.T) {
	db, _, conn := fresh(t)
	feed{week: "2026-W45", postings: []string{"a cook toda", "b nurse toda", "c clerk toda", "d maid toda"}}.load(t, db)
	feed{week: "2026-W46", postings: []string{"a cook toda", "b nurse toda", "d maid toda"}}.load(t, db)
	execute(t, conn, `delete from nayose.posting where posting_id in ('b', 'c', 'd')`)
	next := feed{week: "2026-W47", postings: []string{"a cook toda", "b nurse toda", "c clerk toda", "e driver toda"}}
	d, _ := next.build(t)
	strays := func(want ...loader.Difference) {
		t.Helper()
		found, err := db.Strays(t.Context(), "hello", d.Week)
		if diff := cmp.Diff(want, found); err != nil || diff != "" {
			t.Errorf("Strays: %v (-want +got):\n%s", err, diff)
		}
	}
	missing := loader.Difference{Where: "postings of hello", Expected: "a row of posting for each of posting_state", Found: "3 postings without one"}
	strays(missing)
	got := next.load(t, db)
	want := loader.Result{
		State: loader.Loaded, Inserted: 1, Updated: 2, Unchanged: 1, Reactivated: 1, Expired: 1, ActiveBefore: 3, ActiveAfter: 4, Matched: 4,
		Warned: "2 postings that were loaded before had no row in nayose.posting any more, which was written again",
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(want, "Figures")); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	missing.Found = "1 posting without one" // no delivery has it any more
	strays(missing)
	rows := query(t, conn, `select posting_id, title, first_seen, last_seen, expired_at from nayose.postings order by 1`)
	if want := "a|cook|2026-11-02|2026-11-16|\nb|nurse|2026-11-02|2026-11-16|\nc|clerk|2026-11-02|2026-11-16|\ne|driver|2026-11-16|2026-11-16|\n"; rows != want {
		t.Errorf("postings are\n%s, want\n%s", rows, want)
	}
}

// A row that refuses to expire is noticed, though all that was counted agrees.
func TestLoadStubborn(t *testing.T) {
	db, _, conn := fresh(t)
	feed{week: "2026-W46", postings: []string{"a cook toda", "b nurse toda"}}.load(t, db)
	execute(t, conn, `create function stay() returns trigger language plpgsql as 'begin return null; end'`)
	execute(t, conn, `create trigger stay before update on nayose.posting_state for each row when (new.expired_at is not null)
		execute function stay()`)
	d, in := feed{week: "2026-W47", delta: true, postings: []string{"a cook toda"}, deletions: []string{"b"}}.build(t)
	_, err := db.Load(t.Context(), d, in)
	wantFault(t, err, nayose.Integrity, "deleted postings that are active = 0: 1 is not 0")
}

func TestDeliveries(t *testing.T) {
	db, _, _ := fresh(t)
	feed{week: "2026-W47", partner: "zoe", postings: []string{"a cook toda"}, rejects: []string{"x"}}.load(t, db)
	f := feed{week: "2026-W47", delta: true, postings: []string{"a cook toda"}, deletions: []string{"z"}, files: "F", approval: 3}
	d, _ := f.build(t)
	f.load(t, db)
	feed{week: "2026-W46", postings: []string{"a cook toda"}}.load(t, db)

	rows, err := db.Deliveries(t.Context(), &d.Week)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[1].Partner != "zoe" {
		t.Fatalf("Deliveries(2026-W47) = %+v, want hello and zoe", rows)
	}
	if diff := cmp.Diff(d, rows[0].Delivery); diff != "" {
		t.Errorf("delivery (-want +got):\n%s", diff)
	}
	want := loader.Result{State: loader.Loaded, Inserted: 1, Matched: 1, ActiveAfter: 1}
	if diff := cmp.Diff(want, rows[0].Result); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	if rows[0].Started.IsZero() || rows[0].Finished.Before(rows[0].Started) {
		t.Errorf("the load lasted from %v to %v", rows[0].Started, rows[0].Finished)
	}
	if rows, err = db.Deliveries(t.Context(), nil); err != nil || len(rows) != 3 || rows[0].State != loader.Superseded {
		t.Errorf("Deliveries(nil) = %+v, %v, want three, the late one first", rows, err)
	}
}
