package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/master"
	"nayose/job/internal/registry"
	"nayose/job/internal/terminal"
	"nayose/loader"
)

func importCommand() *cli.Command {
	return &cli.Command{
		Name: "import", Usage: "take files of the registry and our own CSVs into Postgres", ArgsUsage: "[FILE...]",
		Description: `A FILE is a local file or a key of the input: a full file or change file of the corporate-number registry
(法人番号公表サイト), zipped or not, or a company CSV; which one, its content tells. Those of the registry are taken
in the order of their days, before the others. Without a FILE it is master.file of the config.`,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "workplaces", Usage: "take the files for CSVs of workplaces (事業所)"},
			&cli.BoolFlag{Name: "aliases", Usage: "take the files for CSVs of aliases: trade names, short names, former names"},
			&cli.BoolFlag{Name: "proven", Usage: "take no file, but the workplaces that corporate numbers in loaded postings prove"},
		},
		Action: func(ctx context.Context, c *cli.Command) error { return openJob(ctx, c, importMaster) },
	}
}

// importMaster takes each file in a transaction of its own, and stops at the first that cannot be taken: run again, it goes on there.
func importMaster(ctx context.Context, j *job, c *cli.Command) error {
	names := c.Args().Slice()
	if err := checkImport(c, names); err != nil {
		return err
	}
	if len(names) == 0 && !c.Bool("proven") {
		names = []string{j.cfg.Master.File}
	}
	db, err := j.migrated(ctx)
	if err != nil {
		return err
	}
	if c.Bool("proven") {
		var done loader.ImportResult
		err := j.log.Spin("import", "proven workplaces", func() (err error) {
			done, err = db.ProveWorkplaces(ctx)
			return err
		})
		if err != nil {
			return err
		}
		j.logImport("proven workplaces", done, nil)
		return nil
	}
	files, err := j.openMasterFiles(ctx, names, kindOfFiles(c))
	defer func() {
		for _, f := range files {
			f.Close()
		}
	}()
	if err != nil {
		return err
	}
	slices.SortStableFunc(files, inImportOrder)
	for _, f := range files {
		var done loader.ImportResult
		err := j.log.Spin("import", f.name, func() (err error) {
			done, err = f.into(ctx, j, db)
			return err
		})
		if err != nil {
			return err
		}
		j.logImport(f.name, done, &f.bad)
	}
	return nil
}

func checkImport(c *cli.Command, names []string) error {
	chosen := 0
	for _, flag := range []string{"workplaces", "aliases", "proven"} {
		if c.Bool(flag) {
			chosen++
		}
	}
	switch {
	case chosen > 1:
		return usage(fmt.Errorf("%s: --workplaces, --aliases and --proven are three imports", named(c)), "run one after another")
	case c.Bool("proven") && len(names) > 0:
		return usage(fmt.Errorf("%s: --proven takes no file", named(c)), "leave out "+names[0])
	case chosen > 0 && !c.Bool("proven") && len(names) == 0:
		return usage(fmt.Errorf("%s: no file is named", named(c)), "give a FILE; docs/formats.md has its columns")
	}
	return nil
}

// The kinds of a master's files.
const (
	ofCompanies  = "companies"
	ofWorkplaces = "workplaces"
	ofAliases    = "aliases"
	ofRegistry   = "registry"
)

func kindOfFiles(c *cli.Command) string {
	switch {
	case c.Bool("workplaces"):
		return ofWorkplaces
	case c.Bool("aliases"):
		return ofAliases
	}
	return ofCompanies
}

// A masterFile is on its way into the master.
type masterFile struct {
	*artifact.Local
	name   string
	sha256 string
	kind   string
	bad    nayose.BadRows

	registry *registry.File // where it is of the registry
}

func (j *job) openMasterFiles(ctx context.Context, names []string, kind string) (files []*masterFile, err error) {
	for _, name := range names {
		if name == "" {
			return files, usage(errors.New("no file is named"), "give a FILE, or set master.file in the config")
		}
		f, err := j.openMasterFile(ctx, name)
		if err != nil {
			return files, err
		}
		files = append(files, f)
		if f.kind = kind; kind != ofCompanies {
			continue
		}
		if err := f.recognise(); err != nil {
			return files, err
		}
	}
	return files, nil
}

// openMasterFile opens a local file, or where there is none the object of that key in the input.
func (j *job) openMasterFile(ctx context.Context, name string) (*masterFile, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return nil, usage(fmt.Errorf("%s is a directory", name), "name the files in it")
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) && !strings.HasPrefix(name, "/") {
		return j.fetchMasterFile(ctx, name)
	}
	if err != nil {
		return nil, usage(err, "name a file of the registry, or a CSV; docs/master.md has both")
	}
	l, err := artifact.NewLocal(f, name)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(l, 0, l.Size())); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return &masterFile{Local: l, name: name, sha256: hex.EncodeToString(h.Sum(nil))}, nil
}

func (j *job) fetchMasterFile(ctx context.Context, key string) (*masterFile, error) {
	pin, err := artifact.PinObject(ctx, j.input, key)
	if isMissing(err) {
		return nil, usage(fmt.Errorf("there is no file %s, here or in the input %s", key, j.input), "name a local file, or a key of the input")
	}
	if err != nil {
		return nil, err
	}
	l, err := artifact.Fetch(ctx, j.input, pin)
	if err != nil {
		return nil, err
	}
	return &masterFile{Local: l, name: key, sha256: pin.SHA256}, nil
}

