package loader_test

import (
	"context"
	"database/sql"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver that goose takes
	"github.com/pressly/goose/v3"

	"nayose/loader"
	"nayose/loader/pgtest"
)

// A database that version 1 loaded two weeks into is brought up to date: its catalog is that of a fresh one, the partner's words
// are where they belong now, and the next week loads.
func TestUpgrade(t *testing.T) {
	db, conn := atVersion(t, 1)
	execute(t, conn, text(t, "testdata/version1.sql"))
	execute(t, conn, `create view public.jobs as select * from nayose.active_postings`) // a team's own, which nothing may break
	if from, _, err := db.Migrate(t.Context()); from != 1 || err != nil {
		t.Fatalf("Migrate() from version %d: %v", from, err)
	}

	_, _, other := fresh(t)
	if diff := cmp.Diff(catalog(t, other), catalog(t, conn)); diff != "" {
		t.Errorf("catalog (-fresh +upgraded):\n%s", diff)
	}
	const words = `select posting_id, occupation, occupation_text, last_seen, expired_at from nayose.postings order by posting_id`
	if got, want := query(t, conn, words), "a||cookさん|2026-11-16|\nb||nurseさん|2026-11-09|2026-11-16\n"; got != want {
		t.Errorf("after the migration, postings are %q, want %q", got, want)
	}
	if got, want := query(t, conn, `select week, deletions, files, approved_by, held_for from nayose.deliveries order by week`),
		"2026-W46|0|||\n2026-W47|0|||\n"; got != want {
		t.Errorf("after the migration, the ledger is %q, want %q", got, want)
	}

	again := feed{week: "2026-W47", digest: "digest of W47", postings: []string{"a cook toda"}}
	if r := again.load(t, db); r.State != loader.Already || r.Expired != 1 {
		t.Errorf("what version 1 loaded, again: result is %+v", r)
	}
	f := feed{week: "2026-W48", delta: true, postings: []string{"b nurse toda", "c clerk toda"}, deletions: []string{"a"}}
	want := loader.Result{
		State: loader.Loaded, Inserted: 1, Updated: 1, Reactivated: 1, Expired: 1, Matched: 2, ActiveBefore: 1, ActiveAfter: 2,
	}
	if diff := cmp.Diff(want, f.load(t, db)); diff != "" {
		t.Errorf("the next week: result (-want +got):\n%s", diff)
	}
	if got, want := query(t, conn, words), "a||cookさん|2026-11-16|2026-11-23\n"+
		"b|service|nurseさん|2026-11-23|\nc|service|clerkさん|2026-11-23|\n"; got != want {
		t.Errorf("after the next week, postings are %q, want %q", got, want)
	}
}

// atVersion is a new database with the schema of an older nayose.
func atVersion(t *testing.T, version int64) (*loader.DB, *pgx.Conn) {
	t.Helper()
	url := pgtest.Empty(t)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	migrateTo(t, url, version)
	return open(t, url), conn
}

// migrateTo makes the schema of an older nayose in an empty database.
func migrateTo(t *testing.T, url string, version int64) {
	t.Helper()
	conns, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conns.Close() }()
	if _, err := conns.ExecContext(t.Context(), `create schema nayose`); err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, conns, os.DirFS("migrations"),
		goose.WithTableName("nayose.schema_version"), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
}

// catalog is what the schema is made of: columns, defaults, constraints, indexes, views and the comments on them.
func catalog(t *testing.T, conn *pgx.Conn) string {
	t.Helper()
	return query(t, conn, `
		with tables as (
			select oid, relname, relkind, reloptions from pg_class
			where relnamespace = 'nayose'::regnamespace and relkind in ('r', 'v', 'i', 'S')
		)
		select 'relation', relname, concat_ws('|', relkind, reloptions, obj_description(oid)) from tables
		union all
		select 'column', concat_ws('.', relname, attnum), concat_ws('|', attname, format_type(atttypid, atttypmod), attnotnull,
			attidentity, pg_get_expr(adbin, adrelid), col_description(attrelid, attnum))
		from tables join pg_attribute on attrelid = tables.oid and attnum > 0 left join pg_attrdef on adrelid = attrelid and adnum = attnum
		union all
		select 'constraint', concat_ws('.', conrelid::regclass, conname), pg_get_constraintdef(oid)
		from pg_constraint where connamespace = 'nayose'::regnamespace
		union all
		select 'index', relname, pg_get_indexdef(oid) from tables where relkind = 'i'
		union all
		select 'view', relname, pg_get_viewdef(oid) from tables where relkind = 'v'
		union all
		select 'function', proname, pg_get_functiondef(oid) from pg_proc where pronamespace = 'nayose'::regnamespace
		order by 1, 2`)
}
