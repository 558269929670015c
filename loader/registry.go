package loader

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"nayose"
)

// RegistryFile is a file of the corporate-number registry.
type RegistryFile struct {
	ImportFile
	Day        nayose.Date // as of which day it is; 0: the newest on which one of its rows was published
	Whole      bool        // a full file, else what was published on the day
	Prefecture string      // of a full file: whose companies; empty or 全国 for all
	// Columns is how many columns its layout has: English names came with the 25th, furigana with the 29th, 検索対象除外 with the
	// 30th. Of what the layout lacks, what is known stays; 0 is a layout that lacks nothing.
	Columns int
}

const (
	kindRegistry      = "registry"
	columnsEnglish    = 25
	columnsKana       = 29
	columnsUnlisted   = 30
	processWhole      = "01" // 新規: the first row of a company's history
	processStruckOff  = "81" // 商号の登記の抹消
	processDeleted    = "99" // 削除
	columnsNewestEver = columnsUnlisted
)

// ImportRegistry brings the master up to a file of the registry, in one transaction, as the package comment tells. Files may come in any
// order, and one whose content was imported before is done already; then rows is not ranged over, else once. rows are in
// the order of the file.
//
// A second import at the same time is a fault of kind Busy; other errors are as for Load, without its retries.
func (db *DB) ImportRegistry(ctx context.Context, f RegistryFile, rows iter.Seq2[nayose.Registration, error]) (ImportResult, error) {
	return db.importAs(ctx, kindRegistry, f.ImportFile, func(ctx context.Context, m *importing) error {
		m.row.AsOf, m.row.Whole, m.row.Prefecture = f.Day, f.Whole, f.Prefecture
		if err := m.already(ctx); err != nil || m.result.Already {
			return err
		}
		if err := m.stageRegistry(ctx, f.Columns, rows); err != nil {
			return err
		}
		err := m.run(ctx, "registry_group", "registry_fill", "registry_fill_deleted", "registry_fill_known", "registry_fill_history",
			"registry_news", "registry_rows", "registry_take_over", "registry_retire", "registry_history", "registry_prune",
			"registry_update", "registry_update_late", "registry_insert", "registry_expected")
		if err != nil {
			return err
		}
		if err := m.derive(ctx); err != nil {
			return err
		}
		if err := m.countRegistry(ctx); err != nil || f.Whole {
			return err
		}
		return m.missingDays(ctx)
	})
}

// already finds out whether the file's content was imported before.
func (m *importing) already(ctx context.Context) error {
	n := &m.result.ImportCounts
	err := m.tx.QueryRow(ctx, statement("import_already"), m.row.SHA256).
		Scan(&n.Read, &n.Inserted, &n.Updated, &n.Unchanged, &n.Late, &n.Rejected)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	m.result.Already = err == nil
	return err
}

var registryColumns = []string{
	"n", "company_id", "updated_on", "seq", "latest", "whole", "changed_on", "process", "name", "name_kana", "name_english", "kind", "prefecture",
	"city", "address", "postal_code", "closed_on", "closed_for", "successor_id", "cause", "assigned_on", "unlisted",
}

func (m *importing) stageRegistry(ctx context.Context, columns int, rows iter.Seq2[nayose.Registration, error]) error {
	if err := m.run(ctx, "touch", "registry_stage"); err != nil {
		return err
	}
	table := pgx.Identifier{"pg_temp", "stage_registry"}
	if _, err := copyInto(ctx, m.tx, table, registryColumns, rows, registrationRow(cmp.Or(columns, columnsNewestEver))); err != nil {
		return err
	}
	return m.run(ctx, "registry_index")
}

// registrationRow makes rows of registrations, of a layout of so many columns. What a layout can say and does not is empty there, and
// null what it cannot say.
func registrationRow(columns int) func([]any, *nayose.Registration) ([]any, error) {
	said := func(s string, column int) any {
		if columns < column {
			return text(s)
		}
		return s
	}
	n := int64(0)
	return func(row []any, r *nayose.Registration) ([]any, error) {
		n++
		seq := 1 // what is no company's latest row is history
		if r.Latest {
			seq = 0
		}
		closedOn, closedFor := closure(r)
		return append(row, n, r.CompanyID, date(r.UpdatedOn), seq, r.Latest, r.Process == processWhole,
			date(cmp.Or(r.ChangedOn, r.UpdatedOn)), r.Process, text(r.Name), said(r.NameKana, columnsKana), said(r.NameEnglish, columnsEnglish),
			kind(r.Kind), text(r.Prefecture), text(r.City), text(r.Address()), text(r.PostalCode), date(closedOn), text(closedFor),
			text(r.SuccessorID), text(r.Cause), date(r.AssignedOn), pgtype.Bool{Bool: r.Unlisted, Valid: columns >= columnsUnlisted}), nil
	}
}

// closure is since when and why a company is closed. What was struck off or deleted is closed, too, though the registry writes no date.
func closure(r *nayose.Registration) (on nayose.Date, why string) {
	if r.Process != processStruckOff && r.Process != processDeleted {
		return r.ClosedOn, r.ClosedFor
	}
	return cmp.Or(r.ClosedOn, r.ChangedOn, r.UpdatedOn), cmp.Or(r.ClosedFor, r.Process)
}

func kind(k int16) pgtype.Int2 { return pgtype.Int2{Int16: k, Valid: k != 0} }

// countRegistry fills in the books.
func (m *importing) countRegistry(ctx context.Context) error {
	n, newest := &m.result.ImportCounts, pgtype.Date{}
	err := m.tx.QueryRow(ctx, statement("registry_count")).Scan(&n.Read, &n.Inserted, &n.Updated, &n.Late, &m.changed, &newest)
	if err != nil {
		return err
	}
	n.Unchanged = n.Read - n.Inserted - n.Updated - n.Late
	m.changed = m.changed || n.Inserted > 0
	m.row.AsOf = cmp.Or(m.row.AsOf, day(newest))
	return nil
}

// missingDays finds the gap before a file of changes.
func (m *importing) missingDays(ctx context.Context) error {
	rows, err := m.tx.Query(ctx, statement("missing_days"), pgx.NamedArgs{"day": date(m.row.AsOf)})
	if err != nil {
		return err
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[pgtype.Date])
	m.result.MissingDays = dates(found)
	return err
}

func dates(days []pgtype.Date) (list []nayose.Date) {
	for _, d := range days {
		list = append(list, day(d))
	}
	return list
}

// day is a date of Postgres; 0 for null.
func day(d pgtype.Date) nayose.Date {
	if !d.Valid {
		return 0
	}
	return nayose.NewDate(d.Time.Date())
}

// RegistryState is how far the imported files of the registry have brought the master, by those that tell of the whole country.
type RegistryState struct {
	Newest  nayose.Date   // the day of the newest file; 0 for none
	Full    nayose.Date   // the day of the newest full file; 0 for none
	Missing []nayose.Date // since Full and before today, the weekdays of which no change file was imported; some may be holidays
}

// RegistryState reads the ledger of imports.
func (db *DB) RegistryState(ctx context.Context, today nayose.Date) (s RegistryState, err error) {
	var newest, full pgtype.Date
	var missing []pgtype.Date
	err = db.pool.QueryRow(ctx, statement("registry_state"), pgx.NamedArgs{"today": date(today)}).Scan(&newest, &full, &missing)
	if err != nil {
		return s, fmt.Errorf("read the ledger of imports: %w", fault(ctx, err))
	}
	return RegistryState{day(newest), day(full), dates(missing)}, nil
}
