package artifact

import (
	"context"
	"fmt"
	"io/fs"
	"time"

	"nayose"
)

// Hold is an entry of the log of what holds a delivery for a person, or, without a reason, says that it went through since. The log holds
// nothing itself: it tells people, where the run that was held has ended long since, and what an approval may be for.
//
//	holds/2026-W47/carejob/1.json    extract held it: 310 of 900 records are rejected
//	holds/2026-W47/carejob/2.json    it went through
type Hold struct {
	Week    nayose.Week `json:"week"`
	Partner string      `json:"partner"`
	Number  int         `json:"number"` // of the delivery's entries, from 1
	Plan    int         `json:"plan"`   // the last one that is frozen; 0 for none
	Stage   string      `json:"stage"`  // whose guard it is: plan, extract or load
	Reason  string      `json:"reason,omitempty"`
	Hint    string      `json:"hint,omitempty"`
	At      time.Time   `json:"at"`
}

func (h *Hold) key() string { return fmt.Sprintf("holds/%s/%s/%d.json", h.Week, h.Partner, h.Number) }

// says is whether two entries tell a person the same.
func (h *Hold) says(other *Hold) bool {
	if h.Reason == "" {
		return other.Reason == ""
	}
	return h.Plan == other.Plan && h.Stage == other.Stage && h.Reason == other.Reason && h.Hint == other.Hint
}

// LastHold is the newest entry about a delivery, found by probing upward from 1. The error is fs.ErrNotExist where there is none.
func LastHold(ctx context.Context, s nayose.Store, week nayose.Week, partner string) (Hold, error) {
	last, err := newest(func(n int) (Hold, error) { return readHold(ctx, s, week, partner, n) })
	if missing(err) {
		return Hold{}, fmt.Errorf("hold of %s %s: %w", partner, week, fs.ErrNotExist)
	}
	return last, err
}

// Holds are all entries about a delivery, in their order.
func Holds(ctx context.Context, s nayose.Store, week nayose.Week, partner string) (all []Hold, err error) {
	for n := 1; ; n++ {
		h, err := readHold(ctx, s, week, partner, n)
		if missing(err) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, h)
	}
}

func readHold(ctx context.Context, s nayose.Store, week nayose.Week, partner string, number int) (Hold, error) {
	h := Hold{Week: week, Partner: partner, Number: number}
	key := h.key()
	err := readJSON(ctx, s, key, &h)
	if err == nil && h.key() != key {
		err = nayose.Fault(nayose.Integrity, fmt.Errorf("%s/%s is not the hold its name says", s, key), "the object was copied; move it away and run again")
	}
	if err != nil {
		return Hold{}, err
	}
	return h, nil
}

// AppendHold writes an entry behind the delivery's last one, which gives it its number. Nothing is written where that one says the same,
// nor that a delivery went through which was never held.
func AppendHold(ctx context.Context, s nayose.Store, h Hold) error {
	for taken := 0; ; {
		last, err := LastHold(ctx, s, h.Week, h.Partner)
		if err != nil && !missing(err) {
			return err
		}
		if h.says(&last) {
			return nil
		}
		h.Number = last.Number + 1
		if h.Number == taken {
			return nayose.Fault(nayose.Integrity, fmt.Errorf("something that is no hold stands at %s/%s", s, h.key()), "move it away and run again")
		}
		if err = createJSON(ctx, s, h.key(), h); err == nil || !exists(err) {
			return err
		}
		// Another run took the number, or our own write was acknowledged late: the loop reads it back and compares.
		taken = h.Number
	}
}
