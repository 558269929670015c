package main

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
)

// logger is where a run speaks while it works: readable text and progress bars for a person at a terminal, one-line JSON
// for everything else.
type logger struct {
	*slog.Logger
	screen  *screen // nil without a terminal
	metrics bool    // the lines are for programs: a stage's figures are among them
}

func newLogger(w io.Writer, format string) (*logger, error) {
	f, isFile := w.(*os.File)
	terminal := isFile && term.IsTerminal(int(f.Fd()))
	if !slices.Contains([]string{"auto", "text", "json"}, format) {
		return nil, usage(fmt.Errorf("--log is %q", format), "give text, json or auto")
	}
	if format == "json" || format == "auto" && !terminal {
		return &logger{Logger: slog.New(slog.NewJSONHandler(w, nil)), metrics: true}, nil
	}
	l := &logger{}
	if terminal {
		l.screen = &screen{terminal: w}
		w = l.screen
	}
	plain := !terminal || os.Getenv("NO_COLOR") != "" // https://no-color.org
	l.Logger = slog.New(tint.NewTextHandler(w, &tint.Options{TimeFormat: time.TimeOnly, NoColor: plain, ReplaceAttr: rounded}))
	return l, nil
}

// rounded writes a number as people read it, with three decimals.
func rounded(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindFloat64 {
		a.Value = slog.Float64Value(math.Round(a.Value.Float64()*1e3) / 1e3)
	}
	return a
}
