package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/secret"
	"nayose/job/internal/store"
	"nayose/job/internal/terminal"
	"nayose/loader"
	"nayose/matcher"
)

// job is what a command works with: the settings, the two stores, and the database and master once they are needed.
type job struct {
	cfg    *config
	stdout io.Writer // where a file named - goes
	out    io.Writer // where the command says what came of it
	log    *terminal.Log
	store  nayose.Store
	input  nayose.Store

	db    *loader.DB // by database
	model *matcher.Model

	authorities string // the file of those that may sign the database server's certificate, by database
	forget      func() // removes it; at the end, since a password that has changed meanwhile has it read again

	// By matcherOf:
	snapshotOf string // the digest of the snapshot that master is
	master     *matcher.Master
	matcher    *matcher.Matcher

	live    int // the generation that readers see, by liveGeneration; 0 where Postgres does not tell
	liveErr error

	settled artifact.DecisionLog // as far as it was read

	snapshotted artifact.Manifest // by snapshot
	snapshotErr error

	shard *artifact.Shard // the one that match is told to do, or nil for all

	retries int64 // that were measured

	until time.Time // how long the run waits for what is not there yet
}

func newJob(ctx context.Context, cfg *config, stdout io.Writer, log *terminal.Log) (*job, error) {
	j := &job{cfg: cfg, stdout: stdout, out: stdout, log: log, until: time.Now().Add(time.Duration(cfg.Wait))}
	var err error
	if j.model, err = loadModel(cfg.Model); err != nil {
		return nil, err
	}
	if j.model, err = j.model.WithCosts(cfg.Costs); err != nil {
		return nil, err
	}
	if j.store, err = store.Open(ctx, cfg.Store, cfg.S3); err != nil {
		return nil, err
	}
	if j.input, err = store.Open(ctx, cfg.Input, cfg.S3); err != nil {
		return nil, err
	}
	j.store, j.input = terminal.Watch(j.store, log), terminal.Watch(j.input, log)
	return j, nil
}

