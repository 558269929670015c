package loader_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"nayose"
	"nayose/loader"
)

// rebuild is a rebuild as a test writes it.
type rebuild struct {
	model string // default model-2
	scope loader.Scope
	log   nayose.LogPin
	live  *loader.GoLive
	crash int             // fail at this step, from 1: an answer that cannot be read, then one between two parts, and so on; 0 for never
	flip  map[string]bool // employers whose matches go to review
	late  func()          // runs before Finish
}

var errCrash = errors.New("crash")

// run builds each mention as a part of its own and says what became of the generation.
func (b rebuild) run(t testing.TB, db *loader.DB) (made loader.Generation, err error) {
	t.Helper()
	step := 0
	crash := func() error {
		if step++; step == b.crash {
			return errCrash
		}
		return nil
	}
	g := loader.Generation{Model: or(b.model, "model-2"), Master: "master-2", CodeVersion: "test", Scope: b.scope, Decisions: b.log}
	err = db.Rebuild(t.Context(), g, func(ctx context.Context, r *loader.Rebuild) error {
		defer func() { made = r.Generation }()
		partners, err := r.Partners(ctx)
		if err != nil {
			return err
		}
		for _, partner := range partners {
			for _, m := range b.frozen(t, r, partner) {
				part := func(yield func(nayose.Match, error) bool) {
					if yield(b.match(m), nil) {
						if err := crash(); err != nil {
							yield(nayose.Match{}, err)
						}
					}
				}
				if err := errors.Join(r.Add(ctx, m.ID.String(), part), crash()); err != nil {
					return err
				}
			}
		}
		if err := errors.Join(r.Carry(ctx), crash()); err != nil {
			return err
		}
		if b.late != nil {
			b.late()
		}
		return r.Finish(ctx, func(_ context.Context, mentions []nayose.Mention) (matches []nayose.Match, err error) {
			for _, m := range mentions {
				matches = append(matches, b.match(m))
			}
			return matches, crash()
		}, b.live)
	})
	return made, err
}

func (b rebuild) must(t testing.TB, db *loader.DB) loader.Generation {
	t.Helper()
	g, err := b.run(t, db)
	if err != nil {
		t.Fatalf("Rebuild: %v", err)
	}
	return g
}

// frozen are the partner's mentions as the job freezes them; the test does so anew each time.
func (b rebuild) frozen(t testing.TB, r *loader.Rebuild, partner string) (mentions []nayose.Mention) {
	t.Helper()
	for m, err := range r.Mentions(t.Context(), partner) {
		if err != nil {
			t.Fatal(err)
		}
		mentions = append(mentions, m.Mention)
	}
	return mentions
}

func (b rebuild) match(m nayose.Mention) nayose.Match {
	answer := match(m)
	if b.flip[m.CompanyName] {
		answer.Outcome = nayose.Review
	}
	return answer
}

// answers are what readers see: who is said to be the employer, by which generation and model.
const answers = `select p.partner, posting_id, p.company_name, p.outcome, p.generation, m.model
	from nayose.postings p left join nayose.match m using (generation, mention_id) order by 1, 2`

const generations = `select generation, state, note, mentions, matched, review, unmatched, compared, changed, lost from nayose.generations order by 1`

// matches are all rows of a generation, whatever its number.
const matches = `select m.mention_id, outcome, company_id, model, match_hash, carried from nayose.match m where generation = $1 order by 1`

