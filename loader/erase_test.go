package loader_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"nayose"
	"nayose/loader"
)

// monday is the first day of a week.
func monday(t testing.TB, label string) nayose.Date {
	t.Helper()
	week, err := nayose.ParseWeek(label)
	if err != nil {
		t.Fatal(err)
	}
	return week.Monday()
}

// audits are the differences that an audit of a delivery finds, and the partner's strays.
func (f feed) audits(t testing.TB, db *loader.DB) (found []loader.Difference) {
	t.Helper()
	d, in := f.build(t)
	rows, err := db.Deliveries(t.Context(), &d.Week)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row.Partner != d.Partner {
			continue
		}
		a, err := db.Verify(t.Context(), row, d, in)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, a.Differences...)
	}
	strays, err := db.Strays(t.Context(), d.Partner, d.Week)
	if err != nil {
		t.Fatal(err)
	}
	found = append(found, strays...)
	return slices.DeleteFunc(found, func(d loader.Difference) bool {
		return strings.HasSuffix(d.Found, ": posted_on") // a feed's differs by week, and its content hash does not
	})
}

// clean fails the test where an audit of one of the feeds finds something.
func clean(t testing.TB, db *loader.DB, when string, feeds ...feed) {
	t.Helper()
	for _, f := range feeds {
		if found := f.audits(t, db); len(found) > 0 {
			t.Errorf("%s: the audit of %s finds %+v", when, f.week, found)
		}
	}
}

// finds fails the test unless an audit of the feed finds something that has these words.
func finds(t testing.TB, db *loader.DB, f feed, words string) {
	t.Helper()
	found := fmt.Sprintf("%+v", f.audits(t, db))
	if !strings.Contains(found, words) {
		t.Errorf("the audit of %s finds %s, want %q", f.week, found, words)
	}
}

const erasures = `select rule, by, why, partner, week, kind, rows from nayose.erasures order by id`

// left are the ids of what is left in the tables that erasing takes from.
const left = `select 'posting', p.partner || p.posting_id from nayose.posting p
	union all select 'state', partner || posting_id from nayose.posting_state
	union all select 'mention', partner || company_name from nayose.mention
	union all select 'match', coalesce(e.company_name, 'nobody') from nayose.match left join nayose.mention e using (mention_id)
	union all select 'workplace', name from nayose.workplace order by 1, 2`

