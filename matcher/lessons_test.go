package matcher

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nayose"
	"nayose/matcher/internal/index"
)

// hibari is a shop whose name tells nobody its employer, which is アカネ介護サービス.
var hibari = nayose.Mention{
	Partner: "a", CompanyName: "ヒバリ食堂", Address: "東京都立川市曙町1丁目2-3", Phone: "042-522-1234", URL: "https://hibari-group.jp/",
}

// with is a mention with other fields.
func with(x nayose.Mention, edit func(*nayose.Mention)) nayose.Mention {
	edit(&x)
	return x
}

// TestPrecedents is what a decision about one mention says of others.
func TestPrecedents(t *testing.T) {
	m := newTestMatcher(t, town, townShops...)
	assist := nayose.Mention{Partner: "a", CompanyName: "株式会社アシスト", WorkplaceName: "アシストの家", Address: "宮城県仙台市太白区長町5-9-2"}
	home := nayose.Mention{CompanyName: "医療法人社団ヤマネコ会", WorkplaceName: "医療法人社団ヤマネコ会山北中央診療所", Address: "神奈川県足柄上郡山北町山北192-1"}
	taught := m.WithDecisions([]nayose.Decision{
		decided(hibari, nayose.ChoseCompany, "1"), decided(assist, nayose.ChoseCompany, "3"), decided(home, nayose.ChoseCompany, "9"),
		decided(nayose.Mention{CompanyName: "株式会社アカネ介護サービス", Address: "大阪市北区梅田9-9"}, nayose.ChoseCompany, "1"),
	})
	const settledOn = "confirmed on 2026-11-20 in round 2026-W47/1a2b3c4d"
	for _, c := range []struct {
		about   string
		x       nayose.Mention
		outcome nayose.Outcome
		company string
		level   string
		note    string
	}{
		{
			"another partner, phone and spelling",
			nayose.Mention{Partner: "b", CompanyName: "【急募】ﾋﾊﾞﾘ食堂", Address: "立川市曙町1-2-3", Phone: "050-1111-1111"},
			nayose.Matched, "1", "confirmed for this name at this address", "this name at this address was " + settledOn,
		},
		{
			"only the workplace is named",
			nayose.Mention{WorkplaceName: "ヒバリ食堂", Address: "立川市曙町1-2-3"},
			nayose.Matched, "1", "confirmed for this name at this address", "this name at this address was " + settledOn,
		},
		{
			"the name of its workplace",
			nayose.Mention{CompanyName: "アシストの家", Address: "仙台市太白区長町5-9-2"},
			nayose.Matched, "3", "confirmed for this name at this address", "this name at this address was " + settledOn,
		},
		{
			"the name of its workplace, with its form",
			nayose.Mention{CompanyName: "医療法人社団ヤマネコ会山北中央診療所", Address: "神奈川県足柄上郡山北町山北192-1"},
			nayose.Matched, "9", "confirmed for this name at this address", "this name at this address was " + settledOn,
		},
		{
			"the name of another workplace of the company",
			nayose.Mention{CompanyName: "アカネの里", Address: "大阪府大阪市北区梅田9-9"},
			nayose.Matched, "1", "a place confirmed", "",
		},
		{
			"namesakes are told by the place",
			nayose.Mention{CompanyName: "株式会社アシスト", Address: "仙台市太白区長町5-9-7"},
			nayose.Matched, "3", "a place confirmed", "",
		},
		{
			"and so is a shop of theirs",
			nayose.Mention{CompanyName: "アシスト長町", Address: "仙台市太白区長町5-9-2"},
			nayose.Matched, "3", "a place confirmed", "",
		},
	} {
		before, got := m.asked(c.x), taught.asked(c.x)
		if before.Outcome == nayose.Matched {
			t.Errorf("%s: the model knows by itself\n%s", c.about, explain(before))
		}
		if got.Outcome != c.outcome || got.CompanyID != c.company || after(got, c.company) != c.level || got.Note != c.note {
			t.Errorf("%s: %s %s %q, want %s %s %q\n%s", c.about, got.Outcome, got.CompanyID, got.Note, c.outcome, c.company, c.note, explain(got))
		}
		checkProbabilities(t, got)
	}
}

