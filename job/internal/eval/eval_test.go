package eval

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
)

func TestReadPostings(t *testing.T) {
	in := "stratum,posting_id,company_name,unknown,true_company_id,corporate_number\nnear,a,株式会社アカネ,x,1,T1\n,b,\"ア\nオ\",,,\n"
	akane := Posting{ID: "a", Mention: nayose.Mention{CompanyName: "株式会社アカネ", CorporateNumber: "T1"}, Truth: "1", Stratum: "near"}
	ao := Posting{ID: "b", Mention: nayose.Mention{CompanyName: "ア\nオ"}}
	for _, p := range []*Posting{&akane, &ao} {
		p.Mention.ID = p.Mention.Key()
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write([]byte(in)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for about, file := range map[string]string{"plain": in, "with a byte order mark": "\ufeff" + in, "gzip": zipped.String()} {
		got, err := ReadPostings(strings.NewReader(file))
		if err != nil {
			t.Errorf("%s: %v", about, err)
		}
		if diff := cmp.Diff([]Posting{akane, ao}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", about, diff)
		}
	}
}

func TestReadPostingsRefuses(t *testing.T) {
	for _, c := range []struct{ about, in, want string }{
		{"nothing", "", "header"},
		{"no id column", "id,company_name\n1,ア\n", "no column posting_id, only id, company_name"},
		{"no rows", "posting_id\n", "there are no postings"},
		{"an id twice", "posting_id\na\nb\na\n", `posting id "a" stands twice`},
		{"a ragged row", "posting_id,company_name\na\n", "line 2"},
		{"CP932", "posting_id,company_name\na,x\nb,\x83A\n", "line 3: bytes stand in it that are not UTF-8"},
		{"damaged gzip", "\x1f\x8b\x00", "read postings"},
	} {
		_, err := ReadPostings(strings.NewReader(c.in))
		var fault *nayose.Error
		if !errors.As(err, &fault) || fault.Kind != nayose.Contract || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want a contract error with %q", c.about, err, c.want)
		}
	}
}

func TestWritePredictions(t *testing.T) {
	postings := []Posting{{ID: "a"}, {ID: "b"}, {ID: "c"}}
	matches := []nayose.Match{
		{Outcome: nayose.Matched, CompanyID: "1", Probability: 0.5, Candidates: []nayose.Candidate{{CompanyID: "1"}, {CompanyID: "2"}}},
		{Outcome: nayose.Unmatched},
		{Outcome: nayose.Review, CompanyID: "3", Probability: 1.0 / 3, Candidates: []nayose.Candidate{{CompanyID: "3"}}},
	}
	want := "posting_id,outcome,company_id,probability,candidates\n" +
		"a,matched,1,0.500000,1|2\nb,unmatched,,0.000000,\nc,review,3,0.3333333333333333,3\n"
	var got strings.Builder
	if err := WritePredictions(&got, postings, matches); err != nil || got.String() != want {
		t.Errorf("WritePredictions = %v\n%s, want\n%s", err, got.String(), want)
	}
	if err := WritePredictions(&got, postings, matches[:2]); err == nil {
		t.Error("three postings with two matches are written")
	}
}

// TestTwister compares with Python: random.Random(7).random().
func TestTwister(t *testing.T) {
	random := newTwister(7)
	for i, want := range []float64{0.32383276483316237, 0.15084917392450192, 0.6509344730398537} {
		if got := random.float(); got != want {
			t.Errorf("random number %d is %v, want %v", i, got, want)
		}
	}
	for range 2000 { // past the next two twists
		random.float()
	}
	if got, want := random.float(), 0.2734331088382701; got != want {
		t.Errorf("random number 2003 is %v, want %v", got, want)
	}
}

// invented draws labelled postings and answers of every kind: right, wrong, without candidates, equal probabilities.
func invented(name string, n int, random *rand.Rand) Set {
	s := Set{Name: name}
	strata := []string{"", "identical", "near", "far", "query_contains"}
	outcomes := []nayose.Outcome{nayose.Matched, nayose.Matched, nayose.Review, nayose.Unmatched}
	id := func(i int) string { return string(rune('A' + i%26)) }
	for i := range n {
		p := Posting{
			ID: name + strings.Repeat("x", i), Truth: id(random.IntN(20)), Stratum: strata[random.IntN(len(strata))],
			Coverage: []string{"", "full", "thin"}[random.IntN(3)],
		}
		p.Mention.CompanyName = "name " + id(random.IntN(5))
		if random.IntN(4) == 0 {
			p.Truth = ""
		}
		m := nayose.Match{Outcome: outcomes[random.IntN(len(outcomes))]}
		for k := range random.IntN(4) {
			c := nayose.Candidate{CompanyID: id(random.IntN(26) + k), Probability: float64(random.IntN(12)) / 12}
			if k == 0 && random.IntN(3) > 0 && p.Truth != "" {
				c.CompanyID = p.Truth
			}
			m.Candidates = append(m.Candidates, c)
		}
		if len(m.Candidates) > 0 {
			m.CompanyID, m.Probability = m.Candidates[0].CompanyID, m.Candidates[0].Probability
		}
		s.Postings, s.Matches = append(s.Postings, p), append(s.Matches, m)
	}
	return s
}

func inventedSets() []Set {
	random := rand.New(rand.NewPCG(1, 2))
	gold, est := invented("gold.csv", 180, random), invented("est.csv", 60, random)
	est.Apart = true // the reference tells it by its name
	return []Set{gold, est}
}

func TestMeasure(t *testing.T) {
	sets := inventedSets()
	report := Score(sets...)
	if diff := cmp.Diff(report.Pooled, Measure(sets...)); diff != "" {
		t.Errorf("all sets (-Score +Measure):\n%s", diff)
	}
	if diff := cmp.Diff(report.Files["gold.csv"], Measure(sets[0])); diff != "" {
		t.Errorf("one set (-Score +Measure):\n%s", diff)
	}
}

// TestApart: what a set apart holds is nowhere in "hard", and otherwise counts like any other.
func TestApart(t *testing.T) {
	gold := inventedSets()[0]
	within := Score(gold)
	gold.Apart = true
	apart := Score(gold)
	if _, ok := apart.Strata["hard"]; ok {
		t.Error("a set apart is counted as hard")
	}
	delete(within.Strata, "hard")
	if diff := cmp.Diff(within, apart); diff != "" {
		t.Errorf("beside hard, figures differ (-within +apart):\n%s", diff)
	}
}

var update = flag.Bool("update", false, "write the golden files anew")

// TestScoreGolden holds the figures still; TestScoreAgainstReference holds the same ones against the reference.
func TestScoreGolden(t *testing.T) {
	got, err := json.MarshalIndent(Score(inventedSets()...), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	const golden = "testdata/score.json"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the figures changed (-want +got):\n%s", diff)
	}
}

// TestScoreAgainstReference runs the reference measure, a Python program beside the data, on the same answers.
func TestScoreAgainstReference(t *testing.T) {
	python, err := exec.LookPath("python3")
	reference := filepath.Join(os.Getenv("NAYOSE_DATA"), "..", "tools", "score.py")
	if _, missing := os.Stat(reference); err != nil || missing != nil {
		t.Skip("python3 or the reference measure beside NAYOSE_DATA is not there")
	}
	dir := t.TempDir()
	args := []string{reference}
	sets := inventedSets()
	for i := range sets {
		s := &sets[i]
		gold, predictions := filepath.Join(dir, s.Name), filepath.Join(dir, "predictions-"+s.Name)
		s.Name = gold
		writeGold(t, gold, s.Postings)
		f, err := os.Create(predictions)
		if err != nil {
			t.Fatal(err)
		}
		if err := WritePredictions(f, s.Postings, s.Matches); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		args = append(args, gold, predictions)
	}
	out, err := exec.Command(python, args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var want, got map[string]any
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	ours, err := json.Marshal(Score(sets...))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(ours, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("our figures differ from the reference's (-reference +ours):\n%s", diff)
	}
}

func writeGold(t *testing.T, path string, postings []Posting) {
	t.Helper()
	var b strings.Builder
	b.WriteString("posting_id,company_name,true_company_id,stratum,coverage\n")
	for _, p := range postings {
		b.WriteString(strings.Join([]string{p.ID, p.Mention.CompanyName, p.Truth, p.Stratum, p.Coverage}, ",") + "\n")
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
