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
func (r *Reader) Wordings(s string) []Wording {
	has := classOfText(s)
	if has&employerMark != 0 {
		s = r.employer(s)
	}
	if has&gapRune != 0 {
		s = undecorated(s)
	}
	all := wordings{Reader: r, list: r.wordings.begin(maxWordings)}
	all.whole(s)
	bare := r.outside(s)
	if bare != s {
		all.whole(bare)
	}
	if has&symbolRune != 0 {
		all.whole(registeredPart(bare))
	}
	tokens := r.tokenize(s)
	for i, t := range tokens {
		if t.form != 0 {
			all.beside(tokens, i)
		}
	}
	for _, t := range tokens {
		all.add(t.text, 0, false, Word)
	}
	return r.wordings.finish(all.list)
}

// wordings gathers the ways to read one text, each once.
type wordings struct {
	*Reader
	list  []Wording
	texts [maxWordings]string // that list was read from
}

// whole adds a text that is a name with its form.
func (a *wordings) whole(text string) {
	core, f, front := setAside(text)
	a.add(core, f, front, Whole)
}

// beside adds the runs of words that stand with the form tokens[i].
func (a *wordings) beside(tokens []token, i int) {
	t := tokens[i]
	both := t.left && t.right // of two neighbours the branch is not the one whose form it is
	for n := 1; n <= maxRun; n++ {
		if run := a.join(after(tokens, i, n)); (t.right || !t.left) && !(both && IsBranch(run)) {
			a.add(run, t.form, true, Part)
		}
		if run := a.join(before(tokens, i, n)); (t.left || !t.right) && !(both && IsBranch(run)) {
			a.add(run, t.form, false, Part)
		}
	}
}

func (a *wordings) add(text string, f Form, front bool, sc Scope) {
	known := func(i int) bool { // a word that stands with a legal form is not also one without
		return a.list[i].Form == f || sc == Word
	}
	for i := range a.list {
		if a.texts[i] == text && known(i) {
			return
		}
	}
	strict := a.strict(text)
	if strict == "" || sc == Word && utf8.RuneCountInString(strict) < 2 || len(a.list) == maxWordings {
		return
	}
	w := Wording{Strict: strict, Loose: a.loose(strict), Form: f, Front: front, Scope: sc}
	for i := range a.list {
		if a.list[i].Loose == w.Loose && known(i) {
			return
		}
	}
	a.texts[len(a.list)] = text
	a.list = append(a.list, w)
}

// employer is a name without the client of an agency and the site where the work is. Who employs is left, by whose
// name an ad must go; nothing, where only the client is named.
//
//	employer("(株)A(派遣先:B)") = "(株)A("    employer("B病院内 (株)A") = "(株)A"
func (r *Reader) employer(s string) string {
	if labels.inside(s) < 0 {
		return r.offSite(s)
	}
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
	return r.offSite(s[:end])
}

// What stands before the agency, before its client, and before the site. A colon is asked for where the word may be
// part of a name, too (クライアントサービス).
var (
	agencyLabels = strings.Fields("派遣元: 派遣元企業: 派遣会社: 雇用元: 雇用主: 雇用先: 採用元: 募集企業: 求人企業:")
	clientLabels = strings.Fields(`派遣先 紹介先 常駐先 委託元 取引先: 取引先企業: クライアント: クライアント企業: 客先: 出向先: 委託先:
		受入先:`)
	siteLabels = strings.Fields("就業先 勤務先 配属先 勤務地: 就業場所: 勤務場所:")
	labels     = newHeads(slices.Concat(agencyLabels, clientLabels, siteLabels))
)

// employerMarks are the runes that labels begin with, and that of offSite.
const employerMarks = "派雇採募求紹常委取ク客出受就勤配内"

// offSite drops the words that say in whose building the work is.
func (r *Reader) offSite(s string) string {
	if !strings.Contains(s, "内") || !strings.ContainsAny(s, " /") {
		return s
	}
	b := r.begin(len(s))
	words := 0
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' || r == '/' }) {
		words++
		if isSite(word) {
			continue
		}
		if len(b) > 0 {
			b = append(b, ' ')
		}
		b = append(b, word...)
	}
	if rest := r.finish(b); words > 1 && named(rest) {
		return rest
	}
	return s
}

// isSite reports a word like "B病院内".
func isSite(word string) bool {
	place, inside := strings.CutSuffix(strings.Trim(word, "()"), "内")
	if !inside {
		return false
	}
	_, f, _ := setAside(place)
	_, site := siteTails.ends(place)
	return f != 0 || site
}

var siteTails = tailsOf("店 病院 医院 学校 校 園 所 工場 市場 会場 館 駅 本社 支社 センター ビル モール 大学 施設 空港 ホテル 倉庫 構 庁舎")

