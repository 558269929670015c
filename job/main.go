// Command nayose finds the company behind each job posting that partners deliver every week, and loads the matches into
// Postgres.
//
// This package is the command line: one file a stage or subcommand, which opens what it needs, hands it to the package
// that does the work and says what came of it. cli.go lists the surface, config.go the settings, exit.go the exit codes.
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
