package feed

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	for s, want := range map[string]string{
		"ＴＥＬ": "tel", " 雇用　形態 ": "雇用形態", "ﾊﾟｰﾄ": "パート", "カ\u3099": "ガ", "\uFEFF会社名": "会社名", "A\u200Bb": "ab", "①": "1", "": "",
		"【急募】★": "【急募】★", "〜～~": "〜~~",
	} {
		if got := fold(s); got != want {
			t.Errorf("fold(%q) = %q, want %q", s, got, want)
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
		if got, want := fold(s), foldAny(s); got != want {
			t.Errorf("fold(%q) = %q, the long way %q", s, got, want)
		}
		if got, want := trim(s), strings.TrimSpace(s); got != want {
			t.Errorf("trim(%q) = %q, want %q", s, got, want)
		}
		if got, want := string(appendJSON([]byte("{"), s)), "{"+string(encodeJSON(s)); got != want {
			t.Errorf("appendJSON(%q) = %s, encoding/json writes %s", s, got, want)
		}
		var back string
		if err := json.Unmarshal(appendJSON(nil, s), &back); err != nil || back != strings.ToValidUTF8(s, "\uFFFD") && len(back) == len(s) {
			t.Errorf("appendJSON(%q) reads back as %q, %v", s, back, err)
		}
	})
}

func TestMemo(t *testing.T) {
	m, read := memo[string]{}, 0
	get := func(cell string) string {
		return m.get(cell, func(cell string) string { read++; return cell + "!" })
	}
	long := strings.Repeat("x", memoBytes+1)
	for _, cell := range []string{"a", "a", "b", "a", long, long} {
		if got := get(cell); got != cell+"!" {
			t.Errorf("get(%.10q) = %.10q", cell, got)
		}
	}
	if read != 4 { // a, b, and the long one twice
		t.Errorf("read %d cells, want 4", read)
	}
	for i := range 3 * memoSize {
		if get(fmt.Sprint(i)); len(m) > memoSize {
			t.Fatalf("%d cells are remembered", len(m))
		}
	}
}
