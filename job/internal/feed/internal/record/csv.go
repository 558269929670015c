package record

import (
	"bytes"
	"fmt"
	"io"

	"nayose/job/internal/feed/internal/record/internal/charset"
)

// maxRecord is the size of the longest record in bytes. It bounds the memory of a splitter whatever the input; real
// records have about 0.5 KiB and the longest job descriptions tens of KiB.
const maxRecord = 1 << 20

// lookahead is how far behind a record the splitter looks for the end of a cell whose opening quote is lost.
const lookahead = 64 << 10

// Lines that are given up are read again, and a file can be made, or spoilt by a partner's program, so that each of its lines
// asks for another look at the next 1 MiB: all lines of
//
//	A-1","株式会社A","東京都
//
// open a cell that the next one closes, and opens another. So the splitter counts what it looks at as a debt, of which each byte that it
// passes pays patience bytes. Clean files have none. The nearer the debt comes to mostDebt, the shorter a record of several lines may
// be, down to leastReach; one that stands on one line is always read whole.
const (
	patience   = 16
	mostDebt   = 16 << 20
	leastReach = 4 << 10
)

// splitter cuts a CSV file into records and cells, and knows the byte offset and the line of each record.
//
// It works on raw bytes, before decoding, so that a byte that does not decode costs one record. That is safe because in UTF-8
// and EUC no byte of a longer character is below 0x80, and in CP932 none is below 0x40; the delimiters and escapes above
// that (| and \) are looked for between characters only. A half character before a quote or a comma spoils its own
// cell only.
//
// Records end at CR, LF or CRLF, mixed at will. A cell that starts with a quote runs to the closing one, over line ends
// too, which are kept as they are; two quotes in it are one. A quote inside an unquoted cell is damage, for whoever writes CSV
// by the rules quotes such a cell; where a partner does not (24"), Format.BareQuotes says so.
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
// must have swallowed others: most of the lines inside it are sound records, or it closes where the quoted cell of a later record
// opens (a cell that begins with a delimiter or a line end), which re-reading that line shows. One case looks sound and is not: a
// cell of several lines, mostly the last, that lost its opening quote, which the lines behind it show, because they have a closing
// quote that nothing opened. What no reading can tell: a file that ends in the middle of an unquoted last cell, and a line end put into one.
type splitter struct {
	src   io.Reader
	eof   bool  // src has ended
	err   error // src has failed
	width int   // how many cells a sound record has; 0 where that is not known yet
	dialect

	buf     []byte // what was read of src; buf[pos:] is not passed yet
	pos     int
	offset  int64 // of buf[pos] in the file
	line    int64 // of buf[pos], from 1
	afterCR bool  // the byte before was a CR, which ended a line: an LF here belongs to it
	midLine bool  // buf[pos] is in a line that was given up

	// transcoded says that src was UTF-16 and comes as UTF-8: sizes and offsets are the file's all the same.
	transcoded bool

	ends  LineEnds
	blank int64 // bytes of line ends and blank lines passed
	lost  int64 // bytes passed of lines that were given up, behind the part that their record shows

	looked int64 // bytes looked at for records, again and again
	paid   int64 // of these, by bytes passed

	rec piece
	found
	spare found // for records that are only looked at
}

// found is what scan finds of a record.
type found struct {
	cells    [][]byte
	unquoted []byte // content of those cells that have doubled quotes
}

// piece is a record before it is decoded. It is valid until the next one is read.
type piece struct {
	offset int64    // of its first byte in the file
	line   int64    // on which it starts, from 1
	size   int64    // in bytes of the file
	raw    []byte   // its bytes without the line end; of a damaged record, the lines that it gives up
	cells  [][]byte // content of the cells; void where fault is set
	blank  bool     // its cells have no content
	fault  *Fault   // how its structure is damaged
}

// dialect is how cells are told apart.
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

func newSplitter(src io.Reader) *splitter {
	return &splitter{src: src, line: 1, buf: make([]byte, 0, 2*(maxRecord+lookahead))}
}

// next is the next record; the error is io.EOF after the last. An error of the source comes after the records that
// were whole before it.
func (s *splitter) next() (*piece, error) {
	for {
		if err := s.passLineEnds(); err != nil {
			return nil, err
		}
		window := s.window()
		reach := s.reach(window)
		data := window[:min(len(window), reach)]
		shape := s.scan(data)
		if shape.open {
			if len(data) == reach {
				shape.tooLong(reach - 1)
			} else if s.err != nil {
				return nil, s.err
			}
		}
		if s.isBlankLine(data, shape) {
			s.blank += s.pass(shape.end)
			continue
		}
		s.judge(window, data, &shape)
		return s.take(window, len(data), shape), nil
	}
}

