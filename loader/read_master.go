package loader

import (
	"cmp"
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

// MasterReader reads the master as it stands at one moment, whatever others write meanwhile. What each of its methods takes as query
// is a team's own SELECT; an empty one is what was imported.
type MasterReader struct{ tx pgx.Tx }

// ReadMaster calls f with a reader, which is good until f returns: one read-only transaction, in which all that is read belongs
// together. The error of f is returned as it is.
func (db *DB) ReadMaster(ctx context.Context, f func(*MasterReader) error) error {
	var work error
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err := db.transact(ctx, options, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `set local datestyle = 'ISO'`); err != nil {
			return err
		}
		work = f(&MasterReader{tx})
		return work
	})
	if work != nil || err == nil {
		return work
	}
	return fmt.Errorf("read the master: %w", fault(ctx, err))
}

// Companies streams the master in the order of company_id (by bytes). A query's columns are taken by the names of the canonical CSV
// (company_id, name, name_kana …) whatever their types; unknown ones are ignored, missing ones empty.
//
// A query that the database does not understand is a fault of kind Usage; a missing or repeated company_id or a
// closed_on that is no date is Contract.
func (r *MasterReader) Companies(ctx context.Context, query string) iter.Seq2[nayose.Company, error] {
	return rowsOf(ctx, r, &companyRows, query)
}

// Workplaces streams the companies' places of work, in the order of company_id and then of their columns (by bytes), so that
// equal rows come in one order however the database finds them. A query's columns are company_id, name (or workplace_name), address,
// phone, url and source; errors are as those of Companies.
func (r *MasterReader) Workplaces(ctx context.Context, query string) iter.Seq2[nayose.Workplace, error] {
	return rowsOf(ctx, r, &workplaceRows, query)
}

// Aliases streams the companies' other names, ordered as Workplaces orders. A query's columns are company_id, name (or alias), kind
// and source; an alias without a kind is of kind other, one of a kind that nayose.AliasKinds lacks a fault of kind Contract.
func (r *MasterReader) Aliases(ctx context.Context, query string) iter.Seq2[nayose.Alias, error] {
	return rowsOf(ctx, r, &aliasRows, query)
}

// Version is a value that changes when the master does: that of the imported tables, which every import changes, or the one value
// that a team's SELECT returns. It is empty where that value is null. A query with another number of rows or columns
// than one is a fault of kind Usage.
func (r *MasterReader) Version(ctx context.Context, query string) (string, error) {
	own := query != ""
	if !own {
		query = `select version from nayose.master_state`
	}
	var value []byte
	n := 0
	rows, err := r.tx.Query(ctx, trimQuery(query), pgx.QueryResultFormats{pgx.TextFormatCode})
	if err == nil {
		defer rows.Close()
		for n = 0; rows.Next(); n++ {
			value = slices.Clone(rows.RawValues()[0])
		}
		err = rows.Err()
	}
	if err == nil && (n != 1 || len(rows.FieldDescriptions()) != 1) {
		err = nayose.Fault(nayose.Usage, fmt.Errorf("it returns %d rows of %d columns", n, len(rows.FieldDescriptions())), hintVersion)
	}
	if err != nil {
		return "", fmt.Errorf("read the master's version: %w", fault(ctx, queryFault(own, hintVersion, err)))
	}
	return string(value), nil
}

const hintVersion = "correct master.version in the config: a SELECT of one value that changes when the companies' tables do"

// Companies streams what MasterReader.Companies does, in a transaction of its own.
func (db *DB) Companies(ctx context.Context, query string) iter.Seq2[nayose.Company, error] {
	return func(yield func(nayose.Company, error) bool) {
		stopped := false
		err := db.ReadMaster(ctx, func(r *MasterReader) error {
			for c, err := range r.Companies(ctx, query) {
				if err != nil {
					return err
				}
				if stopped = !yield(c, nil); stopped {
					return nil
				}
			}
			return nil
		})
		if err != nil && !stopped {
			yield(nayose.Company{}, err)
		}
	}
}

// A rowKind says how rows of the database become values of T.
type rowKind[T any] struct {
	what     string // in messages
	imported string // the query for what was imported
	columns  []rowColumn[T]
	required []string // those of columns that a query must have
	sortedBy int      // so many of the columns, from the first on
	check    func(v, before *T) error
	hint     string
}

type rowColumn[T any] struct {
	names []string // the first is ours
	set   func(v *T, text string) error
}

var companyRows = rowKind[nayose.Company]{
	what: "companies", imported: `select * from nayose.company`,
	columns: append(textColumns(nayose.CompanyTexts, ""),
		rowColumn[nayose.Company]{[]string{closedOn}, func(c *nayose.Company, text string) (err error) {
			if c.ClosedOn, err = parseDay(text); err != nil {
				err = contract("closed_on of company %s is no date: %w", c.ID, err) // company_id is the first to be set
			}
			return err
		}}),
	required: []string{"company_id", "name"}, sortedBy: 1,
	check: func(c, before *nayose.Company) error {
		switch c.ID {
		case "":
			return contract("the company %q has no company_id", c.Name)
		case before.ID:
			return contract("company_id %s stands more than once", c.ID)
		}
		return nil
	},
	hint: "correct master.query in the config: one SELECT with company_id and name",
}

