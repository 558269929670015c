package missing

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A tally counts the postings of each of several texts.
type tally map[string]int64

func (t *tally) add(text string, n int64) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	if *t == nil {
		*t = tally{}
	}
	(*t)[text] += n
}

// most is n texts: of each tally in turn those of the most postings, of equal ones the shortest first. A text that differs from one
// before it in blanks and width only is left out.
func most(n int, tallies ...tally) []string {
	texts, seen := []string{}, map[string]bool{}
	for _, t := range tallies {
		for _, text := range slices.SortedFunc(maps.Keys(t), func(a, b string) int {
			return cmp.Or(-cmp.Compare(t[a], t[b]), cmp.Compare(utf8.RuneCountInString(a), utf8.RuneCountInString(b)), cmp.Compare(a, b))
		}) {
			if key := folded(text); len(texts) < n && !seen[key] {
				texts, seen[key] = append(texts, text), true
			}
		}
	}
	return texts
}

// folded is a text without blanks, its letters and digits in half width.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return -1
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		}
		return r
	}, text)
}

// best is the first of n texts, and the others.
func best(n int, tallies ...tally) (first string, others []string) {
	all := most(n, tallies...)
	if len(all) == 0 {
		return "", all
	}
	return all[0], all[1:]
}
