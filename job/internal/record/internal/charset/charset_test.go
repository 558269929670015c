package charset

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
)

// Example reads a text of which nobody has said what it is, and one that is damaged.
func Example() {
	sjis := []byte("\x8A\x94\x8E\xAE\x89\xEF\x8E\xD0")
	found, err := Detect(sjis, true, "")
	decode := NewDecoder(found.Encoding)
	text, _ := decode(nil, sjis)
	_, lost := decode(nil, sjis[:3])
	fmt.Println(found.Encoding, err, string(text), lost)
	// Output: cp932 <nil> 株式会社 bytes 0x8E after 2 others are not CP932
}

// encode writes text in an encoding that x/text knows.
func encode(t testing.TB, enc encoding.Encoding, text string) string {
	t.Helper()
	s, err := enc.NewEncoder().String(text)
	if err != nil {
		t.Fatalf("%q in %v: %v", text, enc, err)
	}
	return s
}

func TestDecode(t *testing.T) {
	for _, test := range []struct{ encoding, bytes, want, err string }{
		{CP932, "abc\\~", `abc\~`, ""},
		{CP932, "1234567", "1234567", ""},
		{CP932, "\x8A\x94\x8E\xAE", "株式", ""},
		{CP932, "\x95\x5C\x83\x5C\x94\x5C", "表ソ能", ""}, // second halves that are backslashes
		{CP932, "\xCA\xDF\xB0\xC4", "ﾊﾟｰﾄ", ""},
		{CP932, "\xA1\xDF", "｡ﾟ", ""},
		{CP932, "\x87\x40\x87\x8A\x87\x54\x87\x9C", "①㈱Ⅰ∪", ""}, // NEC row 13
		{CP932, "\xFB\xFC\xEE\xE0", "髙髙", ""},                   // IBM's and NEC's copy of the same character
		{CP932, "\xED\x95\xFA\xB1", "﨑﨑", ""},
		{CP932, "\xFA\x40\xEE\xEF\xFC\x4B", "ⅰⅰ黑", ""}, // the first of each, and the last
		{CP932, "\x81\x60\x81\x7C\x81\x5C", "～－―", ""},
		{CP932, "\x81\x61\x81\x91\x81\x92\x81\xCA\x81\x50\x81\x8F", "∥￠￡￢￣￥", ""},
		{CP932, "\x82\x50\x88\x9F\x98\x72\x98\x9F\xEA\xA4", "１亜腕弌熙", ""},
		{CP932, "a\x81", "", "bytes 0x81 after 1 others are not CP932"},
		{CP932, "\x81\x22", "", "bytes 0x8122 after 0 others are not CP932"},
		{CP932, "\x81\x2C", "", "bytes 0x812C after 0 others are not CP932"},
		{CP932, "\x81\x7F", "", "bytes 0x817F after 0 others are not CP932"},
		{CP932, "\x8A\x94\xFD", "", "bytes 0xFD after 2 others are not CP932"},
		{CP932, "\xFE\x41", "", "bytes 0xFE after 0 others are not CP932"},
		{CP932, "\xFF", "", "bytes 0xFF after 0 others are not CP932"},
		{CP932, "\x80", "", "bytes 0x80 after 0 others are not CP932"},
		{CP932, "\xA0A", "", "bytes 0xA0 after 0 others are not CP932"},
		{CP932, "\x85\x40", "", "bytes 0x85 after 0 others are not CP932"}, // a row without characters
		{CP932, "\x84\xBF", "", "bytes 0x84BF after 0 others are not CP932"},
		{CP932, "\x8A\x94\xF0\x40", "", "外字 F040 after 2 bytes: a character that only the partner's own system knows"},
		{CP932, "\xF9\xFC", "", "外字 F9FC after 0 bytes: a character that only the partner's own system knows"},
		{CP932, "\xF9\xFD", "", "bytes 0xF9 after 0 others are not CP932"},
		{CP932, "\xFC\x4C", "", "bytes 0xFC4C after 0 others are not CP932"},

		{EUCJP, "abc\\~", `abc\~`, ""},
		{EUCJP, "\xB3\xF4\xBC\xB0\xB2\xF1\xBC\xD2\xA5\xCA\xA5\xCE\xA5\xCF", "株式会社ナノハ", ""},
		{EUCJP, "\xAD\xA1\xAD\xEA\xF9\xD4\xFC\xE2", "①㈱﨎髙", ""},
		{EUCJP, "\x8E\xCA\x8E\xDF\x8E\xB0\x8E\xC4", "ﾊﾟｰﾄ", ""},
		{EUCJP, "\x8F\xB0\xA1\x8F\xED\xE3", "丂龥", ""}, // JIS X 0212, the first and the last
		{EUCJP, "\xA1\xC1\xA1\xDD\xA1\xEF", "～－￥", ""},
		{EUCJP, "a\xB3", "", "bytes 0xB3 after 1 others are not EUC-JP"},
		{EUCJP, "\xB3\x22", "", "bytes 0xB322 after 0 others are not EUC-JP"},
		{EUCJP, "\xB3\xF4\x80", "", "bytes 0x80 after 2 others are not EUC-JP"},
		{EUCJP, "\x8E\xE0", "", "bytes 0x8EE0 after 0 others are not EUC-JP"},
		{EUCJP, "\x8F\xA1\xA1", "", "bytes 0x8FA1A1 after 0 others are not EUC-JP"},
		{EUCJP, "\x8F\xB0", "", "bytes 0x8FB0 after 0 others are not EUC-JP"},
		{EUCJP, "\xFF\xA1", "", "bytes 0xFF after 0 others are not EUC-JP"},
		{EUCJP, "\xF5\xA1", "", "外字 F5A1 after 0 bytes: a character that only the partner's own system knows"},
		{EUCJP, "\x8F\xFE\xFE", "", "外字 8FFEFE after 0 bytes: a character that only the partner's own system knows"},

		{UTF8, "株式会社髙島屋 ①", "株式会社髙島屋 ①", ""},
		{UTF8, "株\xFF", "", "byte 0xFF after 3 others is not UTF-8"},
		{UTF8, "ab\xE6\xA0", "", "byte 0xE6 after 2 others is not UTF-8"},
		{UTF8, "\xC0\xAF", "", "byte 0xC0 after 0 others is not UTF-8"},     // overlong
		{UTF8, "\xED\xA0\x80", "", "byte 0xED after 0 others is not UTF-8"}, // half a surrogate pair
		{UTF8, "\uFFFD\xFF", "", "byte 0xFF after 3 others is not UTF-8"},
		{UTF8, "株\uFFFD", "", "U+FFFD stands in it: a character was lost before the file was written"},

		{UTF16, "株𠮷", "株𠮷", ""},
		{UTF16, "株\xED\xBE\xB7x", "", "DFB7 without its other half is not UTF-16"},
		{UTF16, "株\xFF", "", "it ends in the middle of a character of UTF-16"},
		{UTF16, "株\uFFFD", "", "U+FFFD stands in it: a character was lost before the file was written"},
	} {
		got, err := NewDecoder(test.encoding)([]byte("x"), []byte(test.bytes))
		if test.err == "" && (err != nil || string(got) != "x"+test.want) {
			t.Errorf("%s %X = %q, %v; want %q", test.encoding, test.bytes, got, err, "x"+test.want)
		}
		if test.err != "" && (err == nil || err.Error() != test.err || string(got) != "x") {
			t.Errorf("%s %X = %q, error %v; want error %s", test.encoding, test.bytes, got, err, test.err)
		}
	}
}

