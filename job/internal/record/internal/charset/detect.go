package charset

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"

	"nayose"
)

// Found is what a file's first bytes tell.
type Found struct {
	Encoding  string
	BigEndian bool // of UTF-16
	Mark      int  // bytes of the byte order mark, 0 where there is none
}

// Detect finds the encoding of a file by its first bytes. whole says that they are the whole file; else they may end in the middle
// of a character.
//
// A mark tells; so do the zero bytes of UTF-16. Otherwise each line that is not ASCII votes for the encoding in which it reads
// most like Japanese, so that a few damaged lines change nothing. Where the lines leave it open (all ASCII), it is the declared
// encoding, or utf-8 where none (empty) is declared. The error is of kind Contract where the bytes disprove the declared encoding,
// or are no text in any that is read here.
func Detect(sample []byte, whole bool, declared string) (found Found, err error) {
	if what := unreadable(sample); what != "" {
		return Found{}, nayose.Fault(nayose.Contract, errors.New("this is "+what), "have the partner deliver CSV in utf-8 or cp932")
	}
	isWide, big := wide(sample)
	switch {
	case bytes.HasPrefix(sample, []byte("\uFEFF")):
		found = Found{Encoding: UTF8, Mark: 3}
	case bytes.HasPrefix(sample, []byte{0xFF, 0xFE}), bytes.HasPrefix(sample, []byte{0xFE, 0xFF}):
		found = Found{UTF16, sample[0] == 0xFE, 2}
	case isWide:
		found = Found{Encoding: UTF16, BigEndian: big}
	case declared == UTF16 && len(sample) > 0:
		return Found{}, disproved(declared, "text of one byte a letter")
	default:
		found.Encoding, err = elect(sample, whole, declared)
	}
	switch {
	case err != nil:
		return Found{}, err
	case found.Encoding == "" && declared == "":
		found.Encoding = UTF8
	case found.Encoding == "":
		found.Encoding = declared
	case declared != "" && declared != found.Encoding:
		return Found{}, disproved(declared, found.Encoding)
	}
	return found, nil
}

func disproved(declared, found string) error {
	return nayose.Fault(nayose.Contract, fmt.Errorf("declared %s, but this looks like %s", declared, found),
		"correct the mapping's encoding, or have the partner deliver as before")
}

const notText = "no text in an encoding that is read here (utf-8, cp932, euc-jp, utf-16)"

// unreadable says what a file is that is surely no text, or text in an encoding whose records cannot be told apart by their bytes.
// It is empty for others.
func unreadable(sample []byte) string {
	for _, escape := range []string{"\x1B$B", "\x1B$@", "\x1B(J"} {
		if bytes.Contains(sample, []byte(escape)) {
			return "iso-2022-jp, " + notText
		}
	}
	for _, start := range []struct{ magic, name string }{
		{"%PDF-", "PDF"}, {"\xFF\xFE\x00\x00", "utf-32"}, {"\x00\x00\xFE\xFF", "utf-32"},
	} {
		if bytes.HasPrefix(sample, []byte(start.magic)) {
			return start.name + ", " + notText
		}
	}
	return ""
}

// wide tells whether this is UTF-16 without a mark, and which: it has line ends when it is read the right way round, and one
// character in 32 is ASCII (commas, digits). Zeros on one side would not tell, because 一 (4E00) and the wide space (3000) have
// theirs on the other.
func wide(sample []byte) (is, bigEndian bool) {
	l, lineEnds := asciiUnits(sample, binary.LittleEndian)
	b, reversed := asciiUnits(sample, binary.BigEndian)
	least := max(4, len(sample)/64)
	if reversed > lineEnds {
		return b >= least, true
	}
	return lineEnds > 0 && l >= least, false
}

// asciiUnits counts the units of 16 bits that are ASCII, less those that stand in no text, and the line ends among them.
func asciiUnits(sample []byte, order binary.ByteOrder) (ascii, lineEnds int) {
	for i := 0; i+1 < len(sample); i += 2 {
		switch c := order.Uint16(sample[i:]); {
		case c == '\r' || c == '\n':
			lineEnds++
			ascii++
		case c >= ' ' && c < 0x7F || c == '\t':
			ascii++
		case c < ' ' || c >= 0xFFFE:
			ascii -= 2
		}
	}
	return ascii, lineEnds
}

// elect counts the votes of the lines. The answer is empty where none has anything to say; of equals, the declared one wins.
func elect(sample []byte, whole bool, declared string) (string, error) {
	votes := map[string]int{}
	all, lines, unread, control, size := 0, 0, 0, 0, len(sample)
	for len(sample) > 0 {
		n := bytes.IndexAny(sample, "\r\n")
		cut := n < 0 && !whole
		if n < 0 {
			n = len(sample) - 1
		}
		line := sample[:n+1]
		sample = sample[n+1:]
		control += controls(line)
		if len(line) > 1 {
			all++
		}
		if bytes.IndexFunc(line, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
			continue
		}
		names, readable := ballot(line, cut, declared != "")
		for _, name := range names {
			votes[name]++
		}
		lines++
		if !readable && bytes.IndexByte(line, 0xFF) < 0 { // FF is in no text, so that this is damage, and no other encoding
			unread++
		}
	}
	if foreign := 2*unread > lines && 10*unread > all; foreign || control > 8+size/16 {
		return "", nayose.Fault(nayose.Contract, errors.New("this is "+notText), "have the partner deliver CSV in utf-8 or cp932")
	}
	best := ""
	for _, name := range []string{declared, UTF8, CP932, EUCJP} {
		if votes[name] > votes[best] {
			best = name
		}
	}
	return best, nil
}

