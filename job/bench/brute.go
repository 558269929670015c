package main

import (
	"slices"

	"github.com/agnivade/levenshtein"
)

// bruteShare is which part of the sample Levenshtein is asked: a query takes a fifth of a second.
const bruteShare = 50

// brute compares a name with every other one by Levenshtein's distance.
func brute(r *report, _ *world, n *names) (*generator, error) {
	best := make([]scored, 0, longer+1)
	search := func(name string, most int) []uint32 {
		best = best[:0]
		for i, key := range n.keys {
			s := scored{uint32(i), float32(levenshtein.ComputeDistance(name, key))}
			if len(best) == most && s.score >= best[most-1].score {
				continue
			}
			at, _ := slices.BinarySearchFunc(best, s.score, func(b scored, distance float32) int {
				if b.score <= distance { // behind its equals
					return -1
				}
				return 1
			})
			best = slices.Insert(best, at, s)[:min(most, len(best)+1)]
		}
		found := make([]uint32, len(best))
		for i, b := range best {
			found[i] = b.name
		}
		return found
	}
	g := local(cpuBrute, "agnivade/levenshtein against every name", search)
	g.most = max(1, r.sample/bruteShare)
	return g, nil
}