// TestNameAlone: a name that was confirmed elsewhere leads to the company, and never matches.
func TestNameAlone(t *testing.T) {
	taught := newTestMatcher(t, town, townShops...).WithDecisions([]nayose.Decision{decided(hibari, nayose.ChoseCompany, "1")})
	for _, c := range []struct {
		x    nayose.Mention
		note string
	}{
		{nayose.Mention{CompanyName: "ヒバリ食堂"}, ""},
		{with(hibari, func(x *nayose.Mention) { x.Address = "" }), ""},
		{with(hibari, func(x *nayose.Mention) { x.Address = "東京都立川市曙町1丁目2-4" }), ", with another address"},
		{with(hibari, func(x *nayose.Mention) { x.Address, x.Phone = "札幌市東区北7条東3-28-32", "011-711-9999" }), ", with another address and another phone"},
		{with(hibari, func(x *nayose.Mention) { x.Address, x.URL = "札幌市東区北8条東3-28-32", "hibari.example.jp" }), ", with another address and another site"},
	} {
		got := taught.asked(c.x)
		if got.Outcome == nayose.Matched || after(got, "1") != "confirmed for this name elsewhere" {
			t.Errorf("%+v: %s\n%s", c.x, got.Outcome, explain(got))
		}
		if want := "this name was confirmed on 2026-11-20 in round 2026-W47/1a2b3c4d" + c.note; got.Outcome == nayose.Review && got.Note != want {
			t.Errorf("%+v: %q, want %q", c.x, got.Note, want)
		}
	}
	certain := &candidate{}
	certain.levels[byName], certain.levels[byDecision] = nameSame, decidedName
	if certain.levels[byPhone] = phoneSame; certain.certain() {
		t.Error("a name that was confirmed elsewhere is certain")
	}
}

