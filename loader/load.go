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

// Input is what a load reads: the artefacts of extract and match. Each can be ranged over again and yields the same
// rows then: what is new or has changed is read twice, and a load that met a passing fault starts over.
type Input struct {
	Postings  iter.Seq2[nayose.Posting, error] // each posting id once
	Mentions  iter.Seq2[nayose.Mention, error] // of all postings
	Matches   iter.Seq2[nayose.Match, error]   // one for each mention
	Rejects   iter.Seq2[nayose.Reject, error]
	Deletions iter.Seq2[nayose.Deletion, error] // of a delta feed: each posting id once, none of Postings; nil for none
}

// Load writes a delivery in one transaction, as the package comment tells, or nothing at all. Loading a delivery that
// was loaded before, that something newer superseded, or whose files are those of the delivery loaded last, writes
// nothing (the first time a ledger row, and for an older week that arrives late its first_seen dates) and is no error:
// Result says so.
//
// The error is a fault of kind Busy where another load of the partner does not end within db.LockWait; Held where the
// delivery is empty, or a delta before which a week is missing, or beyond its Limits, and has no approval; Integrity where the books do not
// balance or the input is at odds with itself; Contract where Postgres cannot store a value; Usage, Access and Database
// as for Open. Faults that may pass are waited for and tried again before they are returned. An error of the input
// comes back as it is. It says the step that failed; whose delivery it is, the caller knows.
func (db *DB) Load(ctx context.Context, d Delivery, in Input) (Result, error) {
	if err := d.check(); err != nil {
		return Result{}, err
	}
	l := &load{
		db: db, row: DeliveryRow{Delivery: d}, in: in, planned: d.Generation,
		postings: keyed[nayose.Posting]{rows: in.Postings, id: func(p *nayose.Posting) nayose.ID { return p.Lineage }},
		mentions: keyed[nayose.Mention]{rows: in.Mentions, id: func(m *nayose.Mention) nayose.ID { return m.ID }},
		matches:  keyed[nayose.Match]{rows: in.Matches, id: func(m *nayose.Match) nayose.ID { return m.MentionID }},
	}
	err := db.persist(ctx, func(ctx context.Context) error {
		return db.transact(ctx, pgx.TxOptions{}, func(tx pgx.Tx) error {
			l.tx, l.row = tx, DeliveryRow{Delivery: d, xid: l.row.xid}
			return l.run(ctx)
		})
	})
	if err != nil {
		return Result{}, fault(ctx, err)
	}
	if l.row.State == Loaded {
		db.tell("analyze")
		db.analyze(ctx)
	}
	return l.row.Result, nil
}

// check refuses what no load can mean.
func (d Delivery) check() error {
	if d.Partner == "" || d.Week == (nayose.Week{}) || d.Plan < 1 || d.Digest == "" || d.Generation < 1 {
		return errors.New("a load needs partner, week, plan, digest and generation")
	}
	if a := d.Approval; a != nil && (a.Week != d.Week || a.Partner != d.Partner || a.Delivery == "" || a.Number < 1) {
		return nayose.Fault(nayose.Integrity, fmt.Errorf("the plan names an approval of %s of %q", a.Week, a.Partner),
			"run nayose run again: it makes a plan with the approvals of this delivery")
	}
	return nil
}

