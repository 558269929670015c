package record

import (
	"bytes"
	"fmt"
)

// One raw record into cells.

// dialect is how cells are told apart, by raw bytes. That is safe because in UTF-8 and EUC no byte of a longer character is below
// 0x80, and in CP932 none is below 0x40; the delimiters and escapes above that (| and \) are looked for between characters only. A
// half character before a quote or a comma spoils its own cell only.
type dialect struct {
	delimiter []byte
	quote     byte // 0 for none
	escape    byte // 0 for none
	bare      bool // quotes inside unquoted cells are text
	pairs     bool // bytes of the delimiter or the escape may be second halves of CP932 characters
	stop      [256]bool
}

// newDialect takes the format's delimiter, quote and escape, which are known by now.
func newDialect(f Format) dialect {
	d := dialect{delimiter: []byte(f.Delimiter), quote: f.Quote, escape: f.Escape, bare: f.BareQuotes}
	if d.quote == NoQuote {
		d.quote = 0
	}
	d.pairs = f.Encoding == CP932 && (d.escape >= 0x40 || bytes.ContainsFunc(d.delimiter, func(r rune) bool { return r >= 0x40 }))
	d.stop[d.delimiter[0]], d.stop['\r'], d.stop['\n'] = true, true, true
	if d.quote != 0 && !d.bare {
		d.stop[d.quote] = true
	}
	for b := range d.stop {
		d.stop[b] = d.stop[b] || d.pairs && isLead(byte(b))
	}
	return d
}

// delimits tells whether data, which is not empty, starts with the delimiter.
func (d *dialect) delimits(data []byte) bool {
	return data[0] == d.delimiter[0] && (len(d.delimiter) == 1 || bytes.HasPrefix(data, d.delimiter))
}

// isLead tells whether a byte is the first half of a character of CP932.
func isLead(b byte) bool { return 0x81 <= b && b <= 0x9F || 0xE0 <= b && b <= 0xFC }

// isTrail tells whether a byte may be the second half.
func isTrail(b byte) bool { return 0x40 <= b && b <= 0xFC && b != 0x7F }

// found is what scan finds of a record.
type found struct {
	cells    [][]byte
	unquoted []byte // content of those cells that have doubled quotes
}

// shape is what scan found out about a record.
type shape struct {
	end    int    // its length without the line end; where broken, how far it was looked at
	open   bool   // data ended before a line end or a quote showed where it ends
	bare   bool   // its last cell is not quoted
	fault  string // how it is damaged
	code   Code   // the same for programs
	cell   int    // the cell at fault
	opens  int    // where that cell opens
	broken bool   // by the fault, so that its end cannot be known

	unclosed bool // the fault is a quote that does not close

	suspect suspect
}

// suspect is a quoted cell with line ends whose closing quote stands where one might open.
type suspect struct {
	cell, opens, closes int  // closes is 0 where there is none
	behind              bool // a delimiter, and not at the start of a line
}

func (h *shape) fail(cell, opens int, format string) {
	if h.fault == "" {
		h.fault, h.code, h.cell, h.opens = fmt.Sprintf(format, cell+1), BadQuote, cell, opens
	}
}

// tooLong says that the record goes on behind so many bytes.
func (h *shape) tooLong(limit int) {
	if h.broken = true; h.fault != "" && !h.unclosed {
		return // something else came first
	}
	if h.fault == "" {
		h.fault, h.cell = "the record does not end", -1
	}
	h.fault += fmt.Sprintf(" within %d bytes", limit)
	h.code = TooLong
}

