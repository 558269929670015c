package reading

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Place is an address taken apart.
//
//	Address("", "東京都渋谷区桜丘町二十六番一号 セルリアンタワー") = {東京都, 渋谷区, 桜丘町, [26 1]}
//	Address("", "札幌市東区北７条東3-28-32")                      = {-, 札幌市東区, 北7条東, [3 28 32]}
type Place struct {
	Pref     uint8    // 1 to 47 in the order of Prefectures; 0 is unknown
	City     string   // the municipality, in loose writing; empty where none is recognised
	Doubtful bool     // the city may be the name of a town in one that is left out (大宮町4-237)
	Town     string   // in loose writing
	Numbers  []uint16 // 丁目, 番, 号, as many as are given, at most three
}

// Prefectures are the prefectures by their official numbers, 北海道 first: Place.Pref of Prefectures[0] is 1.
var Prefectures = strings.Fields(`北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県
	新潟県 富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県
	岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県`)

var prefectureHeads = newHeads(Prefectures)

// Address reads an address, whose prefecture may stand apart, in it, or nowhere.
func (r *Reader) Address(prefecture, address string) (p Place) {
	s := withoutPostalCode(r.withoutBlanks(r.Clean(address)))
	p.Pref, s = parsePrefecture(s)
	if p.Pref == 0 {
		p.Pref, _ = parsePrefecture(r.Clean(prefecture))
	}
	n := cityLen(s)
	p.City = r.foldPlace(s[:n])
	p.Doubtful = n > 0 && !strings.Contains(s[:n], "市") && !strings.Contains(s[:n], "区") && !strings.Contains(s[:n], "郡")
	p.Town, p.Numbers = r.parseTown(s[n:])
	return p
}

// withoutBlanks joins a cleaned text, and keeps numbers apart that only a blank does: 1-2-3 201号室. Of three in a row
// the last two become one.
func (r *Reader) withoutBlanks(s string) string {
	at := strings.IndexByte(s, ' ')
	if at < 0 {
		return s
	}
	b := append(r.begin(len(s)), s[:at]...)
	parted := 0 // the end of the last two numbers kept apart
	for i := at; i < len(s); i++ {
		switch {
		case s[i] != ' ':
			b = append(b, s[i])
		case i > parted && i+1 < len(s) && isDigit(s[i-1]) && isDigit(s[i+1]):
			b = append(b, ',')
			parted = i + 2
		}
	}
	return r.finish(b)
}

// withoutPostalCode drops 〒150-0031, with or without its mark and hyphen, from the front.
func withoutPostalCode(s string) string {
	rest := strings.TrimPrefix(s, "〒")
	for n := range 7 {
		if n == 3 {
			rest = strings.TrimPrefix(rest, "-")
		}
		if rest == "" || !isDigit(rest[0]) {
			return s
		}
		rest = rest[1:]
	}
	if rest != "" && isDigit(rest[0]) {
		return s
	}
	return rest
}

func parsePrefecture(s string) (pref uint8, rest string) {
	p, ok := prefectureHeads.begins(s)
	if !ok {
		return 0, s
	}
	return uint8(p.n + 1), s[len(p.word):]
}

// cityLen is the length in bytes of the municipality that s begins with: 渋谷区, 札幌市東区, 上川郡東神楽町; 0 where none
// is recognised.
func cityLen(s string) int {
	if c, ok := irregularCities.begins(s); ok {
		return len(c.word)
	}
	if gun := ending(s, '郡', '郡', 5); gun > 0 {
		if n := ending(s[gun:], '町', '村', 7); n > 0 {
			return gun + n
		}
	}
	city, ward := ending(s, '市', '市', 7), ending(s, '区', '区', 5)
	if city > 0 && (ward == 0 || city < ward) {
		if wardCities.has(s[:city]) {
			return city + ending(s[city:], '区', '区', 5)
		}
		return city
	}
	if town := ending(s, '町', '村', 7); ward == 0 || town > 0 && town < ward {
		return town
	}
	return ward
}

