package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/snapshot"
	"nayose/job/internal/terminal"
)

func compareCommand() *cli.Command {
	return &cli.Command{
		Name: "compare", Usage: "show what differs between two snapshots, and which matches that touches", ArgsUsage: "[OLD [NEW]]",
		Description: `OLD and NEW are snapshots by their digest. NEW is by default the snapshot of the source as it is now; OLD the one
that the last plans of --week were frozen with. Without --week that is the newest week with a plan, up to now.

--changes lists the companies that differ, as a CSV for a spreadsheet with a row a change: which company, what became
of it (new, gone, closed, reopened, replaced, renamed, moved, identifiers, otherwise, workplaces), its names and
addresses in OLD and NEW, its closure and successor, and how many workplaces it got and lost. New companies come
first, then those that are gone, then all others.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "week", Sources: cli.EnvVars("NAYOSE_WEEK"), Usage: "show which matches of this `WEEK` are touched", DefaultText: "the last"},
			&cli.IntFlag{Name: "limit", Value: 50, Usage: "show at most `N` touched matches; 0 for all"},
			&cli.StringFlag{Name: "changes", Usage: "write each company that differs to this CSV `FILE`; - for stdout"},
			jsonFlag(),
		},
		Action: func(ctx context.Context, c *cli.Command) error { return openJob(ctx, c, compareMasters) },
	}
}

// comparison is what two snapshots differ in.
type comparison struct {
	Old        string                   `json:"old"` // their digests
	New        string                   `json:"new"`
	Week       *nayose.Week             `json:"week"` // whose matches were looked at; null where there are none
	Companies  snapshot.Counts          `json:"companies"`
	Workplaces snapshot.WorkplaceCounts `json:"workplaces"`
	Touched    []*snapshot.Touched      `json:"touched"`
}

func compareMasters(ctx context.Context, j *job, c *cli.Command) error {
	if c.Args().Len() > 2 {
		return usage(fmt.Errorf("%s takes two snapshots, not %d", named(c), c.Args().Len()), "give OLD and NEW, as nayose master snapshot prints them")
	}
	week, ds, err := j.comparedWeek(ctx, c)
	if err != nil {
		return err
	}
	before, err := j.oldMaster(ctx, c.Args().Get(0), ds)
	if err != nil {
		return err
	}
	after, err := j.newMaster(ctx, c.Args().Get(1))
	if err != nil {
		return err
	}
	found := comparison{Old: before.Digest, New: after.Digest, Week: week}
	if err := j.compare(ctx, &found, before, after, ds, c.String("changes")); err != nil {
		return err
	}
	if c.Bool("json") {
		return writeJSON(j.out, found)
	}
	return found.write(j.out, c.Int("limit"))
}

// planWeeks is how far back a week with plans is looked for.
const planWeeks = 10

// comparedWeek finds the week whose matches are looked at, and its deliveries: the one that is named, or the newest with a plan
// up to now. There may be none.
func (j *job) comparedWeek(ctx context.Context, c *cli.Command) (*nayose.Week, []*delivery, error) {
	named := c.String("week") != ""
	week, err := nayose.ParseWeek(time.Now().Format(time.RFC3339))
	if named {
		week, err = weekOf(c)
	}
	if err != nil || len(j.cfg.Partners) == 0 {
		return nil, nil, err
	}
	for range planWeeks {
		ds, err := j.planned(ctx, week)
		switch {
		case err != nil:
			return nil, nil, err
		case len(ds) > 0:
			return &week, ds, nil
		case named:
			return nil, nil, usage(fmt.Errorf("no delivery of %s has a plan", week), "name a week that was run")
		}
		week = week.Last()
	}
	return nil, nil, nil
}

// planned are the deliveries of a week that have a plan, as far as they are done.
func (j *job) planned(ctx context.Context, week nayose.Week) (planned []*delivery, err error) {
	ds, err := j.deliveries(week, "")
	if err != nil {
		return nil, err
	}
	for _, d := range ds {
		if err := j.locate(ctx, d); err != nil {
			return nil, fmt.Errorf("%s %s: %w", d.partner, week, err)
		}
		if d.plan.Number > 0 {
			planned = append(planned, d)
		}
	}
	return planned, nil
}

// oldMaster is the snapshot of that name, or the one that was made last of those that the plans were frozen with.
func (j *job) oldMaster(ctx context.Context, name string, ds []*delivery) (last artifact.Manifest, err error) {
	if name != "" {
		return j.namedMaster(ctx, name)
	}
	for _, d := range ds {
		m, err := j.namedMaster(ctx, d.plan.Master)
		if err != nil {
			return m, fmt.Errorf("plan %d of %s %s: %w", d.plan.Number, d.partner, d.plan.Week, err)
		}
		if m.Finished.After(last.Finished) {
			last = m
		}
	}
	if last.Digest == "" {
		return last, usage(fmt.Errorf("no plan of the last %d weeks names an old snapshot", planWeeks), "give OLD, or --week")
	}
	return last, nil
}

func (j *job) newMaster(ctx context.Context, name string) (artifact.Manifest, error) {
	if name != "" {
		return j.namedMaster(ctx, name)
	}
	return j.snapshot(ctx)
}

// namedMaster is the snapshot with a digest, before which masters/ may stand.
func (j *job) namedMaster(ctx context.Context, name string) (artifact.Manifest, error) {
	place := artifact.MasterPlace(strings.Trim(strings.TrimPrefix(name, "masters/"), "/"))
	m, err := artifact.Committed(ctx, j.store, place)
	if errors.Is(err, fs.ErrNotExist) {
		err = usage(fmt.Errorf("there is no snapshot %s in %s", place, j.store), "name one as nayose master snapshot prints it: masters/<digest>")
	}
	return m, err
}

// compare reads both snapshots, writes what differs to a file where one is named, and reads the matches of the deliveries that are matched.
func (j *job) compare(ctx context.Context, found *comparison, before, after artifact.Manifest, ds []*delivery, changes string) error {
	old, err := before.Fetch(ctx, j.store, companiesFile)
	if err != nil {
		return err
	}
	defer old.Close()
	now, err := after.Fetch(ctx, j.store, companiesFile)
	if err != nil {
		return err
	}
	defer now.Close()
	rows, err := before.Output(companiesFile)
	if err != nil {
		return err
	}
	companies, err := snapshot.Compare(
		j.counted(ctx, "compare", rows.Rows, artifact.Rows[nayose.Company](old)), rows.Rows,
		j.counted(ctx, "compare", 0, artifact.Rows[nayose.Company](now)))
	if err != nil {
		return err
	}
	found.Companies = companies.Counts
	if found.Workplaces, err = companies.CompareWorkplaces(j.workplacesOf(ctx, &before), j.workplacesOf(ctx, &after)); err != nil {
		return err
	}
	oldTexts, newTexts := whileRunning(ctx, artifact.Rows[snapshot.Texts](old)), whileRunning(ctx, artifact.Rows[snapshot.Texts](now))
	if changes != "" {
		if err := writeSheet(j.stdout, changes, func(row func(cells ...string) error) error {
			return snapshot.WriteDifferences(companies.Differences(oldTexts, newTexts), row)
		}); err != nil {
			return err
		}
	}
	if found.Touched, err = j.touched(ctx, companies, ds); err != nil || len(found.Touched) == 0 {
		return err
	}
	return snapshot.Describe(found.Touched, oldTexts, newTexts)
}

// touched are the matches that the changes touch, of the deliveries that are matched.
func (j *job) touched(ctx context.Context, companies *snapshot.Companies, ds []*delivery) ([]*snapshot.Touched, error) {
	all := []*snapshot.Touched{}
	for _, d := range ds {
		if !d.allMatched() {
			d.log.Warn("the delivery is not matched: which of its matches are touched is not known")
			continue
		}
		touched, err := companies.Touch(d.partner, whileRunning(ctx, j.matches(ctx, d)),
			artifact.RowsOf[nayose.PostingMention](ctx, j.store, &d.extract, postingsFile))
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", d.partner, d.plan.Week, err)
		}
		all = append(all, touched...)
	}
	return all, nil
}

// workplacesOf are the workplaces of a snapshot. One of a version before there were any has none.
func (j *job) workplacesOf(ctx context.Context, m *artifact.Manifest) iter.Seq2[nayose.Workplace, error] {
	if _, err := m.Output(workplacesFile); err != nil {
		return func(func(nayose.Workplace, error) bool) {}
	}
	return whileRunning(ctx, artifact.RowsOf[nayose.Workplace](ctx, j.store, m, workplacesFile))
}

// write shows the counts, and the touched matches up to the limit.
func (c *comparison) write(w io.Writer, limit int) error {
	n, p := &c.Companies, &c.Workplaces
	text := fmt.Sprintf("masters/%s → masters/%s\n\n", c.Old, c.New)
	rows := [][]string{{"companies", ""}}
	for _, row := range []struct {
		what  string
		count int64
	}{
		{"before", n.Before},
		{"after", n.After},
		{"unchanged", n.Unchanged},
		{"new", n.New},
		{"gone", n.Gone},
		{"closed", n.Closed},
		{"reopened", n.Reopened},
		{"replaced by a successor", n.Replaced},
		{"renamed", n.Renamed},
		{"moved", n.Moved},
		{"phone or URL changed", n.Reached},
		{"changed otherwise", n.Otherwise},
		{"workplaces before", p.Before},
		{"workplaces after", p.After},
		{"workplaces added", p.Added},
		{"workplaces removed", p.Removed},
	} {
		rows = append(rows, []string{row.what, strconv.FormatInt(row.count, 10)})
	}
	text += terminal.Table(rows)
	if c.Week != nil {
		text += "\n" + c.touched(limit, terminal.Width(w))
	}
	_, err := io.WriteString(w, text)
	return err
}

// touched shows the touched matches, those with the most postings first, on a terminal of that width.
func (c *comparison) touched(limit, width int) string {
	var mentions, postings int64
	for _, t := range c.Touched {
		mentions += t.Mentions
		postings += t.Postings
	}
	text := fmt.Sprintf("%s: matched with a company that is gone, closed, replaced, renamed or moved: %s (%s)\n", c.Week,
		nayose.Count(postings, "posting"), nayose.Count(mentions, "mention"))
	if len(c.Touched) == 0 {
		return text
	}
	shown := c.Touched
	if limit > 0 {
		shown = shown[:min(limit, len(shown))]
	}
	rows := [][]string{{"company_id", "partner", "postings", "name", "what"}}
	for _, t := range shown {
		rows = append(rows, []string{t.CompanyID, t.Partner, strconv.FormatInt(t.Postings, 10), nayose.OneLine(t.Names()), nayose.OneLine(t.Says())})
	}
	text += "\n" + terminal.Fold(rows, 2, width)
	if more := len(c.Touched) - len(shown); more > 0 {
		text += fmt.Sprintf("and %d more: --limit 0 or --json shows all\n", more)
	}
	return text
}
