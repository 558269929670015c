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
//     no company has the very name, the known names that stand inside it or share its rarest pairs of letters (grams.go,
//     likeness.go). The master is one dictionary of all these keys in flat memory (master.go, terms.go).
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
// What a person must never find here is a company that matched because its shop's name looked like it: a name found by
// a piece of it is for review, whatever its probability, unless phone, domain, number or the very address ties it to the
// company.
package matcher

import (
	"math"

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
}

// New makes a matcher of a master and a model.
func New(master *Master, model *Model) *Matcher { return &Matcher{master: master, model: model} }

// Match is the answer about one mention by itself: nothing is known of its delivery.
func (m *Matcher) Match(x *nayose.Mention) nayose.Match {
	q := m.newQuery(x)
	return m.answer(x.ID, &q, m.model.None)
}

// answer decides about a mention whose employer the master lacks with the chance missing, before any comparison.
func (m *Matcher) answer(id nayose.ID, q *query, missing float64) nayose.Match {
	all := m.candidates(q)
	none := noneBits(missing)
	answer := nayose.Match{MentionID: id, Outcome: nayose.Unmatched, NoneBits: none}
	share := posterior(all, none)
	shown := 0
	for shown < min(len(all), maxShown) && share[shown] >= leastShown {
		c := &all[shown]
		answer.Candidates = append(answer.Candidates, nayose.Candidate{
			CompanyID: m.master.id(c.company), Probability: share[shown], Evidence: m.model.evidence(c),
		})
		shown++
	}
	if len(all) > shown {
		answer.OtherCandidates, answer.OtherBits = int32(len(all)-shown), sumBits(all[shown:])
	}
	if shown == 0 {
		answer.Note = q.why()
		return answer
	}
	answer.CompanyID, answer.Probability = answer.Candidates[0].CompanyID, share[0]
	answer.Outcome = m.outcome(&all[0], share[0], share[len(all)])
	return answer
}

// noneBits is the weight of "none of them": the odds that the employer is missing. It is rounded to half a bit, so that a
// delivery that is hardly another is answered as it was the week before.
func noneBits(missing float64) float64 { return math.Round(2*math.Log2(missing/(1-missing))) / 2 }

// sumBits is log₂ of Σ 2^bits.
func sumBits(some []candidate) float64 {
	sum := 0.0
	for i := range some {
		sum += math.Exp2(some[i].bits - some[0].bits)
	}
	return some[0].bits + math.Log2(sum)
}

// posterior is each candidate's probability and, last, that of "none of them".
func posterior(all []candidate, none float64) []float64 {
	top := none
	for i := range all {
		top = max(top, all[i].bits)
	}
	share := make([]float64, len(all)+1)
	sum := 0.0
	for i := range all {
		share[i] = math.Exp2(all[i].bits - top)
		sum += share[i]
	}
	share[len(all)] = math.Exp2(none - top)
	sum += share[len(all)]
	for i := range share {
		share[i] /= sum
	}
	return share
}

// outcome decides by the probabilities of the best candidate and of "none of them".
func (m *Matcher) outcome(best *candidate, p, none float64) nayose.Outcome {
	switch {
	case p >= m.model.Costs.matchedAt() && best.certain():
		return nayose.Matched
	case none >= m.model.Costs.unmatchedAt():
		return nayose.Unmatched
	}
	return nayose.Review
}

// certain reports that a candidate is tied to the mention by more than a likeness. A piece of the name needs the phone, the
// domain or the very address beside it; a name that the company's only contains or resembles needs the phone, as sister
// companies look like that down to address and domain. One whose name is nothing like it, one with another legal form (a
// company that changed its form and one beside it look alike) and a closed one are not certain, but for the number, and a
// closed one never.
func (c *candidate) certain() bool {
	name := c.levels[byName]
	switch {
	case c.levels[byStatus] == statusClosed:
		return false
	case c.levels[byNumber] == numberSame:
		return true
	case c.levels[byForm] == formDiffers || name == nameUnlike:
		return false
	case c.levels[byPhone] == phoneSame:
		return true
	case name < nameInside || name == nameWorkplace:
		return false
	case name < namePart || name == nameAlias: // a brand may be another one's, too
		return c.levels[byAddress] == addressNumber || c.levels[byDomain] == domainSame
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
