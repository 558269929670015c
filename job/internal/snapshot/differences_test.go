package snapshot

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nayose"
)

// compared compares companies, and workplaces.
func compared(t interface{ Fatal(...any) }, old, now []nayose.Company, before, after iter.Seq2[nayose.Workplace, error]) *Companies {
	s, err := Compare(all(old...), int64(len(old)), all(now...))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.CompareWorkplaces(before, after); err != nil {
		t.Fatal(err)
	}
	return s
}

// written is the table of differences, a line a row.
func written(t *testing.T, differences iter.Seq2[Difference, error]) (lines []string) {
	t.Helper()
	if err := WriteDifferences(differences, func(cells ...string) error {
		lines = append(lines, strings.Join(cells, ","))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestDifferences(t *testing.T) {
	old := []nayose.Company{
		{ID: "5", Name: "e"},
		{ID: "1", Name: "a", Address: "x"},
		{ID: "2", Name: "b", ClosedOn: nayose.NewDate(2026, 10, 1), SuccessorID: "1"},
		{ID: "3", Name: "c"},
		{ID: "4", Name: "d"},
		{ID: "7", Name: "g"},
	}
	now := []nayose.Company{
		{ID: "4", Name: "d", Phone: "1"},
		{ID: "6", Name: "f", Address: "z"},
		{ID: "3", Name: "c", ClosedOn: nayose.NewDate(2026, 11, 2), SuccessorID: "4"},
		{ID: "1", Name: "A", Address: "y"},
		{ID: "5", Name: "e"},
		{ID: "7", Name: "g"},
	}
	place := func(company, name string) nayose.Workplace { return nayose.Workplace{CompanyID: company, Name: name} }
	s := compared(t, old, now,
		all(place("2", "p"), place("1", "q"), place("4", "r"), place("5", "s"), place("9", "t")),
		all(place("5", "s"), place("5", "u"), place("5", "v"), place("6", "w"), place("1", "x")))
	want := []string{
		"company_id,what,old_name,new_name,old_address,new_address,closed_on,successor_id,workplaces_added,workplaces_removed",
		"6,new,,f,,z,,,1,0",
		"2,gone,b,,,,2026-10-01,1,0,1",
		"5,workplaces,e,e,,,,,2,0",
		"1,renamed,a,A,x,y,,,1,1",
		"1,moved,a,A,x,y,,,1,1",
		"1,workplaces,a,A,x,y,,,1,1",
		"3,closed,c,c,,,2026-11-02,4,0,0",
		"3,replaced,c,c,,,2026-11-02,4,0,0",
		"4,identifiers,d,d,,,,,0,1",
		"4,workplaces,d,d,,,,,0,1",
	}
	if diff := cmp.Diff(want, written(t, s.Differences(texts(old), texts(now)))); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	same := compared(t, old, old, all(place("1", "q")), all(place("1", "q")))
	if got := written(t, same.Differences(texts(old), texts(old))); len(got) != 1 {
		t.Errorf("a snapshot differs from itself in %q", got)
	}
}

// TestDifferencesInBatches holds that the differences, their order included, do not depend on how many changed companies are held, and
// that they are as many as the counts say.
func TestDifferencesInBatches(t *testing.T) {
	names := rapid.MapOf(rapid.StringMatching(`[0-9]{1,2}`), rapid.SampledFrom([]string{"a", "b"}))
	rapid.Check(t, func(t *rapid.T) {
		companies := func(label string) (list []nayose.Company) {
			for id, name := range names.Draw(t, label) { // in any order
				list = append(list, nayose.Company{ID: id, Name: name})
			}
			return list
		}
		old, now := companies("before"), companies("after")
		none := all[nayose.Workplace]()
		s := compared(t, old, now, none, none)
		var list, batches []Difference
		into := func(list *[]Difference) func(Difference, error) bool {
			return func(d Difference, err error) bool {
				*list = append(*list, d)
				return err == nil
			}
		}
		s.changed(texts(old), texts(now), len(old)+1, into(&list))
		s.changed(texts(old), texts(now), 2, into(&batches))
		if diff := cmp.Diff(list, batches); diff != "" {
			t.Fatalf("all at once and in twos differ:\n%s", diff)
		}
		var got Counts
		for d, err := range s.Differences(texts(old), texts(now)) {
			if err != nil || d.Before.Name == d.After.Name || d.Before.ID != d.After.ID && d.Before.ID != "" && d.After.ID != "" {
				t.Fatalf("%+v, %v", d, err)
			}
			got.add(d.What)
		}
		want := s.Counts
		want.Before, want.After, want.Unchanged = 0, 0, 0
		if got != want {
			t.Fatalf("differences are %+v, want %+v", got, want)
		}
	})
}

// TestDifferencesInOneOrder: of two snapshots in one order neither is read again for each batch.
func TestDifferencesInOneOrder(t *testing.T) {
	var old, now []nayose.Company
	for i := range 10 {
		old = append(old, nayose.Company{ID: fmt.Sprint(i), Name: "a"})
		now = append(now, nayose.Company{ID: fmt.Sprint(i), Name: "b"})
	}
	none := all[nayose.Workplace]()
	read := 0
	compared(t, old, now, none, none).changed(texts(old), func(yield func(Texts, error) bool) {
		for c, err := range texts(now) {
			if read++; !yield(c, err) {
				return
			}
		}
	}, 3, func(Difference, error) bool { return true })
	if read != len(now) {
		t.Errorf("%d companies are read for the changes of %d", read, len(now))
	}
}

// TestDifferencesStop: what is wrong with a snapshot or the file ends the list, and whoever has seen enough ends it, too.
func TestDifferencesStop(t *testing.T) {
	old := []nayose.Company{{ID: "1", Name: "a"}, {ID: "2", Name: "b"}, {ID: "3", Name: "c"}}
	now := []nayose.Company{{ID: "1", Name: "A"}, {ID: "2", Name: "B"}, {ID: "4", Name: "d"}}
	none := all[nayose.Workplace]()
	s := compared(t, old, now, none, none)
	anything := func(...string) error { return nil }
	for i, differences := range []iter.Seq2[Difference, error]{
		s.Differences(broken[Texts], texts(now)),
		s.Differences(texts(old), broken[Texts]),
		func(yield func(Difference, error) bool) { s.changed(broken[Texts], texts(now), batch, yield) },
		func(yield func(Difference, error) bool) { s.changed(texts(old), broken[Texts], batch, yield) },
	} {
		if err := WriteDifferences(differences, anything); err != errBroken {
			t.Errorf("%d: error is %v, want %v", i, err, errBroken)
		}
	}
	want := written(t, s.Differences(texts(old), texts(now)))
	for n := range want {
		full := fmt.Errorf("full after %d rows", n)
		var got []string
		err := WriteDifferences(s.Differences(texts(old), texts(now)), func(cells ...string) error {
			if len(got) == n {
				return full
			}
			got = append(got, strings.Join(cells, ","))
			return nil
		})
		if !errors.Is(err, full) || !slices.Equal(got, want[:n]) {
			t.Errorf("written is %q, %v, want %q, %v", got, err, want[:n], full)
		}
	}
}
