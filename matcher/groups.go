package matcher

import (
	"cmp"
	"fmt"
	"slices"

	"nayose/matcher/internal/reading"
)

// groups are the mentions of a delivery that name the same employer: the same name and legal form with the same domain or
// phone. What the places of the others say of a company, they say of each of them: who has a shop next to
// its office and one far away is likelier this company than a namesake near the far one.
//
// It holds up to 24 bytes a mention, and some 60 to 100 while groups are formed.
type groups struct {
	of    []uint32  // by mention: its group
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

// newGroups unites the members that share a name and a tie.
func newGroups(members []member) *groups {
	g := &groups{of: make([]uint32, len(members))}
	for i := range g.of {
		g.of[i] = uint32(i)
	}
	for kind := range len(member{}.ties) {
		tied := tiedBy(kind, members)
		for start := 0; start < len(tied); {
			end := start + 1
			for end < len(tied) && members[tied[end]].ties[kind] == members[tied[start]].ties[kind] {
				end++
			}
			g.uniteNames(tied[start:end], members)
			start = end
		}
	}
	for i := range g.of {
		g.of[i] = g.first(uint32(i))
	}
	g.spots = placed(g.of, members)
	return g
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
func (g *groups) uniteNames(tied []uint32, members []member) {
	names := 1
	for i := 1; i < len(tied); i++ {
		if members[tied[i]].name != members[tied[i-1]].name {
			names++
		}
	}
	for i := 1; i < len(tied) && names <= maxOwners; i++ {
		if members[tied[i]].name == members[tied[i-1]].name {
			g.unite(tied[i-1], tied[i])
		}
	}
}

// placed lists the places of each group, each once.
func placed(of []uint32, members []member) csr[spot] {
	order := make([]uint32, 0, len(members))
	for i := range members {
		if members[i].spot.pref != 0 || members[i].spot.city != 0 {
			order = append(order, uint32(i))
		}
	}
	slices.SortFunc(order, func(a, b uint32) int {
		x, y := &members[a], &members[b]
		return cmp.Or(cmp.Compare(of[a], of[b]), cmp.Compare(x.rank, y.rank), cmp.Compare(x.spot.city, y.spot.city),
			cmp.Compare(x.spot.town, y.spot.town), slices.Compare(x.spot.numbers[:], y.spot.numbers[:]), cmp.Compare(x.spot.pref, y.spot.pref))
	})
	order = slices.CompactFunc(order, func(a, b uint32) bool { return of[a] == of[b] && members[a].spot == members[b].spot })
	spots := csr[spot]{start: make([]uint32, len(members)+1), all: make([]spot, len(order))}
	for at, i := range order {
		spots.all[at] = members[i].spot
		spots.start[of[i]+1]++
	}
	for i := range members {
		spots.start[i+1] += spots.start[i]
	}
	return spots
}

// first is the group of a member: the first of its members.
func (g *groups) first(i uint32) uint32 {
	for g.of[i] != i {
		g.of[i] = g.of[g.of[i]]
		i = g.of[i]
	}
	return i
}

func (g *groups) unite(a, b uint32) {
	a, b = g.first(a), g.first(b)
	g.of[max(a, b)] = min(a, b)
}

// count is the number of groups of two mentions or more, and of the mentions in them.
func (g *groups) count() (several, grouped int64) {
	size := make([]int32, len(g.of))
	for _, first := range g.of {
		size[first]++
	}
	for _, n := range size {
		if n > 1 {
			several, grouped = several+1, grouped+int64(n)
		}
	}
	return several, grouped
}

// others are the places of the mention's group that are not its own, and whether the group is a chain.
func (g *groups) others(mention int, own spot) (list []spot, chain bool) {
	if mention >= len(g.of) {
		return nil, false // it was not surveyed
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
