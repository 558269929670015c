package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/urfave/cli/v3"
)

// A docPage is one of those that people read: its text, and where it lies.
type docPage struct{ name, text string }

// pages are the documentation: what lies at the top, in docs and in deploy.
func pages(t *testing.T) (list []docPage) {
	t.Helper()
	for _, pattern := range []string{"../*.md", "../docs/*.md", "../deploy/*.md", "../testdata/*/*.md"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: no pages: %v", pattern, err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, docPage{name, string(text)})
		}
	}
	return list
}

var (
	codeSpan = regexp.MustCompile("`([^`\n]+)`")
	// ours is where a line of a shell calls nayose: at its beginning, or after another command.
	ours = regexp.MustCompile(`(?:^|[;&|]|\bdo|\$|scripts/demo|-- sh -c ')\s*(?:/usr/bin/time -v )?(?:bin/)?nayose\s+([^\s'].*)`)
	// A remark ends a command: two blanks and a word, or a #; so does what the shell does with it.
	remark = regexp.MustCompile(`\s{2,}[^\s-].*|\s+#.*|\s*(?:[;|<>]|&&).*`)
)

// code is what a page shows as code: the lines of its fenced and indented blocks, and its spans.
func (p docPage) code() (lines []string) {
	fenced := false
	for line := range strings.Lines(p.text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(strings.TrimSpace(line), "```"):
			fenced = !fenced
		case fenced || strings.HasPrefix(line, "    "):
			lines = append(lines, strings.TrimSpace(line))
		default:
			for _, m := range codeSpan.FindAllStringSubmatch(line, -1) {
				lines = append(lines, m[1])
			}
		}
	}
	return lines
}

// commands are the commands of nayose in a line of code, without the word nayose and what follows them.
func commands(line string) (list []string) {
	for m := ours.FindStringSubmatch(line); m != nil; m = ours.FindStringSubmatch(line) {
		list = append(list, remark.ReplaceAllString(m[1], ""))
		line = m[1]
	}
	return list
}

// TestDocumentedCommands holds every command of nayose that a page shows against the command line: each subcommand is one, and each
// flag is one of that subcommand's. Other commands are targets of the Makefile, scripts and packages that are there.
func TestDocumentedCommands(t *testing.T) {
	root := newCommand(io.Discard, io.Discard)
	targets, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	made := regexp.MustCompile(`(?:^|&& )make (?:-s )?([a-z][a-z-]*)`)
	place := regexp.MustCompile(`(?:^|\s)(?:\./)?((?:scripts|job|loader|matcher|testdata|deploy)/[\w./-]*\w)`)
	shown := 0
	for _, p := range pages(t) {
		for _, line := range p.code() {
			for _, command := range commands(line) {
				shown++
				if err := documented(root, strings.Fields(command)); err != nil {
					t.Errorf("%s: nayose %s: %v", p.name, command, err)
				}
			}
			for _, m := range made.FindAllStringSubmatch(line, -1) {
				if !strings.Contains(string(targets), "\n"+m[1]+":") {
					t.Errorf("%s: the Makefile has no target %s", p.name, m[1])
				}
			}
			for _, m := range place.FindAllStringSubmatch(line, -1) {
				if _, err := os.Stat("../" + m[1]); err != nil && filepath.Base(p.name) != "CHANGELOG.md" {
					t.Errorf("%s: `%s` names %s, which is not there", p.name, line, m[1])
				}
			}
		}
	}
	if shown < 100 {
		t.Errorf("%d commands found in the pages, which have far more", shown)
	}
}

// documented says what is wrong with the words of a command, if anything.
func documented(root *cli.Command, words []string) error {
	at, value := root, false
	for _, word := range words {
		word = strings.Trim(word, "[],.:;)")
		name, isFlag := strings.CutPrefix(word, "--")
		switch {
		case value:
			value = false
		case isFlag:
			name, _, given := strings.Cut(name, "=")
			flag := slices.IndexFunc(slices.Concat(at.Flags, root.Flags), func(f cli.Flag) bool { return slices.Contains(f.Names(), name) })
			if flag < 0 {
				if name == "help" || name == "version" && at == root {
					continue
				}
				return fmt.Errorf("there is no --%s", name)
			}
			_, isBool := slices.Concat(at.Flags, root.Flags)[flag].(*cli.BoolFlag)
			value = !isBool && !given
		case len(at.Commands) > 0 && word != "…":
			if at.Command(word) == nil {
				return fmt.Errorf("there is no %q", word)
			}
			at = at.Command(word)
		}
	}
	return nil
}

// walks are the parts of pages whose commands really run, one after the other, on the sample corpus, with what their placeholders
// stand for there. What the page leaves to the reader's shell (a copy, a variable) the script has done.
var walks = []struct {
	page, heading string
	before        string   // what a reader has done by then
	words         []string // old, new, …
	left          []string // commands that need what the sample corpus lacks: a script has them
}{
	{"../README.md", "## Use it", "", []string{
		" FILE...", " corpus/companies.csv", " FILE", " corpus/feeds/2026-W47/kaigo-navi.csv", "--partner P", "--partner hataraku-net", "--posting ID", "--posting 1830112",
		" companies.csv", " corpus/companies.csv",
	}, nil},
	{"../docs/operating.md", "### First run", "", []string{" FILE", " corpus/feeds/2026-W47/kaigo-navi.csv", "--partner P", "--partner hataraku-net"}, nil},
	{"../docs/operating.md", "## Match in shards", "exec nayose migrate", []string{
		"carejob", "kaigo-navi", "--shard 0/16", "--shard 0/16\nexec nayose match --week 2026-W47 --partner kaigo-navi", // and all the others
	}, nil},
	{"../docs/operating.md", "## A round of review", matchedWeek, nil, nil},
	{"../docs/operating.md", "## Decisions", matchedWeek, []string{"[--week W] [--partner P] [--json]", "--week 2026-W47 --partner kaigo-navi --json"}, []string{"review log --take-back"}},
	{"../docs/operating.md", "## Rebuild", matchedWeek, []string{"--partner P --week W", "--partner kaigo-navi --week 2026-W47"}, nil},
	{"../docs/operating.md", "## Looking", matchedWeek, []string{" FILE", " corpus/feeds/2026-W47/kaigo-navi.csv", "--partner P", "--partner hataraku-net"}, nil},
	{"../docs/report.md", "# How to read the report", matchedWeek, nil, nil},
	{"../docs/review.md", "### Audits", matchedWeek, nil, nil},
}

