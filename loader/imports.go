package loader

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"nayose"
)

// ImportFile is a file that goes into the master.
type ImportFile struct {
	Name   string // its path; the last element is the source of what its rows give no source for
	SHA256 string // of its content, in hexadecimal
	// Bad are the rows that its reader left out, known when the others have been read; nil for none.
	Bad *nayose.BadRows
}

// source is the file as a source of workplaces and names.
func (f *ImportFile) source() string { return filepath.Base(f.Name) }

// ImportCounts are the books of an import: Read = Inserted + Updated + Unchanged + Late, in companies, workplaces or aliases.
type ImportCounts struct {
	Read, Inserted, Updated, Unchanged int64
	Late                               int64 // companies of a registry file of which something newer was known: history at most
	Removed                            int64 // what was known and its source no longer names
	Unknown                            int64 // workplaces and aliases of companies that the master lacks; they are taken, too
	Rejected                           int64 // rows that the file's reader left out
}

// ImportResult says what an import did.
type ImportResult struct {
	ImportCounts
	Already bool // a registry file of this content was imported before: nothing was done, and the counts are of that time
	// MissingDays are the weekdays before that of a registry's change file for which none was imported. The registry publishes
	// nothing on holidays, so they are worth a remark and no more.
	MissingDays []nayose.Date
}

// ImportRow is a row of the ledger of imports.
type ImportRow struct {
	ID     int64
	Kind   string // registry, companies, workplaces, aliases, or proven for what postings prove
	File   string
	SHA256 string // empty for proven

	AsOf       nayose.Date // these three of a registry file
	Whole      bool
	Prefecture string

	ImportCounts
	MissingDays       string // as 2026-08-24, 2026-08-25
	Started, Finished time.Time
}

// Imports are the rows of the ledger, oldest first.
func (db *DB) Imports(ctx context.Context) ([]ImportRow, error) {
	rows, err := db.pool.Query(ctx, statement("imports"))
	if err != nil {
		return nil, fmt.Errorf("read the ledger of imports: %w", fault(ctx, err))
	}
	list, err := pgx.CollectRows(rows, importRow)
	if err != nil {
		return nil, fmt.Errorf("read the ledger of imports: %w", fault(ctx, err))
	}
	return list, nil
}

// importRow reads a row of imports.sql.
func importRow(row pgx.CollectableRow) (r ImportRow, err error) {
	var asOf pgtype.Date
	n := &r.ImportCounts
	err = row.Scan(&r.ID, &r.Kind, &r.File, &r.SHA256, &asOf, &r.Whole, &r.Prefecture, &n.Read, &n.Inserted, &n.Updated, &n.Unchanged,
		&n.Late, &n.Removed, &n.Unknown, &n.Rejected, &r.MissingDays, &r.Started, &r.Finished)
	r.AsOf = day(asOf)
	return r, err
}

// An importing is an import under way.
type importing struct {
	tx     pgx.Tx
	row    ImportRow
	bad    *nayose.BadRows
	result ImportResult

	changed bool // something that readers of the master see
}

// importAs runs do in a transaction that no other import runs beside, and writes the ledger's row, which do fills in. Errors
// name the file.
func (db *DB) importAs(ctx context.Context, kind string, f ImportFile, do func(context.Context, *importing) error) (ImportResult, error) {
	m := &importing{row: ImportRow{Kind: kind, File: f.Name, SHA256: f.SHA256}, bad: f.Bad}
	err := db.transact(ctx, pgx.TxOptions{}, func(tx pgx.Tx) error {
		m.tx = tx
		if _, err := tx.Exec(ctx, statement("import_settings")); err != nil {
			return err
		}
		if err := db.lock(ctx, tx, "import"); err != nil {
			return err
		}
		if err := do(ctx, m); err != nil || m.result.Already {
			return err
		}
		return m.record(ctx)
	})
	if err != nil {
		return ImportResult{}, fmt.Errorf("import %s: %w", cmp.Or(f.Name, "what postings prove"), fault(ctx, err))
	}
	db.analyze(ctx)
	return m.result, nil
}

// run executes sql/<name>.sql for each name.
func (m *importing) run(ctx context.Context, names ...string) error {
	for _, name := range names {
		if _, err := m.exec(ctx, name, nil); err != nil {
			return err
		}
	}
	return nil
}

// exec executes sql/<name>.sql and counts the rows that it wrote.
func (m *importing) exec(ctx context.Context, name string, args pgx.NamedArgs) (int64, error) {
	var values []any
	if args != nil {
		values = append(values, args)
	}
	done, err := m.tx.Exec(ctx, statement(name), values...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	return done.RowsAffected(), nil
}

// index makes a temporary table one that is looked up in, not scanned for each row of another, however few rows the planner expects of that
// one: statistics of the master's tables may be older than the last import.
func (m *importing) index(ctx context.Context, table, column string) error {
	_, err := m.tx.Exec(ctx, fmt.Sprintf("create index on pg_temp.%s (%s); analyze pg_temp.%[1]s", table, column))
	return err
}

// derive gathers what other tables say of the companies that were touched, and gives the planner the statistics for it.
func (m *importing) derive(ctx context.Context) error {
	if _, err := m.tx.Exec(ctx, `analyze pg_temp.touched`); err != nil {
		return err
	}
	return m.run(ctx, "derive")
}

// record writes the ledger's row, the rows that were left out, and, if something has changed, another version of the master.
func (m *importing) record(ctx context.Context) error {
	n := &m.result.ImportCounts
	if m.bad != nil {
		n.Rejected = m.bad.Count
	}
	m.row.ImportCounts, m.row.MissingDays = *n, days(m.result.MissingDays)
	r := &m.row
	err := m.tx.QueryRow(ctx, statement("insert_import"), pgx.NamedArgs{
		"kind": r.Kind, "file": r.File, "sha256": text(r.SHA256), "registry": r.Kind == kindRegistry, "as_of": date(r.AsOf), "whole": r.Whole,
		"prefecture": text(r.Prefecture), "read": n.Read, "inserted": n.Inserted, "updated": n.Updated, "unchanged": n.Unchanged, "late": n.Late,
		"removed": n.Removed, "unknown": n.Unknown, "rejected": n.Rejected, "missing_days": r.MissingDays,
	}).Scan(&r.ID)
	if err != nil {
		return fmt.Errorf("write the ledger: %w", err)
	}
	if err := m.copyRejects(ctx); err != nil {
		return err
	}
	if m.changed {
		_, err = m.tx.Exec(ctx, `update nayose.master_state set version = gen_random_uuid()`)
	}
	return err
}

func (m *importing) copyRejects(ctx context.Context) error {
	if m.bad == nil || len(m.bad.First) == 0 {
		return nil
	}
	bad := m.bad.First
	_, err := m.tx.CopyFrom(ctx, pgx.Identifier{"nayose", "import_reject"}, []string{"import_id", "line", "reason", "raw"},
		pgx.CopyFromSlice(len(bad), func(i int) ([]any, error) {
			return []any{m.row.ID, bad[i].Line, bad[i].Reason, bad[i].Raw}, nil
		}))
	return err
}

// days are dates as the ledger writes them.
func days(dates []nayose.Date) string {
	var b strings.Builder
	for i, d := range dates {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(d.String())
	}
	return b.String()
}
