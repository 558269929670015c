package cell

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var prefectures = strings.Fields(`北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都
	神奈川県 新潟県 富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県
	島根県 岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県`)

// Prefecture is the full name of a prefecture, also of 東京 or 京都; empty where s is none.
func Prefecture(s string) string {
	s = Fold(s)
	for _, p := range prefectures {
		if s == p || s == p[:len(p)-len("県")] {
			return p
		}
	}
	return ""
}

// wardCities are the cities that have wards (政令指定都市).
var wardCities = strings.Fields(`札幌市 仙台市 さいたま市 千葉市 横浜市 川崎市 相模原市 新潟市 静岡市 浜松市 名古屋市 京都市 大阪市 堺市
	神戸市 岡山市 広島市 北九州市 福岡市 熊本市`)

// Names of municipalities end at the first 市, or the first 町 or 村 behind 郡, but for those that are written out here: with
// them, the rules below cut all 1,895 municipalities and wards right. Outside of 郡 there are towns and villages on the
// islands of 東京都 only.
var (
	oddCities   = strings.Fields("四日市市 廿日市市 野々市市 大和郡山市 蒲郡市 小郡市")
	oddCounties = strings.Fields("余市郡 高市郡")
	oddTowns    = strings.Fields("玉村町 大町町")
	islands     = strings.Fields("大島町 利島村 新島村 神津島村 三宅村 御蔵島村 八丈町 青ヶ島村 小笠原村")
)

// postcode is a postcode at the start of a folded address.
var postcode = regexp.MustCompile(`^〒?\d{3}[-−‐ー]?\d{4}`)

// addressHead is how many bytes of an address can matter: a postcode, a prefecture, a county and a town.
const addressHead = 120

// Place takes prefecture and municipality (札幌市東区, 上川郡東神楽町) off the start of an address; empty where it
// does not begin with them.
func Place(s string) (prefecture, city string) {
	s = s[:min(len(s), addressHead)]
	if name, ok := plainName(s); ok {
		return splitName(name)
	}
	s = Fold(strings.ToValidUTF8(s, ""))
	return splitName(s[len(postcode.FindString(s)):])
}

// plainName is the start of an address up to its first digit: nearly always kanji and kana, in which there is nothing to Fold.
// ok is false where something else stands in it or ends it.
func plainName(s string) (name string, ok bool) {
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9' || r >= '０' && r <= '９':
			return s[:i], i > 0
		case !unchanged(r):
			return "", false
		}
	}
	return s, true
}

// splitName is Place for an address that is folded and begins with a name.
func splitName(s string) (prefecture, city string) {
	prefecture, s = cutPrefecture(s)
	if prefecture == "東京都" {
		for _, island := range islands {
			if strings.HasPrefix(s, island) {
				return prefecture, island
			}
		}
		if ward := upTo(s, "区", 3); ward != "" {
			return prefecture, ward
		}
	}
	city = cityOf(s)
	if slices.Contains(wardCities, city) {
		city += upTo(s[len(city):], "区", 4)
	}
	return prefecture, city
}

// cutPrefecture takes the name of a prefecture off the start of s.
func cutPrefecture(s string) (prefecture, rest string) {
	for _, n := range []int{len("東京都"), len("神奈川県")} {
		if len(s) >= n && isPrefecture[s[:n]] {
			return s[:n], s[n:]
		}
	}
	return "", s
}

var isPrefecture = wordSet(strings.Join(prefectures, " "))

// cityOf is the municipality at the start of s.
func cityOf(s string) string {
	for _, odd := range oddCities {
		if strings.HasPrefix(s, odd) {
			return odd
		}
	}
	for _, odd := range oddCounties {
		if town := townOf(s, odd); town != "" {
			return town
		}
	}
	letters := 0
	for i, r := range s {
		if r == '郡' && letters > 0 {
			if town := townOf(s, s[:i+len("郡")]); town != "" {
				return town
			}
		}
		if letters++; letters > 4 || r == '市' || r <= '~' {
			break
		}
	}
	return upTo(s, "市", 7)
}

// townOf is the county, if s begins with it, with its town or village; empty where there is none.
func townOf(s, county string) string {
	rest, ok := strings.CutPrefix(s, county)
	if !ok {
		return ""
	}
	for _, odd := range oddTowns {
		if strings.HasPrefix(rest, odd) {
			return county + odd
		}
	}
	if town := upTo(rest, "町村", 6); town != "" {
		return s[:len(county)+len(town)]
	}
	return ""
}

// upTo is the start of s up to the first of the stops that has a letter of Japanese before it, most such letters at most; empty
// where something else stands in between.
func upTo(s, stops string, most int) string {
	letters := 0
	for i, r := range s {
		if letters > 0 && strings.ContainsRune(stops, r) {
			return s[:i+len(string(r))]
		}
		if letters++; letters > most || !isJapanese(r) {
			return ""
		}
	}
	return ""
}

func isJapanese(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r == 'ー' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}
