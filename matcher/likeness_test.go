package matcher

import (
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/agnivade/levenshtein"
	"pgregory.net/rapid"

	"nayose/matcher/internal/index"
	"nayose/matcher/internal/reading"
)

// A named is a mention's name and the desk that it is laid beside others at.
type named struct {
	*wording
	at *desk
}

// name is a name whose letters are worth what the desk's master says.
func (d *desk) named(name string) named {
	w := &wording{Wording: reading.Wording{Loose: name}, letters: index.AppendLetters(nil, name)}
	d.worth(w)
	return named{w, d}
}

func (a named) align(name named) likeness { return a.at.align(a.wording, name.letters) }

func (a named) sum() float64 { return a.sumOf(0, len(a.bits)) }

// sumOf is the bits of the letters from i to j.
func (a named) sumOf(i, j int) (sum float64) {
	for _, b := range a.bits[i:j] {
		sum += float64(b)
	}
	return sum
}

// flat is a name of which each letter is worth as much, wherever it stands. Of a company's name that holds the mention's, the
// letters are worth 3 bits: what its master says, where of the six letters and ends of names none stands twice.
func flat(name string, bits float64) named {
	n := flatDesk().named(name)
	for i := range n.bits {
		n.bits[i] = float32(bits)
	}
	return n
}

var flatDesk = sync.OnceValue(func() *desk { return newNameDesk([]string{"鼈鼇"}) })

// newNameDesk is a desk of a master of companies with these names, with what else a master knows by name strewn in.
func newNameDesk(names []string) *desk {
	return newDesk(newMatcherOf(len(names), func(i int) index.Entry {
		return index.Entry{
			Name: index.Name{Loose: names[i]}, Kana: names[i] + "ヨ", Office: index.Place{City: names[i], Town: names[i]},
		}
	}))
}

// shortName draws from so few letters that names share pairs, weigh the same and repeat a pair.
func shortName() *rapid.Generator[string] {
	return rapid.StringOfN(rapid.RuneFrom([]rune("アイウ工業")), 0, 7, -1)
}

func TestAlignLevels(t *testing.T) {
	for _, c := range []struct {
		mention, company string
		bits             float64 // of each letter
		want             level
		shared           int // letters
	}{
		{"アカネ工業", "アカネ", 3, nameBegins, 3},
		{"アカネ新宿店", "アカネ", 3, nameBranch, 3},
		{"アカネ札幌営業所", "アカネ", 3, nameBranch, 3},
		{"アカネ営業所", "アカネ営業", 3, nameBegins, 5}, // 所 alone is no branch
		{"新宿アカネ", "アカネ", 3, nameInside, 3},
		{"新宿アカネ店", "アカネ", 3, nameInside, 3}, // a branch goes on where the company's name ends
		{"アカネ", "アカネ工業", 3, nameShortened, 3},
		{"アカネ", "アカネ新宿店", 3, nameShortened, 3}, // 店 is the company's own
		{"アカネ", "新宿アカネ", 3, nameWithin, 3},
		{"カネ", "アカネ工業", 3, nameWithin, 2},
		{"アカアカネ", "アカネ", 3, nameInside, 3},  // at its second beginning
		{"アカネアカネ", "アカネ", 3, nameBegins, 3}, // the first place counts
		{"アカネ工業", "ア", 3, nameUnlike, 0},    // a letter is no piece
		{"ア", "アカネ工業", 3, nameUnlike, 0},
		{"", "アカネ工業", 3, nameUnlike, 0},
		{"アカネ工業", "", 3, nameUnlike, 0},

		{"アカネ工業", "アカネ工務", 3, nameNear, 4},
		{"アカネ工業", "アオネ工業", 3, nameNear, 3}, // ア alone is no run
		{"アカネ工業", "アカネノ工業", 3, nameNear, 5},
		{"アカノネ工業", "アカネ工業", 3, nameNear, 5},
		{"アカネ工", "アカオ工", 3, nameNear, 2},
		{"アカネ", "アオネ", 3, nameUnlike, 0}, // one of three letters is another name
		{"アカネ工", "アネ工", 3, nameNear, 2},
		{"アネ工", "アカネ工", 3, nameUnlike, 0}, // the mention's three letters are too few, two shared ones worth too little
		{"アカネ工業", "アネカ工業", 3, nameUnlike, 0},

		{"アカネ工業所", "アカネ商事", 3, nameStarts, 3},
		{"アカネ工業所", "アカネ商事", 2, nameUnlike, 0}, // three letters that many names begin with
		{"アカネ工業所", "アカオ商事", 3, nameUnlike, 0},
		{"アカネ工業所", "アカオ商事", 4, nameSimilar, 2},
		{"東京アカネ工業", "大阪アカネ商事", 3, nameSimilar, 3},
		{"東京アカネ工業", "大阪アカネ商事", 2, nameUnlike, 0},
		{"東京アカネ商事部", "大阪アカネ商事社", 2, nameSimilar, 5},
		{"東京アカネ工業", "札幌水産", 9, nameUnlike, 0},
	} {
		got := flat(c.mention, c.bits).align(flat(c.company, c.bits))
		if got.level != c.want || got.shared != float64(c.shared)*c.bits {
			t.Errorf("%q beside the company %q, of %v bits a letter, is %q and shares %v bits, want %q and %v", c.mention, c.company,
				c.bits, levelNames[byName][got.level], got.shared, levelNames[byName][c.want], float64(c.shared)*c.bits)
		}
	}
}

