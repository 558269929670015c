package review

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// span is a piece of a text, and whether it differs from the text beside which it stands.
type span struct {
	text    string
	differs bool
}

// marks joins the pieces of a text where it begins and ends to differ from another: what belongs to the longest common subsequence
// of both, as it is read, does not differ, nor does what only parts. Where there is nothing to compare with, nothing differs.
func marks(text, other []string) (spans []span) {
	same := common(folded(text), folded(other))
	for i, piece := range text {
		differs := !same[i] && len(other) > 0 && strings.Trim(piece, parting) != ""
		if n := len(spans); n > 0 && spans[n-1].differs == differs {
			spans[n-1].text += piece
		} else {
			spans = append(spans, span{piece, differs})
		}
	}
	return spans
}

// parting is what parts the words and numbers of an address, and says nothing itself.
const parting = " 　丁目番地号-－‐−"

// letters are the pieces by which names are compared.
func letters(name string) []string { return strings.Split(name, "") }

// parts are the pieces by which addresses are compared: numbers, and what ends with 県, 市, 町 and the like. A letter that two towns
// share says nothing.
func parts(address string) (list []string) {
	begin, number := 0, false
	for i, r := range address {
		digit := unicode.IsDigit(fold(r))
		if i > begin && digit != number {
			list = append(list, address[begin:i])
			begin = i
		}
		number = digit
		if end := i + utf8.RuneLen(r); strings.ContainsRune("都道府県郡市区町村"+parting, r) {
			list = append(list, address[begin:end])
			begin = end
		}
	}
	return appendText(list, address[begin:])
}

func folded(pieces []string) []string {
	list := make([]string, len(pieces))
	for i, p := range pieces {
		list[i] = strings.Map(fold, p)
	}
	return list
}

// spellOut writes legal forms out that partners shorten.
var spellOut = strings.NewReplacer(
	"（株）", "株式会社", "(株)", "株式会社", "㈱", "株式会社", "（有）", "有限会社", "(有)", "有限会社", "㈲", "有限会社",
	"（同）", "合同会社", "(同)", "合同会社", "（医）", "医療法人", "(医)", "医療法人", "（福）", "社会福祉法人", "(福)", "社会福祉法人")

// common tells for each piece of a whether it belongs to the longest common subsequence of a and b.
func common(a, b []string) []bool {
	longest := make([][]uint16, len(a)+1) // of a[i:] and b[j:]
	for i := range longest {
		longest[i] = make([]uint16, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	same := make([]bool, len(a))
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			same[i] = true
			i++
			j++
		case longest[i+1][j] >= longest[i][j+1]:
			i++
		default:
			j++
		}
	}
	return same
}

// fold is a letter as a reader takes it: full-width letters, digits and signs for plain ones, digits for 一 to 九, any dash for a
// hyphen, small for capital.
func fold(r rune) rune {
	if n := strings.IndexRune("一二三四五六七八九", r); n >= 0 {
		return rune('1' + n/len("一"))
	}
	switch {
	case r >= '！' && r <= '～':
		r -= '！' - '!'
	case strings.ContainsRune("‐‑‒–—―−ｰー", r):
		r = '-'
	case unicode.IsSpace(r):
		r = ' '
	}
	return unicode.ToLower(r)
}

// mostShown is how much of a text is shown, in characters: more would be no help in a cell.
const mostShown = 200

// escaped is what Excel takes for an escaped character, and LibreOffice does not: no way to write it is right for both.
var escaped = regexp.MustCompile(`_(x[0-9A-Fa-f]{4}_)`)

// shown is a text as a cell shows it: on one line, cut, and without what no cell can hold or no eye can see.
func shown(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar || r == '\uFFFE' || r == '\uFFFF':
			return -1
		}
		return r
	}, text)
	runes := []rune(strings.TrimSpace(text))
	if len(runes) > mostShown {
		runes = append(runes[:mostShown-1:mostShown-1], '…')
	}
	return escaped.ReplaceAllString(string(runes), "＿$1")
}