// loadModel reads a model's file; without a name it is the model that nayose brings.
func loadModel(name string) (*matcher.Model, error) {
	if name == "" {
		return matcher.DefaultModel(), nil
	}
	file, err := os.ReadFile(name)
	if err != nil {
		return nil, usage(fmt.Errorf("read model: %w", err), "name a file that nayose eval --fit printed")
	}
	model, err := matcher.LoadModel(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return model, nil
}

func (j *job) close() {
	if j.db != nil {
		j.db.Close()
	}
	if j.forget != nil {
		j.forget()
	}
}

// database connects at the first call, so that a stage that needs no database runs without one.
func (j *job) database(ctx context.Context) (*loader.DB, error) {
	if j.db != nil {
		return j.db, nil
	}
	if !j.cfg.hasDatabase() {
		return nil, errNoDatabase
	}
	if j.forget == nil {
		var err error
		if j.authorities, j.forget, err = localFile(ctx, j.cfg.DatabaseCA, j.cfg.S3); err != nil {
			return nil, fmt.Errorf("read database_ca: %w", err)
		}
	}
	access := loader.Access{URL: j.cfg.Database, CA: j.authorities, Insecure: j.cfg.DatabaseInsecure}
	if name := j.cfg.DatabaseSecret; name != "" {
		access.Again = func(ctx context.Context) (string, error) { return secret.Database(ctx, name, j.cfg.Database) }
		var err error
		if access.URL, err = access.Again(ctx); err != nil {
			return nil, err
		}
	}
	db, err := access.Open(ctx)
	if err != nil {
		return nil, err
	}
	db.LockWait = time.Duration(j.cfg.Wait)
	j.db = db
	return db, nil
}

// migrated is the database, which must have the schema that this nayose needs.
func (j *job) migrated(ctx context.Context) (*loader.DB, error) {
	db, err := j.database(ctx)
	if err == nil {
		err = db.CheckSchema(ctx)
	}
	return db, err
}

var errNoDatabase = usage(errors.New("no database is named"), "set DATABASE_URL or DATABASE_SECRET, or database: in the config")

// waiting tries f again while it says that something is not there yet, until the run's time to wait is used up: one
// budget for all that is late.
func (j *job) waiting(ctx context.Context, log *terminal.Log, what string, f func() error) error {
	const pause, perLine = 5 * time.Second, 12
	for tries := 0; ; tries++ {
		err := f()
		rest := time.Until(j.until)
		if !isLate(err) || rest <= 0 {
			return err
		}
		if tries%perLine == 0 { // a minute's
			log.Info("waiting", "for", what, "until", j.until.Format(time.RFC3339), "since", nayose.OneLine(err.Error()))
		}
		if end := sleep(ctx, min(pause, rest)); end != nil {
			return fmt.Errorf("wait for %s: %s: %w", what, nayose.OneLine(err.Error()), end)
		}
	}
}

// isLate tells what may yet come from what may not.
func isLate(err error) bool {
	var fault *nayose.Error
	return isMissing(err) || errors.As(err, &fault) && fault.Kind == nayose.NotReady
}

// delivery is one partner's delivery of a week on its way through the stages.
type delivery struct {
	partner string
	cfg     partnerConfig
	log     *terminal.Log
	plan    artifact.Plan
	shard   *artifact.Shard // the one that match is told to do, or nil for all
	extract artifact.Manifest
	survey  artifact.Manifest
	matches []artifact.Manifest // by shard of the plan; empty where it is not done
	loaded  loader.Result
	held    *artifact.Hold // the last entry of the log of holds, empty for none; nil where it was not looked at
	worked  bool           // a stage had something to do
	err     error          // why it went no further
}

// deliveries are the chosen partners' deliveries of a week.
func (j *job) deliveries(week nayose.Week, partner string) ([]*delivery, error) {
	ids, err := j.cfg.chosen(partner)
	if err != nil {
		return nil, err
	}
	ds := make([]*delivery, len(ids))
	for i, id := range ids {
		ds[i] = &delivery{
			partner: id, cfg: j.cfg.Partners[id], shard: j.shard, plan: artifact.Plan{Week: week, Partner: id},
			log: j.log.With(append([]any{"week", week.String(), "partner", id}, attempt()...)...),
		}
	}
	return ds, nil
}

// attempt says for the log lines which attempt of its scheduler this is; AWS Batch counts them from 1.
func attempt() []any {
	fields := []any{"attempt", cmp.Or(os.Getenv("AWS_BATCH_JOB_ATTEMPT"), "1")}
	if id := os.Getenv("AWS_BATCH_JOB_ID"); id != "" {
		fields = append(fields, "job", id)
	}
	return fields
}

// done is the manifest that stands in a stage's place. The error is fs.ErrNotExist where the stage is not done.
func (j *job) done(ctx context.Context, log *terminal.Log, place artifact.Place) (artifact.Manifest, error) {
	m, err := artifact.Committed(ctx, j.store, place)
	if err == nil {
		log.Info("already done", "place", place.String())
	}
	return m, err
}

// do does a stage: work writes its files and says what the manifest tells of them.
func (j *job) do(
	ctx context.Context, d *delivery, log *terminal.Log, place artifact.Place, work func(*artifact.Attempt) (artifact.Manifest, error),
) (artifact.Manifest, error) {
	a, err := artifact.Begin(j.store)
	if err != nil {
		return artifact.Manifest{}, err
	}
	defer a.Close()
	m, err := work(a)
	if err != nil {
		return artifact.Manifest{}, err
	}
	if m, err = a.Commit(ctx, place, m, codeVersion()); err != nil {
		return artifact.Manifest{}, err
	}
	d.worked = true
	log.Info("done", append([]any{"seconds", m.Seconds}, told(&m)...)...)
	j.measure(d, log, m.Seconds, metricsOf(&m)...)
	return m, nil
}

// told are the counts of a stage, for the log.
func told(m *artifact.Manifest) []any {
	switch {
	case m.Extract != nil:
		c := m.Extract
		return []any{"records", c.Records, "rejected", c.Rejected, "duplicates", c.Duplicates, "unique", c.Unique, "mentions", c.Mentions}
	case m.Survey != nil:
		return []any{"mentions", m.Survey.Mentions, "groups", m.Survey.Groups, "missing", m.Survey.Missing}
	}
	c := m.Match
	return []any{"mentions", c.Mentions, "mentions_matched", c.Matched, "mentions_review", c.Review, "mentions_unmatched", c.Unmatched}
}
