package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/master"
	"nayose/loader"
)

func masterCommand() *cli.Command {
	return &cli.Command{
		Name: "master", Usage: "the companies: import them into Postgres, freeze a snapshot, compare two",
		Action: noSuchCommand,
		Commands: []*cli.Command{
			{
				Name: "import", Usage: "import a company CSV into Postgres (default: master.file of the config)", ArgsUsage: "[FILE]",
				Action: func(ctx context.Context, c *cli.Command) error { return openJob(ctx, c, importMaster) },
			},
			snapshotCommand(),
			compareCommand(),
		},
	}
}

// importMaster takes a company CSV, a local file or the config's, into Postgres.
func importMaster(ctx context.Context, j *job, c *cli.Command) error {
	if c.Args().Len() > 1 {
		return usage(fmt.Errorf("%s takes one file, not %d", c.FullName(), c.Args().Len()), "import them one after another")
	}
	r, name, err := j.openCompanies(ctx, c.Args().First())
	if err != nil {
		return err
	}
	defer r.Close()
	db, err := j.database(ctx)
	if err != nil {
		return err
	}
	if err := db.CheckSchema(ctx); err != nil {
		return err
	}
	f, err := master.OpenCompanies(r, name)
	if err != nil {
		return fmt.Errorf("import %s: %w", name, err)
	}
	counts, err := db.ImportCompanies(ctx, f.Columns, loader.ImportFile{Name: name}, j.counted(ctx, "import", 0, f.Rows(nil)))
	if err != nil {
		return fmt.Errorf("import %s: %w", name, err)
	}
	j.log.Info("imported", "companies", counts.Read, "inserted", counts.Inserted, "updated", counts.Updated, "unchanged", counts.Unchanged)
	return nil
}

// openCompanies opens a local company CSV, or the config's master.file where no name is given.
func (j *job) openCompanies(ctx context.Context, name string) (io.ReadCloser, string, error) {
	if name != "" {
		f, err := openLocal(name)
		return f, name, err
	}
	key := j.cfg.Master.File
	if key == "" {
		return nil, "", usage(errors.New("no company file is named"), "give a FILE, or set master.file in the config")
	}
	o, err := j.input.Stat(ctx, key)
	if err != nil {
		return nil, key, err
	}
	r, err := j.input.Open(ctx, o)
	return r, key, err
}

// openLocal opens a file that the command line names.
func openLocal(name string) (io.ReadSeekCloser, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, usage(err, "name a CSV file, plain or gzipped; docs/formats.md has its columns")
	}
	return f, nil
}

// counted shows progress while companies pass, and ends them with the context; total may be 0 where it is not known.
func (j *job) counted(ctx context.Context, step string, total int64, companies iter.Seq2[nayose.Company, error]) iter.Seq2[nayose.Company, error] {
	return counted(j.log, j.log.Logger, step, "companies", total, whileRunning(ctx, companies))
}

// whileRunning passes values on until the context ends, whose error is then the last thing.
func whileRunning[T any](ctx context.Context, values iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v, err := range values {
			if err == nil {
				err = ctx.Err()
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}
