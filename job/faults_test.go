package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/faults"
	"nayose/job/internal/store"
	"nayose/job/internal/terminal"
	"nayose/loader/pgtest"
)

// The fault sweep: docs/reliability.md says what it proves and how to run it. Whatever breaks in a run, a run without faults after it
// must leave what a fault-free history leaves, byte for byte but for times and ids.

// world is a small corpus, and what two fault-free weeks of it leave.
type world struct {
	dir    string
	cfg    config
	first  moment // the master is imported, week 46 is to come
	second moment // week 46 is loaded, week 47 is to come

	counted map[string][]string // operations of the real binary, once they were counted
}

// moment is a state of database and store before a week, and what the week should make of it.
type moment struct {
	week     nayose.Week
	database string // a template
	store    string // a directory to copy
	want     string
}

// worldOf makes the world once a process, in databases and a directory that outlive the test which asks first.
var worldOf = struct {
	sync.Mutex
	*world
}{}

func theWorld(t *testing.T) *world {
	t.Helper()
	pgtest.Server(t)
	worldOf.Lock()
	defer worldOf.Unlock()
	if worldOf.world == nil {
		worldOf.world = newWorld(t)
	}
	return worldOf.world
}

// cleanly runs the tests and takes the world away then.
type cleanly struct{ *testing.M }

func (c cleanly) Run() int {
	code := c.M.Run()
	if w := worldOf.world; w != nil {
		for _, name := range []string{"first", "second", "last"} {
			if _, err := query(os.Getenv(pgtest.Variable), "drop database if exists "+databaseName(name)+" with (force)"); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}
		if err := os.RemoveAll(w.dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	return code
}

// databaseName is that of a database of this process.
func databaseName(name string) string { return fmt.Sprintf("nayose_faults_%d_%s", os.Getpid(), name) }

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{dir: filepath.Join(os.TempDir(), fmt.Sprintf("nayose-faults-%d", os.Getpid())), counted: map[string][]string{}}
	noError(t, w.write())
	noError(t, w.configure())
	w.first = moment{week: firstWeek, database: w.copyDatabase(t, "nayose_template", "first"), store: filepath.Join(w.dir, "store46")}
	noError(t, os.Mkdir(w.first.store, 0o755))
	if code, log := w.command(t.Context(), w.stores(t, w.first.store), databaseURL(t, w.first.database), importStep); code != 0 {
		t.Fatalf("import: exit %d\n%s", code, log)
	}
	w.second = moment{week: secondWeek, database: w.copyDatabase(t, w.first.database, "second"), store: filepath.Join(w.dir, "store47")}
	noError(t, copyStore(w.second.store, w.first.store))
	w.first.want = w.history(t, w.second.store, w.second.database, firstWeek)
	w.decide(t, w.stores(t, w.second.store).store)
	last := filepath.Join(w.dir, "store48")
	noError(t, copyStore(last, w.second.store))
	w.second.want = w.history(t, last, w.copyDatabase(t, w.second.database, "last"), secondWeek)
	return w
}

// decide has somebody settle a mention of each partner, so that the second week reads a log of decisions.
func (w *world) decide(t *testing.T, s nayose.Store) {
	t.Helper()
	var log artifact.DecisionLog
	for _, partner := range partners {
		d := committed(t, s, firstWeek, partner)
		m := rowsOf[nayose.Mention](t, s, &d.extract, mentionsFile)[0]
		var err error
		log, err = artifact.AppendDecisions(t.Context(), s, log, partner+".xlsx", partner, []nayose.Decision{{
			Mention: m, Choice: nayose.ChoseNone, By: "戸田", At: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC),
		}})
		noError(t, err)
	}
}

