package receive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nayose"
	"nayose/job/internal/store"
	"nayose/job/internal/store/s3test"
)

// server is the S3 server of this package's tests; noServer says why there is none.
var (
	server   s3test.Server
	noServer error
)

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var stop func()
		if server, stop, noServer = s3test.Launch(); noServer == nil {
			defer stop()
		}
		for _, setting := range append(server.Environ(), "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null") {
			name, value, _ := strings.Cut(setting, "=")
			_ = os.Setenv(name, value) // the names are right
		}
		return m.Run()
	}())
}

// week is the tests' own; its Thursday is their day.
var week = nayose.Week{Year: 2026, Week: 47}

// keys are what the tests' partners show: one has one file, one as many as it likes, one two.
var keys = map[string]string{"single": "key-of-single-01234567", "many": "key-of-many-0123456789", "pair": "key-of-pair-0123456789"}

func partner(id string, files int, place string, marker bool) Partner {
	p := Partner{ID: id, Keys: [][sha256.Size]byte{sha256.Sum256([]byte("an older key")), sha256.Sum256([]byte(keys[id]))}, Files: files}
	p.Keys[0] = sha256.Sum256([]byte("an older key of " + id))
	p.Place = func(w nayose.Week, n int) string { return fmt.Sprintf("feeds/%s/"+place, w, n) }
	p.Marker = func(w nayose.Week) string {
		if !marker {
			return ""
		}
		return fmt.Sprintf("feeds/%s/%s.done", w, id)
	}
	return p
}

// site is a service with a server of its own before it.
type site struct {
	*Service
	url  string
	logs *bytes.Buffer
}

// open starts a service over a bucket of its own.
func open(t *testing.T) *site {
	t.Helper()
	switch {
	case noServer != nil && errors.Is(noServer, s3test.ErrNoServer) && os.Getenv("CI") == "":
		t.Skip(noServer)
	case noServer != nil:
		t.Fatal(noServer)
	}
	bucket := fmt.Sprintf("bucket-%d", buckets.Add(1))
	server.MakeBucket(t, bucket, s3test.Versioned)
	input, err := store.Open(t.Context(), "s3://"+bucket+"/in", store.S3Options{PathStyle: true})
	if err != nil {
		t.Fatal(err)
	}
	return serveOn(t, input)
}

var buckets atomic.Int64

// openDir starts a service over a directory.
func openDir(t *testing.T) *site {
	t.Helper()
	input, err := store.Open(t.Context(), t.TempDir(), store.S3Options{})
	if err != nil {
		t.Fatal(err)
	}
	return serveOn(t, input)
}

func serveOn(t *testing.T, input nayose.Store) *site {
	t.Helper()
	logs := &bytes.Buffer{}
	s := &Service{
		Partners: []Partner{partner("single", 1, "single-%d.csv", false), partner("many", 0, "many-%d.csv", true), partner("pair", 2, "pair-%d.csv", true)},
		Input:    input, Log: slog.New(slog.NewJSONHandler(&locked{w: logs}, nil)),
		Today:  func() nayose.Date { return week.Monday() + 3 },
		Status: func(context.Context, string, nayose.Week) (Status, error) { return Status{State: Received}, nil },
		Rejects: func(_ context.Context, partner string, _ nayose.Week) ([]byte, error) {
			return []byte("\uFEFFreport of " + partner + "\r\n"), nil
		},
	}
	listener := httptest.NewServer(s)
	t.Cleanup(listener.Close)
	return &site{Service: s, url: listener.URL, logs: logs}
}

// locked lets requests log at once.
type locked struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

// got is an answer.
type got struct {
	status int
	header http.Header
	body   string
}

// json reads the answer into value.
func (g got) json(t *testing.T, value any) {
	t.Helper()
	if err := json.Unmarshal([]byte(g.body), value); err != nil {
		t.Fatalf("%q: %v", g.body, err)
	}
}

// code is the problem's.
func (g got) code() string {
	var p problem
	_ = json.Unmarshal([]byte(g.body), &p) // what is no problem has no code
	return p.Code
}

// ask sends a request as the partner; a body that is a string is a file, any other value is JSON.
func (s *site) ask(t *testing.T, as, method, path string, body any) got {
	t.Helper()
	var r io.Reader
	kind := "text/csv"
	switch body := body.(type) {
	case nil:
		kind = ""
	case string:
		r = strings.NewReader(body)
	default:
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		r, kind = bytes.NewReader(b), "application/json"
	}
	return s.send(t, method, path, r, map[string]string{"Content-Type": kind, "X-Api-Key": keys[as]})
}

