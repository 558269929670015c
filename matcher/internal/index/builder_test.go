package index

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nayose"
)

// TestSameBytes builds the same companies and workplaces in other orders, on one processor and on many.
func TestSameBytes(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rapid.Check(t, func(t *rapid.T) {
		all := entries().Draw(t, "companies")
		shops := workplaces(all).Draw(t, "workplaces")
		runtime.GOMAXPROCS(1)
		want := file(t, build(t, all, shops...))
		shops = append(shops, shops...) // what is known twice costs nothing
		for _, procs := range []int{1, 2, 5} {
			runtime.GOMAXPROCS(procs)
			if got := file(t, build(t, rapid.Permutation(all).Draw(t, "order"), rapid.Permutation(shops).Draw(t, "order of workplaces")...)); !bytes.Equal(got, want) {
				t.Fatalf("in another order, on %d processors, other bytes are written", procs)
			}
		}
	})
}

// TestSameBytesOfMany has work for every processor, and tables that grow.
func TestSameBytesOfMany(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	all, shops := make([]Entry, 0, pileChunk+1000), []Workplace{}
	for i := range cap(all) {
		e := Entry{ID: fmt.Sprintf("%013d", 7*i), Name: Name{Loose: fmt.Sprintf("ア%oカ", i*31%70_000)}, Phone: fmt.Sprintf("03%08d", i/2)}
		e.Office = Place{Pref: uint8(i % prefectureCount), City: fmt.Sprintf("ア%d市", i%300), Town: "芝", Numbers: []uint16{uint16(i), 1}}
		all = append(all, e)
		shops = append(shops, Workplace{
			CompanyID: e.ID, Names: []string{fmt.Sprintf("%oノ里", i%20_000), fmt.Sprintf("%oノ里", i%50_000)}, Domain: fmt.Sprint(i%9999, ".jp"),
			Place: Place{Pref: uint8((i + 1) % prefectureCount), City: fmt.Sprintf("ア%d市", i%301), Town: "柴", Numbers: []uint16{uint16(i), 1}},
		})
	}
	runtime.GOMAXPROCS(5)
	want := file(t, build(t, all, shops...))
	slices.Reverse(all)
	slices.Reverse(shops)
	runtime.GOMAXPROCS(1)
	if !bytes.Equal(file(t, build(t, all, shops...)), want) {
		t.Error("in reverse, on one processor, other bytes are written")
	}
}

// TestCompanies holds what an index says of each company against what it was given.
func TestCompanies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := entries().Draw(t, "companies")
		shops := workplaces(all).Draw(t, "workplaces")
		x := build(t, all, shops...)
		if x.Len() != len(all) {
			t.Fatalf("%d companies, want %d", x.Len(), len(all))
		}
		for c := range uint32(x.Len()) {
			i := slices.IndexFunc(all, func(e Entry) bool { return e.ID == x.ID(c) })
			if i < 0 {
				t.Fatalf("company %d has the id %q, which none was given", c, x.ID(c))
			}
			e, row := &all[i], x.Company(c)
			got := fmt.Sprint(decode(x.Letters(row.Name)), row.Strict, row.Form, row.Front(), row.Glyphs, row.Kana, row.Domain,
				row.Phone(), row.Closed(), row.Corporate())
			want := fmt.Sprint(e.Name.Loose, Hash32(e.Name.Strict), e.Name.Form, e.Name.Front, e.Glyphs, Hash32(e.Kana), Hash32(e.Domain),
				PackPhone(e.Phone), e.Closed, e.Corporate)
			if got != want {
				t.Fatalf("company %q is %s, want %s", e.ID, got, want)
			}
			if diff := gocmp.Diff(placesOf(x, e, shops), places(x, c)); diff != "" {
				t.Fatalf("the places of %q (-given +found):\n%s", e.ID, diff)
			}
			if reached := slices.ContainsFunc(shops, func(w Workplace) bool { return w.CompanyID == e.ID && w.Phone+w.Domain != "" }); row.Reached() != reached {
				t.Fatalf("%q is reached by its workplaces: %v", e.ID, row.Reached())
			}
			prefectures := uint64(1)<<rapid.IntRange(0, 47).Draw(t, "prefecture") | 1<<rapid.SampledFrom([]int{0, 1, 13, 27}).Draw(t, "another")
			in := slices.ContainsFunc(x.Elsewhere(c), func(s Spot) bool { return prefectures>>s.Pref&1 != 0 })
			if got := x.Visits(c, prefectures); got != in {
				t.Fatalf("%q, which is in %+v, visits %x: %v", e.ID, places(x, c), prefectures, got)
			}
			away := slices.ContainsFunc(x.Elsewhere(c), func(s Spot) bool { return s.Pref != e.Office.Pref })
			for _, b := range slices.Concat(x.Bearers(row.Name), x.Workplaces(row.Name)) {
				if b.Company() == c && b.Abroad() != away {
					t.Fatalf("%q, which is in %+v, is abroad: %v", e.ID, places(x, c), b.Abroad())
				}
			}
			if !x.HasID(c, e.ID) || x.HasID(c, e.ID+"0") || x.HasID(c, "") {
				t.Fatalf("company %q does not have its id, or has others", e.ID)
			}
		}
	})
}

