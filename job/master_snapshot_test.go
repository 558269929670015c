package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/job/internal/artifact"
)

// masterFiles writes a master's files into a directory, and returns a config of it.
func masterFiles(t *testing.T, dir string, files map[string]string) *config {
	t.Helper()
	for name, text := range files {
		write(t, dir, name, text)
	}
	return &config{Store: filepath.Join(dir, "store"), Input: dir, Master: masterConfig{
		Source: Source{File: "c.csv"}, Workplaces: &Source{File: "w.csv"}, Aliases: &Source{File: "a.csv"},
	}}
}

// snapshotOf is the snapshot that a new job makes or finds.
func snapshotOf(t *testing.T, cfg *config) (*job, artifact.Manifest) {
	t.Helper()
	j := jobOf(t, cfg)
	m, err := j.snapshot(t.Context())
	noError(t, err)
	return j, m
}

func TestSnapshotOfFiles(t *testing.T) {
	dir := t.TempDir()
	cfg := masterFiles(t, dir, map[string]string{
		"c.csv": "company_id,name,aliases\n2,株式会社アオイ,あおい\n1,株式会社アカネ,\n",
		"w.csv": "company_id,name,address\n2,札幌営業所,北海道札幌市\n1,,東京都港区\n",
		"a.csv": "company_id,name,kind\n1,アカネの里,trade\n2,株式会社アオ,former\n9,誰か,\n",
	})
	j, m := snapshotOf(t, cfg)
	wantCompanies := []nayose.Company{
		{ID: "2", Name: "株式会社アオイ", Aliases: "あおい", FormerNames: "株式会社アオ"},
		{ID: "1", Name: "株式会社アカネ", Aliases: "アカネの里"},
	}
	if diff := cmp.Diff(wantCompanies, rowsOf[nayose.Company](t, j.store, &m, companiesFile)); diff != "" {
		t.Errorf("companies (-want +got):\n%s", diff)
	}
	wantWorkplaces := []nayose.Workplace{{CompanyID: "2", Name: "札幌営業所", Address: "北海道札幌市"}, {CompanyID: "1", Address: "東京都港区"}}
	if diff := cmp.Diff(wantWorkplaces, rowsOf[nayose.Workplace](t, j.store, &m, workplacesFile)); diff != "" {
		t.Errorf("workplaces (-want +got):\n%s", diff)
	}
	if _, err := m.Output(indexFile); err != nil {
		t.Error(err)
	}
	if _, again := snapshotOf(t, cfg); again.Attempt != m.Attempt {
		t.Errorf("unchanged files are snapshotted again")
	}
	seen := map[string]string{m.Digest: "the first"}
	for _, change := range []func(){
		func() { masterFiles(t, dir, map[string]string{"a.csv": "company_id,name\n1,あかね\n"}) },
		func() { masterFiles(t, dir, map[string]string{"w.csv": "company_id\n1\n"}) },
		func() { cfg.Master.Aliases = nil },
		func() { cfg.Master.Workplaces = nil },
	} {
		change()
		_, next := snapshotOf(t, cfg)
		if seen[next.Digest] != "" {
			t.Errorf("after a change the snapshot is still %s", next.Digest)
		}
		seen[next.Digest] = "another"
	}
}

// TestHoldMaster: a master that has shrunk to less than half of the last plan's holds, in whichever of the weeks before that was.
func TestHoldMaster(t *testing.T) {
	dir := t.TempDir()
	cfg := masterFiles(t, dir, map[string]string{"c.csv": "company_id,name\n1,a\n2,b\n3,c\n4,d\n5,e\n"})
	cfg.Master.Workplaces, cfg.Master.Aliases = nil, nil
	j, large := snapshotOf(t, cfg)
	masterFiles(t, dir, map[string]string{"c.csv": "company_id,name\n1,a\n2,b\n"})
	_, half := snapshotOf(t, cfg)
	masterFiles(t, dir, map[string]string{"c.csv": "company_id,name\n1,a\n"})
	_, small := snapshotOf(t, cfg)
	freeze := func(week nayose.Week, m artifact.Manifest) error {
		p := artifact.Plan{Week: week, Partner: "acme", Master: m.Digest, Shards: 1}
		err := j.holdMaster(t.Context(), p, m)
		if err == nil {
			_, _, err = artifact.Freeze(t.Context(), j.store, p, new(artifact.DecisionLog))
		}
		return err
	}
	week := secondWeek
	for _, c := range []struct {
		about   string
		weeks   int // since the case before
		master  artifact.Manifest
		atLeast int64
		held    string
	}{
		{"the first plan", 0, small, 0, ""},
		{"a larger one", 0, large, 0, ""},
		{"the same", 1, large, 0, ""},
		{"less than half in the week of a plan", 0, small, 0, "the master has 1 company, fewer than 2: half of the 5 of plan 1 of 2026-W48"},
		{"less than half after some weeks", 4, small, 0, "half of the 5 of plan 1 of 2026-W48"},
		{"half", 0, half, 0, ""},
		{"half of half", 0, small, 0, ""},
		{"fewer than must be", 0, half, 3, "fewer than 3: master.at_least"},
		{"as many as must be", 0, large, 5, ""},
		{"far fewer, and allowed", 0, small, 1, ""},
		{"larger again", 0, large, 0, ""},
		{"long ago", 6, small, 0, ""},
	} {
		for range c.weeks {
			week = week.Next()
		}
		j.cfg.Master.AtLeast = c.atLeast
		err := freeze(week, c.master)
		if (err != nil) != (c.held != "") || err != nil && (kindOf(err) != nayose.Held || !strings.Contains(err.Error(), c.held)) {
			t.Errorf("%s: %v, want %q", c.about, err, c.held)
		}
	}
}
