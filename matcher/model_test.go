package matcher

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
)

func TestDefaultModel(t *testing.T) {
	m := DefaultModel()
	if len(m.Measured) == 0 || len(m.Digest()) != 64 {
		t.Errorf("the model says %q of its measurement and has digest %q", m.Measured, m.Digest())
	}
	for by, list := range m.weights {
		for l, w := range list {
			if round(w) != w {
				t.Errorf("%s %q weighs %v, not a tenth of a bit", comparisonNames[by], levelNames[by][l], w)
			}
		}
	}
	if w := m.weights[byName]; w[nameSame] <= w[nameBegins] || w[nameBegins] <= w[nameWorkplacePiece] {
		t.Errorf("names weigh %v for the same, %v for a beginning, %v for a piece of the workplace", w[nameSame], w[nameBegins], w[nameWorkplacePiece])
	}
}

func TestLoadModelRefuses(t *testing.T) {
	for _, c := range []struct {
		about, want string
		change      func(file map[string]any)
	}{
		{"a missing level", `no weight between -200 and 200 for level "same number"`, func(f map[string]any) {
			delete(f["weights"].(map[string]any)["address"].(map[string]any), "same number")
		}},
		{"an unknown level", `comparison "phone" has no level "similar"`, func(f map[string]any) {
			f["weights"].(map[string]any)["phone"].(map[string]any)["similar"] = 1
		}},
		{"an unknown comparison", `there is no comparison "colour"`, func(f map[string]any) {
			f["weights"].(map[string]any)["colour"] = map[string]any{}
		}},
		{"a weight out of range", "no weight between", func(f map[string]any) {
			f["weights"].(map[string]any)["phone"].(map[string]any)["same"] = 1e9
		}},
		{"a wrong match that costs less than a review", "wrong_match costs 0.5", func(f map[string]any) { f["costs"].(map[string]any)["wrong_match"] = 0.5 }},
		{"no prior", "none is 0", func(f map[string]any) { delete(f, "none") }},
		{"a slope out of range", `slope "shared" is 9`, func(f map[string]any) { f["slopes"].(map[string]any)["shared"] = 9 }},
		{"an unknown slope", "3 slopes, not 2", func(f map[string]any) { f["slopes"].(map[string]any)["colour"] = 1 }},
	} {
		var file map[string]any
		if err := json.Unmarshal(defaultModel, &file); err != nil {
			t.Fatal(err)
		}
		c.change(file)
		changed, err := json.Marshal(file)
		if err != nil {
			t.Fatal(err)
		}
		_, err = LoadModel(changed)
		var fault *nayose.Error
		if !errors.As(err, &fault) || fault.Kind != nayose.Usage || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want a usage error with %q", c.about, err, c.want)
		}
	}
	if _, err := LoadModel([]byte("{")); err == nil {
		t.Error("half a file is read as a model")
	}
}

func TestDigest(t *testing.T) {
	other := bytes.Replace(defaultModel, []byte(`"wrong_match": 10`), []byte(`"wrong_match": 11`), 1)
	m, err := LoadModel(other)
	if err != nil {
		t.Fatal(err)
	}
	if m.Digest() == DefaultModel().Digest() {
		t.Error("two models have one digest")
	}
}

// TestFit sees namesakes that only the address tells apart, and mentions of a third one that the master lacks.
func TestFit(t *testing.T) {
	m := newTestMatcher(t, town)
	var examples []Labelled
	for range 50 {
		examples = append(
			examples,
			Labelled{Mention: nayose.Mention{CompanyName: "株式会社アシスト", Address: "大阪市北区梅田1-12-17"}, Truth: "3", Source: "a"},
			Labelled{Mention: nayose.Mention{CompanyName: "株式会社アシスト", Address: "千代田区九段北4-2-1"}, Truth: "2", Source: "a"},
			Labelled{Mention: nayose.Mention{CompanyName: "株式会社アシスト", Address: "札幌市東区北7条東3-28-32"}, Truth: "", Source: "b"},
		)
	}
	fitted, err := m.Fit(examples)
	if err != nil {
		t.Fatal(err)
	}
	again, err := m.Fit(examples)
	if err != nil {
		t.Fatal(err)
	}
	if fitted.Digest() != again.Digest() {
		t.Error("two fits of the same examples differ")
	}
	before, after := New(m.master, m.model), New(m.master, fitted)
	for i, e := range examples[:2] {
		b, a := before.Match(&e.Mention), after.Match(&e.Mention)
		if a.CompanyID != e.Truth || a.Probability < 0.9 {
			t.Errorf("example %d is %q at %.3f (before the fit %.3f), want %q\n%s", i, a.CompanyID, a.Probability, b.Probability, e.Truth, explain(a))
		}
	}
	if fitted.None < 0.3 || fitted.None > 0.37 {
		t.Errorf("a third of the examples have no company, but none is %v", fitted.None)
	}
}

