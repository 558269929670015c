package feed

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"
)

// sjis is text in CP932.
func sjis(t testing.TB, text string) string {
	t.Helper()
	s, err := japanese.ShiftJIS.NewEncoder().String(text)
	if err != nil {
		t.Fatalf("%q in CP932: %v", text, err)
	}
	return s
}

// quoteCell writes a cell as CSV.
func quoteCell(content string, comma byte, quoted bool) string {
	if quoted || strings.ContainsAny(content, "\"\r\n"+string(comma)) {
		return `"` + strings.ReplaceAll(content, `"`, `""`) + `"`
	}
	return content
}

const (
	maxRaw    = 4 << 10 // what a reject shows of a record
	maxRecord = 1 << 20 // how long a record may be
)
