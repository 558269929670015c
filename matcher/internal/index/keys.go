package index

// Kind tells apart what companies are found by beside their names.
type Kind uint8

// The kinds of key.
const (
	ByID     Kind = 'i'
	ByKana   Kind = 'k' // the reading, or a spelled-out name's letters
	ByPhone  Kind = 'p'
	ByDomain Kind = 'd'
	ByPlace  Kind = 'a' // municipality, town and numbers
	ByTown   Kind = 't' // town and numbers, for who leaves out the municipality
)

// Key is the hash of a kind and a text. Companies are found by 32 of its bits among the few that share the others: one search in
// some thousand million finds a company that has another key, which a comparison of the fields themselves then shows.
type Key uint64

// NewKey is the key of a text; 0 where it is empty.
func NewKey(kind Kind, text string) Key {
	if text == "" {
		return 0
	}
	if kind == ByID {
		if n, ok := number13(text); ok {
			return numberKey(n)
		}
	}
	h := (uint64(hashStart) ^ uint64(kind)) * hashPrime
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * hashPrime
	}
	return Key(mix(h))
}

// number13 is the value of 13 digits.
func number13(s string) (n uint64, ok bool) {
	if len(s) != 13 {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + uint64(s[i]-'0')
	}
	return n, true
}

// numberKey is the key of an id of 13 digits.
func numberKey(n uint64) Key { return Key(mix(n ^ hashStart)) }

// Key is where a spot lies to the last number, ByPlace or ByTown; 0 where that is not known. It leaves the prefecture out,
// which mentions often do.
func (s *Spot) Key(kind Kind) Key {
	if kind == ByPlace && (s.City == 0 || s.Town == 0 && s.Count < 2) || s.Count == 0 {
		return 0
	}
	h := uint64(hashStart) ^ uint64(kind)
	if kind == ByPlace {
		h = h*hashPrime ^ uint64(s.City)
	}
	h = mix(h*hashPrime ^ uint64(s.Town))
	for _, n := range s.Numbers[:s.Count] {
		h = (h ^ uint64(n)) * hashPrime
	}
	return Key(mix(h ^ uint64(s.Count)))
}

// Owners are the companies that have a key, in the order of their numbers.
func (x *Index) Owners(k Key) []uint32 {
	if k == 0 || len(x.keyStart) == 0 {
		return nil
	}
	bucket, tag := x.bucket(k), uint32(k)
	i, end := x.keyStart[bucket], x.keyStart[bucket+1]
	for i < end && x.keyTags[i] < tag {
		i++
	}
	first := i
	for i < end && x.keyTags[i] == tag {
		i++
	}
	return x.keyOwners[first:i]
}

// bucket is the part of the keys that a key lies in, by its upper bits.
func (x *Index) bucket(k Key) uint32 { return bucketOf(k, len(x.keyStart)-1) }

func bucketOf(k Key, buckets int) uint32 { return uint32(uint64(k) >> 32 * uint64(buckets) >> 32) }
