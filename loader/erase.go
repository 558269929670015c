package loader

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"nayose"
)

// Erased says how many rows an erasure deleted.
type Erased struct{ Postings, Rejects, Mentions, Matches, Workplaces int64 }

// Add counts another erasure in.
func (e *Erased) Add(o Erased) {
	e.Postings, e.Rejects = e.Postings+o.Postings, e.Rejects+o.Rejects
	e.Mentions, e.Matches, e.Workplaces = e.Mentions+o.Mentions, e.Matches+o.Matches, e.Workplaces+o.Workplaces
}

// The rules by which rows are erased, as the ledger of erasures has them.
const (
	ruleRetention = "retention"
	ruleRequest   = "request"
)

// eraseBatch is how many rows one transaction deletes, so that no load waits long for it.
const eraseBatch = 10_000

// EraseExpired deletes the partner's postings that expired before a day, with their state, and then the mentions that no posting of the
// partner has any more, with their matches in every generation and the workplaces that they prove.
//
// It does so in transactions of some thousand rows, each with its rows in the ledger of erasures, between which loads of the partner may
// run. A crash leaves fewer of what is to go; the next call goes on. The counts are what this call knows to have deleted. The error is a
// fault of kind Busy where a load or an import does not end within db.LockWait, else as for Load.
func (db *DB) EraseExpired(ctx context.Context, partner string, before nayose.Date) (all Erased, err error) {
	for _, pick := range []string{"erase_pick_expired", "erase_pick_orphans"} {
		err := db.eraseAll(ctx, erasing{partner: partner, rule: ruleRetention, before: before}, &all, func(e *erasing) (int64, error) {
			done, err := e.tx.Exec(ctx, statement(pick), e.args())
			if err != nil || done.RowsAffected() == 0 {
				return 0, err
			}
			return done.RowsAffected(), e.erase(ctx)
		})
		if err != nil {
			return all, fmt.Errorf("erase expired postings of %s: %w", partner, fault(ctx, err))
		}
	}
	return all, nil
}

// EraseRejects deletes the rejects of the partner's deliveries of weeks that began before a day, as EraseExpired does postings.
func (db *DB) EraseRejects(ctx context.Context, partner string, before nayose.Date) (all Erased, err error) {
	err = db.eraseAll(ctx, erasing{partner: partner, rule: ruleRetention, before: before}, &all, func(e *erasing) (int64, error) {
		err := e.rejects(ctx)
		return e.done.Rejects, err
	})
	if err != nil {
		return all, fmt.Errorf("erase rejects of %s: %w", partner, fault(ctx, err))
	}
	return all, nil
}

// eraseAll erases one batch a transaction until a batch is not full.
func (db *DB) eraseAll(ctx context.Context, like erasing, all *Erased, batch func(*erasing) (int64, error)) error {
	for n := int64(eraseBatch); n == eraseBatch; {
		e := like
		err := db.erasing(ctx, &e, func(e *erasing) (err error) {
			n, err = batch(e)
			return err
		})
		if err != nil {
			return err
		}
		all.Add(e.done)
	}
	return nil
}

// erasing is a transaction that erases rows of one partner.
type erasing struct {
	tx       pgx.Tx
	partner  string
	rule     string
	by, why  string
	before   nayose.Date // 0 for none
	lineages []nayose.ID // of rejects
	newest   int64       // the delivery of the partner that was loaded last
	done     Erased
}

// erasing runs f in a transaction during which no load of the partner runs, no import, and no generation goes live. The lock of
// imports comes first, so that no load waits for this while this waits for an import.
func (db *DB) erasing(ctx context.Context, e *erasing, f func(*erasing) error) error {
	return db.persist(ctx, func(ctx context.Context) error {
		return db.transact(ctx, pgx.TxOptions{}, func(tx pgx.Tx) error {
			e.tx, e.done = tx, Erased{}
			_, err := tx.Exec(ctx, `set local lock_timeout = '5s'; set local work_mem = '64MB'`)
			if err == nil {
				err = db.lockShared(ctx, tx, "import")
			}
			if err == nil {
				err = db.lock(ctx, tx, "load:"+e.partner)
			}
			if err == nil {
				err = db.lockShared(ctx, tx, liveLock)
			}
			if err == nil {
				const newest = `select coalesce(max(id), 0) from nayose.delivery where partner = $1 and state = 'loaded'`
				err = tx.QueryRow(ctx, newest, e.partner).Scan(&e.newest)
			}
			if err == nil {
				_, err = tx.Exec(ctx, statement("erase_stage"))
			}
			if err != nil {
				return err
			}
			return f(e)
		})
	})
}

// args are what the statements may refer to.
func (e *erasing) args() pgx.NamedArgs {
	lineages := make([]string, len(e.lineages))
	for i, l := range e.lineages {
		lineages[i] = l.String()
	}
	return pgx.NamedArgs{
		"partner": e.partner, "rule": e.rule, "by": text(e.by), "why": text(e.why), "newest": e.newest, "before": date(e.before),
		"lineages": lineages, "most": eraseBatch,
	}
}

// erase deletes what stands in going_posting and going_mention, and what hangs on it. Mentions that a posting still has stay.
//
// A rebuild may be at work meanwhile. Matches that it has committed go, and its books know; one that it commits after this, since it read
// the mention before, is swept when the rebuild ends (generation_sweep), for which it waits until nothing is being erased.
func (e *erasing) erase(ctx context.Context) error {
	if _, err := e.tx.Exec(ctx, `analyze pg_temp.going_posting`); err != nil {
		return err
	}
	if err := e.count(ctx, "erase_postings", &e.done.Postings); err != nil {
		return err
	}
	const keep = `delete from pg_temp.going_mention g where exists (select from nayose.posting p where p.mention_id = g.mention_id);
		analyze pg_temp.going_mention`
	if _, err := e.tx.Exec(ctx, keep); err != nil {
		return fmt.Errorf("keep the mentions of other postings: %w", err)
	}
	if err := e.count(ctx, "erase_matches", &e.done.Matches); err != nil {
		return err
	}
	if err := e.workplaces(ctx); err != nil {
		return fmt.Errorf("erase_workplaces: %w", err)
	}
	return e.count(ctx, "erase_mentions", &e.done.Mentions)
}

