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
	Otherwise // kana, English name, other names, former addresses, postal code, a successor taken back
	Relocated // workplaces were added or removed: Differences tells, Counts and Touched say nothing of it
)

// touching are the changes after which a match may no longer be what it was.
const touching = Gone | Closed | Replaced | Renamed | Moved

var changeNames = []string{"new", "gone", "closed", "reopened", "replaced", "renamed", "moved", "identifiers", "otherwise", "workplaces"}

// String names the changes: "closed, replaced".
func (c Change) String() string { return strings.Join(c.names(), ", ") }

func (c Change) names() (names []string) {
	for i, name := range changeNames {
		if c&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
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

	seed       maphash.Seed
	of         []company    // in the order of their ids' hashes
	workplaces []relocation // likewise: of any company whose workplaces differ
}

// A company is what comparing needs of one: 32 bytes. Two companies of one id's hash would be taken for one, once in a million
// comparisons of the whole registry.
type company struct {
	id                                       uint64
	name, office, contact, successor, others uint32 // hashes; without a successor 0
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
		{Replaced, now.successor != old.successor && now.successor != 0},
		{Renamed, now.name != old.name},
		{Moved, now.office != old.office},
		{Reached, now.contact != old.contact},
		{Otherwise, now.others != old.others || now.successor != old.successor && now.successor == 0},
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
	r := company{
		id:      maphash.String(s.seed, c.ID),
		name:    s.hash(c.Name),
		office:  s.hash(c.Prefecture, c.Address),
		contact: s.hash(c.Phone, c.URL),
		others:  s.hash(c.NameKana, c.NameEnglish, c.FormerNames, c.Aliases, c.FormerAddresses, c.PostalCode),
		closed:  c.ClosedOn != 0,
	}
	if c.SuccessorID != "" {
		r.successor = s.hash(c.SuccessorID) | 1
	}
	return r
}

func (s *Companies) hash(texts ...string) uint32 { return uint32(hashOf(s.seed, texts...)) }

// hashOf depends on which text stands where: the multiplier is odd, and so loses nothing.
func hashOf(seed maphash.Seed, texts ...string) (h uint64) {
	for _, text := range texts {
		h = (h ^ maphash.String(seed, text)) * 0x9e3779b97f4a7c15
	}
	return h
}

// WorkplaceCounts are how many workplaces were added and removed; one that says something else now is both.
type WorkplaceCounts struct {
	Before  int64 `json:"before"`
	After   int64 `json:"after"`
	Added   int64 `json:"added"`
	Removed int64 `json:"removed"`
}

// A relocation is how many workplaces a company got and lost: 16 bytes.
type relocation struct {
	id             uint64
	added, removed uint32
}

func (r relocation) compare(id uint64) int { return cmp.Compare(r.id, id) }

// A workplace is reduced to hashes: 16 bytes.
type workplace struct{ company, says uint64 }

func (w workplace) compare(v workplace) int {
	return cmp.Or(cmp.Compare(w.company, v.company), cmp.Compare(w.says, v.says))
}

// CompareWorkplaces counts the workplaces of two snapshots, in 16 bytes each, and notes whose differ. Who says so is no part of a
// workplace here, and two that say the same are one.
func (s *Companies) CompareWorkplaces(before, after iter.Seq2[nayose.Workplace, error]) (n WorkplaceCounts, err error) {
	old, err := s.reduceWorkplaces(before)
	if err != nil {
		return n, err
	}
	now, err := s.reduceWorkplaces(after)
	if err != nil {
		return n, err
	}
	n.Before, n.After = int64(len(old)), int64(len(now))
	s.workplaces = nil
	for len(old) > 0 || len(now) > 0 {
		switch order := compareFirst(old, now); {
		case order < 0:
			n.Removed++
			s.relocated(old[0].company).removed++
			old = old[1:]
		case order > 0:
			n.Added++
			s.relocated(now[0].company).added++
			now = now[1:]
		default:
			old, now = old[1:], now[1:]
		}
	}
	return n, nil
}

// compareFirst compares the first of each list. One that has ended comes last.
func compareFirst(old, now []workplace) int {
	if len(old) == 0 || len(now) == 0 {
		return cmp.Compare(len(now), len(old))
	}
	return old[0].compare(now[0])
}

// relocated is the relocation of a company, which is the last one or comes after it.
func (s *Companies) relocated(id uint64) *relocation {
	if last := len(s.workplaces) - 1; last < 0 || s.workplaces[last].id != id {
		s.workplaces = append(s.workplaces, relocation{id: id})
	}
	return &s.workplaces[len(s.workplaces)-1]
}

// reduceWorkplaces are the distinct workplaces in order.
func (s *Companies) reduceWorkplaces(workplaces iter.Seq2[nayose.Workplace, error]) (all []workplace, err error) {
	for w, err := range workplaces {
		if err != nil {
			return nil, err
		}
		all = append(all, workplace{maphash.String(s.seed, w.CompanyID), hashOf(s.seed, w.Name, w.Address, w.Phone, w.URL)})
	}
	slices.SortFunc(all, workplace.compare)
	return slices.Compact(all), nil
}
