package loader

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"nayose"
)

// Limits say how far a delivery may differ from the partner's last ones. What concerns twenty postings or fewer is neither warned of nor
// held, nor a first delivery, which has nothing to differ from.
type Limits struct {
	Shrink    Limit // least postings of a snapshot, as a share of the median of the last four weeks
	Grow      Limit // most postings of a snapshot, as so many times that median
	Expire    Limit // largest share of the active postings that expires
	Renumber  Limit // largest share of the active postings that expires and comes again under other ids
	MatchDrop Limit // by how much the share of matched postings may fall below that of the last four weeks: 0.1 is ten points

	ReviewRise Limit // by how much that of postings in review may rise above it
	RejectRise Limit // by how much that of rejected records may
	ScoreShift Limit // by how much the postings' best probabilities may lie elsewhere than in the last four weeks (Scores.Shift)
	Flip       Limit // largest share of the delivery's mentions that the live generation knew and that get another outcome or company
}

// A Limit is from where on a guard warns, which the ledger and the log say, and from where on a person must look at the delivery before
// it is loaded; zero for never.
type Limit struct{ Warn, Hold float64 }

// A Figure is what a guard measured, and its limits.
type Figure struct {
	Guard string  `json:"guard"` // the limit's name: shrink, grow, expire, renumber, match_drop, review_rise, reject_rise, score_shift, flip
	Value float64 `json:"value"`
	Warn  float64 `json:"warn"`  // from where on it warns; 0 for never
	Limit float64 `json:"limit"` // from where on it holds; 0 for never
}

const (
	fewPostings = 20 // never hold a delivery, so that a small one is not held for one employer who leaves
	pastWeeks   = 4  // are what a delivery is compared with
)

// guard holds what no limit could let through: a delta on top of nothing, and a delivery that is empty.
func (l *load) guard(context.Context) error {
	e := l.row.Extract
	switch {
	case l.verdict.missing != nayose.Week{}:
		return l.hold(fmt.Sprintf("%s is missing: a delta feed is loaded in sequence", l.verdict.missing),
			fmt.Sprintf("run %s first, or give it up and approve this one (nayose approve); nothing was loaded", l.verdict.missing))
	case l.row.State == Loaded && e.Unique == 0 && (l.row.Snapshot || e.Deletions == 0):
		reason := "the delivery holds no posting"
		if l.row.Snapshot {
			reason += ": all that are active would expire"
		}
		return l.hold(reason, "ask the partner for the complete file; nothing was loaded and nothing expired")
	}
	return nil
}

// hold is the fault that holds the delivery, or nil where its approval lets it through, which the ledger then says.
func (l *load) hold(reason, hint string) error {
	switch {
	case l.row.Approval != nil:
		l.row.HeldFor = also(l.row.HeldFor, reason)
		return nil
	case l.verdict.spent:
		reason += "; its approval was for an earlier plan, and counted once: this one takes another"
	}
	return nayose.Fault(nayose.Held, errors.New(reason), hint)
}

// compare holds a delivery that differs too much from what the partner delivered before, and notes a warning where it differs somewhat.
// It is asked when the delivery is staged and before anything permanent is written; an empty one has been judged already. A snapshot is
// judged by all limits; of a delta, whose size says nothing, what it deletes and how it is matched; what comes late or is
// stale takes nothing away, and is not asked.
func (l *load) compare(ctx context.Context) error {
	r := &l.row
	if r.Extract.Unique == 0 && r.Snapshot {
		return nil
	}
	leaving, err := l.countLeaving(ctx)
	if err != nil {
		return err
	}
	past, alike := l.verdict.past, l.alike
	checks := slices.Concat(r.checkSize(past), r.checkLeaving(leaving), r.checkMatched(alike), r.checkReview(alike),
		r.checkRejects(past), r.checkScores(alike, l.decided), r.checkFlips(past))
	reasons := r.judge(checks)
	if len(reasons) == 0 {
		return nil
	}
	look := fmt.Sprintf("compare it with the week before: nayose status --week %s --html FILE.html", r.Week)
	if slices.ContainsFunc(checks, func(c check) bool { return slices.Contains(ofMatches, c.guard) && c.beyond(c.limit.Hold) }) {
		if row := l.verdict.otherwise(func(row *DeliveryRow) bool { return row.Model != r.Model }); row != nil {
			reasons = append(reasons, "the model is another than in "+row.name())
		}
		if row := l.verdict.otherwise(func(row *DeliveryRow) bool { return row.Master != r.Master }); row != nil {
			reasons = append(reasons, "the master is another than in "+row.name())
			look = fmt.Sprintf("see what has changed in the master: nayose master compare %s %s", row.Master, r.Master)
		}
	}
	return l.hold(strings.Join(reasons, "; "), fmt.Sprintf(
		"%s; if it is right, nayose approve --week %s --partner %s lets it through once; nothing was loaded", look, r.Week, r.Partner))
}

// ofMatches are the guards of what the matches say, which a model or a master can move as well as a delivery.
var ofMatches = []string{"match_drop", "review_rise", "score_shift", "flip"}

// otherwise is the delivery loaded last, or the newest of those that a delivery is compared with, that was matched otherwise; nil for none.
func (v *verdict) otherwise(differs func(*DeliveryRow) bool) *DeliveryRow {
	for _, row := range append([]*DeliveryRow{v.latest}, v.past...) {
		if row != nil && differs(row) {
			return row
		}
	}
	return nil
}

func (r *DeliveryRow) name() string { return fmt.Sprintf("%s plan %d", r.Week, r.Plan) }

// comparable are those of the past whose matches this delivery's should be like: all, so that another model that a config has
// come to shows; but where a rebuild brought the delivery's model live, which somebody has looked at, those that were matched by it.
func (l *load) comparable(past []*DeliveryRow) []*DeliveryRow {
	if !l.rebuilt {
		return past
	}
	var same []*DeliveryRow
	for _, row := range past {
		if row.Model == l.row.Model {
			same = append(same, row)
		}
	}
	return same
}

// judge notes what was measured, and what to warn of, and returns why to hold the delivery.
func (r *DeliveryRow) judge(checks []check) (reasons []string) {
	var warnings []string
	for _, c := range checks {
		if c.limit == (Limit{}) {
			continue
		}
		r.Figures = append(r.Figures, Figure{c.guard, c.value, c.limit.Warn, c.limit.Hold})
		switch {
		case c.beyond(c.limit.Hold):
			reasons = append(reasons, c.reason(c.limit.Hold))
		case c.beyond(c.limit.Warn):
			warnings = append(warnings, c.reason(c.limit.Warn))
		}
	}
	r.warn(warnings...)
	return reasons
}

func (r *DeliveryRow) warn(of ...string) { r.Warned = also(r.Warned, of...) }

// also is what was said, if anything, and more.
func also(said string, more ...string) string {
	return strings.TrimPrefix(strings.Join(append([]string{said}, more...), "; "), "; ")
}

// past are the deliveries that d is compared with: of the last four weeks that were loaded before its own, the plan
// loaded last, newest first; none of the other kind of feed, and none that was empty.
func (d Delivery) past(ledger []DeliveryRow) (past []*DeliveryRow) {
	for i := range slices.Backward(ledger) {
		row := &ledger[i]
		switch {
		case row.State != Loaded || row.Snapshot != d.Snapshot || row.Week.Monday() >= d.Week.Monday() || row.Extract.Unique == 0,
			len(past) > 0 && past[len(past)-1].Week == row.Week:
			continue
		}
		if past = append(past, row); len(past) == pastWeeks {
			break
		}
	}
	return past
}
