package main

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"nayose/job/internal/sheet"
)

// Files of this machine that the command line names. One that cannot be opened is a fault of usage.

// openLocal opens a file that the command line names.
func openLocal(name string) (io.ReadSeekCloser, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, usage(err, "name a CSV file, plain or gzipped; docs/formats.md has its columns")
	}
	return f, nil
}

// writeLocal writes a file that the command line names, which a failure leaves half written.
func writeLocal(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return usage(err, "name a file that can be written")
	}
	return errors.Join(write(f), f.Close())
}

// writeSheet writes a table for a spreadsheet, as writeLocal does.
func writeSheet(name string, write func(row func(cells ...string) error) error) error {
	return writeLocal(name, func(w io.Writer) error { return sheet.Write(w, write) })
}

// writeWhole writes a file as a whole or not at all: beside it first, under a name with .part, which only a kill leaves there. - is stdout.
func writeWhole(stdout io.Writer, name string, write func(io.Writer) error) (err error) {
	if name == "-" {
		return write(stdout)
	}
	if old, err := os.Lstat(name); err == nil && !old.Mode().IsRegular() {
		return usage(fmt.Errorf("%s is there, and no ordinary file", name), "name a file to write, or - for stdout")
	}
	part := name + "." + rand.Text()[:8] + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return usage(err, "name a file that can be written")
	}
	defer func() {
		if err != nil {
			if gone := os.Remove(part); !errors.Is(gone, fs.ErrNotExist) {
				err = errors.Join(err, gone)
			}
		}
	}()
	w := bufio.NewWriter(f)
	if err := errors.Join(write(w), w.Flush(), f.Close()); err != nil {
		return err
	}
	return os.Rename(part, name)
}
