package loader_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"nayose"
	"nayose/loader"
	"nayose/loader/pgtest"
)

func open(t testing.TB, url string) *loader.DB {
	t.Helper()
	db, err := loader.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

// fresh is a new database with the schema, its URL, and a session of the test's own in it.
func fresh(t testing.TB) (*loader.DB, string, *pgx.Conn) {
	t.Helper()
	url := pgtest.New(t)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return open(t, url), url, conn
}

// feed is a delivery as a test writes it: a posting is "id title employer". An employer whose name begins with ? is for
// review, with - not in the master, else it is matched with the company of its name.
type feed struct {
	partner, week string
	plan          int
	digest        string
	postings      []string
	rejects       []string // lineage seeds; those that begin with = are duplicates
	generation    int

	delta     bool
	deletions []string // posting ids
	files     string
	approval  int                 // its number; 0 for none
	answer    func(*nayose.Match) // what becomes of each match; nil for nothing
}

func (f feed) load(t testing.TB, db *loader.DB) loader.Result {
	t.Helper()
	d, in := f.build(t)
	r, err := db.Load(t.Context(), d, in)
	if err != nil {
		t.Fatalf("Load(%s plan %d): %v", f.week, d.Plan, err)
	}
	return r
}

// build makes what Load takes.
func (f feed) build(t testing.TB) (loader.Delivery, loader.Input) {
	t.Helper()
	week, err := nayose.ParseWeek(f.week)
	if err != nil {
		t.Fatal(err)
	}
	f.partner, f.plan, f.generation = or(f.partner, "hello"), or(f.plan, 1), or(f.generation, 1)
	f.digest = or(f.digest, fmt.Sprint(f.week, f.plan, f.postings))
	d := loader.Delivery{
		Partner: f.partner, Week: week, Plan: f.plan, Digest: f.digest, Generation: f.generation,
		Model: "model-1", Master: "master-1", CodeVersion: "test", Files: f.files,
	}
	d.Snapshot = !f.delta
	if f.approval > 0 {
		d.Approval = &nayose.Approval{
			Week: week, Partner: f.partner, Delivery: "delivery of " + f.files, Number: f.approval, By: "toda", Why: "月末の一斉終了",
			At: time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC),
		}
	}
	var postings []nayose.Posting
	var mentions []nayose.Mention
	var matches []nayose.Match
	for _, line := range f.postings {
		var key, title, employer string
		if _, err := fmt.Sscan(line, &key, &title, &employer); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		m := nayose.Mention{Partner: f.partner, CompanyName: employer, Address: "東京都港区", Phone: "03-0000-0000"}
		m.ID = m.Key()
		p := nayose.Posting{
			Lineage: nayose.NewID(f.partner, f.digest, key), Partner: f.partner, PostingID: key, MentionID: m.ID,
			Content: nayose.NewID(title, title+"さん", employer), Title: title, Prefecture: "東京都", City: "港区", SalaryUnit: "hour",
			Occupation: "service", OccupationText: title + "さん", SalaryMin: 1200, PostedOn: week.Monday(), Extra: `{"備考": "なし"}`,
		}
		d.Extract.Unique++
		d.Extract.UniqueSum.Add(p.Lineage)
		postings = append(postings, p)
		if !slices.ContainsFunc(mentions, func(known nayose.Mention) bool { return known.ID == m.ID }) {
			mentions = append(mentions, m)
			matches = append(matches, match(m))
			if f.answer != nil {
				f.answer(&matches[len(matches)-1])
			}
		}
	}
	rejects := f.buildRejects(&d.Extract)
	in := loader.Input{Postings: all(postings), Mentions: all(mentions), Matches: all(matches), Rejects: all(rejects)}
	if f.delta {
		in.Deletions = all(f.buildDeletions(&d.Extract))
	}
	e := &d.Extract
	e.Mentions = int64(len(mentions))
	e.Records = e.Unique + e.Rejected + e.Duplicates + e.Deletions
	e.RecordsSum = e.UniqueSum + e.RejectedSum + e.DuplicatesSum + e.DeletionsSum
	return d, in
}

func (f feed) buildDeletions(e *nayose.ExtractCounts) (deletions []nayose.Deletion) {
	for _, key := range f.deletions {
		d := nayose.Deletion{Lineage: nayose.NewID(f.partner, f.digest, "deleted", key), Partner: f.partner, PostingID: key}
		e.Deletions++
		e.DeletionsSum.Add(d.Lineage)
		deletions = append(deletions, d)
	}
	return deletions
}

