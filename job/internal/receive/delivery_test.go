package receive

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"nayose"
)

// TestUpload: a file is there once, the same again is success, another content is refused.
func TestUpload(t *testing.T) {
	for name, s := range map[string]*site{"s3": open(t), "directory": openDir(t)} {
		t.Run(name, func(t *testing.T) {
			path := at("single", "/files/1")
			g := s.ask(t, "single", "PUT", path, "求人,会社\r\n")
			s.want(t, "first", g, http.StatusCreated, "")
			var told stored
			if g.json(t, &told); told != (stored{1, says("求人,会社\r\n")}) {
				t.Errorf("it says %+v", told)
			}
			s.want(t, "again", s.ask(t, "single", "PUT", path, "求人,会社\r\n"), http.StatusOK, "")
			s.want(t, "as long", s.ask(t, "single", "PUT", path, "求人,会杜\r\n"), http.StatusConflict, "other-content")
			s.want(t, "longer", s.ask(t, "single", "PUT", path, "求人,会社,\r\n"), http.StatusConflict, "other-content")
			if got := s.content(t, "feeds/2026-W47/single-1.csv"); got != "求人,会社\r\n" {
				t.Errorf("%q is there", got)
			}
			s.want(t, "completed", s.ask(t, "single", "POST", at("single", "/complete"), saysAll("求人,会社\r\n")), http.StatusOK, "")
			if keys := s.listed(t); len(keys) != 1 {
				t.Errorf("%v are there, want no marker", keys)
			}
		})
	}
}

// TestUploadRace: of many contents for one place one is taken, and who sent it or the same is told so.
func TestUploadRace(t *testing.T) {
	s := open(t)
	const rivals = 12
	var group sync.WaitGroup
	var answers [rivals]got
	body := func(i int) string { return fmt.Sprintf("content %d", i/2) } // two each send the same
	for i := range rivals {
		group.Go(func() {
			for answers[i] = s.ask(t, "many", "PUT", at("many", "/files/1"), body(i)); answers[i].code() == "busy"; {
				time.Sleep(10 * time.Millisecond)
				answers[i] = s.ask(t, "many", "PUT", at("many", "/files/1"), body(i))
			}
		})
	}
	group.Wait()
	stands := s.content(t, "feeds/2026-W47/many-1.csv")
	for i, g := range answers {
		if taken := g.status/100 == 2; taken != (body(i) == stands) {
			t.Errorf("%q stands there, and %q is told %d %s", stands, body(i), g.status, g.body)
		}
	}
}

// signed asks for a URL for body as the partner.
func (s *site) signed(t *testing.T, as string, n int, body string) signedURL {
	t.Helper()
	g := s.ask(t, as, "POST", at(as, fmt.Sprintf("/files/%d/upload-url", n)), says(body))
	s.want(t, "upload-url", g, http.StatusOK, "")
	var u signedURL
	g.json(t, &u)
	return u
}

// send uploads a body by a signed URL, as a client does that knows nothing but the answer.
func (u signedURL) send(t *testing.T, body string) got {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), u.Method, u.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range u.Headers {
		if name != "Content-Length" {
			r.Header.Set(name, value)
		}
	}
	return sent(t, r)
}

