package master

import (
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
)

func rowsOf[T any](rows iter.Seq2[T, error]) (all []T, err error) {
	for v, e := range rows {
		if e != nil {
			return all, e
		}
		all = append(all, v)
	}
	return all, nil
}

func TestReadWorkplaces(t *testing.T) {
	for _, c := range []struct {
		about, in string
		want      []nayose.Workplace
	}{
		{
			"every column", "source,company_id,url,phone,address,name\n台帳,1,https://a.example,011-000-0000,札幌市東区,アカネの里\n",
			[]nayose.Workplace{{CompanyID: "1", Name: "アカネの里", Address: "札幌市東区", Phone: "011-000-0000", URL: "https://a.example", Source: "台帳"}},
		},
		{"the name as in postings", "workplace_name,company_id\n札幌営業所,1\n,2\n", []nayose.Workplace{{CompanyID: "1", Name: "札幌営業所"}, {CompanyID: "2"}}},
		{"gzip, and a column that is unknown", zip(t, "company_id,住所,address\n1,x,y\n"), []nayose.Workplace{{CompanyID: "1", Address: "y"}}},
		{"none", "company_id\n", nil},
	} {
		got, err := rowsOf(ReadWorkplaces(strings.NewReader(c.in), "w.csv"))
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", c.about, err, diff)
		}
	}
}

func TestReadAliases(t *testing.T) {
	for _, c := range []struct {
		about, in string
		want      []nayose.Alias
	}{
		{
			"every column", "source,kind,name,company_id\n名刺,trade,アカネの里,1\n名刺,former,株式会社アオ,1\n",
			[]nayose.Alias{{CompanyID: "1", Name: "アカネの里", Kind: "trade", Source: "名刺"}, {CompanyID: "1", Name: "株式会社アオ", Kind: "former", Source: "名刺"}},
		},
		{"no kind", "company_id,alias\n1,アカネ\n", []nayose.Alias{{CompanyID: "1", Name: "アカネ", Kind: "other"}}},
		{"an empty kind", "company_id,name,kind\n1,アカネ,\n", []nayose.Alias{{CompanyID: "1", Name: "アカネ", Kind: "other"}}},
	} {
		got, err := rowsOf(ReadAliases(strings.NewReader(c.in), "a.csv"))
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", c.about, err, diff)
		}
	}
}

func TestKindsRefuse(t *testing.T) {
	workplaces := func(in string) error { _, err := rowsOf(ReadWorkplaces(strings.NewReader(in), "f.csv")); return err }
	aliases := func(in string) error { _, err := rowsOf(ReadAliases(strings.NewReader(in), "f.csv")); return err }
	for _, c := range []struct {
		read     func(string) error
		in, want string
		hint     string
	}{
		{workplaces, "name\nx\n", "no column company_id among name", "workplaces are a CSV"},
		{workplaces, "company_id,name\n1,x\n ,x\n", "line 3: the workplace has no company_id", "workplaces are a CSV"},
		{workplaces, "", "the file is empty", "workplaces are a CSV"},
		{aliases, "company_id\n1\n", "no column name among company_id", "aliases are a CSV"},
		{aliases, "company_id,name\n,x\n", "line 2: the alias has no company_id", "aliases are a CSV"},
		{aliases, "company_id,name\n1, \n", "line 2: the alias has no name", "aliases are a CSV"},
		{aliases, "company_id,name,kind\n1,x,nick\n", `line 2: kind "nick" is none of trade, short, english, former, other`, "aliases are a CSV"},
	} {
		err := c.read(c.in)
		var fault *nayose.Error
		if !errors.As(err, &fault) || fault.Kind != nayose.Contract || !strings.Contains(err.Error(), c.want) || !strings.Contains(fault.Hint, c.hint) {
			t.Errorf("%q: %v, want a contract error with %q", c.in, err, c.want)
		}
	}
}

// TestBadRows holds that an import goes on behind a row that is at fault, knows how many there are, and keeps them.
func TestBadRows(t *testing.T) {
	f, err := OpenAliases(strings.NewReader("company_id,name,kind\n1,a,\n,b,\n2,c,nick\n3,d\n4,e,short\n5,\"f\"x,\n6,g,\n"), "a.csv")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"company_id", "name", "kind"}, f.Columns); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	var bad nayose.BadRows
	got, err := rowsOf(f.Rows(&bad))
	want := []nayose.Alias{{CompanyID: "1", Name: "a", Kind: "other"}, {CompanyID: "4", Name: "e", Kind: "short"}, {CompanyID: "6", Name: "g", Kind: "other"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("rows: %v (-want +got):\n%s", err, diff)
	}
	lines := []int64{}
	for _, b := range bad.First {
		lines = append(lines, b.Line)
	}
	if diff := cmp.Diff([]int64{3, 4, 5, 7}, lines); bad.Count != 4 || diff != "" {
		t.Errorf("%d bad rows (-want +got lines):\n%s", bad.Count, diff)
	}
	if bad.First[1].Reason != `kind "nick" is none of trade, short, english, former, other` || bad.First[1].Raw != "2,c,nick" {
		t.Errorf("the second bad row is %+v", bad.First[1])
	}
}

// TestBadRowsForPostgres holds that a text that Postgres cannot keep costs its row, and no other, and a snapshot of the file nothing.
func TestBadRowsForPostgres(t *testing.T) {
	long := strings.Repeat("長", nayose.MaxText/3+1)
	const header = "company_id,name,aliases\n"
	in := header + "1,a\x00,\n2,b,\"c|" + long + "\"\n3," + long + ",\n4,d," + long[:900] + "|" + long[900:] + "\n"
	f, err := OpenCompanies(strings.NewReader(in), "c.csv")
	if err != nil {
		t.Fatal(err)
	}
	var bad nayose.BadRows
	got, err := rowsOf(f.Rows(&bad))
	if len(got) != 1 || got[0].ID != "4" || err != nil {
		t.Errorf("%d rows, %v, want the last", len(got), err)
	}
	var reasons []string
	for _, b := range bad.First {
		reasons = append(reasons, b.Reason)
	}
	want := []string{"a byte 0 stands in name", "aliases is longer than 2000 bytes", "name is longer than 2000 bytes"}
	if diff := cmp.Diff(want, reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	if got, err := rowsOf(Read(strings.NewReader(in), "c.csv")); len(got) != 4 || err != nil {
		t.Errorf("read for a snapshot: %d rows, %v", len(got), err)
	}
}

// TestBadRowsOpenQuote holds that what lies behind a quote that is never closed is no bad row, but the end.
func TestBadRowsOpenQuote(t *testing.T) {
	f, err := OpenWorkplaces(strings.NewReader("company_id,name\n1,a\n2,\"b\n3,c\n"), "w.csv")
	if err != nil {
		t.Fatal(err)
	}
	var bad nayose.BadRows
	got, err := rowsOf(f.Rows(&bad))
	var fault *nayose.Error
	if len(got) != 1 || !errors.As(err, &fault) || fault.Kind != nayose.Contract || bad.Count != 0 {
		t.Errorf("%d rows, %d bad ones, %v", len(got), bad.Count, err)
	}
}
