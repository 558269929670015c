package cell

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold makes words comparable that differ in width, case or spaces only: ＴＥＬ and tel, 雇用 形態 and 雇用形態. Marks that nobody
// sees, such as a BOM from files put together, do not count either.
func Fold(s string) string {
	var short [128]byte
	b, plain := appendFolded(short[:0], s)
	switch {
	case !plain:
		return foldAny(s)
	case string(b) == s:
		return s
	}
	return string(b)
}

// foldAny is Fold for text of any kind.
func foldAny(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unseen(r) {
			return -1
		}
		return r
	}, s)
}

// unseen tells whether r is a mark that nobody sees: a zero width space or joiner, a BOM.
func unseen(r rune) bool { return r >= 0x200B && r <= 0x200D || r == 0x2060 || r == 0xFEFF }

// appendFolded appends s folded to dst, as long as s consists of what nearly all cells consist of: ASCII, its full-width forms,
// kanji and kana. For these, normalising is arithmetic. plain is false where something else stands in s; that something may be
// a mark that changes the letter before it, so then all of it is for foldAny.
func appendFolded(dst []byte, s string) (folded []byte, plain bool) {
	for i := 0; i < len(s); {
		c := rune(s[i])
		n := 1
		if c >= utf8.RuneSelf {
			c, n = utf8.DecodeRuneInString(s[i:])
			switch {
			case c >= '！' && c <= '～':
				c -= '！' - '!'
			case c == '\u3000':
				c = ' '
			case !unchanged(c):
				return dst, false
			default:
				dst = append(dst, s[i:i+n]...)
				i += n
				continue
			}
		}
		switch {
		case c == ' ' || c >= '\t' && c <= '\r':
		case c >= 'A' && c <= 'Z':
			dst = append(dst, byte(c)+'a'-'A')
		default:
			dst = append(dst, byte(c))
		}
		i += n
	}
	return dst, true
}

// unchanged tells whether r is one of the common letters and signs that folding leaves as they are, unless a combining mark
// follows: kanji, kana, 々, ー, ・, 、, 〜 and brackets.
func unchanged(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3041 && r <= 0x3096 || r >= 0x30A1 && r <= 0x30FE ||
		r >= 0x3001 && r <= 0x3011 || r == '〜' || r >= 0x25A0 && r <= 0x2606
}

// isASCII tells whether s holds ASCII only.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Trim is strings.TrimSpace, which decodes letter by letter where the text is not ASCII: a glance at the edges tells that most
// Japanese cells have nothing to trim.
func Trim(s string) string {
	n := len(s)
	if n < 3 || mayBeSpace(s[0], s[1], s[2]) || mayEndInSpace(s[n-3], s[n-2], s[n-1]) {
		return strings.TrimSpace(s)
	}
	return s
}

// mayBeSpace tells whether text that starts with these bytes may start with white space: all of it beyond ASCII is C2 xx,
// E1 xx xx, E2 xx xx or E3 80 80.
func mayBeSpace(a, b, c byte) bool {
	return a <= ' ' || a == 0xC2 || a == 0xE1 || a == 0xE2 || a == 0xE3 && b == 0x80 && c == 0x80
}

// mayEndInSpace is the same of text that ends with these bytes.
func mayEndInSpace(a, b, c byte) bool {
	return c <= ' ' || b == 0xC2 || a == 0xE1 || a == 0xE2 || a == 0xE3 && b == 0x80 && c == 0x80
}
