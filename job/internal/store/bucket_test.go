package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"nayose"
	"nayose/job/internal/store/s3test"
)

func TestS3(t *testing.T) {
	for name, versioned := range map[string]bool{"versioned": s3test.Versioned, "unversioned": s3test.Unversioned} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testStore(t, func(t *testing.T) subject {
				bucket := newBucket(t, versioned)
				return subject{
					Store:    openTest(t, bucket, server.Endpoint, hasty),
					replace:  func(t *testing.T, key, content string) { server.Put(t, bucket, "feeds/prod/"+key, content) },
					versions: versioned,
				}
			})
		})
	}
}

var buckets atomic.Int64

// newBucket makes a bucket of its own for a test.
func newBucket(t *testing.T, versioned bool) string {
	t.Helper()
	needServer(t)
	name := fmt.Sprintf("bucket-%d", buckets.Add(1))
	server.MakeBucket(t, name, versioned)
	return name
}

// openTest opens what lies below a prefix of a bucket.
func openTest(t *testing.T, bucket, endpoint string, p patience) nayose.Store {
	t.Helper()
	s, err := open(t.Context(), "s3://"+bucket+"/feeds/prod", S3Options{Endpoint: endpoint, PathStyle: true}, p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// meddler answers the n-th request (from 1) of a method, in place of S3 or with its help.
type meddler func(n int, w http.ResponseWriter, r *http.Request, s3 http.Handler)

// front is the endpoint of an HTTP server before S3 that does with the requests of one method what meddle does.
func front(t *testing.T, method string, meddle meddler) string {
	t.Helper()
	target, err := url.Parse(server.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	s3 := &httputil.ReverseProxy{
		Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host }, // the host is signed
		ErrorLog: quiet,
	}
	var n atomic.Int64
	return listen(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != method {
			s3.ServeHTTP(w, r)
			return
		}
		meddle(int(n.Add(1)), w, r, s3)
	})
}

// answer is what S3 says to a request.
func answer(r *http.Request, s3 http.Handler) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	s3.ServeHTTP(recorder, r)
	return recorder
}

// pass sends the first n bytes of an answer, all of its headers, and what the caller then does is the end of it.
func pass(w http.ResponseWriter, a *httptest.ResponseRecorder, n int) {
	for name, values := range a.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(a.Code)
	_, _ = w.Write(a.Body.Bytes()[:n])        // the client may have gone
	_ = http.NewResponseController(w).Flush() // the client may have gone
	time.Sleep(time.Millisecond)              // lets the bytes arrive before a reset overtakes them
}

// TestS3ReadResumes: a read that breaks goes on where it broke, and is asked for again from there only.
func TestS3ReadResumes(t *testing.T) {
	content := strings.Repeat("0123456789\n", 100_000)
	for name, meddle := range map[string]func(http.ResponseWriter, *http.Request, *httptest.ResponseRecorder){
		"truncated": func(w http.ResponseWriter, _ *http.Request, a *httptest.ResponseRecorder) {
			pass(w, a, a.Body.Len()/2)
			panic(http.ErrAbortHandler)
		},
		"clean early end": func(w http.ResponseWriter, _ *http.Request, a *httptest.ResponseRecorder) {
			a.Header().Del("Content-Length") // so that the body is chunked, and its end looks like one
			pass(w, a, a.Body.Len()/2)
		},
		"stalled": func(w http.ResponseWriter, r *http.Request, a *httptest.ResponseRecorder) {
			pass(w, a, a.Body.Len()/2)
			<-r.Context().Done() // until the store hangs up
		},
		"nothing": func(w http.ResponseWriter, _ *http.Request, a *httptest.ResponseRecorder) {
			pass(w, a, 0)
			panic(http.ErrAbortHandler)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bucket := newBucket(t, s3test.Unversioned)
			var asked []string
			endpoint := front(t, http.MethodGet, func(n int, w http.ResponseWriter, r *http.Request, s3 http.Handler) {
				asked = append(asked, r.Header.Get("Range"))
				if r.Header.Get("If-Match") == "" {
					t.Errorf("request %d is not pinned", n)
				}
				if n > 2 {
					s3.ServeHTTP(w, r)
					return
				}
				meddle(w, r, answer(r, s3))
			})
			p := hasty
			if name == "stalled" {
				p.idle = time.Second
			}
			s := openTest(t, bucket, endpoint, p)
			o := mustCreate(t, s, "k", content)

			if got, err := read(t.Context(), s, o); got != content || err != nil {
				t.Errorf("read %s, %v, want %s", digest(got), err, digest(content))
			}
			if len(asked) != 3 || asked[0] != "" || name != "nothing" && asked[2] == "" {
				t.Errorf("asked for the ranges %q, want all first and then what was left, twice", asked)
			}
		})
	}
}