// A run is a stretch of letters that two names have, and where it starts in each.
type run struct{ i, j, n int }

// ratcliff is Ratcliff and Obershelp's comparison by its definition, on substrings: the longest that both have, the first in
// a and then in b where several are, and the same to both sides of it. unique reports that there never were several.
func ratcliff(a, b string) (runs []run, unique bool) {
	x, y := []rune(a), []rune(b)
	for n := min(len(x), len(y)); n >= 2; n-- {
		var all []run
		for i := range len(x) - n + 1 {
			for j := range len(y) - n + 1 {
				if string(x[i:i+n]) == string(y[j:j+n]) {
					all = append(all, run{i, j, n})
				}
			}
		}
		if len(all) == 0 {
			continue
		}
		r := all[0]
		left, one := ratcliff(string(x[:r.i]), string(y[:r.j]))
		right, two := ratcliff(string(x[r.i+n:]), string(y[r.j+n:]))
		runs = append(left, r)
		for _, s := range right {
			runs = append(runs, run{s.i + r.i + n, s.j + r.j + n, s.n})
		}
		return runs, one && two && len(all) == 1
	}
	return nil, true
}

// TestCommonAgainstRatcliff holds the shared bits against those of an independent implementation's runs.
func TestCommonAgainstRatcliff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := randomBits(t, "mention"), randomBits(t, "company")
		runs, unique := ratcliff(x.Loose, y.Loose)
		want, back := 0.0, 0.0
		for _, r := range runs {
			want += x.sumOf(r.i, r.i+r.n)
			back += y.sumOf(r.j, r.j+r.n)
		}
		if got := common(x.letters, y.letters, x.bits); math.Abs(got-want) > 1e-9 {
			t.Fatalf("%q and %q share %v bits, want %v: %v", x.Loose, y.Loose, got, want, runs)
		}
		if got := common(y.letters, x.letters, y.bits); unique && math.Abs(got-back) > 1e-9 {
			t.Fatalf("%q and %q share %v bits, want %v: %v", y.Loose, x.Loose, got, back, runs)
		}
	})
}

