package main

import (
	"bufio"
	"context"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"nayose/loader/pgtest"
)

// TestInterruptedLoad ends a run while its load waits for a lock of the database: by a signal, by its deadline, and
// because another run holds the partner's lock. Nothing is written, the code says why, and the next run loads.
func TestInterruptedLoad(t *testing.T) {
	for name, c := range map[string]struct {
		lock string // what the test holds while the run wants it
		args []string
		stop bool
		want int
	}{
		"signal":   {lock: "lock table nayose.posting", stop: true, want: 83},
		"deadline": {lock: "lock table nayose.posting", args: []string{"--deadline", "4s"}, want: 67},
		"busy":     {lock: "select pg_advisory_xact_lock(hashtextextended('nayose:load:kaigo-navi', 0))", args: []string{"--wait", "0s"}, want: 82},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database, dir := pgtest.New(t), t.TempDir()
			release := hold(t, database, c.lock)
			cmd := nayoseCommand(t, database, dir, append([]string{"run", "--week", "2026-W46", "--partner", "kaigo-navi"}, c.args...)...)
			logs, err := cmd.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			text := awaitLine(t, logs, `"stage":"match"`)
			if c.stop {
				awaitBlocked(t, database)
				if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
					t.Fatal(err)
				}
			}
			rest, _ := io.ReadAll(logs)
			if got := exitCode(cmd.Wait()); got != c.want {
				t.Errorf("exit code %d, want %d\n%s%s", got, c.want, text, rest)
			}
			release()
			if lines, err := query(database, "select count(*) from nayose.posting"); err != nil || lines[0] != "0" {
				t.Errorf("%v rows after the interrupted load, %v; want none", lines, err)
			}
			if out, err := nayoseCommand(t, database, dir, "run", "--week", "2026-W46", "--partner", "kaigo-navi").CombinedOutput(); err != nil {
				t.Errorf("the next run: %v\n%s", err, out)
			}
		})
	}
}

// awaitBlocked waits until a session of nayose waits for a lock.
func awaitBlocked(t *testing.T, database string) {
	t.Helper()
	for range 600 {
		lines, err := query(database, "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'nayose' and wait_event_type = 'Lock'")
		if err != nil {
			t.Fatal(err)
		}
		if lines[0] != "0" {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the load never waited for the lock")
}

// hold takes a lock in a session of its own until release.
func hold(t *testing.T, database, lock string) (release func()) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(ctx, "begin; "+lock); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := conn.Close(ctx); err != nil {
			t.Error(err)
		}
	}
}

// awaitLine reads lines until one holds the text.
func awaitLine(t *testing.T, r io.Reader, text string) string {
	t.Helper()
	var seen strings.Builder
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		seen.WriteString(line)
		if err != nil {
			t.Fatalf("no line with %s: %v\n%s", text, err, seen.String())
		}
		if strings.Contains(line, text) {
			return seen.String()
		}
	}
}
