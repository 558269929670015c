// Package registry reads the corporate-number registry (法人番号公表サイト) as the National Tax Agency publishes it: full files, of
// one prefecture or of the country, and the change file of each working day.
//
//	f, err := registry.Open(r, size, "diff_20260819.csv")
//	f.Day, f.Whole                  // 2026-08-19, false
//	var bad nayose.BadRows
//	for row, err := range f.Rows(&bad) {
//		row.CompanyID, row.Process, row.Name // 8990100000018, 11, 株式会社アカネ
//	}
//
// A file is a CSV without a header, plain, by gzip, or in a zip archive beside its signature (.asc); an archive may hold several
// CSVs that are numbered, which are read as one. Two editions are told apart by their bytes: Unicode (UTF-8) and Shift_JIS (CP932),
// which writes ＿ for a character outside JIS level 1 and 2; it stays so here. The registry's XML edition is not read.
//
// A row is a line: what happened to a company on a day, and what it was from then on. Its columns, from 1, as the resource
// definition (リソース定義書) names them:
//
//	1 sequenceNumber     9 kind               17 addressOutside            24 latest
//	2 corporateNumber   10 prefectureName     18 addressOutsideImageId     25 enName
//	3 process           11 cityName           19 closeDate                 26 enPrefectureName
//	4 correct           12 streetNumber       20 closeCause                27 enCityName
//	5 updateDate        13 addressImageId     21 successorCorporateNumber  28 enAddressOutside
//	6 changeDate        14 prefectureCode     22 changeCause               29 furigana
//	7 name              15 cityCode           23 assignmentDate            30 hihyoji
//	8 nameImageId       16 postCode
//
// Columns were only ever added behind the last one, so that every layout of 23 columns or more is read alike, by what it has. Files
// of 2015 and 2016 have 23. latest and the English names came with the second edition of the definition; furigana with the third, in
// change files from 2018-04-02 and in full files from 2018-04-27 (the agency's notice of 2018-01-31, 法人名のフリガナの公表開始に伴う仕様の
// 変更について); hihyoji with the fourth, of 2019. The codes of process, kind and closeCause are those of the definition,
// too; files of 2016 and 2026 and several public programs agree on them. The name's kana leave the legal form out.
//
// A full file has the latest row of every company, a change file all rows that were published on its day: of a company whose past
// was corrected, every row of its history from 01 on (correct is 1 on those that replace others, latest on the last alone). Files
// are sorted by corporate number, so that a company's rows stand together, the oldest first. Rows does not hold them to
// it: it yields them as they stand.
//
// A row that is at fault is left out and listed, and costs no other: a row never spans lines, so a quote that is left open ends with its
// line. A file of which more than that is wrong is refused, with an error of kind nayose.Contract: one that is cut off or damaged, or
// something else altogether. Where an archive is damaged shows when its end is read: take back what was taken of it.
//
// Reading takes constant memory, 20 MB; a whole registry of 5.8 million rows takes 14 s of a core in UTF-8, 21 in CP932, 36 out of the zip
// (docs/benchmarks.md, The master).
//
// In reading order: registry.go; name.go, what a file is called; source.go, what it is packed in; text.go, lines and their encoding, with cp932.go; cells.go and
// row.go.
package registry

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"nayose"
)

// A File is a file of the registry that has been opened: its first rows are known to be what they should.
type File struct {
	Day        nayose.Date // as of which day it is
	Whole      bool        // a full file, else a change file
	Prefecture string      // of a full file: 鳥取県, 国外, or 全国; empty where the name does not say it

	// Named means that Day and Whole are what the file's name says. Else the first rows tell: those of a change file were all
	// published on one day, or several are of one company, as in no full file. A full file of a few rows may so be taken for a change
	// file. Day is then the newest on which one of the rows that were read was published: it is right when Rows has come to its end.
	Named bool

	// Columns is how many its rows have: 23 to 30, or more where the registry has added some since.
	Columns int

	name string
	src  *source
	text *text // of the CSV that is being read
	line int64
}

// The limits to what is read before anything is believed.
const (
	headBytes = 1 << 20
	headRows  = 1000
	badRows   = 10 // of them may be at fault
)

// Open opens a file of the registry of so many bytes; name is what it is called, which says of what day it is, and how errors call it.
// A file that is none is an error of kind nayose.Contract.
func Open(r io.ReaderAt, size int64, name string) (*File, error) {
	f := &File{name: name}
	if err := f.open(r, size); err != nil {
		return nil, f.fault(err)
	}
	return f, nil
}

func (f *File) open(r io.ReaderAt, size int64) (err error) {
	if f.src, err = newSource(r, size); err != nil {
		return err
	}
	if f.text, err = f.src.next(); err != nil {
		return err
	}
	lines, err := f.text.head()
	if err != nil {
		return err
	}
	return f.look(lines)
}

