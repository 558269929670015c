package feed

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// cleanID takes out of a posting id what nobody sees and one week's file has and the next one's lacks: BOMs, no-break and
// zero width spaces.
func cleanID(s string) string {
	if isASCII(s) {
		return s
	}
	return trim(strings.Map(func(r rune) rune {
		if r == '\u00A0' || unseen(r) {
			return -1
		}
		return r
	}, s))
}

// spoilt is what spreadsheets make of ids when a person opens and saves the file: long numbers lose their last digits
// (1.23E+12), 10-4 becomes a day (10月4日, 4-Oct, 2026/10/4), a number gets decimals (12.0), a narrow column becomes signs.
var spoilt = regexp.MustCompile(`^(?i:` +
	`\d(\.\d+)?E\+\d+|` +
	`\d+\.0+|` +
	`(\d{4}年)?\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月|` +
	`(19|20)\d\d([-/])(0?[1-9]|1[0-2])[-/](0?[1-9]|[12]\d|3[01])( \d{1,2}:\d\d(:\d\d)?)?|` +
	`\d{1,2}-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d{2}|` +
	`#+|#(N/A|REF!|VALUE!|NAME\?|NUM!|NULL!|DIV/0!))$`)

// isSpoilt tells whether a spreadsheet has made something else of an id.
func isSpoilt(id string) bool {
	if isASCII(id) && !strings.ContainsAny(id, ".+-/#") {
		return false
	}
	return spoilt.MatchString(norm.NFKC.String(id))
}

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
