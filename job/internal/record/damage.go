package record

import (
	"bytes"
	"fmt"
)

// Which records are damaged, and how much of the file is given up for one.

// judge decides whether the record just scanned is damaged in what scan alone cannot see, and how much of it is given up. data is
// where it must end, window what is known of the file behind it.
//
// A record is damaged if a quote does not close, if text follows a closing quote, if a quote stands inside an unquoted cell,
// or if it has not width cells. What a wrong quote swallowed must be found again:
//
//	1,"abc,x          ← the closing quote is missing
//	2,"def",y
//
// The first quote closes before def, which is text after a closing quote. Every record starts a line, so the damaged one gives
// up the lines as far as the one on which its faulty cell opens, here one, and reading resumes behind it: the second line
// loads. Where the quotes are in order and only the number of cells is wrong, the record is given up whole, unless a quote
// must have swallowed others: most of the lines inside it are sound records (swallowed), or it closes where the quoted cell of a
// later record opens (a cell that begins with a delimiter or a line end), which re-reading that line shows (closesElsewhere). One
// case looks sound and is not: a cell of several lines, mostly the last, that lost its opening quote, which the lines behind it
// show, because they have a closing quote that nothing opened (continued). What no reading can tell: a file that ends in the middle
// of an unquoted last cell, and a line end put into one.
func (s *splitter) judge(window, data []byte, h *shape) {
	if n := len(s.cells); h.fault == "" && s.width > 0 && n != s.width {
		h.fault, h.code, h.cell = fmt.Sprintf("cell count %d instead of %d", n, s.width), CellCount, -1
	}
	if !h.broken && h.suspect.closes > 0 && s.closesElsewhere(data, *h) && (h.fault != "" || h.suspect.behind && !s.soundAfter(window[h.end:])) {
		h.fault, h.broken = "", true
		h.fail(h.suspect.cell, h.suspect.opens, "the quote that opens cell %d closes in another record")
	}
	switch {
	case h.broken || h.fault != "" && s.swallowed(data[:h.end]):
		h.broken = true
		h.end = h.opens + lineEnd(data[h.opens:])
	case h.fault == "" && h.bare && s.width > 1 && len(s.cells[s.width-1]) > 0 && !s.isBlank():
		if n := s.continued(window[h.end:]); n > 0 {
			h.fail(s.width-1, 0, "the text of cell %d goes on behind the line, to a quote that nothing opened")
			h.end += n
		}
	}
}

// closesElsewhere tells whether the line of the suspect's closing quote is a sound record by itself.
func (s *splitter) closesElsewhere(data []byte, h shape) bool {
	return s.looksSound(data[1+bytes.LastIndexAny(data[:h.suspect.closes], "\r\n"):])
}

// soundAfter tells whether the file goes on with a sound record, or ends.
func (s *splitter) soundAfter(rest []byte) bool {
	rest = bytes.TrimLeft(rest, "\r\n")
	return len(rest) == 0 || s.looksSound(rest[:min(len(rest), maxRecord)])
}

// swallowed tells whether most of the lines inside of a damaged record are sound records, so that a quote must have swallowed
// them. Its last line, which has the quote, is none of them.
func (s *splitter) swallowed(raw []byte) bool {
	s.looked += int64(len(raw))
	sound, lines := 0, 0
	raw = raw[lineEnd(raw):]
	for len(raw) > 0 {
		raw = raw[1:] // the line end, of which CRLF leaves an empty line
		n := lineEnd(raw)
		if n == len(raw) {
			break
		}
		if n > 0 {
			lines++
			if s.looksSound(raw[:n]) {
				sound++
			}
		}
		raw = raw[n:]
	}
	return 2*sound > lines
}

// lookahead is how far behind a record the splitter looks for the end of a cell whose opening quote is lost.
const lookahead = 64 << 10

// maxContinued is how many lines a cell without its opening quote may go on to be found.
const maxContinued = 64

// continued is how many bytes behind a record belong to a cell of it that lost its opening quote: as far as a line with a closing
// quote that nothing opened, where none of the lines before it is a record.
func (s *splitter) continued(rest []byte) int {
	if s.quote == 0 || s.dialect.bare {
		return 0
	}
	whole := s.eof && len(rest) <= lookahead
	rest = rest[:min(len(rest), lookahead)]
	at := 0
	for range maxContinued {
		if bytes.HasPrefix(rest[at:], crlf) {
			at++
		}
		if at++; at >= len(rest) {
			return 0
		}
		n := lineEnd(rest[at:])
		if at+n == len(rest) && !whole {
			return 0
		}
		line := rest[at : at+n]
		s.looked += int64(n)
		single, closes := s.singleQuote(line)
		switch {
		case 1+bytes.Count(line, s.delimiter) >= s.width, single && !closes, !single && s.looksSound(rest[at:]):
			return 0
		case closes:
			return at + n
		}
		at += n
	}
	return 0
}

// singleQuote tells whether a line has a quote that is not doubled, and whether it is the only one, closes a cell and cannot
// open one.
func (s *splitter) singleQuote(line []byte) (found, closes bool) {
	for at := 0; ; {
		q := bytes.IndexByte(line[at:], s.quote)
		if q < 0 {
			return found, closes
		}
		from := at + q
		for at = from; at < len(line) && line[at] == s.quote; {
			at++
		}
		if even := (at-from)%2 == 0; even {
			continue
		}
		opens := found || from == 0 && len(line) > 1 || bytes.HasSuffix(line[:from], s.delimiter)
		found, closes = true, !opens && (at == len(line) || bytes.HasPrefix(line[at:], s.delimiter))
	}
}

// looksSound tells whether data starts with a sound record. The record at hand stays as it is.
func (s *splitter) looksSound(data []byte) bool {
	s.found, s.spare = s.spare, s.found
	h := s.scan(data)
	sound := h.fault == "" && s.width > 1 && len(s.cells) == s.width
	s.found, s.spare = s.spare, s.found
	return sound
}

// Lines that are given up are read again, and a file can be made, or spoilt by a partner's program, so that each of its lines
// asks for another look at the next 1 MiB: all lines of
//
//	A-1","株式会社A","東京都
//
// open a cell that the next one closes, and opens another. So the splitter counts what it looks at as a debt, of which each byte
// that it passes pays patience bytes. Clean files have none. The nearer the debt comes to mostDebt, the shorter a record of several
// lines may be, down to leastReach; one that stands on one line is always read whole.
const (
	patience   = 16
	mostDebt   = 16 << 20
	leastReach = 4 << 10
)

// reach is how much of the window may be looked at for the end of the record: one byte more than a record may have.
func (s *splitter) reach(window []byte) int {
	const all = maxRecord + 1
	if left := int(mostDebt - (s.looked - s.paid)); left < all {
		return min(all, max(left, leastReach, 1+lineEnd(window[:min(len(window), all)])))
	}
	return all
}
