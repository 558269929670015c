package feed

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"nayose"
)

// readRow lays a mapping over a header and one record, both separated by |.
func readRow(t testing.TB, mapping, header, record string) (nayose.Posting, nayose.Mention, *fault) {
	t.Helper()
	m := parse(t, mapping)
	if err := m.Validate(); err != nil {
		t.Fatal(err)
	}
	l, err := newLayout(m, strings.Split(header, "|"))
	if err != nil {
		t.Fatal(err)
	}
	return l.read("p", strings.Split(record, "|"))
}

func TestSources(t *testing.T) {
	const joined = "columns: {posting_id: ID, company_name: 会社, address: {join: [都道府県, 市区町村, [番地, 番地・建物]], with: %q}}"
	const split = "columns: {posting_id: ID, company_name: {column: [勤務先, 会社], split: [／, /, 〜, 〜〜], part: %d}}"
	const matched = `columns: {posting_id: ID, company_name: 会社, workplace_name: {column: 会社, match: '^.+?[／/](.+)$'}}`
	for _, test := range []struct {
		mapping, header, record string
		want                    nayose.Mention
		extra                   string
	}{
		{fmt.Sprintf(joined, ""), "ID|会社|都道府県|市区町村|番地・建物", "1|A| 東京都 |港区|芝1-1", nayose.Mention{CompanyName: "A", Address: "東京都港区芝1-1"}, ""},
		{fmt.Sprintf(joined, " "), "ID|会社|番地|都道府県|市区町村", "1|A|芝1-1|東京都| ", nayose.Mention{CompanyName: "A", Address: "東京都 芝1-1"}, ""},
		{fmt.Sprintf(joined, "、"), "ID|会社|番地|都道府県|市区町村", "1|A|||", nayose.Mention{CompanyName: "A"}, ""},

		{fmt.Sprintf(split, 1), "ID|会社", "1| A社／ B店／C ", nayose.Mention{CompanyName: "A社"}, `{"会社":"A社／ B店／C"}`},
		{fmt.Sprintf(split, 2), "ID|会社", "1| A社／ B店／C ", nayose.Mention{CompanyName: "B店"}, `{"会社":"A社／ B店／C"}`},
		{fmt.Sprintf(split, -1), "ID|会社", "1|A社/B店〜〜C", nayose.Mention{CompanyName: "C"}, `{"会社":"A社/B店〜〜C"}`},
		{fmt.Sprintf(split, 2), "ID|会社", "1|A社〜〜B", nayose.Mention{CompanyName: "B"}, `{"会社":"A社〜〜B"}`},
		{fmt.Sprintf(split, -3), "ID|会社", "1|A社/B店/C", nayose.Mention{CompanyName: "A社"}, `{"会社":"A社/B店/C"}`},
		{fmt.Sprintf(split, 4), "ID|会社", "1|A社/B店/C", nayose.Mention{}, `{"会社":"A社/B店/C"}`},
		{fmt.Sprintf(split, 1), "ID|会社", "1|A社", nayose.Mention{CompanyName: "A社"}, `{"会社":"A社"}`},
		{fmt.Sprintf(split, 2), "ID|会社", "1|A社", nayose.Mention{}, `{"会社":"A社"}`},
		{fmt.Sprintf(split, -1), "ID|会社", "1|A社", nayose.Mention{}, `{"会社":"A社"}`},
		{fmt.Sprintf(split, 1) + "\nignore: 会社", "ID|会社", "1|A社／B店", nayose.Mention{CompanyName: "A社"}, ""},

		{matched, "ID|会社", "1|A社／B店", nayose.Mention{CompanyName: "A社／B店", WorkplaceName: "B店"}, ""},
		{matched, "ID|会社", "1|A社", nayose.Mention{CompanyName: "A社"}, ""},

		{"columns: {posting_id: ID, company_name: 会社, phone: {column: TEL, optional: true}}", "ID|会社", "1|A", nayose.Mention{CompanyName: "A"}, ""},
		{"columns: {posting_id: ID, company_name: 会社, phone: {column: TEL, optional: true}}", "ID|会社|tel", "1|A|03", nayose.Mention{CompanyName: "A", Phone: "03"}, ""},
		{"columns: {posting_id: ID, company_name: 会社, phone: {column: TEL, split: '/', part: 1, optional: true}}", "ID|会社", "1|A", nayose.Mention{CompanyName: "A"}, ""},
		{"columns: {posting_id: ID, company_name: 会社, address: {join: [a, b], optional: true}}", "ID|会社|b", "1|A|B", nayose.Mention{CompanyName: "A", Address: "B"}, ""},
		{"columns: {posting_id: ID, company_name: 会社, workplace_name: 会社}", "ID|会社", "1|A", nayose.Mention{CompanyName: "A", WorkplaceName: "A"}, ""},
		// words that are not understood are kept, wherever they come from
		{"columns: {posting_id: ID, company_name: 会社, salary_unit: {join: [a, b]}}", "ID|会社|a|b", "1|A|歩|合", nayose.Mention{CompanyName: "A"}, `{"a":"歩","b":"合"}`},
	} {
		posting, got, bad := readRow(t, test.mapping, test.header, test.record)
		got.ID, test.want.Partner = nayose.ID{}, "p"
		if diff := cmp.Diff(test.want, got); diff != "" || bad != nil || posting.Extra != test.extra {
			t.Errorf("%s\n%s: %v, extra %s, want %s; -want +got:\n%s", test.mapping, test.record, bad, posting.Extra, test.extra, diff)
		}
	}
}

