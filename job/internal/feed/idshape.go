package feed

import (
	"fmt"
	"strings"
)

// idShape watches the posting ids of a file for leading zeros that a spreadsheet took away: 00123 is 123 after that, and another
// posting than last week's. A file alone cannot prove it, since partners number their postings from 1 as well; so nothing
// is rejected for it.
type idShape struct {
	ids, zeros int64     // all, and those that begin with 0
	digits     [21]int64 // how many have so many digits and nothing else
}

// add counts an id in.
func (s *idShape) add(id string) {
	s.ids++
	if len(id) >= len(s.digits) || strings.TrimLeft(id, "0123456789") != "" {
		return
	}
	s.digits[len(id)]++
	if strings.HasPrefix(id, "0") {
		s.zeros++
	}
}

// fewIDs are too few to tell anything by.
const fewIDs = 20

// warning says in words what is to be feared; it is empty where there is nothing. Fear are numbers of one length, four in five at
// least, of which the others are shorter.
func (s *idShape) warning() string {
	var longest, all int64
	length := 0
	for n, count := range s.digits {
		if all += count; count > 0 {
			longest, length = count, n
		}
	}
	if all < s.ids || s.ids < fewIDs || s.zeros > 0 || longest == all || 5*longest < 4*all {
		return ""
	}
	return fmt.Sprintf("of %d posting ids, all numbers, %d have %d digits and the other %d fewer: if the partner's ids have leading zeros, "+
		"a spreadsheet has taken them away", all, longest, length, all-longest)
}
