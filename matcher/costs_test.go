package matcher

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nayose"
)

// withCosts is the default model with other costs.
func withCosts(t failer, wrongMatch, missedMatch float64) *Model {
	m, err := DefaultModel().WithCosts(Costs{wrongMatch, missedMatch})
	if err != nil {
		t.Fatalf("costs %v and %v: %v", wrongMatch, missedMatch, err)
	}
	return m
}

// TestOutcomeByCosts holds the probabilities from which a match and an unmatched cost less than a review: 1 − 1/cost.
func TestOutcomeByCosts(t *testing.T) {
	certain := &candidate{}
	certain.levels[byName] = nameSame
	for _, c := range []struct{ cost, from float64 }{{2, 0.5}, {4, 0.75}, {10, 0.9}, {100, 0.99}, {1.25, 0.2}, {1e6, 0.999999}} {
		below, at := math.Nextafter(1-1/c.cost, 0), 1-1/c.cost
		if math.Abs(at-c.from) > 1e-12 {
			t.Errorf("at a cost of %v the threshold is %v, want %v", c.cost, at, c.from)
		}
		if got := (Costs{c.cost, c.cost}); got.MatchedAt() != at || got.UnmatchedAt() != at {
			t.Errorf("costs of %v decide from %v and %v on, want %v", c.cost, got.MatchedAt(), got.UnmatchedAt(), at)
		}
		m := New(nil, withCosts(t, c.cost, 1e6))
		if got := m.outcome(certain, at, 0); got != nayose.Matched {
			t.Errorf("a wrong match costs %v: at %v the outcome is %s, want matched", c.cost, at, got)
		}
		if got := m.outcome(certain, below, 0); got != nayose.Review {
			t.Errorf("a wrong match costs %v: at %v the outcome is %s, want review", c.cost, below, got)
		}
		m = New(nil, withCosts(t, 1e6, c.cost))
		if got := m.outcome(certain, 0, at); got != nayose.Unmatched {
			t.Errorf("a missed match costs %v: with none at %v the outcome is %s, want unmatched", c.cost, at, got)
		}
		if got := m.outcome(certain, 0, below); got != nayose.Review {
			t.Errorf("a missed match costs %v: with none at %v the outcome is %s, want review", c.cost, below, got)
		}
	}
}

// TestUncertainIsNeverMatched holds that no probability matches what nothing ties to the mention but a likeness.
func TestUncertainIsNeverMatched(t *testing.T) {
	m := New(nil, withCosts(t, 1.25, 1e6))
	for _, c := range []struct {
		about string
		set   map[comparison]level
		want  nayose.Outcome
	}{
		{"the name", map[comparison]level{byName: nameSame}, nayose.Matched},
		{"a part of it with its form", map[comparison]level{byName: namePart}, nayose.Matched},
		{"a closed company", map[comparison]level{byName: nameSame, byStatus: statusClosed, byNumber: numberSame}, nayose.Review},
		{"another form", map[comparison]level{byName: nameSame, byForm: formDiffers, byPhone: phoneSame}, nayose.Review},
		{"another form, but the number", map[comparison]level{byForm: formDiffers, byNumber: numberSame}, nayose.Matched},
		{"a likeness", map[comparison]level{byName: nameSimilar, byAddress: addressNumber, byDomain: domainSame}, nayose.Review},
		{"a likeness and the phone", map[comparison]level{byName: nameSimilar, byPhone: phoneSame}, nayose.Matched},
		{"a likeness and a shared phone", map[comparison]level{byName: nameSimilar, byPhone: phoneShared}, nayose.Review},
		{"its name inside and the address", map[comparison]level{byName: nameInside, byAddress: addressNumber}, nayose.Matched},
		{"its beginning", map[comparison]level{byName: nameBegins, byAddress: addressBlock}, nayose.Review},
		{"its beginning and the address", map[comparison]level{byName: nameBegins, byAddress: addressNumber}, nayose.Matched},
		{"its beginning and an office tower", map[comparison]level{byName: nameBegins, byAddress: addressTower}, nayose.Review},
		{"its beginning and the domain", map[comparison]level{byName: nameBegins, byDomain: domainSame}, nayose.Matched},
		{"the workplace's name", map[comparison]level{byName: nameWorkplace, byDomain: domainSame}, nayose.Review},
		{"a workplace's name", map[comparison]level{byName: nameOfWorkplace}, nayose.Review},
		{"a workplace's name in its block", map[comparison]level{byName: nameOfWorkplace, byAddress: addressBlock}, nayose.Review},
		{"a workplace's name in its tower", map[comparison]level{byName: nameOfWorkplace, byAddress: addressTower}, nayose.Review},
		{"a workplace's name and address", map[comparison]level{byName: nameOfWorkplace, byAddress: addressNumber}, nayose.Matched},
		{"a workplace's name and site", map[comparison]level{byName: nameOfWorkplace, byDomain: domainSame}, nayose.Matched},
		{"a workplace's name and phone", map[comparison]level{byName: nameOfWorkplace, byPhone: phoneWorkplace}, nayose.Matched},
		{"a workplace's name with another form", map[comparison]level{byName: nameOfWorkplace, byForm: formDiffers, byPhone: phoneWorkplace}, nayose.Review},
		{"a piece of the name and a workplace's phone", map[comparison]level{byName: nameBegins, byPhone: phoneWorkplace}, nayose.Matched},
		{"a likeness and a workplace's phone", map[comparison]level{byName: nameSimilar, byPhone: phoneWorkplace, byAddress: addressNumber}, nayose.Review},
		{
			"another's name at the workplace of this name",
			map[comparison]level{byName: nameSameWorkplace, byPhone: phoneSame, byAddress: addressNumber, byDomain: domainSame},
			nayose.Review,
		},
		{"an alias", map[comparison]level{byName: nameAlias}, nayose.Review},
		{"an alias and the address", map[comparison]level{byName: nameAlias, byAddress: addressNumber}, nayose.Matched},
		{"no name but the number", map[comparison]level{byNumber: numberSame}, nayose.Matched},
		{"nothing", nil, nayose.Review},
	} {
		var best candidate
		for by, l := range c.set {
			best.levels[by] = l
		}
		if got := m.outcome(&best, 1, 0); got != c.want {
			t.Errorf("%s at probability 1 is %s, want %s", c.about, got, c.want)
		}
	}
}

