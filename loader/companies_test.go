package loader_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/loader"
)

// companyFile is what the tests' companies come from.
var companyFile = loader.ImportFile{Name: "in/companies.csv"}

// allColumns are those that a company file may have.
var allColumns = func() []string {
	columns := []string{"closed_on"}
	for _, f := range nayose.CompanyTexts {
		columns = append(columns, f.Column)
	}
	return columns
}()

func TestImportCompanies(t *testing.T) {
	db, _, conn := fresh(t)
	toda := nayose.Company{
		ID: "9000000000001", Name: "戸田商店株式会社", NameKana: "トダショウテン", NameEnglish: "Toda Ltd.", FormerNames: "戸田|戸田屋",
		Aliases: "トダ", Prefecture: "東京都", Address: "東京都港区一丁目1番地", FormerAddresses: "東京都千代田区", PostalCode: "1050001",
		Phone: "03-0000-0000", URL: "https://toda.example", ClosedOn: nayose.NewDate(2026, 3, 31), SuccessorID: "z",
	}
	abe := nayose.Company{ID: "Z-1", Name: "阿部合同会社"}
	zoe := nayose.Company{ID: "a-2", Name: "Zoe"}
	moved := toda
	moved.Address, moved.ClosedOn = "東京都中央区", 0
	for _, test := range []struct {
		name   string
		give   []nayose.Company
		want   loader.ImportCounts
		master []nayose.Company
	}{
		{"new", []nayose.Company{zoe, toda}, loader.ImportCounts{Read: 2, Inserted: 2}, []nayose.Company{toda, zoe}},
		{
			"one new, one changed, one as before",
			[]nayose.Company{moved, abe, zoe},
			loader.ImportCounts{Read: 3, Inserted: 1, Updated: 1, Unchanged: 1},
			[]nayose.Company{moved, abe, zoe},
		},
		{"none", nil, loader.ImportCounts{}, []nayose.Company{moved, abe, zoe}},
	} {
		got, err := db.ImportCompanies(t.Context(), allColumns, companyFile, all(test.give))
		if err != nil || got.ImportCounts != test.want {
			t.Errorf("%s: ImportCompanies() = %+v, %v, want %+v", test.name, got, err, test.want)
		}
		if diff := cmp.Diff(test.master, companies(t, db, "")); diff != "" {
			t.Errorf("%s: master (-want +got):\n%s", test.name, diff)
		}
	}

	// A file without a column says nothing of it.
	toda.Address, toda.ClosedOn, toda.Name, toda.URL = moved.Address, 0, "戸田", ""
	_, err := db.ImportCompanies(t.Context(), []string{"company_id", "name", "url"}, companyFile, all([]nayose.Company{{ID: toda.ID, Name: "戸田"}}))
	want := []nayose.Company{toda, abe, zoe}
	want[0].FormerNames = "戸田屋" // which was 戸田, too
	if diff := cmp.Diff(want, companies(t, db, "")); err != nil || diff != "" {
		t.Errorf("a file of three columns: %v, master (-want +got):\n%s", err, diff)
	}
	// What a file of the same name tells no longer is gone.
	toda.FormerNames, toda.Aliases, toda.FormerAddresses = "戸田組", "", ""
	_, err = db.ImportCompanies(t.Context(), allColumns, companyFile, all([]nayose.Company{toda}))
	if diff := cmp.Diff([]nayose.Company{toda, abe, zoe}, companies(t, db, "")); err != nil || diff != "" {
		t.Errorf("a file that tells less: %v, master (-want +got):\n%s", err, diff)
	}

	moved = toda
	before := dumpLocks(t, conn)
	if _, err := db.ImportCompanies(t.Context(), allColumns, companyFile, all([]nayose.Company{moved, abe})); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(before, dumpLocks(t, conn)); diff != "" {
		t.Errorf("importing what is there wrote something (-before +after):\n%s", diff)
	}
}

func companies(t *testing.T, db *loader.DB, query string) (list []nayose.Company) {
	t.Helper()
	for c, err := range db.Companies(t.Context(), query) {
		if err != nil {
			t.Fatalf("Companies(%q): %v", query, err)
		}
		list = append(list, c)
	}
	return list
}

