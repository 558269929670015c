package matcher

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nayose"
)

// town is a small invented master; the companies' ids are their places in it.
var town = []nayose.Company{
	{
		ID: "1", Name: "株式会社アカネ介護サービス", NameKana: "アカネカイゴサービス", Prefecture: "北海道",
		Address: "北海道札幌市東区北七条東３丁目２８－３２", Phone: "011-711-1234", URL: "https://akane-kaigo.co.jp/",
	},
	{ID: "2", Name: "株式会社アシスト", Prefecture: "東京都", Address: "東京都千代田区九段北４丁目２－１"},
	{ID: "3", Name: "株式会社アシスト", Prefecture: "大阪府", Address: "大阪府大阪市北区梅田１丁目１２－１７"},
	{ID: "4", Name: "アシスト株式会社", Prefecture: "福岡県", Address: "福岡県福岡市博多区博多駅前２丁目１－１"},
	{ID: "5", Name: "有限会社アシスト", Prefecture: "東京都", Address: "東京都千代田区神田錦町１丁目１"},
	{ID: "6", Name: "株式会社髙橋工務店", Prefecture: "長野県", Address: "長野県松本市大字島内１０番地"},
	{ID: "7", Name: "株式会社新アオバ", FormerNames: "株式会社アオバ商店|有限会社アオバ", Prefecture: "宮城県", Address: "宮城県仙台市青葉区国分町１丁目１－１"},
	{ID: "8", Name: "ミドリ電機株式会社", Aliases: "ミドデン", NameEnglish: "MIDORI DENKI Co., Ltd.", Prefecture: "愛知県", Address: "愛知県名古屋市中区栄１丁目１－１"},
	{ID: "9", Name: "医療法人社団神野会", Prefecture: "京都府", Address: "京都府宇治市六地蔵町並３９", Phone: "0774-31-1122"},
	{ID: "10", Name: "合同会社個人", Prefecture: "東京都", Address: "東京都港区芝１丁目１－１"},
	{ID: "11", Name: "株式会社モモ食品", Prefecture: "静岡県", Address: "静岡県静岡市葵区追手町１－１", ClosedOn: nayose.NewDate(2025, 4, 1), SuccessorID: "12"},
	{ID: "12", Name: "株式会社カキフーズ", Prefecture: "静岡県", Address: "静岡県静岡市葵区追手町１－１"},
	{ID: "13", Name: "株式会社キキ物産", Prefecture: "静岡県", Address: "静岡県浜松市中央区鴨江３丁目１－１", ClosedOn: nayose.NewDate(2025, 4, 1)},
	{
		ID: "2000000000015", Name: "株式会社スモモ販売", Prefecture: "静岡県", Address: "静岡県静岡市清水区旭町６－８", Phone: "054-222-1234",
		ClosedOn: nayose.NewDate(2025, 4, 1), SuccessorID: "16",
	},
	{ID: "16", Name: "株式会社ナシ食品", Prefecture: "静岡県", Address: "静岡県沼津市御幸町１６－１"},
	{ID: "7000012050002", Name: "国税庁", Prefecture: "東京都", Address: "東京都千代田区霞が関３丁目１－１", URL: "https://www.nta.go.jp/"},
	{ID: "14", Name: "", Prefecture: "東京都"},
}

