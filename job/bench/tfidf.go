package main

import (
	"fmt"
	"math"
	"slices"
)

// tfidf is the peer that compares names by the cosine of their TF-IDF weights over n-grams of letters and keeps the best, as
// scikit-learn's TfidfVectorizer(analyzer="char") and sparse_dot_topn do together: a row of the sparse matrix product is added
// up in one array over all names, through lists of the names that have a gram. Neither index nor query allocates.
type tfidf struct {
	n       int
	grams   map[gram]uint32
	idf     []float32
	start   []uint32 // by gram, and one more: where its entries begin
	entries []entry
	sum     []float32 // by name; zero between searches
	touched []uint32
	terms   []term
	best    []scored
	found   []uint32
}

// A gram is up to three letters of 21 bits.
type gram uint64

// An entry says that a name has a gram, and its weight there.
type entry struct {
	name   uint32
	weight float32
}

type term struct {
	gram   uint32
	weight float32
}

type scored struct {
	name  uint32
	score float32
}

// newTFIDF indexes names by their n-grams.
func newTFIDF(names []string, n int) *tfidf {
	x := &tfidf{n: n, grams: map[gram]uint32{}, sum: make([]float32, len(names)), touched: make([]uint32, len(names)+1)}
	var frequency []uint32 // by gram: how many names have it
	for _, name := range names {
		x.count(name, true)
		for _, t := range x.terms {
			if int(t.gram) == len(frequency) {
				frequency = append(frequency, 0)
			}
			frequency[t.gram]++
		}
	}
	x.start = make([]uint32, len(frequency)+1)
	for g, f := range frequency {
		x.idf = append(x.idf, float32(math.Log(float64(1+len(names))/float64(1+f))+1)) // smooth, as scikit-learn's
		x.start[g+1] = x.start[g] + f
	}
	x.entries = make([]entry, x.start[len(frequency)])
	next := slices.Clone(x.start)
	for i, name := range names {
		for _, t := range x.weigh(name) {
			x.entries[next[t.gram]] = entry{uint32(i), t.weight}
			next[t.gram]++
		}
	}
	return x
}

// count lists the known grams of a name, each with how often it is there, in terms. It learns the others where learn is set.
func (x *tfidf) count(name string, learn bool) {
	x.terms = x.terms[:0]
	g, letters := gram(0), 0
	for _, r := range name {
		g = (g<<21 | gram(r)) & (1<<(21*x.n) - 1)
		if letters++; letters < x.n {
			continue
		}
		number, ok := x.grams[g]
		if !ok && learn {
			number = uint32(len(x.grams))
			x.grams[g] = number
		} else if !ok {
			continue
		}
		if i := slices.IndexFunc(x.terms, func(t term) bool { return t.gram == number }); i >= 0 {
			x.terms[i].weight++
		} else {
			x.terms = append(x.terms, term{number, 1})
		}
	}
}

// weigh lists the known grams of a name with their weights, of length 1 together.
func (x *tfidf) weigh(name string) []term {
	x.count(name, false)
	square := float32(0)
	for i := range x.terms {
		t := &x.terms[i]
		t.weight *= x.idf[t.gram]
		square += t.weight * t.weight
	}
	length := float32(math.Sqrt(float64(square)))
	for i := range x.terms {
		x.terms[i].weight /= length
	}
	return x.terms
}

// search finds the n names that are likest to a name, the best first. What it returns holds until the next search.
func (x *tfidf) search(name string, n int) []uint32 {
	touched := 0
	for _, t := range x.weigh(name) {
		for _, e := range x.entries[x.start[t.gram]:x.start[t.gram+1]] {
			sum := x.sum[e.name]
			x.touched[touched] = e.name
			if sum == 0 {
				touched++
			}
			x.sum[e.name] = sum + t.weight*e.weight
		}
	}
	x.best = x.best[:0]
	least := float32(0)
	for _, name := range x.touched[:touched] {
		score := x.sum[name]
		x.sum[name] = 0
		if score > least {
			least = x.keep(scored{name, score}, n)
		}
	}
	return x.ranked()
}

// ranked is the names in the heap, the best first.
func (x *tfidf) ranked() []uint32 {
	slices.SortFunc(x.best, func(a, b scored) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return int(a.name) - int(b.name)
	})
	x.found = x.found[:0]
	for _, b := range x.best {
		x.found = append(x.found, b.name)
	}
	return x.found
}

// keep puts s into the heap of the n best, whose worst is first, and is the score that the next must exceed.
func (x *tfidf) keep(s scored, n int) float32 {
	if len(x.best) < n {
		x.best = append(x.best, s)
		for i := len(x.best) - 1; i > 0 && x.best[i].score < x.best[(i-1)/2].score; i = (i - 1) / 2 {
			x.best[i], x.best[(i-1)/2] = x.best[(i-1)/2], x.best[i]
		}
	} else {
		x.best[0] = s
		for i := 0; ; {
			child := 2*i + 1
			if child+1 < n && x.best[child+1].score < x.best[child].score {
				child++
			}
			if child >= n || x.best[i].score <= x.best[child].score {
				break
			}
			x.best[i], x.best[child] = x.best[child], x.best[i]
			i = child
		}
	}
	if len(x.best) < n {
		return 0
	}
	return x.best[0].score
}

// byGrams makes the generator over n-grams of so many letters.
func byGrams(letters int, name string) func(*report, *world, *names) (*generator, error) {
	return func(_ *report, _ *world, n *names) (*generator, error) {
		x, about, err := indexed(n, letters)
		return local(name, about, x.search), err
	}
}

// bySparseDot makes the same in the way of sparse_dot_topn.
func bySparseDot(letters int, name string) func(*report, *world, *names) (*generator, error) {
	return func(_ *report, _ *world, n *names) (*generator, error) {
		x, about, err := indexed(n, letters)
		return local(name, about+"; added up as sparse_dot_topn does", newSparseDot(x, len(n.keys)).search), err
	}
}

func indexed(n *names, letters int) (x *tfidf, about string, err error) {
	before, err := ownCPU()
	if err != nil {
		return nil, "", err
	}
	x = newTFIDF(n.keys, letters)
	after, err := ownCPU()
	bytes := 8*len(x.entries) + 4*(len(x.start)+len(x.idf)+len(x.sum)+len(x.touched))
	return x, fmt.Sprintf("TF-IDF and cosine over %d-grams; %.1f CPU seconds, %d MB", letters, (after - before).Seconds(), bytes/1e6), err
}
