package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/store"
	"nayose/loader/pgtest"
)

// TestGolden runs the main job on the sample corpus and compares what it leaves, row by row: each stage's artefacts as
// text, the tables of Postgres, and the messages. `make golden` rewrites the files; the diff is what a change does.
func TestGolden(t *testing.T) {
	dir := t.TempDir()
	database := pgtest.Empty(t)
	env := append(os.Environ(), "DATABASE_URL="+database, "NAYOSE_CONFIG=../testdata/nayose.yaml",
		"NAYOSE_STORE="+dir, "NAYOSE_INPUT=../testdata/corpus", "NAYOSE_LOG=json")
	run := func(args ...string) string {
		cmd := exec.Command("nayose", args...)
		cmd.Env = env
		var messages bytes.Buffer
		cmd.Stderr = &messages
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("nayose %s: %v\n%s", strings.Join(args, " "), err, messages.String())
		}
		return string(out) + stable(messages.String())
	}
	run("migrate")
	run("master", "import")
	messages := run("run", "--week", "2026-W46") + run("run", "--week", "2026-W47")
	golden(t, "messages.txt", messages)

	s, err := store.Open(t.Context(), dir, store.S3Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, partner := range []string{"hataraku-net", "kaigo-navi"} {
		goldenArtefacts(t, s, nayose.Week{Year: 2026, Week: 46}, partner)
	}
	for name, sql := range map[string]string{
		"postings.txt":     "select * from nayose.postings order by partner, posting_id",
		"review_queue.txt": "select * from nayose.review_queue order by partner, mention_id",
		"rejects.txt":      "select * from nayose.rejects order by partner, week, file, line",
		"deliveries.txt": `select partner, week, plan, state, records, rejected, duplicates, unique_postings, mentions, inserted, updated, unchanged,
			reactivated, expired, matched, review, unmatched from nayose.deliveries order by partner, week`,
	} {
		lines, err := query(database, sql)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		golden(t, "tables/"+name, strings.Join(lines, "\n")+"\n")
	}
	golden(t, "quality.txt", quality(t, database))
}

// quality counts week 47's answers by how the employer is dressed and whether they are right, so that a change of the
// matcher shows as a diff. The corpus is invented: what it measures is which dressings are understood, not how often
// they occur.
func quality(t *testing.T, database string) string {
	t.Helper()
	lines, err := query(database, "select partner, posting_id, outcome, coalesce(company_id, '') from nayose.postings")
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]string{}
	for _, line := range lines {
		cells := strings.Split(line, "|")
		answers[cells[0]+"|"+cells[1]] = cells[2] + "|" + cells[3]
	}
	counts := map[string]int{}
	for _, row := range readCSV(t, "../testdata/corpus/truth.csv") {
		partner, week, posting, truth, dressing := row[0], row[1], row[2], row[3], row[4]
		if week != "2026-W47" {
			continue
		}
		outcome, company, _ := strings.Cut(answers[partner+"|"+posting], "|")
		if outcome == string(nayose.Matched) && company != truth {
			outcome = "matched wrongly"
		}
		counts[fmt.Sprintf("%-14s %s", dressing, outcome)]++
	}
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(&b, "%-32s %d\n", key, counts[key])
	}
	return b.String()
}

// goldenArtefacts compares the artefacts of a delivery.
func goldenArtefacts(t *testing.T, s nayose.Store, week nayose.Week, partner string) {
	t.Helper()
	j := &job{store: s}
	d := &delivery{partner: partner, plan: artifact.Plan{Week: week, Partner: partner}}
	if err := j.locate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	name := func(what string) string { return fmt.Sprintf("%s/%s.%s.txt", week, partner, what) }
	golden(t, name("postings"), rowsText[nayose.Posting](t, s, &d.extract, postingsFile))
	golden(t, name("mentions"), rowsText[nayose.Mention](t, s, &d.extract, mentionsFile))
	golden(t, name("matches"), rowsText[nayose.Match](t, s, &d.match, matchesFile))
	rejects, err := d.extract.Fetch(t.Context(), s, rejectsFile)
	if err != nil {
		t.Fatal(err)
	}
	defer rejects.Close()
	b, err := io.ReadAll(rejects)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, name("rejects"), string(b))
}

// rowsText is a Parquet output as JSON, a line a row.
func rowsText[T any](t *testing.T, s nayose.Store, m *artifact.Manifest, name string) string {
	t.Helper()
	l, err := m.Fetch(context.Background(), s, name)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for row, err := range artifact.Rows[T](l) {
		if err != nil {
			t.Fatal(err)
		}
		if err := enc.Encode(row); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// stable leaves times and the seconds that steps took out of log lines.
func stable(logs string) string {
	var b strings.Builder
	for line := range strings.Lines(logs) {
		var fields map[string]any
		if json.Unmarshal([]byte(line), &fields) != nil {
			b.WriteString(line)
			continue
		}
		delete(fields, "time")
		delete(fields, "seconds")
		out, _ := json.Marshal(fields)
		b.Write(append(out, '\n'))
	}
	return b.String()
}

// golden compares a text with the file testdata/golden/name, or rewrites it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("../testdata/golden", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got); look, then `make golden`:\n%s", name, diff)
	}
}
