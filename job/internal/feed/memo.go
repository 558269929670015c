package feed

import "strings"

// memo remembers what was made of short cells that come again and again, such as words for an occupation. It never holds more
// than memoSize of them.
type memo[V any] map[string]V

const (
	memoSize  = 1024
	memoBytes = 128 // of a cell that is remembered
)

func (m memo[V]) keep(cell string, value V) {
	if len(cell) > memoBytes {
		return
	}
	if len(m) >= memoSize {
		clear(m)
	}
	m[strings.Clone(cell)] = value // the cell's record is not kept
}

func (m memo[V]) get(cell string, read func(string) V) V {
	if known, ok := m[cell]; ok {
		return known
	}
	value := read(cell)
	m.keep(cell, value)
	return value
}
