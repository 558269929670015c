package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/eval"
	"nayose/job/internal/master"
	"nayose/job/internal/terminal"
	"nayose/matcher"
)

func evalCommand() *cli.Command {
	return &cli.Command{
		Name: "eval", Usage: "measure accuracy on postings whose company is known, or refit the model",
		Description: "Examples:\n\n" +
			"   nayose eval --companies companies.csv --postings labelled.csv\n" +
			"   nayose eval --companies companies.csv --postings labelled.csv --fit > model.json",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "companies", Usage: "company CSV `FILE`, plain or gzipped; required", Required: true},
			workplacesFlag(),
			&cli.StringFlag{Name: "postings", Usage: "`FILE` of labelled postings, one delivery"},
			&cli.StringFlag{Name: "decisions", Usage: "with --fit: `FILE` of decisions from review log --export, beside or in place of --postings"},
			modelFlag(),
			&cli.StringFlag{Name: "predictions", Usage: "write each posting's answer to this CSV `FILE`; - for stdout"},
			&cli.BoolFlag{Name: "fit", Usage: "print a refitted model, not the figures; without labels only its share of missing employers"},
			jsonFlag(),
		},
		Action: withoutJob(evaluate),
	}
}

func workplacesFlag() cli.Flag {
	return &cli.StringFlag{Name: "workplaces", Usage: "workplace CSV `FILE` of these companies, plain or gzipped"}
}

func modelFlag() cli.Flag {
	return &cli.StringFlag{Name: "model", Usage: "decide by this model `FILE`, as --fit prints one"}
}

// evaluate matches labelled postings as match would, and scores the answers.
func evaluate(ctx context.Context, c *cli.Command) error {
	if c.Bool("fit") {
		return fit(ctx, c)
	}
	if c.String("decisions") != "" {
		return usage(errors.New("--decisions goes with --fit"), "what people were asked about are no delivery whose answers could be scored")
	}
	out, err := saying(c)
	if err != nil {
		return err
	}
	postings, err := labelled(c)
	if err != nil {
		return err
	}
	log, err := terminal.NewLog(c.Root().ErrWriter, c.String("log"))
	if err != nil {
		return err
	}
	m, err := localMatcher(ctx, c)
	if err != nil {
		return err
	}
	matches, err := matchLabelled(ctx, log, m, postings)
	if err != nil {
		return err
	}
	if name := c.String("predictions"); name != "" {
		if err := writeLocal(c.Root().Writer, name, func(w io.Writer) error { return eval.WritePredictions(w, postings, matches) }); err != nil {
			return err
		}
	}
	report := eval.Score(eval.Set{Name: c.String("postings"), Postings: postings, Matches: matches})
	if c.Bool("json") {
		return writeJSON(out, report)
	}
	return writeFigures(out, report)
}

// matchLabelled answers labelled postings as one delivery, in their order.
func matchLabelled(ctx context.Context, log *terminal.Log, m *matcher.Matcher, postings []eval.Posting) (matches []nayose.Match, err error) {
	mentions := func(step string) iter.Seq2[nayose.Mention, error] {
		return terminal.Counted(log, step, "postings", int64(len(postings)), mentionsOf(postings))
	}
	delivery, err := m.Survey(ctx, mentions("survey"))
	if err != nil {
		return nil, err
	}
	_, err = delivery.MatchAll(ctx, mentions("match"), func(m nayose.Match) error {
		matches = append(matches, m)
		return nil
	})
	return matches, err
}

