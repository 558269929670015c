package matcher

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// form is a legal form: an index into forms; 0 is none.
type form uint8

// A formRow describes one legal form. A posting may write it out, abbreviate it in brackets ((株), also ㈱ and the half
// bracket 株) of a clumsy export, and the bank's kana カ)), or misspell it.
type formRow struct {
	name   string
	family string // forms of one family are taken for each other: 医療法人 and 医療法人社団
	short  string // abbreviations that stand in brackets, separated by blanks
	other  string // other spellings, separated by blanks
	ends   bool   // found at the ends of a name only: inside, it is part of the name (全国森林組合連合会)
}

// forms are the legal forms that the law lets or makes a name carry, from the registry's kinds and the acts that
// govern them. 株式会社X and 合同会社X are different companies: a form is set aside for the key and kept as evidence.
var forms = []formRow{
	{},
	{
		name: "株式会社", short: "株 カ カブ",
		other: "株式会仕 株式会杜 株式会礼 株式会者 抹式会社 株弍会社 株式金社 株式社会 KABUSHIKIKAISHA",
	},
	{name: "有限会社", short: "有 ユ", other: "有階会社 有現会社 有限衾社 有限会杜"},
	{name: "合同会社", short: "同 合 ド"},
	{name: "合名会社", short: "名 メ"},
	{name: "合資会社", short: "資 シ"},
	{name: "相互会社", short: "相 ソ"},
	{name: "特定目的会社"},
	{name: "有限責任中間法人", family: "社団"},
	{name: "投資法人"},
	{name: "有限責任事業組合", short: "LLP"},
	{name: "投資事業有限責任組合"},
	{name: "一般社団法人", family: "社団", short: "一社 一般社団"},
	{name: "公益社団法人", family: "社団", short: "公社 公益社団"},
	{name: "社団法人", family: "社団", short: "社 社団"},
	{name: "一般財団法人", family: "財団", short: "一財 一般財団"},
	{name: "公益財団法人", family: "財団", short: "公財 公益財団"},
	{name: "財団法人", family: "財団", short: "財 財団"},
	{name: "特定非営利活動法人", family: "NPO", short: "特非 特 NPO NPO法人 トクヒ", other: "特定非営利法人 非営利活動法人 特非法人"},
	{name: "NPO法人", family: "NPO", other: "認定NPO法人 認定特定非営利活動法人 エヌピーオー法人"},
	{name: "医療法人社団", family: "医療", short: "医社", other: "社団医療法人 医療法人(社団)"},
	{name: "医療法人財団", family: "医療", short: "医財", other: "財団医療法人 医療法人(財団)"},
	{name: "社会医療法人社団", family: "医療"},
	{name: "社会医療法人財団", family: "医療"},
	{name: "社会医療法人", family: "医療", short: "社医"},
	{name: "特定医療法人社団", family: "医療"},
	{name: "特定医療法人財団", family: "医療"},
	{name: "特定医療法人", family: "医療", short: "特医"},
	{name: "特別医療法人", family: "医療"},
	{name: "医療法人", family: "医療", short: "医 医療 イ", other: "医法"},
	{name: "社会福祉法人", family: "福祉", short: "福 社福 フク", other: "社福法人 社会福社法人"},
	{name: "学校法人", family: "学校", short: "学 ガク"},
	{name: "準学校法人", family: "学校"},
	{name: "宗教法人", short: "宗 シュウ"},
	{name: "更生保護法人"},
	{name: "職業訓練法人"},
	{name: "監査法人", family: "監査"},
	{name: "有限責任監査法人", family: "監査"},
	{name: "税理士法人", short: "税 税理士"},
	{name: "弁護士法人", short: "弁 弁護士"},
	{name: "司法書士法人", short: "司 司法書士"},
	{name: "行政書士法人", short: "行 行政書士"},
	{name: "社会保険労務士法人", short: "労 社労士", other: "社労士法人"},
	{name: "特許業務法人", other: "弁理士法人"},
	{name: "土地家屋調査士法人"},
	{name: "独立行政法人", family: "独立行政", short: "独"},
	{name: "国立研究開発法人", family: "独立行政", short: "研"},
	{name: "地方独立行政法人", family: "独立行政", short: "地独"},
	{name: "国立大学法人", family: "大学", short: "国大"},
	{name: "公立大学法人", family: "大学", short: "公大"},
	{name: "大学共同利用機関法人"},
	{name: "農事組合法人", short: "農 ノウ"},
	{name: "管理組合法人"},
	{name: "農業協同組合", family: "組合", ends: true},
	{name: "漁業協同組合", family: "組合", ends: true},
	{name: "生活協同組合", family: "組合", short: "生協", ends: true},
	{name: "事業協同組合", family: "組合", ends: true},
	{name: "協同組合", family: "組合", short: "協 同組", ends: true},
	{name: "企業組合", short: "企", ends: true},
	{name: "信用金庫", ends: true},
	{name: "信用組合", family: "組合", ends: true},
	{name: "森林組合", family: "組合", ends: true},
	{name: "CO.,LTD.", family: "LATIN", other: "CO.,LTD CO.LTD. CO.LTD COLTD COMPANYLIMITED LTD. LTD LIMITED", ends: true},
	{name: "INC.", family: "LATIN", other: "INC INCORPORATED CORPORATION CORP. CORP K.K. KK G.K.", ends: true},
	{name: "LLC", family: "LATIN", other: "L.L.C.", ends: true},
}

