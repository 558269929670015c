package registry

import (
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"nayose"
)

// What the registry calls its files: 31_tottori_all_20160229.zip, or _1, _2 … where there are several, and diff_20260819.csv.
var (
	fullName   = regexp.MustCompile(`(?i)(?:^|\D)(\d\d)_[a-z]+_all_(\d{8})(?:\D|$)`)
	changeName = regexp.MustCompile(`(?i)(?:^|[^a-z])diff_(\d{8})(?:\D|$)`)
	numbered   = regexp.MustCompile(`(?i)^(.+)_(\d{1,4})\.csv$`)
)

// A named is what the name of a file says.
type named struct {
	day        nayose.Date
	whole      bool
	prefecture string
}

// parseName is what the first of the names says that says anything; nil if none does.
func parseName(names ...string) *named {
	for _, name := range names {
		name = base(name)
		if m := fullName.FindStringSubmatch(name); m != nil {
			if day, ok := parseNameDay(m[2]); ok {
				return &named{day, true, area(m[1])}
			}
		}
		if m := changeName.FindStringSubmatch(name); m != nil {
			if day, ok := parseNameDay(m[1]); ok {
				return &named{day: day}
			}
		}
	}
	return nil
}

func parseNameDay(digits string) (nayose.Date, bool) {
	t, err := time.Parse("20060102", digits)
	return nayose.NewDate(t.Date()), err == nil
}

func base(name string) string { return path.Base(strings.ReplaceAll(name, `\`, "/")) }

// area is whose rows a full file has, by the code that its name begins with.
func area(code string) string {
	switch n, _ := strconv.Atoi(code); {
	case n == 0:
		return "全国"
	case n <= len(prefectures):
		return prefectures[n-1]
	case n == 99:
		return "国外"
	}
	return ""
}

// prefectures are in the order of their codes (JIS X 0401), from 01.
var prefectures = strings.Fields(`
北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 富山県 石川県 福井県 山梨県 長野県
岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県
佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県`)
