package main

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A part draws a part of a name.
type part func(dice) word

// A shape is a way to put a name together: of two parts, or of one.
type shape struct {
	share  int // of 100 names
	first  part
	second part
}

// Who has names of their own, beside the sectors.
const (
	welfareNames = "welfare" // 社会福祉法人
	medicalNames = "medical" // 医療法人
)

// shapes give names the look of real ones, of which 44 of 100 are in kanji alone, 27 in katakana, 16 in both, 4 in Roman
// letters, most of three to eight letters.
var shapes = map[string][]shape{
	general: {
		{29, surname, trade},          // 山田工務店
		{18, compound, trade},         // 東和工業
		{6, city, trade},              // 高岡運輸
		{10, brand, nil},              // ルミテア
		{13, brand, katakanaTrade},    // アステルフーズ
		{4, brand, brand},             // クレストライフ
		{4, surname, katakanaTrade},   // 山田システム
		{3, compound, katakanaTrade},  // 東和サービス
		{4, brand, trade},             // ルミテア建設
		{2, plainWord, katakanaTrade}, // さくらフーズ
		{2, plainWord, trade},
		{3, initials, nil},
		{2, initials, katakanaTrade},
	},
	care:         {{35, brand, careTrade}, {15, plainWord, careTrade}, {20, surname, careTrade}, {15, compound, careTrade}, {15, brand, nil}},
	agency:       {{60, brand, agencyTrade}, {20, compound, agencyTrade}, {20, surname, agencyTrade}},
	welfareNames: {{25, city, welfare}, {60, welfare, nil}, {15, plainWord, suffix("会", "カイ")}},
	medicalNames: {{15, city, welfare}, {40, welfare, nil}, {35, surname, clinic}, {10, plainWord, clinic}},
}

// Of these lists the first words are in many names, the last ones in few.
var (
	surname       = common(surnames)
	trade         = common(trades)
	katakanaTrade = common(katakanaTrades)
	careTrade     = common(careTrades)
	agencyTrade   = common(agencyTrades)
	clinic        = common(clinics)
	plainWord     = common(plainWords)
)

func common(list []word) part { return func(d dice) word { return often(d, list) } }

// often picks an element from the beginning more often than from the end.
func often[T any](d dice, from []T) T {
	u := d.Float64()
	return from[int(u*u*float64(len(from)))]
}

func suffix(text, kana string) part {
	return func(dice) word { return word{text, kana, romanize(kana)} }
}

// city is a city as a part of a name; its reading is not in the word lists.
func city(d dice) word { return word{text: one(d, places).short()} }

func compound(d dice) word { return fused(d, compoundHeads, compoundTails) }
func welfare(d dice) word  { return fused(d, welfareHeads, welfareTails) }

// fused is a head and a tail that begin with different kanji.
func fused(d dice, heads, tails []word) word {
	for {
		a, b := one(d, heads), one(d, tails)
		if !strings.HasPrefix(b.text, a.text) {
			return word{a.text + b.text, a.kana + b.kana, romanize(a.kana + b.kana)}
		}
	}
}

// brand is a foreign word or a coined one.
func brand(d dice) word {
	if d.percent(45) {
		return one(d, brands)
	}
	return coined(d)
}

// coined is a word of two to four syllables.
func coined(d dice) word {
	kana := often(d, brandSyllables)
	for range d.between(1, 3) {
		next := often(d, brandSyllables)
		switch n := d.IntN(100); {
		case n < 8 && strings.ContainsAny(syllables[next][:1], "kstp"):
			kana += "ッ"
		case n < 22:
			kana += "ー"
		case n < 36:
			kana += "ン"
		}
		kana += next
	}
	kana += one(d, []string{"", "", "", "ー", "ン"})
	return word{kana, kana, romanize(kana)}
}

// initials are two to four letters, now and then a name in Roman letters.
func initials(d dice) word {
	if d.percent(25) {
		return one(d, latin)
	}
	w := word{}
	for range d.between(2, 4) {
		i := d.IntN(len(alphabet))
		w.text, w.kana = w.text+string(rune('A'+i)), w.kana+alphabet[i]
	}
	w.roman = strings.ToLower(w.text)
	return w
}

