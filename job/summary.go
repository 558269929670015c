package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"time"

	"nayose"
	"nayose/job/internal/terminal"
	"nayose/loader"
)

// What came of a week's deliveries: in a word each, as a table for people or JSON for programs, and as the last line of the log.

// The states of a delivery, in a word each. A load adds its own: loaded, already, superseded, stale.
const (
	stateNone      = "not started"
	statePlanned   = "planned"
	stateExtracted = "extracted"
	stateMatched   = "matched"
	stateHeld      = "held"
	stateFailed    = "failed"
)

// state is how far the delivery has come.
func (d *delivery) state() string {
	switch {
	case heldBy(d.err) != nil:
		return stateHeld
	case d.err != nil:
		return stateFailed
	case d.loaded.State != "":
		return string(d.loaded.State)
	case d.allMatched(), d.shard != nil && d.matches != nil && len(d.missing()) < d.plan.Shards:
		return stateMatched
	case d.extract.Extract != nil:
		return stateExtracted
	case d.plan.Number > 0:
		return statePlanned
	}
	return stateNone
}

// stateOf says in a word what a load came to.
func stateOf(r loader.Result) string {
	switch {
	case r.By == "":
		return string(r.State)
	case r.State == loader.Superseded:
		return "superseded by " + r.By
	case r.State == loader.Already:
		return "already stale, as " + r.By
	}
	return "stale, as " + r.By
}

// summary is what came of one delivery, as data for programs and as a row for people.
type summary struct {
	Partner     string      `json:"partner"`
	Week        nayose.Week `json:"week"`
	Plan        int         `json:"plan,omitempty"`
	State       string      `json:"state"`
	Shards      int         `json:"shards,omitempty"`
	ShardsDone  *int        `json:"shards_done,omitempty"`
	Records     *int64      `json:"records,omitempty"`
	Rejected    *int64      `json:"rejected,omitempty"`
	Duplicates  *int64      `json:"duplicates,omitempty"`
	Deletions   *int64      `json:"deletions,omitempty"`
	Unique      *int64      `json:"unique,omitempty"`
	Mentions    *int64      `json:"mentions,omitempty"`
	Matched     *int64      `json:"matched,omitempty"` // postings, as the next five
	Review      *int64      `json:"review,omitempty"`
	Unmatched   *int64      `json:"unmatched,omitempty"`
	Inserted    *int64      `json:"inserted,omitempty"`
	Updated     *int64      `json:"updated,omitempty"`
	Unchanged   *int64      `json:"unchanged,omitempty"`
	Reactivated *int64      `json:"reactivated,omitempty"`
	Expired     *int64      `json:"expired,omitempty"`
	Error       string      `json:"error,omitempty"`
}

// keyColumns are the first ones of summaryHeader and statusHeader, which say whose a row is.
const keyColumns = 3

// summaryHeader has the postings between unique and expired. Mentions stand apart: matched, review and unmatched do not add up to them.
var summaryHeader = []string{
	"partner", "week", "plan", "state", "records", "rejected", "duplicate", "unique",
	"matched", "review", "unmatched", "inserted", "updated", "unchanged", "reactivated", "expired", "mentions", "deletions",
}

func (s *summary) row() []string {
	return append([]string{s.Partner, s.Week.String(), fmt.Sprint(s.Plan), s.State}, cells(
		s.Records, s.Rejected, s.Duplicates, s.Unique, s.Matched, s.Review, s.Unmatched,
		s.Inserted, s.Updated, s.Unchanged, s.Reactivated, s.Expired, s.Mentions, s.Deletions)...)
}

// cells are counts in a table, and a dash for each that is not known.
func cells(counts ...*int64) []string {
	row := make([]string, len(counts))
	for i, n := range counts {
		row[i] = "-"
		if n != nil {
			row[i] = fmt.Sprint(*n)
		}
	}
	return row
}

// summarise writes what came of the deliveries.
func (j *job) summarise(week nayose.Week, ds []*delivery, asJSON bool) error {
	list := make([]summary, len(ds))
	note := fmt.Sprintf("%s: nothing to do, everything was done before (the figures are of then)", week)
	for i, d := range ds {
		list[i] = d.summary()
		if d.worked || d.err != nil {
			note = ""
		}
	}
	return j.writeSummaries(list, note, asJSON)
}

