package matcher

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
)

func TestReadEmployer(t *testing.T) {
	for _, c := range []struct {
		name, want string
		formed     bool
	}{
		{"株式会社アカネ　札幌東営業所", "株式会社アカネ", true},
		{"株式会社　アカネ　アカネの里", "株式会社　アカネ", true},
		{"株式会社　アカネ　株式会社アカネ札幌東営業所", "株式会社　アカネ", true},
		{"アカネ株式会社", "アカネ株式会社", true},
		{" ㈱ｱｶﾈ ", "㈱ｱｶﾈ", true},
		{"あかね会　あかね病院", "あかね会", false},
		{"あかね医療生活協同組合　あかね診療所", "あかね医療生活協同組合", true},
		{"あかね会", "あかね会", false},
		{"非公開", "", false},
		{"", "", false},
	} {
		got := ReadEmployer(&nayose.Mention{CompanyName: c.name}, "")
		if got.Name != c.want || got.Formed != c.formed {
			t.Errorf("ReadEmployer(%q) has the name %q, formed %v, want %q, %v", c.name, got.Name, got.Formed, c.want, c.formed)
		}
	}
	for _, c := range []struct{ prefecture, address, want string }{
		{"", "北海道札幌市東区北七条東３丁目", "北海道"}, {"大阪府", "中央区本町1-2", "大阪府"}, {"", "中央区本町1-2", ""}, {"大阪府", "東京都中央区本町1-2", "東京都"},
	} {
		if got := ReadEmployer(&nayose.Mention{Address: c.address}, c.prefecture).Prefecture; got != c.want {
			t.Errorf("the prefecture of %q with %q is %q, want %q", c.address, c.prefecture, got, c.want)
		}
	}
	good := corporateNumber(1)
	for number, want := range map[string]string{"T" + good: good, good[:12] + "2": "", "": ""} {
		if got := ReadEmployer(&nayose.Mention{CorporateNumber: number}, "").Number; got != want {
			t.Errorf("the number of %q is %q, want %q", number, got, want)
		}
	}
}

// employers reads mentions of name, address, phone, URL and number.
func employers(list [][5]string) []Employer {
	all := make([]Employer, len(list))
	for i, m := range list {
		all[i] = ReadEmployer(&nayose.Mention{CompanyName: m[0], Address: m[1], Phone: m[2], URL: m[3], CorporateNumber: m[4]}, "")
	}
	return all
}

