package cell

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// ID takes out of a posting id what nobody sees and one week's file has and the next one's lacks: BOMs, no-break and
// zero width spaces.
func ID(s string) string {
	if isASCII(s) {
		return s
	}
	return Trim(strings.Map(func(r rune) rune {
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

// IsSpoilt tells whether a spreadsheet has made something else of an id.
func IsSpoilt(id string) bool {
	if isASCII(id) && !strings.ContainsAny(id, ".+-/#") {
		return false
	}
	return spoilt.MatchString(norm.NFKC.String(id))
}
