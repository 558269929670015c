package feed

import "fmt"

// The codes of what can be wrong with a record. They are stable: the report to the partner, which is in Japanese, is made of
// them, and of the column.
const (
	CodeIDEmpty      = "id_empty"      // the posting has no id
	CodeIDSpoilt     = "id_spoilt"     // a spreadsheet made something else of the id
	CodeTooLong      = "too_long"      // the cell, or the record where no column is named, is longer than can be taken
	CodeDate         = "date"          // the cell is no date
	CodeAmount       = "amount"        // the cell is no amount of yen
	CodeImplausible  = "implausible"   // the amount cannot be pay by its unit
	CodeSalaryRange  = "salary_range"  // the lowest salary is above the highest
	CodeDeletionWord = "deletion_word" // the cell says neither that the posting is taken back nor that it is not
	CodeCellCount    = "cell_count"    // the record has more or fewer cells than the header
	CodeQuote        = "quote"         // the record's quotes are wrong
	CodeEncoding     = "encoding"      // the bytes are no text in the file's encoding
	CodeNUL          = "nul"           // a NUL stands in the record
	CodeHeaderAgain  = "header_again"  // the record is the header
	CodeDuplicate    = "duplicate"     // the posting id stood earlier in the delivery, or stands again later, whichever counts
)

// fault says which column of a record breaks the mapping, and how: by one of the codes, and in words. The words go into a
// reject, never into a log.
type fault struct{ column, code, reason string }

func faultf(column, code, format string, args ...any) *fault {
	return &fault{column, code, fmt.Sprintf(format, args...)}
}