// TestPrecedentsDoNotLeak: what another employer's mention shares with one that was settled, be it everything but the name, changes
// nothing in its answer.
func TestPrecedentsDoNotLeak(t *testing.T) {
	companies := append(
		town[:len(town):len(town)],
		nayose.Company{ID: "20", Name: "株式会社ウミウシ", Address: "東京都立川市曙町７丁目２－３"},
		nayose.Company{ID: "21", Name: "株式会社ヤドカリ", Address: "沖縄県那覇市泉崎９丁目１－２"},
	)
	m := newTestMatcher(t, companies, townShops...)
	assist := nayose.Mention{CompanyName: "株式会社アシスト", Address: "沖縄県那覇市泉崎1-2-2", Phone: "03-5555-1234", URL: "https://jobs-portal.jp/"}
	ds := []nayose.Decision{
		decided(hibari, nayose.ChoseCompany, "1"), decided(assist, nayose.ChoseCompany, "3"),
		decided(nayose.Mention{CompanyName: "社名非公開", Address: "札幌市東区北7条東3-28-32", Phone: "03-5555-1234"}, nayose.ChoseCompany, "9"),
		decided(nayose.Mention{CompanyName: "本社", WorkplaceName: "立川支店", Address: "東京都立川市曙町9-9"}, nayose.ChoseCompany, "9"),
		decided(nayose.Mention{CompanyName: "株式会社キツネスタッフ", WorkplaceName: "株式会社ヤドカリ商店", Address: "沖縄県那覇市泉崎9-3-3"}, nayose.ChoseCompany, "9"),
		decided(nayose.Mention{CompanyName: "株式会社ヤマネコ運輸", Address: "福岡県福岡市博多区博多駅前2-1-1"}, nayose.ChoseNone, "4"),
	}
	taught := m.WithDecisions(ds)
	for _, x := range []nayose.Mention{
		with(hibari, func(x *nayose.Mention) { x.CompanyName = "株式会社ゾウガメ水産" }), // another tenant of the place, one switchboard
		with(hibari, func(x *nayose.Mention) { x.CompanyName = "株式会社ヒバリ食堂" }),  // a company of that name
		with(hibari, func(x *nayose.Mention) { x.CompanyName = "ヒバリ食堂サービス" }),
		with(hibari, func(x *nayose.Mention) {
			x.CompanyName, x.WorkplaceName = "株式会社ゾウガメ水産", "ヒバリ食堂"
		}), // the shop changed hands
		with(hibari, func(x *nayose.Mention) { x.CompanyName, x.WorkplaceName = "社名非公開", "ヒバリ食堂" }),
		with(assist, func(x *nayose.Mention) { x.CompanyName = "有限会社ウミガメ" }),
		with(assist, func(x *nayose.Mention) { x.CompanyName = "株式会社アシストケア" }), // a sister, at one address
		with(assist, func(x *nayose.Mention) { x.Address = "" }),               // a namesake, by one portal
		with(assist, func(x *nayose.Mention) { x.Address = "東京都千代田区九段北4-2-1" }),
		{CompanyName: "社名非公開", Address: "札幌市東区北7条東3-28-32", Phone: "03-5555-1234", URL: "x.jp"},
		{CompanyName: "医療法人社団神野会", Address: "札幌市東区北7条東3-28-33"},
		{CompanyName: "株式会社ウミガメ", Address: "東京都立川市曙町9-9"},
		{CompanyName: "本社", Address: "東京都立川市曙町1-1"},
		{CompanyName: "立川支店", Address: "東京都立川市曙町9-9"},
		{CompanyName: "アシスト株式会社", Address: "福岡県福岡市博多区博多駅前2-1-1"}, // refused for another name at this place
		{CompanyName: "株式会社ヤマネコ運輸"},
		{CompanyName: "株式会社ヤドカリ商店", Address: "沖縄県那覇市泉崎9-3-3"}, // the client of an agency
	} {
		if diff := cmp.Diff(m.asked(x), taught.asked(x)); diff != "" {
			t.Errorf("%+v (-without +with decisions):\n%s", x, diff)
		}
	}
}

// TestPlaceOfUnknownTown: of a place whose town the master does not know, it knows the city, and not that its numbers are those of another town.
func TestPlaceOfUnknownTown(t *testing.T) {
	m := newTestMatcher(t, town)
	in := func(place string) nayose.Mention {
		return nayose.Mention{CompanyName: "株式会社アシスト", Address: "福岡県福岡市博多区" + place}
	}
	taught := m.WithDecisions([]nayose.Decision{decided(in("東公園5-15"), nayose.ChoseCompany, "3")})
	for place, want := range map[string]string{"東公園5-16": "same city", "石城町5-15": "same city", "博多駅前5-15": "same city"} {
		got := taught.asked(in(place))
		i := slices.IndexFunc(got.Candidates, func(c nayose.Candidate) bool { return c.CompanyID == "3" })
		if i < 0 || levelOf(got.Candidates[i], "address") != want {
			t.Errorf("%s: not in the %s\n%s", place, want, explain(got))
		}
	}
}

// TestDoubtfulPlace: what may be no municipality is no place.
func TestDoubtfulPlace(t *testing.T) {
	m := newTestMatcher(t, append(town[:len(town):len(town)], nayose.Company{ID: "20", Name: "株式会社ウミウシ", Address: "北海道上川郡東神楽町南１条西１丁目"}))
	for address, want := range map[string]bool{"東神楽町4-237": false, "上川郡東神楽町4-237": true, "札幌市東区北7条東3-28-32": true} {
		d := m.deskFor(&nayose.Mention{CompanyName: "株式会社アシスト", Address: address})
		if got := d.query.place.known() != (index.Spot{}); got != want {
			t.Errorf("%s is known: %v, want %v", address, got, want)
		}
	}
}

