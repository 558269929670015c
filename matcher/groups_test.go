package matcher

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nayose"
	"nayose/matcher/internal/index"
)

// members draws mentions of few names, ties and places, so that many meet. A tie tells of what kind it is, as the hashes do.
func members() *rapid.Generator[[]member] {
	one := rapid.Custom(func(t *rapid.T) member {
		m := member{name: rapid.Uint32Range(0, 2).Draw(t, "name")}
		for kind := range m.ties {
			if n := rapid.Uint32Range(0, 3).Draw(t, "tie"); n > 0 {
				m.ties[kind] = uint32(10*(kind+1)) + n
			}
		}
		if n := rapid.Uint32Range(0, 8).Draw(t, "place"); n > 0 {
			m.spot = index.Spot{Pref: uint8(n), City: n / 2}
		}
		return m
	})
	return rapid.SliceOfN(one, 0, 14)
}

// together is who is in one group, by its definition: the transitive closure of a common name and tie.
func together(members []member) [][]bool {
	carriers := func(kind int, tie uint32) int { // the names that carry a tie: of more than maxOwners it ties nobody
		names := map[uint32]bool{}
		for _, m := range members {
			if m.name != 0 && m.ties[kind] == tie {
				names[m.name] = true
			}
		}
		return len(names)
	}
	closure := make([][]bool, len(members))
	for i, a := range members {
		closure[i] = make([]bool, len(members))
		for j, b := range members {
			closure[i][j] = i == j
			for kind := range a.ties {
				if a.name != 0 && a.name == b.name && a.ties[kind] != 0 && a.ties[kind] == b.ties[kind] && carriers(kind, a.ties[kind]) <= maxOwners {
					closure[i][j] = true
				}
			}
		}
	}
	for k := range members {
		for i := range members {
			for j := range members {
				closure[i][j] = closure[i][j] || closure[i][k] && closure[k][j]
			}
		}
	}
	return closure
}

func TestGroupsAgainstClosure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		members := members().Draw(t, "members")
		g, want := newGroups(members), together(members)
		var several, grouped int64
		for i := range members {
			mates := 0
			for j := range members {
				if i != j && want[i][j] {
					mates++
				}
				if got := i == j || g.together(i, j); got != want[i][j] {
					t.Fatalf("mentions %d and %d are together: %v, want %v\n%+v\n%+v", i, j, got, want[i][j], members[i], members[j])
				}
			}
			if mates == 0 {
				continue
			}
			if grouped++; slices.Index(want[i], true) == i {
				if several++; int64(g.of[i]) != several {
					t.Fatalf("mention %d is the first of group %d, want %d", i, g.of[i], several)
				}
			}
		}
		if s, n := g.count(); s != several || n != grouped {
			t.Fatalf("%d groups of %d mentions, want %d of %d", s, n, several, grouped)
		}
	})
}

// together reports that two mentions are in one group.
func (g *groups) together(a, b int) bool { return g.of[a] != 0 && g.of[a] == g.of[b] }

func TestGroupsInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		members := members().Draw(t, "members")
		order := make([]int, len(members))
		for i := range order {
			order[i] = i
		}
		order = rapid.Permutation(order).Draw(t, "order")
		shuffled := make([]member, len(members))
		for i, from := range order {
			shuffled[i] = members[from]
		}
		a, b := newGroups(members), newGroups(shuffled)
		for i, x := range order {
			for j, y := range order {
				if x != y && a.together(x, y) != b.together(i, j) {
					t.Fatalf("whether mentions %d and %d are together depends on the order %v", x, y, order)
				}
			}
			own := members[x].spot
			had, hadChain := othersOf(a, x, own)
			got, chain := othersOf(b, i, own)
			if diff := cmp.Diff(counted(had), counted(got)); diff != "" || chain != hadChain {
				t.Fatalf("the others of mention %d depend on the order (chain: %v and %v):\n%s", x, hadChain, chain, diff)
			}
		}
	})
}

// othersOf are the places that the query of a mention at its own place is joined with.
func othersOf(g *groups, mention int, own index.Spot) (spots []index.Spot, chain bool) {
	d := newDesk(cities())
	d.query.place.Spot = own
	d.join(g, mention)
	regions := uint64(0)
	for _, p := range d.query.others {
		spots = append(spots, p)
		regions |= 1 << p.Pref
		if kin := d.otherPlace(p).kin; p.City != 0 && !slices.Equal(kin, []uint32{p.City}) {
			panic(fmt.Sprintf("municipality %d, which is one with none, is one with %v", p.City, kin))
		}
	}
	if regions != d.query.regions {
		panic(fmt.Sprintf("others at %+v are in the prefectures %b, want %b", spots, d.query.regions, regions))
	}
	return spots, d.query.chain
}

