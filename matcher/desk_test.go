package matcher

import (
	"fmt"
	"sync"
	"testing"

	"nayose"
	"nayose/matcher/internal/index"
)

// deskFor is a desk at which a mention was read.
func (m *Matcher) deskFor(x *nayose.Mention) *desk {
	d := newDesk(m)
	d.read(x)
	return d
}

// company is the number of the company with an id.
func (m *Matcher) company(id string) uint32 { return m.master.Owners(index.NewKey(index.ByID, id))[0] }

// cities is a matcher whose master has 500 municipalities, of which no two are one, and nothing else.
var cities = sync.OnceValue(func() *Matcher {
	return newMatcherOf(500, func(i int) index.Entry {
		return index.Entry{Office: index.Place{City: fmt.Sprintf("%03d市", i)}}
	})
})

// newMatcherOf is a matcher of n companies.
func newMatcherOf(n int, company func(i int) index.Entry) *Matcher {
	b := index.NewBuilder()
	for i := range n {
		e := company(i)
		e.ID = fmt.Sprint(i)
		if err := b.Add(&e); err != nil {
			panic(err)
		}
	}
	x, err := b.Finish(sameCity)
	if err != nil {
		panic(err)
	}
	return New(&Master{x}, DefaultModel())
}

// TestDecideAllocatesNothing has a desk that has seen a mention read it and decide about it again.
func TestDecideAllocatesNothing(t *testing.T) {
	shops := townShops[:len(townShops):len(townShops)]
	for i := range 5000 {
		shops = append(shops, nayose.Workplace{CompanyID: "2", Name: fmt.Sprintf("アシスト%d号館", i), Address: fmt.Sprintf("東京都北区王子%d-%d", i/70, i%70)})
	}
	m := newTestMatcher(t, town, shops...)
	for _, x := range []nayose.Mention{
		{CompanyName: "株式会社アカネ介護サービス", CompanyNameKana: "アカネカイゴサービス", Address: "札幌市東区北7条東3-28-32", Phone: "011-711-1234"},
		{CompanyName: "株式会社アシスト", WorkplaceName: "アシスト新宿店", Address: "大阪市北区梅田1-12-17", URL: "assist.co.jp"},
		{CompanyName: "アカネ介護サービス札幌営業所", Address: "北7条東3-28-32", URL: "akane-kaigo.co.jp"},
		{CompanyName: "アカネカイゴサービス"},
		{CompanyName: "税務署", CorporateNumber: "T7000012050002"},
		{CompanyName: "株式会社アカネ介護サポート", WorkplaceName: "アカネ介護サービス新さっぽろ", Address: "鼈市1-1"}, // names that are like it
		{CompanyName: "株式会社ゾウガメ水産"},
		{CompanyName: "アカネの里", Address: "八王子市散田町3-8-5", Phone: "042-661-1234"},
		{CompanyName: "アシスト77号館", Address: "東京都北区王子1-7", URL: "tsugumi-en.jp"},
		{CompanyName: "株式会社モモ食品"},
		{CompanyName: "株式会社エヌ・ティ・ティ"},
		{CompanyName: "㈱ｱｶﾈ介護ｻｰﾋﾞｽ", Address: "大宮町4-237"},
		{},
	} {
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
