package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime/debug"
	"strconv"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/master"
	"nayose/loader"
	"nayose/matcher"
)

// snapshotVersion rises when a snapshot of the same source would be written otherwise.
const snapshotVersion = 2

// The outputs of a snapshot.
const (
	companiesFile = "companies.parquet" // nayose.Company
	indexFile     = "master.index"      // matcher.Master
)

func masterCommand() *cli.Command {
	return &cli.Command{
		Name: "master", Usage: "the companies: import them into Postgres, freeze a snapshot",
		Action: noSuchCommand,
		Commands: []*cli.Command{
			{
				Name: "import", Usage: "import a company CSV into Postgres (default: master.file of the config)", ArgsUsage: "[FILE]",
				Action: func(ctx context.Context, c *cli.Command) error { return openJob(ctx, c, importMaster) },
			},
			{
				Name: "snapshot", Usage: "freeze the master's source as masters/<digest>, if it has changed",
				Action: withJob(func(ctx context.Context, j *job, _ *cli.Command) error {
					m, err := j.snapshot(ctx)
					if err != nil {
						return err
					}
					fmt.Fprintln(j.out, artifact.MasterPlace(m.Digest))
					return nil
				}),
			},
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

// snapshot is the manifest of the master as its source is now. It is made only where the source has changed, and looked
// for once a run, whatever comes of it.
func (j *job) snapshot(ctx context.Context) (artifact.Manifest, error) {
	if j.snapshotted.Digest != "" || j.snapshotErr != nil {
		return j.snapshotted, j.snapshotErr
	}
	var err error
	if j.cfg.Master.File != "" {
		j.snapshotted, err = j.snapshotFile(ctx, j.cfg.Master.File)
	} else {
		j.snapshotted, err = j.snapshotDatabase(ctx)
	}
	if err != nil {
		j.snapshotErr = fmt.Errorf("master snapshot: %w", err)
	}
	return j.snapshotted, j.snapshotErr
}

// snapshotFile names the snapshot by the file's content, so that an unchanged file is read for its checksum only.
func (j *job) snapshotFile(ctx context.Context, key string) (artifact.Manifest, error) {
	var pin artifact.Pin
	err := j.waiting(ctx, j.log.Logger, key, func() (err error) {
		pin, err = artifact.PinObject(ctx, j.input, key)
		return err
	})
	if err != nil {
		return artifact.Manifest{}, err
	}
	place := snapshotPlace("file", pin.SHA256)
	done, err := artifact.Committed(ctx, j.store, place)
	if err == nil || !isMissing(err) {
		return done, err
	}
	l, err := artifact.Fetch(ctx, j.input, pin)
	if err != nil {
		return artifact.Manifest{}, err
	}
	defer l.Close()
	return j.writeSnapshot(ctx, master.Read(l, key), artifact.Manifest{Files: []artifact.Pin{pin}},
		func(string) artifact.Place { return place })
}

// snapshotDatabase reads the source's rows and names the snapshot by them: a database does not tell whether a table has
// changed.
func (j *job) snapshotDatabase(ctx context.Context) (artifact.Manifest, error) {
	if !j.cfg.Master.Imported && j.cfg.Master.Query == "" {
		return artifact.Manifest{}, usage(errors.New("the config names no source of companies"),
			"set master.file, master.imported or master.query")
	}
	db, err := j.database(ctx)
	if err != nil {
		return artifact.Manifest{}, err
	}
	return j.writeSnapshot(ctx, db.Companies(ctx, j.cfg.Master.Query), artifact.Manifest{}, func(sha256 string) artifact.Place {
		return snapshotPlace("rows", sha256)
	})
}

// snapshotPlace is named by the source's content and by how it is indexed.
func snapshotPlace(source, sha256 string) artifact.Place {
	return artifact.NewPlace("master", snapshotVersion, artifact.Input{Name: source, Digest: sha256},
		artifact.Input{Name: "index", Digest: strconv.Itoa(matcher.MasterVersion)})
}

// writeSnapshot writes the companies as they come, indexes them, and commits both in the place that their digest names.
func (j *job) writeSnapshot(ctx context.Context, companies iter.Seq2[nayose.Company, error], m artifact.Manifest,
	place func(sha256 string) artifact.Place,
) (artifact.Manifest, error) {
	a, err := artifact.Begin(j.store)
	if err != nil {
		return m, err
	}
	defer a.Close()
	t, err := artifact.NewTable[nayose.Company](a, companiesFile)
	if err != nil {
		return m, err
	}
	if err := t.WriteAll(j.counted(ctx, "snapshot", 0, companies)); err != nil {
		return m, err
	}
	if t.Rows() == 0 {
		return m, nayose.Fault(nayose.Held, errors.New("the source holds no company"),
			"fill the master's source: with an empty master every match would be taken back")
	}
	p := place(t.SHA256())
	done, err := artifact.Committed(ctx, j.store, p)
	if err == nil || !isMissing(err) {
		return done, err
	}
	if err := j.writeIndex(ctx, a, t); err != nil {
		return m, err
	}
	m, err = a.Commit(ctx, p, m, codeVersion())
	if err == nil {
		j.log.Info("master snapshot", "place", p.String(), "companies", m.Outputs[0].Rows, "seconds", m.Seconds)
	}
	return m, err
}

// writeIndex indexes the companies of a table. The index is checked before anybody matches by it: what a fault in it, or in this
// machine's memory, would spoil are all the answers to come. The context is looked at between the steps, of which the check is the longest:
// 1.7 seconds for 1.4 million companies.
func (j *job) writeIndex(ctx context.Context, a *artifact.Attempt, companies *artifact.Table[nayose.Company]) error {
	index, err := matcher.Build(j.counted(ctx, "index", companies.Rows(), companies.ReadAgain()))
	if err != nil {
		return err
	}
	for _, step := range []func() error{ctx.Err, index.Check, ctx.Err, func() error { return a.WriteFile(indexFile, index) }} {
		if err := step(); err != nil {
			return err
		}
	}
	debug.FreeOSMemory() // match maps the file, beside what building it took
	return nil
}
