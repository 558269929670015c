package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose/job/internal/faults"
)

// errand is a command that works on Postgres alone, broken at its nth round trip.
type errand struct {
	name string
	from string // the database that it starts from
	do   func(context.Context, *job) error
	want string // what it leaves undisturbed
	n    int64
	kind faults.Kind
}

func (e errand) String() string { return fmt.Sprintf("%s-%d-%s", e.name, e.n, e.kind) }

// TestFaultsOfMaster breaks every round trip of a migration and of an import, which are run again then.
func TestFaultsOfMaster(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	var cases []errand
	for _, e := range []errand{
		{name: "migrate", from: "template1", do: migrateStep},
		{name: "import", from: "nayose_template", do: importStep},
	} {
		count := new(faults.Switch)
		x := w.begin(t, moment{database: e.from, store: w.first.store})
		if code, log := x.send(t.Context(), e.do, count); code != 0 {
			t.Fatalf("undisturbed: %d\n%s", code, log)
		}
		e.want = schemaAndRows(t, x.url)
		for e.n = 1; e.n <= count.Count(); e.n++ {
			for _, e.kind = range []faults.Kind{faults.Refused, faults.Lost, faults.Cut, faults.Before} {
				cases = append(cases, e)
			}
		}
	}
	sample(t, cases, 5, func(t *testing.T, e errand) {
		x := w.begin(t, moment{database: e.from, store: w.first.store})
		s := &faults.Switch{Nth: e.n, Kind: e.kind}
		code, log := attemptFor(t, s, func(ctx context.Context, s *faults.Switch) (int, string) { return x.send(ctx, e.do, s) })
		if !slices.Contains(postgresCodes(breakage{kind: e.kind}), code) {
			t.Errorf("exit code %d, want %v\n%s", code, postgresCodes(breakage{kind: e.kind}), log)
		}
		if code == 0 {
			e.compare(t, x.url, log)
		}
		if code, log := x.send(t.Context(), e.do, new(faults.Switch)); code != 0 {
			t.Errorf("the run after it ends with %d\n%s", code, log)
		}
		e.compare(t, x.url, log)
	})
}

// send does an errand through a proxy.
func (x *rehearsal) send(ctx context.Context, do func(context.Context, *job) error, s *faults.Switch) (int, string) {
	p, err := faults.NewPostgres(x.url, s)
	if err != nil {
		return -1, err.Error()
	}
	defer p.Close()
	return x.command(ctx, x.stores, p.URL, do)
}

func (e errand) compare(t *testing.T, url, log string) {
	t.Helper()
	if diff := cmp.Diff(strings.Split(e.want, "\n"), strings.Split(schemaAndRows(t, url), "\n")); diff != "" {
		t.Errorf("left behind (-undisturbed +after the fault):\n%s\n%s", diff, log)
	}
}

// schemaAndRows are the schema's version, relations, columns and rows.
func schemaAndRows(t *testing.T, url string) string {
	t.Helper()
	lines, err := query(url, `
		select 'version ' || max(version_id) from nayose.schema_version where is_applied
		union all
		select format('%s %s %s %s', c.relkind, c.relname, a.attname, format_type(a.atttypid, a.atttypmod))
		from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
		where c.relnamespace = 'nayose'::regnamespace order by 1`)
	noError(t, err)
	var b strings.Builder
	b.WriteString(strings.Join(lines, "\n") + "\n")
	noError(t, dumpTables(t.Context(), &b, url))
	return importsAgain.ReplaceAllString(b.String(), "")
}

// importsAgain finds imports of what was imported before: the ledger counts each that was asked for, with nothing changed.
var importsAgain = regexp.MustCompile(`(?m)^\([2-9],companies,companies.csv,\w+,,,,(\d+),0,0,(\d+),.*\n`)
