package feed

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"

	"nayose/job/internal/feed/internal/record"
)

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
	return errors.Join(writeTables(ctx, out, file, f, several), out.Flush())
}

func writeTables(ctx context.Context, w io.Writer, file Content, f record.Format, several bool) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for t, err := range record.Open(file, file.Size(), f) {
		if err == nil {
			err = writeTable(ctx, enc, t, several)
		}
		if err != nil {
			return inTable(t, err)
		}
	}
	return nil
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

func writeTable(ctx context.Context, enc *json.Encoder, t *record.Table, named bool) error {
	for n := 0; ; n++ {
		rec, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err == nil && n%seldom == 0 {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		out := rawRecord{Offset: rec.Offset, Line: rec.Line, Cells: rec.Cells}
		if named {
			out.Table = t.Name
		}
		if rec.Fault != nil {
			out.Cells, out.Reject, out.Code, out.Raw = nil, rec.Fault.Reason, string(rec.Fault.Code), t.Show(rec)
		}
		if err := enc.Encode(out); err != nil {
			return err
		}
	}
}
