package artifact

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"nayose"
)

func id(n int) nayose.ID { return nayose.NewID(fmt.Sprint(n)) }

func collect[T any](t interface{ Fatal(...any) }, rows iter.Seq2[T, error]) (all []T) {
	for row, err := range rows {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	return all
}

// answers are some of each kind, with and without candidates.
func answers(n int) (all []nayose.Match) {
	for i := range n {
		m := nayose.Match{MentionID: id(i), Outcome: nayose.Unmatched, NoneBits: 0.5, Note: "nobody has this name"}
		if i%3 > 0 {
			evidence := []nayose.Evidence{{Comparison: "name", Level: "same", Bits: 9.25}, {Comparison: "address", Level: "elsewhere", Bits: -1.5}}
			m = nayose.Match{
				MentionID: id(i), Outcome: nayose.Matched, CompanyID: fmt.Sprint(i), Probability: 0.99, NoneBits: -2, OtherCandidates: 3, OtherBits: -9,
				Candidates: []nayose.Candidate{{CompanyID: fmt.Sprint(i), Probability: 0.99, Evidence: evidence}, {CompanyID: "7", Probability: 0.005}},
			}
		}
		all = append(all, m)
	}
	return all
}

// TestOutcomes lays the rows of any shards end to end: they are the postings by mention, in the mentions' order, and of one mention in the
// delivery's, and none is lost or doubled.
func TestOutcomes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		matches := answers(rapid.IntRange(0, 20).Draw(t, "mentions"))
		var postings []PostingKey
		var want []string
		if len(matches) > 0 {
			for i, of := range rapid.SliceOfN(rapid.IntRange(0, len(matches)-1), 0, 60).Draw(t, "postings") {
				postings = append(postings, PostingKey{Lineage: id(1000 + i), PostingID: strings.Repeat("求", i%4) + fmt.Sprint(i), MentionID: id(of)})
			}
		}
		for _, m := range matches {
			for _, p := range postings {
				if p.MentionID == m.MentionID {
					want = append(want, fmt.Sprint(p.Lineage, " ", p.PostingID, " ", m.MentionID, " ", m.CompanyID, len(m.Candidates), m.Note))
				}
			}
		}
		var got []string
		shards := rapid.IntRange(1, 5).Draw(t, "shards")
		for i := range shards {
			from, to := Shard{i, shards}.Rows(int64(len(matches)))
			for _, r := range collect(t, Outcomes(int64(len(postings)), all(postings), all(matches[from:to]), OutcomeBasis{})) {
				got = append(got, fmt.Sprint(r.LineageID, " ", r.PostingID, " ", r.MentionID, " ", r.CompanyID, len(r.Candidates), r.Note))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("the rows (-want +got):\n%s", diff)
		}
	})
}

// TestOutcomesFail passes on what its sources say.
func TestOutcomesFail(t *testing.T) {
	broken := func(yield func(PostingKey, error) bool) { yield(PostingKey{}, errInjected) }
	unanswered := func(yield func(nayose.Match, error) bool) { yield(nayose.Match{}, errInjected) }
	for name, rows := range map[string]iter.Seq2[OutcomeRow, error]{
		"postings": Outcomes(1, broken, all(answers(1)), OutcomeBasis{}),
		"matches":  Outcomes(0, all[PostingKey](nil), unanswered, OutcomeBasis{}),
	} {
		for _, err := range rows {
			if !errors.Is(err, errInjected) {
				t.Errorf("%s: %v, want the injected error", name, err)
			}
		}
	}
}

var part = OutcomePart{Week: nayose.Week{Year: 2026, Week: 47}, Partner: "carejob", Plan: 3, Shard: Shard{3, 16}}

// someRows are the outcomes of so many mentions, each with two postings.
func someRows(mentions int) iter.Seq2[OutcomeRow, error] {
	var postings []PostingKey
	for i := range 2 * mentions {
		postings = append(postings, PostingKey{id(1000 + i), fmt.Sprint("p", i), id(i % mentions)})
	}
	return Outcomes(int64(len(postings)), all(postings), all(answers(mentions)),
		OutcomeBasis{Model: "m", Master: "c", Decisions: "d", Generation: 2, Shard: "3/16"})
}

// TestPublish writes a part, with what may come between.
func TestPublish(t *testing.T) {
	const key = "outcomes/week=2026-W47/partner=carejob/plan=3/part-00003-of-00016.parquet"
	var first []byte
	for _, f := range []fault{none, refused, lostAck, retried} {
		s := newMemory()
		s.fault = func(_ int, create bool) fault {
			if create {
				return f
			}
			return none
		}
		_, err := part.Publish(t.Context(), s, someRows(9))
		if failed := f == refused || f == lostAck; failed != errors.Is(err, errInjected) || !failed && err != nil {
			t.Errorf("fault %d: %v", f, err)
		}
		s.fault = nil
		if stands, err := part.Published(t.Context(), s); stands == (f == refused) || err != nil {
			t.Errorf("fault %d: published %t, %v", f, stands, err)
		}
		if n, err := part.Publish(t.Context(), s, someRows(9)); n != 18 || err != nil {
			t.Errorf("fault %d, again: %d, %v, want 18 rows", f, n, err)
		}
		if first == nil {
			first = s.objects[key]
		}
		if got := s.objects[key]; len(got) == 0 || !bytes.Equal(got, first) || len(s.objects) != 1 {
			t.Errorf("fault %d: %d objects, and not the same bytes at %s", f, len(s.objects), key)
		}
	}
}

