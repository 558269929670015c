package reading

import (
	"strings"
	"unicode/utf8"
)

// A list of words is asked many times for each text which of them it begins with, ends with or holds. So the words lie by
// the low byte of their first rune (heads) or by their last byte (tails), and nearly every text is done with one look.

// An entry is a word and its place in the list.
type entry struct {
	word string
	n    int
}

type (
	heads [256][]entry
	tails [256][]entry
)

func newHeads(words []string) *heads {
	h := new(heads)
	for i, w := range words {
		r, _ := utf8.DecodeRuneInString(w)
		h[byte(r)] = append(h[byte(r)], entry{w, i})
	}
	return h
}

func newTails(words []string) *tails {
	t := new(tails)
	for i, w := range words {
		t[w[len(w)-1]] = append(t[w[len(w)-1]], entry{w, i})
	}
	return t
}

// headsOf and tailsOf take the words apart that are separated by blanks.
func headsOf(words string) *heads { return newHeads(strings.Fields(words)) }
func tailsOf(words string) *tails { return newTails(strings.Fields(words)) }

// begins finds the first word of the list that s begins with.
func (h *heads) begins(s string) (e entry, ok bool) {
	r, _ := utf8.DecodeRuneInString(s)
	for _, e := range h[byte(r)] {
		if strings.HasPrefix(s, e.word) {
			return e, true
		}
	}
	return entry{}, false
}

// has reports that s is one of the words.
func (h *heads) has(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	for _, e := range h[byte(r)] {
		if s == e.word {
			return true
		}
	}
	return false
}

// inside is where the first of the words in s stands; -1 where there is none.
func (h *heads) inside(s string) int {
	for i, r := range s {
		for _, e := range h[byte(r)] {
			if strings.HasPrefix(s[i:], e.word) {
				return i
			}
		}
	}
	return -1
}

// ends finds the first word of the list that s ends with.
func (t *tails) ends(s string) (e entry, ok bool) {
	if s == "" {
		return entry{}, false
	}
	for _, e := range t[s[len(s)-1]] {
		if strings.HasSuffix(s, e.word) {
			return e, true
		}
	}
	return entry{}, false
}

// A replacer writes words for other words.
type replacer struct {
	olds *heads
	news []string
}

// newReplacer takes pairs of a word and the one to write for it.
func newReplacer(pairs ...string) *replacer {
	var olds, news []string
	for i := 0; i < len(pairs); i += 2 {
		olds, news = append(olds, pairs[i]), append(news, pairs[i+1])
	}
	return &replacer{newHeads(olds), news}
}

// replace is s with every old word replaced, from left to right.
func (r *Reader) replace(t *replacer, s string) string {
	at := t.olds.inside(s)
	if at < 0 {
		return s
	}
	b := r.begin(2 * len(s))
	for ; at >= 0; at = t.olds.inside(s) {
		old, _ := t.olds.begins(s[at:])
		b = append(append(b, s[:at]...), t.news[old.n]...)
		s = s[at+len(old.word):]
	}
	return r.finish(append(b, s...))
}
