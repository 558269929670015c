package report

import (
	"encoding/binary"
	"slices"

	"nayose"
)

// scoreBands is in how many bands a report's scores lie, each of 0.05.
const scoreBands = 20

// A Scoreboard counts postings by the answer about their mentions. It holds 8 bytes a mention: in the upper 57 bits what its id begins
// with, which of a million mentions two share in three of a million deliveries, and below the cell in which its postings count.
type Scoreboard struct {
	answers []uint64
	sorted  bool
	cells   [1 << 7]int64 // outcome by outcome, and of these band by band
}

const cellBits = 1<<7 - 1

// NewScoreboard is one for so many mentions.
func NewScoreboard(mentions int64) *Scoreboard {
	return &Scoreboard{answers: make([]uint64, 0, mentions)}
}

// Add notes the answer about a mention. All are noted before the first posting is counted.
func (b *Scoreboard) Add(m *nayose.Match) {
	band := min(max(int(m.Probability*scoreBands), 0), scoreBands-1)
	cell := slices.Index(outcomes, m.Outcome)*scoreBands + band
	b.answers = append(b.answers, start(m.MentionID)|uint64(cell))
}

func start(id nayose.ID) uint64 { return binary.BigEndian.Uint64(id[:]) &^ cellBits }

// Count counts a posting of a mention; false where nothing was noted about that.
func (b *Scoreboard) Count(mention nayose.ID) bool {
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

// Scores are the postings that were counted.
func (b *Scoreboard) Scores() Scores {
	s := Scores{}
	for i, outcome := range outcomes {
		s[outcome] = [scoreBands]int64(b.cells[i*scoreBands:])
	}
	return s
}
