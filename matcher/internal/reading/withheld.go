package reading

import (
	"strings"
	"unicode/utf8"
)

// Withheld reports that a cleaned name says no more than that the employer is not named. Such a name matches nothing,
// not even a company that bears it: who types 合同会社個人 or 株式会社サンプル hardly means the company of that name. A
// name that is missing says less than that.
func (r *Reader) Withheld(s string) bool {
	if s == "" {
		return false
	}
	has := classOfText(s)
	if has&employerMark != 0 {
		s = r.employer(s)
	}
	if bare := r.outside(s); bare != s && isName(bare) {
		if _, f, _ := setAside(bare); f != 0 || r.Withheld(bare) {
			return r.Withheld(bare)
		}
	}
	core, f, _ := setAside(s)
	name := r.strict(core)
	switch {
	case name == "" || withheldNames.has(name) || strings.Trim(name, "X") == "" && len(name) >= 2:
		return true
	case f == 0 && (withheldAlone.has(name) || anonymous(name)):
		return true
	}
	return has&withheldMark != 0 && (masked(core) || withheldParts.inside(name) >= 0)
}

// WithheldAlone are the names of registered companies when a legal form is with them (株式会社NA).
var (
	withheldNames = headsOf(`個人 個人事業 個人事業主 個人事業者 個人経営 個人宅 個人商店 個人名 自営業 自営 農家 未定 不明 未入力 なし 無し 該当なし 特になし
		秘密 匿名 社名 会社名 企業名 店名 法人名 屋号 名称 株式会社 有限会社 合同会社 某社 弊社 当社 自社 同上 上記 テスト TEST サンプル SAMPLE ダミー DUMMY
		テスト企業 テスト会社 サンプル企業 サンプル会社 その他 派遣先 紹介先 勤務先 就業先`)
	withheldAlone = headsOf(`無 仮 他 社 X O NA N&A NONE NULL NIL UNKNOWN TBD TBA クライアント クライアント企業 取引先 有名企業 上場企業 優良企業`)
	withheldParts = headsOf("非公開 非公表 社名未定 名称未定 社名公開不可 社名秘匿 匿名希望 匿名企業 社名匿名 面談時 応募後 別途開示 お問い合わせください")
)

// masked reports letters struck out: ○○商事. A 〇 beside other numerals is a zero (三〇〇三).
func masked(core string) bool {
	for _, mask := range masks {
		before, after, ok := strings.Cut(core, mask)
		last, _ := utf8.DecodeLastRuneInString(before)
		next, _ := utf8.DecodeRuneInString(after)
		if ok && !strings.ContainsRune("一二三四五六七八九", last) && !strings.ContainsRune("一二三四五六七八九", next) {
			return true
		}
	}
	return false
}

var masks = strings.Fields("○○ ◯◯ 〇〇 △△ □□ ×× ■■ **")

// withheldMarks has, of each of withheldParts and masks, a rune that few names have.
const withheldMarks = "非未可秘匿談募途問○◯〇△□×■*"

// anonymous reports a description in a name's place: 大手メーカー, 某有名企業, 東証プライム上場企業, A社.
func anonymous(name string) bool {
	if letter, ok := strings.CutSuffix(strings.TrimPrefix(name, "某"), "社"); ok && len(letter) == 1 && isLatin(letter[0]) {
		return true
	}
	_, starts := anonymousStarts.begins(name)
	_, place := places.begins(name)
	_, ends := anonymousEnds.ends(name)
	return starts && ends && !place
}

var (
	places          = headsOf("大手町 大手前 大手門 大手通")
	anonymousStarts = headsOf(`大手 準大手 最大手 超大手 国内大手 業界 中堅 某 有名 東証 一部上場 二部上場 プライム上場 上場 老舗 優良 急成長 外資系 日系 人気
		地元 都内 県内 市内 全国展開 安定`)
	anonymousEnds = tailsOf(`メーカー 企業 会社 系列 グループ ベンチャー 商社 チェーン コンサルティングファーム コンサル ゼネコン 銀行 百貨店 小売 量販店
		ブランド 工場 事務所 病院 法人 新聞社 出版社 旅行社`)
)