func TestRebuildGoesLiveAndBack(t *testing.T) {
	db, _, conn := fresh(t)
	feed{week: "2026-W46", postings: []string{"a cook toda", "b cook abe", "c clerk ?ito", "x clerk gone"}}.load(t, db)
	feed{week: "2026-W47", postings: []string{"a cook toda", "b cook abe", "c clerk ?ito", "d maid -nobody"}}.load(t, db)
	before := query(t, conn, answers)

	b := rebuild{flip: map[string]bool{"abe": true}}
	g := b.must(t, db)
	want := loader.Drift{Compared: 5, Changed: 1, Lost: 1}
	if g.Number != 2 || g.State != loader.Valid || g.Mentions != 5 || g.Drift != want {
		t.Errorf("generation is %+v, want 2, valid, of 5 mentions, drift %+v", g, want)
	}
	if diff := cmp.Diff(before, query(t, conn, answers)); diff != "" {
		t.Errorf("readers see the generation before it is live (-before +after):\n%s", diff)
	}
	if again := b.must(t, db); again.Number != 2 || again.State != loader.Valid {
		t.Errorf("again: generation is %+v, want the same", again)
	}

	b.live = &loader.GoLive{Limit: 0.1}
	_, err := b.run(t, db)
	wantFault(t, err, nayose.Held, "1 of 5 mentions, 20.0 %")
	if diff := cmp.Diff(before, query(t, conn, answers)); diff != "" {
		t.Errorf("it went live though it was held (-before +after):\n%s", diff)
	}
	b.live = &loader.GoLive{Limit: 0.1, AcceptedBy: "toda", AcceptedWhy: "費用"}
	if g := b.must(t, db); g.State != loader.Live {
		t.Errorf("generation is %+v, want live", g)
	}
	const after = "hello|a|toda|matched|2|model-2\nhello|b|abe|review|2|model-2\nhello|c|?ito|review|2|model-2\n" +
		"hello|d|-nobody|unmatched|2|model-2\nhello|x|gone|matched|2|model-2\n"
	if diff := cmp.Diff(after, query(t, conn, answers)); diff != "" {
		t.Errorf("live (-want +got):\n%s", diff)
	}

	// What a load brings to the new generation is there after the way back, too.
	feed{week: "2026-W48", generation: 2, postings: []string{"a cook toda", "e cook sato"}}.load(t, db)
	if from, to, err := db.RollBack(t.Context()); from != 2 || to != 1 || err != nil {
		t.Errorf("RollBack() = %d, %d, %v", from, to, err)
	}
	back := strings.Replace(before, "hello|x|", "hello|e|sato|matched|1|model-1\nhello|x|", 1)
	if diff := cmp.Diff(back, query(t, conn, answers)); diff != "" {
		t.Errorf("rolled back (-want +got):\n%s", diff)
	}
	_, _, err = db.RollBack(t.Context())
	wantFault(t, err, nayose.Usage, "no previous one")

	if n, err := db.DropOld(t.Context()); n != 6 || err != nil {
		t.Errorf("DropOld() = %d, %v, want 6", n, err)
	}
	if n, err := db.DropOld(t.Context()); n != 0 || err != nil {
		t.Errorf("DropOld() again = %d, %v, want 0", n, err)
	}
	if diff := cmp.Diff(back, query(t, conn, answers)); diff != "" {
		t.Errorf("old ones dropped (-want +got):\n%s", diff)
	}
	if got, want := query(t, conn, generations), "1|live|the first|0|0|0|0|0|0|0\n2|retired|rolled back|5|2|2|1|5|1|1\n"; got != want {
		t.Errorf("generations are\n%swant\n%s", got, want)
	}
}

// Dropping deletes what rolling back would need: it is over with that before the first batch.
func TestDropOldEndsRollBack(t *testing.T) {
	db, _, conn := fresh(t)
	feed{week: "2026-W46", postings: []string{"a cook toda", "b cook abe"}}.load(t, db)
	rebuild{live: &loader.GoLive{}}.must(t, db)
	if n, err := db.DropOld(t.Context()); n != 2 || err != nil {
		t.Errorf("DropOld() = %d, %v, want 2", n, err)
	}
	_, _, err := db.RollBack(t.Context())
	wantFault(t, err, nayose.Usage, "no previous one")
	if got, want := query(t, conn, `select distinct generation from nayose.match`), "2\n"; got != want {
		t.Errorf("generations that have matches: %q, want %q", got, want)
	}
}

// Wherever a rebuild dies, the next one goes on with the same generation, and it comes out as if nothing had happened.
func TestRebuildCrash(t *testing.T) {
	build := func(t *testing.T, crash int) (rows string, crashed bool) {
		db, _, conn := fresh(t)
		feed{week: "2026-W46", postings: []string{"a cook toda", "b cook abe", "c clerk ?ito"}}.load(t, db)
		feed{partner: "world", week: "2026-W46", postings: []string{"a cook toda"}}.load(t, db)
		before := query(t, conn, answers)
		late := func() { // the load that comes meanwhile is there after the crash, too
			feed{week: "2026-W47", postings: []string{"a cook toda", "n cook new"}}.load(t, db)
			before = query(t, conn, answers)
		}
		b := rebuild{scope: loader.Scope{Partner: "hello"}, live: &loader.GoLive{}, crash: crash, late: late}
		_, err := b.run(t, db)
		if crashed = errors.Is(err, errCrash); !crashed && err != nil {
			t.Fatal(err)
		}
		if crashed {
			if diff := cmp.Diff(before, query(t, conn, answers)); diff != "" {
				t.Errorf("crash %d: readers see something of it (-before +after):\n%s", crash, diff)
			}
			b.crash, b.late = 0, func() {
				feed{week: "2026-W47", postings: []string{"a cook toda", "n cook new"}}.load(t, db)
			}
			if g := b.must(t, db); g.Number != 2 {
				t.Errorf("crash %d: the next one is generation %d, want 2", crash, g.Number)
			}
		}
		return query(t, conn, matches, 2) + query(t, conn, answers), crashed
	}
	want, _ := build(t, 0)
	if !strings.Contains(want, "hello|n|new|matched|2|model-2") || !strings.Contains(want, "world|a|toda|matched|2|model-1") {
		t.Fatalf("without a crash the answers are\n%s", want)
	}
	crash := 1
	for crashed := true; crashed; crash++ {
		var got string
		got, crashed = build(t, crash)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("crash %d (-without +with):\n%s", crash, diff)
		}
	}
	if crash < 8 {
		t.Errorf("only %d crashes were tried", crash-2)
	}
}

