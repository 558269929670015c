package loader_test

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/loader"
	"nayose/loader/pgtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMigrate(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	db := open(t, url)
	wantFault(t, db.CheckSchema(t.Context()), nayose.Usage, "no schema nayose, this nayose needs version")

	var group sync.WaitGroup
	for _, db := range []*loader.DB{db, open(t, url)} {
		group.Go(func() {
			if from, to, err := db.Migrate(t.Context()); from > to || to == 0 || err != nil {
				t.Errorf("Migrate() = %d, %d, %v", from, to, err)
			}
		})
	}
	group.Wait()
	if err := db.CheckSchema(t.Context()); err != nil {
		t.Error(err)
	}
	from, to, err := db.Migrate(t.Context())
	if from != to || from == 0 || err != nil {
		t.Errorf("Migrate() again = %d, %d, %v, want no change", from, to, err)
	}
}

// TestConnectNamesTheAddressOnce provokes what an operator reads first when Postgres is down.
func TestConnectNamesTheAddressOnce(t *testing.T) {
	t.Parallel()
	const url = "postgres://u@127.0.0.1:1/x?sslmode=disable"
	db, err := loader.Access{URL: url}.Open(t.Context())
	if err == nil {
		defer db.Close()
		err = db.CheckSchema(t.Context())
	}
	wantFault(t, err, nayose.Database, "connection refused")
	if n := strings.Count(err.Error(), "127.0.0.1:1"); n != 1 {
		t.Errorf("the address is %d times in %q", n, err)
	}
}

func TestCheckSchema(t *testing.T) {
	db, _, conn := fresh(t)
	execute(t, conn, `insert into nayose.schema_version (version_id, is_applied) values (99999, true)`)
	wantFault(t, db.CheckSchema(t.Context()), nayose.Usage, "version 99999")
	_, _, err := db.Migrate(t.Context())
	wantFault(t, err, nayose.Usage, "version 99999")

	execute(t, conn, `delete from nayose.schema_version where version_id > 0`)
	wantFault(t, db.CheckSchema(t.Context()), nayose.Usage, "needs version")

	execute(t, conn, `drop schema nayose cascade`)
	d, in := feed{week: "2026-W47", postings: []string{"a cook toda"}}.build(t)
	_, err = db.Load(t.Context(), d, in)
	wantFault(t, err, nayose.Usage, "does not exist")
}

// The views' columns are an interface: the golden file changes only when it is meant to. Each must be explained.
func TestSchema(t *testing.T) {
	_, _, conn := fresh(t)
	got := query(t, conn, `
		select c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod)
		from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
		where c.relnamespace = 'nayose'::regnamespace and c.relkind in ('r', 'v') and c.relname <> 'schema_version'
		order by c.relkind desc, c.relname, a.attnum`)
	const golden = "testdata/schema.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
	if bare := query(t, conn, `
		select c.relname, a.attname
		from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
		where c.relnamespace = 'nayose'::regnamespace and c.relkind = 'v'
			and (obj_description(c.oid) is null or col_description(c.oid, a.attnum) is null)`); bare != "" {
		t.Errorf("not explained by a comment:\n%s", bare)
	}
}

func TestOpenFaults(t *testing.T) {
	server := pgtest.Server(t)
	with := func(from, to string) string {
		changed := strings.Replace(server, from, to, 1)
		if changed == server {
			t.Skipf("%s has no %q to replace", pgtest.Variable, from)
		}
		return changed
	}
	closed := closedPort(t)
	for _, test := range []struct {
		name, url string
		kind      nayose.Kind
	}{
		{"nothing", "", nayose.Usage},
		{"not a URL", "just words", nayose.Usage},
		{"another scheme", "mysql://u:s3cret@host/db?a=b", nayose.Usage},
		{"a bad escape in the password", "postgres://u:s3cret%zz@host/db", nayose.Usage},
		{"a slash in the password", "postgres://u:12/s3cret@host/db", nayose.Usage},
		{"a question mark in the password", "postgres://u:12?s3cret@nowhere.invalid/db", nayose.Database},
		{"an @ in the password", "postgres://u:p@s3cret@host/db", nayose.Usage},
		{"a bad port", "postgres://u:s3cret@host:port/db", nayose.Usage},
		{"a bad setting", "host=h password=s3cret sslmode=perhaps", nayose.Usage},
		{"refused", "postgres://u:s3cret@" + closed + "/db", nayose.Database},
		{"no such host", "postgres://u:s3cret@nowhere.invalid/db", nayose.Database},
		{"no such socket", "host=/nowhere dbname=db password=s3cret", nayose.Database},
		{"no such database", with("/nayose?", "/no_such_database?"), nayose.Usage},
		{"no such role", with("postgres@", "no_such_role:s3cret@"), nayose.Access},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := loader.Open(t.Context(), test.url)
			wantFault(t, err, test.kind, "")
			if text := fmt.Sprint(err); strings.Contains(text, "s3cret") {
				t.Errorf("the error tells the password: %s", text)
			} else if strings.Contains(text, "\n") {
				t.Errorf("the error is longer than a line: %s", text)
			}
		})
	}
}

