package loader

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"nayose"
)

// GenerationState is how far a generation is.
type GenerationState string

// The states of a generation.
const (
	Building GenerationState = "building" // a rebuild is at it, or was when it ended
	Valid    GenerationState = "valid"    // complete and verified: it may go live
	Live     GenerationState = "live"     // what readers see
	Invalid  GenerationState = "invalid"  // its books did not balance
	Retired  GenerationState = "retired"  // it was live, or was given up
)

// Scope is what a rebuild matches again. The other mentions keep the answers that they have.
type Scope struct {
	Partner string      // of this partner; empty for all
	Week    nayose.Week // of postings that stood in this week; zero for all
}

// whole says whether everything is matched again.
func (s Scope) whole() bool { return s == Scope{} }

// args are those of a statement about a partner of the scope.
func (s Scope) args(partner string) pgx.NamedArgs {
	var monday nayose.Date
	if s.Week != (nayose.Week{}) {
		monday = s.Week.Monday()
	}
	return pgx.NamedArgs{"partner": partner, "monday": date(monday)}
}

// Generation is a set of matches that readers see together, as the table of generations has it.
type Generation struct {
	Number      int
	State       GenerationState
	Build       nayose.ID // of this generation alone, in whatever database
	Scope       Scope
	Base        int // what was live when it was begun; 0 for the first of all
	Model       string
	Master      string        // digest of the snapshot
	Decisions   nayose.LogPin // the log of decisions that it is matched by; zero for none
	CodeVersion string
	Note        string

	Mentions, Matched, Review, Unmatched int64 // when it was verified
	Drift                                Drift

	AcceptedBy, AcceptedWhy string
}

// Drift is what has changed against the base, counted in mentions that were matched again. A mention is what the partner wrote and
// never changes itself.
type Drift struct {
	Compared int64
	Changed  int64 // another outcome or company
	Moved    int64 // of these: matched, and now with another company
	Lost     int64 // matched, and now not
	Gained   int64 // matched now, and not before
}

// Share is the changed part, from 0 to 1.
func (d Drift) Share() float64 {
	if d.Compared == 0 {
		return 0
	}
	return float64(d.Changed) / float64(d.Compared)
}

// LiveGeneration is the number of the generation that readers see.
func (db *DB) LiveGeneration(ctx context.Context) (n int, err error) {
	if err := db.pool.QueryRow(ctx, `select generation from nayose.live`).Scan(&n); err != nil {
		return 0, fmt.Errorf("read the live generation: %w", fault(ctx, err))
	}
	return n, nil
}

// Generations are all that were ever begun, oldest first.
func (db *DB) Generations(ctx context.Context) ([]Generation, error) {
	all, err := readGenerations(ctx, db.pool, `true`)
	if err != nil {
		return nil, fmt.Errorf("read the generations: %w", fault(ctx, err))
	}
	return all, nil
}

func readGenerations(ctx context.Context, q querier, where string, args ...any) ([]Generation, error) {
	rows, err := q.Query(ctx, `select generation, state, build, coalesce(partner, ''), coalesce(week, ''), coalesce(base, 0), model, master, decision_entries, decisions,
		code_version, coalesce(note, ''), mentions, matched, review, unmatched, compared, changed, moved, lost, gained,
		coalesce(accepted_by, ''), coalesce(accepted_why, '')
		from nayose.generation where `+where+` order by generation`, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (g Generation, err error) {
		var week string
		d := &g.Drift
		err = row.Scan(&g.Number, &g.State, (*[16]byte)(&g.Build), &g.Scope.Partner, &week, &g.Base, &g.Model, &g.Master,
			&g.Decisions.Entries, &g.Decisions.Digest, &g.CodeVersion, &g.Note,
			&g.Mentions, &g.Matched, &g.Review, &g.Unmatched, &d.Compared, &d.Changed, &d.Moved, &d.Lost, &d.Gained,
			&g.AcceptedBy, &g.AcceptedWhy)
		if err == nil && week != "" {
			g.Scope.Week, err = nayose.ParseWeek(week)
		}
		return g, err
	})
}

// oneRebuild holds the lock of which there is one for all that makes and changes generations, as long as f runs; loads go on. It is
// held by a transaction that does nothing else, so a transaction pooler may stand in between. Should its connection be lost, a
// second rebuild can start: then the parts, each in a transaction with its row, keep the two from doing anything twice.
func (db *DB) oneRebuild(ctx context.Context, f func(context.Context) error) error {
	tx, err := db.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // it has written nothing; a lost connection gives the lock up, too
	if _, err := tx.Exec(ctx, `set local idle_in_transaction_session_timeout = 0`); err != nil {
		return err
	}
	if err := db.lock(ctx, tx, "rebuild"); err != nil {
		return err
	}
	return f(ctx)
}

