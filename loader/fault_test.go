package loader_test

import (
	"bytes"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"nayose"
	"nayose/loader"
)

// The server ends our session in the middle of a COPY: the load starts over.
func TestLoadTerminated(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	d, in := feed{week: "2026-W47", postings: []string{"a cook toda", "b nurse toda"}}.build(t)
	kills := 0
	in.Postings = alter(in.Postings, func(p *nayose.Posting) {
		if kills == 0 {
			terminate(t, conn)
			kills++
		}
	})
	r, err := db.Load(t.Context(), d, in)
	if err != nil {
		t.Fatal(err)
	}
	if r.State != loader.Loaded || r.Inserted != 2 {
		t.Errorf("result is %+v, want two inserted", r)
	}
}

// A server that ends every session of ours is given up after some tries, and nothing is written.
func TestLoadGivesUp(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	before := dump(t, conn)
	d, in := feed{week: "2026-W47", postings: []string{"a cook toda"}}.build(t)
	tries := 0
	in.Matches = alter(in.Matches, func(*nayose.Match) {
		tries++
		terminate(t, conn)
	})
	counted, last := loader.Retries(), ""
	db.OnStep = func(step string) { last = step }
	_, err := db.Load(t.Context(), d, in)
	wantFault(t, err, nayose.Database, "copy matches")
	if tries != 5 {
		t.Errorf("%d tries, want 5", tries)
	}
	if n := loader.Retries() - counted; n < 4 { // other tests' are among them
		t.Errorf("%d retries are counted, want 4", n)
	}
	if last != "copy matches" {
		t.Errorf("the last step that is told is %q, want %q", last, "copy matches")
	}
	if diff := cmp.Diff(before, dump(t, conn)); diff != "" {
		t.Errorf("something was written (-before +after):\n%s", diff)
	}
}

// A table that somebody keeps locked is waited for once, where the load may wait no longer than that; what it waits for is told.
func TestLoadLocked(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	execute(t, conn, `begin; lock table nayose.delivery in access exclusive mode`)
	db.LockWait = time.Second
	var steps []string
	db.OnStep = func(step string) { steps = append(steps, step) }
	d, in := feed{week: "2026-W47", postings: []string{"a cook toda"}}.build(t)
	_, err := db.Load(t.Context(), d, in)
	wantFault(t, err, nayose.Database, "read the ledger: ERROR: canceling statement due to lock timeout")
	if want := []string{"another load's lock", "the ledger"}; !slices.Equal(steps, want) {
		t.Errorf("the load told %q, want %q", steps, want)
	}
}

// terminate ends all sessions of nayose's in the database.
func terminate(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	execute(t, conn, `select pg_terminate_backend(pid) from pg_stat_activity
		where application_name = 'nayose' and datname = current_database()`)
}

// The connection dies around the commit, so that nobody knows whether it happened. Either way the delivery is loaded
// once, and the result is that of the load.
func TestLoadCommitLost(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		swept func(p *proxy)
	}{
		{"before it reaches the server", func(p *proxy) { p.swallowRequest.Store(true) }},
		{"its answer", func(p *proxy) { p.swallowAnswer.Store(true) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, url, conn := fresh(t)
			p, throughProxy := startProxy(t, url)
			db := open(t, throughProxy)
			test.swept(p)
			got := feed{week: "2026-W47", files: "F", postings: []string{"a cook toda"}}.load(t, db)
			want := loader.Result{State: loader.Loaded, Inserted: 1, Matched: 1, ActiveAfter: 1}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
			test.swept(p)
			got = feed{week: "2026-W48", files: "F", postings: []string{"a cook toda"}}.load(t, db)
			want = loader.Result{State: loader.Stale, By: "2026-W47"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("of a stale week, result (-want +got):\n%s", diff)
			}
			if p.swallowRequest.Load() || p.swallowAnswer.Load() {
				t.Error("the proxy saw no commit")
			}
			if got := query(t, conn, `select state from nayose.delivery order by id`); got != "loaded\nstale\n" {
				t.Errorf("the ledger has %q, want two rows", got)
			}
		})
	}
}