func TestEraseExpired(t *testing.T) {
	db, _, conn := fresh(t)
	weeks := []feed{
		{week: "2026-W44", postings: []string{"a cook toda", "b cook gone", "c cook gone", "d cook corrected"}},
		{week: "2026-W45", postings: []string{"b cook gone", "d cook right", "e maid stays"}},
		{week: "2026-W46", postings: []string{"d cook right", "f clerk toda"}},
		{week: "2026-W47", postings: []string{"d cook right", "f clerk toda"}},
		{partner: "world", week: "2026-W44", postings: []string{"a cook toda"}},
		{partner: "world", week: "2026-W45", postings: []string{"z cook toda"}},
	}
	for _, f := range weeks {
		f.load(t, db)
	}
	execute(t, conn, `insert into nayose.workplace (workplace_id, company_id, name, source, proof, partner, mention_id)
		select gen_random_uuid(), '1', company_name, 'posting', 'corporate_number', partner, mention_id from nayose.mention`)
	execute(t, conn, `insert into nayose.workplace (workplace_id, company_id, name, source) values (gen_random_uuid(), '1', 'told', 'file')`)
	version := query(t, conn, `select version from nayose.master_state`)
	clean(t, db, "before", weeks...)

	before := dump(t, conn)
	if got, err := db.EraseExpired(t.Context(), "nobody", monday(t, "2026-W50")); err != nil || got != (loader.Erased{}) {
		t.Errorf("of a partner that is not there: %+v, %v", got, err)
	}
	if diff := cmp.Diff(before, dump(t, conn)); diff != "" {
		t.Errorf("something was written (-before +after):\n%s", diff)
	}

	// a and c expired in W45, b and e in W46: the day itself is not before it.
	got, err := db.EraseExpired(t.Context(), "hello", monday(t, "2026-W46"))
	want := loader.Erased{Postings: 2, Mentions: 1, Matches: 1, Workplaces: 1}
	if err != nil || got != want {
		t.Errorf("EraseExpired() = %+v, %v, want %+v", got, err, want)
	}
	clean(t, db, "after", weeks...)
	if query(t, conn, `select version from nayose.master_state`) == version {
		t.Error("the master lost workplaces and has the version of before")
	}
	got, err = db.EraseExpired(t.Context(), "hello", monday(t, "2026-W47"))
	want = loader.Erased{Postings: 2, Mentions: 2, Matches: 2, Workplaces: 2}
	if err != nil || got != want {
		t.Errorf("EraseExpired() = %+v, %v, want %+v", got, err, want)
	}
	clean(t, db, "after the second", weeks...)
	if diff := cmp.Diff("match|right\nmatch|toda\nmatch|toda\nmention|helloright\nmention|hellotoda\nmention|worldtoda\n"+
		"posting|hellod\nposting|hellof\nposting|worlda\nposting|worldz\nstate|hellod\nstate|hellof\nstate|worlda\nstate|worldz\n"+
		"workplace|right\nworkplace|toda\nworkplace|toda\nworkplace|told\n", query(t, conn, left)); diff != "" {
		t.Errorf("what is left (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("retention|||hello|2026-W44|expired|2\nretention|||hello||mention|1\nretention|||hello|2026-W45|expired|2\n"+
		"retention|||hello||mention|2\n", query(t, conn, erasures)); diff != "" {
		t.Errorf("the ledger (-want +got):\n%s", diff)
	}

	// What was erased by its age may come again.
	again := feed{week: "2026-W48", postings: []string{"a cook toda", "d cook right", "f clerk toda"}}
	if r := again.load(t, db); r.Inserted != 1 || r.Erased != 0 {
		t.Errorf("the next week: %+v, want a inserted", r)
	}
	clean(t, db, "after the next week", append(weeks, again)...)

	// One row more, by hand.
	execute(t, conn, `delete from nayose.posting_state where partner = 'world' and posting_id = 'a'`)
	finds(t, db, weeks[4], "postings of world")
	execute(t, conn, `delete from nayose.posting_state where partner = 'hello' and posting_id = 'f'`)
	finds(t, db, again, "no row")
	execute(t, conn, `delete from nayose.mention where company_name = 'right'`)
	finds(t, db, weeks[2], "mention")
}

// Of a sum that is another one, the number alone would not tell.
func TestEraseRejects(t *testing.T) {
	db, _, conn := fresh(t)
	old := feed{week: "2026-W44", postings: []string{"a cook toda"}, rejects: []string{"x", "y", "=z"}}
	late := feed{week: "2026-W45", postings: []string{"a cook toda"}, rejects: []string{"v", "=w"}}
	old.load(t, db)
	late.load(t, db)
	got, err := db.EraseRejects(t.Context(), "hello", monday(t, "2026-W45"))
	if want := (loader.Erased{Rejects: 3}); err != nil || got != want {
		t.Errorf("EraseRejects() = %+v, %v, want %+v", got, err, want)
	}
	clean(t, db, "after", old, late)
	if got, want := query(t, conn, `select raw from nayose.reject order by 1`), "=w\nv\n"; got != want {
		t.Errorf("rejects are %q, want %q", got, want)
	}
	if got, want := query(t, conn, erasures), "retention|||hello|2026-W44|duplicate|1\nretention|||hello|2026-W44|rejected|2\n"; got != want {
		t.Errorf("the ledger is %q, want %q", got, want)
	}

	execute(t, conn, `update nayose.erasure set lineage_sum = lineage_sum + 1 where kind = 'rejected'`)
	finds(t, db, old, "control sum: rejected that are gone = erased")
	execute(t, conn, `update nayose.erasure set lineage_sum = lineage_sum - 1 where kind = 'rejected'`)
	execute(t, conn, `delete from nayose.reject where raw = 'v'`)
	finds(t, db, late, "reject")
	if got, err := db.EraseRejects(t.Context(), "hello", monday(t, "2026-W46")); err != nil || got.Rejects != 1 {
		t.Errorf("EraseRejects() = %+v, %v, want the one that is left", got, err)
	}
	finds(t, db, late, "rejected that are gone = erased")
}

// Batches are transactions of their own, and an orphan more than a batch takes is found in the next.
func TestEraseBatches(t *testing.T) {
	db, _, conn := fresh(t)
	feed{week: "2026-W44", postings: []string{"a cook toda"}}.load(t, db)
	execute(t, conn, `insert into nayose.posting (partner, posting_id, mention_id, content_hash)
		select 'hello', 'p' || n, md5('m' || n)::uuid, md5('c')::uuid from generate_series(1, 20001) n`)
	execute(t, conn, `insert into nayose.posting_state (partner, posting_id, lineage_id, first_seen, last_seen, expired_at, delivery)
		select 'hello', 'p' || n, md5('l' || n)::uuid, '2026-01-05', '2026-01-05', '2026-01-12', 1 from generate_series(1, 20001) n`)
	execute(t, conn, `insert into nayose.mention (mention_id, partner) select md5('m' || n)::uuid, 'hello' from generate_series(1, 20001) n`)
	got, err := db.EraseExpired(t.Context(), "hello", monday(t, "2026-W44"))
	if want := (loader.Erased{Postings: 20001, Mentions: 20001}); err != nil || got != want {
		t.Errorf("EraseExpired() = %+v, %v, want %+v", got, err, want)
	}
	if got, want := query(t, conn, `select kind, rows from nayose.erasures order by id`),
		"expired|10000\nmention|10000\nexpired|10000\nmention|10000\nexpired|1\nmention|1\n"; got != want {
		t.Errorf("the ledger is %q, want %q", got, want)
	}
}

// What is erased while a generation is made has no match in it, wherever the rebuild is, and its books balance.
func TestEraseDuringRebuild(t *testing.T) {
	for _, when := range []string{"before the parts", "between the parts", "after the parts", "while a part is written", "when it is valid"} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			db, url, conn := fresh(t)
			feed{week: "2026-W44", postings: []string{"a cook toda", "b cook gone", "c cook abe", "d cook gone2"}}.load(t, db)
			feed{week: "2026-W45", postings: []string{"a cook toda", "c cook abe"}}.load(t, db)
			feed{partner: "world", week: "2026-W45", postings: []string{"a cook toda"}}.load(t, db)
			erased := false
			erase := func() {
				got, err := open(t, url).EraseExpired(t.Context(), "hello", monday(t, "2026-W46"))
				if err != nil || got.Postings != 2 || got.Mentions != 2 {
					t.Errorf("EraseExpired() = %+v, %v, want two postings and mentions", got, err)
				}
				erased = true
			}
			g, err := rebuildWith(t, db, func(step string) {
				if step == when && !erased {
					erase()
				}
			}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if when == "when it is valid" {
				erase()
			}
			if g, err = rebuildWith(t, db, func(string) {}, &loader.GoLive{Limit: 1}); err != nil || g.State != loader.Live || g.Mentions != 3 {
				t.Errorf("generation is %+v, %v, want live, of 3 mentions", g, err)
			}
			if got := query(t, conn, `select generation, count(*) from nayose.match where mention_id not in (select mention_id from nayose.mention) group by 1`); got != "" {
				t.Errorf("matches without a mention: %q", got)
			}
		})
	}
}

