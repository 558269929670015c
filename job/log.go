package main

import (
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/lmittmann/tint"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// logger is where a run speaks while it works: readable text and progress bars for a person at a terminal, one-line JSON
// for everything else.
type logger struct {
	*slog.Logger
	screen *screen // nil without a terminal
}

func newLogger(w io.Writer, format string) (*logger, error) {
	f, isFile := w.(*os.File)
	terminal := isFile && term.IsTerminal(int(f.Fd()))
	if !slices.Contains([]string{"auto", "text", "json"}, format) {
		return nil, usage(fmt.Errorf("--log is %q", format), "give text, json or auto")
	}
	if format == "json" || format == "auto" && !terminal {
		return &logger{Logger: slog.New(slog.NewJSONHandler(w, nil))}, nil
	}
	l := &logger{}
	if terminal {
		l.screen = &screen{terminal: w}
		w = l.screen
	}
	l.Logger = slog.New(tint.NewTextHandler(w, &tint.Options{TimeFormat: time.TimeOnly, NoColor: !terminal}))
	return l, nil
}

// screen is a terminal that shows a bar at times: log lines then stand above it.
type screen struct {
	terminal io.Writer
	mu       sync.Mutex
	bars     *mpb.Progress // nil while there is no bar
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bars != nil {
		return s.bars.Write(b)
	}
	return s.terminal.Write(b)
}

func (s *screen) show(bars *mpb.Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bars = bars
}

// speakEvery is how often a long step says how far it is where there is no terminal.
const speakEvery = 10 * time.Second

// progress counts the rows of one step for whoever watches. One step is under way at a time.
type progress struct {
	log  *slog.Logger
	step string
	rows int64
	next time.Time

	screen *screen // nil without a terminal
	bars   *mpb.Progress
	bar    *mpb.Bar
}

// progress opens a count of what a step does for a partner or with the companies; total may be 0 where it is not known.
func (l *logger) progress(log *slog.Logger, step, what string, total int64) *progress {
	p := &progress{log: log, step: step, next: time.Now().Add(speakEvery), screen: l.screen}
	if p.screen != nil {
		p.bars = mpb.New(mpb.WithOutput(p.screen.terminal))
		style := mpb.BarStyle().Build()
		if total == 0 {
			style = mpb.SpinnerStyle().Build()
		}
		p.bar = p.bars.MustAdd(total, style, mpb.BarRemoveOnComplete(), mpb.BarWidth(40),
			mpb.PrependDecorators(decor.Name(step+" "+what+" ")), mpb.AppendDecorators(decor.CurrentNoUnit("%d rows")))
		p.screen.show(p.bars)
	}
	return p
}

// add counts one row.
func (p *progress) add() {
	p.rows++
	if p.bar != nil {
		p.bar.Increment()
		return
	}
	if p.rows%1024 == 0 && time.Now().After(p.next) {
		p.log.Info("working", "stage", p.step, "rows", p.rows)
		p.next = time.Now().Add(speakEvery)
	}
}

// done ends the count and takes the bar away.
func (p *progress) done() {
	if p.bar == nil {
		return
	}
	p.bar.Abort(true) // it may end short of its total, when something fails
	p.bars.Wait()
	p.screen.show(nil)
}

// counted shows progress while values pass; total may be 0 where it is not known.
func counted[T any](l *logger, log *slog.Logger, step, what string, total int64, values iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		p := l.progress(log, step, what, total)
		defer p.done()
		for v, err := range values {
			p.add()
			if !yield(v, err) {
				return
			}
		}
	}
}