// TestSourceFaults shows that a fault names the partner's columns.
func TestSourceFaults(t *testing.T) {
	mapping := "columns: {posting_id: {join: [店, 番号], with: '-'}, company_name: 会社, posted_on: {column: 期間, split: 〜, part: 1}}"
	if p, _, bad := readRow(t, mapping, "店|番号|会社|期間", "12|0034|A|2026/10/1〜2026/11/1"); bad != nil || p.PostingID != "12-0034" || p.PostedOn.String() != "2026-10-01" {
		t.Errorf("posting %+v, %v", p, bad)
	}
	for record, want := range map[string]fault{
		"||A|2026/10/1": {"店+番号", codeIDEmpty, "the posting id is empty"},
		"1|2|A|先週〜":     {"期間", codeDate, `"先週" is not a date`},
	} {
		if _, _, bad := readRow(t, mapping, "店|番号|会社|期間", record); bad == nil || *bad != want {
			t.Errorf("%s: %v, want %v", record, bad, want)
		}
	}
}

func TestSourceErrors(t *testing.T) {
	for _, test := range []struct{ source, want, hint string }{
		{"{}", "columns: address has no header", "name the partner's header"},
		{"{with: x}", "columns: address has no header", ""},
		{"{join: [a, ' ']}", "columns: address has no header", ""},
		{"{join: []}", "columns: address has no header", ""},
		{"{join: [a], column: b}", "columns: address: column and join exclude each other", "keep one of the two"},
		{"{join: [a], split: x, part: 1}", "columns: address: what is joined cannot be split or matched", "column:"},
		{"{column: a, with: x}", "columns: address: with has no join to stand in", "join:"},
		{"{column: a, split: x, part: 1, match: (x)}", "columns: address: split and match exclude each other", "keep one of the two"},
		{"{column: a, split: '', part: 1}", "columns: address: split is empty", "／"},
		{"{column: a, split: x}", "columns: address: split says no part", "-1 for the last"},
		{"{column: a, part: 1}", "columns: address: part has no split", "／"},
		{"{column: a, match: (}", "columns: address: match: error parsing regexp", "RE2"},
		{"{column: a, match: x+}", `columns: address: match: "x+" has no group`, "parentheses"},
	} {
		err := parse(t, "columns: {posting_id: ID, company_name: A, address: "+test.source+"}").Validate()
		var fault *nayose.Error
		if !errors.As(err, &fault) || fault.Kind != nayose.Usage || !strings.HasPrefix(err.Error(), test.want) || !strings.Contains(fault.Hint, test.hint) {
			t.Errorf("%s: %v (%+v), want %s with hint %s", test.source, err, fault, test.want, test.hint)
		}
	}
	if err := parse(t, "columns: {posting_id: {column: a, optional: true}, company_name: A}").Validate(); err == nil || err.Error() != "columns: posting_id: every file must have it" {
		t.Errorf("an optional posting_id: %v", err)
	}
	for _, source := range []string{"{columns: a}", "{column: {a: b}}", "[a, {column: b}]", "{part: x}"} {
		var m Mapping
		if err := yaml.UnmarshalWithOptions([]byte("columns: {address: "+source+"}"), &m, yaml.Strict()); err == nil {
			t.Errorf("%s is read as %+v", source, m.Columns["address"])
		}
	}
}

