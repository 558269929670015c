package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/master"
	"nayose/job/internal/terminal"
	"nayose/matcher"
)

func explainCommand() *cli.Command {
	text := func(name, usage string) cli.Flag { return &cli.StringFlag{Name: name, Usage: usage} }
	return &cli.Command{
		Name: "explain", Usage: "show why this company: each comparison and its weight",
		Description: "Examples:\n\n" +
			"   nayose explain --week 2026-W47 --partner acme --posting 1830112           what a run answered\n" +
			"   nayose explain --companies companies.csv --name トヨタ自動車 --phone 0565-28-2121",
		Flags: append(oneDeliveryFlags(), text("posting", "explain the posting with this `ID` of the week and partner"),
			text("companies", "or look for an employer, which the next flags describe, among the companies of this CSV `FILE`"), workplacesFlag(),
			text("name", "the employer's `NAME` as written"), text("kana", "its reading, a `TEXT` in kana"), text("workplace", "the workplace's `NAME`"),
			text("address", "the workplace's `ADDRESS`"), text("phone", "phone `NUMBER`"), text("url", "web `ADDRESS`"),
			text("number", "corporate `NUMBER`"), modelFlag(), jsonFlag()),
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.String("companies") != "" {
				return withoutJob(explainMention)(ctx, c)
			}
			if c.String("name") != "" {
				return usage(errors.New("explain --name needs companies to look among"), "add --companies FILE")
			}
			return withJob(explainPosting)(ctx, c)
		},
	}
}

// explainMention matches one employer, given by flags, against a company CSV.
func explainMention(ctx context.Context, c *cli.Command) error {
	m := nayose.Mention{
		CompanyName: c.String("name"), CompanyNameKana: c.String("kana"), WorkplaceName: c.String("workplace"),
		Address: c.String("address"), Phone: c.String("phone"), URL: c.String("url"), CorporateNumber: c.String("number"),
	}
	if m == (nayose.Mention{}) {
		return usage(errors.New("explain needs an employer"), "add --name, or --phone, --url, --number …")
	}
	m.ID = m.Key()
	model, err := loadModel(c.String("model"))
	if err != nil {
		return err
	}
	built, err := buildLocal(ctx, c)
	if err != nil {
		return err
	}
	match := matcher.New(built, model).Match(&m)
	f, err := openLocal(c.String("companies"))
	if err != nil {
		return err
	}
	defer f.Close()
	return writeExplanation(c, m, match, nil, master.Read(f, c.String("companies")))
}

// explainPosting shows the match of a posting from the artefacts of its week.
func explainPosting(ctx context.Context, j *job, c *cli.Command) error {
	week, err := weekOf(c)
	if err != nil {
		return err
	}
	if c.String("partner") == "" || c.String("posting") == "" {
		return usage(errors.New("explain needs a posting"), "add --partner P --posting ID, or --companies FILE --name …")
	}
	ds, err := j.deliveries(week, c.String("partner"))
	if err != nil {
		return err
	}
	d := ds[0]
	if err := j.recall(ctx, d); err != nil {
		return err
	}
	if err := j.matched(ctx, d); err != nil {
		return err
	}
	posting, err := find(artifact.RowsOf[nayose.Posting](ctx, j.store, &d.extract, postingsFile),
		func(p nayose.Posting) bool { return p.PostingID == c.String("posting") })
	if err != nil {
		return fmt.Errorf("posting %s of %s %s: %w", c.String("posting"), d.partner, week, err)
	}
	mention, err := find(artifact.RowsOf[nayose.Mention](ctx, j.store, &d.extract, mentionsFile),
		func(m nayose.Mention) bool { return m.ID == posting.MentionID })
	if err != nil {
		return fmt.Errorf("mention %s: %w", posting.MentionID, err)
	}
	match, err := find(j.matches(ctx, d),
		func(m nayose.Match) bool { return m.MentionID == posting.MentionID })
	if err != nil {
		return fmt.Errorf("match of mention %s: %w", posting.MentionID, err)
	}
	snapshot, err := artifact.Committed(ctx, j.store, artifact.MasterPlace(d.plan.Master))
	if err != nil {
		return fmt.Errorf("master snapshot: %w", err)
	}
	log, err := j.logAt(ctx, d.plan.Decisions)
	if err != nil {
		return err
	}
	return writeExplanation(c, mention, match, log.Last(mention.ID), artifact.RowsOf[nayose.Company](ctx, j.store, &snapshot, companiesFile))
}

// find is the first row that is wanted.
func find[T any](rows iter.Seq2[T, error], wanted func(T) bool) (T, error) {
	for row, err := range rows {
		if err != nil || wanted(row) {
			return row, err
		}
	}
	var none T
	return none, usage(errors.New("no such row"), "look it up in the view nayose.postings, or among the rejects")
}

