package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"nayose/job/internal/faults"
	"nayose/loader/pgtest"
)

// TestFaultCommits loses each commit of a run before and after it reaches the server, and cuts it in the middle.
func TestFaultCommits(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	commit := func(operation string) bool { return operation == "commit" }
	for _, kind := range []faults.Kind{faults.Refused, faults.Lost, faults.Cut} {
		for n := int64(1); ; n++ {
			x := w.begin(t, w.second)
			s := &faults.Switch{Nth: n, Kind: kind, Only: commit}
			code, log := x.attempt(t.Context(), nil, s)
			if !s.Struck() {
				if n < 3 {
					t.Errorf("only %d commits: each delivery has one", n-1)
				}
				break
			}
			if code != 0 && code != 81 {
				t.Errorf("%s: exit code %d, want 0 or 81\n%s", s, code, log)
			}
			if code == 0 {
				x.compare(t, log)
			}
			x.settle(t, log)
		}
	}
}

// TestFaultServerCrash has Postgres crash and come up again in the middle of each COPY, in `make test` of the first and the last: the load
// starts over by itself.
func TestFaultServerCrash(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	copying := func(operation string) bool { return operation == "copy" }
	count := &faults.Switch{Only: copying}
	if code, log := w.begin(t, w.first).attempt(t.Context(), nil, count); code != 0 {
		t.Fatalf("undisturbed: %d\n%s", code, log)
	}
	for n := int64(1); n <= count.Count(); n++ {
		if !everyFault() && n > 1 && n < count.Count() {
			continue
		}
		t.Run(fmt.Sprint("copy", n), func(t *testing.T) {
			server := startServer(t)
			x := w.begin(t, w.first)
			x.url = server.url
			for _, step := range []func(context.Context, *job) error{migrateStep, importStep} {
				if code, log := w.command(t.Context(), x.stores, x.url, step); code != 0 {
					t.Fatalf("exit %d\n%s", code, log)
				}
			}
			up := make(chan struct{})
			s := &faults.Switch{Nth: n, Kind: faults.Before, Only: copying, Strike: func() { server.crash(t); close(up) }}
			code, log := x.attempt(t.Context(), nil, s)
			if !s.Struck() || code != 0 && code != 81 {
				t.Errorf("struck %v, exit code %d, want 0 or 81\n%s", s.Struck(), code, log)
			}
			if s.Struck() {
				<-up
			}
			x.settle(t, log)
		})
	}
}

// privateServer is a server that a test may crash.
type privateServer struct{ dir, url string }

func startServer(t *testing.T) *privateServer {
	t.Helper()
	pgtest.Server(t)
	parent, err := os.MkdirTemp("/var/tmp", "nayose-crash-")
	noError(t, err)
	noError(t, os.Chmod(parent, 0o755))
	s := &privateServer{dir: filepath.Join(parent, "pg")}
	t.Cleanup(func() {
		_ = exec.Command("../scripts/postgres", "stop", s.dir).Run()
		_ = os.RemoveAll(parent)
	})
	s.start(t)
	return s
}

func (s *privateServer) start(t *testing.T) {
	t.Helper()
	var complaint bytes.Buffer
	cmd := exec.Command("../scripts/postgres", "start", s.dir, "-F") // the server crashes, the machine does not
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("start a server: %v: %s", err, complaint.String())
	}
	s.url = strings.TrimSpace(string(out))
}

// crash does what pg_ctl stop -m immediate does, and starts the server again.
func (s *privateServer) crash(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, "data", "postmaster.pid"))
	if err != nil {
		t.Error(err)
		return
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(line)
	if err == nil {
		err = syscall.Kill(pid, syscall.SIGQUIT)
	}
	if err != nil {
		t.Error(err)
		return
	}
	for syscall.Kill(pid, 0) == nil && processLives(pid) {
		continue
	}
	s.start(t)
}