// TestRefusedHere: companies that are not meant by a name at a place are not, whoever mentions it.
func TestRefusedHere(t *testing.T) {
	m := newTestMatcher(t, town)
	x := nayose.Mention{Partner: "a", CompanyName: "株式会社アカネ介護サービス", Address: "札幌市東区北7条東3-28-32"}
	other := with(x, func(x *nayose.Mention) { x.Partner, x.Phone = "b", "011-711-1234" })
	if got := m.asked(other).Outcome; got != nayose.Matched {
		t.Errorf("without decisions it is %s", got)
	}
	taught := m.WithDecisions([]nayose.Decision{decided(x, nayose.ChoseNone, "1")})
	want := "none of the companies shown for this name at this address was chosen on 2026-11-20 in round 2026-W47/1a2b3c4d"
	if got := taught.asked(other); got.Outcome != nayose.Unmatched || got.CompanyID == "1" || got.Note != want {
		t.Errorf("%s %s %q\n%s", got.Outcome, got.CompanyID, got.Note, explain(got))
	}
	elsewhere := with(other, func(x *nayose.Mention) { x.Address = "札幌市東区北8条東3-28-32" })
	if got := taught.asked(elsewhere); got.Outcome != nayose.Matched || got.Note != "" {
		t.Errorf("elsewhere it is %s %q\n%s", got.Outcome, got.Note, explain(got))
	}
	// what the model is sure of although another one was shown and refused, a person sees
	taught = m.WithDecisions([]nayose.Decision{decided(x, nayose.ChoseNone, "2")})
	if got := taught.asked(other); got.Outcome != nayose.Review || got.CompanyID != "1" || got.Note != want {
		t.Errorf("%s %s %q\n%s", got.Outcome, got.CompanyID, got.Note, explain(got))
	}
}

// TestDisagreement: decisions that contradict each other teach nothing, nor does one that counts no longer.
func TestDisagreement(t *testing.T) {
	m := newTestMatcher(t, town)
	first, second, third := with(hibari, func(x *nayose.Mention) { x.Partner = "b" }), hibari, with(hibari, func(x *nayose.Mention) { x.Partner = "c" })
	for _, c := range []struct {
		about     string
		decisions []nayose.Decision
		outcome   nayose.Outcome
	}{
		{"one decision", []nayose.Decision{decided(first, nayose.ChoseCompany, "1")}, nayose.Matched},
		{"two for one company", []nayose.Decision{decided(first, nayose.ChoseCompany, "1"), decided(second, nayose.ChoseCompany, "1")}, nayose.Matched},
		{"two companies", []nayose.Decision{decided(first, nayose.ChoseCompany, "1"), decided(second, nayose.ChoseCompany, "9")}, nayose.Review},
		{"chosen and refused", []nayose.Decision{decided(first, nayose.ChoseCompany, "1"), decided(second, nayose.ChoseNone, "1", "2")}, nayose.Review},
		{"refused and chosen", []nayose.Decision{decided(first, nayose.ChoseNone, "1"), decided(second, nayose.ChoseCompany, "1")}, nayose.Review},
		{"chosen, and another refused", []nayose.Decision{decided(first, nayose.ChoseCompany, "1"), decided(second, nayose.ChoseNone, "9")}, nayose.Matched},
		{"taken back", []nayose.Decision{decided(first, nayose.ChoseCompany, "1"), decided(first, nayose.TakenBack)}, nayose.Unmatched},
		{"a company that has gone", []nayose.Decision{decided(first, nayose.ChoseCompany, "99")}, nayose.Unmatched},
		{"a company that has closed", []nayose.Decision{with13(first)}, nayose.Unmatched},
	} {
		got := m.WithDecisions(c.decisions).asked(third)
		if got.Outcome != c.outcome || (got.Outcome == nayose.Review) != strings.Contains(got.Note, "disagree") {
			t.Errorf("%s: %s, want %s\n%s", c.about, got.Outcome, c.outcome, explain(got))
		}
		if c.outcome == nayose.Review && after(got, "1") != "confirmed for this name elsewhere" {
			t.Errorf("%s: the company that was chosen is %q\n%s", c.about, after(got, "1"), explain(got))
		}
	}
}

