package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"

	"nayose"
	"nayose/job/internal/sheet"
	"nayose/loader"
)

// table writes rows as columns that line up on a terminal, Japanese included. Columns of numbers, below what the first row
// says, stand to the right; ids do not.
func table(rows [][]string) string {
	var text strings.Builder
	widths, right := map[int]int{}, map[int]bool{}
	for i := range rows[0] {
		right[i] = !ids[rows[0][i]] && numbers(rows[min(1, len(rows)-1):], i)
		for _, row := range rows {
			widths[i] = max(widths[i], runewidth.StringWidth(row[i]))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-runewidth.StringWidth(cell))
			if right[i] {
				line.WriteString(pad + cell + "  ")
			} else {
				line.WriteString(cell + pad + "  ")
			}
		}
		text.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return text.String()
}

// fitted is a table for the output: as wide as a terminal lets it be, else as wide as it is.
func (j *job) fitted(rows [][]string, keys int) string { return fold(rows, keys, widthOf(j.out)) }

// fold is a table of so many columns at most, 0 for any: a wider one goes on below, each part behind its first few columns, which say whose
// the rows are.
func fold(rows [][]string, keys, width int) string {
	whole := table(rows)
	if width == 0 || tableWidth(whole) <= width {
		return whole
	}
	var parts []string
	for from := keys; from < len(rows[0]); {
		part, to := "", from
		for to < len(rows[0]) { // as many columns as fit, and one at least
			next := table(columnsOf(rows, keys, from, to+1))
			if part != "" && tableWidth(next) > width {
				break
			}
			part, to = next, to+1
		}
		parts, from = append(parts, part), to
	}
	return strings.Join(parts, "\n")
}

// columnsOf are the first columns of some rows, and those from one to before another.
func columnsOf(rows [][]string, keys, from, to int) [][]string {
	cut := make([][]string, len(rows))
	for i, row := range rows {
		cut[i] = slices.Concat(row[:keys], row[from:to])
	}
	return cut
}

// tableWidth is that of the longest line.
func tableWidth(text string) (width int) {
	for line := range strings.Lines(text) {
		width = max(width, runewidth.StringWidth(strings.TrimSuffix(line, "\n")))
	}
	return width
}

// widthOf is how many columns a terminal has; 0 for what is none.
func widthOf(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// ids are the columns whose cells are names, also where they are of digits only.
var ids = map[string]bool{"partner": true, "company_id": true, "company": true, "posting": true, "mention": true}

// numbers tells whether a column holds nothing but numbers, as they are or as 1.5 s or 3/16, or dashes where there is none.
func numbers(rows [][]string, column int) bool {
	for _, row := range rows {
		if row[column] == "" || strings.Trim(row[column], "0123456789.-/ s") != "" {
			return false
		}
	}
	return true
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

var summaryHeader = []string{
	"partner", "week", "plan", "state", "records", "rejected", "duplicate", "unique", "mentions",
	"matched", "review", "unmatched", "inserted", "updated", "unchanged", "reactivated", "expired", "deletions",
}

func (s *summary) row() []string {
	return append([]string{s.Partner, s.Week.String(), fmt.Sprint(s.Plan), s.State}, cells(
		s.Records, s.Rejected, s.Duplicates, s.Unique, s.Mentions, s.Matched, s.Review, s.Unmatched,
		s.Inserted, s.Updated, s.Unchanged, s.Reactivated, s.Expired, s.Deletions)...)
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
	return j.fitted(rows, 2)
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

func writeJSON(w io.Writer, value any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}

// writeSheet writes a table for a spreadsheet to a file of this machine, which a failure leaves half written.
func writeSheet(name string, write func(row func(cells ...string) error) error) error {
	f, err := os.Create(name)
	if err != nil {
		return usage(err, "name a file that can be written")
	}
	out := sheet.New(f)
	return errors.Join(write(out.Row), out.Flush(), f.Close())
}
