package loader

import (
	"context"
	"fmt"

	"nayose"
)

// DeliveriesBetween are the rows of the ledger of the weeks from one to another, both included, by week, partner and time.
func (db *DB) DeliveriesBetween(ctx context.Context, from, to nayose.Week) ([]DeliveryRow, error) {
	rows, err := readLedger(ctx, db.pool, `where monday between $1 and $2`, date(from.Monday()), date(to.Monday()))
	if err != nil {
		return nil, fmt.Errorf("read the ledger from %s to %s: %w", from, to, fault(ctx, err))
	}
	return rows, nil
}
