package nayose_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	testName   = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w*`)
	scriptName = regexp.MustCompile(`\b[\w-]+\.txtar\b`)
	makeTarget = regexp.MustCompile("`make ([a-z]+)")
	declared   = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(\w+ \*testing\.[TF]\)`)
	caveat     = regexp.MustCompile(`\*\*not .*\*\*`)
)

// TestReliabilityCitations holds docs/reliability.md against the tests, scripts and targets that it names: each must be there, and each fault
// names one, or says that it has none.
func TestReliabilityCitations(t *testing.T) {
	page := read(t, "docs/reliability.md")
	tests := declaredTests(t)
	for _, name := range testName.FindAllString(page, -1) {
		if !tests[name] {
			t.Errorf("there is no test %s", name)
		}
	}
	for _, name := range scriptName.FindAllString(page, -1) {
		if _, err := os.Stat(filepath.Join("testdata/scripts", name)); err != nil {
			t.Error(err)
		}
	}
	targets := read(t, "Makefile")
	for _, target := range makeTarget.FindAllStringSubmatch(page, -1) {
		if !strings.Contains(targets, "\n"+target[1]+":") {
			t.Errorf("there is no target %s", target[1])
		}
	}
	_, faults, _ := strings.Cut(page, "\n## The faults\n")
	faults, _, _ = strings.Cut(faults, "\n## ")
	if n := strings.Count(faults, "\n| "); n < 60 {
		t.Errorf("the table has %d rows", n)
	}
	for line := range strings.Lines(faults) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || strings.Contains(line, "---") || strings.HasPrefix(line, "| **") || strings.HasPrefix(line, "| fault ") {
			continue
		}
		shown := cells[3]
		if !testName.MatchString(shown) && !scriptName.MatchString(shown) && !makeTarget.MatchString(shown) && !caveat.MatchString(line) {
			t.Errorf("nothing is named for %s", line)
		}
	}
}

// declaredTests are the tests of the repository.
func declaredTests(t *testing.T) map[string]bool {
	tests := map[string]bool{}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, "_test.go") {
			for _, match := range declared.FindAllStringSubmatch(read(t, name), -1) {
				tests[match[1]] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
