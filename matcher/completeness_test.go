package matcher

import (
	"math"
	"math/rand/v2"
	"testing"
)

// simulated are sightings of a prefecture whose employers the master lacks with a known chance. What a mention looks like is
// one number, drawn around apart where the master has its company and around 0 where not, with the spread of 1: so the
// odds are those of two normal distributions, and the more apart they are, the clearer are the sightings.
func simulated(random *rand.Rand, n int, pref uint8, missing, apart float64) (seen []sighting) {
	for range n {
		x := random.NormFloat64()
		if random.Float64() >= missing {
			x += apart
		}
		seen = append(seen, sighting{true, pref, math.Exp(apart*x - apart*apart/2)})
	}
	return seen
}

// TestEstimateOfKnownShares lets the master lack a known share, with the model's far from it.
func TestEstimateOfKnownShares(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, share := range []float64{0.02, 0.05, 0.3, 0.6, 0.95} {
		for _, c := range []struct {
			n           int
			apart, most float64 // points that the estimate may be off
		}{{4000, 6, 0.02}, {4000, 3, 0.03}, {1000, 4, 0.04}, {10_000, 1.5, 0.05}} {
			for _, model := range []float64{0.05, 0.22, 0.5} {
				seen := simulated(random, c.n, 13, share, c.apart)
				if got := estimate(seen, model)[13]; math.Abs(got-share) > c.most {
					t.Errorf("the master lacks %v of %+v; estimated from the model's %v: %.3f", share, c, model, got)
				}
			}
		}
	}
}

// TestEstimateByPrefecture has a master that knows one prefecture well, another badly, and a third by a few sightings.
func TestEstimateByPrefecture(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	seen := simulated(random, 1500, 13, 0.1, 5)
	seen = append(seen, simulated(random, 500, 27, 0.6, 5)...)
	seen = append(seen, simulated(random, 300, 0, 0.35, 5)...) // of no prefecture
	seen = append(seen, simulated(random, 3, 47, 1, 5)...)
	random.Shuffle(len(seen), func(i, j int) { seen[i], seen[j] = seen[j], seen[i] })
	got := estimate(seen, 0.22)
	for pref, want := range map[int]float64{13: 0.1, 27: 0.6, 0: 0.35} {
		if math.Abs(got[pref]-want) > 0.05 {
			t.Errorf("the master lacks %v of prefecture %d, estimated %.3f", want, pref, got[pref])
		}
	}
	all := (1500*0.1 + 500*0.6 + 300*0.35 + 3) / 2303
	if math.Abs(got[1]-all) > 0.03 {
		t.Errorf("a prefecture that nothing was sighted in has %.3f, the delivery %.3f", got[1], all)
	}
	if three := (3 + regionTrust*all) / (3 + regionTrust); math.Abs(got[47]-three) > 0.03 {
		t.Errorf("three sightings of missing employers make %.3f of %.3f, want %.3f", got[47], all, three)
	}
}

// TestEstimateOfFewSightings holds that a few mentions do not outweigh the model.
func TestEstimateOfFewSightings(t *testing.T) {
	for _, model := range []float64{0.05, 0.22, 0.6} {
		for pref, got := range estimate(nil, model) {
			if math.Abs(got-model) > 1e-9 {
				t.Errorf("without a sighting prefecture %d has %v, the model %v", pref, got, model)
			}
		}
		if got := estimate([]sighting{{true, 13, 1}, {true, 13, 1}, {true, 27, 1}}, model); math.Abs(got[13]-model) > 1e-9 {
			t.Errorf("sightings that say nothing make %v of the model's %v", got[13], model)
		}
	}
}

// TestEstimateOfOneSighting is what one mention may do to its prefecture: what ten speak for is the model's share of the
// delivery, and what five speak for the delivery's of the prefecture.
func TestEstimateOfOneSighting(t *testing.T) {
	for _, c := range []struct{ odds, model, delivery, prefecture float64 }{
		{0, 0.2, (1 + 10*0.2) / 11, (1 + 5*3.0/11) / 6},
		{1e12, 0.2, 10 * 0.2 / 11, 5 * 2.0 / 11 / 6},
		{1, 0.2, 0.2, 0.2},
	} {
		got := estimate([]sighting{{true, 13, c.odds}}, c.model)
		if math.Abs(got[13]-c.prefecture) > 1e-6 || math.Abs(got[1]-c.delivery) > 1e-6 {
			t.Errorf("one sighting of odds %v makes %v of the model's %v, elsewhere %v, want %v and %v",
				c.odds, got[13], c.model, got[1], c.prefecture, c.delivery)
		}
	}
}

// TestEstimateStaysInside holds that no delivery makes anything certain: "none of them" has 1 in 200 at least.
func TestEstimateStaysInside(t *testing.T) {
	for _, odds := range []float64{0, 5e-324, 1, 1e30, math.MaxFloat64, math.Inf(1)} {
		seen := make([]sighting, 10_000)
		for i := range seen {
			seen[i] = sighting{true, uint8(i % 48), odds}
		}
		for _, model := range []float64{0.001, 0.22, 0.999} {
			for pref, got := range estimate(seen, model) {
				if !(got >= 0.005 && got <= 0.995) {
					t.Errorf("of sightings of odds %v prefecture %d lacks %v", odds, pref, got)
				}
				if odds == 0 && got < 0.9 || odds > 1 && got > 0.1 {
					t.Errorf("of sightings of odds %v prefecture %d lacks %v", odds, pref, got)
				}
			}
		}
	}
}

// TestEstimateIsDeterministic, and but for the order in which it adds does not depend on that of the sightings.
func TestEstimateIsDeterministic(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	var seen []sighting
	for pref := range uint8(48) {
		seen = append(seen, simulated(random, 20+int(pref), pref, float64(pref)/60, 3)...)
	}
	first := estimate(seen, 0.22)
	if again := estimate(seen, 0.22); again != first {
		t.Errorf("two estimates of the same sightings differ: %v and %v", first, again)
	}
	random.Shuffle(len(seen), func(i, j int) { seen[i], seen[j] = seen[j], seen[i] })
	for pref, got := range estimate(seen, 0.22) {
		if math.Abs(got-first[pref]) > 1e-9 {
			t.Errorf("prefecture %d has %v, in another order %v", pref, first[pref], got)
		}
	}
}