// placesOf are a company's places as it and its workplaces tell of them: the office, then the others, each once and in order.
func placesOf(x *Index, e *Entry, shops []Workplace) (all []Place) {
	all = append(all, e.Elsewhere...)
	for i := range shops {
		p := shops[i].Place
		if shops[i].CompanyID != e.ID {
			continue
		}
		if p.Pref == 0 && shops[i].Sure {
			p.Pref = x.Region(x.City(p.City))
		}
		all = append(all, p)
	}
	all = slices.DeleteFunc(all, func(p Place) bool {
		same := gocmp.Equal(p, e.Office)
		return same || p.Pref == 0 && p.City == "" && p.Town == "" && len(p.Numbers) == 0
	})
	slices.SortFunc(all, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.Pref, b.Pref), cmp.Compare(a.City, b.City), cmp.Compare(a.Town, b.Town), slices.Compare(a.Numbers, b.Numbers))
	})
	return append([]Place{e.Office}, slices.CompactFunc(all, func(a, b Place) bool { return gocmp.Equal(a, b) })...)
}

// places are a company's, as they were given.
func places(x *Index, c uint32) (all []Place) {
	for _, s := range spotsOf(x, c) {
		all = append(all, Place{s.Pref, x.CityName(s.City), x.TownName(s.Town), append([]uint16{}, s.Numbers[:s.Count]...)})
	}
	return all
}

// spotsOf are a company's places, its office first.
func spotsOf(x *Index, c uint32) []Spot {
	return append([]Spot{x.Company(c).Office}, x.Elsewhere(c)...)
}

// TestOrder holds that companies stand by prefecture and then by id, those of 13 digits first.
func TestOrder(t *testing.T) {
	type key struct {
		pref, text int
		id         string
	}
	rapid.Check(t, func(t *rapid.T) {
		all := entries().Draw(t, "companies")
		x := build(t, all, workplaces(all).Draw(t, "workplaces")...)
		keyOf := func(e *Entry) (k key) {
			k.pref = int(e.Office.Pref)
			if len(e.ID) != 13 || strings.Trim(e.ID, "0123456789") != "" {
				k.text = 1
			}
			k.id = e.ID
			return k
		}
		slices.SortFunc(all, func(a, b Entry) int {
			x, y := keyOf(&a), keyOf(&b)
			return cmp.Or(cmp.Compare(x.pref, y.pref), cmp.Compare(x.text, y.text), cmp.Compare(x.id, y.id))
		})
		for c := range all {
			if got := x.ID(uint32(c)); got != all[c].ID {
				t.Fatalf("company %d is %q, want %q", c, got, all[c].ID)
			}
		}
		for name := range uint32(x.Names() + 1) {
			for pref := range uint8(prefectureCount) {
				var want []Bearer
				for _, b := range x.Bearers(name) {
					if keyOf(&all[b.Company()]).pref == int(pref) {
						want = append(want, b)
					}
				}
				if got := x.In(pref, x.Bearers(name)); !slices.Equal(got, want) {
					t.Fatalf("of the bearers %v those in %d are %v, want %v", x.Bearers(name), pref, got, want)
				}
			}
		}
	})
}