// undecorated drops the job on offer and its number, which some put before or after the name.
//
//	undecorated("急募!(株)ABC 週3日~OK") = "(株)ABC"    undecorated("NO.12345 (株)ABC") = "(株)ABC"
func undecorated(s string) string {
	for {
		s = strings.TrimFunc(strings.TrimSuffix(s, "~OK"), isSymbol)
		words := strings.TrimFunc(s, isGap)
		first := strings.IndexFunc(words, isGap)
		if first < 0 {
			return s // one word, or none
		}
		last := strings.LastIndexFunc(words, isGap)
		_, gap := utf8.DecodeRuneInString(words[last:])
		start, end := words[:first], words[last+gap:]
		at := strings.Index(s, words)
		after, before := s[at+len(start):], s[:at+last+gap]
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
	_, starts := offerStarts.begins(word)
	_, ends := offerEnds.ends(word)
	_, days, weekly := strings.Cut(word, "週")
	number := strings.TrimPrefix(strings.TrimPrefix(word, "NO"), ".")
	if starts || ends || offers.has(word) ||
		weekly && strings.IndexAny(days, "1234567") == 0 ||
		len(word) >= len("NO.123") && strings.Trim(number, "0123456789-") == "" {
		_, f, _ := setAside(word)
		return f == 0
	}
	return false
}

var (
	offers = headsOf(`急募 募集 募集中 求人 採用 新着 正社員 契約社員 派遣社員 パート アルバイト バイト パート・アルバイト アルバイト・パート 派遣 紹介予定派遣
		日勤 夜勤 在宅 転勤なし 残業なし 服装自由 寮完備 社保完備 駅近 駅チカ`)
	offerStarts = headsOf(`急募 緊急募集 大量募集 未経験 時給 月給 日給 年収 日払 週払 高収入 高時給 完全週休 年間休日 学歴不問 年齢不問
		求人番号 案件番号 お仕事番号 仕事番号 管理番号 求人NO 案件NO お仕事NO 仕事NO`)
	offerEnds = tailsOf("募集 募集中 急募 歓迎 不問 正社員 未経験OK 経験OK 払いOK 勤務OK 日OK 日からOK 以上可 職")
)

// outside drops what stands in brackets, unless it is a legal form's abbreviation.
func (r *Reader) outside(s string) string {
	if !strings.Contains(s, "(") {
		return s
	}
	b := r.begin(len(s))
	depth := 0
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '(':
			if _, n := formAt(s[i:], false); n > 0 && depth == 0 {
				b = append(b, s[i:i+n]...)
				i += n - 1
				continue
			}
			depth++
			b = append(b, ' ')
		case s[i] == ')':
			depth = max(depth-1, 0)
		case depth == 0:
			b = append(b, s[i])
		}
	}
	return strings.TrimSpace(r.finish(b))
}

// registeredPart is the stretch between symbols that alone carries a legal form at an end: (株)ABC of "新着★(株)ABC★駅前".
// By law a registered name has none of these symbols.
func registeredPart(s string) string {
	found := ""
	for part := range strings.FieldsFuncSeq(s, isBorder) {
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

// tokenize cuts a cleaned name at blanks, borders and legal forms. The tokens are good until the next name is cut.
func (r *Reader) tokenize(s string) []token {
	tokens := r.tokens[:0]
	start := 0
	for i := 0; i < len(s); {
		c, n := utf8.DecodeRuneInString(s[i:])
		kind := classOf(c)
		if kind&startsForm != 0 {
			if f, n := formAt(s[i:], i == 0); n > 0 {
				tokens = appendWord(tokens, s[start:i])
				next, _ := utf8.DecodeRuneInString(s[i+n:])
				tokens = append(tokens, token{form: f, left: start < i, right: isNameRune(next)})
				i += n
				start = i
				continue
			}
		}
		if kind&wordRune == 0 {
			tokens = appendWord(tokens, s[start:i])
			if c != ' ' {
				tokens = append(tokens, token{})
			}
			start = i + n
		}
		i += n
	}
	r.tokens = endForm(appendWord(tokens, s[start:]))
	return r.tokens
}

func appendWord(tokens []token, word string) []token {
	if word == "" {
		return tokens
	}
	return append(tokens, token{text: word})
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

func (r *Reader) join(words []token) string {
	if len(words) == 1 {
		return words[0].text
	}
	b := r.begin(maxText)
	for _, t := range words {
		b = append(b, t.text...)
	}
	return r.finish(b)
}

// IsBranch reports that the rest of a name after a company's own ends like a branch, shop or department, none of which
// a registered name may carry. rest is in loose writing.
func IsBranch(rest string) bool {
	_, branch := branchTails.ends(rest)
	return branch
}

var branchTails = tailsOf(`店 支社 支部 本部 本社 営業所 事業所 出張所 工場 事務所 センタ オフイス 営業部 事業部 研究所 倉庫 校 支所 分室 サロン
	ルム`)
