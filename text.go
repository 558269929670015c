package nayose

import (
	"fmt"
	"strings"
	"unicode"
)

// Unprintable tells control characters, and the separators and invisible signs that would turn or break a line.
func Unprintable(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }

// OneLine is a text with a space for each unprintable character: what files, partners and other programs say cannot begin a line of its
// own, or steer a terminal. "a\nb" is "a b".
func OneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if Unprintable(r) {
			return ' '
		}
		return r
	}, s)
}

// Several lists the first five of many names: "a, b, c, d, e and 3 more".
func Several(names []string) string {
	const few = 5
	if more := len(names) - few; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), more)
	}
	return strings.Join(names, ", ")
}

// SaveAsUTF8 is what to do about a CSV of ours in which bytes stand that are not UTF-8: Excel's plain "CSV" is CP932 in Japan.
const SaveAsUTF8 = "save it as UTF-8: in Excel, as CSV UTF-8"
