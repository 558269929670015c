package matcher

import (
	"cmp"
	"errors"
	"iter"
	"math/bits"
	"slices"
	"strings"

	"nayose"
	"nayose/matcher/internal/index"
	"nayose/matcher/internal/reading"
)

// groups are the mentions of a delivery that name the same employer: the same name and legal form with the same domain or
// phone. What the places of the others say of a company, they say of each of them: who has a shop next to
// its office and one far away is likelier this company than a namesake near the far one.
//
// It holds 4 bytes a mention and 16 a place of a group, and up to 64 a mention while groups are formed.
type groups struct {
	of    []uint32        // by mention: its group, from 1; 0 where no other names its employer
	spots csr[index.Spot] // by group: the places of its mentions, each once
}

// A csr maps i to the values in all[start[i]:start[i+1]] (compressed sparse rows).
type csr[V any] struct {
	start []uint32
	all   []V
}

func (c *csr[V]) get(i uint32) []V { return c.all[c.start[i]:c.start[i+1]] }

// maxSpots is how many places of a group are looked at.
const maxSpots = 128

// A member is what is kept of a mention: the hashes that tie it to others (0 for none) and its place.
type member struct {
	ties [2]uint32
	name uint32
	spot index.Spot
}

// newMember reads what ties a mention to others of its delivery.
func newMember(q *query) member {
	x := member{spot: q.place.Spot}
	if q.nameless() || q.names[0].Strict == "" {
		return x
	}
	w := &q.names[0]
	for i := range q.names {
		if q.names[i].Scope == reading.Part {
			w = &q.names[i] // 株式会社ABC 新宿店 is an ABC
			break
		}
	}
	x.name = max(1, index.Hash32(w.Strict)+uint32(w.Form)*0x9e3779b1)
	x.ties = [...]uint32{q.domainHash, index.Hash32(q.phoneText)}
	return x
}

// rank orders the places of a group whatever the order of its mentions, and so that the first are from everywhere.
func rank(s *index.Spot) uint32 {
	h := s.City
	for _, v := range [...]uint32{s.Town, uint32(s.Numbers[0]), uint32(s.Numbers[1]), uint32(s.Numbers[2])} {
		h = (h^h>>15)*0x9e3779b1 + v
	}
	return (h ^ h>>15) * 0x9e3779b1
}

// comparePlaces orders places by rank.
func comparePlaces(a, b *index.Spot) int {
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.City, b.City), cmp.Compare(a.Town, b.Town),
		slices.Compare(a.Numbers[:], b.Numbers[:]), cmp.Compare(a.Count, b.Count), cmp.Compare(a.Pref, b.Pref))
}

// newGroups unites the members that share a name and a tie, and numbers the groups by their first members.
func newGroups(members []member) *groups {
	f := newForest(len(members))
	f.uniteTied(members)
	of, n := f.numbered()
	return &groups{of, placesOf(of, n, members)}
}

// uniteTied unites the members that share a name and a tie.
func (f forest) uniteTied(members []member) {
	for kind := range len(member{}.ties) {
		tied := tiedBy(kind, members)
		for start := 0; start < len(tied); {
			end := start + 1
			for end < len(tied) && members[tied[end]].ties[kind] == members[tied[start]].ties[kind] {
				end++
			}
			f.uniteNames(tied[start:end], members)
			start = end
		}
	}
}

// tiedBy lists the members with a name and a tie of this kind, those of one tie together and in them those of one name.
func tiedBy(kind int, members []member) []uint32 {
	var tied []uint32
	for i := range members {
		if members[i].name != 0 && members[i].ties[kind] != 0 {
			tied = append(tied, uint32(i))
		}
	}
	slices.SortFunc(tied, func(a, b uint32) int {
		x, y := &members[a], &members[b]
		return cmp.Or(cmp.Compare(x.ties[kind], y.ties[kind]), cmp.Compare(x.name, y.name), cmp.Compare(a, b))
	})
	return tied
}

// uniteNames unites those of one name among the members that share a tie. What more than maxOwners names share is a
// portal's, an agency's or a service's, and ties nobody.
func (f forest) uniteNames(tied []uint32, members []member) {
	names := 1
	for i := 1; i < len(tied); i++ {
		if members[tied[i]].name != members[tied[i-1]].name {
			names++
		}
	}
	for i := 1; i < len(tied) && names <= maxOwners; i++ {
		if members[tied[i]].name == members[tied[i-1]].name {
			f.unite(tied[i-1], tied[i])
		}
	}
}

