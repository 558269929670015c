package index

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// named are companies of these names.
func named(names ...string) (all []Entry) {
	for i, name := range names {
		all = append(all, Entry{ID: fmt.Sprint(i), Name: Name{Loose: name}})
	}
	return all
}

// brute is a search by its definition, with no index of pairs: it lays a name's pairs beside those of every other name.
type brute struct {
	names []string // by number
	of    [][]string
	pairs map[string]int // how many names have a pair
}

func newBrute(names []string) *brute {
	sorted := slices.SortedFunc(slices.Values(names), func(a, b string) int {
		x, y := AppendLetters(nil, a), AppendLetters(nil, b)
		return cmp.Or(cmp.Compare(len(x), len(y)), slices.Compare(x, y))
	})
	b := &brute{names: slices.Compact(append([]string{""}, sorted...)), pairs: map[string]int{}}
	for i, name := range b.names {
		b.of = append(b.of, pairsOf(name))
		for _, p := range b.of[i] {
			b.pairs[p]++
		}
	}
	return b
}

// pairsOf are the distinct pairs of a name without letters beyond the basic plane.
func pairsOf(name string) (pairs []string) {
	for r := []rune(name); len(r) > 1; r = r[1:] {
		if p := string(r[:2]); !slices.Contains(pairs, p) {
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// weights are those of the pairs of a name that others have: in 250ths of what they come to, rounded down, 1 at least.
func (b *brute) weights(name string) (weights map[string]int, whole int) {
	bits, sum := map[string]float64{}, 0.0
	for _, p := range pairsOf(name) {
		if b.pairs[p] > 0 && len(bits) < maxPairs {
			bits[p] = math.Log2(float64(len(b.names)) / float64(b.pairs[p]))
			sum += bits[p]
		}
	}
	weights = map[string]int{}
	for p, own := range bits {
		weights[p] = max(1, int(own*float64(wholeWeight-len(bits))/sum))
		whole += weights[p]
	}
	return weights, whole
}

// shared is a name and the weight of the pairs that it shares.
type shared struct {
	name   uint32
	weight int
}

// like is every name that shares a pair, with the weight of what it shares, the heaviest first.
func (b *brute) like(weights map[string]int) (all []shared) {
	for number, pairs := range b.of {
		weight := 0
		for _, p := range pairs {
			weight += weights[p]
		}
		if weight > 0 {
			all = append(all, shared{uint32(number), weight})
		}
	}
	slices.SortFunc(all, func(a, b shared) int { return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.name, b.name)) })
	return all
}

// checkLike holds what a search returns against what it promises. It reports whether the search may have left out pairs.
func checkLike(t failer, s *Search, b *brute, name string, n int) (bounded bool) {
	t.Helper()
	got := slices.Clone(s.Like(AppendLetters(nil, name), n))
	weights, whole := b.weights(name)
	all := b.like(weights)
	actual := map[uint32]int{}
	for _, h := range all {
		actual[h.name] = h.weight
	}
	seen, enough, found := map[uint32]bool{}, 0, []int{}
	for _, h := range got {
		if actual[h] == 0 || seen[h] {
			t.Fatalf("like %q is %q, which shares %d; for the second time: %v", name, b.names[h], actual[h], seen[h])
		}
		seen[h] = true
		found = append(found, actual[h])
	}
	for _, h := range all {
		if float64(h.weight) >= promised*float64(whole) {
			if enough++; !seen[h.name] {
				t.Fatalf("%q shares %d of %d with %q and is not among the %d returned", b.names[h.name], h.weight, whole, name, len(got))
			}
		}
	}
	if len(got) > n+enough {
		t.Fatalf("%d names are like %q: %d were asked for, and %d share enough", len(got), name, n, enough)
	}
	postings := 0
	for p := range weights {
		postings += b.pairs[p]
	}
	if postings > maxRead {
		return true
	}
	if want := min(len(all), max(n, enough)); len(got) != want { // every pair was read
		t.Fatalf("%d names are like %q, want %d", len(got), name, want)
	}
	slices.SortFunc(found, func(a, b int) int { return cmp.Compare(b, a) })
	for i, weight := range found {
		if weight != all[i].weight {
			t.Fatalf("the names that are like %q share %v, want what the heaviest do: %v", name, found, all[:len(got)])
		}
	}
	return false
}

func TestLikeAgainstAllNames(t *testing.T) {
	names := rapid.StringOfN(rapid.RuneFrom([]rune("アイウ工業")), 0, 7, -1)
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(names, 0, 30).Draw(t, "names")
		s, b := NewSearch(build(t, named(all...))), newBrute(all)
		for range 3 { // the searches after the first find the memory as it left it
			checkLike(t, s, b, names.Draw(t, "name"), rapid.IntRange(0, 12).Draw(t, "most"))
		}
	})
}

