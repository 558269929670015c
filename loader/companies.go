package loader

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"

	"nayose"
)

const (
	kindCompanies = "companies"
	closedOn      = "closed_on"
)

// ImportCompanies brings the master up to a company file, in one transaction. columns are those that the file has, by the names of
// nayose.CompanyTexts and closed_on: what it has no column for stays as it is. Companies that are new are inserted, known ones
// updated where the file says something else; none is deleted. What the registry says of a company outranks the file, but for
// readings that the registry lacks. former_names, aliases and former_addresses are kept as the file's own: they take the
// place of what a file of this name told of the company before, and none of what others tell. companies is ranged over once.
//
// A company_id that stands twice among them, or is missing, is a fault of kind Contract that names it; a second import
// at the same time is Busy; else errors are as for Load, without its retries.
func (db *DB) ImportCompanies(ctx context.Context, columns []string, f ImportFile, companies iter.Seq2[nayose.Company, error]) (ImportResult, error) {
	return db.importAs(ctx, kindCompanies, f, func(ctx context.Context, m *importing) error {
		if err := m.stageCompanies(ctx, companies); err != nil {
			return err
		}
		args := pgx.NamedArgs{"columns": columns, "source": f.source()}
		for _, name := range []string{
			"companies_told", "companies_changed", "companies_update",
			"companies_names_gone", "companies_names_come", "companies_addresses_gone", "companies_addresses_come",
		} {
			if _, err := m.exec(ctx, name, args); err != nil {
				return err
			}
		}
		return m.finishCompanies(ctx)
	})
}

// finishCompanies inserts the companies that are new.
func (m *importing) finishCompanies(ctx context.Context) (err error) {
	n := &m.result.ImportCounts
	if err := m.tx.QueryRow(ctx, statement("count_updated")).Scan(&n.Updated); err != nil {
		return err
	}
	if err := m.run(ctx, "companies_expected"); err != nil {
		return err
	}
	if n.Inserted, err = m.exec(ctx, "companies_insert", nil); err != nil {
		return err
	}
	n.Unchanged = n.Read - n.Updated - n.Inserted
	m.changed = n.Updated+n.Inserted > 0
	return m.derive(ctx)
}

// stageCompanies copies companies to the temporary table stage_company, in which no company_id stands twice.
func (m *importing) stageCompanies(ctx context.Context, companies iter.Seq2[nayose.Company, error]) (err error) {
	if err := m.run(ctx, "touch", "companies_stage"); err != nil {
		return err
	}
	columns := []string{closedOn}
	for _, f := range nayose.CompanyTexts {
		columns = append(columns, f.Column)
	}
	m.result.Read, err = copyInto(ctx, m.tx, pgx.Identifier{"pg_temp", "stage_company"}, columns, companies, companyRow)
	if err != nil {
		return err
	}
	if err := m.index(ctx, "stage_company", "company_id"); err != nil {
		return err
	}
	var repeated string
	err = m.tx.QueryRow(ctx, statement("companies_repeated")).Scan(&repeated)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = contract("company_id %s stands more than once", repeated)
	}
	return err
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
