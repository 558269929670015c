package main

import (
	"fmt"
	"hash/maphash"
	"iter"
	"log"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"nayose"
	"nayose/matcher"
)

// The lengths of the lists of candidates that a name's recall is measured in.
const (
	shorter = 20
	longer  = 50
)

// names are the distinct names of a world's master, in the writing that the matcher looks them up by. A name's number is its
// place among them.
type names struct {
	keys []string
	ids  map[uint64]uint32 // by hash of a company's id, as the garbage collector would follow strings: its name
}

func (w *world) names() (*names, error) {
	log.Print("read the names")
	n := &names{ids: map[uint64]uint32{}}
	numbers := map[string]uint32{}
	err := reading(w.companies, func(all iter.Seq2[nayose.Company, error]) error {
		for c, err := range all {
			if err != nil {
				return err
			}
			key := matcher.RegisteredKey(c.Name)
			if key == "" {
				continue
			}
			number, ok := numbers[key]
			if !ok {
				number = uint32(len(n.keys))
				numbers[key] = number
				n.keys = append(n.keys, key)
			}
			n.ids[hashOf(c.ID)] = number
		}
		return nil
	})
	return n, err
}

var hashSeed = maphash.MakeSeed()

func hashOf(id string) uint64 { return maphash.String(hashSeed, id) }

// A query is a name that candidates are sought for.
type query struct {
	raw, key string // as typed, and as the matcher looks it up
	truth    uint32 // the right company's name
}

// A questionnaire is queries of one sort.
type questionnaire struct {
	name    string
	queries []query
}

// questions are the names of the labelled postings whose company the master has, in an order of chance: all of them; and, each
// once, those that are hard, that is neither the registered name in another writing nor one that has nothing to do with it.
func (w *world) questions(n *names) (all, hard, apart questionnaire) {
	all, hard, apart = questionnaire{name: "all"}, questionnaire{name: "hard"}, questionnaire{name: "hard, est"}
	for _, s := range w.labelled {
		to, seen := &hard, map[query]bool{}
		if s.Apart {
			to = &apart
		}
		for i := range s.Postings {
			p := &s.Postings[i]
			truth, ok := n.ids[hashOf(p.Truth)]
			q := query{p.Mention.CompanyName, matcher.MentionedKey(p.Mention.CompanyName), truth}
			if !ok || q.key == "" {
				continue
			}
			if !s.Apart {
				all.queries = append(all.queries, q)
			}
			once := query{key: q.key, truth: truth}
			if q.key != n.keys[truth] && isHard(p.Stratum) && !seen[once] {
				seen[once] = true
				to.queries = append(to.queries, q)
			}
		}
	}
	for _, q := range [][]query{all.queries, hard.queries, apart.queries} {
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(q), func(i, j int) { q[i], q[j] = q[j], q[i] })
	}
	return all, hard, apart
}

// isHard tells whether names of a stratum are hard; generated ones have none.
func isHard(stratum string) bool {
	return slices.Contains([]string{"", "query_contains", "query_contained", "near", "far"}, stratum)
}

// A generator finds names that are like another.
type generator struct {
	name   string // a key of the report's figures
	about  string // what it took to set up
	most   int    // it is asked so many queries at most; 0 is all
	search func(q *query, n int) ([]uint32, error)
	cpu    func() (time.Duration, error) // taken so far
	close  func() error
}

// A maker sets a generator up. Where it cannot be had here, it has no search, and about says why.
type maker struct {
	part string
	make func(*report, *world, *names) (*generator, error)
}

var makers = []maker{
	{"", ours},
	{"trgm", trgm},
	{"tfidf", bySparseDot(2, cpuSparsePairs)},
	{"tfidf", bySparseDot(3, cpuSparseTriples)},
	{"tfidf", byGrams(2, cpuPairs)},
	{"tfidf", byGrams(3, cpuTriples)},
	{"brute", brute},
}

