package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/encoding/japanese"
)

const committed = "../corpus"

// TestCommitted regenerates the corpus and compares it with the committed one, byte for byte and file for file.
func TestCommitted(t *testing.T) {
	dir := t.TempDir()
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	want, got := tree(t, dir), tree(t, committed)
	delete(got, "README.md") // written by hand
	for name := range want {
		if !bytes.Equal(got[name], want[name]) {
			t.Errorf("%s differs from what the generator writes: run go run ./testdata/generate -out testdata/corpus", name)
		}
	}
	for name := range got {
		if want[name] == nil {
			t.Errorf("%s is in the corpus, but the generator does not write it", name)
		}
	}
}

func tree(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		files[path], err = os.ReadFile(filepath.Join(dir, path))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestSize(t *testing.T) {
	total := 0
	for _, content := range tree(t, committed) {
		total += len(content)
	}
	if total > 620_000 {
		t.Errorf("the corpus is %d bytes, want at most 620,000", total)
	}
}

// TestCorporateNumber checks the formula against the National Tax Agency's own number, and that it catches typing
// errors: it misses only a 0 in the place of a 9 and the reverse.
func TestCorporateNumber(t *testing.T) {
	if got := corporateNumber("000012050002"); got != "7000012050002" {
		t.Errorf("corporateNumber(000012050002) = %s, want 7000012050002", got)
	}
	for _, c := range rows(t, "companies.csv") {
		id := c["company_id"]
		if len(id) != 13 || corporateNumber(id[1:]) != id {
			t.Errorf("company_id %s has a wrong check digit", id)
		}
	}
}

// TestMaster checks that what points into the master finds something there.
func TestMaster(t *testing.T) {
	master := map[string]map[string]string{}
	for _, c := range rows(t, "companies.csv") {
		if master[c["company_id"]] != nil {
			t.Errorf("company_id %s stands twice", c["company_id"])
		}
		master[c["company_id"]] = c
	}
	for id, c := range master {
		heir := c["successor_id"]
		if heir != "" && (c["closed_on"] == "" || master[heir] == nil || master[heir]["closed_on"] != "") {
			t.Errorf("company %s, closed on %q, has successor %s, which is not an open company of the master", id, c["closed_on"], heir)
		}
	}
	for _, p := range rows(t, "truth.csv") {
		id := p["true_company_id"]
		if id != "" && (master[id] == nil || master[id]["closed_on"] != "") {
			t.Errorf("%s %s: true company %s is not an open company of the master", p["partner"], p["posting_id"], id)
		}
	}
}

// TestShape checks that names are written in kanji and katakana about as registered ones are.
func TestShape(t *testing.T) {
	kanji, katakana, master := 0, 0, found().master
	for _, c := range master {
		switch {
		case !strings.ContainsFunc(c.core.text, func(r rune) bool { return !unicode.Is(unicode.Han, r) }):
			kanji++
		case !strings.ContainsFunc(c.core.text, func(r rune) bool { return !unicode.Is(unicode.Katakana, r) && r != 'ー' && r != '・' }):
			katakana++
		}
	}
	if k := 100 * kanji / len(master); k < 40 || k > 48 {
		t.Errorf("%d %% of the names are in kanji alone, want about 44", k)
	}
	if k := 100 * katakana / len(master); k < 23 || k > 31 {
		t.Errorf("%d %% of the names are in katakana alone, want about 27", k)
	}
}

// TestKinds checks that the corpus holds every dressing and every damage that it promises.
func TestKinds(t *testing.T) {
	seen := map[string]int{}
	for _, file := range []string{"truth.csv", "damage.csv"} {
		for _, r := range rows(t, file) {
			seen[r["kind"]]++
		}
	}
	for _, s := range dressings {
		if seen[s.kind] == 0 {
			t.Errorf("no posting is dressed as %s", s.kind)
		}
	}
	for _, d := range damages {
		if want := 4; seen[d.kind] != want {
			t.Errorf("%d records have damage %s, want %d", seen[d.kind], d.kind, want)
		}
	}
}

// TestOverlap checks that 85 to 90 of 100 postings of the first week are there in the second.
func TestOverlap(t *testing.T) {
	for _, p := range partners {
		first, both := map[string]bool{}, 0
		for _, r := range rows(t, "truth.csv") {
			switch {
			case r["partner"] == p.name && r["week"] == p.weeks[0]:
				first[r["posting_id"]] = true
			case r["partner"] == p.name && first[r["posting_id"]]:
				both++
			}
		}
		if share := 100 * both / len(first); share < 85 || share > 90 {
			t.Errorf("%s: %d %% of %d postings are in both weeks, want 85 to 90", p.name, share, len(first))
		}
	}
}

// TestCP932 checks that hataraku-net's files come out the same after decoding and encoding, the bad bytes aside, and
// that they hold the characters that distinguish CP932 from Shift_JIS.
func TestCP932(t *testing.T) {
	for _, week := range partners[1].weeks {
		raw, err := os.ReadFile(filepath.Join(committed, "feeds", week, "hataraku-net.csv"))
		if err != nil {
			t.Fatal(err)
		}
		raw = bytes.ReplaceAll(raw, []byte(partners[1].badBytes), nil)
		text, err := japanese.ShiftJIS.NewDecoder().String(string(raw))
		if err != nil || strings.ContainsRune(text, '\ufffd') {
			t.Fatalf("%s holds bytes that are not CP932 (%v)", week, err)
		}
		back, err := encodeCP932(text)
		if err != nil || !bytes.Equal(back, raw) {
			t.Errorf("%s does not round-trip (%v)", week, err)
		}
		for _, r := range "㈱①髙～" {
			if !strings.ContainsRune(text, r) {
				t.Errorf("%s lacks %c", week, r)
			}
		}
		if !bytes.Contains(raw, []byte{0xFB, 0xFC}) {
			t.Errorf("%s lacks 髙 as Windows writes it, FBFC", week)
		}
	}
}

// rows reads one of the corpus's own tables, each row by its column names.
func rows(t *testing.T, name string) []map[string]string {
	t.Helper()
	return rowsOf(t, filepath.Join(committed, name))
}
