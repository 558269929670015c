package feed

import (
	"fmt"

	"nayose/job/internal/record"
)

// The codes of what can be wrong with a record. They are stable: the report to the partner, which is in Japanese, is made of
// them, and of the column.
const (
	codeIDEmpty      = "id_empty"      // the posting has no id
	codeIDSpoilt     = "id_spoilt"     // a spreadsheet made something else of the id
	codeDate         = "date"          // the cell is no date
	codeAmount       = "amount"        // the cell is no amount of yen
	codeImplausible  = "implausible"   // the amount cannot be pay by its unit
	codeSalaryRange  = "salary_range"  // the lowest salary is above the highest
	codeDeletionWord = "deletion_word" // the cell says neither that the posting is taken back nor that it is not
	codeHeaderAgain  = "header_again"  // the record is the header
	codeDuplicate    = "duplicate"     // the posting id stood earlier in the delivery, or stands again later, whichever counts

	// Those of package record, of which too_long is also a cell that is longer than can be taken.
	codeTooLong   = string(record.TooLong)
	codeCellCount = string(record.CellCount)
	codeQuote     = string(record.BadQuote)
	codeEncoding  = string(record.BadText)
	codeNUL       = string(record.NUL)
	codeCell      = string(record.BadCell)
)

// fault says which column of a record breaks the mapping, and how: by one of the codes, and in words. The words go into a
// reject, never into a log.
type fault struct{ column, code, reason string }

func faultf(column, code, format string, args ...any) *fault {
	return &fault{column, code, fmt.Sprintf(format, args...)}
}
