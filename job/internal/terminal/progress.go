package terminal

import (
	"io"
	"iter"
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
		// The last bar's end waits for the next refresh.
		s.bars = mpb.New(mpb.WithOutput(s.terminal), mpb.WithAutoRefresh(), mpb.WithRefreshRate(50*time.Millisecond))
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

// Progress counts the rows or bytes of one step for whoever watches. It is for one goroutine.
type Progress struct {
	log        *Log
	step, unit string
	calls, n   int64
	next       time.Time
	bar        *mpb.Bar // nil without a terminal
}

// Progress begins to count the rows that a step does for a partner or with the companies; total may be 0 where it is not known. Done ends it.
func (l *Log) Progress(step, what string, total int64) *Progress {
	return l.count(step, what, "rows", total, decor.CurrentNoUnit("%d rows"))
}

func (l *Log) count(step, what, unit string, total int64, says decor.Decorator) *Progress {
	p := &Progress{log: l, step: step, unit: unit, next: time.Now().Add(speakEvery)}
	if l.screen != nil {
		p.bar = l.screen.show(total, step+" "+what, says)
	}
	return p
}

// Add counts so many more.
func (p *Progress) Add(n int64) {
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

// Done ends the count and takes the bar away.
func (p *Progress) Done() {
	if p.bar != nil {
		p.log.screen.remove(p.bar)
	}
}

// Counted shows progress while values pass; total may be 0 where it is not known.
func Counted[T any](log *Log, step, what string, total int64, values iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		p := log.Progress(step, what, total)
		defer p.Done()
		for v, err := range values {
			p.Add(1)
			if !yield(v, err) {
				return
			}
		}
	}
}

// Spinner is shown while something is at work that does not tell how far it is, such as Postgres.
type Spinner struct {
	awaited atomic.Value // a string: what is waited for
	log     *Log
	bar     *mpb.Bar // nil without a terminal
	stop    chan struct{}
	spoken  sync.WaitGroup
}

// Spinner begins to show that a step waits; Done ends it.
func (l *Log) Spinner(step, what string) *Spinner {
	s := &Spinner{log: l, stop: make(chan struct{})}
	s.Awaits("")
	if l.screen != nil {
		s.bar = l.screen.show(0, step+" "+what, decor.Any(func(decor.Statistics) string { return s.awaited.Load().(string) }))
		return s
	}
	s.spoken.Go(func() { s.speak(step, what) })
	return s
}

// Awaits says what is waited for from now on.
func (s *Spinner) Awaits(what string) { s.awaited.Store(what) }

func (s *Spinner) speak(step, what string) {
	started, tick := time.Now(), time.NewTicker(speakEvery)
	defer tick.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-tick.C:
			s.log.Info("working", "stage", step, "on", what, "awaits", s.awaited.Load(), "seconds", time.Since(started).Round(time.Second).Seconds())
		}
	}
}

// Done takes the spinner away.
func (s *Spinner) Done() {
	close(s.stop)
	s.spoken.Wait()
	if s.bar != nil {
		s.log.screen.remove(s.bar)
	}
}

// Spin shows that a step waits while f runs, whose error it is.
func (l *Log) Spin(step, what string, f func() error) error {
	defer l.Spinner(step, what).Done()
	return f()
}
