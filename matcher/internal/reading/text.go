package reading

import (
	"maps"
	"strings"
	"sync"
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
func Clean(s string) string {
	s = cut(s, maxText)
	table := foldTable()
	for _, r := range s {
		if r >= foldEnd || table[r] == notAlone {
			s = normalize(s)
			break
		}
	}
	b := make([]byte, 0, len(s))
	prev, gap := rune(0), false
	for i, r := range s {
		r = fold(r)
		switch {
		case r < 0 || r == ' ' && prev == 0:
			continue
		case r == ' ':
			gap = true
			continue
		case r == '-' || r == 'ー' || r == '一' && isKatakana(prev) && isKatakana(fold(next(s, i))):
			r = dash(prev, gap)
		}
		if gap {
			b, gap = append(b, ' '), false
		}
		b, prev = utf8.AppendRune(b, r), r
	}
	return strings.TrimRight(cut(string(b), maxText), " ")
}

// normalize is NFKC for the text in which some character cannot be folded alone: a halfwidth kana with its voicing
// mark, ㈱, ㍿.
func normalize(s string) string {
	s = strings.Map(dropMark, strings.ToValidUTF8(circled.Replace(s), ""))
	return cut(norm.NFKC.String(s), maxText)
}

// circled writes out the symbols of legal forms that NFKC would leave without their brackets, and turns the voicing
// marks that stand alone, which NFKC keeps apart from their kana, into those that it joins: ウ゛ィ to ヴィ.
var circled = strings.NewReplacer("㊑", "(株)", "㊒", "(有)", "㊔", "(資)", "㊓", "(社)", "㊖", "(財)", "㏍", "(株)",
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
	if !gap && (prev == 'ー' || isKatakana(prev) || isHiragana(prev)) {
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

// fold is the writing of one character; negative where it is dropped.
func fold(r rune) rune {
	if r < foldEnd {
		return foldTable()[r]
	}
	if v, ok := rareVariants[r]; ok {
		return v
	}
	return foldSlow(r)
}

const (
	foldEnd  = 0x10000
	notAlone = -2 // what NFKC makes of the character depends on its neighbours, or is more than one character
)

// foldTable holds fold for the basic plane, NFKC included, since every text that comes in passes through it, and most
// needs nothing else: so Clean takes a third of the time. It is made when first needed, which takes 10 ms.
var foldTable = sync.OnceValue(func() *[foldEnd]rune {
	variants := maps.Collect(commonVariants())
	t := new([foldEnd]rune)
	for r := range rune(foldEnd) {
		t[r] = foldAlone(r)
		if base, ok := variants[t[r]]; ok {
			t[r] = base
		}
	}
	return t
})

func foldAlone(r rune) rune {
	s := string(r)
	n := norm.NFKC.String(s)
	alone, size := utf8.DecodeRuneInString(n)
	simple := size == len(n) && alone < foldEnd && r != utf8.RuneError && dropMark(r) >= 0 && circled.Replace(s) == s
	if !simple || !norm.NFKC.PropertiesString(s).BoundaryBefore() || !norm.NFKC.PropertiesString(n).BoundaryBefore() {
		return notAlone
	}
	return foldSlow(alone)
}

func foldSlow(r rune) rune {
	switch r {
	case '〔', '【', '《', '〈', '「', '『', '[', '{', '<', '〖', '〘', '≪', '«', '‹':
		return '('
	case '〕', '】', '》', '〉', '」', '』', ']', '}', '>', '〗', '〙', '≫', '»', '›':
		return ')'
	case '‐', '‑', '‒', '–', '—', '―', '−', '─', '━', '⁃', '﹣', '˗', '➖':
		return '-'
	case '〜', '∼', '∽', '〰':
		return '~'
	case '’', '‘', '`', '´', 'ʼ', '′':
		return '\''
	case '•', '·', '∙', '⋅', '‧', '●':
		return '・'
	}
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r):
		return -1
	}
	return foldCase(r)
}

// foldCase is the capital letter, where capitals are stable: a few letters of other alphabets are not.
func foldCase(r rune) rune {
	if u := unicode.ToUpper(r); unicode.ToUpper(u) == u && norm.NFKC.IsNormalString(string(u)) {
		return u
	}
	return r
}

func isKatakana(r rune) bool { return r >= 'ァ' && r <= 'ヺ' || r == 'ー' }
func isHiragana(r rune) bool { return r >= 'ぁ' && r <= 'ゖ' }

// strict is the identity of a cleaned name or part of one: its letters and digits, and "&". Symbols and spaces fall
// away: by law a registered name has few of them, and a posting's are decoration.
//
//	strict("エヌ・ティ・ティ") = "エヌティティ"    strict("佐々木 & CO.") = "佐佐木&CO"
func strict(s string) string {
	b := make([]byte, 0, len(s))
	prev := rune(0)
	for _, r := range s {
		if r == '々' && prev != 0 {
			r = prev
		}
		if isNameRune(r) {
			b, prev = utf8.AppendRune(b, r), r
		}
	}
	return string(b)
}

func isNameRune(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '&'
	case r >= '一' && r <= '\u9fff' || isKatakana(r) || isHiragana(r) || r == '〇': // most, without a search in tables
		return true
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// isGap reports what no word contains; registered names have hardly a symbol but those that a word here may.
func isGap(r rune) bool { return !isNameRune(r) && !strings.ContainsRune("・.,'-+%", r) }

// isSymbol reports what parts words and is no bracket.
func isSymbol(r rune) bool { return isGap(r) && r != '(' && r != ')' }

// loose is the key that names are looked up by: strict, and what typists mix up is made one: hiragana and katakana,
// small kana and large, long vowels and none, ヴァ and バ, ヱ and エ, いすゞ and イスズ, 第一 and 第1. Other numerals stay
// as they are: 三八 and 38 are different companies more often than one.
//
//	loose("キヤノン") = loose("キャノン")    loose("サーティワン") = loose("さーていわん") = "サテイワン"
func loose(strict string) string {
	b := make([]byte, 0, len(strict))
	last, vu := rune(0), false // the last kana or letter; whether it was ヴ
	for i, r := range strict {
		r = looseRune(r)
		switch {
		case r == 'ー' || r == '&':
			vu = false
			continue
		case vu && strings.ContainsRune("アイエオ", r):
			b, r = b[:len(b)-len("ブ")], vuVowel(r)
		case r >= 'ゝ' && r <= 'ゞ' || r >= 'ヽ' && r <= 'ヾ':
			r = repeated(last, r)
		case last == '第':
			r = ordinal(r, next(strict, i))
		}
		vu = r == 'ヴ'
		if vu {
			r = 'ブ'
		}
		b, last = utf8.AppendRune(b, r), r
	}
	if len(b) == 0 {
		return strict
	}
	return string(b)
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
