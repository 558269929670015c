package loader_test

import (
	"errors"
	"iter"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/loader"
)

// Each file is all that its sources have to say.
func TestImportWorkplaces(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	importRegistry(t, db, "0803", "1 01 0803 0801 戸田 港区")
	honten := nayose.Workplace{CompanyID: "1", Name: "本店", Address: "港区", Phone: "03-0000-0000", URL: "https://toda.example", Source: "crm"}
	shiten := nayose.Workplace{CompanyID: "1", Name: "支店", Source: "crm"}
	other := nayose.Workplace{CompanyID: "9", Name: "工場"}
	damaged := new(nayose.BadRows)
	damaged.Add(3, "no company_id", ",支店")
	for _, test := range []struct {
		about string
		give  []nayose.Workplace
		bad   *nayose.BadRows
		want  loader.ImportCounts
		rows  string
	}{
		{
			"new, one twice, one of an unknown company",
			[]nayose.Workplace{honten, shiten, other, honten},
			nil,
			loader.ImportCounts{Read: 4, Inserted: 3, Unchanged: 1, Unknown: 1},
			"1|支店||||crm\n1|本店|港区|03-0000-0000|https://toda.example|crm\n9|工場||||places.csv\n",
		},
		{
			"a row is left out: nothing is removed",
			[]nayose.Workplace{honten},
			damaged,
			loader.ImportCounts{Read: 1, Unchanged: 1, Rejected: 1},
			"1|支店||||crm\n1|本店|港区|03-0000-0000|https://toda.example|crm\n9|工場||||places.csv\n",
		},
		{
			"one is gone, and another source not named",
			[]nayose.Workplace{honten},
			nil,
			loader.ImportCounts{Read: 1, Unchanged: 1, Removed: 1},
			"1|本店|港区|03-0000-0000|https://toda.example|crm\n9|工場||||places.csv\n",
		},
	} {
		f := loader.ImportFile{Name: "in/places.csv", Bad: test.bad}
		got, err := db.ImportWorkplaces(t.Context(), f, all(test.give))
		if err != nil || got.ImportCounts != test.want {
			t.Errorf("%s: ImportWorkplaces() = %+v, %v, want %+v", test.about, got, err, test.want)
		}
		rows := query(t, conn, `select company_id, name, address, phone, url, source from nayose.workplaces order by company_id, name`)
		if diff := cmp.Diff(test.rows, rows); diff != "" {
			t.Errorf("%s: workplaces (-want +got):\n%s", test.about, diff)
		}
	}
	want := nayose.NewID("9", "工場", "", "", "", "places.csv").String() + "\n"
	if got := query(t, conn, `select workplace_id from nayose.workplaces where company_id = '9'`); got != want {
		t.Errorf("the workplace's id is %q, want %q", got, want)
	}

	before := dump(t, conn)
	_, err := db.ImportWorkplaces(t.Context(), loader.ImportFile{Name: "w.csv"}, all([]nayose.Workplace{}))
	wantFault(t, err, nayose.Held, "no workplace")
	_, err = db.ImportWorkplaces(t.Context(), loader.ImportFile{Name: "w.csv"}, all([]nayose.Workplace{other, {Name: "本店"}}))
	wantFault(t, err, nayose.Contract, "本店")
	broken := errors.New("line 7 is damaged")
	_, err = db.ImportWorkplaces(t.Context(), loader.ImportFile{Name: "w.csv"}, failing(all([]nayose.Workplace{other}), broken, new(int)))
	if !errors.Is(err, broken) {
		t.Errorf("error is %v, want %v", err, broken)
	}
	if diff := cmp.Diff(before, dump(t, conn)); diff != "" {
		t.Errorf("something was written (-before +after):\n%s", diff)
	}
}

