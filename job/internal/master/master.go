// Package master reads a master from our CSV: companies, their workplaces, their aliases; the columns by their names in the header,
// in any order, plain or gzip.
//
//	company_id,name,prefecture,address
//	1234567890123,株式会社アカネ,北海道,北海道札幌市東区北七条東３丁目２８－３２
//
// Reading is a stage of its own beside building the master from it: Read runs on the goroutine that ranges over it, so
// whoever prepares companies elsewhere reads the file at the same time. It takes 1.3 s of one core for 1.4 million rows.
package master

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"

	"nayose"
)

// A File is a CSV of the master that has been opened: its header is read.
type File[T any] struct {
	Columns []string // those of ours that the header has, by our names

	name string
	kind *kind[T]
	rows *csv.Reader
	at   []int // of each of the kind's texts; -1 is nowhere
	day  int   // of the date
}

// A kind is what a file holds.
type kind[T any] struct {
	texts    []text[T]
	required []string
	also     map[string]string // other names of columns
	day      string            // the column that is a date
	dayOf    func(*T) *nayose.Date
	check    func(*T) error
	hint     string
}

type text[T any] = struct {
	Column string
	Of     func(*T) *string
}

var companies = kind[nayose.Company]{
	texts: nayose.CompanyTexts, required: []string{"company_id", "name"},
	day: "closed_on", dayOf: func(c *nayose.Company) *nayose.Date { return &c.ClosedOn },
	check: func(c *nayose.Company) error { return needsID(c.ID, "company") },
	hint:  "the master is a CSV in UTF-8 with at least the columns company_id and name",
}

var workplaces = kind[nayose.Workplace]{
	texts: nayose.WorkplaceTexts, required: []string{"company_id"}, also: map[string]string{"workplace_name": "name"},
	check: func(w *nayose.Workplace) error { return needsID(w.CompanyID, "workplace") },
	hint:  "workplaces are a CSV in UTF-8 with company_id, and any of name, address, phone, url and source",
}

var aliases = kind[nayose.Alias]{
	texts: nayose.AliasTexts, required: []string{"company_id", "name"}, also: map[string]string{"alias": "name"},
	check: (*nayose.Alias).Complete,
	hint:  "aliases are a CSV in UTF-8 with company_id, name, kind and source",
}

func needsID(id, what string) error {
	if strings.TrimSpace(id) == "" {
		return fmt.Errorf("the %s has no company_id", what)
	}
	if _, err := strconv.ParseFloat(id, 64); err == nil && strings.Contains(id, "E+") {
		return fmt.Errorf("company_id %s is what a spreadsheet has made of a number: make the column text, and fill it in again", id)
	}
	return nil
}

// OpenCompanies opens a CSV of companies; name is what errors call it. A file that is none is an error of kind nayose.Contract.
func OpenCompanies(r io.Reader, name string) (*File[nayose.Company], error) {
	return open(r, name, &companies)
}

// OpenWorkplaces opens a CSV of workplaces, as OpenCompanies one of companies.
func OpenWorkplaces(r io.Reader, name string) (*File[nayose.Workplace], error) {
	return open(r, name, &workplaces)
}

// OpenAliases opens a CSV of aliases, as OpenCompanies one of companies. An alias without a kind is of kind other.
func OpenAliases(r io.Reader, name string) (*File[nayose.Alias], error) {
	return open(r, name, &aliases)
}

// Read yields the companies of a CSV, in its order; name is what errors call it. A missing column is empty, an unknown
// one ignored, a row without a name kept (the registry has some): it can still be found by its number. Errors are of
// kind nayose.Contract where the content is at fault (no company_id or name column, a row without an id, with more or
// fewer fields than the header, a date that is none), give the line, and are the last thing yielded.
func Read(r io.Reader, name string) iter.Seq2[nayose.Company, error] {
	return read(r, name, &companies)
}

// ReadWorkplaces yields the workplaces of a CSV as Read yields companies: company_id is required.
func ReadWorkplaces(r io.Reader, name string) iter.Seq2[nayose.Workplace, error] {
	return read(r, name, &workplaces)
}

// ReadAliases yields the aliases of a CSV as Read yields companies: company_id and name are required.
func ReadAliases(r io.Reader, name string) iter.Seq2[nayose.Alias, error] {
	return read(r, name, &aliases)
}

func read[T any](r io.Reader, name string, k *kind[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		f, err := open(r, name, k)
		if err != nil {
			yield(*new(T), err)
			return
		}
		f.Rows(nil)(yield)
	}
}

func open[T any](r io.Reader, name string, k *kind[T]) (*File[T], error) {
	f := &File[T]{name: name, kind: k}
	plain, err := unzip(r)
	if err != nil {
		return nil, f.fault(err)
	}
	f.rows = csv.NewReader(plain)
	f.rows.ReuseRecord = true
	header, err := f.rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, f.contract(errors.New("the file is empty"))
	}
	if err != nil {
		return nil, f.fault(err)
	}
	return f, f.lay(header)
}

// ErrNotUTF8 is what is wrong with a row in another encoding.
var ErrNotUTF8 = errors.New("bytes stand in it that are not UTF-8")

