package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
)

func reviewSampleCommand() *cli.Command {
	return &cli.Command{
		Name: "sample", Usage: "audit the matcher: write a workbook of mentions drawn at random; show what audits came to",
		Flags: append(append(deliveryFlags(), outFlags()...),
			&cli.IntFlag{Name: "size", Value: 100, Usage: "draw `N` mentions"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "draw by this `NUMBER`; another one draws others"},
			&cli.BoolFlag{Name: "results", Usage: "draw nothing, but show what the answered audits say of the matcher, by stratum"}),
		Action: withJob(func(ctx context.Context, j *job, c *cli.Command) error {
			if c.Bool("results") {
				return j.auditResults(ctx, c)
			}
			r, err := roundOf(c)
			if err != nil {
				return err
			}
			size := c.Int("size")
			if size < 1 || size > mostQuestions {
				return usage(fmt.Errorf("--size is %d", size), fmt.Sprintf("a workbook has 1 to %d questions", mostQuestions))
			}
			r.Audit = true
			return j.sample(ctx, r, c.String("partner"), size, c.Uint64("seed"), c.String("out"), c.Bool("json"))
		}),
	}
}

// sample asks people about mentions that are drawn at random, whatever their outcome. The round keeps for how many each stands.
func (j *job) sample(ctx context.Context, r artifact.Round, partner string, size int, seed uint64, file string, asJSON bool) error {
	ds, err := j.matchedDeliveries(ctx, r.Week, partner)
	if err != nil {
		return err
	}
	all, err := j.answers(ctx, ds)
	if err != nil {
		return err
	}
	strata := stratify(all, seed)
	if len(strata) == 0 {
		return j.tell(&book{round: r}, 0, "", asJSON)
	}
	if size < len(strata) {
		return usage(fmt.Errorf("a sample of %d does not reach each of the %d strata", size, len(strata)),
			fmt.Sprintf("draw at least %d, two of each, or of one partner", 2*len(strata)))
	}
	b, err := j.makeBook(ctx, ds, r, draw(strata, size, seed))
	if err != nil {
		return err
	}
	b.round.Identify(seed)
	if err := j.keep(ctx, b, file); err != nil {
		return err
	}
	return j.tell(b, len(all), file, asJSON)
}

// A stratum is the mentions of a partner with the same outcome and about the same probability, in the order of a lottery.
type stratum struct {
	name   string
	all    []answered
	spread float64 // how far the answers are expected to differ: the mean of √(p(1−p)), where p is that the matcher is right
	drawn  int
}

// bands are the limits between probabilities of the best candidate.
var bands = []float64{0.5, 0.9, 0.98, 0.995}

// stratify parts mentions by partner, outcome and probability, by name.
func stratify(all []answered, seed uint64) []*stratum {
	byName := map[string]*stratum{}
	var list []*stratum
	for _, a := range all {
		name := fmt.Sprintf("%s/%s/%s", a.partner, a.outcome, band(a.best))
		s := byName[name]
		if s == nil {
			s = &stratum{name: name}
			byName[name] = s
			list = append(list, s)
		}
		s.all = append(s.all, a)
		s.spread += math.Sqrt(max(0, a.sure*(1-a.sure)))
	}
	for _, s := range list {
		s.spread = max(s.spread/float64(len(s.all)), leastSpread)
		slices.SortFunc(s.all, byLot(seed))
	}
	slices.SortFunc(list, func(a, b *stratum) int { return cmp.Compare(a.name, b.name) })
	return list
}

// leastSpread is what a stratum's answers differ by at least: an audit does not take the matcher's word that it is always right.
const leastSpread = 0.1

// bandOf is the number of the band that a probability is in, from 0.
func bandOf(p float64) int {
	i := 0
	for i < len(bands) && p >= bands[i] {
		i++
	}
	return i
}

// bandLimits are where a band begins and ends.
func bandLimits(i int) (from, to float64) {
	limits := append(append([]float64{0}, bands...), 1)
	return limits[i], limits[i+1]
}

// band is the range of a probability: 0.9-0.98.
func band(p float64) string {
	from, to := bandLimits(bandOf(p))
	return fmt.Sprintf("%v-%v", from, to)
}

// byLot is an order of mentions that nothing but the seed decides.
func byLot(seed uint64) func(a, b answered) int {
	lot := func(id nayose.ID) nayose.ID { return nayose.NewID("audit", fmt.Sprint(seed), id.String()) }
	return func(a, b answered) int {
		x, y := lot(a.id), lot(b.id)
		return slices.Compare(x[:], y[:])
	}
}

// draw takes two of each stratum, or what there is, and then one more wherever it makes the estimate better by most (Neyman's
// allocation, in whole numbers). The questions stand in an order that tells nothing.
func draw(strata []*stratum, size int, seed uint64) (list []drawn) {
	gain := func(s *stratum) float64 {
		switch n := float64(s.drawn); {
		case s.drawn == len(s.all):
			return -1
		case s.drawn == 0:
			return math.Inf(1)
		case s.drawn == 1:
			return math.MaxFloat64
		default:
			return float64(len(s.all)) * s.spread / math.Sqrt(n*(n+1))
		}
	}
	for range size {
		best := slices.MaxFunc(strata, func(a, b *stratum) int { return cmp.Compare(gain(a), gain(b)) })
		if gain(best) < 0 {
			break
		}
		best.drawn++
	}
	for _, s := range strata {
		for _, a := range s.all[:s.drawn] {
			list = append(list, drawn{a, s.name, float64(len(s.all)) / float64(s.drawn)})
		}
	}
	lot := byLot(seed)
	slices.SortFunc(list, func(a, b drawn) int { return lot(a.answered, b.answered) })
	return list
}
