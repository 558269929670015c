package review

import (
	"strconv"
	"strings"

	"nayose"
)

// words are what the matcher's evidence says to a reviewer, by comparison and level.
var words = map[string]map[string]string{
	"name": {
		"not given":                 "会社名の記載なし",
		"unlike":                    "名前が違う",
		"piece of the workplace":    "勤務先名の一部が一致",
		"word of the workplace":     "勤務先名の語が一致",
		"similar":                   "名前が似ている",
		"begins alike":              "名前の始まりが似ている",
		"within the company's":      "登録名の一部と一致",
		"shortened":                 "登録名の前半と一致",
		"company's within it":       "登録名を含む名前",
		"begins with the company's": "登録名で始まる名前",
		"branch":                    "登録名＋支店・店舗名",
		"one letter off":            "一文字違いの名前",
		"word":                      "名前の語が一致",
		"same workplace":            "同じ名前の事業所がある",
		"name of a workplace":       "この会社の事業所の名前",
		"part with legal form":      "法人格の付いた部分が一致",
		"workplace":                 "勤務先名が登録名と同じ",
		"reading":                   "読みが同じ",
		"English name":              "英語名が同じ",
		"alias":                     "別名・通称が同じ",
		"former name":               "旧商号が同じ",
		"same but for kana":         "かなの書き方のほか同じ名前",
		"same but for 異体字":          "異体字のほか同じ名前",
		"same":                      "同じ名前",
	},
	"form": {
		"same":                "同じ法人格",
		"same, other side":    "法人格の前後が逆",
		"related":             "近い法人格",
		"omitted":             "法人格の記載なし",
		"added":               "法人格は求人だけ",
		"none on either side": "どちらも法人格なし",
		"differs":             "法人格が違う",
	},
	"kana": {"same": "フリガナが同じ", "differs": "フリガナが違う"},
	"address": {
		"same number":               "同じ番地",
		"same number, of many":      "同じ番地(多くの会社の登記先)",
		"same block":                "町名と最初の番号が同じ",
		"same town":                 "同じ町",
		"same city":                 "同じ市区町村",
		"same prefecture":           "同じ都道府県",
		"other prefecture":          "都道府県が違う",
		"other city":                "市区町村が違う",
		"elsewhere, of a chain":     "所在地が違う(各地にある雇い主)",
		"elsewhere, another nearer": "所在地が違う(同じ雇い主の別の求人は近い)",
	},
	"phone": {
		"same":                 "電話が一致",
		"same, shared":         "電話が一致(共用の番号)",
		"same exchange":        "市内局番が同じ",
		"differs":              "電話が違う",
		"same, of a workplace": "事業所の電話が一致",
	},
	"domain": {"same": "サイトが一致", "same, shared": "サイトが一致(共用)", "differs": "サイトが違う"},
	"number": {"same": "法人番号が一致", "differs": "法人番号が違う"},
	"status": {"closed": "閉鎖された会社", "took over a closed company": "閉鎖された会社の承継先"},
	"decision": {
		"confirmed":                "人が確認した会社",
		"confirmed, changed since": "人が確認したあとで変わった会社",
		"refused":                  "人が違うと答えた会社",
		"confirmed for this name at this address": "この名前と所在地で人が確認した会社",
		"refused for this name at this address":   "この名前と所在地で人が違うと答えた会社",
		"confirmed for this name elsewhere":       "この名前で人が確認した会社(所在地は別)",
		"a place confirmed":                       "人が確認した勤務地",
	},
	"group": {
		"another at its office":     "同じ雇い主の別の求人が同じ番地",
		"another in its town":       "同じ雇い主の別の求人が同じ町",
		"another in its city":       "同じ雇い主の別の求人が同じ市区町村",
		"another in its prefecture": "同じ雇い主の別の求人が同じ都道府県",
		"others elsewhere":          "同じ雇い主の別の求人は別の土地",
		"others of a chain":         "同じ雇い主の求人が各地にある",
	},
}

// Words says in Japanese what a level of a comparison is; ok is whether it is known.
func Words(comparison, level string) (text string, ok bool) {
	text, ok = words[comparison][level]
	return text, ok
}

// reasons are what speaks for and against a company: of its name and place first, then the rest.
//
//	同じ名前・町名と最初の番号が同じ; 電話が一致
func reasons(evidence []nayose.Evidence) string {
	var first, rest []string
	for _, e := range evidence {
		text := reason(e)
		switch e.Comparison {
		case "name", "form", "kana", "address":
			first = appendText(first, text)
		default:
			rest = appendText(rest, text)
		}
	}
	return strings.Join(appendText(rest[:0:0], append([]string{strings.Join(first, "・")}, rest...)...), "; ")
}

func appendText(list []string, texts ...string) []string {
	for _, text := range texts {
		if text != "" {
			list = append(list, text)
		}
	}
	return list
}

// reason is what one comparison says; nothing where that would not help a person to choose.
func reason(e nayose.Evidence) string {
	switch {
	case e.Comparison == "shared" || e.Comparison == "form" && (e.Level == "same" || e.Level == "none on either side"):
		return ""
	case e.Comparison == "namesakes":
		return namesakes(e.Level)
	}
	if text, ok := Words(e.Comparison, e.Level); ok {
		return text
	}
	return shown(e.Comparison + ": " + e.Level)
}

// namesakes says how many companies of the name are to be expected, where they are several: "about 5 companies of this name …".
func namesakes(level string) string {
	for word := range strings.FieldsSeq(level) {
		if n, err := strconv.ParseFloat(word, 64); err == nil {
			if n < 2 {
				return ""
			}
			return "同じ名前の会社が約" + strconv.FormatFloat(n, 'f', -1, 64) + "社"
		}
	}
	return ""
}