// kin reports that two different forms may be taken for each other.
func kin(a, b form) bool {
	return a != b && forms[a].family != "" && forms[a].family == forms[b].family
}

// A spelling is one way to write a form, on cleaned text without its spaces.
type spelling struct {
	text string
	form form
	half bool // a half bracket: at the very start (株)) or end ((株) of a text only
	ends bool
}

// formsByFirst and formsByLast hold the spellings by their first and by their last rune, longest first, so that 一般社団法人 is found
// before 社団法人.
var formsByFirst, formsByLast = func() (first, last map[rune][]spelling) {
	first, last = map[rune][]spelling{}, map[rune][]spelling{}
	for _, s := range spellings() {
		r, _ := utf8.DecodeRuneInString(s.text)
		first[r] = append(first[r], s)
		r, _ = utf8.DecodeLastRuneInString(s.text)
		last[r] = append(last[r], s)
	}
	for _, m := range []map[rune][]spelling{first, last} {
		for _, s := range m {
			slices.SortStableFunc(s, func(a, b spelling) int { return len(b.text) - len(a.text) })
		}
	}
	return first, last
}()

func spellings() (all []spelling) {
	for i, row := range forms[1:] {
		f := form(i + 1)
		all = append(all, spelling{text: row.name, form: f, ends: row.ends})
		for _, s := range strings.Fields(row.other) {
			all = append(all, spelling{text: s, form: f, ends: row.ends})
		}
		for _, s := range strings.Fields(row.short) {
			all = append(all, spelling{text: "(" + s + ")", form: f},
				spelling{text: s + ")", form: f, half: true}, spelling{text: "(" + s, form: f, half: true})
		}
	}
	return all
}

// formAt finds the form that s begins with, blanks inside it ignored, and its length in bytes. start says that s
// begins where the whole text does.
func formAt(s string, start bool) (f form, n int) {
	r, _ := utf8.DecodeRuneInString(s)
	for _, sp := range formsByFirst[r] {
		if sp.half && (!start || s[0] == '(') || sp.ends && !start {
			continue
		}
		if n := prefixLen(s, sp.text); n > 0 && wordEnds(sp.text, s[n:]) {
			return sp.form, n
		}
	}
	return 0, 0
}

// formBefore finds the form that s ends with and its length in bytes.
func formBefore(s string) (f form, n int) {
	r, _ := utf8.DecodeLastRuneInString(s)
	for _, sp := range formsByLast[r] {
		if sp.half && r == ')' {
			continue
		}
		if n := suffixLen(s, sp.text); n > 0 && wordStarts(sp.text, s[:len(s)-n]) {
			return sp.form, n
		}
	}
	return 0, 0
}

// prefixLen is the length of the part of s that reads as prefix when blanks are skipped; 0 where none does.
func prefixLen(s, prefix string) int {
	i := 0
	for j := 0; j < len(prefix); i++ {
		switch {
		case i < len(s) && s[i] == prefix[j]:
			j++
		case i == len(s) || i == 0 || s[i] != ' ':
			return 0
		}
	}
	return i
}

func suffixLen(s, suffix string) int {
	i := len(s)
	for j := len(suffix); j > 0; i-- {
		switch {
		case i > 0 && s[i-1] == suffix[j-1]:
			j--
		case i == 0 || i == len(s) || s[i-1] != ' ':
			return 0
		}
	}
	return len(s) - i
}

// wordEnds and wordStarts keep forms in Latin letters from being found inside words (INC in INCUBATE).
func wordEnds(form, rest string) bool {
	return !isLatin(form[len(form)-1]) || rest == "" || !isLatin(rest[0])
}

func wordStarts(form, rest string) bool {
	return !isLatin(form[0]) || rest == "" || !isLatin(rest[len(rest)-1])
}

func isLatin(b byte) bool { return b >= 'A' && b <= 'Z' }

// kanaForms are the forms as a reading spells them, loosely.
var kanaForms = func() (all []string) {
	for _, s := range strings.Fields(`カブシキガイシャ カブシキカイシャ ユウゲンガイシャ ユウゲンカイシャ ゴウドウガイシャ ゴウドウカイシャ
		ゴウメイガイシャ ゴウシガイシャ イッパンシャダンホウジン イッパンザイダンホウジン コウエキシャダンホウジン
		コウエキザイダンホウジン トクテイヒエイリカツドウホウジン イリョウホウジンシャダン イリョウホウジンザイダン
		シャカイイリョウホウジン イリョウホウジン シャカイフクシホウジン ガッコウホウジン シュウキョウホウジン
		ドクリツギョウセイホウジン トウシホウジン トクテイモクテキガイシャ カンサホウジン ソウゴガイシャ ソウゴカイシャ
		ゼイリシホウジン シンヨウキンコ シンヨウクミアイ ノウギョウキョウドウクミアイ キョウドウクミアイ`) {
		all = append(all, loose(s))
	}
	return all
}()

// reading is the key of a name's kana reading, without its legal form.
func reading(kana string) string {
	k := loose(strict(clean(kana)))
	for _, f := range kanaForms {
		if rest := strings.TrimPrefix(k, f); rest != k && rest != "" {
			return rest
		}
		if rest := strings.TrimSuffix(k, f); rest != k && rest != "" {
			return rest
		}
	}
	return k
}
