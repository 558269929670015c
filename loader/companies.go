package loader

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

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
	return db.importAs(ctx, kindCompanies, "companies", f, func(ctx context.Context, m *importing) error {
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
	if _, err := m.tx.Exec(ctx, `analyze pg_temp.stage_company`); err != nil {
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

// Companies streams the master in the order of company_id (by bytes): the imported one, or, where query is not empty,
// what that SELECT returns. Its columns are taken by the names of the canonical CSV (company_id, name, name_kana …)
// whatever their types; unknown ones are ignored, missing ones empty. The transaction is read-only.
//
// A query that the database does not understand is a fault of kind Usage; a missing or repeated company_id or a
// closed_on that is no date is Contract.
func (db *DB) Companies(ctx context.Context, query string) iter.Seq2[nayose.Company, error] {
	return func(yield func(nayose.Company, error) bool) {
		err := db.transact(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
			return readCompanies(ctx, tx, query, func(c nayose.Company) bool { return yield(c, nil) })
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(nayose.Company{}, fmt.Errorf("read the companies: %w", fault(ctx, queryFault(query, err))))
		}
	}
}

// errEnough means that the reader of a stream has stopped reading.
var errEnough = errors.New("enough")

// queryFault blames the team's query, where there is one, for what the database says of it.
func queryFault(query string, err error) error {
	state := sqlState(err)
	if query == "" || state == "42501" || !strings.HasPrefix(state, "42") && state != "25006" {
		return err
	}
	return nayose.Fault(nayose.Usage, err, "correct the query for companies in the config: one SELECT with company_id and name")
}

func readCompanies(ctx context.Context, tx pgx.Tx, query string, yield func(nayose.Company) bool) error {
	if query == "" {
		query = `select * from nayose.company`
	}
	if _, err := tx.Exec(ctx, `set local datestyle = 'ISO'`); err != nil {
		return err
	}
	query = strings.TrimRight(query, "; \t\r\n") // and a comment may end it
	rows, err := tx.Query(ctx, "select * from (\n"+query+"\n) companies order by company_id::text collate \"C\"",
		pgx.QueryResultFormats{pgx.TextFormatCode})
	if err != nil {
		return err
	}
	defer rows.Close()
	fields := rows.FieldDescriptions() // none where the query fails, which rows.Err tells below
	if len(fields) > 0 && !slices.ContainsFunc(fields, func(c pgconn.FieldDescription) bool { return c.Name == "name" }) {
		return contract("the query has no name")
	}
	read, before := companyReader(rows), ""
	for rows.Next() {
		c, err := read(rows.RawValues())
		switch {
		case err != nil:
			return err
		case c.ID == before:
			return contract("company_id %s stands more than once", c.ID)
		case !yield(c):
			return errEnough
		}
		before = c.ID
	}
	return rows.Err()
}

// companyReader returns the function that makes a company of a row in text format.
func companyReader(rows pgx.Rows) func(row [][]byte) (nayose.Company, error) {
	texts := make([]func(*nayose.Company) *string, len(rows.FieldDescriptions())) // nil where we know no such column
	closed := -1
	for i, column := range rows.FieldDescriptions() {
		for _, f := range nayose.CompanyTexts {
			if f.Column == column.Name {
				texts[i] = f.Of
			}
		}
		if column.Name == closedOn {
			closed = i
		}
	}
	return func(row [][]byte) (c nayose.Company, err error) {
		for i, of := range texts {
			if of != nil {
				*of(&c) = string(row[i])
			}
		}
		if c.ID == "" {
			return c, contract("the company %q has no company_id", c.Name)
		}
		if closed >= 0 && len(row[closed]) > 0 {
			c.ClosedOn, err = parseDay(string(row[closed]))
		}
		if err != nil {
			err = contract("closed_on of company %s is no date: %w", c.ID, err)
		}
		return c, err
	}
}

// parseDay reads 2006-01-02, of which a timestamp has more.
func parseDay(s string) (nayose.Date, error) {
	t, err := time.Parse(time.DateOnly, s[:min(len(s), len(time.DateOnly))])
	if err != nil {
		return 0, err
	}
	return nayose.NewDate(t.Date()), nil
}
