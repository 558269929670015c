package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"nayose/job/internal/faults"
	"nayose/job/internal/store"
	"nayose/job/internal/store/s3test"
)

// grace is the time in which a process that is told to stop must have ended.
const grace = 10 * time.Second

// ending is one case of the sweep of ends: the real binary gets a signal while an operation is under way.
type ending struct {
	moment    *moment
	of        string // s3 or postgres
	operation string
	n         int64
	signal    syscall.Signal
	kind      faults.Kind // Before: the operation is then done; After: it is done; Stalled: nobody ever answers
	situation situation
	total     int64
	meanwhile func() // what happens while SIGSTOP has the process stand still
}

func (e ending) String() string {
	return strings.ReplaceAll(fmt.Sprintf("%s-%s-%d-%s-%s-%s", e.moment.week, e.of, e.n, e.signal, e.kind, e.situation), " ", "-")
}

// TestFaultEndings kills the real binary at every request to S3 and at every round trip to Postgres, and tells it to stop there.
func TestFaultEndings(t *testing.T) {
	w, server := theWorld(t), startS3(t)
	cases := w.endings(t, server, []ending{
		{signal: syscall.SIGKILL, kind: faults.Before, situation: onFirst},
		{signal: syscall.SIGKILL, kind: faults.After, situation: onFirst},
		{signal: syscall.SIGKILL, kind: faults.After, situation: onRetry},
		{signal: syscall.SIGKILL, kind: faults.After, situation: beside},
		{signal: syscall.SIGTERM, kind: faults.Before, situation: onFirst},
		{signal: syscall.SIGTERM, kind: faults.Stalled, situation: onFirst},
	})
	sample(t, cases, 5, func(t *testing.T, e ending) { e.begin(t, w, server).end(t, e) })
}

// startS3 has a server with a bucket in the environment.
func startS3(t *testing.T) s3test.Server {
	t.Helper()
	server := s3test.Start(t)
	server.MakeBucket(t, "faults", s3test.Versioned)
	for _, v := range server.Environ() {
		name, value, _ := strings.Cut(v, "=")
		t.Setenv(name, value)
	}
	return server
}

// endings are all the operations of the real binary, each with each of the ways.
func (w *world) endings(t *testing.T, server s3test.Server, ways []ending) []ending {
	t.Helper()
	return slices.Concat(
		w.operations(t, server, ending{moment: &w.first, of: "s3"}, ways),
		w.operations(t, server, ending{moment: &w.first, of: "postgres"}, ways),
		w.operations(t, server, ending{moment: &w.second, of: "postgres"}, ways))
}

// operations are those of one kind at one moment. An undisturbed run tells them, once for all tests: none that asks is parallel.
func (w *world) operations(t *testing.T, server s3test.Server, of ending, ways []ending) (cases []ending) {
	t.Helper()
	name := of.String()
	if w.counted[name] == nil {
		count := new(faults.Switch)
		x := of.begin(t, w, server)
		if code, log := x.process(t, of, count); code != 0 {
			t.Fatalf("undisturbed: %d\n%s", code, log)
		}
		x.compare(t, "undisturbed")
		w.counted[name] = count.Operations()
	}
	for i, operation := range w.counted[name] {
		for _, e := range ways {
			e.moment, e.of, e.n, e.operation, e.total = of.moment, of.of, int64(i+1), operation, int64(len(w.counted[name]))
			cases = append(cases, e)
		}
	}
	return cases
}

// begin copies the moment, to S3 where its requests are counted: a week that others led to is in a directory.
func (e ending) begin(t *testing.T, w *world, server s3test.Server) *rehearsal {
	t.Helper()
	x := w.begin(t, *e.moment)
	if e.of == "s3" {
		s, err := store.Open(t.Context(), fmt.Sprintf("s3://faults/%d", copies.Add(1)), store.S3Options{Endpoint: server.Endpoint})
		noError(t, err)
		x.stores.store = s
	}
	return x
}

