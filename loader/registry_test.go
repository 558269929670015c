package loader_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/loader"
)

// registration is "company process updated changed name city", days as 2026-08-19 or 0819 of 2026; a row that ends in ~ is not the
// company's latest.
func registration(t testing.TB, line string) nayose.Registration {
	t.Helper()
	words := strings.Fields(strings.TrimSuffix(line, "~"))
	if len(words) != 6 {
		t.Fatalf("%q has not six words", line)
	}
	r := nayose.Registration{
		CompanyID: words[0], Process: words[1], UpdatedOn: day(t, words[2]), ChangedOn: day(t, words[3]), Name: words[4],
		Kind: 301, Prefecture: "東京都", City: words[5], Street: "芝１丁目", PostalCode: "1050014", AssignedOn: nayose.NewDate(2015, 10, 5),
		Latest: !strings.HasSuffix(line, "~"),
	}
	if r.Name == "-" {
		r.Name = ""
	}
	return r
}

func day(t testing.TB, s string) nayose.Date {
	t.Helper()
	if len(s) == 4 {
		s = "2026-" + s[:2] + "-" + s[2:]
	}
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return nayose.NewDate(d.Date())
}

func registrations(t testing.TB, lines ...string) (rows []nayose.Registration) {
	t.Helper()
	for _, line := range lines {
		rows = append(rows, registration(t, line))
	}
	return rows
}

// importRegistry imports rows as a file of that day; its content is told by its rows.
func importRegistry(t testing.TB, db *loader.DB, on string, lines ...string) loader.ImportResult {
	t.Helper()
	f := loader.RegistryFile{ImportFile: loader.ImportFile{Name: "diff_" + on, SHA256: fmt.Sprint(on, lines)}, Day: day(t, on)}
	r, err := db.ImportRegistry(t.Context(), f, all(registrations(t, lines...)))
	if err != nil {
		t.Fatalf("ImportRegistry(%s): %v", on, err)
	}
	return r
}

const (
	showCompany = `select name, address, closed_on, closed_for, process, registry_on, former_names, former_addresses
		from nayose.companies where company_id = $1`
	showHistory = `select updated_on, changed_on, process, name, address from nayose.company_history where company_id = $1
		order by updated_on, seq desc`
	showNames     = `select name, kind, valid_from, valid_until, source from nayose.company_names where company_id = $1 order by valid_from, 1, 2`
	showAddresses = `select address, kind, valid_from, valid_until, source from nayose.company_addresses where company_id = $1
		order by valid_from, 1, 2`
)