func seq[V any](values []V) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		for _, v := range values {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// townShops are workplaces of the town's companies.
var townShops = []nayose.Workplace{
	{CompanyID: "1", Name: "アカネの里", Address: "東京都八王子市散田町３丁目８－５", Phone: "042-661-1234", URL: "https://akane-no-sato.jp"},
	{CompanyID: "1", Name: "アカネの里", Address: "八王子市散田町3-8-5", Phone: "042-661-1234"},
	{CompanyID: "1", Name: "札幌支店", Address: "札幌市東区北八条東1-1"},
	{CompanyID: "2", Name: "ヒバリ園", Address: "神奈川県横浜市中区本町１丁目２－３", Phone: "045-201-1111"},
	{CompanyID: "3", Name: "ヒバリ園", Address: "兵庫県神戸市中央区三宮町２丁目５－１"},
	{CompanyID: "5", Name: "", Address: "神奈川県川崎市川崎区宮前町８－３", URL: "tsugumi-en.jp"},
	{CompanyID: "13", Name: "キキの家", Address: "静岡県磐田市見付１２３４－５", Phone: "0538-32-1111"},
	{CompanyID: "7", Name: "アオバ商店", Address: "宮城県仙台市太白区長町５丁目９－２"},
	{CompanyID: "nobody", Name: "だれかの店", Address: "東京都港区芝1-1-1"},
}

func newTestMatcher(t testing.TB, companies []nayose.Company, workplaces ...nayose.Workplace) *Matcher {
	t.Helper()
	master, err := Build(seq(companies), seq(workplaces))
	if err != nil {
		t.Fatal(err)
	}
	return New(master, DefaultModel())
}

// TestMatch is what the matcher promises, in examples: the outcome and the best candidate.
func TestMatch(t *testing.T) {
	m := newTestMatcher(t, town)
	for _, c := range []struct {
		about   string
		mention nayose.Mention
		outcome nayose.Outcome
		company string
	}{
		{"the registered name", nayose.Mention{CompanyName: "株式会社アカネ介護サービス"}, nayose.Matched, "1"},
		{"width, space, abbreviation", nayose.Mention{CompanyName: "㈱ｱｶﾈ介護 ｻｰﾋﾞｽ", Address: "札幌市東区北7条東3-28-32"}, nayose.Matched, "1"},
		{"decoration", nayose.Mention{CompanyName: "【急募】株式会社アカネ介護サービス★", Address: "札幌市東区"}, nayose.Matched, "1"},
		{
			"company and workplace in one column",
			nayose.Mention{CompanyName: "株式会社アカネ介護サービス 新宿営業所", Address: "北海道札幌市東区北8条東1-1"},
			nayose.Matched, "1",
		},
		{"a branch in one word", nayose.Mention{CompanyName: "アカネ介護サービス札幌営業所", Address: "札幌市東区"}, nayose.Review, "1"},
		{
			"a shop's name and the company's phone",
			nayose.Mention{CompanyName: "アカネ介護サービス新さっぽろ", Phone: "011-711-1234", Address: "北海道札幌市東区本町1-1"},
			nayose.Matched, "1",
		},
		{"a namesake told by its address", nayose.Mention{CompanyName: "株式会社アシスト", Address: "大阪市北区梅田1-12-17"}, nayose.Matched, "3"},
		{"namesakes that nothing tells apart", nayose.Mention{CompanyName: "株式会社アシスト"}, nayose.Review, "2"},
		{"the other legal form is another company", nayose.Mention{CompanyName: "合同会社アシスト", Address: "東京都千代田区九段北4-2-1"}, nayose.Review, "2"},
		{"variant characters", nayose.Mention{CompanyName: "株式会社高橋工務店", Address: "松本市島内10"}, nayose.Matched, "6"},
		{"a former name", nayose.Mention{CompanyName: "㈱アオバ商店", Address: "仙台市青葉区国分町1-1-1"}, nayose.Matched, "7"},
		{"an alias", nayose.Mention{CompanyName: "ミドデン", Address: "名古屋市中区栄1-1-1"}, nayose.Matched, "8"},
		{"the English name", nayose.Mention{CompanyName: "Midori Denki Co.,Ltd.", Address: "名古屋市中区栄1-1-1"}, nayose.Matched, "8"},
		{"an alias alone is for review: the brand may be another's too", nayose.Mention{CompanyName: "ミドデン"}, nayose.Review, "8"},
		{
			"the client of an agency is not the employer",
			nayose.Mention{CompanyName: "株式会社スタッフカモメ(派遣先:ミドリ電機株式会社)", Address: "名古屋市中区栄1-1-1"},
			nayose.Review, "8",
		},
		{"no name, but the phone", nayose.Mention{WorkplaceName: "アカネの里", Phone: "011-711-1234"}, nayose.Review, "1"},
		{"the number outranks the name", nayose.Mention{CompanyName: "税務署", CorporateNumber: "T7000012050002"}, nayose.Matched, "7000012050002"},
		{
			"a number that the master lacks",
			nayose.Mention{CompanyName: "国税庁", CorporateNumber: "1180301018771"},
			nayose.Unmatched, "7000012050002",
		},
		{"a placeholder", nayose.Mention{CompanyName: "個人", Address: "東京都港区芝1-1-1"}, nayose.Unmatched, ""},
		{"a withheld name", nayose.Mention{CompanyName: "社名非公開(大手メーカー)", Phone: "011-711-1234"}, nayose.Unmatched, ""},
		{"a closed company's name leads to its successor", nayose.Mention{CompanyName: "株式会社モモ食品", Address: "静岡市葵区追手町1-1"}, nayose.Review, "12"},
		{"and so does its number", nayose.Mention{CompanyName: "モモの店", CorporateNumber: "2000000000015"}, nayose.Review, "16"},
		{"its phone", nayose.Mention{CompanyName: "株式会社スモモ", Phone: "054-222-1234"}, nayose.Review, "16"},
		{"the successor's own name", nayose.Mention{CompanyName: "株式会社カキフーズ", Address: "静岡市葵区追手町1-1"}, nayose.Matched, "12"},
		{"the successor's own name at a closed company's place", nayose.Mention{CompanyName: "株式会社ナシ食品", Address: "静岡市清水区旭町6-8"}, nayose.Matched, "16"},
		{"a closed company is not matched silently", nayose.Mention{CompanyName: "株式会社キキ物産", Address: "浜松市中央区鴨江3-1-1"}, nayose.Review, "13"},
		{"an unknown name", nayose.Mention{CompanyName: "株式会社ゾウガメ水産"}, nayose.Unmatched, ""},
		{"nothing", nayose.Mention{}, nayose.Unmatched, ""},
	} {
		got := m.Match(&c.mention)
		if got.Outcome != c.outcome || got.CompanyID != c.company {
			t.Errorf("%s: %q is %s %q (%.3f), want %s %q\n%s",
				c.about, c.mention.CompanyName, got.Outcome, got.CompanyID, got.Probability, c.outcome, c.company, explain(got))
		}
		if (got.CompanyID == "") != (got.Note != "") {
			t.Errorf("%s: company %q with note %q", c.about, got.CompanyID, got.Note)
		}
	}
}

// TestMatchWorkplaces is what workplaces in the master promise.
func TestMatchWorkplaces(t *testing.T) {
	m := newTestMatcher(t, town, townShops...)
	if got := m.master.Strays(); got != 1 {
		t.Errorf("%d workplaces are of no company, want 1", got)
	}
	for _, c := range []struct {
		about   string
		mention nayose.Mention
		outcome nayose.Outcome
		company string
	}{
		{"a workplace's name alone", nayose.Mention{CompanyName: "アカネの里"}, nayose.Review, "1"},
		{"in its city", nayose.Mention{CompanyName: "アカネの里", Address: "東京都八王子市台町1-1"}, nayose.Review, "1"},
		{"at its address", nayose.Mention{CompanyName: "アカネの里", Address: "八王子市散田町3-8-5"}, nayose.Matched, "1"},
		{"near it, and its phone", nayose.Mention{CompanyName: "【急募】ｱｶﾈの里", Phone: "042(661)1234", Address: "東京都八王子市散田町3"}, nayose.Matched, "1"},
		{"a company of that name is another", nayose.Mention{CompanyName: "株式会社アカネの里", Address: "八王子市散田町3-8-5"}, nayose.Review, "1"},
		{"near it, and its site", nayose.Mention{CompanyName: "アカネの里", URL: "http://www.akane-no-sato.jp/recruit", Address: "東京都八王子市散田町3"}, nayose.Matched, "1"},
		{"only the workplace is named", nayose.Mention{WorkplaceName: "アカネの里", Address: "八王子市散田町3-8-5"}, nayose.Matched, "1"},
		{
			"a shop that changed hands",
			nayose.Mention{CompanyName: "株式会社ゾウガメ水産", WorkplaceName: "アカネの里", Address: "八王子市散田町3-8-5", Phone: "042-661-1234", URL: "akane-no-sato.jp"},
			nayose.Review, "1",
		},
		{"a name of two workplaces", nayose.Mention{CompanyName: "ヒバリ園"}, nayose.Review, "2"},
		{"told by the address", nayose.Mention{CompanyName: "ヒバリ園", Address: "神戸市中央区三宮町2-5-1"}, nayose.Matched, "3"},
		{"namesakes told by a workplace", nayose.Mention{CompanyName: "株式会社アシスト", Address: "横浜市中区本町1-2-3"}, nayose.Matched, "2"},
		{"near a workplace", nayose.Mention{CompanyName: "株式会社アシスト", Address: "横浜市中区本町1-9"}, nayose.Matched, "2"},
		{"a workplace's site", nayose.Mention{CompanyName: "有限会社アシスト", URL: "https://tsugumi-en.jp"}, nayose.Matched, "5"},
		{"a closed company's workplace", nayose.Mention{CompanyName: "キキの家", Address: "磐田市見付1234-5", Phone: "0538-32-1111"}, nayose.Review, "13"},
		{"a workplace's name that is a former one", nayose.Mention{CompanyName: "アオバ商店", Address: "仙台市太白区長町5-9-2"}, nayose.Matched, "7"},
		{"a name that tells nothing", nayose.Mention{CompanyName: "札幌支店"}, nayose.Unmatched, ""},
		{"a stray", nayose.Mention{CompanyName: "だれかの店"}, nayose.Unmatched, ""},
	} {
		got := m.Match(&c.mention)
		if got.Outcome != c.outcome || got.CompanyID != c.company {
			t.Errorf("%s: %q is %s %q (%.3f), want %s %q\n%s",
				c.about, c.mention.CompanyName, got.Outcome, got.CompanyID, got.Probability, c.outcome, c.company, explain(got))
		}
	}
}

// TestWorkplacesOfOthers holds that workplaces change no answer to a mention that leads to none of them: theirs may be in its names as
// pieces, and lie in its city.
func TestWorkplacesOfOthers(t *testing.T) {
	companies := append(town[:len(town):len(town)], nayose.Company{ID: "99", Name: "株式会社ウミガメ", Prefecture: "沖縄県", Address: "沖縄県那覇市泉崎1-2-2"})
	without, with := newTestMatcher(t, companies), newTestMatcher(t, companies,
		nayose.Workplace{CompanyID: "99", Name: "アカネ介護", Address: "札幌市東区北七条東1-99", Phone: "011-999-9999", URL: "umigame.jp"},
		nayose.Workplace{CompanyID: "99", Name: "介護サービス", Address: "東京都港区芝9-99-9"},
		nayose.Workplace{CompanyID: "99", Name: "ミドリ電気", Address: "名古屋市中区栄9-99-9"})
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.OneOf(mention(), colleagues()).Draw(t, "mention")
		want, got := without.Match(&x), with.Match(&x)
		if slices.ContainsFunc(got.Candidates, func(c nayose.Candidate) bool { return c.CompanyID == "99" }) {
			return
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%+v (-without +with workplaces):\n%s", x, diff)
		}
	})
}

