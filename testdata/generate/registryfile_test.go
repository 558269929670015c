package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/width"
)

// The columns that the tests look at.
const (
	idColumn      = 1
	processColumn = 2
	correctColumn = 3
	updateColumn  = 4
	kindColumn    = 8
	closedColumn  = 18
	heirColumn    = 20
	latestColumn  = 23
)

// registryRows reads one of the registry's files, and checks what holds for each.
func registryRows(t *testing.T, dir, name string) (rows [][]string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(name, ".zip") {
		content = unpacked(t, content)
	} else if content, err = japanese.ShiftJIS.NewDecoder().Bytes(content); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(content))
	r.FieldsPerRecord = 30
	if rows, err = r.ReadAll(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for i, row := range rows {
		id := row[idColumn]
		if corporateNumber(id[1:]) != id || i > 0 && id < rows[i-1][idColumn] {
			t.Errorf("%s, row %d: company %s has a wrong check digit, or stands behind a higher number", name, i+1, id)
		}
		lastOfIt := i == len(rows)-1 || rows[i+1][idColumn] != id
		if (row[latestColumn] == "1") != lastOfIt {
			t.Errorf("%s, row %d: latest is %s", name, i+1, row[latestColumn])
		}
		if first := i == 0 || rows[i-1][idColumn] != id; row[correctColumn] == "1" && first && name[0] == 'd' && row[processColumn] != founding {
			t.Errorf("%s, row %d: a history that is published again begins with %s", name, i+1, row[processColumn])
		}
	}
	return rows
}

func unpacked(t *testing.T, archive []byte) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.File) != 2 || r.File[0].Name != r.File[1].Name+".asc" {
		t.Fatalf("the archive holds %d files, want a CSV behind its signature", len(r.File))
	}
	f, err := r.File[1].Open()
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// checkChanges holds change files to what came before them: a company that is new, and no other, is unknown; each process happens.
func checkChanges(t *testing.T, dir, full string, days []string) {
	t.Helper()
	state := map[string][]string{}
	for _, row := range registryRows(t, dir, full) {
		state[row[idColumn]] = row
	}
	happened := map[string]bool{}
	for _, name := range days {
		for _, row := range registryRows(t, dir, name) {
			id, process := row[idColumn], row[processColumn]
			if known := state[id] != nil; known == (process == founding && row[correctColumn] == "0") {
				t.Errorf("%s: process %s of company %s, which is known: %v", name, process, id, known)
			}
			if heir := row[heirColumn]; heir != "" && state[heir] == nil {
				t.Errorf("%s: the successor %s of company %s is unknown", name, heir, id)
			}
			if want := strings.NewReplacer("diff_", "", ".csv", "").Replace(name); strings.ReplaceAll(row[updateColumn], "-", "") != want {
				t.Errorf("%s: a row was published on %s", name, row[updateColumn])
			}
			if process == closing != (row[closedColumn] != "") && process != founding {
				t.Errorf("%s: process %s of company %s closes it on %q", name, process, id, row[closedColumn])
			}
			state[id] = row
			happened[process] = true
			happened[process+" corrected"] = happened[process+" corrected"] || row[correctColumn] == "1"
		}
	}
	for _, process := range []string{
		founding, renaming, moving, abroad, closing, reviving, merging, unmerging, forfeiting, deleting, founding + " corrected", moving + " corrected",
	} {
		if !happened[process] {
			t.Errorf("process %s does not happen", process)
		}
	}
}

// TestRegistrySample checks the registry's files of the corpus.
func TestRegistrySample(t *testing.T) {
	dir := filepath.Join(committed, "registry")
	checkChanges(t, dir, "00_zenkoku_all_20260930.zip", []string{"diff_20261001.csv", "diff_20261002.csv", "diff_20261005.csv"})
	master, in := map[string]map[string]string{}, 0
	for _, c := range rows(t, "companies.csv") {
		master[c["company_id"]] = c
	}
	for _, row := range registryRows(t, dir, "00_zenkoku_all_20260930.zip") {
		c := master[row[idColumn]]
		if c == nil {
			continue
		}
		in++
		want := []string{c["closed_on"], c["successor_id"], width.Widen.String(c["name"]), width.Widen.String(c["address"])}
		if got := []string{row[closedColumn], row[heirColumn], row[6], row[9] + row[10] + row[11]}; !slices.Equal(got, want) {
			t.Errorf("the registry says %v, the master %v", got, want)
		}
	}
	if in < 38 {
		t.Errorf("the master has %d of the registry's companies, want 38 or more", in)
	}
}

// TestWriteRegistry writes a registry twice and reads it: the same bytes, as many companies as asked for, some of every fate, and
// characters that its CP932 does not have as images.
func TestWriteRegistry(t *testing.T) {
	dir, again := t.TempDir(), t.TempDir()
	for _, d := range []string{dir, again} {
		if err := writeRegistry(d, bigSize, 6); err != nil {
			t.Fatal(err)
		}
	}
	var days []string
	for name, content := range tree(t, dir) {
		if other, err := os.ReadFile(filepath.Join(again, name)); err != nil || !bytes.Equal(content, other) {
			t.Errorf("%s is another one the second time (%v)", name, err)
		}
		if strings.HasPrefix(name, "diff_") {
			days = append(days, name)
		}
	}
	slices.Sort(days)
	if want := "diff_20261001.csv diff_20261002.csv diff_20261005.csv"; !strings.HasPrefix(strings.Join(days, " "), want) || len(days) != 6 {
		t.Errorf("the days are %v, want %s and three more", days, want)
	}
	checkChanges(t, dir, "00_zenkoku_all_20260930.zip", days)
	companies := map[string]int{}
	full := registryRows(t, dir, "00_zenkoku_all_20260930.zip")
	for _, row := range full {
		companies[row[kindColumn]]++
		companies["process "+row[processColumn]]++
	}
	if len(full) != bigSize {
		t.Errorf("there are %d companies, want %d", len(full), bigSize)
	}
	for _, what := range []string{"301", "302", "305", "399", "401", "process 01", "process 11", "process 12", "process 21"} {
		if companies[what] < 4 {
			t.Errorf("of kind or process %s are %d companies", what, companies[what])
		}
	}
}

func TestImage(t *testing.T) {
	f := newRegistryFile(cp932{})
	for text, want := range map[string]string{"株式会社高橋": "株式会社高橋", "株式会社髙橋①": "株式会社＿橋＿", "𠮷野": "＿野"} {
		got, id := f.image(text)
		if got != want || (len(id) == 8) != (got != text) {
			t.Errorf("image(%q) = %q, %q, want %q", text, got, id, want)
		}
		if got, id := newRegistryFile(nil).image(text); got != text || id != "" {
			t.Errorf("in the Unicode edition, image(%q) = %q, %q", text, got, id)
		}
	}
}
