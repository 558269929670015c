// Package terminal is what a person sees of nayose while it works and when it has done: log lines, bars, and tables that line up where they
// hold Japanese. Who is no person at a terminal gets lines of JSON for the bars, and the tables as wide as they are.
//
//	log, err := terminal.NewLog(os.Stderr, "auto")
//	log = log.With("partner", "haken-net")
//	for posting, err := range terminal.Counted(log, "load", "haken-net", 73542, postings) {
//		…
//	}
//	fmt.Print(terminal.Table([][]string{{"partner", "week", "records"}, {"派遣ネット", "2026-W47", "12"}}))
//
// shows a bar while postings pass,
//
//	load haken-net  [===============>----------------------] 31022 rows
//
// or, where there is no terminal, a line for every ten seconds that it takes,
//
//	{"time":"…","level":"INFO","msg":"working","partner":"haken-net","stage":"load","rows":31022}
//
// and then
//
//	partner     week      records
//	派遣ネット  2026-W47       12
//
// Log lines that come while there is a bar stand above it. To count costs 0.2 µs a value with a bar and 7 ns without (BenchmarkProgress): a
// second of the 5.8 million companies of Japan.
package terminal

import (
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"slices"
	"time"

	"github.com/lmittmann/tint"
	"golang.org/x/term"

	"nayose"
)

// Log is where a run speaks while it works: readable text and bars for a person at a terminal, one-line JSON for everything else.
type Log struct {
	*slog.Logger
	JSON   bool    // the lines are for programs
	screen *screen // nil without a terminal
}

// NewLog writes to w, in the format text, json or auto, which is text on a terminal. The error is of kind Usage.
func NewLog(w io.Writer, format string) (*Log, error) {
	f, isFile := w.(*os.File)
	terminal := isFile && term.IsTerminal(int(f.Fd()))
	if !slices.Contains([]string{"auto", "text", "json"}, format) {
		return nil, nayose.Fault(nayose.Usage, fmt.Errorf("--log is %q", format), "give text, json or auto")
	}
	if format == "json" || format == "auto" && !terminal {
		return &Log{Logger: slog.New(slog.NewJSONHandler(w, nil)), JSON: true}, nil
	}
	l := &Log{}
	if terminal {
		l.screen = &screen{terminal: w}
		w = l.screen
	}
	plain := !terminal || os.Getenv("NO_COLOR") != "" // https://no-color.org
	l.Logger = slog.New(tint.NewTextHandler(w, &tint.Options{TimeFormat: time.TimeOnly, NoColor: plain, ReplaceAttr: rounded}))
	return l, nil
}

// With is the log with more that stands on each line, on the same screen.
func (l *Log) With(args ...any) *Log { return &Log{l.Logger.With(args...), l.JSON, l.screen} }

// rounded writes a number as people read it, with three decimals.
func rounded(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindFloat64 {
		a.Value = slog.Float64Value(math.Round(a.Value.Float64()*1e3) / 1e3)
	}
	return a
}
