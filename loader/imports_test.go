package loader_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"nayose"
	"nayose/loader"
)

// The ledger of imports: what was read, what came of it, which rows were left out; a registry file is imported once.
func TestImports(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	bad := new(nayose.BadRows)
	bad.Add(7, "wrong check digit", "1,2,3")
	full := loader.RegistryFile{
		ImportFile: loader.ImportFile{Name: "in/31_tottori_all_20260731.zip", SHA256: "aa", Bad: bad},
		Day:        day(t, "0731"), Whole: true, Prefecture: "鳥取県",
	}
	rows := registrations(t, "1 01 0701 0701 戸田 鳥取市", "2 01 0702 0702 阿部 鳥取市")
	first, err := db.ImportRegistry(t.Context(), full, all(rows))
	if want := (loader.ImportResult{ImportCounts: loader.ImportCounts{Read: 2, Inserted: 2, Rejected: 1}}); err != nil || !cmp.Equal(first, want) {
		t.Errorf("ImportRegistry() = %+v, %v, want %+v", first, err, want)
	}
	before := dumpLocks(t, conn) + query(t, conn, `select * from nayose.imports`)
	full.Name = "another name"
	again, err := db.ImportRegistry(t.Context(), full, failing(all(rows), nil, new(int)))
	first.Already = true
	if err != nil || !cmp.Equal(again, first) {
		t.Errorf("ImportRegistry() of the same content = %+v, %v, want %+v", again, err, first)
	}
	if diff := cmp.Diff(before, dumpLocks(t, conn)+query(t, conn, `select * from nayose.imports`)); diff != "" {
		t.Errorf("the same content wrote something (-before +after):\n%s", diff)
	}
	unnamed := loader.RegistryFile{ImportFile: loader.ImportFile{Name: "unnamed", SHA256: "bb"}}
	if _, err := db.ImportRegistry(t.Context(), unnamed, all(registrations(t, "1 12 0803 0803 戸田 米子市"))); err != nil {
		t.Fatal(err)
	}

	got, err := db.Imports(t.Context())
	want := []loader.ImportRow{
		{
			ID: 1, Kind: "registry", File: "in/31_tottori_all_20260731.zip", SHA256: "aa", AsOf: full.Day, Whole: true, Prefecture: "鳥取県",
			ImportCounts: loader.ImportCounts{Read: 2, Inserted: 2, Rejected: 1},
		},
		{ID: 2, Kind: "registry", File: "unnamed", SHA256: "bb", AsOf: day(t, "0803"), ImportCounts: loader.ImportCounts{Read: 1, Updated: 1}},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(loader.ImportRow{}, "Started", "Finished")); err != nil || diff != "" {
		t.Errorf("Imports(): %v, (-want +got):\n%s", err, diff)
	}
	for _, r := range got {
		if r.Started.IsZero() || r.Finished.Before(r.Started) {
			t.Errorf("import %d lasted from %v to %v", r.ID, r.Started, r.Finished)
		}
	}
	if got, want := query(t, conn, `select * from nayose.import_rejects`), "1|7|wrong check digit|1,2,3\n"; got != want {
		t.Errorf("the rows left out are %q, want %q", got, want)
	}
}

// The weekdays between a file of changes and the newest before it that told of the whole country.
func TestMissingDays(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	for _, step := range []struct {
		day, whole string // whose companies a full file has
		want       string
	}{
		{"0730", "", ""}, // a Thursday, before which nothing is known
		{"0731", "全国", ""},
		{"0804", "", "2026-08-03"}, // but not the weekend
		{"0803", "", ""},
		{"0805", "", ""},
		{"0810", "鳥取県", ""}, // which tells nothing of the others
		{"0811", "", "2026-08-06, 2026-08-07, 2026-08-10"},
		{"0807", "", "2026-08-06"}, // late
	} {
		f := loader.RegistryFile{
			ImportFile: loader.ImportFile{Name: step.day, SHA256: step.day}, Day: day(t, step.day), Whole: step.whole != "", Prefecture: step.whole,
		}
		r, err := db.ImportRegistry(t.Context(), f, all(registrations(t, "1 01 0701 0701 戸田 鳥取市")))
		if err != nil {
			t.Fatal(err)
		}
		if got := query(t, conn, `select missing_days from nayose.imports where file = $1`, step.day); got != step.want+"\n" {
			t.Errorf("missing before %s: the ledger has %q, want %q", step.day, got, step.want)
		}
		listed := ""
		for _, d := range r.MissingDays {
			listed += ", " + d.String()
		}
		if len(listed) > 0 {
			listed = listed[2:]
		}
		if listed != step.want {
			t.Errorf("missing before %s: %q, want %q", step.day, listed, step.want)
		}
	}
}