// rebuildWith makes a generation, each mention a part of its own, and tells at each step where it is.
func rebuildWith(t testing.TB, db *loader.DB, at func(step string), live *loader.GoLive) (made loader.Generation, err error) {
	b := rebuild{}
	err = db.Rebuild(t.Context(), loader.Generation{Model: "model-2", Master: "master-2"}, func(ctx context.Context, r *loader.Rebuild) error {
		defer func() { made = r.Generation }()
		if r.State == loader.Building {
			mentions := slices.Concat(b.frozen(t, r, "hello"), b.frozen(t, r, "world"))
			slices.SortFunc(mentions, func(a, b nayose.Mention) int { return strings.Compare(b.CompanyName, a.CompanyName) })
			slices.Reverse(mentions) // abe, gone, gone2, toda, toda
			at("before the parts")
			for i, m := range mentions {
				if i == 2 {
					at("between the parts")
				}
				part := func(yield func(nayose.Match, error) bool) {
					if i == 2 {
						at("while a part is written")
					}
					yield(b.match(m), nil)
				}
				if err := r.Add(ctx, m.ID.String(), part); err != nil {
					return err
				}
			}
			at("after the parts")
		}
		return r.Finish(ctx, func(_ context.Context, mentions []nayose.Mention) (matches []nayose.Match, err error) {
			for _, m := range mentions {
				matches = append(matches, b.match(m))
			}
			return matches, nil
		}, live)
	})
	return made, err
}