// rejects deletes a batch of rejects.
func (e *erasing) rejects(ctx context.Context) error {
	return e.count(ctx, "erase_rejects", &e.done.Rejects)
}

// count executes sql/<name>.sql, which says how many rows went.
func (e *erasing) count(ctx context.Context, name string, n *int64) error {
	if err := e.tx.QueryRow(ctx, statement(name), e.args()).Scan(n); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// workplaces deletes what only the mentions prove; the next snapshot of the master then lacks it, too.
func (e *erasing) workplaces(ctx context.Context) error {
	done, err := e.tx.Exec(ctx, statement("erase_workplaces"))
	if e.done.Workplaces = done.RowsAffected(); err == nil && e.done.Workplaces > 0 {
		_, err = e.tx.Exec(ctx, `update nayose.master_state set version = gen_random_uuid()`)
	}
	return err
}

// Request is somebody's request that what a partner said of a person or an employer be erased.
type Request struct {
	Partner  string
	Postings []string    // posting ids
	Rejects  []nayose.ID // lineage ids
	By, Why  string      // who erases it, and why, for the ledger
}

// EraseOnRequest deletes postings, active or not, as EraseExpired does, and rejects, in one transaction, and sees to it that no later load
// brings the postings back: what a delivery holds of them is erased again before it commits. A reject comes with a file, and would come
// again with the same file only. Errors are as for EraseExpired, and of kind Usage where nothing is named.
func (db *DB) EraseOnRequest(ctx context.Context, r Request) (Erased, error) {
	if r.Partner == "" || r.By == "" || r.Why == "" || len(r.Postings)+len(r.Rejects) == 0 {
		return Erased{}, nayose.Fault(nayose.Usage, errors.New("a request names a partner, postings or rejects, who erases them, and why"),
			"name them all")
	}
	e := erasing{partner: r.Partner, rule: ruleRequest, by: r.By, why: r.Why, lineages: r.Rejects}
	err := db.erasing(ctx, &e, func(e *erasing) error {
		const remember = `insert into nayose.erased_posting (key)
			select nayose.posting_key($1, posting_id) from unnest($2::text[]) posting_id order by 1 on conflict do nothing`
		_, err := e.tx.Exec(ctx, remember, r.Partner, r.Postings)
		if err == nil {
			_, err = e.tx.Exec(ctx, `insert into pg_temp.going_posting select distinct unnest($1::text[])`, r.Postings)
		}
		if err == nil {
			err = e.erase(ctx)
		}
		if err == nil {
			err = e.rejects(ctx)
		}
		return err
	})
	if err != nil {
		return Erased{}, fmt.Errorf("erase on request at %s: %w", r.Partner, fault(ctx, err))
	}
	return e.done, nil
}

// NoteResults notes in the ledger of erasures that the results of a plan of the request's partner are about to be erased from the
// object store, so many places: Verify and its callers then do not miss them. A plan that was never loaded has nothing to verify.
func (db *DB) NoteResults(ctx context.Context, r Request, week nayose.Week, plan, places int) error {
	const note = `insert into nayose.erasure (rule, by, why, partner, delivery, newest, kind, rows, lineage_sum)
		select $1, $2, $3, partner, id, (select max(n.id) from nayose.delivery n where n.partner = $5), 'results', $4, 0
		from nayose.delivery d where partner = $5 and week = $6 and plan = $7
		and not exists (select from nayose.erasure e where e.partner = d.partner and e.delivery = d.id and e.kind = 'results')`
	_, err := db.pool.Exec(ctx, note, ruleRequest, r.By, r.Why, places, r.Partner, week.String(), plan)
	if err != nil {
		return fmt.Errorf("note that results of %s %s are erased: %w", r.Partner, week, fault(ctx, err))
	}
	return nil
}

// ResultsErased says whether the ledger of erasures has it that the results a row of the ledger was loaded from were erased on request.
func (db *DB) ResultsErased(ctx context.Context, row DeliveryRow) (erased bool, err error) {
	err = db.pool.QueryRow(ctx, `select exists (select from nayose.erasure where partner = $1 and delivery = $2 and kind = 'results')`,
		row.Partner, row.id).Scan(&erased)
	if err != nil {
		return false, fmt.Errorf("look for erased results: %w", fault(ctx, err))
	}
	return erased, nil
}

// eraseAgain deletes what the delivery has brought again of what was erased on request, before anybody sees it. Only such a load needs a role
// that may erase.
func (l *load) eraseAgain(ctx context.Context) error {
	var any bool
	err := l.tx.QueryRow(ctx, `select exists (select from nayose.erased_posting)`).Scan(&any)
	if err != nil || !any {
		return err
	}
	e := erasing{tx: l.tx, partner: l.row.Partner, rule: ruleRequest, newest: l.row.id}
	if _, err := l.tx.Exec(ctx, statement("erase_stage")); err != nil {
		return err
	}
	done, err := l.tx.Exec(ctx, statement("erase_pick_again"), e.args())
	if err != nil || done.RowsAffected() == 0 {
		return err
	}
	err = e.erase(ctx)
	l.row.Erased = e.done.Postings
	return err
}