// writeExplanation shows the mention, what a person settled about it, and each candidate with its evidence as a sum that can be checked by hand.
func writeExplanation(
	c *cli.Command, m nayose.Mention, match nayose.Match, decided *nayose.Decision, companies iter.Seq2[nayose.Company, error],
) error {
	w := c.Root().Writer
	if c.Bool("json") {
		return writeJSON(w, struct {
			nayose.Match
			Decision *nayose.Decision `json:"decision,omitempty"`
		}{match, decided})
	}
	known, err := candidates(match, companies)
	if err != nil {
		return err
	}
	text := terminal.Table(described(m)) + "\noutcome: " + string(match.Outcome)
	if match.Note != "" {
		text += " (" + match.Note + ")"
	}
	text += "\n" + settlement(decided)
	for i, candidate := range match.Candidates {
		company := known[candidate.CompanyID]
		text += fmt.Sprintf("\n%d. %s  %s  %s%s\n", i+1, candidate.CompanyID, nayose.OneLine(company.Name), nayose.OneLine(company.Address), closure(&company))
		text += waterfall(i, match)
	}
	_, err = io.WriteString(w, text)
	return err
}

// settlement is the line about what a person settled; empty where nobody did.
func settlement(d *nayose.Decision) string {
	if d == nil {
		return ""
	}
	text := "decision: " + string(d.Choice)
	if d.CompanyID != "" {
		text += " " + d.CompanyID
	}
	text += ", by " + d.By + " at " + nayose.Clock(d.At)
	if d.Round != "" {
		text += ", round " + d.Round
	}
	if d.Note != "" {
		text += ": " + d.Note
	}
	return nayose.OneLine(text) + "\n"
}

// closure says when a company closed, and who took it over.
func closure(c *nayose.Company) string {
	switch {
	case c.ClosedOn == 0:
		return ""
	case c.SuccessorID == "":
		return fmt.Sprintf("  (closed on %s)", c.ClosedOn)
	}
	return fmt.Sprintf("  (closed on %s, taken over by %s)", c.ClosedOn, nayose.OneLine(c.SuccessorID))
}

// described are the fields of a mention that say something.
func described(m nayose.Mention) [][]string {
	var rows [][]string
	for _, field := range [][]string{
		{"name", m.CompanyName},
		{"reading", m.CompanyNameKana},
		{"workplace", m.WorkplaceName},
		{"address", m.Address},
		{"phone", m.Phone},
		{"URL", m.URL},
		{"number", m.CorporateNumber},
	} {
		if field[1] != "" {
			rows = append(rows, []string{field[0], nayose.OneLine(field[1])})
		}
	}
	return rows
}

// waterfall shows how a candidate's bits add up, and against what: p = 2^sum / (2^none + Σ 2^sum of all candidates), which is
// 2^(sum − all) where all is log₂ of what stands below the line.
func waterfall(i int, match nayose.Match) string {
	c := match.Candidates[i]
	bits := func(b float64) string { return fmt.Sprintf("%.1f", b) }
	var rows [][]string
	for _, e := range c.Evidence {
		rows = append(rows, []string{"   ", e.Comparison, nayose.OneLine(e.Level), bits(e.Bits)})
	}
	all := math.Exp2(match.NoneBits)
	rival := -1
	for j := range match.Candidates {
		all += math.Exp2(match.Candidates[j].Weight())
		if rival < 0 && j != i {
			rival = j
		}
	}
	if match.OtherCandidates > 0 {
		all += math.Exp2(match.OtherBits)
	}
	missing := 1 / (1 + math.Exp2(-match.NoneBits))
	rows = append(rows,
		[]string{"   ", "sum", "", bits(c.Weight())},
		[]string{"   ", "none of them", fmt.Sprintf("%.0f %% of such employers are not in the master", 100*missing), bits(match.NoneBits)})
	if rival >= 0 {
		rows = append(rows, []string{"   ", "competition", fmt.Sprintf("candidate %d", rival+1), bits(match.Candidates[rival].Weight())})
	}
	if match.OtherCandidates > 0 {
		rows = append(rows, []string{"   ", "", fmt.Sprintf("and %d that are not shown", match.OtherCandidates), bits(match.OtherBits)})
	}
	return terminal.Table(append(rows,
		[]string{"   ", "all together", "log₂ Σ 2^bits of none and every candidate", fmt.Sprintf("%.2f", math.Log2(all))},
		[]string{"   ", "probability", "2^(sum − all together)", fmt.Sprintf("%.4f", c.Probability)}))
}

// candidates are the companies among the match's candidates, by id.
func candidates(match nayose.Match, companies iter.Seq2[nayose.Company, error]) (map[string]nayose.Company, error) {
	known := map[string]nayose.Company{}
	for _, c := range match.Candidates {
		known[c.CompanyID] = nayose.Company{}
	}
	for c, err := range companies {
		if err != nil {
			return nil, err
		}
		if _, ok := known[c.ID]; ok {
			known[c.ID] = c
		}
	}
	return known, nil
}
