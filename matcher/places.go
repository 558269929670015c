package matcher

import (
	"slices"
	"strings"
	"unicode/utf8"

	"nayose/matcher/internal/index"
	"nayose/matcher/internal/reading"
)

// A place is where a mention is, beside the master's municipalities and towns.
type place struct {
	index.Spot          // what of it the master has
	city, town string   // as the mention names them; empty for the places of other mentions, which have but what the master has
	whole      string   // the name of the town where the city was left out, and what was read as one is the town or begins it: 大宮町 of 大宮町4-237
	doubtful   bool     // the city may be the name of a town in one that is left out
	kin        []uint32 // the master's municipalities that are the same as its own
}

// newPlace looks up where an address lies, and the prefecture that it leaves out where its municipality tells.
func (d *desk) newPlace(a reading.Place) place {
	p := place{city: a.City, town: a.Town, whole: a.Town, doubtful: a.Doubtful}
	p.City, p.Town, p.Pref = d.master.City(a.City), d.master.Town(a.Town), a.Pref
	p.Count = uint8(copy(p.Numbers[:], a.Numbers))
	if a.Doubtful {
		p.whole = d.reader.WholeTown(&a)
	}
	if p.Pref == 0 && !p.doubtful {
		p.Pref = d.master.Region(p.City)
	}
	p.kin = d.kinOf(&p)
	return p
}

// maxKin bounds the municipalities that a desk remembers, which in honest feeds are few.
const maxKin = 10_000

// kinOf are the municipalities of the master that are the same as a place's. One that the master does not have is laid beside all
// of them, which takes a tenth of a millisecond, once.
func (d *desk) kinOf(p *place) []uint32 {
	if p.City != 0 || p.city == "" {
		return d.master.Kin(p.City)
	}
	kin, ok := d.kin[p.city]
	if ok {
		return kin
	}
	for c := uint32(1); int(c) <= d.master.Cities(); c++ {
		if sameCity(p.city, d.master.CityName(c)) {
			kin = append(kin, c)
		}
	}
	if len(d.kin) < maxKin {
		d.kin[strings.Clone(p.city)] = kin
	}
	return kin
}

// otherPlace is the place of another mention of the employer.
func (m *Matcher) otherPlace(s index.Spot) place { return place{Spot: s, kin: m.master.Kin(s.City)} }

// nowhere reports a place without a municipality, or with what may be none.
func (p *place) nowhere() bool { return p.doubtful || p.City == 0 && p.city == "" }

// placeKey is the key of the place that a mention's address means. Where it leaves out the municipality, the town and numbers must
// tell.
func (d *desk) placeKey(p *place) index.Key {
	if p.City != 0 {
		if p.Town == 0 && p.town != "" {
			return 0 // no company is in that town
		}
		return p.Key(index.ByPlace)
	}
	if !p.nowhere() || !index.Telling(p.Numbers[:p.Count]) {
		return 0
	}
	s := p.Spot
	s.Town = d.master.Town(p.whole)
	if s.Town == 0 {
		return 0
	}
	return s.Key(index.ByTown)
}

// inCity reports a company with a place in the mention's municipality.
func (d *desk) inCity(company uint32) bool {
	l := d.compareAddress(&d.query.place, company)
	return l <= addressCity && l != addressUnknown
}

// maxTenants is how many companies may be registered at one address and still be told by it: more is an office tower or
// an address that is let to many, and to share it says less.
const maxTenants = 3

// compareAddress is the level of the nearest of the company's places.
func (m *Matcher) compareAddress(p *place, c uint32) level {
	return nearer(m.comparePlace(p, &m.master.Company(c).Office), m.compareElsewhere(p, m.master.Elsewhere(c)))
}

// few is how many places are compared one by one.
const few = 8

// compareElsewhere is the level of the nearest of places as index.Elsewhere orders them. Of many it compares those of the mention's
// municipality only: of the others it is enough to know that there are some.
func (m *Matcher) compareElsewhere(p *place, spots []index.Spot) level {
	best := addressUnknown
	if len(spots) <= few {
		for i := range spots {
			best = nearer(best, m.comparePlace(p, &spots[i]))
		}
		return best
	}
	for len(spots) > 0 {
		var here []index.Spot
		here, spots = index.CutPrefecture(spots)
		best = nearer(best, m.compareHere(p, here))
	}
	return best
}

