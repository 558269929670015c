package main

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/agnivade/levenshtein"

	"nayose"
	"nayose/job/internal/eval"
	"nayose/job/internal/program"
)

// TestMain is the program itself where the index part starts it.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == taskCommand {
		os.Exit(start(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

func TestStartRefuses(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"-only", "speed"}, program.ExitUsage, `no part "speed"`},
		{[]string{"-data", t.TempDir(), "-only", "endtoend"}, 1, "kaigo.csv"},
		{[]string{"-fast"}, program.ExitUsage, "not defined"},
	} {
		var out, messages bytes.Buffer
		code := start(c.args, &out, &messages)
		if code != c.code || !strings.Contains(messages.String(), c.says) || out.Len() > 0 {
			t.Errorf("start(%q) = %d, says %q and writes %q; want %d and %q", c.args, code, messages.String(), out.String(), c.code, c.says)
		}
	}
}

// TestReport measures a small generated world whole; pg_trgm only where there is a server.
func TestReport(t *testing.T) {
	var out, messages bytes.Buffer
	if code := start([]string{"-generated", "-companies", "500", "-postings", "300", "-sample", "100", "-rounds", "1", "-rows", "300"}, &out, &messages); code != 0 {
		t.Fatalf("start = %d:\n%s", code, messages.String())
	}
	var headings []string
	for line := range strings.Lines(out.String()) {
		if strings.HasPrefix(line, "#") {
			headings = append(headings, strings.TrimSpace(line))
		}
	}
	if want := []string{"# What nayose costs", "## Extract", "## Index", "## End to end, generated, 500 companies", "## Candidates", "## Beside all names"}; !slices.Equal(headings, want) {
		t.Errorf("the report has the headings %q, want %q", headings, want)
	}
	generators := []string{cpuEndToEnd, cpuAnswers, cpuOurs, cpuSparsePairs, cpuSparseTriples, cpuPairs, cpuTriples, cpuBrute}
	if os.Getenv("DATABASE_URL") != "" {
		generators = append(generators, cpuTrgm)
	} else if cells := row(out.String(), cpuTrgm); len(cells) != 1 || !strings.Contains(cells[0], "not measured") {
		t.Errorf("without a server, the report has of pg_trgm %q", cells)
	}
	for _, name := range generators {
		cells := row(out.String(), name+" | "+allNames)
		if len(cells) != 4 {
			t.Fatalf("%s has the figures %q, want four", name, cells)
		}
		atShorter, err := strconv.ParseFloat(cells[2], 64)
		if err != nil || atShorter < 0.5 || atShorter > 1 || cells[3] < cells[2] {
			t.Errorf("%s has the recall %s and %s (%v), want more than half, and no less in a longer list", name, cells[2], cells[3], err)
		}
	}
	for _, name := range []string{cpuSparsePairs, cpuSparseTriples, cpuPairs, cpuTriples} {
		if cells := row(out.String(), cpuOurs+" : "+name+" | "+hardNames); len(cells) != 7 {
			t.Errorf("beside %s nayose has the figures %q, want seven", name, cells)
		}
	}
	for _, name := range []string{
		perSecond, perSecondOfTwo, speedUp, allocations, plainSeconds, zippedSeconds, buildMemory, saveSeconds, indexBytes, openMillis,
		checkSeconds, openMemory, ownOfOpen,
	} {
		cells := row(out.String(), name)
		if len(cells) != 1 {
			t.Fatalf("%s: the row goes on with %q, want one figure", name, cells)
		}
		if v, err := strconv.ParseFloat(cells[0], 64); err != nil || v < 0 {
			t.Errorf("%s: %q is no figure", name, cells[0])
		}
	}
	for _, encoding := range []string{"utf-8", "cp932"} {
		for _, way := range ways {
			cells := row(out.String(), encoding+", "+way.name)
			if len(cells) != 6 {
				t.Fatalf("%s, %s has the figures %q, want six", encoding, way.name, cells)
			}
			if speed, err := strconv.ParseFloat(cells[0], 64); err != nil || speed <= 0 {
				t.Errorf("%s, %s: %q is no speed", encoding, way.name, cells[0])
			}
		}
	}
	if args := row(out.String(), "command"); !slices.Equal(args, []string{
		"`go run ./job/bench -companies=500 -generated=true -postings=300 -rounds=1 -rows=300 -sample=100`",
	}) {
		t.Errorf("the command is said to be %q, want all flags that were given", args)
	}
}

