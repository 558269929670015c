package main

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v3"

	"nayose/job/internal/artifact"
	"nayose/job/internal/sampling"
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
	lottery := sampling.New[answered](size, seed)
	for _, a := range all {
		lottery.Add(sampling.Ticket[answered]{Stratum: sampling.Stratum(a.partner, a.outcome, a.best), ID: a.id, Sure: a.sure, Item: a})
	}
	strata := lottery.Strata()
	if strata == 0 {
		return j.tell(&book{round: r}, 0, "", asJSON)
	}
	if size < strata {
		return usage(fmt.Errorf("a sample of %d does not reach each of the %d strata", size, strata),
			fmt.Sprintf("draw at least %d, two of each, or of one partner", 2*strata))
	}
	drawn := lottery.Neyman()
	asked := make([]answered, len(drawn))
	for i := range drawn {
		asked[i] = drawn[i].Item
	}
	b, err := j.makeBook(ctx, ds, r, asked)
	if err != nil {
		return err
	}
	for i := range drawn {
		b.round.Questions[i].Stratum, b.round.Questions[i].Weight = drawn[i].Stratum, drawn[i].Weight
	}
	b.round.Identify(seed)
	if err := j.keep(ctx, b, file); err != nil {
		return err
	}
	return j.tell(b, len(all), file, asJSON)
}
