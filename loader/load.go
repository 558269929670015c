package loader

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"

	"nayose"
)

// Input is what a load reads: the artefacts of extract and match. Each can be ranged over again, since a load that met
// a passing fault starts over.
type Input struct {
	Postings iter.Seq2[nayose.Posting, error] // each posting id once
	Mentions iter.Seq2[nayose.Mention, error] // of all postings
	Matches  iter.Seq2[nayose.Match, error]   // one for each mention
	Rejects  iter.Seq2[nayose.Reject, error]
}

// Load writes a delivery in one transaction, as the package comment tells, or nothing at all. Loading a delivery that
// was loaded before, or that something newer superseded, writes nothing (the first time that an older week arrives
// late, its first_seen dates and a ledger row) and is no error: Result says so.
//
// The error is a fault of kind Busy where another load of the partner does not end within db.LockWait; Held where the
// delivery is empty, which would expire everything; Integrity where the books do not balance or the input is at odds
// with itself; Contract where Postgres cannot store a value; Usage, Access and Database as for Open. Faults that may
// pass are waited for and tried again before they are returned. An error of the input comes back as it is.
func (db *DB) Load(ctx context.Context, d Delivery, in Input) (Result, error) {
	if err := d.check(); err != nil {
		return Result{}, err
	}
	l := &load{db: db, row: DeliveryRow{Delivery: d}, in: in}
	err := persist(ctx, func(ctx context.Context) error {
		return db.transact(ctx, pgx.TxOptions{}, func(tx pgx.Tx) error {
			l.tx, l.row.Result = tx, Result{}
			return l.run(ctx)
		})
	})
	if err != nil {
		return Result{}, fmt.Errorf("load %s of %s: %w", d.Week, d.Partner, fault(ctx, err))
	}
	if l.row.State == Loaded {
		db.analyze(ctx)
	}
	return l.row.Result, nil
}

// check refuses what no load can mean.
func (d Delivery) check() error {
	switch {
	case d.Partner == "" || d.Week == (nayose.Week{}) || d.Plan < 1 || d.Digest == "" || d.Generation < 1:
		return errors.New("a load needs partner, week, plan, digest and generation")
	case !d.Snapshot:
		return nayose.Fault(nayose.Usage, errors.New("delta feeds cannot be loaded yet"), "configure the feed as a snapshot")
	}
	return nil
}

// load is a load under way.
type load struct {
	db  *DB
	in  Input
	tx  pgx.Tx
	row DeliveryRow // the ledger row that it works towards

	newStates int64 // rows that posting_state gained
	survey    survey
}

// step is a part of the transaction, named for error messages.
type step struct {
	name string
	do   func(context.Context) error
}

