package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"nayose"
	"nayose/job/internal/program"
)

func TestStartRefuses(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{nil, program.ExitUsage, "set NAYOSE_DATA"},
		{[]string{"-data", t.TempDir(), "-answers", "50,many"}, program.ExitUsage, `"many" is no number`},
		{[]string{"-data", t.TempDir(), "-answers", "-1"}, program.ExitUsage, `"-1" is no number`},
		{[]string{"-data", t.TempDir(), "-pace", "1"}, program.ExitUsage, "-pace"},
		{[]string{"-data", t.TempDir()}, 1, "kaigo.csv"},
	} {
		var out, messages bytes.Buffer
		code := start(c.args, &out, &messages)
		if code != c.code || !strings.Contains(messages.String(), c.says) || out.Len() > 0 {
			t.Errorf("start(%q) = %d, says %q and writes %q; want %d and %q", c.args, code, messages.String(), out.String(), c.code, c.says)
		}
	}
}

func TestDoubt(t *testing.T) {
	candidate := func(p, bits float64) nayose.Candidate {
		return nayose.Candidate{Probability: p, Evidence: []nayose.Evidence{{Bits: bits}}}
	}
	for _, c := range []struct {
		about string
		match nayose.Match
		want  float64
	}{
		{"nothing to doubt", nayose.Match{}, 0},
		{"a company", nayose.Match{Candidates: []nayose.Candidate{candidate(0.75, 2)}, NoneBits: 0}, 0.25}, // none is at 3/16
		{"rather none", nayose.Match{Candidates: []nayose.Candidate{candidate(0.25, 1)}, NoneBits: 2}, 0.5},
	} {
		if got := doubt(&c.match); got != c.want {
			t.Errorf("%s: doubt = %v, want %v", c.about, got, c.want)
		}
	}
}

// TestReport plays an invented world: of forty names two companies have each, and only a person knows which is meant.
func TestReport(t *testing.T) {
	dir := t.TempDir()
	writeData(t, dir)
	var out, again, messages bytes.Buffer
	for _, to := range []*bytes.Buffer{&out, &again} {
		if code := start([]string{"-data", dir, "-answers", "0,10,1000"}, to, &messages); code != 0 {
			t.Fatalf("start = %d:\n%s", code, messages.String())
		}
	}
	if out.String() != again.String() {
		t.Error("two runs differ")
	}
	if strings.Contains(out.String(), dir) {
		t.Error("the report names the directory of the data")
	}
	for _, name := range []string{"generated", "real"} {
		_, text, _ := strings.Cut(out.String(), "\n## "+name+"\n")
		review := func(row string) string { return cells(t, text, row)[1] }
		none, some, all := review("0 | 8, answered"), review("10 | 8, answered"), review("1000 | 8, answered")
		if review("10 | 1") != review("0 | 1") || none == "0.0 %" || some == none || all != "0.0 %" {
			t.Errorf("%s: at the end %s are in review without answers, %s with 10 a week and %s with all", name, none, some, all)
		}
		if again := cells(t, text, "1000 | the mention, unchanged: a company"); again[1] != "0.0 %" || again[2] == "0.0 %" {
			t.Errorf("%s: what was answered comes back in %s of the cases, without answers in %s", name, again[1], again[2])
		}
		answered, both := cells(t, text, "10 | the answers"), cells(t, text, "10 | answers and an audit")
		if answered[0] != "80" || both[0] == "80" || answered[1] != both[1] {
			t.Errorf("%s: models are fitted to %s answers, want 80, and with an audit to %s", name, answered[0], both[0])
		}
		if right := cells(t, text, "1000 | 8, answered")[3]; right != "1.0000" {
			t.Errorf("%s: %s of the matched are right, and all was answered by the truth", name, right)
		}
	}
	_, real, _ := strings.Cut(out.String(), "\n## real\n")
	if got := cells(t, real, "2"); got[3] != "12" || got[4] != "10" || got[6] != "0" {
		t.Errorf("week 2 of the real feeds goes on with %q, want 12 gone, 10 new and none written anew", got)
	}
}

// cells are what follows the beginning of the first row that begins so.
func cells(t *testing.T, text, row string) []string {
	t.Helper()
	_, line, ok := strings.Cut(text, "\n| "+row+" | ")
	if !ok {
		t.Fatalf("there is no row %q in\n%s", row, text)
	}
	line, _, _ = strings.Cut(line, " |\n")
	return strings.Split(line, " | ")
}

func writeData(t *testing.T, dir string) {
	t.Helper()
	var companies bytes.Buffer
	z := gzip.NewWriter(&companies)
	fmt.Fprintln(z, "company_id,name,prefecture,address")
	name := func(i int) string {
		return "株式会社" + strings.Repeat(string(rune('ア'+2*(i%20))), 3) + string(rune('カ'+2*(i/20)))
	}
	for i := range 40 {
		for k, city := range []string{"札幌市東区", "函館市"} {
			fmt.Fprintf(z, "%013d,%s,北海道,北海道%s本町%d番地\n", 2*i+k, name(i), city, i+1)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"companies.csv.gz": companies.String()}
	for _, file := range goldFiles {
		files["gold/"+file+".csv"] = "posting_id,company_name,phone,true_company_id\n"
	}
	feeds := map[string]string{
		"hoikukaigo": "求人ID,法人名,事業所名,勤務地,電話番号,ホームページ\n", "carejob": "管理番号,会社名,住所,TEL\n",
	}
	for i := range 120 {
		id := fmt.Sprintf("k%d", i)
		files["gold/kaigo.csv"] += fmt.Sprintf("%s,%s,011-711-%04d,%013d\n", id, name(i%40), i, 2*(i%40))
		for week, gone := range map[string]bool{"2026-W46": i%20 == 0 || i%20 == 1 && i > 40, "2026-W47": i >= 62 && i < 74} {
			if gone {
				continue
			}
			key := "feeds/" + week + "/hoikukaigo.csv"
			row := fmt.Sprintf("%s,%s,,,011-711-%04d,\n", id, name(i%40), i)
			if i%2 == 1 {
				key, row = "feeds/"+week+"/carejob.csv", fmt.Sprintf("%s,%s,,011-711-%04d\n", id, name(i%40), i)
			}
			if files[key] == "" {
				files[key] = feeds[strings.TrimSuffix(filepath.Base(key), ".csv")]
			}
			files[key] += row
		}
	}
	for _, file := range goldFiles[1:] {
		for i := range 20 {
			files["gold/"+file+".csv"] += fmt.Sprintf("%s%d,%s,,%013d\n", file, i, name(i), 2*i+1)
		}
	}
	carejob := regexp.MustCompile(`/carejob\.csv$`)
	for name, content := range files {
		if carejob.MatchString(name) {
			encoded, err := japanese.ShiftJIS.NewEncoder().String(content)
			if err != nil {
				t.Fatal(err)
			}
			content = encoded
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