const matchedWeek = "exec nayose migrate\nexec nayose run --week 2026-W46\nexec nayose run --week 2026-W47"

// labelledFile is one that a reader has: a posting whose company is known.
const labelledFile = `
-- labelled.csv --
posting_id,company_name,address,true_company_id
1,合同会社山口広告,北海道旭川市中央６丁目１９番２４号,2995003025545
`

// TestWalks runs the commands of the walks, as the pages show them.
func TestWalks(t *testing.T) {
	for _, walk := range walks {
		text, err := os.ReadFile(walk.page)
		if err != nil {
			t.Fatal(err)
		}
		_, part, ok := strings.Cut(string(text), walk.heading+"\n")
		if !ok {
			t.Errorf("%s has no %q", walk.page, walk.heading)
			continue
		}
		part, _, _ = strings.Cut(part, "\n## ")
		part, _, _ = strings.Cut(part, "\n### ")
		script := walk.before + "\n" + shellScript(docPage{walk.page, part}, strings.NewReplacer(walk.words...), walk.left) + labelledFile
		if strings.Count(script, "exec nayose") == strings.Count(walk.before, "exec nayose") {
			t.Errorf("%s: %q shows no command", walk.page, walk.heading)
		}
		name := filepath.Base(walk.page) + strings.ReplaceAll(strings.TrimLeft(walk.heading, "#"), " ", "-")
		file := filepath.Join(t.TempDir(), name+".txtar")
		if err := os.WriteFile(file, []byte(script), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testscript.Run(t, testscript.Params{Files: []string{file}, Setup: func(e *testscript.Env) error { return setUp(t, e, false) }})
		})
	}
}

// shellScript is the commands of a page's blocks as a script: those of nayose and the variables that are set for them.
func shellScript(p docPage, words *strings.Replacer, left []string) string {
	var script strings.Builder
	for line := range strings.Lines(p.text) {
		if !strings.HasPrefix(line, "    ") {
			continue
		}
		line = strings.TrimSpace(line)
		if variable, ok := strings.CutPrefix(line, "export NAYOSE_"); ok {
			fmt.Fprintln(&script, "env NAYOSE_"+strings.Fields(variable)[0])
		}
		for _, command := range commands(line) {
			if slices.ContainsFunc(left, func(l string) bool { return strings.HasPrefix(command, l) }) {
				continue
			}
			fmt.Fprintln(&script, "exec nayose", words.Replace(command))
			if _, file, ok := strings.Cut(line, " > "); ok {
				fmt.Fprintln(&script, "cp stdout", strings.Fields(file)[0])
			}
		}
	}
	return script.String()
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.+)$`)
	fence   = regexp.MustCompile("(?ms)^\\s*```.*?^\\s*```")
)

// TestDocumentedLinks follows each link of the pages to a file that is there, and to a heading in it.
func TestDocumentedLinks(t *testing.T) {
	followed := 0
	for _, p := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(fence.ReplaceAllString(p.text, ""), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			followed++
			name, anchor, anchored := strings.Cut(m[1], "#")
			target := p.name
			if name != "" {
				target = filepath.Join(filepath.Dir(p.name), name)
			}
			text, err := os.ReadFile(target)
			if err != nil {
				t.Errorf("%s: %s leads nowhere", p.name, m[1])
			} else if anchored && !slices.Contains(anchors(string(text)), anchor) {
				t.Errorf("%s: %s has no heading #%s", p.name, target, anchor)
			}
		}
	}
	if followed < 30 {
		t.Errorf("%d links found in the pages, which have far more", followed)
	}
}

// anchors are the names by which GitHub lets a page's headings be linked to.
func anchors(text string) (names []string) {
	for _, m := range heading.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		name := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.In(r, unicode.L, unicode.M, unicode.N):
				return unicode.ToLower(r)
			}
			return -1
		}, m[1])
		names = append(names, name)
	}
	return names
}

// TestNotice holds NOTICE against what the binary is made of: each module is named there, and no other.
func TestNotice(t *testing.T) {
	list, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	notice, err := os.ReadFile("../NOTICE")
	if err != nil {
		t.Fatal(err)
	}
	linked := strings.Fields(string(list))
	slices.Sort(linked)
	var named []string
	for _, m := range regexp.MustCompile(`(?m)^    (\S+\.\S+/\S+)$`).FindAllStringSubmatch(string(notice), -1) {
		named = append(named, m[1])
	}
	slices.Sort(named)
	if diff := cmp.Diff(slices.Compact(linked), named); diff != "" {
		t.Errorf("modules in the binary (-) and in NOTICE (+):\n%s", diff)
	}
}