// scan finds the cells of the record that data starts with. A cell that starts with a quote runs to the closing one, over line ends
// too, which are kept as they are; two quotes in it are one. A quote inside an unquoted cell is damage, for whoever writes CSV
// by the rules quotes such a cell; where a partner does not (24"), Format.BareQuotes says so.
func (s *splitter) scan(data []byte) (h shape) {
	defer func() { s.looked += int64(h.end) }()
	s.cells, s.unquoted = s.cells[:0], s.unquoted[:0]
	for at := 0; ; at += len(s.delimiter) {
		n, opens := len(s.cells), at
		var cell []byte
		if h.bare = at == len(data) || data[at] != s.quote || s.quote == 0; h.bare {
			var stray bool
			at, stray = s.plainCell(data, at)
			cell = data[opens:at]
			if stray {
				h.fail(n, opens, "a quote stands inside of cell %d, which is not quoted")
			}
		} else {
			cell, at = s.quotedCell(data, at)
			if at < 0 {
				h.unclosed = h.fault == ""
				h.fail(n, opens, "the quote that opens cell %d does not close")
				h.end, h.open, h.broken = len(data), true, true
				return h
			}
			if atStart, behind := s.mayOpen(data, opens, at-1); (atStart || behind) && lineEnd(cell) < len(cell) {
				h.suspect = suspect{n, opens, at - 1, behind}
			}
		}
		s.cells = append(s.cells, cell)
		switch {
		case at == len(data):
			h.end, h.open = at, true
			return h
		case data[at] == '\r' || data[at] == '\n':
			h.end = at
			return h
		case !s.delimits(data[at:]):
			h.fail(n, opens, "text follows the closing quote of cell %d")
			h.end, h.broken = at, true
			return h
		}
	}
}

// plainCell is where the unquoted cell at data[at:] ends, and whether a quote stands in it.
func (s *splitter) plainCell(data []byte, at int) (end int, stray bool) {
	for ; at < len(data); at++ {
		b := data[at]
		switch {
		case !s.stop[b]:
		case b == '\n' || b == '\r' || s.delimits(data[at:]):
			return at, stray
		case b == s.quote:
			stray = true
		case s.pairs && isLead(b) && at+1 < len(data) && isTrail(data[at+1]):
			at++
		}
	}
	return at, stray
}

// quotedCell is the content of the cell whose quote opens at data[at], and the place after its closing quote: -1 where data
// has none.
func (s *splitter) quotedCell(data []byte, at int) (cell []byte, end int) {
	if s.escape != 0 {
		return s.escapedCell(data, at)
	}
	from, mark, doubled := at+1, len(s.unquoted), false
	for {
		k := bytes.IndexByte(data[from:], s.quote)
		if k < 0 {
			return nil, -1
		}
		end = from + k + 1
		if end < len(data) && data[end] == s.quote {
			s.unquoted = append(s.unquoted, data[from:end]...) // with one of the two
			from, doubled = end+1, true
			continue
		}
		cell = data[from : end-1]
		if doubled {
			s.unquoted = append(s.unquoted, cell...)
			cell = s.unquoted[mark:]
		}
		return cell, end
	}
}

// escapedCell is quotedCell where an escape before a quote, or before another escape, makes it an ordinary character.
func (s *splitter) escapedCell(data []byte, at int) (cell []byte, end int) {
	mark := len(s.unquoted)
	for i := at + 1; i < len(data); i++ {
		b := data[i]
		more := i+1 < len(data)
		switch {
		case s.pairs && isLead(b) && more && isTrail(data[i+1]):
			s.unquoted = append(s.unquoted, b)
			i++
		case b == s.escape && more && (data[i+1] == s.quote || data[i+1] == s.escape):
			i++
		case b == s.quote && more && data[i+1] == s.quote:
			i++
		case b == s.quote:
			return s.unquoted[mark:], i + 1
		}
		s.unquoted = append(s.unquoted, data[i])
	}
	return nil, -1
}

// mayOpen tells whether the quote at data[at], or the run of quotes that it ends, stands where a quoted cell might open: at the
// start of a line, or behind a delimiter. The cell that it closes opens at data[opens].
func (s *splitter) mayOpen(data []byte, opens, at int) (atStart, behind bool) {
	for at > opens+1 && data[at-1] == s.quote {
		at--
	}
	return data[at-1] == '\n' || data[at-1] == '\r', bytes.HasSuffix(data[:at], s.delimiter)
}