// TestS3ReadGivesUp: a short file never passes for a whole one.
func TestS3ReadGivesUp(t *testing.T) {
	bucket := newBucket(t, s3test.Unversioned)
	gets := 0
	endpoint := front(t, http.MethodGet, func(n int, w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		gets = n
		a := answer(r, s3)
		a.Header().Del("Content-Length")
		pass(w, a, min(10, a.Body.Len()))
	})
	s := openTest(t, bucket, endpoint, hasty)
	o := mustCreate(t, s, "k", strings.Repeat("x", 1000))
	before := Retries()
	got, err := read(t.Context(), s, o)
	if n := Retries() - before; n != int64(hasty.attempts-1) {
		t.Errorf("%d retries are counted, want %d", n, hasty.attempts-1)
	}
	wantKind(t, "read", err, nayose.Storage)
	wantMessage(t, err, "read s3://"+bucket+"/feeds/prod/k: ")
	if errors.Is(err, io.EOF) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("read of what always ends early: %v, want io.ErrUnexpectedEOF", err)
	}
	if gets != hasty.attempts || len(got) != 10*hasty.attempts {
		t.Errorf("read %d bytes with %d requests, want 10 with each of %d", len(got), gets, hasty.attempts)
	}
}

// TestS3ReplacedBetweenResumes: what comes after a break is of the same object or does not come.
func TestS3ReplacedBetweenResumes(t *testing.T) {
	for name, versioned := range map[string]bool{"versioned": s3test.Versioned, "unversioned": s3test.Unversioned} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bucket := newBucket(t, versioned)
			endpoint := front(t, http.MethodGet, func(n int, w http.ResponseWriter, r *http.Request, s3 http.Handler) {
				if n > 1 {
					s3.ServeHTTP(w, r)
					return
				}
				pass(w, answer(r, s3), 500)
				server.Put(t, bucket, "feeds/prod/k", strings.Repeat("new\n", 250))
				panic(http.ErrAbortHandler)
			})
			s := openTest(t, bucket, endpoint, hasty)
			old := strings.Repeat("old\n", 250)
			got, err := read(t.Context(), s, mustCreate(t, s, "k", old))
			if versioned && (got != old || err != nil) {
				t.Errorf("read %s, %v, want the old version", digest(got), err)
			}
			if !versioned && !errors.Is(err, nayose.ErrChanged) {
				t.Errorf("read %s, %v, want ErrChanged", digest(got), err)
			}
		})
	}
}

func TestS3DamagedBody(t *testing.T) {
	bucket := newBucket(t, s3test.Unversioned)
	endpoint := front(t, http.MethodGet, func(_ int, w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		a := answer(r, s3)
		a.Body.Bytes()[3] ^= 1
		pass(w, a, a.Body.Len())
	})
	s := openTest(t, bucket, endpoint, hasty)
	_, err := read(t.Context(), s, mustCreate(t, s, "k", "some content"))
	wantKind(t, "read of a flipped bit", err, nayose.Integrity)
}

