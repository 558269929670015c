package reading

import (
	"strings"
	"testing"
)

func TestVariants(t *testing.T) {
	seen := map[rune]bool{}
	for v, base := range commonVariants() {
		if seen[v] || v == base {
			t.Errorf("variant %q stands twice or for itself", v)
		}
		seen[v] = true
	}
	for v, base := range commonVariants() {
		if seen[base] {
			t.Errorf("%q folds to %q, which folds on", v, base)
		}
	}
}

func TestInLetters(t *testing.T) {
	r := new(Reader)
	for _, c := range []struct{ in, want string }{
		{"エヌティティ", "NTT"},
		{"エヌテイテイ", "NTT"}, // in loose writing, as below
		{"ケーディーディーアイ", "KDDI"},
		{"ケーデーデーアイ", "KDDI"},
		{"ケデイデイアイ", "KDDI"},
		{"アイビーエム", "IBM"},
		{"ジェーアール", "JR"},
		{"ジエアル", "JR"},
		{"ジーエー", "GA"}, // which loose writing can't tell from J
		{"ワイケーケー", "YKK"},
		{"エイチアイエス", "HIS"},
		{"エッチアイエス", "HIS"},
		{"キューブイシー", "QVC"},
		{"ダブリューゼットエックス", "WZX"},
		{"エーアンドエー", "A&A"},
		{"エアンドエ", "A&A"},
		{"エードットビー", "AB"},
		{"ティーシーフォーラム", "TCフォーラム"},
		{"テイシフオラム", "TCフオラム"},
		{"エムエス建設", "MS建設"},
		{"エーアンドアカネ", ""}, // one letter
		{"アカネ", ""},
		{"エム", ""},
		{"エビス", ""}, // one kana more is another word
		{"アンドエー", ""},
		{"ドットコム", ""},
		{"エー・ビー", ""}, // neither strict nor loose
		{"NTT", ""},
		{"東京", ""},
		{"", ""},
	} {
		if got := r.inLetters(c.in); got != c.want {
			t.Errorf("inLetters(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// TestSpelledOutReadings holds the table against the readings of a registry's names in letters. Many of these are words
// (SKY), whose readings are no letters.
func TestSpelledOutReadings(t *testing.T) {
	r := new(Reader)
	read, total := 0, 0
	registry(t, func(name, kana string) {
		w := r.Registered(name)
		if len(w.Strict) != 3 || kana == "" || strings.Trim(w.Strict, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			return
		}
		total++
		if r.inLetters(r.strict(r.Clean(kana))) == w.Strict {
			read++
		}
	})
	t.Logf("%d of %d readings of three letters are read", read, total)
	if 3*read < 2*total {
		t.Errorf("%d of %d readings of three letters are read, want two of three", read, total)
	}
}