// ending is the length of the part of s that ends with the first of two runes, which may not be its first rune
// and must come within the first so many; 0 where none does.
func ending(s string, this, that rune, most int) int {
	i := 0
	for at, r := range s {
		if i == most || r >= '0' && r <= '9' {
			return 0
		}
		if i > 0 && (r == this || r == that) {
			return at + utf8.RuneLen(r)
		}
		i++
	}
	return 0
}

// irregularCities are the municipalities whose names would end too early or too late by the rules of cityLen, and
// wardCities those that have wards (政令指定都市). Cleaned writing.
var (
	irregularCities = headsOf(`四日市市 廿日市市 野々市市 八日市市 今市市 大和郡山市 東村山市 武蔵村山市 十日町市 郡山市 郡上市 蒲郡市
		小郡市 佐波郡玉村町 杵島郡大町町 余市郡余市町 高市郡高取町 高市郡明日香村 中新川郡上市町 吉野郡下市町 東近江市`)
	wardCities = headsOf(wardCityNames)
)

const wardCityNames = `札幌市 仙台市 さいたま市 千葉市 横浜市 川崎市 相模原市 新潟市 静岡市 浜松市 名古屋市 京都市 大阪市 堺市 神戸市 岡山市 広島市
	北九州市 福岡市 熊本市`

// parseTown reads what follows the municipality: the town up to the first number that is a 丁目 or 番, then up to three
// numbers. Buildings and rooms, whatever follows the numbers, are left out.
func (r *Reader) parseTown(s string) (town string, numbers []uint16) {
	if strings.ContainsFunc(s, isTownMark) {
		s = r.arabic(r.replace(noAza, s))
		s = s[streetsLen(s):]
	}
	i := blockStart(s)
	town = r.foldPlace(strings.TrimRight(s[:i], "-ーノの"))
	numbers = r.numbers.begin(3)
	for i < len(s) && len(numbers) < 3 {
		v, n := number(s[i:])
		if n == 0 {
			break
		}
		numbers = append(numbers, v)
		i += n
		i += separatorLen(s[i:])
	}
	return town, r.numbers.finish(numbers)
}

// number is the number that s begins with and its length; 0, 0 where there is none or one that no address has.
func number(s string) (v uint16, n int) {
	sum := 0
	for n < len(s) && isDigit(s[n]) && sum <= 0xffff {
		sum = 10*sum + int(s[n]-'0')
		n++
	}
	if sum > 0xffff {
		return 0, 0
	}
	return uint16(sum), n
}

// townMarks are what noAza, the turns of streets and Chinese numerals have one of.
const townMarks = "字外上下入" + chineseNumerals

func isTownMark(r rune) bool { return classOf(r)&townMark != 0 }

// streetsLen is the length of the streets that an address of Kyoto may give before the town (烏丸通三条上る饅頭屋町).
func streetsLen(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		at := turns.inside(s[i:])
		if at < 0 {
			break
		}
		i += at
		turn, _ := turns.begins(s[i:])
		n = i + len(turn.word)
	}
	return n
}

var (
	turns = headsOf("上る 上ル 上がる 下る 下ル 下がる 東入る 東入ル 東入 西入る 西入ル 西入")
	noAza = newReplacer("大字", "", "小字", "", "字", "", "番外地", "番")
)

// blockStart finds the first number that is not part of a town's name (北7条西, 3番町).
func blockStart(s string) int {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			continue
		}
		end := i
		for end < len(s) && isDigit(s[end]) {
			end++
		}
		if !townNumber(s[end:]) {
			return i
		}
		i = end - 1
	}
	return len(s)
}

func townNumber(rest string) bool {
	_, ok := townNumbers.begins(rest)
	return ok
}

var townNumbers = headsOf("条 線 町 区 番町 号線 地割 部")

// separatorLen is the length of what may stand between two numbers of an address: 丁目, 番地の, -, in any combination.
func separatorLen(s string) int {
	n := 0
	for again := true; again; {
		again = false
		for _, sep := range separators {
			if n == len(s) || isDigit(s[n]) {
				return n
			}
			if strings.HasPrefix(s[n:], sep) {
				n += len(sep)
				again = true
			}
		}
	}
	return n
}

