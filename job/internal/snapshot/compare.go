package snapshot

import (
	"cmp"
	"hash/maphash"
	"iter"
	"slices"
	"strings"

	"nayose"
)

// Change is what became of a company from one snapshot to the next: any of these together.
type Change uint16

// What can become of a company.
const (
	New Change = 1 << iota
	Gone
	Closed
	Reopened
	Replaced // another company is its successor now
	Renamed
	Moved
	Reached   // phone or URL is another
	Otherwise // kana, English name, other names, former addresses, postal code
)

// touching are the changes after which a match may no longer be what it was.
const touching = Gone | Closed | Replaced | Renamed | Moved

var changeNames = []string{"new", "gone", "closed", "reopened", "replaced", "renamed", "moved", "identifiers", "otherwise"}

// String names the changes: "closed, replaced".
func (c Change) String() string {
	var names []string
	for i, name := range changeNames {
		if c&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// MarshalText writes what String does.
func (c Change) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Counts are how many companies changed in which way. One that changed in several counts in each: only New, Gone, Unchanged and Changed
// are apart from each other, with Before = Gone + Unchanged + Changed and After = New + Unchanged + Changed.
type Counts struct {
	Before    int64 `json:"before"`
	After     int64 `json:"after"`
	Unchanged int64 `json:"unchanged"`
	Changed   int64 `json:"changed"`
	New       int64 `json:"new"`
	Gone      int64 `json:"gone"`
	Closed    int64 `json:"closed"`
	Reopened  int64 `json:"reopened"`
	Replaced  int64 `json:"replaced"`
	Renamed   int64 `json:"renamed"`
	Moved     int64 `json:"moved"`
	Reached   int64 `json:"identifiers"`
	Otherwise int64 `json:"otherwise"`
}

func (n *Counts) add(c Change) {
	switch {
	case c == 0:
		n.Unchanged++
	case c&(New|Gone) == 0:
		n.Changed++
	}
	for i, field := range []*int64{
		&n.New, &n.Gone, &n.Closed, &n.Reopened, &n.Replaced, &n.Renamed, &n.Moved, &n.Reached, &n.Otherwise,
	} {
		if c&(1<<i) != 0 {
			*field++
		}
	}
}

// Companies are those of an old snapshot, compared with a new one.
type Companies struct {
	Counts Counts

	seed maphash.Seed
	of   []company // in the order of their ids' hashes
}

// A company is what comparing needs of one: 32 bytes. Two companies of one id's hash would be taken for one, once in a million
// comparisons of the whole registry.
type company struct {
	id                                       uint64
	name, office, contact, successor, others uint32 // hashes
	closed                                   bool
	seen                                     bool // in the new snapshot
	change                                   Change
}

// Compare reads an old snapshot's companies, of which there are about n, and then a new one's, each in any order.
func Compare(before iter.Seq2[nayose.Company, error], n int64, after iter.Seq2[nayose.Company, error]) (*Companies, error) {
	all := &Companies{seed: maphash.MakeSeed(), of: make([]company, 0, n)}
	for c, err := range before {
		if err != nil {
			return nil, err
		}
		all.of = append(all.of, all.reduce(&c))
	}
	slices.SortFunc(all.of, func(a, b company) int { return cmp.Compare(a.id, b.id) })
	for c, err := range after {
		if err != nil {
			return nil, err
		}
		all.compare(all.reduce(&c))
	}
	all.Counts.Before = int64(len(all.of))
	for i := range all.of {
		if !all.of[i].seen {
			all.of[i].change = Gone
			all.Counts.add(Gone)
		}
	}
	return all, nil
}

// compare counts a company of the new snapshot.
func (s *Companies) compare(now company) {
	s.Counts.After++
	old := s.find(now.id)
	if old == nil {
		s.Counts.add(New)
		return
	}
	for _, difference := range []struct {
		what Change
		is   bool
	}{
		{Closed, now.closed && !old.closed},
		{Reopened, old.closed && !now.closed},
		{Replaced, now.successor != old.successor},
		{Renamed, now.name != old.name},
		{Moved, now.office != old.office},
		{Reached, now.contact != old.contact},
		{Otherwise, now.others != old.others},
	} {
		if difference.is {
			old.change |= difference.what
		}
	}
	old.seen = true
	s.Counts.add(old.change)
}

func (s *Companies) find(id uint64) *company {
	i, ok := slices.BinarySearchFunc(s.of, id, func(c company, id uint64) int { return cmp.Compare(c.id, id) })
	if !ok {
		return nil
	}
	return &s.of[i]
}

// change is what became of a company of the old snapshot.
func (s *Companies) change(companyID string) Change {
	if c := s.find(maphash.String(s.seed, companyID)); c != nil {
		return c.change
	}
	return 0
}

func (s *Companies) reduce(c *nayose.Company) company {
	return company{
		id:        maphash.String(s.seed, c.ID),
		name:      s.hash(c.Name),
		office:    s.hash(c.Prefecture, c.Address),
		contact:   s.hash(c.Phone, c.URL),
		successor: s.hash(c.SuccessorID),
		others:    s.hash(c.NameKana, c.NameEnglish, c.FormerNames, c.Aliases, c.FormerAddresses, c.PostalCode),
		closed:    c.ClosedOn != 0,
	}
}

func (s *Companies) hash(texts ...string) uint32 { return uint32(hashOf(s.seed, texts...)) }

func hashOf(seed maphash.Seed, texts ...string) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, text := range texts {
		_, _ = h.WriteString(text)
		_ = h.WriteByte(0)
	}
	return h.Sum64()
}

// WorkplaceCounts are how many workplaces were added and removed; one that says something else now is both.
type WorkplaceCounts struct {
	Before  int64 `json:"before"`
	After   int64 `json:"after"`
	Added   int64 `json:"added"`
	Removed int64 `json:"removed"`
}

// CompareWorkplaces counts the workplaces of two snapshots, in 8 bytes each. Who says so is no part of a workplace here, and
// two that say the same are one.
func CompareWorkplaces(before, after iter.Seq2[nayose.Workplace, error]) (n WorkplaceCounts, err error) {
	seed := maphash.MakeSeed()
	old, err := hashes(seed, before)
	if err != nil {
		return n, err
	}
	now, err := hashes(seed, after)
	if err != nil {
		return n, err
	}
	n.Before, n.After = int64(len(old)), int64(len(now))
	n.Removed, n.Added = n.Before, n.After
	for len(old) > 0 && len(now) > 0 {
		switch cmp.Compare(old[0], now[0]) {
		case -1:
			old = old[1:]
		case 1:
			now = now[1:]
		default:
			old, now = old[1:], now[1:]
			n.Removed--
			n.Added--
		}
	}
	return n, nil
}

// hashes are the distinct workplaces' hashes in order.
func hashes(seed maphash.Seed, workplaces iter.Seq2[nayose.Workplace, error]) (all []uint64, err error) {
	for w, err := range workplaces {
		if err != nil {
			return nil, err
		}
		all = append(all, hashOf(seed, w.CompanyID, w.Name, w.Address, w.Phone, w.URL))
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}
