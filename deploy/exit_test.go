package deploy_test

import (
	"bufio"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"nayose/loader/pgtest"
)

// promised is what is to come of each of nayose's exit codes: 8x is worth a retry, all else is not. A new code has no entry, and fails
// the tests until somebody has thought of it.
var promised = map[string]string{
	"1": "EXIT", "2": "EXIT", "60": "EXIT", "61": "EXIT", "62": "EXIT", "63": "EXIT", "64": "EXIT", "66": "EXIT", "67": "EXIT",
	"80": "RETRY", "81": "RETRY", "82": "RETRY", "83": "RETRY", "84": "RETRY",
}

// strategies are the retry rules of every job definition of every template.
func strategies(t *testing.T) map[string]strategy {
	t.Helper()
	all := map[string]strategy{}
	for _, tpl := range templates(t) {
		for name, p := range tpl.standard(t).of("AWS::Batch::JobDefinition") {
			all[tpl.name+" "+name] = strategyOf(p)
		}
	}
	if len(all) == 0 {
		t.Fatal("no job definitions")
	}
	return all
}

// TestEveryCodeHasARule reads the codes that the binary and the documentation name, and has each decided.
func TestEveryCodeHasARule(t *testing.T) {
	help, err := exec.CommandContext(t.Context(), binary(t), "--help").Output()
	if err != nil {
		t.Fatal(err)
	}
	_, told, _ := strings.Cut(string(help), "Exit codes:")
	told, _, ok := strings.Cut(told, "A code of 8x")
	if !ok {
		t.Fatalf("the help says nothing of exit codes:\n%s", help)
	}
	table, err := os.ReadFile("../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(table), "## Exit codes")
	var documented []string
	for _, row := range regexp.MustCompile(`(?m)^\| ([0-9, ]+) \|`).FindAllStringSubmatch(section, -1) {
		documented = append(documented, strings.Split(row[1], ", ")...)
	}
	codes := regexp.MustCompile(`\b[0-9]{1,2}\b`).FindAllString(told, -1)
	if slices.Sort(codes); len(codes) < 10 || !slices.Equal(codes, slices.Sorted(slices.Values(documented))) {
		t.Errorf("the help names the codes %v, docs/operating.md %v", codes, documented)
	}
	alarm := text(load(t, "nayose.yaml").standard(t).one(t, "Failed"), "Targets.0.InputTransformer.InputTemplate")
	for _, code := range codes {
		if code == "0" {
			continue
		}
		want, known := promised[code]
		if !known {
			t.Errorf("exit code %s: nobody has said whether to try it again", code)
		}
		if !regexp.MustCompile(`\b` + code + `\b`).MatchString(alarm) {
			t.Errorf("the alarm does not say what to do about exit code %s", code)
		}
		for name, s := range strategies(t) {
			if got := s.after(1, attempt{exitCode: code, statusReason: essential}); got != want {
				t.Errorf("%s: exit code %s: %s, want %s", name, code, got, want)
			}
		}
	}
}

// TestOtherEnds are ends that nayose has no part in, as people have reported them of Fargate: aws/containers-roadmap 2059, nextflow 5786, wrapbox 53,
// and docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html, read 2026-11.
func TestOtherEnds(t *testing.T) {
	const spot = "Your Spot Task was interrupted."
	for _, c := range []struct {
		name string
		a    attempt
		want string
	}{
		{"Spot takes the machine, nayose ends in time", attempt{exitCode: "83", statusReason: spot}, "RETRY"},
		{"Spot takes the machine, and kills", attempt{exitCode: "137", statusReason: spot}, "RETRY"},
		{"Spot takes the machine before nayose listens", attempt{exitCode: "143", statusReason: spot}, "RETRY"},
		{"out of memory", attempt{exitCode: "137", reason: "OutOfMemoryError: Container killed due to memory usage", statusReason: essential}, "EXIT"},
		{"out of memory, by another code", attempt{exitCode: "1", reason: "OutOfMemoryError: Container killed due to memory usage", statusReason: essential}, "EXIT"},
		{"killed", attempt{exitCode: "137", statusReason: essential}, "EXIT"},
		{"the image cannot be pulled", attempt{reason: "CannotPullContainerError: pull image manifest has been retried 5 time(s)", statusReason: "Task failed to start"}, "RETRY"},
		{"no way to the registry", attempt{reason: "ResourceInitializationError: unable to pull secrets or registry auth", statusReason: "Task failed to start"}, "RETRY"},
		{"a shard's code of a shell", attempt{exitCode: "8", statusReason: essential}, "RETRY"}, // 8* is 8, too; nayose has no such code
	} {
		for name, s := range strategies(t) {
			if got := s.after(1, c.a); got != c.want {
				t.Errorf("%s: %s: %s, want %s", name, c.name, got, c.want)
			}
			if got := s.after(s.attempts, c.a); got != "EXIT" {
				t.Errorf("%s: %s: %s after the last attempt", name, c.name, got)
			}
		}
	}
}

// world is a directory with the sample corpus, a config and a store.
type world struct {
	t   *testing.T
	dir string
	env []string
}

func newWorld(t *testing.T, env ...string) world {
	w := world{t: t, dir: t.TempDir()}
	config, err := os.ReadFile("../testdata/nayose.yaml")
	err = errors.Join(err, os.WriteFile(filepath.Join(w.dir, "nayose.yaml"), config, 0o644),
		os.CopyFS(filepath.Join(w.dir, "corpus"), os.DirFS("../testdata/corpus")))
	if err != nil {
		t.Fatal(err)
	}
	w.env = append([]string{
		"NAYOSE_STORE=store", "NAYOSE_INPUT=corpus", "NAYOSE_WAIT=0s", "NAYOSE_LOG=json", "DATABASE_URL=postgres:///x?host=/nowhere",
		"TMPDIR=" + t.TempDir(), "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b", "AWS_MAX_ATTEMPTS=1",
	}, env...)
	return w
}

// command is the real binary in the world.
func (w world) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(w.t.Context(), binary(w.t), args...)
	cmd.Dir, cmd.Env = w.dir, append(os.Environ(), w.env...)
	return cmd
}