// row is what follows the beginning of the first row that begins so.
func row(report, begin string) []string {
	_, line, ok := strings.Cut(report, "\n| "+begin+" | ")
	if !ok {
		return nil
	}
	line, _, _ = strings.Cut(line, " |\n")
	return strings.Split(line, " | ")
}

// TestQuestions: every name whose company is known is asked; hard are those that are not registered, each once; est's stand apart.
func TestQuestions(t *testing.T) {
	n := &names{numbers: map[uint64]uint32{}, registered: map[uint64]uint32{}, others: map[uint64][]uint32{}}
	for _, c := range []nayose.Company{
		{ID: "1", Name: "株式会社アカネ"},
		{ID: "3", Name: "アカツキ", FormerNames: "すみれ有限会社|アカネ"},
		{ID: "4", Name: "株式会社"},
	} {
		n.add(&c)
	}
	posting := func(name, truth, stratum string) eval.Posting {
		return eval.Posting{Mention: nayose.Mention{CompanyName: name}, Truth: truth, Stratum: stratum}
	}
	w := &world{labelled: []eval.Set{
		{Name: "kaigo", Postings: []eval.Posting{
			posting("㈱アカネ", "1", "near"),
			posting("アカネ北", "1", "query_contains"),
			posting("（株）アカネ北", "1", "query_contains"),
			posting("アケボノ", "1", "former_name"),
			posting("アカネ南", "", "absent"),
			posting("アカネ南", "2", "near"),
			posting("㈱スミレ", "3", "far"),
		}},
		{Name: "est", Apart: true, Postings: []eval.Posting{posting("あおぞら", "1", "far")}},
	}}
	got := w.questions(n)
	for i, c := range []struct {
		name string
		want []string
	}{
		{allNames, []string{"アカネ: アカネ", "アカネ北: アカネ", "アカネ北: アカネ", "アケボノ: アカネ", "スミレ: アカツキ スミレ アカネ"}},
		{hardNames, []string{"アカネ北: アカネ", "スミレ: アカツキ スミレ アカネ"}},
		{estNames, []string{"アオゾラ: アカネ"}},
	} {
		var keys []string
		for _, q := range got[i].queries {
			key := q.key + ":"
			for _, name := range q.right {
				key += " " + n.keys[name]
			}
			keys = append(keys, key)
		}
		if slices.Sort(keys); got[i].name != c.name || !slices.Equal(keys, c.want) {
			t.Errorf("%s: %q, want %s: %q", got[i].name, keys, c.name, c.want)
		}
	}
}

func TestSpeedUp(t *testing.T) {
	for _, c := range []struct {
		walls [][2]time.Duration
		want  float64
	}{
		{[][2]time.Duration{{30, 20}}, 1.5},
		{[][2]time.Duration{{90, 10}, {10, 20}, {40, 20}}, 2},
		{[][2]time.Duration{{10, 10}, {20, 10}}, 1.5},
	} {
		if got := (&run{walls: c.walls}).speedUp(); got != c.want {
			t.Errorf("the speed-up of %v is %v, want %v", c.walls, got, c.want)
		}
	}
}

// TestBrute: the nearest by distance, whatever their order in the master.
func TestBrute(t *testing.T) {
	n := &names{keys: invented(200)}
	g, err := brute(&report{options: &options{sample: 1}}, nil, n)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range n.keys[:20] {
		found, err := g.search(&query{key: key}, 20)
		if err != nil {
			t.Fatal(err)
		}
		var want, got []int
		for _, other := range n.keys {
			want = append(want, levenshtein.ComputeDistance(key, other))
		}
		slices.Sort(want)
		for _, name := range found {
			got = append(got, levenshtein.ComputeDistance(key, n.keys[name]))
		}
		if !slices.Equal(got, want[:20]) {
			t.Errorf("%s: the names found have the distances %v, want %v", key, got, want[:20])
		}
	}
}