func TestEraseOnRequest(t *testing.T) {
	db, url, conn := fresh(t)
	w46 := feed{week: "2026-W46", postings: []string{"a cook toda", "b cook abe", "c cook person"}, rejects: []string{"x", "=c"}}
	w47 := feed{week: "2026-W47", postings: []string{"a cook toda", "d maid person2"}}
	w46.load(t, db)
	w47.load(t, db)
	feed{partner: "world", week: "2026-W47", postings: []string{"d cook person2"}}.load(t, db)
	_, err := db.EraseOnRequest(t.Context(), loader.Request{Partner: "hello", By: "toda", Why: "依頼"})
	wantFault(t, err, nayose.Usage, "postings or rejects")

	request := loader.Request{
		Partner: "hello", Postings: []string{"c", "d", "unknown"}, Rejects: []nayose.ID{nayose.NewID("hello", w46.seed(t), "=c")}, By: "toda", Why: "依頼",
	}
	got, err := db.EraseOnRequest(t.Context(), request)
	if want := (loader.Erased{Postings: 2, Rejects: 1, Mentions: 2, Matches: 2}); err != nil || got != want {
		t.Errorf("EraseOnRequest() = %+v, %v, want %+v", got, err, want)
	}
	const ledger = "request|toda|依頼|hello|2026-W46|expired|1\nrequest|toda|依頼|hello|2026-W47|active|1\nrequest|toda|依頼|hello||mention|2\n" +
		"request|toda|依頼|hello|2026-W46|duplicate|1\n"
	if got := query(t, conn, erasures); got != ledger {
		t.Errorf("the ledger is\n%swant\n%s", got, ledger)
	}
	clean(t, db, "after", w46, w47)
	if got, err := db.EraseOnRequest(t.Context(), request); err != nil || got != (loader.Erased{}) {
		t.Errorf("again: %+v, %v, want nothing", got, err)
	}
	if got := query(t, conn, `select count(*) from nayose.erased_posting where key = $1 or key = $2`, nayose.NewID("hello", "c").String(),
		nayose.NewID("hello", "unknown").String()); got != "2\n" {
		t.Errorf("keys that are nayose.NewID's: %s", got)
	}

	// The next file has it again, and the one after it: no reader sees it, and nothing else is written.
	for _, label := range []string{"2026-W48", "2026-W49"} {
		rows := query(t, conn, `select ctid, xmin, * from nayose.posting order by 1`)
		f := feed{week: label, digest: "the same", postings: []string{"a cook toda", "d maid person2", "e maid person2"}}
		want := loader.Result{State: loader.Loaded, Inserted: 2, Unchanged: 1, Matched: 3, ActiveBefore: 1, ActiveAfter: 2, Erased: 1}
		if label == "2026-W49" {
			want.Inserted, want.Unchanged, want.ActiveBefore = 1, 2, 2
		}
		seen := watch(t, url, `select posting_id from nayose.postings where partner = 'hello' and posting_id = 'd'`)
		r := f.load(t, db)
		if s := seen(); s != "" {
			t.Errorf("%s: a reader saw %q", label, s)
		}
		r.Figures = want.Figures
		if diff := cmp.Diff(want, r); diff != "" {
			t.Errorf("%s: result (-want +got):\n%s", label, diff)
		}
		if now := query(t, conn, `select ctid, xmin, * from nayose.posting order by 1`); label == "2026-W49" && now != rows {
			t.Errorf("%s: wide rows were written:\n%s\n%s", label, rows, now)
		}
		clean(t, db, label, f)
	}
	rebuild{live: &loader.GoLive{Limit: 1}}.must(t, db)
	if got, want := query(t, conn, answers), "hello|a|toda|matched|2|model-2\nhello|b|abe|matched|2|model-2\nhello|e|person2|matched|2|model-2\n"+
		"world|d|person2|matched|2|model-2\n"; got != want {
		t.Errorf("after a rebuild there are\n%swant\n%s", got, want)
	}

	// One more by hand, of the newest delivery.
	execute(t, conn, `delete from nayose.posting_state where partner = 'hello' and posting_id = 'e'`)
	f := feed{week: "2026-W49", digest: "the same", postings: []string{"a cook toda", "d maid person2", "e maid person2"}}
	finds(t, db, f, "postings that are gone = erased")
}

