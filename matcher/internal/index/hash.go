package index

// Hashes are FNV-1a in 64 bits, mixed at the end (the finalizer of MurmurHash3): the same in every process, and of a name
// extended by a letter at the cost of that letter.

const (
	hashStart = 14695981039346656037
	hashPrime = 1099511628211
)

func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

func hashText(s string) uint64 {
	h := uint64(hashStart)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * hashPrime
	}
	return mix(h)
}

// Hash32 is a text as companies hold it; 0 is the empty one alone.
func Hash32(s string) uint32 {
	if s == "" {
		return 0
	}
	return max(uint32(hashText(s)), 1)
}

// NameHash is the hash of a name's letters so far.
type NameHash uint64

// NoLetters is the hash of a name that has not begun.
const NoLetters NameHash = hashStart

// Add is the hash of the name and one letter more.
func (h NameHash) Add(letter uint16) NameHash { return (h ^ NameHash(letter)) * hashPrime }

// HashName is the hash of a whole name.
func HashName(name []uint16) NameHash {
	h := NoLetters
	for _, l := range name {
		h = h.Add(l)
	}
	return h
}