// TestNames holds names and who bears them against all companies.
func TestNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := entries().Draw(t, "companies")
		shops := workplaces(all).Draw(t, "workplaces")
		x := build(t, all, shops...)
		want := map[string]map[string]int{} // by name: its bearers by id and role, with how often they bear it
		add := func(name, id string, r Role) {
			if name == "" {
				return
			}
			if want[name] == nil {
				want[name] = map[string]int{}
			}
			want[name][fmt.Sprint(id, " ", r)]++
		}
		for _, e := range all {
			add(e.Name.Loose, e.ID, Registered)
			for _, o := range e.Others {
				add(o.Loose, e.ID, o.Role)
			}
		}
		own := len(want)
		for _, e := range all {
			for _, w := range shops {
				for _, name := range w.others(&e) {
					add(name, e.ID, OfWorkplace)
					want[name][fmt.Sprint(e.ID, " ", OfWorkplace)] = 1 // of several workplaces of one name
				}
			}
		}
		if x.OwnNames() != own {
			t.Fatalf("companies have %d names, want %d", x.OwnNames(), own)
		}
		if x.Names() != len(want) {
			t.Fatalf("there are %d names, want %d", x.Names(), len(want))
		}
		for name := uint32(1); int(name) <= x.Names(); name++ {
			got := map[string]int{}
			for _, all := range [][]Bearer{x.Bearers(name), x.Workplaces(name)} {
				for i, b := range all {
					got[fmt.Sprint(x.ID(b.Company()), " ", b.Role())]++
					if i > 0 && b.Company() < all[i-1].Company() {
						t.Fatalf("the bearers %v are not in the order of their numbers", all)
					}
				}
				for c := range uint32(x.Len()) {
					if among := slices.ContainsFunc(all, func(b Bearer) bool { return b.Company() == c }); Among(all, c) != among {
						t.Fatalf("company %d is among %v: %v", c, all, !among)
					}
				}
			}
			if diff := gocmp.Diff(want[decode(x.Letters(name))], got); diff != "" {
				t.Fatalf("the bearers of %q (-want +got):\n%s", decode(x.Letters(name)), diff)
			}
			if name > 1 && int(name) != x.OwnNames()+1 && !shorter(x.Letters(name-1), x.Letters(name)) {
				t.Fatalf("name %d is not after the one before", name)
			}
		}
	})
}

// TestWorkplacesChangeNoNames holds that what names of companies are like and how surprising they are does not depend on workplaces.
func TestWorkplacesChangeNoNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := entries().Draw(t, "companies")
		x, y := build(t, all), build(t, all, workplaces(all).Draw(t, "workplaces")...)
		if !slices.Equal(x.letterCount, y.letterCount) || !slices.Equal(x.postings, y.postings) {
			t.Fatal("with workplaces, the letters and postings are others")
		}
		in, among := NewSearch(x), NewSearch(y)
		for name := range uint32(x.Names() + 1) {
			letters := x.Letters(name)
			got := fmt.Sprint(y.Find(letters, HashName(letters)), y.AppendBits(nil, letters), y.Expected(letters), among.Like(letters, 5))
			want := fmt.Sprint(name, x.AppendBits(nil, letters), x.Expected(letters), in.Like(letters, 5))
			if got != want {
				t.Fatalf("%q is %s, without workplaces %s", decode(letters), got, want)
			}
		}
	})
}

// TestStrays counts workplaces whose companies are not there.
func TestStrays(t *testing.T) {
	shop := func(id string) Workplace {
		return Workplace{CompanyID: id, Names: []string{"アカネノ里"}, Phone: "0312345678"}
	}
	x := build(t, []Entry{{ID: "A"}, {ID: "0000000000001"}}, shop("1"), shop("A"), shop("0000000000001"), shop("B"), shop(""), shop("000000000000１"))
	if name := AppendLetters(nil, "アカネノ里"); x.Strays() != 4 || len(x.Workplaces(x.FindAny(name, HashName(name)))) != 2 {
		t.Errorf("%d of six workplaces are nobody's, want 4", x.Strays())
	}
}

