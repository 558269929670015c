// Package pgtest gives tests real databases: each test its own, with nayose's schema in it, on the server that
// NAYOSE_TEST_DATABASE_URL names.
//
//	scripts/postgres run -- go test ./...
//
//	func TestLoad(t *testing.T) {
//		db, err := loader.Open(t.Context(), pgtest.New(t))
//
// A database is a copy of a template that is migrated once; it takes about 50 ms and is dropped when the test ends.
package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"nayose/loader"
)

// Variable names the server that tests may create databases on.
const Variable = "NAYOSE_TEST_DATABASE_URL"

const template = "nayose_template"

// New returns the URL of a fresh database with the newest schema. It skips the test where there is no server, and fails
// it where the environment variable CI says that there should be one.
func New(t testing.TB) string {
	t.Helper()
	prepare(t)
	return create(t, template)
}

// Empty is like New, without the schema.
func Empty(t testing.TB) string {
	t.Helper()
	return create(t, "template1")
}

// Server returns the value of Variable, or skips or fails the test as New does.
func Server(t testing.TB) string {
	t.Helper()
	server := os.Getenv(Variable)
	switch {
	case server == "" && os.Getenv("CI") != "":
		t.Fatalf("%s is not set: run the tests with scripts/postgres run --", Variable)
	case server == "":
		t.Skipf("%s is not set: run the tests with scripts/postgres run --", Variable)
	}
	return server
}

var created atomic.Int64

func create(t testing.TB, from string) string {
	t.Helper()
	server := Server(t)
	name := fmt.Sprintf("nayose_test_%d_%d", os.Getpid(), created.Add(1))
	// Shared, so that databases are copied side by side, but not while another process brings the template up to date.
	administer(t, server, "select pg_advisory_lock_shared(hashtext('nayose_template'))",
		fmt.Sprintf("create database %s template %s", name, from))
	t.Cleanup(func() { administer(t, server, fmt.Sprintf("drop database %s with (force)", name)) })
	return database(t, server, name)
}

var prepared sync.Once

// prepare makes the template, or brings one that another process made up to date, once a process.
func prepare(t testing.TB) {
	t.Helper()
	server := Server(t)
	prepared.Do(func() {
		conn := connect(t, server)
		defer func() { _ = conn.Close(context.Background()) }() // which ends the lock in any case
		run(t, conn, "select pg_advisory_lock(hashtext('nayose_template'))")
		var exists bool
		err := conn.QueryRow(t.Context(), "select exists (select from pg_database where datname = $1)", template).Scan(&exists)
		if err != nil {
			t.Fatal(err)
		}
		if !exists {
			run(t, conn, "create database "+template)
		}
		migrate(t, database(t, server, template))
	})
}

func migrate(t testing.TB, url string) {
	t.Helper()
	db, err := loader.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// administer runs statements in a session of its own.
func administer(t testing.TB, server string, statements ...string) {
	t.Helper()
	conn := connect(t, server)
	defer func() { _ = conn.Close(context.Background()) }()
	for _, s := range statements {
		run(t, conn, s)
	}
}

// connect and run take no context of the test, which has ended when its databases are dropped.

func connect(t testing.TB, server string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), server)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func run(t testing.TB, conn *pgx.Conn, statement string) {
	t.Helper()
	if _, err := conn.Exec(context.Background(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// database is the server's URL with another database in it.
func database(t testing.TB, server, name string) string {
	t.Helper()
	if !strings.Contains(server, "://") {
		return server + " dbname=" + name
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}