// Of a scope that is not everything, the others' answers are taken over, and taken over again where a load changes them meanwhile.
func TestRebuildScope(t *testing.T) {
	for name, c := range map[string]struct {
		scope loader.Scope
		want  string
	}{
		"a partner": {
			loader.Scope{Partner: "hello"},
			"hello|a|toda|matched|2|model-2\nhello|b|abe|matched|2|model-2\nhello|n|new|matched|2|model-2\n" +
				"world|a|toda|matched|2|model-1b\nworld|n|new|matched|2|model-1b\n",
		},
		"a week": {
			loader.Scope{Week: nayose.Week{Year: 2026, Week: 45}},
			"hello|a|toda|matched|2|model-2\nhello|b|abe|matched|2|model-1\nhello|n|new|matched|2|model-1\n" +
				"world|a|toda|matched|2|model-1b\nworld|n|new|matched|2|model-1b\n",
		},
		"a partner's week": {
			loader.Scope{Partner: "world", Week: nayose.Week{Year: 2026, Week: 46}},
			"hello|a|toda|matched|2|model-1\nhello|b|abe|matched|2|model-1\nhello|n|new|matched|2|model-1\n" +
				"world|a|toda|matched|2|model-2\nworld|n|new|matched|2|model-1b\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			db, _, conn := fresh(t)
			feed{week: "2026-W45", postings: []string{"a cook toda"}}.load(t, db)
			feed{week: "2026-W46", postings: []string{"a cook toda", "b cook abe"}}.load(t, db)
			feed{partner: "world", week: "2026-W46", postings: []string{"a cook toda"}}.load(t, db)
			late := func() {
				feed{week: "2026-W47", postings: []string{"a cook toda", "b cook abe", "n cook new"}}.load(t, db)
				d, in := feed{partner: "world", week: "2026-W47", postings: []string{"a cook toda", "n cook new"}}.build(t)
				d.Model = "model-1b"
				if _, err := db.Load(t.Context(), d, in); err != nil {
					t.Fatal(err)
				}
			}
			rebuild{scope: c.scope, late: late, live: &loader.GoLive{}}.must(t, db)
			if diff := cmp.Diff(c.want, query(t, conn, answers)); diff != "" {
				t.Errorf("answers (-want +got):\n%s", diff)
			}
		})
	}
}

// A plan that was frozen before another generation went live is loaded after it: nothing of it is lost, and nothing that the live
// generation knows better is undone.
func TestLoadOldPlan(t *testing.T) {
	for _, test := range []struct{ model, want, flips string }{
		{"model-1", "hello|a|toda|review|2|model-2\nhello|b|abe|matched|2|model-1\n", "1|0|0\n2|1|0\n"},
		{"model-2", "hello|a|toda|matched|2|model-2\nhello|b|abe|matched|2|model-2\n", "1|0|0\n2|1|1\n"}, // by the same model, it is the newer answer
	} {
		db, _, conn := fresh(t)
		feed{week: "2026-W46", postings: []string{"a cook toda"}}.load(t, db)
		d, in := feed{week: "2026-W47", generation: 1, postings: []string{"a cook toda", "b cook abe"}}.build(t)
		d.Model = test.model
		rebuild{flip: map[string]bool{"toda": true}, live: &loader.GoLive{Limit: 1}}.must(t, db)
		r, err := db.Load(t.Context(), d, in)
		if err != nil || r.State != loader.Loaded || r.Matched != 2 {
			t.Fatalf("%s: Load() = %+v, %v", test.model, r, err)
		}
		if diff := cmp.Diff(test.want, query(t, conn, answers)); diff != "" {
			t.Errorf("%s: answers (-want +got):\n%s", test.model, diff)
		}
		if got := query(t, conn, `select generation, known, flipped from nayose.deliveries order by week`); got != test.flips {
			t.Errorf("%s: the ledger's generations and flips are %q, want %q", test.model, got, test.flips)
		}
		if r, err := db.Load(t.Context(), d, in); err != nil || r.State != loader.Already {
			t.Errorf("%s: again: Load() = %+v, %v", test.model, r, err)
		}
	}
}

