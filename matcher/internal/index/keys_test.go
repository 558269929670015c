package index

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestPhones(t *testing.T) {
	for _, digits := range []string{"0312345678", "09012345678", "0120123456", "00000000000", "99999999999", "110", "0", "0000000"} {
		b := NewBuilder()
		if err := b.Add(&Entry{ID: "1", Phone: digits}); err != nil {
			t.Fatal(err)
		}
		x, err := b.Finish(oneCity)
		if err != nil {
			t.Fatal(err)
		}
		packed := PackPhone(digits)
		if got := x.Company(0).Phone(); got != packed || packed == 0 || fmt.Sprint(packed) != "1"+digits {
			t.Errorf("phone %s is packed as %d and kept as %d", digits, packed, got)
		}
		if got, want := Exchange(packed), "1"+digits[:min(6, len(digits))]; fmt.Sprint(got) != want {
			t.Errorf("the exchange of %s is %d, want %s", digits, got, want)
		}
	}
	for _, none := range []string{"", "012345678901"} {
		if got := PackPhone(none); got != 0 {
			t.Errorf("PackPhone(%q) = %d, want 0", none, got)
		}
	}
}

// TestOwners looks at every company for those that have a key.
func TestOwners(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := entries().Draw(t, "companies")
		shops := workplaces(all).Draw(t, "workplaces")
		x := build(t, all, shops...)
		want := map[Key]map[string]bool{}
		about := map[Key]string{}
		add := func(e *Entry, k Key, what string) {
			if want[k] == nil {
				want[k] = map[string]bool{}
			}
			want[k][e.ID] = true
			if about[k] != "" && about[k] != what {
				t.Fatalf("%s and %s have one key", about[k], what)
			}
			about[k] = what
		}
		text := func(e *Entry, kind Kind, s string) {
			if s != "" {
				add(e, NewKey(kind, s), string(kind)+s)
			}
		}
		for i := range all {
			e := &all[i]
			text(e, ByID, e.ID)
			text(e, ByKana, e.Kana)
			text(e, ByKana, e.Spelled)
			text(e, ByPhone, e.Phone)
			text(e, ByDomain, e.Domain)
			places := append([]Place{e.Office}, e.Elsewhere...)
			for _, w := range shops {
				if w.CompanyID == e.ID {
					text(e, ByPhone, w.Phone)
					text(e, ByDomain, w.Domain)
					places = append(places, w.Place)
				}
			}
			for _, p := range places {
				s := Spot{City: x.City(p.City), Town: x.Town(p.Town), Count: uint8(copy(make([]uint16, 3), p.Numbers))}
				copy(s.Numbers[:], p.Numbers)
				n := len(p.Numbers)
				if p.City != "" && (p.Town != "" && n > 0 || n > 1) {
					add(e, s.Key(ByPlace), fmt.Sprint("a", p.City, p.Town, p.Numbers))
				} else if k := s.Key(ByPlace); k != 0 {
					t.Fatalf("a place like %+v, which tells nothing, has key %x", p, k)
				}
				if p.Town != "" && (n > 1 || n == 1 && p.Numbers[0] >= 100) {
					add(e, s.Key(ByTown), fmt.Sprint("t", p.Town, p.Numbers))
				}
			}
		}
		for k, owners := range want {
			var got []string
			for i, c := range x.Owners(k) {
				got = append(got, x.ID(c))
				if i > 0 && c <= x.Owners(k)[i-1] {
					t.Fatalf("the owners of %s are %v, not in the order of their numbers", about[k], x.Owners(k))
				}
			}
			if slices.Sort(got); !slices.Equal(got, slices.Sorted(maps.Keys(owners))) {
				t.Fatalf("the owners of %s are %q, want %q", about[k], got, slices.Sorted(maps.Keys(owners)))
			}
		}
		for _, k := range []Key{0, NewKey(ByID, "nobody"), NewKey(ByKana, "0312345678"), NewKey(ByPhone, ""), 1, 1 << 63, 1<<64 - 1} {
			if got := x.Owners(k); len(got) > 0 && want[k] == nil {
				t.Fatalf("key %x has the owners %v", k, got)
			}
		}
	})
}

