package review

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"nayose"
)

// row is a row while it is read.
type row struct {
	Place
	head  *header // nil above it
	cells []string
	lossy bool
}

// cell is the text of a column, empty where the row ends before it or the column is not there.
func (r *row) cell(column int) string {
	if column < 0 || column >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(strings.ReplaceAll(r.cells[column], "\r\n", "\n"))
}

// isHeader tells whether the row is another copy of the header.
func (r *row) isHeader() bool {
	h := r.head
	return !slices.ContainsFunc([]int{h.key, h.choice, h.number, h.note}, func(column int) bool {
		return squeezed(r.cell(column)) != h.labels[column]
	})
}

// said is what stands in the cells of the answer, on one line.
func (r *row) said() string {
	if r.head == nil {
		return ""
	}
	var parts []string
	for _, column := range []int{r.head.choice, r.head.number, r.head.note} {
		if text := r.cell(column); text != "" {
			parts = append(parts, text)
		}
	}
	return shown(strings.Join(parts, " / "))
}

// MostNote is how long a note may be, in characters, and mostNumber what is written for a number.
const (
	MostNote   = 2000
	mostNumber = 100
)

// answer is what the row says: an answer, nothing yet (nil), or for what reason it cannot be told.
func (r *row) answer() (a *Answer, reason string) {
	h := r.head
	a = &Answer{Place: r.Place, Note: r.cell(h.note), By: shown(r.cell(h.by)), Said: r.said(), shows: map[string]string{}, lossy: r.lossy}
	a.Number = strings.Join(strings.Fields(norm.NFKC.String(r.cell(h.number))), " ")
	choice := flat(r.cell(h.choice))
	if reason = a.check(r.cell(h.key)); reason != "" {
		return nil, reason
	}
	for i, cell := range r.cells {
		switch {
		case i < len(h.labels) && h.labels[i] != "":
			a.shows[h.labels[i]] = cell
		case strings.TrimSpace(cell) != "":
			return nil, "見出しのない列に書き込みがあります。"
		}
	}
	switch {
	case choice != "":
		reason = a.choose(choice)
	case a.Number != "":
		a.Choice = nayose.ChoseCompany
	case a.Note != "":
		reason = "メモだけで、回答がありません。"
	default:
		return nil, ""
	}
	if reason != "" {
		return nil, reason
	}
	return a, ""
}

// check reads the key, and refuses texts that nothing could be made of.
func (a *Answer) check(key string) (reason string) {
	var ok bool
	a.Key, ok = ParseKey(key)
	switch {
	case key == "":
		return "キーのない行です。"
	case !ok:
		return "キーが書き換えられています。"
	case utf8.RuneCountInString(a.Note) > MostNote:
		return fmt.Sprintf("メモが%d文字を超えています。", MostNote)
	case utf8.RuneCountInString(a.Number) > mostNumber:
		return "法人番号の欄に文章があります。"
	case strings.ContainsFunc(a.Note, func(r rune) bool { return r != '\n' && r != '\t' && unicode.IsControl(r) }):
		return "メモに、文字でないものが入っています。"
	}
	return ""
}

// numbered is a choice by a candidate's number, with its name or without: "2", "候補2", "2 株式会社アカネ".
var numbered = regexp.MustCompile(`^(?:候補 ?)?(\d{1,2})(?: ?番)?(?:[ .:)](.*))?$`)

// choose reads the choice; the number is read already.
func (a *Answer) choose(choice string) (reason string) {
	if m := numbered.FindStringSubmatch(choice); m != nil {
		a.Choice, a.Name = nayose.ChoseCompany, strings.TrimSpace(m[2])
		if a.Option, _ = strconv.Atoi(m[1]); a.Option == 0 || a.Option > mostOptions {
			return fmt.Sprintf("候補%dはありません。", a.Option)
		}
		return ""
	}
	word := strings.ReplaceAll(choice, " ", "")
	other, _, _ := strings.Cut(word, "(") // その他(法人番号を入力)
	switch {
	case other == squeezed(choiceOther) && a.Number == "":
		return "「その他」ですが、法人番号がありません。"
	case other == squeezed(choiceOther):
		a.Choice = nayose.ChoseCompany
		return ""
	case slices.Contains([]string{squeezed(choiceNone), "該当無し"}, word):
		a.Choice = nayose.ChoseNone
	case slices.Contains([]string{squeezed(choiceUnsure), "分からない"}, word):
		a.Choice = nayose.ChoseUnsure
	default:
		return "回答が選択肢のどれでもありません。"
	}
	if a.Number != "" {
		return "回答と法人番号が食い違っています。"
	}
	return ""
}

// IDs are the ids of companies that the number may be, the likeliest first: 13 digits without what people write between them, and as it
// stands there, since a team's own ids may be of any form. None where there is no number.
func (a *Answer) IDs() []string {
	if a.Number == "" {
		return nil
	}
	digits := strings.ReplaceAll(squeezed(a.Number), "-", "")
	ids := []string{strings.TrimPrefix(digits, "t"), a.Number}
	return slices.Compact(ids)
}

// Unknown says in Japanese of a number that is no company's what may be wrong with it.
func (a *Answer) Unknown() string {
	id := a.IDs()[0]
	switch {
	case strings.Contains(id, "e+"):
		return "法人番号の桁が、表計算ソフトで失われています。"
	case !isNumber(id):
		return "法人番号が13桁の数字ではありません。"
	case !hasCheckDigit(id):
		return "法人番号が正しくありません(検査数字が合いません)。"
	}
	return "この法人番号の会社は台帳にありません。"
}

// hasCheckDigit tells whether the first of 13 digits is that of a corporate number: 9 − Σ Pₙ·Qₙ mod 9, where Pₙ is the nth digit
// from the right and Qₙ is 1 for odd n and 2 for even n.
func hasCheckDigit(number string) bool {
	sum := 0
	for i, digit := range number[1:] {
		sum += (2 - i%2) * int(digit-'0')
	}
	return int(number[0]-'0') == 9-sum%9
}
