package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/eval"
	"nayose/job/internal/store"
	"nayose/loader/pgtest"
)

// TestGolden runs the main job on the sample corpus and compares what it leaves, row by row: each stage's artefacts as
// text, the tables of Postgres, and the messages. `make golden` rewrites the files; the diff is what a change does.
func TestGolden(t *testing.T) {
	dir := t.TempDir()
	database := pgtest.Empty(t)
	run := func(args ...string) string {
		cmd := nayoseCommand(t, database, dir, args...)
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

	s, err := store.Open(t.Context(), dir, store.S3Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, partner := range partners {
		goldenArtefacts(t, s, firstWeek, partner)
	}
	for name, sql := range map[string]string{
		"postings.txt":     "select * from nayose.postings order by partner, posting_id",
		"review_queue.txt": "select * from nayose.review_queue order by partner, mention_id",
		"rejects.txt":      "select * from nayose.rejects order by partner, week, file, line",
		"deliveries.txt": `select partner, week, plan, state, records, rejected, duplicates, unique_postings, mentions, inserted, updated, unchanged,
			reactivated, expired, matched, review, unmatched from nayose.deliveries order by partner, week`,
	} {
		golden(t, "tables/"+name, strings.Join(mustQuery(t, database, sql), "\n")+"\n")
	}
	golden(t, "quality.txt", quality(t, s))
	golden(t, "messages.txt", messages)
}

// quality measures week 47's answers by how the employer is dressed, so that a change of the matcher shows as a diff: how
// they fall, each wrong match, and the figures of eval. The corpus is invented: what it measures is which dressings are
// understood, not how often they occur.
func quality(t *testing.T, s nayose.Store) string {
	t.Helper()
	var set eval.Set
	var b, wrong strings.Builder
	counts := map[string]int{}
	answers := answersOf(t, s, secondWeek)
	for _, row := range readCSV(t, "../testdata/corpus/truth.csv") {
		partner, week, posting, truth, dressing := row[0], row[1], row[2], row[3], row[4]
		if week != "2026-W47" {
			continue
		}
		a := answers[partner+"|"+posting]
		outcome := string(a.match.Outcome)
		if a.match.Outcome == nayose.Matched && a.match.CompanyID != truth {
			outcome = "matched wrongly"
			fmt.Fprintf(&wrong, "wrong: %s %s %s %q: %s, not %q\n", dressing, partner, posting, a.mention.CompanyName, a.match.CompanyID, truth)
		}
		counts[fmt.Sprintf("%-14s %s", dressing, outcome)]++
		set.Postings = append(set.Postings, eval.Posting{Mention: a.mention, Truth: truth, Stratum: dressing})
		set.Matches = append(set.Matches, a.match)
	}
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(&b, "%-32s %d\n", key, counts[key])
	}
	fmt.Fprintf(&b, "\n%s\n", wrong.String())
	if err := writeFigures(&b, eval.Score(set)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// answer is a posting's mention with its match.
type answer struct {
	mention nayose.Mention
	match   nayose.Match
}

// answersOf are the answers of a week by partner|posting_id.
func answersOf(t *testing.T, s nayose.Store, week nayose.Week) map[string]answer {
	t.Helper()
	answers := map[string]answer{}
	for _, partner := range partners {
		d := committed(t, s, week, partner)
		byMention := map[nayose.ID]answer{}
		for _, m := range rowsOf[nayose.Mention](t, s, &d.extract, mentionsFile) {
			byMention[m.ID] = answer{mention: m}
		}
		for _, m := range collect(t, (&job{store: s}).matches(t.Context(), d)) {
			byMention[m.MentionID] = answer{byMention[m.MentionID].mention, m}
		}
		for _, p := range rowsOf[nayose.Posting](t, s, &d.extract, postingsFile) {
			answers[partner+"|"+p.PostingID] = byMention[p.MentionID]
		}
	}
	return answers
}

// goldenArtefacts compares the artefacts of a delivery.
func goldenArtefacts(t *testing.T, s nayose.Store, week nayose.Week, partner string) {
	t.Helper()
	d := committed(t, s, week, partner)
	name := func(what string) string { return fmt.Sprintf("%s/%s.%s.txt", week, partner, what) }
	golden(t, name("postings"), rowsText[nayose.Posting](t, s, &d.extract, postingsFile))
	golden(t, name("mentions"), rowsText[nayose.Mention](t, s, &d.extract, mentionsFile))
	matches := collect(t, (&job{store: s}).matches(t.Context(), d))
	if !*update {
		sameOutcomes(t, name("matches"), matches)
	}
	golden(t, name("matches"), textOf(t, matches))
	place, err := surveyPlace(d)
	if err != nil {
		t.Fatal(err)
	}
	if d.survey, err = artifact.Committed(t.Context(), s, place); err != nil {
		t.Fatal(err)
	}
	golden(t, name("members"), rowsText[nayose.GroupMember](t, s, &d.survey, membersFile))
	golden(t, name("places"), rowsText[nayose.GroupPlace](t, s, &d.survey, placesFile))
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

// sameOutcomes says which outcomes are other than in a golden file of matches, before anybody looks at weights: how many of which kind,
// and the first mentions. A company that is first now and was not is another outcome, too.
func sameOutcomes(t *testing.T, name string, got []nayose.Match) {
	t.Helper()
	want := map[nayose.ID]nayose.Match{}
	for _, line := range goldenLines(t, name) {
		var m nayose.Match
		if err := json.Unmarshal([]byte(line), &m); line != "" && err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want[m.MentionID] = m
	}
	changes, examples := map[string]int{}, []string{}
	for i := range got {
		before, after := want[got[i].MentionID], got[i]
		if before.Outcome == after.Outcome && before.CompanyID == after.CompanyID {
			continue
		}
		changes[fmt.Sprintf("%s → %s", before.Outcome, after.Outcome)]++
		if len(examples) < 5 {
			examples = append(examples, fmt.Sprintf("%s: %s %s → %s %s", after.MentionID, before.Outcome, before.CompanyID, after.Outcome, after.CompanyID))
		}
	}
	if len(changes) > 0 {
		t.Errorf("%s has other outcomes: %v\n%s", name, changes, strings.Join(examples, "\n"))
	}
}

// committed is a delivery with the manifests of its stages.
func committed(t *testing.T, s nayose.Store, week nayose.Week, partner string) *delivery {
	t.Helper()
	d := &delivery{partner: partner, plan: artifact.Plan{Week: week, Partner: partner}}
	if err := (&job{store: s}).locate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	return d
}

// rowsText is a Parquet output as JSON, a line a row.
func rowsText[T any](t *testing.T, s nayose.Store, m *artifact.Manifest, name string) string {
	t.Helper()
	return textOf(t, rowsOf[T](t, s, m, name))
}

func textOf[T any](t *testing.T, rows []T) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, row := range rows {
		if err := enc.Encode(row); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// stable leaves times, and the seconds and the memory that steps took, out of log lines.
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
		delete(fields, "peak_memory")
		if metrics, ok := fields["_aws"].(map[string]any); ok {
			delete(metrics, "Timestamp")
		}
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
	if diff := cmp.Diff(goldenLines(t, name), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got); look, then `make golden`:\n%s", name, head(diff))
	}
}

func goldenLines(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../testdata/golden", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(text), "\n")
}

// mostOfDiff is how many lines of a difference a person reads: `make golden` and git have all of them.
const mostOfDiff = 60

func head(diff string) string {
	lines := strings.SplitAfter(diff, "\n")
	if len(lines) <= mostOfDiff {
		return diff
	}
	return fmt.Sprintf("%s… and %d lines more", strings.Join(lines[:mostOfDiff], ""), len(lines)-mostOfDiff)
}
