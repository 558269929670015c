package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

// TestTextFeed writes a feed in both encodings: the same bytes each time, the same rows but for letters that CP932 lacks, about
// 1.8 KB of them, with line breaks and quotes in descriptions of about 500 letters.
func TestTextFeed(t *testing.T) {
	const n = 400
	write := func(encoding string) []byte {
		name := filepath.Join(t.TempDir(), "feed.csv")
		if err := writeTextFeed(name, encoding, n); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	plain, jis := write("utf-8"), write("cp932")
	if again := write("utf-8"); !bytes.Equal(plain, again) {
		t.Error("the feed is another one the second time")
	}
	if size := len(plain) / n; size < 1700 || size > 1900 {
		t.Errorf("a row has %d bytes, want about 1800", size)
	}
	decoded, err := japanese.ShiftJIS.NewDecoder().Bytes(jis)
	if err != nil {
		t.Fatal(err)
	}
	rows, same := parse(t, plain), parse(t, decoded)
	letters, lines, quotes, alike, ids := 0, 0, 0, 0, map[string]bool{}
	for i, row := range rows {
		text := row[len(row)-1]
		letters += utf8.RuneCountInString(text)
		lines += strings.Count(text, "\n")
		quotes += strings.Count(text, `"`)
		ids[row[0]] = true
		if i < len(same) && same[i][len(row)-1] == text && same[i][0] == row[0] {
			alike++
		}
	}
	if len(rows) != n+1 || len(ids) != n+1 || alike != n+1 {
		t.Errorf("there are %d rows with %d ids, of which %d are the same in CP932, want %d", len(rows), len(ids), alike, n+1)
	}
	if mean := letters / n; mean < 450 || mean > 550 || lines < n || quotes < n/5 {
		t.Errorf("descriptions have %d letters, and in %d of them %d line ends and %d quotes", mean, n, lines, quotes)
	}
}

func parse(t *testing.T, content []byte) [][]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(content))
	r.FieldsPerRecord = len(textHeader)
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(textHeader) != 25 {
		t.Errorf("there are %d columns, want 25", len(textHeader))
	}
	return rows
}
