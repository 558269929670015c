package report

import (
	"cmp"
	"slices"

	"nayose"
)

// How many examples of each outcome a report shows: some that are in most doubt, the others drawn by lot.
const (
	mostSamples  = 4
	mostDoubtful = 2
)

// A Sampler chooses examples of a delivery's answers. The same answers in the same week give the same ones.
type Sampler struct {
	week          string
	lots, doubted map[nayose.Outcome][]candidateSample
}

type candidateSample struct {
	Sample
	lot   nayose.ID
	doubt float64
}

// NewSampler chooses for a week.
func NewSampler(week nayose.Week) *Sampler {
	return &Sampler{week.String(), map[nayose.Outcome][]candidateSample{}, map[nayose.Outcome][]candidateSample{}}
}

// Add takes a mention into account, whose answer is in so much doubt, and keeps it where it is among the first.
func (s *Sampler) Add(mention nayose.Mention, match nayose.Match, doubt float64) {
	c := candidateSample{Sample{Mention: mention, Match: match}, nayose.NewID("report", s.week, mention.ID.String()), doubt}
	s.lots[match.Outcome] = shortlist(s.lots[match.Outcome], c, mostSamples, byLots)
	s.doubted[match.Outcome] = shortlist(s.doubted[match.Outcome], c, mostDoubtful, func(a, b candidateSample) int {
		return cmp.Or(-cmp.Compare(a.doubt, b.doubt), byLots(a, b))
	})
}

func byLots(a, b candidateSample) int { return slices.Compare(a.lot[:], b.lot[:]) }

// shortlist is a sorted list with c, cut after so many.
func shortlist(list []candidateSample, c candidateSample, most int, order func(a, b candidateSample) int) []candidateSample {
	i, _ := slices.BinarySearchFunc(list, c, order)
	if i == most {
		return list
	}
	list = slices.Insert(list, i, c)
	return list[:min(len(list), most)]
}

// Samples are the chosen ones, outcome by outcome, those in most doubt first.
func (s *Sampler) Samples() (list []Sample) {
	for _, outcome := range outcomes {
		from := len(list)
		for _, c := range slices.Concat(s.doubted[outcome], s.lots[outcome]) {
			known := func(x Sample) bool { return x.Mention.ID == c.Mention.ID }
			if len(list)-from < mostSamples && !slices.ContainsFunc(list[from:], known) {
				list = append(list, c.Sample)
			}
		}
	}
	return list
}
