package feed

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// appendJSON appends s as a JSON string, as encoding/json writes it but without the escapes that only HTML needs. Text that
// needs other escapes than the usual five is left to encoding/json.
func appendJSON(dst []byte, s string) []byte {
	start := len(dst)
	dst = append(dst, '"')
	from := 0
	for i := range len(s) {
		if !special[s[i]] {
			continue
		}
		var escaped string
		switch s[i] {
		case '"':
			escaped = `\"`
		case '\\':
			escaped = `\\`
		case '\n':
			escaped = `\n`
		case '\r':
			escaped = `\r`
		case '\t':
			escaped = `\t`
		case 0xE2: // the line separators of Unicode start with it, which JavaScript does not like in strings
			if !strings.HasPrefix(s[i:], "\u2028") && !strings.HasPrefix(s[i:], "\u2029") {
				continue
			}
			return append(dst[:start], encodeJSON(s)...)
		default:
			return append(dst[:start], encodeJSON(s)...)
		}
		dst = append(dst, s[from:i]...)
		dst = append(dst, escaped...)
		from = i + 1
	}
	if !utf8.ValidString(s) {
		return append(dst[:start], encodeJSON(s)...)
	}
	dst = append(dst, s[from:]...)
	return append(dst, '"')
}

// special are the bytes that may not stand for themselves in JSON.
var special = func() (table [256]bool) {
	for c := range ' ' {
		table[c] = true
	}
	table['"'], table['\\'], table[0xE2] = true, true, true
	return table
}()

// encodeJSON is what appendJSON appends, of any text.
func encodeJSON(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
