package feed

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"

	"nayose"
)

// sjis encodes text as CP932.
func sjis(t testing.TB, text string) string {
	t.Helper()
	s, err := japanese.ShiftJIS.NewEncoder().String(text)
	if err != nil {
		t.Fatalf("%q in CP932: %v", text, err)
	}
	return s
}

func TestDetect(t *testing.T) {
	text := "求人ID,法人名\r\n1,株式会社ツクイ\r\n2,合同会社レゾナ\r\n"
	long := strings.Repeat("株式会社ツクイ,合同会社レゾナ\n", 4000)
	for _, test := range []struct {
		name, file, declared string
		want                 string // the encoding, or what the error says
		bom                  int
	}{
		{"utf-8", text, "auto", "utf-8", 0},
		{"utf-8 with a mark", "\uFEFF" + text, "auto", "utf-8", 3},
		{"cp932", sjis(t, text), "auto", "cp932", 0},
		{"declared and true", sjis(t, text), "cp932", "cp932", 0},
		{"declared utf-8", sjis(t, text), "utf-8", "declared utf-8, but this looks like cp932", 0},
		{"declared cp932", text, "cp932", "declared cp932, but this looks like utf-8", 0},
		{"declared cp932, with a mark", "\uFEFFid", "cp932", "declared cp932, but this looks like utf-8", 0},
		{"ascii", "id,name\n1,x\n", "auto", "utf-8", 0},
		{"ascii, declared cp932", "id,name\n1,x\n", "cp932", "cp932", 0},
		{"a damaged line in utf-8", text + "3,株式\xE4\xBC\r\n", "auto", "utf-8", 0},
		{"a line of utf-8 in cp932", sjis(t, text) + "3,株式会社ツクイ\r\n", "auto", "cp932", 0},
		{"cut inside a character, utf-8", long, "auto", "utf-8", 0},
		{"cut inside a character, cp932", sjis(t, "a"+long), "auto", "cp932", 0},
		{"one long line without an end", strings.Repeat("株式会社", 10_000), "auto", "utf-8", 0},
		{"half-width katakana", sjis(t, "ﾃｱ,ﾃｱ\nﾊﾟｰﾄ\n"), "cp932", "cp932", 0},
		{"utf-16", "\xFF\xFEi\x00d\x00", "auto", "this looks like utf-16", 0},
		{"empty", "", "auto", "utf-8", 0},
	} {
		sample := test.file[:min(len(test.file), sampleSize)]
		got, bom, err := detect([]byte(sample), test.declared)
		if err != nil {
			got = err.Error()
			var fault *nayose.Error
			if !errors.As(err, &fault) || fault.Kind != nayose.Contract {
				t.Errorf("%s: error %v is not of kind Contract", test.name, err)
			}
		}
		if got != test.want || bom != test.bom {
			t.Errorf("%s: detect = %q and a mark of %d bytes, want %q and %d", test.name, got, bom, test.want, test.bom)
		}
	}
}

func TestCP932(t *testing.T) {
	decode := newDecoder(encodingCP932)
	for _, test := range []struct{ bytes, want, err string }{
		{"abc\\~", `abc\~`, ""},
		{"\x8A\x94\x8E\xAE", "株式", ""},
		{"\x95\x5C\x83\x5C\x94\x5C", "表ソ能", ""}, // second halves that are backslashes
		{"\xCA\xDF\xB0\xC4", "ﾊﾟｰﾄ", ""},
		{"\x87\x40\x87\x8A", "①㈱", ""}, // NEC row 13
		{"\xFB\xFC\xEE\xE0", "髙髙", ""}, // IBM's and NEC's copy of the same character
		{"\xED\x95\xFA\xB1", "﨑﨑", ""},
		{"\x81\x60\x81\x7C\x81\x5C", "～－―", ""},
		{"a\x81", "", "bytes 0x81 after 1 others are not CP932"},
		{"\x81\x22", "", "bytes 0x8122 after 0 others are not CP932"},
		{"\x8A\x94\xFD", "", "bytes 0xFD after 2 others are not CP932"},
		{"\x80", "", "bytes 0x80 after 0 others are not CP932"},
		{"\x85\x40", "", "bytes 0x8540 after 0 others are not CP932"},
		{"\x8A\x94\xF0\x40", "", "外字 F040 after 2 bytes: a character that only the partner's own system knows"},
		{"\xF9\xFC", "", "外字 F9FC after 0 bytes: a character that only the partner's own system knows"},
	} {
		got, err := decode([]byte("x"), []byte(test.bytes))
		if test.err == "" && (err != nil || string(got) != "x"+test.want) {
			t.Errorf("CP932 %X = %q, %v; want %q", test.bytes, got, err, "x"+test.want)
		}
		if test.err != "" && (err == nil || err.Error() != test.err || string(got) != "x") {
			t.Errorf("CP932 %X = %q, error %v; want error %s", test.bytes, got, err, test.err)
		}
	}
}

func TestUTF8(t *testing.T) {
	for _, test := range []struct{ bytes, err string }{
		{"株式会社髙島屋 ①", ""},
		{"株\xFF", "byte 0xFF after 3 others is not UTF-8"},
		{"ab\xE6\xA0", "byte 0xE6 after 2 others is not UTF-8"},
		{"\xC0\xAF", "byte 0xC0 after 0 others is not UTF-8"},     // overlong
		{"\xED\xA0\x80", "byte 0xED after 0 others is not UTF-8"}, // half a surrogate pair
		{"\uFFFD\xFF", "byte 0xFF after 3 others is not UTF-8"},
		{"株\uFFFD", "U+FFFD stands in it: a character was lost before the file was written"},
	} {
		got, err := appendUTF8([]byte("x"), []byte(test.bytes))
		if test.err == "" && (err != nil || string(got) != "x"+test.bytes) {
			t.Errorf("UTF-8 %q = %q, %v", test.bytes, got, err)
		}
		if test.err != "" && (err == nil || err.Error() != test.err || string(got) != "x") {
			t.Errorf("UTF-8 %q = %q, error %v; want error %s", test.bytes, got, err, test.err)
		}
	}
}

// FuzzDecode checks that what decodes is whole: valid UTF-8 without U+FFFD, and byte for byte the input again where
// CP932 has one code for it.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"abc", "株式会社", "\x8A\x94\x8E\xAE", "\xF0\x40", "\x81", "\xCA\xDF", "\xEE\xE0", "\xFF\xFE", "\x80"} {
		f.Add([]byte(seed))
	}
	cp932 := newDecoder(encodingCP932)
	f.Fuzz(func(t *testing.T, src []byte) {
		for name, decode := range map[string]decoder{"UTF-8": appendUTF8, "CP932": cp932} {
			got, err := decode(nil, src)
			if err != nil {
				continue
			}
			if !utf8.Valid(got) || bytes.ContainsRune(got, utf8.RuneError) {
				t.Errorf("%s %X = %q", name, src, got)
			}
			if name == "UTF-8" && !bytes.Equal(got, src) {
				t.Errorf("UTF-8 %X = %X", src, got)
			}
			if name == "CP932" {
				back, err := japanese.ShiftJIS.NewEncoder().Bytes(got)
				again, err2 := cp932(nil, back)
				if err != nil || err2 != nil || !bytes.Equal(again, got) {
					t.Errorf("CP932 %X = %q, which is written as %X (%v, %v)", src, got, back, err, err2)
				}
			}
		}
	})
}