// seed is the digest from which the feed's lineage ids are made.
func (f feed) seed(t testing.TB) string {
	d, _ := f.build(t)
	return d.Digest
}

// watch reads again and again, beside what the test does, until its result is called, which is all that was read.
func watch(t testing.TB, url, sql string) (seen func() string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	stop, read := make(chan struct{}), make(chan string)
	go func() {
		var all string
		for {
			select {
			case <-stop:
				read <- all
				return
			default:
				all += query(t, conn, sql)
			}
		}
	}()
	return func() string {
		close(stop)
		all := <-read
		_ = conn.Close(context.Background())
		return all
	}
}

// The connection dies at any one of the requests that an erasure makes: it starts over, and leaves what it leaves undisturbed.
func TestEraseCutAnywhere(t *testing.T) {
	t.Parallel()
	_, url, _ := fresh(t)
	const never = 1 << 20
	want, rest := eraseCut(t, url, "undisturbed", never)
	requests := never - rest
	if requests < 20 || !strings.Contains(want, "expired|1|") {
		t.Fatalf("the proxy saw %d requests, which left %q", requests, want)
	}
	forEach(requests, func(n int64) {
		if got, _ := eraseCut(t, url, fmt.Sprint("p", n), n); got != want {
			t.Errorf("cut at request %d, it leaves\n%swant\n%s", n, got, want)
		}
	})
}

// eraseCut loads two weeks of a partner, and erases by a connection that is cut at the nth request. It returns what is left then, and how
// many requests more it would have taken to cut.
func eraseCut(t *testing.T, url, partner string, n int64) (left string, rest int64) {
	t.Helper()
	p, throughProxy := startProxy(t, url)
	db := open(t, throughProxy)
	defer db.Close()
	feed{partner: partner, week: "2026-W45", postings: []string{"a cook toda", "b cook gone"}, rejects: []string{"x"}}.load(t, db)
	feed{partner: partner, week: "2026-W46", postings: []string{"a cook toda", "c cook asked"}, rejects: []string{"y"}}.load(t, db)
	p.cutIn.Store(n)
	_, err := db.EraseExpired(t.Context(), partner, monday(t, "2026-W47"))
	_, err2 := db.EraseRejects(t.Context(), partner, monday(t, "2026-W46"))
	_, err3 := db.EraseOnRequest(t.Context(), loader.Request{Partner: partner, Postings: []string{"c"}, By: "toda", Why: "依頼"})
	if err := errors.Join(err, err2, err3); err != nil {
		t.Errorf("cut at request %d: %v", n, err)
	}
	rest = p.cutIn.Load()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	return query(t, conn, `select posting_id, company_name, outcome from nayose.postings where partner = $1 order by 1`, partner) +
		query(t, conn, `select company_name from nayose.mention where partner = $1 order by 1`, partner) +
		query(t, conn, `select raw from nayose.rejects where partner = $1 order by 1`, partner) +
		query(t, conn, `select rule, by, week, kind, rows, '' from nayose.erasures where partner = $1 order by id`, partner), rest
}