// closedPort is an address where nothing listens.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return listener.Addr().String()
}

func TestAccess(t *testing.T) {
	_, url, conn := fresh(t)
	role := fmt.Sprintf("nayose_nobody_%d", os.Getpid())
	execute(t, conn, `create role `+role+` login`)
	defer execute(t, conn, `drop role `+role)
	db := open(t, strings.Replace(url, "postgres@", role+"@", 1))
	wantFault(t, db.CheckSchema(t.Context()), nayose.Access, "permission denied")
	d, in := feed{week: "2026-W47", postings: []string{"a cook toda"}}.build(t)
	_, err := db.Load(t.Context(), d, in)
	wantFault(t, err, nayose.Access, "permission denied")
	db.Close()
}

// A role with the rights that CheckRights asks for, and no others, can load.
func TestRightsThatSuffice(t *testing.T) {
	_, url, conn := fresh(t)
	role := fmt.Sprintf("nayose_loader_%d", os.Getpid())
	execute(t, conn, `create role `+role+` login`)
	defer execute(t, conn, `drop owned by `+role+`; drop role `+role)
	execute(t, conn, `grant usage on schema nayose to `+role)
	execute(t, conn, `grant select on all tables in schema nayose to `+role)
	db := open(t, strings.Replace(url, "postgres@", role+"@", 1))
	wantFault(t, db.CheckRights(t.Context(), loader.ToLoad), nayose.Access, "delivery_id_seq")
	wantFault(t, db.CheckRights(t.Context(), loader.ToImport), nayose.Access, "import_import_id_seq (usage), import_reject (insert)")
	execute(t, conn, `grant insert, update on all tables in schema nayose to `+role)
	execute(t, conn, `grant usage on all sequences in schema nayose to `+role)
	if err := db.CheckRights(t.Context(), loader.ToLoad); err != nil {
		t.Errorf("CheckRights: %v", err)
	}
	if r := (feed{week: "2026-W47", postings: []string{"a cook toda"}}).load(t, db); r.State != loader.Loaded {
		t.Errorf("the load is %s, want loaded", r.State)
	}
	wantFault(t, db.CheckRights(t.Context(), loader.ToImport), nayose.Access,
		"to import: alias (delete), company_history (delete), former_address (delete), workplace (delete)")
	db.Close()
}

// A role with the rights that CheckRights asks for an import, and no others, can import whatever there is.
func TestRightsThatSufficeToImport(t *testing.T) {
	_, url, conn := fresh(t)
	role := fmt.Sprintf("nayose_importer_%d", os.Getpid())
	execute(t, conn, `create role `+role+` login`)
	defer execute(t, conn, `drop owned by `+role+`; drop role `+role)
	execute(t, conn, `grant usage on schema nayose to `+role)
	db := open(t, strings.Replace(url, "postgres@", role+"@", 1))
	err := db.CheckRights(t.Context(), loader.ToImport)
	wantFault(t, err, nayose.Access, "company (insert)")
	_, missing, _ := strings.Cut(errors.Unwrap(err).Error(), "to import: ")
	for right := range strings.SplitSeq(missing, ", ") {
		name, privilege, _ := strings.Cut(strings.TrimSuffix(right, ")"), " (")
		if privilege == "usage" {
			name = "sequence nayose." + name
		} else {
			name = "nayose." + name
		}
		execute(t, conn, fmt.Sprintf("grant %s on %s to %s", privilege, name, role))
	}
	if err := db.CheckRights(t.Context(), loader.ToImport); err != nil {
		t.Errorf("CheckRights: %v", err)
	}
	importRegistry(t, db, "0803", "1 01 0803 0801 ＿田 港区", "2 01 0803 0801 阿部 港区")
	importRegistry(t, db, "0804", "1 11 0804 0802 戸田 港区", "2 01 0804 0801 阿部 北区", "3 99 0804 0803 - 北区")
	file := loader.ImportFile{Name: "file.csv", Bad: &nayose.BadRows{Count: 1, First: []nayose.BadRow{{Line: 1}}}}
	companies := []nayose.Company{{ID: "1", Name: "戸田", Aliases: "トダ", FormerAddresses: "南区"}, {ID: "4", Name: "馬場"}}
	_, err = db.ImportCompanies(t.Context(), allColumns, file, all(companies))
	file.Bad = nil
	_, err2 := db.ImportAliases(t.Context(), file, all([]nayose.Alias{{CompanyID: "1", Name: "トダ屋"}}))
	_, err3 := db.ImportWorkplaces(t.Context(), file, all([]nayose.Workplace{{CompanyID: "1", Name: "港店"}}))
	_, err4 := db.ProveWorkplaces(t.Context())
	if err := errors.Join(err, err2, err3, err4); err != nil {
		t.Error(err)
	}
	db.Close()
}
