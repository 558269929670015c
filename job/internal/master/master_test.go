package master

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"iter"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"nayose"
)

func collect(companies iter.Seq2[nayose.Company, error]) (all []nayose.Company, err error) {
	for c, e := range companies {
		if e != nil {
			return all, e
		}
		all = append(all, c)
	}
	return all, nil
}

func zip(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRead(t *testing.T) {
	full := "kind,company_id,name,name_kana,name_english,former_names,aliases,prefecture,address,former_addresses,postal_code,phone,url,closed_on,successor_id\n" +
		"301,1,株式会社アカネ,アカネ,Akane,株式会社アオ|アカ,あかね,北海道,\"札幌市,東区\",旧1|旧2,0600000,011-711-1234,https://akane.jp/,2025-04-01,2\n"
	akane := nayose.Company{
		ID: "1", Name: "株式会社アカネ", NameKana: "アカネ", NameEnglish: "Akane", FormerNames: "株式会社アオ|アカ", Aliases: "あかね",
		Prefecture: "北海道", Address: "札幌市,東区", FormerAddresses: "旧1|旧2", PostalCode: "0600000", Phone: "011-711-1234",
		URL: "https://akane.jp/", ClosedOn: nayose.NewDate(2025, 4, 1), SuccessorID: "2",
	}
	for _, c := range []struct {
		about, in string
		want      []nayose.Company
	}{
		{"every column", full, []nayose.Company{akane}},
		{"gzip", zip(t, full), []nayose.Company{akane}},
		{"a byte order mark", "\ufeffname,company_id\nア,1\n", []nayose.Company{{ID: "1", Name: "ア"}}},
		{"gzip with a byte order mark", zip(t, "\ufeffcompany_id,name\n1,ア\n"), []nayose.Company{{ID: "1", Name: "ア"}}},
		{"CRLF and no last newline", "company_id,name\r\n1,ア\r\n2,イ", []nayose.Company{{ID: "1", Name: "ア"}, {ID: "2", Name: "イ"}}},
		{"cells kept from a spreadsheet", "company_id,name,phone\n'01,'＠ア,'0117111234\n", []nayose.Company{{ID: "01", Name: "＠ア", Phone: "0117111234"}}},
		{"an id like a rounded number", "company_id,name\n12E34,ア\n", []nayose.Company{{ID: "12E34", Name: "ア"}}},
		{
			"spaces around", "company_id,name,closed_on\n 1　, ア イ\t,\"2026-10-04 \"\n",
			[]nayose.Company{{ID: "1", Name: "ア イ", ClosedOn: nayose.NewDate(2026, 10, 4)}},
		},
		{"a company without a name", "company_id,name\n1,\n", []nayose.Company{{ID: "1"}}},
		{"no companies", "company_id,name\n", nil},
	} {
		got, err := collect(Read(strings.NewReader(c.in), "master.csv"))
		if err != nil {
			t.Errorf("%s: %v", c.about, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.about, diff)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct{ about, in, want string }{
		{"nothing", "", "read master m.csv: the file is empty"},
		{"no id column", "id,name\n1,ア\n", "no column company_id among id, name"},
		{"no name column", "company_id,kana\n1,ア\n", "no column name among company_id, kana"},
		{"a row without an id", "company_id,name\n1,ア\n ,イ\n", "line 3: the company has no company_id"},
		{"a rounded number", "company_id,name\n1.23457E+12,ア\n", "line 2: company_id 1.23457E+12 is what a spreadsheet"},
		{"a row with too few fields", "company_id,name\n1,ア\n2\n", "line 3"},
		{"a row with too many fields", "company_id,name\n1,ア,x\n", "line 2"},
		{"a date that is none", "company_id,name,closed_on\n1,ア,2025-02-30\n", `line 2: closed_on "2025-02-30" is not a date`},
		{"a date for never", "company_id,name,closed_on\n1,ア,9999-12-31\n", `closed_on "9999-12-31" is not a date`},
		{"a date for unknown", "company_id,name,closed_on\n1,ア,0001-01-01\n", `closed_on "0001-01-01" is not a date`},
		{"a row after one of two lines", "company_id,name,closed_on\n1,\"ア\nイ\",\n2,ウ,x\n", "line 4"},
		{"a quote left open", "company_id,name\n1,\"ア\n", "line"},
		{"damaged gzip", "\x1f\x8b\x00\x00", "read master m.csv"},
	} {
		_, err := collect(Read(strings.NewReader(c.in), "m.csv"))
		var fault *nayose.Error
		if !errors.As(err, &fault) || fault.Kind != nayose.Contract || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want a contract error with %q", c.about, err, c.want)
		}
	}
}

// TestReadCut holds that a source that fails, or a compressed file that ends early, is no shorter master.
func TestReadCut(t *testing.T) {
	broken := errors.New("broken")
	rows := "company_id,name\n1,ア\n"
	_, err := collect(Read(io.MultiReader(strings.NewReader(rows), iotest.ErrReader(broken)), "m.csv"))
	if !errors.Is(err, broken) {
		t.Errorf("a source that breaks: %v", err)
	}
	whole := zip(t, strings.Repeat(rows, 100))
	if got, err := collect(Read(strings.NewReader(whole[:len(whole)-10]), "m.csv.gz")); err == nil {
		t.Errorf("a cut file is read as %d companies", len(got))
	}
}

func TestReadStops(t *testing.T) {
	for c, err := range Read(strings.NewReader("company_id,name\n1,ア\n2,イ\n"), "m.csv") {
		if c.ID != "1" || err != nil {
			t.Errorf("the first company is %+v, %v", c, err)
		}
		break // Read must not yield again after this
	}
}

// TestReadRegistry reads a real registry's sample, whole.
func TestReadRegistry(t *testing.T) {
	dir := os.Getenv("NAYOSE_DATA")
	if dir == "" || testing.Short() {
		t.Skip("NAYOSE_DATA is not set")
	}
	f, err := os.Open(dir + "/companies.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	n, named := 0, 0
	for c, err := range Read(f, f.Name()) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		if c.Name != "" {
			named++
		}
	}
	if n != 1_400_000 || named < n-200 {
		t.Errorf("%d companies, %d with a name", n, named)
	}
}