var workplaceRows = rowKind[nayose.Workplace]{
	what: "workplaces", imported: `select company_id, name, address, phone, url, source from nayose.workplaces`,
	columns: textColumns(nayose.WorkplaceTexts, "workplace_name"), required: []string{"company_id"}, sortedBy: len(nayose.WorkplaceTexts),
	check: func(w, _ *nayose.Workplace) error {
		if w.CompanyID == "" {
			return contract("the workplace %q has no company_id", w.Name)
		}
		return nil
	},
	hint: "correct master.workplaces.query in the config: one SELECT with company_id, and any of name, address, phone, url and source",
}

var aliasRows = rowKind[nayose.Alias]{
	what: "aliases", imported: `select company_id, name, kind, source from nayose.alias`,
	columns: textColumns(nayose.AliasTexts, "alias"), required: []string{"company_id", "name"}, sortedBy: len(nayose.AliasTexts),
	check: func(a, _ *nayose.Alias) error {
		if err := a.Complete(); err != nil {
			return contract("alias %q of company %s: %w", a.Name, a.CompanyID, err)
		}
		return nil
	},
	hint: "correct master.aliases.query in the config: one SELECT with company_id, name, kind and source",
}

// textColumns are columns of text; also is another name of the column name.
func textColumns[T any](texts []struct {
	Column string
	Of     func(*T) *string
}, also string,
) (columns []rowColumn[T]) {
	for _, t := range texts {
		c := rowColumn[T]{[]string{t.Column}, func(v *T, text string) error {
			*t.Of(v) = text
			return nil
		}}
		if t.Column == "name" && also != "" {
			c.names = append(c.names, also)
		}
		columns = append(columns, c)
	}
	return columns
}

// rowsOf streams the rows of a query, or of what was imported.
func rowsOf[T any](ctx context.Context, r *MasterReader, k *rowKind[T], query string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		err := k.read(ctx, r.tx, cmp.Or(query, k.imported), func(v T) bool { return yield(v, nil) })
		if err != nil && !errors.Is(err, errEnough) {
			var none T
			yield(none, fmt.Errorf("read the %s: %w", k.what, fault(ctx, queryFault(query != "", k.hint, err))))
		}
	}
}

// errEnough means that the reader of a stream has stopped reading.
var errEnough = errors.New("enough")

// queryFault blames the team's own query for what the database says of it.
func queryFault(own bool, hint string, err error) error {
	state := sqlState(err)
	if !own || state == "42501" || !strings.HasPrefix(state, "42") && state != "25006" {
		return err
	}
	return nayose.Fault(nayose.Usage, err, hint)
}

func trimQuery(query string) string { return strings.TrimRight(query, "; \t\r\n") }

func (k *rowKind[T]) read(ctx context.Context, tx pgx.Tx, query string, yield func(T) bool) error {
	from := " from (\n" + trimQuery(query) + "\n) rows" // and a comment may end it
	fields, err := describe(ctx, tx, "select *"+from+" limit 0")
	if err != nil {
		return err
	}
	columns, set, err := k.lay(fields)
	if err != nil {
		return err
	}
	order := make([]string, min(k.sortedBy, len(columns)))
	for i := range order {
		order[i] = columns[i] + `::text collate "C"`
	}
	rows, err := tx.Query(ctx, "select "+strings.Join(columns, ", ")+from+" order by "+strings.Join(order, ", "),
		pgx.QueryResultFormats{pgx.TextFormatCode})
	if err != nil {
		return err
	}
	defer rows.Close()
	var before T
	for rows.Next() {
		v, err := k.value(rows.RawValues(), set)
		if err == nil {
			err = k.check(&v, &before)
		}
		if err != nil {
			return err
		}
		if !yield(v) {
			return errEnough
		}
		before = v
	}
	return rows.Err()
}

// describe is what columns a query returns.
func describe(ctx context.Context, tx pgx.Tx, query string) ([]pgconn.FieldDescription, error) {
	rows, err := tx.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	rows.Close()
	return rows.FieldDescriptions(), rows.Err()
}

// lay finds our columns among a query's fields: as SQL names them, in our order, and how each is set.
func (k *rowKind[T]) lay(fields []pgconn.FieldDescription) (columns []string, set []func(*T, string) error, err error) {
	for _, c := range k.columns {
		at := -1
		for _, name := range slices.Backward(c.names) { // our own name comes last, and outranks another
			if i := slices.IndexFunc(fields, func(f pgconn.FieldDescription) bool { return f.Name == name }); i >= 0 {
				at = i
			}
		}
		switch {
		case at >= 0:
			columns, set = append(columns, pgx.Identifier{fields[at].Name}.Sanitize()), append(set, c.set)
		case slices.Contains(k.required, c.names[0]):
			return nil, nil, nayose.Fault(nayose.Usage, fmt.Errorf("the query has no column %s", c.names[0]), k.hint)
		}
	}
	return columns, set, nil
}

// value makes a value of a row in text format. Its texts are one string, so that one allocation serves them all.
func (k *rowKind[T]) value(row [][]byte, set []func(*T, string) error) (v T, err error) {
	n := 0
	for _, cell := range row {
		n += len(cell)
	}
	var b strings.Builder
	b.Grow(n)
	for i, cell := range row {
		start := b.Len()
		if b.Write(cell); len(cell) == 0 {
			continue
		}
		if err := set[i](&v, b.String()[start:]); err != nil {
			return v, err
		}
	}
	return v, nil
}

// parseDay reads 2006-01-02, of which a timestamp has more.
func parseDay(s string) (nayose.Date, error) {
	return nayose.ParseDay(s[:min(len(s), len(time.DateOnly))])
}