// processLives tells a process from one that has ended and that nobody has asked after.
func processLives(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

// TestFaultDiskFull has the disk of the postings fill up: the load gives up with 81, leaves nothing, and succeeds when there is room.
func TestFaultDiskFull(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	disk, space := smallDisk(t)
	x := w.begin(t, w.second)
	for _, table := range []string{"posting", "posting_state", "reject", "delivery"} {
		execute(t, x.url, "alter table nayose."+table+" set tablespace "+space)
	}
	filler := filepath.Join(disk, "filler")
	noError(t, fill(filler))
	code, log := x.attempt(t.Context(), nil, nil)
	if code != 81 || !strings.Contains(log, "53100") {
		t.Errorf("exit code %d, want 81 for 53100\n%s", code, log)
	}
	noError(t, os.Remove(filler))
	x.settle(t, log)
}

// smallDisk mounts a small file system and makes a tablespace on it.
func smallDisk(t *testing.T) (disk, space string) {
	t.Helper()
	pgtest.Server(t)
	if os.Getuid() != 0 {
		t.Skip("only root can mount a small disk")
	}
	disk, err := os.MkdirTemp("/var/tmp", "nayose-disk-")
	noError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(disk) })
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("mount: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) })
	place := filepath.Join(disk, "space")
	noError(t, os.Mkdir(place, 0o700))
	noError(t, os.Chmod(disk, 0o755))
	noError(t, own(place))
	space = fmt.Sprintf("nayose_small_%d", os.Getpid())
	administer(t, fmt.Sprintf("create tablespace %s location '%s'", space, place))
	t.Cleanup(func() { administer(t, "drop tablespace "+space) })
	return disk, space
}

// own gives a directory to the user that scripts/postgres runs the server as.
func own(dir string) error {
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		return err
	}
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	return errors.Join(err1, err2, os.Chown(dir, uid, gid))
}

// fill writes a file until the disk is full.
func fill(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	piece := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(piece)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}

// TestFaultDeadlock has the load and another session wait for each other: the server ends the load's transaction, and it starts over.
func TestFaultDeadlock(t *testing.T) {
	t.Parallel()
	x := theWorld(t).begin(t, theWorld(t).second)
	other := connectTo(t, x.url)
	other("begin; lock table nayose.match in share row exclusive mode")
	log := x.attemptBlocked(t, func() {
		other("lock table nayose.posting in access exclusive mode") // which the load has written to: comes when the load is rolled back
		other("commit")
	})
	lines, err := query(x.url, "select deadlocks from pg_stat_database where datname = current_database()")
	if err != nil || slices.Equal(lines, []string{"0"}) {
		t.Errorf("%v deadlocks, %v", lines, err)
	}
	x.compare(t, log)
	x.settle(t, log)
}

// TestFaultLockTimeout has another session hold a table longer than a load waits for a lock, and shorter than it keeps trying.
func TestFaultLockTimeout(t *testing.T) {
	t.Parallel()
	x := theWorld(t).begin(t, theWorld(t).second)
	other := connectTo(t, x.url)
	other("begin; lock table nayose.posting in access exclusive mode")
	log := x.attemptBlocked(t, func() {
		other("select pg_sleep(5.5)") // the load waits for 5 s, and tries again
		other("commit")
	})
	x.compare(t, log)
	x.settle(t, log)
}

// TestFaultStatementTimeout has the database end what takes longer than a second: 81 and nothing written, until the limit is gone.
func TestFaultStatementTimeout(t *testing.T) {
	t.Parallel()
	x := theWorld(t).begin(t, theWorld(t).second)
	other := connectTo(t, x.url)
	other("begin; lock table nayose.posting in access exclusive mode")
	x.set(t, "statement_timeout", "1s")
	code, log := x.attempt(t.Context(), nil, nil)
	if code != 81 || !strings.Contains(log, "57014") {
		t.Errorf("exit code %d, want 81 for 57014\n%s", code, log)
	}
	other("commit")
	x.unwritten(t, log)
	x.set(t, "statement_timeout", "0")
	x.settle(t, log)
}