// goLive makes a generation what readers see, by one updated row. The transaction holds the lock of loads, see liveLock.
func goLive(ctx context.Context, tx pgx.Tx, from, to int, previous *int, note string) error {
	const retire = `update nayose.generation set state = 'retired', retired_at = now(), note = coalesce($2, note) where generation = $1`
	if _, err := tx.Exec(ctx, retire, from, text(note)); err != nil {
		return err
	}
	const elect = `update nayose.generation set state = 'live', live_at = now(), retired_at = null where generation = $1`
	if _, err := tx.Exec(ctx, elect, to); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update nayose.live set generation = $1, previous = $2`, to, previous)
	return err
}

// RollBack makes the generation that was live before the present one live again, and says which went and which came. What loads
// have brought since is not lost: the mentions that the old one has no match for keep the present one's. The generation that goes is
// retired, and so is no longer rolled forward to: build another.
//
// The error is a fault of kind Usage where there is nothing to go back to, Busy where a load or a rebuild does not end in db.LockWait.
func (db *DB) RollBack(ctx context.Context) (from, to int, err error) {
	err = db.oneRebuild(ctx, func(ctx context.Context) error {
		var back *int
		err := db.pool.QueryRow(ctx, `select generation, previous from nayose.live`).Scan(&from, &back)
		if err != nil {
			return err
		}
		if back == nil {
			return nayose.Fault(nayose.Usage, fmt.Errorf("generation %d has no previous one to go back to", from),
				"nayose rebuild makes another; after --rollback and --drop-old there is none until one goes live")
		}
		to = *back
		return persist(ctx, func(ctx context.Context) error {
			return db.transact(ctx, pgx.TxOptions{}, func(tx pgx.Tx) error { return db.rollBack(ctx, tx, from, to) })
		})
	})
	if err != nil {
		return 0, 0, fmt.Errorf("roll back: %w", fault(ctx, err))
	}
	return from, to, nil
}

func (db *DB) rollBack(ctx context.Context, tx pgx.Tx, from, to int) error {
	if err := db.lock(ctx, tx, liveLock); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `set local enable_nestloop = off`); err != nil { // see Rebuild.joining
		return err
	}
	var live int
	if err := tx.QueryRow(ctx, `select generation from nayose.live`).Scan(&live); err != nil || live == to {
		return err // at to, an earlier attempt's commit was not acknowledged
	}
	if _, err := tx.Exec(ctx, statement("generation_carry"), carryArgs("", from, to)); err != nil {
		return fmt.Errorf("take over what came since: %w", err)
	}
	return goLive(ctx, tx, from, to, nil, "rolled back")
}

// dropBatch is how many matches one transaction deletes.
const dropBatch = 10_000

// DropOld deletes the matches of the generations that are retired or invalid, in small transactions, and says how many. From
// its start on there is nothing to roll back to. A crash leaves fewer matches of generations that nobody reads; the next call goes on.
func (db *DB) DropOld(ctx context.Context) (deleted int64, err error) {
	err = db.oneRebuild(ctx, func(ctx context.Context) error {
		old, err := readGenerations(ctx, db.pool, `state in ('retired', 'invalid') and dropped_at is null`)
		if err != nil || len(old) == 0 {
			return err
		}
		if _, err := db.pool.Exec(ctx, `update nayose.live set previous = null where previous is not null`); err != nil {
			return err
		}
		for _, g := range old {
			n, err := db.drop(ctx, g.Number)
			deleted += n
			if err != nil {
				return fmt.Errorf("generation %d: %w", g.Number, err)
			}
		}
		return nil
	})
	if err != nil {
		return deleted, fmt.Errorf("drop old generations: %w", fault(ctx, err))
	}
	return deleted, nil
}

func (db *DB) drop(ctx context.Context, generation int) (deleted int64, err error) {
	var last nayose.ID
	for more := true; more && err == nil; {
		err = persist(ctx, func(ctx context.Context) error {
			var n int64
			args := pgx.NamedArgs{"generation": generation, "after": id(last), "most": dropBatch}
			err := db.pool.QueryRow(ctx, statement("generation_drop"), args).Scan((*[16]byte)(&last), &n)
			if errors.Is(err, pgx.ErrNoRows) {
				more, err = false, nil
			}
			deleted += n
			return err
		})
	}
	if err == nil {
		_, err = db.pool.Exec(ctx, `update nayose.generation set dropped_at = now() where generation = $1`, generation)
	}
	return deleted, err
}
