package index

import (
	"slices"
	"sort"
	"strings"
)

// Where companies are: municipalities, towns and the numbers in them.

// City is the number of a municipality; 0 where the index has none of this name.
func (x *Index) City(name string) uint32 { return x.cities.find(name) }

// Town is the number of a town.
func (x *Index) Town(name string) uint32 { return x.towns.find(name) }

// CityName is the name of a municipality, good as long as the index is open.
func (x *Index) CityName(city uint32) string { return x.cities.get(city) }

// TownName is the name of a town, good as long as the index is open.
func (x *Index) TownName(town uint32) string { return x.towns.get(town) }

// CutPrefecture parts a company's places at the end of the first one's prefecture.
func CutPrefecture(spots []Spot) (some, others []Spot) {
	pref := spots[0].Pref
	n := 1 + sort.Search(len(spots)-1, func(i int) bool { return spots[i+1].Pref > pref })
	return spots[:n], spots[n:]
}

// InCity are those of a company's places in one prefecture that lie in a city.
func InCity(spots []Spot, city uint32) []Spot {
	from := sort.Search(len(spots), func(i int) bool { return spots[i].City >= city })
	return spots[from : from+sort.Search(len(spots)-from, func(i int) bool { return spots[from+i].City > city })]
}

// Telling reports numbers that make a place's own with the town's name alone: two, or a high one.
func Telling(numbers []uint16) bool {
	return len(numbers) > 1 || len(numbers) == 1 && numbers[0] >= 100
}

// Region is the prefecture of a municipality; 0 where it is not known, or several have one of this name.
func (x *Index) Region(city uint32) uint8 {
	if city == 0 {
		return 0
	}
	return x.regions[city-1]
}

// Kin are the municipalities that are the same as one, itself among them.
func (x *Index) Kin(city uint32) []uint32 {
	if city == 0 {
		return nil
	}
	return x.kin[x.kinStart[city-1]:x.kinStart[city]]
}

// Cities is how many municipalities there are; they are numbered from 1.
func (x *Index) Cities() int { return x.cities.len() }

// bareWards forgets the prefecture of a ward that another city has too: 中央区 alone may be Tokyo's or 大阪市中央区.
func (x *Index) bareWards() {
	for city := uint32(1); city <= uint32(x.cities.len()); city++ {
		_, ward, ok := strings.Cut(x.cities.get(city), "市")
		if bare := x.City(ward); ok && bare != 0 && x.Region(bare) != x.Region(city) {
			x.regions[bare-1] = 0
		}
	}
}

// relate lists which municipalities are one. Of two that are, the name of one begins or ends with the other's.
func (x *Index) relate(sameCity func(a, b string) bool) {
	n := uint32(x.cities.len())
	kin := make([][]uint32, n+1)
	same := func(a, b uint32) {
		if a != 0 && sameCity(x.cities.get(a), x.cities.get(b)) && !slices.Contains(kin[a], b) {
			kin[a], kin[b] = append(kin[a], b), append(kin[b], a)
		}
	}
	for c := uint32(1); c <= n; c++ {
		kin[c] = append(kin[c], c)
	}
	for c := uint32(1); c <= n; c++ {
		name := x.cities.get(c)
		for i := range name {
			if i > 0 {
				same(x.City(name[i:]), c)
				same(x.City(name[:i]), c)
			}
		}
	}
	x.kinStart = make([]uint32, n+1)
	for c := uint32(1); c <= n; c++ {
		slices.Sort(kin[c])
		x.kin = append(x.kin, kin[c]...)
		x.kinStart[c] = uint32(len(x.kin))
	}
}
