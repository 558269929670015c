package reading

import (
	"strings"
	"unicode/utf8"
)

// letterNames are the letters as names of companies spell them in kana, from general knowledge. Letters whose names are
// single kana in loose writing (ビー, シー) are found by it too, and where two letters meet there (ジェー, and ジーエー
// that has lost its ー) the first one is read.
const letterNames = `A エー エイ B ビー C シー スィー D ディー デー ディ E イー F エフ G ジー ヂー H エイチ エッチ エーチ I アイ
J ジェー ジェイ ジエー K ケー ケイ L エル M エム N エヌ O オー オウ P ピー Q キュー キュウ R アール S エス T ティー ティ U ユー
V ブイ ヴイ ブィ W ダブリュー ダブリュ ダブリュウ ダブリウ X エックス Y ワイ Z ゼット ゼッド ズィー`

// joints are the signs between letters, as they are spelled; strict drops those that stand for nothing.
const joints = "& アンド エンド . ドット - ハイフン"

// maxLetterName is the longest name of a letter, in runes.
const maxLetterName = 5

// strictLetters and looseLetters map the names to letters, as strict and as loose write them.
var strictLetters, looseLetters = func() (strictly, loosely map[string]byte) {
	strictly, loosely = map[string]byte{}, map[string]byte{}
	letter := byte(0)
	for _, s := range strings.Fields(letterNames + " " + joints) {
		if len(s) == 1 {
			letter = s[0]
			continue
		}
		strictly[s] = letter
		if _, ok := loosely[loose(s)]; !ok {
			loosely[loose(s)] = letter
		}
	}
	return strictly, loosely
}()

// SpelledOut is the key of the alphabet writing of a name in kana (NTT of エヌ・ティ・ティ); empty where it is not spelled out.
func (w *Wording) SpelledOut() string { return loose(inLetters(w.Strict)) }

// inLetters is the alphabet writing of a name in kana that is letter names throughout, or that begins with two or more;
// empty where it is neither. It reads loose writing and, with fewer mistakes, strict; what it gives is a key after loose.
//
//	inLetters("エヌテイテイ") = "NTT"    inLetters("ティーシーフォーラム") = "TCフォーラム"    inLetters("アカネ") = ""
func inLetters(loose string) string {
	names := looseLetters
	if strings.ContainsAny(loose, "ーァィゥェォッャュョ") {
		names = strictLetters
	}
	var b []byte
	letters, kept, end := 0, 0, 0 // kept bytes of b stand for the text up to end, where the last letter's name ends
	for at := 0; at < len(loose); {
		letter, n := letterAt(loose[at:], names)
		if n == 0 || letters == 0 && !isLatin(letter) {
			break
		}
		at += n
		if isNameRune(rune(letter)) {
			b = append(b, letter)
		}
		if isLatin(letter) {
			letters, kept, end = letters+1, len(b), at
		}
	}
	rest := loose[end:]
	if letters < 2 || utf8.RuneCountInString(rest) == 1 { // エビス is no "AB" with a ス
		return ""
	}
	return string(b[:kept]) + rest
}

// letterAt finds the letter that s begins with the longest name of, and that name's length in bytes.
func letterAt(s string, names map[string]byte) (letter byte, n int) {
	for i, runes := 0, 0; i < len(s) && runes < maxLetterName; runes++ {
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if l, ok := names[s[:i]]; ok {
			letter, n = l, i
		}
	}
	return letter, n
}
