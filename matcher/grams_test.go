package matcher

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// A nameBook is a dictionary of names, with what else a master's dictionary holds strewn in.
type nameBook struct {
	*grams
	terms *terms
	names []string // distinct
}

func newNameBook(names []string) *nameBook {
	b := &nameBook{terms: newTerms()}
	add := func(kind byte, s string) uint32 {
		term, err := b.terms.add(kind, s)
		if err != nil {
			panic(err)
		}
		return term
	}
	known := map[uint32]bool{}
	for _, s := range names {
		add(kindCity, s)
		add(kindName, s+"ヨ") // no company's name, only a reading
		if term := add(kindName, s); term != 0 && !known[term] {
			known[term] = true
			b.names = append(b.names, s)
		}
	}
	b.grams = newGrams(b.terms, func(term uint32) bool { return known[term] })
	return b
}

func (b *nameBook) text(term uint32) []byte { return b.terms.get(term)[1:] }

// search is like, with the names written out.
func (b *nameBook) search(name string, n int) (found []string) {
	for _, term := range b.like([]rune(name), n, b.text) {
		found = append(found, string(b.text(term)))
	}
	return found
}

// bruteLike is like by its definition, with no index: it lays a name's pairs beside those of every other name.
func bruteLike(names []string, name string, n int) (found []string) {
	type hit struct {
		name   string
		weight float32
	}
	weight := func(pair string) float32 {
		with := 0
		for _, s := range names {
			if strings.Contains(s, pair) {
				with++
			}
		}
		return float32(math.Log2(float64(len(names)+1) / float64(max(with, 1))))
	}
	var pairs []string
	for r := []rune(name); len(r) > 1; r = r[1:] {
		pairs = append(pairs, string(r[:2]))
	}
	slices.Sort(pairs)
	pairs = slices.Compact(pairs)
	slices.SortFunc(pairs, func(a, b string) int { return cmp.Compare(weight(b), weight(a)) }) // in the order that like adds
	var hits []hit
	for _, s := range names {
		h := hit{name: s}
		for _, p := range pairs {
			if strings.Contains(s, p) {
				h.weight += weight(p)
			}
		}
		if h.weight > 0 {
			hits = append(hits, h)
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(len(a.name), len(b.name)), cmp.Compare(a.name, b.name))
	})
	for _, h := range hits[:min(n, len(hits))] {
		found = append(found, h.name)
	}
	return found
}

// shortName draws from so few letters that names share pairs, weigh the same and repeat a pair.
func shortName() *rapid.Generator[string] {
	return rapid.StringOfN(rapid.RuneFrom([]rune("アイウ工業")), 0, 7, -1)
}

func TestLikeAgainstAllNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newNameBook(rapid.SliceOfN(shortName(), 0, 30).Draw(t, "names"))
		// A second search with the tally of the first gives what it gives alone.
		for _, about := range []string{"name", "next name"} {
			name, n := shortName().Draw(t, about), rapid.IntRange(1, 12).Draw(t, "most")
			if got, want := b.search(name, n), bruteLike(b.names, name, n); !slices.Equal(got, want) {
				t.Fatalf("the %d names that are like %q are %q, by all names %q; of %q", n, name, got, want, b.names)
			}
		}
	})
}

// TestLikeTies has many names of one weight: the shorter ones come first, then the order of their letters.
func TestLikeTies(t *testing.T) {
	var names, want []string
	for _, tail := range []string{"", "ア", "イ", "アア", "アイ", "イア", "イイ"} {
		want = append(want, "工業"+tail)
		names = append([]string{"工業" + tail}, names...)
	}
	b := newNameBook(append(names, "サイゼ", "ア", "業工"))
	for n := range len(want) + 1 {
		if got := b.search("東工業", n); !slices.Equal(got, want[:n]) {
			t.Errorf("the %d names like 東工業 are %q, want %q", n, got, want[:n])
		}
	}
	if got := b.search("サイゼ工業", 2); got[0] != "サイゼ" {
		t.Errorf("like サイゼ工業 are %q: the rarer pair outweighs the common one", got)
	}
}

