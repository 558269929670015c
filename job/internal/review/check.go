package review

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"nayose"
)

// Asked is what a row asked, as it was kept when the workbook was written.
type Asked struct {
	Mention nayose.Mention
	Shown   []nayose.Shown
}

// Check holds an answer against what its row asked. chosen is the id of the company that it chose, empty for another choice or for a
// company that only its Number names; reason is in Japanese why the answer cannot be taken: the row shows something else than was
// asked, or says two things at once.
func (a *Answer) Check(q *Asked) (chosen, reason string) {
	if reason = a.compare(q); reason != "" {
		return "", reason
	}
	if a.Option == 0 {
		for _, s := range q.Shown {
			if slices.Contains(a.IDs(), s.CompanyID) {
				return s.CompanyID, ""
			}
		}
		return "", ""
	}
	if a.Option > len(q.Shown) {
		return "", fmt.Sprintf("候補%dはありません。", a.Option)
	}
	s := &q.Shown[a.Option-1]
	switch {
	case a.Name != "" && !a.same(a.Name, shown(s.Name)):
		return "", fmt.Sprintf("回答の番号と会社名が合いません(候補%dは%s)。", a.Option, shown(s.Name))
	case a.Number != "" && !slices.Contains(a.IDs(), s.CompanyID):
		return "", "回答と法人番号が食い違っています。"
	}
	return s.CompanyID, ""
}

// compare looks whether the row still shows what was asked, as far as its columns are there: where only some columns were sorted or
// others were pasted over it, the answer may be one to another question.
func (a *Answer) compare(q *Asked) (reason string) {
	type written struct{ label, text string }
	list := []written{{labelName, textOf(named(&q.Mention))}, {labelFacts, textOf(facts(&q.Mention))}}
	for i := range mostOptions {
		var name, id string
		if i < len(q.Shown) {
			name, id = shown(q.Shown[i].Name), shown(q.Shown[i].CompanyID)
		}
		label := fmt.Sprintf("候補%d", i+1)
		list = append(list, written{label, name}, written{label + "の番号", id})
	}
	for i, w := range list {
		cell, ok := a.shows[squeezed(w.label)]
		if i >= 2 { // of a candidate, its name; what else is said of it is for the eye
			cell, _, _ = strings.Cut(strings.TrimSpace(cell), "\n")
		}
		if ok && !a.same(cell, w.text) {
			return fmt.Sprintf("「%s」が元の表と違います。行がずれているか、上書きされています。", w.label)
		}
	}
	return ""
}

// same compares a cell with what was written to it: spaces and widths do not count. Where the file's encoding may lack letters, a
// question mark or two stand for one.
func (a *Answer) same(cell, written string) bool {
	cell, written = squeezed(cell), squeezed(written)
	if cell == written {
		return true
	}
	if !a.lossy || !strings.Contains(cell, "?") {
		return false
	}
	pattern := lost.ReplaceAllStringFunc(regexp.QuoteMeta(cell), func(run string) string {
		return fmt.Sprintf(`[?\x{80}-\x{10FFFF}]{1,%d}`, min(len(run)/2, 1000)) // each is escaped
	})
	ok, err := regexp.MatchString("^"+pattern+"$", written)
	return err == nil && ok
}

// lost is what a letter that an encoding lacks leaves, as QuoteMeta writes it.
var lost = regexp.MustCompile(`(\\\?)+`)
