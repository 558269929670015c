package reading

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// AppendWorkplace adds the names, in loose writing, by which a workplace (事業所, 拠点) is known: the whole of what is written, and that
// without what stands in brackets. A name that says no more than what it is or where it lies is nobody's: 本社, 札幌支店 in 札幌市.
//
//	AppendWorkplace(nil, "アカネの里(訪問介護)", "…") = アカネノ里訪問介護, アカネノ里
func (r *Reader) AppendWorkplace(names []string, name, address string) []string {
	name = r.Clean(name)
	if name == "" || r.Withheld(name) {
		return names
	}
	where := r.loose(r.strict(r.Clean(address)))
	for _, w := range r.Wordings(name) {
		if w.Scope == Whole && utf8.RuneCountInString(w.Strict) >= 2 && !saysWhere(w.Loose, where) {
			names = append(names, w.Loose)
		}
	}
	return names
}

// saysWhere reports a name that is, but for the word for a branch behind it, a part of the address, a region or a number.
func saysWhere(name, address string) bool {
	if tail, ok := workplaceTails.ends(name); ok {
		name = name[:len(name)-len(tail.word)]
	}
	return strings.Contains(address, name) || strings.Trim(name, "第0123456789") == "" || regions.has(name)
}

var (
	workplaceTails = tailsOf(`本社営業所 本社工場 物流センタ 配送センタ 本店 支店 店舗 本社 支社 本部 支部 営業所 事業所 出張所 事務所 工場 営業部 事業部 研究所
		倉庫 本校 分校 校 支所 分室 店 センタ オフイス`)  // a longer one first
	regions = newHeads(slices.Concat(Prefectures, strings.Fields(`青森 岩手 宮城 秋田 山形 福島 茨城 栃木 群馬 埼玉 千葉 東京 神奈川 新潟 富山 石川 福井 山梨 長野 岐阜
		静岡 愛知 三重 滋賀 京都 大阪 兵庫 奈良 和歌山 鳥取 島根 岡山 広島 山口 徳島 香川 愛媛 高知 福岡 佐賀 長崎 熊本 大分 宮崎 鹿児島 沖縄
		東北 関東 北関東 南関東 首都圏 甲信越 中部 東海 北陸 近畿 関西 中国 四国 九州 東日本 西日本 全国 国内 海外 東 西 南 北 中央 新`)))
)
