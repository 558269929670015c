package reading

import (
	"bytes"

	"golang.org/x/text/unicode/norm"
)

// CorporateNumber is the 13-digit number in s, with T prefix or a label, hyphens and any width; empty where there is none or
// its check digit is wrong.
func (r *Reader) CorporateNumber(s string) string {
	return r.finish(corporateNumber(r.begin(numberLen), s))
}

const numberLen = 13

// corporateNumber writes the number in s to b, which is empty; nil where there is none.
func corporateNumber(b []byte, s string) []byte {
	if s = cut(s, maxText); !allAlone(s) {
		s = norm.NFKC.String(s)
	}
	for _, c := range s {
		switch c = fold(c); {
		case isDigitRune(c) && len(b) < numberLen:
			b = append(b, byte(c))
		case len(b) == 0: // a label
		case c == '-' || c == ' ' || c == '.' || c == 'ー':
		default:
			return nil
		}
	}
	if len(b) < numberLen || checkDigit(b[1:]) != b[0] {
		return nil
	}
	return b
}

// checkDigit is the first digit of a corporate number, from its other twelve: 9 − Σ Pₙ·Qₙ mod 9, where Pₙ is the nth
// digit from the right and Qₙ is 1 for odd n and 2 for even n (法人番号の指定等に関する省令 第2条).
func checkDigit(d []byte) byte {
	sum := 0
	for i := range len(d) {
		q := 1
		if (len(d)-i)%2 == 0 {
			q = 2
		}
		sum += q * int(d[i]-'0')
	}
	return '0' + byte(9-sum%9)
}

// Phone is the first Japanese telephone number in s as digits, country code taken off; empty where there is none.
//
//	Phone("TEL：０３（1234）5678 (代表)") = "0312345678"    Phone("+81-3-1234-5678") = "0312345678"
func (r *Reader) Phone(s string) string {
	if s = cut(s, maxText); !allAlone(s) {
		s = r.nfkc(s)
	}
	b := r.begin(len(s))
	for _, c := range s {
		switch c = fold(c); {
		case isDigitRune(c):
			b = append(b, byte(c))
		case c == ' ' && isPhone(b):
			return r.finish(b)
		case c == ' ' || c == '-' || c == '(' || c == ')' || c == '.' || c == 'ー' || c == '+':
		case len(b) >= 9:
			return r.finish(national(b))
		default:
			b = b[:0]
		}
	}
	return r.finish(national(b))
}

func isDigitRune(r rune) bool { return r >= '0' && r <= '9' }

// national is d with 81 replaced by the trunk prefix 0, where d is a telephone number; nil where it is none.
func national(d []byte) []byte {
	if len(d) >= 11 && d[0] == '8' && d[1] == '1' {
		d = append(append(d[:0], '0'), bytes.TrimPrefix(d[2:], []byte("0"))...)
	}
	if !isPhone(d) {
		return nil
	}
	return d
}

func isPhone(d []byte) bool {
	mobile := len(d) == 11 && (d[2] == '0' || string(d[:4]) == "0800")
	return (len(d) == 10 || mobile) && d[0] == '0' && d[1] != '0' && bytes.Count(d[2:], d[2:3]) < len(d)-2
}

// IsShared reports a number that says nothing about a place: toll-free, navigation dial, internet telephony.
func IsShared(phone string) bool {
	_, shared := sharedPhones.begins(phone)
	return shared
}

var sharedPhones = headsOf("0120 0800 0570 050")
