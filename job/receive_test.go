package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"nayose"
	"nayose/job/internal/receive"
	"nayose/job/internal/store/s3test"
	"nayose/loader/pgtest"
)

// TestReceiveSettings reads what lets partners deliver, good and bad.
func TestReceiveSettings(t *testing.T) {
	key, other := strings.Repeat("0a", 32), strings.Repeat("0b", 32)
	partner := func(files, keys string) string { return "{files: " + files + ", receive: {keys: [" + keys + "]}" }
	const many, end = "'{week}/a-{n}.csv'", ", columns: {posting_id: id, company_name: 会社名}}"
	for text, want := range map[string]string{
		"a: " + partner("'{week}.csv'", key) + end:                                                                                                              "",
		"a: " + partner("['{week}.csv', '{monday}b.csv']", key+","+other) + end:                                                                                 "",
		"a: " + partner(many, key) + ", complete: {marker: '{week}/done'}" + end:                                                                                "",
		"a: " + partner("a.csv", "") + end:                                                                                                                      "",
		"a: " + partner("'{week}.csv'", "not-a-sum") + end:                                                                                                      "no SHA-256",
		"a: " + partner("'{week}.csv'", key[2:]) + end:                                                                                                          "no SHA-256",
		"a: " + partner("a.csv", key) + end:                                                                                                                     "the same object every week",
		"a: " + partner("['{week}.csv', a.csv]", key) + end:                                                                                                     "the same object every week",
		"a: " + partner(many, key) + ", complete: {count: 3}" + end:                                                                                             "which {n} is the last",
		"a: " + partner(many, key) + ", complete: {count: 101, marker: '{week}/done'}" + end:                                                                    "more than 100 files",
		"a: " + partner("'{week}.csv'", key+", "+strings.ToUpper(key)) + end:                                                                                    "one of them is a's, too",
		"a: " + partner("'{week}.csv'", key) + end + ", b: " + partner("'{week}b.csv'", key) + end:                                                              "one of them is a's, too",
		"a: " + partner("'{week}.csv'", key) + end + ", b: " + partner("'{week}.csv'", "") + end:                                                                "an object of a, too",
		"a: " + partner(many, key) + ", complete: {marker: '{week}/done'}" + end + ", b: " + partner("'{week}/a-7.csv'", other) + end:                           "an object of a, too",
		"a: " + partner("'{week}/done'", key) + end + ", b: " + partner("'{week}/x-{n}.csv'", "") + ", complete: {marker: '{week}/done'}" + end:                 "an object of a, too",
		"a: " + partner("'{week}/a.csv'", key) + ", complete: {marker: '{week}/a.csv'}" + end:                                                                   "an object of a, too",
		"a: " + partner("'{week}.csv'", "") + end + ", b: " + partner("'{week}.csv'", "") + end:                                                                 "",
		"a: " + partner("'{week}/a.csv'", key) + end + ", b: " + partner("'{monday}/a-{n}.csv'", other) + ", complete: {marker: '{monday}/done'}" + end + " # ": "",
	} {
		cfg := &config{Store: "store"}
		err := yaml.UnmarshalWithOptions([]byte("partners: {"+strings.TrimSuffix(text, " # ")+"}"), cfg, yaml.Strict())
		if err == nil {
			err = cfg.validate()
		}
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "not-a-sum") {
			t.Errorf("%v: it tells what may be a key", err)
		}
	}
}

// receivingKeys are what the partners of the tests below show: one who sends several files and one who sends one.
var receivingKeys = map[string]string{"carejob": "carejob-key-0123456789abcdef", "hoikukaigo": "hoikukaigo-key-0123456789abc"}

