package feed

import (
	"regexp"
	"slices"
	"strings"
)

var prefectures = strings.Fields(`北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都
	神奈川県 新潟県 富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県
	島根県 岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県`)

// parsePrefecture is the full name of a prefecture, also of 東京 or 京都; empty where s is none.
func parsePrefecture(s string) string {
	s = fold(s)
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

// Names of municipalities end at the first 市, or the first 町 or 村 behind 郡, but for those that are written out here:
// with them, the patterns cut all 1,895 municipalities and wards right. Outside of 郡 there are towns and villages on
// the islands of 東京都 only.
var (
	cityName = place(`^(?:四日市市|廿日市市|野々市市|大和郡山市|蒲郡市|小郡市)|^` +
		`(?:余市|高市|[^市\x00-~]{1,4}?)郡(?:玉村町|大町町|JJ{0,5}?[町村])|^J{1,7}?市`)
	wardName  = place(`^J{1,4}?区`)
	tokyoName = place(`^(?:大島町|利島村|新島村|神津島村|三宅村|御蔵島村|八丈町|青ヶ島村|小笠原村|J{1,3}?区)`)
	postcode  = regexp.MustCompile(`^〒?\d{3}[-−‐ー]?\d{4}`)
)

// place is a pattern in which J is a letter of Japanese.
func place(pattern string) *regexp.Regexp {
	return regexp.MustCompile(strings.ReplaceAll(pattern, "J", `[\p{Han}\p{Hiragana}\p{Katakana}ー]`))
}

// addressHead is how many bytes of an address can matter: a postcode, a prefecture, a county and a town.
const addressHead = 120

// splitAddress takes prefecture and municipality (札幌市東区, 上川郡東神楽町) off the start of an address; empty where it
// does not begin with them.
func splitAddress(s string) (prefecture, city string) {
	s = strings.ToValidUTF8(s[:min(len(s), addressHead)], "")
	s = fold(s)
	s = s[len(postcode.FindString(s)):]
	for _, p := range prefectures {
		if rest, ok := strings.CutPrefix(s, p); ok {
			prefecture, s = p, rest
			break
		}
	}
	if prefecture == "東京都" {
		if city = tokyoName.FindString(s); city != "" {
			return prefecture, city
		}
	}
	city = cityName.FindString(s)
	if slices.Contains(wardCities, city) {
		city += wardName.FindString(s[len(city):])
	}
	return prefecture, city
}
