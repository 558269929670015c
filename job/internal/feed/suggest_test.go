package feed

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"
)

// suggested reads a CSV file and checks that the suggested mapping, written and read back, is itself.
func suggested(t *testing.T, file string) *suggestion {
	t.Helper()
	var rows [][]string
	for r := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\uFEFF"))); len(rows) < 300; {
		row, err := r.Read()
		if err != nil {
			break // at the end, or at the first damaged record
		}
		rows = append(rows, row)
	}
	s := suggestMapping(rows[0], rows[1:])
	if len(s.guesses) != len(rows[0]) {
		t.Errorf("%d guesses of %d columns", len(s.guesses), len(rows[0]))
	}
	for _, g := range s.guesses {
		if (g.Column == "") != (g.Confidence == "") || g.Reason == "" {
			t.Errorf("%+v is no guess", g)
		}
	}
	again := parse(t, s.yaml())
	if diff := cmp.Diff(&s.mapping, again); diff != "" && (len(s.mapping.Columns) > 0 || len(again.Columns) > 0) {
		t.Errorf("%s reads as another mapping, -want +got:\n%s", s.yaml(), diff)
	}
	return s
}

// columnsOf is a mapping's columns in short, as ours=theirs.
func columnsOf(m *Mapping) string {
	var list []string
	for _, name := range columnNames {
		if source, ok := m.Columns[name]; ok {
			var parts []string
			for _, names := range source.columns() {
				parts = append(parts, strings.Join(names, "|"))
			}
			list = append(list, name+"="+strings.Join(parts, "+"))
		}
	}
	for _, table := range []map[string]string{m.Constants, m.Scale} {
		for _, name := range columnNames {
			if value := table[name]; value != "" {
				list = append(list, name+":"+value)
			}
		}
	}
	return strings.Join(append(list, m.DateFormats...), " ")
}

func TestSuggestRealFeeds(t *testing.T) {
	for partner, want := range map[string]string{
		"hoikukaigo": "posting_id=求人ID company_name=法人名 workplace_name=事業所名 address=勤務地 phone=電話番号 url=ホームページ description=仕事内容 " +
			"occupation=職種 employment_type=雇用形態 salary_unit=給与区分 salary_min=給与下限 salary_max=給与上限 posted_on=掲載開始日 closes_on=掲載終了日",
		"carejob": "posting_id=管理番号 company_name=会社名 address=住所 phone=TEL occupation=募集職種 employment_type=雇用区分 salary=給与 posted_on=更新日",
	} {
		file := feedFile(t, "2026-W47", partner)
		if partner == "carejob" {
			file = fromCP932(t, file)
		}
		s := suggested(t, file)
		if got := columnsOf(&s.mapping); got != want {
			t.Errorf("%s:\n got %s\nwant %s", partner, got, want)
		}
		if err := s.mapping.Validate(); err != nil {
			t.Errorf("%s: %v", partner, err)
		}
	}
}