// What each file of changes makes of company 1: its own columns, its history, its names and addresses with their dates.
func TestImportRegistry(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	for _, step := range []struct {
		about string
		on    string
		lines []string
		want  loader.ImportCounts
		rows  string // company, history, names, addresses
	}{
		{
			"new", "0803",
			[]string{"1 01 0803 0801 戸田商店 港区"},
			loader.ImportCounts{Read: 1, Inserted: 1},
			"戸田商店|東京都港区芝１丁目|||01|2026-08-03||\n" + "--\n" +
				"戸田商店|registered|2026-08-01||registry\n" + "東京都港区芝１丁目|registered|2026-08-01||registry\n",
		},
		{
			"moved", "0804",
			[]string{"1 12 0804 0802 戸田商店 北区"},
			loader.ImportCounts{Read: 1, Updated: 1},
			"戸田商店|東京都北区芝１丁目|||12|2026-08-04||東京都港区芝１丁目\n" +
				"2026-08-03|2026-08-01|01|戸田商店|東京都港区芝１丁目\n--\n" +
				"戸田商店|registered|2026-08-01||registry\n" +
				"東京都港区芝１丁目|former|2026-08-01|2026-08-02|registry\n東京都北区芝１丁目|registered|2026-08-02||registry\n",
		},
		{
			"the same once more", "0805",
			[]string{"1 12 0804 0802 戸田商店 北区"},
			loader.ImportCounts{Read: 1, Unchanged: 1},
			"戸田商店|東京都北区芝１丁目|||12|2026-08-04||東京都港区芝１丁目\n" +
				"2026-08-03|2026-08-01|01|戸田商店|東京都港区芝１丁目\n--\n" +
				"戸田商店|registered|2026-08-01||registry\n" +
				"東京都港区芝１丁目|former|2026-08-01|2026-08-02|registry\n東京都北区芝１丁目|registered|2026-08-02||registry\n",
		},
		{
			"another move of the same day, and a closure", "0806",
			[]string{"1 12 0806 0802 戸田商店 南区~", "1 21 0806 0805 戸田商店 南区"},
			loader.ImportCounts{Read: 1, Updated: 1},
			"戸田商店|東京都南区芝１丁目|2026-08-05|01|21|2026-08-06||東京都北区芝１丁目|東京都港区芝１丁目\n" +
				"2026-08-03|2026-08-01|01|戸田商店|東京都港区芝１丁目\n" +
				"2026-08-04|2026-08-02|12|戸田商店|東京都北区芝１丁目\n2026-08-06|2026-08-02|12|戸田商店|東京都南区芝１丁目\n--\n" +
				"戸田商店|registered|2026-08-01||registry\n" +
				"東京都港区芝１丁目|former|2026-08-01|2026-08-02|registry\n" +
				"東京都北区芝１丁目|former|2026-08-02|2026-08-02|registry\n東京都南区芝１丁目|registered|2026-08-02||registry\n",
		},
		{
			"reopened, as a new name", "0807",
			[]string{"1 22 0807 0806 戸田商店 南区~", "1 11 0807 0807 戸田屋 南区"},
			loader.ImportCounts{Read: 1, Updated: 1},
			"戸田屋|東京都南区芝１丁目|||11|2026-08-07|戸田商店|東京都北区芝１丁目|東京都港区芝１丁目\n" +
				"2026-08-03|2026-08-01|01|戸田商店|東京都港区芝１丁目\n" +
				"2026-08-04|2026-08-02|12|戸田商店|東京都北区芝１丁目\n2026-08-06|2026-08-02|12|戸田商店|東京都南区芝１丁目\n" +
				"2026-08-06|2026-08-05|21|戸田商店|東京都南区芝１丁目\n2026-08-07|2026-08-06|22|戸田商店|東京都南区芝１丁目\n--\n" +
				"戸田商店|former|2026-08-01|2026-08-07|registry\n戸田屋|registered|2026-08-07||registry\n" +
				"東京都港区芝１丁目|former|2026-08-01|2026-08-02|registry\n" +
				"東京都北区芝１丁目|former|2026-08-02|2026-08-02|registry\n東京都南区芝１丁目|registered|2026-08-02||registry\n",
		},
		{
			"its whole history anew, which never moved", "0810",
			[]string{"1 01 0810 2015-10-05 戸田商店 西区~", "1 11 0810 0807 戸田屋 西区"},
			loader.ImportCounts{Read: 1, Updated: 1},
			"戸田屋|東京都西区芝１丁目|||11|2026-08-10|戸田商店|\n" +
				"2026-08-10|2015-10-05|01|戸田商店|東京都西区芝１丁目\n--\n" +
				"戸田屋|registered|2026-08-07||registry\n戸田商店|former||2026-08-07|registry\n" +
				"東京都西区芝１丁目|registered|||registry\n",
		},
		{
			"what was published before that comes late", "0808",
			[]string{"1 12 0808 0808 戸田屋 東区"},
			loader.ImportCounts{Read: 1, Late: 1},
			"戸田屋|東京都西区芝１丁目|||11|2026-08-10|戸田商店|\n" +
				"2026-08-10|2015-10-05|01|戸田商店|東京都西区芝１丁目\n--\n" +
				"戸田屋|registered|2026-08-07||registry\n戸田商店|former||2026-08-07|registry\n" +
				"東京都西区芝１丁目|registered|||registry\n",
		},
		{
			"the name lacks a character in this edition; deleted", "0812",
			[]string{"1 99 0812 0811 戸＿屋 西区"},
			loader.ImportCounts{Read: 1, Updated: 1},
			"戸田屋|東京都西区芝１丁目|2026-08-11|99|99|2026-08-12|戸田商店|\n" +
				"2026-08-10|2015-10-05|01|戸田商店|東京都西区芝１丁目\n2026-08-10|2026-08-07|11|戸田屋|東京都西区芝１丁目\n--\n" +
				"戸田屋|registered|2026-08-07||registry\n戸田商店|former||2026-08-07|registry\n" +
				"東京都西区芝１丁目|registered|||registry\n",
		},
		{
			"late, after the whole history", "0811",
			[]string{"1 12 0811 0809 戸＿屋 東区"},
			loader.ImportCounts{Read: 1, Late: 1},
			"戸田屋|東京都西区芝１丁目|2026-08-11|99|99|2026-08-12|戸田商店|東京都東区芝１丁目\n" +
				"2026-08-10|2015-10-05|01|戸田商店|東京都西区芝１丁目\n2026-08-10|2026-08-07|11|戸田屋|東京都西区芝１丁目\n" +
				"2026-08-11|2026-08-09|12|戸田屋|東京都東区芝１丁目\n--\n" +
				"戸田屋|registered|2026-08-07||registry\n戸田商店|former||2026-08-07|registry\n" +
				"東京都東区芝１丁目|former|2026-08-09|2026-08-11|registry\n東京都西区芝１丁目|registered|2026-08-11||registry\n" +
				"東京都西区芝１丁目|former||2026-08-09|registry\n",
		},
	} {
		rows := registrations(t, step.lines...)
		for i := range rows {
			if rows[i].Process == "21" {
				rows[i].ClosedOn, rows[i].ClosedFor = rows[i].ChangedOn, "01"
			}
		}
		f := loader.RegistryFile{ImportFile: loader.ImportFile{Name: step.on, SHA256: step.about}, Day: day(t, step.on)}
		got, err := db.ImportRegistry(t.Context(), f, all(rows))
		if err != nil || got.ImportCounts != step.want {
			t.Errorf("%s: ImportRegistry() = %+v, %v, want %+v", step.about, got, err, step.want)
		}
		shown := query(t, conn, showCompany, "1") + query(t, conn, showHistory, "1") + "--\n" + query(t, conn, showNames, "1") +
			query(t, conn, showAddresses, "1")
		if diff := cmp.Diff(step.rows, shown); diff != "" {
			t.Errorf("%s: company, history, names, addresses (-want +got):\n%s", step.about, diff)
		}
	}
}

