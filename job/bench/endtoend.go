package main

import (
	"context"
	"fmt"
	"log"
	"runtime"
	"time"

	"nayose"
	"nayose/matcher"
)

// endToEnd measures each delivery of a world from the raw mentions to the decisions: surveyed, then answered.
func (r *report) endToEnd(w *world) error {
	built, err := w.master()
	if err != nil {
		return err
	}
	m := matcher.New(built, matcher.DefaultModel())
	t := table{
		about: "CPU is of one core, by a mention; survey is its share of the whole. Two cores: mentions a second on two, beside one.",
		head: []string{
			"delivery", "mentions", "CPU µs", "without survey", "survey", "mentions/s on one core", "on two", "two cores", "allocations",
		},
	}
	var gold run
	for _, d := range w.deliveries {
		log.Printf("end to end: %s", d.name)
		best, err := r.best(m, d.mentions)
		if err != nil {
			return err
		}
		if !d.feed {
			gold.add(best)
		}
		t.row(append([]string{d.name}, best.cells()...)...)
	}
	if len(w.deliveries) > 1 {
		t.row(append([]string{"**gold**"}, gold.cells()...)...)
	}
	r.section("End to end, "+w.name, t)
	if r.figures[cpuEndToEnd] == 0 {
		r.figures[cpuEndToEnd], r.figures[perSecond] = gold.each(gold.survey+gold.match), float64(gold.mentions)/gold.wall.Seconds()
		r.figures[speedUp], r.figures[allocations] = gold.wall.Seconds()/gold.wallOfTwo.Seconds(), float64(gold.allocations)/float64(gold.mentions)
	}
	return nil
}

// A run is what answering mentions took.
type run struct {
	mentions        int
	survey, match   time.Duration // CPU
	wall, wallOfTwo time.Duration // on one core, on two
	allocations     uint64
}

func (a *run) add(b run) {
	a.mentions += b.mentions
	a.survey += b.survey
	a.match += b.match
	a.wall += b.wall
	a.wallOfTwo += b.wallOfTwo
	a.allocations += b.allocations
}

// each is microseconds a mention.
func (a *run) each(d time.Duration) float64 { return d.Seconds() * 1e6 / float64(a.mentions) }

func (a *run) cells() []string {
	n := float64(a.mentions)
	return []string{
		fmt.Sprint(a.mentions), fmt.Sprintf("%.1f", a.each(a.survey+a.match)), fmt.Sprintf("%.1f", a.each(a.match)),
		fmt.Sprintf("%.0f %%", 100*a.survey.Seconds()/(a.survey+a.match).Seconds()),
		fmt.Sprintf("%.0f", n/a.wall.Seconds()), fmt.Sprintf("%.0f", n/a.wallOfTwo.Seconds()),
		fmt.Sprintf("%.2f", a.wall.Seconds()/a.wallOfTwo.Seconds()), fmt.Sprintf("%.0f", float64(a.allocations)/n),
	}
}

// best runs mentions on one core and on two, by turns, and keeps the least of each figure.
func (r *report) best(m *matcher.Matcher, mentions []nayose.Mention) (best run, err error) {
	for round := range r.rounds {
		one, err := onCores(1, m, mentions)
		if err != nil {
			return best, err
		}
		two, err := onCores(2, m, mentions)
		if err != nil {
			return best, err
		}
		one.wallOfTwo = two.wall
		if round == 0 {
			best = one
		}
		best.survey, best.match = min(best.survey, one.survey), min(best.match, one.match)
		best.wall, best.wallOfTwo = min(best.wall, one.wall), min(best.wallOfTwo, two.wall)
		best.allocations = min(best.allocations, one.allocations)
	}
	return best, nil
}

// onCores surveys and answers mentions on so many cores.
func onCores(cores int, m *matcher.Matcher, mentions []nayose.Mention) (run, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	atStart, _, err := usedCPU()
	if err != nil {
		return run{}, err
	}
	d, err := m.Survey(context.Background(), all(mentions))
	if err != nil {
		return run{}, err
	}
	surveyed, _, err := usedCPU()
	if err != nil {
		return run{}, err
	}
	if _, err = d.MatchAll(context.Background(), all(mentions), func(nayose.Match) error { return nil }); err != nil {
		return run{}, err
	}
	atEnd, _, err := usedCPU()
	wall := time.Since(start)
	runtime.ReadMemStats(&after)
	return run{
		mentions: len(mentions), survey: surveyed - atStart, match: atEnd - surveyed, wall: wall,
		allocations: after.Mallocs - before.Mallocs,
	}, err
}
