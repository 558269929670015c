// Command accuracy measures the matcher on real labelled postings and writes the figures as Markdown. `make accuracy` runs
// it on the directory that NAYOSE_DATA names: companies.csv.gz, the master, and gold/*.csv, five files of postings whose
// company is known. Each section asks one question, and -only selects sections:
//
//	shipped     what does the model that nayose brings reach?
//	costs       and with other costs of a wrong match?
//	folds       what does such a model reach on employers that it was not fitted to?
//	sources     and on a source that it was not fitted to?
//	masters     what if the master is smaller, or the employers are missing from it?
//	deliveries  what if a delivery is small, and what are its mentions worth to each other?
//	workplaces  what are workplaces in the master worth?
//	decisions   what do people's decisions teach?
//
// A file is one delivery and is always answered whole, even where only some of its rows are scored. est, whose company
// names are the workplaces' own, is another task: its figures stand apart. Whatever is drawn (folds, samples, companies
// to leave out) is drawn by hash, so that two runs differ by what changed in the matcher alone.
//
//	go run ./job/accuracy -data "$NAYOSE_DATA" -only shipped,folds > accuracy.md
//
// It takes about ten minutes of two cores, and 2.5 GB. With -fit it prints a model fitted to all files,
// from the shipped weights on: it has the same bytes each time, but is not the shipped one (docs/matching.md).
//
// A section is a file of its name. bench.go is what they measure on, draw.go who is drawn, fit.go the models that are fitted, table.go what is written.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"nayose/job/internal/program"
	"nayose/matcher"
)

// A section writes its tables about what a bench holds.
type section struct {
	name  string
	write func(io.Writer, *bench) error
}

var sections = []section{
	{"shipped", shipped},
	{"costs", costs},
	{"folds", folds},
	{"sources", sources},
	{"masters", masters},
	{"deliveries", deliveries},
	{"workplaces", workplaces},
	{"decisions", decisions},
}

func main() { os.Exit(start(os.Args[1:], os.Stdout, os.Stderr)) }

// start reads the arguments and is the program's exit code.
func start(args []string, out, messages io.Writer) int {
	flags := flag.NewFlagSet("accuracy", flag.ContinueOnError)
	data := flags.String("data", "", "the `DIR` with companies.csv.gz and gold/")
	only := flags.String("only", "", "sections, separated by commas, in place of all: shipped,costs,folds,sources,masters,deliveries,workplaces,decisions")
	fit := flags.Bool("fit", false, "write a model fitted to all files, from the shipped weights on, instead of the report")
	return program.Run(flags, args, messages, func() error {
		if *data == "" {
			return program.Usage("set NAYOSE_DATA to the directory that holds companies.csv.gz and gold/")
		}
		chosen, err := choose(*only)
		if err != nil {
			return err
		}
		b, err := open(*data)
		if err != nil {
			return err
		}
		if *fit {
			return modelFile(out, b)
		}
		return report(out, b, *only, chosen)
	})
}

// choose is the sections that a list of names asks for, in the report's order; all of them where the list is empty.
func choose(only string) ([]section, error) {
	if only == "" {
		return sections, nil
	}
	names := strings.Split(only, ",")
	for _, name := range names {
		if !slices.ContainsFunc(sections, func(s section) bool { return s.name == name }) {
			return nil, program.Usage("there is no section %q", name)
		}
	}
	var chosen []section
	for _, s := range sections {
		if slices.Contains(names, s.name) {
			chosen = append(chosen, s)
		}
	}
	return chosen, nil
}

func report(out io.Writer, b *bench, only string, chosen []section) error {
	if err := head(out, b, only); err != nil {
		return err
	}
	for _, s := range chosen {
		if _, err := fmt.Fprintf(out, "\n## %s\n", s.name); err != nil {
			return err
		}
		if err := s.write(out, b); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	log.Print("done")
	return nil
}

// head says what is needed to get the same figures again.
func head(out io.Writer, b *bench, only string) error {
	postings := 0
	for _, s := range b.gold {
		postings += len(s.Postings)
	}
	if _, err := fmt.Fprintln(out, "# Accuracy of the matcher"); err != nil {
		return err
	}
	t := table{
		about: "For whoever checks the matcher: what was measured, where, and how to measure it again. docs/matching.md says what it means.",
		head:  []string{"date", "cores", "go", "model", "companies", "labelled postings", "command"},
	}
	command := `go run ./job/accuracy -data "$NAYOSE_DATA"`
	if only != "" {
		command += " -only " + only
	}
	t.row(time.Now().Format(time.DateOnly), fmt.Sprint(runtime.NumCPU()), runtime.Version(), matcher.DefaultModel().Digest()[:12],
		fmt.Sprint(len(b.companies)), fmt.Sprint(postings), "`"+command+"`")
	return t.write(out)
}