// look judges a file by its first lines.
func (f *File) look(lines [][]byte) error {
	if err := foreign(lines); err != nil {
		return err
	}
	if f.Columns = f.text.columns(lines); f.Columns < minColumns || f.Columns > maxColumns {
		return contract(askAgain, "its rows have %d columns, and not the %d to %d of the registry's CSV", f.Columns, minColumns, maxColumns)
	}
	var rows []nayose.Registration
	var first error
	for i, line := range lines {
		row, err := f.text.row(line, f.Columns)
		if err == nil {
			rows = append(rows, row)
		} else if first == nil {
			first = fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	if bad := len(lines) - len(rows); len(rows) == 0 || bad > badRows {
		return contract(askAgain, "it is damaged, or no file of the registry: of its first %d rows %d cannot be read, such as %w", len(lines), bad, first)
	}
	f.date(rows)
	return nil
}

// date finds out of what day the file is, and whether it is a full one.
func (f *File) date(first []nayose.Registration) {
	if named := parseName(f.text.name, f.name); named != nil {
		f.Day, f.Whole, f.Prefecture, f.Named = named.day, named.whole, named.prefecture, true
		return
	}
	several, oneDay := false, true
	for i, row := range first {
		several = several || i > 0 && row.CompanyID == first[i-1].CompanyID
		oneDay = oneDay && row.UpdatedOn == first[0].UpdatedOn
		f.Day = max(f.Day, row.UpdatedOn)
	}
	f.Whole = !several && !oneDay
}

// Is tells whether a file is one for Open, rather than a CSV of our own with a header: it is an archive, or one of its first lines looks
// like a row. It is so, too, of what Open refuses with better words: a web page, XML. An error is one of reading the file.
func Is(r io.ReaderAt, size int64) (bool, error) {
	src, err := newSource(r, size)
	if src.archive {
		return true, nil
	}
	if err != nil {
		return false, src.err
	}
	t, err := src.next()
	if err != nil {
		return false, src.err
	}
	lines, err := t.head()
	if err != nil || len(lines) == 0 {
		return false, src.err
	}
	return markup(lines[0]) != "" || slices.ContainsFunc(lines[:min(len(lines), 10)], t.looksLikeRow), nil
}

// Rows yields the rows of the file, in its order, once. A row that is at fault goes to bad, and the others are yielded; without bad it
// ends them, with an error of kind nayose.Contract that gives the line, counted over all CSVs of an archive.
func (f *File) Rows(bad *nayose.BadRows) iter.Seq2[nayose.Registration, error] {
	return func(yield func(nayose.Registration, error) bool) {
		for {
			row, err := f.next(bad)
			if err == io.EOF {
				return
			}
			if err != nil {
				err = f.fault(err)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// next is the next good row, or io.EOF.
func (f *File) next(bad *nayose.BadRows) (row nayose.Registration, err error) {
	for {
		line, err := f.text.line()
		if err == io.EOF {
			t, err := f.src.next()
			if err != nil {
				return row, err
			}
			f.text = t
			continue
		}
		if err != nil && err != errTooLong {
			return row, err
		}
		f.line++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if err == nil {
			row, err = f.text.row(line, f.Columns)
		}
		if err == nil && f.text.unended && f.line == 1 {
			err = errLone
		}
		switch {
		case err == nil:
			row.Line = f.line
			if !f.Named {
				f.Day = max(f.Day, row.UpdatedOn)
			}
			return row, nil
		case f.text.unended:
			return row, contract(askAgain, "it is cut off: line %d, the last, is no whole row (%w)", f.line, err)
		case bad == nil:
			return row, contract(askAgain, "line %d: %w", f.line, err)
		}
		bad.Add(f.line, err.Error(), f.text.readable(line))
	}
}

// errLone is of a row that may be cut between two columns, as nothing says how many there were.
var errLone = errors.New("there is no other, nor a line end")

// askAgain is the hint for what is wrong with a file as a whole.
const askAgain = "download it again from the registry's site, as CSV (Unicode or Shift_JIS), and give the file as it is"

func contract(hint, format string, args ...any) error {
	return nayose.Fault(nayose.Contract, fmt.Errorf(format, args...), hint)
}

func (f *File) fault(err error) error { return fmt.Errorf("read registry %s: %w", f.name, err) }

// foreign refuses what is known not to be the registry's CSV.
func foreign(lines [][]byte) error {
	if len(lines) == 0 {
		return contract(askAgain, "the file is empty")
	}
	switch markup(lines[0]) {
	case "html":
		return contract(askAgain, "it is a web page, such as a site shows in place of a file that it cannot give")
	case "xml":
		return contract(askAgain, "it is XML: of the registry's editions the CSV is read")
	}
	return nil
}

// markup tells by a file's first line that it is html or xml.
func markup(line []byte) string {
	start := strings.ToLower(string(bytes.TrimSpace(line[:min(len(line), 200)])))
	switch {
	case strings.HasPrefix(start, "<!doctype html"), strings.HasPrefix(start, "<html"):
		return "html"
	case strings.HasPrefix(start, "<"):
		return "xml"
	}
	return ""
}
