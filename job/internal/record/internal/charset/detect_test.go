package charset

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"nayose"
)

const noText = "this is no text in an encoding that is read here (utf-8, cp932, euc-jp, utf-16)"

func TestDetect(t *testing.T) {
	const text = "求人ID,法人名\r\n1,株式会社ナノハ\r\n2,合同会社ナギサ\r\n"
	sjis := func(s string) string { return encode(t, japanese.ShiftJIS, s) }
	euc := func(s string) string { return encode(t, japanese.EUCJP, s) }
	latin := func(s string) string { return encode(t, charmap.Windows1252, s) }
	little := func(s string) string { return encode(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), s) }
	big := func(s string) string { return encode(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), s) }
	long := strings.Repeat("株式会社ナノハ,合同会社ナギサ\n", 4000)
	const ascii, french = "id,name\n1,x\n", "id,nom\n1,Crêperie Prévost\n2,Hôtel du Château\n3,Café de l’Opéra, à côté\n4,Générale\n"
	for _, test := range []struct {
		name, file, declared string
		want                 string // the encoding, with + where it is big-endian, or what the error says
		bom                  int
	}{
		{"utf-8", text, "", "utf-8", 0},
		{"utf-8 with a mark", "\uFEFF" + text, "", "utf-8", 3},
		{"cp932", sjis(text), "", "cp932", 0},
		{"euc-jp", euc(text), "", "euc-jp", 0},
		{"utf-16", "\xFF\xFE" + little(text), "", "utf-16", 2},
		{"utf-16, big-endian", "\xFE\xFF" + big(text), "", "utf-16+", 2},
		{"utf-16 without a mark", little(text), "", "utf-16", 0},
		{"utf-16 without a mark, big-endian", big(text), "", "utf-16+", 0},
		{"utf-16, full of 一 and wide spaces", little(strings.Repeat("一　一　一　一　一　,\r\n", 9)), "", "utf-16", 0},
		{"utf-16 with a mark only", "\xFF\xFE", "", "utf-16", 2},

		{"declared and true", sjis(text), "cp932", "cp932", 0},
		{"declared utf-16 and true", big(text), "utf-16", "utf-16+", 0},
		{"declared utf-8", sjis(text), "utf-8", "declared utf-8, but this looks like cp932", 0},
		{"declared cp932", text, "cp932", "declared cp932, but this looks like utf-8", 0},
		{"declared cp932, is euc-jp", euc(text), "cp932", "declared cp932, but this looks like euc-jp", 0},
		{"declared euc-jp, is cp932", sjis(text), "euc-jp", "declared euc-jp, but this looks like cp932", 0},
		{"declared cp932, with a mark", "\uFEFFid", "cp932", "declared cp932, but this looks like utf-8", 0},
		{"declared utf-8, is utf-16", little(text), "utf-8", "declared utf-8, but this looks like utf-16", 0},
		{"declared utf-16, is ascii", ascii, "utf-16", "declared utf-16, but this looks like text of one byte a letter", 0},
		{"ascii", ascii, "", "utf-8", 0},
		{"ascii, declared cp932", ascii, "cp932", "cp932", 0},
		{"ascii, declared euc-jp", ascii, "euc-jp", "euc-jp", 0},
		{"empty", "", "", "utf-8", 0},
		{"empty, declared utf-16", "", "utf-16", "utf-16", 0},

		{"a damaged line in utf-8", text + "3,株式\xE4\xBC\r\n", "", "utf-8", 0},
		{"a damaged line in cp932", sjis(text) + "3,\x81\r\n", "", "cp932", 0},
		{"a damaged line in euc-jp", euc(text) + "3,\xB3\r\n", "", "euc-jp", 0},
		{"a line of utf-8 in cp932", sjis(text) + "3,株式会社ナノハ\r\n", "", "cp932", 0},
		{"a line of cp932 in utf-8", text + sjis("3,株式会社ナノハ\r\n"), "", "utf-8", 0},
		{"a line of cp932 in euc-jp", euc(text) + sjis("3,株式会社ナノハ\r\n"), "", "euc-jp", 0},
		{"zeros in a line", "id,name\n1,a\x00\x00b\n2,c\n", "", "utf-8", 0},
		{"a zero in a short file", "id,name\n1,a\x00b\n", "", "utf-8", 0},
		{"zeros between letters", "id,name\n1,a\x00b\x00c\x00d\x00e\x00f\n", "", "utf-8", 0},
		{"Ctrl-A between cells", "id\x01name\n1\x01x\n2\x01y\n", "", "utf-8", 0},

		{"cut inside a character, utf-8", long, "", "utf-8", 0},
		{"cut inside a character, cp932", sjis("a" + long), "", "cp932", 0},
		{"cut inside a character, euc-jp", euc("a" + long), "", "euc-jp", 0},
		{"cut inside a character, utf-16", little("a" + long), "", "utf-16", 0},
		{"one long line, utf-8", strings.Repeat("株式会社", 10_000), "", "utf-8", 0},
		{"one long line, cp932", "x" + sjis(strings.Repeat("株式会社", 10_000)), "", "cp932", 0},
		{"one long line, euc-jp", "x" + euc(strings.Repeat("株式会社", 10_000)), "", "euc-jp", 0},

		{"half-width katakana", sjis("ﾃｱ,ﾃｱ\nﾊﾟｰﾄ\n"), "", "cp932", 0},
		{"half-width katakana, declared", sjis("ﾃｱ,ﾃｱ\nﾊﾟｰﾄ\n"), "cp932", "cp932", 0},
		{"half-width katakana of a bank", sjis("ｶ)ﾂｸｲ\nｶ)ﾐﾄﾞﾘｶｲｺﾞ\nﾕ)ｻｸﾗ\n"), "", "cp932", 0},
		{"half-width katakana in euc-jp", euc("ﾊﾟｰﾄ\nｱﾙﾊﾞｲﾄ\n株式会社\n"), "", "euc-jp", 0},
		{"short names, utf-8", "1,林\n2,森\n3,会社\n", "", "utf-8", 0},
		{"short names, cp932", sjis("1,林\n2,森\n3,会社\n4,佐藤\n5,藪ア\n"), "", "cp932", 0},
		{"short names, euc-jp", euc("1,林\n2,森\n3,会社\n4,佐藤\n5,田中\n"), "", "euc-jp", 0},
		{"one short name that might be either", euc("1,林\n"), "", "cp932", 0},
		{"one short name that might be either, declared", euc("1,林\n"), "euc-jp", "euc-jp", 0},
		{"外字", sjis("1,株式会社") + "\xF0\x40\n", "", "cp932", 0},
		{"a rare kanji alone, declared", sjis("1,彌\n"), "cp932", "cp932", 0},
		{"an accent in utf-8", "id,name\n1,Señor\n", "", "utf-8", 0},
		{"utf-8 of another tongue", "1,대한민국\n2,서울시\n", "", "utf-8", 0},

		{"utf-8 of another tongue, declared cp932", "1,대한민국\n2,서울시\n", "cp932", "declared cp932, but this looks like utf-8", 0},
		{"a rare kanji alone, utf-8", "1,彌\n", "", "utf-8", 0},
		{"utf-16 that lost a byte", little(text+text) + "\n" + little(text), "", "utf-16", 0},
		{"utf-16 that lost a byte, big-endian", big(text+text) + "\n" + big(text), "", "utf-16+", 0},

		{"iso-2022-jp", encode(t, japanese.ISO2022JP, text), "", "this is iso-2022-jp, no text", 0},
		{"iso-2022-jp under a header in ascii", encode(t, japanese.ISO2022JP, ascii+"2,林\n"), "cp932", "this is iso-2022-jp, no text", 0},
		{"utf-32", "\xFF\xFE\x00\x00i\x00\x00\x00", "", "this is utf-32", 0},
		{"windows-1252", latin(french), "", noText, 0},
		{"windows-1252, English", latin("1,It’s “good”\n2,Joe’s Café, the “best”\n3,don’t\n4,Mary’s\n"), "", noText, 0},
		{"windows-1252, German", latin("1,Müller GmbH\n2,Köln\n3,Bäckerei Schäfer\n4,STRASSENBAU ZÜRICH\n5,Grüße\n"), "", noText, 0},
		{"PDF", "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "", "this is PDF, no text", 0},
		{"PNG", "\x89PNG\r\n\x1A\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x00\x00\x01\x00\x08\x06\x00\x00\x00\\r\xA8f", "", noText, 0},
		{"EXE", "MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xFF\xFF\x00\x00\xB8\x00\x00\x00\x00\x00\x00\x00@" + strings.Repeat("\x00", 35), "", noText, 0},
		{"EXE, declared", "MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xFF\xFF\x00\x00\xB8\x00\x00\x00\x00\x00\x00\x00@" + strings.Repeat("\x00", 35), "cp932", noText, 0},
	} {
		sample := test.file[:min(len(test.file), 64<<10)]
		found, err := Detect([]byte(sample), len(sample) == len(test.file), test.declared)
		got := found.Encoding
		if found.BigEndian {
			got += "+"
		}
		if err != nil {
			got = err.Error()
			if fault := (*nayose.Error)(nil); !errors.As(err, &fault) || fault.Kind != nayose.Contract {
				t.Errorf("%s: error %v is not of kind Contract", test.name, err)
			}
			if test.want != "" && strings.HasPrefix(got, test.want) {
				got = test.want
			}
		}
		if got != test.want || found.Mark != test.bom {
			t.Errorf("%s: Detect = %q and a mark of %d bytes, want %q and %d", test.name, got, found.Mark, test.want, test.bom)
		}
	}
}

