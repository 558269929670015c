package main

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/missing"
	"nayose/job/internal/sheet"
	"nayose/loader"
	"nayose/matcher"
)

// unmatchedFlags are those of status --unmatched.
func unmatchedFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "unmatched", Usage: "list the employers that active postings name and the master lacks, as a CSV to fill in and import"},
		&cli.Int64Flag{Name: "min", Usage: "with --unmatched: leave out employers of fewer than `N` postings"},
	}
}

// unmatched lists the employers that the master lacks, those of the most postings first.
//
// It holds the texts of every unmatched mention of an active posting, and some 200 bytes beside: 10 MB for 20,000.
func (j *job) unmatched(ctx context.Context, c *cli.Command) error {
	if c.String("week") != "" {
		return usage(errors.New("status --unmatched is about all active postings, not about a week"), "leave --week out")
	}
	if _, err := j.cfg.chosen(c.String("partner")); err != nil {
		return err
	}
	all, unnamed, err := j.missingEmployers(ctx, c.String("partner"))
	if err != nil {
		return err
	}
	list := all
	if few := slices.IndexFunc(all, func(e missing.Employer) bool { return e.Postings < c.Int64("min") }); few >= 0 {
		list = all[:few]
	}
	if err := j.nameNearest(ctx, list); err != nil {
		j.log.Warn("the nearest companies stand without their names", "error", nayose.OneLine(err.Error()))
	}
	j.log.Info("employers that the master lacks", "listed", len(list), "below_min", len(all)-len(list), "postings_that_name_nobody", unnamed)
	if c.Bool("json") {
		return writeJSON(j.out, list)
	}
	return sheet.Write(j.out, func(row func(cells ...string) error) error { return missing.Write(list, row) })
}

// missingEmployers are the employers that active postings of a partner, or of all where that is empty, name and the master lacks, and the
// number of postings that name none.
func (j *job) missingEmployers(ctx context.Context, partner string) ([]missing.Employer, int64, error) {
	db, err := j.migrated(ctx)
	if err != nil {
		return nil, 0, err
	}
	mentions, err := grouped(db.UnmatchedMentions(ctx, partner))
	if err != nil {
		return nil, 0, err
	}
	list, unnamed := missing.List(mentions, matcher.MentionedKey)
	return list, unnamed, nil
}

// grouped has the matcher read the mentions, and tell which are of one employer.
func grouped(stream iter.Seq2[loader.UnmatchedMention, error]) (mentions []missing.Mention, err error) {
	var employers []matcher.Employer
	for m, err := range stream {
		if err != nil {
			return nil, err
		}
		for _, text := range []*string{&m.CompanyName, &m.WorkplaceName, &m.Address, &m.Phone, &m.URL} {
			*text = nayose.OneLine(*text)
		}
		mentions = append(mentions, missing.Mention{
			Mention: m.Mention, Postings: m.Postings, FirstSeen: m.FirstSeen, Nearest: missing.Near(m.Nearest),
		})
		employers = append(employers, matcher.ReadEmployer(&m.Mention, m.Prefecture))
	}
	of, _ := matcher.GroupEmployers(employers)
	for i := range mentions {
		m, e := &mentions[i], &employers[i]
		m.Group, m.Name, m.Formed, m.Number, m.Prefecture = of[i], e.Name, e.Formed, e.Number, e.Prefecture
	}
	return mentions, nil
}

// nameNearest looks the nearest companies up in the newest master that postings were matched with.
func (j *job) nameNearest(ctx context.Context, list []missing.Employer) error {
	if !slices.ContainsFunc(list, func(e missing.Employer) bool { return e.Nearest != nil }) {
		return nil
	}
	rows, err := j.db.Deliveries(ctx, nil)
	if err != nil || len(rows) == 0 {
		return err
	}
	newest := slices.MaxFunc(rows, func(a, b loader.DeliveryRow) int { return a.Finished.Compare(b.Finished) })
	snapshot, err := artifact.Committed(ctx, j.store, artifact.MasterPlace(newest.Master))
	if err != nil {
		return err
	}
	return missing.NameNearest(list, artifact.RowsOf[missing.Company](ctx, j.store, &snapshot, companiesFile))
}
