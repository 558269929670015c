package feed

import (
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"nayose/job/internal/feed/internal/cell"
)

func TestOccupationColumn(t *testing.T) {
	mapping := "columns: {posting_id: ID, company_name: 会社, occupation: 職種}\noccupations: {A-01: care, 相棒: security, 看護師: other}"
	for cell, want := range map[string]string{
		"介護職": "care", "": "", "何でも": "other", "a01": "care", "【相棒】": "security", "看護師": "other", "准看護師": "medical", "A-011": "other",
		"相棒 募集": "security", "介 護 職 員": "care", "介 護 の お 仕 事": "care", "看護師/介護職": "other",
	} {
		p, _, bad := readRow(t, mapping, "ID|会社|職種", "1|A|"+cell)
		if bad != nil || p.Occupation != want || p.OccupationText != cell || p.Extra != "" {
			t.Errorf("%q: %q, text %q, %v; want %q", cell, p.Occupation, p.OccupationText, bad, want)
		}
	}
}

// TestFeedOccupations says how many postings of the real feeds are understood.
func TestFeedOccupations(t *testing.T) {
	read := func(text string) string { return cell.Occupation(text, nil) }
	for partner, column := range map[string]int{"hoikukaigo": 6, "carejob": 4} {
		file := feedFile(t, "2026-W47", partner)
		if partner == "carejob" {
			var err error
			if file, err = japanese.ShiftJIS.NewDecoder().String(file); err != nil {
				t.Fatal(err)
			}
		}
		rows, n, counts := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\uFEFF"))), 0, map[string]int{}
		for ; ; n++ {
			row, err := rows.Read()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if n > 0 {
				counts[read(row[column])]++
			}
		}
		if counts["other"] > 0 {
			t.Errorf("%s: %d of %d postings are not understood", partner, counts["other"], n-1)
		}
		t.Logf("%s: %v", partner, counts)
	}
}
