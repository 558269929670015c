package charset

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
)

// table is an encoding of ASCII and of characters of one to three bytes, all of which are in Unicode's first 64 K. A 0 in it means
// that there is none.
//
// It says what golang.org/x/text says, but of three things: there, a byte sequence without a character becomes U+FFFD and
// the text goes on, 0x80 becomes a control character, and decoding takes four times as long (BenchmarkDecode: 1.4 GB/s of
// Japanese text against 0.3).
type table struct {
	name    string
	singles [256]uint16
	pairs   [1 << 16]uint16  // by both bytes
	threes  [1 << 16]uint32  // by both bytes, the second the higher: those of pairs that are three bytes in UTF-8, these bytes, the first lowest
	triples *[1 << 16]uint16 // by the two bytes behind 0x8F, where the encoding has such
	private [2]byte          // the first and the last lead byte of the pairs that are left to everybody's own characters
}

// cp932 has NEC's row 13 (①, ㈱) and the IBM characters (髙, 﨑) in both of their places.
var cp932 = sync.OnceValue(func() *table {
	t := &table{name: "CP932", private: [2]byte{0xF0, 0xF9}}
	t.learn(japanese.ShiftJIS)
	t.singles[0x80] = 0
	return t
})

var eucJP = sync.OnceValue(func() *table {
	t := &table{name: "EUC-JP", private: [2]byte{0xF5, 0xFE}, triples: new([1 << 16]uint16)}
	t.learn(japanese.EUCJP)
	return t
})

// learn fills the table by asking for every sequence of one, two and three bytes that is not ASCII.
func (t *table) learn(enc encoding.Encoding) {
	d := enc.NewDecoder()
	buf := make([]byte, 8)
	ask := func(src ...byte) uint16 {
		d.Reset()
		n, _, _ := d.Transform(buf, src, true)
		r, size := utf8.DecodeRune(buf[:n])
		if size < n || r == utf8.RuneError {
			return 0
		}
		return uint16(r)
	}
	for lead := 0x80; lead <= 0xFF; lead++ {
		if t.singles[lead] = ask(byte(lead)); t.singles[lead] != 0 {
			continue
		}
		for trail := 0x40; trail <= 0xFF; trail++ {
			r := ask(byte(lead), byte(trail))
			t.pairs[lead<<8|trail] = r
			if r >= 0x800 {
				t.threes[trail<<8|lead] = 0xE0 | uint32(r>>12) | (0x80|uint32(r>>6)&0x3F)<<8 | (0x80|uint32(r)&0x3F)<<16
			}
			if t.triples != nil && lead >= 0xA1 && trail >= 0xA1 {
				t.triples[lead<<8|trail] = ask(0x8F, byte(lead), byte(trail))
			}
		}
	}
}

// next is the first character of src and its size in bytes. A size of 0 means that src does not start with one.
func (t *table) next(src []byte) (rune, int) {
	b := src[0]
	r, n := t.singles[b], 1
	switch {
	case b < utf8.RuneSelf:
		return rune(b), 1
	case r != 0 || len(src) == 1:
	case b == 0x8F && t.triples != nil:
		if len(src) > 2 {
			r, n = t.triples[int(src[1])<<8|int(src[2])], 3
		}
	default:
		r, n = t.pairs[int(b)<<8|int(src[1])], 2
	}
	if r == 0 {
		n = 0
	}
	return rune(r), n
}

// decode is the encoding's decoder. What stands alone in the loop's first lines is what nearly all of Japanese is: pairs that become
// three bytes, which are written as four.
func (t *table) decode(dst, src []byte) ([]byte, error) {
	start := len(dst)
	dst = slices.Grow(dst, 3*len(src)) // a half-width katakana of one byte becomes three
	out, n := dst[start:cap(dst)], 0
	for i := 0; i < len(src); {
		for i+2 <= len(src) && n+4 <= len(out) {
			three := t.threes[binary.LittleEndian.Uint16(src[i:])]
			if three == 0 {
				break
			}
			binary.LittleEndian.PutUint32(out[n:], three)
			i, n = i+2, n+3
		}
		if i == len(src) {
			break
		}
		if src[i] < utf8.RuneSelf {
			size := copyASCII(out[n:], src[i:])
			i, n = i+size, n+size
			continue
		}
		r, size := t.next(src[i:])
		if size == 0 {
			return dst[:start], t.unknown(src, i)
		}
		n += utf8.EncodeRune(out[n:], r)
		i += size
	}
	return dst[:start+n], nil
}

// copyASCII copies the ASCII that src starts with, and returns its length.
func copyASCII(dst, src []byte) (n int) {
	for ; n+8 <= len(src) && binary.LittleEndian.Uint64(src[n:])&0x8080808080808080 == 0; n += 8 {
		copy(dst[n:n+8], src[n:])
	}
	for ; n < len(src) && src[n] < utf8.RuneSelf; n++ {
		dst[n] = src[n]
	}
	return n
}

// own is the size of the character of somebody's own (外字) that src starts with, or 0. Such a character means nothing outside
// the system that wrote it.
func (t *table) own(src []byte) int {
	n := 0
	if src[0] == 0x8F && t.triples != nil {
		n, src = 1, src[1:]
	}
	if len(src) < 2 || src[0] < t.private[0] || src[0] > t.private[1] || t.pairs[int(src[0])<<8|int(src[1])] != 0 {
		return 0
	}
	if trail := src[1]; trail < 0x40 || trail == 0x7F || trail > 0xFE || t.triples == nil && trail > 0xFC || t.triples != nil && trail < 0xA1 {
		return 0
	}
	return n + 2
}

// nextOrOwn is next, with a character of somebody's own as one for private use.
func (t *table) nextOrOwn(src []byte) (rune, int) {
	if r, n := t.next(src); n > 0 {
		return r, n
	}
	return 0xE000, t.own(src)
}

// unknown says what stands at src[i] where no character does.
func (t *table) unknown(src []byte, i int) error {
	if n := t.own(src[i:]); n > 0 {
		return fmt.Errorf("外字 %X after %d bytes: a character that only the partner's own system knows", src[i:i+n], i)
	}
	n := 1
	if lead := t.pairs[int(src[i])<<8 : int(src[i])<<8+256]; slices.Max(lead) > 0 {
		n = 2
	}
	if src[i] == 0x8F && t.triples != nil {
		n = 3
	}
	return fmt.Errorf("bytes 0x%X after %d others are not %s", src[i:min(i+n, len(src))], i, t.name)
}