// run is the exit code, as a container has it, and what was logged.
func (w world) run(args ...string) (code, logs string) {
	w.t.Helper()
	out, err := w.command(args...).CombinedOutput()
	return codeOf(w.t, err), string(out)
}

func (w world) must(args ...string) {
	w.t.Helper()
	if code, logs := w.run(args...); code != "0" {
		w.t.Fatalf("nayose %v: exit code %s\n%s", args, code, logs)
	}
}

func (w world) edit(file, old, with string) {
	w.t.Helper()
	b, err := os.ReadFile(filepath.Join(w.dir, file))
	if err == nil && !strings.Contains(string(b), old) {
		err = fmt.Errorf("no %q", old)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(w.dir, file), []byte(strings.ReplaceAll(string(b), old, with)), 0o644)
	}
	if err != nil {
		w.t.Fatalf("%s: %v", file, err)
	}
}

// codeOf is a process's end as a container has it: 128 and the signal's number where a signal killed it.
func codeOf(t *testing.T, err error) string {
	t.Helper()
	var ended *exec.ExitError
	switch {
	case err == nil:
		return "0"
	case !errors.As(err, &ended):
		t.Fatal(err)
	}
	if status, ok := ended.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return fmt.Sprint(128 + int(status.Signal()))
	}
	return fmt.Sprint(ended.ExitCode())
}