// TestCommonAgainstRunes holds the shared bits against those that the same comparison found on runes.
func TestCommonAgainstRunes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := randomBits(t, "mention"), randomBits(t, "company")
		a, b := []rune(x.Loose), []rune(y.Loose)
		var want func(i0, i1, j0, j1 int) float64
		want = func(i0, i1, j0, j1 int) float64 {
			best, bi, bj := 0, 0, 0
			for i := i0; i < i1; i++ {
				for j := j0; j < j1; j++ {
					n := 0
					for i+n < i1 && j+n < j1 && a[i+n] == b[j+n] {
						n++
					}
					if n > best {
						best, bi, bj = n, i, j
					}
				}
			}
			if best < 2 {
				return 0
			}
			return x.sumOf(bi, bi+best) + want(i0, bi, j0, bj) + want(bi+best, i1, bj+best, j1)
		}
		if got, want := common(x.letters, y.letters, x.bits), want(0, len(a), 0, len(b)); math.Abs(got-want) > 1e-9 {
			t.Fatalf("%q and %q share %v bits, want %v", x.Loose, y.Loose, got, want)
		}
	})
}

// TestOneOff holds it against a library's edit distance.
func TestOneOff(t *testing.T) {
	names := rapid.StringOfN(rapid.RuneFrom([]rune("アイ工")), 0, 6, -1)
	seen := map[bool]int{}
	check := func(t failer, a, b string) {
		want := levenshtein.ComputeDistance(a, b) == 1
		if got := oneOff(index.AppendLetters(nil, a), index.AppendLetters(nil, b)); got != want {
			t.Fatalf("oneOff(%q, %q) = %v, want %v", a, b, got, want)
		}
		seen[want]++
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := names.Draw(t, "a"), names.Draw(t, "b")
		check(t, a, b)
		letters := []rune(a)
		for range rapid.IntRange(1, 2).Draw(t, "changes") { // one letter is another, is added or is left out
			at, with := rapid.IntRange(0, len(letters)).Draw(t, "at"), []rune(rapid.SampledFrom([]string{"", "ア", "ン"}).Draw(t, "with"))
			end := min(len(letters), at+rapid.IntRange(0, 1).Draw(t, "without"))
			letters = slices.Concat(letters[:at], with, letters[end:])
		}
		check(t, a, string(letters))
		check(t, string(letters), a)
	})
	if seen[true] == 0 || seen[false] == 0 {
		t.Errorf("pairs of names that were one off, and not: %v", seen)
	}
}

// randomBits draws a name whose letters are worth any bits.
func randomBits(t *rapid.T, about string) named {
	a := flat(rapid.StringOfN(rapid.RuneFrom([]rune("アカネ工業")), 0, 12, -1).Draw(t, about), 0)
	for i := range a.bits {
		a.bits[i] = rapid.Float32Range(0, 20).Draw(t, "bits")
	}
	return a
}

// TestAlignBothWays holds what laying two names beside each other the other way round may change. Where one stands inside
// the other, the level names the other side and the bits are the same, of the one place. Else two things may differ:
// where several runs are the longest, the first in the mention's name is taken (ABxCDyEF and CDEFxAB share AB, the other
// way CD and EF); and the first letter of a run is worth what it is after the one before, which the mention's name says.
// So runs that stand alone at one place share the same letters both ways.
func TestAlignBothWays(t *testing.T) {
	other := map[level]level{
		nameBegins: nameShortened, nameBranch: nameShortened, nameShortened: nameBegins,
		nameInside: nameWithin, nameWithin: nameInside,
	}
	rapid.Check(t, func(t *rapid.T) {
		d := newNameDesk(rapid.SliceOfN(shortName(), 0, 30).Draw(t, "names"))
		x, y := shortName().Draw(t, "mention"), shortName().Draw(t, "company")
		if x == y {
			return
		}
		there := d.named(x).align(d.named(y))
		back := d.named(y).align(d.named(x))
		if want, ok := other[there.level]; ok {
			if back.level == nameBranch {
				back.level = nameBegins
			}
			if back.level != want || back.shared != there.shared {
				t.Fatalf("%q beside %q: %+v, and the other way %+v", x, y, there, back)
			}
			return
		}
		if there, back := flat(x, 8).align(flat(y, 8)), flat(y, 8).align(flat(x, 8)); there.shared != back.shared {
			if _, unique := ratcliff(x, y); unique {
				t.Fatalf("%q beside %q: %+v, and the other way %+v", x, y, there, back)
			}
		}
	})
}

