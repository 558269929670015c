package feed

import (
	"encoding/json"
	"strings"
	"testing"
)

// FuzzJSON checks the short way to write a JSON string against encoding/json.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{"求人", "a\"\\\n\t\x01\u2028", "\xE3\x80", "…★〜", "x\u2028y", "\u2029"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := string(appendJSON([]byte("{"), s)), "{"+string(encodeJSON(s)); got != want {
			t.Errorf("appendJSON(%q) = %s, encoding/json writes %s", s, got, want)
		}
		var back string
		if err := json.Unmarshal(appendJSON(nil, s), &back); err != nil || back != strings.ToValidUTF8(s, "\uFFFD") && len(back) == len(s) {
			t.Errorf("appendJSON(%q) reads back as %q, %v", s, back, err)
		}
	})
}
