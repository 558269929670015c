package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/drift"
	"nayose/job/internal/store"
	"nayose/loader"
	"nayose/loader/pgtest"
)

// A frozenCase is what a store has of a partner, by the first letter of mentions' ids, and of postings by their mentions.
type frozenCase struct {
	live, current, former string
	postings              string // that were read
	seen                  string // that the view counts
	want                  string // of the error; empty for none
}

func idOf(letter rune) nayose.ID { return nayose.ID{byte(letter)} }

// TestPairs: whatever one side lacks of the other is an error of kind Integrity, which says what.
func TestPairs(t *testing.T) {
	for about, c := range map[string]frozenCase{
		"nothing is missing":            {"abc", "ac", "b", "aac", "aac", ""},
		"a partner without expired":     {"abc", "abc", "", "abc", "abc", ""},
		"an answer of the shadow":       {"abc", "a", "b", "aac", "aac", "lacks 0 postings and 0 mentions, the shadow 1 and 1"},
		"an answer of the live side":    {"ac", "ac", "b", "aab", "aa", "lacks 1 posting and 1 mention, the shadow 0 and 0"},
		"both answers":                  {"ac", "ac", "", "aab", "aa", "lacks 1 posting and 1 mention, the shadow 1 and 1"},
		"a posting that readers see":    {"abc", "abc", "", "ab", "abc", "of 3 postings that readers see the shadow answers about 2"},
		"one in the place of another":   {"abc", "abc", "", "abb", "abc", "are not those that the shadow answers about"},
		"an expired mention's answer":   {"abc", "ac", "", "ac", "ac", "lacks 0 postings and 0 mentions, the shadow 0 and 1"},
		"the answers about all of them": {"abc", "", "", "", "", "lacks 0 postings and 0 mentions, the shadow 0 and 3"},
	} {
		t.Run(about, func(t *testing.T) {
			s, p := c.freeze(t)
			var g drift.Gaps
			for i, letter := range c.seen {
				books := loader.LiveBooks{Postings: 1}
				books.Sum.Add(nayose.NewID(fmt.Sprint(i), string(letter)))
				g.Expect(books.Postings, books.Sum)
			}
			last := nayose.ID{}
			for x, err := range s.pairs(t.Context(), p) {
				if err != nil || x.ID.String() <= last.String() {
					t.Fatalf("pair of %s after %s, %v", x.ID, last, err)
				}
				last = x.ID
				g.Count(&x)
			}
			err := g.Fault()
			switch kind, _ := classify(err); {
			case c.want == "" && err != nil, c.want != "" && (kind != nayose.Integrity || !strings.Contains(fmt.Sprint(err), c.want)):
				t.Errorf("error is %v, want %q", err, c.want)
			}
		})
	}
}

// freeze writes the case as a shadow does.
func (c *frozenCase) freeze(t *testing.T) (*shadow, *shadowed) {
	t.Helper()
	files, err := store.Open(t.Context(), t.TempDir(), store.S3Options{})
	noError(t, err)
	s := &shadow{job: &job{store: files}}
	answers := func(letters string) (list []nayose.Answer) {
		for _, letter := range letters {
			list = append(list, nayose.Answer{MentionID: idOf(letter), Outcome: nayose.Review})
		}
		return list
	}
	var postings []nayose.PostingMention
	for i, letter := range c.postings {
		postings = append(postings, nayose.PostingMention{Lineage: nayose.NewID(fmt.Sprint(i), string(letter)), MentionID: idOf(letter)})
	}
	p := &shadowed{frozen: kept(t, files, "shadow", func(a *artifact.Attempt) {
		writeAll(t, a, liveFile, answers(c.live))
		writeAll(t, a, lineageFile, postings)
	})}
	for i, letters := range []string{c.current, c.former} {
		p.files = append(p.files, &delivery{matches: []artifact.Manifest{kept(t, files, fmt.Sprint("match", i), func(a *artifact.Attempt) {
			writeAll(t, a, matchesFile, answers(letters))
		})}})
	}
	return s, p
}

func kept(t *testing.T, s nayose.Store, stage string, write func(*artifact.Attempt)) artifact.Manifest {
	t.Helper()
	a, err := artifact.Begin(s)
	noError(t, err)
	defer a.Close()
	write(a)
	m, err := a.Commit(t.Context(), artifact.NewPlace(stage, 1), artifact.Manifest{}, "test")
	noError(t, err)
	return m
}

func writeAll[T any](t *testing.T, a *artifact.Attempt, name string, rows []T) {
	t.Helper()
	table, err := artifact.NewTable[T](a, name)
	noError(t, err)
	noError(t, table.WriteAll(streamOf(rows)))
}

// TestShadowKilled kills a shadow after each thing that it has done. The next one does the rest, comes to the same, and Postgres has no
// trace of either.
func TestShadowKilled(t *testing.T) {
	t.Parallel()
	database, dir := pgtest.New(t), t.TempDir()
	for _, week := range []string{"2026-W46", "2026-W47"} {
		if out, err := nayoseCommand(t, database, filepath.Join(dir, "0"), "run", "--week", week).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	config := filepath.Join(dir, "costs.yaml")
	text, err := os.ReadFile("../testdata/nayose.yaml")
	noError(t, err)
	noError(t, os.WriteFile(config, append(text, "\ncosts: {wrong_match: 1000}\n"...), 0o600))
	var before, after strings.Builder
	noError(t, dumpTables(t.Context(), &before, database))

	const steps = 10 // two partners: what is live, and a survey and a match of two files each
	var want string
	for kill := range steps + 1 { // 0 for never
		at := filepath.Join(dir, fmt.Sprint(kill+1))
		noError(t, os.CopyFS(at, os.DirFS(filepath.Join(dir, "0"))))
		if kill > 0 {
			killAfter(t, nayoseCommand(t, database, at, "--config", config, "rebuild", "--shadow"), kill)
		}
		var log strings.Builder
		cmd := nayoseCommand(t, database, at, "--config", config, "rebuild", "--shadow")
		cmd.Stderr = &log
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("after a kill at %d: %v\n%s", kill, err, log.String())
		}
		if again := strings.Count(log.String(), `"msg":"done"`); again > steps-kill || kill == 0 && again != steps {
			t.Errorf("after a kill at %d, %d things are done, of %d", kill, again, steps)
		}
		got := withoutSpeed(string(out))
		if kill == 0 {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("after a kill at %d (-without +with):\n%s", kill, diff)
		}
	}
	noError(t, dumpTables(t.Context(), &after, database))
	if before.String() != after.String() {
		t.Error("shadows have written in Postgres")
	}
}

// killAfter kills a command when it has done so many things.
func killAfter(t *testing.T, cmd *exec.Cmd, n int) {
	t.Helper()
	logs, err := cmd.StderrPipe()
	noError(t, err)
	noError(t, cmd.Start())
	for lines := bufio.NewScanner(logs); lines.Scan(); {
		if strings.Contains(lines.Text(), `"msg":"done"`) {
			if n--; n == 0 {
				_ = cmd.Process.Kill() // it may have ended
			}
		}
	}
	if err := cmd.Wait(); n > 0 {
		t.Errorf("%v, and %d things were not done", err, n)
	}
}

// withoutSpeed is a report without the line that tells how fast it was.
func withoutSpeed(report string) string {
	var kept []string
	for line := range strings.Lines(report) {
		if !strings.HasPrefix(line, "matching") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}
