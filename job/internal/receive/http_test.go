package receive

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"nayose"
)

// traversals are paths that try to lead out of a partner's places.
var traversals = []string{
	"/v1/deliveries/many/2026-W47/files/../../../../etc/passwd", "/v1/deliveries/many/../single/2026-W47/files/1",
	"/v1/deliveries/many/2026-W47/files/..", "/v1/deliveries/many/2026-W47/files/.", "/v1/deliveries/many/2026-W47/files/1/..",
	"/v1/deliveries/many/2026-W47/files/%2e%2e", "/v1/deliveries/many/2026-W47/files/%2e%2e%2fx", "/v1/deliveries/many/2026-W47/files/..%2f..%2fplans",
	"/v1/deliveries/many/2026-W47/files/..%5c..%5cx", "/v1/deliveries/many/2026-W47/files/1%2f..%2f2", "/v1/deliveries/many%2f..%2fsingle/2026-W47/files/1",
	"/v1/deliveries/..%2fsingle/2026-W47/files/1", "/v1/deliveries/single/2026-W47/files/1", "/v1/deliveries//2026-W47/files/1",
	"/v1/deliveries/many//files/1", "//v1/deliveries/many/2026-W47/files/1", "/v1//deliveries/many/2026-W47/files/1", "/v1/deliveries/many/2026-W47/files/1/",
	"/v1/deliveries/many/2026-W47/files/%00", "/v1/deliveries/many/2026-W47/files/1%00.csv", "/v1/deliveries/many/2026-W47/files/1%0d%0ax:%20y",
	"/v1/deliveries/MANY/2026-W47/files/1", "/v1/deliveries/many%20/2026-W47/files/1", "/v1/deliveries/*/2026-W47/files/1",
	"/v1/deliveries/many/2026-W47%2f..%2f2026-W46/files/1", "/v1/deliveries/many/..%2f..%2f..%2fstages/files/1", "/v1/deliveries/many/%2e%2e/files/1",
	"/v1/deliveries/many/2026-W47/files/%252e%252e", "/v1/deliveries/many/2026-W47/files/．．", "/v1/deliveries/%ef%bc%8e%ef%bc%8e/2026-W47/files/1",
	"/v1/deliveries/many/2026-W47/files/\xff", "/v1/deliveries/many;x/2026-W47/files/1", "/v1/deliveries/many/2026-W47/files/1?x=/../../single",
	"http://other/v1/deliveries/single/2026-W47/files/1", "/V1/deliveries/many/2026-W47/files/1", "/v1/deliveries/many/2026-W47/files/1#x",
	"/" + strings.Repeat("../", 50) + "etc/passwd", "/v1/" + strings.Repeat("a/", 500), "*", "/v1/deliveries/many/2026-W47/files/0x1",
}

// TestTraversal sends the paths as they are, by a client that does not tidy them, and sees what there is afterwards.
func TestTraversal(t *testing.T) {
	s := open(t)
	for _, path := range traversals {
		for _, method := range []string{"PUT", "POST", "GET", "DELETE"} {
			status, body := s.raw(t, fmt.Sprintf("%s %s HTTP/1.1\r\nHost: x\r\nX-Api-Key: %s\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx", method, path, keys["many"]))
			right := method == "PUT" && path == "/v1/deliveries/many/2026-W47/files/1?x=/../../single" // its path is a good one
			if right != (status/100 == 2) {
				t.Errorf("%s %.80q: HTTP %d %.200s", method, path, status, body)
			}
		}
	}
	if keys := s.listed(t); len(keys) != 1 || keys[0] != "feeds/2026-W47/many-1.csv" {
		t.Errorf("%v are there, want only what a good path put there", keys)
	}
	for _, foreign := range []string{"passwd", "..", "\xff", "%2e"} {
		if strings.Contains(s.logs.String(), foreign) {
			t.Errorf("the log has %q of a path", foreign)
		}
	}
}