// TestS3RetriesBursts: what passes within the attempts is not noticed, and what does not is a fault of the storage.
func TestS3RetriesBursts(t *testing.T) {
	refusals := map[string]func(w http.ResponseWriter){
		"503":        func(w http.ResponseWriter) { refuse(w, http.StatusServiceUnavailable, "SlowDown") },
		"429":        func(w http.ResponseWriter) { refuse(w, http.StatusTooManyRequests, "TooManyRequests") },
		"500":        func(w http.ResponseWriter) { refuse(w, http.StatusInternalServerError, "InternalError") },
		"connection": func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
		"409":        func(w http.ResponseWriter) { refuse(w, http.StatusConflict, "ConditionalRequestConflict") },
	}
	operations := map[string]func(s nayose.Store, o nayose.Object) error{
		http.MethodHead: func(s nayose.Store, o nayose.Object) error { _, err := s.Stat(t.Context(), o.Key); return err },
		http.MethodGet:  func(s nayose.Store, o nayose.Object) error { _, err := read(t.Context(), s, o); return err },
		http.MethodPut: func(s nayose.Store, _ nayose.Object) error {
			_, err := s.Create(t.Context(), "new", strings.NewReader("new content"))
			return err
		},
	}
	for refusal, refuse := range refusals {
		for method, operation := range operations {
			if refusal == "409" && method != http.MethodPut {
				continue // S3 says so of writes only
			}
			for _, burst := range []int{4, 5} {
				t.Run(fmt.Sprintf("%d times %s to %s", burst, refusal, method), func(t *testing.T) {
					bucket := newBucket(t, s3test.Unversioned)
					o := mustCreate(t, openTest(t, bucket, server.Endpoint, hasty), "k", "content")
					endpoint := front(t, method, func(n int, w http.ResponseWriter, r *http.Request, s3 http.Handler) {
						if n <= burst {
							refuse(w)
							return
						}
						s3.ServeHTTP(w, r)
					})
					before := Retries()
					err := operation(openTest(t, bucket, endpoint, hasty), o)
					if got, want := Retries()-before, int64(min(burst, hasty.attempts-1)); got != want {
						t.Errorf("%d retries are counted, want %d", got, want)
					}
					if burst < hasty.attempts && err != nil {
						t.Errorf("%v, want it retried", err)
					}
					if burst >= hasty.attempts {
						wantKind(t, "after all attempts", err, nayose.Storage)
					}
				})
			}
		}
	}
}

// TestS3LostAcknowledgement: S3 has the object and we do not know; the retry finds it, and the caller reads it back.
func TestS3LostAcknowledgement(t *testing.T) {
	bucket := newBucket(t, s3test.Unversioned)
	endpoint := front(t, http.MethodPut, func(n int, w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		a := answer(r, s3)
		if n == 1 {
			panic(http.ErrAbortHandler)
		}
		pass(w, a, a.Body.Len())
	})
	s := openTest(t, bucket, endpoint, hasty)
	if _, err := s.Create(t.Context(), "k", strings.NewReader("ours")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Create: %v, want fs.ErrExist", err)
	}
	o, err := s.Stat(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := read(t.Context(), s, o); got != "ours" || err != nil {
		t.Errorf("read back %q, %v, want our own content", got, err)
	}
}

// TestS3Classifies gives every operation the answers that S3 is documented to give. A HEAD sees the status alone.
func TestS3Classifies(t *testing.T) {
	sentinels := map[error]bool{fs.ErrNotExist: true, fs.ErrExist: true, nayose.ErrChanged: true}
	kind := func(k nayose.Kind) error { return nayose.Fault(k, errors.New("any"), "") }
	for _, test := range []struct {
		status         int
		code           string
		head, get, put error
	}{
		{404, "NoSuchKey", fs.ErrNotExist, fs.ErrNotExist, nil},
		{404, "NoSuchVersion", nil, fs.ErrNotExist, nil},
		{404, "NoSuchBucket", nil, kind(nayose.Usage), kind(nayose.Usage)},
		{412, "PreconditionFailed", nil, nayose.ErrChanged, fs.ErrExist},
		{403, "AccessDenied", kind(nayose.Access), kind(nayose.Access), kind(nayose.Access)},
		{403, "InvalidAccessKeyId", kind(nayose.Access), kind(nayose.Access), kind(nayose.Access)},
		{403, "SignatureDoesNotMatch", kind(nayose.Access), kind(nayose.Access), kind(nayose.Access)},
		{403, "RequestTimeTooSkewed", kind(nayose.Access), kind(nayose.Access), kind(nayose.Access)},
		{400, "ExpiredToken", kind(nayose.Access), kind(nayose.Access), kind(nayose.Access)},
		{401, "Unauthorized", kind(nayose.Access), kind(nayose.Access), kind(nayose.Access)},
		{301, "PermanentRedirect", kind(nayose.Usage), kind(nayose.Usage), kind(nayose.Usage)},
		{400, "AuthorizationHeaderMalformed", nil, kind(nayose.Usage), kind(nayose.Usage)},
		{501, "NotImplemented", kind(nayose.Storage), kind(nayose.Storage), kind(nayose.Storage)},
	} {
		endpoint := listen(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/bucket" { // HeadBucket
				return
			}
			refuse(w, test.status, test.code)
		})
		s := openTest(t, "bucket", endpoint, hasty)
		check := func(what string, err, want error) {
			t.Helper()
			what = fmt.Sprintf("%s answered with %d %s", what, test.status, test.code)
			var known *nayose.Error
			switch {
			case sentinels[want] && !errors.Is(err, want):
				t.Errorf("%s: %v, want %v", what, err, want)
			case errors.As(want, &known):
				wantKind(t, what, err, known.Kind)
			}
		}
		_, err := s.Stat(t.Context(), "k")
		check("Stat", err, test.head)
		_, err = s.Open(t.Context(), nayose.Object{Key: "k", ETag: "e", Size: 1})
		check("Open", err, test.get)
		_, err = s.Create(t.Context(), "k", strings.NewReader("x"))
		check("Create", err, test.put)
	}
}

