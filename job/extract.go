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
const extractVersion = 1

// The outputs of extract.
const (
	postingsFile = "postings.parquet" // nayose.Posting
	mentionsFile = "mentions.parquet" // nayose.Mention
	rejectsFile  = "rejects.ndjson"   // nayose.Reject
)

// extractPlace is named by the files' keys and contents and by the mapping.
func extractPlace(p artifact.Plan) artifact.Place {
	inputs := []artifact.Input{{Name: "partner", Digest: p.Partner}, {Name: "mapping", Digest: p.Mapping}}
	for _, f := range p.Files {
		inputs = append(inputs, artifact.Input{Name: f.Key, Digest: f.SHA256})
	}
	return artifact.NewPlace("extract", extractVersion, inputs...)
}

// extract reads the delivery's files into postings, mentions and rejects, unless that is done.
func (j *job) extract(ctx context.Context, d *delivery) (err error) {
	log, place := d.log.With("stage", "extract"), extractPlace(d.plan)
	if d.extract, err = j.done(ctx, log, place); !isMissing(err) {
		return err
	}
	d.extract, err = j.do(ctx, d, log, place, func(a *artifact.Attempt) (artifact.Manifest, error) {
		counts, err := j.readFiles(ctx, d, a)
		return artifact.Manifest{Files: d.plan.Files, Extract: &counts}, err
	})
	return err
}

// readFiles takes the files, in order, through the mapping into the attempt's outputs.
func (j *job) readFiles(ctx context.Context, d *delivery, a *artifact.Attempt) (nayose.ExtractCounts, error) {
	postings, err := artifact.NewTable[nayose.Posting](a, postingsFile)
	if err != nil {
		return nayose.ExtractCounts{}, err
	}
	mentions, err := artifact.NewTable[nayose.Mention](a, mentionsFile)
	if err != nil {
		return nayose.ExtractCounts{}, err
	}
	rejects, err := artifact.NewLines[nayose.Reject](a, rejectsFile)
	if err != nil {
		return nayose.ExtractCounts{}, err
	}
	p := j.log.progress(d.log, "extract", d.partner, 0)
	defer p.done()
	r := feed.NewReader(d.partner, &d.cfg.Mapping, feed.Sink{
		Posting: func(posting nayose.Posting) error { p.add(); return postings.Write(posting) },
		Mention: mentions.Write,
		Reject:  rejects.Write,
	})
	for _, pin := range d.plan.Files {
		if err := j.readFile(ctx, r, pin); err != nil {
			return nayose.ExtractCounts{}, err
		}
	}
	if extra := r.ExtraColumns(); len(extra) > 0 {
		d.log.Info("columns that the mapping does not name are kept in extra", "stage", "extract", "columns", extra)
	}
	counts := r.Counts()
	return counts, errors.Join(postings.Close(), mentions.Close(), rejects.Close(), counts.Balance())
}

// readFile copies one file to local disk, so that its checksum is known to be right before a row of it is believed.
func (j *job) readFile(ctx context.Context, r *feed.Reader, pin artifact.Pin) error {
	l, err := artifact.Fetch(ctx, j.input, pin)
	if err != nil {
		return err
	}
	defer l.Close()
	return r.File(ctx, pin.Key, pin.SHA256, l)
}

// extracted is the manifest of the delivery's extract, which must be done.
func (j *job) extracted(ctx context.Context, d *delivery) (artifact.Manifest, error) {
	if d.extract.Digest != "" {
		return d.extract, nil
	}
	m, err := artifact.Committed(ctx, j.store, extractPlace(d.plan))
	if isMissing(err) {
		return m, nayose.Fault(nayose.NotReady, fmt.Errorf("plan %d is not extracted yet", d.plan.Number),
			"run nayose extract, or nayose run, for this week first")
	}
	d.extract = m
	return m, err
}

func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