// end goes through a case.
func (x *rehearsal) end(t *testing.T, e ending) {
	t.Helper()
	var other sync.WaitGroup
	if e.situation == beside {
		other.Go(func() {
			if code, log := x.process(t, e, new(faults.Switch)); code != 0 {
				t.Errorf("the run beside it ends with %d\n%s", code, log)
			}
		})
	}
	s := &faults.Switch{Nth: e.n, Kind: e.kind}
	code, log := x.process(t, e, s)
	other.Wait()
	log = fmt.Sprintf("%s at %s: exit %d\n%s", e.signal, e.operation, code, log)
	want := 83
	if e.signal == syscall.SIGKILL {
		want = 137
	}
	switch {
	case code == 0: // it had ended: nobody waits for an answer to the last goodbye to Postgres
		x.compare(t, log)
	case code != want:
		t.Errorf("exit code %d, want %d\n%s", code, want, log)
	}
	if e.situation == onRetry {
		e.n = 1 + rand.Int64N(e.total)
		_, more := x.process(t, e, &faults.Switch{Nth: e.n, Kind: e.kind})
		log += fmt.Sprintf("the retry, killed at %d:\n%s", e.n, more)
	}
	x.settle(t, log)
}

// process runs the real binary with a proxy before S3 or Postgres, and returns its exit code as a shell does: 137 where it was killed.
func (x *rehearsal) process(t *testing.T, e ending, s *faults.Switch) (int, string) {
	url, endpoint := x.url, os.Getenv("AWS_ENDPOINT_URL_S3")
	var cmd *exec.Cmd
	started, ended := make(chan struct{}), make(chan struct{})
	s.Strike = func() {
		<-started
		e.strike(t, cmd.Process, ended)
	}
	if e.of == "postgres" {
		p, err := faults.NewPostgres(url, s)
		if err != nil {
			return -1, err.Error()
		}
		defer p.Close()
		url = p.URL
	} else {
		p, err := faults.NewS3(endpoint, s)
		if err != nil {
			return -1, err.Error()
		}
		defer p.Close()
		endpoint = p.Endpoint
	}
	cmd = exec.Command("nayose", "run", "--week", x.week.String())
	cmd.Env = append(x.environment(t, url), "AWS_ENDPOINT_URL_S3="+endpoint)
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		return -1, err.Error()
	}
	close(started)
	err := cmd.Wait()
	close(ended)
	code := exitCode(err)
	if cmd.ProcessState.Sys().(syscall.WaitStatus).Signaled() {
		code = 128 + int(cmd.ProcessState.Sys().(syscall.WaitStatus).Signal())
	}
	return code, log.String()
}

// environment is that of the real binary.
func (x *rehearsal) environment(t *testing.T, url string) []string {
	return append(os.Environ(), "DATABASE_URL="+url, "NAYOSE_CONFIG="+filepath.Join(x.dir, "nayose.yaml"), "NAYOSE_STORE="+x.stores.store.String(),
		"NAYOSE_INPUT="+filepath.Join(x.dir, "input"), "NAYOSE_LOG=json", "NAYOSE_WAIT=10s", "TMPDIR="+t.TempDir())
}

// strike sends the signal. After one that kills, the operation goes on when the process is gone; after SIGTERM at once, and whoever has
// not ended in time fails the test.
func (e ending) strike(t *testing.T, p *os.Process, ended <-chan struct{}) {
	_ = p.Signal(e.signal) // it may have ended
	switch e.signal {
	case syscall.SIGKILL, syscall.SIGQUIT:
		<-ended
	case syscall.SIGSTOP:
		e.meanwhile()
		_ = p.Signal(syscall.SIGCONT) // a failed test may have killed it
	default:
		go func() {
			select {
			case <-ended:
			case <-time.After(grace):
				t.Errorf("the process has not ended %s after the signal", grace)
				_ = p.Kill() // it may have ended just now
			}
		}()
	}
}