func TestAlignIsNotSymmetric(t *testing.T) {
	x, y := flat("ABxCDyEF", 4), flat("CDEFxAB", 4)
	if there, back := x.align(y), y.align(x); there.shared != 8 || back.shared != 16 {
		t.Errorf("ABxCDyEF and CDEFxAB share %v bits, the other way %v, want 8 and 16", there.shared, back.shared)
	}
}

// TestSharedIsNoMoreThanANameHas also holds that nothing is shared by names that are unlike. Beside the mention's name it
// holds as it is; beside the company's, but for what the first letters of runs are worth more after the mention's.
func TestSharedIsNoMoreThanANameHas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newNameDesk(rapid.SliceOfN(shortName(), 0, 30).Draw(t, "names"))
		x, y := d.named(shortName().Draw(t, "mention")), d.named(shortName().Draw(t, "company"))
		l := x.align(y)
		mine, theirs := x.sum(), y.sum()
		switch {
		case l.level == nameUnlike:
			mine, theirs = 0, 0
		case l.level == nameWithin || l.level == nameShortened:
			at := indexOf(y.letters, x.letters)
			mine += float64(y.bits[at] - x.bits[0])
		case l.level == nameInside || l.level == nameBegins || l.level == nameBranch:
			at := indexOf(x.letters, y.letters)
			theirs += float64(x.bits[at] - y.bits[0])
		default:
			runs, _ := ratcliff(x.Loose, y.Loose)
			for _, r := range runs {
				theirs += max(0, float64(x.bits[r.i]-y.bits[r.j]))
			}
		}
		if l.shared < 0 || l.shared > mine+1e-9 || l.shared > theirs+1e-9 {
			t.Fatalf("%q of %v bits and %q of %v share %v", x.Loose, mine, y.Loose, theirs, l.shared)
		}
		mine3, theirs3 := flat(x.Loose, 3), flat(y.Loose, 3)
		if got := mine3.align(theirs3).shared; got > min(mine3.sum(), theirs3.sum()) {
			t.Fatalf("%q and %q share %v bits of 3 a letter", x.Loose, y.Loose, got)
		}
	})
}

func TestWorthOfNames(t *testing.T) {
	d := newNameDesk([]string{"アカネ工業", "サイゼ工業", "東工業", "西工業", "南工業"})
	for _, pair := range [][2]string{{"工業", "サイゼ"}, {"工業", "アカ"}, {"工業", "東工業"}} {
		if a, b := d.whole(d.named(pair[0]).wording), d.whole(d.named(pair[1]).wording); !(a < b) {
			t.Errorf("%s is worth %v bits and %s %v, want more", pair[0], a, pair[1], b)
		}
	}
	for _, name := range []string{"", "ア", "鼈", strings.Repeat("鼈", 200)} {
		a := d.named(name)
		if len(a.bits) != len(a.letters) || d.whole(a.wording) != min(a.sum(), mostShared) || math.IsNaN(a.sum()) || math.IsInf(a.sum(), 0) {
			t.Errorf("%.10q is worth %v bits in %d letters", name, a.sum(), len(a.letters))
		}
	}
}

func TestIndexOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, piece := shortName().Draw(t, "name"), shortName().Draw(t, "piece")
		want := strings.Index(name, piece)
		if want > 0 {
			want = len([]rune(name[:want]))
		}
		if len([]rune(piece)) < 2 {
			want = -1
		}
		if got := indexOf(index.AppendLetters(nil, name), index.AppendLetters(nil, piece)); got != want {
			t.Fatalf("%q stands in %q at %d, want %d", piece, name, got, want)
		}
	})
}