// recognise tells a file of the registry from our company CSV.
func (f *masterFile) recognise() error {
	is, err := registry.Is(f, f.Size())
	if err != nil || !is {
		return err
	}
	f.kind = ofRegistry
	f.registry, err = registry.Open(f, f.Size(), f.name)
	return err
}

// inImportOrder has the registry's files by their days, a full one before the changes of its day, and then the others as they were given.
func inImportOrder(a, b *masterFile) int {
	rank := func(f *masterFile) int {
		switch {
		case f.registry == nil:
			return 2
		case f.registry.Whole:
			return 0
		}
		return 1
	}
	if a.registry == nil || b.registry == nil {
		return cmp.Compare(rank(a)/2, rank(b)/2)
	}
	return cmp.Or(cmp.Compare(a.registry.Day, b.registry.Day), cmp.Compare(rank(a), rank(b)))
}

// into takes the file into the master.
func (f *masterFile) into(ctx context.Context, j *job, db *loader.DB) (loader.ImportResult, error) {
	file := loader.ImportFile{Name: f.name, SHA256: f.sha256, Bad: &f.bad}
	switch f.kind {
	case ofRegistry:
		r := f.registry
		of := loader.RegistryFile{ImportFile: file, Whole: r.Whole, Prefecture: r.Prefecture, Columns: r.Columns}
		if r.Named {
			of.Day = r.Day // else it is that of the newest row
		}
		return db.ImportRegistry(ctx, of, imported(ctx, j, f, r.Rows(&f.bad)))
	case ofWorkplaces:
		r, err := master.OpenWorkplaces(f, f.name)
		if err != nil {
			return loader.ImportResult{}, err
		}
		return db.ImportWorkplaces(ctx, file, imported(ctx, j, f, r.Rows(&f.bad)))
	case ofAliases:
		r, err := master.OpenAliases(f, f.name)
		if err != nil {
			return loader.ImportResult{}, err
		}
		return db.ImportAliases(ctx, file, imported(ctx, j, f, r.Rows(&f.bad)))
	}
	r, err := master.OpenCompanies(f, f.name)
	if err != nil {
		return loader.ImportResult{}, err
	}
	return db.ImportCompanies(ctx, r.Columns, file, imported(ctx, j, f, r.Rows(&f.bad)))
}

// A registry's file is refused of which more rows are left out than a few, or this share of them: what is sound in it is then not to be
// trusted either. Our own CSVs are lists that people fill in, such as that of status --unmatched: of these whatever is sound is taken.
const (
	fewBadRows  = 10
	badRegistry = 0.01
)

// sound yields rows, and at their end an error where too many were left out. What Postgres does then with them takes a minute and a half
// for a whole registry, of which it says nothing.
func sound[T any](j *job, f *masterFile, rows iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		good := 0
		for v, err := range rows {
			if good++; !yield(v, err) || err != nil {
				return
			}
		}
		bad := float64(f.bad.Count)
		damaged := f.registry != nil && bad > fewBadRows && bad > badRegistry*(bad+float64(good))
		if damaged || good == 0 && bad > 0 {
			yield(*new(T), f.unsound(good))
			return
		}
		j.log.Info("all rows are read; Postgres compares and writes", "file", f.name, "rows", good)
	}
}

func (f *masterFile) unsound(good int) error {
	first, mend := f.bad.First[0], "get the file again, or mend it"
	if first.Reason == master.ErrNotUTF8.Error() {
		mend = nayose.SaveAsUTF8
	}
	return nayose.Fault(nayose.Contract, fmt.Errorf("%s: at fault are %d of %s, such as line %d: %s", f.name, f.bad.Count, nayose.Count(int64(good)+f.bad.Count, "row"),
		first.Line, first.Reason), "nothing of it was imported: "+mend)
}

// imported shows progress while rows of a file pass, ends them with the context, and refuses the file where too many were left out.
func imported[T any](ctx context.Context, j *job, f *masterFile, rows iter.Seq2[T, error]) iter.Seq2[T, error] {
	return terminal.Counted(j.log, "import", "rows", 0, sound(j, f, whileRunning(ctx, rows)))
}

// logImport says what an import did, and what a person should look at.
func (j *job) logImport(name string, done loader.ImportResult, bad *nayose.BadRows) {
	log := j.log.With("file", name)
	if done.Already {
		log.Info("imported before")
		return
	}
	log.Info("imported", "read", done.Read, "inserted", done.Inserted, "updated", done.Updated, "unchanged", done.Unchanged,
		"late", done.Late, "removed", done.Removed, "unknown", done.Unknown, "rejected", done.Rejected)
	if len(done.MissingDays) > 0 {
		log.Warn("no change file was imported for weekdays before it; if these were no holidays, import what is missing, or a full file",
			"days", inWords(done.MissingDays))
	}
	if bad != nil && bad.Count > 0 {
		first := bad.First[0]
		log.Warn("rows were left out; nayose.import_rejects has them", "rows", bad.Count, "first", fmt.Sprintf("line %d: %s", first.Line, first.Reason))
	}
}

// inWords lists days, and of very many the first and the last.
func inWords(days []nayose.Date) string {
	words := make([]string, len(days))
	for i, d := range days {
		words[i] = d.String()
	}
	if len(words) > 10 { // after years there are thousands
		words = slices.Concat(words[:9], []string{fmt.Sprintf("… (%d in all)", len(words))}, words[len(words)-1:])
	}
	return strings.Join(words, ", ")
}
