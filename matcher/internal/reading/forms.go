package reading

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Form is a legal form, such as 株式会社; 0 is none. It is an index into forms, and the same in every process.
type Form uint8

// A formRow describes one legal form. A posting may write it out, abbreviate it in brackets ((株), also ㈱ and the half
// bracket 株) of a clumsy export, and the bank's kana カ)), spell it in kana, or misspell it. Without a bracket an
// abbreviation counts only where it can be nothing else, and only at the front: 合同 and 有限 begin names.
type formRow struct {
	name   string
	family string // forms of one family are taken for each other: 医療法人 and 医療法人社団
	short  string // abbreviations that stand in brackets, separated by blanks
	other  string // other spellings, separated by blanks
	bare   string // abbreviations that need no bracket at the front of a name, separated by blanks
	kana   string // readings in katakana, separated by blanks
	where  where
}

// where tells in which places of a name a form is found.
type where uint8

const (
	anywhere where = iota
	ends           // at the ends only: inside, it is part of the name (全国森林組合連合会)
	first          // at the front only
	last           // at the end only: in front, it is part of the name (ＫＫホールディングス株式会社)
)

// forms are the legal forms that the law lets or makes a name carry, from the registry's kinds and the acts that
// govern them. 株式会社X and 合同会社X are different companies: a form is set aside for the key and kept as evidence.
var forms = []formRow{
	{},
	{
		name: "株式会社", short: "株 カ カブ", kana: "カブシキガイシャ カブシキカイシャ",
		other: "株式会仕 株式会杜 株式会礼 株式会者 株式会祉 株式介社 抹式会社 株弍会社 株式金社 株式社会 KABUSHIKIKAISHA",
	},
	{
		name: "有限会社", short: "有 ユ", other: "有階会社 有現会社 有限衾社 有限会杜 有限会仕 有限会者 有限会祉 有限介社 YUGENKAISHA",
		kana: "ユウゲンガイシャ ユウゲンカイシャ",
	},
	{name: "合同会社", short: "同 合 ド", other: "合同会杜 合同会仕 合同会者 合同会祉 GODOKAISHA", kana: "ゴウドウガイシャ ゴウドウカイシャ"},
	{name: "合名会社", short: "名 メ", other: "合名会杜", kana: "ゴウメイガイシャ ゴウメイカイシャ"},
	{name: "合資会社", short: "資 シ", other: "合資会杜", kana: "ゴウシガイシャ ゴウシカイシャ"},
	{name: "相互会社", short: "相 ソ", kana: "ソウゴガイシャ ソウゴカイシャ"},
	{name: "特定目的会社", kana: "トクテイモクテキガイシャ トクテイモクテキカイシャ"},
	{name: "有限責任中間法人", family: "社団"},
	{name: "投資法人", kana: "トウシホウジン"},
	{name: "有限責任事業組合", short: "LLP"},
	{name: "投資事業有限責任組合"},
	{name: "一般社団法人", family: "社団", short: "一社 一般社団", bare: "一般社団", kana: "イッパンシャダンホウジン"},
	{name: "公益社団法人", family: "社団", short: "公社 公益社団", bare: "公益社団", kana: "コウエキシャダンホウジン"},
	{name: "社団法人", family: "社団", short: "社 社団 シャ", kana: "シャダンホウジン"},
	{name: "一般財団法人", family: "財団", short: "一財 一般財団", bare: "一般財団", kana: "イッパンザイダンホウジン"},
	{name: "公益財団法人", family: "財団", short: "公財 公益財団", bare: "公益財団", kana: "コウエキザイダンホウジン"},
	{name: "財団法人", family: "財団", short: "財 財団 ザイ", kana: "ザイダンホウジン"},
	{
		name: "特定非営利活動法人", family: "NPO", short: "特非 特 NPO NPO法人 トクヒ", bare: "特非",
		other: "特定非営利法人 特定非営利活動団体法人 非営利活動法人 特非法人", kana: "トクテイヒエイリカツドウホウジン",
	},
	{name: "NPO法人", family: "NPO", other: "認定NPO法人 認定特定非営利活動法人 エヌピーオー法人", kana: "エヌピーオーホウジン"},
	{
		name: "医療法人社団", family: "医療", short: "医社 医社団 医療社団 イシャ",
		other: "社団医療法人 (社団)医療法人 医療法人(社団) 医療法人(社) 医療法人社団法人 (医)社団 (医)(社団) (医)(社) (医療)社団 医)社団 医)(社団) 医)(社) 医)社)",
		bare:  "社団", kana: "イリョウホウジンシャダン",
	},
	{
		name: "医療法人財団", family: "医療", short: "医財 医財団 医療財団 イザイ",
		other: "財団医療法人 (財団)医療法人 医療法人(財団) 医療法人(財) 医療法人財団法人 (医)財団 (医)(財団) (医)(財) (医療)財団 医)財団 医)(財団) 医)(財) 医)財)",
		bare:  "財団", kana: "イリョウホウジンザイダン",
	},
	{name: "社会医療法人社団", family: "医療", kana: "シャカイイリョウホウジンシャダン"},
	{name: "社会医療法人財団", family: "医療", kana: "シャカイイリョウホウジンザイダン"},
	{name: "社会医療法人", family: "医療", short: "社医 社会医療", kana: "シャカイイリョウホウジン"},
	{name: "特定医療法人社団", family: "医療"},
	{name: "特定医療法人財団", family: "医療"},
	{name: "特定医療法人", family: "医療", short: "特医"},
	{name: "特別医療法人", family: "医療"},
	{name: "医療法人", family: "医療", short: "医 医療 イ", other: "医法 医療法入 医僚法人", kana: "イリョウホウジン"},
	{
		name: "社会福祉法人", family: "福祉", short: "福 社福 フク", kana: "シャカイフクシホウジン",
		other: "社福法人 社会法人 社会福法人 社会福祉法入 社会福社法人 社会福址法人 福祉法人",
	},
	{name: "学校法人", family: "学校", short: "学 ガク", kana: "ガッコウホウジン"},
	{name: "準学校法人", family: "学校"},
	{name: "宗教法人", short: "宗 シュウ", kana: "シュウキョウホウジン"},
	{name: "更生保護法人", short: "ホゴ"},
	{name: "職業訓練法人"},
	{name: "監査法人", family: "監査", short: "監", kana: "カンサホウジン"},
	{name: "有限責任監査法人", family: "監査"},
	{name: "税理士法人", short: "税 税理士 ゼイ", kana: "ゼイリシホウジン"},
	{name: "弁護士法人", short: "弁 弁護士 ベン", kana: "ベンゴシホウジン"},
	{name: "司法書士法人", short: "司 司法書士 シホウ", kana: "シホウショシホウジン"},
	{name: "行政書士法人", short: "行 行政書士 ギョ", kana: "ギョウセイショシホウジン"},
	{name: "社会保険労務士法人", short: "労 社労士 ロウム", other: "社労士法人", kana: "シャカイホケンロウムシホウジン"},
	{name: "特許業務法人", other: "弁理士法人"},
	{name: "土地家屋調査士法人"},
	{name: "独立行政法人", family: "独立行政", short: "独 ドク", kana: "ドクリツギョウセイホウジン"},
	{name: "国立研究開発法人", family: "独立行政", short: "研"},
	{name: "地方独立行政法人", family: "独立行政", short: "地独 チドク"},
	{name: "国立大学法人", family: "大学", short: "国大"},
	{name: "公立大学法人", family: "大学", short: "公大"},
	{name: "大学共同利用機関法人"},
	{name: "農事組合法人", short: "農 ノウ", kana: "ノウジクミアイホウジン"},
	{name: "管理組合法人", short: "カンリ"},
	{name: "農業協同組合", family: "組合", where: ends, kana: "ノウギョウキョウドウクミアイ"},
	{name: "漁業協同組合", family: "組合", where: ends, kana: "ギョギョウキョウドウクミアイ"},
	{name: "生活協同組合", family: "組合", short: "生協", where: ends, kana: "セイカツキョウドウクミアイ"},
	{name: "事業協同組合", family: "組合", where: ends, kana: "ジギョウキョウドウクミアイ"},
	{name: "協同組合", family: "組合", short: "協 同組", where: ends, kana: "キョウドウクミアイ"},
	{name: "企業組合", short: "企", where: ends, kana: "キギョウクミアイ"},
	{name: "信用金庫", where: ends, kana: "シンヨウキンコ"},
	{name: "信用組合", family: "組合", where: ends, kana: "シンヨウクミアイ"},
	{name: "森林組合", family: "組合", where: ends, kana: "シンリンクミアイ"},
	{name: "CO.,LTD.", family: "LATIN", other: "CO.,LTD CO.LTD. CO.LTD COLTD COMPANYLIMITED LTD. LTD LIMITED", where: last},
	{name: "INC.", family: "LATIN", other: "INC INCORPORATED CORPORATION CORP. CORP K.K. KK G.K.", where: last},
	{name: "LLC", family: "LATIN", other: "L.L.C.", where: last},
}