// TestOwnersOfOneKey has more of a key than a bucket holds, and the names of numbers by place and town.
func TestOwnersOfOneKey(t *testing.T) {
	var all []Entry
	for i := range 5000 {
		place := Place{13, fmt.Sprint("ア市", i%2), "芝", []uint16{100}}
		all = append(all, Entry{ID: fmt.Sprintf("%013d", i), Domain: "portal.jp", Office: place})
	}
	x := build(t, all)
	s := x.Company(0).Office
	for what, got := range map[string]struct {
		key  Key
		want int
	}{
		"the domain": {NewKey(ByDomain, "portal.jp"), 5000}, "the place": {s.Key(ByPlace), 2500}, "the town": {s.Key(ByTown), 5000},
	} {
		if owners := x.Owners(got.key); len(owners) != got.want || !slices.IsSorted(owners) {
			t.Errorf("%d companies, in order: %v, share %s, want %d", len(owners), slices.IsSorted(owners), what, got.want)
		}
	}
}

// TestCities holds municipalities against all companies: their names, prefectures, and which are one.
func TestCities(t *testing.T) {
	cities := rapid.SampledFrom([]string{"札幌市", "札幌市東区", "東区", "大阪市東区", "上川郡東神楽町", "東神楽町", "楽町", "市", "郡東神楽町", "港区", "東"})
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(cities, 0, 15).Draw(t, "cities")
		prefectures := map[string]map[uint8]bool{}
		var all []Entry
		for i, name := range names {
			pref := rapid.Uint8Range(0, 3).Draw(t, "prefecture")
			all = append(all, Entry{ID: fmt.Sprint(i), Office: Place{Pref: pref, City: name, Town: "芝" + name}})
			if prefectures[name] == nil {
				prefectures[name] = map[uint8]bool{}
			}
			if pref != 0 {
				prefectures[name][pref] = true
			}
		}
		x := build(t, all)
		if x.Cities() != len(prefectures) {
			t.Fatalf("there are %d cities, want %d", x.Cities(), len(prefectures))
		}
		for name := range prefectures {
			city := x.City(name)
			if x.CityName(city) != name || x.TownName(x.Town("芝"+name)) != "芝"+name || x.Town(name) != 0 {
				t.Fatalf("city %q or its town is not found", name)
			}
			var kin []string
			for other := range prefectures {
				if oneCity(name, other) {
					kin = append(kin, other)
				}
			}
			var got []string
			for _, k := range x.Kin(city) {
				got = append(got, x.CityName(k))
			}
			if slices.Sort(kin); !slices.Equal(got, kin) {
				t.Fatalf("%q is one with %q, want %q", name, got, kin)
			}
			if want := region(name, prefectures); x.Region(city) != want {
				t.Fatalf("%q is in prefecture %d, want %d of %v", name, x.Region(city), want, prefectures)
			}
		}
		if x.City("鼈市") != 0 || x.City("") != 0 || x.CityName(0) != "" || x.Region(0) != 0 || x.Kin(0) != nil {
			t.Fatalf("no city is one")
		}
	})
}

// region is the prefecture of a city that its companies agree on, and that nobody's ward of this name contradicts.
func region(name string, prefectures map[string]map[uint8]bool) uint8 {
	alone := func(name string) uint8 {
		if len(prefectures[name]) == 1 {
			return slices.Collect(maps.Keys(prefectures[name]))[0]
		}
		return 0
	}
	for city := range prefectures {
		if i := slices.Index([]rune(city), '市'); i >= 0 && string([]rune(city)[i+1:]) == name && alone(city) != alone(name) {
			return 0
		}
	}
	return alone(name)
}
