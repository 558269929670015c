package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/job/internal/eval"
	"nayose/job/internal/program"
)

func TestChoose(t *testing.T) {
	for only, want := range map[string]string{
		"": "shipped costs folds sources masters deliveries workplaces decisions", "folds": "folds", "deliveries,shipped": "shipped deliveries",
	} {
		chosen, err := choose(only)
		var names []string
		for _, s := range chosen {
			names = append(names, s.name)
		}
		if got := strings.Join(names, " "); got != want || err != nil {
			t.Errorf("choose(%q) = %q, %v, want %q", only, got, err, want)
		}
	}
	for _, only := range []string{"fold", "folds,", ","} {
		if chosen, err := choose(only); err == nil {
			t.Errorf("choose(%q) = %v, want an error", only, chosen)
		}
	}
}

func TestStartRefuses(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"-data", ""}, program.ExitUsage, "set NAYOSE_DATA"},
		{[]string{"-data", t.TempDir(), "-only", "fold"}, program.ExitUsage, `no section "fold"`},
		{[]string{"-data", t.TempDir()}, 1, "kaigo.csv"},
	} {
		var out, messages bytes.Buffer
		code := start(c.args, &out, &messages)
		if code != c.code || !strings.Contains(messages.String(), c.says) || out.Len() > 0 {
			t.Errorf("start(%q) = %d, says %q and writes %q; want %d and %q", c.args, code, messages.String(), out.String(), c.code, c.says)
		}
	}
}

// TestReport measures an invented world whole: 60 companies, of which the gold names 40, and one employer that is
// missing in the master.
func TestReport(t *testing.T) {
	dir := t.TempDir()
	writeWorld(t, dir)
	var out, messages bytes.Buffer
	if code := start([]string{"-data", dir}, &out, &messages); code != 0 {
		t.Fatalf("start = %d:\n%s", code, messages.String())
	}
	report := out.String()
	if strings.Contains(report, dir) {
		t.Error("the report names the directory of the data")
	}
	names := []string{"# Accuracy of the matcher"}
	for _, s := range sections {
		names = append(names, "## "+s.name)
	}
	if got := headings(report); !slices.Equal(got, names) {
		t.Errorf("the report has the headings %q, want %q", got, names)
	}
	for _, c := range []struct {
		section, row string
		cells        []string // those that follow
	}{
		{"shipped", "**pooled**", []string{"164", "4"}},
		{"shipped", "rs", []string{"41", "1"}},
		{"shipped", "est, apart", []string{"41", "1"}},
		{"folds", "**pooled**", []string{"164", "4"}}, // each posting is scored in one fold
		{"folds", "est, apart", []string{"41", "1"}},
		{"sources", "kaigo", []string{"98", "41", "1"}},
		{"sources", "**pooled without est**", []string{"", "164", "4"}},
		{"sources", "without kaigo, est", []string{"123"}},
		{"masters", "100 %", []string{"0 %", "", "60", "0", "164", "0.0244"}},
		{"deliveries", "100 %", []string{"0 %", "164", "0.0244"}},
	} {
		if got := cellsAfter(report, c.section, c.row); len(got) < len(c.cells) || !slices.Equal(got[:len(c.cells)], c.cells) {
			t.Errorf("%s: the row %q goes on with %q, want %q", c.section, c.row, got, c.cells)
		}
	}
	if half := cellsAfter(report, "masters", "25 % | 50 % | at random"); len(half) < 4 || half[0] > "35" || half[3] < "0.2" {
		t.Errorf("with half of the companies deleted, a row goes on with %q, want few companies and a share of none above 0.2", half)
	}
	fitted := 0
	for k := range foldCount {
		n, err := strconv.Atoi(cellsAfter(report, "folds", fmt.Sprintf("without fold %d", k+1))[0])
		if err != nil {
			t.Error(err)
		}
		fitted += n
	}
	if want := 4 * 41 * (foldCount - 1); fitted != want { // est stands apart
		t.Errorf("the folds' models are fitted to %d postings, want %d", fitted, want)
	}
}