// TestRealCodes runs the real binary under faults, and wants of each the code, and of the code what is promised.
func TestRealCodes(t *testing.T) {
	answering := func(status int) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		t.Cleanup(server.Close)
		return server.URL
	}
	refusing, ill := answering(http.StatusForbidden), answering(http.StatusNotImplemented) // which is not tried again, and so costs no time
	run := []string{"run", "--week", "2026-W46"}
	extract := []string{"extract", "--week", "2026-W46"}
	for name, c := range map[string]struct {
		want    string
		env     []string
		prepare func(w world)
		args    []string
	}{
		"help":               {want: "0", args: []string{"--help"}},
		"a stage that works": {want: "0", args: extract},
		"no parameter week":  {want: "60", args: []string{"run", "--week", "Ref::week"}},
		"a typo":             {want: "60", args: run, prepare: func(w world) { w.edit("nayose.yaml", "partners:", "parters:") }},
		"a column is gone":   {want: "61", args: extract, prepare: func(w world) { w.edit("nayose.yaml", "法人名", "会社名") }},
		"an empty delivery": {want: "62", args: extract, prepare: func(w world) {
			if err := os.Truncate(filepath.Join(w.dir, "corpus/feeds/2026-W46/kaigo-navi.csv"), 0); err != nil {
				w.t.Fatal(err)
			}
		}},
		"a damaged plan": {want: "63", args: extract, prepare: func(w world) {
			w.must(extract...)
			w.edit("store/plans/2026-W46/kaigo-navi/1.json", "week", "weak")
		}},
		"S3 refuses": {want: "64", args: extract, env: []string{"NAYOSE_STORE=s3://example/store", "AWS_ENDPOINT_URL_S3=" + refusing}},
		"shards are missing": {
			want: "66", args: []string{"explain", "--week", "2026-W46", "--partner", "kaigo-navi", "--posting", "KN1001"},
			env: []string{"NAYOSE_SHARDS=2"}, prepare: func(w world) { w.must(extract...); w.must("match", "--week", "2026-W46", "--shard", "0/2") },
		},
		"the deadline":         {want: "67", args: extract, env: []string{"NAYOSE_DEADLINE=1ns"}},
		"S3 is ill":            {want: "80", args: extract, env: []string{"NAYOSE_STORE=s3://example/store", "AWS_ENDPOINT_URL_S3=" + ill}},
		"Postgres is down":     {want: "81", args: run},
		"the file is late":     {want: "84", args: []string{"run", "--week", "2026-W40"}},
		"no secret to be had":  {want: "84", args: run, env: []string{"DATABASE_SECRET=nayose", "AWS_ENDPOINT_URL_SECRETS_MANAGER=http://127.0.0.1:1"}},
		"the secret is denied": {want: "64", args: run, env: []string{"DATABASE_SECRET=nayose", "AWS_ENDPOINT_URL_SECRETS_MANAGER=" + refusing}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.env...)
			if c.prepare != nil {
				c.prepare(w)
			}
			got, logs := w.run(c.args...)
			if got != c.want {
				t.Errorf("exit code %s, want %s\n%s", got, c.want, logs)
			}
			decided(t, got)
		})
	}
}

// decided wants of a code that really came what is promised.
func decided(t *testing.T, code string) {
	t.Helper()
	if code == "0" {
		return
	}
	for name, s := range strategies(t) {
		if got := s.after(1, attempt{exitCode: code, statusReason: essential}); got != promised[code] {
			t.Errorf("%s: exit code %s: %s, want %q", name, code, got, promised[code])
		}
	}
}

// TestRealSignals ends the real binary while it waits for a file: by SIGTERM, as Fargate does, and by SIGKILL, as it does half a minute later.
func TestRealSignals(t *testing.T) {
	for signal, want := range map[syscall.Signal]string{syscall.SIGTERM: "83", syscall.SIGKILL: "137"} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "NAYOSE_WAIT=5m")
			cmd := w.command("run", "--week", "2026-W40")
			logs, err := cmd.StderrPipe()
			if err == nil {
				err = cmd.Start()
			}
			if err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(logs)
			for lines.Scan() && !strings.Contains(lines.Text(), `"waiting"`) {
			}
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			for lines.Scan() {
			}
			got := codeOf(t, cmd.Wait())
			if got != want {
				t.Errorf("exit code %s, want %s", got, want)
			}
			for name, s := range strategies(t) {
				if did := s.after(1, attempt{exitCode: got, statusReason: "Your Spot Task was interrupted."}); did != "RETRY" {
					t.Errorf("%s: Spot: %s", name, did)
				}
			}
		})
	}
}

// TestRealLoad loads a week into a real Postgres: 82 while another holds the partner's lock, 0 then, and twice. What the log says is what the
// alarm for a week without a load counts.
func TestRealLoad(t *testing.T) {
	database := pgtest.New(t)
	w := newWorld(t, "DATABASE_URL="+database)
	counted := pattern(t, text(load(t, "nayose.yaml").standard(t).one(t, "Loaded"), "FilterPattern"))
	conn, err := pgx.Connect(t.Context(), database)
	if err == nil {
		_, err = conn.Exec(t.Context(), "begin; select pg_advisory_xact_lock(hashtextextended('nayose:load:kaigo-navi', 0))")
	}
	if err != nil {
		t.Fatal(err)
	}
	code, logs := w.run("run", "--week", "2026-W46", "--partner", "kaigo-navi")
	if n := counted(logs); code != "82" || n != 0 {
		t.Errorf("while it is locked: exit code %s, want 82; %d loads counted, want none\n%s", code, n, logs)
	}
	decided(t, code)
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"2026-11-12T06:00:00+09:00", "2026-11-11T21:00:00Z"} { // one moment, as a trigger that comes twice
		code, logs := w.run("run", "--week", when)
		if n := counted(logs); code != "0" || n != 2 {
			t.Errorf("at %s: exit code %s, %d loads counted, want 0 and 2\n%s", when, code, n, logs)
		}
	}
}
