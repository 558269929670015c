package suggest

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// likeness says how much column i of the file is like one of ours.
type likeness struct {
	i          int
	column     string
	score      int
	confidence string
	reason     string
}

// assign takes the likest pair of columns, then the likest of the rest, and so on.
func (s *sample) assign() {
	var pairs []likeness
	for i, word := range s.words {
		switch other := s.otherThan(i); {
		case word == "":
			s.guesses[i].Reason = "it has no header"
			continue
		case slices.Contains(s.words[:i], word):
			s.guesses[i].Reason = "another column has this header"
			continue
		case other != "":
			s.guesses[i].Reason = "the header speaks of " + other
			continue
		}
		for _, our := range ours {
			if like := s.like(i, our); like.score >= 30 {
				pairs = append(pairs, like)
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b likeness) int { return b.score - a.score })
	for _, like := range pairs {
		if _, taken := s.at[like.column]; !taken && s.guesses[like.i].Column == "" {
			s.take(like)
		}
	}
	i, named := s.at[workplaceName]
	if _, employer := s.at[companyName]; named && !employer { // the only name that there is
		delete(s.at, workplaceName)
		s.take(likeness{i, companyName, 0, "maybe", "it is the only name"})
	}
}

func (s *sample) take(like likeness) {
	s.at[like.column] = like.i
	guess := &s.guesses[like.i]
	guess.Column, guess.Confidence, guess.Reason = like.column, like.confidence, like.reason
}

// otherThan is the word in header i that says that it is none of ours; empty where there is none.
func (s *sample) otherThan(i int) string {
	for _, our := range ours {
		if slices.Contains(our.words, s.words[i]) {
			return ""
		}
	}
	for _, word := range otherWords {
		if strings.Contains(s.words[i], word) {
			return word
		}
	}
	return ""
}

// like compares column i of the file with one of ours, by its header and by its cells.
func (s *sample) like(i int, our column) likeness {
	like := likeness{i: i, column: our.name, confidence: "maybe"}
	exact := slices.Index(our.words, s.words[i])
	if exact >= 0 {
		like.score, like.confidence, like.reason = 100-exact, "sure", "the header is a usual one"
	} else if word, ends := contained(s.words[i], our.words); word != "" {
		like.score, like.confidence, like.reason = 40+2*utf8.RuneCountInString(word), "likely", "the header has "+word+" in it"
		if ends {
			like.score += 20
		}
	}
	if our.name == postingID && len(s.cells[i]) > 1 {
		switch {
		case !s.differ[i]:
			return likeness{}
		case like.score == 0 && i == 0 && s.share(i, isID) == 1:
			like.score, like.reason = 30, "it comes first, and no two cells are equal"
		}
	}
	for _, kind := range s.kinds {
		if kind.Column == our.name && len(s.cells[i]) > 0 && (like.score > 0 || kind.Alone) {
			s.weigh(&like, kind)
		}
	}
	return like
}

// isID tells whether a cell may be an id: one word of ASCII.
func isID(s string) bool { return isASCII(s) && len(s) <= 40 && !strings.Contains(s, " ") }

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// contained is the longest of the words that stands in a header, and whether it stands at its end. One letter, or two of
// the alphabet, stand in too many.
func contained(header string, words []string) (longest string, ends bool) {
	for _, word := range words {
		if len(word) < len("求人") || isASCII(word) && len(word) < len("phone") || !strings.Contains(header, word) {
			continue
		}
		if len(word) > len(longest) {
			longest, ends = word, strings.HasSuffix(header, word)
		}
	}
	return longest, ends
}

// weigh lets the cells speak: for the column, or against it.
func (s *sample) weigh(like *likeness, kind Kind) {
	n, all := 0, len(s.cells[like.i])
	for _, text := range s.cells[like.i] {
		if kind.Is(text) {
			n++
		}
	}
	said := fmt.Sprintf("%d of %d cells are %s", n, all, kind.Name)
	switch {
	case 5*n >= 4*all:
		like.score += 40
		like.reason = join("; ", like.reason, said)
	case 2*n >= all:
		like.score += 20
		like.reason = join("; ", like.reason, said)
	case 5*n < all && like.score > 0 && !slices.Contains(anyText, like.column):
		like.score -= 45
		like.confidence = "maybe"
		like.reason = join(", but ", like.reason, said)
	}
}

// join puts a sign between two texts, if there are two.
func join(sign, a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + sign + b
}
