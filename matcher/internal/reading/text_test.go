package reading

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
	r := new(Reader)
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
		{"ウ゛ィレッジ カ゛ハ゜ カﾞ", "ヴィレッジ ガパ ガ"}, // voicing marks that stand apart
		{"㏍アカネ", "(株)アカネ"},
		{"🈵アカネ👨\u200d👩\u200d👧☆", "アカネ👨👩👧☆"}, // emoji are no letters
		{"", ""},
	} {
		if got := r.Clean(c.in); got != c.want {
			t.Errorf("Clean(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestStrictAndLoose(t *testing.T) {
	r := new(Reader)
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
		{"いすゞ", "いすゞ", "イスズ"},
		{"第一三共", "第一三共", "第1三共"},
		{"第二十", "第二十", "第二十"}, // a numeral of two
		{"ゞ", "ゞ", "ゞ"},
	} {
		s := r.strict(c.in)
		if l := r.loose(s); s != c.strict || l != c.loose {
			t.Errorf("strict, loose(%q) = %q, %q, want %q, %q", c.in, s, l, c.strict, c.loose)
		}
	}
}

// TestOneKey holds, class by class, what is read as one name and what is not.
func TestOneKey(t *testing.T) {
	r := new(Reader)
	for _, c := range []struct {
		class string
		same  bool
		names string
	}{
		{"width", true, "ＮＴＴ NTT ntt Ｎｔｔ"},
		{"width", true, "アカネ ｱｶﾈ"},
		{"width", true, "ガーデンパーク ｶﾞｰﾃﾞﾝﾊﾟｰｸ"},
		{"width", true, "エリア123 エリア１２３"},
		{"compatibility", true, "アカネⅡ アカネII"},
		{"compatibility", true, "No.1 №1"},

		{"variant characters", true, "高橋 髙橋 髙𣘺 高槗"},
		{"variant characters", true, "山崎 山﨑 山嵜 山㟢"},
		{"variant characters", true, "斉藤 齊藤 齋藤 斎藤"},
		{"variant characters", true, "渡辺 渡邊 渡邉"},
		{"variant characters", true, "浜田 濱田 濵田"},
		{"variant characters", true, "沢国 澤國"},
		{"variant characters", true, "証蔵 證藏"},
		{"variant characters", true, "総静 綜靜"},
		{"variant characters", true, "恵昇 惠曻"},
		{"variant characters", true, "吉野家 𠮷野家"},
		{"variant characters", true, "島田 嶋田 嶌田"},
		{"variant characters", true, "商事 商亊"},
		{"variant characters", true, "葛城 葛\U000E0100城"},
		{"other characters", false, "藤本 東本"},
		{"other characters", false, "山崎 山碕 山埼"},
		{"other characters", false, "阿部 安部 安倍 阿倍"},

		{"kana size", true, "キヤノン キャノン"},
		{"kana size", true, "キユーピー キューピー"},
		{"kana size", true, "シヤチハタ シャチハタ"},
		{"kana size", true, "富士フイルム 富士フィルム"},
		{"kana size", true, "三和シヤッター 三和シャッター"},
		{"kana size", true, "霞ヶ関 霞ケ関"},
		{"kana", true, "さくら サクラ ｻｸﾗ"},
		{"old kana", true, "ヱビス エビス ゑびす えびす"},
		{"old kana", true, "ニッカウヰスキー ニッカウイスキー"},
		{"old kana", true, "みさを みさお ミサオ"},
		{"iteration", true, "いすゞ いすず イスズ イスヾ"},
		{"iteration", true, "こゝろ こころ"},
		{"iteration", true, "かゞみ かがみ"},
		{"iteration", true, "佐々木 佐佐木"},

		{"voicing", true, "ヴィレッジ ビレッジ ウ゛ィレッジ ｳﾞｨﾚｯｼﾞ ウﾞィレッジ ゔぃれっじ ヴイレッジ"},
		{"voicing", true, "ヴァンガード バンガード ゔぁんがーど"},
		{"voicing", true, "ムーヴ ムーブ"},
		{"voicing", true, "ブリヂストン ブリジストン"},
		{"voicing", true, "みづほ みずほ"},
		{"voicing", true, "カ゛ス ガス"},
		{"voicing", true, "ハ゜ン パン"},
		{"spelling that tells companies apart", false, "ビックカメラ ビッグカメラ"},
		{"spelling that tells companies apart", false, "チーム ティーム"},
		{"spelling that tells companies apart", false, "コロムビア コロンビア"},
		{"spelling that tells companies apart", false, "バーミヤン バーミアン"},

		{"long vowel", true, "スーパー スｰパｰ ス-パ- ス－パ－ ス―パ― ス‐パ‐ ス−パ− ス—パ— スーパ スパ"},
		{"long vowel", true, "サービス サ一ビス"},
		{"kanji one", false, "マル一 マル"},
		{"kanji one", false, "第一アカネ 第アカネ"},

		{"symbols", true, "エヌ・ティ・ティ エヌティティ エヌ･ティ･ティ エヌ.ティ.ティ エヌ-ティ-ティ エヌ　ティ　ティ"},
		{"symbols", true, "A&B A＆B A・B"},
		{"symbols", true, "O'REILLY O’Reilly O‘REILLY"},
		{"numerals", true, "第一企画 第1企画 第１企画"},
		{"numerals", false, "三八 38"},
		{"numerals", false, "パーク24 パーク二四"},
		{"numerals", false, "第二十 第20"},
	} {
		names := strings.Split(c.names, " ")
		first := r.loose(r.strict(r.Clean(names[0])))
		for _, name := range names[1:] {
			if got := r.loose(r.strict(r.Clean(name))); (got == first) != c.same {
				t.Errorf("%s: the keys of %q and %q are %q and %q; one: %v, want %v", c.class, names[0], name, first, got, !c.same, c.same)
			}
		}
	}
}

// writing draws text as a partner's file may hold it.
func writing() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.OneOf(
			rapid.SampledFrom(strings.Fields(`株式会社 (株) ㈱ 有限会社 医療法人社団 ｱｶﾈ アカネ さくら ヴ 一 ー - － 々 髙 國 ・ & 【 】 （ ） ★
				支店 １ 丁目 ﾞ ゛ ゜ ㊑ ㏍ ゞ ヽ ァ ィ 第 二 十 〇 ゔ 🈵 一社 派遣先: 内`)),
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
	r := new(Reader)
	c := r.Clean(s)
	if again := r.Clean(c); again != c {
		t.Fatalf("Clean(%q) = %q, and cleaned again %q", s, c, again)
	}
	if len(c) > maxText || !utf8.ValidString(c) {
		t.Fatalf("Clean(%q) = %q: %d bytes", s, c, len(c))
	}
	st := r.strict(c)
	if again := r.strict(st); again != st {
		t.Fatalf("strict(%q) = %q, and again %q", c, st, again)
	}
	l := r.loose(st)
	if again := r.loose(l); again != l || (l == "") != (st == "") {
		t.Fatalf("loose(%q) = %q, and again %q", st, l, again)
	}
}

// TestCleanAlone holds the table of characters that are folded without NFKC against NFKC itself.
func TestCleanAlone(t *testing.T) {
	for r := range rune(foldEnd) {
		if got := fold(r); got != notAlone && utf8.ValidRune(r) {
			viaNFKC, _ := utf8.DecodeRuneInString(norm.NFKC.String(string(r)))
			if want := fold(viaNFKC); got != want {
				t.Errorf("fold(%q) = %q, but fold of its NFKC %q is %q", r, got, viaNFKC, want)
			}
		}
	}
}

// hostile are texts that no partner should send, and that one some day will.
func hostile() []string {
	const n = 10_000
	bracket := strings.Repeat("(", n) + "ア" + strings.Repeat(")", n)
	return []string{
		"", " ", "\x00", "\xff", strings.Repeat("\xff", 10*n), "\u202e株式会社\u2066アカネ\u0007\x1b[31m",
		strings.Repeat("ア", 10*n), strings.Repeat("\u0300", 10*n), strings.Repeat("★", 10*n), strings.Repeat("﷽", n),
		bracket, strings.Repeat("【", n), strings.Repeat("】", n), strings.Repeat("👨\u200d", n),
		strings.Repeat("(株)", n), strings.Repeat("(株", n), strings.Repeat("株)", n), strings.Repeat("株式会社", n),
		strings.Repeat("急募 ", n), strings.Repeat("病院内 ", n), strings.Repeat("〇", n),
		strings.Repeat("派遣先:", n), strings.Repeat("派遣元:", n), strings.Repeat("勤務先:", n),
		strings.Repeat("々", n), "ア" + strings.Repeat("ゞ", n), strings.Repeat("ヴ", n), strings.Repeat("第一", n),
		strings.Repeat("エー", n), strings.Repeat("アンド", n), strings.Repeat("ビ", n),
		strings.Repeat("www", n) + ".jp", strings.Repeat("www.", n) + "jp", strings.Repeat("http://", n),
		strings.Repeat("@", n) + "a.jp", strings.Repeat("a/", n), strings.Repeat(",co", n),
		strings.Repeat("0", 10*n), strings.Repeat("1-", n), "+81" + strings.Repeat("(", n),
	}
}

// TestHostileText holds that every reader ends, and that what it gives is bounded and valid.
func TestHostileText(t *testing.T) {
	r := new(Reader)
	for _, raw := range hostile() {
		checkWriting(t, raw)
		c := r.Clean(raw)
		r.Withheld(c)
		IsBranch(c)
		for _, got := range []string{
			r.employer(c), undecorated(c), r.outside(c), registeredPart(c), r.Kana(raw), r.Domain(raw), r.Phone(raw), r.CorporateNumber(raw),
		} {
			if len(got) > maxText || !utf8.ValidString(got) {
				t.Errorf("of %.20q… (%d bytes) %d bytes are read: %.40q…", raw, len(raw), len(got), got)
			}
		}
		for _, long := range []string{raw, c} {
			if got := r.inLetters(long); len(got) > len(long) {
				t.Errorf("inLetters(%.20q…) is longer than what it reads: %.40q…", long, got)
			}
		}
		if all := r.Wordings(c); len(all) > maxWordings {
			t.Errorf("Wordings(%.20q…) gives %d wordings", c, len(all))
		}
	}
}

// registry yields the names and readings of a whole registry.
func registry(t *testing.T, visit func(name, kana string)) {
	t.Helper()
	data := os.Getenv("NAYOSE_DATA")
	if data == "" || testing.Short() {
		t.Skip("NAYOSE_DATA is not set: no registry to read")
	}
	f, err := os.Open(filepath.Join(data, "companies.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(z)
	r.ReuseRecord = true
	for row, err := r.Read(); !errors.Is(err, io.EOF); row, err = r.Read() {
		if err != nil {
			t.Fatal(err)
		}
		visit(strings.Clone(row[1]), strings.Clone(row[2]))
	}
}

// A difference is a way in which two names that are read as one may differ. fold takes it away, in its own words and
// not in those of the package.
type difference struct {
	kind  string
	fold  func(string) string
	loose bool // strict must keep such names apart
}

// differences are in the order in which they are taken away.
func differences(variants map[rune]rune) []difference {
	replace := func(pairs ...string) func(string) string { return strings.NewReplacer(pairs...).Replace }
	return []difference{
		{"width, case, blanks, symbols", func(s string) string {
			return strings.Map(func(r rune) rune {
				if r == '&' || unicode.IsLetter(r) || unicode.IsDigit(r) {
					return r
				}
				return -1
			}, strings.ToUpper(norm.NFKC.String(s)))
		}, false},
		{"long vowel", replace("ー", ""), false},
		{"iteration of kanji", func(s string) string {
			runes := []rune(s)
			for i := 1; i < len(runes); i++ {
				if runes[i] == '々' {
					runes[i] = runes[i-1]
				}
			}
			return string(runes)
		}, false},
		{"numeral after 第", replace("第一", "第1", "第二", "第2", "第三", "第3"), true},
		{"kanji one for a long vowel", replace("一", ""), false},
		{"spelling of the legal form", replace("医療法人", "", "社団", "", "財団", "", "特定非営利法人", "特定非営利活動法人"), false},
		{"characters written for each other", replace("綜", "総", "鉃", "鉄", "輛", "両", "祗", "祇"), false},
		{"variant characters", func(s string) string {
			return strings.Map(func(r rune) rune {
				for variants[r] != 0 && variants[r] != r {
					r = variants[r]
				}
				return r
			}, s)
		}, false},
		{"hiragana, small kana", func(s string) string {
			return strings.Map(func(r rune) rune {
				if r >= 'ぁ' && r <= 'ゖ' {
					r += 'ァ' - 'ぁ'
				}
				if small, large := []rune("ァィゥェォッャュョヮヵヶ"), []rune("アイウエオツヤユヨワカケ"); strings.ContainsRune(string(small), r) {
					for i := range small {
						if small[i] == r {
							return large[i]
						}
					}
				}
				return r
			}, s)
		}, true},
		{"&", replace("&", ""), true},
		{"ヴ", replace("ヴア", "バ", "ヴイ", "ビ", "ヴエ", "ベ", "ヴオ", "ボ", "ヴ", "ブ"), true},
		{"ヂ, ヅ", replace("ヂ", "ジ", "ヅ", "ズ"), true},
		{"ヰ, ヱ, ヲ", replace("ヰ", "イ", "ヱ", "エ", "ヲ", "オ"), true},
		{"iteration of kana", func(s string) string {
			runes := []rune(s)
			for i := 1; i < len(runes); i++ {
				switch runes[i] {
				case 'ゝ', 'ヽ':
					runes[i] = runes[i-1]
				case 'ゞ', 'ヾ':
					runes[i] = []rune(norm.NFC.String(string(runes[i-1]) + "\u3099"))[0]
				}
			}
			return string(runes)
		}, true},
	}
}

// kindOf is the last of the differences that must be taken away before a and b are equal; -1 where that is not enough.
func kindOf(all []difference, a, b string) int {
	for i, d := range all {
		if a, b = d.fold(a), d.fold(b); a == b {
			return i
		}
	}
	return -1
}

// TestNamesApart holds, over a whole registry, that two names are one to strict and to loose only where they differ in
// the ways that are meant.
func TestNamesApart(t *testing.T) {
	r := new(Reader)
	type key struct {
		text  string
		form  Form
		front bool
	}
	first := [2]map[key]string{{}, {}}
	seen := [2]map[[2]string]bool{{}, {}}
	registry(t, func(name, _ string) {
		w := r.Registered(name)
		for i, text := range []string{w.Strict, w.Loose} {
			k := key{text, w.Form, w.Front}
			if old, ok := first[i][k]; !ok {
				first[i][k] = name
			} else if old != name && w.Strict != "" {
				seen[i][[2]string{old, name}] = true
			}
		}
	})
	all := differences(publishedVariants(t))
	for i, by := range []string{"strict", "loose"} {
		count := make([]int, len(all))
		for pair := range seen[i] {
			kind := kindOf(all, pair[0], pair[1])
			if kind < 0 || by == "strict" && all[kind].loose {
				t.Errorf("%s makes %q and %q one", by, pair[0], pair[1])
				continue
			}
			count[kind]++
		}
		for kind, n := range count {
			t.Logf("%s: %d pairs of names are one but for %s", by, n, all[kind].kind)
		}
	}
}

// publishedVariants are pairs of characters that published tables of variants call the same.
func publishedVariants(t *testing.T) map[rune]rune {
	t.Helper()
	f, err := os.Open(filepath.Join(os.Getenv("NAYOSE_DATA"), "kanji_variants.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	base := map[rune]rune{}
	find := func(r rune) rune {
		for base[r] != 0 {
			r = base[r]
		}
		return r
	}
	for _, row := range rows[1:] {
		a, _ := utf8.DecodeRuneInString(row[0])
		b, _ := utf8.DecodeRuneInString(row[1])
		if a, b = find(a), find(b); a != b {
			base[a] = b
		}
	}
	return base
}