func TestImportAliases(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	company := nayose.Company{ID: "1", Name: "戸田", FormerNames: "戸田屋", Aliases: "TD"}
	if _, err := db.ImportCompanies(t.Context(), allColumns, companyFile, all([]nayose.Company{company})); err != nil {
		t.Fatal(err)
	}
	brand := nayose.Alias{CompanyID: "1", Name: "喫茶トダ", Kind: "trade", Source: "sales"}
	old := nayose.Alias{CompanyID: "1", Name: "戸田商会", Kind: "former", Source: "sales"}
	stranger := nayose.Alias{CompanyID: "2", Name: "アベ"}
	for _, test := range []struct {
		about   string
		give    []nayose.Alias
		want    loader.ImportCounts
		columns string
	}{
		{
			"new",
			[]nayose.Alias{brand, old, stranger, brand},
			loader.ImportCounts{Read: 4, Inserted: 3, Unchanged: 1, Unknown: 1},
			"1|戸田商会|戸田屋|TD|喫茶トダ\n",
		},
		{"one is gone", []nayose.Alias{brand}, loader.ImportCounts{Read: 1, Unchanged: 1, Removed: 1}, "1|戸田屋|TD|喫茶トダ\n"},
	} {
		got, err := db.ImportAliases(t.Context(), loader.ImportFile{Name: "in/names.csv"}, all(test.give))
		if err != nil || got.ImportCounts != test.want {
			t.Errorf("%s: ImportAliases() = %+v, %v, want %+v", test.about, got, err, test.want)
		}
		if got := query(t, conn, `select company_id, former_names, aliases from nayose.companies`); got != test.columns {
			t.Errorf("%s: companies has %q, want %q", test.about, got, test.columns)
		}
	}

	// The company that the alias waited for.
	importRegistry(t, db, "0803", "2 01 0803 0801 阿部 港区")
	if got, want := query(t, conn, `select name, kind, source from nayose.company_names where company_id = '2'`)+
		query(t, conn, `select aliases from nayose.companies where company_id = '2'`), "阿部|registered|registry\nアベ|other|names.csv\nアベ\n"; got != want {
		t.Errorf("company 2 has names %q, want %q", got, want)
	}

	before := dump(t, conn)
	_, err := db.ImportAliases(t.Context(), loader.ImportFile{Name: "a.csv"}, all([]nayose.Alias{}))
	wantFault(t, err, nayose.Held, "no alias")
	for _, a := range []nayose.Alias{{Name: "トダ"}, {CompanyID: "1"}, {CompanyID: "1", Name: "トダ", Kind: "pet"}} {
		_, err := db.ImportAliases(t.Context(), loader.ImportFile{Name: "a.csv"}, all([]nayose.Alias{a}))
		wantFault(t, err, nayose.Contract, "is none")
	}
	if diff := cmp.Diff(before, dump(t, conn)); diff != "" {
		t.Errorf("something was written (-before +after):\n%s", diff)
	}
}

// An alias that waits for a company of a company file, too.
func TestAliasesWaitForFile(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	if _, err := db.ImportAliases(t.Context(), loader.ImportFile{Name: "a.csv"}, all([]nayose.Alias{{CompanyID: "1", Name: "トダ"}})); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ImportCompanies(t.Context(), []string{"company_id", "name"}, companyFile, all([]nayose.Company{{ID: "1", Name: "戸田"}})); err != nil {
		t.Fatal(err)
	}
	if got, want := query(t, conn, `select name, aliases from nayose.companies`), "戸田|トダ\n"; got != want {
		t.Errorf("the company is %q, want %q", got, want)
	}
}

