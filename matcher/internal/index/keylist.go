package index

import (
	"cmp"
	"slices"
	"sync"
)

// Building: the companies by their keys. keys.go says what a key is.

// keysInBucket is about how many keys share a bucket, and are read one after another.
const keysInBucket = 4

// listKeys lists the companies by their keys, each once: those that the builder was given, and those that ids and places have.
func (b *Builder) listKeys(x *Index, number []uint32) {
	start, placeKeys := distinct(&b.placeKeys, len(number), func(k *keyOf) (uint32, Key) { return number[k.company], k.key() }, cmp.Compare[Key])
	each := func(visit func(k Key, company uint32)) {
		for k := range b.keys.all {
			visit(k.key(), number[k.company])
		}
		for c := range uint32(x.Len()) {
			x.ownKeys(c, visit)
			for _, k := range placeKeys[start[c]:start[c+1]] {
				visit(k, c)
			}
		}
	}
	for c := range x.companies {
		if start[c] < start[c+1] {
			x.companies[c].flags |= flagReached
		}
	}
	buckets := (b.keys.count+len(placeKeys)+3*x.Len()+2*len(x.spots))/keysInBucket + 1
	x.keyStart = make([]uint32, buckets+1)
	each(func(k Key, _ uint32) { x.keyStart[bucketOf(k, buckets)+1]++ })
	accumulate(x.keyStart)
	x.keyTags, x.keyOwners = make([]uint32, x.keyStart[buckets]), make([]uint32, x.keyStart[buckets])
	next := slices.Clone(x.keyStart)
	each(func(k Key, company uint32) {
		at := &next[bucketOf(k, buckets)]
		x.keyTags[*at], x.keyOwners[*at] = uint32(k), company
		*at++
	})
	x.eachBucket(x.sortKeys)
	x.dropTwins()
}

func (k *keyOf) key() Key { return Key(k.high)<<32 | Key(k.low) }

// dropTwins leaves a company each key once: several places of it may have the same.
func (x *Index) dropTwins() {
	kept, from := uint32(0), uint32(0)
	for bucket := range len(x.keyStart) - 1 {
		first, to := kept, x.keyStart[bucket+1]
		for i := from; i < to; i++ {
			if tag, owner := x.keyTags[i], x.keyOwners[i]; kept == first || tag != x.keyTags[kept-1] || owner != x.keyOwners[kept-1] {
				x.keyTags[kept], x.keyOwners[kept] = tag, owner
				kept++
			}
		}
		from, x.keyStart[bucket+1] = to, kept
	}
	x.keyTags, x.keyOwners = slices.Clip(x.keyTags[:kept]), slices.Clip(x.keyOwners[:kept])
}

// ownKeys are those of a company's id and places.
func (x *Index) ownKeys(c uint32, visit func(k Key, company uint32)) {
	visit(x.idKey(c), c)
	for _, kind := range []Kind{ByPlace, ByTown} {
		if k := x.companies[c].Office.placeKey(kind); k != 0 {
			visit(k, c)
		}
		spots := x.Elsewhere(c)
		for i := range spots {
			if k := spots[i].placeKey(kind); k != 0 {
				visit(k, c)
			}
		}
	}
}

// placeKey is the spot's key where it tells enough to be found by.
func (s *Spot) placeKey(kind Kind) Key {
	if kind == ByTown && (s.Town == 0 || !Telling(s.Numbers[:s.Count])) {
		return 0
	}
	return s.Key(kind)
}

// eachBucket visits where the keys of each bucket stand.
func (x *Index) eachBucket(visit func(from, to uint32)) {
	const part = 1 << 14
	buckets := len(x.keyStart) - 1
	inParallel(buckets/part+1, func(i int) {
		for bucket := i * part; bucket < min(buckets, (i+1)*part); bucket++ {
			visit(x.keyStart[bucket], x.keyStart[bucket+1])
		}
	})
}

// sortKeys orders a bucket by tag, then by company. Buckets are short but where many companies share an address.
func (x *Index) sortKeys(from, to uint32) {
	tags, owners := x.keyTags[from:to], x.keyOwners[from:to]
	list := make([]uint64, 0, 16)
	for i := range tags {
		list = append(list, uint64(tags[i])<<32|uint64(owners[i]))
	}
	slices.Sort(list)
	for i, v := range list {
		tags[i], owners[i] = uint32(v>>32), uint32(v)
	}
}

func (x *Index) idKey(c uint32) Key {
	if id := x.companies[c].id; id&textID == 0 {
		return numberKey(id)
	}
	return NewKey(ByID, x.ids.get(uint32(x.companies[c].id)))
}

// twice is a company whose id another one has, too; of several the one with the lowest number. Their keys stand side by side.
func (x *Index) twice() (company uint32, ok bool) {
	lowest := uint32(x.Len())
	var lock sync.Mutex
	x.eachBucket(func(from, to uint32) {
		for i := from + 1; i < to; i++ {
			a, b := x.keyOwners[i-1], x.keyOwners[i]
			if a != b && x.keyTags[i-1] == x.keyTags[i] && x.companies[a].id == x.companies[b].id {
				lock.Lock()
				lowest = min(lowest, a)
				lock.Unlock()
			}
		}
	})
	return lowest, int(lowest) < x.Len()
}
