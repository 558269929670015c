package main

import (
	"context"
	"fmt"
	"strings"

	"nayose"
	"nayose/job/internal/feed"
)

// fewRejects never hold a delivery, so that a small one is not held by a single bad record.
const fewRejects = 5

// holdExtract holds a delivery that would empty the product: one without a posting, or of which more is rejected than the
// partner's limit allows, by a mapping that no longer fits or a damaged file. It is asked at the end of extract, before anything is
// written, and passes what somebody approved. The error is of kind Held.
func (j *job) holdExtract(d *delivery, r feed.Report) error {
	limit := defaultRejectLimit
	if d.cfg.RejectLimit != nil {
		limit = *d.cfg.RejectLimit
	}
	c := &r.Counts
	share := ratio(c.Rejected) / ratio(max(c.Records, 1))
	var err error
	switch {
	case d.plan.Approval != nil:
		return nil
	case c.Unique+c.Deletions == 0:
		err = fmt.Errorf("of %d records none is good: %d are rejected", c.Records, c.Rejected)
	case c.Rejected > fewRejects && share > limit:
		err = fmt.Errorf("%d of %d records are rejected, %s, and the limit is %s", c.Rejected, c.Records, share, limit)
	default:
		return nil
	}
	if len(r.Reasons) > 0 {
		err = fmt.Errorf("%w: %s", err, several(reasonTexts(r.Reasons)))
	}
	return nayose.Fault(nayose.Held, err, fmt.Sprintf(
		"nayose feed check --week %s --partner %s shows them, nayose approve --week %[1]s --partner %[2]s lets the delivery through once",
		d.plan.Week, d.partner))
}

// reasonTexts name why records are rejected, each with its count: "掲載日 date 310". They hold no contents.
func reasonTexts(reasons []feed.Reason) (texts []string) {
	for _, r := range reasons {
		texts = append(texts, strings.TrimSpace(fmt.Sprintf("%s %s %d", r.Column, r.Code, r.Count)))
	}
	return texts
}

// tryOut reads a delivery's files through the mapping, writing nothing. The error is what would hold the delivery in extract, or
// what keeps it from being read.
func (j *job) tryOut(ctx context.Context, d *delivery) (nayose.ExtractCounts, error) {
	report, err := feed.Read(ctx, j.feedOf(d), feed.Sink{})
	if err == nil {
		err = j.holdExtract(d, report)
	}
	return report.Counts, err
}

// countsText says in a line what became of a delivery's records.
func countsText(c *nayose.ExtractCounts) string {
	text := fmt.Sprintf("%d records: %d good, %d rejected, %d duplicate", c.Records, c.Unique, c.Rejected, c.Duplicates)
	if c.Deletions > 0 {
		text += fmt.Sprintf(", %d deletions", c.Deletions)
	}
	return text
}
