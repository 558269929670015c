package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/loader"
)

// unmatchedMentions are mentions as the database streams them, one a line: postings, name, workplace, address, phone.
func unmatchedMentions(t *testing.T, lines ...string) []mention {
	t.Helper()
	all, err := gather(func(yield func(loader.UnmatchedMention, error) bool) {
		for i, line := range lines {
			f := strings.Split(line, ",")
			m := loader.UnmatchedMention{
				Mention:  nayose.Mention{Partner: "p", CompanyName: f[1], WorkplaceName: f[2], Address: f[3], Phone: f[4]},
				Postings: int64(f[0][0] - '0'), FirstSeen: nayose.NewDate(2026, 11, 16) - nayose.Date(7*i),
				Nearest: &nayose.Candidate{CompanyID: string(rune('z' - i)), Probability: 0.005 * float64(i)},
			}
			if !yield(m, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// What most postings say comes first: of names those with a legal form, of addresses those with a prefecture. What differs in width
// and blanks only is said once, and the nearest company is the likeliest of all, from one chance in a hundred on.
func TestEmployersOf(t *testing.T) {
	list, unnamed := employersOf(unmatchedMentions(
		t,
		"1,株式会社アオイ,,東京都港区芝1-2-3,",
		"5,アカネ,南店,札幌市東区北七条東1-1,",
		"1,株式会社アカネ　北店,,北海道札幌市東区北七条東２－２,０１１－７１１－１２３４",
		"2,株式会社　アカネ,北店,北海道札幌市東区北七条東2-2,011-711-1234",
		"4,非公開,,北海道札幌市東区北七条東2-2,",
		"2,株式会社アカネ,,大阪府大阪市北区梅田1-1,",
	))
	want := []missing{
		{
			Name: "株式会社　アカネ", Prefecture: "北海道", Address: "北海道札幌市東区北七条東2-2", Phone: "011-711-1234",
			Postings: 8, Mentions: 3, SameName: 1, Partners: []string{"p"}, FirstSeen: "2026-10-26", OtherNames: []string{"アカネ"},
			Workplaces: []string{"南店", "北店"}, Prefectures: []string{"北海道"}, OtherAddresses: []string{"札幌市東区北七条東1-1"},
			Nearest: &nearest{CompanyID: "w", Probability: 0.015},
		},
		{
			Name: "株式会社アカネ", Prefecture: "大阪府", Address: "大阪府大阪市北区梅田1-1", Postings: 2, Mentions: 1, SameName: 1,
			Partners: []string{"p"}, FirstSeen: "2026-10-12", OtherNames: []string{}, Workplaces: []string{}, Prefectures: []string{"大阪府"},
			OtherAddresses: []string{}, Nearest: &nearest{CompanyID: "u", Probability: 0.025},
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
}

func TestWriteMissing(t *testing.T) {
	var out strings.Builder
	if err := writeMissing(&out, []missing{{
		CompanyID: "1234567890123", Name: "＝アカネ", Address: "芝1-2,3", Phone: "0117111234", Postings: 123456789012,
		Nearest: &nearest{"2", "アオイ", 0.034, []nayose.Evidence{{Comparison: "name", Level: "similar", Bits: -3.5}, {Comparison: "phone", Level: "same", Bits: 8}}},
	}}); err != nil {
		t.Fatal(err)
	}
	want := "\uFEFF" + strings.Join(missingColumns, ",") + "\r\n" +
		`'1234567890123,'＝アカネ,,"芝1-2,3",'0117111234,,'123456789012,0,0,,,,,,,2,アオイ,0.03,"name: similar -3.5, phone: same +8.0"` + "\r\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
