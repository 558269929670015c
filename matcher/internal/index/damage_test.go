package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"nayose"
)

const (
	sizesAt = len(magic) + 8
	sumsAt  = len(magic) + 8 // behind the sizes of as many sections
)

// parts are the sections of a file.
func parts(b []byte) (all [][]byte) {
	at := headerSize
	for i := range sectionCount {
		size := int(binary.LittleEndian.Uint64(b[sizesAt+8*i:]))
		all = append(all, b[at:at+size:at+size])
		at += pad(size)
	}
	return all
}

// joined is a file of these sections whose checksums are right.
func joined(sections [][]byte) []byte {
	b := binary.LittleEndian.AppendUint64([]byte(magic), Version)
	for _, s := range sections {
		b = binary.LittleEndian.AppendUint64(b, uint64(len(s)))
	}
	for _, s := range sections {
		b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(s, castagnoli))
	}
	b = append(sealed(b), make([]byte, headerSize-len(b)-4)...)
	for _, s := range sections {
		b = append(append(b, s...), make([]byte, pad(len(s))-len(s))...)
	}
	return b
}

func sealed(head []byte) []byte {
	return binary.LittleEndian.AppendUint32(head, crc32.Checksum(head, castagnoli))
}

// load opens a file's bytes and checks them.
func load(b []byte) (*Index, error) {
	x, err := read(b)
	if err != nil {
		return nil, err
	}
	x.mapped = b
	return x, x.Check()
}

// refused reports an error that tells the user what to do.
func refused(err error) bool {
	var fault *nayose.Error
	return errors.As(err, &fault) && fault.Kind == nayose.Integrity && fault.Hint != ""
}

func TestOpenRefuses(t *testing.T) {
	b := file(t, build(t, sampleOf(12), shops(sampleOf(12))...))
	if sections := parts(b); !bytes.Equal(joined(sections), b) {
		t.Fatal("the file is not laid out as this test believes")
	}
	files := map[string][]byte{
		"an empty one": nil, "a foreign one": []byte("PK\x03\x04" + strings.Repeat("foreign", 1000)), "the magic alone": []byte(magic),
		"zeros": make([]byte, len(b)), "another version": otherVersion(b), "one byte longer": append(slices.Clone(b), 0),
		"eight bytes longer": append(slices.Clone(b), make([]byte, 8)...), "two of them": append(slices.Clone(b), b...),
		"without its header": b[headerSize:], "the header alone": b[:headerSize], "a byte less": b[:len(b)-1],
	}
	at := headerSize
	for i, s := range parts(b) {
		for _, end := range []int{at, at + 1, at + pad(len(s)) - 1} {
			if end < len(b) {
				files[fmt.Sprintf("one that ends at byte %d, in section %d", end, i)] = b[:end]
			}
		}
		at += pad(len(s))
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		end := random.IntN(len(b))
		files[fmt.Sprintf("one that ends at byte %d", end)] = b[:end]
	}
	for i := range sumsAt + 12*sectionCount + 4 {
		flipped := slices.Clone(b)
		flipped[i] ^= 1 << random.IntN(8)
		files[fmt.Sprintf("one with byte %d changed", i)] = flipped
	}
	path := filepath.Join(t.TempDir(), "index")
	for about, content := range files {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		x, err := openPath(path)
		if !refused(err) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s opens with %v", about, err)
		}
		if x != nil {
			t.Errorf("%s is opened", about)
		}
	}
	if _, err := openPath(path + "?"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := openPath(t.TempDir()); err == nil {
		t.Error("a directory is opened")
	}
}

// otherVersion is a file of another version, whole in itself.
func otherVersion(b []byte) []byte {
	b = slices.Clone(b)
	binary.LittleEndian.PutUint64(b[len(magic):], Version+1)
	end := sumsAt + 12*sectionCount
	copy(b[end:], sealed(b[:end:end])[end:])
	return b
}

// TestSizes has a header whose sizes are not those of the sections, but whose checksum is right.
func TestSizes(t *testing.T) {
	b := file(t, build(t, sampleOf(12), shops(sampleOf(12))...))
	end := sumsAt + 12*sectionCount
	for i := range sectionCount {
		old := binary.LittleEndian.Uint64(b[sizesAt+8*i:])
		for _, size := range []uint64{old + 8, old + 1, old - 8, 0, uint64(len(b)), 1 << 31, 1 << 32, 1 << 62, 1 << 63, math.MaxUint64, math.MaxUint64 - 7} {
			if size == old {
				continue
			}
			changed := slices.Clone(b)
			binary.LittleEndian.PutUint64(changed[sizesAt+8*i:], size)
			copy(changed[end:], sealed(changed[:end:end])[end:])
			if _, err := load(changed); err == nil {
				t.Errorf("section %d of %d bytes is read as if it had %d", i, old, size)
			}
		}
	}
}

