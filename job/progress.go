package main

import (
	"io"
	"iter"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// screen is a terminal that shows bars at times: log lines then stand above them.
type screen struct {
	terminal io.Writer
	mu       sync.Mutex
	bars     *mpb.Progress // nil while there is no bar
	shown    int           // bars
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bars != nil {
		return s.bars.Write(b)
	}
	return s.terminal.Write(b)
}

// show adds a bar, or where the total is 0 something that turns, below those that there are.
func (s *screen) show(total int64, name string, says decor.Decorator) *mpb.Bar {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown++; s.bars == nil {
		s.bars = mpb.New(mpb.WithOutput(s.terminal))
	}
	style := mpb.BarStyle().Build()
	if total == 0 {
		style = mpb.SpinnerStyle().Build()
	}
	return s.bars.MustAdd(total, style, mpb.BarRemoveOnComplete(), mpb.BarWidth(40),
		mpb.PrependDecorators(decor.Name(name+" ")), mpb.AppendDecorators(says))
}

// remove takes a bar away, which may end short of its total, when something fails.
func (s *screen) remove(bar *mpb.Bar) {
	bar.Abort(true)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown--; s.shown == 0 {
		s.bars.Wait()
		s.bars = nil
	}
}

// speakEvery is how often a long step says how far it is where there is no terminal.
const speakEvery = 10 * time.Second

// progress counts the rows or bytes of one step for whoever watches.
type progress struct {
	log        *slog.Logger
	step, unit string
	calls, n   int64
	next       time.Time

	screen *screen // nil without a terminal
	bar    *mpb.Bar
}

// progress opens a count of the rows that a step does for a partner or with the companies; total may be 0 where it is not known.
func (l *logger) progress(log *slog.Logger, step, what string, total int64) *progress {
	return l.count(log, step, what, "rows", total, decor.CurrentNoUnit("%d rows"))
}

func (l *logger) count(log *slog.Logger, step, what, unit string, total int64, says decor.Decorator) *progress {
	p := &progress{log: log, step: step, unit: unit, next: time.Now().Add(speakEvery), screen: l.screen}
	if p.screen != nil {
		p.bar = p.screen.show(total, step+" "+what, says)
	}
	return p
}

// add counts so many more.
func (p *progress) add(n int64) {
	p.n += n
	if p.bar != nil {
		p.bar.IncrInt64(n)
		return
	}
	if p.calls++; p.calls%1024 == 0 && time.Now().After(p.next) {
		p.log.Info("working", "stage", p.step, p.unit, p.n)
		p.next = time.Now().Add(speakEvery)
	}
}

// done ends the count and takes the bar away.
func (p *progress) done() {
	if p.bar != nil {
		p.screen.remove(p.bar)
	}
}

// counted shows progress while values pass; total may be 0 where it is not known.
func counted[T any](l *logger, log *slog.Logger, step, what string, total int64, values iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		p := l.progress(log, step, what, total)
		defer p.done()
		for v, err := range values {
			p.add(1)
			if !yield(v, err) {
				return
			}
		}
	}
}

// patience is shown while something is at work that does not tell how far it is, such as Postgres.
type patience struct {
	awaited atomic.Value // a string: what is waited for
	screen  *screen      // nil without a terminal
	bar     *mpb.Bar
	stop    chan struct{}
	spoken  sync.WaitGroup
}

// patience begins to show that a step waits; done ends it.
func (l *logger) patience(log *slog.Logger, step, what string) *patience {
	p := &patience{screen: l.screen, stop: make(chan struct{})}
	p.awaits("")
	if p.screen != nil {
		p.bar = p.screen.show(0, step+" "+what, decor.Any(func(decor.Statistics) string { return p.awaited.Load().(string) }))
		return p
	}
	p.spoken.Go(func() { p.speak(log, step, what) })
	return p
}

// awaits says what is waited for from now on.
func (p *patience) awaits(what string) { p.awaited.Store(what) }

func (p *patience) speak(log *slog.Logger, step, what string) {
	started, tick := time.Now(), time.NewTicker(speakEvery)
	defer tick.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-tick.C:
			log.Info("working", "stage", step, "on", what, "awaits", p.awaited.Load(), "seconds", time.Since(started).Round(time.Second).Seconds())
		}
	}
}

func (p *patience) done() {
	close(p.stop)
	p.spoken.Wait()
	if p.bar != nil {
		p.screen.remove(p.bar)
	}
}

// patiently shows that a step waits while f runs.
func (l *logger) patiently(log *slog.Logger, step, what string, f func() error) error {
	defer l.patience(log, step, what).done()
	return f()
}
