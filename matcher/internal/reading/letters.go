package reading

import (
	"slices"
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

// An alphabet finds letters by their names, the longest first.
type alphabet struct {
	names   *heads
	letters []byte // by the name's place in the list
}

// strictAlphabet and looseAlphabet are the names as strict and as loose write them.
var strictAlphabet, looseAlphabet = newAlphabet(func(name string) string { return name }), newAlphabet(new(Reader).loose)

func newAlphabet(write func(name string) string) alphabet {
	type named struct {
		name   string
		letter byte
	}
	var all []named
	letter := byte(0)
	for _, s := range strings.Fields(letterNames + " " + joints) {
		if len(s) == 1 {
			letter = s[0]
			continue
		}
		all = append(all, named{write(s), letter})
	}
	slices.SortStableFunc(all, func(a, b named) int { return len(b.name) - len(a.name) })
	var names []string
	var letters []byte
	for _, n := range all {
		names, letters = append(names, n.name), append(letters, n.letter)
	}
	return alphabet{newHeads(names), letters}
}

// letterAt finds the letter that s begins with the longest name of, and that name's length in bytes.
func (a *alphabet) letterAt(s string) (letter byte, n int) {
	e, ok := a.names.begins(s)
	if !ok {
		return 0, 0
	}
	return a.letters[e.n], len(e.word)
}

// SpelledOut is the key of the alphabet writing of a name in kana (NTT of エヌ・ティ・ティ); empty where it is not spelled out.
func (r *Reader) SpelledOut(w *Wording) string { return r.loose(r.inLetters(w.Strict)) }

// inLetters is the alphabet writing of a name in kana that is letter names throughout, or that begins with two or more;
// empty where it is neither. It reads loose writing and, with fewer mistakes, strict; what it gives is a key after loose.
//
//	inLetters("エヌテイテイ") = "NTT"    inLetters("ティーシーフォーラム") = "TCフォーラム"    inLetters("アカネ") = ""
func (r *Reader) inLetters(name string) string {
	names := &looseAlphabet
	if strings.ContainsFunc(name, isLongOrSmall) {
		names = &strictAlphabet
	}
	b := r.begin(len(name))
	letters, kept, end := 0, 0, 0 // kept bytes of b stand for the text up to end, where the last letter's name ends
	for at := 0; at < len(name); {
		letter, n := names.letterAt(name[at:])
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
	rest := name[end:]
	if letters < 2 || utf8.RuneCountInString(rest) == 1 { // エビス is no "AB" with a ス
		return ""
	}
	return r.finish(append(b[:kept], rest...))
}

// isLongOrSmall reports a kana that loose writing does not have.
func isLongOrSmall(r rune) bool {
	switch r {
	case 'ー', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ッ', 'ャ', 'ュ', 'ョ':
		return true
	}
	return false
}
