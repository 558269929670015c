package matcher

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"㈱ﾄﾖﾀ自動車【本社】", "(株)トヨタ自動車(本社)"},
		{"㍿アカネ ㊑アカネ ㈲アカネ", "株式会社アカネ (株)アカネ (有)アカネ"},
		{"髙島屋　ｽ-ﾊﾟ-", "高島屋 スーパー"},
		{"渡邉濵﨑　齋藤", "渡辺浜崎 斉藤"},
		{"𠮷野家", "吉野家"},
		{"辻\U000E0100本", "辻本"}, // an ideographic variation selector
		{"ＮＴＴデ－タ", "NTTデータ"},
		{"サ一ビス 第一サービス", "サービス 第一サービス"}, // the kanji one among katakana
		{"１－２‐３−４", "1-2-3-4"},
		{"Ａ～Ｂ〜Ｃ", "A~B~C"},
		{"  a \t\r\n b  ", "A B"},
		{"が\u3099 か\u3099", "が が"}, // a voicing mark of its own, or none's
		{"\x00ア\xffカ\xfeネ", "アカネ"},
		{"★急募★", "★急募★"},
		{"", ""},
	} {
		if got := clean(c.in); got != c.want {
			t.Errorf("clean(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestStrictAndLoose(t *testing.T) {
	for _, c := range []struct{ in, strict, loose string }{
		{"エヌ・ティ・ティ", "エヌティティ", "エヌテイテイ"},
		{"キヤノン", "キヤノン", "キヤノン"},
		{"キャノン", "キャノン", "キヤノン"},
		{"佐々木 & CO.", "佐佐木&CO", "佐佐木CO"},
		{"さーていわん", "さーていわん", "サテイワン"},
		{"サーティワン", "サーティワン", "サテイワン"},
		{"ヴィーナス", "ヴィーナス", "ビナス"},
		{"ヱビス", "ヱビス", "エビス"},
		{"富士フイルム", "富士フイルム", "富士フイルム"},
		{"三つ葉ヶ丘", "三つ葉ヶ丘", "三ツ葉ケ丘"},
		{"★!?", "", ""},
		{"ー", "ー", "ー"}, // nothing but what loose drops stays
	} {
		s := strict(c.in)
		if l := loose(s); s != c.strict || l != c.loose {
			t.Errorf("strict, loose(%q) = %q, %q, want %q, %q", c.in, s, l, c.strict, c.loose)
		}
	}
}

// writing draws text as a partner's file may hold it.
func writing() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.OneOf(
			rapid.SampledFrom(strings.Fields("株式会社 (株) ㈱ 有限会社 医療法人社団 ｱｶﾈ アカネ さくら ヴ 一 ー - － 々 髙 國 ・ & 【 】 （ ） ★ 支店 １ 丁目 ﾞ ゛ ㊑")),
			rapid.Just(" "), rapid.Just("　"), rapid.String(),
		), 0, 12).Draw(t, "parts"), "")
	})
}

func TestWritingIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkWriting(t, writing().Draw(t, "text")) })
}

func FuzzWriting(f *testing.F) {
	for _, s := range []string{"㈱ﾄﾖﾀ", "ヴァ", "か\u3099", "\xff\xfe", "﷽﷽", "각", "ᄀ\u200dᅡᆨ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkWriting(t, s) })
}

type failer interface {
	Fatalf(format string, args ...any)
}

// checkWriting checks that each writing is a fixed point of itself, bounded, and valid.
func checkWriting(t failer, s string) {
	c := clean(s)
	if again := clean(c); again != c {
		t.Fatalf("clean(%q) = %q, and cleaned again %q", s, c, again)
	}
	if len(c) > maxText || !utf8.ValidString(c) {
		t.Fatalf("clean(%q) = %q: %d bytes", s, c, len(c))
	}
	st := strict(c)
	if again := strict(st); again != st {
		t.Fatalf("strict(%q) = %q, and again %q", c, st, again)
	}
	l := loose(st)
	if again := loose(l); again != l || (l == "") != (st == "") {
		t.Fatalf("loose(%q) = %q, and again %q", st, l, again)
	}
}

// TestCleanAlone holds the table of characters that are folded without NFKC against NFKC itself.
func TestCleanAlone(t *testing.T) {
	for r := range rune(foldEnd) {
		if got := foldTable()[r]; got != notAlone && utf8.ValidRune(r) {
			viaNFKC, _ := utf8.DecodeRuneInString(norm.NFKC.String(string(r)))
			if want := foldTable()[viaNFKC]; got != want {
				t.Errorf("fold(%q) = %q, but fold of its NFKC %q is %q", r, got, viaNFKC, want)
			}
		}
	}
}

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
