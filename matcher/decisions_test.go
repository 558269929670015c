package matcher

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nayose"
)

// saw are companies of a master as a person sees them.
func saw(companies []nayose.Company, ids ...string) (shown []nayose.Shown) {
	for i := range companies {
		if c := &companies[i]; slices.Contains(ids, c.ID) {
			shown = append(shown, nayose.Shown{CompanyID: c.ID, Name: c.Name, Address: c.Address, ClosedOn: c.ClosedOn})
		}
	}
	return shown
}

// decided is a decision about a mention for which companies of the town were shown; the first of them is what was chosen.
func decided(x nayose.Mention, choice nayose.Choice, shown ...string) nayose.Decision {
	x.ID = x.Key()
	d := nayose.Decision{
		Mention: x, Choice: choice, Shown: saw(town, shown...), By: "Hana",
		At: time.Date(2026, 11, 19, 20, 0, 0, 0, time.UTC), Round: "2026-W47/1a2b3c4d5e6f70811a2b3c4d5e6f7081",
	}
	if choice == nayose.ChoseCompany {
		d.CompanyID = shown[0]
	}
	return d
}

// asked is the answer about a mention with its id.
func (m *Matcher) asked(x nayose.Mention) nayose.Match {
	x.ID = x.Key()
	return m.Match(&x)
}

// after is the evidence of a decision about an answer's company.
func after(m nayose.Match, company string) string {
	for _, c := range m.Candidates {
		if c.CompanyID == company {
			return levelOf(c, "decision")
		}
	}
	return "no candidate"
}

// TestDecisionOutranksModel settles what the model answers otherwise.
func TestDecisionOutranksModel(t *testing.T) {
	m := newTestMatcher(t, town, townShops...)
	for _, c := range []struct {
		about   string
		mention nayose.Mention
		company string
	}{
		{"namesakes that nothing tells apart", nayose.Mention{CompanyName: "株式会社アシスト"}, "3"},
		{"the third that the model has", nayose.Mention{CompanyName: "株式会社アシスト", Address: "東京都千代田区九段北4-2-1"}, "5"},
		{"a name nothing like it", nayose.Mention{CompanyName: "ゾウガメ水産", Address: "沖縄県那覇市1-1"}, "9"},
		{"another one's number, phone and site", nayose.Mention{
			CompanyName: "国税庁", Address: "東京都千代田区霞が関3-1-1", CorporateNumber: "7000012050002", URL: "nta.go.jp", Phone: "011-711-1234",
		}, "6"},
		{"nobody's name", nayose.Mention{CompanyName: "社名非公開", Address: "長野県松本市"}, "6"},
		{"nothing", nayose.Mention{}, "6"},
		{"a company that was closed when it was chosen", nayose.Mention{CompanyName: "株式会社キキ物産"}, "13"},
	} {
		before := m.asked(c.mention)
		if before.Outcome == nayose.Matched && before.CompanyID == c.company {
			t.Errorf("%s: the model knows by itself", c.about)
		}
		got := m.WithDecisions([]nayose.Decision{decided(c.mention, nayose.ChoseCompany, c.company)}).asked(c.mention)
		if got.Outcome != nayose.Matched || got.CompanyID != c.company || got.Probability < 0.999999 {
			t.Errorf("%s: %s %s at %v\n%s", c.about, got.Outcome, got.CompanyID, got.Probability, explain(got))
		}
		if want := "confirmed on 2026-11-20 in round 2026-W47/1a2b3c4d"; after(got, c.company) != "confirmed" || got.Note != want {
			t.Errorf("%s: %q, want %q\n%s", c.about, got.Note, want, explain(got))
		}
		checkProbabilities(t, got)
	}
}

