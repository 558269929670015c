package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"nayose"
	"nayose/job/internal/feed"
)

// rejectReasons counts a delivery's rejected records by what is wrong with them. It holds no contents.
type rejectReasons map[rejectReason]int64

// rejectReason is a column of ours, or none where the whole record is damaged, and the machine-readable kind of fault.
type rejectReason struct{ column, code string }

func (r rejectReason) String() string { return strings.TrimSpace(r.column + " " + r.code) }

// add counts one record; a duplicate is none that is rejected.
func (r rejectReasons) add(reject *nayose.Reject) {
	if reject.Kind == nayose.RejectBad {
		r[rejectReason{reject.Column, reject.Code}]++
	}
}

// String names the most frequent reasons, each with its count: "posted_on date 310, posting_id id_empty 2".
func (r rejectReasons) String() string {
	byCount := slices.SortedFunc(maps.Keys(r), func(a, b rejectReason) int {
		return cmp.Or(cmp.Compare(r[b], r[a]), strings.Compare(a.String(), b.String()))
	})
	texts := make([]string, len(byCount))
	for i, reason := range byCount {
		texts[i] = fmt.Sprintf("%s %d", cmp.Or(reason.String(), "record"), r[reason])
	}
	return several(texts)
}

// fewRejects never hold a delivery, so that a small one is not held by a single bad record.
const fewRejects = 5

// holdRejects holds a delivery of which more is rejected than the partner's limit allows: a mapping that no longer fits, or a
// damaged file, of which the postings that it lacks would expire. It is asked at the end of extract, before anything is written, and
// passes what somebody approved. The error is of kind Held.
func (j *job) holdRejects(d *delivery, c nayose.ExtractCounts, reasons rejectReasons) error {
	limit := defaultRejectLimit
	if d.cfg.RejectLimit != nil {
		limit = *d.cfg.RejectLimit
	}
	if d.plan.Approval != nil || c.Rejected <= fewRejects || ratio(c.Rejected)/ratio(c.Records) <= limit {
		return nil
	}
	err := fmt.Errorf("%d of %d records are rejected, %s, and the limit is %s", c.Rejected, c.Records, ratio(c.Rejected)/ratio(c.Records), limit)
	if len(reasons) > 0 {
		err = fmt.Errorf("%w: %s", err, reasons)
	}
	return nayose.Fault(nayose.Held, err, fmt.Sprintf(
		"nayose feed check --week %s --partner %s shows them, nayose approve --week %[1]s --partner %[2]s lets the delivery through once",
		d.plan.Week, d.partner))
}

// tryOut reads a delivery's files through the mapping, writing nothing. The error is what would hold the delivery in extract, or
// what keeps it from being read.
func (j *job) tryOut(ctx context.Context, d *delivery) (nayose.ExtractCounts, error) {
	reasons := rejectReasons{}
	r := feed.NewReader(d.partner, &d.cfg.Mapping, feed.Sink{
		Posting: func(nayose.Posting) error { return nil },
		Mention: func(nayose.Mention) error { return nil },
		Reject:  func(reject nayose.Reject) error { reasons.add(&reject); return nil },
	})
	for _, pin := range d.plan.Files {
		if err := j.readFile(ctx, r, pin); err != nil {
			return r.Counts(), err
		}
	}
	return r.Counts(), j.holdRejects(d, r.Counts(), reasons)
}

// countsText says in a line what became of a delivery's records.
func countsText(c *nayose.ExtractCounts) string {
	text := fmt.Sprintf("%d records: %d good, %d rejected, %d duplicate", c.Records, c.Unique, c.Rejected, c.Duplicates)
	if c.Deletions > 0 {
		text += fmt.Sprintf(", %d deletions", c.Deletions)
	}
	return text
}
