package feed

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"

	"nayose/job/internal/record"
)

// Format is how a file is written, as far as that is declared; what is not, is found out.
type Format = record.Format

// Record is one record of a file: where it lies, and its cells or what is wrong with it. It is valid until the next one.
type Record = record.Record

// Scan takes a file apart into records, headers and blank ones among them, and does nothing else: without a mapping, no cell means
// anything. table is the entry or sheet, empty for a plain file. The errors are those of Read, and of each.
func Scan(content Content, f Format, each func(table string, rec *Record) error) error {
	return scan(context.Background(), content, f, func(t *record.Table, rec *Record) error { return each(t.Name, rec) })
}

func scan(ctx context.Context, content Content, f Format, each func(*record.Table, *Record) error) error {
	for t, err := range record.Open(content, content.Size(), f) {
		if err == nil {
			err = scanTable(ctx, t, each)
		}
		if err != nil {
			return inTable(t, err)
		}
	}
	return nil
}

func scanTable(ctx context.Context, t *record.Table, each func(*record.Table, *Record) error) error {
	for rec, err := range recordsOf(ctx, t) {
		if err == nil {
			err = each(t, rec)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// rawRecord is a record as WriteRaw writes it.
type rawRecord struct {
	Table  string   `json:"table,omitempty"`
	Offset int64    `json:"offset"`
	Line   int64    `json:"line"`
	Cells  []string `json:"cells,omitempty"`
	Reject string   `json:"reject,omitempty"`
	Code   string   `json:"code,omitempty"`
	Raw    string   `json:"raw,omitempty"`
}

// WriteRaw writes the records of a file, whatever they mean, as JSON, an object a line: its cells, or what is wrong with it. Of m
// only the encoding, the delimiter and the quote count; what it leaves open is found out, and so is the number of cells that a
// sound record has. The header is a record as any other. A line without content is none, but one of delimiters only is, as all
// its cells are empty.
//
// The error is of kind Usage where m is wrong, Contract where the file cannot be read.
func WriteRaw(ctx context.Context, w io.Writer, file Content, m *Mapping) error {
	if err := m.validateFormat(); err != nil {
		return err
	}
	f := m.format()
	f.Width = record.Usual
	several, err := hasSeveral(file, f)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	err = scan(ctx, file, f, func(t *record.Table, rec *Record) error { return enc.Encode(rawOf(t, rec, several)) })
	return errors.Join(err, out.Flush())
}

func rawOf(t *record.Table, rec *Record, named bool) rawRecord {
	raw := rawRecord{Offset: rec.Offset, Line: rec.Line, Cells: rec.Cells}
	if named {
		raw.Table = t.Name
	}
	if rec.Fault != nil {
		raw.Cells, raw.Reject, raw.Code, raw.Raw = nil, rec.Fault.Reason, string(rec.Fault.Code), t.Show(rec)
	}
	return raw
}

// hasSeveral tells whether a file has more than one table. Those of an archive or a workbook are opened for it, and not read.
func hasSeveral(file Content, f record.Format) (bool, error) {
	tables := 0
	for t, err := range record.Open(file, file.Size(), f) {
		if err != nil {
			return false, inTable(t, err)
		}
		if tables++; tables > 1 || t.Name == "" {
			break
		}
	}
	return tables > 1, nil
}