// with13 chooses company 13 when it was open.
func with13(x nayose.Mention) nayose.Decision {
	d := decided(x, nayose.ChoseCompany, "13")
	d.Shown[0].ClosedOn = 0
	return d
}

// TestCommonName: a name that means several companies leads to none of them.
func TestCommonName(t *testing.T) {
	m := newTestMatcher(t, town)
	var ds []nayose.Decision
	for i, id := range []string{"1", "2", "6", "9"} {
		ds = append(ds, decided(with(hibari, func(x *nayose.Mention) { x.Address = "立川市曙町1-2-" + string(rune('5'+i)) }), nayose.ChoseCompany, id))
	}
	elsewhere := with(hibari, func(x *nayose.Mention) { x.Address = "東京都八王子市台町1-1" })
	var often []nayose.Decision
	for _, d := range ds {
		often = append(often, decided(d.Mention, nayose.ChoseCompany, "1"))
	}
	if got := m.WithDecisions(often).asked(elsewhere); after(got, "1") != "confirmed for this name elsewhere" {
		t.Errorf("a name that means one company four times leads nowhere\n%s", explain(got))
	}
	for n, want := range []int{0, 1, 2, 3, 0} {
		got := m.WithDecisions(ds[:n]).asked(elsewhere)
		led := slices.DeleteFunc(slices.Clone(got.Candidates), func(c nayose.Candidate) bool {
			return levelOf(c, "decision") != "confirmed for this name elsewhere"
		})
		if len(led) != want {
			t.Errorf("%d companies of one name lead to %d, want %d\n%s", n, len(led), want, explain(got))
		}
	}
}

// TestGroupLearns: a place that was confirmed is near to the other mentions of its group.
func TestGroupLearns(t *testing.T) {
	m := newTestMatcher(t, town)
	mentions := keyed(
		nayose.Mention{CompanyName: "株式会社アシスト", Address: "福岡県福岡市博多区博多駅前2-9", URL: "assist-naha.jp"},
		nayose.Mention{CompanyName: "株式会社アシスト", Address: "宮城県仙台市太白区長町5-9-2", URL: "assist-naha.jp"},
		nayose.Mention{CompanyName: "株式会社アシスト", Address: "宮城県仙台市太白区長町6-1"},
	)
	all, _, err := m.WithDecisions([]nayose.Decision{decided(mentions[0], nayose.ChoseCompany, "3")}).answers(mentions)
	if err != nil {
		t.Fatal(err)
	}
	if got := all[mentions[1].ID]; got.CompanyID != "3" || levelOf(got.Candidates[0], "group") != "another at its office" ||
		after(got, "3") != "a place confirmed" {
		t.Errorf("of the same site: %s %s\n%s", got.Outcome, got.CompanyID, explain(got))
	}
	if got := all[mentions[2].ID]; after(got, "3") != "" {
		t.Errorf("of no site: %s\n%s", got.Outcome, explain(got))
	}
}

// TestDecisionsInAnyOrder: decisions about different mentions may come in any order, but for the notes' dates, here the same.
func TestDecisionsInAnyOrder(t *testing.T) {
	m := newTestMatcher(t, town)
	rapid.Check(t, func(t *rapid.T) {
		x := keyed(rapid.OneOf(colleagues(), mention()).Draw(t, "mention"))[0]
		var ds []nayose.Decision
		for _, y := range keyed(rapid.SliceOfN(colleagues(), 0, 8).Draw(t, "settled")...) {
			choice := rapid.SampledFrom([]nayose.Choice{nayose.ChoseCompany, nayose.ChoseNone, nayose.ChoseUnsure}).Draw(t, "choice")
			ds = append(ds, decided(y, choice, rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "company")))
		}
		want := m.WithDecisions(ds).Match(&x)
		got := m.WithDecisions(rapid.Permutation(ds).Draw(t, "order")).Match(&x)
		want.Note, got.Note = "", ""
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%+v (-in order +in another):\n%s", x, diff)
		}
	})
}