// TestLastDecisionCounts settles one mention several times.
func TestLastDecisionCounts(t *testing.T) {
	m := newTestMatcher(t, town)
	x := nayose.Mention{CompanyName: "株式会社アシスト"}
	second, fourth := decided(x, nayose.ChoseCompany, "2"), decided(x, nayose.ChoseCompany, "4")
	back := decided(x, nayose.TakenBack)
	unsure := decided(x, nayose.ChoseUnsure, "2", "3", "4")
	for _, c := range []struct {
		about     string
		decisions []nayose.Decision
		outcome   nayose.Outcome
		company   string
		note      string
	}{
		{"nothing", nil, nayose.Review, "2", ""},
		{"one", []nayose.Decision{fourth}, nayose.Matched, "4", "confirmed on"},
		{"another", []nayose.Decision{fourth, second}, nayose.Matched, "2", "confirmed on"},
		{"and back", []nayose.Decision{second, fourth}, nayose.Matched, "4", "confirmed on"},
		{"taken back", []nayose.Decision{second, fourth, back}, nayose.Review, "2", ""},
		{"taken back and settled again", []nayose.Decision{second, back, fourth}, nayose.Matched, "4", "confirmed on"},
		{"unsure", []nayose.Decision{fourth, unsure}, nayose.Review, "2", "left open on 2026-11-20 in round 2026-W47/1a2b3c4d"},
		{"someone knows", []nayose.Decision{unsure, fourth}, nayose.Matched, "4", "confirmed on"},
	} {
		got := m.WithDecisions(c.decisions).asked(x)
		if got.Outcome != c.outcome || got.CompanyID != c.company || !strings.HasPrefix(got.Note, c.note) || c.note == "" && got.Note != "" {
			t.Errorf("%s: %s %s %q, want %s %s %q", c.about, got.Outcome, got.CompanyID, got.Note, c.outcome, c.company, c.note)
		}
		if c.note == "" {
			if diff := cmp.Diff(m.asked(x), got); diff != "" {
				t.Errorf("%s (-the model's answer +got):\n%s", c.about, diff)
			}
		}
		twice := m.WithDecisions([]nayose.Decision{second}).WithDecisions(c.decisions).asked(x)
		if diff := cmp.Diff(got, twice); diff != "" {
			t.Errorf("%s, in place of other decisions (-want +got):\n%s", c.about, diff)
		}
	}
}

// TestUnsureIsNeverMatched: what the model is sure of, a person was not.
func TestUnsureIsNeverMatched(t *testing.T) {
	m := newTestMatcher(t, town)
	for _, name := range []string{"株式会社アカネ介護サービス", "株式会社ゾウガメ水産"} {
		x := nayose.Mention{CompanyName: name, Address: "札幌市東区"}
		if got := m.asked(x).Outcome; got == nayose.Review {
			t.Errorf("%s is for review anyway", name)
		}
		if got := m.WithDecisions([]nayose.Decision{decided(x, nayose.ChoseUnsure)}).asked(x); got.Outcome != nayose.Review {
			t.Errorf("%s: %s, want review", name, got.Outcome)
		}
	}
}

// TestNoneOfThem refuses companies that were shown.
func TestNoneOfThem(t *testing.T) {
	m := newTestMatcher(t, town, townShops...)
	assist := nayose.Mention{CompanyName: "株式会社アシスト"}
	akane := nayose.Mention{CompanyName: "株式会社アカネ介護サービス", Address: "札幌市東区北7条東3-28-32"}
	for _, c := range []struct {
		about   string
		x       nayose.Mention
		shown   []string
		outcome nayose.Outcome
		company string
		note    string
	}{
		{"all", assist, []string{"2", "3", "4", "5"}, nayose.Unmatched, "", "none of the 4 companies shown was chosen on 2026-11-20 in round 2026-W47/1a2b3c4d"},
		{
			"another one is left", assist,
			[]string{"2"},
			nayose.Review, "3",
			"none of the 1 companies shown was chosen on 2026-11-20 in round 2026-W47/1a2b3c4d; the first candidate is none of those refused",
		},
		{"another one is left that is hardly it", assist, []string{"2", "3", "4"}, nayose.Unmatched, "5", "none of the 3 companies"},
		{"what the model is sure of", akane, []string{"1"}, nayose.Unmatched, "", "none of the 1 companies"},
		{"and what it is sure of was not shown", akane, []string{"2"}, nayose.Review, "1", "none of the 1 companies"},
	} {
		got := m.WithDecisions([]nayose.Decision{decided(c.x, nayose.ChoseNone, c.shown...)}).asked(c.x)
		if got.Outcome != c.outcome || got.CompanyID != c.company || !strings.HasPrefix(got.Note, c.note) {
			t.Errorf("%s: %s %q %q, want %s %q %q\n%s", c.about, got.Outcome, got.CompanyID, got.Note, c.outcome, c.company, c.note, explain(got))
		}
		for _, id := range c.shown {
			if after(got, id) != "no candidate" {
				t.Errorf("%s: %s, which was refused, is a candidate\n%s", c.about, id, explain(got))
			}
		}
		checkProbabilities(t, got)
	}
	d := m.WithDecisions([]nayose.Decision{decided(akane, nayose.ChoseNone, "1")}).deskFor(&keyed(akane)[0])
	if i := slices.IndexFunc(d.candidates(), func(c candidate) bool { return c.levels[byDecision] == decidedNot }); i < 0 {
		t.Error("what was refused has no evidence of it")
	}
}

