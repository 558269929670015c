package cell

import (
	"strings"
	"unicode"
)

// IsCorporateNumber tells whether a cell looks like a corporate number (法人番号), also with the T of an invoice number before it.
func IsCorporateNumber(s string) bool {
	s = strings.TrimPrefix(Fold(s), "t")
	return len(s) == 13 && strings.TrimLeft(s, "0123456789") == ""
}

// IsPhone tells whether a cell looks like a phone number of Japan.
func IsPhone(s string) bool {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune("()-−‐ー―.+", r) {
			return -1
		}
		return r
	}, Fold(s))
	digits = strings.TrimPrefix(digits, "81")
	return len(digits) >= 9 && len(digits) <= 11 && strings.TrimLeft(digits, "0123456789") == ""
}

// IsURL tells whether a cell looks like the address of a web page.
func IsURL(s string) bool {
	s = Fold(s)
	return strings.HasPrefix(s, "http") || strings.HasPrefix(s, "www.")
}

// HasLegalForm tells whether a legal form stands in a cell: 株式会社, (有), 医療法人.
func HasLegalForm(s string) bool {
	s = Fold(s)
	for _, form := range []string{"株式会社", "有限会社", "合同会社", "合資会社", "(株)", "(有)", "法人", "協同組合"} {
		if strings.Contains(s, form) {
			return true
		}
	}
	return false
}

// IsKana tells whether all letters of a cell are kana.
func IsKana(s string) bool {
	letters := 0
	for _, r := range Fold(s) {
		switch {
		case unicode.In(r, unicode.Hiragana, unicode.Katakana) || r == 'ー':
			letters++
		case unicode.IsLetter(r):
			return false
		}
	}
	return letters > 1
}

// IsAddress tells whether a cell looks like an address: more than the name of a prefecture, or a municipality and a number.
func IsAddress(s string) bool {
	prefecture, city := Place(s)
	return prefecture != "" && Prefecture(s) == "" || city != "" && strings.ContainsAny(Fold(s), "0123456789一二三四五六七八九")
}