// TestWorkplacesDoNotMoveCities has a workplace that is said to lie in another prefecture than its city, and one whose city no company
// is in.
func TestWorkplacesDoNotMoveCities(t *testing.T) {
	x := build(t, []Entry{{ID: "A", Office: Place{Pref: 1, City: "札幌市東区"}}, {ID: "B", Office: Place{Pref: 27, City: "大阪市北区"}}},
		Workplace{CompanyID: "A", Place: Place{Pref: 13, City: "札幌市東区"}}, Workplace{CompanyID: "A", Place: Place{Pref: 4, City: "仙台市"}},
		Workplace{CompanyID: "B", Place: Place{City: "札幌市東区"}, Sure: true}, Workplace{CompanyID: "B", Place: Place{City: "札幌市東区", Town: "芝"}})
	if got := []uint8{x.Region(x.City("札幌市東区")), x.Region(x.City("仙台市"))}; !slices.Equal(got, []uint8{1, 4}) {
		t.Errorf("the cities are in the prefectures %d, want 1 and 4", got)
	}
	var got []uint8
	for _, s := range x.Elsewhere(x.Owners(NewKey(ByID, "B"))[0]) {
		got = append(got, s.Pref)
	}
	if !slices.Equal(got, []uint8{0, 1}) {
		t.Errorf("what its city tells: the prefectures %d, want none for the doubtful one and 1", got)
	}
}

// TestFindAgainstMap looks for names that are there, in part beyond the basic plane, their beginnings and others.
func TestFindAgainstMap(t *testing.T) {
	var names []string
	for i := range 7000 {
		name := fmt.Sprintf("%o%c%c", i*i%4096, '一'+i%1000, []rune{'𠮷', 'ア', '𩸽', '髙'}[i%4])
		for end := range name + " " {
			names = append(names, name[:end]) // with the empty one
		}
	}
	x := build(t, named(names...))
	known := map[string]uint32{}
	for name := uint32(1); int(name) <= x.Names(); name++ {
		known[decode(x.Letters(name))] = name
	}
	distinct := slices.Compact(slices.Sorted(slices.Values(names)))
	if len(known) != len(distinct)-1 {
		t.Fatalf("there are %d names, want %d", len(known), len(distinct)-1)
	}
	for _, name := range distinct {
		for _, s := range []string{name, name + "ア", "ア" + name, name + name, name + "\xff", strings.ReplaceAll(name, "𠮷", "吉")} {
			letters := AppendLetters(nil, s)
			if got := x.Find(letters, HashName(letters)); got != known[s] {
				t.Fatalf("Find(%q) = %d, want %d", s, got, known[s])
			}
		}
		if letters := AppendLetters(nil, name); len(letters) > 1 { // a hash that is extended letter by letter
			hash := NoLetters
			for i, l := range letters {
				if hash = hash.Add(l); x.Find(letters[:i+1], hash) != known[decode(letters[:i+1])] {
					t.Fatalf("the first %d letters of %q are not what the map has", i+1, name)
				}
			}
		}
	}
}

