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
			if s.mayBeID(i) {
				pairs = append(pairs, s.like(i, ours[0]))
			}
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
	s.askOfDates()
}

// askOfDates has a person say which date a column is where its header does not.
func (s *sample) askOfDates() {
	var open []string
	for _, column := range []string{postedOn, closesOn} {
		if _, taken := s.at[column]; !taken {
			open = append(open, column)
		}
	}
	isDay := func(text string) bool { day, ok := s.Date(text, ""); return ok && day != 0 }
	for i := range s.guesses {
		guess, all := &s.guesses[i], len(s.cells[i])
		if guess.Reason == noLikeness && len(open) > 0 && all > 0 && s.share(i, isDay) >= 0.8 {
			guess.Reason = fmt.Sprintf("%.0f of %d cells are dates: %s?", s.share(i, isDay)*float64(all), all, strings.Join(open, " or "))
		}
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
	} else if word, ends := contained(s.words[i], our.words); word != "" && (ends || our.name == postingID || !isNumber(s.words[i])) {
		like.score, like.confidence, like.reason = 40+2*utf8.RuneCountInString(word), "likely", "the header has "+word+" in it"
		if ends {
			like.score += 20
		}
	}
	if our.name == postingID && len(s.cells[i]) > 1 {
		switch {
		case !s.differ[i], exact < 0 && numbersOther(s.words[i]):
			return likeness{}
		case like.score == 0 && s.mayBeID(i):
			like.score, like.reason = 35, "the header ends as one of ids, and no two cells are equal"
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

// mayBeID tells whether column i numbers the records, by its cells and by how its header ends, though not as one that is usual.
func (s *sample) mayBeID(i int) bool {
	return isNumber(s.words[i]) && !numbersOther(s.words[i]) && s.unique[i] && s.share(i, isID) == 1 &&
		!slices.ContainsFunc(s.kinds, func(kind Kind) bool { return kind.Alone && s.share(i, kind.Is) >= 0.5 })
}

// isNumber tells whether a header is one of ids.
func isNumber(header string) bool {
	return slices.ContainsFunc(numberEnds, func(end string) bool { return strings.HasSuffix(header, end) })
}

// numbersOther tells whether a header is one of ids, but of something else than postings: 店舗コード, 求人企業番号.
func numbersOther(header string) bool {
	if !isNumber(header) {
		return false
	}
	for _, end := range numberEnds {
		header = strings.TrimSuffix(header, end)
	}
	for _, word := range postingWords {
		header = header[max(0, strings.LastIndex(header, word)):] // what stands behind it is what is numbered
		header = strings.TrimPrefix(header, word)
	}
	speaksOf := func(word string) bool { return strings.Contains(header, word) }
	return slices.ContainsFunc(otherWords, speaksOf) || slices.ContainsFunc(numberedWords, speaksOf) ||
		slices.ContainsFunc(ours[1:], func(our column) bool { word, _ := contained(header, our.words); return word != "" })
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
