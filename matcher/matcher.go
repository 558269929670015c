// Package matcher finds the company behind a mention.
//
// A mention is what a partner's posting says about the employer: names, address, phone, URL, number. The master is a
// list of companies, millions of them, not complete. The matcher's answer is a company, or "review" with ranked
// candidates, or "not in the master", with a probability that means what it says.
//
// It works in five steps, a file or two each, the first in a package of its own:
//
//  1. What was typed is read (internal/reading, query.go). Everything is brought to one writing. Names are parted from their
//     legal form and read in several ways, since partners put workplaces, branches and decoration into them. Addresses are
//     taken apart, phones, domains and numbers made plain.
//  2. A delivery is surveyed (delivery.go): mentions of one employer form groups (groups.go), and what share of the
//     employers the master lacks is estimated, by prefecture and without any label (completeness.go).
//  3. Keys lead to candidates (candidates.go): number, name, former name, alias, reading, phone, domain, address; and where
//     no company has the very name, the known names that stand inside it or share its rarest pairs of letters (alike.go,
//     likeness.go). The master is an index of all these keys, built once, saved and mapped into memory (master.go,
//     internal/index). A goroutine matches at a desk, which has the memory that one mention needs (desk.go).
//  4. Each candidate is compared with the mention, field by field, to a level or an amount (levels.go, compare.go, places.go).
//     A level weighs log₂ of how many times likelier it is seen for the right company than for another (Fellegi and
//     Sunter); the weights stand in model.json and were fitted to labelled mentions (fit.go). The sum is its weight.
//  5. The candidates and "none of them" share the probability: p = 2^weight / (Σ 2^weight + 2^none), where 2^none are the
//     odds that the employer is missing. What a wrong answer costs beside a review makes it an outcome.
//
// For example, 株式会社アカネ in 札幌市 may find three companies of this name. Each gains the bits of an equal name and
// form, and loses some since names that many bear are likelier borne by a fourth; the one whose office is in 札幌市 gains
// the bits of the same city and has most of the probability, the rest goes to the other two and to "none of them".
//
// What people settled stands over all of it, and teaches (decisions.go, lessons.go).
//
// What it costs, among 1.4 million companies: 4.5 µs of one core to read a mention, 6 µs more to decide about one whose name some company
// bears, 38 µs about one whose name none does, and no heap allocation; writing the answer out takes three (labelled mentions of the
// real data, 2026-11-22, AMD EPYC, Go 1.26).
//
// What a person must never find here is a company that matched because its shop's name looked like it: a name found by
// a piece of it is for review, whatever its probability, unless phone, domain, number or the very address ties it to the
// company.
package matcher

import (
	"cmp"
	"math"
	"sync"

	"nayose"
)

// maxShown is how many candidates an answer keeps, and leastShown the probability from which on one is worth a look.
const (
	maxShown   = 10
	leastShown = 1e-6
)

// Matcher answers about mentions. It is safe for concurrent use.
type Matcher struct {
	master *Master
	model  *Model
	far    float64    // the bits below which a candidate that is in none of the mention's prefectures is not worth a look
	desks  *sync.Pool // *desk

	settled *settled // nil where nobody settled anything
}

// New makes a matcher of a master and a model, of which it needs both: where nothing is known of companies the master is an empty one,
// Build of no companies, and not nil.
func New(master *Master, model *Model) *Matcher {
	m := &Matcher{master: master, model: model, far: noneBits(model.None) - farBelow, desks: &sync.Pool{}}
	m.desks.New = func() any { return newDesk(m) }
	return m
}

// Match is the answer about one mention by itself: nothing is known of its delivery.
func (m *Matcher) Match(x *nayose.Mention) nayose.Match {
	d := m.sit()
	defer d.leave()
	d.read(x)
	return d.answer(x.ID, m.model.None)
}

// A decision is what a mention comes to. Its candidates are good until the desk's next query.
type decision struct {
	outcome nayose.Outcome
	none    float64     // bits of "none of them"
	chance  float64     // of "none of them"
	first   []candidate // the best, as many as are shown
	chances [maxShown]float64
	rest    int     // how many others there are
	others  float64 // their bits together
}

// farthest is how many bits below the best a candidate takes no part in the sum: less than what rounding does to it.
const farthest = 60

// decide answers the query of a mention whose employer the master lacks with the chance missing, before any comparison.
func (d *desk) decide(missing float64) decision {
	all := d.candidates()
	n := d.lead(all)
	a := decision{outcome: nayose.Unmatched, none: noneBits(missing)}
	top := a.none
	if n > 0 {
		top = max(top, all[0].bits)
	}
	sum := exp2(a.none - top)
	for i := range all {
		if all[i].bits > top-farthest {
			sum += exp2(all[i].bits - top)
		}
	}
	a.chance = exp2(a.none-top) / sum
	shown := 0
	for shown < n {
		a.chances[shown] = exp2(all[shown].bits-top) / sum
		if a.chances[shown] < leastShown {
			break
		}
		shown++
	}
	a.first = all[:shown]
	if a.rest = len(all) - shown; a.rest > 0 {
		a.others = sumBits(all[shown:])
	}
	if shown > 0 {
		a.outcome = d.outcome(&all[0], a.chances[0], a.chance)
	}
	return a
}

