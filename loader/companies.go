package loader

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"

	"nayose"
)

// ImportCounts are the books of an import: Read = Inserted + Updated + Unchanged.
type ImportCounts struct{ Read, Inserted, Updated, Unchanged int64 }

const closedOn = "closed_on"

// ImportCompanies writes companies into the master, in one transaction: new ones are inserted, changed ones updated,
// the others left alone; none is deleted. companies is ranged over once.
//
// A company_id that stands twice among them, or is missing, is a fault of kind Contract that names it; a second import
// at the same time is Busy; else errors are as for Load.
func (db *DB) ImportCompanies(ctx context.Context, companies iter.Seq2[nayose.Company, error]) (ImportCounts, error) {
	var n ImportCounts
	err := db.transact(ctx, pgx.TxOptions{}, func(tx pgx.Tx) (err error) {
		if err := db.lock(ctx, tx, "import companies"); err != nil {
			return err
		}
		if n.Read, err = stageCompanies(ctx, tx, companies); err != nil {
			return err
		}
		updated, err := tx.Exec(ctx, statement("update_companies"))
		if err != nil {
			return err
		}
		inserted, err := tx.Exec(ctx, statement("insert_companies"))
		n.Updated, n.Inserted = updated.RowsAffected(), inserted.RowsAffected()
		n.Unchanged = n.Read - n.Updated - n.Inserted
		return err
	})
	if err != nil {
		return ImportCounts{}, fmt.Errorf("import companies: %w", fault(ctx, err))
	}
	db.analyze(ctx)
	return n, nil
}

// stageCompanies copies companies to the temporary table stage_company, in which no company_id stands twice.
func stageCompanies(ctx context.Context, tx pgx.Tx, companies iter.Seq2[nayose.Company, error]) (int64, error) {
	const create = `create temporary table stage_company (like nayose.company) on commit drop`
	if _, err := tx.Exec(ctx, create); err != nil {
		return 0, err
	}
	columns := []string{closedOn}
	for _, f := range nayose.CompanyTexts {
		columns = append(columns, f.Column)
	}
	n, err := copyInto(ctx, tx, pgx.Identifier{"pg_temp", "stage_company"}, columns, companies, companyRow)
	if err != nil {
		return 0, err
	}
	var repeated string
	err = tx.QueryRow(ctx, statement("repeated_company")).Scan(&repeated)
	if errors.Is(err, pgx.ErrNoRows) {
		return n, nil
	}
	if err == nil {
		err = contract("company_id %s stands more than once", repeated)
	}
	return 0, err
}

func companyRow(row []any, c *nayose.Company) ([]any, error) {
	if c.ID == "" {
		return nil, contract("the company %q has no company_id", c.Name)
	}
	row = append(row, date(c.ClosedOn))
	for _, f := range nayose.CompanyTexts {
		row = append(row, text(*f.Of(c)))
	}
	return row, nil
}

func contract(format string, args ...any) error {
	return nayose.Fault(nayose.Contract, fmt.Errorf(format, args...), "every company needs a company_id of its own")
}
