package feed

import (
	"errors"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"nayose"
)

// parse reads a mapping as the config does.
func parse(t testing.TB, text string) *Mapping {
	t.Helper()
	var m Mapping
	if err := yaml.UnmarshalWithOptions([]byte(text), &m, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return &m
}

func TestMappingYAML(t *testing.T) {
	got := parse(t, `
encoding: cp932
delimiter: "\t"
columns:
  posting_id: 管理番号
  company_name: [会社名, 企業名]
constants:
  salary_unit: hour
  corporate_number: 1234567890123
employment_types: {スタッフ: part_time}
date_formats: [02/01/06]
ignore: 備考
`)
	want := &Mapping{
		Encoding:        "cp932",
		Delimiter:       "\t",
		Columns:         map[string]Source{"posting_id": {Column: Names{"管理番号"}}, "company_name": {Column: Names{"会社名", "企業名"}}},
		Constants:       map[string]string{"salary_unit": "hour", "corporate_number": "1234567890123"},
		EmploymentTypes: map[string]string{"スタッフ": "part_time"},
		DateFormats:     []string{"02/01/06"},
		Ignore:          Names{"備考"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if err := got.Validate(); err != nil {
		t.Errorf("Validate: %v", err)
	}
	var m Mapping
	if err := yaml.UnmarshalWithOptions([]byte("columns: {posting_id: {a: b}}"), &m, yaml.Strict()); err == nil {
		t.Errorf("a map as a name is read as %v", m)
	}
}

func TestValidate(t *testing.T) {
	base := "columns: {posting_id: ID, company_name: 会社名}\n"
	for _, test := range []struct{ yaml, want, hint string }{
		{base, "", ""},
		{"columns: {posting_id: ID}\nconstants: {company_name: 株式会社サンプル}", "", ""},
		{base + `delimiter: ";"`, "", ""},
		{base + "constants: {closes_on: 2026-12-31, salary_min: '1,200', salary_unit: 時給, prefecture: 東京}", "", ""},

		{"columns: {posting_id: ID}", "columns: company_name is missing", "name the partner's header of it"},
		{base + "encoding: euc-jp\ndelimiter: tab\nquote: none\nbare_quotes: true", "", ""},
		{base + `delimiter: "||"`, "", ""},
		{base + "delimiter: auto\nquote: \"'\"\nescape: '\\'", "", ""},
		{base + "encoding: sjis", `encoding: "sjis" is unknown`, "known are utf-8, cp932, euc-jp, utf-16 and auto"},
		{base + `delimiter: '"'`, `delimiter: "\"" cannot delimit cells`, "neither letters"},
		{base + `delimiter: "0"`, `delimiter: "0" cannot delimit cells`, "neither letters"},
		{base + `delimiter: pipe`, `delimiter: "pipe" cannot delimit cells`, "neither letters"},
		{base + `delimiter: "\n"`, `delimiter: "\n" cannot delimit cells`, "neither letters"},
		{base + `delimiter: "<|-|>"`, `delimiter: "<|-|>" cannot delimit cells`, "a sign or a few"},
		{base + "delimiter: '\\'\nescape: '\\'", `delimiter: "\\" cannot delimit cells`, "a sign or a few"},
		{base + "quote: '`'", "quote: \"`\" is unknown", "none and auto"},
		{base + "escape: '^'", `escape: "^" is unknown`, "doubled"},
		{"columns: {posting_id: ID, company_name: A, adress: 住所}", `columns: "adress" is not a column of ours`, "company_name_kana, workplace_name, address"},
		{"columns: {posting_id: ID, company_name: [' ']}", "columns: company_name has no header", "name the partner's header"},
		{base + "constants: {adress: x}", `constants: "adress" is not a column of ours`, "address"},
		{base + "constants: {company_name: x}", "constants: company_name is under columns too", "keep one of the two"},
		{"columns: {company_name: A}\nconstants: {posting_id: x}", "constants: posting_id differs from posting to posting", ""},
		{base + "constants: {salary_unit: 週}", `constants: salary_unit: "週" is unknown`, "hour, day, month, year"},
		{base + "constants: {prefecture: 関東}", `constants: prefecture: "関東" is unknown`, "東京都"},
		{base + "constants: {posted_on: 10/4}", `constants: posted_on: "10/4" is not a date`, ""},
		{base + "constants: {salary_min: x}", `constants: salary_min: "x" is not an amount of yen`, ""},
		{base + "employment_types: {スタッフ: staff}", `employment_types: スタッフ: "staff" is unknown`, "full_time, contract"},
		{base + "date_formats: [dd/MM/yy]", `date_formats: "dd/MM/yy" does not give a year, month and day`, "02/01/06"},
		{base + "date_formats: [serial, 02/01/06]", "", ""},
		{base + "occupations: {A01: care, コンシェルジュ: service}", "", ""},
		{base + "occupations: {A01: nursing}", `occupations: A01: "nursing" is unknown`, "management, engineering"},
		{base + "occupations: {A-01: care, Ａ０１: medical}", "occupations: A-01 and Ａ０１ are one word", "keep one of the two"},
		{base + "employment_types: {★: other}", `employment_types: "★" is no word`, "letters"},
		{base + "scale: {salary_min: 万円, salary_max: 1000}", "", ""},
		{base + "scale: {salary: 万円}", `scale: "salary" is not a column of amounts`, "salary_min and salary_max"},
		{base + "scale: {salary_min: 億円}", `scale: salary_min: "億円" is unknown`, "万円, 千円"},
		{base + "scale: {salary_min: 0}", `scale: salary_min: "0" is unknown`, "10000"},
		{base + "scale: {salary_min: ''}", `scale: salary_min: "" is unknown`, "10000"},
		{base + "scale: {salary_min: 万円}\nconstants: {salary_min: 25, salary_unit: month}", "", ""},
		{base + "constants: {salary_min: 25, salary_unit: month}", "constants: salary_min: 25 yen cannot be pay by the month", ""},
		{base + "feed: full", `feed: "full" is unknown`, "snapshot and delta"},
		{base + "duplicates: any", `duplicates: "any" is unknown`, "first and last"},
		{base + "feed: delta", "columns: deleted is missing, which a delta feed has", "name the partner's header"},
		{base + "deletions: [1]", "deletions: a snapshot feed has none", "feed: delta"},
		{"feed: delta\ndeletions: [' ']\ncolumns: {posting_id: ID, company_name: A, deleted: D}", "deletions: there is no word", "[1, 削除]"},
		{"feed: delta\ndeletions: [1, 済]\ncolumns: {posting_id: ID, company_name: A, deleted: D}", "", ""},
		{"columns: {posting_id: ID, company_name: A, deleted: D}", "columns: deleted: a snapshot feed has no deletions", "feed: delta"},
		{"feed: delta\ncolumns: {posting_id: ID, company_name: A}\nconstants: {deleted: 1}", "columns: deleted is missing, which a delta feed has", ""},
		{
			"feed: delta\ncolumns: {posting_id: ID, company_name: A, deleted: D}\nconstants: {deleted: 1}",
			"constants: deleted differs from posting to posting", "",
		},
		{base + "date_formats: [02/01]", `date_formats: "02/01" does not give a year, month and day`, "02/01/06"},
	} {
		err := parse(t, test.yaml).Validate()
		if test.want == "" {
			if err != nil {
				t.Errorf("Validate(%s) = %v", test.yaml, err)
			}
			continue
		}
		var fault *nayose.Error
		if !errors.As(err, &fault) || fault.Kind != nayose.Usage || err.Error() != test.want || !strings.Contains(fault.Hint, test.hint) {
			t.Errorf("Validate(%s) = %v (%+v), want %s with hint %s", test.yaml, err, fault, test.want, test.hint)
		}
	}
}

func TestDigest(t *testing.T) {
	base := "columns: {posting_id: ID, company_name: [会社名, 企業名]}\nignore: [備考, メモ]"
	digest := parse(t, base).Digest()
	if len(digest) != 64 {
		t.Errorf("Digest = %q, want 64 hexadecimal digits", digest)
	}
	for _, same := range []string{
		"ignore: [メモ, 備考]\ncolumns: {company_name: [企業名, 会社名, '会社名 '], posting_id: ＩＤ}",
		base + "\nencoding: auto\ndelimiter: auto\nconstants: {}\nemployment_types: {}\ndate_formats: []",
		base + "\nquote: auto\nfeed: snapshot\nduplicates: first\nscale: {salary_min: 円}\noccupations: {}\nbare_quotes: false",
		"columns: {posting_id: {column: ID}, company_name: {join: [[会社名, 企業名]], with: ' '}}\nignore: [備考, メモ]",
	} {
		if got := parse(t, same).Digest(); got != digest {
			t.Errorf("%s: another digest than\n%s", same, base)
		}
	}
	seen := map[string]string{digest: base}
	for _, other := range []string{
		"columns: {posting_id: ID, company_name: [会社名]}\nignore: [備考, メモ]",
		"columns: {posting_id: ID, workplace_name: [会社名, 企業名]}\nignore: [備考, メモ]",
		"columns: {posting_id: ID, company_name: [会社名, 企業名]}",
		base + "\nencoding: cp932",
		base + "\ndelimiter: ';'",
		base + "\ndelimiter: tab",
		base + "\nquote: none",
		base + "\nescape: '\\'",
		base + "\nbare_quotes: true",
		base + "\nduplicates: last",
		base + "\nscale: {salary_min: 万円}",
		base + "\nscale: {salary_max: 万円}",
		base + "\noccupations: {A: care}",
		"columns: {posting_id: ID, company_name: {column: [会社名, 企業名], optional: true}}\nignore: [備考, メモ]",
		"columns: {posting_id: ID, company_name: {join: [会社名, 企業名]}}\nignore: [備考, メモ]",
		"columns: {posting_id: ID, company_name: {join: [企業名, 会社名]}}\nignore: [備考, メモ]",
		"columns: {posting_id: ID, company_name: {join: [会社名, 企業名], with: '/'}}\nignore: [備考, メモ]",
		"columns: {posting_id: ID, company_name: {column: [会社名, 企業名], split: '/', part: 1}}\nignore: [備考, メモ]",
		"columns: {posting_id: ID, company_name: {column: [会社名, 企業名], split: '／', part: 1}}\nignore: [備考, メモ]",
		"columns: {posting_id: ID, company_name: {column: [会社名, 企業名], split: '/', part: 2}}\nignore: [備考, メモ]",
		"columns: {posting_id: ID, company_name: {column: [会社名, 企業名], match: '(.)'}}\nignore: [備考, メモ]",
		"feed: delta\ncolumns: {posting_id: ID, company_name: [会社名, 企業名], deleted: D}\nignore: [備考, メモ]",
		"columns: {posting_id: ID, company_name: [会社名, 企業名], deleted: D}\nignore: [備考, メモ]",
		"deletions: [済]\nfeed: delta\ncolumns: {posting_id: ID, company_name: [会社名, 企業名], deleted: D}\nignore: [備考, メモ]",
		base + "\nconstants: {salary_unit: hour}",
		base + "\nemployment_types: {スタッフ: part_time}",
		base + "\ndate_formats: [02/01/06, 060102]",
	} {
		got := parse(t, other).Digest()
		if like, twice := seen[got]; twice {
			t.Errorf("%s: the same digest as\n%s", other, like)
		}
		seen[got] = other
	}
	if a, b := parse(t, "date_formats: [02/01/06, 01/02/06]"), parse(t, "date_formats: [01/02/06, 02/01/06]"); a.Digest() == b.Digest() {
		t.Error("the order of date formats does not change the digest")
	}
}

// FuzzMapping takes anything for a mapping: one that is valid reads any record without a panic, and means the same each time.
func FuzzMapping(f *testing.F) {
	for _, seed := range []string{
		exampleMapping,
		"columns: {posting_id: id, company_name: {join: [a, [b, c]], with: x}, phone: {column: t, optional: true}}",
		"columns: {posting_id: id, company_name: {column: a, split: [／, /], part: -1}, title: {column: a, match: '(.)$'}}\nscale: {salary_min: 万円}",
		"feed: delta\ncolumns: {posting_id: id, company_name: a, deleted: d}\ndeletions: [x]\ndate_formats: [serial, 02/01/06]\nskip_rows: 1",
		"columns: {posting_id: id, company_name: a}\nconstants: {prefecture: 東京都, posted_on: 令和8年1月1日}\nignore: b\nquote: none\ndelimiter: tab",
	} {
		f.Add(seed, "id,a,b,c,d,t\n", "1,株式会社A,2026-10-04,x,y,03-1234-5678\n")
	}
	f.Fuzz(func(t *testing.T, text, header, record string) {
		m := &Mapping{}
		if yaml.Unmarshal([]byte(text), m) != nil || m.Validate() != nil {
			return
		}
		before := m.Digest()
		d, err := readFiles(t, m, header+record)
		if after := m.Digest(); after != before {
			t.Errorf("%q: the digest is %s, and %s after reading", text, before, after)
		}
		if err == nil && d.counts.Records == 0 {
			t.Errorf("%q reads nothing of %q and is content", text, header+record)
		}
	})
}
