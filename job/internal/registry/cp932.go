package registry

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

// cp932Pairs has the UTF-8 of every character of two bytes, by these as a little-endian number: two or three bytes, the first
// lowest; 0 where there is no such character. It says what golang.org/x/text says; that decoder takes four times as long and writes
// U+FFFD for what it does not know.
var cp932Pairs = sync.OnceValue(func() *[1 << 16]uint32 {
	pairs := new([1 << 16]uint32)
	d := japanese.ShiftJIS.NewDecoder()
	var utf [8]byte
	for lead := 0x81; lead <= 0xFC; lead++ {
		for trail := 0x40; trail <= 0xFC && (lead < 0xA0 || lead > 0xDF); trail++ {
			d.Reset()
			n, _, _ := d.Transform(utf[:], []byte{byte(lead), byte(trail)}, true)
			if r, size := utf8.DecodeRune(utf[:n]); size == n && r != utf8.RuneError {
				clear(utf[n:])
				pairs[trail<<8|lead] = binary.LittleEndian.Uint32(utf[:])
			}
		}
	}
	return pairs
})

// decodeCP932 appends src to dst as UTF-8.
func decodeCP932(dst, src []byte) ([]byte, error) {
	pairs := cp932Pairs()
	start := len(dst)
	dst = slices.Grow(dst, 3*len(src)+4) // a half-width katakana of one byte becomes three, and pairs are written as four
	out, n := dst[start:cap(dst)], 0
	for i := 0; i < len(src); {
		switch b := src[i]; {
		case b < utf8.RuneSelf:
			out[n] = b
			i, n = i+1, n+1
		case b >= 0xA1 && b <= 0xDF: // ｡ to ﾟ
			n += utf8.EncodeRune(out[n:], '｡'+rune(b-0xA1))
			i++
		default:
			utf := uint32(0)
			if i+1 < len(src) {
				utf = pairs[binary.LittleEndian.Uint16(src[i:])]
			}
			if utf == 0 {
				return dst[:start], fmt.Errorf("bytes 0x%X stand in it, which are not CP932", src[i:min(i+2, len(src))])
			}
			binary.LittleEndian.PutUint32(out[n:], utf)
			i, n = i+2, n+2
			if utf > 0xFFFF {
				n++
			}
		}
	}
	return dst[:start+n], nil
}
