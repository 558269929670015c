package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"

	"nayose/job/internal/eval"
	"nayose/matcher"
)

// newModels is a table of the numbers that models have beside their weights, the shipped one first.
func newModels() *table {
	t := &table{
		about: "The models: weights, slopes and none are fitted, the costs stay as they are shipped.",
		head:  []string{"model", "fitted to postings", "none", "slopes"},
	}
	t.model("shipped", "-", matcher.DefaultModel())
	return t
}

func (t *table) model(name, postings string, m *matcher.Model) {
	t.row(name, postings, fmt.Sprint(m.None), fmt.Sprint(m.Slopes))
}

// fitted is a matcher whose model is fitted to the postings of sets; the model gets a row in models.
func (b *bench) fitted(sets []eval.Set, models *table, name string) (*matcher.Matcher, error) {
	model, err := b.fit(sets)
	if err != nil {
		return nil, fmt.Errorf("fit the model %s: %w", name, err)
	}
	models.model(name, fmt.Sprint(postingsOf(sets)), model)
	return matcher.New(b.whole, model), nil
}

// fit is a model fitted to the postings of sets, from the shipped weights on. Sets that stand apart take no part: est's
// company names are workplaces', and would teach that an equal name means little.
func (b *bench) fit(sets []eval.Set) (*matcher.Model, error) {
	var examples []matcher.Labelled
	for _, s := range sets {
		for i := 0; i < len(s.Postings) && !s.Apart; i++ {
			p := &s.Postings[i]
			examples = append(examples, matcher.Labelled{Mention: p.Mention, Truth: p.Truth, Source: s.Name})
		}
	}
	return matcher.New(b.whole, matcher.DefaultModel()).Fit(examples)
}

func postingsOf(sets []eval.Set) (n int) {
	for _, s := range sets {
		if !s.Apart {
			n += len(s.Postings)
		}
	}
	return n
}

// modelFile writes a model fitted to all files.
func modelFile(w io.Writer, b *bench) error {
	log.Print("model: fit to all files")
	model, err := b.fit(b.gold)
	if err != nil {
		return err
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(model)
}