// controls counts the bytes of a line that stand in no text, but for those that people take for delimiters.
func controls(line []byte) (n int) {
	for _, b := range line {
		if b == 0 || b > 1 && b < '\t' || b > '\r' && b < 0x1A {
			n++
		}
	}
	return n
}

// ballot names the encodings in which a line reads most like Japanese: those in which it decodes and the largest share of its
// characters are usual ones. That tells EUC from CP932, too: kana and everyday kanji of the one are a jumble of half-width katakana and rare
// kanji in the other, if anything, because CP932 has a byte from 81 to 9F in nearly every character and EUC in none.
//
// A line that decodes but has no usual character names nothing, and counts as readable only where somebody said what it is, or
// where it is UTF-8: French in Latin-1 decodes as CP932, to one rare kanji an accent.
func ballot(line []byte, cut, declared bool) (names []string, readable bool) {
	if LooksUTF8(line) {
		return []string{UTF8}, true
	}
	readings := []reading{
		read(line, cut, func(src []byte) (rune, int) {
			if r, n := utf8.DecodeRune(src); r != utf8.RuneError || n > 1 {
				return r, n
			}
			return 0, 0
		}),
		read(line, cut, cp932().nextOrOwn), read(line, cut, eucJP().nextOrOwn),
	}
	if latin := readings[0]; latin.decodes && !latin.long {
		return nil, true // ñ in UTF-8, or ﾃｱ in CP932
	}
	best := reading{all: 1}
	for i, name := range []string{UTF8, CP932, EUCJP} {
		switch r := readings[i]; {
		case !r.decodes:
		case r.usual*best.all > best.usual*r.all:
			best, names = r, []string{name}
		case r.usual > 0 && r.usual*best.all == best.usual*r.all:
			names = append(names, name)
		}
		readable = readable || readings[i].decodes && (declared || name == UTF8)
	}
	if readings[0].long && !slices.Contains(names, UTF8) { // A社: by chance it may be CP932 as well, so it votes for both
		names = append(names, UTF8)
	}
	return names, readable || len(names) > 0
}

// reading is how a line reads in an encoding.
type reading struct {
	decodes    bool
	all, usual int  // characters that are not ASCII, and those of them that Japanese is mostly written in
	long       bool // one is beyond U+07FF
}

// read reads a line by a function that gives its first character and that one's size, 0 if there is none. A line that is cut may
// end in the middle of a character.
func read(line []byte, cut bool, next func([]byte) (rune, int)) (r reading) {
	text := make([]rune, 0, len(line))
	for len(line) > 0 {
		c, n := next(line)
		if n == 0 && cut && len(line) < utf8.UTFMax {
			break
		}
		if n == 0 {
			return reading{}
		}
		text, line = append(text, c), line[n:]
	}
	r.decodes = true
	for i, c := range text {
		if c < utf8.RuneSelf {
			continue
		}
		var before, after rune
		if i > 0 {
			before = text[i-1]
		}
		if i+1 < len(text) {
			after = text[i+1]
		}
		r.all++
		r.long = r.long || c > 0x7FF
		if isUsual(before, c, after) {
			r.usual++
		}
	}
	return r
}

// isUsual tells whether Japanese is mostly written in characters such as c, and c is not out of place: alone in a word of Latin letters,
// or half-width katakana as no word has it.
func isUsual(before, c, after rune) bool {
	const first, last, long, voiced, half = 'ｦ', 'ﾟ', 'ｰ', 'ﾞ', 'ﾟ'
	kana := func(r rune) bool { return r > first && r <= last }
	if before < utf8.RuneSelf && after < utf8.RuneSelf && (isLetter(before) || isLetter(after)) {
		return false
	}
	switch {
	case c == half:
		return before >= 'ﾊ' && before <= 'ﾎ'
	case c == voiced:
		return before >= 'ｶ' && before <= 'ﾄ' || before >= 'ﾊ' && before <= 'ﾎ' || before == 'ｳ'
	case c == long || c > first && c < long: // small letters and the long mark continue a word
		return kana(before)
	case kana(c):
		return true
	}
	return c <= 0xFFFF && usual()[c>>6]&(1<<(c&63)) != 0
}

func isLetter(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' }

// usual is the set of the characters that Japanese is mostly written in: the first half of JIS X 0208 (rows 1 to 47), which has
// punctuation, wide letters, kana, and the everyday kanji.
var usual = sync.OnceValue(func() *[1 << 10]uint64 {
	set := new([1 << 10]uint64)
	for row := 1; row <= 47; row++ {
		for cell := 1; cell <= 94; cell++ {
			c := eucJP().pairs[(0xA0+row)<<8|0xA0+cell]
			set[c>>6] |= 1 << (c & 63)
		}
	}
	return set
})
