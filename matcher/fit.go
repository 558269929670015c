package matcher

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"nayose"
)

// Labelled is a mention whose company is known; an empty Truth says that it is not in the master. Source names where it
// comes from, so that how often a source's companies are missing is not taken for what its fields mean.
type Labelled struct {
	Mention nayose.Mention
	Truth   string
	Source  string
}

// Fit sets a model's weights to those under which the right answers of the examples are likeliest: the posterior over
// candidates and "none of them" is a softmax of sums of weights, so this is multinomial logistic regression, by gradient
// ascent from the weights that stand. A right company that no key finds counts as "none of them".
//
// Each source has its own prior of "none" while the weights are fitted: otherwise a field that only one source fills
// would stand for how complete the master is there. The model's prior is then fitted alone, over all
// examples. Agreement never counts against a company, nor difference for it. Each weight is held to its
// old value with the strength of a few examples, so that levels hardly seen stay where a person set them. The result is
// rounded to tenths of a bit and depends on the examples and the model alone.
//
// The error is of kind nayose.Contract where no example has a candidate to learn from.
func (m *Matcher) Fit(examples []Labelled) (*Model, error) {
	f := m.newFitting(examples)
	if len(f.examples) == 0 {
		return nil, nayose.Fault(nayose.Contract, errors.New("no posting has a candidate: there is nothing to fit"),
			"give postings whose companies are in the master")
	}
	for range fitRounds {
		f.step()
	}
	fitted := *m.model
	fitted.Measured = []string{fmt.Sprintf("weights, none and namesakes fitted to %d postings that have candidates; nothing else was measured", len(f.examples))}
	none, shift := f.prior()
	fitted.None = none
	fitted.Namesakes = round(math.Max(0, math.Min(2, f.weights[f.namesakes])))
	fitted.Weights = map[string]map[string]float64{}
	for by := range comparisons {
		fitted.Weights[comparisonNames[by]] = map[string]float64{}
		for l, name := range levelNames[by] {
			w := f.weights[f.index(by, level(l))]
			if by == byName {
				w += shift
			}
			if name != "" {
				fitted.Weights[comparisonNames[by]][name] = round(w)
			}
		}
	}
	file, err := json.MarshalIndent(&fitted, "", "  ")
	if err != nil {
		return nil, err
	}
	return LoadModel(append(file, '\n'))
}

// fitRounds and fitStep are where the weights of the gold stand still to a tenth of a bit; fitSpread is how far, in bits,
// one example alone may move a weight.
const (
	fitRounds = 400
	fitStep   = 0.5
	fitSpread = 3.0
)

// A fitting is the state of a regression: examples as lists of candidates, each a list of features.
type fitting struct {
	offsets   [comparisons]int
	namesakes int
	sources   map[string]int // where a source's bits of "none" stand
	start     []float64
	weights   []float64
	speed     []float64 // AdaGrad: the sum of squared gradients
	examples  []example
}

// An example's candidates of equal features are one with a count; truth is -1 for "none of them".
type example struct {
	truth int
	none  int // the place of its source's bits of "none"
	rows  []featureRow
}

type featureRow struct {
	levels [comparisons]level
	log2k  float64
	count  float64
}

func (m *Matcher) newFitting(labelled []Labelled) *fitting {
	f := &fitting{sources: map[string]int{}}
	for by := range comparisons {
		f.offsets[by] = len(f.start)
		f.start = append(f.start, m.model.weights[by]...)
	}
	f.namesakes = len(f.start)
	f.start = append(f.start, m.model.Namesakes)
	for i := range labelled {
		l := &labelled[i]
		if _, ok := f.sources[l.Source]; !ok {
			f.sources[l.Source] = len(f.start)
			f.start = append(f.start, m.model.noneBits())
		}
		q := newQuery(&l.Mention)
		if all := m.candidates(&q); len(all) > 0 {
			e := m.newExample(all, l.Truth)
			e.none = f.sources[l.Source]
			f.examples = append(f.examples, e)
		}
	}
	f.weights, f.speed = slices.Clone(f.start), make([]float64, len(f.start))
	return f
}

