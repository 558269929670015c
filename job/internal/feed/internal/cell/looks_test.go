package cell

import (
	"strings"
	"testing"
)

func TestLooks(t *testing.T) {
	looks := []struct {
		name string
		is   func(string) bool
	}{
		{"number", IsCorporateNumber}, {"phone", IsPhone}, {"url", IsURL}, {"form", HasLegalForm}, {"kana", IsKana}, {"address", IsAddress},
	}
	for text, want := range map[string]string{
		"1234567890123": "number",
		"T１２３４５６７８９０１２３": "number",
		"123456789012": "",
		"03-0000-0000": "phone",
		"（０７２１）００−００００":              "phone",
		"+81-3-0000-0000":            "phone",
		"0300":                       "",
		"ＨＴＴＰＳ://www.sample.example": "url",
		"www.sample.example":         "url",
		"sample.example":             "",
		"㈱サンプル":                      "form",
		"医療法人見本会":                    "form",
		"ミホンカイ":                      "kana",
		"みほん カイ":                     "kana",
		"ﾐﾎﾝ":                        "kana",
		"ア":                          "",
		"東京都港区芝1-1":                  "address",
		"横浜市西区みなとみらい二丁目": "address",
		"東京都":   "",
		"横浜市西区": "",
		"":      "",
	} {
		var got []string
		for _, look := range looks {
			if look.is(text) {
				got = append(got, look.name)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q looks like %q, want %q", text, got, want)
		}
	}
}
