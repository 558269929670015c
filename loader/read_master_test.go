package loader_test

import (
	"errors"
	"iter"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/loader"
)

// read collects rows that a reader of the master yields.
func read[T any](t *testing.T, db *loader.DB, rows func(*loader.MasterReader) iter.Seq2[T, error]) (list []T, err error) {
	t.Helper()
	err = db.ReadMaster(t.Context(), func(r *loader.MasterReader) error {
		for v, err := range rows(r) {
			if err != nil {
				return err
			}
			list = append(list, v)
		}
		return nil
	})
	return list, err
}

func workplaces(t *testing.T, query string) func(*loader.MasterReader) iter.Seq2[nayose.Workplace, error] {
	return func(r *loader.MasterReader) iter.Seq2[nayose.Workplace, error] {
		return r.Workplaces(t.Context(), query)
	}
}

func aliases(t *testing.T, query string) func(*loader.MasterReader) iter.Seq2[nayose.Alias, error] {
	return func(r *loader.MasterReader) iter.Seq2[nayose.Alias, error] { return r.Aliases(t.Context(), query) }
}

// Workplaces come in the order of what they say, whatever order the table has and whatever else a query returns.
func TestWorkplacesInOrder(t *testing.T) {
	db, _, conn := fresh(t)
	execute(t, conn, `create table site (no int generated always as identity, company bigint, title text, tel text, changed timestamptz default now())`)
	want := []nayose.Workplace{
		{CompanyID: "10", Name: "b", Phone: "2"},
		{CompanyID: "9", Name: "B"},
		{CompanyID: "9", Name: "a", Phone: "1"},
		{CompanyID: "9", Name: "a", Phone: "2"},
		{CompanyID: "9", Phone: "3"}, // what is null comes last
	}
	const query = "select changed, no, tel as phone, title as workplace_name, company as company_id from site"
	for _, rows := range []string{
		`(9, 'B', null), (9, 'a', '1'), (10, 'b', '2'), (9, null, '3'), (9, 'a', '2')`,
		`(9, null, '3'), (9, 'a', '2'), (10, 'b', '2'), (9, 'a', '1'), (9, 'B', null)`,
	} {
		execute(t, conn, `delete from site`)
		execute(t, conn, `insert into site (company, title, tel) values `+rows)
		got, err := read(t, db, workplaces(t, query))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("workplaces of %s: %v (-want +got):\n%s", rows, err, diff)
		}
	}
}

func TestReadImported(t *testing.T) {
	db, _, conn := fresh(t)
	execute(t, conn, `insert into nayose.workplace (workplace_id, company_id, name, address, phone, url, source)
		values (gen_random_uuid(), '1', '札幌営業所', '北海道札幌市', '011-000-0000', 'https://a.example', 'sites.csv')`)
	execute(t, conn, `insert into nayose.alias (company_id, name, kind, source) values ('1', 'アカネの里', 'trade', 'names.csv')`)
	places, err := read(t, db, workplaces(t, ""))
	want := []nayose.Workplace{{CompanyID: "1", Name: "札幌営業所", Address: "北海道札幌市", Phone: "011-000-0000", URL: "https://a.example", Source: "sites.csv"}}
	if diff := cmp.Diff(want, places); err != nil || diff != "" {
		t.Errorf("imported workplaces: %v (-want +got):\n%s", err, diff)
	}
	names, err := read(t, db, aliases(t, ""))
	if diff := cmp.Diff([]nayose.Alias{{CompanyID: "1", Name: "アカネの里", Kind: "trade", Source: "names.csv"}}, names); err != nil || diff != "" {
		t.Errorf("imported aliases: %v (-want +got):\n%s", err, diff)
	}
}

func TestReadMasterFaults(t *testing.T) {
	db, _, _ := fresh(t)
	for _, test := range []struct {
		query string
		kind  nayose.Kind
		words string
	}{
		{"select 'x' as name", nayose.Usage, "read the aliases: the query has no column company_id"},
		{"select 1 as company_id", nayose.Usage, "no column name"},
		{"select 1 as company_id, 'x' as name, 'y' as name", nayose.Usage, "ambiguous"},
		{"select null as company_id, 'x' as name", nayose.Contract, "no company_id"},
		{"select 1 as company_id, ' ' as name", nayose.Contract, "no name"},
		{"select 1 as company_id, 'x' as name, 'nick' as kind", nayose.Contract, `kind "nick" is none of trade, short`},
	} {
		_, err := read(t, db, aliases(t, test.query))
		t.Run(test.query, func(t *testing.T) { wantFault(t, err, test.kind, test.words) })
	}
	_, err := read(t, db, workplaces(t, "select 'x' as name"))
	wantFault(t, err, nayose.Usage, "read the workplaces: the query has no column company_id")
	_, err = read(t, db, workplaces(t, "select null as company_id"))
	wantFault(t, err, nayose.Contract, "no company_id")
	got, err := read(t, db, aliases(t, "select 1 as company_id, 'x' as alias"))
	if diff := cmp.Diff([]nayose.Alias{{CompanyID: "1", Name: "x", Kind: "other"}}, got); err != nil || diff != "" {
		t.Errorf("an alias without a kind: %v (-want +got):\n%s", err, diff)
	}
}

// What one reader reads belongs together, whatever is written meanwhile.
func TestReadMasterAtOneMoment(t *testing.T) {
	db, _, conn := fresh(t)
	execute(t, conn, `create table crm (id int, name text)`)
	execute(t, conn, `insert into crm values (1, 'a')`)
	const query = `select id as company_id, name from crm`
	err := db.ReadMaster(t.Context(), func(r *loader.MasterReader) error {
		before, err := r.Version(t.Context(), `select count(*) from crm`)
		if err != nil {
			return err
		}
		execute(t, conn, `insert into crm values (2, 'b')`)
		n := 0
		for _, err := range r.Companies(t.Context(), query) {
			if err != nil {
				return err
			}
			n++
		}
		for _, err := range r.Workplaces(t.Context(), query) {
			if err != nil {
				return err
			}
			n++
		}
		if before != "1" || n != 2 {
			t.Errorf("at version %s there are %d companies and workplaces, want 1 and 2", before, n)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	own := errors.New("own")
	if err := db.ReadMaster(t.Context(), func(*loader.MasterReader) error { return own }); err != own {
		t.Errorf("the reader's own error comes back as %v", err)
	}
}

func TestMasterVersion(t *testing.T) {
	db, _, conn := fresh(t)
	version := func(query string) (v string, err error) {
		err = db.ReadMaster(t.Context(), func(r *loader.MasterReader) (err error) {
			v, err = r.Version(t.Context(), query)
			return err
		})
		return v, err
	}
	execute(t, conn, `update nayose.master_state set version = '00000000-0000-0000-0000-000000000007'`)
	for query, want := range map[string]string{
		"":                                      "00000000-0000-0000-0000-000000000007",
		"select max(n) from (values (3)) v(n);": "3",
		"select max(n) from (values (3)) v(n) where n > 3": "", // null: not known
	} {
		if got, err := version(query); err != nil || got != want {
			t.Errorf("Version(%q) = %q, %v, want %q", query, got, err, want)
		}
	}
	for query, words := range map[string]string{
		"select 1, 2":                 "1 rows of 2 columns",
		"select 1 where false":        "0 rows",
		"values (1), (2)":             "2 rows",
		"select version from nowhere": "nowhere",
		"delete from nayose.company":  "read-only",
	} {
		_, err := version(query)
		t.Run(query, func(t *testing.T) { wantFault(t, err, nayose.Usage, words) })
	}
}
