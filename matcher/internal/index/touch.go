package index

// A read that misses the caches waits some 100 ns for memory, but ten such reads wait together where none needs another's
// result. So what is about to be read of many names or companies is asked for in short loops first: without them the candidates of
// a misspelt name cost half as much again.

// TouchNames asks for the letters and bearers of names, and for the rows of their first bearers. What it returns means nothing, and
// keeps the compiler from leaving out the reads.
func (x *Index) TouchNames(names []uint32) (sum uint32) {
	for _, name := range names {
		sum += x.ends[name-1] + x.bearerStart[name-1]
	}
	for _, name := range names {
		sum += uint32(x.letters[x.ends[name-1]]) + uint32(x.bearers[x.bearerStart[name-1]])
	}
	for _, name := range names {
		c := &x.companies[x.bearers[x.bearerStart[name-1]].Company()]
		sum += c.Name + uint32(c.Office.Pref)
	}
	return sum
}

// touchLetters asks for the letters of names.
func (x *Index) touchLetters(names []uint32) (sum uint32) {
	for _, name := range names {
		sum += x.ends[name-1]
	}
	for _, name := range names {
		sum += uint32(x.letters[x.ends[name-1]])
	}
	return sum
}

// TouchBearers asks for the rows of companies.
func (x *Index) TouchBearers(all []Bearer) (sum uint32) {
	for _, b := range all {
		c := &x.companies[b.Company()]
		sum += c.Name + uint32(c.Office.Pref) // a row may lie in two lines of the cache
	}
	return sum
}

// TouchKeys asks for the owners of keys.
func (x *Index) TouchKeys(keys []Key) (sum uint32) {
	for _, k := range keys {
		sum += x.keyStart[x.bucket(k)]
	}
	for _, k := range keys {
		if i := x.keyStart[x.bucket(k)]; int(i) < len(x.keyTags) {
			sum += x.keyTags[i] + x.keyOwners[i]
		}
	}
	return sum
}

// TouchHashes asks for the names that have these hashes.
func (x *Index) TouchHashes(hashes []NameHash) (sum uint32) {
	mask := uint32(len(x.names) - 1)
	for _, h := range hashes {
		if hash := mix(uint64(h)); x.known(hash) {
			sum += x.names[uint32(hash)&mask]
		}
	}
	for _, h := range hashes {
		if hash := mix(uint64(h)); x.known(hash) {
			if name := x.names[uint32(hash)&mask] & maxNames; name != 0 {
				sum += x.ends[name-1] + x.bearerStart[name-1]
			}
		}
	}
	return sum
}