// TestManyShopsOfOneName has a workplace's name that more companies have than are looked at, but where an identifier leads to them.
func TestManyShopsOfOneName(t *testing.T) {
	var companies []nayose.Company
	var shops []nayose.Workplace
	for i := range 2 * maxSharing {
		id := fmt.Sprint("c", i)
		companies = append(companies, nayose.Company{ID: id, Name: fmt.Sprintf("株式会社%c%c", '一'+7*i, '丁'+11*i), Address: fmt.Sprintf("東京都港区芝%d-1-1", i+1)})
		shops = append(shops, nayose.Workplace{CompanyID: id, Name: "ひまわり", Address: fmt.Sprintf("千葉県柏市柏%d-1-1", i+1), Phone: fmt.Sprintf("04-7100-%04d", i)})
	}
	m := newTestMatcher(t, companies, shops...)
	if got := m.Match(&nayose.Mention{CompanyName: "ひまわり"}); len(got.Candidates) > 0 {
		t.Errorf("the name alone leads to\n%s", explain(got))
	}
	for about, x := range map[string]nayose.Mention{
		"the address": {CompanyName: "ヒマワリ", Address: "柏市柏8-1-1"}, "the phone": {CompanyName: "ひまわり", Phone: "04-7100-0007"},
	} {
		got := m.Match(&x)
		if got.CompanyID != "c7" || got.Candidates[0].Evidence[0].Level != levelNames[byName][nameOfWorkplace] {
			t.Errorf("%s leads to %q\n%s", about, got.CompanyID, explain(got))
		}
	}
}

