package matcher

import "testing"

func TestKeys(t *testing.T) {
	if got, want := RegisteredKey("株式会社アカネ"), "アカネ"; got != want {
		t.Errorf("RegisteredKey = %q, want %q", got, want)
	}
	for name, want := range map[string]string{"㈱ｱｶﾈ": "アカネ", "【急募】㈱ｱｶﾈ": "アカネ", "": "", "非公開": ""} {
		if got := MentionedKey(name); got != want {
			t.Errorf("MentionedKey(%q) = %q, want %q", name, got, want)
		}
	}
}
