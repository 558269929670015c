package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"reflect"
	"unsafe"

	"nayose"
)

// Version rises when the same companies would be written otherwise: another layout, or another reading of names and addresses.
const Version = 2

// sections are an index's arrays. Each is a section of the file, in this order.
type sections struct {
	companies   []Company
	prefectures []uint32 // by prefecture, 0 to 48: its first company
	ids         texts
	heirs       []Heir // by closed company
	spotStart   []uint32
	spots       []Spot
	otherStart  []uint32
	others      []Other
	ownNames    []uint32 // one number: how many names companies have
	ends        []uint32 // by name: where its letters end; ends[0] is 0
	letters     []uint16
	names       []uint32 // hash table of names (names.go)
	filter      []uint64
	bearerStart []uint32
	bearers     []Bearer
	letterCount []uint32 // by letter: how often names have it
	pairs       []pair
	postings    []uint32
	keyStart    []uint32
	keyTags     []uint32
	keyOwners   []uint32
	cities      texts
	regions     []uint8 // by city: its prefecture; 0 where several have a city of this name
	kinStart    []uint32
	kin         []uint32 // by city: the cities that are the same, itself among them
	towns       texts
}

// The file: magic, version, sizes of the sections in bytes, the CRC-32C of each, the CRC-32C of all that; then the sections, each
// starting at a multiple of eight. Numbers are little-endian.
const (
	magic     = "nayose index\n\x00\x00\x00"
	alignment = 8
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// each calls visit with the address of every section's slice, in the order of the file, and the size of an element.
func (s *sections) each(visit func(slice unsafe.Pointer, element uintptr)) {
	eachSlice(reflect.ValueOf(s).Elem(), visit)
}

func eachSlice(v reflect.Value, visit func(unsafe.Pointer, uintptr)) {
	for i := range v.NumField() {
		f := v.Field(i)
		if f.Kind() == reflect.Struct {
			eachSlice(f, visit)
			continue
		}
		visit(f.Addr().UnsafePointer(), f.Type().Elem().Size())
	}
}

var sectionCount = func() (n int) {
	new(sections).each(func(unsafe.Pointer, uintptr) { n++ })
	return n
}()

var headerSize = pad(len(magic) + 8 + 12*sectionCount + 4)

func pad(n int) int { return (n + alignment - 1) / alignment * alignment }

// WriteTo writes the index as Open reads it.
func (x *Index) WriteTo(w io.Writer) (int64, error) {
	head := append([]byte(magic), make([]byte, 8)...)
	binary.LittleEndian.PutUint64(head[len(magic):], Version)
	var sums []byte
	var parts [][]byte
	x.each(func(slice unsafe.Pointer, element uintptr) {
		b := bytesOf(slice, element)
		head = binary.LittleEndian.AppendUint64(head, uint64(len(b)))
		sums = binary.LittleEndian.AppendUint32(sums, crc32.Checksum(b, castagnoli))
		parts = append(parts, b)
	})
	head = append(head, sums...)
	head = binary.LittleEndian.AppendUint32(head, crc32.Checksum(head, castagnoli))
	written := int64(0)
	for _, part := range append([][]byte{head}, parts...) {
		n, err := w.Write(part)
		written += int64(n)
		if err == nil {
			n, err = w.Write(make([]byte, pad(len(part))-len(part)))
			written += int64(n)
		}
		if err != nil {
			return written, fmt.Errorf("write index: %w", err)
		}
	}
	return written, nil
}

// Size is the length of the index's file in bytes.
func (x *Index) Size() int64 {
	n := int64(headerSize)
	x.each(func(slice unsafe.Pointer, element uintptr) { n += int64(pad(len(bytesOf(slice, element)))) })
	return n
}

// Open maps an index's file into memory; the file may be closed, or be without a name. It reads no more than the header: whether
// the rest is whole, Check says. A file that is no index, of another version, cut short or too long is an error of
// kind nayose.Integrity. The index must be closed.
func Open(f *os.File) (*Index, error) {
	b, err := mapFile(f)
	if err != nil {
		return nil, fmt.Errorf("open index %s: %w", f.Name(), err)
	}
	x, err := read(b)
	if err != nil {
		return nil, errors.Join(damaged(fmt.Errorf("open index %s: %w", f.Name(), err)), unmap(b))
	}
	x.mapped = b
	return x, nil
}

// Close gives the memory of an opened index back; nothing of it may be used afterwards.
func (x *Index) Close() error {
	b := x.mapped
	x.mapped, x.sections = nil, sections{}
	return unmap(b)
}

func damaged(err error) error {
	return nayose.Fault(nayose.Integrity, err, "run nayose run: what another version wrote is made anew; what is damaged only once the master's snapshot is moved away")
}

// read lays the sections over the bytes of a file.
func read(b []byte) (*Index, error) {
	head, err := header(b)
	if err != nil {
		return nil, err
	}
	x, at := &Index{}, headerSize
	x.each(func(slice unsafe.Pointer, element uintptr) {
		size := binary.LittleEndian.Uint64(head)
		head = head[8:]
		switch {
		case err != nil:
		case size > uint64(len(b)-at) || size%uint64(element) != 0:
			err = fmt.Errorf("it is cut short: a section of %d bytes stands at %d of %d", size, at, len(b))
		default:
			lay(slice, element, b[at:at+int(size)])
			at = min(pad(at+int(size)), len(b))
		}
	})
	if err == nil && at != len(b) {
		err = fmt.Errorf("it is %d bytes longer than its sections", len(b)-at)
	}
	return x, err
}

// header checks the header, and is what follows the version in it.
func header(b []byte) ([]byte, error) {
	switch {
	case !bytes.HasPrefix(b, []byte(magic)):
		return nil, errors.New("it is no index")
	case len(b) < headerSize:
		return nil, errors.New("it is cut short in its header")
	}
	if v := binary.LittleEndian.Uint64(b[len(magic):]); v != Version {
		return nil, fmt.Errorf("it has version %d, this nayose reads %d", v, Version)
	}
	end := len(magic) + 8 + 12*sectionCount
	if crc32.Checksum(b[:end], castagnoli) != binary.LittleEndian.Uint32(b[end:]) {
		return nil, errors.New("its header is damaged")
	}
	return b[len(magic)+8 : end], nil
}
