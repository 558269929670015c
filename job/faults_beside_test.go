package main

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"nayose/job/internal/artifact"
	"nayose/job/internal/faults"
	"nayose/job/internal/store"
	"nayose/matcher"
)

// TestFaultReaders reads at full speed while a week is loaded slowly: every answer is, for each partner, wholly that of before or wholly that
// of after, and none waits for a lock.
func TestFaultReaders(t *testing.T) {
	t.Parallel()
	x := theWorld(t).begin(t, theWorld(t).second)
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	views := []string{"postings", "active_postings"}
	answers := make([]answers, len(views))
	for i, view := range views {
		before := answerOf(t, x.url, view)
		readers.Go(func() { answers[i] = readOn(ctx, t, x.url, view) })
		defer func() {
			answers[i].check(t, view, before, answerOf(t, x.url, view))
		}()
	}
	slow := &faults.Switch{Nth: 1, Lasting: true, Kind: faults.Before, Strike: func() { time.Sleep(10 * time.Millisecond) }}
	code, log := x.attempt(t.Context(), nil, slow)
	stop()
	readers.Wait()
	if code != 0 {
		t.Errorf("exit code %d\n%s", code, log)
	}
	x.compare(t, log)
}

// answers are the different ones that a reader got, by partner, and how often it asked.
type answers struct {
	number int
	seen   map[string]map[string]bool
}

// readOn asks for all that a view has, again and again. A lock that it had to wait for would fail it.
func readOn(ctx context.Context, t *testing.T, url, view string) answers {
	got := answers{seen: map[string]map[string]bool{}}
	conn, err := pgx.Connect(ctx, url)
	if err == nil {
		defer func() { _ = conn.Close(context.Background()) }()
		_, err = conn.Exec(ctx, "set lock_timeout = '50ms'")
	}
	for err == nil && ctx.Err() == nil {
		var one map[string]string
		if one, err = ask(conn, view); err != nil {
			break
		}
		got.number++
		for partner, sum := range one {
			if got.seen[partner] == nil {
				got.seen[partner] = map[string]bool{}
			}
			got.seen[partner][sum] = true
		}
	}
	if err != nil {
		t.Errorf("read %s: %v", view, err)
	}
	return got
}

// ask is the sum of each partner's rows in a view.
func ask(conn *pgx.Conn, view string) (map[string]string, error) {
	ctx := context.Background() // an answer is not broken off
	rows, err := conn.Query(ctx, "select partner, md5(string_agg(v::text, '|' order by posting_id)) from nayose."+view+" v group by partner")
	if err != nil {
		return nil, err
	}
	sums := map[string]string{}
	var partner, sum string
	_, err = pgx.ForEachRow(rows, []any{&partner, &sum}, func() error { sums[partner] = sum; return nil })
	return sums, err
}

func answerOf(t *testing.T, url, view string) map[string]string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	noError(t, err)
	defer func() { _ = conn.Close(context.Background()) }()
	sums, err := ask(conn, view)
	noError(t, err)
	return sums
}

// check wants the states before and after, and nothing between.
func (a answers) check(t *testing.T, view string, before, after map[string]string) {
	t.Helper()
	if a.number < 20 {
		t.Errorf("%s was read only %d times", view, a.number)
	}
	for partner, seen := range a.seen {
		if before[partner] == after[partner] {
			t.Errorf("%s of %s: the load changed nothing", view, partner)
		}
		delete(seen, before[partner])
		delete(seen, after[partner])
		if len(seen) > 0 {
			t.Errorf("%s of %s had %d states between: %v", view, partner, len(seen), slices.Collect(maps.Keys(seen)))
		}
	}
}

// TestFaultOtherModel has the shards of a delivery matched by different models: the second is refused with 63, since the plan names the
// first, and load lacks it.
func TestFaultOtherModel(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	x := w.begin(t, w.second)
	ours, others := *w, *w
	ours.cfg.Shards, others.cfg.Shards = 2, 2
	others.cfg.Costs = matcher.Costs{WrongMatch: 1000}
	shard := func(index int) *artifact.Shard { return &artifact.Shard{Index: index, Of: 2} }
	for _, c := range []struct {
		what  string
		world *world
		shard *artifact.Shard
		steps []step
		want  int
	}{
		{"extract", &ours, nil, []step{stepFreeze, stepExtract}, 0},
		{"the first shard", &ours, shard(0), []step{stepRecall, stepMatch}, 0},
		{"the second by other costs", &others, shard(1), []step{stepRecall, stepMatch}, 63},
		{"load", &ours, nil, []step{stepRecall, stepLoad}, 66},
		{"the second, tried again", &ours, shard(1), []step{stepRecall, stepMatch}, 0},
		{"load, tried again", &ours, nil, []step{stepRecall, stepLoad}, 0},
	} {
		code, log := c.world.command(t.Context(), x.stores, x.url, func(ctx context.Context, j *job) error {
			j.shard = c.shard
			return j.through(ctx, secondWeek, c.steps...)
		})
		if code != c.want {
			t.Errorf("%s: exit code %d, want %d\n%s", c.what, code, c.want, log)
		}
	}
	var tables strings.Builder
	noError(t, dumpTables(t.Context(), &tables, x.url))
	if !strings.HasSuffix(x.want, tables.String()) {
		t.Error("the two shards leave something else than one")
	}
}

// TestFaultOtherMaster imports another master between match and load: what is loaded is what was matched, and the next run makes a plan by
// the new one.
func TestFaultOtherMaster(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	x := w.begin(t, w.second)
	stages := func(steps ...step) {
		t.Helper()
		code, log := w.command(t.Context(), x.stores, x.url, func(ctx context.Context, j *job) error { return j.through(ctx, secondWeek, steps...) })
		if code != 0 {
			t.Fatalf("exit %d\n%s", code, log)
		}
	}
	stages(stepFreeze, stepExtract, stepMatch)
	if code, log := w.command(t.Context(), x.renamed(t), x.url, importStep); code != 0 {
		t.Fatalf("import: exit %d\n%s", code, log)
	}
	stages(stepRecall, stepLoad)
	var tables strings.Builder
	noError(t, dumpTables(t.Context(), &tables, x.url))
	for _, name := range []string{"company", "match", "posting", "delivery"} {
		got, want := tableOf(tables.String(), name), tableOf(x.want, name)
		if want == "" || (got == want) != (name != "company") {
			t.Errorf("table %s:\n%s", name, cmp.Diff(want, got))
		}
	}
	stages(stepFreeze, stepExtract, stepMatch, stepLoad)
	lines, err := query(x.url, "select count(*) from nayose.delivery where plan = 2")
	if err != nil || lines[0] != "2" {
		t.Errorf("%v second plans are loaded, %v, want 2", lines, err)
	}
}

// renamed are the rehearsal's stores, but for a master file in which companies have other names.
func (x *rehearsal) renamed(t *testing.T) stores {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(x.dir, "input", "companies.csv"))
	noError(t, err)
	dir := t.TempDir()
	noError(t, os.WriteFile(filepath.Join(dir, "companies.csv"), bytes.ReplaceAll(text, []byte("株式会社"), []byte("合同会社")), 0o644))
	input, err := store.Open(t.Context(), dir, store.S3Options{})
	noError(t, err)
	return stores{x.stores.store, input}
}

// tableOf are the rows of a table in a state.
func tableOf(state, name string) string {
	_, rows, _ := strings.Cut(state, "table "+name+"\n")
	rows, _, _ = strings.Cut(rows, "\ntable ")
	return rows
}
