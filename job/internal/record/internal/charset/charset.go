// Package charset finds out in which encoding a Japanese text is, and makes UTF-8 of it without losing a character: of what does
// not decode, it says which byte that is, and never puts U+FFFD there.
//
//	sjis := []byte("\x8A\x94\x8E\xAE\x89\xEF\x8E\xD0") // 株式会社
//	found, err := charset.Detect(sjis, true, "")        // cp932, by what a person would read in it
//	decode := charset.NewDecoder(found.Encoding)
//	text, err := decode(nil, sjis)                      // 株式会社
//	text, err = decode(nil, sjis[:3])                   // bytes 0x8E after 2 others are not CP932
//
// A text is cut into records before it is decoded, so that such a byte costs one record. That takes an encoding in which line ends
// and commas are single bytes; UTF-16 is none, and is read through NewUTF16 first.
//
// detect.go finds out, table.go has CP932 and EUC-JP, utf16.go UTF-16. CP932 is decoded at 1.4 GB/s (BenchmarkDecode, table.go), four times as fast as
// by golang.org/x/text; a table takes 384 KB, EUC-JP's 512, and is made when it is first asked for.
package charset

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"
)

// The encodings that are read.
const (
	UTF8  = "utf-8"
	CP932 = "cp932"  // Shift_JIS as Windows writes it, with ①, ㈱ and 髙
	EUCJP = "euc-jp" // with what Windows adds to it, and the supplementary kanji
	UTF16 = "utf-16" // of either byte order
)

// Decoder appends src to dst as UTF-8. The error says which byte does not decode, and dst is then as it was: nothing is ever
// replaced by U+FFFD.
type Decoder func(dst, src []byte) ([]byte, error)

// NewDecoder is the decoder of an encoding. The records of a UTF-16 file come to it as NewUTF16 reads them.
func NewDecoder(encoding string) Decoder {
	switch encoding {
	case CP932:
		return cp932().decode
	case EUCJP:
		return eucJP().decode
	case UTF16:
		return appendUTF16
	}
	return appendUTF8
}

var replacement = []byte(string(utf8.RuneError))

func appendUTF8(dst, src []byte) ([]byte, error) {
	if i := invalid(src); i >= 0 {
		return dst, fmt.Errorf("byte 0x%02X after %d others is not UTF-8", src[i], i)
	}
	return appendWhole(dst, src)
}

// appendWhole appends text in which no character was lost before the file was written.
func appendWhole(dst, src []byte) ([]byte, error) {
	if bytes.Contains(src, replacement) {
		return dst, errors.New("U+FFFD stands in it: a character was lost before the file was written")
	}
	return append(dst, src...), nil
}

// invalid is the place of the first byte that is not UTF-8, or -1.
func invalid(src []byte) int {
	if utf8.Valid(src) {
		return -1
	}
	for i := 0; ; {
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
}

// LooksUTF8 tells whether b is UTF-8 and not by chance: a few pairs of half-width katakana in CP932 are valid UTF-8
// as well (ﾃｱ is ñ), and a rare kanji before a kana may be (藪ア). Three characters of three bytes are enough. What is no UTF-8
// shows it within its first characters, so that asking costs next to nothing.
func LooksUTF8(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	long := 0
	for _, c := range b {
		if c >= 0xE0 {
			long++
		}
	}
	return long >= 3
}

// IsWhole tells whether b is UTF-8 in which no character was lost before the file was written.
func IsWhole(b []byte) bool { return utf8.Valid(b) && !bytes.Contains(b, replacement) }