// TestCheckFindsEveryBit flips bits of every section.
func TestCheckFindsEveryBit(t *testing.T) {
	b := file(t, build(t, sample(), shops(sample())...))
	random := rand.New(rand.NewPCG(3, 4))
	at := headerSize
	for i, s := range parts(b) {
		for n := range 60 {
			bit := random.IntN(8 * len(s))
			switch n {
			case 0:
				bit = 0
			case 1:
				bit = 8*len(s) - 1
			}
			b[at+bit/8] ^= 1 << (bit % 8)
			if _, err := load(b); !refused(err) || !strings.Contains(err.Error(), fmt.Sprintf("section %d ", i+1)) {
				t.Errorf("with bit %d of section %d flipped: %v", bit, i+1, err)
			}
			b[at+bit/8] ^= 1 << (bit % 8)
		}
		at += pad(len(s))
	}
	if _, err := load(b); err != nil {
		t.Errorf("with every bit as it was: %v", err)
	}
}

// use does with an index what matching does; it panics where the index leads out of itself.
func use(x *Index) {
	search, letters := NewSearch(x), AppendLetters(nil, "アイウ工業𠮷アイ工イ業")
	for name := range uint32(x.Names() + 1) {
		letters := x.Letters(name)
		x.Find(letters, HashName(letters))
		x.FindAny(letters, HashName(letters))
		x.AppendBits(nil, letters)
		x.Expected(letters)
		search.Like(letters, 3)
		for _, b := range slices.Concat(x.Bearers(name), x.Workplaces(name)) {
			x.Company(b.Company())
			_ = [roleCount]int{}[b.Role()]
			x.Visits(b.Company(), 1<<13)
			Among(x.Workplaces(name), b.Company())
		}
		x.In(uint8(name%prefectureCount), x.Bearers(name))
	}
	search.Like(letters, 3)
	for c := range uint32(x.Len()) {
		x.HasID(c, x.ID(c))
		if heir, ok := x.Heir(c); ok {
			x.Company(heir)
		}
		for _, kind := range []Kind{ByID, ByKana, ByPhone, ByDomain} {
			x.Owners(NewKey(kind, x.ID(c)))
		}
		for _, o := range x.Others(c) {
			x.Letters(o.Name)
		}
		for _, s := range spotsOf(x, c) {
			for _, owner := range slices.Concat(x.Owners(s.Key(ByPlace)), x.Owners(s.Key(ByTown))) {
				x.Company(owner)
			}
			_ = [prefectureCount]int{}[s.Pref]
			x.Town(x.TownName(s.Town))
		}
	}
	x.Town("no town")
	for city := range uint32(x.Cities() + 1) {
		_ = [prefectureCount]int{}[x.Region(city)]
		for _, k := range x.Kin(x.City(x.CityName(city))) {
			x.CityName(k)
		}
	}
}

// forge changes one section of a file: bytes of it are written over, and it is made longer or shorter by some bytes.
func forge(b []byte, section, at int, change []byte, grow int) []byte {
	sections := parts(b)
	i := section % len(sections)
	s := slices.Clone(sections[i])
	if len(s) > 0 {
		copy(s[at%len(s):], change)
	}
	s = append(s[:max(0, len(s)+min(grow, 0))], make([]byte, max(grow, 0))...)
	sections[i] = s
	return joined(sections)
}

// TestForged has files whose checksums are right and whose content is not: either Check finds it, or the index can be used.
func TestForged(t *testing.T) {
	b := file(t, build(t, sampleOf(10), shops(sampleOf(10))...))
	random := rand.New(rand.NewPCG(5, 6))
	found := make([]int, sectionCount)
	const each = 120
	for i := range sectionCount {
		for range each {
			change := make([]byte, 1+random.IntN(8))
			for i := range change {
				change[i] = []byte{0, 0xff, byte(random.Uint32())}[random.IntN(3)]
			}
			grow := 0
			if random.IntN(4) == 0 {
				grow = 8 * (random.IntN(9) - 4)
			}
			at := random.IntN(len(b)) &^ 3
			if x, err := load(forge(b, i, at, change, grow)); err == nil {
				use(x)
			} else {
				found[i]++
			}
		}
	}
	t.Logf("of %d changes each, Check found by section %v", each, found)
}

func FuzzCheck(f *testing.F) {
	b := file(f, build(f, sampleOf(10), shops(sampleOf(10))...))
	for i := range sectionCount {
		f.Add(uint8(i), uint32(0), []byte{0xff, 0xff, 0xff, 0xff}, int8(0))
		f.Add(uint8(i), uint32(4), []byte{0}, int8(8))
		f.Add(uint8(i), uint32(0), []byte{}, int8(-128))
	}
	f.Fuzz(func(t *testing.T, section uint8, at uint32, change []byte, grow int8) {
		x, err := load(forge(b, int(section), int(at), change, int(grow)))
		if err == nil {
			use(x)
		}
	})
}

func FuzzOpen(f *testing.F) {
	b := file(f, build(f, nil))
	f.Add(b[:headerSize])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		b = slices.Clip(bytes.Clone(b)) // of its own, aligned
		if len(b) == 0 || uintptr(unsafe.Pointer(&b[0]))%alignment != 0 {
			return
		}
		if end := sumsAt + 12*sectionCount; len(b) >= headerSize {
			copy(b, magic)
			binary.LittleEndian.PutUint64(b[len(magic):], Version)
			copy(b[end:], sealed(bytes.Clone(b[:end]))[end:])
		}
		if x, err := load(b); err == nil {
			use(x)
		}
	})
}
