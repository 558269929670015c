package main

import (
	"cmp"
	"encoding/binary"
	"slices"

	"nayose"
	page "nayose/job/internal/report"
)

// outcomes are those that a mention can have.
var outcomes = []nayose.Outcome{nayose.Matched, nayose.Review, nayose.Unmatched}

// scoreBands is in how many bands a report's scores lie, each of 0.05.
const scoreBands = 20

// A scoreboard counts postings by the answer about their mentions. It holds 8 bytes a mention: in the upper 57 bits what its id begins
// with, which of a million mentions two share in three of a million deliveries, and below the cell in which its postings count.
type scoreboard struct {
	answers []uint64
	sorted  bool
	cells   [1 << 7]int64 // outcome by outcome, and of these band by band
}

const cellBits = 1<<7 - 1

func newScoreboard(mentions int64) *scoreboard {
	return &scoreboard{answers: make([]uint64, 0, mentions)}
}

// add notes the answer about a mention. All are noted before the first posting is counted.
func (b *scoreboard) add(m *nayose.Match) {
	band := min(max(int(m.Probability*scoreBands), 0), scoreBands-1)
	cell := slices.Index(outcomes, m.Outcome)*scoreBands + band
	b.answers = append(b.answers, start(m.MentionID)|uint64(cell))
}

func start(id nayose.ID) uint64 { return binary.BigEndian.Uint64(id[:]) &^ cellBits }

// count counts a posting of a mention; false where nothing was noted about that.
func (b *scoreboard) count(mention nayose.ID) bool {
	if !b.sorted {
		slices.Sort(b.answers)
		b.sorted = true
	}
	i, _ := slices.BinarySearch(b.answers, start(mention))
	if i == len(b.answers) || b.answers[i]&^cellBits != start(mention) {
		return false
	}
	b.cells[b.answers[i]&cellBits]++
	return true
}

func (b *scoreboard) scores() page.Scores {
	s := page.Scores{}
	for i, outcome := range outcomes {
		s[outcome] = [scoreBands]int64(b.cells[i*scoreBands:])
	}
	return s
}

// How many examples of each outcome a report shows: some that are in most doubt, the others drawn by lot.
const (
	mostSamples  = 4
	mostDoubtful = 2
)

// A sampler chooses examples of a delivery's answers. The same answers in the same week give the same ones.
type sampler struct {
	week          string
	lots, doubted map[nayose.Outcome][]candidateSample
}

type candidateSample struct {
	page.Sample
	lot   nayose.ID
	doubt float64
}

func newSampler(week nayose.Week) *sampler {
	return &sampler{week.String(), map[nayose.Outcome][]candidateSample{}, map[nayose.Outcome][]candidateSample{}}
}

// add takes a mention into account, and keeps it where it is among the first.
func (s *sampler) add(mention nayose.Mention, match nayose.Match) {
	c := candidateSample{page.Sample{Mention: mention, Match: match}, nayose.NewID("report", s.week, mention.ID.String()), readMatch(&match).doubt}
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

// samples are the chosen ones, outcome by outcome, those in most doubt first.
func (s *sampler) samples() (list []page.Sample) {
	for _, outcome := range outcomes {
		from := len(list)
		for _, c := range slices.Concat(s.doubted[outcome], s.lots[outcome]) {
			known := func(x page.Sample) bool { return x.Mention.ID == c.Mention.ID }
			if len(list)-from < mostSamples && !slices.ContainsFunc(list[from:], known) {
				list = append(list, c.Sample)
			}
		}
	}
	return list
}
