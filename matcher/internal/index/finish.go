package index

import (
	"cmp"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"nayose"
)

// Building, second half: what was gathered is put in order and numbered, and the arrays are made of it. grams.go lists the pairs of letters,
// keylist.go the keys.

// Finish makes the index of the companies that were added; sameCity says whether two municipalities are one. The builder is empty
// afterwards. A company id that came twice is an error of kind nayose.Contract.
func (b *Builder) Finish(sameCity func(a, b string) bool) (*Index, error) {
	x := &Index{}
	heirs := b.heirs()
	order := b.order(x)
	number := make([]uint32, b.rows.count) // the company's number in the index, by its number in the builder
	for i, old := range order {
		number[old] = uint32(i)
	}
	x.listHeirs(heirs, number)
	called := b.numberNames(x)
	b.placeCompanies(x, order, called)
	b.placeSpots(x, number)
	b.placeOthers(x, number, called)
	x.relate(sameCity)
	x.listBearers()
	x.countLetters()
	x.listPairs()
	b.listKeys(x, number)
	x.strays = b.strays
	*b = *NewBuilder()
	if c, ok := x.twice(); ok {
		return nil, nayose.Fault(nayose.Contract, fmt.Errorf("company id %q stands twice", x.ID(c)),
			"give each company one row; former names and aliases go into columns of their own")
	}
	return x, nil
}

// inParallel calls work for 0 to n-1 on every processor. What a call does must not depend on the others.
func inParallel(n int, work func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				work(i)
			}
		})
	}
	wg.Wait()
}

const prefectureCount = 48 // with 0 for none

// order lists the builder's companies by prefecture and id, and numbers the ids that are texts by theirs.
func (b *Builder) order(x *Index) []uint32 {
	ranks := b.rankIDs(x)
	type keyed struct {
		id  uint64
		old uint32
	}
	x.prefectures = make([]uint32, prefectureCount+1)
	for r := range b.rows.all {
		if r.id&textID != 0 {
			r.id = textID | uint64(ranks[r.id&^textID])
		}
		x.prefectures[r.Office.Pref+1]++
	}
	accumulate(x.prefectures)
	next := slices.Clone(x.prefectures)
	list := make([]keyed, b.rows.count)
	old := uint32(0)
	for r := range b.rows.all {
		p := r.Office.Pref
		list[next[p]] = keyed{r.id, old}
		next[p]++
		old++
	}
	inParallel(prefectureCount, func(p int) {
		slices.SortFunc(list[x.prefectures[p]:x.prefectures[p+1]], func(a, b keyed) int { return cmp.Compare(a.id, b.id) })
	})
	order := make([]uint32, len(list))
	for i := range list {
		order[i] = list[i].old
	}
	return order
}

// rankIDs makes the ids that are texts those of the index, and is their numbers there by their numbers here.
func (b *Builder) rankIDs(x *Index) []uint32 {
	sorted := slices.Sorted(slices.Values(b.textIDs))
	x.ids = newTexts(slices.Compact(sorted))
	ranks := make([]uint32, len(b.textIDs)+1)
	for i, id := range b.textIDs {
		ranks[i+1] = x.ids.find(id)
	}
	return ranks
}

// numberNames orders the names, those of companies before those that workplaces alone have, by length, then by letters. What it
// returns is their numbers by those of the builder's dictionary.
func (b *Builder) numberNames(x *Index) []uint32 {
	d := &b.names
	n := len(d.ends) - 1
	x.ends, x.letters = make([]uint32, 1, n+1), make([]uint16, 0, len(d.letters))
	x.names, x.filter = make([]uint32, tableSize(n)), make([]uint64, filterSize(n))
	called := make([]uint32, n+1)
	for _, own := range []bool{true, false} {
		for _, names := range d.byLength(func(name uint32) bool { return own == (int(name) < len(b.own) && b.own[name]) }) {
			for _, old := range names {
				called[old] = uint32(len(x.ends))
				x.addName(called[old], mix(uint64(HashName(d.get(old)))), own)
				x.letters = append(x.letters, d.get(old)...)
				x.ends = append(x.ends, uint32(len(x.letters)))
			}
		}
		if own {
			x.ownNames = []uint32{uint32(x.Names())}
		}
	}
	*d, b.own = dictionary{}, nil
	return called
}

