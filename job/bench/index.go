package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"
)

// index measures how the master is built and saved, opened and checked, each in a process of its own.
func (r *report) index(w *world) (err error) {
	dir, err := os.MkdirTemp("", "nayose-bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	plain, zipped, err := bothWays(w.companies, dir)
	if err != nil {
		return err
	}
	builds := table{
		about: fmt.Sprintf("Build from the CSV, each time in a process of its own that then answers up to %d mentions; memory is its peak.", mostMentions),
		head:  []string{"from", "cores", "MB of CSV", "seconds", "CPU seconds", "MiB after build", "MiB after match"},
	}
	var last outcome
	saved := filepath.Join(dir, "master")
	for _, file := range []string{zipped, plain} {
		for _, cores := range []int{1, 2} {
			log.Printf("index: build from %s on %d", filepath.Base(file), cores)
			if last, err = (task{file, w.postings, saved}).inProcess(cores); err != nil {
				return err
			}
			bytes, err := size(file)
			if err != nil {
				return err
			}
			builds.row(filepath.Base(file), fmt.Sprint(cores), fmt.Sprint(bytes/1e6), fmt.Sprintf("%.2f", last.Seconds), fmt.Sprintf("%.2f", last.CPU),
				fmt.Sprint(last.There>>20), fmt.Sprint(last.Answered>>20))
			if file == zipped {
				r.figures[zippedSeconds] = last.Seconds
			}
		}
	}
	r.figures[plainSeconds], r.figures[buildMemory], r.figures[saveSeconds] = last.Seconds, mebibytes(last.Answered), last.After
	opened, err := r.opened(saved, w.postings)
	r.section("Index", builds, opened)
	return err
}

// opened measures the master that was saved last.
func (r *report) opened(saved, postings string) (table, error) {
	log.Print("index: open what was saved")
	o, err := task{mentions: postings, saved: saved}.inProcess(2)
	if err != nil {
		return table{}, err
	}
	bytes, err := size(saved)
	if err != nil {
		return table{}, err
	}
	r.figures[openMillis], r.figures[checkSeconds], r.figures[indexBytes] = 1000*o.Seconds, o.After, float64(bytes)
	r.figures[openMemory], r.figures[ownOfOpen] = mebibytes(o.Answered), mebibytes(o.Own)
	t := table{
		about: fmt.Sprintf("Save, then, in another process, open (the fastest of %d), answer the mentions on two cores and check. Files are in the "+
			"page cache. Peak memory counts the pages of the index that were touched; the index + X is all of them and what the process has beside "+
			"files.", openings),
		head: []string{"bytes", "seconds to save", "ms to open", "seconds to check", "MiB after open", "MiB after match", "at most, MiB"},
	}
	t.row(fmt.Sprint(bytes), fmt.Sprintf("%.2f", r.figures[saveSeconds]), fmt.Sprintf("%.3f", r.figures[openMillis]), fmt.Sprintf("%.2f", o.After),
		fmt.Sprint(o.There>>20), fmt.Sprint(o.Answered>>20), fmt.Sprintf("index %d + %d", bytes>>20, o.Own>>20))
	return t, nil
}

func mebibytes(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// bothWays is a CSV plain and compressed, of which one is there and the other is made in dir.
func bothWays(file, dir string) (plain, zipped string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return "", "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if strings.HasSuffix(file, ".gz") {
		plain, zipped = filepath.Join(dir, "companies.csv"), file
		z, err := gzip.NewReader(f)
		if err != nil {
			return "", "", err
		}
		return plain, zipped, create(plain, func(w io.Writer) error { return copyAll(w, z) })
	}
	plain, zipped = file, filepath.Join(dir, "companies.csv.gz")
	return plain, zipped, create(zipped, func(w io.Writer) error {
		z := gzip.NewWriter(w)
		return errors.Join(copyAll(z, f), z.Close())
	})
}

func create(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

func copyAll(w io.Writer, r io.Reader) error {
	_, err := io.Copy(w, r)
	return err
}
