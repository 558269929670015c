package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/terminal"
	"nayose/loader"
)

// copyAudits brings the questions of the audits that decisions answer into the table behind the view of audits. An audit whose round
// is not what it was, or gone, is left out: it is a figure, and no reason to hold a load up.
func (j *job) copyAudits(ctx context.Context, db *loader.DB, ds []loader.LoggedDecision) error {
	seen := map[string]bool{}
	for i := range ds {
		name := ds[i].Round
		if !ds[i].Audit || seen[name] {
			continue
		}
		seen[name] = true
		r, err := readAudit(ctx, j.store, name)
		kind, _ := classify(err)
		switch {
		case err == nil:
			err = db.CopyAudit(ctx, r.Week, r.Name(), auditQuestions(&r))
		case isMissing(err) || kind == nayose.Integrity || kind == nayose.Usage:
			j.log.Warn("an audit's answers are not measured", "round", nayose.OneLine(name), "error", nayose.OneLine(err.Error()))
			continue
		}
		if err != nil {
			return fmt.Errorf("audit %s: %w", nayose.OneLine(name), err)
		}
	}
	return nil
}

func readAudit(ctx context.Context, s nayose.Store, name string) (artifact.Round, error) {
	r, err := artifact.ReadNamedRound(ctx, s, name)
	if err == nil && !r.Audit {
		err = nayose.Fault(nayose.Integrity, fmt.Errorf("the round %s is no audit", name), "")
	}
	return r, err
}

// likeliest is the matcher's best candidate of those shown, which may stand in an order that tells nothing; none where it had none.
func likeliest(shown []nayose.Shown) (best nayose.Shown) {
	for _, s := range shown {
		if s.Probability > best.Probability {
			best = s
		}
	}
	return best
}

// auditQuestions are a round's questions, each with the matcher's best candidate.
func auditQuestions(r *artifact.Round) []loader.AuditQuestion {
	qs := make([]loader.AuditQuestion, len(r.Questions))
	for i := range r.Questions {
		q := &r.Questions[i]
		qs[i] = loader.AuditQuestion{
			Mention: q.Mention.ID, Partner: q.Mention.Partner, Outcome: q.Outcome, CompanyID: likeliest(q.Shown).CompanyID, Stratum: q.Stratum, Weight: q.Weight,
		}
	}
	return qs
}

// auditResults prints what audits came to, of one week or of all.
func (j *job) auditResults(ctx context.Context, c *cli.Command) error {
	for _, name := range []string{"size", "seed", "reviewer", "out"} {
		if c.IsSet(name) {
			return usage(errors.New("--results and --"+name+" are two things"), "give one of them")
		}
	}
	var week nayose.Week
	if c.String("week") != "" {
		var err error
		if week, err = weekOf(c); err != nil {
			return err
		}
	}
	db, err := j.migrated(ctx)
	if err != nil {
		return err
	}
	audits, err := db.Audits(ctx, week, c.String("partner"))
	switch {
	case err != nil:
		return err
	case c.Bool("json"):
		return writeJSON(j.out, append([]loader.Audit{}, audits...))
	case len(audits) == 0:
		_, err = io.WriteString(j.out, "no audits: nayose review sample asks, and the next load after nayose review import takes what was answered\n")
		return err
	}
	_, err = io.WriteString(j.out, auditTable(audits))
	return err
}

// auditTable has a row for all of an audit, and one for each stratum, whose partner it does not repeat.
func auditTable(audits []loader.Audit) string {
	rows := [][]string{{
		"week", "partner", "round", "stratum", "mentions", "drawn", "answered", "unsure", "present", "agreeing",
		"precision", "low", "high", "recall", "low", "high",
	}}
	for i := range audits {
		a := &audits[i]
		_, id, _ := strings.Cut(a.Round, "/")
		row := []string{a.Week, a.Partner, id[:min(len(id), 8)], "all"}
		if a.Stratum != "" {
			row[3] = strings.TrimPrefix(a.Stratum, a.Partner+"/")
		}
		for _, n := range []int64{a.Mentions, a.Drawn, a.Answered, a.Unsure, a.Present, a.Agreeing} {
			row = append(row, fmt.Sprint(n))
		}
		rows = append(rows, append(append(row, shareCells(a.Precision)...), shareCells(a.Recall)...))
	}
	return terminal.Table(rows)
}

func shareCells(s *loader.Share) []string {
	if s == nil {
		return []string{"-", "-", "-"}
	}
	return shares(s.Estimate, s.Low, s.High)
}

// shares are cells of a table with shares, to three decimals.
func shares(list ...float64) (cells []string) {
	for _, v := range list {
		cells = append(cells, fmt.Sprintf("%.3f", v))
	}
	return cells
}
