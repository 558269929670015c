package eval

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"nayose"
)

// Set is one file of postings with the answers to them: Matches[i] answers Postings[i].
type Set struct {
	Name     string
	Postings []Posting
	Matches  []nayose.Match
	Apart    bool // its company names are the workplaces' own: another task, which the stratum "hard" leaves out
}

// Report holds the figures of each set, of all together, and of each stratum and coverage. The stratum "hard" gathers
// those in which the name is neither the registered one nor far from it, sets apart left out.
type Report struct {
	Files  map[string]Figures `json:"files"`
	Pooled Figures            `json:"pooled"`
	Strata map[string]Figures `json:"strata"`
}

// Figures measure the answers to some postings, as shares rounded to four decimals; nil where nothing could be counted.
type Figures struct {
	Postings int `json:"postings"`
	Present  int `json:"present"` // postings that have an answer
	None     int `json:"none"`    // postings whose right answer is "none"
	Matched  int `json:"matched"`

	Precision        *float64 `json:"matched_precision"`     // right / matched
	PrecisionLow     *float64 `json:"matched_precision_low"` // its lower 95 % bound when employers are drawn anew
	Recall           *float64 `json:"matched_recall"`        // right / present
	ReviewShare      float64  `json:"review_share"`
	RecallAtP99      float64  `json:"recall_at_p99"` // the most recall that any cut of probability gives at that precision
	RecallAtP995     float64  `json:"recall_at_p995"`
	Top1             *float64 `json:"top1"` // the right company stands first / among the first ten
	Top10            *float64 `json:"top10"`
	FalseOnNone      *float64 `json:"false_on_none"` // none postings that were matched
	CalibrationError float64  `json:"calibration_error"`
}

// An item is one posting with its answer.
type item struct {
	truth    string
	match    *nayose.Match
	employer string // rows of one employer are not independent: the truth, or where there is none, the name as written
}

func (x *item) right() bool { return x.truth != "" && x.truth == x.match.CompanyID }

var hard = []string{"punct_kana", "query_contains", "query_contained", "former_name", "near"}

// Score measures the answers to sets of labelled postings.
func Score(sets ...Set) Report {
	report := Report{Files: map[string]Figures{}, Strata: map[string]Figures{}}
	var pooled []item
	strata := map[string][]item{}
	for _, s := range sets {
		items := s.items()
		for i, x := range items {
			p := &s.Postings[i]
			strata[p.Stratum] = append(strata[p.Stratum], x)
			if slices.Contains(hard, p.Stratum) && !s.Apart {
				strata["hard"] = append(strata["hard"], x)
			}
			if p.Coverage != "" {
				strata["coverage "+p.Coverage] = append(strata["coverage "+p.Coverage], x)
			}
		}
		report.Files[s.Name] = measure(items)
		pooled = append(pooled, items...)
	}
	report.Pooled = measure(pooled)
	delete(strata, "")
	for name, items := range strata {
		report.Strata[name] = measure(items)
	}
	return report
}

// Measure is what Score calls pooled, alone: one bootstrap, where a report has one for each set, stratum and coverage.
func Measure(sets ...Set) Figures {
	var pooled []item
	for _, s := range sets {
		pooled = append(pooled, s.items()...)
	}
	return measure(pooled)
}

func (s *Set) items() []item {
	items := make([]item, len(s.Postings))
	for i := range s.Postings {
		p := &s.Postings[i]
		items[i] = item{p.Truth, &s.Matches[i], cmp.Or(p.Truth, p.Mention.CompanyName)}
	}
	return items
}

func measure(items []item) Figures {
	f := Figures{Postings: len(items)}
	var right, review, top1, top10, falseOnNone int
	for i := range items {
		x := &items[i]
		matched := x.match.Outcome == nayose.Matched
		count(&f.Present, x.truth != "")
		count(&f.Matched, matched)
		count(&right, matched && x.right())
		count(&review, x.match.Outcome == nayose.Review)
		count(&falseOnNone, matched && x.truth == "")
		rank := slices.IndexFunc(x.match.Candidates, func(c nayose.Candidate) bool { return c.CompanyID == x.truth })
		count(&top1, x.truth != "" && rank == 0)
		count(&top10, x.truth != "" && rank >= 0 && rank < 10)
	}
	f.None = f.Postings - f.Present
	f.Precision, f.PrecisionLow = share(right, f.Matched), lowBound(items)
	f.Recall, f.FalseOnNone = share(right, f.Present), share(falseOnNone, f.None)
	f.Top1, f.Top10 = share(top1, f.Present), share(top10, f.Present)
	if f.Postings > 0 {
		f.ReviewShare = round(float64(review) / float64(f.Postings))
	}
	ranked := rank(items)
	f.RecallAtP99, f.RecallAtP995 = recallAt(ranked, f.Present, .99), recallAt(ranked, f.Present, .995)
	f.CalibrationError = calibrationError(ranked)
	return f
}

func count(n *int, is bool) {
	if is {
		*n++
	}
}

// share is n/of; nil where there is nothing to have a share of.
func share(n, of int) *float64 {
	if of == 0 {
		return nil
	}
	v := round(float64(n) / float64(of))
	return &v
}

// round keeps four decimals, a tie of the exact binary value going to the even digit.
func round(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', 4, 64), 64)
	if err != nil {
		return math.NaN()
	}
	return r
}

// A bet is a first-ranked company with its probability.
type bet struct {
	probability float64
	right       int
}

// rank orders the postings' best companies by probability, least first, wrong before right.
func rank(items []item) (bets []bet) {
	for i := range items {
		if items[i].match.CompanyID == "" {
			continue
		}
		b := bet{probability: items[i].match.Probability}
		count(&b.right, items[i].right())
		bets = append(bets, b)
	}
	slices.SortFunc(bets, func(a, b bet) int {
		return cmp.Or(cmp.Compare(a.probability, b.probability), cmp.Compare(a.right, b.right))
	})
	return bets
}

// recallAt is the best recall over all cuts of probability whose precision is at least want.
func recallAt(bets []bet, present int, want float64) float64 {
	best, right, n := 0, 0, 0
	for i := len(bets); i > 0; {
		p := bets[i-1].probability
		for ; i > 0 && bets[i-1].probability == p; i-- {
			n, right = n+1, right+bets[i-1].right
		}
		if float64(right)/float64(n) >= want {
			best = max(best, right)
		}
	}
	if present == 0 {
		return 0
	}
	return round(float64(best) / float64(present))
}

// calibrationError is the mean difference of probability and truth over about ten bins of equal count, which never part
// equal probabilities.
func calibrationError(bets []bet) float64 {
	if len(bets) == 0 {
		return 0
	}
	wrong, step := 0.0, max(1, len(bets)/10)
	for i := 0; i < len(bets); {
		j := min(len(bets), i+step)
		for j < len(bets) && bets[j].probability == bets[j-1].probability {
			j++
		}
		expected, right := 0.0, 0
		for _, b := range bets[i:j] {
			expected, right = expected+b.probability, right+b.right
		}
		wrong += math.Abs(expected - float64(right))
		i = j
	}
	return round(wrong / float64(len(bets)))
}