// coreName puts a name together that suits the sector and legal form.
func (d dice) coreName(sector string, form *legalForm) word {
	switch form {
	case shafuku:
		sector = welfareNames
	case iryo, iryoShadan:
		sector = medicalNames
	}
	for {
		w := d.draft(shapes[sector])
		if n := utf8.RuneCountInString(w.text); n >= 3 && n <= 11 {
			return w
		}
	}
}

func (d dice) draft(shapes []shape) word {
	n, i := d.IntN(100), 0
	for n >= shapes[i].share {
		n -= shapes[i].share
		i++
	}
	w := shapes[i].first(d)
	if shapes[i].second != nil {
		w = join(w, shapes[i].second(d))
	}
	return w
}

// join puts words together; a reading or spelling that one part lacks, the whole lacks.
func join(a, b word) word {
	w := word{text: a.text + b.text}
	if a.kana != "" && b.kana != "" {
		w.kana, w.roman = a.kana+b.kana, a.roman+"-"+b.roman
	}
	return w
}

// syllables are the kana with their Roman letters.
var syllables = func() map[string]string {
	m := map[string]string{}
	for pair := range slices.Chunk(strings.Fields(`
		ア a イ i ウ u エ e オ o カ ka キ ki ク ku ケ ke コ ko サ sa シ shi ス su セ se ソ so タ ta チ chi ツ tsu テ te ト to
		ナ na ニ ni ヌ nu ネ ne ノ no ハ ha ヒ hi フ fu ヘ he ホ ho マ ma ミ mi ム mu メ me モ mo ヤ ya ユ yu ヨ yo
		ラ ra リ ri ル ru レ re ロ ro ワ wa ガ ga ギ gi グ gu ゲ ge ゴ go ザ za ジ ji ズ zu ゼ ze ゾ zo ダ da ヅ zu デ de ド do
		バ ba ビ bi ブ bu ベ be ボ bo パ pa ピ pi プ pu ペ pe ポ po キャ kya キュ kyu キョ kyo シャ sha シュ shu ショ sho
		チャ cha チュ chu チョ cho ニャ nya ニュ nyu ニョ nyo ヒャ hya ヒュ hyu ヒョ hyo ミャ mya ミュ myu ミョ myo
		リャ rya リュ ryu リョ ryo ギャ gya ギュ gyu ギョ gyo ジャ ja ジュ ju ジョ jo ビャ bya ビュ byu ビョ byo ピャ pya ピュ pyu
		ティ ti ディ di ファ fa フィ fi フェ fe フォ fo ヴィ vi ヴァ va ウィ wi`), 2) {
		m[pair[0]] = pair[1]
	}
	return m
}()

// brandSyllables are those that sound like a brand, the commonest first.
var brandSyllables = strings.Fields(`
ル ア リ ス ラ ト レ エ ク マ テ イ オ ネ ド コ フ ロ デ プ セ ナ ビ ミ ノ ティ シ キ ム グ ベ カ ソ ニ ブ バ ダ タ ジ ツ サ メ モ ウ ハ ホ パ
ピ ガ ゼ ユ ボ ポ ヒ ゴ ヴィ ファ フィ リュ シャ ワ ケ ヨ ズ シュ フォ`)

// romanize writes katakana in Roman letters, long vowels as short ones: コウムテン as komuten.
func romanize(kana string) string {
	var b strings.Builder
	double := false
	for kana != "" {
		n := min(len(kana), 2*len("ア"))
		if syllables[kana[:n]] == "" {
			n = len("ア")
		}
		s := syllables[kana[:n]]
		switch {
		case kana[:n] == "ン":
			s = "n"
		case double && s != "":
			s = s[:1] + s
		}
		double = kana[:n] == "ッ"
		b.WriteString(s)
		kana = kana[n:]
	}
	return shortVowels.Replace(b.String())
}

var shortVowels = strings.NewReplacer("ou", "o", "oo", "o", "uu", "u")
