package feed

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"

	"nayose"
)

// The encodings of a mapping.
const (
	encodingAuto  = "auto"
	encodingUTF8  = "utf-8"
	encodingCP932 = "cp932" // Shift_JIS as Windows writes it, with ①, ㈱ and 髙
)

// decoder appends src to dst as UTF-8. The error says which byte does not decode: nothing is ever replaced by U+FFFD.
type decoder func(dst, src []byte) ([]byte, error)

func newDecoder(encoding string) decoder {
	if encoding == encodingCP932 {
		return newCP932Decoder()
	}
	return appendUTF8
}

var utf8BOM = []byte("\uFEFF")

// detect finds the encoding of a file by its first bytes, and how many of them are a byte order mark. Without a mark,
// lines in UTF-8 tell, because Japanese in CP932 is hardly ever valid UTF-8; the reverse does not hold, UTF-8 read as
// CP932 gives characters, only the wrong ones. A few damaged lines do not change the answer. A declared encoding that
// the bytes disprove is an error of kind Contract; one that they leave open (all ASCII) is taken.
func detect(sample []byte, declared string) (encoding string, bom int, err error) {
	switch {
	case bytes.HasPrefix(sample, utf8BOM):
		encoding, bom = encodingUTF8, len(utf8BOM)
	case bytes.HasPrefix(sample, []byte{0xFF, 0xFE}), bytes.HasPrefix(sample, []byte{0xFE, 0xFF}):
		return "", 0, nayose.Fault(nayose.Contract, errors.New("this looks like utf-16"), "ask the partner for utf-8 or cp932")
	default:
		encoding = guess(sample)
	}
	switch {
	case encoding == "" && declared == encodingAuto:
		return encodingUTF8, bom, nil
	case encoding == "":
		return declared, bom, nil
	case declared != encodingAuto && declared != encoding:
		return "", 0, nayose.Fault(nayose.Contract, fmt.Errorf("declared %s, but this looks like %s", declared, encoding),
			"correct the mapping's encoding, or have the partner deliver as before")
	}
	return encoding, bom, nil
}

// guess is the encoding of most lines that are not ASCII, or empty where there is nothing to tell by.
func guess(sample []byte) string {
	if len(sample) == sampleSize { // probably cut inside a character
		sample = sample[:1+bytes.LastIndexFunc(sample, func(r rune) bool { return r < 0x40 })]
	}
	var isUTF8, other int
	for line := range bytes.FieldsFuncSeq(sample, func(r rune) bool { return r == '\r' || r == '\n' }) {
		switch {
		case looksUTF8(line):
			isUTF8++
		case !utf8.Valid(line):
			other++
		}
	}
	switch {
	case isUTF8 == 0 && other == 0:
		return ""
	case isUTF8 >= other:
		return encodingUTF8
	}
	return encodingCP932
}

// looksUTF8 tells whether b is UTF-8 and not by chance: a few pairs of half-width katakana in CP932 are valid UTF-8
// as well (ﾃｱ is ñ), and a rare kanji before a kana may be (藪ア). Three characters of three bytes are enough.
func looksUTF8(b []byte) bool {
	long := 0
	for _, c := range b {
		if c >= 0xE0 {
			long++
		}
	}
	return long >= 3 && utf8.Valid(b)
}

var replacement = []byte(string(utf8.RuneError))

func appendUTF8(dst, src []byte) ([]byte, error) {
	if !utf8.Valid(src) {
		i := 0
		for r, n := utf8.DecodeRune(src); r != utf8.RuneError || n > 1; r, n = utf8.DecodeRune(src[i:]) {
			i += n
		}
		return dst, fmt.Errorf("byte 0x%02X after %d others is not UTF-8", src[i], i)
	}
	if bytes.Contains(src, replacement) {
		return dst, errors.New("U+FFFD stands in it: a character was lost before the file was written")
	}
	return append(dst, src...), nil
}

// newCP932Decoder wraps the decoder of x/text, which is exact for CP932 but replaces what it does not know by U+FFFD
// without a word, and lets a byte 0x80 through as a control character.
func newCP932Decoder() decoder {
	table := japanese.ShiftJIS.NewDecoder()
	return func(dst, src []byte) ([]byte, error) {
		dst = slices.Grow(dst, 3*len(src))
		start := len(dst)
		n, _, err := table.Transform(dst[start:cap(dst)], src, true)
		text := dst[start : start+n]
		if err != nil || bytes.Contains(text, replacement) || bytes.ContainsRune(text, 0x80) {
			return dst, whyNotCP932(src)
		}
		return dst[:start+n], nil
	}
}

// whyNotCP932 names the first bytes of src that CP932 does not know.
func whyNotCP932(src []byte) error {
	table := japanese.ShiftJIS.NewDecoder()
	for i := 0; i < len(src); i++ {
		c := src[i : i+1]
		lead := c[0] >= 0x81 && c[0] <= 0x9F || c[0] >= 0xE0 && c[0] <= 0xFC
		if lead && i+1 < len(src) {
			c = src[i : i+2]
		}
		text, err := table.Bytes(c)
		if err == nil && !bytes.Contains(text, replacement) && c[0] != 0x80 {
			i += len(c) - 1
			continue
		}
		if c[0] >= 0xF0 && c[0] <= 0xF9 && len(c) == 2 && c[1] >= 0x40 && c[1] <= 0xFC && c[1] != 0x7F {
			return fmt.Errorf("外字 %X after %d bytes: a character that only the partner's own system knows", c, i)
		}
		return fmt.Errorf("bytes 0x%X after %d others are not CP932", c, i)
	}
	return errors.New("this is not CP932")
}
