package loader

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"

	"nayose"
)

// Rebuild is a generation that is being made: everything of its scope is matched again, the rest taken over, beside the live generation
// and without a lock that loads or readers would notice. For example, of two partners, a master that has changed for hello alone:
//
//	Mentions(hello)               frozen by the caller, matched by it, a few ten thousand at a time
//	Add(part 1) … Add(part n)     the answers, each part a transaction: one that stands is not written twice
//	Carry                         world's matches, copied
//	Finish                        what loads brought meanwhile; the books; the drift; and, if told so, live
//
// After a crash the same calls are made again: parts that stand are passed over.
type Rebuild struct {
	Generation
	db *DB
}

// Rebuild begins a generation, or goes on with the one that was begun for the same scope, model, master and decisions while the same
// generation was live, and has f make it. Others that are not live yet are given up. The error is a fault of kind Busy where another
// rebuild runs.
func (db *DB) Rebuild(ctx context.Context, g Generation, f func(context.Context, *Rebuild) error) error {
	err := db.oneRebuild(ctx, func(ctx context.Context) error {
		r := &Rebuild{db: db}
		err := persist(ctx, func(ctx context.Context) error {
			return db.transact(ctx, pgx.TxOptions{}, func(tx pgx.Tx) (err error) {
				r.Generation, err = begin(ctx, tx, g)
				return err
			})
		})
		if err != nil {
			return err
		}
		if err := f(ctx, r); err != nil {
			return inputError{err}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("rebuild: %w", fault(ctx, err))
	}
	return nil
}

// begin finds the generation to go on with, or makes one.
func begin(ctx context.Context, tx pgx.Tx, g Generation) (Generation, error) {
	var week *string
	if g.Scope.Week != (nayose.Week{}) {
		label := g.Scope.Week.String()
		week = &label
	}
	known, err := readGenerations(ctx, tx, `state in ('building', 'valid') and model = $1 and master = $2 and partner is not distinct from $3
		and week is not distinct from $4 and decisions = $5 and base = (select generation from nayose.live)`,
		g.Model, g.Master, text(g.Scope.Partner), week, g.Decisions.Digest)
	if err != nil {
		return g, err
	}
	if len(known) > 0 {
		return known[len(known)-1], nil
	}
	_, err = tx.Exec(ctx, `update nayose.generation set state = 'retired', retired_at = now(), note = 'given up for another'
		where state in ('building', 'valid')`)
	if err != nil {
		return g, err
	}
	var n int
	err = tx.QueryRow(ctx, `insert into nayose.generation (generation, model, master, partner, week, base, code_version, note, decision_entries, decisions)
		select max(generation) + 1, $1, $2, $3, $4, (select generation from nayose.live), $5, $6, $7, $8 from nayose.generation returning generation`,
		g.Model, g.Master, text(g.Scope.Partner), week, g.CodeVersion, text(g.Note), g.Decisions.Entries, g.Decisions.Digest).Scan(&n)
	if err != nil {
		return g, err
	}
	made, err := readGenerations(ctx, tx, `generation = $1`, n)
	if err != nil {
		return g, err
	}
	return made[0], nil
}

// Partners are those of the scope that have mentions.
func (r *Rebuild) Partners(ctx context.Context) ([]string, error) {
	return partnersOf(ctx, r.db.pool, r.Scope)
}

func partnersOf(ctx context.Context, q querier, s Scope) ([]string, error) {
	rows, err := q.Query(ctx, `select distinct partner from nayose.delivery where $1 in ('', partner) order by partner`, s.Partner)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// StoredMention is a mention that was loaded once. Current is whether an active posting shares it; in the scope of a week, all are.
type StoredMention struct {
	nayose.Mention
	Current bool
}

// Mentions streams a partner's mentions that are to be matched again, by id, in one statement.
func (r *Rebuild) Mentions(ctx context.Context, partner string) iter.Seq2[StoredMention, error] {
	return func(yield func(StoredMention, error) bool) {
		err := r.joining(ctx, func(tx pgx.Tx) error {
			return eachRow(ctx, tx, "generation_mentions", r.Scope.args(partner), storedMention, func(m StoredMention) bool { return yield(m, nil) })
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(StoredMention{}, fmt.Errorf("read the mentions of %s: %w", partner, fault(ctx, err)))
		}
	}
}

// joiningSettings are for a transaction that joins and sorts whole tables. The planner may not know yet how much is in them: it would go
// through a new generation once for each mention, and hash a million ids into room for a few (minutes, where sorting them takes a second).
const joiningSettings = `set local enable_nestloop = off; set local enable_hashagg = off; set local work_mem = '64MB'`

// joining runs f in a transaction with these settings.
func (r *Rebuild) joining(ctx context.Context, f func(pgx.Tx) error) error {
	return r.db.transact(ctx, pgx.TxOptions{}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, joiningSettings); err != nil {
			return err
		}
		return f(tx)
	})
}

// Add writes the answers about a part of the mentions, in one transaction, unless that part stands. The name of a part is the caller's.
func (r *Rebuild) Add(ctx context.Context, part string, matches iter.Seq2[nayose.Match, error]) error {
	return r.part(ctx, part, func(tx pgx.Tx) (int64, error) { return r.copy(ctx, tx, matches) })
}

func (r *Rebuild) copy(ctx context.Context, tx pgx.Tx, matches iter.Seq2[nayose.Match, error]) (int64, error) {
	return copyInto(ctx, tx, matchTable, matchColumns, matches, matchRow(r.Number, r.Model))
}

// errStands ends the transaction of a part that is done.
var errStands = errors.New("the part stands already")

// part does a part in a transaction of its own with the row that says so. The row waits for another rebuild that is at the same part.
func (r *Rebuild) part(ctx context.Context, name string, do func(pgx.Tx) (int64, error)) error {
	err := persist(ctx, func(ctx context.Context) error {
		return r.db.transact(ctx, pgx.TxOptions{}, func(tx pgx.Tx) error {
			if err := r.unsettled(ctx, tx); err != nil {
				return err
			}
			done, err := tx.Exec(ctx, `insert into nayose.generation_part (generation, part) values ($1, $2) on conflict do nothing`, r.Number, name)
			if err != nil {
				return err
			}
			if done.RowsAffected() == 0 {
				return errStands
			}
			n, err := do(tx)
			if err != nil {
				return err
			}
			return r.note(ctx, tx, name, n)
		})
	})
	if err != nil && !errors.Is(err, errStands) {
		return fmt.Errorf("part %s of generation %d: %w", name, r.Number, fault(ctx, err))
	}
	return nil
}

// note adds to what a part has written.
func (r *Rebuild) note(ctx context.Context, tx pgx.Tx, part string, mentions int64) error {
	_, err := tx.Exec(ctx, `insert into nayose.generation_part as p (generation, part, mentions) values ($1, $2, $3)
		on conflict (generation, part) do update set mentions = p.mentions + excluded.mentions, finished_at = clock_timestamp()`, r.Number, part, mentions)
	return err
}

// unsettled is an error where the generation has gone live, or was given up, meanwhile; else it stays as it is until the transaction ends.
func (r *Rebuild) unsettled(ctx context.Context, tx pgx.Tx) error {
	var state GenerationState
	err := tx.QueryRow(ctx, `select state from nayose.generation where generation = $1 for share`, r.Number).Scan(&state)
	if err == nil && state != Building && state != Valid {
		return nayose.Fault(nayose.Busy, fmt.Errorf("generation %d is %s: another rebuild was at work", r.Number, state), "run this again")
	}
	return err
}

// carries is in how many parts matches are taken over.
const carries = 16

// Carry takes over the matches of what is not matched again, part by part. Where everything is, there are none.
func (r *Rebuild) Carry(ctx context.Context) error {
	if r.Scope.whole() {
		return nil
	}
	for i := range carries {
		args := carryArgs(r.rebuilt(), r.Base, r.Number)
		low, high := nayose.ID{byte(256 / carries * i)}, lastID
		high[0] = byte(256/carries*(i+1) - 1)
		args["low"], args["high"] = id(low), id(high)
		err := r.part(ctx, fmt.Sprintf("carried %02d", i), func(tx pgx.Tx) (int64, error) {
			done, err := tx.Exec(ctx, statement("generation_carry"), args)
			return done.RowsAffected(), err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

var lastID = nayose.ID{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}

// rebuilt is the partner of whom nothing is taken over; empty for none. What a week's scope holds was frozen when it was read, and
// all else is out of it.
func (r *Rebuild) rebuilt() string {
	if r.Scope.Week != (nayose.Week{}) {
		return ""
	}
	return r.Scope.Partner
}

// carryArgs are for taking over all that the generation to lacks, but of one partner.
func carryArgs(but string, from, to int) pgx.NamedArgs {
	return pgx.NamedArgs{"generation": to, "base": from, "rebuilt": text(but), "low": id(nayose.ID{}), "high": id(lastID)}
}