func (s *site) send(t *testing.T, method, path string, body io.Reader, headers map[string]string) got {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.url+path, body)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	return sent(t, r)
}

func sent(t *testing.T, r *http.Request) got {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got{answer.StatusCode, answer.Header, string(b)}
}

func (s *site) want(t *testing.T, what string, g got, status int, code string) {
	t.Helper()
	if g.status != status || g.code() != code {
		t.Errorf("%s: HTTP %d %s, want %d %s", what, g.status, g.body, status, code)
	}
}

// at is a path of the partner's delivery of the tests' week.
func at(partner, rest string) string { return "/v1/deliveries/" + partner + "/" + week.String() + rest }

// listed are the keys of all that the store has.
func (s *site) listed(t *testing.T) (keys []string) {
	t.Helper()
	for o, err := range s.Input.List(t.Context(), "feeds") {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, o.Key)
	}
	return keys
}

// content is the object at key; empty where there is none.
func (s *site) content(t *testing.T, key string) string {
	t.Helper()
	o, err := s.Input.Stat(t.Context(), key)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Input.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func says(body string) declared {
	return declare(nayose.Content{Size: int64(len(body)), SHA256: sha256.Sum256([]byte(body))})
}

func saysAll(bodies ...string) (c completion) {
	for _, b := range bodies {
		c.Files = append(c.Files, says(b))
	}
	return c
}

// TestAccess asks for every path with every key, with none and with wrong ones: a partner gets its own places only, and of another's
// not even whether they are there.
func TestAccess(t *testing.T) {
	s := openDir(t)
	for id := range keys {
		s.want(t, "upload of "+id, s.ask(t, id, "PUT", at(id, "/files/1"), "content of "+id), http.StatusCreated, "")
	}
	before := s.listed(t)
	shown := map[string]string{"nobody": "", "stranger": "key-of-nobody-012345678", "near": keys["many"][1:], "hash": fmt.Sprintf("%x", sha256.Sum256([]byte(keys["many"])))}
	for who, key := range keys {
		shown[who] = key
	}
	shown["many, older"] = "an older key of many"
	for who, key := range shown {
		for _, r := range routes {
			for id := range keys {
				body, kind := io.Reader(nil), ""
				if r.method != http.MethodGet {
					body, kind = strings.NewReader("content of "+id), "text/csv"
				}
				path := strings.NewReplacer("{partner}", id, "{week}", week.String(), "{number}", "1").Replace(r.path)
				g := s.send(t, r.method, path, body, map[string]string{"X-Api-Key": key, "Content-Type": kind})
				own, public := strings.HasPrefix(who, id), !strings.HasPrefix(path, "/v1/")
				known := keys[who] != "" || who == "many, older"
				switch what := fmt.Sprintf("%s: %s %s", who, r.method, path); {
				case public:
					s.want(t, what, g, http.StatusOK, "")
				case !known:
					s.want(t, what, g, http.StatusUnauthorized, "unknown-key")
				case !own:
					s.want(t, what, g, http.StatusNotFound, "not-found")
				case g.status == http.StatusUnauthorized || g.status == http.StatusNotFound:
					t.Errorf("%s: HTTP %d %s, want the partner's own place", what, g.status, g.body)
				}
				if !own && (strings.Contains(g.body, "content of") || strings.Contains(g.body, "report of")) {
					t.Errorf("%s gets what is %s's: %s", who, id, g.body)
				}
			}
		}
	}
	if after := s.listed(t); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("%v became %v", before, after)
	}
	// A place that there is not looks to a stranger as one that there is.
	for _, path := range []string{"/v1/", "/v1/x", at("nobody", ""), at("many", "/x"), "/v1/deliveries/many/1999-W01"} {
		s.want(t, path+" without a key", s.send(t, "GET", path, nil, nil), http.StatusUnauthorized, "unknown-key")
	}
}