// TestDocumentedSources reads the example of docs/partners.md.
func TestDocumentedSources(t *testing.T) {
	b, err := os.ReadFile("../../../docs/partners.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(b), "## Columns made of others\n\n```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	posting, mention, bad := readRow(t, example, "求人ID|企業名|都道府県|市区町村|番地|職種|キャッチコピー|掲載期間|勤務先",
		"1|A社|東京都|港区|芝1-1|看護師||2026/10/1〜2026/11/1|A社／B院")
	want := nayose.Mention{ID: mention.ID, Partner: "p", CompanyName: "A社", WorkplaceName: "B院", Address: "東京都港区芝1-1"}
	if diff := cmp.Diff(want, mention); diff != "" || bad != nil || posting.Title != "看護師" || posting.PostedOn.String() != "2026-10-01" {
		t.Errorf("%+v, %v; -want +got:\n%s", posting, bad, diff)
	}
}

// TestMissingColumn shows what is said of a header that lacks a column.
func TestMissingColumn(t *testing.T) {
	mapping := "columns: {posting_id: 求人ID, company_name: [会社名, 企業名], phone: 電話番号, address: {join: [都道府県, 市区町村]}}"
	const ask = "add the partner's spelling to the mapping, or have the partner deliver as before"
	for _, test := range []struct{ header, want, hint string }{
		{"求人ID|会社名|TEL|都道府県|市区町村", "no column fits phone (電話番号)", ask},
		{"求人ID|会社名|電話番号※|都道府県|市区町村", "no column fits phone (電話番号)", `did you mean "電話番号※" for phone? Then`},
		{"求人ID|会社名|電話番号|都道府県|市町村", "no column fits address (市区町村)", `did you mean "市町村" for address? Then`},
		{"求人番号|御社名|電話番号|都道府県|市区町村", "no column fits posting_id (求人ID), company_name (会社名, 企業名)", `did you mean "御社名" for company_name? Then`},
		{"求人ID|企業名|代表電話|都道府県|市区町村|電話番号2", "no column fits phone (電話番号)", `did you mean "電話番号2" for phone? Then`},
		{"求人ID|会社名|電話番号|都道府県|市区町村|企業名", `the columns "会社名" and "企業名" both fit company_name`, ask},
	} {
		_, err := newLayout(parse(t, mapping), strings.Split(test.header, "|"))
		var fault *nayose.Error
		want := test.want + "; the file has " + strings.ReplaceAll(test.header, "|", ", ")
		if !errors.As(err, &fault) || fault.Kind != nayose.Contract || err.Error() != want || !strings.HasPrefix(fault.Hint, test.hint) {
			t.Errorf("%s: %v (%+v), want %s with hint %s", test.header, err, fault, want, test.hint)
		}
	}
}

