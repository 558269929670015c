package loader_test

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"nayose"
	"nayose/loader"
)

// readAll is what a reader says of each of its partners: the answers by employer, each with how many postings it is about.
func readAll(t *testing.T, r *loader.LiveReader) string {
	t.Helper()
	var lines []string
	partners, err := r.Partners(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, partner := range partners {
		names, postings := map[nayose.ID]string{}, map[nayose.ID]int{}
		for _, m := range listed(t, r.Mentions(t.Context(), partner), func(m loader.StoredMention) nayose.ID { return m.ID }) {
			names[m.ID] = m.CompanyName
		}
		books := loader.LiveBooks{}
		for _, p := range listed(t, r.Postings(t.Context(), partner), func(p nayose.PostingMention) nayose.ID { return p.MentionID }) {
			postings[p.MentionID]++
			books.Postings++
			books.Sum.Add(p.Lineage)
		}
		for _, m := range listed(t, r.Answers(t.Context(), partner), func(m nayose.Answer) nayose.ID { return m.MentionID }) {
			lines = append(lines, fmt.Sprintf("%s %s %s %q %v %d\n", partner, names[m.MentionID], m.Outcome, m.CompanyID, m.Candidates, postings[m.MentionID]))
		}
		if got, err := r.Books(t.Context(), partner); err != nil || got != books {
			t.Errorf("Books(%s) = %+v, %v, want %+v", partner, got, err, books)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// listed are rows that lie by an id.
func listed[T any](t *testing.T, rows iter.Seq2[T, error], by func(T) nayose.ID) (list []T) {
	t.Helper()
	for row, err := range rows {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, row)
	}
	if !slices.IsSortedFunc(list, func(a, b T) int { x, y := by(a), by(b); return cmp.Compare(string(x[:]), string(y[:])) }) {
		t.Errorf("%T do not lie by mention", list)
	}
	return list
}

// TestReadLive: a reader says what readers see of its scope, nothing else, all at one moment, and leaves no trace.
func TestReadLive(t *testing.T) {
	db, _, conn := fresh(t)
	feed{week: "2026-W46", postings: []string{"a cook toda", "x clerk gone"}}.load(t, db)
	feed{week: "2026-W47", postings: []string{"a cook toda", "b cook abe", "c clerk ?ito", "d maid -nobody", "e cook toda"}}.load(t, db)
	feed{partner: "world", week: "2026-W47", postings: []string{"a cook toda"}}.load(t, db)
	rebuild{flip: map[string]bool{"abe": true}, live: &loader.GoLive{Limit: 1}}.must(t, db)

	const (
		abe    = `hello abe review "co-abe" [{co-abe 0.99}] 1` + "\n"
		gone   = `hello gone matched "co-gone" [{co-gone 0.99}] `
		ito    = `hello ?ito review "co-?ito" [{co-?ito 0.99}] 1` + "\n"
		nobody = `hello -nobody unmatched "" [] 1` + "\n"
		toda   = `hello toda matched "co-toda" [{co-toda 0.99}] `
		world  = `world toda matched "co-toda" [{co-toda 0.99}] 1` + "\n"
	)
	lastWeek := nayose.Week{Year: 2026, Week: 46}
	for i, c := range []struct {
		scope loader.Scope
		want  string
	}{
		{loader.Scope{}, nobody + ito + abe + gone + "0\n" + toda + "2\n" + world},
		{loader.Scope{Partner: "world"}, world},
		{loader.Scope{Partner: "hello", Week: lastWeek}, gone + "1\n" + toda + "1\n"},
	} {
		before := dumpLocks(t, conn)
		err := db.ReadLive(t.Context(), c.scope, func(r *loader.LiveReader) error {
			if got := readAll(t, r); got != c.want || r.Number != 2 {
				t.Errorf("%+v: of generation %d the reader says\n%swant\n%s", c.scope, r.Number, got, c.want)
			}
			if after := dumpLocks(t, conn); after != before {
				t.Errorf("%+v: the reader wrote: before\n%safter\n%s", c.scope, before, after)
			}
			feed{partner: "late", week: "2026-W46", plan: i + 1, generation: 2, postings: []string{fmt.Sprint("l cook late", i)}}.load(t, db)
			feed{week: "2026-W48", plan: i + 1, generation: 2, postings: []string{"a cook toda", fmt.Sprint("n cook new", i)}}.load(t, db)
			if got := readAll(t, r); got != c.want {
				t.Errorf("%+v: loads change what the reader says:\n%swant\n%s", c.scope, got, c.want)
			}
			if ledger, err := r.Deliveries(t.Context()); err != nil || len(ledger) != 3+2*i {
				t.Errorf("%+v: loads change the ledger of the reader: %d rows, %v, want %d", c.scope, len(ledger), err, 3+2*i)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
