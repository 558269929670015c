package store

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"testing"
	"time"

	"nayose"
)

// testUploads: what is signed is uploaded by a client that knows nothing of the store, once, and nothing else is. A directory signs nothing.
func testUploads(t *testing.T, s subject) {
	uploads, ok := s.Store.(nayose.Uploads)
	if _, isDir := s.Store.(dir); ok == isDir {
		t.Fatalf("%s takes uploads: %v", s, ok)
	}
	if !ok {
		return
	}
	const body = "求人番号,会社名\r\n1,株式会社アクメ\r\n"
	content := contentOf(body)
	valid := request{method: http.MethodPut, body: body}
	valid.url, valid.headers = sign(t, uploads, "in/求人 1.csv", content, time.Minute)
	elsewhere, _ := sign(t, uploads, "in/other.csv", content, time.Minute)
	_, signature, _ := strings.Cut(elsewhere, "?")
	other := contentOf(strings.Replace(body, "1", "2", 1))

	for name, broken := range map[string]func(r *request){
		"another key":     func(r *request) { r.url = strings.Replace(r.url, "in/", "in2/", 1) },
		"another's query": func(r *request) { u, _, _ := strings.Cut(r.url, "?"); r.url = u + "?" + signature },
		"another method":  func(r *request) { r.method = http.MethodGet; r.body = "" },
		"deletion":        func(r *request) { r.method = http.MethodDelete; r.body = "" },
		"a longer body":   func(r *request) { r.body += "x" },
		"a shorter body":  func(r *request) { r.body = r.body[1:] },
		"another body":    func(r *request) { r.body = strings.Replace(body, "1", "2", 1) },
		"another checksum": func(r *request) {
			r.headers["X-Amz-Checksum-Sha256"] = base64.StdEncoding.EncodeToString(other.SHA256[:])
		},
		"another body and its checksum": func(r *request) {
			r.body = strings.Replace(body, "1", "2", 1)
			r.headers["X-Amz-Checksum-Sha256"] = base64.StdEncoding.EncodeToString(other.SHA256[:])
		},
		"no checksum":     func(r *request) { delete(r.headers, "X-Amz-Checksum-Sha256") },
		"no condition":    func(r *request) { delete(r.headers, "If-None-Match") },
		"a longer expiry": func(r *request) { r.url = strings.Replace(r.url, "X-Amz-Expires=60", "X-Amz-Expires=600", 1) },
		"no signature":    func(r *request) { r.url, _, _ = strings.Cut(r.url, "&X-Amz-Signature") },
		"too late": func(r *request) {
			r.url, r.headers = sign(t, uploads, "in/求人 1.csv", content, time.Second)
			time.Sleep(2100 * time.Millisecond) // the server's clock counts whole seconds
		},
	} {
		r := valid.copy()
		broken(&r)
		if status := r.send(t); status < 400 || status > 499 {
			t.Errorf("%s: HTTP %d, want it refused", name, status)
		}
		for _, key := range []string{"in/求人 1.csv", "in2/求人 1.csv", "in/other.csv"} {
			if _, err := s.Stat(t.Context(), key); !errors.Is(err, fs.ErrNotExist) {
				t.Fatalf("%s: %s is there: %v", name, key, err)
			}
		}
	}

	if status := valid.send(t); status != http.StatusOK {
		t.Fatalf("the signed request: HTTP %d", status)
	}
	if status := valid.send(t); status != http.StatusPreconditionFailed {
		t.Errorf("the signed request again: HTTP %d, want 412", status)
	}
	seen, err := s.Stat(t.Context(), "in/求人 1.csv")
	if err != nil || seen.Size != content.Size {
		t.Fatalf("Stat of what was uploaded = %+v, %v", seen, err)
	}
	wantSum(t, uploads, seen, content.SHA256)
	if got, err := read(t.Context(), s, seen); got != body || err != nil {
		t.Errorf("read of what was uploaded: %q, %v", got, err)
	}
	testSums(t, s, uploads)
}

// testSums: S3 keeps the sums of our own objects, and has none of a partner's own tool that sends none.
func testSums(t *testing.T, s subject, uploads nayose.Uploads) {
	made := mustCreate(t, s, "made", "content")
	wantSum(t, uploads, made, sha256.Sum256([]byte("content")))
	s.replace(t, "foreign", "content")
	foreign, err := s.Stat(t.Context(), "foreign")
	if err != nil {
		t.Fatal(err)
	}
	if sum, err := uploads.Sum(t.Context(), foreign); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("sum of an object without one: %x, %v, want fs.ErrNotExist", sum, err)
	}
	_, err = uploads.Sum(t.Context(), nayose.Object{Key: "gone", ETag: made.ETag})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("sum of no object: %v, want fs.ErrNotExist", err)
	}
	if !s.versions {
		s.replace(t, "made", "another")
		if _, err := uploads.Sum(t.Context(), made); !errors.Is(err, nayose.ErrChanged) {
			t.Errorf("sum of an object that was replaced: %v, want ErrChanged", err)
		}
	}
	if _, err := uploads.Sum(t.Context(), nayose.Object{Key: "made"}); err == nil {
		t.Error("sum of an object that is not pinned: no error")
	}
	for _, key := range refusedKeys {
		_, _, err := uploads.SignCreate(t.Context(), key, nayose.Content{}, time.Minute)
		wantKind(t, fmt.Sprintf("SignCreate(%.20q)", key), err, nayose.Usage)
	}
	_, _, err = uploads.SignCreate(t.Context(), "k", nayose.Content{Size: maxPut + 1}, time.Minute)
	wantKind(t, "SignCreate of too much", err, nayose.TooBig)
}

func wantSum(t *testing.T, uploads nayose.Uploads, o nayose.Object, want [sha256.Size]byte) {
	t.Helper()
	if got, err := uploads.Sum(t.Context(), o); got != want || err != nil {
		t.Errorf("Sum(%s) = %x, %v, want %x", o.Key, got, err, want)
	}
}

func contentOf(body string) nayose.Content {
	return nayose.Content{Size: int64(len(body)), SHA256: sha256.Sum256([]byte(body))}
}

func sign(t *testing.T, uploads nayose.Uploads, key string, content nayose.Content, valid time.Duration) (string, map[string]string) {
	t.Helper()
	url, headers, err := uploads.SignCreate(t.Context(), key, content, valid)
	if err != nil {
		t.Fatal(err)
	}
	return url, headers
}

// request is what somebody sends who has a signed URL.
type request struct {
	method, url, body string
	headers           map[string]string
}

func (r request) copy() request {
	headers := map[string]string{}
	for name, value := range r.headers {
		headers[name] = value
	}
	r.headers = headers
	return r
}

func (r request) send(t *testing.T) (status int) {
	t.Helper()
	sent, err := http.NewRequestWithContext(t.Context(), r.method, r.url, strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range r.headers {
		if name != "Content-Length" { // the client counts itself
			sent.Header.Set(name, value)
		}
	}
	answer, err := http.DefaultClient.Do(sent)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, answer.Body) // its end is of no interest
	_ = answer.Body.Close()                 // only read
	return answer.StatusCode
}
