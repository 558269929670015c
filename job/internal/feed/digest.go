package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"nayose/job/internal/feed/internal/cell"
)

// Digest names what the mapping means: the SHA-256, in hexadecimal, of its canonical form. Order (but of date formats and of
// joined columns), width, spaces and defaults that are written out do not change it.
func (m *Mapping) Digest() string {
	columns := map[string]any{}
	for key, source := range m.Columns {
		columns[key] = source.canonical()
	}
	constants := map[string]string{}
	for key, value := range m.Constants {
		constants[key] = cell.Trim(value)
	}
	scale := map[string]int64{}
	for key, value := range m.Scale {
		if scale[key] = cell.Scale(value); scale[key] == 1 {
			delete(scale, key)
		}
	}
	var deletions any // nil: the built-in words
	if m.Deletions != nil {
		deletions = m.Deletions.folded()
	}
	b, err := json.Marshal([]any{
		m.encoding(), m.delimiter(), m.quote(), m.Escape, m.BareQuotes, m.Sheets.folded(), m.SkipRows, m.Delta(), m.lastWins(), deletions,
		columns, constants, scale, foldKeys(m.EmploymentTypes), foldKeys(m.Occupations),
		append([]string{}, m.DateFormats...), m.Ignore.folded(),
	})
	if err != nil {
		panic(err) // these are plain strings and numbers
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// foldKeys are words with their meaning as they are looked up.
func foldKeys(words map[string]string) map[string]string {
	folded := map[string]string{}
	for word, kind := range words {
		folded[cell.FoldWord(word)] = kind
	}
	return folded
}
