package reading

import (
	"maps"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What is asked of every rune of every text is looked up in two tables over the basic plane: what Clean makes of it (folds)
// and what it is in a clean text (classes). Both are made when the process starts, in some 8 ms, and take 256 KB.

const foldEnd = 0x10000

// What folds holds beside runes; no text has a surrogate.
const (
	notAlone = 0xd800 // what NFKC makes of the character depends on its neighbours, or is more than one character
	dropped  = 0xd801
)

// fold is the writing of one character: notAlone or dropped where it has none.
func fold(r rune) rune {
	if r < foldEnd {
		return rune(folds[r])
	}
	if v, ok := rareVariants[r]; ok {
		return v
	}
	return foldSlow(r)
}

// folds holds fold for the basic plane, NFKC included, since every text that comes in passes through it, and most
// needs nothing else.
var folds = func() *[foldEnd]uint16 {
	variants := maps.Collect(commonVariants())
	t := new([foldEnd]uint16)
	for r := range rune(foldEnd) {
		alone := foldAlone(r)
		if base, ok := variants[alone]; ok {
			alone = base
		}
		t[r] = uint16(alone)
	}
	return t
}()

func foldAlone(r rune) rune {
	switch {
	case r >= '㐀' && r <= '䶿' || r >= '一' && r <= '\u9fff' || r >= '가' && r <= '힣' || r >= 0xd800 && r <= 0xf8ff:
		return r // ideographs, syllables of Hangul, surrogates, private characters: most, and their own NFKC
	case r == utf8.RuneError || dropMark(r) < 0 || circled.olds.has(string(r)):
		return notAlone
	}
	s := string(r)
	n := norm.NFKC.String(s)
	alone, size := utf8.DecodeRuneInString(n)
	first := norm.NFKC.PropertiesString(s).BoundaryBefore() && norm.NFKC.PropertiesString(n).BoundaryBefore()
	if size < len(n) || alone >= foldEnd || !first {
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
		return dropped
	}
	return foldCase(r)
}

// foldCase is the capital letter, where capitals are stable: a few letters of other alphabets are not.
func foldCase(r rune) rune {
	if u := unicode.ToUpper(r); u != r && unicode.ToUpper(u) == u && norm.NFKC.IsNormalString(string(u)) {
		return u
	}
	return r
}

// A class is what a rune is in a clean text, by bits. What a whole text has is the union of its runes' classes.
type class uint16

const (
	nameRune    class = 1 << iota // a letter or digit, or "&": what strict keeps
	wordRune                      // what words of a name are written with
	gapRune                       // what no word has, not even one of an offer
	symbolRune                    // of these, what is neither bracket nor blank
	startsForm                    // the first rune of a legal form's spelling
	endsForm                      // the last one
	strictFixed                   // what strict leaves as it is
	looseFixed                    // what loose leaves as it is
	placeFixed                    // what foldPlace leaves as it is
	variantRune                   // folded as a variant, in a text as typed
	chineseNumeral
	employerMark // what has to be there for employer to find something,
	withheldMark // for withheldParts and masks,
	townMark     // and for parseTown to look beyond the numbers
)

// classes holds classOf for the basic plane.
var classes = func() *[foldEnd]class {
	t := new([foldEnd]class)
	for r := range rune(foldEnd) {
		t[r] = classSlow(r)
	}
	for _, s := range spellings() {
		first, _ := utf8.DecodeRuneInString(s.text)
		last, _ := utf8.DecodeLastRuneInString(s.text)
		t[first] |= startsForm
		t[last] |= endsForm
	}
	mark := func(runes string, c class) {
		for _, r := range runes {
			t[r] |= c
		}
	}
	mark(chineseNumerals, chineseNumeral)
	mark(employerMarks, employerMark)
	mark(withheldMarks, withheldMark)
	mark(townMarks, townMark)
	for variant := range commonVariants() {
		t[variant] |= variantRune
	}
	return t
}()

func classOf(r rune) class {
	if r < foldEnd {
		return classes[r]
	}
	return classSlow(r)
}

// classOfText is the union of the classes of the runes of s.
func classOfText(s string) (c class) {
	for _, r := range s {
		c |= classOf(r)
	}
	return c
}

func classSlow(r rune) (c class) {
	switch {
	case isLetterOrDigit(r) || r == '&':
		c = nameRune | wordRune
	case r == '・' || r == '.' || r == ',' || r == '\'' || r == '-' || r == '+':
		c = wordRune
	case r == '%':
	case r == '(' || r == ')' || r == ' ':
		c = gapRune
	default:
		c = gapRune | symbolRune
	}
	if c&nameRune != 0 && r != '々' {
		c |= strictFixed
	}
	switch looseRune(r) {
	case 'ー', '&', 'ゝ', 'ゞ', 'ヽ', 'ヾ', 'ヴ', '第': // which loose looks into
	case r:
		c |= looseFixed
	}
	if placeRune(r) == r {
		c |= placeFixed
	}
	return c
}

// isLetterOrDigit reports what names are written with; of the Latin letters a clean text has capitals only.
func isLetterOrDigit(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	case r >= '一' && r <= '\u9fff' || isKatakana(r) || isHiragana(r) || r == '〇': // most, without a search in tables
		return true
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

func isNameRune(r rune) bool { return classOf(r)&nameRune != 0 }

// isGap reports what no word contains; registered names have hardly a symbol but those that a word here may.
func isGap(r rune) bool { return classOf(r)&gapRune != 0 }

// isSymbol reports what parts words and is no bracket.
func isSymbol(r rune) bool { return r == ' ' || isBorder(r) }

// isBorder reports a symbol that is no blank either.
func isBorder(r rune) bool { return classOf(r)&symbolRune != 0 }

func isKatakana(r rune) bool { return r >= 'ァ' && r <= 'ヺ' || r == 'ー' }
func isHiragana(r rune) bool { return r >= 'ぁ' && r <= 'ゖ' }
