package cell

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPlace(t *testing.T) {
	for _, test := range []struct{ address, prefecture, city string }{
		{"北海道札幌市東区北24条東21丁目7-22", "北海道", "札幌市東区"},
		{"北海道上川郡東神楽町北1条", "北海道", "上川郡東神楽町"},
		{"北海道余市郡余市町黒川町", "北海道", "余市郡余市町"},
		{"三重県四日市市諏訪町", "三重県", "四日市市"},
		{"千葉県市川市八幡", "千葉県", "市川市"},
		{"千葉県市原市国分寺台", "千葉県", "市原市"},
		{"広島県廿日市市下平良", "広島県", "廿日市市"},
		{"奈良県大和郡山市北郡山町", "奈良県", "大和郡山市"},
		{"福島県郡山市郡山町", "福島県", "郡山市"},
		{"奈良県高市郡明日香村", "奈良県", "高市郡明日香村"},
		{"東京都東村山市本町", "東京都", "東村山市"},
		{"東京都武蔵村山市本町", "東京都", "武蔵村山市"},
		{"東京都町田市森野", "東京都", "町田市"},
		{"東京都千代田区丸の内1-1", "東京都", "千代田区"},
		{"東京都港区芝公園", "東京都", "港区"},
		{"東京都八丈島八丈町大賀郷", "東京都", ""},
		{"三重県津市丸之内", "三重県", "津市"},
		{"群馬県佐波郡玉村町下新田", "群馬県", "佐波郡玉村町"},
		{"宮城県柴田郡村田町大字村田", "宮城県", "柴田郡村田町"},
		{"神奈川県横浜市保土ｹ谷区川辺町", "神奈川県", "横浜市保土ケ谷区"},
		{"大阪府堺市堺区南瓦町", "大阪府", "堺市堺区"},
		{"京都府京都市中京区寺町通", "京都府", "京都市中京区"},
		{"〒060-0001　北海道　札幌市　中央区　北1条西2丁目", "北海道", "札幌市中央区"},
		{"〒０６０−０００１北海道札幌市中央区", "北海道", "札幌市中央区"},
		{"横浜市西区みなとみらい", "", "横浜市西区"},
		{"東京都新宿3-1-2", "東京都", ""},
		{"大阪府", "大阪府", ""},
		{"勤務地は応相談", "", ""},
		{"", "", ""},
	} {
		if p, c := Place(test.address); p != test.prefecture || c != test.city {
			t.Errorf("Place(%q) = %q, %q; want %q, %q", test.address, p, c, test.prefecture, test.city)
		}
	}
}

// TestPlaceTowns splits an address in every town of Japan.
func TestPlaceTowns(t *testing.T) {
	data := os.Getenv("NAYOSE_DATA")
	if data == "" {
		t.Skip("NAYOSE_DATA is not set")
	}
	f, err := os.Open(filepath.Join(data, "towns.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, towns, wrong := csv.NewReader(z), 0, 0
	if _, err := rows.Read(); err != nil { // the header
		t.Fatal(err)
	}
	for ; ; towns++ {
		row, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if p, c := Place(row[0] + row[1] + row[2]); p != row[0] || c != row[1] {
			if wrong++; wrong < 20 {
				t.Errorf("Place(%q) = %q, %q; want %q, %q", row[0]+row[1]+row[2], p, c, row[0], row[1])
			}
		}
	}
	if towns < 200_000 || wrong > 0 {
		t.Errorf("%d of %d towns are wrong", wrong, towns)
	}
}

// patterns are what splitName does, as regular expressions, in which J is a letter of Japanese.
var patterns = func() (p struct{ city, ward, tokyo *regexp.Regexp }) {
	place := func(pattern string) *regexp.Regexp {
		return regexp.MustCompile(strings.ReplaceAll(pattern, "J", `[\p{Han}\p{Hiragana}\p{Katakana}ー]`))
	}
	p.city = place(`^(?:四日市市|廿日市市|野々市市|大和郡山市|蒲郡市|小郡市)|^` +
		`(?:余市|高市|[^市\x00-~]{1,4}?)郡(?:玉村町|大町町|JJ{0,5}?[町村])|^J{1,7}?市`)
	p.ward = place(`^J{1,4}?区`)
	p.tokyo = place(`^(?:大島町|利島村|新島村|神津島村|三宅村|御蔵島村|八丈町|青ヶ島村|小笠原村|J{1,3}?区)`)
	return p
}()

// splitByPatterns is Place, slowly.
func splitByPatterns(s string) (prefecture, city string) {
	s = foldAny(strings.ToValidUTF8(s[:min(len(s), addressHead)], ""))
	s = s[len(postcode.FindString(s)):]
	for _, p := range prefectures {
		if rest, ok := strings.CutPrefix(s, p); ok {
			prefecture, s = p, rest
			break
		}
	}
	if prefecture == "東京都" {
		if city = patterns.tokyo.FindString(s); city != "" {
			return prefecture, city
		}
	}
	city = patterns.city.FindString(s)
	if slices.Contains(wardCities, city) {
		city += patterns.ward.FindString(s[len(city):])
	}
	return prefecture, city
}

// TestPlacePatterns splits whatever is made of the parts that matter.
func TestPlacePatterns(t *testing.T) {
	parts := strings.Fields(`余市 高市 郡 市 町 村 区 玉村町 大町町 四日市市 大和郡山市 東京都 大島町 青ヶ島村 京都府 横浜市 札幌市 さいたま市 神奈川県 山 ｶﾞ カ゛ ゙ ー 々
		ケ a ２ 3 - ★ 〒 060-0001 ０６０ 髙 𠮷 `)
	parts = append(parts, "\x80", "　")
	rapid.Check(t, func(t *rapid.T) {
		address := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 12).Draw(t, "parts"), "")
		p, c := Place(address)
		if wantP, wantC := splitByPatterns(address); p != wantP || c != wantC {
			t.Fatalf("Place(%q) = %q, %q; by patterns %q, %q", address, p, c, wantP, wantC)
		}
	})
}

func TestPrefecture(t *testing.T) {
	for s, want := range map[string]string{
		"東京都": "東京都", " 東京 ": "東京都", "京都": "京都府", "京都府": "京都府", "北海道": "北海道", "大阪": "大阪府", "全国": "", "": "",
	} {
		if got := Prefecture(s); got != want {
			t.Errorf("Prefecture(%q) = %q, want %q", s, got, want)
		}
	}
}