// Kin reports that two different forms may be taken for each other.
func (f Form) Kin(other Form) bool {
	return f != other && forms[f].family != "" && forms[f].family == forms[other].family
}

// A spelling is one way to write a form, on cleaned text without its spaces.
type spelling struct {
	text  string
	form  Form
	half  bool // a half bracket: at the very start (株)) or end ((株) of a text only
	where where
}

// formsByStart and formsByEnd hold the spellings by their first two and by their last two runes, longest first, so that
// 一般社団法人 is found before 社団法人.
var formsByStart, formsByEnd = func() (start, end *[formSlots][]spelling) {
	start, end = new([formSlots][]spelling), new([formSlots][]spelling)
	for _, s := range spellings() {
		runes := []rune(s.text)
		n := len(runes)
		for _, x := range []*[]spelling{&start[formSlot(runes[0], runes[1])], &end[formSlot(runes[n-1], runes[n-2])]} {
			*x = append(*x, s)
			slices.SortStableFunc(*x, func(a, b spelling) int { return len(b.text) - len(a.text) })
		}
	}
	return start, end
}()

// formSlots are more than there are spellings, so that hardly two that begin alike share a slot with others.
const formSlots = 1 << 10

func formSlot(outer, inner rune) int { return int(outer*31+inner) % formSlots }