// Of a company whose last row was left out, the others are history: what it is now, they do not tell.
func TestImportRegistryCutGroup(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	importRegistry(t, db, "0803", "1 01 0803 0801 戸田商店 港区")
	got := importRegistry(t, db, "0804", "1 12 0804 0802 戸田商店 北区~", "1 12 0804 0803 戸田商店 西区~", "2 01 0804 0802 阿部 北区~")
	if want := (loader.ImportCounts{Read: 2, Late: 2}); got.ImportCounts != want {
		t.Errorf("ImportRegistry() = %+v, want %+v", got.ImportCounts, want)
	}
	importRegistry(t, db, "0831", "1 11 0804 0803 戸田屋 西区")
	importRegistry(t, db, "0901", "1 21 0901 0831 戸田屋 西区")
	if got, want := query(t, conn, showNames, "1"),
		"戸田商店|former|2026-08-01|2026-08-03|registry\n戸田屋|registered|2026-08-03||registry\n"; got != want {
		t.Errorf("names are %q, want %q", got, want)
	}
	if got, want := query(t, conn, showHistory, "1"), "2026-08-03|2026-08-01|01|戸田商店|東京都港区芝１丁目\n"+
		"2026-08-04|2026-08-02|12|戸田商店|東京都北区芝１丁目\n2026-08-04|2026-08-03|12|戸田商店|東京都西区芝１丁目\n"+
		"2026-08-04|2026-08-03|11|戸田屋|東京都西区芝１丁目\n"; got != want {
		t.Errorf("history is %q, want %q", got, want)
	}
}

// What stands together was published together, whatever its dates, and wherever in the file it stands.
func TestImportRegistryScattered(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	importRegistry(t, db, "0831", "1 01 0801 0801 戸田 港区~", "2 01 0831 0831 阿部 港区", "1 11 0803 0802 戸田屋 港区")
	if got, want := query(t, conn, showHistory, "1"), "2026-08-03|2026-08-01|01|戸田|東京都港区芝１丁目\n"; got != want {
		t.Errorf("history is %q, want %q", got, want)
	}
	// What a whole history made void writes nothing, though it says something.
	before := dump(t, conn)
	if got, want := importRegistry(t, db, "0802", "1 12 0802 0802 戸田 北区").ImportCounts, (loader.ImportCounts{Read: 1, Late: 1}); got != want {
		t.Errorf("ImportRegistry() of what is void = %+v, want %+v", got, want)
	}
	if diff := cmp.Diff(before, dump(t, conn)); diff != "" {
		t.Errorf("what is void wrote something (-before +after):\n%s", diff)
	}
}

