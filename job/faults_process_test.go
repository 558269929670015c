package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"nayose/job/internal/faults"
)

// TestFaultAsleep has the real binary stand still (SIGSTOP) at an operation, as on a machine that is suspended; another run of the same week
// ends meanwhile. When it wakes it finds the work done, or comes to the same result.
func TestFaultAsleep(t *testing.T) {
	w, server := theWorld(t), startS3(t)
	hasty := *w
	hasty.cfg.Wait = duration(3 * time.Second)
	cases := w.endings(t, server, []ending{
		{signal: syscall.SIGSTOP, kind: faults.Before, situation: beside},
		{signal: syscall.SIGSTOP, kind: faults.After, situation: beside},
	})
	sample(t, cases, 4, func(t *testing.T, e ending) {
		x := e.begin(t, w, server)
		x.world = &hasty
		x.sleep(t, e)
	})
}

// sleep goes through a case. The server ends the session of a sleeper that is idle in a transaction, as operators may have it do; one that
// sleeps in a COPY, whichever operation it waits for, keeps its locks, and the run beside it finds the partner busy.
func (x *rehearsal) sleep(t *testing.T, e ending) {
	t.Helper()
	x.set(t, "idle_in_transaction_session_timeout", "1s")
	e.meanwhile = func() {
		code, log := x.run(t.Context(), x.stores, x.url, x.week)
		switch {
		case code == 0:
			x.compare(t, "while the other sleeps\n"+log)
		case code != 82:
			t.Errorf("the run beside a sleeper ends with %d\n%s", code, log)
		}
	}
	s := &faults.Switch{Nth: e.n, Kind: e.kind}
	code, log := x.process(t, e, s)
	log = fmt.Sprintf("asleep at %s: exit %d\n%s", e.operation, code, log)
	switch {
	case code == 0:
		x.compare(t, log)
	case !s.Struck() || code != 81: // of a session that ended while a question was asked
		t.Errorf("the sleeper ends with %d\n%s", code, log)
	}
	x.settle(t, log)
}

// TestFaultQuit ends the real binary as a panic does, by the Go runtime: at once, with 2 and its stacks on standard error, in which nothing
// of the data stands. SIGQUIT asks for it.
func TestFaultQuit(t *testing.T) {
	w, server := theWorld(t), startS3(t)
	cases := w.endings(t, server, []ending{{signal: syscall.SIGQUIT, kind: faults.Before, situation: onFirst}})
	var quit atomic.Int64
	t.Cleanup(func() {
		if quit.Load() == 0 {
			t.Error("no run was ended")
		}
	})
	sample(t, cases, 2, func(t *testing.T, e ending) {
		x := e.begin(t, w, server)
		s := &faults.Switch{Nth: e.n, Kind: e.kind}
		code, log := x.process(t, e, s)
		if code == 0 { // it had ended: the operation did not come, or is a goodbye to Postgres, to which nobody waits for an answer
			x.compare(t, log)
			return
		}
		quit.Add(1)
		if code != 2 || !strings.Contains(log, "goroutine ") || strings.Contains(log, "株式会社") {
			t.Errorf("exit code %d, want 2, stacks, and no company's name\n%s", code, log)
		}
		x.settle(t, log)
	})
}

// TestFaultOutOfMemory has the kernel end the real binary where it gets too little memory, at whatever it does then.
func TestFaultOutOfMemory(t *testing.T) {
	w := theWorld(t)
	x := w.begin(t, w.second)
	killed := 0
	var log strings.Builder
	for limit := 8; limit <= 64; limit += 8 {
		cmd := exec.Command("sh", "-c", `echo $$ >"$0/cgroup.procs" && exec nayose run --week `+x.week.String(), cgroup(t, limit<<20))
		cmd.Env = x.environment(t, x.url)
		out, err := cmd.CombinedOutput()
		status, signalled := cmd.ProcessState.Sys().(syscall.WaitStatus)
		fmt.Fprintf(&log, "%d MiB: %v\n%s", limit, err, out)
		if err == nil {
			x.compare(t, log.String())
			break
		}
		if !signalled || status.Signal() != syscall.SIGKILL {
			t.Errorf("%v, want a kill\n%s", err, log.String())
		}
		killed++
	}
	if killed == 0 {
		t.Error("nothing was killed")
	}
	x.settle(t, log.String())
}

// cgroup is a control group of so many bytes of memory.
func cgroup(t *testing.T, limit int) string {
	t.Helper()
	dir, file := "/sys/fs/cgroup/memory", "memory.limit_in_bytes"
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		dir, file = "/sys/fs/cgroup", "memory.max"
	}
	dir = filepath.Join(dir, fmt.Sprintf("nayose-test-%d-%d", os.Getpid(), limit))
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Skipf("no control groups: %v", err)
	}
	t.Cleanup(func() { _ = os.Remove(dir) })
	if err := os.WriteFile(filepath.Join(dir, file), []byte(strconv.Itoa(limit)), 0o644); err != nil {
		t.Skipf("no control groups of memory: %v", err)
	}
	return dir
}
