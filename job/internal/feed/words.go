package feed

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// employmentTypes are the words of Japanese job ads by foldType, each with one of nayose.EmploymentTypes.
var employmentTypes = typeWords(map[string]string{
	"full_time":    "正社員 正職員 正規 正規社員 正規職員 正規雇用 無期雇用社員 常勤 常勤職員 フルタイム",
	"contract":     "契約社員 契約職員 契約 有期雇用 嘱託 嘱託社員 嘱託職員 準社員 期間社員 期間従業員 臨時職員",
	"part_time":    "パート アルバイト パートアルバイト アルバイトパート バイト パート社員 パート職員 パートタイム パートタイマー 非常勤 非常勤職員",
	"temporary":    "派遣 派遣社員 派遣スタッフ 派遣職員 登録型派遣 一般派遣 常用型派遣 無期雇用派遣",
	"temp_to_perm": "紹介予定派遣 紹介予定派遣社員",
	"outsourcing":  "業務委託 業務請負 委託 請負 フリーランス 個人事業主",
	"internship":   "インターン インターンシップ 長期インターン",
	"other":        "その他",
})

func typeWords(lists map[string]string) map[string]string {
	kinds := map[string]string{}
	for kind, words := range lists {
		kinds[foldType(kind)] = kind
		for word := range strings.FieldsSeq(words) {
			kinds[foldType(word)] = kind
		}
	}
	return kinds
}

var separators = strings.NewReplacer("・", "", "/", "", "、", "", ",", "")

// foldType makes パート・アルバイト, ﾊﾟｰﾄ/ｱﾙﾊﾞｲﾄ and パートアルバイト one word.
func foldType(s string) string { return separators.Replace(fold(s)) }

// isNothing tells whether a cell for a number or a date says that there is none.
func isNothing(s string) bool {
	s = norm.NFKC.String(s)
	switch s {
	case "", "-", "--", "ー", "―", "—", "なし", "無し", "未定", "随時", "応相談", "要相談", "0000-00-00", "0000/00/00":
		return true
	}
	return strings.HasSuffix(s, "次第") // 採用決定次第, 定員になり次第
}