// history runs a week without faults and returns what it leaves.
func (w *world) history(t *testing.T, dir, database string, week nayose.Week) string {
	t.Helper()
	url := databaseURL(t, database)
	if code, log := w.run(t.Context(), w.stores(t, dir), url, week); code != 0 {
		t.Fatalf("the fault-free run of %s: exit %d\n%s", week, code, log)
	}
	left, err := w.state(t.Context(), w.stores(t, dir).store, url, week)
	noError(t, err)
	return left
}

// records is how many of each file of the sample corpus the world has.
const records = 20

// write cuts the world's files from the sample corpus.
func (w *world) write() error {
	const corpus = "../testdata/corpus"
	wanted := map[string]bool{}
	for _, week := range []nayose.Week{firstWeek, secondWeek} {
		for _, partner := range partners {
			name := filepath.Join("feeds", week.String(), partner+".csv")
			text, err := os.ReadFile(filepath.Join(corpus, name))
			if err != nil {
				return err
			}
			more := 0
			if week == secondWeek {
				more = 2
			}
			part, ids := firstRecords(text, records+more)
			for _, id := range ids {
				wanted[partner+"|"+id] = true
			}
			if err := os.MkdirAll(filepath.Dir(filepath.Join(w.dir, "input", name)), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(w.dir, "input", name), part, 0o644); err != nil {
				return err
			}
		}
	}
	return w.writeCompanies(corpus, wanted)
}

// firstRecords are the header and the first n records of a CSV, byte for byte, and their ids.
func firstRecords(text []byte, n int) (part []byte, ids []string) {
	r := csv.NewReader(bytes.NewReader(text))
	r.LazyQuotes, r.FieldsPerRecord = true, -1
	for range n + 1 {
		record, err := r.Read()
		if err != nil {
			break
		}
		ids = append(ids, record[0])
	}
	return text[:r.InputOffset()], ids
}

// writeCompanies keeps the employers of the world's postings and a few others.
func (w *world) writeCompanies(corpus string, wanted map[string]bool) error {
	truth, err := os.ReadFile(filepath.Join(corpus, "truth.csv"))
	if err != nil {
		return err
	}
	employers := map[string]bool{}
	for line := range strings.Lines(string(truth)) {
		if cells := strings.Split(line, ","); wanted[cells[0]+"|"+cells[2]] {
			employers[cells[3]] = true
		}
	}
	companies, err := os.ReadFile(filepath.Join(corpus, "companies.csv"))
	if err != nil {
		return err
	}
	var b strings.Builder
	n := 0
	for line := range strings.Lines(string(companies)) {
		id, _, _ := strings.Cut(line, ",")
		if n++; n <= 30 || employers[id] {
			b.WriteString(line)
		}
	}
	return os.WriteFile(filepath.Join(w.dir, "input", "companies.csv"), []byte(b.String()), 0o644)
}

// configure reads the sample's config, with the companies in Postgres.
func (w *world) configure() error {
	text, err := os.ReadFile("../testdata/nayose.yaml")
	if err != nil {
		return err
	}
	text = bytes.Replace(text, []byte("file: companies.csv"), []byte("imported: true"), 1)
	w.cfg = config{Wait: duration(10 * time.Second), Shards: 1}
	return errors.Join(yaml.UnmarshalWithOptions(text, &w.cfg, yaml.Strict()), w.cfg.validate(),
		os.WriteFile(filepath.Join(w.dir, "nayose.yaml"), text, 0o644))
}

// stores are the two object stores of a run.
type stores struct{ store, input nayose.Store }

func (w *world) stores(t *testing.T, dir string) stores {
	t.Helper()
	s, err := store.Open(t.Context(), dir, store.S3Options{})
	noError(t, err)
	in, err := store.Open(t.Context(), filepath.Join(w.dir, "input"), store.S3Options{})
	noError(t, err)
	return stores{s, in}
}

// broken are the stores with a switch before both.
func (s stores) broken(by *faults.Switch) stores {
	return stores{faults.NewStore(s.store, by), faults.NewStore(s.input, by)}
}