// TestPublishedIsRead has all that was answered.
func TestPublishedIsRead(t *testing.T) {
	s := newMemory()
	if _, err := part.Publish(t.Context(), s, someRows(9)); err != nil {
		t.Fatal(err)
	}
	l, err := fetchNow(t.Context(), s, part.Key())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if diff := cmp.Diff(collect(t, someRows(9)), collect(t, Rows[OutcomeRow](l)), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
}

// TestPublishTwice keeps what stands, and says where it is something else: by a row that differs, that is missing or too many, or where it is
// no table at all.
func TestPublishTwice(t *testing.T) {
	another := func(yield func(OutcomeRow, error) bool) {
		for row, err := range someRows(9) {
			if row.PostingID == "p4" {
				row.Candidates[0].Evidence[1].Bits++
			}
			if !yield(row, err) {
				return
			}
		}
	}
	write := func(rows iter.Seq2[OutcomeRow, error]) *memory {
		s := newMemory()
		if _, err := part.Publish(t.Context(), s, rows); err != nil {
			t.Fatal(err)
		}
		return s
	}
	rows := collect(t, someRows(9))
	damaged := newMemory()
	damaged.objects[part.Key()] = []byte("PAR1")
	for name, s := range map[string]*memory{
		"another": write(another), "more": write(all(append(rows, rows[0]))), "fewer": write(all(rows[:17])), "none": write(all[OutcomeRow](nil)), "damaged": damaged,
	} {
		before := maps.Clone(s.objects)
		if _, err := part.Publish(t.Context(), s, someRows(9)); kind(err) != nayose.Integrity {
			t.Errorf("%s: %v, want an error of kind Integrity", name, err)
		}
		if !maps.EqualFunc(before, s.objects, bytes.Equal) {
			t.Errorf("%s: what stood was changed", name)
		}
	}
	if err := part.Compare(t.Context(), newMemory(), someRows(1)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Compare() of nothing: %v, want fs.ErrNotExist", err)
	}
}

// TestOutcomesWith finds all parts of the partner's plans that have a posting.
func TestOutcomesWith(t *testing.T) {
	s := newMemory()
	write := func(partner string, plan, shard int, rows iter.Seq2[OutcomeRow, error]) string {
		p := OutcomePart{part.Week, partner, plan, Shard{shard, 2}}
		if _, err := p.Publish(t.Context(), s, rows); err != nil {
			t.Fatal(err)
		}
		return p.Key()
	}
	want := []string{write("p", 1, 0, someRows(4)), write("p", 1, 1, someRows(1)), write("p", 3, 0, someRows(4))}
	write("p", 2, 0, someRows(3))
	write("pp", 1, 0, someRows(4))
	s.objects["outcomes/week=2026-W47/partner=p/notes"] = []byte("x")
	got, err := OutcomesWith(t.Context(), s, "p", []string{"none", "p7"})
	if sorted := slices.Sorted(slices.Values(got)); err != nil || !slices.Equal(sorted, want) {
		t.Errorf("OutcomesWith() = %q, %v, want %q", got, err, want)
	}
	for i := range got { // who dies while it erases them finds the others again
		left, err := OutcomesWith(t.Context(), s, "p", []string{"p7"})
		if slices.Sort(left); err != nil || !slices.Equal(left, slices.Sorted(slices.Values(got[i:]))) {
			t.Errorf("with %d erased, OutcomesWith() = %q, %v, want %q", i, left, err, got[i:])
		}
		delete(s.objects, got[i])
	}
	s.objects[want[0]] = []byte("PAR1")
	if _, err := OutcomesWith(t.Context(), s, "p", []string{"p7"}); err == nil {
		t.Error("a part that cannot be read is passed over")
	}
}

// TestEraseOldOutcomes takes a plan whose parts are all too old, and no other.
func TestEraseOldOutcomes(t *testing.T) {
	m, before := newMemory(), time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	m.written = map[string]time.Time{}
	for key, at := range map[string]time.Time{
		"plan=1/part-00000-of-00002.parquet": before.Add(-2), "plan=1/part-00001-of-00002.parquet": before.Add(-1),
		"plan=2/part-00000-of-00002.parquet": before.Add(-1), "plan=2/part-00001-of-00002.parquet": before,
	} {
		key = "outcomes/week=2026-W45/partner=p/" + key
		m.objects[key], m.written[key] = []byte("x"), at
	}
	places, objects, err := EraseOld(t.Context(), m, before)
	if places != 1 || objects != 2 || err != nil || len(m.objects) != 2 {
		t.Errorf("EraseOld() = %d, %d, %v, want 1 plan of 2 objects, and 2 left", places, objects, err)
	}
}
