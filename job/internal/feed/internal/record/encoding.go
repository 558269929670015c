package record

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

// Encodings are the encodings that a mapping may declare.
var Encodings = []string{UTF8, CP932, EUCJP, UTF16}

// decoder appends src to dst as UTF-8. The error says which byte does not decode, and dst is then as it was: nothing is ever
// replaced by U+FFFD.
type decoder func(dst, src []byte) ([]byte, error)

// newDecoder is the decoder of an encoding. The records of a UTF-16 file come to it as newUTF16 reads them.
func newDecoder(encoding string) decoder {
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

// looksUTF8 tells whether b is UTF-8 and not by chance: a few pairs of half-width katakana in CP932 are valid UTF-8
// as well (ﾃｱ is ñ), and a rare kanji before a kana may be (藪ア). Three characters of three bytes are enough. What is no UTF-8 shows it
// within its first characters, so that asking costs next to nothing.
func looksUTF8(b []byte) bool {
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

// isWhole tells whether b is UTF-8 in which no character was lost before the file was written.
func isWhole(b []byte) bool { return utf8.Valid(b) && !bytes.Contains(b, replacement) }
