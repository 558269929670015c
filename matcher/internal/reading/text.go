package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxText bounds, in bytes, how much of any field is looked at: no name or address of a company comes near it, and a
// hostile one costs no more than a long honest one.
const maxText = 600

// Clean brings any text to the one writing that every table and rule of this package is written in: NFKC, capital
// letters, one kind of bracket, dash, quote and space, 新字体 for 旧字体. It is idempotent. What it keeps, and strict
// and loose then drop, are the marks that say where a name ends: spaces, brackets, symbols.
//
//	Clean("㈱ﾄﾖﾀ自動車【本社】") = "(株)トヨタ自動車(本社)"
//	Clean("髙島屋　ｽ-ﾊﾟ-")      = "高島屋 スーパー"
func (r *Reader) Clean(s string) string {
	s = cut(s, maxText)
	n, prev := cleanLen(s)
	if n == len(s) {
		return s
	}
	if !allAlone(s[n:]) {
		s, n, prev = r.normalize(s), 0, 0
	}
	b := append(r.begin(len(s)), s[:n]...)
	gap := false
	for i, c := range s[n:] {
		c = fold(c)
		switch {
		case c == dropped || c == notAlone || c == ' ' && prev == 0:
			continue
		case c == ' ':
			gap = true
			continue
		case c == '-' || c == 'ー' || c == '一' && isKatakana(prev) && isKatakana(fold(next(s, n+i))):
			c = dash(prev, gap)
		}
		if gap {
			b, gap = append(b, ' '), false
		}
		b, prev = utf8.AppendRune(b, c), c
	}
	return strings.TrimRight(cut(r.finish(b), maxText), " ")
}

// cleanLen is the length of the part of s that is clean as it is, up to a blank or the end, and its last rune. Much of
// what comes is clean throughout.
func cleanLen(s string) (n int, last rune) {
	prev := rune(0)
	for i, c := range s {
		fixed := c < foldEnd && rune(folds[c]) == c
		switch c {
		case ' ':
			fixed = prev != 0 && prev != ' ' && i+1 < len(s)
		case '-', 'ー':
			fixed = c == dash(prev, prev == ' ')
		case '一':
			fixed = prev != ' ' && !isKatakana(prev)
		}
		if !fixed {
			if prev == ' ' {
				s = s[:i-1]
				prev, _ = utf8.DecodeLastRuneInString(s)
				return i - 1, prev
			}
			return i, prev
		}
		prev = c
	}
	return len(s), prev
}

// allAlone reports that every character of s can be folded alone.
func allAlone(s string) bool {
	for _, c := range s {
		if c >= foldEnd || folds[c] == notAlone {
			return false
		}
	}
	return true
}

// normalize is NFKC for the text in which some character cannot be folded alone: a halfwidth kana with its voicing
// mark, ㈱, ㍿.
func (r *Reader) normalize(s string) string {
	s = r.replace(circled, s)
	b := r.begin(len(s))
	for i, c := range s {
		if c < foldEnd && folds[c] != notAlone {
			b = utf8.AppendRune(b, c)
		} else if c = dropMark(c); c >= 0 && (c != utf8.RuneError || strings.HasPrefix(s[i:], "\ufffd")) {
			b = utf8.AppendRune(b, c)
		}
	}
	return cut(r.nfkc(r.finish(b)), maxText)
}

// nfkc is norm.NFKC.String.
func (r *Reader) nfkc(s string) string {
	b := r.begin(2 * len(s))
	for r.iter.InitString(norm.NFKC, s); !r.iter.Done(); {
		b = append(b, r.iter.Next()...)
	}
	return r.finish(b)
}

// circled writes out the symbols of legal forms that NFKC would leave without their brackets, and turns the voicing
// marks that stand alone, which NFKC keeps apart from their kana, into those that it joins: ウ゛ィ to ヴィ.
var circled = newReplacer("㊑", "(株)", "㊒", "(有)", "㊔", "(資)", "㊓", "(社)", "㊖", "(財)", "㏍", "(株)",
	"゛", "\u3099", "゜", "\u309a")

// cut shortens s to at most n bytes without cutting a character in two.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// next is the rune after the one that starts at byte i.
func next(s string, i int) rune {
	_, n := utf8.DecodeRuneInString(s[i:])
	r, _ := utf8.DecodeRuneInString(s[i+n:])
	return r
}

// dash decides between the long vowel of スーパー and the hyphen of 1-2, which are typed for each other.
func dash(prev rune, gap bool) rune {
	if !gap && (isKatakana(prev) || isHiragana(prev)) {
		return 'ー'
	}
	return '-'
}

