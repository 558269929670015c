package cell

import (
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	for s, want := range map[string]string{
		"ＴＥＬ": "tel", " 雇用　形態 ": "雇用形態", "ﾊﾟｰﾄ": "パート", "カ\u3099": "ガ", "\uFEFF会社名": "会社名", "A\u200Bb": "ab", "①": "1", "": "",
		"【急募】★": "【急募】★", "〜～~": "〜~~",
	} {
		if got := Fold(s); got != want {
			t.Errorf("Fold(%q) = %q, want %q", s, got, want)
		}
	}
}

// FuzzText checks the short ways with text against the long ones.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"ＴＥＬ　雇用 形態", "カ\u3099ｶﾞ", "\u3000x\u00A0", "\u2003表", "a\"\\\n\t\x01\u2028", "\xE3\x80", "…★〜", "　", "x\u3000", "\uFEFF1\u00A0", "\u0085", "x\u2028y", "\u2029",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := Fold(s), foldAny(s); got != want {
			t.Errorf("Fold(%q) = %q, the long way %q", s, got, want)
		}
		if got, want := Trim(s), strings.TrimSpace(s); got != want {
			t.Errorf("Trim(%q) = %q, want %q", s, got, want)
		}
	})
}
