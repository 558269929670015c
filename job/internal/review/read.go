package review

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"nayose"
	"nayose/job/internal/record"
)

// Answers is what a workbook says that came back.
type Answers struct {
	Rows       []Answer   // in the file's order
	Faults     []RowFault // rows that say something, but not what
	Unanswered int        // rows that say nothing yet
}

// Place is where a row stands: its sheet, empty in a CSV, and its line, from 1.
type Place struct {
	Sheet string
	Row   int
}

// Answer is a row that was answered.
type Answer struct {
	Place
	Key    RowKey
	Choice nayose.Choice
	Option int    // of ChoseCompany: the candidate's number, from 1; 0 for a company that is named by Number
	Name   string // behind the candidate's number, as it stands there
	Number string // the company's number or id; also beside an Option
	Note   string
	By     string // empty where nobody is named
	Said   string // what stands in the cells of the answer

	shows map[string]string // what the row shows, by the labels, squeezed, of its columns
	lossy bool              // characters may have become question marks
}

// RowFault is a row that cannot be taken, and why, in Japanese.
type RowFault struct {
	Place
	Key    string // as it stands there, or as much as can be told of it
	Said   string
	Reason string
}

// RowKey is what Key writes.
type RowKey struct {
	Week    nayose.Week
	Round   string // 32 hex digits
	Mention nayose.ID
}

// String writes the key as Key does.
func (k RowKey) String() string { return Key(k.Week, k.Round, k.Mention) }

var keyForm = regexp.MustCompile(`(\d{4}-W\d{2}) ([0-9a-f]{32}) ([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})`)

// ParseKey reads what Key writes, also with spaces around it.
func ParseKey(text string) (k RowKey, ok bool) {
	text = strings.TrimSpace(text)
	m := keyForm.FindStringSubmatch(text)
	if m == nil || m[0] != text {
		return k, false
	}
	var err error
	k.Round = m[2]
	k.Week, err = nayose.ParseWeek(m[1])
	return k, errors.Join(err, k.Mention.UnmarshalText([]byte(m[3]))) == nil
}

// Read reads a workbook, or a CSV of it, as people send it back: its rows in any order, copied or deleted, its columns moved or hidden,
// in whatever sheet. Columns are found by their labels, rows by their keys. name is the file's.
//
// Each row is an Answer, a RowFault, or unanswered. The error is of kind Contract where the file is no such workbook, is damaged, or
// costs more than one would: then nothing of it is taken. Errors of file come back as they are.
func Read(file io.ReaderAt, size int64, name string) (Answers, error) {
	var a Answers
	r := reader{answers: &a}
	err := look(file, size, name)
	if err == nil {
		err = r.read(file, size)
	}
	if err != nil {
		return Answers{}, fmt.Errorf("read %s: %w", name, err)
	}
	return a, nil
}

// reader reads a file's tables.
type reader struct {
	answers *Answers
	rows    int
	kept    int    // bytes
	found   bool   // a table with all columns
	lacks   string // the column for lack of which a table is not read
}

// What is read of a file at most: far more than a round has.
const (
	mostRows = 20_000
	mostKept = 64 << 20 // bytes
)

func (r *reader) read(file io.ReaderAt, size int64) error {
	for t, err := range record.Open(file, size, record.Format{}) {
		if err != nil {
			return blame(err)
		}
		if err := r.table(t); err != nil {
			return err
		}
	}
	if !r.found {
		return refuse("send back the workbook that nayose review export wrote, with all its columns",
			"no sheet has all of the columns %s, %s, %s and %s: there is no %s", labelChoice, labelNumber, labelNote, labelKey, cmp.Or(r.lacks, labelKey))
	}
	return nil
}

// table reads a table: its header, wherever that is, and the rows below it.
func (r *reader) table(t *record.Table) error {
	var head *header
	for {
		rec, err := t.Next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return blame(err)
		case rec.Blank:
			continue
		}
		if r.rows++; r.rows > mostRows {
			return refuse("send back the workbook that nayose review export wrote", "it has more than %d rows", mostRows)
		}
		row := row{Place: Place{t.Name, int(rec.Line)}, head: head, cells: rec.Cells, lossy: t.Format.Encoding == record.CP932}
		switch {
		case rec.Fault != nil:
			r.fault(&row, keyForm.FindString(string(rec.Raw)), damage[rec.Fault.Code])
		case head == nil:
			if head, err = r.header(rec.Cells); err != nil {
				return err
			}
			if key := keyForm.FindString(strings.Join(rec.Cells, "\n")); head == nil && key != "" {
				r.fault(&row, key, "見出しの行より上にあるか、見出しのない表にあります。")
			}
		default:
			r.row(&row)
		}
		if r.kept > mostKept {
			return refuse("send back the workbook that nayose review export wrote", "its cells say more than %d MiB", mostKept>>20)
		}
	}
}

// damage is what is wrong with a row that is no text.
var damage = map[record.Code]string{
	record.BadQuote:  "引用符が壊れていて、セルの区切りがわかりません。",
	record.CellCount: "セルの数が合いません。",
	record.TooLong:   "行が長すぎます。",
	record.NUL:       "文字でないものが入っています。",
	record.BadCell:   "計算されていない数式か、壊れたセルがあります。",
	record.BadText:   "文字化けしています。",
}

// header is the first row that has the columns of the answer.
type header struct {
	labels                             []string // squeezed
	choice, number, note, by, key, end int      // columns; by may be -1
}

// header takes a row for the header if it has the columns; nil where it is none.
func (r *reader) header(cells []string) (*header, error) {
	h := &header{end: len(cells)}
	for _, cell := range cells {
		h.labels = append(h.labels, squeezed(cell))
	}
	lacks := ""
	for label, column := range map[string]*int{
		labelChoice: &h.choice, labelNumber: &h.number, labelNote: &h.note, labelKey: &h.key, labelBy: &h.by,
	} {
		*column = slices.Index(h.labels, squeezed(label))
		if *column < 0 && label != labelBy {
			lacks = max(lacks, label)
		}
	}
	if h.key >= 0 && h.choice >= 0 {
		r.lacks = lacks
	}
	if lacks != "" {
		return nil, nil
	}
	for _, column := range []int{h.choice, h.number, h.note, h.key, h.by} {
		if column >= 0 && slices.Contains(h.labels[column+1:], h.labels[column]) {
			return nil, refuse("take one of them out", "the column %s stands there twice", cells[column])
		}
	}
	r.found = true
	return h, nil
}

func (r *reader) fault(row *row, key, reason string) {
	f := RowFault{Place: row.Place, Key: key, Said: row.said(), Reason: reason}
	r.kept += len(f.Key) + len(f.Said)
	r.answers.Faults = append(r.answers.Faults, f)
}

// row takes a row below the header.
func (r *reader) row(row *row) {
	if row.isHeader() {
		return
	}
	a, reason := row.answer()
	switch {
	case reason != "":
		r.fault(row, row.cell(row.head.key), reason)
	case a == nil:
		r.answers.Unanswered++
	default:
		for label, text := range a.shows {
			r.kept += len(label) + len(text)
		}
		r.answers.Rows = append(r.answers.Rows, *a)
	}
}

// squeezed is a text as it is compared: half and full width, small and capital letters and all dashes are one, and spaces nothing.
func squeezed(text string) string { return strings.ReplaceAll(flat(text), " ", "") }

// flat is a text on one line, in letters of usual width.
func flat(text string) string {
	return strings.Join(strings.Fields(strings.Map(fold, norm.NFKC.String(text))), " ")
}
