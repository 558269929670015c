package loader

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"nayose"
)

// Answer matches mentions that arrived while a generation was made: those of one partner, in any number.
type Answer func(context.Context, []nayose.Mention) ([]nayose.Match, error)

// GoLive says that a generation may go live, and on what conditions.
type GoLive struct {
	Limit       float64 // of Drift.Share; beyond it somebody must accept the drift
	AcceptedBy  string  // who does; empty for nobody
	AcceptedWhy string
}

// newcomers is how many mentions that arrived meanwhile are matched at once.
const newcomers = 10_000

// Finish ends a rebuild: it catches up with what loads brought since the mentions were read, verifies the books, measures the drift,
// and leaves the generation valid or, where live is not nil and the drift within its limit or accepted, live. Loads run beside it but
// for the end, which is one transaction that they wait for: what came in the last moment, the books, and the one row that
// readers look at. Readers wait for nothing. What it made of the generation stands in r.
//
// The error is a fault of kind Held where the drift is beyond the limit (the generation stays valid), Integrity where the books do
// not balance (it is invalid, and the next rebuild makes another), Busy where loads do not end within db.LockWait. A crash leaves the
// generation building or valid, or live.
func (r *Rebuild) Finish(ctx context.Context, answer Answer, live *GoLive) error {
	for n := newcomers; n == newcomers; {
		var err error
		if n, err = r.catchUp(ctx, answer); err != nil {
			return fmt.Errorf("catch up with what came: %w", fault(ctx, err))
		}
	}
	drift, err := r.measure(ctx)
	if err != nil {
		return fmt.Errorf("measure the drift: %w", fault(ctx, err))
	}
	r.Drift = drift
	held := live != nil && drift.Share() > live.Limit && live.AcceptedBy == ""
	elect := live
	if held {
		elect = nil
	}
	err = r.compare(ctx, func(tx pgx.Tx) error { return r.finish(ctx, tx, answer, elect) })
	if fault := (*nayose.Error)(nil); errors.As(err, &fault) && fault.Kind == nayose.Integrity && ctx.Err() == nil {
		r.State = Invalid
		_, spoil := r.db.pool.Exec(ctx, `update nayose.generation set state = 'invalid', note = $2 where generation = $1 and state <> 'live'`,
			r.Number, err.Error())
		return errors.Join(err, spoil)
	}
	if err != nil {
		return fmt.Errorf("finish generation %d: %w", r.Number, fault(ctx, err))
	}
	if held {
		return nayose.Fault(nayose.Held, fmt.Errorf("generation %d answers otherwise about %d of %d mentions, %.1f %%, more than the limit of %.1f %%",
			r.Number, drift.Changed, drift.Compared, 100*drift.Share(), 100*live.Limit),
			"look at what changed (docs/operating.md, Rebuild); then nayose rebuild --go-live --accept-drift TEXT --by NAME. Nothing went live")
	}
	return nil
}

// catchUp writes the answers about mentions that the generation lacks, some thousands at most, and says how many there were.
func (r *Rebuild) catchUp(ctx context.Context, answer Answer) (n int, err error) {
	var mentions []nayose.Mention
	var matches []nayose.Match
	if err = r.carryNew(ctx, nil); err != nil {
		return 0, fmt.Errorf("take over what came: %w", err)
	}
	err = r.compare(ctx, func(tx pgx.Tx) (err error) {
		mentions, err = r.missing(ctx, tx, newcomers)
		return err
	})
	if err != nil || len(mentions) == 0 {
		return 0, err
	}
	if matches, err = answerEach(ctx, mentions, answer); err != nil {
		return 0, err
	}
	// The name says what was missing: where the answer to a commit is lost, the same part stands.
	return len(mentions), r.Add(ctx, "caught up from "+mentions[0].ID.String(), items(matches))
}

// carryNew takes over what loads brought to the base, of partners that are not matched again, and what they answered anew there: in a
// transaction of its own or in tx.
func (r *Rebuild) carryNew(ctx context.Context, tx pgx.Tx) error {
	if r.Scope.whole() {
		return nil
	}
	if tx == nil {
		return r.compare(ctx, func(tx pgx.Tx) error { return r.carryNew(ctx, tx) })
	}
	args := carryArgs(r.rebuilt(), r.Base, r.Number)
	done, err := tx.Exec(ctx, statement("generation_carry"), args)
	if err == nil && done.RowsAffected() > 0 {
		err = r.note(ctx, tx, "carried since", done.RowsAffected())
	}
	if err == nil {
		_, err = tx.Exec(ctx, statement("generation_refresh"), args)
	}
	return err
}

// compare is joining, again and again where what keeps it from succeeding may pass.
func (r *Rebuild) compare(ctx context.Context, f func(pgx.Tx) error) error {
	return persist(ctx, func(ctx context.Context) error { return r.joining(ctx, f) })
}

// missing are the first mentions that the generation has no match for.
func (r *Rebuild) missing(ctx context.Context, tx pgx.Tx, most int) ([]nayose.Mention, error) {
	rows, err := tx.Query(ctx, statement("generation_missing"), pgx.NamedArgs{"generation": r.Number, "most": most})
	if err != nil {
		return nil, fmt.Errorf("read what is missing: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (nayose.Mention, error) {
		var m nayose.Mention
		err := row.Scan(intoMention(&m)...)
		return m, err
	})
}

