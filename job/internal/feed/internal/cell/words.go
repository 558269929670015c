package cell

import (
	"cmp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// employmentTypes are the words of Japanese job ads by FoldWord, each with one of nayose.EmploymentTypes.
var employmentTypes = wordTable(map[string]string{
	"full_time":    "正社員 正職員 正規 正規社員 正規職員 正規雇用 無期雇用社員 常勤 常勤職員 フルタイム full_time",
	"contract":     "契約社員 契約職員 契約 有期雇用 嘱託 嘱託社員 嘱託職員 準社員 期間社員 期間従業員 臨時職員 contract",
	"part_time":    "パート アルバイト パートアルバイト アルバイトパート バイト パート社員 パート職員 パートタイム パートタイマー 非常勤 非常勤職員 part_time",
	"temporary":    "派遣 派遣社員 派遣スタッフ 派遣職員 登録型派遣 一般派遣 常用型派遣 無期雇用派遣 temporary",
	"temp_to_perm": "紹介予定派遣 紹介予定派遣社員 temp_to_perm",
	"outsourcing":  "業務委託 業務請負 委託 請負 フリーランス 個人事業主 outsourcing",
	"internship":   "インターン インターンシップ 長期インターン internship",
	"other":        "その他 other",
})

// wordTable turns lists of words, each under what it means, into what each word means.
func wordTable(lists map[string]string) map[string]string {
	table := map[string]string{}
	for meaning, words := range lists {
		for word := range strings.FieldsSeq(words) {
			table[FoldWord(word)] = meaning
		}
	}
	return table
}

// FoldWord makes パート・アルバイト, ﾊﾟｰﾄ/ｱﾙﾊﾞｲﾄ and パートアルバイト one word: it folds, and keeps letters and digits only.
func FoldWord(s string) string {
	return strings.Map(func(r rune) rune {
		if isWord(r) {
			return r
		}
		return -1
	}, Fold(s))
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// pieces are the parts of a cell between spaces and signs, folded. Those in brackets come last: they say what a job is like
// (【急募】), or more of what is said outside.
func pieces(cell string) []string {
	cell = apart.Replace(strings.ToLower(norm.NFKC.String(cell)))
	var outside, inside []string
	start, depth := 0, 0
	for i, r := range cell + " " {
		if isWord(r) || unseen(r) {
			continue
		}
		if piece := FoldWord(cell[start:i]); piece != "" && depth > 0 {
			inside = append(inside, piece)
		} else if piece != "" {
			outside = append(outside, piece)
		}
		start = min(i+len(string(r)), len(cell))
		switch {
		case unicode.Is(unicode.Ps, r):
			depth++
		case unicode.Is(unicode.Pe, r):
			depth = max(depth-1, 0)
		}
	}
	return append(outside, inside...)
}

// apart puts a sign where a word says that another job begins.
var apart = strings.NewReplacer("兼", "/", "および", "/", "及び", "/", "または", "/", "又は", "/", "もしくは", "/")

// understand is what a cell means that says a thing in words: exact knows single words, compound longer ones as well. The whole
// cell comes first, so that アルバイト・パート is one word; then the first of its pieces that means something: of 正社員・パート,
// 正社員; then all of it as one compound, for 介 護 職. It is other where nothing is understood.
func understand(cell string, exact, compound func(word string) string) string {
	whole := FoldWord(cell)
	if found := exact(whole); found != "" {
		return found
	}
	for _, piece := range pieces(cell) {
		if found := compound(piece); found != "" {
			return found
		}
	}
	return cmp.Or(compound(whole), "other")
}

// EmploymentType is the one of nayose.EmploymentTypes that a cell names, by own words (by FoldWord) and the usual ones; other where
// nothing is understood.
func EmploymentType(cell string, own map[string]string) string {
	exact := func(word string) string { return cmp.Or(own[word], employmentTypes[word]) }
	return understand(cell, exact, exact)
}

// IsNothing tells whether a cell for a number or a date says that there is none.
func IsNothing(s string) bool {
	if !isASCII(s) {
		s = norm.NFKC.String(s)
	}
	switch s {
	case "", "-", "--", "ー", "―", "—", "なし", "無し", "未定", "随時", "応相談", "要相談", "0000-00-00", "0000/00/00":
		return true
	}
	return strings.HasSuffix(s, "次第") // 採用決定次第, 定員になり次第
}

// Deleted tells whether a cell says that something is taken back: 削除, 1, 掲載停止. An empty cell says that it is not; known is
// false for a word that says neither.
func Deleted(s string) (yes, known bool) {
	s = Fold(s)
	return gone[s], s == "" || gone[s] || stays[s]
}

var (
	gone = wordSet("1 true t yes y on d del delete deleted remove removed closed expired x 削除 削除済 削除済み 済 有 はい 停止 掲載停止 " +
		"終了 掲載終了 募集終了 終了済 取消 取り消し 取下げ 取下 無効 非公開 非掲載 ○ ● レ ✓")
	stays = wordSet("0 false f no n off a i u add insert update new open active 無 なし いいえ 未 追加 新規 更新 変更 登録 継続 掲載 掲載中 募集中 " +
		"公開 公開中 有効 × - ー")
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[Fold(word)] = true
	}
	return set
}