// receiving is a directory with a config, in which the sample corpus's partners deliver over HTTP into a bucket, and the environment for it.
func receiving(t *testing.T) (dir string, env []string) {
	t.Helper()
	dir = t.TempDir()
	b, err := os.ReadFile("../testdata/nayose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	sum := func(id string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(receivingKeys[id]))) }
	text := strings.NewReplacer(
		"  kaigo-navi:\n    files: feeds/{week}/kaigo-navi.csv\n", "  carejob:\n    files: feeds/{week}/carejob/part-{n}.csv\n"+
			"    complete: {marker: 'feeds/{week}/carejob/_SUCCESS'}\n    receive: {keys: ["+sum("carejob")+"]}\n",
		"  hataraku-net:\n    files: feeds/{week}/hataraku-net.csv\n", "  hoikukaigo:\n    files: feeds/{week}/hoikukaigo.csv\n"+
			"    receive: {keys: ["+sum("hoikukaigo")+"]}\n",
	).Replace(string(b)) + "s3: {path_style: true}\n"
	if strings.Count(text, "receive:") != 2 {
		t.Fatal("the sample's config is another one than this test takes apart")
	}
	server := s3test.Start(t)
	server.MakeBucket(t, "feeds", s3test.Versioned)
	companies, err := os.ReadFile("../testdata/corpus/companies.csv")
	if err != nil {
		t.Fatal(err)
	}
	server.Put(t, "feeds", "in/companies.csv", string(companies))
	write(t, dir, "nayose.yaml", text)
	env = append(os.Environ(), server.Environ()...)
	return dir, append(env, "NAYOSE_CONFIG="+filepath.Join(dir, "nayose.yaml"), "NAYOSE_STORE=s3://feeds/nayose", "NAYOSE_INPUT=s3://feeds/in",
		"NAYOSE_WAIT=0s", "NAYOSE_LOG=json", "NAYOSE_LISTEN=127.0.0.1:0", "TMPDIR="+dir)
}

// background starts the real binary. Its logs are what it has said when it has ended.
func background(t *testing.T, env []string, args ...string) (cmd *exec.Cmd, logs io.Reader) {
	t.Helper()
	cmd = exec.CommandContext(t.Context(), "nayose", args...)
	cmd.Env = env
	logs, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return cmd, logs
}

var (
	shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")
	listening  = regexp.MustCompile(`"address":"([^"]+)"`)
)

// TestReceivingPage runs the examples of docs/receiving.md word for word, against the real command, and loads what they deliver.
func TestReceivingPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/receiving.md")
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	for _, block := range shellBlock.FindAllStringSubmatch(string(page), -1) {
		script.WriteString(block[1])
	}
	dir, env := receiving(t)
	env = append(env, "DATABASE_URL="+pgtest.New(t))
	server, logs := background(t, env, "receive")
	address := listening.FindStringSubmatch(awaitLine(t, logs, "listening"))[1]

	feed, err := os.ReadFile("../testdata/corpus/feeds/2026-W46/kaigo-navi.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(feed), "\n")
	write(t, dir, "part-1.csv", strings.Join(lines[:20], ""))
	write(t, dir, "part-2.csv", lines[0]+strings.Join(lines[20:], ""))
	write(t, dir, "key", "x-api-key: "+receivingKeys["carejob"]+"\n")
	env = append(env, "URL=http://"+address, "PARTNER=carejob")
	for _, tail := range []string{
		script.String() + "nayose run --week $WEEK --partner carejob\n",
		"WEEK=$(TZ=JST-9 date +%G-W%V); PLACE=$URL/v1/deliveries/$PARTNER/$WEEK\ncurl -sf -H @key $PLACE -o loaded.json\ncurl -sf -H @key $PLACE/rejects.csv -o after.csv\n",
	} {
		cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", tail)
		cmd.Dir, cmd.Env = dir, env
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", tail, err, out)
		} else if strings.Contains(tail, "nayose run") && !regexp.MustCompile(`carejob +\S+ +1 +loaded`).Match(out) {
			t.Errorf("the run says\n%s", out)
		}
	}
	var status struct {
		State  string
		Counts struct{ Records, Accepted int }
	}
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if err := json.Unmarshal([]byte(read("loaded.json")), &status); err != nil || status.State != "matched" || status.Counts.Records < 100 || status.Counts.Accepted < 90 {
		t.Errorf("after the run it is %+v, %v", status, err)
	}
	if before, after := read("rejects.csv"), read("after.csv"); before != after || !strings.Contains(before, "求人データの確認結果　提携先: carejob") || strings.Count(before, "\n") < 5 {
		t.Errorf("the report before the run was\n%s\nand after it\n%s", before, after)
	}
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(logs) // what came is looked at
	if code := exitCode(server.Wait()); code != 0 {
		t.Errorf("SIGTERM ends it with %d\n%s", code, rest)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "nayose-*")); len(left) > 0 {
		t.Errorf("%v are left behind", left)
	}
}

