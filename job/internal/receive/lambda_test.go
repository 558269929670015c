package receive

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// invoke has the service answer an event of the gateway.
func (s *site) invoke(t *testing.T, event string) (status int, body string, a gatewayAnswer) {
	t.Helper()
	answer := handle(t.Context(), []byte(event), s)
	if answer == nil {
		return 0, "", a
	}
	b, err := json.Marshal(answer)
	if err == nil {
		err = json.Unmarshal(b, &a)
	}
	body = a.Body
	if a.Base64 && err == nil {
		var decoded []byte
		decoded, err = base64.StdEncoding.DecodeString(a.Body)
		body = string(decoded)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a.Status, body, a
}

// TestEvents: a request that comes as an event is answered as one that comes over HTTP, whatever its body's encoding.
func TestEvents(t *testing.T) {
	s := openDir(t)
	const cp932 = "\x8b\x81\x90l\x94\xd4\x8d\x86,\x96@\x90l\x96\xbc\r\n" // 求人番号,法人名
	event := func(method, path, body string, base64 bool) string {
		b, err := json.Marshal(map[string]any{
			"resource": "/{proxy+}", "path": path, "httpMethod": method,
			"headers": map[string]string{"x-api-key": "overridden"}, "multiValueHeaders": map[string][]string{"x-api-key": {keys["many"]}},
			"requestContext": map[string]any{"requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", "stage": "prod"},
			"body":           body, "isBase64Encoded": base64,
		})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	status, body, a := s.invoke(t, event("PUT", at("many", "/files/1"), base64.StdEncoding.EncodeToString([]byte(cp932)), true))
	if status != http.StatusCreated || s.content(t, "feeds/2026-W47/many-1.csv") != cp932 {
		t.Errorf("a CP932 body in base64: HTTP %d %s, there is %q", status, body, s.content(t, "feeds/2026-W47/many-1.csv"))
	}
	if id := http.Header(a.Headers).Get("X-Request-Id"); id != "c6af9ac6-7b61-11e6-9a41-93e8deadbeef" || !strings.Contains(s.logs.String(), id) {
		t.Errorf("the request's id is %q, not the gateway's", id)
	}
	if status, body, _ = s.invoke(t, event("PUT", at("many", "/files/2"), "求人番号,法人名\r\n", false)); status != http.StatusCreated || s.content(t, "feeds/2026-W47/many-2.csv") != "求人番号,法人名\r\n" {
		t.Errorf("a UTF-8 body: HTTP %d %s", status, body)
	}
	if status, body, _ = s.invoke(t, event("GET", at("single", ""), "", false)); status != http.StatusNotFound {
		t.Errorf("another's place: HTTP %d %s", status, body)
	}
	if status, body, a = s.invoke(t, event("GET", at("many", "/rejects.csv"), "", false)); status != http.StatusOK || body != "\uFEFFreport of many\r\n" || a.Base64 {
		t.Errorf("a report: HTTP %d %q, base64: %v", status, body, a.Base64)
	}
	for _, wrong := range []string{
		"", "null", "[]", "{}", `{"httpMethod": "GET"}`, `{"version": "2.0", "rawPath": "/health", "requestContext": {"http": {"method": "GET"}}}`,
		event("PUT", at("many", "/files/3"), "no base64!", true), `{"Records": []}`,
	} {
		if status, body, _ := s.invoke(t, wrong); status != 0 {
			t.Errorf("%.80s: HTTP %d %s, want an error of the invocation", wrong, status, body)
		}
	}
	forged := strings.Replace(event("GET", "/health", "", false), "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", `x\nfaked`, 1)
	if _, _, a := s.invoke(t, forged); strings.Contains(http.Header(a.Headers).Get("X-Request-Id"), "faked") {
		t.Error("an id with a line end is taken")
	}
}

// TestEventSizes: what is answered fits into the 6 MB that Lambda takes, however it must be escaped.
func TestEventSizes(t *testing.T) {
	const most = 6 << 20
	for name, text := range map[string]string{"controls": "\x01", "quotes": `"`, "kana": "求"} {
		for _, size := range []int{mostText - 3, mostText, 4 << 20} {
			w := &held{status: http.StatusOK, header: http.Header{}}
			_, _ = w.Write([]byte(strings.Repeat(text, size/len(text)))) // it never fails
			b, err := json.Marshal(w.answer())
			if err != nil || len(b) > most {
				t.Errorf("%d bytes of %s become %d, %v", size, name, len(b), err)
			}
		}
	}
	if a := (&held{}); a.answer().Base64 {
		t.Error("nothing is base64")
	}
	w := &held{}
	_, _ = w.Write([]byte("\xff")) // it never fails
	if a := w.answer(); !a.Base64 || a.Body != "/w==" {
		t.Errorf("what is no text becomes %+v", a)
	}
}
