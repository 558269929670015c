package main

import (
	"io"
	"log/slog"
	"os"
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
	bars *mpb.Progress // nil without a terminal
}

func newLogger(w io.Writer, format string) *logger {
	f, isFile := w.(*os.File)
	terminal := isFile && term.IsTerminal(int(f.Fd()))
	if format == "json" || format == "auto" && !terminal {
		return &logger{Logger: slog.New(slog.NewJSONHandler(w, nil))}
	}
	l := &logger{}
	if terminal {
		l.bars = mpb.New(mpb.WithOutput(w))
		w = l.bars // prints above the bars
	}
	l.Logger = slog.New(tint.NewTextHandler(w, &tint.Options{TimeFormat: time.TimeOnly, NoColor: !terminal}))
	return l
}

// close waits until the last bar is drawn.
func (l *logger) close() {
	if l.bars != nil {
		l.bars.Wait()
	}
}

// speakEvery is how often a long step says how far it is where there is no terminal.
const speakEvery = 10 * time.Second

// progress counts the rows of one step for whoever watches.
type progress struct {
	log  *slog.Logger
	step string
	bar  *mpb.Bar
	rows int64
	next time.Time
}

// progress opens a count; total may be 0 where it is not known.
func (l *logger) progress(log *slog.Logger, step, partner string, total int64) *progress {
	p := &progress{log: log, step: step, next: time.Now().Add(speakEvery)}
	if l.bars != nil {
		p.bar = l.bars.AddBar(total, mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name(step+" "+partner+" ")), mpb.AppendDecorators(decor.CurrentNoUnit("%d rows")))
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
		p.log.Info("working", "step", p.step, "rows", p.rows)
		p.next = time.Now().Add(speakEvery)
	}
}

// done ends the count.
func (p *progress) done() {
	if p.bar != nil {
		p.bar.SetTotal(p.rows, true)
	}
}
