package reading

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A Wording is one way to read a company's name out of what a partner wrote.
type Wording struct {
	Strict string // in strict writing: letters and digits only, the legal form set aside
	Loose  string // in loose writing: the key it is looked up by
	Form   Form
	Front  bool // the form stands before the name (前株)
	Scope  Scope
}

// Scope is how much of the text a Wording covers.
type Scope uint8

const (
	Whole Scope = iota // all of it, or all of it outside brackets, or what symbols set apart with the only legal form
	Part               // the words that stand with a legal form: 株式会社ABC of "株式会社ABC 新宿店"
	Word               // a word that stands alone
)

// maxWordings bounds the ways to read one text, and maxRun the words that are tried together with a legal form.
const (
	maxWordings = 24
	maxRun      = 4
)

// Wordings lists the ways to read a cleaned name, the most literal first: at most 24, none where it names no employer.
//
//	Wordings("(株)ABC 新宿店") = ABC新宿店 (株式会社, Whole), ABC (株式会社, Part), 新宿店 (Word)
func Wordings(s string) []Wording {
	s = undecorated(employer(s))
	var all []Wording
	add := func(text string, f Form, front bool, sc Scope) {
		st := strict(text)
		if st == "" || sc == Word && utf8.RuneCountInString(st) < 2 || len(all) == maxWordings {
			return
		}
		w := Wording{Strict: st, Loose: loose(st), Form: f, Front: front, Scope: sc}
		for _, other := range all {
			if other.Loose == w.Loose && (other.Form == f || sc == Word) {
				return // a word that stands with a legal form is not also one without
			}
		}
		all = append(all, w)
	}
	bare := outside(s)
	for _, text := range []string{s, bare, registeredPart(bare)} {
		core, f, front := setAside(text)
		add(core, f, front, Whole)
	}
	tokens := tokenize(s)
	for i, t := range tokens {
		if t.form == 0 {
			continue
		}
		for n := 1; n <= maxRun; n++ {
			both := t.left && t.right // of two neighbours the branch is not the one whose form it is
			if run := join(after(tokens, i, n)); (t.right || !t.left) && !(both && IsBranch(run)) {
				add(run, t.form, true, Part)
			}
			if run := join(before(tokens, i, n)); (t.left || !t.right) && !(both && IsBranch(run)) {
				add(run, t.form, false, Part)
			}
		}
	}
	for _, t := range tokens {
		add(t.text, 0, false, Word)
	}
	return all
}

// employer is a name without the client of an agency and the site where the work is. Who employs is left, by whose
// name an ad must go; nothing, where only the client is named.
//
//	employer("(株)A(派遣先:B)") = "(株)A("    employer("B病院内 (株)A") = "(株)A"
func employer(s string) string {
	for _, label := range agencyLabels {
		if _, agency, ok := strings.Cut(s, label); ok {
			s = agency
		}
	}
	for _, label := range siteLabels {
		if site, ok := strings.CutPrefix(s, label); ok && site != "" {
			s = strings.TrimLeft(site, ": ")
		}
	}
	end := len(s)
	for _, labels := range [][]string{clientLabels, siteLabels} {
		for _, label := range labels {
			if i := strings.Index(s, label); i >= 0 {
				end = min(end, i)
			}
		}
	}
	return offSite(s[:end])
}

// What stands before the agency, before its client, and before the site. A colon is asked for where the word may be
// part of a name, too (クライアントサービス).
var (
	agencyLabels = strings.Fields("派遣元: 派遣元企業: 派遣会社: 雇用元: 雇用主: 雇用先: 採用元: 募集企業: 求人企業:")
	clientLabels = strings.Fields(`派遣先 紹介先 常駐先 委託元 取引先: 取引先企業: クライアント: クライアント企業: 客先: 出向先: 委託先:
		受入先:`)
	siteLabels = strings.Fields("就業先 勤務先 配属先 勤務地: 就業場所: 勤務場所:")
)

// offSite drops the words that say in whose building the work is.
func offSite(s string) string {
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '/' })
	if len(words) < 2 || !strings.Contains(s, "内") {
		return s
	}
	if rest := strings.Join(slices.DeleteFunc(words, isSite), " "); named(rest) {
		return rest
	}
	return s
}

// isSite reports a word like "B病院内".
func isSite(word string) bool {
	place, inside := strings.CutSuffix(strings.Trim(word, "()"), "内")
	_, f, _ := setAside(place)
	return inside && (f != 0 || slices.ContainsFunc(siteTails, func(tail string) bool { return strings.HasSuffix(place, tail) }))
}

var siteTails = strings.Fields("店 病院 医院 学校 校 園 所 工場 市場 会場 館 駅 本社 支社 センター ビル モール 大学 施設 空港 ホテル 倉庫 構 庁舎")