// What a number proves becomes a workplace, and nothing else does.
func TestProveWorkplaces(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	importRegistry(t, db, "0803", "1 01 0803 0801 戸田 港区", "2 81 0803 0801 阿部 港区")
	number := nayose.Evidence{Comparison: "number", Level: "same", Bits: 20}
	called := func(level string) nayose.Evidence { return nayose.Evidence{Comparison: "name", Level: level, Bits: 9} }
	var mentions []nayose.Mention
	var matches []nayose.Match
	mention := func(name, address, company string, outcome nayose.Outcome, evidence ...nayose.Evidence) {
		m := nayose.Mention{Partner: "hello", CompanyName: "x", WorkplaceName: name, Address: address, Phone: "03-0000-0000", URL: "https://t.example"}
		m.ID = m.Key()
		candidates := []nayose.Candidate{{CompanyID: company, Probability: 0.99, Evidence: evidence}}
		mentions = append(mentions, m)
		matches = append(matches, nayose.Match{MentionID: m.ID, Outcome: outcome, CompanyID: company, Probability: 0.99, Candidates: candidates})
	}
	for _, level := range []string{
		"same", "same but for 異体字", "same but for kana", "former name", "alias", "English name", "reading", // prove
		"branch", "unlike", "not given", "shortened", "workplace",
	} {
		mention(level, "港区", "1", nayose.Matched, number, called(level))
	}
	mention("no number", "港区", "1", nayose.Matched, called("same"))
	mention("another number", "港区", "1", nayose.Matched, nayose.Evidence{Comparison: "number", Level: "differs"}, called("same"))
	mention("review", "港区", "1", nayose.Review, number, called("same"))
	mention("no address", "", "1", nayose.Matched, number, called("same"))
	mention("closed", "港区", "2", nayose.Matched, number, called("same"))
	mention("unknown", "港区", "3", nayose.Matched, number, called("same"))

	load := func(week string, matches []nayose.Match) {
		d, in := feed{week: week, postings: []string{"a cook toda"}}.build(t)
		in.Mentions, in.Matches = chain(in.Mentions, all(mentions)), chain(in.Matches, all(matches))
		d.Extract.Mentions += int64(len(mentions))
		if _, err := db.Load(t.Context(), d, in); err != nil {
			t.Fatal(err)
		}
		execute(t, conn, `insert into nayose.posting (partner, posting_id, mention_id, content_hash)
			select partner, mention_id::text, mention_id, mention_id from nayose.mention on conflict do nothing`)
	}
	load("2026-W47", matches)
	prove := func(want loader.ImportCounts) {
		t.Helper()
		got, err := db.ProveWorkplaces(t.Context())
		if err != nil || got.ImportCounts != want {
			t.Errorf("ProveWorkplaces() = %+v, %v, want %+v", got, err, want)
		}
	}
	prove(loader.ImportCounts{Read: 7, Inserted: 7})
	const show = `select name from nayose.workplaces order by name collate "C"`
	const all7 = "English name\nalias\nformer name\nreading\nsame\nsame but for kana\nsame but for 異体字\n"
	if got := query(t, conn, show); got != all7 {
		t.Errorf("proven are %q, want %q", got, all7)
	}
	want := nayose.NewID("1", "alias", "港区", "03-0000-0000", "https://t.example", "posting").String() +
		"|1|港区|03-0000-0000|https://t.example|posting|corporate_number|hello|" + mentions[4].ID.String() + "\n"
	if got := query(t, conn, `select workplace_id, company_id, address, phone, url, source, proof, partner, mention_id
		from nayose.workplaces where name = 'alias'`); got != want {
		t.Errorf("a proven workplace is %q, want %q", got, want)
	}
	before := dump(t, conn)
	prove(loader.ImportCounts{Read: 7, Unchanged: 7})
	if diff := cmp.Diff(before, dump(t, conn)); diff != "" {
		t.Errorf("proving the same again wrote something (-before +after):\n%s", diff)
	}

	// Another posting proves the same, and goes on when the first does not.
	again := mentions[4]
	again.CompanyName = "y"
	again.ID = again.Key()
	mentions = append(mentions, again)
	matches = append(matches, matches[4])
	matches[len(matches)-1].MentionID = again.ID
	load("2026-W48", matches)
	first, second := mentions[4].ID.String(), again.ID.String()
	if first < second {
		prove(loader.ImportCounts{Read: 7, Unchanged: 7})
	} else {
		prove(loader.ImportCounts{Read: 7, Updated: 1, Unchanged: 6})
		first, second = second, first
	}
	execute(t, conn, `update nayose.match set candidates = '[]' where mention_id = $1`, first)
	prove(loader.ImportCounts{Read: 7, Updated: 1, Unchanged: 6})
	if got := query(t, conn, `select mention_id from nayose.workplaces where name = 'alias'`); got != second+"\n" {
		t.Errorf("the workplace is proven by %q, want %q", got, second)
	}

	// A generation that is not live proves nothing.
	execute(t, conn, `insert into nayose.match select 2, (m).mention_id, (m).outcome, '1', 1, 0, '', null,
		'[{"company_id": "1", "evidence": [{"comparison": "number", "level": "same"}, {"comparison": "name", "level": "same"}]}]', (m).match_hash
		from nayose.match m where outcome = 'matched'`)
	prove(loader.ImportCounts{Read: 7, Unchanged: 7})

	// A file's workplaces and proven ones leave each other alone.
	w := nayose.Workplace{CompanyID: "1", Name: "本店", Source: "posting"}
	if _, err := db.ImportWorkplaces(t.Context(), loader.ImportFile{Name: "w.csv"}, all([]nayose.Workplace{w})); err != nil {
		t.Fatal(err)
	}
	execute(t, conn, `update nayose.match set candidates = '[]' where generation = 1 and mention_id = $1`, second)
	prove(loader.ImportCounts{Read: 6, Unchanged: 6, Removed: 1})

	// Nor does a posting whose partner has corrected it prove what it said before.
	execute(t, conn, `update nayose.posting set mention_id = gen_random_uuid() where mention_id = $1`, mentions[6].ID.String())
	prove(loader.ImportCounts{Read: 5, Unchanged: 5, Removed: 1})
	if got, want := query(t, conn, show), "English name\nformer name\nsame\nsame but for kana\nsame but for 異体字\n本店\n"; got != want {
		t.Errorf("workplaces are %q, want %q", got, want)
	}
}

// chain is two inputs, one after the other.
func chain[T any](inputs ...iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, items := range inputs {
			for item, err := range items {
				if !yield(item, err) {
					return
				}
			}
		}
	}
}
