// Package program is what the programs beside the command share, which measure nayose and do not ship: how they start and end, how they
// write a table (program.go), and how they read the directory that NAYOSE_DATA names and draw from it (data.go).
//
//	flags := flag.NewFlagSet("accuracy", flag.ContinueOnError)
//	data := flags.String("data", "", "the `DIR` with companies.csv.gz")
//	code := program.Run(flags, []string{"-data", "data"}, os.Stderr, func() error { return measure(*data) })
//
// is 0 where measure has no error, else 1 with "accuracy: " and the error on one line of the messages.
//
// A file is held in memory as a whole, and what was read of it; a draw costs one SHA-256.
package program

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"strings"

	"nayose"
)

// The exit codes.
const (
	exitBug   = 1
	ExitUsage = 60 // the code that nayose itself has for flags and environment that a person must mend
)

// Run reads the arguments, works, and is the exit code. Work returns an error of kind Usage where the flags are wrong. Messages and the log
// go to the writer.
func Run(flags *flag.FlagSet, args []string, messages io.Writer, work func() error) int {
	log.SetOutput(messages)
	flags.SetOutput(messages)
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return ExitUsage
	}
	err := work()
	if err == nil {
		return 0
	}
	fmt.Fprintf(messages, "%s: %v\n", flags.Name(), err)
	if known := (*nayose.Error)(nil); errors.As(err, &known) && known.Kind == nayose.Usage {
		return ExitUsage
	}
	return exitBug
}

// Usage is an error of kind Usage.
func Usage(format string, args ...any) error {
	return nayose.Fault(nayose.Usage, fmt.Errorf(format, args...), "")
}

// Markdown is a table: the first column to the left, the others to the right.
func Markdown(head []string, rows [][]string) string {
	var text strings.Builder
	line := func(cells []string) { fmt.Fprintf(&text, "| %s |\n", strings.Join(cells, " | ")) }
	line(head)
	fmt.Fprintf(&text, "|---|%s\n", strings.Repeat("--:|", len(head)-1))
	for _, row := range rows {
		line(row)
	}
	return text.String()
}