// sentences are lines as job postings have them; each is to be told apart by itself.
var sentences = []string{
	"1001,株式会社ナノハ,神奈川県横浜市中区見本町9-9-9,介護職",
	"医療法人社団 明芳会", "合同会社ナギサ", "有限会社やまだ", "東京都港区六本木六丁目10番1号", "株式会社髙島屋", "㈱日本総合警備", "社会福祉法人みどり会　特別養護老人ホームさくら苑",
	"時給1,350円～1,690円", "正社員", "パート・アルバイト", "未経験の方も歓迎いたします！", "お仕事No", "勤務地：愛知県名古屋市", "NPO法人ひまわり", "ドライバー（２ｔ）",
	"【急募】看護師／日勤のみ◎駅チカ", "千葉県旭市イの1326", "有限会社ﾔﾏﾀﾞ工業", "日本郵便株式会社　新宿郵便局",
}

// TestDetectSentence tells the encoding by one line, whole and cut anywhere behind its fourth character that is not ASCII.
func TestDetectSentence(t *testing.T) {
	for name, enc := range map[string]encoding.Encoding{CP932: japanese.ShiftJIS, EUCJP: japanese.EUCJP, UTF8: encoding.Nop} {
		for _, s := range sentences {
			line := encode(t, enc, s)
			for n := len(encode(t, enc, opening(s))); n <= len(line); n++ {
				found, err := Detect([]byte(line[:n]), n == len(line), "")
				if err != nil || found.Encoding != name {
					t.Errorf("%s in %s, %d of %d bytes: %s, %v", s, name, n, len(line), found.Encoding, err)
				}
			}
		}
	}
}

