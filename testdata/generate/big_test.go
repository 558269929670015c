package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const bigSize = 2000

// TestBig writes a small "big" master twice and reads it: the same bytes, valid and unique numbers, postings whose truth the
// master has, and about the statistics that it promises.
func TestBig(t *testing.T) {
	dir, again := t.TempDir(), t.TempDir()
	for _, d := range []string{dir, again} {
		if err := big(d, bigSize, bigSize); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range tree(t, dir) {
		if other, err := os.ReadFile(filepath.Join(again, name)); err != nil || !bytes.Equal(content, other) {
			t.Errorf("%s is another one the second time (%v)", name, err)
		}
	}
	companies, postings := rowsOf(t, filepath.Join(dir, "companies.csv")), rowsOf(t, filepath.Join(dir, "postings.csv"))
	known := map[string]bool{}
	for _, c := range companies {
		id := c["company_id"]
		if known[id] || corporateNumber(id[1:]) != id {
			t.Errorf("company_id %s stands twice or has a wrong check digit", id)
		}
		known[id] = true
	}
	if len(known) != bigSize || len(postings) != bigSize {
		t.Errorf("there are %d companies and %d postings, want %d of each", len(known), len(postings), bigSize)
	}
	for _, p := range postings {
		if id := p["true_company_id"]; id != "" && !known[id] {
			t.Errorf("posting %s: the master has no company %s", p["posting_id"], id)
		}
	}
	share := func(rows []map[string]string, column string) int {
		return 100 * len(slices.DeleteFunc(slices.Clone(rows), func(r map[string]string) bool { return r[column] == "" })) / len(rows)
	}
	for _, c := range []struct {
		rows      []map[string]string
		column    string
		low, high int
	}{
		{companies, "name_kana", 82, 93},
		{companies, "phone", 77, 83},
		{companies, "url", 37, 43},
		{postings, "true_company_id", 82, 88},
		{postings, "address", 84, 92},
		{postings, "url", 8, 16},
	} {
		if got := share(c.rows, c.column); got < c.low || got > c.high {
			t.Errorf("%d %% of the rows have a %s, want %d to %d", got, c.column, c.low, c.high)
		}
	}
}

// TestRegistryNames: more companies have more names, but fewer for each; some are borne by hundreds of 20,000.
func TestRegistryNames(t *testing.T) {
	const n = 20_000
	r := newRegistry(n)
	bearers, prefectures, lengths := map[string]int{}, map[string]bool{}, []int{}
	firstHalf := 0
	for i := range n {
		c := r.company(i)
		bearers[c.core.text]++
		prefectures[c.Prefecture] = true
		lengths = append(lengths, utf8.RuneCountInString(c.core.text))
		if i < n/2 {
			firstHalf = len(bearers)
		}
	}
	if whole := len(bearers); firstHalf < n*8/20 || whole-firstHalf >= firstHalf || whole < n*3/4 || whole > n*19/20 {
		t.Errorf("%d companies have %d names, the first half of them %d", n, whole, firstHalf)
	}
	top := ""
	for name, many := range bearers {
		if many > bearers[top] {
			top = name
		}
	}
	if bearers[top] < n/1000 || bearers[top] > n/100 {
		t.Errorf("the commonest name, %s, is borne by %d of %d companies", top, bearers[top], n)
	}
	if len(prefectures) != 47 {
		t.Errorf("there are companies in %d prefectures, want 47", len(prefectures))
	}
	slices.Sort(lengths)
	if median, tenth := lengths[n/2], lengths[n*9/10]; median < 4 || median > 7 || tenth < 8 || tenth > 13 {
		t.Errorf("names have %d letters in the middle, every tenth %d or more, want about 5 and 11", median, tenth)
	}
}

// TestDisguised: a fifth of the names are as registered, and one of an absent employer is not another's.
func TestDisguised(t *testing.T) {
	r := newRegistry(bigSize)
	same := 0
	for i := range bigSize {
		c := r.company(i)
		r.roll(ofPosting, uint64(i))
		if name := r.disguised(c, c.address.place); name == c.Name {
			same++
		} else if strings.TrimSpace(name) == "" {
			t.Errorf("%s is disguised as %q", c.Name, name)
		}
	}
	if same < bigSize/8 || same > bigSize/3 {
		t.Errorf("%d of %d names are as registered, want about a fifth", same, bigSize)
	}
}

func rowsOf(t *testing.T, name string) (all []map[string]string) {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, column := range lines[0] {
			row[column] = line[i]
		}
		all = append(all, row)
	}
	return all
}