// byLength lists the names that are wanted by how many letters they have, those of one length in order.
func (d *dictionary) byLength(wanted func(name uint32) bool) [][]uint32 {
	lists := make([][]uint32, 1)
	for i := uint32(1); int(i) < len(d.ends); i++ {
		if !wanted(i) {
			continue
		}
		length := int(d.ends[i] - d.ends[i-1])
		for len(lists) <= length {
			lists = append(lists, nil)
		}
		lists[length] = append(lists[length], i)
	}
	inParallel(len(lists), func(length int) { d.sort(lists[length], length) })
	return lists
}

// sort orders names of one length by their letters: by the first four at once where these differ.
func (d *dictionary) sort(names []uint32, length int) {
	type keyed struct {
		first uint64
		name  uint32
	}
	list := make([]keyed, len(names))
	for i, name := range names {
		for _, l := range append(d.get(name)[:min(length, 4):min(length, 4)], 0, 0, 0, 0)[:4] {
			list[i].first = list[i].first<<16 | uint64(l)
		}
		list[i].name = name
	}
	slices.SortFunc(list, func(a, b keyed) int {
		if a.first != b.first {
			return cmp.Compare(a.first, b.first)
		}
		return slices.Compare(d.get(a.name), d.get(b.name))
	})
	for i := range list {
		names[i] = list[i].name
	}
}

func (b *Builder) placeCompanies(x *Index, order, called []uint32) {
	x.companies = make([]Company, len(order))
	for i, old := range order {
		x.companies[i] = *b.rows.at(old)
		x.companies[i].Name = called[x.companies[i].Name]
	}
	b.rows = pile[Company]{}
}

// placeOthers lists companies' other names: those that they were given, in that order, then those of their workplaces, each once
// and only where the company has not that name itself.
func (b *Builder) placeOthers(x *Index, number, called []uint32) {
	start, names := distinct(&b.placeNames, len(number), func(n *nameOf) (uint32, uint32) { return number[n.company], called[n.name] },
		cmp.Compare[uint32])
	ownStart, own := grouped(&b.others, len(number), func(o *otherOf) (uint32, Other) {
		other := o.Other
		other.Name = called[other.Name]
		return number[o.company], other
	})
	b.others, b.placeNames = pile[otherOf]{}, pile[nameOf]{}
	x.otherStart, x.others = make([]uint32, 1, len(ownStart)), make([]Other, 0, len(own)+len(names))
	for c := range number {
		given := own[ownStart[c]:ownStart[c+1]]
		x.others = append(x.others, given...)
		for _, name := range names[start[c]:start[c+1]] {
			if name != x.companies[c].Name && !slices.ContainsFunc(given, func(o Other) bool { return o.Name == name }) {
				x.others = append(x.others, Other{Name: name, Role: OfWorkplace})
			}
		}
		x.otherStart = append(x.otherStart, uint32(len(x.others)))
	}
}

// placeSpots lists companies' places beside the office, each once. Cities and towns get the numbers of their names' order.
func (b *Builder) placeSpots(x *Index, number []uint32) {
	var cities, towns []uint32
	x.cities, cities = ranked(b.cities)
	x.towns, towns = ranked(b.towns)
	renumber := func(s *Spot) { s.City, s.Town = cities[s.City], towns[s.Town] }
	r := newRegions(x.cities.len())
	for c := range x.companies {
		renumber(&x.companies[c].Office)
		r.add(&x.companies[c].Office)
	}
	for s := range b.spots.all {
		renumber(&s.Spot)
		r.add(&s.Spot)
	}
	r.close()
	for p := range b.places.all {
		renumber(&p.Spot)
		r.add(&p.Spot)
	}
	x.regions = r.of
	x.bareWards()
	for p := range b.places.all {
		if p.sure && p.Pref == 0 {
			p.Pref = x.Region(p.City)
		}
		b.spots.add(spotOf{p.company, p.Spot})
	}
	x.spotStart, x.spots = distinct(&b.spots, len(number), func(s *spotOf) (uint32, Spot) { return number[s.company], s.Spot }, CompareSpots)
	b.spots, b.places, b.cities, b.towns = pile[spotOf]{}, pile[placeOf]{}, nil, nil
	x.dropOffices()
}

