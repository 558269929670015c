// Package index is the company master in the form that matching reads: flat arrays, built once, written to a file as they
// lie in memory, and mapped into memory again by any number of processes.
//
// What the file holds, in this order (layout.go has each section and its type):
//
//	companies     48 bytes a company with its office, ordered by the office's prefecture, then by id
//	ids           the ids that are not 13 digits
//	heirs         8 bytes: who took a closed company over
//	elsewhere     16 bytes a place beside the office                   ┐ by company
//	others        8 bytes a former name, alias, English or workplace's ┘
//	letters       every distinct name once, as UTF-16, short names first; those that only workplaces have behind all others
//	names, filter a hash table of the names, and a bit for each hash that says early that there is no such name
//	bearers       4 bytes: who bears a name, and as what                by name
//	pairs         16 bytes a pair of neighbouring letters: how many names have it, how surprising it is
//	postings      4 bytes: the companies' own names that have it       by pair
//	keys          8 bytes: the companies of an id, reading, phone, domain or address, theirs or of a workplace, by its hash
//	cities, towns the names of municipalities and towns, and which of the first are one
//
// For example 株式会社アカネ in 札幌市 is a row of companies whose name is, say, 7012: the 7012th name by length. Its letters
// ア, カ, ネ lie between ends[7011] and ends[7012]; bearers of 7012 are this company and its namesakes, those of one prefecture
// side by side. The pair アカ has 3,000 postings, カネ 9,000; 7012 is among both.
//
// What it costs (2026-11-22, one core of an AMD EPYC, 1.4 million companies of the registry; and 5.8 million generated ones). What
// is read at random waits for memory, some 100 ns each time, unless it is asked for together with others (touch.go).
//
//	the file                              191 MB    781 MB
//	build from CSV, two cores             3.5 s     18 s
//	open                                  14 µs     14 µs
//	a name that is not there: the filter  45 ns     90 ns
//	a name: slot, end, letters            220 ns    270 ns
//	and its first bearer's row            330 ns    390 ns
//	the owners of a key                   100 ns    110 ns
//	what is like a name (Search.Like)     14 µs     37 µs
//
// An index is the same byte for byte whatever the order of the companies and the number of processors that it was built by. It is
// not changed after Build or Open and safe for concurrent use.
package index

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
)

// Index is a master, built or opened.
type Index struct {
	sections
	mapped []byte // the file that sections lie in; nil where it was built
	strays int
}

// Company is one row. A text is there as a hash (Hash32) where matching asks no more than whether two are equal; 0 is none.
type Company struct {
	id     uint64 // the 13 digits, or textID plus a number in ids
	Name   uint32 // number of its registered name; 0 is none
	Kana   uint32
	Domain uint32
	Strict uint32
	phone  uint32 // the lower bits of Phone
	phone8 uint8  // and the upper
	Form   uint8
	Glyphs uint8
	flags  uint8
	Office Spot
}

const (
	textID = 1 << 63

	flagFront     = 1 << 0
	flagClosed    = 1 << 1
	flagCorporate = 1 << 2
	flagElsewhere = 1 << 3
	flagAbroad    = 1 << 4
	flagReached   = 1 << 5
)

// Front reports that the legal form stands before the registered name.
func (c *Company) Front() bool { return c.flags&flagFront != 0 }

// Closed reports a company that exists no more.
func (c *Company) Closed() bool { return c.flags&flagClosed != 0 }

// Corporate reports that the company's id is its corporate number, not a team's own.
func (c *Company) Corporate() bool { return c.flags&flagCorporate != 0 }

// Reached reports that the company is found by the phones or domains of its workplaces, too.
func (c *Company) Reached() bool { return c.flags&flagReached != 0 }

// Phone is the company's number as PackPhone gives it.
func (c *Company) Phone() uint64 { return uint64(c.phone8)<<32 | uint64(c.phone) }

// PackPhone is a telephone number of up to eleven digits, leading zeros kept; 0 where there is none.
func PackPhone(digits string) uint64 {
	if digits == "" || len(digits) > 11 {
		return 0
	}
	n := uint64(1)
	for i := range len(digits) {
		n = n*10 + uint64(digits[i]-'0')
	}
	return n
}

// Exchange is the first six digits of a packed number.
func Exchange(phone uint64) uint64 {
	for phone >= 10_000_000 {
		phone /= 10
	}
	return phone
}

// Role is how a company bears a name.
type Role uint8

// The roles.
const (
	Registered Role = iota
	Former
	Alias
	English
	OfWorkplace // a workplace of the company has the name
	roleCount
)

// Bearer is a company, its role and whether it has a place in another prefecture than its office, packed.
type Bearer uint32

const (
	bearerShift = 4
	abroad      = 1 << 3
	roleMask    = abroad - 1
)

// bearer is a company as it bears a name.
func (x *Index) bearer(c uint32, r Role) Bearer {
	b := Bearer(c<<bearerShift | uint32(r))
	if x.companies[c].flags&flagAbroad != 0 {
		b |= abroad
	}
	return b
}