// TestDearerMeansFewer holds that the dearer a mistake is, the fewer answers risk it, and that costs change nothing else.
func TestDearerMeansFewer(t *testing.T) {
	master := newTestMatcher(t, town).master
	cost := rapid.Custom(func(t *rapid.T) float64 { return 1 + math.Exp2(rapid.Float64Range(-4, 16).Draw(t, "bits")) })
	rapid.Check(t, func(t *rapid.T) {
		x := mention().Draw(t, "mention")
		wrong, missed, more := cost.Draw(t, "wrong match"), cost.Draw(t, "missed match"), rapid.Float64Range(1, 10).Draw(t, "times")
		before := New(master, withCosts(t, wrong, missed)).Match(&x)
		dearer := New(master, withCosts(t, wrong*more, missed)).Match(&x)
		if dearer.Outcome == nayose.Matched && before.Outcome != nayose.Matched {
			t.Fatalf("a wrong match that costs %v is risked, one that costs %v not\n%s", wrong*more, wrong, explain(dearer))
		}
		if before.Outcome != nayose.Matched && dearer.Outcome != before.Outcome {
			t.Fatalf("%s becomes %s where a wrong match costs more", before.Outcome, dearer.Outcome)
		}
		missedMore := New(master, withCosts(t, wrong, missed*more)).Match(&x)
		if missedMore.Outcome == nayose.Unmatched && before.Outcome != nayose.Unmatched {
			t.Fatalf("a match that is missed at the cost of %v, is not at %v\n%s", missed*more, missed, explain(missedMore))
		}
		if before.Outcome == nayose.Matched && missedMore.Outcome != nayose.Matched {
			t.Fatalf("%s becomes %s where a missed match costs more", before.Outcome, missedMore.Outcome)
		}
		for _, other := range []nayose.Match{dearer, missedMore} {
			other.Outcome = before.Outcome
			if diff := cmp.Diff(before, other); diff != "" {
				t.Fatalf("costs change more than the outcome:\n%s", diff)
			}
		}
	})
}

func TestWithCosts(t *testing.T) {
	model := DefaultModel()
	own, digest := model.Costs, model.Digest()
	seen := map[string]Costs{digest: own}
	for _, c := range []struct{ given, want Costs }{
		{Costs{}, own},
		{own, own},
		{Costs{WrongMatch: own.WrongMatch}, own},
		{Costs{MissedMatch: own.MissedMatch}, own},
		{Costs{WrongMatch: 20}, Costs{20, own.MissedMatch}},
		{Costs{MissedMatch: 20}, Costs{own.WrongMatch, 20}},
		{Costs{20, 30}, Costs{20, 30}},
		{Costs{30, 20}, Costs{30, 20}},
		{Costs{1.001, 1e6}, Costs{1.001, 1e6}},
	} {
		got, err := model.WithCosts(c.given)
		if err != nil || got.Costs != c.want {
			t.Errorf("WithCosts(%+v) has %+v, %v, want %+v", c.given, got, err, c.want)
			continue
		}
		if known, ok := seen[got.Digest()]; ok && known != c.want || len(got.Digest()) != 64 {
			t.Errorf("costs %+v and %+v have the digest %q", c.want, known, got.Digest())
		}
		if again, err := model.WithCosts(c.given); err != nil || again.Digest() != got.Digest() {
			t.Errorf("costs %+v have two digests", c.given)
		}
		if (got.Digest() == digest) != (c.want == own) {
			t.Errorf("costs %+v have the digest of the model's own: %v", c.want, got.Digest() == digest)
		}
		seen[got.Digest()] = c.want
	}
	if model.Costs != own || model.Digest() != digest {
		t.Errorf("WithCosts changed the model to %+v", model.Costs)
	}
	if len(seen) != 6 {
		t.Errorf("six models have %d digests", len(seen))
	}
}

func TestWithCostsRefuses(t *testing.T) {
	for _, wrong := range []float64{1, 0.5, -1, -0.001, 1.1e6, math.Inf(1), math.Inf(-1), math.NaN()} {
		for _, c := range []Costs{{WrongMatch: wrong}, {MissedMatch: wrong}, {wrong, 10}, {wrong, wrong}} {
			got, err := DefaultModel().WithCosts(c)
			var fault *nayose.Error
			if got != nil || !errors.As(err, &fault) || fault.Kind != nayose.Usage {
				t.Errorf("WithCosts(%+v): %v, want a usage error", c, err)
			}
		}
	}
}