// TestLikeNamesFarFromTheirOffices holds that companies of a name that is like the mention's are not left out because their office is
// far, where they have a place that is near.
func TestLikeNamesFarFromTheirOffices(t *testing.T) {
	mention := nayose.Mention{CompanyName: "東京アカネ水産", Address: "東京都八王子市台町1-1"}
	for n, shops := range map[int]int{1: 0, 2: 1, maxLikeBearers + 2: 1} {
		var companies []nayose.Company
		for i := range n {
			companies = append(companies, nayose.Company{ID: fmt.Sprint(i), Name: "株式会社大阪アカネ福祉", Prefecture: "北海道", Address: "北海道札幌市東区北七条東3-1"})
		}
		m := newTestMatcher(t, companies)
		if got := m.deskFor(&mention).candidates(); len(got) > 0 {
			t.Errorf("a name of %d companies, none of them near, that is like the mention's leads to %d", n, len(got))
		}
		companies[n-1].FormerAddresses = "東京都八王子市館町1-1"
		want := []string{fmt.Sprint(n - 1)}
		if shops > 0 && n > 2 {
			want = []string{"1", fmt.Sprint(n - 1)}
		}
		m = newTestMatcher(t, companies, []nayose.Workplace{{CompanyID: "1", Address: "八王子市散田町3-8-5"}}[:shops]...)
		var got []string
		for _, c := range m.deskFor(&mention).candidates() {
			got = append(got, m.master.ID(c.company))
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("of %d the candidates are %q, want %q", n, got, want)
		}
	}
}

