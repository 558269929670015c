package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"runtime/debug"
	"slices"
	"strconv"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/master"
	"nayose/job/internal/snapshot"
	"nayose/job/internal/terminal"
	"nayose/loader"
	"nayose/matcher"
)

// snapshotVersion rises when a snapshot of the same source would be written otherwise. Version 2 had no workplaces.
const snapshotVersion = 3

// The outputs of a snapshot.
const (
	companiesFile  = "companies.parquet"  // nayose.Company, with its aliases from wherever they came
	workplacesFile = "workplaces.parquet" // nayose.Workplace; none where the master has no source of them
	indexFile      = "master.index"       // matcher.Master
)

func snapshotCommand() *cli.Command {
	return &cli.Command{
		Name: "snapshot", Usage: "freeze the master's source as masters/<digest>, if it has changed",
		Action: withJob(func(ctx context.Context, j *job, _ *cli.Command) error {
			m, err := j.snapshot(ctx)
			if err != nil {
				return err
			}
			fmt.Fprintln(j.out, artifact.MasterPlace(m.Digest))
			return nil
		}),
	}
}

// snapshot is the manifest of the master as its source is now. It is made only where the source has changed, and looked
// for once a run, whatever comes of it.
func (j *job) snapshot(ctx context.Context) (artifact.Manifest, error) {
	if j.snapshotted.Digest != "" || j.snapshotErr != nil {
		return j.snapshotted, j.snapshotErr
	}
	s, err := j.masterSource(ctx)
	if err == nil {
		j.snapshotted, err = s.freeze(ctx)
	}
	if err != nil {
		j.snapshotErr = fmt.Errorf("master snapshot: %w", err)
	}
	return j.snapshotted, j.snapshotErr
}

// masterSource is the master's source as it is now: its files are pinned.
type masterSource struct {
	*job
	companies, workplaces, aliases masterPart
	pins                           map[string]artifact.Pin // of the parts that are files, by their names
	db                             *loader.MasterReader    // of the others, while they are read
}