// run is nayose run of a week in this process: its exit code and what it logs.
func (w *world) run(ctx context.Context, s stores, url string, week nayose.Week) (int, string) {
	return w.command(ctx, s, url, func(ctx context.Context, j *job) error {
		return j.through(ctx, week, stepFreeze, stepExtract, stepMatch, stepLoad)
	})
}

// through takes a week's deliveries through some steps.
func (j *job) through(ctx context.Context, week nayose.Week, steps ...step) error {
	ds, err := j.deliveries(week, "")
	if err != nil {
		return err
	}
	for _, s := range steps {
		j.each(ctx, ds, s)
	}
	return failures(ds)
}

func importStep(ctx context.Context, j *job) error {
	db, err := j.database(ctx)
	if err != nil {
		return err
	}
	files, err := j.openMasterFiles(ctx, []string{"companies.csv"}, ofCompanies)
	if err != nil {
		return err
	}
	defer files[0].Close()
	_, err = files[0].into(ctx, j, db)
	return err
}

func migrateStep(ctx context.Context, j *job) error {
	db, err := j.database(ctx)
	if err == nil {
		_, _, err = db.Migrate(ctx)
	}
	return err
}

// command runs a command in this process as openJob and mainCode do.
func (w *world) command(ctx context.Context, s stores, url string, f func(context.Context, *job) error) (int, string) {
	var log bytes.Buffer
	cfg := w.cfg
	cfg.Store, cfg.Input, cfg.Database = s.store.String(), s.input.String(), url
	j, err := newJob(ctx, &cfg, io.Discard, &terminal.Log{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err == nil {
		j.store, j.input = s.store, s.input
		err = f(ctx, j)
		j.close()
	}
	code := report(&log, ended(ctx, err))
	return code, log.String()
}

// rehearsal is a copy of a moment.
type rehearsal struct {
	*world
	moment
	stores  stores
	url     string
	anyPlan bool // the number of a plan is of no account
}

var copies atomic.Int64

// begin copies a moment; end gives its room back.
func (w *world) begin(t *testing.T, m moment) *rehearsal {
	t.Helper()
	name := fmt.Sprint("trial", copies.Add(1))
	dir := filepath.Join(w.dir, name)
	noError(t, copyStore(dir, m.store))
	x := &rehearsal{world: w, moment: m, stores: w.stores(t, dir), url: databaseURL(t, w.copyDatabase(t, m.database, name))}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return x
}

// attempt runs the rehearsal's week with these faults.
func (x *rehearsal) attempt(ctx context.Context, storage, postgres *faults.Switch) (int, string) {
	s, url := x.stores, x.url
	if storage != nil {
		s = s.broken(storage)
	}
	if postgres != nil {
		p, err := faults.NewPostgres(url, postgres)
		if err != nil {
			return -1, err.Error()
		}
		defer p.Close()
		url = p.URL
	}
	return x.run(ctx, s, url, x.week)
}

// settle runs the week without faults and holds what there is then against the fault-free history.
func (x *rehearsal) settle(t *testing.T, before string) {
	t.Helper()
	if code, log := x.run(t.Context(), x.stores, x.url, x.week); code != 0 {
		t.Errorf("the run after it ends with %d\n%s\nbefore:\n%s", code, log, before)
		return
	}
	x.compare(t, before)
}

// compare holds what there is against the fault-free history.
func (x *rehearsal) compare(t *testing.T, log string) {
	t.Helper()
	got, err := x.state(t.Context(), x.stores.store, x.url, x.week)
	if err != nil {
		t.Errorf("%v\n%s", err, log)
		return
	}
	want := x.want
	if x.anyPlan {
		want, got = planNumbers.ReplaceAllString(want, "$1"), planNumbers.ReplaceAllString(got, "$1")
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("left behind (-fault-free +after the fault):\n%s\n%s", diff, log)
	}
}

// planNumbers finds the numbers of plans in a state.
var planNumbers = regexp.MustCompile(`(plan \S+ \S+|"number":|\(\d+,[a-z-]+,2026-W\d\d,[0-9-]+,) ?\d+`)

// state is all that weeks up to this one leave: the artefacts, which are read through, and the tables.
func (w *world) state(ctx context.Context, s nayose.Store, url string, last nayose.Week) (string, error) {
	var b strings.Builder
	for week := firstWeek; ; week = week.Next() {
		for _, partner := range partners {
			if err := w.artefacts(ctx, &b, s, week, partner); err != nil {
				return "", fmt.Errorf("artefacts of %s %s: %w", week, partner, err)
			}
		}
		if week == last {
			break
		}
	}
	err := dumpTables(ctx, &b, url)
	return b.String(), err
}

// artefacts writes what a delivery's manifests say, but for attempts and times, and reads the outputs and the outcome log through.
func (w *world) artefacts(ctx context.Context, b *strings.Builder, s nayose.Store, week nayose.Week, partner string) error {
	d := &delivery{partner: partner, cfg: w.cfg.Partners[partner], plan: artifact.Plan{Week: week, Partner: partner}}
	if err := (&job{store: s}).locate(ctx, d); err != nil {
		return err
	}
	survey, err := surveyPlace(d)
	if err != nil {
		return err
	}
	if d.survey, err = artifact.Committed(ctx, s, survey); err != nil {
		return err
	}
	snapshot, err := artifact.Committed(ctx, s, artifact.MasterPlace(d.plan.Master))
	if err != nil {
		return err
	}
	plan, err := json.Marshal(d.plan)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "plan %s %s %d: %s\n", week, partner, d.plan.Number, plan)
	for _, m := range append([]artifact.Manifest{snapshot, d.extract, d.survey}, d.matches...) {
		counts, err := json.Marshal([]any{m.Inputs, m.Delta, m.Extract, m.Survey, m.Match})
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "%s %s %s\n", m.Stage, m.Digest, counts)
		for _, o := range m.Outputs {
			fmt.Fprintf(b, "  %s %d rows, %d bytes, %s\n", o.Name, o.Rows, o.Object.Size, o.SHA256)
			l, err := m.Fetch(ctx, s, o.Name)
			if err != nil {
				return err
			}
			if err := l.Close(); err != nil {
				return err
			}
		}
	}
	for i := range d.matches {
		o, err := artifact.PinObject(ctx, s, outcomePart(d, artifact.Shard{Index: i, Of: d.plan.Shards}).Key())
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "outcomes %d bytes, %s\n", o.Size, o.SHA256)
	}
	return nil
}

