package feed

import (
	"io"

	"nayose/job/internal/feed/internal/record"
)

// Format is how a file is written, as far as that is declared; what is not, is found out.
type Format = record.Format

// Record is one record of a file: where it lies, and its cells or what is wrong with it. It is valid until the next one.
type Record = record.Record

// Scan takes a file apart into records, headers and blank ones among them, and does nothing else: without a mapping, no cell means
// anything. table is the entry or sheet, empty for a plain file. The errors are those of Read, and of each.
func Scan(content Content, f Format, each func(table string, rec *Record) error) error {
	for t, err := range record.Open(content, content.Size(), f) {
		if err == nil {
			err = scanTable(t, each)
		}
		if err != nil {
			return inTable(t, err)
		}
	}
	return nil
}

func scanTable(t *record.Table, each func(string, *Record) error) error {
	for {
		rec, err := t.Next()
		if err == nil {
			err = each(t.Name, rec)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