// buildLocal makes a master of the files that --companies and --workplaces name.
func buildLocal(ctx context.Context, c *cli.Command) (*matcher.Master, error) {
	log, err := terminal.NewLog(c.Root().ErrWriter, c.String("log"))
	if err != nil {
		return nil, err
	}
	companies, err := openLocal(c.String("companies"))
	if err != nil {
		return nil, err
	}
	defer companies.Close()
	var workplaces []iter.Seq2[nayose.Workplace, error]
	if name := c.String("workplaces"); name != "" {
		file, err := openLocal(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		workplaces = append(workplaces, whileRunning(ctx, master.ReadWorkplaces(file, name)))
	}
	var built *matcher.Master
	err = log.Spin("index", "master", func() (err error) {
		built, err = matcher.Build(whileRunning(ctx, master.Read(companies, c.String("companies"))), workplaces...)
		return err
	})
	if err == nil && built.Strays() > 0 {
		fmt.Fprintf(c.Root().ErrWriter, "workplaces left out, since %s lacks their companies: %d\n", c.String("companies"), built.Strays())
	}
	return built, err
}

// localMatcher is a matcher of the files that --companies and --workplaces name, by --model.
func localMatcher(ctx context.Context, c *cli.Command) (*matcher.Matcher, error) {
	model, err := loadModel(c.String("model"))
	if err != nil {
		return nil, err
	}
	built, err := buildLocal(ctx, c)
	if err != nil {
		return nil, err
	}
	return matcher.New(built, model), nil
}

// labelled are the postings that --postings and --decisions name.
func labelled(c *cli.Command) (all []eval.Posting, err error) {
	for _, file := range []struct {
		flag string
		read func(io.Reader) ([]eval.Posting, error)
	}{{"postings", eval.ReadPostings}, {"decisions", eval.ReadDecisions}} {
		name := c.String(file.flag)
		if name == "" {
			continue
		}
		some, err := readLabelled(name, file.read)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	if len(all) == 0 {
		return nil, usage(errors.New("no labelled postings are given"), "name a file by --postings, or with --fit by --decisions")
	}
	return all, nil
}

// fit prints a model refitted to the postings, those of a partner's decisions and those of --postings a delivery each. Where nothing has
// a label, it estimates what can be known without.
func fit(ctx context.Context, c *cli.Command) error {
	postings, err := labelled(c)
	if err != nil {
		return err
	}
	m, err := localMatcher(ctx, c)
	if err != nil {
		return err
	}
	examples := make([]matcher.Labelled, len(postings))
	known := c.String("decisions") != ""
	for i, p := range postings {
		examples[i] = matcher.Labelled{Mention: p.Mention, Truth: p.Truth, Source: p.Mention.Partner, Weight: p.Weight, Asked: p.Asked}
		known = known || p.Truth != ""
	}
	learn := func() (*matcher.Model, error) { return m.Fit(examples) }
	if !known {
		delivery, err := m.Survey(ctx, mentionsOf(postings))
		if err != nil {
			return err
		}
		learn = delivery.FitNone
	}
	log, err := terminal.NewLog(c.Root().ErrWriter, c.String("log"))
	if err != nil {
		return err
	}
	var model *matcher.Model
	err = log.Spin("fit", "model", func() (err error) {
		model, err = learn()
		return err
	})
	if err != nil {
		return err
	}
	return writeJSON(c.Root().Writer, model)
}

func readLabelled(name string, read func(io.Reader) ([]eval.Posting, error)) ([]eval.Posting, error) {
	f, err := openLocal(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	postings, err := read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return postings, nil
}

func mentionsOf(postings []eval.Posting) iter.Seq2[nayose.Mention, error] {
	return func(yield func(nayose.Mention, error) bool) {
		for _, p := range postings {
			if !yield(p.Mention, nil) {
				return
			}
		}
	}
}

// writeFigures shows all postings first, then each stratum and coverage.
func writeFigures(w io.Writer, r eval.Report) error {
	rows := [][]string{{"", "postings", "none", "matched", "precision", "low", "recall", "review", "recall@99", "top1", "top10", "false on none", "calibration"}}
	row := func(name string, f eval.Figures) {
		rows = append(rows, []string{
			name, fmt.Sprint(f.Postings), fmt.Sprint(f.None), fmt.Sprint(f.Matched), share(f.Precision), share(f.PrecisionLow), share(f.Recall),
			share(&f.ReviewShare), share(&f.RecallAtP99), share(f.Top1), share(f.Top10), share(f.FalseOnNone), share(&f.CalibrationError),
		})
	}
	for _, name := range slices.Sorted(maps.Keys(r.Strata)) {
		row(name, r.Strata[name])
	}
	row("all", r.Pooled)
	_, err := io.WriteString(w, terminal.Table(rows))
	return err
}

func share(f *float64) string {
	if f == nil {
		return "-"
	}
	return fmt.Sprintf("%.4f", *f)
}