func explain(m nayose.Match) string {
	var b strings.Builder
	for _, c := range m.Candidates {
		fmt.Fprintf(&b, "  %s %.4f", c.CompanyID, c.Probability)
		for _, e := range c.Evidence {
			fmt.Fprintf(&b, " %s: %s %+.1f;", e.Comparison, e.Level, e.Bits)
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "  none %+.1f", m.NoneBits)
	return b.String()
}

// writing draws text as a partner's file may hold it.
func writing() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.OneOf(
			rapid.SampledFrom(strings.Fields("株式会社 (株) ㈱ 有限会社 医療法人社団 ｱｶﾈ アカネ さくら ー 髙 ・ 【 】 ★ 新宿 店 支店 派遣先: 内")),
			rapid.Just(" "), rapid.String(),
		), 0, 8).Draw(t, "parts"), "")
	})
}

// mention draws a mention made of the town's own pieces, so that it meets companies.
func mention() *rapid.Generator[nayose.Mention] {
	pick := func(field func(*nayose.Company) string) *rapid.Generator[string] {
		values := []string{""}
		for i := range town {
			values = append(values, field(&town[i]))
		}
		for i := range townShops { // as if they were companies
			w := &townShops[i]
			values = append(values, field(&nayose.Company{Name: w.Name, Address: w.Address, Phone: w.Phone, URL: w.URL}))
		}
		return rapid.SampledFrom(values)
	}
	name := rapid.OneOf(pick(func(c *nayose.Company) string { return c.Name }), writing(), rapid.Custom(func(t *rapid.T) string {
		return pick(func(c *nayose.Company) string { return c.Name }).Draw(t, "name") + writing().Draw(t, "tail")
	}))
	return rapid.Custom(func(t *rapid.T) nayose.Mention {
		m := nayose.Mention{
			CompanyName: name.Draw(t, "company"), WorkplaceName: name.Draw(t, "workplace"),
			CompanyNameKana: pick(func(c *nayose.Company) string { return c.NameKana }).Draw(t, "kana"),
			Address:         pick(func(c *nayose.Company) string { return c.Address }).Draw(t, "address"),
			Phone:           pick(func(c *nayose.Company) string { return c.Phone }).Draw(t, "phone"),
			URL:             pick(func(c *nayose.Company) string { return c.URL }).Draw(t, "url"),
			CorporateNumber: rapid.SampledFrom([]string{"", "7000012050002", "1180301018771"}).Draw(t, "number"),
		}
		m.ID = m.Key()
		return m
	})
}

