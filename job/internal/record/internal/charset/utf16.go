package charset

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// utf16Reader reads UTF-16 as UTF-8, so that records can be told apart by their bytes, and so that each byte that comes out still
// says how many bytes of the file it stands for (UTF16Width). What is no UTF-16 comes out as something that is no UTF-8 either,
// and appendUTF16 refuses it: half a surrogate pair as the three bytes that it would be if it were a character, an odd byte at
// the end as 0xFF.
type utf16Reader struct {
	src   io.Reader
	order binary.ByteOrder
	err   error  // of src, once it has one
	in    []byte // read and not yet converted: an odd byte, or half a pair and an odd byte
	out   []byte // converted and not yet read
	buf   []byte // where out lies
}

// NewUTF16 reads UTF-16 as UTF-8 that can be cut into records; NewDecoder(UTF16) decodes these. An error of src comes behind all that
// was read before it.
func NewUTF16(src io.Reader, bigEndian bool) io.Reader {
	r := &utf16Reader{src: src, order: binary.LittleEndian, in: make([]byte, 0, 32<<10), buf: make([]byte, 0, 48<<10)}
	if bigEndian {
		r.order = binary.BigEndian
	}
	return r
}

func (r *utf16Reader) Read(p []byte) (int, error) {
	if len(r.out) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		r.fill()
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

// fill reads once and converts what can be converted: all where src has ended, else not the half of a pair whose other half is
// still to come.
func (r *utf16Reader) fill() {
	n, err := r.src.Read(r.in[len(r.in):cap(r.in)])
	r.in, r.err = r.in[:len(r.in)+n], err
	out, in := r.buf[:0], r.in
	for ; len(in) >= 2; in = in[2:] {
		c := rune(r.order.Uint16(in))
		switch {
		case !utf16.IsSurrogate(c):
			out = utf8.AppendRune(out, c)
			continue
		case c < 0xDC00 && len(in) < 4 && err == nil:
			r.keep(in, out)
			return
		case c < 0xDC00 && len(in) >= 4:
			if whole := utf16.DecodeRune(c, rune(r.order.Uint16(in[2:]))); whole != utf8.RuneError {
				out, in = utf8.AppendRune(out, whole), in[2:]
				continue
			}
		}
		out = append(out, 0xED, 0x80|byte(c>>6)&0xBF, 0x80|byte(c)&0xBF)
	}
	if len(in) == 1 && err == io.EOF {
		out, in = append(out, 0xFF), nil
	}
	r.keep(in, out)
}

func (r *utf16Reader) keep(in, out []byte) {
	r.in = append(r.in[:0], in...)
	r.out = out
}

// UTF16Width is how many bytes of a UTF-16 file a byte stands for that NewUTF16 has made of it: two for each 16 bits, counted at a
// character's first byte.
func UTF16Width(b byte) int64 {
	switch {
	case b == 0xFF:
		return 1
	case b >= 0xF0:
		return 4
	case b >= 0xC0 || b < 0x80:
		return 2
	}
	return 0
}

// appendUTF16 is the decoder of what NewUTF16 reads.
func appendUTF16(dst, src []byte) ([]byte, error) {
	switch i := invalid(src); {
	case i < 0:
		return appendWhole(dst, src)
	case src[i] == 0xFF:
		return dst, errors.New("it ends in the middle of a character of UTF-16")
	case src[i] == 0xED && i+2 < len(src):
		half := rune(0xD000) | rune(src[i+1]&0x3F)<<6 | rune(src[i+2]&0x3F)
		return dst, fmt.Errorf("%04X without its other half is not UTF-16", half)
	}
	return dst, errors.New("this is not UTF-16")
}
