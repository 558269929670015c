package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"

	"nayose"
	"nayose/job/internal/feed/internal/cell"
	"nayose/job/internal/record"
)

// reader is a delivery that is being read. It remembers no text, only which posting ids and which mentions it has seen.
type reader struct {
	Delivery
	sink     Sink
	winners  winners
	mentions seen
	report   *reporter
}

// pass takes every record of the delivery through do.
func (r *reader) pass(ctx context.Context, do func(*table, *record.Record) error) error {
	r.report.restart()
	for _, f := range r.Files {
		if err := r.file(ctx, f, do); err != nil {
			return fmt.Errorf("read %s: %w", f.Key, err)
		}
	}
	return nil
}

// stoppable is content that ends with its context, however long it takes to the next record.
type stoppable struct {
	Content
	ctx context.Context //nolint:containedctx // ReadAt has none
}

func (s stoppable) ReadAt(b []byte, at int64) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.Content.ReadAt(b, at)
}

func (r *reader) file(ctx context.Context, f File, do func(*table, *record.Record) error) error {
	content, err := f.Open(ctx)
	if err != nil {
		return err
	}
	defer content.Close()
	before, tables, sheets := r.report.records, 0, r.Mapping.Sheets.folded()
	for t, err := range record.Open(stoppable{content, ctx}, content.Size(), r.Mapping.format()) {
		if err != nil {
			return inTable(t, err)
		}
		if t.Sheet() && len(sheets) > 0 && !slices.Contains(sheets, cell.Fold(t.Name)) {
			continue
		}
		tables++
		if err := r.table(ctx, f, t, do); err != nil {
			return inTable(t, err)
		}
	}
	switch {
	case r.Approved:
	case tables == 0:
		return emptyDelivery("the archive holds no .csv, .tsv or .txt file, the workbook no row, or no sheet that the mapping names")
	case r.report.records == before:
		return emptyDelivery("it has a header and no record")
	}
	return nil
}

// inTable says in which entry or sheet an error arose.
func inTable(t *record.Table, err error) error {
	if t == nil || t.Name == "" {
		return err
	}
	return fmt.Errorf("%s: %w", t.Name, err)
}

func emptyDelivery(why string) error {
	return nayose.Fault(nayose.Held, fmt.Errorf("an empty delivery: %s", why),
		"ask the partner for the file; an empty one would expire every posting of theirs")
}

// table is a table whose header is known.
type table struct {
	*record.Table
	file   File
	layout *layout
	ids    idShape
}

func (r *reader) table(ctx context.Context, f File, rows *record.Table, do func(*table, *record.Record) error) error {
	t := &table{Table: rows, file: f}
	defer func() { r.report.endTable(t) }()
	header, err := t.readHeader(r)
	if err == io.EOF && r.Approved {
		return nil
	}
	if err == io.EOF && t.Sheet() {
		return nayose.Fault(nayose.Contract, errors.New("the sheet has no header"), hintSheets)
	}
	if err == io.EOF {
		return emptyDelivery("the file has no line")
	}
	if err != nil {
		return err
	}
	if t.layout, err = newLayout(r.Mapping, header); err != nil {
		return t.diagnose(err)
	}
	r.report.beginTable(t)
	for rec, err := range recordsOf(ctx, rows) {
		if err != nil {
			return err
		}
		if rec.Blank {
			r.report.bytes.Blank += rec.Size
			continue
		}
		r.report.records++
		if err := do(t, rec); err != nil {
			return err
		}
	}
	return nil
}

// seldom is how many records are read between two looks at whether the run is to stop.
const seldom = 64