// TestPlaces: of all that could be written into a path, only the partner's own files of open weeks are places.
func TestPlaces(t *testing.T) {
	s := openDir(t)
	for _, label := range []string{"2026-W43", "2026-W44", "2026-W45", "2026-W46", "2026-W47", "2026-W48"} {
		s.want(t, label, s.ask(t, "many", "GET", "/v1/deliveries/many/"+label, nil), http.StatusOK, "")
	}
	for _, label := range []string{
		"2026-W42", "2026-W49", "2026-W54", "2026-W4", "2026-w47", "2026-W047", "2026-W47x", "2025-W47", "2026-W00", "2026-11-20T02:00:00Z", "latest", "%20",
		"2026-W47%00", "2026-W47%0a", "２０２６-W47", "*",
	} {
		s.want(t, label, s.ask(t, "many", "GET", "/v1/deliveries/many/"+label, nil), http.StatusNotFound, "closed-week")
	}
	for _, n := range []string{"0", "-1", "01", "1.0", "+1", "101", "1000000000000000000000", "x", "%31x", "１", "1%00", "1e1", " 1"} {
		n = strings.ReplaceAll(n, " ", "%20")
		s.want(t, n, s.ask(t, "many", "PUT", at("many", "/files/"+n), "x"), http.StatusNotFound, "no-such-file")
	}
	s.want(t, "file 3 of 2", s.ask(t, "pair", "PUT", at("pair", "/files/3"), "x"), http.StatusNotFound, "no-such-file")
	s.want(t, "file 2 of 1", s.ask(t, "single", "PUT", at("single", "/files/2"), "x"), http.StatusNotFound, "no-such-file")
	if keys := s.listed(t); len(keys) > 0 {
		t.Errorf("%v are there", keys)
	}
	s.want(t, "file 100", s.ask(t, "many", "PUT", at("many", "/files/100"), "x"), http.StatusCreated, "")
}

// TestWeeksTurn: the weeks that are open go with the day in Japan, over the end of a year with 53 weeks.
func TestWeeksTurn(t *testing.T) {
	s := &Service{}
	for day, want := range map[nayose.Date]string{
		nayose.NewDate(2026, time.November, 22): "2026-W43 2026-W48", // a Sunday
		nayose.NewDate(2026, time.November, 23): "2026-W44 2026-W49",
		nayose.NewDate(2027, time.January, 3):   "2026-W49 2027-W01",
		nayose.NewDate(2027, time.January, 4):   "2026-W50 2027-W02",
	} {
		s.Today = func() nayose.Date { return day }
		first, last := s.weeks()
		if got := first.String() + " " + last.String(); got != want {
			t.Errorf("on %s the weeks %s are open, want %s", day, got, want)
		}
	}
}

// FuzzPath: whatever path and key come, the answer is one that is described, and an object appears in places of the key's partner only.
func FuzzPath(f *testing.F) {
	for _, path := range traversals {
		f.Add("PUT", path, keys["many"])
	}
	f.Add("PUT", at("many", "/files/1"), keys["many"])
	f.Add("GET", at("many", ""), "")
	f.Fuzz(func(t *testing.T, method, path, key string) {
		s := &Service{
			Partners: []Partner{partner("many", 0, "many-%d.csv", true)}, Input: creating{t}, Log: slog.New(slog.DiscardHandler),
			Today:   func() nayose.Date { return week.Monday() },
			Status:  func(context.Context, string, nayose.Week) (Status, error) { return Status{State: Open}, nil },
			Rejects: func(context.Context, string, nayose.Week) ([]byte, error) { return nil, fs.ErrNotExist },
		}
		r, err := http.NewRequest(http.MethodGet, "http://host/", strings.NewReader("content"))
		if err != nil {
			t.Fatal(err)
		}
		r.Method, r.URL.Path, r.ContentLength = method, path, -1
		r.Header.Set("X-Api-Key", key)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code == http.StatusInternalServerError || w.Code == http.StatusOK && strings.HasPrefix(path, "/v1/") && key != keys["many"] {
			t.Errorf("%q %q: HTTP %d %s", method, path, w.Code, w.Body)
		}
	})
}

// creating is a store with nothing in it, which takes objects in the places of one partner only.
type creating struct{ t *testing.T }

func (c creating) Stat(context.Context, string) (nayose.Object, error) {
	return nayose.Object{}, fs.ErrNotExist
}

func (c creating) Create(_ context.Context, key string, _ io.ReadSeeker) (nayose.Object, error) {
	var year, week, n int
	if _, err := fmt.Sscanf(key, "feeds/%d-W%d/many-%d.csv", &year, &week, &n); err != nil || fmt.Sprintf("feeds/%d-W%02d/many-%d.csv", year, week, n) != key {
		c.t.Errorf("an object %q is created", key)
	}
	return nayose.Object{Key: key}, nil
}

func (c creating) Open(context.Context, nayose.Object) (io.ReadCloser, error) {
	return nil, fs.ErrNotExist
}
func (c creating) List(context.Context, string) iter.Seq2[nayose.Object, error] { return nil }
func (c creating) Delete(context.Context, string) error                         { return nil }
func (c creating) String() string                                               { return "nowhere" }
