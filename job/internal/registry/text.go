package registry

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// A text is a CSV of the registry as lines, of which each is decoded by itself, so that a byte that is none of the encoding costs one
// row. That goes since no character of CP932 has a line end, a comma or a quote for its second byte.
type text struct {
	name    string // of the archive's entry, if it is one
	r       *bufio.Reader
	decode  func(dst, src []byte) ([]byte, error)
	unended bool // the last line that was read has no line end

	buffer []byte // of what is decoded
	cells  cells
}

// newText finds out the encoding of r, by its first lines.
func newText(name string, r io.Reader) (*text, error) {
	t := &text{name: name, r: bufio.NewReaderSize(r, headBytes), decode: decodeUTF8}
	bom, err := t.r.Peek(3)
	if string(bom) == "\xef\xbb\xbf" {
		_, err = t.r.Discard(3)
		return t, err
	}
	if err != nil && err != io.EOF {
		return nil, err
	}
	lines, err := t.head()
	if err != nil {
		return nil, err
	}
	if decodable(lines, decodeCP932) > decodable(lines, decodeUTF8) {
		t.decode = decodeCP932
	}
	return t, nil
}

// decodable is how many lines are of an encoding.
func decodable(lines [][]byte, decode func(dst, src []byte) ([]byte, error)) (n int) {
	var buffer []byte
	for _, line := range lines {
		if decoded, err := decode(buffer[:0], line); err == nil {
			buffer = decoded
			n++
		}
	}
	return n
}

// head is the first lines, which are not read by that: a thousand, or what a MiB has of them, and never one in part.
func (t *text) head() (lines [][]byte, err error) {
	b, err := t.r.Peek(headBytes)
	if err != nil && err != io.EOF {
		return nil, err
	}
	whole := err == io.EOF
	if !whole && bytes.IndexByte(b, '\n') < 0 {
		return nil, contract(askAgain, "it is no text: its first line has no end")
	}
	for len(lines) < headRows && len(b) > 0 {
		line, rest, ended := bytes.Cut(b, []byte("\n"))
		if !ended && !whole {
			break
		}
		if line = bytes.TrimSuffix(line, []byte("\r")); len(bytes.TrimSpace(line)) > 0 {
			lines = append(lines, line)
		}
		b = rest
	}
	return lines, nil
}

var errTooLong = fmt.Errorf("it is longer than %d KiB", headBytes>>10)

// line is the next line, until the next call, without its end. Of one that is too long it is the first KiB, with errTooLong.
func (t *text) line() ([]byte, error) {
	line, err := t.r.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		line = bytes.Clone(line[:1024])
		for err == bufio.ErrBufferFull {
			_, err = t.r.ReadSlice('\n')
		}
		if err == nil || err == io.EOF {
			t.unended, err = err == io.EOF, errTooLong
		}
		return line, err
	}
	if err == io.EOF && len(line) > 0 {
		t.unended = true
		return line, nil
	}
	if err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(line[:len(line)-1], []byte("\r")), nil
}

// columns is how many most of the lines have: of a registry's numbers, if any has such a one.
func (t *text) columns(lines [][]byte) (most int) {
	seen := map[int]int{}
	isLayout := func(n int) bool { return n >= minColumns && n <= maxColumns }
	for _, line := range lines {
		decoded, err := t.decode(nil, line)
		if err != nil || t.cells.split(string(decoded)) != nil {
			continue
		}
		n := t.cells.n
		seen[n]++
		if isLayout(n) == isLayout(most) && seen[n] > seen[most] || isLayout(n) && !isLayout(most) {
			most = n
		}
	}
	return most
}

// looksLikeRow tells whether a line has enough cells, of which the second is a number of 13 digits.
func (t *text) looksLikeRow(line []byte) bool {
	decoded, err := t.decode(nil, line)
	return err == nil && t.cells.split(string(decoded)) == nil && t.cells.n >= minColumns && len(t.cells.at[1]) == 13 && isDigits(t.cells.at[1])
}

// readable is a line for people, with bytes that are none of the encoding as \x8A.
func (t *text) readable(line []byte) string {
	line = line[:min(len(line), 1024)]
	if decoded, err := t.decode(nil, line); err == nil {
		return string(decoded)
	}
	var b strings.Builder
	for len(line) > 0 {
		n := t.character(line)
		if decoded, err := t.decode(nil, line[:n]); err == nil {
			b.Write(decoded)
		} else {
			fmt.Fprintf(&b, `\x%02X`, line[0])
			n = 1
		}
		line = line[n:]
	}
	return b.String()
}

// character is how many bytes the first character takes, or those that are none.
func (t *text) character(b []byte) int {
	for n := 1; n < min(len(b), utf8.UTFMax); n++ {
		if _, err := t.decode(nil, b[:n]); err == nil {
			return n
		}
	}
	return min(len(b), utf8.UTFMax)
}

var lost = []byte(string(utf8.RuneError))

// decodeUTF8 is src itself, where it is UTF-8.
func decodeUTF8(_, src []byte) ([]byte, error) {
	if !utf8.Valid(src) {
		return nil, errors.New("bytes stand in it that are not UTF-8")
	}
	if bytes.Contains(src, lost) {
		return nil, errors.New("U+FFFD stands in it: a character was lost before the file was written")
	}
	return src, nil
}