func spellings() (all []spelling) {
	for i, row := range forms[1:] {
		add := func(at where, texts ...string) {
			for _, s := range texts {
				half := strings.Count(s, "(") != strings.Count(s, ")")
				all = append(all, spelling{text: s, form: Form(i + 1), half: half, where: at})
			}
		}
		add(row.where, row.name)
		add(row.where, strings.Fields(row.other)...)
		add(row.where, strings.Fields(row.kana)...)
		add(row.where, strings.Fields(hiragana(row.kana))...)
		add(first, strings.Fields(row.bare)...)
		for _, s := range strings.Fields(row.short) {
			add(anywhere, "("+s+")", s+")", "("+s)
		}
	}
	return all
}

func hiragana(katakana string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'ァ' && r <= 'ヶ' {
			return r - ('ァ' - 'ぁ')
		}
		return r
	}, katakana)
}

// formAt finds the form that s begins with, blanks inside it ignored, and its length in bytes. start says that s
// begins where the whole text does.
func formAt(s string, start bool) (f Form, n int) {
	outer, n := utf8.DecodeRuneInString(s)
	if classOf(outer)&startsForm == 0 {
		return 0, 0
	}
	inner, _ := utf8.DecodeRuneInString(strings.TrimLeft(s[n:], " "))
	for _, sp := range formsByStart[formSlot(outer, inner)] {
		if sp.half && (!start || s[0] == '(') || sp.where == last || sp.where != anywhere && !start {
			continue
		}
		if n := prefixLen(s, sp.text); n > 0 && wordEnds(sp.text, s[n:]) {
			return sp.form, n
		}
	}
	return 0, 0
}

