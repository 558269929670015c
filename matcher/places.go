package matcher

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"nayose/matcher/internal/reading"
)

// A spot is a place whose names are terms of the master: 16 bytes.
type spot struct {
	city, town uint32
	numbers    [3]uint16
	count      uint8
	pref       uint8
}

// newSpot is a place of which the names are the given terms.
func newSpot(p *reading.Place, city, town uint32) spot {
	s := spot{city: city, town: town, pref: p.Pref, count: uint8(len(p.Numbers))}
	copy(s.numbers[:], p.Numbers)
	return s
}

// key is where a spot lies to the last number, for finding the companies there; empty where that is not known. It
// leaves the prefecture out, which mentions often do.
func (s *spot) key() string {
	if s.city == 0 || s.count == 0 || s.town == 0 && s.count < 2 {
		return ""
	}
	b := binary.BigEndian.AppendUint32(make([]byte, 0, 14), s.city)
	b = binary.BigEndian.AppendUint32(b, s.town)
	for _, n := range s.numbers[:s.count] {
		b = binary.BigEndian.AppendUint16(b, n)
	}
	return string(b)
}

// maxTenants is how many companies may be registered at one address and still be told by it: more is an office tower or
// an address that is let to many, and to share it says less.
const maxTenants = 3

// compareAddress is the level of the nearest of the company's places.
func (m *Matcher) compareAddress(p *reading.Place, c uint32) level {
	best := addressUnknown
	for _, s := range m.master.places.get(c) {
		best = nearer(best, m.comparePlace(p, &s))
	}
	return best
}

// nearer is the better of two levels of address, of which either may be unknown.
func nearer(a, b level) level {
	if a == addressUnknown || b != addressUnknown && b < a {
		return b
	}
	return a
}

func (m *Matcher) comparePlace(p *reading.Place, s *spot) level {
	if p.Pref != 0 && s.pref != 0 && p.Pref != s.pref {
		return addressOtherPrefecture
	}
	city, town := string(m.master.text(s.city)), string(m.master.text(s.town))
	switch {
	case p.City != "" && sameCity(p.City, city):
		return m.crowded(compareTowns(p.Town, town, p.Numbers, s.numbers[:s.count]), s)
	case (p.City == "" || p.Doubtful) && sameSpot(p, town, s.numbers[:s.count]):
		return m.crowded(addressNumber, s)
	case p.Pref != 0 && s.pref != 0:
		return addressPrefecture
	case p.City == "" || p.Doubtful || city == "":
		return addressUnknown
	}
	return addressOtherCity
}

// crowded takes back what the very address says where many companies are registered at it.
func (m *Matcher) crowded(l level, s *spot) level {
	if l == addressNumber && len(m.master.find(kindPlace, s.key())) > maxTenants {
		return addressTower
	}
	return l
}

// sameCity reports that two municipalities are one: one side may leave out the 郡 of a 町, the city before its ward, or the
// ward. 秋田市 is not 北秋田市.
func sameCity(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if a == "" || a == b {
		return a != ""
	}
	if rest, ok := strings.CutSuffix(b, a); ok {
		return strings.HasSuffix(rest, "郡") || reading.HasWards(rest)
	}
	return reading.HasWards(a) && strings.HasPrefix(b, a)
}

// compareTowns is the level within one city. A 字 that one side leaves out, before the town's name or after it, must be
// made up for by the numbers: 芝浦 is not 芝.
func compareTowns(a, b string, as, bs []uint16) level {
	same := sameNumbers(as, bs)
	all := same > 0 && same == min(len(as), len(bs)) && (len(as) == len(bs) || same >= 2)
	switch {
	case a == "" && b == "" && same < 2:
		return addressCity
	case a == b && all:
		return addressNumber
	case a == b && same > 0:
		return addressBlock
	case a == b:
		return addressTown
	case !nested(a, b):
		return addressCity
	case all && telling(as[:same]) && len(as) < 3 && len(bs) < 3: // where there are 丁目 there is no 字
		return addressNumber
	case a != "" && b != "" && (endsTown(a) || endsTown(b)):
		return addressTown
	}
	return addressCity
}

// endsTown reports a name that says itself where it ends.
func endsTown(town string) bool {
	return strings.HasSuffix(town, "町") || strings.HasSuffix(town, "村")
}

// nested reports that one town's name begins or ends with the other, or that one is missing.
func nested(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	rest, ok := strings.CutSuffix(b, a)
	ok = ok && rest != "" && !isDigit(rest[len(rest)-1]) && utf8.RuneCountInString(a) >= 2 // 11条通 is not 1条通
	return ok || strings.HasPrefix(b, a)
}

// sameSpot reports the same town and numbers where the mention leaves out the city: what cityLen took for a town or
// village may be the town's name.
func sameSpot(p *reading.Place, town string, numbers []uint16) bool {
	own, n := p.WholeTown(), sameNumbers(p.Numbers, numbers)
	if own == "" || town == "" || own != town && !nested(own, town) {
		return false
	}
	return n == min(len(p.Numbers), len(numbers)) && telling(p.Numbers[:n]) && (n > 1 || len(p.Numbers) == len(numbers))
}

// telling reports numbers that make a place's own with the town's name alone: two, or a high one.
func telling(numbers []uint16) bool {
	return len(numbers) > 1 || len(numbers) == 1 && numbers[0] >= 100
}

// sameNumbers is how many numbers agree from the first on.
func sameNumbers(a, b []uint16) int {
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	return same
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