// compareHere is the level of the nearest of places in one prefecture.
func (m *Matcher) compareHere(p *place, spots []index.Spot) level {
	known := p.Pref != 0 && spots[0].Pref != 0
	if known && p.Pref != spots[0].Pref {
		return addressOtherPrefecture
	}
	best := addressUnknown
	for _, city := range p.kin {
		some := index.InCity(spots, city)
		for i := range some {
			best = nearer(best, m.comparePlace(p, &some[i]))
		}
	}
	if p.nowhere() && index.Telling(p.Numbers[:p.Count]) {
		for i := range spots {
			if s := &spots[i]; m.sameSpot(p, s) && !slices.Contains(p.kin, s.City) {
				best = nearer(best, m.crowded(addressNumber, s))
			}
		}
	}
	switch {
	case known:
		return nearer(best, addressPrefecture)
	case !p.nowhere() && spots[len(spots)-1].City != 0:
		return nearer(best, addressOtherCity)
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

func (m *Matcher) comparePlace(p *place, s *index.Spot) level {
	switch {
	case p.Pref != 0 && s.Pref != 0 && p.Pref != s.Pref:
		return addressOtherPrefecture
	case s.City != 0 && slices.Contains(p.kin, s.City):
		return m.crowded(m.compareTowns(p, s), s)
	case p.nowhere() && m.sameSpot(p, s):
		return m.crowded(addressNumber, s)
	case p.Pref != 0 && s.Pref != 0:
		return addressPrefecture
	case p.nowhere() || s.City == 0:
		return addressUnknown
	}
	return addressOtherCity
}

// crowded takes back what the very address says where many companies are registered at it.
func (m *Matcher) crowded(l level, s *index.Spot) level {
	if l == addressNumber && len(m.master.Owners(s.Key(index.ByPlace))) > maxTenants {
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
	if a == b {
		return true
	}
	if rest, ok := strings.CutSuffix(b, a); ok {
		return strings.HasSuffix(rest, "郡") || reading.HasWards(rest)
	}
	return reading.HasWards(a) && strings.HasPrefix(b, a)
}

// townName is the name of the place's town.
func (m *Matcher) townName(p *place) string {
	if p.town != "" {
		return p.town
	}
	return m.master.TownName(p.Town)
}

// compareTowns is the level within one city. A 字 that one side leaves out, before the town's name or after it, must be
// made up for by the numbers: 芝浦 is not 芝.
func (m *Matcher) compareTowns(p *place, s *index.Spot) level {
	as, bs := p.Numbers[:p.Count], s.Numbers[:s.Count]
	same := sameNumbers(as, bs)
	all := same > 0 && same == min(len(as), len(bs)) && (len(as) == len(bs) || same >= 2)
	sameTown := p.Town == s.Town && (p.Town != 0 || p.town == "")
	switch {
	case sameTown && s.Town == 0 && same < 2:
		return addressCity
	case sameTown && all:
		return addressNumber
	case sameTown && same > 0:
		return addressBlock
	case sameTown:
		return addressTown
	}
	a, b := m.townName(p), m.master.TownName(s.Town)
	switch {
	case !nested(a, b):
		return addressCity
	case all && index.Telling(as[:same]) && len(as) < 3 && len(bs) < 3: // where there are 丁目 there is no 字
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

// sameSpot reports the same town and numbers where the mention leaves out the city: what was taken for a town or
// village may be the town's name.
func (m *Matcher) sameSpot(p *place, s *index.Spot) bool {
	as, bs := p.Numbers[:p.Count], s.Numbers[:s.Count]
	n := sameNumbers(as, bs)
	if n != min(len(as), len(bs)) || !index.Telling(as[:n]) || n == 1 && len(as) != len(bs) {
		return false
	}
	own, town := p.whole, m.master.TownName(s.Town)
	if own == "" {
		own = m.townName(p)
	}
	return own != "" && town != "" && (own == town || nested(own, town))
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