// load is a load under way.
type load struct {
	db  *DB
	in  Input
	tx  pgx.Tx
	row DeliveryRow // the ledger row that it works towards

	postings keyed[nayose.Posting]
	mentions keyed[nayose.Mention]
	matches  keyed[nayose.Match]

	verdict   verdict
	alike     []*DeliveryRow // of the past, those whose matches the delivery's are compared with
	decided   int64          // postings of mentions that people decided about since then
	newStates int64          // rows that posting_state gained
	planned   int            // the generation that the plan names
	rebuilt   bool           // a rebuild brought the delivery's model live
	outdated  bool           // the matches are of an older plan and model than the live generation: they only fill its gaps
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
	// Joins of a million narrow rows fit into that much memory, and spill to disk in the usual 4 MB.
	if _, err := l.tx.Exec(ctx, `set local lock_timeout = '5s'; set local work_mem = '64MB'`); err != nil {
		return err
	}
	l.db.tell("another load's lock")
	if err := l.db.lock(ctx, l.tx, "load:"+l.row.Partner); err != nil {
		return err
	}
	l.db.tell("the ledger")
	done, err := l.consultLedger(ctx)
	if err != nil || done {
		return err
	}
	for _, s := range l.steps() {
		l.db.tell(s.name)
		if err := s.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	l.db.tell("commit")
	return nil
}

// steps are what there is to do about a delivery in the state that the ledger gives it.
func (l *load) steps() []step {
	switch l.row.State {
	case Superseded:
		return []step{
			{"number", l.number},
			l.sql("stage", nil),
			{"copy postings", l.stagePostings},
			{"copy deletions", l.copyDeletions},
			l.sql("index_stage", nil),
			l.sql("first_seen", nil),
			{"survey", l.takeSurvey},
			{"write the ledger", l.writeLedger},
			{"balance the books", l.balance},
		}
	case Stale:
		return []step{
			{"guard", l.guard},
			{"number", l.number},
			{"write the ledger", l.writeLedger},
			{"balance the books", l.balance},
		}
	}
	leave := l.sql("leave_absent", nil)
	if !l.row.Snapshot {
		leave = l.sql("leave_deleted", nil)
	}
	return []step{
		{"guard", l.guard},
		{"number", l.number},
		l.sql("stage", nil),
		{"copy postings", l.stagePostings},
		{"copy mentions", l.stageMentions},
		{"copy matches", l.stageMatches},
		{"copy deletions", l.copyDeletions},
		l.sql("index_stage", nil),
		{"count what is active", l.countActive},
		leave,
		{"measure matches", l.measure},
		{"compare with the past", l.compare},
		{"write postings", l.writePostings},
		l.sql("reactivate", &l.row.Reactivated),
		l.sql("expire", &l.row.Expired),
		l.sql("see_known", nil),
		l.sql("see_new", &l.newStates),
		{"write mentions", l.writeMentions},
		{"write matches", l.writeMatches},
		{"copy rejects", l.copyRejects},
		{"erase again", l.eraseAgain},
		{"survey", l.takeSurvey},
		{"write the ledger", l.writeLedger},
		{"balance the books", l.balance},
	}
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
	return pgx.NamedArgs{"partner": l.row.Partner, "monday": date(l.row.Week.Monday()), "delivery": l.row.id, "generation": l.row.Generation}
}

// consultLedger decides what kind of load this is; done means none.
func (l *load) consultLedger(ctx context.Context) (done bool, err error) {
	ledger, err := readLedger(ctx, l.tx, `where partner = $1`, l.row.Partner)
	if err != nil {
		return false, fmt.Errorf("read the ledger: %w", err)
	}
	v := consult(ledger, l.row.Delivery)
	if v.found != nil {
		l.row.Result = v.found.Result
	}
	l.row.State, l.row.By, l.verdict = v.state, v.by, v
	if v.spent {
		l.row.Approval = nil
	}
	if v.state == Already && v.found.xid == l.row.xid {
		// An earlier attempt of this very call did it, though the answer to its commit was lost.
		l.row.State = v.found.State
	}
	return v.found != nil, nil
}

// liveLock keeps loads, which share it, and the change of the live generation apart.
const liveLock = "live"

// number gives the delivery its number in the ledger, and finds the generation to write to: the one that readers see, until the
// transaction ends. Where the plan names another, since a rebuild went live or was rolled back after it was frozen, what it matched is
// not lost: mentions that are new get its answers. About the others the live generation knows better, unless both are of one model.
func (l *load) number(ctx context.Context) error {
	if err := l.db.lockShared(ctx, l.tx, liveLock); err != nil {
		return err
	}
	var known bool
	var live int
	var model string
	err := l.tx.QueryRow(ctx, `select nextval(pg_get_serial_sequence('nayose.delivery', 'id')),
		exists (select from nayose.generation where generation = $1), g.generation, g.model
		from nayose.live join nayose.generation g using (generation)`, l.planned).Scan(&l.row.id, &known, &live, &model)
	if err == nil && !known {
		return nayose.Fault(nayose.Usage, fmt.Errorf("the plan names generation %d, which does not exist", l.planned),
			"run nayose run again: it makes a plan for the live generation")
	}
	l.rebuilt = model != "" && model == l.row.Model
	l.outdated = live != l.planned && model != l.row.Model
	l.row.Generation = live
	return err
}

func (l *load) stagePostings(ctx context.Context) error {
	return l.postings.stage(ctx, l.tx, stagePosting, stagePostingColumns, postingKey(l.row.Partner))
}

func (l *load) stageMentions(ctx context.Context) error {
	return l.mentions.stage(ctx, l.tx, stageMention, stageMentionColumns, mentionKey)
}

func (l *load) stageMatches(ctx context.Context) error {
	return l.matches.stage(ctx, l.tx, stageMatch, stageMatchColumns, matchKey(l.row.Model))
}

// writePostings copies what is new straight into its table, and updates what has changed. A row that somebody has deleted is copied, too, and
// counts as updated: posting_state knows the posting.
func (l *load) writePostings(ctx context.Context) error {
	var gone int64
	err := l.postings.compare(ctx, l.tx, statement("compare_postings"), l.args(), &gone)
	if err != nil {
		return err
	}
	if l.row.Inserted, err = l.postings.write(ctx, l.tx, missing, postingTable, postingColumns, postingRow); err != nil {
		return err
	}
	if _, err = l.postings.write(ctx, l.tx, changed, changedPosting, postingColumns, postingRow); err != nil {
		return err
	}
	if err = l.sql("update_postings", &l.row.Updated).do(ctx); err != nil || gone == 0 {
		return err
	}
	l.row.Inserted, l.row.Updated = l.row.Inserted-gone, l.row.Updated+gone
	l.row.warn(fmt.Sprintf("%d postings that were loaded before had no row in nayose.posting any more, which was written again", gone))
	return nil
}

// writeMentions copies the new ones: none ever changes.
func (l *load) writeMentions(ctx context.Context) error {
	err := l.mentions.compare(ctx, l.tx, statement("compare_mentions"), l.args())
	if err == nil {
		_, err = l.mentions.write(ctx, l.tx, missing, mentionTable, mentionColumns, mentionRow)
	}
	return err
}

// writeMatches writes what measure found to be new or another.
func (l *load) writeMatches(ctx context.Context) error {
	row := matchRow(l.row.Generation, l.row.Model)
	if _, err := l.matches.write(ctx, l.tx, missing, matchTable, matchColumns, row); err != nil || l.outdated {
		return err
	}
	if _, err := l.matches.write(ctx, l.tx, changed, changedMatch, matchColumns, row); err != nil {
		return err
	}
	return l.sql("update_matches", nil).do(ctx)
}

func (l *load) copyDeletions(ctx context.Context) error {
	if l.in.Deletions == nil {
		return nil
	}
	_, err := copyInto(ctx, l.tx, stageDeletion, deletionColumns, l.in.Deletions, deletionRow(l.row.Partner))
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
	r.ActiveAfter = l.survey.ActiveAfter
	return nil
}

func (l *load) writeLedger(ctx context.Context) error { return l.row.record(ctx, l.tx) }

func (l *load) balance(context.Context) error {
	accounts := extractBooks(l.row.Extract)
	if l.row.State != Stale {
		accounts = append(accounts, stageBooks(l.row.Extract, l.survey)...)
	}
	if l.row.State == Loaded {
		accounts = append(accounts, loadBooks(&l.row, l.survey, l.newStates)...)
	}
	return balanced(accounts, fmt.Sprintf("nothing was written; nayose doctor --week %s names what is not as stages and loads left it, "+
		"and docs/operating.md has under Restore how it comes back", l.row.Week))
}