// oracles decode a sequence of bytes as x/text does, but say no where it puts U+FFFD or a control character.
var oracles = map[string]encoding.Encoding{CP932: japanese.ShiftJIS, EUCJP: japanese.EUCJP}

func oracle(encoding string, src []byte) (string, bool) {
	got, err := oracles[encoding].NewDecoder().Bytes(src)
	return string(got), err == nil && !bytes.ContainsRune(got, utf8.RuneError) && !bytes.ContainsRune(got, 0x80)
}

// TestDecodeAll asks x/text about every sequence of one and two bytes, and every one of three behind EUC's 8F.
func TestDecodeAll(t *testing.T) {
	for encoding := range oracles {
		decode := NewDecoder(encoding)
		characters := 0
		check := func(src ...byte) {
			want, sound := oracle(encoding, src)
			got, err := decode(nil, src)
			if (err == nil) != sound || sound && string(got) != want {
				t.Errorf("%s %X = %q, %v; x/text has %q", encoding, src, got, err, want)
			}
			if sound && utf8.RuneCountInString(want) == 1 {
				characters++
			}
		}
		for a := 0; a < 256; a++ {
			check(byte(a))
			for b := 0; b < 256; b++ {
				check(byte(a), byte(b))
				if encoding == EUCJP {
					check(0x8F, byte(a), byte(b))
				}
			}
		}
		if want := map[string]int{CP932: 7_915, EUCJP: 13_594}[encoding]; characters != want {
			t.Errorf("%s has %d characters, want %d", encoding, characters, want)
		}
	}
}

