package index

import "unsafe"

// The only unsafe code of the index. A section is read and written as the bytes that its array has in memory, so that a file of any
// size opens without being read. All element types are of fixed size, hold no pointers and are at most 8-byte aligned, as
// sections are; TestLayout says so. The bytes are little-endian, as all machines are that nayose is built for. Texts are read where they lie, too.

// A slice header as the runtime lays it out, which reflect.SliceHeader names.
type slice struct {
	data     unsafe.Pointer
	len, cap int
}

// bytesOf are the bytes of the slice at p, whose elements have the given size.
func bytesOf(p unsafe.Pointer, element uintptr) []byte {
	s := (*slice)(p)
	return unsafe.Slice((*byte)(s.data), s.len*int(element))
}

// lay makes the slice at p the bytes b, whose length is a multiple of the element's size.
func lay(p unsafe.Pointer, element uintptr, b []byte) {
	n := len(b) / int(element)
	*(*slice)(p) = slice{unsafe.Pointer(unsafe.SliceData(b)), n, n}
}

// textOf is a text without copying it; b must not be changed.
func textOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
