package main

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"runtime"
	"slices"
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
		about: "CPU is of one core, by a mention; survey is its share of the whole. Two cores: the time on one beside that on two, measured by " +
			"turns, of which the median counts. Allocations are those of the whole with the answers that are written.",
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
	if r.figures[perSecond] == 0 { // the first world's
		n := float64(gold.mentions)
		r.figures[perSecond], r.figures[perSecondOfTwo] = n/gold.least(0).Seconds(), n/gold.least(1).Seconds()
		r.figures[speedUp], r.figures[allocations] = gold.speedUp(), float64(gold.allocations)/n
	}
	return nil
}

// A run is what answering mentions took.
type run struct {
	mentions      int
	survey, match time.Duration      // CPU
	walls         [][2]time.Duration // by round: on one core, on two
	allocations   uint64
}

func (a *run) add(b run) {
	a.mentions += b.mentions
	a.survey += b.survey
	a.match += b.match
	a.allocations += b.allocations
	for i, wall := range b.walls {
		if i == len(a.walls) {
			a.walls = append(a.walls, wall)
			continue
		}
		a.walls[i][0] += wall[0]
		a.walls[i][1] += wall[1]
	}
}

// least is the time of the fastest round, on one core (0) or two (1).
func (a *run) least(which int) time.Duration {
	return slices.MinFunc(a.walls, func(x, y [2]time.Duration) int { return cmp.Compare(x[which], y[which]) })[which]
}

// speedUp is how many times as fast two cores are as one: the median of the rounds.
func (a *run) speedUp() float64 {
	var ratios []float64
	for _, wall := range a.walls {
		ratios = append(ratios, float64(wall[0])/float64(wall[1]))
	}
	slices.Sort(ratios)
	n := len(ratios)
	return (ratios[(n-1)/2] + ratios[n/2]) / 2
}

// each is microseconds a mention.
func (a *run) each(d time.Duration) float64 { return d.Seconds() * 1e6 / float64(a.mentions) }

func (a *run) cells() []string {
	n := float64(a.mentions)
	return []string{
		fmt.Sprint(a.mentions), fmt.Sprintf("%.1f", a.each(a.survey+a.match)), fmt.Sprintf("%.1f", a.each(a.match)),
		fmt.Sprintf("%.0f %%", 100*a.survey.Seconds()/(a.survey+a.match).Seconds()),
		fmt.Sprintf("%.0f", n/a.least(0).Seconds()), fmt.Sprintf("%.0f", n/a.least(1).Seconds()),
		fmt.Sprintf("%.2f", a.speedUp()), fmt.Sprintf("%.0f", float64(a.allocations)/n),
	}
}

// best runs mentions on one core and on two, by turns, and keeps the least CPU and allocations on one.
func (r *report) best(m *matcher.Matcher, mentions []nayose.Mention) (best run, err error) {
	for round := range r.rounds {
		var walls [2]time.Duration
		for i, cores := range []int{1, 2} {
			runtime.GC()
			start := time.Now()
			a, err := onCores(cores, m, mentions)
			if err != nil {
				return best, err
			}
			walls[i] = time.Since(start)
			switch {
			case cores > 1:
			case round == 0:
				best = a
			default:
				best.survey, best.match = min(best.survey, a.survey), min(best.match, a.match)
				best.allocations = min(best.allocations, a.allocations)
			}
		}
		best.walls = append(best.walls, walls)
	}
	return best, nil
}

// onCores surveys and answers mentions on so many cores.
func onCores(cores int, m *matcher.Matcher, mentions []nayose.Mention) (run, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	atStart, err := ownCPU()
	if err != nil {
		return run{}, err
	}
	d, err := m.Survey(context.Background(), all(mentions))
	if err != nil {
		return run{}, err
	}
	surveyed, err := ownCPU()
	if err != nil {
		return run{}, err
	}
	if _, err = d.MatchAll(context.Background(), all(mentions), func(nayose.Match) error { return nil }); err != nil {
		return run{}, err
	}
	atEnd, err := ownCPU()
	runtime.ReadMemStats(&after)
	return run{
		mentions: len(mentions), survey: surveyed - atStart, match: atEnd - surveyed, allocations: after.Mallocs - before.Mallocs,
	}, err
}