func (j *job) masterSource(ctx context.Context) (*masterSource, error) {
	parts := j.cfg.Master.parts()
	s := &masterSource{job: j, companies: parts[0], workplaces: parts[1], aliases: parts[2], pins: map[string]artifact.Pin{}}
	if !s.companies.named() {
		return nil, errNoMaster
	}
	for _, p := range parts {
		if p.File == "" {
			continue
		}
		err := j.waiting(ctx, j.log, p.File, func() (err error) {
			s.pins[p.name], err = artifact.PinObject(ctx, j.input, p.File)
			return j.unlessNoInput(err)
		})
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

// freeze finds the snapshot of the source, or makes it.
func (s *masterSource) freeze(ctx context.Context) (artifact.Manifest, error) {
	if slices.ContainsFunc(s.parts(), masterPart.inDatabase) {
		return s.ofDatabase(ctx)
	}
	return s.ofFiles(ctx)
}

var errNoMaster = usage(errors.New("the config names no source of companies"), "set master.file, master.imported or master.query")

func (s *masterSource) stageLog() *terminal.Log { return s.log.With("stage", "snapshot") }

func (s *masterSource) parts() []masterPart {
	return []masterPart{s.companies, s.workplaces, s.aliases}
}

// ofFiles names the snapshot by the files' contents, so that unchanged files are read for their checksums only.
func (s *masterSource) ofFiles(ctx context.Context) (artifact.Manifest, error) {
	place := snapshotPlace("master", s.inputs()...)
	if m, err := s.done(ctx, s.stageLog(), place); !isMissing(err) {
		return m, err
	}
	a, err := artifact.Begin(s.store)
	if err != nil {
		return artifact.Manifest{}, err
	}
	defer a.Close()
	rows, err := s.write(ctx, a)
	if err != nil {
		return artifact.Manifest{}, err
	}
	m := artifact.Manifest{}
	for _, p := range s.parts() {
		if pin, ok := s.pins[p.name]; ok {
			m.Files = append(m.Files, pin)
		}
	}
	return s.commit(ctx, a, rows, place, m)
}

// ofDatabase reads the source's rows in one transaction and names the snapshot by them: another version of the source may have equal
// rows, and then nothing is to be matched again. Where the version that the source tells of itself was read before, it is not read
// again.
//
// A crash after the snapshot's commit leaves it without the note of its version: the next run reads the source, and finds the
// snapshot there.
func (s *masterSource) ofDatabase(ctx context.Context) (m artifact.Manifest, err error) {
	db, err := s.database(ctx)
	if err != nil {
		return m, err
	}
	a, err := artifact.Begin(s.store)
	if err != nil {
		return m, err
	}
	defer a.Close()
	var rows *masterRows
	var version *artifact.Place
	err = db.ReadMaster(ctx, func(r *loader.MasterReader) (err error) {
		s.db = r
		if version, err = s.version(ctx); err != nil {
			return err
		}
		if m, err = s.known(ctx, version); !isMissing(err) {
			return err
		}
		rows, err = s.write(ctx, a)
		return err
	})
	if err != nil || rows == nil {
		return m, err
	}
	place := snapshotPlace("master", artifact.Input{Name: "companies", Digest: rows.companies.SHA256()},
		artifact.Input{Name: "workplaces", Digest: rows.workplaces.SHA256()})
	if m, err = s.done(ctx, s.stageLog(), place); isMissing(err) {
		m, err = s.commit(ctx, a, rows, place, artifact.Manifest{})
	}
	if err != nil || version == nil {
		return m, err
	}
	return m, s.note(ctx, *version, m)
}

// inputs say what each part is read from, as far as that can be told before reading it.
func (s *masterSource) inputs() (inputs []artifact.Input) {
	for _, p := range s.parts() {
		from := ""
		switch {
		case p.File != "":
			from = s.pins[p.name].SHA256
		case p.Imported:
			from = "imported"
		case p.Query != "":
			from = artifact.Digest(p.Query)
		}
		inputs = append(inputs, artifact.Input{Name: p.name, Digest: from})
	}
	return inputs
}

// snapshotPlace is named by what is read and by how it is written and indexed.
func snapshotPlace(stage string, inputs ...artifact.Input) artifact.Place {
	return artifact.NewPlace(stage, snapshotVersion, append(inputs, artifact.Input{Name: "index", Digest: strconv.Itoa(matcher.MasterVersion)})...)
}

// version is the place of the note which snapshot the source gave at the version that it tells of itself; nil where it tells none.
func (s *masterSource) version(ctx context.Context) (*artifact.Place, error) {
	inputs := s.inputs()
	for _, of := range []struct {
		name, query string
		asked       func(masterPart) bool
	}{
		{"imported version", "", func(p masterPart) bool { return p.Imported }},
		{"version", s.cfg.Master.Version, func(p masterPart) bool { return p.Query != "" }},
	} {
		if !slices.ContainsFunc(s.parts(), of.asked) {
			continue
		}
		if of.name == "version" && of.query == "" {
			return nil, nil
		}
		value, err := s.db.Version(ctx, of.query)
		if err != nil || value == "" {
			return nil, err
		}
		inputs = append(inputs, artifact.Input{Name: of.name, Digest: artifact.Digest([]string{of.query, value})})
	}
	place := snapshotPlace("source", inputs...)
	return &place, nil
}

// known is the snapshot that the note of a version names. The error is fs.ErrNotExist where one of the two is not there.
func (s *masterSource) known(ctx context.Context, version *artifact.Place) (artifact.Manifest, error) {
	if version == nil {
		return artifact.Manifest{}, fs.ErrNotExist
	}
	note, err := artifact.Committed(ctx, s.store, *version)
	if err != nil {
		return artifact.Manifest{}, err
	}
	return s.done(ctx, s.stageLog(), artifact.MasterPlace(note.Master))
}

// note writes down which snapshot the source gave at a version. Where another run came to another one at the same version, that
// does not tell what it should.
func (s *masterSource) note(ctx context.Context, version artifact.Place, m artifact.Manifest) error {
	a, err := artifact.Begin(s.store)
	if err != nil {
		return err
	}
	defer a.Close()
	_, err = a.Commit(ctx, version, artifact.Manifest{Master: m.Digest}, codeVersion())
	if kind, _ := classify(err); err != nil && kind == nayose.Integrity && s.cfg.Master.Version != "" {
		return nayose.Fault(nayose.Usage, errors.New("master.version is what it was when the tables held other rows"),
			"let it return a value that changes whenever the tables do")
	}
	return err
}

// masterRows are what is read of a source, in an attempt's closed tables.
type masterRows struct {
	companies  *artifact.Table[nayose.Company]
	workplaces *artifact.Table[nayose.Workplace]
}

// write writes the source's rows as they come: the companies with their aliases, and the workplaces.
func (s *masterSource) write(ctx context.Context, a *artifact.Attempt) (*masterRows, error) {
	aliases, err := snapshot.Gather(whileRunning(ctx, partRows(ctx, s, s.aliases, master.ReadAliases, (*loader.MasterReader).Aliases)))
	if err != nil {
		return nil, err
	}
	companies := partRows(ctx, s, s.companies, master.Read, (*loader.MasterReader).Companies)
	workplaces := partRows(ctx, s, s.workplaces, master.ReadWorkplaces, (*loader.MasterReader).Workplaces)
	var rows masterRows
	if rows.companies, err = writeRows(ctx, s.job, a, companiesFile, "companies", aliases.Join(companies)); err != nil {
		return nil, err
	}
	if rows.companies.Rows() == 0 {
		return nil, nayose.Fault(nayose.Held, errors.New("the source holds no company"),
			"fill the master's source: with an empty master every match would be taken back")
	}
	if n := aliases.Strangers(); n > 0 {
		s.stageLog().Warn("aliases of companies that are not in the master", "companies", n)
	}
	rows.workplaces, err = writeRows(ctx, s.job, a, workplacesFile, "workplaces", workplaces)
	return &rows, err
}

// writeRows writes rows as an output, closed, and shows how many pass.
func writeRows[T any](ctx context.Context, j *job, a *artifact.Attempt, name, what string, rows iter.Seq2[T, error]) (*artifact.Table[T], error) {
	t, err := artifact.NewTable[T](a, name)
	if err != nil {
		return nil, err
	}
	return t, t.WriteAll(terminal.Counted(j.log, "snapshot", what, 0, whileRunning(ctx, rows)))
}

// partRows are the rows of a part of the master, from its file or from the database; none where it has no source.
func partRows[T any](
	ctx context.Context, s *masterSource, p masterPart, read func(io.Reader, string) iter.Seq2[T, error],
	query func(*loader.MasterReader, context.Context, string) iter.Seq2[T, error],
) iter.Seq2[T, error] {
	if p.inDatabase() {
		return query(s.db, ctx, p.Query)
	}
	return func(yield func(T, error) bool) {
		if !p.named() {
			return
		}
		l, err := artifact.Fetch(ctx, s.input, s.pins[p.name])
		if err != nil {
			yield(*new(T), err)
			return
		}
		defer l.Close()
		read(l, p.File)(yield)
	}
}

// commit indexes the rows and commits all in its place.
func (s *masterSource) commit(
	ctx context.Context, a *artifact.Attempt, rows *masterRows, p artifact.Place, m artifact.Manifest,
) (artifact.Manifest, error) {
	if err := s.writeIndex(ctx, a, rows); err != nil {
		return m, err
	}
	m, err := a.Commit(ctx, p, m, codeVersion())
	if err == nil {
		s.stageLog().Info("master snapshot", "place", p.String(), "companies", rows.companies.Rows(), "workplaces", rows.workplaces.Rows(), "seconds", m.Seconds)
	}
	return m, err
}

// writeIndex indexes the rows. The index is checked before anybody matches by it: what a fault in it, or in this
// machine's memory, would spoil are all the answers to come. The context is looked at between the steps, of which the check is the longest:
// 1.7 seconds for 1.4 million companies.
func (j *job) writeIndex(ctx context.Context, a *artifact.Attempt, rows *masterRows) error {
	defer j.log.Spinner("index", "master").Done()
	index, err := matcher.Build(j.counted(ctx, "index", rows.companies.Rows(), rows.companies.ReadAgain()), rows.workplaces.ReadAgain())
	if err != nil {
		return err
	}
	if n := index.Strays(); n > 0 {
		j.log.Warn("workplaces of companies that are not in the master", "stage", "snapshot", "workplaces", n)
	}
	for _, step := range []func() error{ctx.Err, index.Check, ctx.Err, func() error { return a.WriteFile(indexFile, index) }} {
		if err := step(); err != nil {
			return err
		}
	}
	debug.FreeOSMemory() // match maps the file, beside what building it took
	return nil
}
