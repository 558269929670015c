package sampling

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nayose"
)

func ticket(stratum string, i int, sure float64) Ticket[string] {
	id := fmt.Sprint(stratum, " ", i)
	return Ticket[string]{stratum, nayose.NewID(id), sure, id}
}

func lotteryOf(size int, seed uint64, tickets []Ticket[string]) *Lottery[string] {
	l := New[string](size, seed)
	for _, t := range tickets {
		l.Add(t)
	}
	return l
}

// sums are how many were drawn of each stratum, and what their weights add up to.
func sums(list []Drawn[string]) (drawn map[string]int, weight map[string]float64) {
	drawn, weight = map[string]int{}, map[string]float64{}
	for _, d := range list {
		drawn[d.Stratum]++
		weight[d.Stratum] += d.Weight
	}
	return drawn, weight
}

// allocations are the ways to draw.
var allocations = map[string]func(*Lottery[string]) []Drawn[string]{
	"Neyman": (*Lottery[string]).Neyman,
	"Even":   (*Lottery[string]).Even,
}

// TestDraws: whatever there is and in whatever order it comes, a draw has the size that was asked for or all that there is, has something of
// each stratum if it can, nothing twice, and weights that add up to each stratum; the seed alone decides which, and a second draw is the same.
func TestDraws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(1, 60), 0, 7).Draw(t, "sizes")
		size := rapid.IntRange(1, 80).Draw(t, "size")
		seed := rapid.Uint64().Draw(t, "seed")
		var tickets []Ticket[string]
		of := map[string]int{}
		for i, n := range sizes {
			name := string(rune('a' + i))
			of[name] = n
			for k := range n {
				tickets = append(tickets, ticket(name, k, rapid.SampledFrom([]float64{0, 0.1, 0.3, 0.5, 0.999, 1}).Draw(t, "sure")))
			}
		}
		l, again := lotteryOf(size, seed, tickets), lotteryOf(size, seed, rapid.Permutation(tickets).Draw(t, "order"))
		if l.Len() != len(tickets) || l.Strata() != len(sizes) {
			t.Fatalf("Len = %d, Strata = %d, want %d, %d", l.Len(), l.Strata(), len(tickets), len(sizes))
		}
		for _, s := range l.strata {
			if len(s.first) > 2*size {
				t.Fatalf("of %s %d tickets are held for %d draws", s.name, len(s.first), size)
			}
		}
		for name, draw := range allocations {
			list := draw(l)
			if len(list) != min(size, len(tickets)) {
				t.Fatalf("%s: %d are drawn of %d, want %d", name, len(list), len(tickets), size)
			}
			drawn, weight := sums(list)
			for stratum, n := range of {
				if drawn[stratum] == 0 && size < len(sizes) {
					continue // for which there is no room
				}
				if drawn[stratum] == 0 || drawn[stratum] > n || math.Abs(weight[stratum]-float64(n)) > 1e-6 {
					t.Fatalf("%s: of %s are drawn %d of %d, with the weight %v", name, stratum, drawn[stratum], n, weight[stratum])
				}
			}
			items := slices.SortedFunc(slices.Values(list), func(a, b Drawn[string]) int { return cmp.Compare(a.Item, b.Item) })
			if len(slices.Compact(items)) != len(list) {
				t.Fatalf("%s: something is drawn twice", name)
			}
			if !slices.Equal(list, draw(again)) || !slices.Equal(list, draw(l)) {
				t.Fatalf("%s: the order of tickets decides what is drawn", name)
			}
		}
	})
}

// TestSeed: another seed draws others, each mention of a stratum as often as the next, and in an order in which strata do not show.
func TestSeed(t *testing.T) {
	const mentions, size, seeds = 50, 10, 2000
	var tickets []Ticket[string]
	for i := range mentions {
		tickets = append(tickets, ticket(string(rune('a'+i%2)), i, 1))
	}
	times, firsts := map[string]int{}, map[string]int{}
	for seed := range uint64(seeds) {
		list := lotteryOf(size, seed, tickets).Even()
		firsts[list[0].Item]++
		for _, d := range list {
			times[d.Item]++
		}
	}
	for _, x := range tickets { // 400 with a deviation of 18, and 40 with one of 6
		if n, first := times[x.Item], firsts[x.Item]; n < 310 || n > 490 || first < 10 || first > 70 {
			t.Errorf("of %d seeds %d draw %s, %d as the first; want about 400 and 40", seeds, n, x.Item, first)
		}
	}
}

// TestNeyman: each stratum has two, and the uncertain have more.
func TestNeyman(t *testing.T) {
	var tickets []Ticket[string]
	for stratum, s := range map[string]struct {
		n    int
		sure float64
	}{"unmatched": {1, 0.999}, "review": {199, 0.6}, "matched": {800, 0.999}, "sure": {20, 1}} {
		for i := range s.n {
			tickets = append(tickets, ticket(stratum, i, s.sure))
		}
	}
	for _, c := range []struct {
		size int
		want map[string]int
	}{
		{52, map[string]int{"unmatched": 1, "review": 27, "matched": 22, "sure": 2}}, // 199·√0.24 to 800·0.1 is 97 to 80
		{7, map[string]int{"unmatched": 1, "review": 2, "matched": 2, "sure": 2}},
		{5000, map[string]int{"unmatched": 1, "review": 199, "matched": 800, "sure": 20}},
	} {
		drawn, _ := sums(lotteryOf(c.size, 1, tickets).Neyman())
		if diff := gocmp.Diff(c.want, drawn); diff != "" {
			t.Errorf("of %d drawn (-want +got):\n%s", c.size, diff)
		}
	}
}

