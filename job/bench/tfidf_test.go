package main

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// invented are names of one to nine of a dozen letters, so that they share many grams.
func invented(n int) []string {
	chance := rand.New(rand.NewPCG(1, 2))
	letters := []rune("アイウ山田工業株AB々")
	names := make([]string, n)
	for i := range names {
		for range 1 + chance.IntN(9) {
			names[i] += string(letters[chance.IntN(len(letters))])
		}
	}
	return names
}

// dense is the same measure written down plainly: the weight of each gram in each name, and the cosine of two names.
type dense struct {
	n     int
	names []string
	in    map[string]float64 // by gram: how many names have it
}

func newDense(names []string, n int) *dense {
	d := &dense{n, names, map[string]float64{}}
	for _, name := range names {
		for gram := range d.counts(name) {
			d.in[gram]++
		}
	}
	return d
}

func (d *dense) counts(name string) map[string]float64 {
	counts, letters := map[string]float64{}, []rune(name)
	for i := range max(0, len(letters)-d.n+1) {
		counts[string(letters[i:i+d.n])]++
	}
	return counts
}

func (d *dense) weights(name string) map[string]float64 {
	weights, square := map[string]float64{}, 0.0
	for gram, n := range d.counts(name) {
		if d.in[gram] == 0 {
			continue
		}
		weights[gram] = n * (math.Log(float64(1+len(d.names))/(1+d.in[gram])) + 1)
		square += weights[gram] * weights[gram]
	}
	for gram := range weights {
		weights[gram] /= math.Sqrt(square)
	}
	return weights
}

func (d *dense) cosine(a, b string) (sum float64) {
	weights := d.weights(b)
	for gram, weight := range d.weights(a) {
		sum += weight * weights[gram]
	}
	return sum
}

// TestTFIDF compares both peers with the plain one: the names that they find are as near as the nearest, in order, and none
// where no gram is shared. The second search for a name finds the same.
func TestTFIDF(t *testing.T) {
	const most = 20
	names := invented(400)
	queries := append(slices.Clone(names[:60]), "山田工業会館", "山", "", "会館", "アイウアイウアイウ")
	for _, n := range []int{2, 3} {
		x, plain := newTFIDF(names, n), newDense(names, n)
		sparse := newSparseDot(x, len(names))
		for _, query := range slices.Concat(queries, queries) {
			var want []float64
			for _, name := range names {
				if s := plain.cosine(query, name); s > 0 {
					want = append(want, s)
				}
			}
			slices.SortFunc(want, func(a, b float64) int { return cmp.Compare(b, a) })
			want = want[:min(most, len(want))]
			for _, search := range []func(string, int) []uint32{x.search, sparse.search} {
				found := search(query, most)
				if len(found) != len(want) {
					t.Fatalf("%d-grams: %q finds %d names, want %d", n, query, len(found), len(want))
				}
				for i, name := range found {
					if got := plain.cosine(query, names[name]); math.Abs(got-want[i]) > 1e-5 {
						t.Errorf("%d-grams: %q finds %q as number %d, with the cosine %v; want one of %v", n, query, names[name], i+1, got, want[i])
					}
				}
			}
		}
	}
}

// TestTFIDFAllocates nothing: what the garbage collector would do is no part of the peer's time.
func TestTFIDFAllocates(t *testing.T) {
	names := invented(400)
	x := newTFIDF(names, 2)
	search := func() {
		for _, name := range names[:50] {
			x.search(name, 20)
		}
	}
	search()
	if n := testing.AllocsPerRun(5, search); n > 0 {
		t.Errorf("50 searches allocate %v times, want never", n)
	}
}