// TestS3CarelessServers: a server that knows no conditions, or no ranges, gives other bytes than were asked for.
func TestS3CarelessServers(t *testing.T) {
	o := nayose.Object{Key: "k", ETag: "pinned", Size: 10}
	other := listen(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"other"`)
		_, _ = w.Write([]byte("0123456789")) // the client may have gone
	})
	if got, err := read(t.Context(), openTest(t, "bucket", other, hasty), o); !errors.Is(err, nayose.ErrChanged) {
		t.Errorf("read of an object with another ETag: %q, %v, want ErrChanged", got, err)
	}
	rangeless := listen(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"pinned"`)
		_, _ = w.Write([]byte("01234")) // the client may have gone
	})
	got, err := read(t.Context(), openTest(t, "bucket", rangeless, hasty), o)
	wantKind(t, fmt.Sprintf("read of %q", got), err, nayose.Storage)
}

func TestS3MissingBucket(t *testing.T) {
	needServer(t)
	s := openTest(t, "no-such-bucket", server.Endpoint, hasty)
	_, err := s.Stat(t.Context(), "k")
	wantKind(t, "Stat", err, nayose.Usage)
	_, err = s.Open(t.Context(), nayose.Object{Key: "k", ETag: "e", Size: 1})
	wantKind(t, "Open", err, nayose.Usage)
	_, err = s.Create(t.Context(), "k", strings.NewReader("x"))
	wantKind(t, "Create", err, nayose.Usage)
	wantMessage(t, err, "create s3://no-such-bucket/feeds/prod/k: NoSuchBucket: ")
	wantMessage(t, err, "(HTTP 404, request ")
}

func TestS3WrongCredentials(t *testing.T) {
	bucket := newBucket(t, s3test.Unversioned)
	for name, env := range map[string]map[string]string{
		"wrong secret": {"AWS_SECRET_ACCESS_KEY": "wrong"},
		"none":         {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range env {
				t.Setenv(variable, value)
			}
			s := openTest(t, bucket, server.Endpoint, hasty)
			_, err := s.Stat(t.Context(), "k")
			wantKind(t, "Stat", err, nayose.Access)
			_, err = s.Open(t.Context(), nayose.Object{Key: "k", ETag: "e", Size: 1})
			wantKind(t, "Open", err, nayose.Access)
			_, err = s.Create(t.Context(), "k", strings.NewReader("x"))
			wantKind(t, "Create", err, nayose.Access)
			if strings.Contains(err.Error(), "wrong") {
				t.Errorf("the error %q tells the secret", err)
			}
		})
	}
}

func TestS3Unreachable(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	endpoint := "http://" + listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	s := openTest(t, "bucket", endpoint, hasty)
	_, err = s.Stat(t.Context(), "k")
	wantKind(t, "Stat", err, nayose.Storage)
	_, err = s.Open(t.Context(), nayose.Object{Key: "k", ETag: "e", Size: 1})
	wantKind(t, "Open", err, nayose.Storage)
	_, err = s.Create(t.Context(), "k", strings.NewReader("x"))
	wantKind(t, "Create", err, nayose.Storage)
	wantMessage(t, err, "connection refused")
}