// TestNoneAddsUp answers several times that the employer is none of those shown.
func TestNoneAddsUp(t *testing.T) {
	m := newTestMatcher(t, town, townShops...)
	x := nayose.Mention{CompanyName: "株式会社アシスト"}
	none := func(shown ...string) nayose.Decision { return decided(x, nayose.ChoseNone, shown...) }
	moved := none("2")
	moved.Shown[0].Address = "北海道札幌市北区1-1"
	for _, c := range []struct {
		about     string
		decisions []nayose.Decision
		refused   string
		note      string
	}{
		{"once", []nayose.Decision{none("2", "3")}, "23", "none of the 2 companies shown was chosen on"},
		{"others the second time", []nayose.Decision{none("2", "3"), none("4", "5")}, "2345", "none of the 4 companies"},
		{"one of them again", []nayose.Decision{none("2", "3"), none("3", "4")}, "234", "none of the 3 companies"},
		{"as it is now", []nayose.Decision{moved, none("2")}, "2", "none of the 1 companies"},
		{"as it was, and others", []nayose.Decision{moved, none("3")}, "3", "none of the 2 companies shown was chosen on 2026-11-20 in round 2026-W47/1a2b3c4d; of 1 of them"},
		{"nothing the second time", []nayose.Decision{none("2", "3"), none()}, "23", "none of the 2 companies"},
		{"taken back between", []nayose.Decision{none("2", "3"), decided(x, nayose.TakenBack), none("4")}, "4", "none of the 1 companies"},
		{"a company between", []nayose.Decision{none("2"), decided(x, nayose.ChoseCompany, "3"), none("4")}, "4", "none of the 1 companies"},
		{"unsure between", []nayose.Decision{none("2"), decided(x, nayose.ChoseUnsure, "3"), none("4")}, "4", "none of the 1 companies"},
		{"a company at last", []nayose.Decision{none("2"), none("3"), decided(x, nayose.ChoseCompany, "2")}, "", "confirmed on"},
		{"another mention's", []nayose.Decision{decided(nayose.Mention{CompanyName: "アシスト"}, nayose.ChoseNone, "2"), none("3")}, "3", "none of the 1 companies"},
	} {
		with := m.WithDecisions(c.decisions)
		refused := ""
		candidates := with.deskFor(&keyed(x)[0]).candidates()
		for _, id := range []string{"2", "3", "4", "5"} {
			company, _ := m.master.company(id)
			if slices.ContainsFunc(candidates, func(f candidate) bool { return f.company == company && f.levels[byDecision] == decidedNot }) {
				refused += id
			}
		}
		if refused != c.refused {
			t.Errorf("%s: %q are refused, want %q", c.about, refused, c.refused)
		}
		if got := with.asked(x).Note; !strings.HasPrefix(got, c.note) {
			t.Errorf("%s: %q, want %q", c.about, got, c.note)
		}
	}
}