// formBefore finds the form that s ends with and its length in bytes.
func formBefore(s string) (f Form, n int) {
	outer, n := utf8.DecodeLastRuneInString(s)
	if classOf(outer)&endsForm == 0 {
		return 0, 0
	}
	inner, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s[:len(s)-n], " "))
	for _, sp := range formsByEnd[formSlot(outer, inner)] {
		if sp.half && outer == ')' || sp.where == first {
			continue
		}
		if n := suffixLen(s, sp.text); n > 0 && wordStarts(sp.text, s[:len(s)-n]) {
			return sp.form, n
		}
	}
	return 0, 0
}

// setAside parts a cleaned name from the legal form at its front or, failing that, its end. A name that is nothing but
// a form stays whole.
func setAside(s string) (core string, f Form, front bool) {
	core = s
	if g, n := formAt(s, true); n > 0 && isName(s[n:]) {
		core, f, front = again(s[n:], g), g, true
	}
	g, n := formBefore(core)
	if n == 0 || !isName(core[:len(core)-n]) || f != 0 && forms[g].where != anywhere {
		return core, f, front
	}
	if f == 0 {
		f = g
	}
	return core[:len(core)-n], f, front
}

// Registered reads a registered name, as typed: the form set aside, everything else kept.
func (r *Reader) Registered(name string) Wording {
	core, f, front := setAside(r.Clean(name))
	s := r.strict(core)
	return Wording{Strict: s, Loose: r.loose(s), Form: f, Front: front}
}

// again drops a form in brackets that repeats the one before it: 社会福祉法人(福)アカネ. Without brackets it is part of the
// name (株式会社有限会社設立サポート).
func again(s string, f Form) string {
	t := strings.TrimLeft(s, " ")
	if !strings.HasPrefix(t, "(") {
		return s
	}
	if g, n := formAt(t, true); n > 0 && (g == f || g.Kin(f)) && isName(t[n:]) {
		return t[n:]
	}
	return s
}

// named reports that there is more to s than a legal form.
func named(s string) bool {
	core, _, _ := setAside(strings.TrimFunc(s, isSymbol))
	_, n := formAt(core, true)
	return n < len(core) && isName(core)
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

// kanaFormsAhead and kanaFormsBehind are the forms as a reading spells them, loosely, the longest first.
var kanaFormsAhead, kanaFormsBehind = func() (*heads, *tails) {
	var all []string
	var r Reader
	for _, row := range forms {
		for _, s := range strings.Fields(row.kana) {
			all = append(all, r.loose(s))
		}
	}
	slices.SortStableFunc(all, func(a, b string) int { return len(b) - len(a) })
	return newHeads(all), newTails(all)
}()

// Kana is the key of a name's reading in kana, as typed, without its legal form: the longer of two, at either end.
func (r *Reader) Kana(kana string) string {
	k := r.loose(r.strict(r.Clean(kana)))
	_, first := utf8.DecodeRuneInString(k)
	_, last := utf8.DecodeLastRuneInString(k)
	ahead, front := kanaFormsAhead.begins(k[:len(k)-last]) // a reading that is nothing but a form stays whole
	behind, end := kanaFormsBehind.ends(k[first:])
	switch {
	case front && (!end || ahead.n <= behind.n):
		return k[len(ahead.word):]
	case end:
		return k[:len(k)-len(behind.word)]
	}
	return k
}