// TestReceiveLambda drives the real binary through Lambda's runtime API, as API Gateway's events come: a delivery from its first byte to its
// report, an event that is none, and the end.
func TestReceiveLambda(t *testing.T) {
	t.Parallel()
	_, env := receiving(t)
	type verdict struct{ path, body string }
	events, verdicts := make(chan string), make(chan verdict)
	count := 0
	runtime := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/2018-06-01/runtime/invocation/next" {
			select {
			case event := <-events:
				count++
				w.Header().Set("Lambda-Runtime-Aws-Request-Id", fmt.Sprint("invocation-", count))
				w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(29*time.Second).UnixMilli()))
				_, _ = io.WriteString(w, event) // the client may have gone
			case <-r.Context().Done():
			}
			return
		}
		b, _ := io.ReadAll(r.Body) // what came is looked at
		w.WriteHeader(http.StatusAccepted)
		verdicts <- verdict{r.URL.Path, string(b)}
	}))
	t.Cleanup(runtime.Close)
	cmd, logs := background(t, append(env, "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(runtime.URL, "http://")), "receive")

	feed, err := os.ReadFile("../testdata/corpus/feeds/2026-W46/hataraku-net.csv") // in CP932
	if err != nil {
		t.Fatal(err)
	}
	invoke := func(event string) verdict { events <- event; return <-verdicts }
	place := "/v1/deliveries/hoikukaigo/" + nayose.WeekOf(nayose.Today().Time()).String()
	key := receivingKeys["hoikukaigo"]
	for i, c := range []struct {
		event  string
		status int // 0: an error of the invocation
		says   string
	}{
		{gatewayRequest("GET", "/health", "", nil), 200, `{"status":"ok"}`},
		{gatewayRequest("PUT", place+"/files/1", key, feed), 201, fmt.Sprintf(`"sha256":"%x"`, sha256.Sum256(feed))},
		{gatewayRequest("PUT", place+"/files/1", key, feed), 200, `"number":1`},
		{gatewayRequest("PUT", place+"/files/1", key, []byte("other")), 409, "other-content"},
		{gatewayRequest("PUT", place+"/files/1", key, bytes.Repeat([]byte("x"), 4<<20+1)), 413, "too-large"},
		{gatewayRequest("PUT", place+"/files/1", "wrong", feed), 401, "unknown-key"},
		{gatewayRequest("GET", strings.Replace(place, "hoikukaigo", "carejob", 1), key, nil), 404, "not-found"},
		{`{"detail-type": "Scheduled Event"}`, 0, "no request"},
		{gatewayRequest("GET", place, key, nil), 200, `"state":"received"`},
		{gatewayRequest("GET", place+"/rejects.csv", key, nil), 200, "提携先: hoikukaigo"},
	} {
		v := invoke(c.event)
		var answer struct {
			Status int    `json:"statusCode"`
			Body   string `json:"body"`
			Error  string `json:"errorMessage"`
		}
		if err := json.Unmarshal([]byte(v.body), &answer); err != nil {
			t.Fatalf("event %d: %q: %v", i+1, v.body, err)
		}
		path := fmt.Sprintf("/2018-06-01/runtime/invocation/invocation-%d/response", i+1)
		if c.status == 0 {
			path = strings.TrimSuffix(path, "response") + "error"
		}
		if v.path != path || answer.Status != c.status || !strings.Contains(answer.Body+answer.Error, c.says) {
			t.Errorf("event %d: %s %d %.300s, want %s %d with %s", i+1, v.path, answer.Status, answer.Body+answer.Error, path, c.status, c.says)
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	said, _ := io.ReadAll(logs) // what came is looked at
	if code := exitCode(cmd.Wait()); code != 0 {
		t.Errorf("SIGTERM ends it with %d\n%s", code, said)
	}
	if n := strings.Count(string(said), `"msg":"request"`); n != 9 || strings.Contains(string(said), key) {
		t.Errorf("%d lines of nine requests, or the key in one:\n%s", n, said)
	}
}

// gatewayRequest is a request as the event of a REST API's proxy integration whose binary media types are */*.
func gatewayRequest(method, path, key string, body []byte) string {
	b, err := json.Marshal(map[string]any{
		"resource": "/{proxy+}", "path": path, "httpMethod": method,
		"headers":               map[string]string{"x-api-key": key, "content-type": "text/csv"},
		"multiValueHeaders":     map[string][]string{"x-api-key": {key}, "content-type": {"text/csv"}},
		"queryStringParameters": nil, "multiValueQueryStringParameters": nil, "pathParameters": map[string]string{"proxy": strings.TrimPrefix(path, "/")},
		"stageVariables": nil,
		"requestContext": map[string]any{
			"resourcePath": "/{proxy+}", "httpMethod": method, "path": "/prod" + path, "stage": "prod", "requestId": "41b45ea3-70b5-11e6-b7bd-69b5aaebc7d9",
			"identity": map[string]any{"apiKey": key, "sourceIp": "192.0.2.1", "userAgent": "curl"},
		},
		"body": base64.StdEncoding.EncodeToString(body), "isBase64Encoded": true,
	})
	if err != nil {
		panic(err) // it is plain maps
	}
	return string(b)
}

// TestReportBeforeTheRun: what is held or refused has a report, too, and what is not whole has none.
func TestReportBeforeTheRun(t *testing.T) {
	dir := t.TempDir()
	cfg := &config{Store: dir, Input: dir, Shards: 1}
	if err := yaml.Unmarshal([]byte("partners: {p: {files: '{week}/{n}.csv', complete: {marker: '{week}/done'}, columns: {posting_id: id, company_name: 会社, posted_on: 日}}}"), cfg); err != nil {
		t.Fatal(err)
	}
	j := jobOf(t, cfg)
	header, bad := "id,会社,日\n", "A%d,株式会社甲,いつか\n"
	rows := func(n int) string {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, bad, i)
		}
		return text.String()
	}
	for _, c := range []struct {
		week, text string
		marked     bool
		says       string // empty: there is no report
	}{
		{"2026-W41", header + "A1,株式会社甲,2026-10-04\n", false, ""},
		{"2026-W42", header + "A1,株式会社甲,2026-10-04\n", true, "正常1件、取り込めない行0件"},
		{"2026-W43", header + rows(20), true, "正常0件、取り込めない行20件"},
		{"2026-W44", "id,日\n1,2026-10-04\n", true, "読み込めませんでした"},
		{"2026-W45", "", true, "読み込めませんでした"},
		{"2026-W46", header + rows(10_000), true, "だけを載せています"},
	} {
		w, err := nayose.ParseWeek(c.week)
		noError(t, err)
		write(t, dir, c.week+"/1.csv", c.text)
		if c.marked {
			write(t, dir, c.week+"/done", "")
		}
		report, err := j.partnerReport(t.Context(), "p", w)
		if c.says == "" && !isMissing(err) || c.says != "" && (err != nil || !strings.Contains(string(report), c.says)) {
			t.Errorf("%s: %v\n%.500s\nwant %q", c.week, err, report, c.says)
		}
		if len(report) > 4<<20 {
			t.Errorf("%s: a report of %d bytes", c.week, len(report))
		}
		status, err := j.received(t.Context(), "p", w)
		if want := map[bool]receive.State{false: receive.Open, true: receive.Received}[c.marked]; err != nil || status.State != want || len(status.Files) != 1 || status.Files[0].Number != 1 {
			t.Errorf("%s: %+v, %v, want it %s", c.week, status, err, want)
		}
	}
}
