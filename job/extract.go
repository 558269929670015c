package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/feed"
)

// extractVersion rises when extract would write something else from the same plan.
const extractVersion = 2

// The outputs of extract.
const (
	postingsFile  = "postings.parquet"  // nayose.Posting
	mentionsFile  = "mentions.parquet"  // nayose.Mention
	deletionsFile = "deletions.parquet" // nayose.Deletion; none in a snapshot
	rejectsFile   = "rejects.ndjson"    // nayose.Reject
)

// extractPlace is named by the files' keys and contents and by the mapping.
func extractPlace(p artifact.Plan) artifact.Place {
	inputs := []artifact.Input{{Name: "partner", Digest: p.Partner}, {Name: "mapping", Digest: p.Mapping}}
	for _, f := range p.Files {
		inputs = append(inputs, artifact.Input{Name: f.Key, Digest: f.SHA256})
	}
	return artifact.NewPlace("extract", extractVersion, inputs...)
}

// extract reads the delivery's files into postings, mentions, deletions and rejects, unless that is done. What a guard holds is
// neither written nor, where it stands there since somebody approved it in another week, taken.
func (j *job) extract(ctx context.Context, d *delivery) (err error) {
	log, place := d.log.With("stage", "extract"), extractPlace(d.plan)
	if d.extract, err = j.done(ctx, log, place); err == nil {
		return j.holdExtract(d, feed.Report{Counts: *d.extract.Extract})
	}
	if !isMissing(err) {
		return err
	}
	d.extract, err = j.do(ctx, d, log, place, func(a *artifact.Attempt) (artifact.Manifest, error) {
		report, err := j.readFiles(ctx, d, a)
		if err == nil {
			err = j.holdExtract(d, report)
		}
		return artifact.Manifest{Files: d.plan.Files, Extract: &report.Counts, Delta: d.cfg.Mapping.Delta()}, err
	})
	return err
}

// readFiles takes the delivery through the mapping into the attempt's outputs.
func (j *job) readFiles(ctx context.Context, d *delivery, a *artifact.Attempt) (feed.Report, error) {
	postings, err := artifact.NewTable[nayose.Posting](a, postingsFile)
	if err != nil {
		return feed.Report{}, err
	}
	mentions, err := artifact.NewTable[nayose.Mention](a, mentionsFile)
	if err != nil {
		return feed.Report{}, err
	}
	deletions, err := artifact.NewTable[nayose.Deletion](a, deletionsFile)
	if err != nil {
		return feed.Report{}, err
	}
	rejects, err := artifact.NewLines[nayose.Reject](a, rejectsFile)
	if err != nil {
		return feed.Report{}, err
	}
	p := d.log.Progress("extract", d.partner, 0)
	defer p.Done()
	report, err := feed.Read(ctx, j.feedOf(d), feed.Sink{
		Posting:  func(posting nayose.Posting) error { p.Add(1); return postings.Write(posting) },
		Mention:  mentions.Write,
		Deletion: func(deletion nayose.Deletion) error { p.Add(1); return deletions.Write(deletion) },
		Reject:   func(reject nayose.Reject) error { p.Add(1); return rejects.Write(reject) },
	})
	if err != nil {
		return report, err
	}
	if len(report.Extra) > 0 {
		d.log.Info("columns that the mapping does not name are kept in extra", "stage", "extract", "columns", report.Extra)
	}
	for _, note := range report.Notes {
		d.log.Warn(note, "stage", "extract")
	}
	for _, open := range report.Open {
		d.log.Info(open, "stage", "extract") // no warning: some partners' programs never end the last line
	}
	return report, errors.Join(postings.Close(), mentions.Close(), deletions.Close(), rejects.Close(), report.Counts.Balance())
}

// feedOf is the delivery as package feed reads it. A file is copied to local disk, so that its checksum is known to be right
// before a row of it is believed.
func (j *job) feedOf(d *delivery) feed.Delivery {
	f := feed.Delivery{Partner: d.partner, Mapping: &d.cfg.Mapping, Approved: d.plan.Approval != nil}
	for _, pin := range d.plan.Files {
		f.Files = append(f.Files, feed.File{Key: pin.Key, SHA256: pin.SHA256, Open: func(ctx context.Context) (feed.Content, error) {
			return artifact.Fetch(ctx, j.input, pin)
		}})
	}
	return f
}

// findExtract finds the delivery's extract, which must be done. A guard that holds it there holds it here, too: files that
// keep their names may stand there since somebody approved them in another week.
func (j *job) findExtract(ctx context.Context, d *delivery) error {
	if d.extract.Digest != "" {
		return nil
	}
	m, err := artifact.Committed(ctx, j.store, extractPlace(d.plan))
	if isMissing(err) {
		return nayose.Fault(nayose.NotReady, fmt.Errorf("plan %d is not extracted yet", d.plan.Number),
			"run nayose extract, or nayose run, for this week first")
	}
	if err == nil {
		err = j.holdExtract(d, feed.Report{Counts: *m.Extract})
	}
	if err != nil {
		return err
	}
	d.extract = m
	return nil
}

func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
