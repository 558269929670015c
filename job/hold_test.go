package main

import (
	"bytes"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"nayose/job/internal/artifact"
	"nayose/job/internal/faults"
	"nayose/job/internal/terminal"
)

// TestHoldIsSaidWhateverBreaks: what goes wrong with the log of holds never hides the hold, and never keeps a delivery from going through.
func TestHoldIsSaidWhateverBreaks(t *testing.T) {
	good, bad := "id,name\nA-1,x\n", "id,name\n"
	for _, history := range []struct {
		name   string
		before string // an earlier run of this file
		file   string
		want   int
		log    []string // the reasons' first words, as the log of holds has them when nothing breaks
	}{
		{"held", "", bad, 62, []string{"an empty"}},
		{"held again", bad, bad, 62, []string{"an empty"}},
		{"passes", "", good, 0, nil},
		{"released", bad, good, 0, []string{"an empty", ""}},
	} {
		t.Run(history.name, func(t *testing.T) {
			t.Parallel()
			ours := func(operation string) bool { return strings.Contains(operation, " holds/") }
			trial := func(by *faults.Switch) (code int, said string, log []artifact.Hold) {
				dir := t.TempDir()
				if history.before != "" {
					extracting(t, dir, history.before, nil)
				}
				code, said = extracting(t, dir, history.file, by)
				log, err := artifact.Holds(t.Context(), newTestJob(t, dir).store, firstWeek, "acme")
				noError(t, err)
				return code, said, log
			}
			count := &faults.Switch{Only: ours}
			code, said, log := trial(count)
			if code != history.want || len(log) != len(history.log) {
				t.Fatalf("exit code %d, want %d; the log of holds is %+v\n%s", code, history.want, log, said)
			}
			for i, h := range log {
				if !strings.HasPrefix(h.Reason, history.log[i]) || h.Reason == "" != (history.log[i] == "") || h.Stage != "extract" || h.Plan != i+1 {
					t.Errorf("entry %d of the log of holds is %+v", i+1, h)
				}
			}
			if count.Count() == 0 {
				t.Error("nobody has looked at the log of holds")
			}
			for n := range count.Count() {
				for _, kind := range []faults.Kind{faults.Refused, faults.Denied, faults.Lost} {
					by := &faults.Switch{Only: ours, Nth: n + 1, Kind: kind}
					if code, said, _ := trial(by); code != history.want || !strings.Contains(said, "log of holds") {
						t.Errorf("with %s: exit code %d, want %d and a warning\n%s", by, code, history.want, said)
					}
				}
			}
		})
	}
}

// extracting extracts a file of a partner acme in this process, with a switch before what it asks of the store.
func extracting(t *testing.T, dir, file string, by *faults.Switch) (code int, said string) {
	t.Helper()
	noError(t, os.WriteFile(filepath.Join(dir, "acme.csv"), []byte(file), 0o666))
	noError(t, os.WriteFile(filepath.Join(dir, "companies.csv"), []byte("company_id,name\n1,x\n"), 0o666))
	cfg := &config{Store: dir, Input: dir, Shards: 1}
	noError(t, yaml.UnmarshalWithOptions([]byte(`
master: {file: companies.csv}
partners: {acme: {files: acme.csv, columns: {posting_id: id, company_name: name}}}
`), cfg, yaml.Strict()))
	var out bytes.Buffer
	j, err := newJob(t.Context(), cfg, io.Discard, &terminal.Log{Logger: slog.New(slog.NewTextHandler(&out, nil))})
	noError(t, err)
	if by != nil {
		j.store = faults.NewStore(j.store, by)
	}
	err = j.through(t.Context(), firstWeek, stepFreeze, stepExtract)
	return report(&out, err), out.String()
}