func (m *Matcher) newExample(all []candidate, truth string) example {
	rows := map[featureRow]float64{}
	e := example{truth: -1}
	for _, c := range all {
		r := featureRow{levels: c.levels}
		if m.model.Namesakes > 0 {
			r.log2k = -c.namesakes / m.model.Namesakes
		}
		if truth != "" && m.master.id(c.company) == truth {
			r.count = 1
			e.rows, e.truth = []featureRow{r}, 0
			continue
		}
		rows[r]++
	}
	keys := slices.SortedFunc(maps.Keys(rows), func(a, b featureRow) int { return slices.Compare(a.levels[:], b.levels[:]) })
	for _, r := range keys {
		n := rows[r]
		r.count = n
		e.rows = append(e.rows, r)
	}
	return e
}

func (f *fitting) index(by comparison, l level) int { return f.offsets[by] + int(l) }

func (f *fitting) bits(r *featureRow) float64 {
	bits := -f.weights[f.namesakes] * r.log2k
	for by, l := range r.levels {
		bits += f.weights[f.index(comparison(by), l)]
	}
	return bits
}

// step goes up the gradient of the log likelihood once.
func (f *fitting) step() {
	gradient := make([]float64, len(f.weights))
	for i := range f.weights {
		gradient[i] = (f.start[i] - f.weights[i]) / (fitSpread * fitSpread)
	}
	for i := range f.examples {
		f.learn(&f.examples[i], gradient)
	}
	for i, g := range gradient {
		f.speed[i] += g * g
		if f.speed[i] > 0 {
			f.weights[i] += fitStep * g / math.Sqrt(f.speed[i])
		}
	}
	f.clamp()
}

// clamp keeps the weights in their bounds: what compares nothing weighs nothing, and signs are as they must be.
func (f *fitting) clamp() {
	for by := range comparisons {
		for l, name := range levelNames[by] {
			w := &f.weights[f.index(by, level(l))]
			switch {
			case name == "":
				*w = 0
			case name == "differs" || name == "closed":
				*w = min(*w, 0)
			case by != byName && by != byForm && strings.HasPrefix(name, "same") && name != "same prefecture":
				*w = max(*w, 0)
			}
		}
	}
}

// prior is the share of examples without a right candidate, and the bits to add to every name's weight so that, with
// this prior, the examples are as likely as they can be. Every candidate has one level of name, so this is no more than
// a choice of where to count from.
func (f *fitting) prior() (none, shift float64) {
	missing := 0.0
	for _, e := range f.examples {
		if e.truth < 0 {
			missing++
		}
	}
	n := float64(len(f.examples))
	bits := 0.0
	for range 60 {
		expected := 0.0
		for i := range f.examples {
			_, none := f.shares(&f.examples[i], bits)
			expected += none
		}
		bits += 8 * (missing - expected) / n
	}
	none = math.Round(100*(missing+1)/(n+2)) / 100
	none = min(max(none, 0.01), 0.99)
	return none, logOdds(none) - bits
}

// learn adds one example's part to the gradient: what was seen of the truth less what the weights expect.
func (f *fitting) learn(e *example, gradient []float64) {
	share, none := f.shares(e, f.weights[e.none])
	gradient[e.none] -= none
	if e.truth < 0 {
		gradient[e.none]++
	}
	for i := range e.rows {
		d := -share[i]
		if i == e.truth {
			d++
		}
		for by, l := range e.rows[i].levels {
			gradient[f.index(comparison(by), l)] += d
		}
		gradient[f.namesakes] -= d * e.rows[i].log2k
	}
}

// shares are the probabilities of an example's rows and of "none of them".
func (f *fitting) shares(e *example, noneBits float64) (share []float64, none float64) {
	share = make([]float64, len(e.rows))
	none = math.Exp2(noneBits)
	sum := none
	for i := range e.rows {
		share[i] = math.Exp2(f.bits(&e.rows[i])) * e.rows[i].count
		sum += share[i]
	}
	for i := range share {
		share[i] /= sum
	}
	return share, none / sum
}