// lay finds the columns in the header.
func (f *File[T]) lay(header []string) error {
	if !utf8.ValidString(strings.Join(header, "")) {
		return f.contract(ErrNotUTF8)
	}
	find := func(column string) int {
		i := slices.IndexFunc(header, func(h string) bool { return h == column || f.kind.also[h] == column })
		if i >= 0 {
			f.Columns = append(f.Columns, column)
		}
		return i
	}
	for _, t := range f.kind.texts {
		f.at = append(f.at, find(t.Column))
	}
	f.day = -1
	if f.kind.day != "" {
		f.day = find(f.kind.day)
	}
	for _, column := range f.kind.required {
		if !slices.Contains(f.Columns, column) {
			return f.contract(fmt.Errorf("there is no column %s among %s", column, strings.Join(header, ", ")))
		}
	}
	return nil
}

// Rows yields the rows of the file, once. A row that is at fault goes to bad, and the others are yielded; without bad it ends them,
// with an error of kind nayose.Contract that gives the line. With bad, a text that Postgres cannot keep is a fault, too. A quote that is left open ends them in either case: what lies behind
// it cannot be told apart.
func (f *File[T]) Rows(bad *nayose.BadRows) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for {
			v, err := f.row(bad)
			if errors.Is(err, io.EOF) || !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// row is the next good row.
func (f *File[T]) row(bad *nayose.BadRows) (v T, err error) {
	for {
		row, err := f.rows.Read()
		var parse *csv.ParseError
		switch {
		case bad != nil && errors.As(err, &parse) && !f.openQuote(parse):
			bad.Add(int64(parse.StartLine), parse.Err.Error(), strings.Join(row, ","))
			continue
		case errors.Is(err, io.EOF):
			return v, err
		case err != nil:
			return v, f.fault(err)
		}
		if v, err = f.value(row); err == nil && bad != nil {
			err = f.storable(&v)
		}
		if err == nil {
			return v, nil
		}
		line, _ := f.rows.FieldPos(0)
		if bad == nil {
			return v, f.contract(fmt.Errorf("line %d: %w", line, err))
		}
		bad.Add(int64(line), err.Error(), strings.Join(row, ","))
	}
}

// storable holds a row to what Postgres takes.
func (f *File[T]) storable(v *T) error {
	for _, t := range f.kind.texts {
		for text := range strings.SplitSeq(*t.Of(v), "|") {
			switch {
			case len(text) > nayose.MaxText:
				return fmt.Errorf("%s is longer than %d bytes", t.Column, nayose.MaxText)
			case strings.IndexByte(text, 0) >= 0:
				return fmt.Errorf("a byte 0 stands in %s", t.Column)
			}
		}
	}
	return nil
}

// openQuote reports that the reader has swallowed the rest of the file in search of a quote's end.
func (f *File[T]) openQuote(parse *csv.ParseError) bool {
	return errors.Is(parse.Err, csv.ErrQuote) && parse.Line > parse.StartLine
}

// unzip is r's content without gzip, where its first bytes say that it is compressed, and without a byte order mark.
func unzip(r io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 1<<20)
	if magic, _ := b.Peek(2); string(magic) == "\x1f\x8b" {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, err
		}
		b = bufio.NewReaderSize(z, 1<<20)
	}
	if bom, _ := b.Peek(3); string(bom) == "\xef\xbb\xbf" {
		_, err := b.Discard(3)
		return b, err
	}
	return b, nil
}

// value copies a row's fields into one string of its own, so that a value kept does not keep the reader's buffer,
// and one allocation serves them all.
func (f *File[T]) value(row []string) (v T, err error) {
	n := 0
	for _, at := range f.at {
		if at >= 0 {
			n += len(row[at])
		}
	}
	var b strings.Builder
	b.Grow(n)
	for i, at := range f.at {
		if at < 0 {
			continue
		}
		start := b.Len()
		b.WriteString(strings.TrimSpace(strings.TrimPrefix(row[at], "'"))) // which keeps a spreadsheet from taking the cell for a formula, or a number
		*f.kind.texts[i].Of(&v) = b.String()[start:]
	}
	if f.day >= 0 && strings.TrimSpace(row[f.day]) != "" {
		day, err := nayose.ParseDay(strings.TrimSpace(row[f.day]))
		if err != nil {
			return v, fmt.Errorf("%s %w", f.kind.day, err)
		}
		*f.kind.dayOf(&v) = day
	}
	if !utf8.ValidString(b.String()) {
		return v, ErrNotUTF8
	}
	return v, f.kind.check(&v)
}

// fault tells content that breaks the format, a file cut short included, from a source that failed.
func (f *File[T]) fault(err error) error {
	var known *nayose.Error
	var parse *csv.ParseError
	var corrupt flate.CorruptInputError
	switch {
	case errors.As(err, &parse), errors.As(err, &corrupt), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		if !errors.As(err, &known) {
			return f.contract(err)
		}
	}
	return fmt.Errorf("read master %s: %w", f.name, err)
}

func (f *File[T]) contract(err error) error {
	hint := f.kind.hint
	if errors.Is(err, ErrNotUTF8) {
		hint = nayose.SaveAsUTF8
	}
	return fmt.Errorf("read master %s: %w", f.name, nayose.Fault(nayose.Contract, err, hint))
}
