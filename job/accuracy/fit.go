package main

import (
	"fmt"

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

// fitted is a matcher whose model is fitted to the postings of sets, from the shipped weights on; the model gets a row in
// models. Sets that stand apart take no part: est's company names are workplaces', and would teach that an equal name
// means little.
func (b *bench) fitted(sets []eval.Set, models *table, name string) (*matcher.Matcher, error) {
	var examples []matcher.Labelled
	for _, s := range sets {
		for i := 0; i < len(s.Postings) && !s.Apart; i++ {
			p := &s.Postings[i]
			examples = append(examples, matcher.Labelled{Mention: p.Mention, Truth: p.Truth, Source: s.Name})
		}
	}
	model, err := matcher.New(b.whole, matcher.DefaultModel()).Fit(examples)
	if err != nil {
		return nil, fmt.Errorf("fit the model %s: %w", name, err)
	}
	models.model(name, fmt.Sprint(len(examples)), model)
	return matcher.New(b.whole, model), nil
}