// TestFactsChange has companies become others after a decision.
func TestFactsChange(t *testing.T) {
	x := nayose.Mention{CompanyName: "ミドデン", Address: "名古屋市中区栄1-1-1"}
	change := func(edit func(*nayose.Company)) []nayose.Company {
		companies := slices.Clone(town)
		edit(&companies[7])
		return companies
	}
	const settledOn = "on 2026-11-20 in round 2026-W47/1a2b3c4d"
	for _, c := range []struct {
		about     string
		companies []nayose.Company
		outcome   nayose.Outcome
		changed   string // empty where the decision stands
	}{
		{"nothing", town, nayose.Matched, ""},
		{"the name", change(func(c *nayose.Company) { c.Name = "ミドリ電気株式会社" }), nayose.Review, "; the company's name changed since"},
		{"the legal form", change(func(c *nayose.Company) { c.Name = "ミドリ電機合同会社" }), nayose.Review, "; the company's name changed since"},
		{"the spelling", change(func(c *nayose.Company) { c.Name = "ﾐﾄﾞﾘ電機㈱" }), nayose.Matched, ""},
		{"the address", change(func(c *nayose.Company) { c.Address = "愛知県名古屋市中区栄2-9" }), nayose.Review, "; the company's address changed since"},
		{"the city", change(func(c *nayose.Company) { c.Address = "大阪府大阪市北区梅田1-1-1"; c.Prefecture = "大阪府" }), nayose.Review, "; the company's address changed since"},
		{"the spelling of the address", change(func(c *nayose.Company) { c.Address = "名古屋市中区栄1-1-1" }), nayose.Matched, ""},
		{"the prefecture is left out", change(func(c *nayose.Company) { c.Address, c.Prefecture = "名古屋市中区栄1-1-1", "" }), nayose.Matched, ""},
		{"name and address", change(func(c *nayose.Company) {
			c.Name, c.Address = "株式会社ミドリ", "愛知県名古屋市中区栄2-9"
		}), nayose.Review, "; the company's name and address changed since"},
		{"it closed", change(func(c *nayose.Company) { c.ClosedOn = nayose.NewDate(2026, 11, 21) }), nayose.Review, "; the company has closed since"},
		{"it is gone", append(town[:7:7], town[8:]...), nayose.Review, "; the master has no such company now"},
		{"phone and site", change(func(c *nayose.Company) { c.Phone, c.URL = "052-111-1111", "midori.jp" }), nayose.Matched, ""},
	} {
		m := newTestMatcher(t, c.companies)
		got := m.WithDecisions([]nayose.Decision{decided(x, nayose.ChoseCompany, "8")}).asked(x)
		if want := "confirmed " + settledOn + c.changed; got.Outcome != c.outcome || got.Note != want {
			t.Errorf("%s: %s %q, want %s %q\n%s", c.about, got.Outcome, got.Note, c.outcome, want, explain(got))
		}
		if level := after(got, "8"); c.changed != "" && len(c.companies) == len(town) && level != "confirmed, changed since" {
			t.Errorf("%s: the company once chosen is %q\n%s", c.about, level, explain(got))
		}
		got = m.WithDecisions([]nayose.Decision{decided(x, nayose.ChoseNone, "8")}).asked(x)
		switch returns := strings.Contains(c.changed, "'s name") || strings.Contains(c.changed, "address"); {
		case returns && !strings.Contains(got.Note, "; of 1 of them the name or address changed since"):
			t.Errorf("%s, refused: %q does not say what changed", c.about, got.Note)
		case !returns && (got.Outcome != nayose.Unmatched || got.CompanyID == "8"):
			t.Errorf("%s, refused: %s\n%s", c.about, got.Outcome, explain(got))
		case c.about == "the address" && got.CompanyID != "8":
			t.Errorf("%s: what moved is refused still\n%s", c.about, explain(got))
		}
	}
}

// TestSuccessorOfChosen: who took over a company that was chosen and closed stands first, for review.
func TestSuccessorOfChosen(t *testing.T) {
	companies := slices.Clone(town)
	companies[7].ClosedOn, companies[7].SuccessorID = nayose.NewDate(2026, 11, 21), "6"
	x := nayose.Mention{CompanyName: "ミドデン", Address: "名古屋市中区栄1-1-1"}
	got := newTestMatcher(t, companies).WithDecisions([]nayose.Decision{decided(x, nayose.ChoseCompany, "8")}).asked(x)
	if got.Outcome != nayose.Review || got.CompanyID != "6" || len(got.Candidates) < 2 || got.Candidates[1].CompanyID != "8" {
		t.Errorf("%s %s\n%s", got.Outcome, got.CompanyID, explain(got))
	}
}

