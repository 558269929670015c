package index

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"unsafe"
)

// Check reads the whole index and verifies what everything here relies on: the checksums of its file, that each number points at
// something, that what is ordered is in order, that each name, text, pair and key is found where it is looked for. The error is of kind
// nayose.Integrity and says what the first fault is. It takes some seconds for a million companies.
func (x *Index) Check() error {
	err := inTurn(x.checkSums, x.checkRows, x.checkTables, x.checkCompanies, x.checkHeirs)
	if err == nil {
		var names, places error
		inParallel(2, func(i int) {
			if i == 0 {
				names = inTurn(x.checkNames, x.checkPairs)
			} else {
				places = inTurn(x.checkPlaces, x.checkKeys)
			}
		})
		err = cmp.Or(names, places)
	}
	if err != nil {
		return damaged(fmt.Errorf("check index: %w", err))
	}
	return nil
}

// inTurn does checks, of which each relies on those before it, and stops at the first fault.
func inTurn(checks ...func() error) error {
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// checkSums compares the sections of an opened index with their checksums.
func (x *Index) checkSums() error {
	if x.mapped == nil {
		return nil
	}
	head, err := header(x.mapped)
	if err != nil {
		return err
	}
	sums, i := head[8*sectionCount:], 0
	x.each(func(slice unsafe.Pointer, element uintptr) {
		if want := binary.LittleEndian.Uint32(sums[4*i:]); err == nil && crc32.Checksum(bytesOf(slice, element), castagnoli) != want {
			err = fmt.Errorf("section %d is damaged: its checksum differs", i+1)
		}
		i++
	})
	return err
}

// checkRows verifies that every list of starts leads through all of its values.
func (x *Index) checkRows() error {
	n := len(x.companies)
	for _, r := range []struct {
		what         string
		start        []uint32
		rows, values int
	}{
		{"prefectures", x.prefectures, prefectureCount, n},
		{"ids", x.ids.ends, x.ids.len(), len(x.ids.text)},
		{"places", x.spotStart, n, len(x.spots)},
		{"other names", x.otherStart, n, len(x.others)},
		{"letters", x.ends, x.Names(), len(x.letters)},
		{"bearers", x.bearerStart, x.Names(), len(x.bearers)},
		{"keys", x.keyStart, len(x.keyStart) - 1, len(x.keyTags)},
		{"owners", x.keyStart, len(x.keyStart) - 1, len(x.keyOwners)},
		{"cities", x.cities.ends, x.cities.len(), len(x.cities.text)},
		{"kin", x.kinStart, x.cities.len(), len(x.kin)},
		{"towns", x.towns.ends, x.towns.len(), len(x.towns.text)},
	} {
		if len(r.start) == 0 || len(r.start) != r.rows+1 || r.start[0] != 0 || int(r.start[r.rows]) != r.values || !slices.IsSorted(r.start) {
			return fmt.Errorf("the %s are not where their starts say", r.what)
		}
	}
	if len(x.ownNames) != 1 || uint(x.ownNames[0]) > uint(x.Names()) {
		return errors.New("there are more names of companies than names")
	}
	if len(x.letterCount) != 1<<16 || len(x.regions) != x.cities.len() || len(x.keyStart) < 2 {
		return errors.New("letters, regions or keys are missing")
	}
	return nil
}

// checkTables verifies that hash tables are as large as they are built, which leaves room, and hold as many numbers as there are.
func (x *Index) checkTables() error {
	for _, t := range []struct {
		what  string
		slots []uint32
		mask  uint32 // of the number in a slot
		n     int
	}{
		{"names", x.names, maxNames, x.Names()},
		{"ids", x.ids.slots, 1<<32 - 1, x.ids.len()},
		{"cities", x.cities.slots, 1<<32 - 1, x.cities.len()},
		{"towns", x.towns.slots, 1<<32 - 1, x.towns.len()},
	} {
		taken := 0
		for _, slot := range t.slots {
			if slot == 0 {
				continue
			}
			if number := slot & t.mask; number == 0 || int(number) > t.n {
				return fmt.Errorf("the table of %s has number %d of %d", t.what, number, t.n)
			}
			taken++
		}
		if taken != t.n || len(t.slots) != tableSize(t.n) {
			return fmt.Errorf("the table of %d %s has %d of them in %d slots", t.n, t.what, taken, len(t.slots))
		}
	}
	pairs := 0
	for i := range x.pairs {
		if x.pairs[i].key != 0 {
			pairs++
		}
	}
	if len(x.pairs) != tableSize(pairs) || len(x.filter) != filterSize(x.Names()) {
		return fmt.Errorf("the table of %d pairs has %d slots, the filter of %d names %d", pairs, len(x.pairs), x.Names(), len(x.filter))
	}
	return nil
}

func (x *Index) checkCompanies() error {
	for c := range x.companies {
		r := &x.companies[c]
		if int(r.Name) > x.Names() || !x.hasID(r.id) {
			return fmt.Errorf("company %d has a name or id that is not there", c)
		}
		if c > 0 && r.id <= x.companies[c-1].id && !slices.Contains(x.prefectures, uint32(c)) {
			return fmt.Errorf("company %d is not in the order of ids", c)
		}
		for _, o := range x.Others(uint32(c)) {
			if int(o.Name) > x.Names() || o.Role >= roleCount || o.Name != 0 && !x.borne(o.Name, x.bearer(uint32(c), o.Role)) {
				return fmt.Errorf("company %d is not among the bearers of another name", c)
			}
		}
		if r.Name != 0 && !x.borne(r.Name, x.bearer(uint32(c), Registered)) {
			return fmt.Errorf("company %d is not among the bearers of its name", c)
		}
	}
	return nil
}

func (x *Index) checkHeirs() error {
	for i, h := range x.heirs {
		if int(h.Closed) >= x.Len() || int(h.Heir) >= x.Len() || !x.Company(h.Closed).Closed() || x.Company(h.Heir).Closed() {
			return fmt.Errorf("company %d has not closed, or its heir %d has", h.Closed, h.Heir)
		}
		if i > 0 && h.Closed <= x.heirs[i-1].Closed {
			return fmt.Errorf("the heir of company %d is not in order", h.Closed)
		}
	}
	return nil
}

// hasID reports an id of 13 digits, or a number in ids.
func (x *Index) hasID(id uint64) bool {
	if id&textID == 0 {
		return id <= 9_999_999_999_999
	}
	number := id &^ textID
	return number > 0 && number <= uint64(x.ids.len())
}

// borne reports that a company stands among the bearers of a name.
func (x *Index) borne(name uint32, b Bearer) bool {
	all, workplaces := x.bearersOf(name)
	if b.Role() == OfWorkplace {
		all = workplaces
	}
	i, _ := slices.BinarySearchFunc(all, b, compareCompanies)
	for i < len(all) && all[i] != b && all[i].Company() == b.Company() {
		i++
	}
	return i < len(all) && all[i] == b
}

func compareCompanies(a, b Bearer) int { return cmp.Compare(a.Company(), b.Company()) }

// bears reports that a company has a name in the role that it bears it in.
func (x *Index) bears(b Bearer, name uint32) bool {
	switch {
	case int(b.Company()) >= x.Len():
		return false
	case b.Role() >= roleCount || b != x.bearer(b.Company(), b.Role()):
		return false
	case b.Role() == Registered:
		return x.Company(b.Company()).Name == name
	}
	return slices.ContainsFunc(x.Others(b.Company()), func(o Other) bool { return o.Name == name && o.Role == b.Role() })
}

func (x *Index) checkNames() error {
	for name := uint32(1); int(name) <= x.Names(); name++ {
		letters := x.Letters(name)
		find := x.Find
		if int(name) > x.OwnNames() {
			find = x.FindAny
		}
		if find(letters, HashName(letters)) != name {
			return fmt.Errorf("name %d is not found by its letters", name)
		}
		if name > 1 && int(name) != x.OwnNames()+1 && !shorter(x.Letters(name-1), letters) {
			return fmt.Errorf("name %d is not in order", name)
		}
		own, workplaces := x.bearersOf(name)
		if (len(own) > 0) != (int(name) <= x.OwnNames()) || len(own)+len(workplaces) == 0 ||
			!slices.IsSortedFunc(own, compareCompanies) || !slices.IsSortedFunc(workplaces, compareCompanies) {
			return fmt.Errorf("the bearers of name %d are not in order", name)
		}
		for _, b := range slices.Concat(own, workplaces) {
			if !x.bears(b, name) {
				return fmt.Errorf("name %d is not that of company %d", name, b.Company())
			}
		}
	}
	return nil
}

func shorter(a, b []uint16) bool {
	return len(a) < len(b) || len(a) == len(b) && slices.Compare(a, b) < 0
}

func (x *Index) checkPairs() error {
	counted := Index{sections: sections{ownNames: x.ownNames, ends: x.ends, letters: x.letters}}
	if counted.countLetters(); !slices.Equal(counted.letterCount, x.letterCount) {
		return errors.New("the counts of letters are not those of the names")
	}
	posted := 0
	for i := range x.pairs {
		p := &x.pairs[i]
		if p.key == 0 {
			continue
		}
		if x.pair(p.key) != p {
			return fmt.Errorf("pair %08x is not found", p.key)
		}
		if bits := x.surprise(uint16(p.key>>16), uint16(p.key), p.count); !(math.Abs(float64(p.bits)-bits) < 1e-3) { // nor NaN
			return fmt.Errorf("pair %08x is worth %v bits, not %v", p.key, bits, p.bits)
		}
		if !p.inner() {
			continue
		}
		if p.count == 0 || int(p.first)+int(p.count) > len(x.postings) {
			return fmt.Errorf("the names of pair %08x are not there", p.key)
		}
		names := x.postings[p.first : p.first+p.count]
		for i, name := range names {
			if name == 0 || int(name) > x.OwnNames() || i > 0 && name <= names[i-1] || !hasPair(x.Letters(name), p.key) {
				return fmt.Errorf("the names of pair %08x are not those that have it", p.key)
			}
		}
		posted += len(names)
	}
	if want := x.countPostings(); posted != len(x.postings) || posted != want {
		return fmt.Errorf("there are %d postings for %d names of pairs, which have %d", len(x.postings), posted, want)
	}
	return nil
}

// countPostings is how many postings the names' letters ask for: one for each pair within a name.
func (x *Index) countPostings() (n int) {
	for name := uint32(1); int(name) <= x.OwnNames(); name++ {
		letters := x.Letters(name)
		for i := 1; i < len(letters); i++ {
			if p := (pair{key: pairKey(letters[i-1], letters[i])}); p.inner() && !hasPair(letters[:i], p.key) {
				n++
			}
		}
	}
	return n
}

func hasPair(letters []uint16, key uint32) bool {
	for i := 1; i < len(letters); i++ {
		if pairKey(letters[i-1], letters[i]) == key {
			return true
		}
	}
	return false
}

func (x *Index) checkKeys() error {
	for bucket := range len(x.keyStart) - 1 {
		from, to := x.keyStart[bucket], x.keyStart[bucket+1]
		for i := from + 1; i < to; i++ {
			if cmp.Or(cmp.Compare(x.keyTags[i-1], x.keyTags[i]), cmp.Compare(x.keyOwners[i-1], x.keyOwners[i])) >= 0 {
				return fmt.Errorf("the keys of bucket %d are not in order", bucket)
			}
		}
	}
	for _, c := range x.keyOwners {
		if int(c) >= x.Len() {
			return fmt.Errorf("a key leads to company %d of %d", c, x.Len())
		}
	}
	var err error
	for c := range uint32(x.Len()) {
		x.ownKeys(c, func(k Key, c uint32) {
			if _, ok := slices.BinarySearch(x.Owners(k), c); !ok {
				err = fmt.Errorf("company %d is not found by its id or place", c)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (x *Index) checkPlaces() error {
	for pref := range uint8(prefectureCount) {
		for c := x.prefectures[pref]; c < x.prefectures[pref+1]; c++ {
			if x.nowhere(&x.companies[c].Office) || x.companies[c].Office.Pref != pref {
				return fmt.Errorf("company %d lies nowhere, or not where it is", c)
			}
		}
	}
	for c := range x.companies {
		if err := x.checkElsewhere(uint32(c)); err != nil {
			return err
		}
	}
	for i, region := range x.regions {
		if region >= prefectureCount || x.City(x.cities.get(uint32(i+1))) != uint32(i+1) {
			return fmt.Errorf("city %d is not found by its name", i+1)
		}
	}
	for _, city := range x.kin {
		if city == 0 || int(city) > x.cities.len() {
			return fmt.Errorf("a city is kin to city %d of %d", city, x.cities.len())
		}
	}
	for i := uint32(1); int(i) <= x.towns.len(); i++ {
		if x.Town(x.towns.get(i)) != i {
			return fmt.Errorf("town %d is not found by its name", i)
		}
	}
	return nil
}

// checkElsewhere verifies the places of a company beside its office.
func (x *Index) checkElsewhere(c uint32) error {
	r, spots := x.Company(c), x.spots[x.spotStart[c]:x.spotStart[c+1]]
	away := false
	for i := range spots {
		switch s := &spots[i]; {
		case x.nowhere(s):
			return fmt.Errorf("a place of company %d lies nowhere", c)
		case *s == r.Office || i > 0 && CompareSpots(spots[i-1], *s) >= 0:
			return fmt.Errorf("the places of company %d are not in order", c)
		case s.Pref != r.Office.Pref:
			away = true
		}
	}
	if (r.flags&flagElsewhere != 0) != (len(spots) > 0) || (r.flags&flagAbroad != 0) != away {
		return fmt.Errorf("company %d has places elsewhere and does not say so, or the other way round", c)
	}
	return nil
}

func (x *Index) nowhere(s *Spot) bool {
	return int(s.City) > x.cities.len() || int(s.Town) > x.towns.len() || int(s.Count) > len(s.Numbers) || s.Pref >= prefectureCount
}