// TestEvidenceAddsUp recomputes every probability from the evidence that an answer shows.
func TestEvidenceAddsUp(t *testing.T) {
	m := newTestMatcher(t, town, townShops...)
	rapid.Check(t, func(t *rapid.T) {
		x := mention().Draw(t, "mention")
		got := m.Match(&x)
		weights := []float64{got.NoneBits}
		for i := range got.Candidates {
			weights = append(weights, got.Candidates[i].Weight())
		}
		if got.OtherCandidates > 0 {
			weights = append(weights, got.OtherBits)
		}
		sum := 0.0
		for _, w := range weights {
			sum += math.Exp2(w)
		}
		for i, c := range got.Candidates {
			if want := math.Exp2(weights[i+1]) / sum; math.Abs(c.Probability-want) > 1e-12 {
				t.Fatalf("candidate %s has probability %v, but its evidence comes to %v\n%s", c.CompanyID, c.Probability, want, explain(got))
			}
			if i > 0 && c.Probability > got.Candidates[i-1].Probability {
				t.Fatalf("candidate %d is likelier than the one before it\n%s", i, explain(got))
			}
		}
		if len(got.Candidates) > 0 && (got.CompanyID != got.Candidates[0].CompanyID || got.Probability != got.Candidates[0].Probability) {
			t.Fatalf("the answer %s is not the first candidate's\n%s", got.CompanyID, explain(got))
		}
	})
}

// TestClosedIsNeverMatched holds that nothing that a closed company is found by matches it, or who took it over, who stands before it.
func TestClosedIsNeverMatched(t *testing.T) {
	m := newTestMatcher(t, town, townShops...)
	heirs := map[string]string{"11": "12", "2000000000015": "16"}
	seen := 0
	rapid.Check(t, func(t *rapid.T) {
		x := mention().Draw(t, "mention")
		x.CompanyName = rapid.SampledFrom([]string{x.CompanyName, "株式会社モモ食品", "スモモ販売", "㈱キキ物産", "キキの家"}).Draw(t, "closed")
		got := m.Match(&x)
		place := map[string]int{}
		for i, c := range got.Candidates {
			place[c.CompanyID] = i + 1
			for _, e := range c.Evidence {
				if e.Comparison == comparisonNames[byStatus] && i == 0 {
					seen++
					if got.Outcome == nayose.Matched {
						t.Fatalf("%+v is matched\n%s", x, explain(got))
					}
				}
			}
		}
		for closed, heir := range heirs {
			if at := place[closed]; at > 0 && (place[heir] == 0 || place[heir] > at) {
				t.Fatalf("%s stands at %d, who took it over at %d\n%s", closed, at, place[heir], explain(got))
			}
		}
	})
	if seen == 0 {
		t.Error("no mention led to a closed company")
	}
}

