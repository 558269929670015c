package loader

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"nayose"
)

const (
	kindWorkplaces = "workplaces"
	kindAliases    = "aliases"
	kindProven     = "proven"
)

// ImportWorkplaces brings the master up to a file of workplaces, in one transaction. A workplace without a source has the file's name for
// one. The file is all that the sources it names have to say: workplaces of theirs that it lacks are removed, unless rows were
// left out, since what these said is not known. Workplaces of companies that the master lacks are taken, too. rows is ranged
// over once.
//
// A file without a workplace removes nothing and is a fault of kind Held; a workplace without a company_id is Contract; a second import at
// the same time is Busy; else errors are as for Load, without its retries.
func (db *DB) ImportWorkplaces(ctx context.Context, f ImportFile, rows iter.Seq2[nayose.Workplace, error]) (ImportResult, error) {
	return db.importAs(ctx, kindWorkplaces, f, func(ctx context.Context, m *importing) error {
		if err := m.run(ctx, "workplaces_stage"); err != nil {
			return err
		}
		columns := []string{"workplace_id"}
		for _, c := range nayose.WorkplaceTexts {
			columns = append(columns, c.Column)
		}
		table := pgx.Identifier{"pg_temp", "stage_workplace"}
		n, err := copyInto(ctx, m.tx, table, columns, rows, workplaceRow(f.source()))
		if err != nil {
			return err
		}
		if n == 0 {
			return emptyFile("workplace")
		}
		return m.takeWorkplaces(ctx, false)
	})
}

func emptyFile(of string) error {
	return nayose.Fault(nayose.Held, fmt.Errorf("the file holds no %s", of), "nothing was removed; see that the file is complete")
}

// workplaceRow makes rows of workplaces; source is that of those which name none.
func workplaceRow(source string) func([]any, *nayose.Workplace) ([]any, error) {
	return func(row []any, w *nayose.Workplace) ([]any, error) {
		if w.CompanyID == "" {
			return nil, nayose.Fault(nayose.Contract, fmt.Errorf("the workplace %q has no company_id", w.Name), "every workplace needs one")
		}
		from := cmp.Or(w.Source, source)
		return append(row, id(nayose.NewID(w.CompanyID, w.Name, w.Address, w.Phone, w.URL, from)),
			w.CompanyID, text(w.Name), text(w.Address), text(w.Phone), text(w.URL), from), nil
	}
}

// takeWorkplaces makes the workplaces of stage_workplace all that there are of their sources, or all that are proven.
func (m *importing) takeWorkplaces(ctx context.Context, proven bool) (err error) {
	n := &m.result.ImportCounts
	if err := m.index(ctx, "stage_workplace", "workplace_id"); err != nil {
		return err
	}
	if m.complete() {
		if n.Removed, err = m.exec(ctx, "workplaces_remove", pgx.NamedArgs{"proven": proven}); err != nil {
			return err
		}
	}
	if n.Updated, err = m.exec(ctx, "workplaces_update", nil); err != nil {
		return err
	}
	if n.Inserted, err = m.exec(ctx, "workplaces_insert", nil); err != nil {
		return err
	}
	if err := m.tx.QueryRow(ctx, statement("workplaces_count")).Scan(&n.Read, &n.Unknown); err != nil {
		return err
	}
	n.Unchanged = n.Read - n.Inserted - n.Updated
	m.changed = n.Inserted+n.Removed > 0
	return nil
}

// complete says whether no row of the file was left out.
func (m *importing) complete() bool { return m.bad == nil || m.bad.Count == 0 }

// ProveWorkplaces makes workplaces of what postings prove, in one transaction: where the live generation's match was made, the posting
// names the company by its corporate number and by its own name, the company is open, and the posting has an address, it is at work
// there. What is no longer proven is removed, such as what no posting says any more; an expired one still does. A model's match alone proves nothing, nor does a number whose posting names
// somebody else; but a posting that names a company by number and name with a client's address proves wrongly.
//
// Errors are those of ImportWorkplaces.
func (db *DB) ProveWorkplaces(ctx context.Context) (ImportResult, error) {
	return db.importAs(ctx, kindProven, ImportFile{}, func(ctx context.Context, m *importing) error {
		if err := m.run(ctx, "workplaces_stage", "workplaces_prove"); err != nil {
			return err
		}
		return m.takeWorkplaces(ctx, true)
	})
}

// ImportAliases brings the master up to a file of aliases, as ImportWorkplaces to one of workplaces. An alias without a kind is of
// kind other; one of a kind that is none of nayose.AliasKinds, or without a name, is a fault of kind Contract.
func (db *DB) ImportAliases(ctx context.Context, f ImportFile, rows iter.Seq2[nayose.Alias, error]) (ImportResult, error) {
	return db.importAs(ctx, kindAliases, f, func(ctx context.Context, m *importing) error {
		if err := m.run(ctx, "touch", "aliases_stage"); err != nil {
			return err
		}
		table, columns := pgx.Identifier{"pg_temp", "stage_alias"}, []string{"company_id", "name", "kind", "source"}
		n, err := copyInto(ctx, m.tx, table, columns, rows, aliasRow(f.source()))
		if err != nil {
			return err
		}
		if n == 0 {
			return emptyFile("alias")
		}
		return m.takeAliases(ctx)
	})
}

// aliasRow makes rows of aliases; source is that of those which name none.
func aliasRow(source string) func([]any, *nayose.Alias) ([]any, error) {
	return func(row []any, a *nayose.Alias) ([]any, error) {
		kind := cmp.Or(a.Kind, "other")
		if a.CompanyID == "" || a.Name == "" || !slices.Contains(nayose.AliasKinds, kind) {
			return nil, nayose.Fault(nayose.Contract, fmt.Errorf("alias %q of kind %q of company %q is none", a.Name, kind, a.CompanyID),
				"every alias needs a company_id and a name; its kind is one of "+strings.Join(nayose.AliasKinds, ", "))
		}
		return append(row, a.CompanyID, a.Name, kind, cmp.Or(a.Source, source)), nil
	}
}

// takeAliases makes the aliases of stage_alias all that there are of their sources.
func (m *importing) takeAliases(ctx context.Context) (err error) {
	n := &m.result.ImportCounts
	if err := m.index(ctx, "stage_alias", "company_id"); err != nil {
		return err
	}
	if m.complete() {
		if n.Removed, err = m.exec(ctx, "aliases_remove", nil); err != nil {
			return err
		}
	}
	if n.Inserted, err = m.exec(ctx, "aliases_insert", nil); err != nil {
		return err
	}
	if err := m.tx.QueryRow(ctx, statement("aliases_count")).Scan(&n.Read, &n.Unknown); err != nil {
		return err
	}
	n.Unchanged = n.Read - n.Inserted
	m.changed = n.Inserted+n.Removed > 0
	return m.derive(ctx)
}