// reach is how much of the window may be looked at for the end of the record: one byte more than a record may have.
func (s *splitter) reach(window []byte) int {
	const all = maxRecord + 1
	if left := int(mostDebt - (s.looked - s.paid)); left < all {
		return min(all, max(left, leastReach, 1+lineEnd(window[:min(len(window), all)])))
	}
	return all
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

// scan finds the cells of the record that data starts with.
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

// isBlankLine tells whether the record just scanned is a line without cells: nothing but white space, or the Ctrl-Z that ends a
// text file of DOS.
func (s *splitter) isBlankLine(data []byte, h shape) bool {
	if h.broken || len(s.cells) != 1 {
		return false
	}
	line := data[:h.end]
	return len(bytes.Trim(line, " \t")) == 0 || h.open && len(line) == 1 && line[0] == 0x1A
}

// judge decides whether the record just scanned is damaged in what scan alone cannot see, and how much of it is given up. data is
// where it must end, window what is known of the file behind it.
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

// take passes the record just judged, of which scan saw the first n bytes of window, and returns it.
func (s *splitter) take(window []byte, n int, h shape) *piece {
	raw := window[:h.end]
	s.rec = piece{offset: s.offset, line: s.line, raw: raw, cells: s.cells, blank: !h.broken && s.isBlank()}
	if h.fault != "" {
		s.rec.fault = &Fault{h.cell, h.code, h.fault}
	} else if i := bytes.IndexByte(raw, 0); i >= 0 {
		s.rec.fault = &Fault{-1, NUL, fmt.Sprintf("byte %d of the record is NUL", i)}
	}
	s.midLine = h.end == n && n < len(window)
	s.ends.Open = true
	s.rec.size = s.pass(h.end)
	return &s.rec
}

// isBlank tells whether no cell has content.
func (s *splitter) isBlank() bool {
	for _, cell := range s.cells {
		if len(bytes.Trim(cell, " \t")) > 0 {
			return false
		}
	}
	return true
}

// lineEnd is where the first line of data ends.
func lineEnd(data []byte) int {
	n := bytes.IndexByte(data, '\n')
	if n < 0 {
		n = len(data)
	}
	if r := bytes.IndexByte(data[:n], '\r'); r >= 0 {
		n = r
	}
	return n
}

// passLineEnds goes on to the next byte that is not a line end, past the rest of a line that was given up. The error
// is io.EOF where there is none.
func (s *splitter) passLineEnds() error {
	for {
		rest := s.buf[s.pos:]
		switch {
		case len(rest) == 0 && s.err != nil:
			return s.err
		case len(rest) == 0 && s.eof:
			return io.EOF
		case len(rest) == 0:
			s.fill()
		case rest[0] == '\r' || rest[0] == '\n':
			s.midLine = false
			n := len(rest) - len(bytes.TrimLeft(rest, "\r\n"))
			s.ends.add(rest[:n], s.afterCR)
			s.blank += s.pass(n)
		case s.midLine:
			s.lost += s.pass(lineEnd(rest))
		default:
			return nil
		}
	}
}

// pass goes n bytes on, counts the lines that end in them, and returns how many bytes of the file they are.
func (s *splitter) pass(n int) (size int64) {
	if n == 0 {
		return 0
	}
	s.paid = min(s.looked, s.paid+patience*int64(n))
	passed := s.buf[s.pos : s.pos+n]
	lf, cr := bytes.Count(passed, lineFeed), bytes.Count(passed, carriageReturn)
	s.line += int64(lf + cr)
	if cr > 0 {
		s.line -= int64(bytes.Count(passed, crlf))
	}
	if s.afterCR && passed[0] == '\n' {
		s.line--
	}
	s.afterCR = passed[n-1] == '\r'
	size = int64(n)
	if s.transcoded {
		size = 0
		for _, b := range passed {
			size += charset.UTF16Width(b)
		}
	}
	s.pos += n
	s.offset += size
	return size
}

var lineFeed, carriageReturn, crlf = []byte("\n"), []byte("\r"), []byte("\r\n")

// window is what is known of the file from here on: as much as a record may have and the lookahead, unless src has ended.
func (s *splitter) window() []byte {
	if len(s.buf)-s.pos <= maxRecord+lookahead && !s.eof && s.err == nil {
		s.fill()
	}
	return s.buf[s.pos:]
}

// fill reads on until the buffer is full or src has ended or failed.
func (s *splitter) fill() {
	s.buf = append(s.buf[:0], s.buf[s.pos:]...)
	s.pos = 0
	for idle := 0; len(s.buf) < cap(s.buf) && !s.eof && s.err == nil; idle++ {
		n, err := s.src.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		switch {
		case err == io.EOF:
			s.eof = true
		case err != nil:
			s.err = err
		case n > 0:
			idle = 0
		case idle > 100:
			s.err = io.ErrNoProgress
		}
	}
}