// TestOrderOfMaster holds that an answer does not depend on the order of the master's rows.
func TestOrderOfMaster(t *testing.T) {
	m := newTestMatcher(t, town, townShops...)
	rapid.Check(t, func(t *rapid.T) {
		shops := rapid.Permutation(townShops).Draw(t, "order of workplaces")
		half := rapid.IntRange(0, len(shops)).Draw(t, "from the first source")
		other, err := Build(seq(rapid.Permutation(town).Draw(t, "order")), seq(shops[:half]), seq(shops[half:]))
		if err != nil {
			t.Fatal(err)
		}
		x := mention().Draw(t, "mention")
		if diff := cmp.Diff(m.Match(&x), New(other, DefaultModel()).Match(&x)); diff != "" {
			t.Fatalf("the answer depends on the order of the master (-given +shuffled):\n%s", diff)
		}
	})
}

func TestMatchAllInOrder(t *testing.T) {
	m := newTestMatcher(t, town)
	var mentions []nayose.Mention
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 5*chunk + 7 {
		x := nayose.Mention{CompanyName: town[random.IntN(len(town))].Name, WorkplaceName: fmt.Sprint(i)}
		x.ID = x.Key()
		mentions = append(mentions, x)
	}
	one, _, _ := matchAll(t, m, mentions, 1)
	got, stats, survey := matchAll(t, m, mentions, 4)
	if diff := cmp.Diff(one, got); diff != "" {
		t.Errorf("(-on one core +on four):\n%.2000s", diff)
	}
	d, err := m.Survey(t.Context(), seq(mentions))
	if err != nil {
		t.Fatal(err)
	}
	for i := range mentions {
		var want nayose.Match
		d.match(&numberedMention{mentions[i], i}, &want)
		if diff := cmp.Diff(want, got[i]); diff != "" {
			t.Fatalf("mention %d (-by itself +in order):\n%s", i, diff)
		}
	}
	if survey.Mentions != int64(len(mentions)) || survey.Sighted == 0 || survey.Sighted > survey.Mentions {
		t.Errorf("survey %+v of %d mentions", survey, len(mentions))
	}
	if n := int64(len(mentions)); stats.Mentions != n || stats.Matched+stats.Review+stats.Unmatched != n || stats.Matched == 0 {
		t.Errorf("stats %+v of %d mentions", stats, n)
	}
}

