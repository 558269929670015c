package receive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"nayose"
)

// description is openapi.yaml as plain maps.
func description(t *testing.T) node {
	t.Helper()
	var doc map[string]any
	if err := yaml.UnmarshalWithOptions(openAPI, &doc, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	var plain map[string]any // numbers as JSON has them
	b, err := json.Marshal(doc)
	if err == nil {
		err = json.Unmarshal(b, &plain)
	}
	if err != nil {
		t.Fatal(err)
	}
	return node{plain, plain}
}

// node is a part of the description.
type node struct {
	doc   map[string]any
	value any
}

// at is the part below, whatever refers to it. A part that there is not has no value.
func (n node) at(names ...string) node {
	n = n.resolved()
	for _, name := range names {
		m, _ := n.value.(map[string]any)
		n = node{n.doc, m[name]}.resolved()
	}
	return n
}

func (n node) resolved() node {
	m, _ := n.value.(map[string]any)
	ref, isRef := m["$ref"].(string)
	if !isRef {
		return n
	}
	return node{n.doc, n.doc}.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
}

func (n node) keys() []string {
	m, _ := n.resolved().value.(map[string]any)
	return slices.Sorted(maps.Keys(m))
}

// invalid is why a value is not one of the schema's; empty where it is. It knows the words of JSON Schema that the description uses, and no others.
func (n node) invalid(value any) string {
	s, _ := n.resolved().value.(map[string]any)
	for word, arg := range s {
		var fault string
		switch word {
		case "type":
			if got := typeOf(value); got != arg && !(arg == "number" && got == "integer") {
				fault = fmt.Sprintf("is of type %s, not %v", got, arg)
			}
		case "enum":
			if !slices.Contains(arg.([]any), value) {
				fault = fmt.Sprintf("is none of %v", arg)
			}
		case "pattern":
			if text, ok := value.(string); ok && !regexp.MustCompile(arg.(string)).MatchString(text) {
				fault = "is not " + arg.(string)
			}
		case "minimum":
			if x, ok := value.(float64); ok && x < arg.(float64) {
				fault = "is too small"
			}
		case "maximum":
			if x, ok := value.(float64); ok && x > arg.(float64) {
				fault = "is too large"
			}
		case "minItems", "maxItems":
			if list, ok := value.([]any); ok && (word == "minItems") == (float64(len(list)) < arg.(float64)) && float64(len(list)) != arg.(float64) {
				fault = fmt.Sprintf("has %d items", len(list))
			}
		case "format":
			if text, ok := value.(string); ok && arg == "date-time" {
				if _, err := time.Parse(time.RFC3339, text); err != nil {
					fault = "is no time"
				}
			}
		case "required":
			m, _ := value.(map[string]any)
			for _, name := range arg.([]any) {
				if _, ok := m[name.(string)]; !ok {
					fault = fmt.Sprintf("lacks %v", name)
				}
			}
		case "items":
			list, _ := value.([]any)
			for _, item := range list {
				fault += node{n.doc, arg}.invalid(item)
			}
		case "properties":
			m, _ := value.(map[string]any)
			for name, v := range m {
				if property, known := arg.(map[string]any)[name]; known {
					if f := (node{n.doc, property}).invalid(v); f != "" {
						fault += name + " " + f
					}
				} else if s["additionalProperties"] == false {
					fault += "has " + name
				}
			}
		case "additionalProperties", "description":
		default:
			fault = "the schema has the word " + word + ", which this test does not know"
		}
		if fault != "" {
			return fault
		}
	}
	return ""
}

func typeOf(value any) string {
	switch v := value.(type) {
	case string:
		return "string"
	case bool:
		return "boolean"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
		return "number"
	}
	return "null"
}

// TestDescription: each path and method is described, and none else; what the description refers to is there; its examples are valid.
func TestDescription(t *testing.T) {
	doc := description(t)
	if doc.at("openapi").value != "3.1.0" {
		t.Errorf("openapi is %v", doc.at("openapi").value)
	}
	var described, served []string
	for _, path := range doc.at("paths").keys() {
		for _, method := range doc.at("paths", path).keys() {
			if method != "parameters" {
				described = append(described, strings.ToUpper(method)+" "+path)
			}
		}
		for _, name := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(path, -1) {
			if !strings.Contains(fmt.Sprint(doc.at("paths", path, "parameters").value), "/parameters/"+name[1]) {
				t.Errorf("%s: the parameter %s is not described", path, name[1])
			}
		}
	}
	for _, r := range routes {
		served = append(served, r.method+" "+r.path)
	}
	slices.Sort(served)
	slices.Sort(described)
	if !slices.Equal(served, described) {
		t.Errorf("served are %v\ndescribed are %v", served, described)
	}
	examples := 0
	var walk func(where string, n node)
	walk = func(where string, n node) {
		m, isMap := n.value.(map[string]any)
		if ref, isRef := m["$ref"].(string); isRef && n.resolved().value == nil {
			t.Errorf("%s refers to %s, which is not there", where, ref)
		}
		check := func(example any) {
			examples++
			if fault := (node{n.doc, m["schema"]}).invalid(example); fault != "" {
				t.Errorf("%s: the example %v %s", where, example, fault)
			}
		}
		if example, ok := m["example"]; ok && m["schema"] != nil {
			check(example)
		}
		if many, ok := m["examples"].(map[string]any); ok {
			for _, example := range many {
				check(example.(map[string]any)["value"])
			}
		}
		if isMap {
			for name, part := range m {
				walk(where+"/"+name, node{n.doc, part})
			}
		}
		if list, ok := n.value.([]any); ok {
			for i, part := range list {
				walk(fmt.Sprint(where, "/", i), node{n.doc, part})
			}
		}
	}
	walk("", doc)
	if examples < 20 {
		t.Errorf("only %d examples were found", examples)
	}
}

// failing is a store that fails in one way, with whatever it is asked.
type failing struct {
	nayose.Store
	err error
}

func (f failing) Stat(context.Context, string) (nayose.Object, error) { return nayose.Object{}, f.err }

// TestAnswers has the service give each answer that it can give, holds each against the description, and the description against them.
func TestAnswers(t *testing.T) {
	doc, given := description(t), map[string]bool{}
	good := open(t)
	plain := openDir(t)
	broken := func(err error) *site {
		s := serveOn(t, failing{plain.Input, err})
		s.Status = func(context.Context, string, nayose.Week) (Status, error) { return Status{}, err }
		s.Rejects = func(context.Context, string, nayose.Week) ([]byte, error) { return nil, err }
		return s
	}
	down := broken(nayose.Fault(nayose.Storage, errors.New("503"), ""))
	bug := broken(errors.New("a bug"))
	early := broken(fs.ErrNotExist)
	crowded := serveOn(t, plain.Input)
	for range slotsEach {
		if _, err := crowded.slots.take("many"); err != nil {
			t.Fatal(err)
		}
	}
	slow := slowBody{}
	file, json1 := "one", says("one")
	list := saysAll("one")
	file1, url1, complete, status, rejects := at("many", "/files/1"), at("many", "/files/1/upload-url"), at("many", "/complete"), at("many", ""), at("many", "/rejects.csv")
	large := strings.Repeat(" ", maxRequest+1)

	for _, c := range []struct {
		s            *site
		as           string
		method, path string
		body         any
		want         int
	}{
		{good, "", "GET", "/health", nil, 200},
		{good, "", "POST", "/health", nil, 405},
		{good, "", "GET", "/openapi.yaml", nil, 200},
		{good, "", "POST", "/openapi.yaml", nil, 405},

		{good, "many", "POST", url1, json1, 200},
		{good, "many", "POST", url1, declared{}, 400},
		{good, "", "POST", url1, json1, 401},
		{good, "pair", "POST", url1, json1, 404},
		{good, "many", "GET", url1, nil, 405},
		{good, "many", "POST", url1, slow, 408},
		{good, "many", "POST", url1, jsonText(large), 413},
		{good, "many", "POST", url1, file, 415},
		{plain, "many", "POST", url1, json1, 501},

		{good, "many", "PUT", file1, file, 201},
		{good, "many", "PUT", file1, file, 200},
		{good, "many", "POST", url1, json1, 409},
		{good, "many", "PUT", file1, "", 400},
		{good, "", "PUT", file1, file, 401},
		{good, "pair", "PUT", file1, file, 404},
		{good, "many", "DELETE", file1, nil, 405},
		{good, "many", "PUT", file1, slow, 408},
		{good, "many", "PUT", file1, "two", 409},
		{good, "many", "PUT", file1, strings.Repeat("x", MaxBody+1), 413},
		{good, "many", "PUT", file1, formText("x"), 415},
		{crowded, "many", "PUT", file1, file, 429},
		{bug, "many", "PUT", file1, file, 500},
		{down, "many", "PUT", file1, file, 503},

		{good, "many", "POST", complete, list, 200},
		{good, "many", "POST", complete, completion{}, 400},
		{good, "", "POST", complete, list, 401},
		{good, "pair", "POST", complete, list, 404},
		{good, "many", "PUT", complete, list, 405},
		{good, "many", "POST", complete, slow, 408},
		{good, "many", "POST", complete, saysAll("two"), 409},
		{good, "many", "POST", complete, jsonText(large), 413},
		{good, "many", "POST", complete, file, 415},
		{bug, "many", "POST", complete, list, 500},
		{down, "many", "POST", complete, list, 503},

		{good, "many", "GET", status, nil, 200},
		{good, "", "GET", status, nil, 401},
		{good, "pair", "GET", status, nil, 404},
		{good, "many", "PUT", status, nil, 405},
		{bug, "many", "GET", status, nil, 500},
		{down, "many", "GET", status, nil, 503},

		{good, "many", "GET", rejects, nil, 200},
		{good, "", "GET", rejects, nil, 401},
		{early, "many", "GET", rejects, nil, 404},
		{good, "many", "PUT", rejects, nil, 405},
		{bug, "many", "GET", rejects, nil, 500},
		{down, "many", "GET", rejects, nil, 503},
	} {
		g := c.s.contract(t, c.as, c.method, c.path, c.body)
		pattern := patternOf(c.path)
		what := fmt.Sprintf("%s %s", c.method, pattern)
		if g.status != c.want {
			t.Errorf("%s: HTTP %d %s, want %d", what, g.status, g.body, c.want)
		}
		method := strings.ToLower(c.method)
		if g.status == http.StatusMethodNotAllowed { // described with the method that there is
			method = strings.ToLower(g.header.Get("Allow"))
		}
		given[method+" "+pattern+" "+fmt.Sprint(g.status)] = true
		holdAgainst(t, what, doc.at("paths", pattern, method, "responses", fmt.Sprint(g.status)), g)
	}
	uploads := failingUploads{good.Input.(nayose.Uploads)}
	for err, want := range map[error]int{errors.New("a bug"): 500, nayose.Fault(nayose.Storage, errors.New("503"), ""): 503} {
		s := serveOn(t, struct {
			failing
			failingUploads
		}{failing{plain.Input, err}, uploads})
		g := s.contract(t, "many", "POST", url1, json1)
		if g.status != want {
			t.Errorf("upload-url of a store that fails: HTTP %d, want %d", g.status, want)
		}
		given[fmt.Sprint("post ", patternOf(url1), " ", g.status)] = true
		holdAgainst(t, "upload-url", doc.at("paths", patternOf(url1), "post", "responses", fmt.Sprint(g.status)), g)
	}
	for _, path := range doc.at("paths").keys() {
		for _, method := range doc.at("paths", path).keys() {
			for _, status := range doc.at("paths", path, method, "responses").keys() {
				if !given[method+" "+path+" "+status] {
					t.Errorf("%s %s: %s is described and was never given", method, path, status)
				}
			}
		}
	}
}

type failingUploads struct{ nayose.Uploads }

// holdAgainst compares an answer with its description: content type, headers and body.
func holdAgainst(t *testing.T, what string, described node, g got) {
	t.Helper()
	if described.value == nil {
		t.Errorf("%s: %d is not described", what, g.status)
		return
	}
	kind, _, err := mime.ParseMediaType(g.header.Get("Content-Type"))
	if err != nil || !slices.Equal(described.at("content").keys(), []string{kind}) {
		t.Errorf("%s: %d is %s, described is %v", what, g.status, kind, described.at("content").keys())
	}
	for _, name := range described.at("headers").keys() {
		if g.header.Get(name) == "" {
			t.Errorf("%s: %d has no %s", what, g.status, name)
		}
	}
	if g.header.Get("X-Request-Id") == "" || g.header.Get("Cache-Control") != "no-store" || g.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s: %d has the headers %v", what, g.status, g.header)
	}
	var value any = g.body
	if strings.HasSuffix(kind, "json") {
		g.json(t, &value)
	}
	if fault := described.at("content", kind, "schema").invalid(value); fault != "" {
		t.Errorf("%s: %d %s %s", what, g.status, g.body, fault)
	}
	if p, ok := value.(map[string]any); ok && g.status >= 400 && (p["status"] != float64(g.status) || p["request"] != g.header.Get("X-Request-Id") || p["title"] != http.StatusText(g.status)) {
		t.Errorf("%s: %d is told as %s", what, g.status, g.body)
	}
}