// TestNeymanIsBest holds the allocation against all others of a small lottery, each with two of every stratum, by the variance of its estimate.
func TestNeymanIsBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const strata = 3
		var n [strata]int
		var spread [strata]float64
		var tickets []Ticket[string]
		for i := range strata {
			n[i] = rapid.IntRange(2, 40).Draw(t, "mentions")
			sure := rapid.Float64Range(0.5, 0.98).Draw(t, "sure")
			spread[i] = math.Sqrt(sure * (1 - sure))
			for k := range n[i] {
				tickets = append(tickets, ticket(string(rune('a'+i)), k, sure))
			}
		}
		size := rapid.IntRange(2*strata, min(30, n[0]+n[1]+n[2])).Draw(t, "size")
		variance := func(drawn ...int) (v float64) {
			for i, k := range drawn {
				v += float64(n[i]*n[i]) * spread[i] * spread[i] / float64(k)
			}
			return v
		}
		drawn, _ := sums(lotteryOf(size, 1, tickets).Neyman())
		got := variance(drawn["a"], drawn["b"], drawn["c"])
		for a := 2; a <= n[0]; a++ {
			for b := 2; b <= n[1]; b++ {
				if c := size - a - b; c >= 2 && c <= n[2] && variance(a, b, c) < got*(1-1e-6) {
					t.Fatalf("%v are drawn with the variance %v; %d, %d and %d have %v", drawn, got, a, b, c, variance(a, b, c))
				}
			}
		}
	})
}

// TestEven: each stratum gets its share, and a small one all that it has.
func TestEven(t *testing.T) {
	of := map[string]int{"other_company": 500, "matched_review": 3, "review_matched": 40}
	var tickets []Ticket[string]
	for stratum, n := range of {
		for i := range n {
			tickets = append(tickets, ticket(stratum, i, 0))
		}
	}
	for size, want := range map[int]map[string]int{
		30: {"other_company": 14, "matched_review": 3, "review_matched": 13},
		2:  {"other_company": 1, "review_matched": 1},
	} {
		drawn, _ := sums(lotteryOf(size, 1, tickets).Even())
		if diff := gocmp.Diff(want, drawn); diff != "" {
			t.Errorf("of %d drawn (-want +got):\n%s", size, diff)
		}
	}
}

// TestTurnout: whatever is answered, the answers stand for all of the strata that have one.
func TestTurnout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var turnout Turnout[string]
		answers, want := map[string]int{}, 0.0
		for stratum := range 4 {
			name, n := fmt.Sprint(stratum), rapid.IntRange(1, 20).Draw(t, "drawn")
			weight := rapid.Float64Range(1, 1000).Draw(t, "weight")
			for range n {
				turnout.Drawn(name, weight)
			}
			if answers[name] = rapid.IntRange(0, n).Draw(t, "answers"); answers[name] > 0 {
				want += float64(n) * weight
			}
			for range answers[name] {
				turnout.Answered(name)
			}
		}
		got := 0.0
		for name, n := range answers {
			for range n {
				got += turnout.Weight(name)
			}
		}
		if math.Abs(got-want) > 1e-6*want {
			t.Errorf("the answers stand for %v, want %v", got, want)
		}
	})
}

func TestBand(t *testing.T) {
	for p, want := range map[float64]string{0: "0-0.5", 0.499: "0-0.5", 0.5: "0.5-0.9", 0.98: "0.98-0.995", 0.995: "0.995-1", 1: "0.995-1"} {
		if got := BandOf(p).String(); got != want {
			t.Errorf("BandOf(%v) = %q, want %q", p, got, want)
		}
	}
}

// TestChance pins a draw: other numbers would make other folds, and figures that cannot be compared with older ones.
func TestChance(t *testing.T) {
	if got, want := Chance("fold", "1234567890123"), 0.5677451229785621; got != want {
		t.Errorf("Chance = %v, want %v", got, want)
	}
	var sum, product float64
	for i := range 10_000 {
		id := fmt.Sprint(i)
		v := Chance("fold", id)
		if v < 0 || v >= 1 {
			t.Fatalf("Chance of %s is %v", id, v)
		}
		sum += v
		product += (v - 0.5) * (Chance("delivery", id) - 0.5)
	}
	if mean := sum / 10_000; math.Abs(mean-0.5) > 0.01 {
		t.Errorf("chances have the mean %v", mean)
	}
	if covariance := product / 10_000; math.Abs(covariance) > 0.005 {
		t.Errorf("chances for two purposes go together: covariance %v", covariance)
	}
}

// ExampleLottery is the example of the package's comment.
func ExampleLottery() {
	l := New[string](12, 1)
	for i := range 1000 {
		stratum, sure := "matched", 0.99
		if i >= 900 {
			stratum, sure = "review", 0.5
		}
		l.Add(ticket(stratum, i, sure))
	}
	of := map[string]int{}
	var weight float64
	for _, d := range l.Neyman() {
		of[fmt.Sprintf("%s × %v", d.Stratum, d.Weight)]++
		weight += d.Weight
	}
	fmt.Println(of, weight)
	// Output: map[matched × 112.5:8 review × 25:4] 1000
}

// BenchmarkLottery draws 500 of a million mentions in forty strata.
func BenchmarkLottery(b *testing.B) {
	tickets := make([]Ticket[*string], 1_000_000)
	for i := range tickets {
		tickets[i] = Ticket[*string]{fmt.Sprint(i % 40), nayose.NewID(fmt.Sprint(i)), float64(i%10) / 10, nil}
	}
	b.ReportAllocs()
	for b.Loop() {
		l := New[*string](500, 1)
		for _, t := range tickets {
			l.Add(t)
		}
		if len(l.Neyman()) != 500 {
			b.Fatal("not 500 are drawn")
		}
	}
}