// matchAll surveys and answers mentions on so many cores.
func matchAll(t *testing.T, m *Matcher, mentions []nayose.Mention, procs int) ([]nayose.Match, nayose.MatchCounts, nayose.Survey) {
	t.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
	d, err := m.Survey(t.Context(), seq(mentions))
	if err != nil {
		t.Fatal(err)
	}
	var got []nayose.Match
	counts, err := d.MatchAll(t.Context(), seq(mentions), func(a nayose.Match) error {
		got = append(got, a)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got, counts, d.Summary()
}

func TestMatchAllStops(t *testing.T) {
	m := newTestMatcher(t, town)
	broken := errors.New("broken")
	many := func(n int, err error) iter.Seq2[nayose.Mention, error] {
		return func(yield func(nayose.Mention, error) bool) {
			for range n {
				if !yield(nayose.Mention{CompanyName: "国税庁"}, nil) {
					return
				}
			}
			if err != nil {
				yield(nayose.Mention{}, err)
			}
		}
	}
	ignore := func(nayose.Match) error { return nil }
	d, err := m.Survey(t.Context(), many(chunk+3, nil))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Survey(t.Context(), many(chunk+3, broken)); !errors.Is(err, broken) {
		t.Errorf("the survey of a source that breaks: %v", err)
	}

	stats, err := d.MatchAll(t.Context(), many(chunk+3, broken), ignore)
	if !errors.Is(err, broken) || stats.Mentions != chunk+3 {
		t.Errorf("a source that breaks after %d mentions: %v after %d", chunk+3, err, stats.Mentions)
	}
	_, err = d.MatchAll(t.Context(), many(100*chunk, nil), func(nayose.Match) error { return broken })
	if !errors.Is(err, broken) {
		t.Errorf("a yield that breaks: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	stats, err = d.MatchAll(ctx, many(1_000_000_000, nil), func(nayose.Match) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) || stats.Mentions > 100*chunk {
		t.Errorf("a cancelled context: %v after %d", err, stats.Mentions)
	}
}

func TestManyNamesakes(t *testing.T) {
	var companies []nayose.Company
	for i := range 40 {
		companies = append(companies, nayose.Company{ID: fmt.Sprintf("%02d", i), Name: "株式会社アカネ"})
	}
	m := newTestMatcher(t, companies)
	got := m.Match(&nayose.Mention{CompanyName: "株式会社アカネ"})
	if got.Outcome != nayose.Review || len(got.Candidates) != maxShown || got.CompanyID != "00" {
		t.Errorf("one of 40 namesakes: %s with %d candidates, the first %q", got.Outcome, len(got.Candidates), got.CompanyID)
	}
	if got.Probability > 1.0/40 {
		t.Errorf("one of 40 namesakes has probability %v, as if only those shown counted", got.Probability)
	}
}

// TestHostileMentions must end soon and not panic; the fuzz target below looks for more.
func TestHostileMentions(t *testing.T) {
	m := newTestMatcher(t, town)
	for _, s := range []string{
		strings.Repeat("株", 100_000), strings.Repeat("(", 100_000), strings.Repeat("株式会社アシスト ", 20_000), strings.Repeat("\xff", 100_000),
		strings.Repeat("﷽", 50_000), strings.Repeat("一", 100_000), strings.Repeat("1-", 50_000), strings.Repeat("a.", 50_000) + "jp",
	} {
		m.Match(&nayose.Mention{CompanyName: s, CompanyNameKana: s, WorkplaceName: s, Address: s, Phone: s, URL: s, CorporateNumber: s})
	}
}

func FuzzMatch(f *testing.F) {
	m := newTestMatcher(f, town)
	f.Add("株式会社アシスト 新宿店", "アシスト（本店）", "大阪市北区梅田1-12-17", "03-1234-5678", "https://akane-kaigo.co.jp/")
	f.Add("㈱", "(株", "郡", "+81", "jp")
	f.Fuzz(func(t *testing.T, name, workplace, address, phone, url string) {
		got := m.Match(&nayose.Mention{
			CompanyName: name, CompanyNameKana: workplace, WorkplaceName: workplace, Address: address, Phone: phone, URL: url, CorporateNumber: phone,
		})
		sum := 0.0
		for _, c := range got.Candidates {
			sum += c.Probability
		}
		if sum > 1+1e-9 || math.IsNaN(sum) {
			t.Errorf("the candidates' probabilities sum to %v", sum)
		}
		if slices.ContainsFunc(got.Candidates, func(c nayose.Candidate) bool { return len(c.Evidence) == 0 }) {
			t.Error("a candidate has no evidence")
		}
	})
}

// TestExp2 holds the table to the standard library: on the grid of tenths of a bit, beside it and beyond it.
func TestExp2(t *testing.T) {
	for _, bits := range []float64{0, 0.1, -0.1, 7.3, -59.9, 0.0005, -3.1415, 999.9, -999.9, -1000, 1023, -1060.5, -2000, 2000} {
		got, want := exp2(bits), math.Exp2(bits)
		if got != want && math.Abs(got/want-1) > 1e-12 {
			t.Errorf("exp2(%v) = %v, want %v", bits, got, want)
		}
	}
}