// lead brings the best candidates to the front, the best first and of equal ones in the order of their ids, and says how many
// these are.
func (d *desk) lead(all []candidate) int {
	n := min(len(all), maxShown)
	for i := range all {
		if i >= n && d.better(&all[n-1], &all[i]) {
			continue
		}
		at := min(i, n-1)
		c := all[i]
		all[i] = all[at]
		for at > 0 && d.better(&c, &all[at-1]) {
			all[at] = all[at-1]
			at--
		}
		all[at] = c
	}
	return n
}

func (d *desk) better(a, b *candidate) bool {
	return a.bits > b.bits || a.bits == b.bits && d.master.IDBefore(a.company, b.company)
}

// answer writes a decision out.
func (d *desk) answer(id nayose.ID, missing float64) nayose.Match {
	a := d.decide(missing)
	answer := nayose.Match{MentionID: id, Outcome: a.outcome, NoneBits: a.none, OtherCandidates: int32(a.rest), OtherBits: a.others}
	if d.settled != nil {
		answer.Note = d.settle(&a)
		answer.Outcome = a.outcome
	}
	if len(a.first) == 0 {
		answer.Note = cmp.Or(answer.Note, d.query.why())
		return answer
	}
	answer.Candidates = d.show(&a)
	answer.CompanyID, answer.Probability = answer.Candidates[0].CompanyID, a.chances[0]
	return answer
}

// show writes a decision's candidates out. All their ids share one text, and all their evidence one array.
func (d *desk) show(a *decision) []nayose.Candidate {
	list := make([]nayose.Candidate, len(a.first))
	evidence := make([]nayose.Evidence, 0, len(a.first)*(int(comparisons)+int(amounts)))
	var ends [maxShown]int
	d.ids = d.ids[:0]
	for i := range a.first {
		first := len(evidence)
		evidence = d.model.appendEvidence(evidence, &a.first[i])
		list[i] = nayose.Candidate{Probability: a.chances[i], Evidence: evidence[first:len(evidence):len(evidence)]}
		d.ids = d.master.AppendID(d.ids, a.first[i].company)
		ends[i] = len(d.ids)
	}
	ids, start := string(d.ids), 0
	for i := range list {
		list[i].CompanyID = ids[start:ends[i]]
		start = ends[i]
	}
	return list
}

// noneBits is the weight of "none of them": the odds that the employer is missing. It is rounded to half a bit, so that a
// delivery that is hardly another is answered as it was the week before.
func noneBits(missing float64) float64 { return math.Round(2*math.Log2(missing/(1-missing))) / 2 }

// sumBits is log₂ of Σ 2^bits.
func sumBits(some []candidate) float64 {
	sum := 0.0
	for i := range some {
		sum += exp2(some[i].bits - some[0].bits)
	}
	return some[0].bits + math.Log2(sum)
}

// exp2 is 2^bits. Weights are rounded to tenths of a bit, and so their sums: of these a table knows the part after the point.
func exp2(bits float64) float64 {
	tenths := math.Round(10 * bits)
	if k := int(tenths); math.Abs(10*bits-tenths) < 1e-9 && k > -10_000 && k < 10_000 {
		whole := (k + 10_000) / 10
		return math.Float64frombits(uint64(whole-1000+1023)<<52) * tenthPowers[k+10_000-10*whole]
	}
	return math.Exp2(bits)
}

var tenthPowers = func() (powers [10]float64) {
	for i := range powers {
		powers[i] = math.Exp2(float64(i) / 10)
	}
	return powers
}()

// outcome decides by the probabilities of the best candidate and of "none of them". What would be no employer that the master lacks
// were a company open, is none because it closed: a person sees it.
func (m *Matcher) outcome(best *candidate, p, none float64) nayose.Outcome {
	if status := best.levels[byStatus]; status != statusOpen {
		none /= 1 - p + p*exp2(-m.model.weights[byStatus][status])
	}
	switch {
	case p >= m.model.Costs.MatchedAt() && best.certain():
		return nayose.Matched
	case none >= m.model.Costs.UnmatchedAt():
		return nayose.Unmatched
	}
	return nayose.Review
}

// certain reports that a candidate is tied to the mention by more than a likeness. A piece of the name, or a workplace's, needs the
// phone, the domain or the very address beside it, the company's own or a workplace's; a name that the company's only contains or resembles needs the company's own phone, as sister
// companies look like that down to address and domain. One whose name is nothing like it, one with another legal form (a
// company that changed its form and one beside it look alike), and one that is named otherwise but whose workplace's name is the
// mention's (a shop that changed hands keeps name, phone and address) are not certain, but for the number. A closed one never is, nor
// what took it over, as far as that is found by the closed one's name and places.
func (c *candidate) certain() bool {
	name := c.levels[byName]
	switch {
	case c.levels[byStatus] != statusOpen:
		return false
	case c.levels[byNumber] == numberSame || c.levels[byDecision] == decidedHere:
		return true
	case c.levels[byDecision] == decidedName:
		return false
	case c.levels[byForm] == formDiffers || name == nameUnlike || name == nameSameWorkplace:
		return false
	case c.levels[byPhone] == phoneSame:
		return true
	case name < nameInside || name == nameWorkplace:
		return false
	case name < namePart || name == nameAlias: // a brand may be another one's, too
		return c.levels[byAddress] == addressNumber || c.levels[byDomain] == domainSame || c.levels[byPhone] == phoneWorkplace
	}
	return true
}

// why says in words why a query has no candidate.
func (q *query) why() string {
	switch {
	case q.withheld:
		return "the employer is not named"
	case len(q.names) == 0:
		return "there is no name"
	}
	return "no company of the master has this name or one like it, this reading, phone, domain or address"
}