// A crowd is names of so few letters that each pair has thousands of bearers.
type crowd struct {
	letters []rune // of which one that stands twice is commoner
	x       *Index
	*brute
}

// crowds differ in how many pairs a search can read before it has read what it must: of three letters, no pair fits.
var crowds = sync.OnceValue(func() (all []crowd) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, letters := range []string{"アイウ", "アアアイイウエ", "アアアイイイウウエオカキク", "アイウエオカキクケコサシスセソタ"} {
		c := crowd{letters: []rune(letters)}
		var names []string
		for range 9000 {
			names = append(names, c.name(random, 1+random.IntN(12)))
		}
		names = append(names, "サイゼ", "ンンン", strings.Repeat("アイウエ", 40)+"ン")
		c.x, c.brute = build(panics{}, named(names...)), newBrute(names)
		all = append(all, c)
	}
	return all
})

type panics struct{}

func (panics) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (panics) Helper()                           {}

// name draws a name of n letters.
func (c *crowd) name(random *rand.Rand, n int) string {
	name := make([]rune, n)
	for i := range name {
		name[i] = c.letters[random.IntN(len(c.letters))]
	}
	return string(name)
}

// TestLikeInCrowds searches where the pairs of a name have more bearers than a search reads.
func TestLikeInCrowds(t *testing.T) {
	bounded := 0
	for i := range crowds() {
		c := &crowds()[i]
		s := NewSearch(c.x)
		rapid.Check(t, func(t *rapid.T) {
			random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
			name := c.name(random, 1+random.IntN(12))
			if random.IntN(4) == 0 {
				name = c.names[1+random.IntN(len(c.names)-1)]
			}
			if checkLike(t, s, c.brute, name, rapid.IntRange(0, 60).Draw(t, "most")) {
				bounded++
			}
		})
	}
	if bounded == 0 {
		t.Error("no search met more names than it reads")
	}
}

func FuzzLike(f *testing.F) {
	f.Add("アイウエ", uint8(0), uint8(40))
	f.Add("サイゼアイ", uint8(1), uint8(1))
	f.Add("ンンン\xff業ア", uint8(2), uint8(0))
	f.Add(strings.Repeat("ウエアイ", 100), uint8(0), uint8(9))
	f.Fuzz(func(t *testing.T, name string, which, n uint8) {
		for _, r := range name {
			if r <= closing || r > 0xffff { // no name has the first, and the other has two letters in the index
				return
			}
		}
		c := &crowds()[int(which)%len(crowds())]
		checkLike(t, NewSearch(c.x), c.brute, name, int(n))
	})
}

