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
	if err := j.toApprove(ctx, d); err != nil {
		return err
	}
	next := runCommandOf(d.plan.Week, d.partner)
	if d.plan.Mapping != d.cfg.Mapping.Digest() {
		return usage(fmt.Errorf("the partner's mapping is another one than plan %d has: an approval of that plan would not count", d.plan.Number),
			"first run "+next)
	}
	last, err := j.lastApproval(ctx, d.plan)
	if err != nil {
		return err
	}
	if notTaken(last, &d.plan) {
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

// toApprove recalls the plan that an approval is for.
func (j *job) toApprove(ctx context.Context, d *delivery) error {
	err := j.recall(ctx, d)
	if kind, _ := classify(err); err == nil || kind != nayose.NotReady {
		return err
	}
	h, logErr := j.lastHold(ctx, d.plan.Week, d.partner)
	if refused := noApprovalHelps(&h); logErr == nil && refused != nil {
		return refused
	}
	return err
}

// notTaken tells whether there is an approval that came after a plan was frozen.
func notTaken(a *nayose.Approval, p *artifact.Plan) bool {
	return a != nil && (p.Approval == nil || p.Approval.Number < a.Number)
}

func standsAlready(a *nayose.Approval, next string) error {
	return usage(fmt.Errorf("an approval of this delivery stands already, which no run has taken yet: by %s at %s", a.By, nayose.Clock(a.At)), next+" takes it")
}

// heldFor says what holds a delivery. What nothing holds is refused, or the approval would stand for whatever the delivery is loaded by
// later. The guards of extract are asked again; what those of load said, which ask Postgres, stands in the log of holds, which a run
// brings up to date.
func (j *job) heldFor(ctx context.Context, d *delivery) (string, error) {
	counts, err := j.countsOf(ctx, d)
	switch {
	case heldBy(err) != nil:
		return countsText(&counts) + "\n  held: " + nayose.OneLine(err.Error()) + heldRejects(d, &counts), nil
	case errors.Is(err, nayose.ErrChanged):
		return "", usage(fmt.Errorf("plan %d reads other files than are there now: %w", d.plan.Number, err),
			"run the delivery first, and look at what holds it then")
	case err != nil:
		return "", err
	}
	h, err := j.lastHold(ctx, d.plan.Week, d.partner)
	if err == nil {
		err = noApprovalHelps(&h)
	}
	if err != nil {
		return "", err
	}
	if h.Reason == "" || h.Stage != stepLoad.name || h.Plan != d.plan.Number {
		return "", usage(fmt.Errorf("nothing holds %s %s, plan %d: there is nothing to let through", d.partner, d.plan.Week, d.plan.Number),
			"an approval is for what a run was held for (62): "+runCommandOf(d.plan.Week, d.partner)+" says so")
	}
	return countsText(&counts) + "\n  held by load: " + nayose.OneLine(h.Reason), nil
}

// noApprovalHelps refuses what is held before there is a plan: its master has shrunk, or its files are not what was agreed. It is nil for any
// other hold.
func noApprovalHelps(h *artifact.Hold) error {
	if h.Reason == "" || h.Stage != stepFreeze.name {
		return nil
	}
	return usage(fmt.Errorf("%s %s is held before it is planned, which no approval lets through: %s", h.Partner, h.Week, h.Reason),
		h.Hint+"; then "+runCommandOf(h.Week, h.Partner))
}

// heldRejects says what letting rejected records through means: a snapshot has nothing of them, whatever was loaded of them before.
func heldRejects(d *delivery, c *nayose.ExtractCounts) string {
	if c.Rejected == 0 || d.cfg.Mapping.Delta() {
		return ""
	}
	return fmt.Sprintf("\n  of the %s nothing is loaded: what is active of these postings expires with the load, whatever its guards say",
		nayose.Count(c.Rejected, "rejected record"))
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