// answerEach has the mentions of each partner answered; they lie by partner.
func answerEach(ctx context.Context, mentions []nayose.Mention, answer Answer) (matches []nayose.Match, err error) {
	for len(mentions) > 0 {
		n := slices.IndexFunc(mentions, func(m nayose.Mention) bool { return m.Partner != mentions[0].Partner })
		if n < 0 {
			n = len(mentions)
		}
		answered, err := answer(ctx, mentions[:n])
		if err != nil {
			return nil, inputError{err}
		}
		matches, mentions = append(matches, answered...), mentions[n:]
	}
	return matches, nil
}

// measure compares the generation with its base.
func (r *Rebuild) measure(ctx context.Context) (d Drift, err error) {
	err = r.compare(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, statement("generation_drift"), pgx.NamedArgs{"generation": r.Number, "base": r.Base})
		if err == nil {
			d, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Drift])
		}
		return err
	})
	return d, err
}

// finish is the transaction that loads wait for.
func (r *Rebuild) finish(ctx context.Context, tx pgx.Tx, answer Answer, live *GoLive) error {
	if err := r.db.lock(ctx, tx, liveLock); err != nil {
		return err
	}
	var now int
	if err := tx.QueryRow(ctx, `select generation from nayose.live`).Scan(&now); err != nil {
		return err
	}
	if now == r.Number { // an earlier attempt's commit was not acknowledged
		r.State = Live
		return nil
	}
	if err := r.unsettled(ctx, tx); err != nil {
		return err
	}
	if now != r.Base {
		return nayose.Fault(nayose.Busy, fmt.Errorf("generation %d was built beside %d, and %d is live by now", r.Number, r.Base, now),
			"run nayose rebuild again: it builds one beside the live one")
	}
	if err := r.catchLast(ctx, tx, answer); err != nil {
		return err
	}
	if err := r.verify(ctx, tx); err != nil {
		return err
	}
	if live == nil {
		r.State = Valid
		return nil
	}
	const accept = `update nayose.generation set accepted_by = $2, accepted_why = $3 where generation = $1`
	if _, err := tx.Exec(ctx, accept, r.Number, text(live.AcceptedBy), text(live.AcceptedWhy)); err != nil {
		return err
	}
	r.State = Live
	return goLive(ctx, tx, r.Base, r.Number, &r.Base, "")
}

// catchLast is catchUp while no load runs, whatever the number, without the mentions that were erased.
func (r *Rebuild) catchLast(ctx context.Context, tx pgx.Tx, answer Answer) error {
	if err := r.carryNew(ctx, tx); err != nil {
		return fmt.Errorf("take over what came: %w", err)
	}
	if err := r.sweep(ctx, tx); err != nil {
		return fmt.Errorf("sweep what was erased (delete on nayose.match): %w", err)
	}
	for n := newcomers; n == newcomers; {
		mentions, err := r.missing(ctx, tx, newcomers)
		if n = len(mentions); err != nil || n == 0 {
			return err
		}
		matches, err := answerEach(ctx, mentions, answer)
		if err != nil {
			return err
		}
		written, err := r.copy(ctx, tx, items(matches))
		if err == nil {
			err = r.note(ctx, tx, "caught up at last", written)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sweep deletes the matches of mentions that were erased since they were frozen. Mostly there are none, and then the role needs no right to delete.
func (r *Rebuild) sweep(ctx context.Context, tx pgx.Tx) error {
	var any bool
	err := tx.QueryRow(ctx, statement("generation_erased"), pgx.NamedArgs{"generation": r.Number}).Scan(&any)
	if err != nil || !any {
		return err
	}
	swept, err := tx.Exec(ctx, statement("generation_sweep"), pgx.NamedArgs{"generation": r.Number})
	if err != nil {
		return err
	}
	return r.note(ctx, tx, "erased", -swept.RowsAffected())
}

// generationBooks is what sql/generation_books.sql counts.
type generationBooks struct {
	Mentions, Matches, Parts   int64
	MentionsSum, MatchesSum    nayose.IDSum
	Matched, Review, Unmatched int64
}

// verify refuses a generation whose books do not balance: each mention has one match, and nothing else has, and all that the parts
// have written is there.
func (r *Rebuild) verify(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, statement("generation_books"), pgx.NamedArgs{"generation": r.Number})
	if err != nil {
		return err
	}
	b, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[generationBooks])
	if err != nil {
		return err
	}
	err = balanced([]account{
		count("matches = mentions", b.Matches, b.Mentions),
		sum("matches = mentions", b.MatchesSum, b.MentionsSum),
		count("matches = what the parts wrote", b.Matches, b.Parts),
	}, "nothing went live; run nayose rebuild again, which makes another generation, and if this repeats nayose doctor --week for the weeks loaded last")
	if err != nil {
		return err
	}
	r.Generation.Mentions, r.Matched, r.Review, r.Unmatched = b.Matches, b.Matched, b.Review, b.Unmatched
	d := r.Drift
	_, err = tx.Exec(ctx, `update nayose.generation set state = 'valid', valid_at = now(), mentions = $2, matched = $3, review = $4,
		unmatched = $5, compared = $6, changed = $7, moved = $8, lost = $9, gained = $10 where generation = $1`,
		r.Number, b.Matches, b.Matched, b.Review, b.Unmatched, d.Compared, d.Changed, d.Moved, d.Lost, d.Gained)
	return err
}

// items is a slice as an input.
func items[T any](list []T) func(func(T, error) bool) {
	return func(yield func(T, error) bool) {
		for _, item := range list {
			if !yield(item, nil) {
				return
			}
		}
	}
}