// undecorated drops the job on offer and its number, which some put before or after the name.
//
//	undecorated("急募!(株)ABC 週3日~OK") = "(株)ABC"    undecorated("NO.12345 (株)ABC") = "(株)ABC"
func undecorated(s string) string {
	for {
		s = strings.TrimFunc(strings.TrimSuffix(s, "~OK"), isSymbol)
		words := strings.FieldsFunc(s, isGap)
		if len(words) < 2 {
			return s
		}
		start, end := words[0], words[len(words)-1]
		_, after, _ := strings.Cut(s, start)
		before := s[:strings.LastIndex(s, end)]
		switch {
		case isOffer(start) && named(after):
			s = strings.TrimLeft(after, ") ")
		case isOffer(end) && named(before):
			s = strings.TrimRight(before, "( ")
		default:
			return s
		}
	}
}

// isOffer reports a word that speaks of a job. A word with a legal form in it is a company's (株式会社歓迎フーズ).
func isOffer(word string) bool {
	if _, f, _ := setAside(word); f != 0 {
		return false
	}
	number := strings.TrimPrefix(strings.TrimPrefix(word, "NO"), ".")
	_, days, weekly := strings.Cut(word, "週")
	return offers[word] ||
		weekly && strings.IndexAny(days, "1234567") == 0 ||
		len(word) >= len("NO.123") && strings.Trim(number, "0123456789-") == "" ||
		slices.ContainsFunc(offerStarts, func(start string) bool { return strings.HasPrefix(word, start) }) ||
		slices.ContainsFunc(offerEnds, func(end string) bool { return strings.HasSuffix(word, end) })
}

var (
	offers = set(`急募 募集 募集中 求人 採用 新着 正社員 契約社員 派遣社員 パート アルバイト バイト パート・アルバイト アルバイト・パート 派遣 紹介予定派遣
		日勤 夜勤 在宅 転勤なし 残業なし 服装自由 寮完備 社保完備 駅近 駅チカ`)
	offerStarts = strings.Fields(`急募 緊急募集 大量募集 未経験 時給 月給 日給 年収 日払 週払 高収入 高時給 完全週休 年間休日 学歴不問 年齢不問
		求人番号 案件番号 お仕事番号 仕事番号 管理番号 求人NO 案件NO お仕事NO 仕事NO`)
	offerEnds = strings.Fields("募集 募集中 急募 歓迎 不問 正社員 未経験OK 経験OK 払いOK 勤務OK 日OK 日からOK 以上可 職")
)

// outside drops what stands in brackets, unless it is a legal form's abbreviation.
func outside(s string) string {
	if !strings.ContainsRune(s, '(') {
		return s
	}
	b := make([]byte, 0, len(s))
	depth := 0
	for i := 0; i < len(s); {
		if _, n := formAt(s[i:], false); n > 0 && s[i] == '(' && depth == 0 {
			b = append(b, s[i:i+n]...)
			i += n
			continue
		}
		switch s[i] {
		case '(':
			depth++
			b = append(b, ' ')
		case ')':
			depth = max(depth-1, 0)
		default:
			if depth == 0 {
				b = append(b, s[i])
			}
		}
		i++
	}
	return strings.TrimSpace(string(b))
}

// registeredPart is the stretch between symbols that alone carries a legal form at an end: (株)ABC of "新着★(株)ABC★駅前".
// By law a registered name has none of these symbols.
func registeredPart(s string) string {
	found := ""
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r != ' ' && isSymbol(r) }) {
		if len(part) == len(s) {
			return ""
		}
		part = strings.TrimSpace(part)
		if _, f, _ := setAside(part); f == 0 {
			continue
		}
		if found != "" {
			return ""
		}
		found = part
	}
	return found
}

// A token is a word, a legal form, or a border that no run of words crosses (a bracket or a symbol).
type token struct {
	text        string
	form        Form
	left, right bool // of a form: a word touches it there, and the form belongs to that word rather than to another one
}

// tokenize cuts a cleaned name at blanks, borders and legal forms.
func tokenize(s string) (tokens []token) {
	start := 0
	flush := func(end int) {
		if start < end {
			tokens = append(tokens, token{text: s[start:end]})
		}
	}
	for i := 0; i < len(s); {
		if f, n := formAt(s[i:], i == 0); n > 0 {
			left := start < i
			flush(i)
			i += n
			start = i
			next, _ := utf8.DecodeRuneInString(s[i:])
			tokens = append(tokens, token{form: f, left: left, right: isNameRune(next)})
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !isNameRune(r) && !strings.ContainsRune("・.,'-+", r) {
			flush(i)
			if r != ' ' {
				tokens = append(tokens, token{})
			}
			start = i + n
		}
		i += n
	}
	flush(len(s))
	return endForm(tokens)
}

// endForm finds the form that only the end of a name may carry, in the last word.
func endForm(tokens []token) []token {
	if len(tokens) == 0 {
		return tokens
	}
	last := &tokens[len(tokens)-1]
	if f, n := formBefore(last.text); n > 0 && n < len(last.text) {
		last.text = last.text[:len(last.text)-n]
		return append(tokens, token{form: f, left: true})
	}
	return tokens
}

// after is the run of n words that follows tokens[i]; nothing where fewer follow.
func after(tokens []token, i, n int) []token {
	end := i + 1 + n
	if end > len(tokens) || !words(tokens[i+1:end]) {
		return nil
	}
	return tokens[i+1 : end]
}

// before is the run of n words that ends before tokens[i].
func before(tokens []token, i, n int) []token {
	if i < n || !words(tokens[i-n:i]) {
		return nil
	}
	return tokens[i-n : i]
}

func words(tokens []token) bool {
	for _, t := range tokens {
		if t.text == "" {
			return false
		}
	}
	return true
}

func join(tokens []token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.text)
	}
	return b.String()
}