// FuzzDecode checks that what decodes is whole, valid UTF-8 without U+FFFD, and what x/text makes of it; and that the two refuse
// the same.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"abc", "株式会社", "\x8A\x94\x8E\xAE", "\xF0\x40", "\x81", "\xCA\xDF", "\xEE\xE0", "\xFF\xFE", "\x80", "\xB3\xF4\x8F\xB0\xA1\x8E\xCA",
		"12345678901\x8A\x94,", "\xED\xA0\x80",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, encoding := range []string{UTF8, CP932, EUCJP, UTF16} {
			got, err := NewDecoder(encoding)([]byte("x"), src)
			if !bytes.HasPrefix(got, []byte("x")) || err != nil && len(got) > 1 {
				t.Errorf("%s %X = %q, %v: what stood there before has changed", encoding, src, got, err)
			}
			got = got[1:]
			if !utf8.Valid(got) || bytes.ContainsRune(got, utf8.RuneError) {
				t.Errorf("%s %X = %q", encoding, src, got)
			}
			want, sound := string(src), utf8.Valid(src) && !bytes.Contains(src, replacement)
			if oracles[encoding] != nil {
				want, sound = oracle(encoding, src)
			}
			if (err == nil) != sound || sound && string(got) != want {
				t.Errorf("%s %X = %q, %v; x/text has %q", encoding, src, got, err, want)
			}
		}
	})
}

// BenchmarkDecode measures Japanese text, and records that are half ASCII, in bytes of the file.
func BenchmarkDecode(b *testing.B) {
	japaneseText := strings.Repeat("未経験の方も歓迎いたします。社会福祉法人みどり会特別養護老人ホームさくら苑での介護業務全般、", 400)
	texts := []struct{ name, text string }{
		{"japanese", japaneseText},
		{"half", strings.Repeat("A-10293,https://example.co.jp/jobs/10293?ref=feed,株式会社髙島屋サービス東京都中央区日本橋,03-1234-5678,2026-10-04\n", 400)},
		{"ascii", strings.Repeat("A-10293,https://example.co.jp/jobs/10293?ref=feed,03-1234-5678,2026-10-04\n", 600)},
	}
	for _, encoding := range []string{CP932, EUCJP} {
		for _, text := range texts {
			src := []byte(encode(b, oracles[encoding], text.text))
			dst := make([]byte, 0, 3*len(src))
			for _, who := range []string{"table", "x/text"} {
				b.Run(fmt.Sprintf("%s/%s/%s", encoding, text.name, who), func(b *testing.B) {
					b.SetBytes(int64(len(src)))
					decode, d := NewDecoder(encoding), oracles[encoding].NewDecoder()
					for b.Loop() {
						if who == "table" {
							if _, err := decode(dst, src); err != nil {
								b.Fatal(err)
							}
						} else if _, _, err := d.Transform(dst[:cap(dst)], src, true); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}
