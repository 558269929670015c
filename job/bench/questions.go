package main

import (
	"hash/maphash"
	"iter"
	"log"
	"math/rand/v2"
	"slices"

	"nayose"
	"nayose/matcher"
)

// names are the distinct names of a world's master, in the writing that the matcher looks them up by. A name's number is its
// place among them. The maps are by hash, as the garbage collector would follow strings.
type names struct {
	keys    []string
	numbers map[uint64]uint32 // by key
	ids     map[uint64]uint32 // by a company's id: its name
}

func (w *world) names() (*names, error) {
	log.Print("read the names")
	n := &names{numbers: map[uint64]uint32{}, ids: map[uint64]uint32{}}
	err := reading(w.companies, func(all iter.Seq2[nayose.Company, error]) error {
		for c, err := range all {
			if err != nil {
				return err
			}
			n.add(&c)
		}
		return nil
	})
	return n, err
}

func (n *names) add(c *nayose.Company) {
	key := matcher.RegisteredKey(c.Name)
	if key == "" {
		return
	}
	number, ok := n.numbers[hashOf(key)]
	if !ok {
		number = uint32(len(n.keys))
		n.numbers[hashOf(key)] = number
		n.keys = append(n.keys, key)
	}
	n.ids[hashOf(c.ID)] = number
}

var hashSeed = maphash.MakeSeed()

func hashOf(text string) uint64 { return maphash.String(hashSeed, text) }

// A query is a name that candidates are sought for, and the mention that it stands in.
type query struct {
	mention nayose.Mention
	key     string // the name as the matcher looks it up
	truth   uint32 // the right company's name
}

// A questionnaire is queries of one sort, one of these.
type questionnaire struct {
	name    string
	queries []query
}

const (
	allNames  = "all"
	hardNames = "hard"
	estNames  = "hard, est"
)

// questions are the names of the labelled postings whose company the master has, in an order of chance: all of them; and, each
// once, those that are hard, that is neither the registered name in another writing nor one that has nothing to do with it; and
// the hard ones of sets that stand apart.
func (w *world) questions(n *names) []questionnaire {
	all, hard, apart := questionnaire{name: allNames}, questionnaire{name: hardNames}, questionnaire{name: estNames}
	for _, s := range w.labelled {
		to, seen := &hard, map[query]bool{}
		if s.Apart {
			to = &apart
		}
		for i := range s.Postings {
			p := &s.Postings[i]
			truth, ok := n.ids[hashOf(p.Truth)]
			q := query{p.Mention, matcher.MentionedKey(p.Mention.CompanyName), truth}
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
	var some []questionnaire
	for _, q := range []questionnaire{all, hard, apart} {
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(q.queries), func(i, j int) { q.queries[i], q.queries[j] = q.queries[j], q.queries[i] })
		if len(q.queries) > 0 {
			some = append(some, q)
		}
	}
	return some
}

// isHard tells whether names of a stratum are hard; generated ones have none.
func isHard(stratum string) bool {
	return slices.Contains([]string{"", "query_contains", "query_contained", "near", "far"}, stratum)
}