// TestNoNearColumn shows that no column is proposed that the mapping reads already.
func TestNoNearColumn(t *testing.T) {
	m := parse(t, "columns: {posting_id: ID, company_name: 会社名, workplace_name: 会社名等}")
	_, err := newLayout(m, []string{"ID", "会社名", "住所"})
	var fault *nayose.Error
	if !errors.As(err, &fault) || !strings.HasPrefix(fault.Hint, "add the partner's spelling") {
		t.Errorf("error %v (%+v)", err, fault)
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"会社名", "", 3}, {"", "a", 1}, {"会社名", "御社名", 1}, {"kitten", "sitting", 3}, {"市区町村", "市町村", 1}} {
		if got := distance([]rune(test.a), []rune(test.b)); got != test.want {
			t.Errorf("distance(%s, %s) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

func TestDelta(t *testing.T) {
	for yaml, want := range map[string][2]bool{
		"": {false, false}, "feed: snapshot": {false, false}, "feed: delta": {true, true}, "duplicates: last": {false, true},
		"feed: delta\nduplicates: first": {true, false},
	} {
		if m := parse(t, yaml); m.Delta() != want[0] || m.lastWins() != want[1] {
			t.Errorf("%s: delta %v, last wins %v; want %v", yaml, m.Delta(), m.lastWins(), want)
		}
	}
}

func TestDeletion(t *testing.T) {
	mapping := "feed: delta\ncolumns: {posting_id: ID, company_name: 会社, posted_on: 日, deleted: 状態}"
	own := mapping + "\ndeletions: [D, 取消し]"
	for _, test := range []struct {
		mapping, record, id string
		yes                 bool
		bad                 *fault
	}{
		{mapping, "1||x|削除", "1", true, nil}, // nothing else need be right
		{mapping, "1|A||１", "1", true, nil},
		{mapping, "1|A||TRUE", "1", true, nil},
		{mapping, "1|A|| 掲載 終了 ", "1", true, nil},
		{mapping, "1|A||", "", false, nil},
		{mapping, "1|A||0", "", false, nil},
		{mapping, "1|A||更新", "", false, nil},
		{mapping, "1|A||保留", "", false, &fault{"状態", codeDeletionWord, `"保留" says neither that the posting is taken back nor that it is not`}},
		{mapping, "|A||1", "", true, &fault{"ID", codeIDEmpty, "the posting id is empty"}},
		{mapping, "1.2E+12|A||1", "1.2E+12", true, &fault{"ID", codeIDSpoilt, "the posting id 1.2E+12 was spoilt by a spreadsheet"}},
		{own, "1|A||ｄ", "1", true, nil},
		{own, "1|A||1", "", false, nil},
		{own, "1|A||保留", "", false, nil},
	} {
		m := parse(t, test.mapping)
		if err := m.Validate(); err != nil {
			t.Fatal(err)
		}
		l, err := newLayout(m, strings.Split("ID|会社|日|状態", "|"))
		if err != nil {
			t.Fatal(err)
		}
		id, yes, bad := l.deletion(strings.Split(test.record, "|"))
		if diff := cmp.Diff(test.bad, bad, cmp.AllowUnexported(fault{})); id != test.id || yes != test.yes || diff != "" {
			t.Errorf("%s: %q, %v, want %q, %v; -want +got:\n%s", test.record, id, yes, test.id, test.yes, diff)
		}
	}
}

func TestScale(t *testing.T) {
	mapping := "columns: {posting_id: ID, company_name: 会社, salary_unit: u, salary_min: a, salary_max: b}\nscale: {salary_min: 万円, salary_max: 10000}"
	p, _, bad := readRow(t, mapping, "ID|会社|u|a|b", "1|A|月給|２０.５|25万円")
	if bad != nil || p.SalaryMin != 205_000 || p.SalaryMax != 250_000 || p.SalaryUnit != "month" {
		t.Errorf("posting %+v, %v", p, bad)
	}
	if _, _, bad = readRow(t, mapping, "ID|会社|u|a|b", "1|A|月給|205000|"); bad == nil || bad.code != codeImplausible {
		t.Errorf("yen in a column of 万円: %v", bad)
	}
}

// TestFaultCodes shows the code of each fault that a layout finds.
func TestFaultCodes(t *testing.T) {
	mapping := "columns: {posting_id: ID, company_name: 会社, salary_min: a, salary_max: b, posted_on: d, city: c}"
	for record, want := range map[string]string{
		"|A||||":                             codeIDEmpty,
		"1E+5|A||||":                         codeIDSpoilt,
		strings.Repeat("x", 600) + "|A||||":  codeTooLong,
		"1|A||||" + strings.Repeat("市", 200): codeTooLong,
		"1|A|x|||":                           codeAmount,
		"1|A||x||":                           codeAmount,
		"1|A|5|||":                           codeImplausible,
		"1|A|2000|1000||":                    codeSalaryRange,
		"1|A|||x|":                           codeDate,
		"1|A|1000|2000|R8.1.1|東京都港区":         "",
	} {
		_, _, bad := readRow(t, mapping, "ID|会社|a|b|d|c", record)
		if got := ""; bad != nil && bad.code != want || bad == nil && want != got {
			t.Errorf("%.20s: %v, want code %q", record, bad, want)
		}
	}
}