// run is the transaction.
//
// A commit whose acknowledgement is lost needs nothing of its own: persist comes here again, the lock waits for the
// old session's end, and the ledger has the truth.
func (l *load) run(ctx context.Context) error {
	d, r := &l.row.Delivery, &l.row.Result
	if _, err := l.tx.Exec(ctx, `set local lock_timeout = '5s'`); err != nil {
		return err
	}
	if err := l.db.lock(ctx, l.tx, "load:"+d.Partner); err != nil {
		return err
	}
	done, err := l.consultLedger(ctx)
	if err != nil || done {
		return err
	}
	late := []step{
		{"prepare", l.prepare},
		{"copy postings", l.copyPostings},
		{"index", l.indexStage},
		l.sql("first_seen", nil),
		{"survey", l.takeSurvey},
		{"write the ledger", l.writeLedger},
		{"balance the books", l.balance},
	}
	full := []step{
		{"guard", l.guard},
		{"prepare", l.prepare},
		{"copy postings", l.copyPostings},
		{"copy mentions", l.copyMentions},
		{"copy matches", l.copyMatches},
		{"index", l.indexStage},
		{"count what is active", l.countActive},
		l.sql("update_postings", &r.Updated),
		l.sql("insert_postings", &r.Inserted),
		l.sql("reactivate", &r.Reactivated),
		l.sql("expire", &r.Expired),
		l.sql("see_known", nil),
		l.sql("see_new", &l.newStates),
		l.sql("insert_mentions", nil),
		l.sql("update_matches", nil),
		l.sql("insert_matches", nil),
		{"copy rejects", l.copyRejects},
		{"survey", l.takeSurvey},
		{"write the ledger", l.writeLedger},
		{"balance the books", l.balance},
	}
	steps := full
	if r.State == Superseded {
		steps = late
	}
	for _, s := range steps {
		if err := s.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

//go:embed sql/*.sql
var statements embed.FS

// statement is the text of sql/<name>.sql.
func statement(name string) string {
	text, err := statements.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic(err) // a name misspelt in this package
	}
	return string(text)
}

// sql is the step that executes sql/<name>.sql and, where it is asked to, counts the rows that it wrote.
func (l *load) sql(name string, count *int64) step {
	return step{name, func(ctx context.Context) error {
		done, err := l.tx.Exec(ctx, statement(name), l.args())
		if count != nil {
			*count = done.RowsAffected()
		}
		return err
	}}
}

// args are what the statements may refer to.
func (l *load) args() pgx.NamedArgs {
	return pgx.NamedArgs{"partner": l.row.Partner, "monday": date(l.row.Week.Monday()), "delivery": l.row.id}
}

// consultLedger decides what kind of load this is; done means none.
func (l *load) consultLedger(ctx context.Context) (done bool, err error) {
	ledger, err := readLedger(ctx, l.tx, `where partner = $1`, l.row.Partner)
	if err != nil {
		return false, fmt.Errorf("read the ledger: %w", err)
	}
	state, by, found := consult(ledger, l.row.Delivery)
	if found != nil {
		l.row.Result = found.Result
	}
	l.row.State, l.row.By = state, by
	if state == Already && found.xid == l.row.xid {
		// An earlier attempt of this very call did it, though the answer to its commit was lost.
		l.row.State = Loaded
	}
	return found != nil, nil
}

// guard holds a delivery that is empty, or of which more is rejected than understood: what it lacks would expire.
func (l *load) guard(context.Context) error {
	e := l.row.Extract
	switch {
	case e.Unique == 0:
		return nayose.Fault(nayose.Held, errors.New("the delivery holds no posting"),
			"ask the partner for the complete file; nothing was loaded and nothing expired")
	case e.Rejected > e.Unique:
		return nayose.Fault(nayose.Held, fmt.Errorf("%d records are rejected and only %d are good", e.Rejected, e.Unique),
			"look at the reasons in rejects.ndjson, and change the mapping or ask the partner; nothing was loaded and nothing expired")
	}
	return nil
}

// prepare makes the temporary tables, which the transaction's end removes, and numbers the delivery.
func (l *load) prepare(ctx context.Context) error {
	if _, err := l.tx.Exec(ctx, statement("stage")); err != nil {
		return err
	}
	var known bool
	err := l.tx.QueryRow(ctx, `select nextval(pg_get_serial_sequence('nayose.delivery', 'id')),
		exists (select from nayose.generation where generation = $1)`, l.row.Generation).Scan(&l.row.id, &known)
	if err == nil && !known {
		return nayose.Fault(nayose.Usage, fmt.Errorf("the plan names generation %d, which does not exist", l.row.Generation),
			"run nayose run again: it makes a plan for the live generation")
	}
	return err
}

func (l *load) copyPostings(ctx context.Context) error {
	_, err := copyInto(ctx, l.tx, stagePosting, postingColumns, l.in.Postings, postingRow(l.row.Partner))
	return err
}

func (l *load) copyMentions(ctx context.Context) error {
	_, err := copyInto(ctx, l.tx, stageMention, mentionColumns, l.in.Mentions, mentionRow)
	return err
}

func (l *load) copyMatches(ctx context.Context) error {
	_, err := copyInto(ctx, l.tx, stageMatch, matchColumns, l.in.Matches, matchRow(l.row.Generation, l.row.Model))
	return err
}

func (l *load) indexStage(ctx context.Context) error {
	_, err := l.tx.Exec(ctx, statement("index_stage"))
	return err
}

func (l *load) copyRejects(ctx context.Context) error {
	_, err := copyInto(ctx, l.tx, rejectTable, rejectColumns, l.in.Rejects, rejectRow(l.row.id))
	return err
}

func (l *load) countActive(ctx context.Context) error {
	return l.tx.QueryRow(ctx, `select count(*) from nayose.posting_state where partner = $1 and expired_at is null`,
		l.row.Partner).Scan(&l.row.ActiveBefore)
}

// takeSurvey counts what the load has written; for a superseded delivery, which writes none of it, only what it read.
func (l *load) takeSurvey(ctx context.Context) error {
	rows, err := l.tx.Query(ctx, statement("survey"), l.args())
	if err != nil {
		return err
	}
	l.survey, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[survey])
	if err != nil || l.row.State == Superseded {
		return err
	}
	r := &l.row.Result
	r.Unchanged = l.survey.Staged - r.Inserted - r.Updated
	r.Matched, r.Review, r.Unmatched = l.survey.Matched, l.survey.Review, l.survey.Unmatched
	r.ActiveAfter = l.survey.ActiveAfter
	return nil
}

func (l *load) writeLedger(ctx context.Context) error { return l.row.record(ctx, l.tx) }

func (l *load) balance(context.Context) error {
	accounts := extractBooks(l.row.Extract, l.survey)
	if l.row.State == Loaded {
		accounts = append(accounts, loadBooks(&l.row, l.survey, l.newStates)...)
	}
	return balanced(accounts)
}
