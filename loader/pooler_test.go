package loader_test

import (
	"bytes"
	"encoding/binary"
	"net"
	"net/url"
	"path/filepath"
	"sync/atomic"
	"testing"

	"nayose"
	"nayose/loader"
)

// A pooler may give each transaction another session of the server, so nothing is left in one for the next: no named statement is made, and
// none is executed that was not sent along.
func TestNothingDependsOnASession(t *testing.T) {
	t.Parallel()
	_, direct, _ := fresh(t)
	var executed atomic.Int64
	db := open(t, watched(t, direct, func(batch []message) {
		parsed := false
		for _, m := range batch {
			switch {
			case m.kind == 'P' && m.body[0] != 0:
				t.Errorf("a statement has a name: %q", m.body)
			case m.kind == 'P':
				parsed = true
			case m.kind == 'B' && !parsed:
				t.Errorf("a statement of an earlier round trip is executed: %q", batch)
			case m.kind == 'B':
				executed.Add(1)
			}
		}
	}))
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	ctx := t.Context()
	feed{week: "2026-W46", postings: []string{"a cook toda", "b nurse ?abe"}, rejects: []string{"x"}}.load(t, db)
	feed{week: "2026-W47", delta: true, postings: []string{"a chef toda"}, deletions: []string{"b"}}.load(t, db)
	_, err := db.Deliveries(ctx, &nayose.Week{Year: 2026, Week: 47})
	check(err)
	check(db.CheckSchema(ctx))
	_, err = db.LiveGeneration(ctx)
	check(err)
	check(db.ReadMaster(ctx, func(r *loader.MasterReader) error { _, err := r.Version(ctx, "select 1"); return err }))
	if executed.Load() < 30 {
		t.Errorf("only %d statements were seen", executed.Load())
	}
}

// message is one of the frontend's.
type message struct {
	kind byte
	body []byte
}

// watched is a URL by which see is told the messages of each round trip.
func watched(t *testing.T, server string, see func([]message)) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil || u.Query().Get("host") == "" {
		t.Skip("the server has no Unix socket in its URL")
	}
	const name = ".s.PGSQL.5432"
	socket, dir := filepath.Join(u.Query().Get("host"), name), t.TempDir()
	listener, err := net.Listen("unix", filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			upstream, err := net.Dial("unix", socket)
			if err != nil {
				_ = client.Close()
				continue
			}
			w := &watcher{see: see}
			go pump(client, upstream, func(piece []byte) bool { w.read(piece); return true })
			go pump(upstream, client, func([]byte) bool { return true })
		}
	}()
	u.RawQuery = "host=" + dir
	return u.String()
}

// watcher takes the frontend's stream apart.
type watcher struct {
	see     func([]message)
	rest    []byte
	started bool
	batch   []message
}

func (w *watcher) read(piece []byte) {
	w.rest = append(w.rest, piece...)
	for {
		head := 1
		if !w.started {
			head = 0 // the first message has no kind
		}
		if len(w.rest) < head+4 {
			return
		}
		n := head + int(binary.BigEndian.Uint32(w.rest[head:]))
		if len(w.rest) < n {
			return
		}
		if w.started {
			m := message{w.rest[0], bytes.Clone(w.rest[5:n])}
			if w.batch = append(w.batch, m); m.kind == 'S' || m.kind == 'Q' {
				w.see(w.batch)
				w.batch = nil
			}
		}
		w.started, w.rest = true, w.rest[n:]
	}
}