// dumpTables writes every row of the schema but for wall-clock times, transaction numbers and the values of sequences, which a
// transaction that is rolled back takes, too: deliveries and imports are called by their order instead.
func dumpTables(ctx context.Context, b *strings.Builder, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.Background())
	rows, err := conn.Query(ctx, `
		select c.relname, string_agg(case
				when c.relname || '.' || a.attname = 'delivery.id' or a.attname = 'delivery' and a.atttypid = 'bigint'::regtype then
					format('(select count(*) from nayose.delivery x, nayose.delivery y where x.id = t.%I and y.partner = x.partner and y.id <= x.id)', a.attname)
				when a.attname = 'import_id' then format('(select count(*) from nayose.import i where i.import_id <= t.%I)', a.attname)
				else format('t.%I', a.attname) end, ', ' order by a.attnum)
		from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
		where c.relnamespace = 'nayose'::regnamespace and c.relkind = 'r' and c.relname not in ('schema_version', 'master_state')
			and a.atttypid not in ('timestamptz'::regtype, 'timestamp'::regtype, 'xid8'::regtype)
			and c.relname || '.' || a.attname <> 'generation.build' -- a random number
		group by c.relname order by c.relname`)
	if err != nil {
		return err
	}
	tables, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct{ Name, Columns string }])
	if err != nil {
		return err
	}
	for _, table := range tables {
		fmt.Fprintf(b, "table %s\n", table.Name)
		rows, err := conn.Query(ctx, `select row(`+table.Columns+`)::text from nayose.`+table.Name+` t order by 1`)
		if err != nil {
			return err
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, line := range lines {
			fmt.Fprintln(b, line)
		}
	}
	return balancedBooks(ctx, b, conn)
}

