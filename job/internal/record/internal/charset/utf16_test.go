package charset

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"testing/iotest"
	"unicode/utf16"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// chunks reads as many bytes at a time as it is told.
type chunks struct {
	src   []byte
	sizes []int
}

func (c *chunks) Read(p []byte) (int, error) {
	if len(c.src) == 0 {
		return 0, io.EOF
	}
	size := len(c.src)
	if len(c.sizes) > 0 {
		size, c.sizes = c.sizes[0], c.sizes[1:]
	}
	n := copy(p, c.src[:min(size, len(c.src))])
	c.src = c.src[n:]
	return n, nil
}

// TestUTF16 draws texts in UTF-16, with surrogates that lack their other half, in any chunks, and reads them back: every character
// with its offset in the file, what is none so that the decoder refuses it.
func TestUTF16(t *testing.T) {
	unit := rapid.OneOf(
		rapid.Map(rapid.SampledFrom([]rune("a,\"\r\n\x00é株一　ｱ\uFEFF\uFFFD\uFFFF𠮷😀")), func(r rune) []uint16 { return utf16.Encode([]rune{r}) }),
		rapid.Map(rapid.Uint16(), func(c uint16) []uint16 { return []uint16{c} }),
		rapid.Map(rapid.Uint16Range(0xD800, 0xDFFF), func(c uint16) []uint16 { return []uint16{c} }),
	)
	rapid.Check(t, func(t *rapid.T) {
		var units []uint16
		for _, u := range rapid.SliceOfN(unit, 0, 100).Draw(t, "units") {
			units = append(units, u...)
		}
		bigEndian, odd := rapid.Bool().Draw(t, "big endian"), rapid.Bool().Draw(t, "odd")
		var order binary.AppendByteOrder = binary.LittleEndian
		if bigEndian {
			order = binary.BigEndian
		}
		var src []byte
		for _, u := range units {
			src = order.AppendUint16(src, u)
		}
		if odd {
			src = append(src, 'x')
		}
		sizes := rapid.SliceOfN(rapid.IntRange(0, 3), 0, 200).Draw(t, "sizes")

		got, err := io.ReadAll(NewUTF16(&chunks{src, sizes}, bigEndian))
		if err != nil {
			t.Fatal(err)
		}
		place, at := 0, int64(0) // in units, and in bytes of the file
		for i := 0; i < len(got); {
			if at != int64(2*place) {
				t.Fatalf("%x: at byte %d of %q the offset is %d, want %d", src, i, got, at, 2*place)
			}
			r, n := utf8.DecodeRune(got[i:])
			switch {
			case place == len(units):
				if !odd || string(got[i:]) != "\xFF" {
					t.Fatalf("%x ends in %x", src, got[i:])
				}
			case r == utf8.RuneError && n == 1:
				n = 3
				whole, _ := utf8.DecodeRuneInString(string(utf16.Decode(units[place:])))
				if want := utf8Of(units[place]); !bytes.Equal(got[i:i+3], want) || whole != utf8.RuneError {
					t.Fatalf("%x: unit %d is %x, want %x or %q", src, place, got[i:i+3], want, whole)
				}
				if decoded, err := NewDecoder(UTF16)(nil, got[i:i+3]); err == nil {
					t.Errorf("%x decodes to %q", got[i:i+3], decoded)
				}
				place++
			default:
				want, _ := utf8.DecodeRuneInString(string(utf16.Decode(units[place:])))
				if r != want {
					t.Fatalf("%x: unit %d is %q, want %q", src, place, r, want)
				}
				place += utf16.RuneLen(r)
			}
			for _, b := range got[i : i+n] {
				at += UTF16Width(b)
			}
			i += n
		}
		if at != int64(len(src)) {
			t.Errorf("%x is %d bytes in %x, want %d", src, at, got, len(src))
		}
	})
}

// utf8Of writes half a surrogate pair as if it were a character.
func utf8Of(half uint16) []byte {
	b := utf8.AppendRune(nil, rune(half)-0xD800+0x10000)
	return []byte{0xED, 0x80 | byte(half>>6)&0x3F, b[len(b)-1]}
}

// TestUTF16Fails checks that a failing source gives what came before it failed, and its error.
func TestUTF16Fails(t *testing.T) {
	broken := errors.New("connection reset")
	src := io.MultiReader(bytes.NewReader([]byte("a\x00b\x00c")), iotest.ErrReader(broken))
	got, err := io.ReadAll(NewUTF16(src, false))
	if string(got) != "ab" || !errors.Is(err, broken) {
		t.Errorf("read %q, %v; want ab and the error", got, err)
	}
}