// A row of a deletion need not say what it deletes; a trade name struck off closes its company, too.
func TestImportRegistryClosed(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	importRegistry(t, db, "0803", "1 01 0803 0801 戸田商店 港区", "2 01 0803 0801 阿部 港区", "3 01 0803 0801 馬場 港区")
	rows := registrations(t, "1 99 0804 0802 - -", "2 81 0804 0802 阿部 港区", "3 71 0804 0802 馬場 港区")
	rows[0].Prefecture, rows[0].City, rows[0].Street, rows[0].ChangedOn = "", "", "", 0
	f := loader.RegistryFile{ImportFile: loader.ImportFile{SHA256: "closed"}, Day: day(t, "0804")}
	if _, err := db.ImportRegistry(t.Context(), f, all(rows)); err != nil {
		t.Fatal(err)
	}
	got := query(t, conn, `select name, address, changed_on, closed_on, closed_for from nayose.companies order by company_id`)
	want := "戸田商店|東京都港区芝１丁目|2026-08-04|2026-08-04|99\n阿部|東京都港区芝１丁目|2026-08-02|2026-08-02|81\n馬場|東京都港区芝１丁目|2026-08-02||\n"
	if got != want {
		t.Errorf("companies are %q, want %q", got, want)
	}
}

// A | is what parts the names of a company in its columns, and none of them is parted where one has it.
func TestImportBars(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	importRegistry(t, db, "0803", "1 01 0803 0801 戸|田 港|区", "2 01 0803 0801 阿|部 港区")
	importRegistry(t, db, "0804", "1 11 0804 0802 馬場 北区", "2 12 0804 0802 阿|部 北区")
	alias := []nayose.Alias{{CompanyID: "2", Name: "ア|ベ"}}
	if _, err := db.ImportAliases(t.Context(), loader.ImportFile{Name: "a.csv"}, all(alias)); err != nil {
		t.Fatal(err)
	}
	got := query(t, conn, `select name, former_names, aliases, former_addresses from nayose.companies order by company_id`)
	want := "馬場|戸｜田||東京都港｜区芝１丁目\n阿|部||ア｜ベ|東京都港区芝１丁目\n"
	if got != want {
		t.Errorf("companies are %q, want %q", got, want)
	}
}

// A text with gaps stands for the one that fills them, whichever comes first, in the present and in the past.
func TestImportRegistryGaps(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	importRegistry(t, db, "0803", `1 01 0803 0801 ＿田%商店 港＿`, `2 01 0803 0801 ＿％商店 港区`)
	importRegistry(t, db, "0805", `1 12 0805 0805 ＿田%商店 北区`)
	importRegistry(t, db, "0804", `1 12 0804 0802 髙田%商店 港區`)
	importRegistry(t, db, "0806", `2 12 0806 0806 髙田商店 港区`)
	if got, want := query(t, conn, showCompany, "1")+query(t, conn, showHistory, "1"),
		"髙田%商店|東京都北区芝１丁目|||12|2026-08-05||東京都港區芝１丁目\n"+
			"2026-08-03|2026-08-01|01|髙田%商店|東京都港區芝１丁目\n2026-08-04|2026-08-02|12|髙田%商店|東京都港區芝１丁目\n"; got != want {
		t.Errorf("company 1 is %q, want %q", got, want)
	}
	if got, want := query(t, conn, `select former_names from nayose.companies where company_id = '2'`), "＿％商店\n"; got != want {
		t.Errorf("company 2 was %q, want %q", got, want)
	}
}

// What a layout has no column for stays; what it has one for is as the row says.
func TestImportRegistryColumns(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	for i, step := range []struct {
		columns             int
		name, kana, english string
		want                string
	}{
		{30, "戸田", "トダ", "Toda", "戸田|トダ|Toda|t\n"},
		{23, "戸田", "", "", "戸田|トダ|Toda|t\n"},
		{25, "戸田", "", "", "戸田|トダ||t\n"},
		{30, "戸田", "", "", "戸田|||f\n"},
		{0, "戸田", "トダ", "Toda", "戸田|トダ|Toda|f\n"},
		{23, "阿部", "", "", "阿部|||f\n"},
	} {
		on := day(t, "0801") + nayose.Date(i)
		r := registration(t, fmt.Sprintf("1 12 %s %s %s 港区", on, on, step.name))
		r.NameKana, r.NameEnglish, r.Unlisted = step.kana, step.english, i == 0
		f := loader.RegistryFile{ImportFile: loader.ImportFile{SHA256: fmt.Sprint(i)}, Day: on, Columns: step.columns}
		if _, err := db.ImportRegistry(t.Context(), f, all([]nayose.Registration{r})); err != nil {
			t.Fatal(err)
		}
		if got := query(t, conn, `select name, name_kana, name_english, unlisted from nayose.companies`); got != step.want {
			t.Errorf("step %d: company is %q, want %q", i, got, step.want)
		}
	}
}

