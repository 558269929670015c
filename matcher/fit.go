package matcher

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"nayose"
)

// Labelled is a mention whose company is known; an empty Truth says that it is not in the master. Source names where it
// comes from, so that how often a source's companies are missing is not taken for what its fields mean.
type Labelled struct {
	Mention nayose.Mention
	Truth   string
	Source  string
	Weight  float64 // how many examples it stands for; 0 is one
	Asked   bool    // labelled because it was in doubt: it says nothing of how many companies are missing
}

// Fit sets a model's weights to those under which the right answers of the examples are likeliest: the posterior over
// candidates and "none of them" is a softmax of sums of weights, so this is multinomial logistic regression, by gradient
// ascent from the weights that stand. A right company that no key finds counts as "none of them".
//
// The examples of a source are taken for a delivery: they form groups, and the share of its employers that the master lacks
// is estimated from them as it would be without their labels, so that weights are fitted to what they will be used with.
// The model's own share is that of the labels that were not asked for because of doubt, or stays where there are none. Agreement never counts against a company, nor difference for it. Each weight
// is held to its old value with the strength of a few examples, so that levels hardly seen stay where a person set them.
// The result is rounded to tenths of a bit and depends on the examples and the model alone.
//
// The error is of kind nayose.Contract where no example has a candidate to learn from.
func (m *Matcher) Fit(examples []Labelled) (*Model, error) {
	m = m.undecided() // labels are not to be learned from themselves
	f := m.newFitting(examples)
	if !f.found {
		return nil, nayose.Fault(nayose.Contract, errors.New("no posting has a candidate: there is nothing to fit"),
			"give postings whose companies are in the master")
	}
	for range fitTurns {
		f.survey()
		clear(f.speed)
		for range fitRounds {
			f.step()
		}
	}
	fitted := f.model(m.model)
	fitted.Measured = []string{fmt.Sprintf("weights, slopes and none fitted to %d labelled postings; nothing else was measured", len(f.examples))}
	fitted.None = f.missing()
	return fitted.reload()
}

// model is a copy of a model with the fitted weights.
func (f *fitting) model(old *Model) *Model {
	fitted := *old
	fitted.Slopes = map[string]float64{}
	for a, name := range amountNames {
		fitted.Slopes[name] = math.Round(100*max(-2, min(2, f.weights[f.slopes+a]))) / 100
	}
	fitted.Weights = map[string]map[string]float64{}
	for by := range comparisons {
		fitted.Weights[comparisonNames[by]] = map[string]float64{}
		for l, name := range levelNames[by] {
			if name != "" {
				fitted.Weights[comparisonNames[by]][name] = round(f.weights[f.index(by, level(l))])
			}
		}
	}
	return &fitted
}

// FitNone sets only the model's share of missing employers, as it is estimated from mentions whose companies nobody has
// told: the weights stay. That weights could follow a delivery's habits without labels, by expectation maximisation, was
// tried. Fitted without the care operators and then led to them, they lost precision (0.997 to 0.992) and calibration
// (0.018 to 0.025), 2026-11-22.
func (d *Delivery) FitNone() (*Model, error) {
	fitted := *d.model
	fitted.None = min(max(math.Round(100*d.survey.Missing)/100, 0.01), 0.99)
	fitted.Measured = append([]string{fmt.Sprintf("none estimated from %d postings without labels", d.survey.Sighted)}, fitted.Measured...)
	return fitted.reload()
}

// reload is the model as it will be read from its file.
func (m *Model) reload() (*Model, error) {
	file, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}
	return LoadModel(append(file, '\n'))
}

// fitTurns, fitRounds and fitStep are where the weights of the gold nearly stand still: with five times the rounds most end within 0.2 of a
// bit, a chain's address and a form that was added 0.5 further (2026-11-22). fitSpread is how far, in bits, one example alone may move a weight.
const (
	fitTurns  = 8
	fitRounds = 100
	fitStep   = 0.5
	fitSpread = 3.0
)

