package record

import (
	"bytes"
	"fmt"
	"io"
)

// trial is how a text reads in a dialect. The delimiter, quote and escape of a CSV text and the usual number of its cells are found
// out by trying: of the dialects that a text might be in, the right one gives most records the same number of cells, and many.
//
//	A-1;12,5;東京
//	A-2;8,25;大阪    ","  gives 2 cells in 2 of 2 records, ";" 3 cells in 2 of 2: ";"
type trial struct {
	Format
	sound  float64 // share of the records that are not damaged and have Width cells
	quoted float64 // share of the cells with content that are quoted
}

// delimiters are tried in this order: of equals, the first is meant.
var delimiters = []string{",", "\t", ";", "|", ":", " ", ", ", "\t\t", ";;", "||", `\t`}

// sampled is how much of a text, in records and in bytes, the guess is made from.
const (
	sampledRecords = 300
	sampledBytes   = 256 << 10
)

// guess completes the format by the start of the text, which is UTF-8 where the file is UTF-16. whole says that this is all.
func guess(text []byte, whole bool, f Format) Format {
	if len(text) > sampledBytes {
		text, whole = text[:sampledBytes], false
	}
	var best trial
	for _, delimiter := range open(f.Delimiter, delimiters...) {
		for _, quote := range open(f.Quote, '"', '\'') {
			t := try(text, whole, Format{
				Encoding: f.Encoding, Delimiter: delimiter, Quote: quote, Escape: f.Escape, BareQuotes: f.BareQuotes, Width: f.Width,
			})
			if best.Delimiter == "" || t.betterThan(best) {
				best = t
			}
		}
	}
	if f.Escape == 0 && bytes.Contains(text, []byte{'\\', best.Quote}) {
		escaped := best.Format
		escaped.Escape = '\\'
		if t := try(text, whole, escaped); t.sound > best.sound {
			best = t
		}
	}
	return best.Format
}

// open are the values to try: the declared one, or all where none is.
func open[T comparable](declared T, all ...T) []T {
	var none T
	if declared != none {
		return []T{declared}
	}
	return all
}

func (t trial) betterThan(best trial) bool {
	const hardly = 0.02 // a difference that one damaged record in fifty makes
	switch {
	case t.Quote == '\'' && t.quoted < 0.3 && (t.quoted < 0.05 || t.sound < best.sound+0.3): // an apostrophe here and there
		return false
	case t.Width > 1 && best.Width <= 1 && t.sound > 0.5:
		return true
	case t.Width <= 1:
		return false
	case t.sound > best.sound+hardly:
		return true
	case t.sound < best.sound-hardly:
		return false
	case t.Delimiter == best.Delimiter:
		return t.quoted > best.quoted
	case t.Delimiter == best.Delimiter+best.Delimiter: // every other cell was empty
		return best.Width == 2*t.Width-1
	}
	return t.Width > best.Width
}

// try reads a text in one dialect, and finds the usual number of cells.
func try(text []byte, whole bool, f Format) trial {
	s := &splitter{line: 1, buf: text, eof: true, dialect: newDialect(f)}
	widths, records, cells, quoted := map[int]int{}, 0, 0, 0
	for records < sampledRecords {
		rec, err := s.next()
		if err == io.EOF || !whole && s.pos == len(s.buf) { // the last is cut off
			break
		}
		if rec.blank { // it has delimiters only, and says nothing
			continue
		}
		records++
		if rec.fault != nil {
			continue
		}
		widths[len(rec.cells)]++
		cells, quoted = cells+len(rec.cells), quoted+s.quotes(rec)
	}
	t := trial{Format: f}
	usual := 0
	for width, n := range widths {
		if n > usual || n == usual && width > t.Width {
			usual, t.Width = n, width
		}
	}
	t.sound = float64(usual) / float64(max(records, 1))
	t.quoted = float64(quoted) / float64(max(cells, 1))
	return t
}

// quotes is how many cells of a record are quoted.
func (s *splitter) quotes(rec *piece) (n int) {
	if s.quote == 0 {
		return 0
	}
	edge := append(append([]byte{}, s.delimiter...), s.quote)
	n = bytes.Count(rec.raw, edge)
	if len(rec.raw) > 0 && rec.raw[0] == s.quote {
		n++
	}
	return n
}

// LooksLike says in words how the table looks to be delimited where that is not what its format says; empty where it is.
func (t *Table) LooksLike() string {
	c, ok := t.rows.(*text)
	if !ok {
		return ""
	}
	looks := guess(c.start, false, Format{Encoding: t.Format.Encoding, Width: Usual})
	switch {
	case looks.Width <= 1 || looks.Delimiter == t.Format.Delimiter && looks.Quote == t.Format.Quote:
		return ""
	case looks.Delimiter == t.Format.Delimiter:
		return fmt.Sprintf("quoted by %c", looks.Quote)
	}
	return fmt.Sprintf("delimited by %q", looks.Delimiter)
}
