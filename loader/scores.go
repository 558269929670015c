package loader

import (
	"context"
	"math"

	"github.com/jackc/pgx/v5"

	"nayose"
)

// bands is how many the probabilities from 0 to 1 are divided into: each is 0.05 wide.
const bands = 20

// Scores are postings by their outcome and by the probability of their mention's best candidate, in twenty bands of 0.05. What has no
// candidate is in the first, what is certain in the last.
type Scores map[nayose.Outcome][bands]int64

// Shift is how far the probabilities lie from those of before, and the probability where they differ most: the largest difference
// of the shares of postings below one probability, 0 to 1, over the edges of the bands. 0.12 at 0.9 is: 12 of 100 postings more
// (or fewer) than before have no candidate of 0.9. It is the two-sample statistic of Kolmogorov and Smirnov,
//
//	D = max |F(x) − G(x)|    (N. Smirnov, Annals of Mathematical Statistics 19, 1948, 279–281, doi:10.1214/aoms/1177730256)
//
// taken over bands. Of the measures of two distributions this one because a person can check it by counting postings, it says where to look,
// and its noise does not grow with the number of bands, as that of the total variation or of a stability index does: of a
// hundred postings spread over twenty bands these see drift in chance alone. Moving m of n postings anywhere moves it by m/n at most.
func (s Scores) Shift(before Scores) (distance, edge float64) {
	for k := 1; k < bands; k++ {
		at := float64(k) / bands
		if d := math.Abs(s.below(at) - before.below(at)); d > distance {
			distance, edge = d, at
		}
	}
	return distance, edge
}

// below is the share of the postings below an edge of the bands; 0 of none.
func (s Scores) below(edge float64) float64 {
	var below, all int64
	for _, row := range s {
		for band, n := range row {
			all += n
			if band < int(math.Round(edge*bands)) {
				below += n
			}
		}
	}
	return float64(below) / float64(max(1, all))
}

func (s Scores) add(others Scores) {
	for outcome, row := range others {
		sums := s[outcome]
		for band, n := range row {
			sums[band] += n
		}
		s[outcome] = sums
	}
}

// of are the postings of an outcome.
func (s Scores) of(o nayose.Outcome) (postings int64) {
	for _, n := range s[o] {
		postings += n
	}
	return postings
}

// measure counts what the matches of the staged delivery are, and compares them with those of the live generation before they are
// written: which are new or another, and how many flip.
func (l *load) measure(ctx context.Context) (err error) {
	r := &l.row
	if r.Scores, r.withoutMatch, err = l.countScores(ctx); err != nil {
		return err
	}
	r.Matched, r.Review, r.Unmatched = r.Scores.of(nayose.Matched), r.Scores.of(nayose.Review), r.Scores.of(nayose.Unmatched)
	if err := l.matches.compare(ctx, l.tx, statement("compare_matches"), l.args(), &r.Flipped); err != nil {
		return err
	}
	if l.outdated { // the answers that stand stay
		r.Flipped = 0
	}
	decided, err := l.countDecided(ctx)
	r.Known = int64(len(l.matches.marks)) - l.matches.count[missing] - decided
	return err
}

// countDecided counts the known mentions that somebody decided about, and notes the postings of those that were decided since the oldest
// of the deliveries that this one is compared with.
func (l *load) countDecided(ctx context.Context) (known int64, err error) {
	l.alike = l.comparable(l.verdict.past)
	args := l.args()
	args["since"] = nil
	if n := len(l.alike); n > 0 {
		args["since"] = l.alike[n-1].Started
	}
	err = l.tx.QueryRow(ctx, statement("decided"), args).Scan(&known, &l.decided)
	return known, err
}

// countScores counts the staged postings, and those whose mention has no match.
func (l *load) countScores(ctx context.Context) (s Scores, without int64, err error) {
	rows, err := l.tx.Query(ctx, statement("scores"))
	if err != nil {
		return nil, 0, err
	}
	s = Scores{}
	var outcome *nayose.Outcome
	var band int
	var postings int64
	_, err = pgx.ForEachRow(rows, []any{&outcome, &band, &postings}, func() error {
		if outcome == nil {
			without = postings
			return nil
		}
		row := s[*outcome]
		row[band] = postings
		s[*outcome] = row
		return nil
	})
	return s, without, err
}
