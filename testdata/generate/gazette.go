package main

import (
	"slices"

	"nayose"
)

// A gazette says what happens in a registry behind asOf: about as much as in the real one, 2,000 rows a day among 5.8 million companies,
// and each kind of event once a day at least. What does not happen to a company is not held.
type gazette struct {
	*registry
	d         dice
	histories map[int]history // of those to which something happened
	born      int
	mergers   [][2]int // taken, taker

	today   nayose.Date
	touched []int
}

// The statistics of a day.
const (
	changesADay = 1300 // events, a third of which publish more than one row
	changesAmid = 5_800_000
)

func newGazette(r *registry) *gazette {
	return &gazette{registry: r, d: newDice("registry changes"), histories: map[int]history{}}
}

// An event is what may happen, with how often of a hundred.
type event struct {
	share  int
	happen func(*gazette)
}

var events = []event{
	{30, (*gazette).foundOne},
	{28, (*gazette).moveOne},
	{9, (*gazette).renameOne},
	{13, (*gazette).closeOne},
	{2, (*gazette).mergeTwo},
	{1, (*gazette).reviveOne},
	{16, (*gazette).correctOne},
	{1, (*gazette).moveAbroad},
	{0, (*gazette).unmergeTwo},
	{0, func(g *gazette) { g.endOne(forfeiting) }},
	{0, func(g *gazette) { g.endOne(deleting) }},
}

// day is what is published on a day.
func (g *gazette) day(on nayose.Date) (rows []nayose.Registration) {
	g.today, g.touched = on, nil
	for _, e := range events {
		e.happen(g)
	}
	for range g.size * changesADay / changesAmid {
		n := g.d.IntN(100)
		events[slices.IndexFunc(events, func(e event) bool { n -= e.share; return n < 0 })].happen(g)
	}
	for _, i := range g.touched {
		rows = append(rows, g.histories[i].on(on)...)
	}
	return rows
}

// of is the history of company i as it is now.
func (g *gazette) of(i int) history {
	if h, ok := g.histories[i]; ok {
		return h
	}
	return g.history(i)
}

// some draws a company to which nothing has happened today; ok is false where there is hardly one.
func (g *gazette) some(suits func(i int, h history) bool) (i int, h history, ok bool) {
	for range 10_000 {
		i = g.d.IntN(g.size)
		if h = g.of(i); !slices.Contains(g.touched, i) && suits(i, h) {
			return i, h, true
		}
	}
	return 0, nil, false
}

func open(_ int, h history) bool { return !h.closed() && h.last().Kind != foreigner }

// put keeps what has happened to company i today.
func (g *gazette) put(i int, h history) {
	g.histories[i] = h
	g.touched = append(g.touched, i)
}

func (g *gazette) foundOne() {
	i := unborn + g.born
	g.born++
	g.put(i, founded(g.d, g.company(i), g.today))
}

func (g *gazette) moveOne() {
	if i, h, ok := g.some(open); ok {
		g.put(i, h.moved(g.d, g.today, anywhere(g.d)))
	}
}

func (g *gazette) renameOne() {
	if i, h, ok := g.some(open); ok {
		g.put(i, h.renamed(g.today, g.company(unborn+1_000_000-1-g.d.IntN(900_000))))
	}
}

func (g *gazette) closeOne() {
	if i, h, ok := g.some(open); ok {
		g.put(i, h.ended(g.today, one(g.d, []string{liquidated, liquidated, liquidated, byRegistry})))
	}
}

func (g *gazette) mergeTwo() {
	i, taken, ok := g.some(open)
	if !ok {
		return
	}
	j, taker, ok := g.some(func(j int, h history) bool { return open(j, h) && j != i })
	if !ok {
		return
	}
	taken, taker = merged(taken, taker, g.today)
	g.put(i, taken)
	g.put(j, taker)
	g.mergers = append(g.mergers, [2]int{i, j})
}

// unmergeTwo takes back the oldest merger that there is, or none.
func (g *gazette) unmergeTwo() {
	if len(g.mergers) == 0 {
		return
	}
	i, j := g.mergers[0][0], g.mergers[0][1]
	taken, taker := g.of(i), g.of(j)
	if slices.Contains(g.touched, i) || slices.Contains(g.touched, j) || taken.last().Process != closing || taker.closed() {
		return
	}
	g.mergers = g.mergers[1:]
	g.put(i, taken.revived(g.today))
	g.put(j, taker.then(unmerging, g.today, nil))
}

func (g *gazette) reviveOne() {
	if i, h, ok := g.some(func(_ int, h history) bool { return h.last().Process == closing }); ok {
		g.put(i, h.revived(g.today))
	}
}

func (g *gazette) correctOne() {
	if i, h, ok := g.some(open); ok {
		wrong := h.last().Street
		g.put(i, h.corrected(g.today, func(r *nayose.Registration) {
			if r.Street == wrong {
				r.Street += "内"
			}
		}))
	}
}

func (g *gazette) moveAbroad() {
	if i, h, ok := g.some(func(_ int, h history) bool { return h.last().Kind == foreigner && !h.closed() }); ok {
		g.put(i, h.then(abroad, g.today, func(r *nayose.Registration) { r.Overseas = foreignAddress(g.d) }))
	}
}

// endOne ends a company by a process that is rare.
func (g *gazette) endOne(process string) {
	if i, h, ok := g.some(open); ok {
		g.put(i, h.then(process, g.today, nil))
	}
}
