package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/feed"
	"nayose/job/internal/terminal"
)

// trial is a delivery taken through its mapping, of which nothing is written: what would become of it.
type trial struct {
	Partner  string               `json:"partner"`
	Week     string               `json:"week,omitempty"`
	Verdict  string               `json:"verdict"` // good, approved, held or refused
	Error    string               `json:"error,omitempty"`
	Hint     string               `json:"hint,omitempty"`
	Exit     int                  `json:"exit"`
	Counts   nayose.ExtractCounts `json:"counts"`
	Tables   []feed.TableInfo     `json:"tables"`
	Extra    []string             `json:"extra"`
	Reasons  []feed.Reason        `json:"reasons"`
	Warnings []string             `json:"warnings"`
	Rejects  []nayose.Reject      `json:"rejects"`  // the first
	Postings []map[string]string  `json:"postings"` // the first, their columns as they would be loaded

	limit    int
	mentions map[nayose.ID]nayose.Mention   // of the first postings
	rejects  *artifact.Lines[nayose.Reject] // all, where a report is wanted, until their number is known
}

// checkFeed tries a partner's files, or delivery of a week, and says what would become of it. Its error is that of a run.
func (j *job) checkFeed(ctx context.Context, c *cli.Command) (err error) {
	if c.String("partner") == "" {
		return usage(errors.New("no partner is given"), "add --partner, whose mapping is to be tried; --raw needs none")
	}
	d, err := j.toCheck(ctx, c)
	if err != nil {
		return err
	}
	t := &trial{Partner: d.partner, limit: c.Int("limit"), mentions: map[nayose.ID]nayose.Mention{}}
	if (d.plan.Week != nayose.Week{}) {
		t.Week = d.plan.Week.String()
	}
	if c.String("report") != "" {
		spool, err := artifact.Begin(nil)
		if err != nil {
			return err
		}
		defer spool.Close()
		if t.rejects, err = artifact.NewLines[nayose.Reject](spool, rejectsFile); err != nil {
			return err
		}
	}
	files := j.feedOf(d)
	if c.Args().Present() {
		if files.Files, err = localFiles(c); err != nil {
			return err
		}
	}
	held := j.try(ctx, d, files, t)
	if t.Verdict == "" {
		return held
	}
	if c.String("report") != "" {
		if err := t.writeReport(j.stdout, c.String("report"), d.plan.Week); err != nil {
			return err
		}
	}
	if c.Bool("json") {
		t.Tables, t.Extra, t.Reasons = orEmpty(t.Tables), orEmpty(t.Extra), orEmpty(t.Reasons)
		t.Warnings, t.Rejects, t.Postings = orEmpty(t.Warnings), orEmpty(t.Rejects), orEmpty(t.Postings)
		return errors.Join(held, writeJSON(j.out, t))
	}
	_, err = io.WriteString(j.out, trialText(t, terminal.Width(j.out)))
	return errors.Join(held, err)
}

// orEmpty is a list that is [] in JSON and not null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// toCheck is the delivery that is to be tried: of the week, found whole in the input, or without files.
func (j *job) toCheck(ctx context.Context, c *cli.Command) (*delivery, error) {
	var week nayose.Week
	var err error
	if c.String("week") != "" || !c.Args().Present() {
		if week, err = weekOf(c); err != nil {
			return nil, err
		}
	}
	ds, err := j.deliveries(week, c.String("partner"))
	if err != nil {
		return nil, err
	}
	if !c.Args().Present() {
		_, err = j.sight(ctx, ds[0])
	}
	return ds[0], err
}

// localFiles are the files of this machine that the command line names, as those of a delivery.
func localFiles(c *cli.Command) (files []feed.File, err error) {
	for _, name := range c.Args().Slice() {
		f, err := openFile(name)
		if isMissing(err) {
			return nil, usage(err, meantWeek(c, name)+"name files of the partner, or none for those of the week")
		}
		if err != nil {
			return nil, err
		}
		sum := sha256.New()
		_, err = io.Copy(sum, f)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
		files = append(files, feed.File{
			Key: name, SHA256: hex.EncodeToString(sum.Sum(nil)), Open: func(context.Context) (feed.Content, error) { return openFile(name) },
		})
	}
	return files, nil
}

// try reads the files and asks the guards of extract. A verdict is set where the error, if any, is the delivery's own.
func (j *job) try(ctx context.Context, d *delivery, files feed.Delivery, t *trial) error {
	report, err := feed.Read(ctx, files, feed.Sink{Posting: t.posting, Mention: t.mention, Reject: t.reject})
	if err == nil {
		t.Counts, t.Tables, t.Extra, t.Reasons, t.Warnings =
			report.Counts, report.Tables, report.Extra, report.Reasons, append(report.Notes, report.Open...)
		err = j.holdExtract(d, report)
	}
	var fault *nayose.Error
	switch {
	case err == nil && d.plan.Approval != nil:
		t.Verdict = "approved"
		return nil
	case err == nil:
		t.Verdict = "good"
		return nil
	case errors.As(err, &fault) && fault.Kind == nayose.Held:
		t.Verdict = "held"
		err = nayose.Fault(nayose.Held, err, cmp.Or(t.heldHint(), fault.Hint))
	case errors.As(err, &fault) && fault.Kind == nayose.Contract:
		t.Verdict, t.Rejects, t.Postings = "refused", nil, nil // they are of what was read before
	default:
		return err
	}
	err = fmt.Errorf("%s: %w", strings.TrimSpace(t.Partner+" "+t.Week), err)
	f := faultOf(err)
	t.Error, t.Hint, t.Exit = f.text, f.hint, f.code
	return err
}

// heldHint says what to do about a delivery that too many rejects hold; empty where it is held for being empty.
func (t *trial) heldHint() string {
	switch {
	case t.Counts.Records == 0:
		return ""
	case t.Week == "":
		return "--report writes what the partner is to mend; a run would hold these files for a person"
	}
	return fmt.Sprintf("--report writes what the partner is to mend; nayose approve --week %s --partner %s lets the delivery through once", t.Week, t.Partner)
}

func (t *trial) mention(m nayose.Mention) error {
	if len(t.Postings) < t.limit {
		t.mentions[m.ID] = m
	}
	return nil
}

func (t *trial) posting(p nayose.Posting) error {
	if len(t.Postings) >= t.limit {
		return nil
	}
	m := t.mentions[p.MentionID]
	columns := map[string]string{}
	for _, c := range postingColumns {
		if text := c.of(&p, &m); text != "" {
			columns[c.name] = text
		}
	}
	t.Postings = append(t.Postings, columns)
	return nil
}

func (t *trial) reject(r nayose.Reject) error {
	if len(t.Rejects) < t.limit {
		t.Rejects = append(t.Rejects, r)
	}
	if t.rejects == nil {
		return nil
	}
	return t.rejects.Write(r)
}

// writeReport writes the report to the partner, which a failure leaves half written.
func (t *trial) writeReport(stdout io.Writer, name string, week nayose.Week) error {
	if err := t.rejects.Close(); err != nil {
		return err
	}
	report := feed.PartnerReport{Partner: t.Partner, Week: week, Counts: t.Counts, Rejects: t.rejects.ReadAgain()}
	if t.Verdict == "refused" || t.Counts.Records == 0 {
		report.Refused = t.Error
	}
	return writeSheet(stdout, name, report.Write)
}
