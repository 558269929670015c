package matcher

import (
	"strings"
	"unicode/utf8"
)

// A wording is one way to read a company's name out of what a partner wrote.
type wording struct {
	strict string // letters only, legal form set aside
	loose  string // the key it is looked up by
	form   form
	front  bool // the form stands before the name (前株)
	scope  scope
}

// scope is how much of the text a wording covers.
type scope uint8

const (
	whole scope = iota // all of it, or all of it outside brackets
	part               // the words that stand with a legal form: 株式会社ABC of "株式会社ABC 新宿店"
	word               // a word that stands alone
)

// maxWordings bounds the ways to read one text, and maxRun the words that are tried together with a legal form.
const (
	maxWordings = 24
	maxRun      = 4
)

// readName lists the ways to read a cleaned name, the most literal first.
//
//	readName("(株)ABC 新宿店") = ABC新宿店 (株式会社, whole), ABC (株式会社, part), ABC新宿店 (株式会社, part),
//	                            新宿店 (word)
func readName(s string) []wording {
	s = employer(s)
	var all []wording
	add := func(text string, f form, front bool, sc scope) {
		st := strict(text)
		if st == "" || sc == word && utf8.RuneCountInString(st) < 2 || sc == part && isBranch(st) || len(all) == maxWordings {
			return
		}
		w := wording{strict: st, loose: loose(st), form: f, front: front, scope: sc}
		for _, other := range all {
			if other.loose == w.loose && (other.form == f || sc == word) {
				return // a word that stands with a legal form is not also one without
			}
		}
		all = append(all, w)
	}
	for _, text := range []string{s, outside(s)} {
		core, f, front := setAside(text)
		add(core, f, front, whole)
	}
	tokens := tokenize(s)
	for i, t := range tokens {
		if t.form == 0 {
			continue
		}
		for n := 1; n <= maxRun; n++ {
			if t.right || !t.left {
				add(join(after(tokens, i, n)), t.form, true, part)
			}
			if t.left || !t.right {
				add(join(before(tokens, i, n)), t.form, false, part)
			}
		}
	}
	for _, t := range tokens {
		add(t.text, 0, false, word)
	}
	return all
}

// employer is what stands before the client of an agency: the one who employs, by whose name an ad must go, and not the one
// where the work is.
func employer(s string) string {
	end := len(s)
	for _, w := range []string{"派遣先", "紹介先", "就業先", "勤務先"} {
		if i := strings.Index(s, w); i > 0 {
			end = min(end, i)
		}
	}
	return s[:end]
}

// setAside parts a cleaned name from the legal form at its front or, failing that, its end. A name that is nothing but
// a form stays whole.
func setAside(s string) (core string, f form, front bool) {
	core = s
	if g, n := formAt(s, true); n > 0 && strict(s[n:]) != "" {
		core, f, front = s[n:], g, true
	}
	g, n := formBefore(core)
	if n == 0 || strict(core[:len(core)-n]) == "" || f != 0 && forms[g].ends {
		return core, f, front
	}
	if f == 0 {
		f = g
	}
	return core[:len(core)-n], f, front
}

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

// A token is a word, a legal form, or a border that no run of words crosses (a bracket or a symbol).
type token struct {
	text        string
	form        form
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

// isBranch reports that the rest of a name after a company's own ends like a branch, shop or department, none of which
// a registered name may carry. rest is in loose writing.
func isBranch(rest string) bool {
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

// withheld reports that a cleaned name says no more than that the employer is not named. Such a name matches nothing,
// not even a company that bears it. A name that is missing says less than that.
func withheld(s string) bool {
	if bare := strings.TrimSpace(outside(s)); bare != "" && bare != s && withheld(bare) {
		return true
	}
	if s == "" {
		return false
	}
	core, _, _ := setAside(s)
	core = strict(core)
	if core == "" || strings.Trim(core, "〇OX×") == "" {
		return true
	}
	for _, w := range withheldNames {
		if core == w {
			return true
		}
	}
	for _, w := range withheldParts {
		if strings.Contains(core, w) {
			return true
		}
	}
	return anonymous(core)
}

var (
	withheldNames = strings.Fields(`個人 個人事業 個人事業主 個人事業者 自営業 未定 不明 未入力 なし 無し 無 該当なし 特になし 非公開 非公表 匿名 秘密
		社名 会社名 企業名 店名 法人名 株式会社 有限会社 合同会社 某社 弊社 当社 同上 テスト TEST NA N&A NULL NONE UNKNOWN TBD 仮 その他 他
		派遣先 紹介先 勤務先 就業先 クライアント クライアント企業`)
	withheldParts = strings.Fields("社名非公開 企業名非公開 会社名非公開 社名非公表 企業名非公表 会社名非公表 会社名は非公 非公開求人 社名未定 名称未定 社名公開不可 社名秘匿 匿名希望 匿名企業 社名匿名 〇〇")
)

// anonymous reports a description in a name's place: 大手メーカー, 某有名企業, 東証プライム上場企業.
func anonymous(core string) bool {
	starts, ends := false, false
	for _, w := range []string{"大手", "某", "有名", "東証", "上場", "老舗", "優良", "急成長", "外資系", "業界", "日系", "人気", "地元"} {
		starts = starts || strings.HasPrefix(core, w)
	}
	for _, w := range []string{"メーカー", "企業", "会社", "ベンチャー", "商社", "グループ企業", "チェーン", "コンサルティングファーム"} {
		ends = ends || strings.HasSuffix(core, w)
	}
	return starts && ends
}
