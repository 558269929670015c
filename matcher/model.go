package matcher

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"

	"nayose"
)

// Model is what the matcher decides by: the weight of each level of each comparison, the prior of "none of them", and
// the thresholds. Its file says how its numbers were measured.
type Model struct {
	// Measured says on what data the numbers were set and what they reached there.
	Measured []string `json:"measured"`
	// None is the chance, before any comparison, that the employer is not in the master. It is the measure of the
	// master's incompleteness as the mentions see it.
	None float64 `json:"none"`
	// Namesakes is how many bits a candidate loses each time the number of companies of its name doubles.
	Namesakes float64 `json:"namesakes"`
	// MatchedAt is the probability from which the best candidate is the answer.
	MatchedAt float64 `json:"matched_at"`
	// UnmatchedAt is the probability of "none of them" from which that is the answer. Between the two is review.
	UnmatchedAt float64 `json:"unmatched_at"`
	// Weights are log₂ of how many times likelier a level is seen for the right company than for another, by
	// comparison and level.
	Weights map[string]map[string]float64 `json:"weights"`

	weights [comparisons][]float64
	digest  string
}

//go:embed model.json
var defaultModel []byte

// DefaultModel is the model that this version was measured with.
func DefaultModel() *Model { return loadDefault() }

var loadDefault = sync.OnceValue(func() *Model {
	m, err := LoadModel(defaultModel)
	if err != nil {
		panic(err) // the binary was built with a broken file
	}
	return m
})

// LoadModel reads a model's file. A level without a weight, a weight without a level and a number out of range are
// errors of kind nayose.Usage.
func LoadModel(file []byte) (*Model, error) {
	m := &Model{}
	if err := json.Unmarshal(file, m); err != nil {
		return nil, nayose.Fault(nayose.Usage, fmt.Errorf("read model: %w", err), "")
	}
	if err := m.check(); err != nil {
		return nil, nayose.Fault(nayose.Usage, fmt.Errorf("read model: %w", err), "start from the model that nayose brings")
	}
	sum := sha256.Sum256(file)
	m.digest = hex.EncodeToString(sum[:])
	return m, nil
}

// Digest is the SHA-256 of the file that the model was read from.
func (m *Model) Digest() string { return m.digest }

func (m *Model) check() error {
	for name, p := range map[string]float64{"none": m.None, "matched_at": m.MatchedAt, "unmatched_at": m.UnmatchedAt} {
		if !(p > 0 && p < 1) {
			return fmt.Errorf("%s is %v, not between 0 and 1", name, p)
		}
	}
	if !(m.Namesakes >= 0 && m.Namesakes <= 2) {
		return fmt.Errorf("namesakes is %v, not between 0 and 2", m.Namesakes)
	}
	left := maps.Clone(m.Weights)
	for c := range comparisons {
		given := maps.Clone(left[comparisonNames[c]])
		delete(left, comparisonNames[c])
		m.weights[c] = make([]float64, len(levelNames[c]))
		for l, name := range levelNames[c] {
			w, ok := given[name]
			if !ok && name != "" || math.Abs(w) > 100 {
				return fmt.Errorf("comparison %q has no weight between -100 and 100 for level %q", comparisonNames[c], name)
			}
			m.weights[c][l] = w
			delete(given, name)
		}
		if len(given) > 0 {
			return fmt.Errorf("comparison %q has no level %q", comparisonNames[c], slices.Sorted(maps.Keys(given))[0])
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("there is no comparison %q", slices.Sorted(maps.Keys(left))[0])
	}
	return nil
}

// noneBits is the weight of "none of them": its prior odds.
func (m *Model) noneBits() float64 { return round(logOdds(m.None)) }

func logOdds(p float64) float64 { return math.Log2(p / (1 - p)) }

// weigh sums a candidate's evidence in the order in which evidence lists it.
func (m *Model) weigh(c *candidate) (bits float64) {
	for by, l := range c.levels {
		bits += m.weights[by][l]
	}
	return bits + c.namesakes
}

// evidence lists what was compared, with its weight.
func (m *Model) evidence(c *candidate) []nayose.Evidence {
	list := make([]nayose.Evidence, 0, comparisons)
	for by, l := range c.levels {
		if name := levelNames[by][l]; name != "" {
			list = append(list, nayose.Evidence{Comparison: comparisonNames[by], Level: name, Bits: m.weights[by][l]})
		}
	}
	if c.namesakes != 0 {
		list = append(list, nayose.Evidence{Comparison: "namesakes", Level: "several companies of this name", Bits: c.namesakes})
	}
	return list
}