func counted(spots []index.Spot) map[index.Spot]int {
	n := map[index.Spot]int{}
	for _, s := range spots {
		n[s]++
	}
	return n
}

// TestOthersAgainstGroup holds a mention's others against all of its group: each place that is not its own once.
func TestOthersAgainstGroup(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		members := members().Draw(t, "members")
		g, mates := newGroups(members), together(members)
		for i, m := range members {
			want, prefectures := map[index.Spot]int{}, map[uint8]bool{}
			for j, mate := range mates[i] {
				if s := members[j].spot; mate && s != (index.Spot{}) {
					prefectures[s.Pref] = true
					if s != m.spot {
						want[s] = 1
					}
				}
			}
			got, chain := othersOf(g, i, m.spot)
			if diff := cmp.Diff(want, counted(got)); diff != "" {
				t.Fatalf("the others of mention %d (-want +got):\n%s", i, diff)
			}
			if chain != (len(prefectures) > chainFrom) {
				t.Fatalf("mention %d of a group in %d prefectures is of a chain: %v", i, len(prefectures), chain)
			}
		}
		if list, chain := othersOf(g, len(members), index.Spot{}); list != nil || chain {
			t.Fatalf("a mention that was not surveyed has the others %v, chain: %v", list, chain)
		}
	})
}

// inOnePlaceEach are the members of one group, each in a city of its own, of so many prefectures.
func inOnePlaceEach(n, prefectures int) (all []member) {
	for i := range n {
		all = append(all, member{name: 1, ties: [2]uint32{1}, spot: index.Spot{City: uint32(i + 1), Pref: uint8(i%prefectures + 1)}})
	}
	return all
}

func TestChain(t *testing.T) {
	for prefectures := 1; prefectures <= 47; prefectures++ {
		members := inOnePlaceEach(50, prefectures)
		g := newGroups(members)
		for i, m := range members {
			if _, got := othersOf(g, i, m.spot); got != (prefectures > chainFrom) {
				t.Errorf("mention %d of a group in %d prefectures is of a chain: %v", i, prefectures, got)
			}
		}
	}
}

// TestChainOfUnknownPlaces has a group in as many prefectures as are no chain, and one mention of a city that no prefecture
// is known of.
func TestChainOfUnknownPlaces(t *testing.T) {
	members := append(inOnePlaceEach(chainFrom, chainFrom), member{name: 1, ties: [2]uint32{1}, spot: index.Spot{City: 99}})
	if _, chain := othersOf(newGroups(members), 0, members[0].spot); chain {
		t.Errorf("a group in %d prefectures and one unknown place is a chain", chainFrom)
	}
}

// TestOthersAreBounded has a group of more places than are looked at.
func TestOthersAreBounded(t *testing.T) {
	members := inOnePlaceEach(3*maxSpots, 47)
	g := newGroups(members)
	for i, m := range members {
		if list, chain := othersOf(g, i, m.spot); len(list) != maxSpots || slices.Contains(list, m.spot) || !chain {
			t.Fatalf("mention %d of %d places has %d others, chain: %v", i, len(members), len(list), chain)
		}
	}
}

// TestOthersOfManyPlaces asks that which places of a group are looked at does not depend on the mentions' order.
func TestOthersOfManyPlaces(t *testing.T) {
	members := inOnePlaceEach(3*maxSpots, 47)
	forth, _ := othersOf(newGroups(members), 0, members[0].spot)
	own := members[0].spot
	slices.Reverse(members)
	back, _ := othersOf(newGroups(members), len(members)-1, own)
	if diff := cmp.Diff(counted(forth), counted(back)); diff != "" {
		t.Errorf("the others of a mention (-in order +in reverse):\n%s", diff)
	}
}

// TestSpotsAreKeptOnce asks that a group's places are each kept once: others reads all of them for each of its mentions.
func TestSpotsAreKeptOnce(t *testing.T) {
	members := slices.Concat(inOnePlaceEach(10, 5), inOnePlaceEach(10, 5), inOnePlaceEach(10, 5))
	if got := len(newGroups(members).spots.get(1)); got != 10 {
		t.Errorf("a group at 10 places keeps %d", got)
	}
}

