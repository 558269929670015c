package cell

import "testing"

func TestDeleted(t *testing.T) {
	for _, test := range []struct {
		text       string
		yes, known bool
	}{
		{"削除", true, true},
		{"１", true, true},
		{" 掲載 終了 ", true, true},
		{"更新", false, true},
		{"0", false, true},
		{"", false, true},
		{"\u200B", false, true},
		{"保留", false, false},
	} {
		if yes, known := Deleted(test.text); yes != test.yes || known != test.known {
			t.Errorf("Deleted(%q) = %v, %v; want %v, %v", test.text, yes, known, test.yes, test.known)
		}
	}
	for word := range gone {
		if stays[word] {
			t.Errorf("%s is yes and no", word)
		}
	}
}