// recordsOf are the records of a table to its end, or to an error, which is the last that comes.
func recordsOf(ctx context.Context, t *record.Table) iter.Seq2[*record.Record, error] {
	return func(yield func(*record.Record, error) bool) {
		for n := 0; ; n++ {
			rec, err := t.Next()
			if err == io.EOF {
				return
			}
			if err == nil && n%seldom == 0 {
				err = ctx.Err()
			}
			if !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

// readHeader reads the first record with content behind those that the mapping skips, as a header; the error is io.EOF where there
// is none.
func (t *table) readHeader(r *reader) ([]string, error) {
	for skip := r.Mapping.SkipRows; ; {
		rec, err := t.Next()
		if err != nil {
			return nil, err
		}
		if rec.Blank {
			r.report.bytes.Blank += rec.Size
			continue
		}
		r.report.bytes.Headers += rec.Size
		if skip > 0 {
			skip--
			continue
		}
		if rec.Fault != nil {
			return nil, nayose.Fault(nayose.Contract, fmt.Errorf("the header, line %d: %s", rec.Line, rec.Fault.Reason), "")
		}
		t.Expect(len(rec.Cells))
		header := make([]string, len(rec.Cells))
		for i, text := range rec.Cells {
			header[i] = cell.Trim(text)
		}
		return header, nil
	}
}

const hintSheets = "name the sheets that hold postings under sheets: of the mapping, or correct its columns or skip_rows"

// diagnose adds to the error of a header that does not fit what the table looks like, where its dialect is to blame.
func (t *table) diagnose(err error) error {
	var fault *nayose.Error
	looks := t.LooksLike()
	switch {
	case !errors.As(err, &fault):
		return err
	case t.Sheet():
		return nayose.Fault(fault.Kind, fault.Err, hintSheets)
	case looks != "":
		return nayose.Fault(fault.Kind, fault.Err, "the file looks "+looks+": correct the mapping, or have the partner deliver as before")
	}
	return err
}

// note is the first pass where the last record of an id wins: it remembers which that is.
func (r *reader) note(t *table, rec *record.Record) error {
	if e, bad := r.read(t, rec); bad == nil {
		r.winners.note(e.id)
	}
	return nil
}

// entry is a record that is understood: a posting with its mention, or a deletion.
type entry struct {
	id       string
	deletion bool
	posting  nayose.Posting
	mention  nayose.Mention
}

// read understands a record, or says what is wrong with it.
func (r *reader) read(t *table, rec *record.Record) (e entry, bad *fault) {
	if rec.Fault != nil {
		return e, t.damage(rec.Fault)
	}
	if t.layout.isHeader(rec.Cells) {
		return e, faultf("", codeHeaderAgain, "the header stands here again")
	}
	if e.id, e.deletion, bad = t.layout.deletion(rec.Cells); e.deletion || bad != nil {
		return e, bad
	}
	e.posting, e.mention, bad = t.layout.read(r.Partner, rec.Cells)
	e.id = e.posting.PostingID
	return e, bad
}

// record books one record and hands on what it is.
func (r *reader) record(t *table, rec *record.Record) error {
	lineage := t.lineage(r.Partner, rec)
	e, bad := r.read(t, rec)
	if bad != nil {
		r.report.rejected(lineage, rec, bad)
		return r.sink.Reject(t.reject(nayose.RejectBad, lineage, rec, bad))
	}
	t.ids.add(e.id)
	if !r.winners.wins(e.id) {
		r.report.duplicate(lineage, rec)
		again := faultf(t.layout.headerOf(postingID), codeDuplicate, "posting id %s %s", e.id, r.winners.rule())
		return r.sink.Reject(t.reject(nayose.RejectDuplicate, lineage, rec, again))
	}
	if e.deletion {
		r.report.deletion(lineage, rec)
		return r.sink.Deletion(nayose.Deletion{Lineage: lineage, Partner: r.Partner, PostingID: e.id})
	}
	r.report.unique(lineage, rec)
	if r.mentions.add(hashOf(e.mention.ID)) {
		r.report.counts.Mentions++
		if err := r.sink.Mention(e.mention); err != nil {
			return err
		}
	}
	e.posting.Lineage = lineage
	return r.sink.Posting(e.posting)
}

// lineage is the identity of a record: of a plain file by its byte offset, in an archive or a workbook by its entry or sheet as well.
func (t *table) lineage(partner string, rec *record.Record) nayose.ID {
	at := strconv.FormatInt(rec.Offset, 10)
	if t.Name == "" {
		return nayose.NewID("record", partner, t.file.SHA256, at)
	}
	return nayose.NewID("record", partner, t.file.SHA256, t.Name, at)
}

// damage is what package record says against a record.
func (t *table) damage(f *record.Fault) *fault {
	column := ""
	if f.Cell >= 0 {
		column = t.layout.name(f.Cell)
	}
	return &fault{column, string(f.Code), f.Reason}
}

// where is the name of the table in rejects: an entry or sheet stands behind its file as behind a folder.
func (t *table) where() string {
	if t.Name == "" {
		return t.file.Key
	}
	return t.file.Key + "/" + t.Name
}

func (t *table) reject(kind string, lineage nayose.ID, rec *record.Record, why *fault) nayose.Reject {
	return nayose.Reject{
		Lineage: lineage, Kind: kind, File: t.where(), Line: rec.Line, Offset: rec.Offset,
		Column: why.column, Code: why.code, Reason: why.reason, Raw: t.Show(rec),
	}
}
