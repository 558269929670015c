package artifact

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nayose"
)

func roundOf(question string) Round {
	m := nayose.Mention{Partner: "p", CompanyName: question}
	m.ID = m.Key()
	r := Round{
		Week: week, Made: time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC), Partners: []string{"p"}, Plans: map[string]int{"p": 2},
		Questions: []Question{{
			Mention: m, Postings: 3, Outcome: nayose.Review, Probability: 0.5,
			Shown: []nayose.Shown{{CompanyID: "1", Name: "株式会社アカネ", ClosedOn: nayose.NewDate(2024, 3, 31), Probability: 0.5}},
		}},
	}
	r.Identify(0)
	return r
}

// TestRoundAgain: the same questions are the same round, whenever they are asked; others are another.
func TestRoundAgain(t *testing.T) {
	ctx, s := t.Context(), newMemory()
	first, again := roundOf("A"), roundOf("A")
	again.Made = again.Made.Add(time.Hour)
	again.Identify(0)
	for _, r := range []Round{first, again} {
		got, err := CreateRound(ctx, s, r)
		if err != nil || !cmp.Equal(got, first) {
			t.Errorf("CreateRound = %+v, %v, want %+v", got, err, first)
		}
	}
	if got, err := ReadRound(ctx, s, week, first.ID); err != nil || !cmp.Equal(got, first) {
		t.Errorf("ReadRound = %+v, %v, want %+v", got, err, first)
	}
	other := roundOf("B")
	seeded := first
	seeded.Identify(1)
	if other.ID == first.ID || seeded.ID == first.ID {
		t.Errorf("other questions %s or another seed %s make the same round as %s", other.ID, seeded.ID, first.ID)
	}
	other.ID = first.ID
	if _, err := CreateRound(ctx, s, other); kind(err) != nayose.Integrity {
		t.Errorf("CreateRound of other questions under the same id: %v, want kind Integrity", err)
	}
}

func TestReadRoundFaults(t *testing.T) {
	ctx, s := t.Context(), newMemory()
	r, err := CreateRound(ctx, s, roundOf("A"))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := strings.Repeat("0", 32)
	if _, err := ReadRound(ctx, s, week, elsewhere); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ReadRound of none: %v, want fs.ErrNotExist", err)
	}
	if _, err := ReadRound(ctx, s, week, "../../plans"); kind(err) != nayose.Usage {
		t.Errorf("ReadRound of what is no id: %v, want kind Usage", err)
	}
	key := "review/2026-W47/" + r.ID + "/round.json"
	s.objects["review/2026-W47/"+elsewhere+"/round.json"] = s.objects[key]
	if _, err := ReadRound(ctx, s, week, elsewhere); kind(err) != nayose.Integrity {
		t.Errorf("ReadRound of one that was copied: %v, want kind Integrity", err)
	}
	b := []byte(strings.Replace(string(s.objects[key]), `"postings": 3`, `"postings": 4`, 1))
	s.objects[key] = b
	if _, err := ReadRound(ctx, s, week, r.ID); kind(err) != nayose.Integrity {
		t.Errorf("ReadRound of one that was changed: %v, want kind Integrity", err)
	}
}

// TestRoundTooBig: nothing is written that could not be read again.
func TestRoundTooBig(t *testing.T) {
	r := roundOf(strings.Repeat("あ", maxDocument/3))
	if _, err := CreateRound(t.Context(), newMemory(), r); kind(err) != nayose.TooBig {
		t.Errorf("CreateRound of %d bytes: %v, want kind TooBig", maxDocument, err)
	}
}

// TestCreateBook: the first workbook of a round stays.
func TestCreateBook(t *testing.T) {
	s, r := newMemory(), roundOf("A")
	for _, text := range []string{"first", "second"} {
		if err := CreateBook(t.Context(), s, r, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if got := string(s.objects[r.BookKey()]); got != "first" {
		t.Errorf("the workbook is %q, want the first", got)
	}
}