// balancedBooks asks for what is at odds in the ledger and the rows; nothing must be.
func balancedBooks(ctx context.Context, b *strings.Builder, conn *pgx.Conn) error {
	var odd int
	err := conn.QueryRow(ctx, `
		with last as (select distinct on (partner) * from nayose.delivery where state = 'loaded' order by partner, id desc)
		select (select count(*) from nayose.delivery where records <> rejected + duplicates + deletions + unique_postings
				or state = 'loaded' and (unique_postings <> matched + review + unmatched
					or unique_postings <> inserted + updated + unchanged or active_after <> active_before + inserted + reactivated - expired - erased))
			+ (select count(*) from last where active_after <>
				(select count(*) from nayose.posting_state s where s.partner = last.partner and s.expired_at is null))
			+ (select count(*) from nayose.posting p where not exists (select from nayose.posting_state s where s.partner = p.partner and s.posting_id = p.posting_id)
				or not exists (select from nayose.mention m where m.mention_id = p.mention_id)
				or not exists (select from nayose.match m where m.mention_id = p.mention_id))`).Scan(&odd)
	if err == nil && odd > 0 {
		err = fmt.Errorf("the books do not balance: %d rows are at odds", odd)
	}
	fmt.Fprintln(b, "books", odd)
	return err
}

// copyDatabase copies a database that nobody is connected to.
func (w *world) copyDatabase(t *testing.T, from, name string) string {
	t.Helper()
	if from == "nayose_template" {
		pgtest.New(t) // brings the template about
	}
	passing := strings.HasPrefix(name, "trial")
	name = databaseName(name)
	administer(t, "create database "+name+" template "+from)
	if passing {
		t.Cleanup(func() { administer(t, "drop database "+name+" with (force)") })
	}
	return name
}

// databaseURL is the server's with another database.
func databaseURL(t *testing.T, name string) string {
	t.Helper()
	return strings.Replace(pgtest.Server(t), "/nayose?", "/"+name+"?", 1)
}

// copyStore links the objects of a directory store into another: nobody writes to an object.
func copyStore(to, from string) error {
	return filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(to, strings.TrimPrefix(name, from))
		if d.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		return os.Link(name, target)
	})
}

// setting reads a number from the environment.
func setting(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// everyFault is whether `make faults` asks for all of them.
func everyFault() bool { return os.Getenv("FAULTS") == "all" }

// sample runs the cases in the order that a seed gives: all of them in `make faults`, and in `make test` only the first few.
func sample[T fmt.Stringer](t *testing.T, cases []T, few int, run func(t *testing.T, c T)) {
	t.Helper()
	seed := uint64(setting("SEED", int(time.Now().UnixNano()%1e9)))
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(cases), func(i, j int) { cases[i], cases[j] = cases[j], cases[i] })
	if most := setting("FAULTS", few); most < len(cases) && os.Getenv("FAULTS") != "all" {
		t.Logf("SEED=%d picks %d of %d cases", seed, most, len(cases))
		cases = cases[:most]
	}
	inParallel(t, cases, run)
}

// inParallel runs cases several at once: most wait for something.
func inParallel[T fmt.Stringer](t *testing.T, cases []T, run func(t *testing.T, c T)) {
	t.Helper()
	atOnce := make(chan struct{}, 8)
	var group sync.WaitGroup
	for _, c := range cases {
		group.Go(func() {
			atOnce <- struct{}{}
			defer func() { <-atOnce }()
			t.Run(c.String(), func(t *testing.T) { run(t, c) })
		})
	}
	group.Wait()
}
