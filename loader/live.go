package loader

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"

	"nayose"
)

// What readers see now, for rebuild --shadow to compare with.

// LiveReader reads what readers see of a scope, as it stands at one moment, whatever loads write meanwhile. What each of its methods
// streams is one statement: the one must end before the next begins.
type LiveReader struct {
	Generation // that is live
	scope      Scope
	tx         pgx.Tx
}

// ReadLive calls f with a reader, which is good until f returns: one read-only transaction, in which all that is read belongs together.
// The error of f is returned as it is.
func (db *DB) ReadLive(ctx context.Context, scope Scope, f func(*LiveReader) error) error {
	var work error
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err := db.transact(ctx, options, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, joiningSettings); err != nil {
			return err
		}
		live, err := readGenerations(ctx, tx, `generation = (select generation from nayose.live)`)
		if err != nil {
			return err
		}
		work = f(&LiveReader{Generation: live[0], scope: scope, tx: tx})
		return work
	})
	if work != nil || err == nil {
		return work
	}
	return fmt.Errorf("read what is live: %w", fault(ctx, err))
}

// Partners are those of the scope that were ever loaded.
func (r *LiveReader) Partners(ctx context.Context) ([]string, error) {
	return partnersOf(ctx, r.tx, r.scope)
}

// Deliveries are the rows of the ledger of all partners, by week, partner and time.
func (r *LiveReader) Deliveries(ctx context.Context) ([]DeliveryRow, error) {
	rows, err := readLedger(ctx, r.tx, "")
	if err != nil {
		return nil, fmt.Errorf("read the ledger: %w", fault(ctx, err))
	}
	return rows, nil
}

// Mentions streams a partner's mentions, as a rebuild of the scope would.
func (r *LiveReader) Mentions(ctx context.Context, partner string) iter.Seq2[StoredMention, error] {
	return streamed(ctx, r.tx, "generation_mentions", r.scope.args(partner), storedMention)
}

// Answers streams the answers about these mentions, by mention id, with five candidates of a review and the best one else.
func (r *LiveReader) Answers(ctx context.Context, partner string) iter.Seq2[nayose.Answer, error] {
	return streamed(ctx, r.tx, "live_answers", r.scope.args(partner), liveAnswer)
}

// Postings streams a partner's postings by mention id: the active ones or, where a week is named, those that stood in it.
func (r *LiveReader) Postings(ctx context.Context, partner string) iter.Seq2[nayose.PostingMention, error] {
	return streamed(ctx, r.tx, "live_postings", r.scope.args(partner), func(row pgx.Rows, p *nayose.PostingMention) error {
		return row.Scan((*[16]byte)(&p.Lineage), (*[16]byte)(&p.MentionID))
	})
}

// LiveBooks count the postings that readers see an answer for.
type LiveBooks struct {
	Postings int64
	Sum      nayose.IDSum // of their lineage ids
}

// Books count a partner's postings by another way than Postings reads them, so that the two can be held against each other.
func (r *LiveReader) Books(ctx context.Context, partner string) (b LiveBooks, err error) {
	rows, err := r.tx.Query(ctx, statement("live_books"), r.scope.args(partner))
	if err == nil {
		b, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[LiveBooks])
	}
	if err != nil {
		return b, fmt.Errorf("count the postings of %s: %w", partner, fault(ctx, err))
	}
	return b, nil
}

func liveAnswer(row pgx.Rows, m *nayose.Answer) error {
	var companies []string
	var chances []float64
	if err := row.Scan((*[16]byte)(&m.MentionID), (*string)(&m.Outcome), &m.Probability, &companies, &chances); err != nil {
		return err
	}
	if len(companies) != len(chances) {
		return nayose.Fault(nayose.Integrity, fmt.Errorf("the match of mention %s has %d companies and %d probabilities", m.MentionID, len(companies), len(chances)), "")
	}
	for i, id := range companies {
		m.Candidates = append(m.Candidates, nayose.Chance{CompanyID: id, Probability: chances[i]})
	}
	if len(companies) > 0 {
		m.CompanyID = companies[0]
	}
	return nil
}

func storedMention(row pgx.Rows, m *StoredMention) error {
	return row.Scan(append(intoMention(&m.Mention), &m.Current)...)
}

// streamed are the rows of sql/<name>.sql, which is about a partner.
func streamed[T any](ctx context.Context, tx pgx.Tx, name string, args pgx.NamedArgs, scan func(pgx.Rows, *T) error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		err := eachRow(ctx, tx, name, args, scan, func(v T) bool { return yield(v, nil) })
		if err != nil && !errors.Is(err, errEnough) {
			yield(*new(T), fmt.Errorf("read %s of %s: %w", name, args["partner"], fault(ctx, err)))
		}
	}
}

func eachRow[T any](ctx context.Context, tx pgx.Tx, name string, args pgx.NamedArgs, scan func(pgx.Rows, *T) error, yield func(T) bool) error {
	rows, err := tx.Query(ctx, statement(name), args)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var v T
		if err := scan(rows, &v); err != nil {
			return err
		}
		if !yield(v) {
			return errEnough
		}
	}
	return rows.Err()
}
