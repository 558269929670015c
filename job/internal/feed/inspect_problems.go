package feed

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"nayose/job/internal/record"
)

// hit counts a problem of a record, in a column or of the whole.
func (t *inspector) hit(code, header string, line int64) {
	p := t.found[code+"\x00"+header]
	if p == nil {
		p = &FileProblem{Table: t.Name, Code: code, Text: problemText(code, header)}
		t.found[code+"\x00"+header] = p
	}
	if p.Count++; len(p.Lines) < shownLines {
		p.Lines = append(p.Lines, line)
	}
}

// problems are those of the table: first what concerns it all, then what concerns some records, the most frequent first.
func (t *inspector) problems() (list []FileProblem) {
	add := func(code, text string, lines ...int64) {
		list = append(list, FileProblem{Table: t.Name, Code: code, Text: text, Lines: lines})
	}
	t.head.problems(add)
	if t.Records == 0 && t.head.usual > 0 {
		add("no_record", "it has no record below the header: a delivery like this is held")
	}
	ends := t.rows.LineEnds()
	if !t.sheet && len(t.LineEnds) > 1 {
		add("line_ends", "lines end in several ways, which does no harm: files may have been put together")
	}
	if ends.Open && t.Records > 0 {
		add("open_end", openEnd)
	}
	if said := t.ids.warning(); said != "" {
		add(codeLostZeros, said)
	}
	some := slices.SortedFunc(maps.Values(t.found), func(a, b *FileProblem) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Code, b.Code), strings.Compare(a.Text, b.Text))
	})
	for _, p := range some {
		list = append(list, *p)
	}
	return list
}

// openEnd is said of a table whose last record is good, and has no line end.
const openEnd = "the last line has no line end: the file may be cut off"

// The codes of problems that reject no record, beside those of faults.
const (
	codeLostZeros = "lost_zeros"
	codeSpoilt    = "number_spoilt"
	codeMixed     = "encoding_mixed"
	codeOwn       = "gaiji"
)

// faultKind tells apart the ways in which a text's encoding may be wrong; other faults are what they are.
func faultKind(f *record.Fault) string {
	switch {
	case f.Code == record.BadText && strings.Contains(f.Reason, "外字"):
		return codeOwn
	case f.Code == record.BadText && strings.Contains(f.Reason, "is UTF-8"):
		return codeMixed
	}
	return string(f.Code)
}

// problemText says a problem of records in words.
func problemText(code, header string) string {
	switch code {
	case codeIDSpoilt:
		return header + ": a spreadsheet has spoilt the id (1.23E+12, 10月4日, 12.0)"
	case codeSpoilt:
		return header + ": a spreadsheet has spoilt the number (1.23E+12)"
	case codeLostZeros:
		return header + ": the number has lost its leading zero"
	case codeMixed:
		return "the record is UTF-8 and the file CP932: files were put together"
	case codeOwn:
		return "a character of the partner's own system (外字) stands in the record"
	}
	return damageText[code]
}

// damageText says what is wrong with a damaged record.
var damageText = map[string]string{
	codeQuote:       "the quotes are wrong: one does not close, or stands inside a cell",
	codeCellCount:   "the record has more or fewer cells than the header",
	codeTooLong:     "the record does not end, or is longer than can be taken",
	codeNUL:         "a NUL stands in the record",
	codeEncoding:    "bytes that are no text in the file's encoding, or a character that was lost before",
	codeHeaderAgain: "the header stands here again",
	codeCell:        "a cell refers to nothing, or was never calculated",
}