// Company is the number of the company.
func (b Bearer) Company() uint32 { return uint32(b) >> bearerShift }

// Role is how it bears the name.
func (b Bearer) Role() Role { return Role(b & roleMask) }

// Abroad reports that it has a place in another prefecture than its office.
func (b Bearer) Abroad() bool { return b&abroad != 0 }

// Other is a name beside the registered one.
type Other struct {
	Name  uint32
	Role  Role
	Form  uint8
	Front bool
	_     uint8
}

// Spot is a place whose municipality and town are numbers of the index; 0 is none.
type Spot struct {
	City, Town uint32
	Numbers    [3]uint16
	Count      uint8 // of the numbers
	Pref       uint8 // 1 to 47; 0 is unknown
}

// Len is the number of companies; they are numbered from 0.
func (x *Index) Len() int { return len(x.companies) }

// Names is the number of distinct names; they are numbered from 1, those of companies first.
func (x *Index) Names() int { return len(x.ends) - 1 }

// OwnNames is the number of those that companies have; the others only workplaces have.
func (x *Index) OwnNames() int { return int(x.ownNames[0]) }

// Strays is how many workplaces were left out of an index that was built just now, since it lacks their companies.
func (x *Index) Strays() int { return x.strays }

// Company is a row of the index, which must not be changed.
func (x *Index) Company(c uint32) *Company { return &x.companies[c] }

// AppendID adds the company's id as the master's source gave it.
func (x *Index) AppendID(b []byte, c uint32) []byte { return x.appendID(b, x.companies[c].id) }

func (x *Index) appendID(b []byte, id uint64) []byte {
	if id&textID != 0 {
		return append(b, x.ids.get(uint32(id))...)
	}
	start := len(b)
	b = strconv.AppendUint(append(b, "0000000000000"...), id, 10)
	digits := len(b) - start - 13
	return append(b[:start+13-digits], b[start+13:]...)
}

// ID is the company's id as the master's source gave it.
func (x *Index) ID(c uint32) string { return string(x.AppendID(nil, c)) }

// HasID reports that a company has an id.
func (x *Index) HasID(c uint32, id string) bool {
	var b [32]byte
	return string(x.AppendID(b[:0], c)) == id
}

// IDBefore reports that a company comes before another in the order of ids, those of 13 digits first.
func (x *Index) IDBefore(a, b uint32) bool { return x.companies[a].id < x.companies[b].id }

// Elsewhere are a company's places beside its office, each once, ordered by prefecture, city, town and numbers.
func (x *Index) Elsewhere(c uint32) []Spot {
	if x.companies[c].flags&flagElsewhere == 0 {
		return nil
	}
	return x.spots[x.spotStart[c]:x.spotStart[c+1]]
}

// Visits reports that a company has a place beside its office in one of some prefectures: a bit for each, of 0 for none known.
func (x *Index) Visits(c uint32, prefectures uint64) bool {
	for spots := x.Elsewhere(c); len(spots) > 0; _, spots = CutPrefecture(spots) {
		if prefectures>>spots[0].Pref&1 != 0 {
			return true
		}
	}
	return false
}

// Others are a company's names beside the registered one, those of its workplaces last.
func (x *Index) Others(c uint32) []Other { return x.others[x.otherStart[c]:x.otherStart[c+1]] }

// Bearers are the companies that bear a name themselves, in the order of their numbers.
func (x *Index) Bearers(name uint32) []Bearer {
	own, _ := x.bearersOf(name)
	return own
}

// Workplaces are the companies of whose workplaces one has a name that is not the company's own, in the order of their numbers.
func (x *Index) Workplaces(name uint32) []Bearer {
	_, workplaces := x.bearersOf(name)
	return workplaces
}

func (x *Index) bearersOf(name uint32) (own, workplaces []Bearer) {
	if name == 0 {
		return nil, nil
	}
	all := x.bearers[x.bearerStart[name-1]:x.bearerStart[name]]
	n := len(all)
	if n > 0 && all[n-1].Role() == OfWorkplace {
		n = sort.Search(n, func(i int) bool { return all[i].Role() == OfWorkplace })
	}
	return all[:n], all[n:]
}

// Among reports that a company is one of bearers in the order of their numbers.
func Among(all []Bearer, company uint32) bool {
	_, ok := slices.BinarySearchFunc(all, company, func(b Bearer, c uint32) int { return cmp.Compare(b.Company(), c) })
	return ok
}

// In keeps, of bearers, those whose office is in a prefecture (0 to 47).
func (x *Index) In(pref uint8, all []Bearer) []Bearer {
	at := func(company uint32) int {
		i, _ := slices.BinarySearchFunc(all, company, func(b Bearer, c uint32) int { return int(b.Company()) - int(c) })
		return i
	}
	return all[at(x.prefectures[pref]):at(x.prefectures[pref+1])]
}
