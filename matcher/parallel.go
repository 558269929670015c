package matcher

import (
	"context"
	"iter"
	"runtime"
	"sync"
)

// chunk is how many items a worker takes at once: enough that handing over costs nothing beside the work.
const chunk = 64

// A batch is one chunk on its way: read, worked on, yielded.
type batch[A, B any] struct {
	in   []A
	err  error // the source failed after in
	out  []B
	done chan struct{}
}

// inOrder maps in by work on every core and yields the results in the order of in, holding a few chunks at a time. It
// stops at the first error of in (after what came before it), of yield or of ctx, and returns when nothing it started
// still runs. in is drawn from another goroutine than the caller's; yield is called on the caller's.
func inOrder[A, B any](ctx context.Context, in iter.Seq2[A, error], work func(*A, *B), yield func(*B) error) error {
	ctx, cancel := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	todo := make(chan *batch[A, B], workers)
	queue := make(chan *batch[A, B], 2*workers)
	var wg sync.WaitGroup
	wg.Go(func() { feed(ctx, in, todo, queue) })
	for range workers {
		wg.Go(func() {
			for b := range todo {
				b.out = make([]B, len(b.in))
				for i := range b.in {
					work(&b.in[i], &b.out[i])
				}
				close(b.done)
			}
		})
	}
	err := drain(ctx, queue, yield)
	cancel()
	for range queue { //nolint:revive // the rest is not wanted; feed closes it
	}
	wg.Wait()
	return err
}

// feed cuts in into chunks, for the workers and, in order, for drain.
func feed[A, B any](ctx context.Context, in iter.Seq2[A, error], todo, queue chan<- *batch[A, B]) {
	defer close(queue)
	defer close(todo)
	b := &batch[A, B]{done: make(chan struct{})}
	send := func() bool {
		for _, to := range []chan<- *batch[A, B]{queue, todo} {
			select {
			case to <- b:
			case <-ctx.Done():
				return false
			}
		}
		b = &batch[A, B]{in: make([]A, 0, chunk), done: make(chan struct{})}
		return true
	}
	for a, err := range in {
		if err != nil {
			b.err = err
			break
		}
		b.in = append(b.in, a)
		if len(b.in) == chunk && !send() {
			return
		}
	}
	send()
}

func drain[A, B any](ctx context.Context, queue <-chan *batch[A, B], yield func(*B) error) error {
	for b := range queue {
		select {
		case <-b.done:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		for i := range b.out {
			if err := yield(&b.out[i]); err != nil {
				return err
			}
		}
		if b.err != nil {
			return b.err
		}
	}
	return context.Cause(ctx)
}
