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
	b.placeOthers(x, number, called)
	b.placeSpots(x, number)
	x.relate(sameCity)
	x.bareWards()
	x.listBearers()
	x.countLetters()
	x.listPairs()
	b.listKeys(x, number)
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

// numberNames orders the names by length, then by letters, and is their numbers by those of the builder's dictionary.
func (b *Builder) numberNames(x *Index) []uint32 {
	d := &b.names
	n := len(d.ends) - 1
	byLength := make([][]uint32, 1)
	for i := 1; i <= n; i++ {
		length := int(d.ends[i] - d.ends[i-1])
		for len(byLength) <= length {
			byLength = append(byLength, nil)
		}
		byLength[length] = append(byLength[length], uint32(i))
	}
	inParallel(len(byLength), func(length int) { d.sort(byLength[length], length) })
	x.ends, x.letters = make([]uint32, 1, n+1), make([]uint16, 0, len(d.letters))
	x.names, x.filter = make([]uint32, tableSize(n)), make([]uint64, filterSize(n))
	called := make([]uint32, n+1)
	for _, names := range byLength {
		for _, old := range names {
			called[old] = uint32(len(x.ends))
			x.addName(called[old], mix(uint64(HashName(d.get(old)))))
			x.letters = append(x.letters, d.get(old)...)
			x.ends = append(x.ends, uint32(len(x.letters)))
		}
	}
	*d = dictionary{}
	return called
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

func (b *Builder) placeOthers(x *Index, number, called []uint32) {
	for o := range b.others.all {
		o.company, o.Name = number[o.company], called[o.Name]
	}
	x.otherStart, x.others = grouped(&b.others, len(number), func(o *otherOf) (uint32, Other) { return o.company, o.Other })
	b.others = pile[otherOf]{}
}

// placeSpots gives cities and towns the numbers of their names' order.
func (b *Builder) placeSpots(x *Index, number []uint32) {
	var cities, towns []uint32
	x.cities, cities = ranked(b.cities)
	x.towns, towns = ranked(b.towns)
	for s := range b.spots.all {
		s.company, s.City, s.Town = number[s.company], cities[s.City], towns[s.Town]
	}
	x.spotStart, x.spots = grouped(&b.spots, len(number), func(s *spotOf) (uint32, Spot) { return s.company, s.Spot })
	b.spots, b.cities, b.towns = pile[spotOf]{}, nil, nil
	r := newRegions(x.cities.len())
	for c := range x.companies {
		s := &x.companies[c].Office
		s.City, s.Town = cities[s.City], towns[s.Town]
		r.add(s)
	}
	for i := range x.spots {
		r.add(&x.spots[i])
	}
	x.regions = r.of
}

// regions find out in which prefecture each city is.
type regions struct {
	of    []uint8 // by city: 0 where several have one of this name
	known []bool
}

func newRegions(cities int) *regions { return &regions{make([]uint8, cities), make([]bool, cities)} }

func (r *regions) add(s *Spot) {
	if s.City == 0 || s.Pref == 0 {
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

// listBearers lists the companies by the names that they bear.
func (x *Index) listBearers() {
	x.bearerStart = make([]uint32, x.Names()+1)
	count := 0
	each := func(visit func(name uint32, b Bearer)) {
		for c := range x.companies {
			if name := x.companies[c].Name; name != 0 {
				visit(name, newBearer(uint32(c), Registered))
			}
			for _, o := range x.Others(uint32(c)) {
				if o.Name != 0 {
					visit(o.Name, newBearer(uint32(c), o.Role))
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