// TestSignedUpload: the URL takes what was declared, once; the store's suite has what else is tried with one.
func TestSignedUpload(t *testing.T) {
	s := open(t)
	bodies := []string{"part 1", "part 2"}
	first := s.signed(t, "many", 1, bodies[0])
	if g := first.send(t, "pa rt 1"); g.status != http.StatusForbidden {
		t.Errorf("a longer body: HTTP %d", g.status)
	}
	if g := first.send(t, "part 9"); g.status != http.StatusBadRequest {
		t.Errorf("another body: HTTP %d", g.status)
	}
	if left := time.Until(first.Expires); left > urlTime || left < urlTime-time.Minute {
		t.Errorf("the URL is valid for %s", left)
	}
	if !strings.Contains(first.URL, "X-Amz-Expires=900") || first.Headers["If-None-Match"] != "*" || first.Headers["Content-Length"] != "6" {
		t.Errorf("signed is %+v", first)
	}
	s.want(t, "complete before it is there", s.ask(t, "many", "POST", at("many", "/complete"), saysAll(bodies...)), http.StatusConflict, "not-as-declared")
	if g := first.send(t, bodies[0]); g.status != http.StatusOK {
		t.Fatalf("upload: HTTP %d %s", g.status, g.body)
	}
	if g := first.send(t, bodies[0]); g.status != http.StatusPreconditionFailed {
		t.Errorf("upload again: HTTP %d, want 412", g.status)
	}
	s.want(t, "a URL for a place that is taken", s.ask(t, "many", "POST", at("many", "/files/1/upload-url"), says(bodies[0])), http.StatusConflict, "other-content")
	s.want(t, "the second by PUT", s.ask(t, "many", "PUT", at("many", "/files/2"), bodies[1]), http.StatusCreated, "")
	late := s.signed(t, "many", 3, "part 3")
	s.want(t, "complete", s.ask(t, "many", "POST", at("many", "/complete"), saysAll(bodies...)), http.StatusOK, "")
	s.want(t, "a URL after that", s.ask(t, "many", "POST", at("many", "/files/4/upload-url"), says("x")), http.StatusConflict, "completed")
	s.want(t, "a file after that", s.ask(t, "many", "PUT", at("many", "/files/4"), "x"), http.StatusConflict, "completed")
	s.want(t, "the same file after that", s.ask(t, "many", "PUT", at("many", "/files/2"), bodies[1]), http.StatusOK, "")
	if g := late.send(t, "part 3"); g.status != http.StatusOK { // as docs/receiving.md says
		t.Errorf("an older URL after that: HTTP %d", g.status)
	}

	for size, code := range map[int64]string{0: "bad-request", -1: "bad-request", maxUpload + 1: "bad-request", maxUpload: ""} {
		d := says("x")
		d.Size = size
		status := http.StatusBadRequest
		if code == "" {
			status = http.StatusOK
		}
		s.want(t, fmt.Sprint("size ", size), s.ask(t, "single", "POST", at("single", "/files/1/upload-url"), d), status, code)
	}
	for _, sum := range []string{"", "x", strings.Repeat("0", 63), strings.Repeat("g", 64), strings.Repeat("0", 66)} {
		s.want(t, sum, s.ask(t, "single", "POST", at("single", "/files/1/upload-url"), declared{1, sum}), http.StatusBadRequest, "bad-request")
	}
}

// TestComplete: only what is there, and all of it, completes a delivery.
func TestComplete(t *testing.T) {
	for name, s := range map[string]*site{"s3": open(t), "directory": openDir(t)} {
		t.Run(name, func(t *testing.T) {
			for i, body := range []string{"one", "two", "three"} {
				s.want(t, body, s.ask(t, "many", "PUT", at("many", fmt.Sprint("/files/", i+1)), body), http.StatusCreated, "")
			}
			complete := func(body any) got { return s.ask(t, "many", "POST", at("many", "/complete"), body) }
			for what, bodies := range map[string][]string{
				"one too few": {"one", "two"}, "one too many": {"one", "two", "three", "four"}, "another order": {"two", "one", "three"},
				"another content": {"one", "two", "thre3"}, "another size": {"one", "two", "three3"},
			} {
				s.want(t, what, complete(saysAll(bodies...)), http.StatusConflict, "not-as-declared")
			}
			for what, body := range map[string]any{
				"none": saysAll(), "no list": map[string]int{}, "an unknown field": map[string]any{"files": []any{}, "marker": "x"}, "a list": []int{1},
				"null": json.RawMessage("null"), "more than may be": saysAll(make([]string, MaxFiles+1)...),
				"two of them": map[string]any{"files": []any{map[string]any{"size": 3, "sha256": says("one").SHA256, "key": "x"}}},
			} {
				s.want(t, what, complete(body), http.StatusBadRequest, "bad-request")
			}
			s.want(t, "no JSON", s.ask(t, "many", "POST", at("many", "/complete"), "{}"), http.StatusUnsupportedMediaType, "unsupported-type")
			after := s.send(t, "POST", at("many", "/complete"), strings.NewReader(`{"files":[]} {}`), map[string]string{"X-Api-Key": keys["many"], "Content-Type": "application/json"})
			s.want(t, "two JSON", after, http.StatusBadRequest, "bad-request")
			if got := s.content(t, "feeds/2026-W47/many.done"); got != "" {
				t.Fatalf("the marker is there: %s", got)
			}
			s.want(t, "as it is", complete(saysAll("one", "two", "three")), http.StatusOK, "")
			s.want(t, "again", complete(saysAll("one", "two", "three")), http.StatusOK, "")
			marker := s.content(t, "feeds/2026-W47/many.done")
			var said completion
			if err := json.Unmarshal([]byte(marker), &said); err != nil || fmt.Sprint(said) != fmt.Sprint(saysAll("one", "two", "three")) {
				t.Errorf("the marker says %q, %v", marker, err)
			}
			s.want(t, "of two files one", s.ask(t, "pair", "POST", at("pair", "/complete"), saysAll("one")), http.StatusBadRequest, "bad-request")
		})
	}
}