func patternOf(path string) string {
	path = regexp.MustCompile(`/deliveries/[^/]+/[^/]+`).ReplaceAllString(path, "/deliveries/{partner}/{week}")
	return regexp.MustCompile(`/files/\d+`).ReplaceAllString(path, "/files/{number}")
}

// Bodies beside files and JSON values.
type (
	slowBody struct{} // never ends
	jsonText string   // text that says that it is JSON
	formText string   // text that says that it is a form
)

// contract sends a request through the handler itself, so that a body may fail as one does that is too slow.
func (s *site) contract(t *testing.T, as, method, path string, body any) got {
	t.Helper()
	kind, r := "", io.Reader(http.NoBody)
	switch body := body.(type) {
	case nil:
	case slowBody:
		kind, r = "application/json", timeout{}
	case jsonText:
		kind, r = "application/json", strings.NewReader(string(body))
	case formText:
		kind, r = "multipart/form-data; boundary=x", strings.NewReader(string(body))
	case string:
		kind, r = "text/csv", strings.NewReader(body)
	default:
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		kind, r = "application/json", strings.NewReader(string(b))
	}
	request := httptest.NewRequest(method, path, r)
	request.Header.Set("Content-Type", kind)
	if as != "" {
		request.Header.Set("X-Api-Key", keys[as])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, request)
	return got{w.Code, w.Header(), w.Body.String()}
}

// timeout is a body that the server's deadline has ended.
type timeout struct{}

func (timeout) Read([]byte) (int, error) {
	return 0, fmt.Errorf("read tcp: %w", os.ErrDeadlineExceeded)
}

// TestPanic: a bug is told to the log, not to the client.
func TestPanic(t *testing.T) {
	s := openDir(t)
	s.Log = slog.New(slog.NewTextHandler(s.logs, nil))
	s.Status = func(context.Context, string, nayose.Week) (Status, error) { panic("boom") }
	g := s.contract(t, "many", "GET", at("many", ""), nil)
	s.want(t, "panic", g, http.StatusInternalServerError, "internal")
	if strings.Contains(g.body, "boom") || !strings.Contains(s.logs.String(), "boom") || !strings.Contains(s.logs.String(), "openapi_test.go") {
		t.Errorf("told was %s\nlogged %s", g.body, s.logs)
	}
}