// mostForSide is the most that 前株 for 後株 may cost: the labelled names were typed with care, others are not.
const mostForSide = 4

// A fitting is the state of a regression: examples as lists of candidates, each a list of features.
type fitting struct {
	offsets  [comparisons]int
	slopes   int
	prior    float64          // the model's share of missing employers
	sources  map[string][]int // the examples of each source
	start    []float64
	weights  []float64
	speed    []float64 // AdaGrad: the sum of squared gradients
	examples []example
	found    bool // a candidate, of any example
}

// An example's candidates of equal features are one with a count; truth is -1 for "none of them".
type example struct {
	truth  int
	weight float64
	asked  bool
	pref   uint8
	named  bool
	none   float64 // bits of "none of them": what its source tells of the master where it is
	rows   []featureRow
}

type featureRow struct {
	levels  [comparisons]level
	amounts [amounts]float64
	count   float64
}

func (m *Matcher) newFitting(labelled []Labelled) *fitting {
	f := &fitting{sources: map[string][]int{}, prior: m.model.None}
	for by := range comparisons {
		f.offsets[by] = len(f.start)
		f.start = append(f.start, m.model.weights[by]...)
	}
	f.slopes = len(f.start)
	f.start = append(f.start, m.model.slopes[:]...)
	bySource := map[string][]*Labelled{}
	for i := range labelled {
		bySource[labelled[i].Source] = append(bySource[labelled[i].Source], &labelled[i])
	}
	for _, source := range slices.Sorted(maps.Keys(bySource)) {
		m.newExamples(f, source, bySource[source])
	}
	f.weights, f.speed = slices.Clone(f.start), make([]float64, len(f.start))
	return f
}

// newExamples reads the examples of one source, which speak for each other as the mentions of a delivery do.
func (m *Matcher) newExamples(f *fitting, source string, labelled []*Labelled) {
	members := make([]member, len(labelled))
	for i, l := range labelled {
		m.member(&l.Mention, &members[i])
	}
	d := &Delivery{Matcher: m, groups: newGroups(members)}
	desk := m.sit()
	defer desk.leave()
	for i, l := range labelled {
		d.read(desk, &numberedMention{l.Mention, i})
		all := desk.candidates()
		f.found = f.found || len(all) > 0
		e := m.newExample(all, l.Truth)
		e.weight, e.asked = cmp.Or(l.Weight, 1), l.Asked
		e.pref, e.named = desk.query.place.Pref, !desk.query.nameless()
		f.sources[source] = append(f.sources[source], len(f.examples))
		f.examples = append(f.examples, e)
	}
}

func (m *Matcher) newExample(all []candidate, truth string) example {
	rows := map[featureRow]float64{}
	e := example{truth: -1}
	for _, c := range all {
		r := featureRow{levels: c.levels, amounts: c.amounts}
		if truth != "" && m.master.ID(c.company) == truth {
			r.count = 1
			e.rows, e.truth = []featureRow{r}, 0
			continue
		}
		rows[r]++
	}
	keys := slices.SortedFunc(maps.Keys(rows), func(a, b featureRow) int {
		return cmp.Or(slices.Compare(a.levels[:], b.levels[:]), slices.Compare(a.amounts[:], b.amounts[:]))
	})
	for _, r := range keys {
		n := rows[r]
		r.count = n
		e.rows = append(e.rows, r)
	}
	return e
}

func (f *fitting) index(by comparison, l level) int { return f.offsets[by] + int(l) }

func (f *fitting) bits(r *featureRow) float64 {
	bits := 0.0
	for a, v := range r.amounts {
		bits += f.weights[f.slopes+a] * v
	}
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
	f.centre()
	f.clamp()
}

// centre moves bits between name and form, which a candidate found by a name of the company has both, so that the same form
// weighs what it would if forms were drawn by chance: nothing else says where one ends and the other begins.
func (f *fitting) centre() {
	by := f.weights[f.index(byForm, formSame)] - formByChance
	for l := formSame; l <= formDiffers; l++ {
		f.weights[f.index(byForm, l)] -= by
	}
	for l := range level(len(levelNames[byName])) {
		if l != nameUnknown && l != nameUnlike && l != nameKana && l != nameEnglish {
			f.weights[f.index(byName, l)] += by
		}
	}
}