// A forest leads from each member to an earlier one of its group, and from the first to itself.
type forest []uint32

func newForest(n int) forest {
	f := make(forest, n)
	for i := range f {
		f[i] = uint32(i)
	}
	return f
}

// first is the first member of a member's group.
func (f forest) first(i uint32) uint32 {
	for f[i] != i {
		f[i] = f[f[i]]
		i = f[i]
	}
	return i
}

func (f forest) unite(a, b uint32) {
	a, b = f.first(a), f.first(b)
	f[max(a, b)] = min(a, b)
}

// numbered gives each member the number of its group, and says how many groups there are. It numbers those of two members
// or more, from 1.
func (f forest) numbered() (of []uint32, groups uint32) {
	of = make([]uint32, len(f))
	for i := range of {
		first := f.first(uint32(i))
		if first != uint32(i) && of[first] == 0 {
			of[first] = 1 // for now: its number depends on the members before it
		}
	}
	for i := range of {
		switch first := f.first(uint32(i)); {
		case first != uint32(i):
			of[i] = of[first]
		case of[i] != 0:
			groups++
			of[i] = groups
		}
	}
	return of, groups
}

// placesOf lists the places of each of n groups, each once.
func placesOf(of []uint32, n uint32, members []member) csr[index.Spot] {
	var order []uint32
	for i := range members {
		if of[i] != 0 && (members[i].spot.Pref != 0 || members[i].spot.City != 0) {
			order = append(order, uint32(i))
		}
	}
	slices.SortFunc(order, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(of[a], of[b]), comparePlaces(&members[a].spot, &members[b].spot))
	})
	order = slices.CompactFunc(order, func(a, b uint32) bool { return of[a] == of[b] && members[a].spot == members[b].spot })
	spots := csr[index.Spot]{start: make([]uint32, n+2), all: make([]index.Spot, len(order))}
	for at, i := range order {
		spots.all[at] = members[i].spot
		spots.start[of[i]+1]++
	}
	spots.sum()
	return spots
}

// Members are the groups of the delivery's mentions, in the mentions' order.
func (d *Delivery) Members() iter.Seq[nayose.GroupMember] {
	return func(yield func(nayose.GroupMember) bool) {
		for _, group := range d.groups.of {
			if !yield(nayose.GroupMember{Group: int32(group)}) {
				return
			}
		}
	}
}

// Places are the places of the delivery's groups, each once, group by group.
func (d *Delivery) Places() iter.Seq[nayose.GroupPlace] {
	return func(yield func(nayose.GroupPlace) bool) {
		for group := range len(d.groups.spots.start) - 1 {
			for _, s := range d.groups.spots.get(uint32(group)) {
				if !yield(d.master.groupPlace(group, &s)) {
					return
				}
			}
		}
	}
}

func (m *Master) groupPlace(group int, s *index.Spot) nayose.GroupPlace {
	g := nayose.GroupPlace{
		Group: int32(group), Prefecture: regionName(int(s.Pref)),
		City: strings.Clone(m.CityName(s.City)), Town: strings.Clone(m.TownName(s.Town)),
	}
	for _, n := range s.Numbers[:s.Count] {
		g.Numbers = append(g.Numbers, int32(n))
	}
	return g
}

// spotOf is the spot of which groupPlace made g.
func (m *Master) spotOf(g *nayose.GroupPlace) index.Spot {
	s := index.Spot{City: m.City(g.City), Town: m.Town(g.Town), Pref: uint8(slices.Index(reading.Prefectures, g.Prefecture) + 1)}
	for i, n := range g.Numbers[:min(len(g.Numbers), len(s.Numbers))] {
		s.Numbers[i] = uint16(n)
		s.Count++
	}
	return s
}

