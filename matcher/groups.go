package matcher

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"

	"nayose"
	"nayose/matcher/internal/reading"
)

// groups are the mentions of a delivery that name the same employer: the same name and legal form with the same domain or
// phone. What the places of the others say of a company, they say of each of them: who has a shop next to
// its office and one far away is likelier this company than a namesake near the far one.
//
// It holds 4 bytes a mention and 16 a place of a group, and up to 64 a mention while groups are formed.
type groups struct {
	of    []uint32  // by mention: its group, from 1; 0 where no other names its employer
	spots csr[spot] // by group: the places of its mentions, each once
}

// maxSpots is how many places of a group are looked at.
const maxSpots = 128

// A member is what is kept of a mention: the hashes that tie it to others (0 for none) and its place.
type member struct {
	ties [2]uint32
	name uint32
	spot spot
	rank uint32 // a hash of the place's words, by which a group's places are ordered whatever the order of mentions
}

// member reads what ties a mention to others of its delivery.
func (m *Matcher) member(q *query) member {
	x := member{spot: m.spot(q)}
	x.rank = hashOf(x.spot.pref, fmt.Sprintf("%s %s %d", m.master.text(x.spot.city), m.master.text(x.spot.town), x.spot.numbers))
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
	x.name = hashOf(byte(w.Form), w.Strict)
	for i, tie := range []string{q.domain, q.phone} {
		if tie != "" {
			x.ties[i] = hashOf(byte(i+1), tie)
		}
	}
	return x
}

// spot is a mention's place in the master's terms.
func (m *Matcher) spot(q *query) spot {
	return newSpot(&q.place, q.city, m.master.terms.find(kindTown, q.place.Town))
}

// newGroups unites the members that share a name and a tie, and numbers the groups by their first members.
func newGroups(members []member) *groups {
	f := newForest(len(members))
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
	of, n := f.numbered()
	return &groups{of, placed(of, n, members)}
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

// placed lists the places of each of n groups, each once.
func placed(of []uint32, n uint32, members []member) csr[spot] {
	var order []uint32
	for i := range members {
		if of[i] != 0 && (members[i].spot.pref != 0 || members[i].spot.city != 0) {
			order = append(order, uint32(i))
		}
	}
	slices.SortFunc(order, func(a, b uint32) int {
		x, y := &members[a], &members[b]
		return cmp.Or(cmp.Compare(of[a], of[b]), cmp.Compare(x.rank, y.rank), cmp.Compare(x.spot.city, y.spot.city),
			cmp.Compare(x.spot.town, y.spot.town), slices.Compare(x.spot.numbers[:], y.spot.numbers[:]), cmp.Compare(x.spot.pref, y.spot.pref))
	})
	order = slices.CompactFunc(order, func(a, b uint32) bool { return of[a] == of[b] && members[a].spot == members[b].spot })
	spots := csr[spot]{start: make([]uint32, n+2), all: make([]spot, len(order))}
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

func (m *Master) groupPlace(group int, s *spot) nayose.GroupPlace {
	place := m.placeOf(s)
	g := nayose.GroupPlace{Group: int32(group), Prefecture: regionName(int(s.pref)), City: place.City, Town: place.Town}
	for _, n := range place.Numbers {
		g.Numbers = append(g.Numbers, int32(n))
	}
	return g
}

// spotOf is the spot of which groupPlace made g.
func (m *Master) spotOf(g *nayose.GroupPlace) spot {
	place := reading.Place{Pref: uint8(slices.Index(reading.Prefectures, g.Prefecture) + 1)}
	for _, n := range g.Numbers {
		place.Numbers = append(place.Numbers, uint16(n))
	}
	return newSpot(&place, m.terms.find(kindCity, g.City), m.terms.find(kindTown, g.Town))
}

// readGroups are the n groups that Members and Places told of, with the places of the given members' groups only.
func (m *Matcher) readGroups(
	n int64, members iter.Seq2[nayose.GroupMember, error], places iter.Seq2[nayose.GroupPlace, error],
) (*groups, error) {
	g := &groups{spots: csr[spot]{start: make([]uint32, n+2)}}
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

// others are the places of the mention's group that are not its own, and whether the group is a chain.
func (g *groups) others(mention int, own spot) (list []spot, chain bool) {
	if mention >= len(g.of) || g.of[mention] == 0 {
		return nil, false // it was not surveyed, or is by itself
	}
	var prefectures [48]bool
	spread := 0
	for _, s := range g.spots.get(g.of[mention]) {
		if s.pref != 0 && !prefectures[s.pref] {
			prefectures[s.pref] = true
			spread++
		}
		if s != own && len(list) < maxSpots {
			list = append(list, s)
		}
	}
	return list, spread > chainFrom
}

// chainFrom is the number of prefectures above which an employer is everywhere, and a namesake's city or prefecture that it
// is in says nothing.
const chainFrom = 5

// compareGroup is the level of a company beside the places of the mention's group.
func (m *Matcher) compareGroup(q *query, c uint32) level {
	best := addressUnknown
	for i := range q.others {
		best = nearer(best, m.compareAddress(&q.others[i], c))
	}
	switch {
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

// placeOf is the place that a spot was made of.
func (m *Master) placeOf(s *spot) reading.Place {
	return reading.Place{
		Pref: s.pref, City: string(m.text(s.city)), Town: string(m.text(s.town)), Numbers: s.numbers[:s.count],
	}
}
