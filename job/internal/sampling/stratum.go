package sampling

import (
	"fmt"

	"nayose"
)

// Stratum names the mentions of a partner with the same outcome and about the same probability of the best candidate:
// hello/matched/0.98-0.995.
func Stratum(partner string, outcome nayose.Outcome, best float64) string {
	return fmt.Sprintf("%s/%s/%s", partner, outcome, BandOf(best))
}

// Band is one of the Bands of a probability, counted from 0.
type Band int

// Bands is how many there are.
const Bands = Band(len(limits) - 1)

// limits are where bands begin and end. They are narrow where answers are many and errors rare.
var limits = [...]float64{0, 0.5, 0.9, 0.98, 0.995, 1}

// BandOf is the band that a probability is in.
func BandOf(p float64) Band {
	b := Band(0)
	for b < Bands-1 && p >= limits[b+1] {
		b++
	}
	return b
}

// Limits are where a band begins and ends.
func (b Band) Limits() (from, to float64) { return limits[b], limits[b+1] }

// String is the band's range: 0.9-0.98.
func (b Band) String() string {
	from, to := b.Limits()
	return fmt.Sprintf("%v-%v", from, to)
}
