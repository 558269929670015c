package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"

	"nayose"
)

// big writes a master of so many companies, companies.csv, and postings of some of them, postings.csv, to dir.
func big(dir string, companies, postings int) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	r := newRegistry(companies)
	if err := writeRows(filepath.Join(dir, "companies.csv"), companyColumns(), companies, r.row); err != nil {
		return err
	}
	return writeRows(filepath.Join(dir, "postings.csv"), postingColumns, postings, r.posting)
}

// writeRows writes a CSV of n rows as they are made.
func writeRows(name string, header []string, n int, row func(i int, into []string) []string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	buffer := bufio.NewWriterSize(f, 1<<20)
	w := csv.NewWriter(buffer)
	err = w.Write(header)
	into := make([]string, 0, len(header))
	for i := 0; i < n && err == nil; i++ {
		err = w.Write(row(i, into))
	}
	w.Flush()
	return errors.Join(err, w.Error(), buffer.Flush(), f.Close())
}

func companyColumns() (names []string) {
	for _, c := range nayose.CompanyTexts {
		names = append(names, c.Column)
	}
	return append(names, "closed_on")
}

// row is company i as a row of the master.
func (r *registry) row(i int, row []string) []string {
	c := r.company(i)
	for _, text := range nayose.CompanyTexts {
		row = append(row, *text.Of(&c.Company))
	}
	return append(row, "")
}
