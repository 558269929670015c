package faults

import (
	"bytes"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
)

// Postgres stands between a client and the server's Unix socket. An operation is a round trip: what the client sends up to the
// server's next answer, "round trip" or, where it ends a transaction, "commit". The opening of a connection is the first of its own.
type Postgres struct {
	URL string // leads through the proxy

	broken   *Switch
	socket   string
	listener net.Listener

	mu    sync.Mutex
	conns []net.Conn
}

// NewPostgres starts a proxy before the server of a URL that names a Unix socket's directory.
func NewPostgres(server string, broken *Switch) (*Postgres, error) {
	u, err := url.Parse(server)
	if err != nil {
		return nil, err
	}
	dir := u.Query().Get("host")
	if dir == "" {
		return nil, fmt.Errorf("the server's URL names no Unix socket")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	u.Host, u.RawQuery = l.Addr().String(), "sslmode=disable"
	p := &Postgres{URL: u.String(), broken: broken, socket: filepath.Join(dir, ".s.PGSQL.5432"), listener: l}
	go p.serve()
	return p, nil
}

// Close ends the proxy and every connection through it.
func (p *Postgres) Close() {
	_ = p.listener.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		_ = c.Close()
	}
}

func (p *Postgres) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("unix", p.socket)
		if err != nil {
			reset(client)
			continue
		}
		p.mu.Lock()
		p.conns = append(p.conns, client, server)
		p.mu.Unlock()
		l := &link{Postgres: p, client: client, server: server}
		go l.requests()
		go l.answers()
	}
}

// link is one connection.
type link struct {
	*Postgres
	client, server net.Conn
	asked          atomic.Bool  // the client has sent something since the server's last answer
	fate           atomic.Value // Kind of the round trip that is under way
}

// reset closes a connection as a crash does: the other side reads an error, not an end.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

func (l *link) end() {
	reset(l.client)
	_ = l.server.Close()
}

// requests passes on what the client sends.
func (l *link) requests() {
	defer l.end()
	piece := make([]byte, 64<<10)
	for {
		n, err := l.client.Read(piece)
		if err != nil {
			return
		}
		kind, _ := l.fate.Load().(Kind)
		if !l.asked.Swap(true) {
			kind = l.broken.next(nameOf(piece[:n]))
			l.fate.Store(kind)
			if kind == Stalled {
				l.broken.strike()
			}
		}
		switch kind {
		case Refused:
			return
		case Stalled:
			continue // and the client waits
		case Cut:
			_, _ = l.server.Write(piece[:n/2])
			return
		case Before:
			l.broken.strike()
			l.fate.Store(Kind(""))
		}
		if _, err := l.server.Write(piece[:n]); err != nil {
			return
		}
	}
}

// answers passes on what the server says.
func (l *link) answers() {
	defer l.end()
	piece := make([]byte, 64<<10)
	for {
		n, err := l.server.Read(piece)
		if err != nil {
			return
		}
		kind, _ := l.fate.Load().(Kind)
		switch kind {
		case Lost:
			return
		case After:
			l.broken.strike()
			l.fate.Store(Kind(""))
		}
		l.asked.Store(false)
		if _, err := l.client.Write(piece[:n]); err != nil {
			return
		}
	}
}

func nameOf(request []byte) string {
	switch {
	case bytes.Contains(request, []byte("commit\x00")):
		return "commit"
	case bytes.Contains(request, []byte("copy ")):
		return "copy"
	}
	return "round trip"
}
