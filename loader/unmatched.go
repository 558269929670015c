package loader

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"

	"nayose"
)

// Mentions whose employer the master lacks, for people who complete it.

// UnmatchedMention is a description of an employer that the master lacks.
type UnmatchedMention struct {
	nayose.Mention
	Postings   int64             // the active ones that share it
	FirstSeen  nayose.Date       // the first week that one of these was delivered in, by its Monday
	Prefecture string            // where the work of one of them is; empty where unknown
	Nearest    *nayose.Candidate // the best of the companies that the matcher weighed; nil for none
	Note       string            // why there is none, in words
}

// UnmatchedMentions streams the mentions whose employer is not in the master by the live generation's answers, and which active
// postings share, in no order: of one partner, or of all where partner is empty. The transaction is read-only.
//
// It reads the answers and the mentions once, and of the postings those it is about: 2.2 s where a million postings share 330,000
// mentions, of which a fifth are unmatched.
func (db *DB) UnmatchedMentions(ctx context.Context, partner string) iter.Seq2[UnmatchedMention, error] {
	return func(yield func(UnmatchedMention, error) bool) {
		err := db.transact(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
			return readUnmatched(ctx, tx, partner, func(m UnmatchedMention) bool { return yield(m, nil) })
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(UnmatchedMention{}, fmt.Errorf("read the unmatched mentions: %w", fault(ctx, err)))
		}
	}
}

func readUnmatched(ctx context.Context, tx pgx.Tx, partner string, yield func(UnmatchedMention) bool) error {
	rows, err := tx.Query(ctx, statement("unmatched"), partner)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var m UnmatchedMention
		var seen time.Time
		if err := rows.Scan(append(intoMention(&m.Mention), &m.Postings, &seen, &m.Prefecture, &m.Nearest, &m.Note)...); err != nil {
			return err
		}
		m.FirstSeen = nayose.NewDate(seen.Date())
		if !yield(m) {
			return errEnough
		}
	}
	return rows.Err()
}
