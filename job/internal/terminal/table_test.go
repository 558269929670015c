package terminal

import "testing"

// A table that is wider than the terminal goes on below, with the columns that say whose a row is.
func TestFold(t *testing.T) {
	rows := [][]string{{"partner", "week", "records", "rejected"}, {"0123", "2026-W46", "5", "17"}, {"派遣ネット", "2026-W46", "12", "0"}}
	for width, want := range map[int]string{
		0:  "partner     week      records  rejected\n0123        2026-W46        5        17\n派遣ネット  2026-W46       12         0\n",
		39: "partner     week      records  rejected\n0123        2026-W46        5        17\n派遣ネット  2026-W46       12         0\n",
		38: "partner     week      records\n0123        2026-W46        5\n派遣ネット  2026-W46       12\n\n" +
			"partner     week      rejected\n0123        2026-W46        17\n派遣ネット  2026-W46         0\n",
		1: "partner     week      records\n0123        2026-W46        5\n派遣ネット  2026-W46       12\n\n" +
			"partner     week      rejected\n0123        2026-W46        17\n派遣ネット  2026-W46         0\n",
	} {
		if got := Fold(rows, 2, width); got != want {
			t.Errorf("folded to %d columns, the table is\n%s\nwant\n%s", width, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	for cell, want := range map[string]string{
		"ハローワーク札幌東求人票番号": "ハローワーク札幌東求人…", "0123456789012345678901234": "01234567890123456789012…",
		"ハローワーク札幌東求人票": "ハローワーク札幌東求人票", "a\x1b[1m\nb": "a [1m b",
	} {
		if got := Cut(cell); got != want {
			t.Errorf("Cut(%q) = %q, want %q", cell, got, want)
		}
	}
}