var separators = strings.Fields("丁目 丁 番地 番 号 - ー の ノ 之 ~")

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// arabic writes the Chinese numerals that count something (二十六番, 一丁目, 北七条) in digits; others belong to names
// (六本木, 八王子).
func (r *Reader) arabic(s string) string {
	if !strings.ContainsFunc(s, func(c rune) bool { return isChineseNumeral(c) && c != '千' }) {
		return s
	}
	b := r.begin(len(s))
	for s != "" {
		rest := strings.TrimLeftFunc(s, isChineseNumeral)
		n := len(s) - len(rest)
		switch {
		case n == 0:
			if n = strings.IndexFunc(s, isChineseNumeral); n < 0 {
				n = len(s)
			}
			b = append(b, s[:n]...)
		case counts(rest):
			b = strconv.AppendInt(b, int64(numeral(s[:n])), 10)
		default:
			b = append(b, s[:n]...)
		}
		s = s[n:]
	}
	return r.finish(b)
}

// counts reports that rest follows a numeral that counts: 丁 as in 二丁目 or Sakai's 二丁３番, not as in 八丁堀; の as in 五の２,
// not as in 二の宮.
func counts(rest string) bool {
	r, n := utf8.DecodeRuneInString(rest)
	next, _ := utf8.DecodeRuneInString(rest[n:])
	switch r {
	case '丁':
		return next == '目' || len(rest) == n || isNumeral(next)
	case 'の', '之', 'ノ':
		return isNumeral(next)
	}
	return strings.ContainsRune("番号条線-ー", r)
}

func isNumeral(r rune) bool        { return r >= '0' && r <= '9' || isChineseNumeral(r) }
func isChineseNumeral(r rune) bool { return classOf(r)&chineseNumeral != 0 }

const chineseNumerals = "〇一二三四五六七八九十百千"

// numeral is the value of Chinese numerals, positional (二六) or with tens (二十六), of which it reads eight.
func numeral(s string) int {
	total, digit := 0, 0
	for _, r := range cut(s, 8*len("一")) {
		switch r {
		case '十':
			total, digit = total+max(digit, 1)*10, 0
		case '百':
			total, digit = total+max(digit, 1)*100, 0
		case '千':
			total, digit = total+max(digit, 1)*1000, 0
		default:
			digit = digit*10 + strings.IndexRune(chineseNumerals, r)/len("一")
		}
	}
	return total + digit
}

// foldPlace is the loose writing of a place's name: ヶ, ケ and が are one, and so are の, ノ and 之.
func (r *Reader) foldPlace(s string) string {
	n := fixedLen(s, placeFixed)
	if n == len(s) {
		return s
	}
	b := append(r.begin(len(s)), s[:n]...)
	for _, c := range s[n:] {
		if c = placeRune(c); c >= 0 {
			b = utf8.AppendRune(b, c)
		}
	}
	return r.finish(b)
}

// placeRune folds one character of a place's name; negative where it is dropped.
func placeRune(r rune) rune {
	switch r {
	case 'ヶ', 'ヵ', 'が', 'ガ', 'カ':
		return 'ケ'
	case 'の', '之':
		return 'ノ'
	}
	if r = looseRune(r); r == 'ー' || r == '-' || r == '(' || r == ')' || r == ',' || r == '・' {
		return -1
	}
	return r
}

// WholeTown is the name of the town where the city was left out, and what was read as one is the town or begins it: 大宮町 of
// 大宮町4-237.
func (r *Reader) WholeTown(p *Place) string {
	return r.finish(append(append(r.begin(len(p.City)+len(p.Town)), p.City...), p.Town...))
}

// HasWards reports a city of wards; city is written as Place.City is.
func HasWards(city string) bool { return foldedWardCities.has(city) }

var foldedWardCities = headsOf(new(Reader).foldPlace(wardCityNames))