// opening is a text as far as the fourth character that is not ASCII.
func opening(s string) string {
	n := 0
	for i, r := range s {
		if r >= 0x80 {
			n++
		}
		if n == 4 {
			return s[:i+len(string(r))]
		}
	}
	return s
}

// TestDetectWord tells by one word, where there is much that could be either: an even number of half-width katakana in CP932 is
// kanji in EUC, and the other way round, and a tie is CP932. One word of EUC that tells decides for a file.
func TestDetectWord(t *testing.T) {
	names := strings.Fields("佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 清水 山崎 森 池田 橋本 阿部 " +
		"石川 山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本 斉藤 福田 太田 西村 藤井 金子 岡本 藤原 三浦 中野")
	katakana := strings.Fields("ﾊﾟｰﾄ ｱﾙﾊﾞｲﾄ ﾄﾞﾗｲﾊﾞｰ ﾍﾙﾊﾟｰ ｹｱﾏﾈｼﾞｬｰ ｽﾀｯﾌ ｺｰﾙｾﾝﾀｰ ｴﾝｼﾞﾆｱ ﾎｰﾙ ｷｯﾁﾝ ﾘﾊﾋﾞﾘ ﾃﾞｲｻｰﾋﾞｽ")
	for _, test := range []struct {
		encoding string
		enc      encoding.Encoding
		words    []string
		want     int
	}{
		{CP932, japanese.ShiftJIS, names, 50},
		{CP932, japanese.ShiftJIS, katakana, 12},
		{EUCJP, japanese.EUCJP, names, 31},
		{EUCJP, japanese.EUCJP, strings.Fields("安田 円山 含有"), 3}, // ｰﾂﾅﾄ, ｱﾟｻｳ, ｴﾞﾍｭ
		{UTF8, encoding.Nop, names, 50},
		{UTF8, encoding.Nop, katakana, 12},
	} {
		right := 0
		for _, word := range test.words {
			found, err := Detect([]byte("1,"+encode(t, test.enc, word)+"\n"), true, "")
			if err == nil && found.Encoding == test.encoding {
				right++
			}
		}
		if right != test.want {
			t.Errorf("%s: %d of %d words, want %d", test.encoding, right, len(test.words), test.want)
		}
	}
}

// FuzzDetect checks that any bytes have an encoding or none, and that the encoding found is found again when it is declared.
func FuzzDetect(f *testing.F) {
	f.Add([]byte("1,株式会社\n"), true)
	f.Add([]byte("\xFF\xFEa\x00"), false)
	f.Add([]byte("\x8A\x94\x8E"), false)
	f.Add([]byte("\xB3\xF4\xA4"), false)
	f.Fuzz(func(t *testing.T, sample []byte, whole bool) {
		found, err := Detect(sample, whole, "")
		if err != nil {
			return
		}
		again, err := Detect(sample, whole, found.Encoding)
		if again != found || err != nil {
			t.Errorf("%q is %v, and declared as that %v, %v", sample, found, again, err)
		}
	})
}
