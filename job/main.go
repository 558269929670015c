// Command nayose finds the company behind each job posting that partners deliver every week, and loads the matches into
// Postgres.
//
// This package is the command line, and joins packages that do not know each other: it opens what a command needs, hands the rows of one
// package to the next, and says what came of it to people and programs. What one package can do alone is not here.
//
// Files are named after their commands: cli.go lists these, run.go is the week in order, and extract.go, survey.go, match.go and load.go are its stages;
// master_*.go, feed_*.go, review_*.go, rebuild_*.go, status_*.go, report*.go (of status --html), doctor_*.go and erase*.go are one command each with
// its subcommands. job.go has what all work with, config*.go the settings, exit.go the exit codes, usage.go the words about a wrong command line.
//
// For example load.go joins three packages, which is most of what it does:
//
//	loader.Input{
//		Postings: artifact.RowsOf[nayose.Posting](ctx, j.store, &d.extract, postingsFile),
//		Matches:  j.matches(ctx, d), // what matcher said, as artifact keeps it
//		…
//	}
//
// A later week of two partners, 16,751 postings, against a master of 1.4 million companies takes 1.7 to 2.2 seconds on two cores and 303 MiB, most of
// them the index mapped into memory; again, with nothing to do, 0.1 seconds and 25 MiB (docs/benchmarks.md). Rows pass one by one: what is held
// of a delivery are ids and counts, and in review and audits 150 bytes a mention.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// version and commit are set by the linker (see the Makefile and the Dockerfile).
var (
	version = "0.1.0"
	commit  = "unknown"
)

// codeVersion is what manifests, the ledger and --version say about the code.
func codeVersion() string { return version + " (" + commit + ")" }

func main() { os.Exit(mainCode(os.Args)) }

// mainCode runs one command line to its exit code. A first signal ends the run in good order: the transaction is rolled
// back, no manifest is written. A second one ends the process at once.
func mainCode(args []string) int {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		signal.Stop(signals)
		cancel(errSignal)
	}()
	root := newCommand(os.Stdout, os.Stderr)
	err := runCommandLine(ctx, root, args)
	return report(os.Stderr, ended(ctx, err))
}