func (f feed) buildRejects(e *nayose.ExtractCounts) (rejects []nayose.Reject) {
	for i, seed := range f.rejects {
		r := nayose.Reject{
			Lineage: nayose.NewID(f.partner, f.digest, seed), Kind: nayose.RejectBad, File: "in/hello.csv", Line: int64(i + 2),
			Offset: 100, Column: "title", Code: "missing", Reason: "empty", Raw: seed,
		}
		if strings.HasPrefix(seed, "=") {
			r.Kind, r.Code = nayose.RejectDuplicate, ""
			e.Duplicates++
			e.DuplicatesSum.Add(r.Lineage)
		} else {
			e.Rejected++
			e.RejectedSum.Add(r.Lineage)
		}
		rejects = append(rejects, r)
	}
	return rejects
}

func match(m nayose.Mention) nayose.Match {
	candidate := nayose.Candidate{
		CompanyID: "co-" + m.CompanyName, Probability: 0.99,
		Evidence: []nayose.Evidence{{Comparison: "name", Level: "equal", Bits: 12.5}},
	}
	answer := nayose.Match{
		MentionID: m.ID, Outcome: nayose.Matched, CompanyID: candidate.CompanyID, Probability: 0.99, NoneBits: 3,
		Candidates: []nayose.Candidate{candidate},
	}
	switch m.CompanyName[0] {
	case '?':
		answer.Outcome, answer.Probability = nayose.Review, 0.6
	case '-':
		answer = nayose.Match{MentionID: m.ID, Outcome: nayose.Unmatched, Note: "no company of that name"}
	}
	return answer
}

func or[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// all is a slice as an input.
func all[T any](items []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}

var tables = []string{
	"posting", "posting_state", "mention", "match", "reject", "delivery", "generation", "live", "company",
	"company_history", "workplace", "alias", "former_address", "master_state",
	"erasure", "erased_posting",
}

// dump is every row of every table with where it lies and which transaction wrote it: equal dumps mean that nothing
// was written.
func dump(t testing.TB, conn *pgx.Conn) string {
	t.Helper()
	return dumpColumns(t, conn, "ctid, xmin, *")
}

// dumpLocks is dump that also sees transactions which locked a row, or wrote and rolled back: equal ones mean that
// nothing was tried.
func dumpLocks(t testing.TB, conn *pgx.Conn) string {
	t.Helper()
	return dumpColumns(t, conn, "ctid, xmin, xmax, *")
}

func dumpColumns(t testing.TB, conn *pgx.Conn, columns string) string {
	t.Helper()
	var b strings.Builder
	for _, table := range tables {
		fmt.Fprintln(&b, table)
		lines(t, &b, conn, "select "+columns+" from nayose."+table+" order by ctid")
	}
	return b.String()
}

// query is the rows that a query returns, as text, a line each.
func query(t testing.TB, conn *pgx.Conn, sql string, args ...any) string {
	t.Helper()
	var b strings.Builder
	lines(t, &b, conn, sql, args...)
	return b.String()
}

func lines(t testing.TB, b *strings.Builder, conn *pgx.Conn, sql string, args ...any) {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql, append([]any{pgx.QueryResultFormats{pgx.TextFormatCode}}, args...)...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	defer rows.Close()
	for rows.Next() {
		for i, value := range rows.RawValues() {
			if i > 0 {
				b.WriteByte('|')
			}
			b.Write(value)
		}
		b.WriteByte('\n')
	}
	if rows.Err() != nil {
		t.Fatalf("%s: %v", sql, rows.Err())
	}
}

func execute(t testing.TB, conn *pgx.Conn, sql string, args ...any) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// wantFault fails the test unless err is a fault of that kind whose text contains words.
func wantFault(t testing.TB, err error, kind nayose.Kind, words string) {
	t.Helper()
	var fault *nayose.Error
	if !errors.As(err, &fault) || fault.Kind != kind || !strings.Contains(err.Error(), words) {
		t.Errorf("error is %v (%#v), want kind %d and %q", err, fault, kind, words)
	}
	if fault != nil && fault.Hint == "" {
		t.Errorf("%v has no hint", err)
	}
}
