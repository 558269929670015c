package loader

import (
	"context"
	"fmt"
	"slices"

	"nayose"
)

// What each guard measures; guard.go has their limits, and holds.

// A check is what a guard measured, and what it has to say where that is beyond a limit.
type check struct {
	guard    string
	value    float64
	limit    Limit
	least    bool    // the value should be no smaller than the limit; else no larger
	postings float64 // that it concerns
	reason   func(limit float64) string
}

func (c *check) beyond(limit float64) bool {
	over := c.value > limit
	if c.least {
		over = c.value < limit
	}
	return over && limit != 0 && c.postings > fewPostings
}

// checkSize lays a snapshot's size beside that of the partner's last ones.
func (r *DeliveryRow) checkSize(past []*DeliveryRow) []check {
	if past == nil || !r.Snapshot {
		return nil
	}
	now, usual := float64(r.Extract.Unique), median(past)
	times, weeks := now/usual, "the median of "+lastWeeks(len(past))
	return []check{
		{"shrink", times, r.Limits.Shrink, true, usual - now, func(limit float64) string {
			return fmt.Sprintf("%s, fewer than %s of %.0f, %s", nayose.Count(r.Extract.Unique, "posting"), percent(limit), usual, weeks)
		}},
		{"grow", times, r.Limits.Grow, false, now - usual, func(limit float64) string {
			return fmt.Sprintf("%s, more than %g times %.0f, %s", nayose.Count(r.Extract.Unique, "posting"), limit, usual, weeks)
		}},
	}
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

// checkLeaving asks how much of what is active would expire.
func (r *DeliveryRow) checkLeaving(gone leaving) []check {
	if r.ActiveBefore == 0 {
		return nil
	}
	checked := func(guard string, postings int64, limit Limit, what, question string) check {
		share := float64(postings) / float64(r.ActiveBefore)
		return check{guard, share, limit, false, float64(postings), func(limit float64) string {
			return fmt.Sprintf("%d of %d active postings would expire%s, %s, and the limit is %s%s",
				postings, r.ActiveBefore, what, percent(share), percent(limit), question)
		}}
	}
	return []check{
		checked("expire", gone.all, r.Limits.Expire, "", ""),
		checked("renumber", gone.renumbered, r.Limits.Renumber, " and come again under other ids", ": has the partner renumbered them?"),
	}
}

// checkMatched lays the share of matched postings beside that of the partner's last deliveries.
func (r *DeliveryRow) checkMatched(past []*DeliveryRow) []check {
	return r.checkShare("match_drop", r.Limits.MatchDrop, fall, past, "postings are matched",
		func(r *DeliveryRow) (part, all int64) { return r.Matched, r.Extract.Unique })
}

// checkReview does so with that of postings in review.
func (r *DeliveryRow) checkReview(past []*DeliveryRow) []check {
	return r.checkShare("review_rise", r.Limits.ReviewRise, rise, past, "postings are in review",
		func(r *DeliveryRow) (part, all int64) { return r.Review, r.Extract.Unique })
}

// checkRejects does so with that of rejected records.
func (r *DeliveryRow) checkRejects(past []*DeliveryRow) []check {
	return r.checkShare("reject_rise", r.Limits.RejectRise, rise, past, "records are rejected",
		func(r *DeliveryRow) (part, all int64) { return r.Extract.Rejected, r.Extract.Records })
}

// Which way a share may not move too far.
const (
	fall = "fall"
	rise = "rise"
)

// checkShare asks how far a share has moved from that of the partner's last deliveries together.
func (r *DeliveryRow) checkShare(guard string, limit Limit, way string, past []*DeliveryRow, what string,
	of func(*DeliveryRow) (part, all int64),
) []check {
	part, all := of(r)
	if len(past) == 0 || all == 0 {
		return nil
	}
	var pastPart, pastAll int64
	for _, row := range past {
		p, a := of(row)
		pastPart, pastAll = pastPart+p, pastAll+a
	}
	share, usual := float64(part)/float64(all), float64(pastPart)/float64(pastAll)
	moved := share - usual
	if way == fall {
		moved = usual - share
	}
	return []check{{guard, moved, limit, false, moved * float64(all), func(limit float64) string {
		return fmt.Sprintf("%s of the %s, %s in %s: a %s of %.1f points, and the limit is %.1f",
			percent(share), what, percent(usual), lastWeeks(len(past)), way, 100*moved, 100*limit)
	}}}
}

// checkScores lays the postings' best probabilities beside those of the partner's last deliveries. What people decided since moves
// them, too, and is no drift: decided of the postings can have moved them by their share, at most.
func (r *DeliveryRow) checkScores(past []*DeliveryRow, decided int64) []check {
	before, weeks := Scores{}, 0
	for _, row := range past {
		if row.Scores != nil { // else an older nayose loaded it
			before.add(row.Scores)
			weeks++
		}
	}
	if weeks == 0 || r.Extract.Unique == 0 {
		return nil
	}
	all := float64(r.Extract.Unique)
	moved, edge := r.Scores.Shift(before)
	moved = max(0, moved-float64(decided)/all)
	return []check{{"score_shift", moved, r.Limits.ScoreShift, false, moved * all, func(limit float64) string {
		beside := ""
		if decided > 0 {
			beside = " besides what people decided"
		}
		return fmt.Sprintf("the best candidate of %s of the postings is below %.2f, of %s in %s: a shift of %.1f points%s, and the limit is %.1f",
			percent(r.Scores.below(edge)), edge, percent(before.below(edge)), lastWeeks(weeks), 100*moved, beside, 100*limit)
	}}}
}

// checkFlips asks how many answers that stand would become others; not in the partner's first week, while its mapping is still tried out.
func (r *DeliveryRow) checkFlips(past []*DeliveryRow) []check {
	if len(past) == 0 || r.Known == 0 {
		return nil
	}
	share := float64(r.Flipped) / float64(r.Known)
	return []check{{"flip", share, r.Limits.Flip, false, float64(r.Flipped), func(limit float64) string {
		return fmt.Sprintf("%d of %d mentions known before get another outcome or company, %s, and the limit is %s",
			r.Flipped, r.Known, percent(share), percent(limit))
	}}}
}

// lastWeeks names the weeks that a delivery is compared with.
func lastWeeks(n int) string {
	if n == 1 {
		return "the week before"
	}
	return fmt.Sprintf("the last %d weeks", n)
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

func percent(share float64) string { return fmt.Sprintf("%.1f %%", 100*share) }
