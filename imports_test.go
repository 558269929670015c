package nayose_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// only names the packages that may import a heavy module.
var only = map[string][]string{
	"github.com/aws/":                 {"job/internal/store", "job/internal/secret"},
	"github.com/jackc/pgx/":           {"loader", "job/bench"},
	"github.com/pressly/goose/":       {"loader"},
	"github.com/parquet-go/":          {"job/internal/artifact"},
	"github.com/goccy/go-yaml":        {"job"},
	"github.com/urfave/cli/":          {"job"},
	"github.com/vbauerster/mpb/":      {"job/internal/terminal"},
	"github.com/lmittmann/tint":       {"job/internal/terminal"},
	"github.com/mattn/go-runewidth":   {"job/internal/terminal"},
	"golang.org/x/term":               {"job/internal/terminal"},
	"github.com/agnivade/levenshtein": {"job/bench"},
	"golang.org/x/text/": {
		"matcher/internal/reading", "job/internal/feed/internal/cell", "job/internal/record/internal/charset", "job/accuracy",
		"job/internal/registry", "job/internal/review",
	},
	"golang.org/x/text/encoding":         {"job/internal/record/internal/charset", "job/internal/registry"},
	"github.com/xuri/excelize/":          {"job/internal/review"}, // and tests
	"github.com/klauspost/compress/gzip": {"job/internal/master", "job/internal/registry"},
	"github.com/cespare/xxhash/":         {"job/internal/feed"},
}

// programs may import every package: the command, and the measures of its accuracy, of its cost and of what answers to it are worth, which do
// not ship, with what these share.
var programs = []string{"job", "job/accuracy", "job/bench", "job/reviewing", "job/internal/program"}

// shared are what several packages below the programs start from. They know nothing of what their users do with it.
var shared = []string{"job/internal/record"}

// TestLayers reads the imports of the product's packages: programs import all, no package below them imports a sibling but the
// shared, all may import the root and their own internal packages, and the root imports only the standard library.
func TestLayers(t *testing.T) {
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && strings.HasPrefix(d.Name(), ".") && name != "." || d.IsDir() && d.Name() == "testdata" {
			if d != nil && d.IsDir() {
				return filepath.SkipDir
			}
			return err
		}
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			checkImports(t, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkImports(t *testing.T, name string) {
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	pkg := filepath.ToSlash(filepath.Dir(name))
	for _, spec := range f.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		for prefix, owners := range only {
			may := func(owner string) bool { return within(pkg, owner) }
			if strings.HasPrefix(path, prefix) && !slices.ContainsFunc(owners, may) {
				t.Errorf("%s imports %s, which only %v may", name, path, owners)
			}
		}
		ours, isOurs := strings.CutPrefix(path, "nayose/")
		switch {
		case pkg == "." && (isOurs || strings.Contains(path, ".")):
			t.Errorf("%s imports %s; the root has the standard library only", name, path)
		case isOurs && !slices.Contains(programs, pkg) && !slices.Contains(shared, ours) && !within(pkg, ours) && !strings.HasPrefix(ours, pkg+"/internal/"):
			t.Errorf("%s imports its sibling %s", name, path)
		}
	}
}

// within tells whether a package is the owner or a helper below it. Internal packages are no helpers but have walls of their
// own, and so have the programs below job.
func within(pkg, owner string) bool {
	below, ok := strings.CutPrefix(pkg, owner+"/")
	return pkg == owner || ok && owner != "job" && !strings.HasPrefix(below, "internal/")
}
