package record

import (
	"bytes"
	"fmt"
	"io"

	"nayose/job/internal/record/internal/charset"
)

// maxRecord is the size of the longest record in bytes. It bounds the memory of a splitter whatever the input; real
// records have about 0.5 KiB and the longest job descriptions tens of KiB.
const maxRecord = 1 << 20

// splitter cuts a CSV file into records and cells, and knows the byte offset and the line of each record. What a cell is, scan
// knows; what a wrong quote costs, judge decides.
//
// It works on raw bytes, before decoding, so that a byte that does not decode costs one record. Records end at CR, LF or CRLF,
// mixed at will.
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

// isBlankLine tells whether the record just scanned is a line without cells: nothing but white space, or the Ctrl-Z that ends a
// text file of DOS.
func (s *splitter) isBlankLine(data []byte, h shape) bool {
	if h.broken || len(s.cells) != 1 {
		return false
	}
	line := data[:h.end]
	return len(bytes.Trim(line, " \t")) == 0 || h.open && len(line) == 1 && line[0] == 0x1A
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
