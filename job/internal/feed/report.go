package feed

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nayose"
	"nayose/job/internal/record"
)

// Report is what Read found.
type Report struct {
	Counts  nayose.ExtractCounts
	Tables  []TableInfo
	Extra   []string // headers that the mapping does not name, in the order of their first appearance; kept in Posting.Extra
	Reasons []Reason // why records were rejected, most frequent first
	Notes   []string // what a person should know though it stops nothing, in words

	// Open says of each table whose last line has no line end that it may be cut off. A program may well write it so every week.
	Open []string
}

// TableInfo is a table as it was found: a file, or an entry or sheet of one.
type TableInfo struct {
	Name      string `json:"name"` // the file's key, with the entry or sheet behind it
	Encoding  string `json:"encoding,omitempty"`
	Delimiter string `json:"delimiter,omitempty"`
	Columns   int    `json:"columns"`
	Records   int64  `json:"records"`
}

// Reason is how often records were rejected for the same.
type Reason struct {
	Column string `json:"column,omitempty"` // the partner's header, empty where it is the record as a whole
	Code   string `json:"code"`
	Count  int64  `json:"count"`
}

// reporter keeps the books of a delivery while it is read.
type reporter struct {
	counts  nayose.ExtractCounts
	bytes   *nayose.ByteCounts // of counts
	records int64              // read so far
	tables  []TableInfo
	extra   []string
	reasons map[Reason]int64
	notes   []string
	open    []string
}

func newReport() *reporter {
	r := &reporter{}
	r.restart()
	return r
}

// restart forgets what was booked, before another pass.
func (r *reporter) restart() {
	*r = reporter{reasons: map[Reason]int64{}}
	r.bytes = &r.counts.Bytes
}

// maxExtra bounds how many headers of a delivery are listed: an archive may have many tables, each with columns of its own.
const maxExtra = 4 * maxColumns

func (r *reporter) beginTable(t *table) {
	r.tables = append(r.tables, TableInfo{
		Name: t.where(), Encoding: t.Format.Encoding, Delimiter: t.Format.Delimiter, Columns: len(t.layout.header), Records: -r.records,
	})
	for _, name := range t.layout.unknown() {
		if len(r.extra) < maxExtra && !slices.Contains(r.extra, name) {
			r.extra = append(r.extra, name)
		}
	}
}

// endTable books the bytes of a table that are no record's, also of one that could not be read to its end.
func (r *reporter) endTable(t *table) {
	b := t.Bytes()
	r.bytes.Files += b.Files
	r.bytes.Marks += b.Marks
	r.bytes.Rejected += b.Rejected
	r.bytes.Blank += b.Blank
	if t.layout == nil {
		return
	}
	r.tables[len(r.tables)-1].Records += r.records
	if said := t.ids.warning(); said != "" {
		r.notes = append(r.notes, fmt.Sprintf("%s: %s", t.where(), said))
	}
	if t.LineEnds().Open {
		r.open = append(r.open, fmt.Sprintf("%s: %s", t.where(), openEnd))
	}
}

func (r *reporter) rejected(lineage nayose.ID, rec *record.Record, why *fault) {
	r.counts.Records++
	r.counts.RecordsSum.Add(lineage)
	r.counts.Rejected++
	r.counts.RejectedSum.Add(lineage)
	r.bytes.Rejected += rec.Size
	r.reasons[Reason{Column: why.column, Code: why.code}]++
}

func (r *reporter) duplicate(lineage nayose.ID, rec *record.Record) {
	r.good(lineage, rec)
	r.counts.Duplicates++
	r.counts.DuplicatesSum.Add(lineage)
}

func (r *reporter) deletion(lineage nayose.ID, rec *record.Record) {
	r.good(lineage, rec)
	r.counts.Deletions++
	r.counts.DeletionsSum.Add(lineage)
}

func (r *reporter) unique(lineage nayose.ID, rec *record.Record) {
	r.good(lineage, rec)
	r.counts.Unique++
	r.counts.UniqueSum.Add(lineage)
}

func (r *reporter) good(lineage nayose.ID, rec *record.Record) {
	r.counts.Records++
	r.counts.RecordsSum.Add(lineage)
	r.bytes.Records += rec.Size
}

// done is the report.
func (r *reporter) done() Report {
	report := Report{Counts: r.counts, Tables: r.tables, Extra: r.extra, Notes: r.notes, Open: r.open}
	for reason, n := range r.reasons {
		reason.Count = n
		report.Reasons = append(report.Reasons, reason)
	}
	slices.SortFunc(report.Reasons, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Code, b.Code), strings.Compare(a.Column, b.Column))
	})
	return report
}