// IsBranch reports that the rest of a name after a company's own ends like a branch, shop or department, none of which
// a registered name may carry. rest is in loose writing.
func IsBranch(rest string) bool {
	for _, tail := range branchTails {
		if strings.HasSuffix(rest, tail) {
			return true
		}
	}
	return false
}

var branchTails = []string{
	"店", "支社", "支部", "本部", "本社", "営業所", "事業所", "出張所", "工場", "事務所", "センタ", "オフイス", "営業部", "事業部",
	"研究所", "倉庫", "校", "支所", "分室", "サロン", "ルム",
}

// Withheld reports that a cleaned name says no more than that the employer is not named. Such a name matches nothing,
// not even a company that bears it: who types 合同会社個人 or 株式会社サンプル hardly means the company of that name. A
// name that is missing says less than that.
func Withheld(s string) bool {
	if s == "" {
		return false
	}
	s = employer(s)
	if bare := outside(s); bare != s && strict(bare) != "" {
		if _, f, _ := setAside(bare); f != 0 || Withheld(bare) {
			return Withheld(bare)
		}
	}
	core, f, _ := setAside(s)
	name := strict(core)
	switch {
	case name == "" || masked(core) || withheldNames[name]:
		return true
	case f == 0 && (withheldAlone[name] || anonymous(name)):
		return true
	}
	return slices.ContainsFunc(withheldParts, func(part string) bool { return strings.Contains(name, part) })
}

// WithheldAlone are the names of registered companies when a legal form is with them (株式会社NA).
var (
	withheldNames = set(`個人 個人事業 個人事業主 個人事業者 個人経営 個人宅 個人商店 個人名 自営業 自営 農家 未定 不明 未入力 なし 無し 該当なし 特になし
		秘密 匿名 社名 会社名 企業名 店名 法人名 屋号 名称 株式会社 有限会社 合同会社 某社 弊社 当社 自社 同上 上記 テスト TEST サンプル SAMPLE ダミー DUMMY
		テスト企業 テスト会社 サンプル企業 サンプル会社 その他 派遣先 紹介先 勤務先 就業先`)
	withheldAlone = set(`無 仮 他 社 X O NA N&A NONE NULL NIL UNKNOWN TBD TBA クライアント クライアント企業 取引先 有名企業 上場企業 優良企業`)
	withheldParts = strings.Fields("非公開 非公表 社名未定 名称未定 社名公開不可 社名秘匿 匿名希望 匿名企業 社名匿名 面談時 応募後 別途開示 お問い合わせください")
)

// masked reports letters struck out: ○○商事, 株式会社XXX. A 〇 beside other numerals is a zero (三〇〇三).
func masked(core string) bool {
	if x := strict(core); len(x) >= 2 && strings.Trim(x, "X") == "" {
		return true
	}
	for _, mask := range []string{"○○", "◯◯", "〇〇", "△△", "□□", "××", "■■", "**"} {
		before, after, ok := strings.Cut(core, mask)
		last, _ := utf8.DecodeLastRuneInString(before)
		next, _ := utf8.DecodeRuneInString(after)
		if ok && !strings.ContainsRune("一二三四五六七八九", last) && !strings.ContainsRune("一二三四五六七八九", next) {
			return true
		}
	}
	return false
}

// anonymous reports a description in a name's place: 大手メーカー, 某有名企業, 東証プライム上場企業, A社.
func anonymous(name string) bool {
	if letter, ok := strings.CutSuffix(strings.TrimPrefix(name, "某"), "社"); ok && len(letter) == 1 && isLatin(letter[0]) {
		return true
	}
	for _, place := range []string{"大手町", "大手前", "大手門", "大手通"} {
		if strings.HasPrefix(name, place) {
			return false
		}
	}
	return slices.ContainsFunc(anonymousStarts, func(start string) bool { return strings.HasPrefix(name, start) }) &&
		slices.ContainsFunc(anonymousEnds, func(end string) bool { return strings.HasSuffix(name, end) })
}

var (
	anonymousStarts = strings.Fields(`大手 準大手 最大手 超大手 国内大手 業界 中堅 某 有名 東証 一部上場 二部上場 プライム上場 上場 老舗 優良 急成長 外資系 日系 人気
		地元 都内 県内 市内 全国展開 安定`)
	anonymousEnds = strings.Fields(`メーカー 企業 会社 系列 グループ ベンチャー 商社 チェーン コンサルティングファーム コンサル ゼネコン 銀行 百貨店 小売 量販店
		ブランド 工場 事務所 病院 法人 新聞社 出版社 旅行社`)
)
