package feed

import (
	"bytes"
	"fmt"
	"io"
)

// maxRecord is the size of the longest record in bytes. It bounds the memory of a splitter whatever the input; real
// records have about 0.5 KiB and the longest job descriptions tens of KiB.
const maxRecord = 1 << 20

// splitter cuts a CSV file into records and cells, and knows the byte offset and the line of each record.
//
// It works on raw bytes, before decoding. That is safe because in UTF-8, CP932 and EUC no byte of a longer character
// is below 0x40, and the quote, the line ends and the delimiters that a mapping may choose all are. A half character
// before a quote or a comma therefore spoils its own cell only.
//
// Records end at CR, LF or CRLF, mixed at will; records without any content (empty lines, rows of nothing but
// delimiters, a lone Ctrl-Z at the end) are passed over. A cell that starts with a quote runs to the closing one, over
// line ends too, which are kept as they are; two quotes in it are one. A quote elsewhere in a cell is an ordinary
// character: people do write 24" unquoted, and the count of cells tells when it was meant otherwise.
//
// A record is damaged if a quote never closes, if text follows a closing quote, or if it has not width cells. How much a
// wrong quote swallowed cannot be known, but every record starts a line. So a damaged record gives up its first line
// only, and reading resumes at the next: of
//
//	1,"abc,x          ← the closing quote is missing
//	2,"def",y
//
// the second line loads, because the first quote closes before def, which is text after a closing quote. If the damaged
// record did have several lines, the others must not load as records of their own. Hardly any of them has width cells;
// the last may, but it holds the quote that closed the cell, and so an odd number of quotes: the first such line behind
// a damaged record is damage as well, unless a sound record stands between them. What cannot be told from a sound
// record is a quote that swallows the end of one record and the start of the next, closes at another quote that stands
// before a delimiter, and leaves the right count of cells.
//
// The second reading of those lines stays cheap: a damaged record is given up as soon as it runs over lines and has too
// many cells, so each byte is looked at once for each of the width cells at worst.
type splitter struct {
	src   io.Reader
	eof   bool  // src has ended
	err   error // src has failed
	comma byte
	width int // how many cells a sound record has; 0 where that is not known yet

	buf     []byte // what was read of src; buf[pos:] is not passed yet
	pos     int
	offset  int64 // of buf[pos] in the file
	line    int64 // of buf[pos], from 1
	afterCR bool  // the byte before was a CR, which ended a line: an LF here belongs to it
	midLine bool  // buf[pos] is in a line that was given up
	doubt   bool  // the record before was damaged: this may be one of its lines

	rec      record
	unquoted []byte // content of those cells of rec that have doubled quotes
}

// record is one record of a file. It is valid until the next one is read.
type record struct {
	offset int64    // of its first byte in the file
	line   int64    // on which it starts, from 1
	raw    []byte   // its bytes without the line end; of a damaged record, those of its first line
	cells  [][]byte // content of the cells; void where broken is set
	broken string   // how its structure is damaged, in words
}

// damage is what can be said against a record before it is decoded.
func (r *record) damage() *fault {
	if r.broken != "" {
		return faultf("", CodeQuote, "%s", r.broken)
	}
	if i := bytes.IndexByte(r.raw, 0); i >= 0 {
		return faultf("", CodeNUL, "byte %d of the record is NUL", i)
	}
	return nil
}

// sampleSize is how much of a file is read at first, and shown to detect.
const sampleSize = 64 << 10

func newSplitter(src io.Reader, comma byte) *splitter {
	return &splitter{src: src, comma: comma, line: 1, buf: make([]byte, 0, sampleSize)}
}

// peek is the start of the file: sampleSize bytes, or all of a shorter file.
func (s *splitter) peek() ([]byte, error) {
	s.fill()
	return s.buf, s.err
}

// next is the next record; the error is io.EOF after the last. An error of the source comes after the records that
// were whole before it.
func (s *splitter) next() (*record, error) {
	for {
		if err := s.passLineEnds(); err != nil {
			return nil, err
		}
		// A window of one byte more than a record may have, so that what is too long does not depend on how src arrives.
		window := s.buf[s.pos:]
		window = window[:min(len(window), maxRecord+1)]
		n, broken, short := s.scan(window)
		switch {
		case short && len(window) > maxRecord:
			if broken == "" {
				broken = "the record does not end"
			}
			broken += fmt.Sprintf(" within %d bytes", maxRecord)
		case short && s.err != nil:
			return nil, s.err
		case short && !s.eof:
			s.fill()
			continue
		}
		if broken == "" && s.blank(window[:n], short) {
			s.skip(n)
			continue
		}
		return s.take(window, n, broken), nil
	}
}