// TestFitWeighs: where labels disagree, those that stand for more win; and what was asked about in doubt says nothing of how many
// companies are missing.
func TestFitWeighs(t *testing.T) {
	m := newTestMatcher(t, town)
	mention := nayose.Mention{CompanyName: "株式会社アシスト", Address: "大阪市北区梅田1-12-17"}
	fitted := func(right, none float64, asked bool) *Model {
		var examples []Labelled
		for range 20 {
			examples = append(examples,
				Labelled{Mention: mention, Truth: "3", Weight: right, Asked: asked}, Labelled{Mention: mention, Weight: none, Asked: asked})
		}
		model, err := m.Fit(examples)
		if err != nil {
			t.Fatal(err)
		}
		return model
	}
	sure, unsure := New(m.master, fitted(5, 0.5, true)), New(m.master, fitted(0.5, 5, true))
	if a, b := sure.Match(&mention).Probability, unsure.Match(&mention).Probability; 1-b < 5*(1-a) {
		t.Errorf("where the company weighs ten times as much as none its probability is %.5f, and the other way round %.5f", a, b)
	}
	right, none := fitted(5, 0.5, false), fitted(0.5, 5, false)
	if right.None > 0.15 || none.None < 0.85 {
		t.Errorf("none of a tenth is fitted to %v, and of nine tenths to %v", right.None, none.None)
	}
	if got := fitted(1, 5, true).None; got != m.model.None {
		t.Errorf("fitted to what was in doubt, none is %v, want %v as before", got, m.model.None)
	}
}

// TestFitSurvey: what was asked about in doubt does not change the share of missing employers under which its labels are read.
func TestFitSurvey(t *testing.T) {
	m := newTestMatcher(t, town)
	for _, asked := range []bool{true, false} {
		var examples []Labelled
		for range 100 {
			examples = append(examples, Labelled{Mention: nayose.Mention{CompanyName: "株式会社アシスト", Address: "札幌市東区北7条東3-28-32"}, Asked: asked})
		}
		f := m.newFitting(examples)
		f.survey()
		if got, prior := f.examples[0].none, noneBits(m.model.None); (got == prior) != asked {
			t.Errorf("asked about in doubt %v: none of them has %v bits, and %v by the model", asked, got, prior)
		}
	}
}

// TestSigns holds which levels a fit cannot make count against a company, and which not for it. A new level is in neither list until
// levels.go puts it there, whatever it is called.
func TestSigns(t *testing.T) {
	f := newTestMatcher(t, town).newFitting(nil)
	held := func(weight float64) (names []string) {
		for i := range f.weights {
			f.weights[i] = weight
		}
		f.clamp()
		for by := range comparisons {
			for l, name := range levelNames[by] {
				if name != "" && f.weights[f.index(by, level(l))] == 0 {
					names = append(names, comparisonNames[by]+" "+name)
				}
			}
		}
		return names
	}
	for weight, want := range map[float64][]string{
		-1: {
			"kana same", "address same number", "address same number, of many", "address same block", "address same town", "address same city",
			"phone same", "phone same, shared", "phone same exchange", "phone same, of a workplace", "domain same", "domain same, shared", "number same",
		},
		1: {
			"form differs", "kana differs", "phone differs", "domain differs", "number differs",
			"status closed", "status took over a closed company",
		},
	} {
		if diff := cmp.Diff(want, held(weight)); diff != "" {
			t.Errorf("levels that do not come to %+v in a fit (-want +got):\n%s", weight, diff)
		}
	}
}

func TestBuildRefuses(t *testing.T) {
	_, err := Build(seq([]nayose.Company{{ID: "1", Name: "ア"}, {ID: "2", Name: "イ"}, {ID: "1", Name: "ウ"}}))
	var fault *nayose.Error
	if !errors.As(err, &fault) || fault.Kind != nayose.Contract || !strings.Contains(err.Error(), `"1" stands twice`) {
		t.Errorf("a company id that stands twice: %v", err)
	}
	broken := errors.New("broken")
	var source iter.Seq2[nayose.Company, error] = func(yield func(nayose.Company, error) bool) {
		if yield(nayose.Company{ID: "1"}, nil) {
			yield(nayose.Company{}, broken)
		}
	}
	if _, err := Build(source); !errors.Is(err, broken) {
		t.Errorf("a source that breaks: %v", err)
	}
}

func TestSuccession(t *testing.T) {
	closed := nayose.NewDate(2025, 1, 1)
	m := newTestMatcher(t, []nayose.Company{
		{ID: "a", Name: "株式会社アオ", ClosedOn: closed, SuccessorID: "b"},
		{ID: "b", Name: "株式会社アカ", ClosedOn: closed, SuccessorID: "c"},
		{ID: "c", Name: "株式会社キ"},
		{ID: "x", Name: "株式会社クロ", ClosedOn: closed, SuccessorID: "y"}, // a circle
		{ID: "y", Name: "株式会社シロ", ClosedOn: closed, SuccessorID: "x"},
		{ID: "z", Name: "株式会社ムラサキ", ClosedOn: closed, SuccessorID: "unknown"},
	})
	for name, want := range map[string]string{"株式会社アオ": "c", "株式会社アカ": "c", "株式会社クロ": "x", "株式会社ムラサキ": "z"} {
		got := m.Match(&nayose.Mention{CompanyName: name})
		if got.CompanyID != want || got.Outcome != nayose.Review {
			t.Errorf("%s leads to %s %q, want %q\n%s", name, got.Outcome, got.CompanyID, want, explain(got))
		}
	}
}

func TestFitToNothing(t *testing.T) {
	_, err := newTestMatcher(t, town).Fit([]Labelled{{Mention: nayose.Mention{CompanyName: "株式会社ゾウガメ水産"}}})
	var fault *nayose.Error
	if !errors.As(err, &fault) || fault.Kind != nayose.Contract {
		t.Errorf("Fit to a posting without candidates: %v, want kind Contract", err)
	}
}