// How fresh the registry is, by the files of the whole country.
func TestRegistryState(t *testing.T) {
	t.Parallel()
	db, _, _ := fresh(t)
	for _, step := range []struct {
		day, whole, today string // whole as in TestMissingDays
		want              string // newest, newest full file, missing
	}{
		{"0729", "", "0807", "2026-07-29  []"},
		{"0731", "全国", "0731", "2026-07-31 2026-07-31 []"},
		{"0803", "", "0807", "2026-08-03 2026-07-31 [2026-08-04 2026-08-05 2026-08-06]"},
		{"0805", "", "0807", "2026-08-05 2026-07-31 [2026-08-04 2026-08-06]"},
		{"0806", "鳥取県", "0807", "2026-08-05 2026-07-31 [2026-08-04 2026-08-06]"},
		{"0807", "全国", "0811", "2026-08-07 2026-08-07 [2026-08-10]"},
	} {
		f := loader.RegistryFile{
			ImportFile: loader.ImportFile{Name: step.day, SHA256: step.day}, Day: day(t, step.day), Whole: step.whole != "", Prefecture: step.whole,
		}
		_, err := db.ImportRegistry(t.Context(), f, all(registrations(t, "1 01 0701 0701 戸田 鳥取市")))
		s, err2 := db.RegistryState(t.Context(), day(t, step.today))
		if got := fmt.Sprint(s.Newest, " ", s.Full, " ", s.Missing); errors.Join(err, err2) != nil || got != step.want {
			t.Errorf("after %s, on %s: RegistryState() = %s, want %s (%v)", step.day, step.today, got, step.want, errors.Join(err, err2))
		}
	}
}

// The master's version is another one when what readers see of it is, and else the same.
func TestImportChangesVersion(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	version := query(t, conn, `select version from nayose.master_state`)
	files := 0
	registry := func(line string) {
		files++
		f := loader.RegistryFile{ImportFile: loader.ImportFile{SHA256: string(rune(files))}, Day: day(t, "0831")}
		if _, err := db.ImportRegistry(t.Context(), f, all(registrations(t, line))); err != nil {
			t.Fatal(err)
		}
	}
	companies := func(c nayose.Company) {
		if _, err := db.ImportCompanies(t.Context(), allColumns, companyFile, all([]nayose.Company{c})); err != nil {
			t.Fatal(err)
		}
	}
	workplaces := func(w nayose.Workplace) {
		if _, err := db.ImportWorkplaces(t.Context(), loader.ImportFile{Name: "w.csv"}, all([]nayose.Workplace{w})); err != nil {
			t.Fatal(err)
		}
	}
	aliases := func(a nayose.Alias) {
		if _, err := db.ImportAliases(t.Context(), loader.ImportFile{Name: "a.csv"}, all([]nayose.Alias{a})); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		about   string
		do      func()
		changes bool
	}{
		{"a company of the registry", func() { registry("1 01 0801 0801 戸田 港区") }, true},
		{"it again", func() { registry("1 01 0801 0801 戸田 港区") }, false},
		{"moved", func() { registry("1 12 0803 0803 戸田 北区") }, true},
		{"late", func() { registry("1 12 0802 0802 戸田 南区") }, true},
		{"late again", func() { registry("1 12 0802 0802 戸田 南区") }, false},
		{"a company of a file", func() { companies(nayose.Company{ID: "2", Name: "阿部"}) }, true},
		{"it again", func() { companies(nayose.Company{ID: "2", Name: "阿部"}) }, false},
		{"with a former name", func() { companies(nayose.Company{ID: "2", Name: "阿部", FormerNames: "安部"}) }, true},
		{"a workplace", func() { workplaces(nayose.Workplace{CompanyID: "1", Name: "本店"}) }, true},
		{"it again", func() { workplaces(nayose.Workplace{CompanyID: "1", Name: "本店"}) }, false},
		{"another in its place", func() { workplaces(nayose.Workplace{CompanyID: "1", Name: "支店"}) }, true},
		{"an alias", func() { aliases(nayose.Alias{CompanyID: "1", Name: "トダ"}) }, true},
		{"it again", func() { aliases(nayose.Alias{CompanyID: "1", Name: "トダ"}) }, false},
	} {
		step.do()
		now := query(t, conn, `select version from nayose.master_state`)
		if (now != version) != step.changes {
			t.Errorf("%s: the version went from %q to %q, which should be another: %v", step.about, version, now, step.changes)
		}
		version = now
	}
}

// What version 2 had imported is still there, and what a company file told of other names outlives the registry's first word.
func TestUpgradeMaster(t *testing.T) {
	t.Parallel()
	db, conn := atVersion(t, 2)
	execute(t, conn, `insert into nayose.company (company_id, name, former_names, aliases, former_addresses, phone)
		values ('1', '戸田', '戸田屋| 戸田商店 ', 'TD', '港区|北区', '03-0000-0000'), ('2', '阿部', null, null, '', null)`)
	if from, _, err := db.Migrate(t.Context()); from != 2 || err != nil {
		t.Fatalf("Migrate() from version %d: %v", from, err)
	}
	want := []nayose.Company{
		{
			ID: "1", Name: "戸田", FormerNames: "戸田屋| 戸田商店 ", Aliases: "TD", FormerAddresses: "港区|北区", Phone: "03-0000-0000",
		},
		{ID: "2", Name: "阿部"},
	}
	if diff := cmp.Diff(want, companies(t, db, "")); diff != "" {
		t.Errorf("after the migration, the master (-want +got):\n%s", diff)
	}
	importRegistry(t, db, "0803", "1 01 0803 0801 戸田 南区")
	want[0].FormerNames, want[0].FormerAddresses = "戸田商店|戸田屋", "北区|港区"
	want[0].Prefecture, want[0].Address, want[0].PostalCode = "東京都", "東京都南区芝１丁目", "1050014"
	if diff := cmp.Diff(want, companies(t, db, "")); diff != "" {
		t.Errorf("after the registry, the master (-want +got):\n%s", diff)
	}
}