// writeSummaries writes one row a delivery, and a note for people below, which may be empty.
func (j *job) writeSummaries(list []summary, note string, asJSON bool) error {
	if asJSON {
		return writeJSON(j.out, list)
	}
	text := j.summaryTable(list)
	if note != "" {
		text += "\n" + note + "\n"
	}
	_, err := io.WriteString(j.out, text)
	return err
}

func (j *job) summaryTable(list []summary) string {
	rows := [][]string{summaryHeader}
	for i := range list {
		rows = append(rows, list[i].row())
	}
	if !slices.ContainsFunc(list, func(s summary) bool { return s.Deletions != nil && *s.Deletions > 0 }) {
		for i := range rows { // where no feed is a delta, nobody wants to read of deletions
			rows[i] = rows[i][:len(rows[i])-1]
		}
	}
	return terminal.Fold(rows, keyColumns, terminal.Width(j.out))
}

func (d *delivery) summary() summary {
	s := summary{Partner: d.partner, Week: d.plan.Week, Plan: d.plan.Number, State: d.state()}
	if e := d.extract.Extract; e != nil {
		s.addExtract(e)
	}
	s.addShards(d)
	if d.loaded.State != "" {
		s.addResult(&d.loaded)
	}
	switch {
	case d.err != nil:
		s.Error = nayose.OneLine(d.err.Error())
	case d.loaded.State != "":
		s.State = stateOf(d.loaded)
	}
	return s
}

// addShards says how far the match is: of the one shard that the command was told, or of all.
func (s *summary) addShards(d *delivery) {
	s.Shards = d.plan.Shards
	done := d.plan.Shards - len(d.missing())
	if d.matches == nil {
		return
	}
	switch {
	case d.shard != nil:
		if done > 0 && d.err == nil {
			s.State = stateMatched + " shard " + d.shard.String()
		}
		return
	case d.err == nil && done > 0 && done < d.plan.Shards:
		s.State = fmt.Sprintf("%s %d of %d shards", stateMatched, done, d.plan.Shards)
	}
	s.ShardsDone = &done
}

// addLoaded takes what the ledger says.
func (s *summary) addLoaded(r loader.DeliveryRow) {
	s.Partner, s.Week, s.Plan, s.State = r.Partner, r.Week, r.Plan, stateOf(r.Result)
	e, l := r.Extract, r.Result
	s.addExtract(&e)
	s.addResult(&l)
}

func (s *summary) addExtract(e *nayose.ExtractCounts) {
	s.Records, s.Rejected, s.Duplicates, s.Deletions = &e.Records, &e.Rejected, &e.Duplicates, &e.Deletions
	s.Unique, s.Mentions = &e.Unique, &e.Mentions
}

func (s *summary) addResult(r *loader.Result) {
	s.Matched, s.Review, s.Unmatched = &r.Matched, &r.Review, &r.Unmatched
	s.Inserted, s.Updated, s.Unchanged, s.Reactivated, s.Expired = &r.Inserted, &r.Updated, &r.Unchanged, &r.Reactivated, &r.Expired
}

// sayEnd writes the last log line of a run: what came of the week's deliveries, so that one line tells whether all is well. After it come
// only the two lines a fault. The error is the run's.
func (j *job) sayEnd(ctx context.Context, started time.Time, command string, week nayose.Week, ds []*delivery, err error) {
	states := map[string]int{}
	var records, rejected int64
	var postings nayose.MatchCounts
	var held, warned []any
	for _, d := range ds {
		states[d.state()]++
		if c := d.extract.Extract; c != nil {
			records, rejected = records+c.Records, rejected+c.Rejected
		}
		postings.Matched += d.loaded.Matched
		postings.Review += d.loaded.Review
		postings.Unmatched += d.loaded.Unmatched
		if fault := heldBy(d.err); fault != nil {
			held = append(held, slog.String(d.partner, nayose.OneLine(fault.Error())))
		}
		if why := d.loaded.Warned; why != "" {
			warned = append(warned, slog.String(d.partner, why))
		}
	}
	var deliveries []any
	for _, state := range slices.Sorted(maps.Keys(states)) {
		deliveries = append(deliveries, slog.Int(state, states[state]))
	}
	j.log.With(attempt()...).Info("run", "command", command, "week", week.String(), slog.Group("deliveries", deliveries...), "records", records, "rejected", rejected,
		"postings_matched", postings.Matched, "postings_review", postings.Review, "postings_unmatched", postings.Unmatched,
		slog.Group("held", held...), slog.Group("warned", warned...),
		"seconds", time.Since(started).Seconds(), "peak_memory", peakMemory(), "exit", codeOf(ended(ctx, err)))
}
