package snapshot

import (
	"hash/maphash"
	"iter"
	"slices"
	"strconv"
)

// A Difference is what became of one company, with what people know it by in both snapshots.
type Difference struct {
	What           Change
	Before         Texts // empty where the company is new
	After          Texts // empty where it is gone
	Added, Removed int   // workplaces
}

// batch is how many changed companies are held at once: some 50 MB.
const batch = 100_000

// Differences are all companies that differ: the new ones in the new snapshot's order, those that are gone in the old one's, and
// then those that changed, in the old one's order again. The sequences are the companies of the snapshots that were compared, each of
// which is ranged over several times.
//
// However many differ, of new and gone ones none is held, and of changed ones 100,000. Where both snapshots are in one order, as those of
// imports are, the new one is read twice; else up to once more for each 100,000 that changed.
func (s *Companies) Differences(before, after iter.Seq2[Texts, error]) iter.Seq2[Difference, error] {
	return func(yield func(Difference, error) bool) {
		_ = s.only(New, after, yield) && s.only(Gone, before, yield) && s.changed(before, after, batch, yield)
	}
}

// only yields the companies of a snapshot that the other one lacks. It returns whether to go on.
func (s *Companies) only(what Change, rows iter.Seq2[Texts, error], yield func(Difference, error) bool) bool {
	for c, err := range rows {
		if err != nil {
			yield(Difference{}, err)
			return false
		}
		d := s.difference(c.ID)
		switch {
		case d.What != what:
			continue
		case what == New:
			d.After = c
		default:
			d.Before = c
		}
		if !yield(d, nil) {
			return false
		}
	}
	return true
}

// changed yields the companies that are in both snapshots and differ, and holds so many of them.
func (s *Companies) changed(before, after iter.Seq2[Texts, error], hold int, yield func(Difference, error) bool) bool {
	next, stop := around(after)
	defer stop()
	var held []Difference
	for c, err := range before {
		if err != nil {
			yield(Difference{}, err)
			return false
		}
		d := s.difference(c.ID)
		if d.What == 0 || d.What == Gone {
			continue
		}
		d.Before = c
		if held = append(held, d); len(held) < hold {
			continue
		}
		if !s.complete(held, next, yield) {
			return false
		}
		held = held[:0]
	}
	return s.complete(held, next, yield)
}

// complete gives changed companies their texts of the new snapshot, which it reads until it has all, and yields them.
func (s *Companies) complete(held []Difference, next func() (Texts, error), yield func(Difference, error) bool) bool {
	wanted := make(map[string]*Difference, len(held))
	for i := range held {
		wanted[held[i].Before.ID] = &held[i]
	}
	for left := s.Counts.After; left > 0 && len(wanted) > 0; left-- {
		c, err := next()
		if err != nil {
			yield(Difference{}, err)
			return false
		}
		if d := wanted[c.ID]; d != nil {
			d.After = c
			delete(wanted, c.ID)
		}
	}
	for _, d := range held {
		if !yield(d, nil) {
			return false
		}
	}
	return true
}

// around reads rows, of which there are some, and when they end reads them again.
func around(rows iter.Seq2[Texts, error]) (next func() (Texts, error), stop func()) {
	pull, end := iter.Pull2(rows)
	return func() (Texts, error) {
		c, err, ok := pull()
		if !ok {
			pull, end = iter.Pull2(rows)
			c, err, _ = pull()
		}
		return c, err
	}, func() { end() }
}

// difference is what became of a company of either snapshot, without its texts.
func (s *Companies) difference(companyID string) Difference {
	id := maphash.String(s.seed, companyID)
	d := Difference{What: New}
	if c := s.find(id); c != nil {
		d.What = c.change
	}
	if i, ok := slices.BinarySearchFunc(s.workplaces, id, relocation.compare); ok {
		d.Added, d.Removed = int(s.workplaces[i].added), int(s.workplaces[i].removed)
		if d.What&(New|Gone) == 0 {
			d.What |= Relocated
		}
	}
	return d
}

var differenceColumns = []string{
	"company_id", "what", "old_name", "new_name", "old_address", "new_address", "closed_on", "successor_id",
	"workplaces_added", "workplaces_removed",
}

// WriteDifferences writes differences row by row, the columns' names first: a row a change, so that a company that was renamed and moved
// has two. The closure and the successor are those of the new snapshot, of a company that is gone those of the old one.
func WriteDifferences(differences iter.Seq2[Difference, error], row func(cells ...string) error) error {
	if err := row(differenceColumns...); err != nil {
		return err
	}
	for d, err := range differences {
		if err != nil {
			return err
		}
		last := d.After
		if d.What == Gone {
			last = d.Before
		}
		for _, what := range d.What.names() {
			if err := row(last.ID, what, d.Before.Name, d.After.Name, d.Before.Address, d.After.Address,
				last.ClosedOn.String(), last.SuccessorID, strconv.Itoa(d.Added), strconv.Itoa(d.Removed)); err != nil {
				return err
			}
		}
	}
	return nil
}
