package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nayose/loader/pgtest"
)

// TestRealWeek runs a real week of two partners against the registry, where NAYOSE_DATA has them: every posting of the
// truth is loaded exactly once, and few that are matched are matched wrongly. The bound is far below what is measured
// (docs/benchmarks.md): it catches a broken matcher, not a worse one.
func TestRealWeek(t *testing.T) {
	data := os.Getenv("NAYOSE_DATA")
	if data == "" {
		t.Skip("NAYOSE_DATA is not set: no real feeds to run")
	}
	database := pgtest.New(t)
	cmd := nayoseCommand(t, database, t.TempDir(), "run", "--week", "2026-W47", "--config", "../testdata/weekly.yaml", "--input", data)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("run: %v\n%s", err, out)
	}
	loaded := mustQuery(t, database, "select partner, posting_id, coalesce(company_id, '') from nayose.postings")
	answers := map[string]string{}
	for _, line := range loaded {
		posting, company, _ := cutLast(line, "|")
		answers[posting] = company
	}
	truth := readTruth(t, filepath.Join(data, "feeds/truth-2026-W47.csv"))
	if len(answers) != len(loaded) || len(loaded) != len(truth) {
		t.Errorf("%d rows, %d different postings, want each of %d once", len(loaded), len(answers), len(truth))
	}
	matched, wrong := 0, 0
	for posting, want := range truth {
		got, ok := answers[posting]
		if !ok {
			t.Errorf("posting %s is lost", posting)
		}
		if got != "" {
			matched++
			if got != want {
				wrong++
			}
		}
	}
	t.Logf("%d of %d postings matched, %d of them wrongly", matched, len(truth), wrong)
	if matched < len(truth)/2 || wrong > matched/20 {
		t.Errorf("%d of %d postings matched, %d of them wrongly: the matcher is broken", matched, len(truth), wrong)
	}
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// readTruth is the right company of each posting, by partner|posting_id.
func readTruth(t *testing.T, name string) map[string]string {
	t.Helper()
	truth := map[string]string{}
	for _, row := range readCSV(t, name) {
		truth[row[0]+"|"+row[1]] = row[2]
	}
	return truth
}

// readCSV is a CSV without its header.
func readCSV(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}