// TestLikeTies has many names of one weight: the shorter ones come first, then the order of their letters.
func TestLikeTies(t *testing.T) {
	var names, want []string
	for _, tail := range []string{"", "ア", "イ", "アア", "アイ", "イア", "イイ"} {
		want = append(want, "工業"+tail)
		names = append([]string{"工業" + tail}, names...)
	}
	x := build(t, named(append(names, "サイゼ", "ア", "業工")...))
	text := func(found []uint32) (all []string) {
		for _, h := range slices.Sorted(slices.Values(found)) {
			all = append(all, string(decode(x.Letters(h))))
		}
		return all
	}
	s := NewSearch(x)
	for _, n := range []int{0, 1, len(want), len(want) + 5} { // all share all of the pairs that are known
		if got := text(s.Like(AppendLetters(nil, "東工業"), n)); !slices.Equal(got, want) {
			t.Errorf("the %d names like 東工業 are %q, want %q", n, got, want)
		}
	}
	for n := range len(want) {
		got := text(s.Like(AppendLetters(nil, "サイゼ工業"), n+1))
		if !slices.Equal(got, slices.Insert(slices.Clone(want[:n]), min(n, 1), "サイゼ")) {
			t.Errorf("the %d names like サイゼ工業 are %q, want the one of the rarer pairs, then %q", n+1, got, want[:n])
		}
	}
}

func TestLikeOfTooLittle(t *testing.T) {
	s := NewSearch(build(t, named("ア", "アイ", "工業")))
	for _, name := range []string{"", "ア", "工", "ウ", "業工", "\ufffd\ufffd"} {
		if got := s.Like(AppendLetters(nil, name), 5); len(got) != 0 {
			t.Errorf("like %q are %v, want none: they share no pair", name, got)
		}
	}
	if got := NewSearch(build(t, nil)).Like(AppendLetters(nil, "工業"), 5); len(got) != 0 {
		t.Errorf("in no names %v are like 工業", got)
	}
}

// TestLikeConcurrently is for the race detector, too: an index serves searches at once.
func TestLikeConcurrently(t *testing.T) {
	c := &crowds()[2]
	names := c.names[1000:1200]
	alone := map[string][]uint32{}
	for s, i := NewSearch(c.x), 0; i < len(names); i++ {
		alone[names[i]] = slices.Clone(s.Like(AppendLetters(nil, names[i]), 20))
	}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			s := NewSearch(c.x)
			for i := range names {
				name := names[i*(2*worker+1)%len(names)]
				if got := s.Like(AppendLetters(nil, name), 20); !slices.Equal(got, alone[name]) {
					t.Errorf("like %q are %v, beside other searches %v", name, alone[name], got)
				}
			}
		})
	}
	wg.Wait()
}

// TestLikeIsBounded holds that a search reads no more than it must: what is promised, or what fits.
func TestLikeIsBounded(t *testing.T) {
	names := []string{"サイゼ", "ンン"}
	const each = maxRead/3 + maxRead/10
	for _, common := range []string{"工業", "商事", "建設"} {
		for i := range each {
			names = append(names, fmt.Sprintf("%s%c%c", common, '一'+i/200, '亜'+i%200))
		}
	}
	s := NewSearch(build(t, named(names...)))
	for _, c := range []struct {
		about, name string
		least, most int // names that are looked at
	}{
		{"a rare name", "サイゼ", 1, 1},
		{"one common pair beside it", "サイゼ工業", 1 + each, 1 + each},
		{"two", "サイゼ工業商事", 1 + 2*each, 1 + 2*each},
		{"three: the last does not fit", "サイゼ工業商事建設", 1 + 2*each, 1 + 2*each},
		{"nothing but common pairs, of which two are too little", "工業商事建設", 2 * each, 2 * each},
		{"one letter repeated", "ンンンンンンンンンン工業商事建設", 1 + 2*each, 1 + 2*each},
	} {
		s.weigh(AppendLetters(nil, c.name))
		rest := s.tally()
		if got := len(s.touched); got < c.least || got > c.most {
			t.Errorf("%s: the search for %s looked at %d names of %d, want %d to %d", c.about, c.name, got, len(names), c.least, c.most)
		}
		if rest > 0 && rest >= s.enough {
			t.Errorf("%s: the search for %s left out %d, and promises those that share %d", c.about, c.name, rest, s.enough)
		}
		s.pick(1, rest)
		for _, name := range s.touched {
			s.weight[name] = 0
		}
		s.touched = s.touched[:0]
	}
}
