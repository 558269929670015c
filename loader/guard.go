package loader

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"nayose"
)

// Limits say how far a delivery may differ from the partner's last ones before a person must look at it. Zero judges
// nothing. What concerns twenty postings or fewer is never held, nor a first delivery, which has nothing to differ from.
type Limits struct {
	Shrink    float64 // least postings of a snapshot, as a share of the median of the last four weeks
	Grow      float64 // most postings of a snapshot, as so many times that median
	Expire    float64 // largest share of the active postings that expires
	Renumber  float64 // largest share of the active postings that expires and comes again under other ids
	MatchDrop float64 // by how much the share of matched postings may fall below that of the last four weeks: 0.1 is ten points
}

// A Figure is what a guard measured, and its limit.
type Figure struct {
	Guard        string // the limit's name: shrink, grow, expire, renumber, match_drop; empty where nothing was judged
	Value, Limit float64
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
		l.row.HeldFor = strings.TrimPrefix(l.row.HeldFor+"; "+reason, "; ")
		return nil
	case l.verdict.spent:
		reason += "; its approval has let another load through already"
	}
	return nayose.Fault(nayose.Held, errors.New(reason), hint)
}

// compare holds a delivery that differs too much from what the partner delivered before. It is asked when the delivery is
// staged and before anything permanent is written; an empty one has been judged already. A snapshot is judged by all
// limits; of a delta, whose size says nothing, what it deletes and how much of it matches; what comes late or is stale
// takes nothing away, and is not asked.
func (l *load) compare(ctx context.Context) error {
	if l.row.Extract.Unique == 0 && l.row.Snapshot {
		return nil
	}
	leaving, err := l.countLeaving(ctx)
	if err != nil {
		return err
	}
	matched, err := l.countMatched(ctx)
	if err != nil {
		return err
	}
	reasons := l.row.judge(l.verdict.past, l.comparable(l.verdict.past), leaving, matched)
	if len(reasons) == 0 {
		return nil
	}
	return l.hold(strings.Join(reasons, "; "), fmt.Sprintf(
		"compare it with the week before; if it is right, nayose approve --week %s --partner %s lets it through once; nothing was loaded",
		l.row.Week, l.row.Partner))
}

// comparable are those of the past whose share of matches this delivery's should be like: all, so that another model that a config has
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

// leaving are the active postings that would expire, and how many of them come again under other ids.
type leaving struct{ all, renumbered int64 }

// countLeaving counts them; the renumbered only where there are enough to be judged.
func (l *load) countLeaving(ctx context.Context) (n leaving, err error) {
	if err = l.tx.QueryRow(ctx, `select count(*) from pg_temp.stage_leaving`).Scan(&n.all); err != nil || n.all <= fewPostings {
		return n, err
	}
	return n, l.tx.QueryRow(ctx, statement("renumbered"), l.args()).Scan(&n.renumbered)
}

// countMatched counts the staged postings that are matched, where there is a past to compare them with.
func (l *load) countMatched(ctx context.Context) (n int64, err error) {
	if l.verdict.past == nil {
		return 0, nil
	}
	return n, l.tx.QueryRow(ctx, `select count(*) from pg_temp.stage_posting s
		join pg_temp.stage_match m on m.mention_id = s.mention_id where m.outcome = 'matched'`, pgx.NamedArgs{}).Scan(&n)
}

// A check is a guard's figure, and why it would hold the delivery.
type check struct {
	Figure
	over     bool
	postings float64 // that it concerns
	reason   string
}

// judge measures the delivery by its limits, notes the figures and returns why to hold it. alike are those of the past whose matches it is
// compared with.
func (r *DeliveryRow) judge(past, alike []*DeliveryRow, gone leaving, matched int64) (reasons []string) {
	noted := 0
	for _, c := range slices.Concat(r.checkSize(past), r.checkLeaving(gone), r.checkMatched(alike, matched)) {
		if c.Limit == 0 {
			continue
		}
		r.Figures[noted] = c.Figure
		noted++
		if c.over && c.postings > fewPostings {
			reasons = append(reasons, c.reason)
		}
	}
	return reasons
}

// checkSize lays a snapshot's size beside that of the partner's last ones.
func (r *DeliveryRow) checkSize(past []*DeliveryRow) []check {
	if past == nil || !r.Snapshot {
		return nil
	}
	least, most := r.Limits.Shrink, r.Limits.Grow
	now, usual := float64(r.Extract.Unique), median(past)
	times, weeks := now/usual, fmt.Sprintf("the median of the last %d weeks", len(past))
	return []check{
		{
			Figure{"shrink", times, least},
			times < least, usual - now,
			fmt.Sprintf("%.0f postings, fewer than %s of %.0f, %s", now, percent(least), usual, weeks),
		},
		{
			Figure{"grow", times, most},
			times > most, now - usual,
			fmt.Sprintf("%.0f postings, more than %g times %.0f, %s", now, most, usual, weeks),
		},
	}
}

// checkLeaving asks how much of what is active would expire.
func (r *DeliveryRow) checkLeaving(gone leaving) []check {
	if r.ActiveBefore == 0 {
		return nil
	}
	checked := func(guard string, postings int64, limit float64, what, question string) check {
		share := float64(postings) / float64(r.ActiveBefore)
		return check{
			Figure{guard, share, limit},
			share > limit, float64(postings),
			fmt.Sprintf("%d of %d active postings would expire%s, %s, and the limit is %s%s",
				postings, r.ActiveBefore, what, percent(share), percent(limit), question),
		}
	}
	return []check{
		checked("expire", gone.all, r.Limits.Expire, "", ""),
		checked("renumber", gone.renumbered, r.Limits.Renumber, " and come again under other ids", ": has the partner renumbered them?"),
	}
}

// checkMatched lays the share of matched postings beside that of the partner's last deliveries.
func (r *DeliveryRow) checkMatched(past []*DeliveryRow, matched int64) []check {
	if past == nil || r.Extract.Unique == 0 {
		return nil
	}
	now := float64(r.Extract.Unique)
	share, usual, limit := float64(matched)/now, matchedShare(past), r.Limits.MatchDrop
	drop := usual - share
	return []check{{
		Figure{"match_drop", drop, limit},
		drop > limit, drop * now,
		fmt.Sprintf("%s of the postings are matched, %s in the last %d weeks: a fall of %.1f points, and the limit is %.1f",
			percent(share), percent(usual), len(past), 100*drop, 100*limit),
	}}
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

// median is the median of the deliveries' postings.
func median(past []*DeliveryRow) float64 {
	var sizes []int64
	for _, row := range past {
		sizes = append(sizes, row.Extract.Unique)
	}
	slices.Sort(sizes)
	half := len(sizes) / 2
	return float64(sizes[half]+sizes[len(sizes)-1-half]) / 2
}

// matchedShare is the share of the deliveries' postings that were matched.
func matchedShare(past []*DeliveryRow) float64 {
	var matched, all int64
	for _, row := range past {
		matched, all = matched+row.Matched, all+row.Extract.Unique
	}
	return float64(matched) / float64(all)
}

func percent(share float64) string { return fmt.Sprintf("%.1f %%", 100*share) }
