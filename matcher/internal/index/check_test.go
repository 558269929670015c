package index

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// TestCheckFinds changes an index in memory, where there are no checksums, one promise after the other.
func TestCheckFinds(t *testing.T) {
	last := func(s []uint32) *uint32 { return &s[len(s)-1] }
	bearer := func(x *Index, b Bearer) { // one more, of the last name
		x.bearers = append(x.bearers, b)
		*last(x.bearerStart)++
	}
	used := func(slots []uint32) *uint32 {
		return &slots[slices.IndexFunc(slots, func(n uint32) bool { return n != 0 })]
	}
	inner := func(x *Index) *pair {
		return &x.pairs[slices.IndexFunc(x.pairs, func(p pair) bool { return p.key != 0 && p.count > 1 && p.inner() })]
	}
	for _, c := range []struct {
		want   string
		change func(x *Index)
	}{
		{"the prefectures are not", func(x *Index) { x.prefectures[3], x.prefectures[4] = 9, 8 }},
		{"the ids are not", func(x *Index) { x.ids.ends = nil }},
		{"the places are not", func(x *Index) { *last(x.spotStart)++ }},
		{"the other names are not", func(x *Index) { x.otherStart = x.otherStart[1:] }},
		{"the letters are not", func(x *Index) { x.ends = nil }},
		{"the letters are not", func(x *Index) { x.ends[0] = 1 }},
		{"the bearers are not", func(x *Index) { x.bearers = x.bearers[1:] }},
		{"the owners are not", func(x *Index) { x.keyOwners = x.keyOwners[1:] }},
		{"the kin are not", func(x *Index) { x.kinStart = nil }},
		{"letters, regions or keys", func(x *Index) { x.keyStart, x.keyTags, x.keyOwners = []uint32{0}, nil, nil }},
		{"letters, regions or keys", func(x *Index) { x.regions = append(x.regions, 0) }},
		{"letters, regions or keys", func(x *Index) { x.letterCount = x.letterCount[1:] }},
		{"the table of names", func(x *Index) { *used(x.names) |= maxNames }},
		{"the table of names", func(x *Index) { *used(x.names) &^= maxNames }},
		{"the table of ids", func(x *Index) { *used(x.ids.slots) = uint32(x.ids.len()) + 1 }},
		{"the table of cities", func(x *Index) { *used(x.cities.slots) = 1 << 31 }},
		{"has 0 of them", func(x *Index) { clear(x.towns.slots) }},
		{"has 4 of them in 4 slots", func(x *Index) { x.towns.slots = []uint32{1, 2, 3, 4} }},
		{"the table of 0 pairs", func(x *Index) { clear(x.pairs) }},
		{"the filter", func(x *Index) { x.filter = x.filter[1:] }},
		{"a name or id that is not there", func(x *Index) { x.companies[1].Name = uint32(x.Names()) + 1 }},
		{"a name or id that is not there", func(x *Index) { x.companies[0].id = 10_000_000_000_000 }},
		{"a name or id that is not there", func(x *Index) { x.companies[2].id = textID | uint64(x.ids.len()+1) }},
		{"a name or id that is not there", func(x *Index) { x.companies[2].id = textID }},
		{"not in the order of ids", func(x *Index) { x.companies[0].id, x.companies[1].id = x.companies[1].id, x.companies[0].id }},
		{"has not closed", func(x *Index) { x.heirs[0].Closed = 0 }},
		{"has not closed", func(x *Index) { x.heirs[0].Closed = 9 }},
		{"or its heir 2 has", func(x *Index) { x.heirs[0].Heir = 2 }},
		{"or its heir 9 has", func(x *Index) { x.heirs[0].Heir = 9 }},
		{"the heir of company 2 is not in order", func(x *Index) { x.heirs = append(x.heirs, x.heirs[0]) }},
		{"the bearers of another name", func(x *Index) { x.others[0].Role = 8 }},
		{"the bearers of another name", func(x *Index) { x.others[0].Role = English }},
		{"the bearers of another name", func(x *Index) { x.others[0].Name = uint32(x.Names()) + 1 }},
		{"the bearers of its name", func(x *Index) { x.companies[0].Name = x.companies[1].Name }},
		{"is not that of company 3", func(x *Index) { bearer(x, 3<<bearerShift) }},
		{"is not that of company 2", func(x *Index) { bearer(x, 2<<bearerShift|7) }},
		{"is not that of company 2", func(x *Index) { bearer(x, 2<<bearerShift|Bearer(Alias)) }},
		{"the bearers of its name", func(x *Index) { bearer(x, x.bearer(0, Registered)) }},
		{"is not found by its letters", func(x *Index) { clear(x.filter) }},
		{"the counts of letters", func(x *Index) { x.letterCount['ア']++ }},
		{"bits, not NaN", func(x *Index) { inner(x).bits = float32(math.NaN()) }},
		{"bits, not", func(x *Index) { inner(x).bits += 0.5 }},
		{"are not there", func(x *Index) { inner(x).first = uint32(len(x.postings)) }},
		{"not those that have it", func(x *Index) { x.postings[0] = uint32(x.Names()) + 1 }},
		{"not those that have it", func(x *Index) { x.postings[0] = 0 }},
		{"postings for", func(x *Index) { x.postings = append(x.postings, 1) }},
		{"which have", func(x *Index) { // a posting less, as if one name had not the pair
			p := inner(x)
			x.postings = slices.Delete(x.postings, int(p.first), int(p.first)+1)
			for i := range x.pairs {
				if q := &x.pairs[i]; q.inner() && q.first > p.first {
					q.first--
				}
			}
			p.count--
			p.bits = float32(x.surprise(uint16(p.key>>16), uint16(p.key), p.count))
		}},
		{"a key leads to company 3 of 3", func(x *Index) { *last(x.keyOwners) = 3 }},
		{"are not in order", func(x *Index) {
			x.keyOwners[1], x.keyTags[1] = x.keyOwners[0], x.keyTags[0]
			x.keyStart = []uint32{0, uint32(len(x.keyTags))}
		}},
		{"are not in order", func(x *Index) { x.keyStart = []uint32{0, uint32(len(x.keyTags))}; slices.Reverse(x.keyTags) }},
		{"not found by its id", func(x *Index) { x.companies[1].id++ }},
		{"not found by its id or place", func(x *Index) { x.companies[0].Office.Numbers[0]++ }},
		{"not found by its id or place", func(x *Index) { x.spots[0].Numbers[1]++ }},
		{"not where it is", func(x *Index) { x.prefectures[13] = 1 }},
		{"not where it is", func(x *Index) { x.companies[0].Office.Pref = 12 }},
		{"elsewhere and does not say so", func(x *Index) { x.companies[0].flags &^= flagElsewhere }},
		{"elsewhere and does not say so", func(x *Index) { x.companies[1].flags |= flagElsewhere }},
		{"lies nowhere", func(x *Index) { x.spots[0].City = 9 }},
		{"lies nowhere", func(x *Index) { x.spots[0].Town = 9 }},
		{"lies nowhere", func(x *Index) { x.spots[0].Count = 4 }},
		{"lies nowhere", func(x *Index) { x.spots[0].Pref = 48 }},
		{"is not found by its name", func(x *Index) { x.regions[0] = 48 }},
		{"is not found by its name", func(x *Index) { x.cities.text[0] ^= 1 }},
		{"is kin to city", func(x *Index) { x.kin[0] = 9 }},
		{"is kin to city", func(x *Index) { x.kin[0] = 0 }},
		{"town 1 is not found", func(x *Index) { x.towns.text[0] ^= 1 }},
	} {
		x := build(t, []Entry{
			{
				ID: "0000000000001", Name: Name{Loose: "アカネ"}, Others: []Name{{Loose: "アオバ工業", Role: Former}},
				Office: Place{13, "港区", "芝", []uint16{1, 2}}, Elsewhere: []Place{{13, "北区", "王子", []uint16{1, 2}}},
			},
			{ID: "0000000000002", Name: Name{Loose: "アカネ商事"}, Office: Place{13, "港区", "三田", nil}},
			{ID: "A", Name: Name{Loose: "アカネ工業所"}, Closed: true, Successor: "0000000000002", Office: Place{13, "港区", "海岸", nil}},
		})
		c.change(x)
		if err := x.Check(); !refused(err) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Check says %v, want %q", err, c.want)
		}
	}
}

