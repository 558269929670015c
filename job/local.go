package main

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/urfave/cli/v3"

	"nayose/job/internal/sheet"
)

// Files of this machine that the command line names. One that cannot be opened is a fault of usage. Written to -, a file is the standard output.

// written are the flags that name a file to write.
var written = []string{"out", "html", "export", "report", "changes", "predictions"}

// saying is where a command says what came of it: the standard output, or the standard error where a file goes there.
func saying(c *cli.Command) (io.Writer, error) {
	var there []string
	for _, name := range written {
		if c.String(name) == "-" {
			there = append(there, "--"+name+" -")
		}
	}
	if there == nil {
		return c.Root().Writer, nil
	}
	if c.Bool("json") {
		there = append(there, "--json")
	}
	if len(there) > 1 {
		return nil, usage(errors.New(strings.Join(there, " and ")+" would share the standard output"), "name a file")
	}
	return c.Root().ErrWriter, nil
}

// openLocal opens a file that the command line names.
func openLocal(name string) (io.ReadSeekCloser, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, usage(err, "name a CSV file, plain or gzipped; docs/formats.md has its columns")
	}
	return f, nil
}

// writeLocal writes a file that the command line names, which a failure leaves half written.
func writeLocal(stdout io.Writer, name string, write func(io.Writer) error) error {
	if name == "-" {
		return write(stdout)
	}
	f, err := os.Create(name)
	if err != nil {
		return usage(err, "name a file that can be written, or - for stdout")
	}
	return errors.Join(write(f), f.Close())
}

// copyOf writes what is there already.
func copyOf(content []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	}
}

// writeSheet writes a table for a spreadsheet, as writeLocal does.
func writeSheet(stdout io.Writer, name string, write func(row func(cells ...string) error) error) error {
	return writeLocal(stdout, name, func(w io.Writer) error { return sheet.Write(w, write) })
}

// writeWhole writes a file as a whole or not at all: beside it first, under a name with .part, which only a kill leaves there.
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
		return usage(err, "name a file that can be written, or - for stdout")
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