// dropOffices takes the offices out of the places beside them, and says of each company whether it has others.
func (x *Index) dropOffices() {
	kept, from := x.spots[:0], uint32(0)
	for c := range x.companies {
		r := &x.companies[c]
		for _, s := range x.spots[from:x.spotStart[c+1]] {
			if s == r.Office {
				continue
			}
			kept = append(kept, s)
			r.flags |= flagElsewhere
			if s.Pref != r.Office.Pref {
				r.flags |= flagAbroad
			}
		}
		from, x.spotStart[c+1] = x.spotStart[c+1], uint32(len(kept))
	}
	x.spots = slices.Clip(kept)
}

// CompareSpots orders a company's places by prefecture, city, town and numbers.
func CompareSpots(a, b Spot) int {
	return cmp.Or(cmp.Compare(a.Pref, b.Pref), cmp.Compare(a.City, b.City), cmp.Compare(a.Town, b.Town),
		slices.Compare(a.Numbers[:], b.Numbers[:]), cmp.Compare(a.Count, b.Count))
}

// regions find out in which prefecture each city is.
type regions struct {
	of    []uint8 // by city: 0 where several have one of this name
	known []bool
	fixed []bool // known by companies' own places, which workplaces do not contradict
}

func newRegions(cities int) *regions {
	return &regions{of: make([]uint8, cities), known: make([]bool, cities), fixed: make([]bool, cities)}
}

// close keeps what is known so far.
func (r *regions) close() { copy(r.fixed, r.known) }

func (r *regions) add(s *Spot) {
	if s.City == 0 || s.Pref == 0 || r.fixed[s.City-1] {
		return
	}
	switch i := s.City - 1; {
	case !r.known[i]:
		r.known[i], r.of[i] = true, s.Pref
	case r.of[i] != s.Pref:
		r.of[i] = 0
	}
}

// ranked numbers texts by their order, and is those numbers by the old ones.
func ranked(numbers map[string]uint32) (t texts, rank []uint32) {
	delete(numbers, "")
	sorted := slices.Sorted(maps.Keys(numbers))
	rank = make([]uint32, len(sorted)+1)
	for i, s := range sorted {
		rank[numbers[s]] = uint32(i + 1)
	}
	return newTexts(sorted), rank
}

// grouped lists values by key, which are below n, in the order in which they came: those of key k are all[start[k]:start[k+1]].
func grouped[P, V any](p *pile[P], n int, of func(*P) (uint32, V)) (start []uint32, all []V) {
	start, all = make([]uint32, n+1), make([]V, p.count)
	for v := range p.all {
		key, _ := of(v)
		start[key+1]++
	}
	accumulate(start)
	next := slices.Clone(start)
	for v := range p.all {
		key, value := of(v)
		all[next[key]] = value
		next[key]++
	}
	return start, all
}

// distinct lists values as grouped does, those of a key in order and each once.
func distinct[P, V any](p *pile[P], n int, of func(*P) (uint32, V), compare func(a, b V) int) (start []uint32, all []V) {
	start, all = grouped(p, n, of)
	kept, from := all[:0], uint32(0)
	for key := range n {
		values := all[from:start[key+1]]
		if len(values) > 1 {
			slices.SortFunc(values, compare)
			values = slices.CompactFunc(values, func(a, b V) bool { return compare(a, b) == 0 })
		}
		kept = append(kept, values...)
		from, start[key+1] = start[key+1], uint32(len(kept))
	}
	return start, kept
}

// listBearers lists the companies by the names that they bear: of each name first those whose own it is, then those of whose
// workplaces.
func (x *Index) listBearers() {
	x.bearerStart = make([]uint32, x.Names()+1)
	count := 0
	each := func(visit func(name uint32, b Bearer)) {
		for _, ofWorkplaces := range []bool{false, true} {
			for c := range uint32(x.Len()) {
				if name := x.companies[c].Name; name != 0 && !ofWorkplaces {
					visit(name, x.bearer(c, Registered))
				}
				for _, o := range x.Others(c) {
					if o.Name != 0 && (o.Role == OfWorkplace) == ofWorkplaces {
						visit(o.Name, x.bearer(c, o.Role))
					}
				}
			}
		}
	}
	each(func(name uint32, _ Bearer) { x.bearerStart[name]++; count++ })
	accumulate(x.bearerStart)
	x.bearers = make([]Bearer, count)
	next := slices.Clone(x.bearerStart)
	each(func(name uint32, b Bearer) {
		x.bearers[next[name-1]] = b
		next[name-1]++
	})
}