func TestLikeOfTooLittle(t *testing.T) {
	b := newNameBook([]string{"ア", "アイ", "工業"})
	for _, name := range []string{"", "ア", "工", "ウ", "業工", "\ufffd\ufffd"} {
		if got := b.search(name, 5); got != nil {
			t.Errorf("like %q are %q, want none: they share no pair", name, got)
		}
	}
	if got := newNameBook(nil).search("工業", 5); got != nil {
		t.Errorf("in no names %q are like 工業", got)
	}
}

// TestLikeConcurrently is for the race detector, too: searches share tallies one after the other, never at once.
func TestLikeConcurrently(t *testing.T) {
	var names []string
	for i := range 300 {
		names = append(names, fmt.Sprintf("%03o工業%03o", i, 7*i%300))
	}
	b := newNameBook(names)
	alone := map[string][]string{}
	for _, s := range names {
		alone[s] = b.search(s, 20)
	}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range names {
				s := names[(i*(worker+1))%len(names)]
				if got := b.search(s, 20); !slices.Equal(got, alone[s]) {
					t.Errorf("like %q are %q, beside other searches %q", s, alone[s], got)
				}
			}
		})
	}
	wg.Wait()
}

// touchedBy is how many names a search looks at.
func (b *nameBook) touchedBy(name string) (n int) {
	t := &tally{weight: make([]float32, b.end)}
	b.tallies = sync.Pool{New: func() any { return t }}
	b.search(name, 1)
	for _, term := range t.touched[:cap(t.touched)] {
		if term != 0 {
			n++
		}
	}
	return n
}

// TestLikeIsBounded holds that the commonest pairs are passed over where rarer ones have found enough.
func TestLikeIsBounded(t *testing.T) {
	names := []string{"サイゼ", "ンン"}
	const each = maxTouched/3 + maxTouched/10
	for _, common := range []string{"工業", "商事", "建設"} {
		for i := range each {
			names = append(names, fmt.Sprintf("%s%c%c", common, '一'+i/200, '亜'+i%200))
		}
	}
	b := newNameBook(names)
	for _, c := range []struct {
		about, name string
		most        int
	}{
		{"a rare name", "サイゼ", 1},
		{"one common pair beside it", "サイゼ工業", 1 + each},
		{"two", "サイゼ工業商事", 1 + 2*each},
		{"three", "サイゼ工業商事建設", 1 + 2*each},
		{"nothing but common pairs", "工業商事建設", 2 * each},
		{"one letter repeated", "ンンンンンンンンンン工業商事建設", maxTouched},
	} {
		t.Run(c.about, func(t *testing.T) {
			if got := b.touchedBy(c.name); got > c.most {
				t.Errorf("the search for %s looked at %d names of %d, want at most %d", c.name, got, len(names), c.most)
			}
			if got := b.search(c.name, 1); strings.HasPrefix(c.name, "サイゼ") && got[0] != "サイゼ" {
				t.Errorf("like %s is %q, want サイゼ", c.name, got)
			}
		})
	}
}

// TestBitsByHand computes what the letters of two names are worth on paper.
func TestBitsByHand(t *testing.T) {
	g := newNameBook([]string{"アカ", "アキ"}).grams // with their ends six letters: ア twice, カ, キ, the end twice
	for _, c := range []struct {
		a, b rune
		want float64 // the chance
	}{
		{opening, 'ア', (1 + 4*1.5/7) / (1 + 4)}, // of the one other name
		{opening, 'カ', (0 + 4*0.5/7) / (1 + 4)},
		{'ア', 'カ', (0 + 4*0.5/7) / (1 + 4)}, // no name but the one that has it
		{'カ', closing, (0 + 4*1.5/7) / (0 + 4)},
		{'ア', 'ウ', (0 + 4*0.5/7) / (1 + 4)},
		{'ウ', 'ア', (0 + 4*1.5/7) / (0 + 4)},
		{'ウ', 'エ', 0.5 / 7},
	} {
		if got := math.Exp2(-g.bits(c.a, c.b)); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("the chance of %q after %q is %v, want %v", c.b, c.a, got, c.want)
		}
	}
	first, second := -math.Log2(1.5/7), -math.Log2((0+4*0.5/7)/(1+4))
	if got := g.surprise([]rune("アカ")); math.Abs(got[0]-first) > 1e-12 || math.Abs(got[1]-second) > 1e-12 {
		t.Errorf("the bits of アカ are %v, want %v and %v", got, first, second)
	}
	want := registryNames * (1 + 4*1.5/7) / 5 * (4 * 0.5 / 7) / 5 * 1.5 / 7
	if got := g.expected("アカ"); math.Abs(got-want) > 1e-6 {
		t.Errorf("%v companies are expected to be an アカ, want %v", got, want)
	}
}

