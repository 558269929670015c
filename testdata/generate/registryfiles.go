package main

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"nayose"
)

// The registry's files are as of a day, and of the weekdays behind it.
var asOf = nayose.NewDate(2026, 9, 30)

// birthday is when the first numbers were given, to all companies that there were.
var birthday = nayose.NewDate(2015, 10, 5)

// A company in so many is a foreign one.
const foreignEvery = 500

// unborn is the first of the companies that are founded behind asOf.
const unborn = 9_000_000

// ofPast is drawn from dice of its own.
const ofPast = 1 << 32

// writeRegistry writes a full file of so many companies, in the Unicode edition, and a change file for each of so many days, in CP932.
func writeRegistry(dir string, companies, days int) error {
	if companies > unborn {
		return fmt.Errorf("there are numbers for %d companies, not for %d", unborn, companies)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	r := newRegistry(companies)
	if err := r.writeFull(dir); err != nil {
		return err
	}
	g := newGazette(r)
	encoding := cp932{}
	for day := range weekdays(days) {
		if err := os.WriteFile(filepath.Join(dir, changeName(day)), newRegistryFile(encoding).csv(g.day(day)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// weekdays are the first n of them behind asOf.
func weekdays(n int) iter.Seq[nayose.Date] {
	return func(yield func(nayose.Date) bool) {
		for day := asOf + 1; n > 0; day++ {
			if weekday := day.Time().Weekday(); weekday == 0 || weekday == 6 {
				continue
			}
			if n--; !yield(day) {
				return
			}
		}
	}
}

func fullName(on nayose.Date) string { return "00_zenkoku_all_" + on.Time().Format("20060102") }

func changeName(on nayose.Date) string { return "diff_" + on.Time().Format("20060102") + ".csv" }

// writeFull writes the last row of each company, sorted by number. Companies are made in the order of their numbers but for the check
// digit, which stands in front, so there is a file for each of these first.
func (r *registry) writeFull(dir string) (err error) {
	var byDigit [10]*os.File
	var buffers [10]*bufio.Writer
	for i := range byDigit {
		if byDigit[i], err = os.CreateTemp(dir, "rows"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, byDigit[i].Close(), os.Remove(byDigit[i].Name())) }()
		buffers[i] = bufio.NewWriterSize(byDigit[i], 1<<18)
	}
	f := newRegistryFile(nil)
	for i := range r.size {
		h := r.history(i)
		_, _ = buffers[h.last().CompanyID[0]-'0'].Write(f.row(h.last())) // the writer keeps an error for Flush
	}
	out, err := os.Create(filepath.Join(dir, fullName(asOf)+".zip"))
	if err != nil {
		return err
	}
	err = writeArchive(out, fullName(asOf), zip.Deflate, asOf, func(w io.Writer) error {
		for i, rows := range byDigit {
			if err := errors.Join(buffers[i].Flush(), f.copyNumbered(w, rows)); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, out.Close())
}

// copyNumbered copies rows from their file's start, with their sequence numbers.
func (f *registryFile) copyNumbered(w io.Writer, rows *os.File) error {
	if _, err := rows.Seek(0, io.SeekStart); err != nil {
		return err
	}
	lines := bufio.NewReaderSize(rows, 1<<18)
	buffer := bufio.NewWriterSize(w, 1<<18)
	for {
		line, err := lines.ReadSlice('\n')
		if err == io.EOF {
			return buffer.Flush()
		}
		if err != nil {
			return err
		}
		_, _ = buffer.Write(f.numbered(line)) // the writer keeps an error for Flush
	}
}

// history is that of company i until asOf: one in eight has moved, some have another name, one in sixteen is closed.
func (r *registry) history(i int) history {
	c := r.company(i)
	r.roll(ofPast, uint64(i))
	founded := founded(r.dice, c, r.firstDay())
	if i%foreignEvery == foreignEvery-1 {
		founded.goAbroad(r.dice, c)
		return founded
	}
	now := founded[0]
	h := founded
	if c.FormerNames != "" {
		h[0].Name, h[0].Kind = c.FormerNames, registryKinds[yugen]
	}
	if r.percent(12) {
		settle(r.dice, &h[0], anywhere(r.dice))
		h = h.then(moving, r.after(h), func(r *nayose.Registration) {
			r.Prefecture, r.City, r.Street, r.PostalCode = now.Prefecture, now.City, now.Street, now.PostalCode
		})
	}
	if c.FormerNames != "" {
		h = h.then(renaming, r.after(h), func(r *nayose.Registration) { r.Name, r.Kind = now.Name, now.Kind })
	}
	switch n := r.IntN(100); {
	case n < 5:
		h = h.ended(r.after(h), one(r.dice, []string{liquidated, liquidated, liquidated, byRegistry}))
	case n < 6:
		h = h.ended(r.after(h), mergedAway)
		h.last().SuccessorID = r.company((i + 1) % r.size).Company.ID
	case n < 30:
		h = h.corrected(r.after(h), nil)
	}
	return h
}

// firstDay is when a company's first row was published.
func (r *registry) firstDay() nayose.Date {
	if r.percent(70) {
		return birthday
	}
	return birthday + nayose.Date(r.IntN(int(asOf-birthday)-400))
}

// after is a day between a history's last one and asOf.
func (r *registry) after(h history) nayose.Date {
	day := h.last().UpdatedOn
	return day + 1 + nayose.Date(r.IntN(max(1, int(asOf-day)/2)))
}