// A company of a company file becomes the registry's: what the registry says outranks the file, before and after.
func TestRegistryOutranksFile(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	file := nayose.Company{
		ID: "1", Name: "戸田", NameKana: "トダ", NameEnglish: "Toda", FormerNames: "戸田屋", Aliases: "TD", Prefecture: "東京都", Address: "東京都港区",
		FormerAddresses: "東京都中央区", PostalCode: "1050001", Phone: "03-0000-0000", URL: "https://toda.example", ClosedOn: 9, SuccessorID: "9",
	}
	show := func() string {
		return query(t, conn, `select name, name_kana, name_english, former_names, aliases, address, former_addresses, postal_code, phone, url,
			closed_on, successor_id, city, registry_on from nayose.companies`)
	}
	imported := func(want loader.ImportCounts) {
		t.Helper()
		got, err := db.ImportCompanies(t.Context(), allColumns, companyFile, all([]nayose.Company{file}))
		if err != nil || got.ImportCounts != want {
			t.Errorf("ImportCompanies() = %+v, %v, want %+v", got.ImportCounts, err, want)
		}
	}
	imported(loader.ImportCounts{Read: 1, Inserted: 1})
	importRegistry(t, db, "0803", "1 12 0803 0801 戸田 北区")
	const registry = "戸田|トダ|Toda|戸田屋|TD|東京都北区芝１丁目|東京都中央区|東京都港区|1050014|03-0000-0000|https://toda.example|||北区|2026-08-03\n"
	if got := show(); got != registry {
		t.Errorf("the registry after the file: %q, want %q", got, registry)
	}
	before := dump(t, conn)
	imported(loader.ImportCounts{Read: 1, Unchanged: 1})
	importRegistry(t, db, "0831", "1 12 0803 0801 戸田 北区")
	if diff := cmp.Diff(before, dump(t, conn)); diff != "" {
		t.Errorf("the same again wrote something (-before +after):\n%s", diff)
	}

	file.Name, file.NameKana, file.Phone, file.FormerNames = "戸田新", "トダシン", "03-1111-1111", ""
	imported(loader.ImportCounts{Read: 1, Updated: 1})
	if got, want := show(), strings.NewReplacer("0000-0000", "1111-1111", "|戸田屋|", "||").Replace(registry); got != want {
		t.Errorf("the file after the registry: %q, want %q", got, want)
	}
	importRegistry(t, db, "0901", "1 11 0901 0901 阿部 北区")
	if got, want := show(), "阿部|||戸田|TD|東京都北区芝１丁目|東京都中央区|東京都港区|1050014|03-1111-1111|https://toda.example|||北区|2026-09-01\n"; got != want {
		t.Errorf("under another name: %q, want %q", got, want)
	}
	file.Name, file.NameKana, file.NameEnglish = "阿部", "アベ", ""
	imported(loader.ImportCounts{Read: 1, Updated: 1})
	importRegistry(t, db, "0902", "1 12 0902 0902 阿部 南区")
	if got, want := query(t, conn, `select name, name_kana, address from nayose.companies`), "阿部|アベ|東京都南区芝１丁目\n"; got != want {
		t.Errorf("with the file's reading: %q, want %q", got, want)
	}
	if got := query(t, conn, `select name_kana from nayose.company_history where name_kana is not null`); got != "" {
		t.Errorf("the registry's history has the file's reading: %q", got)
	}
	if got, want := query(t, conn, showNames, "1"),
		"阿部|registered|2026-09-01||registry\nTD|other|||companies.csv\n戸田|former||2026-09-01|registry\n"; got != want {
		t.Errorf("names are %q, want %q", got, want)
	}
}

// A name and an address that the registry does not confirm were the company's once.
func TestRegistryTakesOver(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	give := []nayose.Company{{ID: "1", Name: "戸田", Address: "港区"}, {ID: "2", Name: "髙田", Address: "東京都北区芝１丁目"}}
	if _, err := db.ImportCompanies(t.Context(), []string{"company_id", "name", "address"}, companyFile, all(give)); err != nil {
		t.Fatal(err)
	}
	importRegistry(t, db, "0803", "1 01 0803 0801 阿部 北区", "2 01 0803 0801 ＿田 北区")
	if got, want := query(t, conn, `select name, address, former_names, former_addresses from nayose.companies order by company_id`),
		"阿部|東京都北区芝１丁目|戸田|港区\n髙田|東京都北区芝１丁目||\n"; got != want {
		t.Errorf("companies are %q, want %q", got, want)
	}
	if got, want := query(t, conn, showNames+", 3", "1")+query(t, conn, showAddresses, "1"),
		"阿部|registered|2026-08-01||registry\n戸田|former|||import\n"+
			"東京都北区芝１丁目|registered|2026-08-01||registry\n港区|former|||import\n"; got != want {
		t.Errorf("names and addresses are %q, want %q", got, want)
	}
}
