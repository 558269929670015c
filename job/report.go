package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/urfave/cli/v3"

	"nayose"
	page "nayose/job/internal/report"
	"nayose/loader"
)

const (
	trendWeeks  = 26 // how far back the report's trends and people's answers go, its own week included
	mostMissing = 20 // how many employers that the master lacks are shown
)

func htmlFlag() cli.Flag {
	return &cli.StringFlag{Name: "html", Usage: "with --week: write what happened in it as an HTML page to this `FILE`; - for stdout"}
}

// reportFile is the file that --html names; empty where the command is not about a report.
func reportFile(c *cli.Command) (string, error) {
	if !c.IsSet("html") {
		return "", nil
	}
	for _, other := range []string{"json", "unmatched", "min"} {
		if c.IsSet(other) {
			return "", usage(errors.New("--html and --"+other+" are two things"), "give one of them")
		}
	}
	switch {
	case c.String("html") == "":
		return "", usage(errors.New("--html names no file"), "name a file to write, or - for stdout")
	case c.String("week") == "":
		return "", usage(errors.New("--html is about a week"), "add --week 2026-W47")
	}
	return c.String("html"), nil
}

// writeReport writes what happened in a week for people to read. What cannot be found out is said in it; the error then says what is
// wrong all the same, and the report stands.
func (j *job) writeReport(ctx context.Context, week nayose.Week, ds []*delivery, partner, file string) error {
	var faults error
	err := writeWhole(j.stdout, file, func(w io.Writer) error {
		var r page.Week
		r, faults = j.gather(ctx, week, ds, partner)
		if err := ctx.Err(); err != nil {
			return err // it would say that everything is unknown
		}
		return page.Write(w, r)
	})
	if err == nil && file != "-" {
		_, err = fmt.Fprintf(j.out, "%s: %s\n", week, file)
	}
	return errors.Join(err, faults)
}

// gather finds out what the report of a week shows, of some deliveries or, where partner is empty, of all. It holds 8 bytes a mention
// of one delivery at a time, what the ledger has, the log of decisions, and what unmatched holds.
func (j *job) gather(ctx context.Context, week nayose.Week, ds []*delivery, partner string) (page.Week, error) {
	r := page.Week{
		Week: week, Made: time.Now().UTC().Truncate(time.Second), Code: codeVersion(), Model: j.model.Digest(),
		Matched: j.model.Costs.MatchedAt(), Unmatched: j.model.Costs.UnmatchedAt(),
	}
	unknown := func(what string, err error) error {
		if err != nil {
			r.Unknown = append(r.Unknown, what+": "+nayose.OneLine(err.Error()))
		}
		return err
	}
	ledger, err := j.trendRows(ctx, week)
	faults := unknown("what was loaded, what drifted, the weeks before, and the employers that the master lacks", err)
	statuses, logFault := j.statuses(ctx, week, ds, ledger, err == nil)
	faults = errors.Join(faults, unknown("what people settled", logFault))
	loads := lastLoads(ledger, week)
	for i, d := range ds {
		r.Deliveries = append(r.Deliveries, j.reportOf(ctx, d, &statuses[i], loads[d.partner]))
		if d.err != nil {
			_ = unknown("what became of the delivery of "+d.partner, d.err) // it is among the failures
		} else if d.plan.Number > 0 && d.plan.Model != r.Model {
			r.Unknown = append(r.Unknown, fmt.Sprintf("from where on %s is matched: its plan %d has another model or other costs, %s",
				d.partner, d.plan.Number, nayose.OneLine(d.plan.Model)))
		}
	}
	_ = unknown("the names of companies in the examples", j.nameSamples(ctx, ds, r.Deliveries))
	r.Trend = trend(ledger, ds)
	var notes []string
	r.Bands, notes = j.bandsOf(ctx, ds, trendStart(week).Monday())
	r.Unknown = append(r.Unknown, notes...)
	if err == nil {
		r.Missing, r.Nameless, err = j.mostMissing(ctx, partner)
		faults = errors.Join(faults, unknown("the employers that the master lacks", err))
	}
	return r, errors.Join(faults, failures(ds))
}

// trendStart is the first week that counts for a week's report.
func trendStart(week nayose.Week) nayose.Week {
	return nayose.WeekOf((week.Monday() - 7*(trendWeeks-1)).Time())
}

// trendRows are the ledger's rows that count for a week's report.
func (j *job) trendRows(ctx context.Context, week nayose.Week) ([]loader.DeliveryRow, error) {
	db, err := j.migrated(ctx)
	if err != nil {
		return nil, err
	}
	return db.DeliveriesBetween(ctx, trendStart(week), week)
}

// trend has a point for each week of a partner that was loaded, by partner and week: how the load of its last plan left it, and the postings that
// were new and that expired by all its loads.
func trend(ledger []loader.DeliveryRow, ds []*delivery) (points []page.Point) {
	for _, d := range ds {
		last := map[nayose.Week]loader.DeliveryRow{}
		for _, row := range ledger {
			if row.Partner != d.partner || row.State != loader.Loaded {
				continue
			}
			// Loads of a week stand in the order of their plans: one of an older plan would be superseded.
			row.Inserted += last[row.Week].Inserted
			row.Expired += last[row.Week].Expired
			last[row.Week] = row
		}
		from := len(points)
		for _, row := range last {
			points = append(points, pointOf(&row))
		}
		slices.SortFunc(points[from:], func(a, b page.Point) int { return cmp.Compare(a.Week.Monday(), b.Week.Monday()) })
	}
	return points
}

func pointOf(r *loader.DeliveryRow) page.Point {
	p := page.Point{
		Week: r.Week, Partner: r.Partner, Records: r.Extract.Records, Rejected: r.Extract.Rejected,
		Matched: r.Matched, Review: r.Review, Unmatched: r.Unmatched,
		Inserted: r.Inserted, Expired: r.Expired, Active: r.ActiveAfter, Flipped: -1,
	}
	if r.Known > 0 {
		p.Flipped = float64(r.Flipped) / float64(r.Known)
	}
	return p
}

// mostMissing are the employers that the master lacks now, whatever the week: those of the most postings; and the number of postings that name
// nobody.
func (j *job) mostMissing(ctx context.Context, partner string) (list []page.Employer, nameless int64, err error) {
	all, nameless, err := j.missingEmployers(ctx, partner)
	for _, e := range all[:min(len(all), mostMissing)] {
		list = append(list, page.Employer{Name: e.Name, Address: e.Address, Postings: e.Postings, Partners: e.Partners})
	}
	return list, nameless, err
}