// readGroups are the n groups that Members and Places told of, with the places of the given members' groups only.
func (m *Matcher) readGroups(
	n int64, members iter.Seq2[nayose.GroupMember, error], places iter.Seq2[nayose.GroupPlace, error],
) (*groups, error) {
	g := &groups{spots: csr[index.Spot]{start: make([]uint32, n+2)}}
	wanted := make([]bool, n+1)
	for x, err := range members {
		if err != nil {
			return nil, err
		}
		if x.Group < 0 || int64(x.Group) > n {
			return nil, errNoSurvey
		}
		wanted[x.Group] = x.Group != 0
		g.of = append(g.of, uint32(x.Group))
	}
	last := int32(1)
	for place, err := range places {
		if err != nil {
			return nil, err
		}
		if place.Group < last || int64(place.Group) > n {
			return nil, errNoSurvey
		}
		last = place.Group
		if wanted[place.Group] {
			g.spots.start[place.Group+1]++
			g.spots.all = append(g.spots.all, m.master.spotOf(&place))
		}
	}
	g.spots.sum()
	return g, nil
}

var errNoSurvey = nayose.Fault(nayose.Integrity, errors.New("members and places of groups are not of one survey"), "")

// sum makes where rows start of how many values each has, noted one row further.
func (c *csr[V]) sum() {
	for i := range len(c.start) - 1 {
		c.start[i+1] += c.start[i]
	}
}

// count is the number of groups, and of the mentions in them.
func (g *groups) count() (several, grouped int64) {
	for _, group := range g.of {
		if group != 0 {
			several, grouped = max(several, int64(group)), grouped+1
		}
	}
	return several, grouped
}

// others are the places of the mention's group, among them its own, and whether the group is a chain.
func (g *groups) others(mention int) (list []index.Spot, chain bool) {
	if mention >= len(g.of) || g.of[mention] == 0 {
		return nil, false // it was not surveyed, or is by itself
	}
	list = g.spots.get(g.of[mention])
	seen := uint64(0)
	for i := range list {
		seen |= 1 << list[i].Pref
	}
	return list, bits.OnesCount64(seen&^1) > chainFrom
}

// chainFrom is the number of prefectures above which an employer is everywhere, and a namesake's city or prefecture that it
// is in says nothing.
const chainFrom = 5

// join adds the places of the mention's group that are not its own to the query.
func (d *desk) join(g *groups, mention int) {
	q := &d.query
	all, chain := g.others(mention)
	q.chain = chain
	for _, s := range all {
		if s != q.place.Spot && len(q.others) < maxSpots {
			q.others = append(q.others, s)
			q.regions |= 1 << s.Pref
		}
	}
}

// compareGroup is the level of a company beside the places of the mention's group.
func (m *Matcher) compareGroup(q *query, c uint32, confirmed []index.Spot) level {
	if len(q.others) == 0 {
		return groupAlone
	}
	switch best := nearer(m.compareGroupPlaces(q, c), m.compareGroupElsewhere(q, confirmed)); {
	case best == addressUnknown:
		return groupAlone
	case best <= addressTower:
		return groupOffice
	case best <= addressTown:
		return groupTown
	case q.chain:
		return groupChain
	case best == addressCity:
		return groupCity
	case best == addressPrefecture:
		return groupPrefecture
	}
	return groupElsewhere
}

// compareGroupPlaces is the level of the nearest of the group's places to the nearest of a company's.
func (m *Matcher) compareGroupPlaces(q *query, c uint32) level {
	best := m.compareOthers(q, &m.master.Company(c).Office)
	return nearer(best, m.compareGroupElsewhere(q, m.master.Elsewhere(c)))
}

func (m *Matcher) compareGroupElsewhere(q *query, spots []index.Spot) level {
	best := addressUnknown
	if len(spots) <= few {
		for i := range spots {
			best = nearer(best, m.compareOthers(q, &spots[i]))
		}
		return best
	}
	for _, o := range q.others {
		p := m.otherPlace(o)
		best = nearer(best, m.compareElsewhere(&p, spots))
	}
	return best
}

// compareOthers is the level of the nearest of the group's places to one of a company's.
func (m *Matcher) compareOthers(q *query, s *index.Spot) level {
	if s.Pref != 0 && q.regions&(1|1<<s.Pref) == 0 {
		return addressOtherPrefecture
	}
	best := addressUnknown
	for _, o := range q.others {
		if o.Pref != 0 && s.Pref != 0 && o.Pref != s.Pref {
			best = nearer(best, addressOtherPrefecture)
			continue
		}
		p := m.otherPlace(o)
		best = nearer(best, m.comparePlace(&p, s))
	}
	return best
}
