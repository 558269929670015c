package loader_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/loader"
)

// A damaged file and a lock that is taken leave nothing behind.
func TestImportRegistryFaults(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	importRegistry(t, db, "0803", "1 01 0803 0801 戸田 港区")
	before, ledger := dump(t, conn), query(t, conn, `select * from nayose.imports`)
	broken := errors.New("line 7 is damaged")
	f := loader.RegistryFile{ImportFile: loader.ImportFile{Name: "diff.csv", SHA256: "x"}, Day: day(t, "0804")}
	rows := registrations(t, "1 12 0804 0802 戸田 北区", "2 01 0804 0801 阿部 港区")
	_, err := db.ImportRegistry(t.Context(), f, failing(all(rows), broken, new(int)))
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "diff.csv") {
		t.Errorf("error is %v, want %v", err, broken)
	}
	execute(t, conn, `select pg_advisory_lock(hashtextextended('nayose:import', 0))`)
	db.LockWait = 0
	_, err = db.ImportRegistry(t.Context(), f, all(rows))
	wantFault(t, err, nayose.Busy, `"import"`)
	execute(t, conn, `select pg_advisory_unlock_all()`)
	if diff := cmp.Diff(before+ledger, dump(t, conn)+query(t, conn, `select * from nayose.imports`)); diff != "" {
		t.Errorf("something was written (-before +after):\n%s", diff)
	}
	if r, err := db.ImportRegistry(t.Context(), f, all(rows)); err != nil || r.Updated != 1 || r.Inserted != 1 {
		t.Errorf("after the faults, ImportRegistry() = %+v, %v", r, err)
	}
}

// A change file costs what it holds, whatever the master holds: no statement reads all of the companies, their history or their names.
func TestImportRegistryPlans(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	execute(t, conn, `insert into nayose.company (company_id, name, registry_on) select n, 'n' || n, '2026-08-01' from generate_series(1, 20000) n`)
	execute(t, conn, `insert into nayose.company_history (company_id, updated_on, seq) select n, '2026-07-01', 0 from generate_series(1, 20000) n`)
	execute(t, conn, `insert into nayose.alias (company_id, name, kind, source) select n, 'n', 'other', '' from generate_series(1, 20000) n`)
	execute(t, conn, `insert into nayose.former_address (company_id, address, source) select n, 'n', '' from generate_series(1, 20000) n`)
	execute(t, conn, `vacuum analyze`)
	for _, view := range []string{"companies", "company_names", "company_addresses", "workplaces"} {
		plan := query(t, conn, `explain select * from nayose.`+view+` where company_id = '5'`)
		if strings.Contains(plan, "Seq Scan on company") || strings.Contains(plan, "Seq Scan on alias") {
			t.Errorf("a company's rows of %s are found by scanning a table:\n%s", view, plan)
		}
	}
	const scans = `select string_agg(relname || ' ' || seq_tup_read, ', ' order by relname), sum(n_tup_ins) from pg_stat_user_tables
		where schemaname = 'nayose' and relname in ('company', 'company_history', 'alias', 'former_address')`
	before := query(t, conn, scans)
	importRegistry(t, db, "0803", "1 12 0803 0801 ＿田 港区", "5 01 0803 0801 戸田 港区~", "5 11 0803 0802 阿部 港区", "0 01 0803 0801 馬場 港区")
	db.Close() // which sends its statistics, by and by
	after := before
	for after == before {
		time.Sleep(10 * time.Millisecond)
		after = query(t, conn, scans)
	}
	before, _, _ = strings.Cut(before, "|")
	after, _, _ = strings.Cut(after, "|")
	if after != before {
		t.Errorf("rows read by scanning tables: %s before, %s after", before, after)
	}
}