func TestImportCompaniesFaults(t *testing.T) {
	db, _, conn := fresh(t)
	before := dump(t, conn)
	toda := nayose.Company{ID: "9000000000001", Name: "戸田"}
	_, err := db.ImportCompanies(t.Context(), allColumns, companyFile, all([]nayose.Company{toda, {ID: "2", Name: "x"}, toda}))
	wantFault(t, err, nayose.Contract, "import in/companies.csv: company_id 9000000000001 stands more than once")
	_, err = db.ImportCompanies(t.Context(), allColumns, companyFile, all([]nayose.Company{toda, {Name: "無名"}}))
	wantFault(t, err, nayose.Contract, `"無名" has no company_id`)
	if diff := cmp.Diff(before, dump(t, conn)); diff != "" {
		t.Errorf("something was written (-before +after):\n%s", diff)
	}

	// The registry has a few without a name: they are found by their number.
	if _, err := db.ImportCompanies(t.Context(), allColumns, companyFile, all([]nayose.Company{{ID: "3"}})); err != nil {
		t.Errorf("import of a company without a name: %v", err)
	}
	if got := companies(t, db, ""); len(got) != 1 || got[0] != (nayose.Company{ID: "3"}) {
		t.Errorf("a company without a name is read back as %v", got)
	}
	execute(t, conn, `delete from nayose.company`)

	before = dump(t, conn)
	broken := errors.New("line 7 is damaged")
	_, err = db.ImportCompanies(t.Context(), allColumns, companyFile, failing(all([]nayose.Company{toda}), broken, new(int)))
	if !errors.Is(err, broken) {
		t.Errorf("error is %v, want %v", err, broken)
	}
	if diff := cmp.Diff(before, dump(t, conn)); diff != "" {
		t.Errorf("something was written (-before +after):\n%s", diff)
	}

	execute(t, conn, `select pg_advisory_lock(hashtextextended('nayose:import', 0))`)
	db.LockWait = 0
	_, err = db.ImportCompanies(t.Context(), allColumns, companyFile, all([]nayose.Company{toda}))
	wantFault(t, err, nayose.Busy, `"import"`)
}

// A team's companies lie in tables of its own, of whatever types.
func TestCompaniesQuery(t *testing.T) {
	db, _, conn := fresh(t)
	execute(t, conn, `create table crm (no bigint, title varchar(20), tel char(12), founded date, closed timestamp, size int)`)
	execute(t, conn, `insert into crm values (9, '九株式会社', '03-0000-0009', '1999-09-09', '2026-03-31 12:00', 5),
		(10, '十株式会社', null, null, null, null)`)
	const ours = `select no as company_id, title as name, tel as phone, closed as closed_on, size from crm`
	want := []nayose.Company{
		{ID: "10", Name: "十株式会社"},
		{ID: "9", Name: "九株式会社", Phone: "03-0000-0009", ClosedOn: nayose.NewDate(2026, 3, 31)},
	}
	for _, query := range []string{ours, ours + ";\n", "with c as (" + ours + ") select * from c -- ours"} {
		if diff := cmp.Diff(want, companies(t, db, query)); diff != "" {
			t.Errorf("Companies(%q) (-want +got):\n%s", query, diff)
		}
	}
	for _, test := range []struct {
		query string
		kind  nayose.Kind
		words string
	}{
		{"selct 1", nayose.Usage, "syntax error"},
		{"select 1 as company_id from nowhere", nayose.Usage, "nowhere"},
		{"select 'x' as name", nayose.Usage, "company_id"},
		{"delete from crm returning no as company_id", nayose.Usage, "syntax error"},
		{"select nextval('nayose.delivery_id_seq') as company_id, 'x' as name", nayose.Usage, "read-only"},
		{"select 1 as company_id", nayose.Usage, "no column name"},
		{"select 7 as company_id, 'x' as name from generate_series(1, 2)", nayose.Contract, "company_id 7 stands more than once"},
		{"select 7 as company_id, 'x' as name, 'soon' as closed_on", nayose.Contract, "closed_on of company 7"},
	} {
		var err error
		for _, e := range db.Companies(t.Context(), test.query) {
			err = e
		}
		t.Run(test.query, func(t *testing.T) { wantFault(t, err, test.kind, test.words) })
	}
	for c, err := range db.Companies(t.Context(), ours) {
		if err != nil || !strings.HasPrefix(c.ID, "1") {
			t.Errorf("the first company is %v, %v", c, err)
		}
		break // and the connection is free again
	}
	if got := len(companies(t, db, ours)); got != 2 {
		t.Errorf("after stopping early, Companies has %d, want 2", got)
	}
}

// Statistics that are older than the last import make no import look through its whole file for each row that is known: that would take
// hours of a few hundred thousand rows, and of these minutes.
func TestImportStaleStatistics(t *testing.T) {
	t.Parallel()
	db, _, _ := fresh(t)
	var list []nayose.Company
	var names []nayose.Alias
	var places []nayose.Workplace
	for i := range 20000 {
		id := fmt.Sprint(i)
		list = append(list, nayose.Company{ID: id, Name: "戸田" + id, Aliases: "トダ|" + id, FormerAddresses: "港区" + id})
		names = append(names, nayose.Alias{CompanyID: id, Name: "トダ" + id})
		places = append(places, nayose.Workplace{CompanyID: id, Name: "港店"})
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, n := range []int{5, 20000, 20000} {
		file := func(name string) loader.ImportFile { return loader.ImportFile{Name: name + fmt.Sprint(n)} }
		_, err := db.ImportCompanies(ctx, allColumns, file("c"), all(list[:n]))
		_, err2 := db.ImportAliases(ctx, file("a"), all(names[:n]))
		_, err3 := db.ImportWorkplaces(ctx, file("w"), all(places[:n]))
		if err := errors.Join(err, err2, err3); err != nil {
			t.Fatalf("%d companies: %v", n, err)
		}
	}
}