// set has each session that comes to the rehearsal's database have a setting.
func (x *rehearsal) set(t *testing.T, name, value string) {
	t.Helper()
	execute(t, x.url, "do $$ begin execute format('alter database %I set "+name+" = ''"+value+"''', current_database()); end $$")
}

// unwritten holds the ledger against what it was before the rehearsal's week, in which nothing must have been loaded.
func (x *rehearsal) unwritten(t *testing.T, log string) {
	t.Helper()
	if n := mustQuery(t, x.url, "select count(*) from nayose.deliveries where week = '"+x.week.String()+"'")[0]; n != "0" {
		t.Errorf("%s deliveries of the week are loaded\n%s", n, log)
	}
}

// TestFaultConnections has the server have no connection to spare: 81 where that lasts, and nothing to see of it where it passes.
func TestFaultConnections(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	role := fmt.Sprintf("nayose_few_%d", os.Getpid())
	administer(t, "create role "+role+" login connection limit 0")
	t.Cleanup(func() { administer(t, "drop role "+role) })
	x := w.begin(t, w.second)
	execute(t, x.url, `grant usage on schema nayose to `+role+`; grant all on all tables in schema nayose to `+role+`;
		grant all on all sequences in schema nayose to `+role)
	own := x.url
	x.url = strings.Replace(own, "postgres@", role+"@", 1)
	code, log := x.attempt(t.Context(), nil, nil)
	if code != 81 || !strings.Contains(log, "53300") {
		t.Errorf("exit code %d, want 81 for 53300\n%s", code, log)
	}
	spare := &faults.Switch{Nth: 2, Kind: faults.Before, Strike: func() { administer(t, "alter role "+role+" connection limit -1") }}
	code, log = x.attempt(t.Context(), nil, spare)
	if code != 0 {
		t.Errorf("exit code %d, want 0: at the second try there is a connection to spare\n%s", code, log)
	}
	x.url = own
	x.compare(t, log)
}

// attemptBlocked runs the job, which must end well, and once it waits for another session does what lets it go on.
func (x *rehearsal) attemptBlocked(t *testing.T, release func()) string {
	t.Helper()
	var run sync.WaitGroup
	var code int
	var log string
	run.Go(func() { code, log = x.attempt(t.Context(), nil, nil) })
	awaitBlocked(t, x.url)
	release()
	run.Wait()
	if code != 0 {
		t.Errorf("exit code %d, want 0\n%s", code, log)
	}
	return log
}

// connectTo is a session of its own.
func connectTo(t *testing.T, url string) func(sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	noError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) }) // the database is dropped with force
	return func(sql string) {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

// TestFaultOtherSchema has a newer and an older schema stand there: nothing is written, and the code says that a person is needed.
func TestFaultOtherSchema(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	for name, sql := range map[string][2]string{
		"newer": {"insert into nayose.schema_version (version_id, is_applied) values (99999, true)", "delete from nayose.schema_version where version_id = 99999"},
		"older": {
			"update nayose.schema_version set is_applied = false where version_id > 1",
			"update nayose.schema_version set is_applied = true where version_id > 1",
		},
	} {
		x := w.begin(t, w.second)
		var before, after strings.Builder
		noError(t, dumpTables(t.Context(), &before, x.url))
		execute(t, x.url, sql[0])
		code, log := x.attempt(t.Context(), nil, nil)
		if code != 60 {
			t.Errorf("%s: exit code %d, want 60\n%s", name, code, log)
		}
		noError(t, dumpTables(t.Context(), &after, x.url))
		if diff := cmp.Diff(before.String(), after.String()); diff != "" {
			t.Errorf("%s: something was written:\n%s", name, diff)
		}
		execute(t, x.url, sql[1])
		x.settle(t, log)
	}
}