func headings(report string) (lines []string) {
	for line := range strings.Lines(report) {
		if strings.HasPrefix(line, "#") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// cellsAfter is what follows the beginning of a section's first row that begins so.
func cellsAfter(report, section, row string) []string {
	_, text, _ := strings.Cut(report, "\n## "+section+"\n")
	_, line, ok := strings.Cut(text, "\n| "+row+" | ")
	if !ok {
		return nil
	}
	line, _, _ = strings.Cut(line, " |\n")
	return strings.Split(line, " | ")
}

func writeWorld(t *testing.T, dir string) {
	t.Helper()
	var companies bytes.Buffer
	z := gzip.NewWriter(&companies)
	fmt.Fprintln(z, "company_id,name,prefecture,address")
	var gold strings.Builder
	for i := range 60 {
		name, address := fmt.Sprintf("株式会社アカネ%c", 'あ'+i), fmt.Sprintf("北海道札幌市東区本町%d番地", i+1)
		fmt.Fprintf(z, "%013d,%s,北海道,%s\n", i, name, address)
		if i < 40 {
			fmt.Fprintf(&gold, "%%[1]s%d,%s,%s,%013d,identical,full\n", i, name, address, i)
		}
	}
	gold.WriteString("%[1]snone,株式会社アカネあ,東京都港区本町9番地,,absent,full\n")
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "gold"), 0o755); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"companies.csv.gz": companies.Bytes()}
	for _, name := range goldFiles {
		files["gold/"+name+".csv"] = fmt.Appendf(nil, "posting_id,company_name,address,true_company_id,stratum,coverage\n"+gold.String(), name)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func answeredSets() []eval.Set {
	return []eval.Set{
		{
			Name: "a", Postings: []eval.Posting{posting("1", "ア", "x"), posting("2", "イ", "")},
			Matches: []nayose.Match{{CompanyID: "x"}, {CompanyID: "y"}},
		},
		{Name: "b", Apart: true, Postings: []eval.Posting{posting("3", "ウ", "x")}, Matches: []nayose.Match{{CompanyID: "z"}}},
	}
}

// TestWhere: parts keep postings and answers together, and joined they are the whole again.
func TestWhere(t *testing.T) {
	sets := answeredSets()
	first := where(sets, func(p *eval.Posting) bool { return p.ID == "1" })
	want := []eval.Set{{Name: "a", Postings: sets[0].Postings[:1], Matches: sets[0].Matches[:1]}, {Name: "b", Apart: true}}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("where (-want +got):\n%s", diff)
	}
	rest := where(sets, func(p *eval.Posting) bool { return p.ID != "1" })
	if diff := cmp.Diff(sets, joined([][]eval.Set{first, rest})); diff != "" {
		t.Errorf("joined (-whole +got):\n%s", diff)
	}
	if diff := cmp.Diff(answeredSets(), sets); diff != "" {
		t.Errorf("where or joined changed what they were given:\n%s", diff)
	}
	for i := range sets {
		sets[i].Matches = nil
	}
	if got := where(sets, func(*eval.Posting) bool { return true }); !cmp.Equal(sets, got) {
		t.Errorf("without answers: where = %v, want %v", got, sets)
	}
}

func TestGroups(t *testing.T) {
	var names []string
	for _, g := range groups {
		names = append(names, g...)
	}
	if slices.Sort(names); !slices.Equal(names, slices.Sorted(slices.Values(goldFiles))) {
		t.Errorf("left out once each are %q, want %q", names, goldFiles)
	}
	named, others := split(answeredSets(), []string{"b"})
	if len(named) != 1 || named[0].Name != "b" || len(others) != 1 || others[0].Name != "a" {
		t.Errorf("split = %v and %v, want b and a", named, others)
	}
	if got := known(named[0], others); got != "100" {
		t.Errorf("known = %s, want 100", got)
	}
	if got := known(others[0], named); got != "50" {
		t.Errorf("known = %s, want 50: a posting without a company is not known", got)
	}
}

func TestTable(t *testing.T) {
	tab := table{about: "What it is.", head: []string{"file"}, figures: []column{postings, precision}}
	tab.measured(eval.Figures{Postings: 3}, "a")
	tab.measured(eval.Figures{Postings: 4, Precision: number(0.5)}, "b")
	var got strings.Builder
	if err := tab.write(&got); err != nil {
		t.Fatal(err)
	}
	want := "\nWhat it is.\n\n| file | postings | precision |\n|---|--:|--:|\n| a | 3 | - |\n| b | 4 | 0.5000 |\n"
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
	figures := []eval.Figures{{Precision: number(0.5)}, {}, {Precision: number(0.25)}}
	if got, want := precision.spread(figures), "0.2500–0.5000"; got != want {
		t.Errorf("spread = %q, want %q", got, want)
	}
}