func TestGroupEmployers(t *testing.T) {
	const north, east, west = "北海道札幌市東区北七条東３丁目", "東京都港区芝1-2-3", "大阪府大阪市北区梅田4-5-6"
	number := corporateNumber(1)
	chain := [][5]string{}
	for _, prefecture := range []string{"北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県"} {
		chain = append(chain, [5]string{"株式会社アカネ", prefecture})
	}
	portal := [][5]string{{"株式会社アカネ", north, "", "portal.example"}, {"株式会社アカネ", west, "", "portal.example"}}
	for _, name := range []string{"アオイ", "ミドリ", "キイロ"} {
		portal = append(portal, [5]string{"株式会社" + name, east, "", "portal.example"})
	}
	for _, c := range []struct {
		about string
		list  [][5]string
		want  []uint32
	}{
		{"a name and a prefecture", [][5]string{{"株式会社アカネ", north}, {"㈱アカネ　南店", "北海道旭川市1-2"}, {"株式会社アカネ", west}}, []uint32{0, 0, 1}},
		{"another legal form", [][5]string{{"株式会社アカネ", north}, {"合同会社アカネ", north}}, []uint32{0, 1}},
		{"a domain", [][5]string{{"株式会社アカネ", north, "", "https://akane.example/a"}, {"株式会社アカネ", west, "", "akane.example"}}, []uint32{0, 0}},
		{"a phone", [][5]string{{"株式会社アカネ", north, "011-711-1234"}, {"株式会社アカネ", west, "0117111234"}}, []uint32{0, 0}},
		{"a phone that all share", [][5]string{{"株式会社アカネ", north, "0120-711-123"}, {"株式会社アカネ", west, "0120-711-123"}}, []uint32{0, 1}},
		{"a domain of another name", [][5]string{{"株式会社アカネ", north, "", "akane.example"}, {"株式会社アオイ", west, "", "akane.example"}}, []uint32{0, 1}},
		{"a portal's domain", portal, []uint32{0, 1, 2, 3, 4}},
		{"five prefectures", chain[:5], []uint32{0, 1, 2, 3, 4}},
		{"six prefectures", chain, []uint32{0, 0, 0, 0, 0, 0}},
		{"no legal form", [][5]string{{"アカネ", north}, {"株式会社アカネ", north}, {"アカネ", west}}, []uint32{0, 0, 1}},
		{"no legal form where two have one", [][5]string{{"アカネ", north}, {"株式会社アカネ", north}, {"合同会社アカネ", north}}, []uint32{0, 1, 2}},
		{"an unknown prefecture", [][5]string{{"株式会社アカネ"}, {"株式会社アカネ", north}}, []uint32{0, 0}},
		{"an unknown prefecture of two", [][5]string{{"株式会社アカネ"}, {"株式会社アカネ", north}, {"株式会社アカネ", west}}, []uint32{0, 1, 2}},
		{"a city that another mention places", [][5]string{
			{"株式会社アカネ", "札幌市東区北八条東1-1"}, {"株式会社アカネ", north}, {"株式会社アカネ", west},
		}, []uint32{0, 0, 1}},
		{"a number", [][5]string{{"株式会社アカネ", north, "", "", number}, {"㈱アオイ", west, "", "", "T" + number}}, []uint32{0, 0}},
		{"nobody", [][5]string{{"非公開", north, "011-711-1234"}, {"非公開", north, "011-711-1234"}, {"", north}}, []uint32{0, 1, 2}},
	} {
		of, n := GroupEmployers(employers(c.list))
		if diff := cmp.Diff(c.want, of); diff != "" || n != int(slices.Max(of))+1 {
			t.Errorf("%s: %d employers (-want +got):\n%s", c.about, n, diff)
		}
	}
	all := employers([][5]string{{"アカネ", "札幌市東区北八条東1-1"}, {"アオイ", north}})
	if GroupEmployers(all); all[0].Prefecture != "北海道" {
		t.Errorf("the prefecture of 札幌市東区 is %q, beside %q", all[0].Prefecture, north)
	}
}

// corporateNumber is the nth corporate number of no company: its check digit is right.
func corporateNumber(n int) string {
	for digit := range 10 {
		number := string(rune('0'+digit)) + "99999900000" + string(rune('0'+n))
		if ReadEmployer(&nayose.Mention{CorporateNumber: number}, "").Number != "" {
			return number
		}
	}
	panic("no check digit is right")
}

// TestGroupRealEmployers lays the groups beside the right companies of real postings: what is said of GroupEmployers holds.
func TestGroupRealEmployers(t *testing.T) {
	dir := os.Getenv("NAYOSE_DATA")
	if dir == "" {
		t.Skip("NAYOSE_DATA is not set")
	}
	f, err := os.Open(filepath.Join(dir, "gold/kaigo.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []Employer
	var right []string
	for i, row := range rows[1:] { // posting_id, company_name, company_name_kana, workplace_name, address, phone, url, true_company_id
		m := nayose.Mention{CompanyName: row[1], Address: row[4], Phone: row[5], URL: row[6]}
		if i%2 == 0 { // as partners write it who have one column for both
			m.CompanyName, m.URL = row[1]+"　"+row[3], ""
		}
		all = append(all, ReadEmployer(&m, ""))
		right = append(right, strings.TrimSpace(row[7]))
	}
	of, n := GroupEmployers(all)
	type pair struct {
		group uint32
		id    string
	}
	groups, ids, both := map[uint32]int{}, map[string]int{}, map[pair]int{}
	for i, id := range right {
		if id != "" {
			groups[of[i]]++
			ids[id]++
			both[pair{of[i], id}]++
		}
	}
	together, ofGroups, ofIDs := pairs(both), pairs(groups), pairs(ids)
	precision, recall := float64(together)/float64(ofGroups), float64(together)/float64(ofIDs)
	t.Logf("%d mentions, %d employers; of %d companies, %d groups; pairs in one group that are one company %.4f, pairs of one company in one group %.4f",
		len(all), n, len(ids), len(groups), precision, recall)
	if precision < 0.99 || recall < 0.9 {
		t.Errorf("precision %.4f, recall %.4f: namesakes are lumped together, or companies split", precision, recall)
	}
}

// pairs is the number of pairs in sets of these sizes.
func pairs[K comparable](sizes map[K]int) (n int) {
	for _, size := range sizes {
		n += size * (size - 1) / 2
	}
	return n
}
