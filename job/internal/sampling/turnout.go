package sampling

// A Turnout is how much of what was drawn was answered. The answers of a stratum stand for all of it, in equal parts: whoever could not
// tell, or did not get so far, is taken to have answered as the others of the stratum (weighting classes: Oh and Scheuren 1983, Weighting
// Adjustment for Unit Nonresponse). A stratum without an answer stands for nothing, and the population is smaller by it. The zero value is empty.
type Turnout[K comparable] struct {
	population map[K]float64
	answers    map[K]int
}

// Drawn counts what was drawn from a stratum, with its weight.
func (t *Turnout[K]) Drawn(stratum K, weight float64) {
	if t.population == nil {
		t.population = map[K]float64{}
	}
	t.population[stratum] += weight
}

// Answered counts an answer to what was drawn from a stratum.
func (t *Turnout[K]) Answered(stratum K) {
	if t.answers == nil {
		t.answers = map[K]int{}
	}
	t.answers[stratum]++
}

// Weight is for how many mentions an answer from a stratum stands; there must be one.
func (t *Turnout[K]) Weight(stratum K) float64 {
	return t.population[stratum] / float64(t.answers[stratum])
}
