package index

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestBitsByHand computes what the letters of two names are worth on paper.
func TestBitsByHand(t *testing.T) {
	x := build(t, named("アカ", "アキ")) // with their ends six letters: ア twice, カ, キ, the end twice
	for _, c := range []struct {
		a, b uint16
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
		if got := math.Exp2(-x.after(c.a, c.b)); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("the chance of %q after %q is %v, want %v", rune(c.b), rune(c.a), got, c.want)
		}
	}
	first, second := -math.Log2(1.5/7), -math.Log2((0+4*0.5/7)/(1+4))
	got := x.AppendBits([]float32{9}, AppendLetters(nil, "アカ"))
	if len(got) != 3 || got[0] != 9 || math.Abs(float64(got[1])-first) > 1e-6 || math.Abs(float64(got[2])-second) > 1e-6 {
		t.Errorf("after the bits of another letter those of アカ are %v, want 9, %v and %v", got, first, second)
	}
	want := registryNames * (1 + 4*1.5/7) / 5 * (4 * 0.5 / 7) / 5 * 1.5 / 7
	if got := x.Expected(AppendLetters(nil, "アカ")); math.Abs(got-want) > 1 {
		t.Errorf("%v companies are expected to be an アカ, want %v", got, want)
	}
}

// TestPairsAgainstNames counts the pairs of all names, and who has them.
func TestPairsAgainstNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := build(t, named(rapid.SliceOfN(shortName(), 0, 30).Draw(t, "names")...))
		bearers := map[uint32][]uint32{}
		for name := uint32(1); int(name) <= x.Names(); name++ {
			letters := slices.Concat([]uint16{opening}, x.Letters(name), []uint16{closing})
			for i := 1; i < len(letters); i++ {
				if key := pairKey(letters[i-1], letters[i]); !slices.Contains(bearers[key], name) {
					bearers[key] = append(bearers[key], name)
				}
			}
		}
		found := 0
		for _, p := range x.pairs {
			if p.key != 0 {
				found++
			}
		}
		if found != len(bearers) {
			t.Fatalf("the names have %d pairs, want %d", found, len(bearers))
		}
		for key, names := range bearers {
			p := x.pair(key)
			if p == nil || int(p.count) != len(names) {
				t.Fatalf("pair %08x is %+v, want %d names", key, p, len(names))
			}
			if key>>16 != opening && uint16(key) != closing && !slices.Equal(x.postings[p.first:p.first+p.count], names) {
				t.Fatalf("the names of pair %08x are %v, want %v", key, x.postings[p.first:p.first+p.count], names)
			}
			if want := x.surprise(uint16(key>>16), uint16(key), p.count); p.bits != float32(want) {
				t.Fatalf("pair %08x is worth %v bits, want %v", key, p.bits, want)
			}
		}
	})
}

// TestBitsAreChances holds that what may follow a letter has a chance of 1 at most, all together, and one letter that no
// name has with it.
func TestBitsAreChances(t *testing.T) {
	const unknown = '鼈'
	rapid.Check(t, func(t *rapid.T) {
		x := build(t, named(rapid.SliceOfN(shortName(), 0, 30).Draw(t, "names")...))
		letters := []uint16{unknown, closing}
		for l, n := range x.letterCount {
			if n > 0 && l > closing {
				letters = append(letters, uint16(l))
			}
		}
		for _, a := range append([]uint16{opening}, letters...) {
			if a == closing {
				continue // nothing follows
			}
			sum := 0.0
			for _, b := range letters {
				bits := x.after(a, b)
				if math.IsNaN(bits) || math.IsInf(bits, 0) || bits < 0 {
					t.Fatalf("%q after %q is worth %v bits", rune(b), rune(a), bits)
				}
				sum += math.Exp2(-bits)
			}
			if sum > 1+1e-6 {
				t.Fatalf("the chances of all that may follow %q sum to %v", rune(a), sum)
			}
		}
	})
}

// TestBitsAreBounded also holds them beside after: no letter is worth more than this says.
func TestBitsAreBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := build(t, named(rapid.SliceOfN(shortName(), 0, 30).Draw(t, "names")...))
		name := AppendLetters(nil, rapid.OneOf(shortName(), rapid.String()).Draw(t, "name"))
		got := x.AppendBits(nil, name)
		if len(got) != len(name) {
			t.Fatalf("%d letters have %d numbers of bits", len(name), len(got))
		}
		for i, bits := range got {
			alone := -math.Log2(x.chance(name[i]))
			most := alone
			if i > 0 {
				most = min(alone+4, x.after(name[i-1], name[i]))
			}
			if math.IsNaN(float64(bits)) || bits < 0 || bits > float32(most) {
				t.Fatalf("letter %d of %q is worth %v bits, want 0 to %v", i, decode(name), bits, most)
			}
		}
	})
}

// TestBitsOfStrangers has two common letters that are never neighbours: that is no more than four bits' surprise.
func TestBitsOfStrangers(t *testing.T) {
	var names []string
	for i := range 300 {
		names = append(names, fmt.Sprintf("ア%c", '一'+i), fmt.Sprintf("カ%c", '一'+i))
	}
	x := build(t, named(names...))
	bits := x.AppendBits(nil, AppendLetters(nil, "アカ"))
	alone := -math.Log2(x.chance('カ'))
	if got := float64(bits[1]) - alone; math.Abs(got-4) > 1e-6 || x.after('ア', 'カ') <= alone+4 {
		t.Errorf("カ is worth %v bits more after ア than alone, want 4 of %v", got, x.after('ア', 'カ')-alone)
	}
}

// TestExpectedFalls holds that a letter that no name has makes a name rarer wherever it stands, and that there are never
// more of a name than names.
func TestExpectedFalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := build(t, named(rapid.SliceOfN(shortName(), 0, 30).Draw(t, "names")...))
		name := AppendLetters(nil, shortName().Draw(t, "name"))
		before := x.Expected(name)
		at := rapid.IntRange(0, len(name)).Draw(t, "place")
		longer := slices.Insert(slices.Clone(name), at, '鼈')
		after := x.Expected(longer)
		if !(after > 0 && after < before && before <= registryNames) {
			t.Fatalf("of %q %v are expected, of %q %v", decode(name), before, decode(longer), after)
		}
	})
}

// TestExpectedOfCommonNames has the common pairs outweigh the rare ones.
func TestExpectedOfCommonNames(t *testing.T) {
	var names []string
	for i := range 200 {
		names = append(names, fmt.Sprintf("%c商事", '一'+i), fmt.Sprintf("%cサイゼ%c", '亜'+i, '一'+i))
	}
	x := build(t, named(names...))
	order := []string{"商事", "丁商事", "丁商事鼈", "丁事商鼈"}
	for i := 1; i < len(order); i++ {
		a, b := x.Expected(AppendLetters(nil, order[i-1])), x.Expected(AppendLetters(nil, order[i]))
		if a <= b {
			t.Errorf("of %s %v are expected, of %s %v: want fewer", order[i-1], a, order[i], b)
		}
	}
}