// TestBitsAreChances holds that what may follow a letter has a chance of 1 at most, all together, and one letter that no
// name has with it.
func TestBitsAreChances(t *testing.T) {
	const unknown = '鼈'
	rapid.Check(t, func(t *rapid.T) {
		g := newNameBook(rapid.SliceOfN(shortName(), 0, 30).Draw(t, "names")).grams
		letters := []rune{unknown, closing}
		for r := range g.letters {
			if r != opening && r != closing {
				letters = append(letters, r)
			}
		}
		for _, a := range append([]rune{opening}, letters...) {
			if a == closing {
				continue // nothing follows
			}
			sum := 0.0
			for _, b := range letters {
				bits := g.bits(a, b)
				if math.IsNaN(bits) || math.IsInf(bits, 0) || bits < 0 {
					t.Fatalf("%q after %q is worth %v bits", b, a, bits)
				}
				sum += math.Exp2(-bits)
			}
			if sum > 1+1e-12 {
				t.Fatalf("the chances of all that may follow %q sum to %v", a, sum)
			}
		}
	})
}

// TestSurpriseIsBounded also holds it beside bits: no letter is worth more than these say.
func TestSurpriseIsBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := newNameBook(rapid.SliceOfN(shortName(), 0, 30).Draw(t, "names")).grams
		name := []rune(rapid.OneOf(shortName(), rapid.String()).Draw(t, "name"))
		got := g.surprise(name)
		if len(got) != len(name) {
			t.Fatalf("%d letters have %d surprises", len(name), len(got))
		}
		for i, bits := range got {
			alone := -math.Log2(g.alone(name[i]))
			most := alone
			if i > 0 {
				most = min(alone+4, g.bits(name[i-1], name[i]))
			}
			if math.IsNaN(bits) || bits < 0 || bits > most {
				t.Fatalf("letter %d of %q is worth %v bits, want 0 to %v", i, string(name), bits, most)
			}
		}
	})
}

// TestExpectedFalls holds that a letter that no name has makes a name rarer wherever it stands, and that there are never
// more of a name than names.
func TestExpectedFalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := newNameBook(rapid.SliceOfN(shortName(), 0, 30).Draw(t, "names")).grams
		name := []rune(shortName().Draw(t, "name"))
		before := g.expected(string(name))
		at := rapid.IntRange(0, len(name)).Draw(t, "place")
		longer := string(slices.Insert(name, at, '鼈'))
		after := g.expected(longer)
		if !(after > 0 && after < before && before <= registryNames) {
			t.Fatalf("of %q %v are expected, of %q %v", string(name), before, longer, after)
		}
	})
}

// TestExpectedOfCommonNames has the common pairs outweigh the rare ones.
func TestExpectedOfCommonNames(t *testing.T) {
	var names []string
	for i := range 200 {
		names = append(names, fmt.Sprintf("%c商事", '一'+i), fmt.Sprintf("%cサイゼ%c", '亜'+i, '一'+i))
	}
	g := newNameBook(names).grams
	order := []string{"商事", "丁商事", "丁商事鼈", "丁事商鼈"}
	for i := 1; i < len(order); i++ {
		if a, b := g.expected(order[i-1]), g.expected(order[i]); a <= b {
			t.Errorf("of %s %v are expected, of %s %v: want fewer", order[i-1], a, order[i], b)
		}
	}
}