func TestTwice(t *testing.T) {
	for _, c := range []struct {
		about, want string // empty where all is well
		entries     []Entry
	}{
		{"13 digits", `"1234567890123"`, []Entry{{ID: "1234567890123"}, {ID: "1"}, {ID: "1234567890123"}}},
		{"leading zeros", `"0000000000012"`, []Entry{{ID: "0000000000012"}, {ID: "0000000000012"}}},
		{"a text", `"A1"`, []Entry{{ID: "A1"}, {ID: "B1"}, {ID: "A1"}}},
		{"two prefectures", `"A1"`, []Entry{{ID: "A1", Office: Place{Pref: 1}}, {ID: "A1", Office: Place{Pref: 47}}}},
		{"13 digits in two prefectures", `"1234567890123"`, []Entry{{ID: "1234567890123"}, {ID: "1234567890123", Office: Place{Pref: 47}}}},
		{"a number with and without zeros", "", []Entry{{ID: "0000000000012"}, {ID: "12"}, {ID: "012"}, {ID: "00000000000012"}}},
		{"wide digits", "", []Entry{{ID: "1234567890123"}, {ID: "123456789012３"}}},
	} {
		b := NewBuilder()
		for i := range c.entries {
			if err := b.Add(&c.entries[i]); err != nil {
				t.Fatal(err)
			}
		}
		_, err := b.Finish(oneCity)
		var fault *nayose.Error
		contract := errors.As(err, &fault) && fault.Kind == nayose.Contract
		if (err != nil) != (c.want != "") || err != nil && (!contract || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want a contract error that names %s", c.about, err, c.want)
		}
	}
}

// TestHeirs follows closed companies to those that took them over.
func TestHeirs(t *testing.T) {
	closed := func(id, successor string) Entry {
		return Entry{ID: id, Closed: true, Successor: successor, Name: Name{Loose: "ア" + id}}
	}
	x := build(t, []Entry{
		closed("a", "b"),
		{ID: "heir", Name: Name{Loose: "カ"}},
		closed("b", "heir"), closed("0000000000001", "heir"), // a chain and another way to its end
		closed("2", "0000000000003"), closed("3", "0000000000001"),
		{ID: "0000000000003"}, // 3 is not 0000000000003
		closed("x", "y"), closed("y", "x"), closed("to the circle", "x"),
		closed("self", "self"), closed("lost", "nobody"), closed("lost, too", "lost"), closed("ended", ""),
		{ID: "nameless", Closed: true, Successor: "heir"},
		{ID: "open", Successor: "heir", Name: Name{Loose: "アopen"}},
		closed("to the open one", "open"), // not closed: it is its own
	})
	for id, want := range map[string]string{
		"a": "heir", "b": "heir", "0000000000001": "heir", "2": "0000000000003", "3": "heir", "nameless": "heir", "to the open one": "open",
		"heir": "", "x": "", "y": "", "to the circle": "", "self": "", "lost": "", "lost, too": "", "ended": "", "open": "",
	} {
		got := ""
		if heir, ok := x.Heir(x.Owners(NewKey(ByID, id))[0]); ok {
			got = x.ID(heir)
		}
		if got != want {
			t.Errorf("the heir of %q is %q, want %q", id, got, want)
		}
	}
}

// TestHeirsAgainstSteps walks from every company as many steps as there are companies.
func TestHeirsAgainstSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := entries().Draw(t, "companies")
		byID := map[string]*Entry{}
		for i := range all {
			byID[all[i].ID] = &all[i]
		}
		x := build(t, all)
		for c := range uint32(x.Len()) {
			want, e := "", byID[x.ID(c)]
			for at, steps := e, 0; at != nil && steps <= len(all); at, steps = byID[at.Successor], steps+1 {
				if !at.Closed {
					want = at.ID
					break
				}
			}
			heir, ok := x.Heir(c)
			if !e.Closed {
				want = ""
			}
			if ok != (want != "") || ok && x.ID(heir) != want {
				t.Fatalf("the heir of %q is %v %d, want %q", e.ID, ok, heir, want)
			}
		}
	})
}

// TestLongChain has a chain of any length end at its heir.
func TestLongChain(t *testing.T) {
	all := []Entry{{ID: "heir"}}
	for i := range 5000 {
		all = append(all, Entry{ID: fmt.Sprint(i), Closed: true, Successor: fmt.Sprint(i + 1)})
	}
	all[5000].Successor = "heir"
	x := build(t, all)
	for _, id := range []string{"0", "77", "4999"} {
		if heir, ok := x.Heir(x.Owners(NewKey(ByID, id))[0]); !ok || x.ID(heir) != "heir" {
			t.Errorf("the heir of %s is %v %d", id, ok, heir)
		}
	}
}
