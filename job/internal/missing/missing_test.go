package missing

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
)

// mentions are given one a line: group, postings, company's name, its employer's part, prefecture, workplace, address, phone. They come
// a week before each other, and the nearest company is likelier from one to the next.
func mentions(lines ...string) (all []Mention) {
	for i, line := range lines {
		f := strings.Split(line, ",")
		all = append(all, Mention{
			Mention:  nayose.Mention{Partner: "p", CompanyName: f[2], WorkplaceName: f[5], Address: f[6], Phone: f[7]},
			Postings: int64(f[1][0] - '0'), FirstSeen: nayose.NewDate(2026, 11, 16) - nayose.Date(7*i),
			Nearest: &nayose.Candidate{CompanyID: string(rune('z' - i)), Probability: 0.005 * float64(i)},
			Group:   uint32(f[0][0] - '0'), Name: f[3], Formed: strings.HasPrefix(f[3], "株式会社"), Prefecture: f[4],
		})
	}
	return all
}

// What most postings say comes first: of names those with a legal form, of addresses those with a prefecture. What differs in width
// and blanks only is said once, and the nearest company is the likeliest of all, from one chance in a hundred on.
func TestList(t *testing.T) {
	all := mentions(
		"0,1,株式会社アオイ,株式会社アオイ,東京都,,東京都港区芝1-2-3,",
		"1,5,アカネ,アカネ,北海道,南店,札幌市東区北七条東1-1,",
		"1,1,株式会社アカネ　北店,株式会社アカネ,北海道,,北海道札幌市東区北七条東２－２ ,０１１－７１１－１２３４",
		"1,2,株式会社　アカネ,株式会社　アカネ,北海道,北店,北海道札幌市東区北七条東2-2,011-711-1234",
		"3,4,非公開,,北海道,,北海道札幌市東区北七条東2-2,",
		"7,2,株式会社アカネ,株式会社アカネ,大阪府,,大阪府大阪市北区梅田1-1,　",
	)
	all[2].Number = "1234567890123"
	list, unnamed := List(all, folded)
	want := []Employer{
		{
			CompanyID: "1234567890123",
			Name:      "株式会社　アカネ", Prefecture: "北海道", Address: "北海道札幌市東区北七条東2-2", Phone: "011-711-1234",
			Postings: 8, Mentions: 3, SameName: 1, Partners: []string{"p"}, FirstSeen: "2026-10-26", OtherNames: []string{"アカネ"},
			Workplaces: []string{"南店", "北店"}, Prefectures: []string{"北海道"}, OtherAddresses: []string{"札幌市東区北七条東1-1"},
			Nearest: &Nearest{CompanyID: "w", Probability: 0.015},
		},
		{
			Name: "株式会社アカネ", Prefecture: "大阪府", Address: "大阪府大阪市北区梅田1-1", Postings: 2, Mentions: 1, SameName: 1,
			Partners: []string{"p"}, FirstSeen: "2026-10-12", OtherNames: []string{}, Workplaces: []string{}, Prefectures: []string{"大阪府"},
			OtherAddresses: []string{}, Nearest: &Nearest{CompanyID: "u", Probability: 0.025},
		},
		{
			Name: "株式会社アオイ", Prefecture: "東京都", Address: "東京都港区芝1-2-3", Postings: 1, Mentions: 1,
			Partners: []string{"p"}, FirstSeen: "2026-11-16", OtherNames: []string{}, Workplaces: []string{}, Prefectures: []string{"東京都"},
			OtherAddresses: []string{},
		},
	}
	if diff := cmp.Diff(want, list); diff != "" || unnamed != 4 {
		t.Errorf("%d postings name nobody, want 4; employers (-want +got):\n%s", unnamed, diff)
	}
	if list, _ := List(nil, folded); list == nil {
		t.Error("no employers are null")
	}
}

func TestNameNearest(t *testing.T) {
	list := []Employer{{Nearest: &Nearest{CompanyID: "2"}}, {}, {Nearest: &Nearest{CompanyID: "3"}}, {Nearest: &Nearest{CompanyID: "2"}}}
	broken := errors.New("broken")
	companies := func(fault error) iter.Seq2[Company, error] {
		return func(yield func(Company, error) bool) {
			_ = yield(Company{"1", "アカネ"}, nil) && yield(Company{"2", "アオイ"}, nil) && yield(Company{}, fault)
		}
	}
	if err := NameNearest(list, companies(nil)); err != nil {
		t.Fatal(err)
	}
	if got := list[0].Nearest.Name + list[2].Nearest.Name + list[3].Nearest.Name; got != "アオイアオイ" {
		t.Errorf("the names are %s", got)
	}
	if err := NameNearest(list, companies(broken)); err != broken {
		t.Errorf("NameNearest = %v, want %v", err, broken)
	}
	if err := NameNearest(list[1:2], companies(broken)); err != nil {
		t.Errorf("companies are read where none is near: %v", err)
	}
}

func TestWrite(t *testing.T) {
	list := []Employer{{
		CompanyID: "1234567890123", Name: "アカネ", Address: "芝1-2,3", Phone: "0117111234", Postings: 12, OtherNames: []string{"a", "b"},
		Nearest: &Nearest{"2", "アオイ", 0.034, []nayose.Evidence{{Comparison: "name", Level: "similar", Bits: -3.5}, {Comparison: "phone", Level: "same", Bits: 8}}},
	}, {}}
	var rows [][]string
	if err := Write(list, func(cells ...string) error {
		rows = append(rows, cells)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		columns,
		{
			"1234567890123", "アカネ", "", "芝1-2,3", "0117111234", "", "12", "0", "0", "", "", "a|b", "", "", "",
			"2", "アオイ", "0.03", "name: similar -3.5, phone: same +8.0",
		},
		{"", "", "", "", "", "", "0", "0", "0", "", "", "", "", "", "", "", "", "", ""},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for after := range 3 {
		full := fmt.Errorf("full after %d rows", after)
		n := 0
		if err := Write(list, func(...string) error {
			if n++; n > after {
				return full
			}
			return nil
		}); err != full {
			t.Errorf("Write = %v, want %v", err, full)
		}
	}
}
