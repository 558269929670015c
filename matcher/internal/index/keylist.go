package index

import "slices"

// keysInBucket is about how many keys share a bucket, and are read one after another.
const keysInBucket = 4

// listKeys lists the companies by their keys: those that the builder was given, and those that ids and places have.
func (b *Builder) listKeys(x *Index, number []uint32) {
	each := func(visit func(k Key, company uint32)) {
		for k := range b.keys.all {
			visit(Key(k.high)<<32|Key(k.low), number[k.company])
		}
		for c := range uint32(x.Len()) {
			visit(x.idKey(c), c)
			spots := x.Places(c)
			for i := range spots {
				if place := spots[i].Key(ByPlace); place != 0 && !contains(spots[:i], &spots[i], ByPlace) {
					visit(place, c)
				}
				if telling(&spots[i]) && !contains(spots[:i], &spots[i], ByTown) {
					visit(spots[i].Key(ByTown), c)
				}
			}
		}
	}
	count := 0
	each(func(Key, uint32) { count++ })
	buckets := count/keysInBucket + 1
	x.keyStart = make([]uint32, buckets+1)
	each(func(k Key, _ uint32) { x.keyStart[bucketOf(k, buckets)+1]++ })
	for i := range buckets {
		x.keyStart[i+1] += x.keyStart[i]
	}
	x.keyTags, x.keyOwners = make([]uint32, count), make([]uint32, count)
	next := slices.Clone(x.keyStart)
	each(func(k Key, company uint32) {
		at := &next[bucketOf(k, buckets)]
		x.keyTags[*at], x.keyOwners[*at] = uint32(k), company
		*at++
	})
	const part = 1 << 14
	inParallel(buckets/part+1, func(i int) {
		for bucket := i * part; bucket < min(buckets, (i+1)*part); bucket++ {
			x.sortKeys(x.keyStart[bucket], x.keyStart[bucket+1])
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
	var buffer [32]byte
	return NewKey(ByID, textOf(x.AppendID(buffer[:0], c)))
}

// contains reports a place that a company left and came back to, as keys of a kind tell places.
func contains(spots []Spot, s *Spot, kind Kind) bool {
	return slices.ContainsFunc(spots, func(o Spot) bool { return o.Key(kind) == s.Key(kind) })
}

// telling reports numbers that make a place's own with the town's name alone: two, or a high one.
func telling(s *Spot) bool {
	return s.Town != 0 && (s.Count > 1 || s.Count == 1 && s.Numbers[0] >= 100)
}
