package main

import (
	"hash/maphash"
	"iter"
	"log"
	"math/rand/v2"
	"slices"
	"strings"

	"nayose"
	"nayose/matcher"
)

// names are the distinct names of a world's master, registered, former, English and aliases, in the writing that the matcher
// looks them up by: those that the matcher knows are those that a peer may find. A name's number is its place among them. The
// maps are by hash, as the garbage collector would follow strings.
type names struct {
	keys       []string
	numbers    map[uint64]uint32   // by key
	registered map[uint64]uint32   // by a company's id
	others     map[uint64][]uint32 // by the id of a company that has some
}

func (w *world) names() (*names, error) {
	log.Print("read the names")
	n := &names{numbers: map[uint64]uint32{}, registered: map[uint64]uint32{}, others: map[uint64][]uint32{}}
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
	id := hashOf(c.ID)
	number, ok := n.number(c.Name)
	if !ok {
		return
	}
	n.registered[id] = number
	for _, some := range []string{c.FormerNames, c.Aliases, c.NameEnglish} {
		for name := range strings.SplitSeq(some, "|") {
			if number, ok := n.number(name); ok {
				n.others[id] = append(n.others[id], number)
			}
		}
	}
}

// number is the number of a name, a new one where it needs one, unless nothing of it can be looked up.
func (n *names) number(name string) (number uint32, ok bool) {
	key := ""
	if name != "" {
		key = matcher.RegisteredKey(name)
	}
	if key == "" {
		return 0, false
	}
	hash := hashOf(key)
	number, ok = n.numbers[hash]
	if !ok {
		number = uint32(len(n.keys))
		n.numbers[hash] = number
		n.keys = append(n.keys, key)
	}
	return number, true
}

var hashSeed = maphash.MakeSeed()

func hashOf(text string) uint64 { return maphash.String(hashSeed, text) }

// A query is a name that candidates are sought for, and the mention that it stands in.
type query struct {
	mention nayose.Mention
	key     string   // the name as the matcher looks it up
	right   []uint32 // the right company's names, the registered one first
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
		type once struct {
			key   string
			truth uint32
		}
		to, seen := &hard, map[once]bool{}
		if s.Apart {
			to = &apart
		}
		for i := range s.Postings {
			p := &s.Postings[i]
			truth, ok := n.registered[hashOf(p.Truth)]
			q := query{p.Mention, matcher.MentionedKey(p.Mention.CompanyName), append([]uint32{truth}, n.others[hashOf(p.Truth)]...)}
			if !ok || q.key == "" {
				continue
			}
			if !s.Apart {
				all.queries = append(all.queries, q)
			}
			if q.key != n.keys[truth] && isHard(p.Stratum) && !seen[once{q.key, truth}] {
				seen[once{q.key, truth}] = true
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