// candidates measures every generator on the same names.
func (r *report) candidates(w *world) error {
	n, err := w.names()
	if err != nil {
		return err
	}
	all, hard, apart := w.questions(n)
	t := table{
		about: fmt.Sprintf("Candidates for a name alone among %d distinct names. A peer is given the name as the matcher writes it, legal form set "+
			"aside; nayose reads it as typed. CPU is for the best %d, recall that the right company's name is among the best %d and %d. Hard: "+
			"distinct names that are not the registered one.", len(n.keys), shorter, shorter, longer),
		head: []string{
			"generator", "names", "queries", "CPU µs", fmt.Sprint("recall at ", shorter), fmt.Sprint("recall at ", longer),
		},
	}
	setUp := table{head: []string{"generator", "set up"}}
	for _, m := range makers {
		if m.part != "" && !r.has(m.part) {
			continue
		}
		log.Printf("candidates: set up %s", m.part)
		g, err := m.make(r, w, n)
		if err != nil {
			return fmt.Errorf("%s: %w", m.part, err)
		}
		setUp.row(g.name, g.about)
		if g.search == nil {
			continue
		}
		for i, q := range []questionnaire{all, hard, apart} {
			if len(q.queries) == 0 {
				continue
			}
			log.Printf("candidates: ask %s for %s", g.name, q.name)
			f, err := g.ask(q.queries, r.rounds)
			if err != nil {
				return fmt.Errorf("%s: %w", g.name, err)
			}
			t.row(g.name, q.name, fmt.Sprint(f.asked), fmt.Sprintf("%.1f", f.cpu), fmt.Sprintf("%.4f", f.recall[0]), fmt.Sprintf("%.4f", f.recall[1]))
			if i == 0 {
				r.figures[g.name] = f.cpu
			}
		}
		if err := g.close(); err != nil {
			return fmt.Errorf("%s: %w", g.name, err)
		}
	}
	r.section("Candidates", t, setUp)
	return nil
}

// findings are what a generator reached.
type findings struct {
	asked  int
	cpu    float64 // microseconds a query
	recall [2]float64
}

// ask asks a generator: some rounds for time, of which the least counts, and once for recall.
func (g *generator) ask(queries []query, rounds int) (f findings, err error) {
	if g.most > 0 {
		queries = queries[:min(len(queries), g.most)]
	}
	f.asked, f.cpu = len(queries), math.Inf(1)
	for range rounds {
		took, err := g.time(queries)
		if err != nil {
			return f, err
		}
		f.cpu = min(f.cpu, took.Seconds()*1e6/float64(len(queries)))
	}
	for i := range queries {
		found, err := g.search(&queries[i], longer)
		if err != nil {
			return f, err
		}
		at := slices.Index(found, queries[i].truth)
		for k, n := range []int{shorter, longer} {
			if at >= 0 && at < n {
				f.recall[k] += 1 / float64(len(queries))
			}
		}
	}
	return f, nil
}

// time is the CPU time that the queries take.
func (g *generator) time(queries []query) (time.Duration, error) {
	before, err := g.cpu()
	if err != nil {
		return 0, err
	}
	for i := range queries {
		if _, err := g.search(&queries[i], shorter); err != nil {
			return 0, err
		}
	}
	after, err := g.cpu()
	return after - before, err
}

// ours is nayose itself: the companies that Match shows for a name alone, which are ten at most, by their names.
func ours(_ *report, w *world, n *names) (*generator, error) {
	built, err := w.master()
	if err != nil {
		return nil, err
	}
	m := matcher.New(built, matcher.DefaultModel())
	var found []uint32
	g := local(cpuOurs, "Match of the name alone, which shows ten companies at most", nil)
	g.search = func(q *query, _ int) ([]uint32, error) {
		found = found[:0]
		answer := m.Match(&nayose.Mention{CompanyName: q.raw})
		for i := range answer.Candidates {
			if name := n.ids[hashOf(answer.Candidates[i].CompanyID)]; !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
		return found, nil
	}
	return g, nil
}

// local is a generator in this process that searches by the name as the matcher writes it.
func local(name, about string, search func(key string, n int) []uint32) *generator {
	return &generator{
		name: name, about: about, cpu: ownCPU, close: func() error { return nil },
		search: func(q *query, n int) ([]uint32, error) { return search(q.key, n), nil },
	}
}

func ownCPU() (time.Duration, error) {
	cpu, _, err := usedCPU()
	return cpu, err
}
