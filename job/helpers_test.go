package main

import (
	"context"
	"errors"
	"io"
	"iter"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/terminal"
	"nayose/loader/pgtest"
)

// What the tests of the command share: the sample corpus, the real binary, a job in this process, a database's rows.

// The weeks and the partners of the sample corpus.
var (
	firstWeek  = nayose.Week{Year: 2026, Week: 46}
	secondWeek = nayose.Week{Year: 2026, Week: 47}
	partners   = []string{"hataraku-net", "kaigo-navi"}
)

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// nayoseCommand is the real binary on the sample corpus.
func nayoseCommand(t *testing.T, database, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), "nayose", args...)
	cmd.Env = append(os.Environ(), "DATABASE_URL="+database, "NAYOSE_CONFIG=../testdata/nayose.yaml",
		"NAYOSE_STORE="+dir, "NAYOSE_INPUT=../testdata/corpus", "NAYOSE_LOG=json", "TMPDIR="+t.TempDir())
	return cmd
}

func exitCode(err error) int {
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		return ended.ExitCode()
	}
	return 0
}

// jobOf is a job in this process that logs nothing.
func jobOf(t *testing.T, cfg *config) *job {
	t.Helper()
	j, err := newJob(t.Context(), cfg, io.Discard, &terminal.Log{Logger: slog.New(slog.DiscardHandler)})
	noError(t, err)
	t.Cleanup(j.close)
	return j
}

// newTestJob works in a store with the sample corpus' companies.
func newTestJob(t *testing.T, store string) *job {
	t.Helper()
	return jobOf(t, &config{Store: store, Input: "../testdata/corpus", Master: masterConfig{Source: Source{File: "companies.csv"}}})
}

// rowsOf is a Parquet output.
func rowsOf[T any](t *testing.T, s nayose.Store, m *artifact.Manifest, name string) []T {
	t.Helper()
	return collect(t, artifact.RowsOf[T](t.Context(), s, m, name))
}

func collect[T any](t *testing.T, all iter.Seq2[T, error]) (rows []T) {
	t.Helper()
	for row, err := range all {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

func seqOf[T any](values []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range values {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// query returns the rows of a query as text, columns parted by |.
func query(url, sql string) ([]string, error) {
	ctx := context.Background() // a test's own context has ended when its clean-up asks
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, sql, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
		cells := make([]string, len(row.RawValues()))
		for i, v := range row.RawValues() {
			cells[i] = string(v)
		}
		return strings.Join(cells, "|"), nil
	})
}

func mustQuery(t *testing.T, database, sql string) []string {
	t.Helper()
	lines, err := query(database, sql)
	noError(t, err)
	return lines
}

// rowsOfQuery are the rows of a query that parts its cells by tabs.
func rowsOfQuery(t *testing.T, database, sql string) (rows [][]string) {
	t.Helper()
	for _, line := range mustQuery(t, database, sql) {
		rows = append(rows, strings.Split(line, "\t"))
	}
	return rows
}

// execute runs statements one after the other in a session, also when the test's own context has ended.
func execute(t *testing.T, database string, statements ...string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, database)
	noError(t, err)
	defer func() { _ = conn.Close(ctx) }()
	for _, sql := range statements {
		if _, err := conn.Exec(ctx, sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

// administer runs a statement on the tests' server.
func administer(t *testing.T, statement string) {
	t.Helper()
	execute(t, pgtest.Server(t), statement)
}

// write writes a file below a directory.
func write(t *testing.T, dir, name, text string) {
	t.Helper()
	name = filepath.Join(dir, name)
	noError(t, errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o600)))
}