// TestS3SilentServer: a server that stops answering, before its answer or within, is not waited on for ever, whatever
// the SDK's settings say about timeouts.
func TestS3SilentServer(t *testing.T) {
	endpoint := listen(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			w.Header().Set("ETag", `"e"`)
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush() // the client may have gone
		}
		<-r.Context().Done()
	})
	for _, mode := range []string{"legacy", "in-region"} {
		t.Setenv("AWS_DEFAULTS_MODE", mode)
		p := hasty
		p.attempts, p.answer, p.idle = 2, 50*time.Millisecond, 100*time.Millisecond
		s := openTest(t, "bucket", endpoint, p)
		_, err := s.Stat(t.Context(), "k")
		wantKind(t, mode+": Stat", err, nayose.Storage)
		_, err = read(t.Context(), s, nayose.Object{Key: "k", ETag: "e", Size: 1})
		wantKind(t, mode+": read", err, nayose.Storage)
	}
}

// TestGuarded: a connection on which bytes move, either way, is alive; where none do it breaks, whatever waits on it.
func TestGuarded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		g := guarded{ours, time.Minute}
		answered := make(chan error)
		go func() {
			_, err := g.Read(make([]byte, 1))
			answered <- err
		}()
		go func() { _, _ = io.Copy(io.Discard, theirs) }() // it ends with the connection
		for range 10 {                                     // an upload of five minutes
			time.Sleep(30 * time.Second)
			if _, err := g.Write([]byte("x")); err != nil {
				t.Fatalf("Write: %v", err)
			}
		}
		select {
		case err := <-answered:
			t.Fatalf("Read during the upload: %v, want it to wait", err)
		default:
		}
		time.Sleep(59 * time.Second)
		synctest.Wait()
		select {
		case err := <-answered:
			t.Fatalf("Read within the minute: %v, want it to wait", err)
		default:
		}
		if err := <-answered; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Read of a dead connection: %v, want os.ErrDeadlineExceeded", err)
		}
		_ = theirs.Close() // ends the copy
	})
}

// hugeBody is a body of which only the size is ever asked.
type hugeBody struct{ io.ReadSeeker }

func (hugeBody) Seek(int64, int) (int64, error) { return maxPut + 1, nil }

func TestS3TooBig(t *testing.T) {
	_, err := openTest(t, "bucket", "http://127.0.0.1:1", hasty).Create(t.Context(), "k", hugeBody{})
	wantKind(t, "Create of more than 5 GiB", err, nayose.TooBig)
}

func TestS3Settings(t *testing.T) {
	for _, test := range []struct {
		name     string
		env      map[string]string
		options  S3Options
		region   string // that requests are signed for
		endpoint string // that they go to; empty is AWS's own
	}{
		{
			"options before environment",
			map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_S3": "http://env:1"},
			S3Options{Region: "ap-northeast-1", Endpoint: "http://option:1"},
			"ap-northeast-1", "http://option:1",
		},
		{
			"environment",
			map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_S3": "http://env:1"},
			S3Options{},
			"eu-west-1", "http://env:1",
		},
		{"an endpoint's region", nil, S3Options{Endpoint: "http://option:1"}, "us-east-1", "http://option:1"},
		{
			"an endpoint's region from the environment",
			map[string]string{"AWS_ENDPOINT_URL": "http://env:1"},
			S3Options{},
			"us-east-1", "http://env:1",
		},
		{"AWS", map[string]string{"AWS_REGION": "ap-northeast-1"}, S3Options{}, "ap-northeast-1", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			clearSettings(t)
			for name, value := range test.env {
				t.Setenv(name, value)
			}
			s, err := Open(t.Context(), "s3://bucket", test.options)
			if err != nil {
				t.Fatal(err)
			}
			got := s.(*bucket).client.Options() // the URL says which store it is
			endpoint := ""
			if got.BaseEndpoint != nil {
				endpoint = *got.BaseEndpoint
			}
			if got.Region != test.region || endpoint != test.endpoint {
				t.Errorf("region %q, endpoint %q, want %q, %q", got.Region, endpoint, test.region, test.endpoint)
			}
		})
	}
}

func TestS3SettingsRefused(t *testing.T) {
	clearSettings(t)
	for _, o := range []S3Options{
		{}, // no region
		{Endpoint: "localhost:9000"},
		{Endpoint: "http://"},
		{Endpoint: "http://user:secret@host"},
	} {
		_, err := Open(t.Context(), "s3://bucket", o)
		wantKind(t, fmt.Sprintf("Open with %+v", o), err, nayose.Usage)
	}
}

func clearSettings(t *testing.T) {
	t.Helper()
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"} {
		t.Setenv(name, "")
	}
}