// take passes the record of n bytes that window starts with and returns it.
func (s *splitter) take(window []byte, n int, broken string) *record {
	if broken == "" && s.width > 0 && len(s.rec.cells) != s.width {
		broken = fmt.Sprintf("cell count %d instead of %d", len(s.rec.cells), s.width)
	}
	odd := broken == "" && s.doubt && bytes.Count(window[:n], []byte{'"'})%2 == 1
	if odd {
		broken = "an odd quote behind a damaged record, whose last line this may be"
	}
	if broken != "" {
		n = bytes.IndexAny(window, "\r\n")
		if n < 0 {
			n, s.midLine = len(window), true
		}
	}
	// A record without a quote has one line, and one with the odd quote was the last line of its record.
	s.doubt = broken != "" && !odd && (s.doubt || bytes.IndexByte(window[:n], '"') >= 0)
	s.rec.offset, s.rec.line, s.rec.raw, s.rec.broken = s.offset, s.line, window[:n], broken
	s.skip(n)
	return &s.rec
}

// scan finds the cells of the record that data starts with, and the record's length without the line end; or how it is
// broken. short means that data ended before a line end showed that the record was whole.
func (s *splitter) scan(data []byte) (n int, broken string, short bool) {
	s.rec.cells, s.unquoted = s.rec.cells[:0], s.unquoted[:0]
	for i, manyLines := 0, false; ; i++ {
		var cell []byte
		if i < len(data) && data[i] == '"' {
			if cell, n = s.quotedCell(data, i); n < 0 {
				return 0, fmt.Sprintf("the quote that opens cell %d does not close", len(s.rec.cells)+1), true
			}
			manyLines = manyLines || bytes.IndexByte(cell, '\n') >= 0 || bytes.IndexByte(cell, '\r') >= 0
		} else {
			n = i + s.cellEnd(data[i:])
			cell = data[i:n]
		}
		s.rec.cells = append(s.rec.cells, cell)
		switch {
		case n == len(data):
			return n, "", true
		case data[n] == '\r' || data[n] == '\n':
			return n, "", false
		case data[n] != s.comma:
			return 0, fmt.Sprintf("text follows the closing quote of cell %d", len(s.rec.cells)), false
		case manyLines && s.width > 0 && len(s.rec.cells) == s.width:
			return 0, fmt.Sprintf("cell count above %d", s.width), false
		}
		i = n
	}
}

// quotedCell is the content of the cell whose quote opens at i, and the place after its closing quote: -1 where data
// has none.
func (s *splitter) quotedCell(data []byte, i int) (cell []byte, end int) {
	from, mark, doubled := i+1, len(s.unquoted), false
	for {
		k := bytes.IndexByte(data[from:], '"')
		if k < 0 {
			return nil, -1
		}
		end = from + k + 1
		if end < len(data) && data[end] == '"' {
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

// cellEnd is where the unquoted cell at the start of data ends.
func (s *splitter) cellEnd(data []byte) int {
	for i, b := range data {
		if b == s.comma || b == '\n' || b == '\r' {
			return i
		}
	}
	return len(data)
}

// blank tells whether the record just scanned has no content. Ctrl-Z ends a text file of DOS.
func (s *splitter) blank(raw []byte, last bool) bool {
	if last && len(raw) == 1 && raw[0] == 0x1A {
		return true
	}
	for _, cell := range s.rec.cells {
		if len(bytes.Trim(cell, " \t")) > 0 {
			return false
		}
	}
	return true
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
			s.skip(1)
		case s.midLine:
			n := bytes.IndexAny(rest, "\r\n")
			if n < 0 {
				n = len(rest)
			}
			s.skip(n)
		default:
			return nil
		}
	}
}

// skip passes n bytes and counts the lines that end in them.
func (s *splitter) skip(n int) {
	for _, b := range s.buf[s.pos : s.pos+n] {
		if b == '\r' || b == '\n' && !s.afterCR {
			s.line++
		}
		s.afterCR = b == '\r'
	}
	s.pos += n
	s.offset += int64(n)
}

// fill reads on until the buffer is full or src has ended or failed. What is not passed yet then takes at most half of
// the buffer, so that scanning the start of a long record again and again costs no more than scanning it twice.
func (s *splitter) fill() {
	rest := s.buf[s.pos:]
	if 2*len(rest) > cap(s.buf) {
		s.buf = make([]byte, 0, 2*cap(s.buf))
	}
	s.buf = append(s.buf[:0], rest...)
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
