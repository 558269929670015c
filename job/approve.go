package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/feed"
)

func approveCommand() *cli.Command {
	return &cli.Command{
		Name: "approve", Usage: "let a delivery through once that a guard holds (exit code 62)",
		Flags: append(oneDeliveryFlags(),
			&cli.StringFlag{Name: "by", Usage: "`NAME` of who lets it through; required"},
			&cli.StringFlag{Name: "why", Usage: "the reason, a `TEXT` of one line; required"}),
		Action: withJob(func(ctx context.Context, j *job, c *cli.Command) error {
			week, err := weekOf(c)
			if err != nil {
				return err
			}
			if c.String("partner") == "" {
				return usage(errors.New("no partner is given"), "add --partner: an approval is for one delivery")
			}
			by, why := strings.TrimSpace(c.String("by")), strings.TrimSpace(c.String("why"))
			if err := errors.Join(checkText("by", by), checkText("why", why)); err != nil {
				return err
			}
			ds, err := j.deliveries(week, c.String("partner"))
			if err != nil {
				return err
			}
			return j.approve(ctx, ds[0], by, why)
		}),
	}
}

// mostText is how long a text of an approval may be, in characters: it stands in the ledger and in tables on terminals.
const mostText = 500

// checkText refuses what would not say who or why on one line.
func checkText(flag, text string) error {
	switch {
	case text == "":
		return usage(fmt.Errorf("--%s is not given", flag), "what is done is kept with who it was, and why: add --by NAME --why TEXT")
	case !utf8.ValidString(text) || strings.ContainsFunc(text, nayose.Unprintable):
		return usage(fmt.Errorf("--%s has a control character, or is not UTF-8", flag), "write it on one line")
	case utf8.RuneCountInString(text) > mostText:
		return usage(fmt.Errorf("--%s has %d characters, and may have %d", flag, utf8.RuneCountInString(text), mostText), "write less")
	}
	return nil
}

// approve writes an approval of the delivery that the week's last plan names. A crash before it is written leaves nothing, one
// after it an approval that the next run takes.
func (j *job) approve(ctx context.Context, d *delivery, by, why string) error {
	if err := j.recall(ctx, d); err != nil {
		return err
	}
	next := fmt.Sprintf("nayose run --week %s --partner %s", d.plan.Week, d.partner)
	if d.plan.Mapping != d.cfg.Mapping.Digest() {
		return usage(fmt.Errorf("the partner's mapping is another one than plan %d has: an approval of that plan would not count", d.plan.Number),
			"first run "+next)
	}
	last, err := j.lastApproval(ctx, d.plan)
	if err != nil {
		return err
	}
	if last != nil && (d.plan.Approval == nil || d.plan.Approval.Number < last.Number) {
		return standsAlready(last, next)
	}
	a := nayose.Approval{
		Week: d.plan.Week, Partner: d.partner, Delivery: extractPlace(d.plan).Digest, Number: 1,
		By: by, Why: why, At: time.Now().UTC().Truncate(time.Second),
	}
	if last != nil {
		a.Number = last.Number + 1
	}
	held, err := j.heldFor(ctx, d)
	if err != nil {
		return err
	}
	err = artifact.Approve(ctx, j.store, a)
	if errors.Is(err, fs.ErrExist) {
		if last, err = j.lastApproval(ctx, d.plan); err == nil && last != nil {
			return standsAlready(last, next)
		}
	}
	if err != nil {
		return fmt.Errorf("approve: %w", err)
	}
	d.log.Info("approved", "approval", a.Number, "by", a.By)
	_, err = fmt.Fprintf(j.out, "approved by %s: %s %s, the files and the mapping of plan %d\n  %s\nnext: %s\n",
		a.By, a.Partner, a.Week, d.plan.Number, held, next)
	return err
}

func standsAlready(a *nayose.Approval, next string) error {
	return usage(fmt.Errorf("an approval of this delivery stands already, which no run has taken yet: by %s at %s", a.By, nayose.Clock(a.At)), next+" takes it")
}

// heldFor says what the guards of extract hold against a delivery. One that they pass may be held by those of load, which ask
// Postgres; one that cannot be read may be approved by who knows it.
func (j *job) heldFor(ctx context.Context, d *delivery) (string, error) {
	d.plan.Approval = nil // an earlier one would pass the guards
	counts, err := j.countsOf(ctx, d)
	var fault *nayose.Error
	switch {
	case err == nil:
		return countsText(&counts) + "\n  extract does not hold it: the approval counts for the guards of load", nil
	case errors.As(err, &fault) && fault.Kind == nayose.Held:
		return countsText(&counts) + "\n  held: " + nayose.OneLine(err.Error()), nil
	case errors.Is(err, nayose.ErrChanged):
		return "", usage(fmt.Errorf("plan %d reads other files than are there now: %w", d.plan.Number, err),
			"run the delivery first, and look at what holds it then")
	case errors.As(err, &fault) && fault.Kind == nayose.Contract:
		return "it cannot be read: " + nayose.OneLine(err.Error()), nil
	}
	return "", err
}

// countsOf are the books of a delivery, as extract left them or else as it would come to them, and what holds it.
func (j *job) countsOf(ctx context.Context, d *delivery) (nayose.ExtractCounts, error) {
	done, err := artifact.Committed(ctx, j.store, extractPlace(d.plan))
	switch {
	case isMissing(err):
		return j.tryOut(ctx, d)
	case err != nil:
		return nayose.ExtractCounts{}, err
	}
	return *done.Extract, j.holdExtract(d, feed.Report{Counts: *done.Extract})
}

// lastApproval is the newest approval of the delivery that a plan reads, or nil.
func (j *job) lastApproval(ctx context.Context, p artifact.Plan) (*nayose.Approval, error) {
	a, err := artifact.LastApproval(ctx, j.store, p.Week, p.Partner, extractPlace(p).Digest)
	switch {
	case isMissing(err):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &a, nil
}