// TestMember is who is taken for one employer, mention by mention.
func TestMember(t *testing.T) {
	m := newTestMatcher(t, town)
	x := func(name, address, phone, url string) nayose.Mention {
		return nayose.Mention{CompanyName: name, Address: address, Phone: phone, URL: url}
	}
	for _, c := range []struct {
		about string
		a, b  nayose.Mention
		want  bool
	}{
		{"one domain", x("株式会社アカネ", "", "", "akane.co.jp"), x("㈱ｱｶﾈ", "", "", "https://www.akane.co.jp/shop"), true},
		{"one phone", x("株式会社アカネ", "東京都港区", "03-1234-5678", ""), x("株式会社アカネ", "大阪市北区", "0312345678", ""), true},
		{"one municipality, where there may be two of a name", x("株式会社アカネ", "東京都港区芝1", "", ""), x("株式会社アカネ", "港区三田2-2", "", ""), false},
		{"a shop beside the office", x("株式会社アカネ 新宿店", "", "", "akane.jp"), x("株式会社アカネ", "", "", "akane.jp"), true},
		{"the form on the other side", x("株式会社アカネ", "", "", "akane.jp"), x("アカネ株式会社", "", "", "akane.jp"), true},
		{"nothing but the name", x("株式会社アカネ", "", "", ""), x("株式会社アカネ", "", "", ""), false},
		{"another municipality", x("株式会社アカネ", "東京都港区", "", ""), x("株式会社アカネ", "東京都北区", "", ""), false},
		{"another form", x("株式会社アカネ", "", "", "akane.jp"), x("有限会社アカネ", "", "", "akane.jp"), false},
		{"another name", x("株式会社アカネ", "", "", "akane.jp"), x("株式会社アオバ", "", "", "akane.jp"), false},
		{"a host that many share", x("株式会社アカネ", "", "", "facebook.com/akane"), x("株式会社アカネ", "", "", "facebook.com/akane"), false},
		{"no name", x("", "東京都港区", "", "akane.jp"), x("", "東京都港区", "", "akane.jp"), false},
		{"a withheld name", x("非公開", "東京都港区", "", "akane.jp"), x("非公開", "東京都港区", "", "akane.jp"), false},
		{"decoration alone", x("★★★", "東京都港区", "", "akane.jp"), x("★★★", "東京都港区", "", "akane.jp"), false},
	} {
		a, b := m.memberOf(&c.a), m.memberOf(&c.b)
		g := newGroups([]member{a, b})
		if got := g.together(0, 1); got != c.want {
			t.Errorf("%s: %+v and %+v are together: %v, want %v", c.about, c.a, c.b, got, c.want)
		}
	}
}

// TestCompareGroup is what the places of a group's other mentions say of a company.
func TestCompareGroup(t *testing.T) {
	const office, tower = "大阪府大阪市北区梅田1-12-17", "大阪府大阪市北区梅田2-1-1"
	companies := []nayose.Company{{ID: "x", Name: "株式会社ヤマネ", Address: office, FormerAddresses: tower}}
	for i := range maxTenants + 1 {
		companies = append(companies, nayose.Company{ID: fmt.Sprint(i), Name: "株式会社タナコ", Address: tower})
	}
	m := newTestMatcher(t, companies)
	for _, x := range []struct {
		others []string
		chain  bool
		want   string
	}{
		{nil, false, ""},
		{[]string{office}, false, "another at its office"},
		{[]string{"大阪市北区梅田1-12"}, true, "another at its office"},
		{[]string{tower}, false, "another at its office"},
		{[]string{"大阪市北区梅田1-1-1"}, false, "another in its town"},
		{[]string{"大阪市北区梅田3"}, true, "another in its town"}, // a chain's shop there is no chance
		{[]string{"大阪市北区扇町1"}, false, "another in its city"},
		{[]string{"大阪市北区扇町1"}, true, "others of a chain"},
		{[]string{"大阪府堺市"}, false, "another in its prefecture"},
		{[]string{"福岡県福岡市博多区"}, false, "others elsewhere"},
		{[]string{"福岡県福岡市博多区", "大阪市北区扇町1", "東京都港区"}, false, "another in its city"}, // the nearest
		{[]string{"福岡県福岡市博多区"}, true, "others of a chain"},
		{[]string{"2階"}, false, ""},
	} {
		t.Run(fmt.Sprint(x.others, x.chain), func(t *testing.T) {
			q := query{chain: x.chain}
			for _, a := range x.others {
				s := m.deskFor(&nayose.Mention{Address: a}).query.place.Spot
				q.others = append(q.others, s)
				q.regions |= 1 << s.Pref
			}
			if got := levelNames[byGroup][m.compareGroup(&q, m.company("x"), nil)]; got != x.want {
				t.Errorf("others at %q say %q, want %q", x.others, got, x.want)
			}
		})
	}
}
