package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"nayose/job/internal/faults"
)

// TestFaultExpiredCredentials has those of S3 expire at a request of the real binary: 64, and nothing that a run with good ones cannot finish.
func TestFaultExpiredCredentials(t *testing.T) {
	w, server := theWorld(t), startS3(t)
	cases := w.operations(t, server, ending{moment: &w.first, of: "s3"}, []ending{{kind: faults.Denied, situation: onFirst}})
	sample(t, cases, 3, func(t *testing.T, e ending) {
		x := e.begin(t, w, server)
		code, log := x.process(t, e, &faults.Switch{Nth: e.n, Kind: e.kind, Lasting: true})
		if code != 64 || !strings.Contains(log, "hint: ") {
			t.Errorf("exit code %d, want 64\n%s", code, log)
		}
		x.settle(t, log)
	})
}

// TestFaultPassword changes the password of the job's role: before the real binary has read its secret anew, for good, and in the middle of
// a load.
func TestFaultPassword(t *testing.T) {
	w := theWorld(t)
	server := startServer(t)
	x := w.begin(t, w.first)
	x.url = server.url
	for _, step := range []func(context.Context, *job) error{migrateStep, importStep} {
		if code, log := w.command(t.Context(), x.stores, x.url, step); code != 0 {
			t.Fatalf("exit %d\n%s", code, log)
		}
	}
	_, err := query(x.url, `create role job login password 'first'; grant usage on schema nayose to job;
		grant all on all tables in schema nayose to job; grant all on all sequences in schema nayose to job`)
	noError(t, err)
	server.askForPasswords(t)

	if code, asked, log := x.byPassword(t, nil, "wrong", "wrong, too"); code != 64 || asked != 2 || strings.Contains(log, "wrong") {
		t.Errorf("wrong twice: exit code %d, the secret was read %d times, want 64 after 2\n%s", code, asked, log)
	}
	x.unwritten(t, "")
	code, asked, log := x.byPassword(t, nil, "wrong", "first")
	if code != 0 || asked != 2 {
		t.Errorf("wrong, then right: exit code %d, the secret was read %d times, want 0 after 2\n%s", code, asked, log)
	}
	x.compare(t, log)

	x.decide(t, x.stores.store)
	x.moment = w.second
	release := hold(t, x.url, "lock table nayose.posting")
	code, asked, log = x.byPassword(t, func() {
		awaitBlocked(t, x.url)
		_, err := query(x.url, `alter role job password 'second'; select pg_terminate_backend(pid) from pg_stat_activity where usename = 'job'`)
		if err != nil {
			t.Error(err)
		}
		release()
	}, "first", "second")
	if code != 0 || asked != 2 {
		t.Errorf("changed in a load: exit code %d, the secret was read %d times, want 0 after 2\n%s", code, asked, log)
	}
	x.settle(t, log)
}

// askForPasswords has everybody but the superuser prove who they are.
func (s *privateServer) askForPasswords(t *testing.T) {
	t.Helper()
	name := filepath.Join(s.dir, "data", "pg_hba.conf") // which stays the server's file
	noError(t, os.WriteFile(name, []byte("local all postgres trust\nlocal all all scram-sha-256\n"), 0o600))
	_, err := query(s.url, "select pg_reload_conf()")
	noError(t, err)
}

// byPassword runs the real binary as role job, by a Secrets Manager that tells one password after the other, and says how many it told.
func (x *rehearsal) byPassword(t *testing.T, meanwhile func(), passwords ...string) (code int, asked int64, log string) {
	t.Helper()
	var told atomic.Int64
	manager := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n := min(int(told.Add(1)), len(passwords))
		secret, err := json.Marshal(map[string]string{"username": "job", "password": passwords[n-1]})
		if err == nil {
			err = json.NewEncoder(w).Encode(map[string]string{"Name": "prod/nayose", "SecretString": string(secret)})
		}
		if err != nil {
			t.Error(err)
		}
	}))
	defer manager.Close()
	cmd := exec.Command("nayose", "run", "--week", x.week.String())
	cmd.Env = append(x.environment(t, x.url), "DATABASE_SECRET=prod/nayose", "AWS_ENDPOINT_URL_SECRETS_MANAGER="+manager.URL,
		"AWS_ACCESS_KEY_ID=id", "AWS_SECRET_ACCESS_KEY=key", "AWS_REGION=ap-northeast-1")
	var other sync.WaitGroup
	if meanwhile != nil {
		other.Go(meanwhile)
	}
	out, err := cmd.CombinedOutput()
	other.Wait()
	return exitCode(err), told.Load(), string(out)
}
