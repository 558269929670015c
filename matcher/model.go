package matcher

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"sync"

	"nayose"
)

// Model is what the matcher decides by: the weight of each level of each comparison, the prior of "none of them", and
// what the outcomes cost. Its file says how its numbers were measured.
type Model struct {
	// Measured says on what data the numbers were set and what they reached there.
	Measured []string `json:"measured"`
	// None is the chance, before any comparison, that the employer is not in the master. It is the measure of the
	// master's incompleteness as the mentions see it.
	None float64 `json:"none"`
	// Slopes are the bits that one unit of a measured amount adds or takes.
	Slopes map[string]float64 `json:"slopes"`
	// Costs are what decides between the outcomes where the config does not say.
	Costs Costs `json:"costs"`
	// Weights are log₂ of how many times likelier a level is seen for the right company than for another, by
	// comparison and level.
	Weights map[string]map[string]float64 `json:"weights"`

	weights [comparisons][]float64
	slopes  [amounts]float64
	digest  string
}

// Costs weigh the outcomes against each other. The unit is what it costs to let a person review a mention.
type Costs struct {
	// WrongMatch is what it costs to match a wrong company: at 10, an answer is matched from a probability of 0.9 on.
	WrongMatch float64 `json:"wrong_match" yaml:"wrong_match"`
	// MissedMatch is what it costs to call a company's mention unmatched.
	MissedMatch float64 `json:"missed_match" yaml:"missed_match"`
}

// MatchedAt is the probability from which a match, wrong with the rest of it, costs less than a review.
func (c Costs) MatchedAt() float64 { return 1 - 1/c.WrongMatch }

// UnmatchedAt is the probability of "none of them" from which unmatched costs less than a review.
func (c Costs) UnmatchedAt() float64 { return 1 - 1/c.MissedMatch }

func (c Costs) check() error {
	for name, cost := range map[string]float64{"wrong_match": c.WrongMatch, "missed_match": c.MissedMatch} {
		if !(cost > 1 && cost <= 1e6) {
			return fmt.Errorf("%s costs %v, not more than a review (1) and at most a million", name, cost)
		}
	}
	return nil
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

// Digest is the SHA-256 of the file that the model was read from, and of the costs that replace its own.
func (m *Model) Digest() string { return m.digest }

// WithCosts is the model with other costs; a cost of 0 leaves the model's. A cost out of range is an error of kind
// nayose.Usage.
func (m *Model) WithCosts(c Costs) (*Model, error) {
	c.WrongMatch, c.MissedMatch = cmp.Or(c.WrongMatch, m.Costs.WrongMatch), cmp.Or(c.MissedMatch, m.Costs.MissedMatch)
	if c == m.Costs {
		return m, nil
	}
	if err := c.check(); err != nil {
		return nil, nayose.Fault(nayose.Usage, fmt.Errorf("costs: %w", err), "a wrong match that costs 10 reviews is matched from 0.9 on")
	}
	other := *m
	other.Costs = c
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %v %v", m.digest, c.WrongMatch, c.MissedMatch))
	other.digest = hex.EncodeToString(sum[:])
	return &other, nil
}

// maxWeight is the most bits that a level weighs: a decision outweighs all others together.
const maxWeight = 200

func (m *Model) check() error {
	if !(m.None > 0 && m.None < 1) {
		return fmt.Errorf("none is %v, not between 0 and 1", m.None)
	}
	if err := m.Costs.check(); err != nil {
		return err
	}
	for a, name := range amountNames {
		slope, ok := m.Slopes[name]
		if !ok || !(slope >= -2 && slope <= 2) {
			return fmt.Errorf("slope %q is %v, not between -2 and 2", name, slope)
		}
		m.slopes[a] = slope
	}
	if len(m.Slopes) > int(amounts) {
		return fmt.Errorf("there are %d slopes, not %d", len(m.Slopes), amounts)
	}
	left := maps.Clone(m.Weights)
	for c := range comparisons {
		given := maps.Clone(left[comparisonNames[c]])
		delete(left, comparisonNames[c])
		m.weights[c] = make([]float64, len(levelNames[c]))
		for l, name := range levelNames[c] {
			w, ok := given[name]
			if ok != (name != "") || math.Abs(w) > maxWeight {
				return fmt.Errorf("comparison %q has no weight between -%d and %d for level %q", comparisonNames[c], maxWeight, maxWeight, name)
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

// weigh sums a candidate's evidence in the order in which evidence lists it.
func (m *Model) weigh(c *candidate) (bits float64) {
	for by, l := range c.levels {
		bits += m.weights[by][l]
	}
	for a, v := range c.amounts {
		bits += round(m.slopes[a] * v)
	}
	return bits
}

// appendEvidence adds what was compared, with its weight.
func (m *Model) appendEvidence(list []nayose.Evidence, c *candidate) []nayose.Evidence {
	for by, l := range c.levels {
		if name := levelNames[by][l]; name != "" {
			list = append(list, nayose.Evidence{Comparison: comparisonNames[by], Level: name, Bits: m.weights[by][l]})
		}
	}
	for a, v := range c.amounts {
		if v != 0 {
			list = append(list, nayose.Evidence{Comparison: amountNames[a], Level: amount(a).describe(v), Bits: round(m.slopes[a] * v)})
		}
	}
	return list
}

// describe says an amount in words: one of few, so that it is made once.
func (a amount) describe(v float64) string {
	if a == byShared {
		return sharedTexts[min(max(int(math.Round(v)), 0), mostShared)]
	}
	var b [32]byte
	digits := strconv.AppendFloat(b[:0], math.Exp2(v), 'g', 1, 64)
	if text, ok := namesakesTexts[string(digits)]; ok {
		return text
	}
	return namesakesText(string(digits))
}

func namesakesText(digits string) string {
	return fmt.Sprintf("about %s companies of this name to be expected", digits)
}

// sharedTexts and namesakesTexts are what describe says of rounded bits, and of numbers of one digit.
var (
	sharedTexts = func() (texts [mostShared + 1]string) {
		for bits := range texts {
			texts[bits] = fmt.Sprintf("%d bits of letters", bits)
		}
		return texts
	}()
	namesakesTexts = func() map[string]string {
		texts := map[string]string{}
		for exponent := -5; exponent <= 7; exponent++ {
			for digit := 1.0; digit <= 9; digit++ {
				number := strconv.FormatFloat(digit*math.Pow10(exponent), 'g', 1, 64)
				texts[number] = namesakesText(number)
			}
		}
		return texts
	}()
)
