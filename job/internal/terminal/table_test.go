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

// A folded table stands to the right as a whole, and one of keys only is not folded away.
func TestIndent(t *testing.T) {
	rows := [][]string{{"posting_id", "company_name", "title"}, {"a-1", "株式会社見本", "介護職"}}
	for width, want := range map[int]string{
		0:  "  posting_id  company_name  title\n  a-1         株式会社見本  介護職\n",
		34: "  posting_id  company_name  title\n  a-1         株式会社見本  介護職\n",
		33: "  posting_id  company_name\n  a-1         株式会社見本\n\n  posting_id  title\n  a-1         介護職\n",
	} {
		if got := Indent(rows, 1, width); got != want {
			t.Errorf("indented on %d columns, the table is\n%s\nwant\n%s", width, got, want)
		}
	}
	if got, want := Indent([][]string{{"posting_id"}, {"a-1"}}, 1, 5), "  posting_id\n  a-1\n"; got != want {
		t.Errorf("a table of keys is %q, want %q", got, want)
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
