package matcher

import (
	"fmt"
	"strings"
	"testing"
)

func TestParsePlace(t *testing.T) {
	for _, c := range []struct{ prefecture, address, want string }{
		{"", "東京都渋谷区桜丘町２６番１号", "東京都|渋谷区|桜丘町|26 1"},
		{"", "渋谷区桜丘町二十六番一号 セルリアンタワー15F", "|渋谷区|桜丘町|26 1"},
		{"東京都", "渋谷区桜丘町26-1", "東京都|渋谷区|桜丘町|26 1"},
		{"", "〒150-0031 東京都渋谷区桜丘町26－1", "東京都|渋谷区|桜丘町|26 1"},
		{"", "北海道札幌市東区北七条東３丁目２８－３２井門札幌東ビル４Ｆ", "北海道|札幌市東区|北7条東|3 28 32"},
		{"", "札幌市東区北7条東3-28-32", "|札幌市東区|北7条東|3 28 32"},
		{"", "北海道上川郡東神楽町南一条西１丁目３－２", "北海道|上川郡東神楽町|南1条西|1 3 2"},
		{"", "大阪市北区梅田一丁目12番17号", "|大阪市北区|梅田|1 12 17"},
		{"", "港区六本木6-11-1", "|港区|六本木|6 11 1"}, // a numeral that counts nothing
		{"", "東京都八王子市旭町1-1", "東京都|八王子市|旭町|1 1"},
		{"", "東京都千代田区三番町６番地", "東京都|千代田区|3番町|6"},
		{"", "三重県四日市市諏訪町1-5", "三重県|四日市市|諏訪町|1 5"},
		{"", "千葉県市川市市川1-1-1", "千葉県|市川市|市川|1 1 1"},
		{"", "東京都武蔵村山市本町1-1-1", "東京都|武蔵村山市|本町|1 1 1"},
		{"", "福島県郡山市朝日1-23-7", "福島県|郡山市|朝日|1 23 7"},
		{"", "広島県廿日市市下平良1-11-1", "広島県|廿日市市|下平良|1 11 1"},
		{"", "佐賀県杵島郡大町町大字大町5017", "佐賀県|杵島郡大町町|大町|5017"},
		{"", "奈良県高市郡明日香村岡55", "奈良県|高市郡明日香村|岡|55"},
		{"", "東京都大島町元町1-1-14", "東京都|大島町|元町|1 1 14"},
		{"", "北海道檜山郡江差町字中歌町１９３－１", "北海道|桧山郡江差町|中歌町|193 1"},
		{"", "岡山県都窪郡早島町前潟３６０番地の１", "岡山県|都窪郡早島町|前潟|360 1"},
		{"", "京都府相楽郡精華町精華台7丁目４番地－１", "京都府|相楽郡精華町|精華台|7 4 1"},
		{"", "東京都目黒区自由が丘1-2-3", "東京都|目黒区|自由ケ丘|1 2 3"},
		{"", "東京都目黒区自由ヶ丘１丁目２番３号４０５号室", "東京都|目黒区|自由ケ丘|1 2 3"},
		{"", "香川県高松市一宮町", "香川県|高松市|一宮町|"},
		{"", "西野2-408", "||西野|2 408"}, // a town alone
		{"東京都", "", "東京都|||"},
		{"", "", "|||"},
		{"", "99999999999", "|||"},
	} {
		p := parsePlace(c.prefecture, c.address)
		pref := ""
		if p.pref > 0 {
			pref = prefectures[p.pref-1]
		}
		got := fmt.Sprintf("%s|%s|%s|%s", pref, p.city, p.town, strings.Trim(fmt.Sprint(p.numbers), "[]"))
		if got != c.want {
			t.Errorf("parsePlace(%q, %q) = %s, want %s", c.prefecture, c.address, got, c.want)
		}
	}
}

func TestComparePlace(t *testing.T) {
	for _, c := range []struct{ mention, company, want string }{
		{"北海道札幌市東区北7条東3-28-32", "北海道札幌市東区北七条東３丁目２８－３２", "same number"},
		{"札幌市東区北7条東3-28", "北海道札幌市東区北七条東３丁目２８－３２", "same number"},
		{"札幌市東区北7条東3-99", "北海道札幌市東区北七条東３丁目２８－３２", "same block"},
		{"札幌市東区北7条東9-1", "北海道札幌市東区北七条東３丁目２８－３２", "same town"},
		{"北海道札幌市東区北8条東9-1", "北海道札幌市東区北七条東３丁目２８－３２", "same city"},
		{"北海道札幌市西区二十四軒1-1", "北海道札幌市東区北七条東３丁目２８－３２", "same prefecture"},
		{"東京都東区北7条東3-28-32", "北海道札幌市東区北七条東３丁目２８－３２", "other prefecture"},
		{"旭川市1条通1-1", "北海道札幌市東区北七条東３丁目２８－３２", "other city"},
		{"東神楽町南1条西1-3-2", "北海道上川郡東神楽町南一条西１丁目３－２", "same number"}, // 郡 left out
		{"", "北海道札幌市東区", ""},
		{"札幌市東区", "", ""},
		{"北海道", "北海道札幌市東区", "same prefecture"},
	} {
		b := builder{terms: newTerms()}
		p := parsePlace("", c.company)
		b.place(0, &p)
		m := &Matcher{master: &Master{terms: b.terms, places: b.places.rows(1)}}
		q := query{place: parsePlace("", c.mention)}
		if got := levelNames[byAddress][m.compareAddress(&q, 0)]; got != c.want {
			t.Errorf("address %q against %q is %q, want %q", c.mention, c.company, got, c.want)
		}
	}
}

func FuzzParsePlace(f *testing.F) {
	for _, s := range []string{"東京都渋谷区桜丘町26-1", "郡町", "市市市", "一二三四五六七八九十百丁目", "北七条", "１－－－２", "町1の", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := parsePlace("", s)
		if len(p.numbers) > 3 || int(p.pref) > len(prefectures) || len(p.city)+len(p.town) > 3*maxText {
			t.Errorf("parsePlace(%q) = %+v", s, p)
		}
	})
}