// TestSurveyIgnoresDecisions: what the master lacks is the delivery's to say.
func TestSurveyIgnoresDecisions(t *testing.T) {
	m := newTestMatcher(t, town)
	rapid.Check(t, func(t *rapid.T) {
		mentions := keyed(rapid.SliceOfN(rapid.OneOf(colleagues(), mention()), 1, 12).Draw(t, "mentions")...)
		var ds []nayose.Decision
		for _, x := range mentions {
			choice := rapid.SampledFrom([]nayose.Choice{nayose.ChoseCompany, nayose.ChoseNone, nayose.ChoseUnsure, ""}).Draw(t, "choice")
			ds = append(ds, decided(x, choice, rapid.SampledFrom([]string{"1", "2", "3", "9"}).Draw(t, "company")))
		}
		before, want, err := m.answers(mentions)
		if err != nil {
			t.Fatal(err)
		}
		after, got, err := m.WithDecisions(ds).answers(mentions)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("the survey (-without +with decisions):\n%s", diff)
		}
		for i, x := range mentions {
			checkProbabilities(t, after[x.ID])
			if got := after[x.ID]; ds[i].Choice == nayose.ChoseCompany && (got.Outcome != nayose.Matched || got.CompanyID != ds[i].CompanyID) {
				t.Fatalf("%+v: %s %s, want %s\n%s", x, got.Outcome, got.CompanyID, ds[i].CompanyID, explain(got))
			}
			if before[x.ID].NoneBits != after[x.ID].NoneBits {
				t.Fatalf("%+v: none of them weighs %v, without decisions %v", x, after[x.ID].NoneBits, before[x.ID].NoneBits)
			}
		}
	})
}

// TestFitIgnoresDecisions: a model is fitted to labels, and not to what the same people settled.
func TestFitIgnoresDecisions(t *testing.T) {
	m := newTestMatcher(t, town)
	var examples []Labelled
	var ds []nayose.Decision
	for i, id := range []string{"2", "3", "4"} {
		x := keyed(nayose.Mention{CompanyName: "株式会社アシスト", Address: town[i+1].Address, Phone: "03-1111-2222"})[0]
		examples = append(examples, Labelled{Mention: x, Truth: id})
		ds = append(ds, decided(x, nayose.ChoseCompany, id))
	}
	want, err := m.Fit(examples)
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.WithDecisions(ds).Fit(examples)
	if err != nil {
		t.Fatal(err)
	}
	if got.Digest() != want.Digest() {
		t.Errorf("decisions change a fitted model: %v, want %v", got.Weights, want.Weights)
	}
}

// TestDecisionsAllocateNothing has a desk decide about mentions of which some are settled, and some learn.
func TestDecisionsAllocateNothing(t *testing.T) {
	x := nayose.Mention{CompanyName: "ヒバリ園", Address: "東京都立川市曙町1-2-3"}
	ds := []nayose.Decision{decided(x, nayose.ChoseCompany, "1")}
	for i := range 1000 {
		ds = append(ds, decided(nayose.Mention{CompanyName: fmt.Sprint("株式会社アシスト", i)}, nayose.ChoseCompany, "2"))
	}
	m := newTestMatcher(t, town, townShops...).WithDecisions(ds)
	for _, x := range []nayose.Mention{
		x,
		{CompanyName: "ヒバリ園", Address: "立川市曙町1-2-3", Phone: "042-111-1111"},
		{CompanyName: "ヒバリ園"},
		{CompanyName: "株式会社アカネ介護サービス", Address: "札幌市東区北7条東3-28-32"},
		{CompanyName: "株式会社ゾウガメ水産"},
	} {
		x.ID = x.Key()
		d := newDesk(m)
		decide := func() {
			d.read(&x)
			d.decide(m.model.None)
		}
		decide()
		if got := testing.AllocsPerRun(10, decide); got != 0 {
			t.Errorf("to decide about %+v takes %v allocations", x, got)
		}
	}
}