// The connection dies at any one of the requests that a load makes. The load starts over, and what it leaves is what it leaves
// undisturbed: of a delta that inserts, updates, reactivates and expires, of a stale week, of an older week that comes late, and
// of an approved delivery.
func TestLoadCutAnywhere(t *testing.T) {
	t.Parallel()
	_, url, _ := fresh(t)
	for _, f := range []feed{
		{
			partner: "delta", week: "2026-W47", delta: true, files: "47", rejects: []string{"x", "=y"},
			postings: []string{"b doctor toda", "c clerk ?abe", "d driver -nobody"}, deletions: []string{"a", "z"},
		},
		{partner: "stale", week: "2026-W47", files: "46", postings: []string{"a cook toda", "b nurse toda"}},
		{partner: "late", week: "2026-W44", files: "44", postings: []string{"a cook toda"}},
		{partner: "approved", week: "2026-W49", delta: true, files: "49", approval: 1, postings: []string{"e maid toda"}},
	} {
		const never = 1 << 20
		want, rest := loadCut(t, url, f, never)
		requests := never - rest
		if requests < 5 {
			t.Fatalf("%s: the proxy saw %d requests", f.partner, requests)
		}
		var cuts atomic.Int64 // how pieces of a COPY come together varies: the last of the requests may not be made
		forEach(requests, func(n int64) {
			t.Run(fmt.Sprint(f.partner, n), func(t *testing.T) {
				f := f
				f.partner = fmt.Sprint(f.partner, n)
				got, rest := loadCut(t, url, f, n)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("left behind (-undisturbed +cut):\n%s", diff)
				}
				if rest <= 0 {
					cuts.Add(1)
				}
			})
		})
		if cuts.Load() < requests*3/4 {
			t.Errorf("%s: of %d requests only %d were cut", f.partner, requests, cuts.Load())
		}
	}
}

// forEach cuts at each of so many requests, many at once: who was cut mostly waits before it starts over, and -parallel would allow for one a
// core.
func forEach(requests int64, cut func(n int64)) {
	var group sync.WaitGroup
	atOnce := make(chan struct{}, 16)
	for n := int64(1); n <= requests; n++ {
		group.Go(func() {
			atOnce <- struct{}{}
			defer func() { <-atOnce }()
			cut(n)
		})
	}
	group.Wait()
}

// loadCut loads two weeks and then f by a connection that is cut at the nth request. It returns what the partner has then, and
// how many requests more it would have taken to cut.
func loadCut(t *testing.T, url string, f feed, n int64) (left string, rest int64) {
	t.Helper()
	p, throughProxy := startProxy(t, url)
	db := open(t, throughProxy)
	defer db.Close()
	feed{
		partner: f.partner, week: "2026-W45", files: "45", postings: []string{"a cook toda", "b nurse toda", "c clerk ?abe"},
	}.load(t, db)
	feed{
		partner: f.partner, week: "2026-W46", files: "46", postings: []string{"a cook toda", "b nurse toda"}, rejects: []string{"x"},
	}.load(t, db)
	p.cutIn.Store(n)
	f.load(t, db)
	rest = p.cutIn.Load()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	return query(t, conn, `select posting_id, title, occupation_text, company_name, first_seen, last_seen, expired_at
			from nayose.postings where partner = $1 order by posting_id`, f.partner) +
		query(t, conn, `select week, state, inserted, updated, reactivated, expired, approval_number, held_for,
			(select count(*) from nayose.reject r where r.delivery = d.id) from nayose.delivery d where partner = $1 order by id`, f.partner), rest
}

// proxy stands between nayose and the server's Unix socket, and cuts the connection where it is told to: at the next
// commit, instead of passing on the request or after the server has answered it, or at the nth request from now.
type proxy struct {
	swallowRequest, swallowAnswer atomic.Bool
	cutIn                         atomic.Int64
}

// startProxy returns a proxy and the URL that leads through it.
func startProxy(t *testing.T, server string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil || u.Query().Get("host") == "" {
		t.Skip("the server has no Unix socket in its URL")
	}
	const name = ".s.PGSQL.5432"
	dir := t.TempDir()
	listener, err := net.Listen("unix", filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	p := new(proxy)
	go p.serve(listener, filepath.Join(u.Query().Get("host"), name))
	u.RawQuery = "host=" + dir
	return p, u.String()
}

func (p *proxy) serve(listener net.Listener, server string) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		upstream, err := net.Dial("unix", server)
		if err != nil {
			_ = client.Close()
			continue
		}
		var cut atomic.Bool
		go p.forward(client, upstream, &cut)
		go pump(upstream, client, func([]byte) bool { return !cut.Load() })
	}
}

// forward passes requests on until it meets the commit that it is to sever.
func (p *proxy) forward(client, upstream net.Conn, cut *atomic.Bool) {
	pump(client, upstream, func(request []byte) bool {
		if p.cutIn.Add(-1) == 0 {
			return false
		}
		if !bytes.Contains(request, []byte("commit\x00")) {
			return true
		}
		if p.swallowAnswer.CompareAndSwap(true, false) {
			cut.Store(true)
		}
		return !p.swallowRequest.CompareAndSwap(true, false)
	})
}

// pump copies one direction while pass agrees to each piece, and closes both ends then.
func pump(from, to net.Conn, pass func([]byte) bool) {
	defer func() { _, _ = from.Close(), to.Close() }()
	piece := make([]byte, 64<<10)
	for {
		n, err := from.Read(piece)
		if n > 0 {
			if !pass(piece[:n]) {
				return
			}
			if _, err := to.Write(piece[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