// raw sends bytes as they are and reads an answer.
func (s *site) raw(t *testing.T, request string) (status int, body string) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }() // what came is looked at
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("%.200q: %v", request, err)
	}
	defer answer.Body.Close()
	b, _ := io.ReadAll(answer.Body) // what came is told
	return answer.StatusCode, string(b)
}

// TestBodies: a body that is too large, too slow, cut off, empty or no file leaves nothing behind.
func TestBodies(t *testing.T) {
	s := open(t)
	s.url = s.listen(t, patience{header: 300 * time.Millisecond, body: 400 * time.Millisecond, answer: 5 * time.Second, idle: time.Second, stop: time.Second})
	path := at("many", "/files/1")
	head := "PUT " + path + " HTTP/1.1\r\nHost: x\r\nX-Api-Key: " + keys["many"] + "\r\n"

	large := strings.Repeat("x", MaxBody+1)
	s.want(t, "too large", s.ask(t, "many", "PUT", path, large), http.StatusRequestEntityTooLarge, "too-large")
	chunked := s.send(t, "PUT", path, io.MultiReader(strings.NewReader(large)), map[string]string{"X-Api-Key": keys["many"]})
	s.want(t, "too large, in chunks", chunked, http.StatusRequestEntityTooLarge, "too-large")
	status, body := s.raw(t, head+"Content-Length: 100000000000\r\nExpect: 100-continue\r\n\r\n")
	if status != http.StatusRequestEntityTooLarge {
		t.Errorf("a length that is too large: HTTP %d %s, want 413 before anything is sent", status, body)
	}
	s.want(t, "empty", s.ask(t, "many", "PUT", path, ""), http.StatusBadRequest, "empty-file")
	for _, kind := range []string{"multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "image/png", "text", "text/csv/x"} {
		g := s.send(t, "PUT", path, strings.NewReader("x"), map[string]string{"X-Api-Key": keys["many"], "Content-Type": kind})
		s.want(t, kind, g, http.StatusUnsupportedMediaType, "unsupported-type")
	}
	if status, body = s.raw(t, head+"Content-Length: 10\r\n\r\nhalf "); status != http.StatusRequestTimeout || !strings.Contains(body, "too-slow") {
		t.Errorf("a slow body: HTTP %d %s, want 408", status, body)
	}
	if status, body = s.raw(t, head+"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\nzz\r\n"); status != http.StatusBadRequest || !strings.Contains(body, "cut-off") {
		t.Errorf("damaged chunks: HTTP %d %s, want 400", status, body)
	}
	if status, _ = s.raw(t, "GET /health HTTP/1.1\r\nHost: x\r\nX-Long: "+strings.Repeat("x", 4*maxHeader)+"\r\n\r\n"); status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a long header: HTTP %d, want 431", status)
	}
	s.hangUp(t, head+"Content-Length: 10\r\n\r\nhalf ")
	s.wantHangUp(t, "GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ")
	if keys := s.listed(t); len(keys) > 0 {
		t.Errorf("%v are there", keys)
	}
	s.want(t, "as large as may be", s.ask(t, "many", "PUT", path, large[1:]), http.StatusCreated, "")
	if got := s.content(t, "feeds/2026-W47/many-1.csv"); got != large[1:] {
		t.Errorf("%d bytes are there, want %d", len(got), MaxBody)
	}
}

// hangUp sends bytes and closes the connection.
func (s *site) hangUp(t *testing.T, request string) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(conn, request)
	if err := errors.Join(err, conn.Close()); err != nil {
		t.Fatal(err)
	}
}

// wantHangUp sends bytes and waits for the server to close the connection.
func (s *site) wantHangUp(t *testing.T, request string) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }() // what came is looked at
	if _, err = io.WriteString(conn, request); err == nil {
		err = conn.SetDeadline(time.Now().Add(10 * time.Second))
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Errorf("the server keeps a connection on which no header comes: %v", err)
	}
}

