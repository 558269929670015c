package main

import (
	"context"
	"fmt"
	"strings"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/feed"
	"nayose/loader"
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
		err = fmt.Errorf("of %s none is good; rejected: %d", nayose.Count(c.Records, "record"), c.Rejected)
	case c.Rejected > fewRejects && share > limit:
		err = fmt.Errorf("%d of %d records are rejected, %s, and the limit is %s", c.Rejected, c.Records, share, limit)
	default:
		return nil
	}
	if len(r.Reasons) > 0 {
		err = fmt.Errorf("%w: %s", err, nayose.Several(reasonTexts(r.Reasons)))
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

// masterWeeks is how far back holdMaster looks for a plan to compare with.
const masterWeeks = 5

// holdMaster holds a delivery whose master has shrunk: by a query that went wrong, or a file cut short, the matches with all that is missing
// would be taken back. It has at least what the config says, or half of what the snapshot of the partner's last plan had. The error is
// of kind Held.
func (j *job) holdMaster(ctx context.Context, plan artifact.Plan, snapshot artifact.Manifest) error {
	return j.holdFewer(snapshot, func() (int64, string, error) { return j.halfOfLast(ctx, plan) })
}

// holdRebuild is holdMaster for a rebuild beside the live generation: of one that loads alone have made, nobody knows the master, and only
// the config counts.
func (j *job) holdRebuild(ctx context.Context, live *loader.Generation, snapshot artifact.Manifest) error {
	return j.holdFewer(snapshot, func() (int64, string, error) {
		if live == nil || live.Master == "" || live.Master == snapshot.Digest {
			return 0, "", nil
		}
		return j.halfOf(ctx, live.Master, fmt.Sprintf("generation %d", live.Number))
	})
}

// holdFewer holds what would be matched against a snapshot that has fewer companies than the config says, or else half.
func (j *job) holdFewer(snapshot artifact.Manifest, half func() (int64, string, error)) error {
	now, err := snapshot.Output(companiesFile)
	if err != nil {
		return err
	}
	least, why := j.cfg.Master.AtLeast, "master.at_least"
	if least == 0 {
		if least, why, err = half(); err != nil {
			return err
		}
	}
	if now.Rows >= least {
		return nil
	}
	return nayose.Fault(nayose.Held, fmt.Errorf("the master has %s, fewer than %d: %s", nayose.Count(now.Rows, "company"), least, why),
		fmt.Sprintf("look at the master's source; nayose master compare says what is gone. If it is right, set master.at_least: %d", now.Rows))
}

// halfOfLast is half of the companies of the last plan's master; 0 where that is the same, or there is none.
func (j *job) halfOfLast(ctx context.Context, plan artifact.Plan) (int64, string, error) {
	week := plan.Week
	for range masterWeeks {
		last, err := artifact.LastPlan(ctx, j.store, week, plan.Partner)
		if isMissing(err) {
			week = week.Last()
			continue
		}
		if err != nil || last.Master == plan.Master {
			return 0, "", err
		}
		return j.halfOf(ctx, last.Master, fmt.Sprintf("plan %d of %s", last.Number, week))
	}
	return 0, "", nil
}

// halfOf is half of the companies of the master with which something was matched; 0 where somebody has cleared it away.
func (j *job) halfOf(ctx context.Context, master, something string) (int64, string, error) {
	m, err := artifact.Committed(ctx, j.store, artifact.MasterPlace(master))
	if err != nil {
		if isMissing(err) {
			err = nil
		}
		return 0, "", err
	}
	then, err := m.Output(companiesFile)
	return then.Rows / 2, fmt.Sprintf("half of the %d of %s", then.Rows, something), err
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
	text := fmt.Sprintf("%s: %d good, %d rejected, %d duplicate", nayose.Count(c.Records, "record"), c.Unique, c.Rejected, c.Duplicates)
	if c.Deletions > 0 {
		text += ", " + nayose.Count(c.Deletions, "deletion")
	}
	return text
}
