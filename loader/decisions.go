package loader

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5"

	"nayose"
)

// LoggedDecision is a decision with its place in the log.
type LoggedDecision struct {
	Entry  int    // from 1
	Line   int    // in the entry, from 1
	Digest string // of the entry
	nayose.Decision
}

// CopiedDecisions names the part of the log that the table of decisions has.
func (db *DB) CopiedDecisions(ctx context.Context) (nayose.LogPin, error) {
	pin, err := copied(ctx, db.pool)
	if err != nil {
		return nayose.LogPin{}, fmt.Errorf("read the table of decisions: %w", fault(ctx, err))
	}
	return pin, nil
}

func copied(ctx context.Context, q querier) (nayose.LogPin, error) {
	rows, err := q.Query(ctx, `select entry, digest from nayose.decision order by entry desc limit 1`)
	if err != nil {
		return nayose.LogPin{}, err
	}
	pins, err := pgx.CollectRows(rows, pgx.RowToStructByPos[nayose.LogPin])
	if err != nil || len(pins) == 0 {
		return nayose.LogPin{}, err
	}
	return pins[0], nil
}

// CopyDecisions appends the decisions to the table that come after what it has, in one transaction: all of some entries of the log, in
// order, from the first on that CopiedDecisions found missing. Two at once append each row once.
func (db *DB) CopyDecisions(ctx context.Context, ds []LoggedDecision) error {
	if len(ds) == 0 {
		return nil
	}
	err := persist(ctx, func(ctx context.Context) error {
		return db.transact(ctx, pgx.TxOptions{}, func(tx pgx.Tx) error {
			if err := db.lock(ctx, tx, "decisions"); err != nil {
				return err
			}
			have, err := copied(ctx, tx)
			if err != nil {
				return err
			}
			_, err = copyInto(ctx, tx, decisionTable, decisionColumns, after(ds, have.Entries), decisionRow)
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("copy the decisions: %w", fault(ctx, err))
	}
	return nil
}

// after are the decisions of the entries after one.
func after(ds []LoggedDecision, entry int) iter.Seq2[LoggedDecision, error] {
	return func(yield func(LoggedDecision, error) bool) {
		first, _ := slices.BinarySearchFunc(ds, entry+1, func(d LoggedDecision, entry int) int { return d.Entry - entry })
		for _, d := range ds[first:] {
			if !yield(d, nil) {
				return
			}
		}
	}
}

var (
	decisionTable   = pgx.Identifier{"nayose", "decision"}
	decisionColumns = append([]string{
		"entry", "line", "digest", "choice", "company_id", "shown", "decided_by", "decided_at", "note", "round", "source", "audit",
	}, mentionColumns...)
)

func decisionRow(row []any, d *LoggedDecision) ([]any, error) {
	shown := []byte("[]")
	if len(d.Shown) > 0 {
		var err error
		if shown, err = json.Marshal(d.Shown); err != nil {
			return nil, err
		}
	}
	row = append(row, d.Entry, d.Line, d.Digest, string(d.Choice), text(d.CompanyID), shown, d.By, d.At, text(d.Note), text(d.Round),
		text(d.Source), d.Audit)
	return mentionRow(row, &d.Mention)
}
