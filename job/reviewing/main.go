// Command reviewing measures what people's answers are worth, week by week, and writes the figures as Markdown. Partners' deliveries
// are played for eight weeks with a reviewer who knows the right answers and gives so many a week, to the questions that weigh most; the
// matcher is told of them by decisions and by nothing else. It runs on the directory that NAYOSE_DATA names:
//
//	generated  weeks drawn from gold/*.csv (weeks.go)
//	real       weeks 46 and 47 of feeds/, continued (feeds.go)
//
//	go run ./job/reviewing -data "$NAYOSE_DATA" -answers 0,50,200,500 > reviewing.md
//
// A week goes as it would: the delivery is matched by the answers of the weeks before, the mentions in review are asked by postings ×
// doubt, as many as are answered a week, and the answers are appended. For example with 50 answers a week, week 3 is matched by the 100
// of weeks 1 and 2. What is drawn is drawn by hash, so that two runs differ by what changed in the matcher alone.
//
// play.go goes through the weeks, reviewer.go answers, anew.go writes mentions anew, figures.go counts, refit.go fits models to the answers. It takes about
// two minutes of two cores (docs/review.md), and holds the master and all postings.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"nayose/job/internal/program"
	"nayose/matcher"
)

func main() { os.Exit(start(os.Args[1:], os.Stdout, os.Stderr)) }

// start reads the arguments and is the program's exit code.
func start(args []string, out, messages io.Writer) int {
	flags := flag.NewFlagSet("reviewing", flag.ContinueOnError)
	data := flags.String("data", "", "the `DIR` with companies.csv.gz, gold/ and feeds/")
	answers := flags.String("answers", "0,50,200,500", "how many questions are answered a week, each `NUMBER` in turn")
	return program.Run(flags, args, messages, func() error {
		if *data == "" {
			return program.Usage("set NAYOSE_DATA to the directory that holds companies.csv.gz, gold/ and feeds/")
		}
		paces, err := numbers(*answers)
		if err != nil {
			return program.Usage("-answers: %w", err)
		}
		return report(out, *data, paces)
	})
}

func numbers(list string) (ns []int, err error) {
	for _, text := range strings.Split(list, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return nil, fmt.Errorf("%q is no number of answers", text)
		}
		ns = append(ns, n)
	}
	return ns, nil
}

// report plays each world at each pace.
func report(out io.Writer, dir string, paces []int) error {
	gold, err := readGold(dir)
	if err != nil {
		return err
	}
	played := []world{generated(gold)}
	later, err := continued(dir, gold)
	if err != nil {
		return err
	}
	played = append(played, later)
	log.Print("build the master")
	b, err := open(dir)
	if err != nil {
		return err
	}
	if err := head(out, b, paces); err != nil {
		return err
	}
	for _, w := range played {
		if err := b.play(out, w, paces); err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
	}
	return nil
}

// head says what is needed to get the same figures again.
func head(out io.Writer, b *bench, paces []int) error {
	command := `go run ./job/reviewing -data "$NAYOSE_DATA" -answers ` + strings.ReplaceAll(strings.Trim(fmt.Sprint(paces), "[]"), " ", ",")
	t := table{
		title: "# What answers are worth",
		head:  []string{"date", "cores", "go", "model", "companies", "command"},
	}
	t.row(time.Now().Format(time.DateOnly), fmt.Sprint(runtime.NumCPU()), runtime.Version(), matcher.DefaultModel().Digest()[:12],
		fmt.Sprint(len(b.companies)), "`"+command+"`")
	return t.write(out)
}