// TestCompleteRace: many complete at once, half of them by another list, whose last file is not yet there when they begin. One list
// stands in the marker, and who sent that, and nobody else, is told that the delivery is complete.
func TestCompleteRace(t *testing.T) {
	for range 5 {
		s := open(t)
		s.want(t, "one", s.ask(t, "many", "PUT", at("many", "/files/1"), "one"), http.StatusCreated, "")
		lists := []completion{saysAll("one"), saysAll("one", "two")}
		var group sync.WaitGroup
		var answers [16]got
		for i := range answers {
			group.Go(func() { answers[i] = s.ask(t, "many", "POST", at("many", "/complete"), lists[i%2]) })
		}
		group.Go(func() { s.ask(t, "many", "PUT", at("many", "/files/2"), "two") })
		group.Wait()
		stands := s.content(t, "feeds/2026-W47/many.done")
		for i, g := range answers {
			b, err := json.MarshalIndent(lists[i%2], "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			if said := stands == string(b)+"\n"; g.status == http.StatusOK && !said {
				t.Errorf("%s stands there, and %s is told %d", stands, b, g.status)
			} else if g.status != http.StatusOK && g.status != http.StatusConflict {
				t.Errorf("HTTP %d %s", g.status, g.body)
			}
		}
	}
}

// TestForeignFiles: what was put into a place by other means counts like any file, as far as its content can be known.
func TestForeignFiles(t *testing.T) {
	s := open(t)
	bucket := strings.Split(strings.TrimPrefix(s.Input.String(), "s3://"), "/")[0]
	server.Put(t, bucket, "in/feeds/2026-W47/single-1.csv", "by hand")
	s.want(t, "another", s.ask(t, "single", "POST", at("single", "/complete"), saysAll("by hanD")), http.StatusConflict, "not-as-declared")
	s.want(t, "the same", s.ask(t, "single", "POST", at("single", "/complete"), saysAll("by hand")), http.StatusOK, "")
	server.Put(t, bucket, "in/feeds/2026-W47/many.done", "")
	s.want(t, "a marker by hand", s.ask(t, "many", "PUT", at("many", "/files/1"), "x"), http.StatusConflict, "completed")
}

// TestStatus: what the job says of a delivery is handed on, and who it is about stands in it.
func TestStatus(t *testing.T) {
	s := openDir(t)
	s.Status = func(_ context.Context, partner string, w nayose.Week) (Status, error) {
		if partner != "pair" || w != week {
			t.Errorf("asked for %s %s", partner, w)
		}
		return Status{State: Extracted, Files: []File{{1, 5, time.Unix(1, 0).UTC()}}, Counts: &Counts{5, 3, 1, 1, 0}}, nil
	}
	g := s.ask(t, "pair", "GET", at("pair", ""), nil)
	const want = `{"partner":"pair","week":"2026-W47","state":"extracted","files":[{"number":1,"size":5,"received":"1970-01-01T00:00:01Z"}],` +
		`"counts":{"records":5,"accepted":3,"rejected":1,"duplicates":1,"deletions":0}}` + "\n"
	if g.status != http.StatusOK || g.body != want {
		t.Errorf("HTTP %d %s, want %s", g.status, g.body, want)
	}
	g = s.ask(t, "pair", "GET", at("pair", "/rejects.csv"), nil)
	if g.status != http.StatusOK || g.body != "\uFEFFreport of pair\r\n" || g.header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("HTTP %d %v %q", g.status, g.header, g.body)
	}
}