// dropMark removes what nobody sees: controls, joiners, variation selectors, and accents but the voicing marks that
// NFKC joins to their kana.
func dropMark(r rune) rune {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return ' '
	case r >= '🈀' && r <= '🉥': // emoji that NFKC would read as words: 満 of 🈵
		return ' '
	case r == '\u3099' || r == '\u309a':
		return r
	case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r):
		return -1
	}
	return r
}

// strict is the identity of a cleaned name or part of one: its letters and digits, and "&". Symbols and spaces fall
// away: by law a registered name has few of them, and a posting's are decoration.
//
//	strict("エヌ・ティ・ティ") = "エヌティティ"    strict("佐々木 & CO.") = "佐佐木&CO"
func (r *Reader) strict(s string) string {
	s = s[len(s)-len(fromName(s)):]
	n := fixedLen(s, strictFixed)
	if fromName(s[n:]) == "" {
		return s[:n]
	}
	b := append(r.begin(len(s)), s[:n]...)
	prev, _ := utf8.DecodeLastRune(b)
	for i, c := range s[n:] {
		if c == '々' && n+i > 0 {
			c = prev
		}
		if isNameRune(c) {
			b, prev = utf8.AppendRune(b, c), c
		}
	}
	return r.finish(b)
}

// fromName is s from the first rune on that strict keeps: empty where there is none.
func fromName(s string) string {
	for i, c := range s {
		if isNameRune(c) {
			return s[i:]
		}
	}
	return ""
}

// isName reports that strict leaves something of s.
func isName(s string) bool { return fromName(s) != "" }

// fixedLen is the length of the front of s that is of the class.
func fixedLen(s string, fixed class) int {
	for i, c := range s {
		if classOf(c)&fixed == 0 {
			return i
		}
	}
	return len(s)
}

// loose is the key that names are looked up by: strict, and what typists mix up is made one: hiragana and katakana,
// small kana and large, long vowels and none, ヴァ and バ, ヱ and エ, いすゞ and イスズ, 第一 and 第1. Other numerals stay
// as they are: 三八 and 38 are different companies more often than one.
//
//	loose("キヤノン") = loose("キャノン")    loose("サーティワン") = loose("さーていわん") = "サテイワン"
func (r *Reader) loose(strict string) string {
	n := fixedLen(strict, looseFixed)
	if n == len(strict) {
		return strict
	}
	b := append(r.begin(len(strict)), strict[:n]...)
	last, vu := rune(0), false // the last kana or letter; whether it was ヴ
	if n > 0 {
		last, _ = utf8.DecodeLastRuneInString(strict[:n])
	}
	for i, c := range strict[n:] {
		c = looseRune(c)
		switch {
		case c == 'ー' || c == '&':
			vu = false
			continue
		case vu && (c == 'ア' || c == 'イ' || c == 'エ' || c == 'オ'):
			b, c = b[:len(b)-len("ブ")], vuVowel(c)
		case c >= 'ゝ' && c <= 'ゞ' || c >= 'ヽ' && c <= 'ヾ':
			c = repeated(last, c)
		case last == '第':
			c = ordinal(c, next(strict, n+i))
		}
		vu = c == 'ヴ'
		if vu {
			c = 'ブ'
		}
		b, last = utf8.AppendRune(b, c), c
	}
	if len(b) == 0 {
		return strict
	}
	return r.finish(b)
}

// vuVowel is the kana of ヴ and a vowel.
func vuVowel(r rune) rune {
	switch r {
	case 'ア':
		return 'バ'
	case 'イ':
		return 'ビ'
	case 'エ':
		return 'ベ'
	}
	return 'ボ'
}

// repeated is the kana that an iteration mark (ゝ, or voiced ゞ) stands for; the mark itself where it repeats nothing.
func repeated(last, mark rune) rune {
	switch {
	case last == 0:
		return mark
	case (mark == 'ゞ' || mark == 'ヾ') && strings.ContainsRune("カキクケコサシスセソタチツテトハヒフヘホ", last):
		return looseRune(last + 1)
	}
	return last
}

// ordinal is a numeral after 第 as a digit, unless it goes on in tens.
func ordinal(r, next rune) rune {
	const numerals = "〇一二三四五六七八九"
	i := strings.IndexRune(numerals, r)
	if i < 0 || strings.ContainsRune("十百千", next) {
		return r
	}
	return '0' + rune(i/len("〇"))
}

// looseRune folds one kana.
func looseRune(r rune) rune {
	if isHiragana(r) {
		r += 'ァ' - 'ぁ'
	}
	switch r {
	case 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ッ', 'ャ', 'ュ', 'ョ', 'ヮ':
		return r + 1
	case 'ヵ':
		return 'カ'
	case 'ヶ':
		return 'ケ'
	case 'ヰ':
		return 'イ'
	case 'ヱ':
		return 'エ'
	case 'ヲ':
		return 'オ'
	case 'ヂ':
		return 'ジ'
	case 'ヅ':
		return 'ズ'
	}
	return r
}