// TestCheckFindsWorkplaces changes what an index has of workplaces.
func TestCheckFindsWorkplaces(t *testing.T) {
	of := func(x *Index, name string) *Bearer { // the first bearer of a name
		letters := AppendLetters(nil, name)
		return &x.bearers[x.bearerStart[x.FindAny(letters, HashName(letters))-1]]
	}
	for _, c := range []struct {
		want   string
		change func(x *Index)
	}{
		{"more names of companies", func(x *Index) { x.ownNames[0] = uint32(x.Names()) + 1 }},
		{"more names of companies", func(x *Index) { x.ownNames[0] = 1<<32 - 1 }},
		{"more names of companies", func(x *Index) { x.ownNames = nil }},
		{"name 3 is not found by its letters", func(x *Index) { x.ownNames[0]++ }},
		{"the bearers of name 2 are not in order", func(x *Index) { x.ownNames[0]-- }},
		{"among the bearers of another name", func(x *Index) { *of(x, "アカネ") ^= abroad }},
		{"among the bearers of its name", func(x *Index) { *of(x, "アカネ商事") ^= abroad }},
		{"among the bearers of another name", func(x *Index) { *of(x, "アカネ") = x.bearer(1, Alias) }},
		{"the places of company 1 are not in order", func(x *Index) { x.spots[0], x.spots[1] = x.spots[1], x.spots[0] }},
		{"the places of company 1 are not in order", func(x *Index) { x.spots[1] = x.spots[0] }},
		{"the places of company 1 are not in order", func(x *Index) { x.spots[0] = x.companies[1].Office }},
		{"elsewhere and does not say so", func(x *Index) { x.spots[1].Pref, x.spots[1].City = 13, x.spots[0].City+1 }},
	} {
		x := build(t, []Entry{
			{ID: "0000000000001", Name: Name{Loose: "アカネ工業"}, Office: Place{13, "港区", "芝", []uint16{1, 2}}},
			{ID: "0000000000002", Name: Name{Loose: "アカネ商事"}, Office: Place{13, "港区", "三田", nil}},
		}, Workplace{CompanyID: "0000000000002", Names: []string{"アカネ", "アカネ商事"}, Place: Place{13, "北区", "王子", []uint16{7}}},
			Workplace{CompanyID: "0000000000002", Place: Place{27, "港区", "芝", nil}, Phone: "0312345678"})
		c.change(x)
		if err := x.Check(); !refused(err) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Check says %v, want %q", err, c.want)
		}
	}
}

// TestCheckWithoutTexts has an id that is a text where there are none.
func TestCheckWithoutTexts(t *testing.T) {
	for _, id := range []uint64{textID, textID | 1, textID | 5, 1<<64 - 1} {
		x := build(t, []Entry{{ID: "0000000000001"}})
		x.companies[0].id = id
		if err := x.Check(); !refused(err) || !strings.Contains(err.Error(), "a name or id") {
			t.Errorf("with id %x: Check says %v", id, err)
		}
	}
}
