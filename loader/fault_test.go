package loader_test

import (
	"bytes"
	"net"
	"net/url"
	"path/filepath"
	"sync/atomic"
	"testing"

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
	_, err := db.Load(t.Context(), d, in)
	wantFault(t, err, nayose.Database, "2026-W47 of hello")
	if tries != 5 {
		t.Errorf("%d tries, want 5", tries)
	}
	if diff := cmp.Diff(before, dump(t, conn)); diff != "" {
		t.Errorf("something was written (-before +after):\n%s", diff)
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
			got := feed{week: "2026-W47", postings: []string{"a cook toda"}}.load(t, db)
			want := loader.Result{State: loader.Loaded, Inserted: 1, Matched: 1, ActiveAfter: 1}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
			if p.swallowRequest.Load() || p.swallowAnswer.Load() {
				t.Error("the proxy saw no commit")
			}
			if got := query(t, conn, `select state from nayose.delivery`); got != "loaded\n" {
				t.Errorf("the ledger has %q, want one row", got)
			}
		})
	}
}

// proxy stands between nayose and the server's Unix socket, and cuts the connection at the next commit where it is told
// to: instead of passing on the request, or after the server has answered it.
type proxy struct {
	swallowRequest, swallowAnswer atomic.Bool
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