// formByChance is log₂ of 1 over the chance that two companies of the registry have the same form on the same side.
const formByChance = 2

// clamp keeps the weights in their bounds: what compares nothing weighs nothing, and signs are as they must be.
func (f *fitting) clamp() {
	f.weights[f.slopes+int(byNamesakes)] = min(f.weights[f.slopes+int(byNamesakes)], 0)
	f.weights[f.slopes+int(byShared)] = max(f.weights[f.slopes+int(byShared)], 0)
	side := &f.weights[f.index(byForm, formOtherSide)]
	*side = max(*side, f.weights[f.index(byForm, formSame)]-mostForSide)
	for by := range comparisons {
		for l, name := range levelNames[by] {
			if name == "" {
				f.weights[f.index(by, level(l))] = 0
			}
		}
		for _, l := range agreements[by] {
			w := &f.weights[f.index(by, l)]
			*w = max(*w, 0)
		}
		for _, l := range differences[by] {
			w := &f.weights[f.index(by, l)]
			*w = min(*w, 0)
		}
	}
}

// survey estimates, as a delivery's survey would, how many employers the master lacks in each source. What was asked about in doubt takes
// no part: it finds poorer candidates than the rest of its delivery, and weights fitted to it would be those of a master that lacks every
// other employer. 1,472 answers took the matched share of a real feed from 0.66 to 0.25 that way, and to 0.57 this way (docs/reviewing.md).
func (f *fitting) survey() {
	for _, examples := range f.sources {
		var seen []sighting
		for _, e := range examples {
			x := &f.examples[e]
			s := sighting{pref: x.pref}
			for r := range x.rows {
				s.odds += math.Exp2(f.bits(&x.rows[r])) * x.rows[r].count
			}
			if x.named && !x.asked {
				seen = append(seen, s)
			}
		}
		missing := estimate(seen, f.prior)
		for _, e := range examples {
			f.examples[e].none = noneBits(missing[f.examples[e].pref])
		}
	}
}

// missing is the share of examples without a right candidate, as far as they were not asked for because of doubt.
func (f *fitting) missing() float64 {
	n, of := 0.0, 0.0
	for _, e := range f.examples {
		if e.asked {
			continue
		}
		if of += e.weight; e.truth < 0 {
			n += e.weight
		}
	}
	if of == 0 {
		return f.prior
	}
	return math.Round(100*(n+1)/(of+2)) / 100
}

// doubtful is the share of labels that are wrong: about one in a hundred of the gold's. An example that the weights find
// hopeless is likelier one of those than a reason to change them.
const doubtful = 0.01

// learn adds one example's part to the gradient: what was seen of the truth less what the weights expect, by how likely
// the label is right, as often as it counts.
func (f *fitting) learn(e *example, gradient []float64) {
	share := f.shares(e)
	likely := 1.0
	for i := range share {
		likely -= share[i]
	}
	if e.truth >= 0 {
		likely = share[e.truth]
	}
	trust := e.weight * likely / (likely + doubtful/float64(len(share)+1))
	for i := range e.rows {
		d := -share[i]
		if i == e.truth {
			d++
		}
		d *= trust
		for by, l := range e.rows[i].levels {
			gradient[f.index(comparison(by), l)] += d
		}
		for a, v := range e.rows[i].amounts {
			gradient[f.slopes+a] += d * v
		}
	}
}

// shares are the probabilities of an example's rows; what they lack of 1 is that of "none of them".
func (f *fitting) shares(e *example) []float64 {
	share := make([]float64, len(e.rows))
	sum := math.Exp2(e.none)
	for i := range e.rows {
		share[i] = math.Exp2(f.bits(&e.rows[i])) * e.rows[i].count
		sum += share[i]
	}
	for i := range share {
		share[i] /= sum
	}
	return share
}