func fromCP932(t *testing.T, s string) string {
	t.Helper()
	s, err := japanese.ShiftJIS.NewDecoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSuggestCorpus(t *testing.T) {
	for partner, want := range map[string]string{
		"kaigo-navi": "posting_id=求人番号 company_name=法人名 workplace_name=施設・事業所名 address=所在地 phone=電話番号 url=ホームページ corporate_number=法人番号 " +
			"description=仕事内容 occupation=職種 employment_type=雇用形態 salary_unit=給与形態 salary_min=給与（下限） salary_max=給与（上限） posted_on=掲載開始日 closes_on=掲載終了日",
		"hataraku-net": "posting_id=お仕事No company_name=会社名／勤務先 address=勤務地 phone=ＴＥＬ url=企業URL description=ＰＲ occupation=募集職種 " +
			"employment_type=契約区分 salary=賃金 posted_on=最終更新日",
	} {
		b, err := os.ReadFile(filepath.Join("../../../testdata/corpus/feeds/2026-W47", partner+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		file := string(b)
		if partner == "hataraku-net" {
			file = fromCP932(t, file)
		}
		s := suggested(t, file)
		if got := columnsOf(&s.mapping); got != want {
			t.Errorf("%s:\n got %s\nwant %s", partner, got, want)
		}
		if err := s.mapping.Validate(); err != nil {
			t.Errorf("%s: %v", partner, err)
		}
	}
}

func TestSuggestMapping(t *testing.T) {
	for _, test := range []struct{ file, want, notes string }{
		{ // an address in pieces, pay in 万円
			"案件ID,社名,郵便番号,都道府県,市区町村,町名・番地,建物名,月給下限（万円）,月給上限（万円）,更新者\n" +
				"a1,㈱サンプル,100-0001,東京都,千代田区,丸の内1-1,サンプルビル,25,30,山田\na2,㈲見本,100-0001,東京都,港区,芝1-1,,20.5,22,佐藤\n",
			"posting_id=案件ID company_name=社名 address=都道府県+市区町村+町名・番地+建物名 salary_min=月給下限（万円） salary_max=月給上限（万円） " +
				"prefecture=都道府県 city=市区町村 salary_unit:month salary_min:万円 salary_max:万円", "",
		},
		{ // an address that lacks its prefecture, and small amounts
			"No,企業名,県,住所,最低給与,最高給与,給与形態\n1,株式会社A,大阪,北区梅田1-1,25,30,月給\n2,株式会社B,京都,中京区寺町2,22,25,月給\n",
			"posting_id=No company_name=企業名 address=県+住所 salary_unit=給与形態 salary_min=最低給与 salary_max=最高給与 prefecture=県 salary_min:万円 salary_max:万円",
			"the amounts of 最低給与 are too small for yen|the amounts of 最高給与 are too small for yen",
		},
		{ // headers that say nothing: the cells tell
			"A,B,C,D,E,F,G\nx1,医療法人見本会,東京都港区芝1-1,03-0000-0000,正社員,時給1200円,https://www.sample.example\n" +
				"x2,株式会社サンプル,大阪府堺市堺区1,0721-00-0000,パート,月給20万円,http://www.mihon.example\n",
			"posting_id=A company_name=B address=C phone=D url=G employment_type=E salary=F", "",
		},
		{ // FAX and persons are not the company's phone and name
			"求人番号,事業所名,FAX番号,代表電話,担当者名,メールアドレス\n1,株式会社サンプル,03-0000-0001,03-0000-0000,山田,a@sample.example\n",
			"posting_id=求人番号 company_name=事業所名 phone=代表電話", "",
		},
		{ // the only name is the employer's; an address that is whole
			"求人番号,店舗名,都道府県,住所\n1,サンプル新宿店,東京都,東京都新宿区西新宿1-1\n2,サンプル港店,東京都,東京都港区芝1-1\n",
			"posting_id=求人番号 company_name=店舗名 address=住所 prefecture=都道府県", "",
		},
		{ // in English
			"job_id,company_name,corporate_number,location,telephone_number,website,job_title,employment_type,published,expires\n" +
				"1,株式会社サンプル,1234567890123,東京都港区芝1-1,0300000000,https://sample.example,看護師,パート,2026-10-04,2026-12-04\n",
			"posting_id=job_id company_name=company_name address=location phone=telephone_number url=website corporate_number=corporate_number title=job_title " +
				"employment_type=employment_type posted_on=published closes_on=expires", "",
		},
		{ // two-digit years, and Excel's day numbers
			"管理番号,会社名,掲載日,締切日\n1,A社,26/10/04,46299\n2,B社,26/10/31,46300\n",
			"posting_id=管理番号 company_name=会社名 posted_on=掲載日 closes_on=締切日 06/01/02 serial",
			"check date_formats: 掲載日 is read as 06/01/02, in which 06 is the year, 01 the month and 02 the day|" +
				"締切日 has the day numbers of Excel",
		},
		{ // what is gone is marked
			"ID,会社名,削除フラグ\n1,A社,0\n2,B社,1\n", "posting_id=ID company_name=会社名",
			"削除フラグ may mark what is gone: where the partner delivers changes only, write feed: delta and columns: deleted: 削除フラグ",
		},
		{ // a header that comes twice, none, and one that YAML would take for something else
			"求人ID: #,会社名,会社名,,\"#備考: 他\",yes\n1,A社,B社,x,y,z\n", "posting_id=求人ID: # company_name=会社名", "",
		},
		{ // an hourly wage without a word; ids that are not the posting's
			"企業ID,求人コード,法人名,法人名カナ,時給\n7,1,医療法人見本会,ミホンカイ,1200\n7,2,医療法人見本会,ミホンカイ,\"1,300円～1,500円\"\n",
			"posting_id=求人コード company_name=法人名 company_name_kana=法人名カナ salary=時給 salary_unit:hour", "",
		},
		{ // only a header
			"お仕事番号,勤務先企業名,店舗名,勤務地,職種,雇用形態,給与", "posting_id=お仕事番号 company_name=勤務先企業名 workplace_name=店舗名 address=勤務地 occupation=職種 employment_type=雇用形態 salary=給与", "",
		},
		{"x\n1\n", "", "posting_id is not found, and every mapping needs it|company_name is not found, and every mapping needs it"},
	} {
		s := suggested(t, test.file)
		if got := columnsOf(&s.mapping); got != test.want {
			t.Errorf("%s\n got %s\nwant %s\n%+v", test.file, got, test.want, s.guesses)
		}
		if got := strings.Join(s.notes, "|"); got != test.notes {
			t.Errorf("%s: notes %s, want %s", test.file, got, test.notes)
		}
	}
}

// TestSuggestionReads shows that a suggested mapping reads its file.
func TestSuggestionReads(t *testing.T) {
	file := "案件ID,社名,都道府県,市区町村,番地,月給下限(万円),掲載日\na1,㈱サンプル,東京都,千代田区,丸の内1-1,25,26/10/04\n"
	s := suggested(t, file)
	d := mustRead(t, &s.mapping, file)
	if len(d.postings) != 1 || d.postings[0].SalaryMin != 250_000 || d.postings[0].SalaryUnit != "month" ||
		d.postings[0].PostedOn.String() != "2026-10-04" || d.mentions[d.postings[0].MentionID].Address != "東京都千代田区丸の内1-1" {
		t.Errorf("postings %+v, mentions %v, rejects %v", d.postings, d.mentions, d.rejects)
	}
}

func TestSuggestionYAML(t *testing.T) {
	s := suggested(t, "求人ID,会社名,TEL,\"メモ\n2\"\n1,株式会社A,03-0000-0000,x\n2,株式会社B,0x,\n")
	s.mapping.Encoding, s.mapping.Delimiter, s.mapping.Quote = "cp932", "\t", `"`
	want := `    encoding: cp932
    delimiter: "\t"
    quote: "\""
    columns:
      posting_id: 求人ID    # sure: the header is a usual one
      company_name: 会社名  # sure: the header is a usual one; 2 of 2 cells are names with a legal form
      phone: TEL            # sure: the header is a usual one; 1 of 2 cells are phone numbers
    # kept in extra: メモ 2 (the header speaks of メモ)
`
	if diff := cmp.Diff(want, s.yaml()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff(&s.mapping, parse(t, "partners: 1\n"[:0]+s.yaml())); diff != "" {
		t.Errorf("reads as another mapping: -want +got:\n%s", diff)
	}
}

// TestSuggestIDs: a header that ends as one of ids may be the posting's where it numbers the records, unless it speaks of what else has
// numbers.
func TestSuggestIDs(t *testing.T) {
	file := func(header, first, second string) string {
		return "会社名," + header + "\n株式会社A," + first + "\n株式会社B," + second + "\n株式会社C,c-3\n"
	}
	for _, header := range []string{
		"案件コード", "管理コード", "原稿コード", "仕事コード", "お仕事コード", "エントリーＮｏ．", "スカウトID", "entry_id", "求人企業管理コード（案件）ID", "企業別求人コード",
	} {
		s := suggested(t, file(header, "a-1", "b-2"))
		if got := columnsOf(&s.mapping); got != "posting_id="+header+" company_name=会社名" || s.guesses[1].Confidence == "sure" {
			t.Errorf("%s: %s, %+v", header, got, s.guesses[1])
		}
		for _, same := range []string{"a-1", ""} {
			if s := suggested(t, file(header, "a-1", same)); strings.Contains(columnsOf(&s.mapping), "posting_id") {
				t.Errorf("%s with a-1 and %q: %+v", header, same, s.guesses[1])
			}
		}
	}
	for _, header := range []string{
		"法人コード", "職種コード", "店舗コード", "郵便番号", "電話番号", "法人番号", "店舗番号", "企業番号", "求人企業番号", "企業管理番号", "事業所番号", "求人者コード", "会社ID",
		"shop_id", "担当者コード", "携帯番号", "都道府県コード", "エリアID", "行番号", "雇用保険適用番号", "顧客No",
	} {
		s := suggested(t, file(header, "a-1", "b-2"))
		if got := columnsOf(&s.mapping); strings.Contains(got, "posting_id") || strings.Contains(got, "workplace") {
			t.Errorf("%s: %s, %+v", header, got, s.guesses[1])
		}
	}
	for file, want := range map[string]string{
		"店舗コード,案件コード,会社名\n1,x,A社\n2,y,B社\n":                                            "posting_id=案件コード company_name=会社名",
		"整理コード,求人番号,会社名\n1,x,A社\n2,y,B社\n":                                             "posting_id=求人番号 company_name=会社名",
		"会社名,電話番号,応募コード\nA社,03-0000-0000,03-0000-0001\nB社,03-0000-0002,03-0000-0003\n": "company_name=会社名 phone=電話番号",
	} {
		if s := suggested(t, file); columnsOf(&s.mapping) != want {
			t.Errorf("%s\n got %s\nwant %s", file, columnsOf(&s.mapping), want)
		}
	}
}

// TestSuggestDates: 年月日 is what 日 is; which date a column has whose header does not say it, a person is asked.
func TestSuggestDates(t *testing.T) {
	for header, want := range map[string]string{
		"更新年月日": "posted_on", "掲載開始年月日": "posted_on", "受付年月日": "posted_on", "掲載終了年月日": "closes_on", "募集締切年月日": "closes_on",
		"基準年月日": "2 of 2 cells are dates: posted_on or closes_on?", "生年月日": "the header speaks of 生年月日", "メディア": "2 of 2 cells are dates: posted_on or closes_on?",
	} {
		s := suggested(t, "求人番号,会社名,"+header+"\n1,A社,2026/10/04\n2,B社,2026年12月4日\n")
		if got := s.guesses[2]; got.Column != want && (got.Column != "" || got.Reason != want) {
			t.Errorf("%s: %+v, want %s", header, got, want)
		}
	}
	s := suggested(t, "求人番号,会社名,更新年月日,基準日,その他\n1,A社,20261004,20261104,なし\n2,B社,20261004,20261204,-\n3,B社,20261004,,-\n")
	if got, want := s.guesses[3].Reason, "2 of 2 cells are dates: closes_on?"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := s.guesses[4].Reason, "nothing of ours is like it"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