// listen serves as the command does, with less patience, until the test ends.
func (s *site) listen(t *testing.T, p patience) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- serve(ctx, l, s.Service, s.Log, p) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return "http://" + l.Addr().String()
}

// TestServeStops: what is under way is answered, what takes too long is cut off, and the error tells.
func TestServeStops(t *testing.T) {
	for name, c := range map[string]struct {
		takes time.Duration
		want  bool // that the request is answered
	}{"in time": {300 * time.Millisecond, true}, "too long": {time.Minute, false}} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				stop() // the request is under way
				select {
				case <-time.After(c.takes):
				case <-r.Context().Done():
				}
			})
			answered := make(chan bool)
			go func() {
				answer, err := http.Get("http://" + l.Addr().String())
				if err == nil {
					_ = answer.Body.Close() // only its status counts
				}
				answered <- err == nil && answer.StatusCode == http.StatusOK
			}()
			p := patient
			p.stop = time.Second
			err = serve(ctx, l, slow, slog.New(slog.DiscardHandler), p)
			var fault *nayose.Error
			if stopped := errors.As(err, &fault) && fault.Kind == nayose.Stopped; stopped == c.want || (err == nil) != c.want {
				t.Errorf("serve: %v", err)
			}
			if got := <-answered; got != c.want {
				t.Errorf("the request was answered: %v, want %v", got, c.want)
			}
		})
	}
}

// TestSlots: a partner sends four files at once, all together thirty-two, and whoever is beyond that is told to come again.
func TestSlots(t *testing.T) {
	var s slots
	var free []func()
	take := func(id string) error {
		f, err := s.take(id)
		if err == nil {
			free = append(free, f)
		}
		return err
	}
	for i := range slotsAll {
		if err := take(fmt.Sprint("p", i/slotsEach)); err != nil {
			t.Fatalf("slot %d: %v", i, err)
		}
	}
	if err := take("p0"); !errors.Is(err, busy) {
		t.Errorf("a fifth of one partner: %v, want busy", err)
	}
	if err := take("new"); !errors.Is(err, full) {
		t.Errorf("one beyond all: %v, want full", err)
	}
	for _, f := range free {
		f()
	}
	if err := take("p0"); err != nil || s.all != 1 {
		t.Errorf("after all were freed: %v, %d taken", err, s.all)
	}
}

// TestLogs: a line a request says who, what and how it went, and nothing that is a secret or a partner's data.
func TestLogs(t *testing.T) {
	s := open(t)
	const content = "secret-content 080-1111-2222"
	s.ask(t, "many", "PUT", at("many", "/files/1"), content)
	s.ask(t, "many", "PUT", at("many", "/files/1"), "another "+content)
	url := s.ask(t, "many", "POST", at("many", "/files/2/upload-url"), says(content))
	s.ask(t, "many", "POST", at("many", "/complete"), map[string]string{"canary": content})
	s.send(t, "GET", "/v1/"+content[:6], nil, map[string]string{"X-Api-Key": "a wrong key " + keys["many"]})
	logs := s.logs.String()
	for _, secret := range []string{keys["many"], "secret", "080-", "X-Amz", "127.0.0.1", "canary"} {
		if strings.Contains(logs, secret) {
			t.Errorf("the log has %q:\n%s", secret, logs)
		}
	}
	if url.status != http.StatusOK || !strings.Contains(url.body, "X-Amz-Signature") {
		t.Fatalf("no URL: %s", url.body)
	}
	if n := bytes.Count([]byte(logs), []byte("\n")); n != 5 {
		t.Errorf("%d lines of five requests:\n%s", n, logs)
	}
	for _, part := range []string{`"status":201`, `"method":"PUT"`, `"partner":"many"`, `"week":"2026-W47"`, `"file":1`, fmt.Sprintf(`"bytes":%d`, len(content))} {
		if line, _, _ := strings.Cut(logs, "\n"); !strings.Contains(line, part) {
			t.Errorf("the first line has no %s: %s", part, line)
		}
	}
}