func TestRebuildFaults(t *testing.T) {
	db, url, conn := fresh(t)
	feed{week: "2026-W46", postings: []string{"a cook toda", "b cook abe"}}.load(t, db)
	before := query(t, conn, answers)
	db.LockWait = 0

	// Two at once.
	err := db.Rebuild(t.Context(), loader.Generation{Model: "m", Master: "s"}, func(context.Context, *loader.Rebuild) error {
		other := open(t, url)
		other.LockWait = 0
		_, err := rebuild{}.run(t, other)
		wantFault(t, err, nayose.Busy, `the lock "rebuild"`)
		_, _, err = other.RollBack(t.Context())
		wantFault(t, err, nayose.Busy, `the lock "rebuild"`)
		_, err = other.DropOld(t.Context())
		wantFault(t, err, nayose.Busy, `the lock "rebuild"`)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}

	// A load that does not end.
	execute(t, conn, `begin`)
	execute(t, conn, `select pg_advisory_xact_lock_shared(hashtextextended('nayose:live', 0))`)
	_, err = rebuild{}.run(t, db)
	wantFault(t, err, nayose.Busy, `the lock "live"`)
	execute(t, conn, `rollback`)

	// Books that do not balance.
	late := func() {
		execute(t, conn, `update nayose.generation_part set mentions = mentions + 1 where generation = 3`)
	}
	_, err = rebuild{late: late, live: &loader.GoLive{}}.run(t, db)
	wantFault(t, err, nayose.Integrity, "matches = what the parts wrote: 2 is not 4")
	if diff := cmp.Diff(before, query(t, conn, answers)); diff != "" {
		t.Errorf("readers see what is invalid (-before +after):\n%s", diff)
	}

	// A mention that is erased meanwhile takes its match along.
	late = func() { execute(t, conn, `delete from nayose.mention where company_name = 'abe'`) }
	if g := (rebuild{late: late}).must(t, db); g.Mentions != 1 {
		t.Errorf("a mention was erased: generation is %+v, want 1 mention", g)
	}
	const want = "1|live|\n2|retired|\n3|invalid|\n4|valid|\n"
	if got := query(t, conn, `select generation, state, '' from nayose.generations order by 1`); got != want {
		t.Errorf("generations are\n%swant\n%s", got, want)
	}

	// What was valid beside a generation that is live no longer is given up.
	rebuild{model: "model-3", live: &loader.GoLive{Limit: 1}}.must(t, db)
	if g := (rebuild{}).must(t, db); g.Number != 6 || g.Base != 5 {
		t.Errorf("generation is %+v, want 6 beside 5", g)
	}
}

// Readers at full speed see one whole generation in each answer, while generations are built, go live, and go back. How long they
// wait is measured by hand (docs/operating.md).
func TestRebuildUnderReaders(t *testing.T) {
	db, url, conn := fresh(t)
	var postings []string
	for n := range 200 {
		postings = append(postings, fmt.Sprintf("p%d cook co%d", n, n))
	}
	feed{week: "2026-W46", postings: postings}.load(t, db)
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	var reads [3]atomic.Int64
	readLeast := func() int64 { return min(reads[0].Load(), reads[1].Load(), reads[2].Load()) }
	for i, view := range []string{"postings", "active_postings", "postings where outcome <> 'unmatched'"} {
		readers.Go(func() {
			own, err := pgx.Connect(ctx, url)
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = own.Close(context.Background()) }()
			for ctx.Err() == nil {
				var rows, seen int
				err := own.QueryRow(context.WithoutCancel(ctx), `select count(*), count(distinct generation) from nayose.`+view).Scan(&rows, &seen)
				if err != nil || rows != 200 || seen != 1 {
					t.Errorf("%s: %d postings of %d generations, %v; want 200 of 1", view, rows, seen, err)
					return
				}
				reads[i].Add(1)
			}
		})
	}
	for round := range 3 {
		rebuild{model: fmt.Sprint("model-", round+2), live: &loader.GoLive{}}.must(t, db)
		if round == 1 {
			if _, _, err := db.RollBack(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if _, err := db.DropOld(t.Context()); err != nil {
			t.Error(err)
		}
	}
	for deadline := time.Now().Add(time.Minute); readLeast() < 3 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	stop()
	readers.Wait()
	if n := readLeast(); n < 3 {
		t.Errorf("one of the readers read only %d times", n)
	}
	if got := query(t, conn, `select generation from nayose.live`); got != "4\n" {
		t.Errorf("live is %q, want 4", got)
	}
}
