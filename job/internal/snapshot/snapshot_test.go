package snapshot

import (
	"errors"
	"fmt"
	"iter"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nayose"
)

func all[T any](list ...T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range list {
			if !yield(v, nil) {
				return
			}
		}
	}
}

var errBroken = errors.New("broken")

func broken[T any](yield func(T, error) bool) { yield(*new(T), errBroken) }

func TestJoin(t *testing.T) {
	aliases, err := Gather(all(
		nayose.Alias{CompanyID: "1", Name: "アカネの里", Kind: "trade"},
		nayose.Alias{CompanyID: "1", Name: "里|カフェ", Kind: "trade"},
		nayose.Alias{CompanyID: "2", Name: "旧アオイ", Kind: "former"},
		nayose.Alias{CompanyID: "1", Name: "アカネ", Kind: "short"},
		nayose.Alias{CompanyID: "1", Name: "アカネの里", Kind: "other", Source: "another.csv"},
		nayose.Alias{CompanyID: "2", Name: "アオイ", Kind: "former"},
		nayose.Alias{CompanyID: "2", Name: "株式会社アオイ", Kind: "former"},
		nayose.Alias{CompanyID: "1", Name: "Akane", Kind: "english"},
		nayose.Alias{CompanyID: "9", Name: "誰か", Kind: "trade"},
	))
	if err != nil {
		t.Fatal(err)
	}
	var got []nayose.Company
	for c, err := range aliases.Join(all(
		nayose.Company{ID: "3", Name: "ミドリ", Aliases: "みどり"},
		nayose.Company{ID: "2", Name: "株式会社アオイ", FormerNames: "アオイ"},
		nayose.Company{ID: "1", Name: "株式会社アカネ", NameEnglish: "Akane", Aliases: "あかね"},
	)) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, c)
	}
	want := []nayose.Company{
		{ID: "3", Name: "ミドリ", Aliases: "みどり"},
		{ID: "2", Name: "株式会社アオイ", FormerNames: "アオイ|旧アオイ"},
		{ID: "1", Name: "株式会社アカネ", NameEnglish: "Akane", Aliases: "あかね|アカネの里|里｜カフェ|アカネ"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Join (-want +got):\n%s", diff)
	}
	if n := aliases.Strangers(); n != 1 {
		t.Errorf("Strangers() = %d, want 1", n)
	}
}

func TestJoinPassesErrors(t *testing.T) {
	if _, err := Gather(broken[nayose.Alias]); err != errBroken {
		t.Errorf("Gather = %v", err)
	}
	none, _ := Gather(all[nayose.Alias]())
	for _, err := range none.Join(broken[nayose.Company]) {
		if err != errBroken {
			t.Errorf("Join yields %v", err)
		}
	}
	for c, err := range none.Join(all(nayose.Company{ID: "1"}, nayose.Company{ID: "2"})) {
		if c.ID != "1" || err != nil {
			t.Errorf("the first company is %s, %v", c.ID, err)
		}
		break
	}
}

// changed are a company before and after each change.
var changed = []struct {
	want          Change
	before, after nayose.Company
}{
	{0, nayose.Company{Name: "a", Phone: "1", ClosedOn: 1}, nayose.Company{Name: "a", Phone: "1", ClosedOn: 2}}, // closed all the same
	{Closed | Replaced, nayose.Company{}, nayose.Company{ClosedOn: 7, SuccessorID: "9"}},
	{Reopened, nayose.Company{ClosedOn: 7}, nayose.Company{}},
	{Replaced, nayose.Company{ClosedOn: 7, SuccessorID: "8"}, nayose.Company{ClosedOn: 7, SuccessorID: "9"}},
	{Otherwise, nayose.Company{ClosedOn: 7, SuccessorID: "8"}, nayose.Company{ClosedOn: 7}},
	{Renamed | Otherwise, nayose.Company{Name: "a"}, nayose.Company{Name: "b", FormerNames: "a"}},
	{Moved, nayose.Company{Address: "a"}, nayose.Company{Address: "b"}},
	{Moved, nayose.Company{Address: "a"}, nayose.Company{Prefecture: "a"}},
	{Reached, nayose.Company{Phone: "1"}, nayose.Company{URL: "1"}},
	{Otherwise, nayose.Company{Aliases: "a"}, nayose.Company{FormerNames: "a"}},
	{Otherwise, nayose.Company{}, nayose.Company{NameKana: "a"}},
	{Otherwise, nayose.Company{NameEnglish: "a"}, nayose.Company{}},
	{Otherwise, nayose.Company{PostalCode: "a"}, nayose.Company{FormerAddresses: "a"}},
}

func TestCompare(t *testing.T) {
	var before, after []nayose.Company
	for i, c := range changed {
		c.before.ID, c.after.ID = fmt.Sprint(i), fmt.Sprint(i)
		before = append(before, c.before)
		after = append([]nayose.Company{c.after}, after...)
	}
	before = append(before, nayose.Company{ID: "gone"})
	after = append(after, nayose.Company{ID: "new"})
	got, err := Compare(all(before...), 0, all(after...))
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range changed {
		if change := got.change(fmt.Sprint(i)); change != c.want {
			t.Errorf("%+v → %+v is %s, want %s", c.before, c.after, change, c.want)
		}
	}
	if got.change("gone") != Gone || got.change("new") != 0 {
		t.Errorf("gone is %s, new is %s", got.change("gone"), got.change("new"))
	}
	want := Counts{
		Before: 14, After: 14, Unchanged: 1, Changed: 12, New: 1, Gone: 1, Closed: 1, Reopened: 1, Replaced: 2, Renamed: 1, Moved: 2,
		Reached: 1, Otherwise: 6,
	}
	if got.Counts != want {
		t.Errorf("Counts = %+v, want %+v", got.Counts, want)
	}
	for _, broke := range []func() error{
		func() error { _, err := Compare(broken[nayose.Company], 0, all(after...)); return err },
		func() error { _, err := Compare(all(before...), 0, broken[nayose.Company]); return err },
	} {
		if err := broke(); err != errBroken {
			t.Errorf("Compare = %v", err)
		}
	}
}

// TestCompareAnyOrder holds that the counts depend on the two sets of companies alone, and add up.
func TestCompareAnyOrder(t *testing.T) {
	set := rapid.MapOf(rapid.StringMatching(`[0-9]{1,2}`), rapid.SampledFrom([]string{"a", "b"}))
	rapid.Check(t, func(t *rapid.T) {
		companies := func(label string) (map[string]string, []nayose.Company) {
			names, list := set.Draw(t, label), []nayose.Company{}
			for id, name := range names { // in any order
				list = append(list, nayose.Company{ID: id, Name: name})
			}
			return names, list
		}
		before, old := companies("before")
		after, now := companies("after")
		var want Counts
		want.Before, want.After = int64(len(before)), int64(len(after))
		for id, name := range before {
			switch other, ok := after[id]; {
			case !ok:
				want.Gone++
			case name == other:
				want.Unchanged++
			default:
				want.Changed++
				want.Renamed++
			}
		}
		want.New = want.After - want.Unchanged - want.Changed
		got, err := Compare(all(old...), int64(len(old)), all(now...))
		if err != nil || got.Counts != want {
			t.Fatalf("Compare = %+v, %v, want %+v", got.Counts, err, want)
		}
	})
}

func TestCompareWorkplaces(t *testing.T) {
	a := nayose.Workplace{CompanyID: "1", Name: "a", Source: "x.csv"}
	same := a
	same.Source = "y.csv"
	b, c := nayose.Workplace{CompanyID: "1", Phone: "b"}, nayose.Workplace{CompanyID: "1", URL: "b"}
	d := nayose.Workplace{CompanyID: "2", Name: "a"}
	s, err := Compare(all[nayose.Company](), 0, all[nayose.Company]())
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.CompareWorkplaces(all(c, a, b, a), all(d, b, same))
	if want := (WorkplaceCounts{Before: 3, After: 3, Added: 1, Removed: 1}); err != nil || got != want {
		t.Errorf("CompareWorkplaces = %+v, %v, want %+v", got, err, want)
	}
	got, err = s.CompareWorkplaces(all[nayose.Workplace](), all(a, b))
	if want := (WorkplaceCounts{After: 2, Added: 2}); err != nil || got != want {
		t.Errorf("CompareWorkplaces from none = %+v, %v, want %+v", got, err, want)
	}
	if _, err := s.CompareWorkplaces(all(a), broken[nayose.Workplace]); err != errBroken {
		t.Errorf("CompareWorkplaces = %v", err)
	}
}

// texts are what people know the companies by.
func texts(companies []nayose.Company) iter.Seq2[Texts, error] {
	var list []Texts
	for _, c := range companies {
		list = append(list, Texts{c.ID, c.Name, c.Address, c.ClosedOn, c.SuccessorID})
	}
	return all(list...)
}

func TestTouch(t *testing.T) {
	old := []nayose.Company{{ID: "1", Name: "a", Address: "x"}, {ID: "2", Name: "b"}, {ID: "3", Name: "c"}, {ID: "4", Name: "d"}}
	now := []nayose.Company{{ID: "4", Name: "d", Phone: "1"}, {ID: "3", Name: "c", ClosedOn: 7, SuccessorID: "4"}, {ID: "1", Name: "A", Address: "y"}}
	compared, err := Compare(all(old...), 4, all(now...))
	if err != nil {
		t.Fatal(err)
	}
	mention := func(n byte) nayose.ID { return nayose.ID{n} }
	matched := func(n byte, company string) nayose.Match {
		return nayose.Match{MentionID: mention(n), Outcome: nayose.Matched, CompanyID: company}
	}
	posting := func(n byte) nayose.PostingMention { return nayose.PostingMention{MentionID: mention(n)} }
	review := matched(5, "2")
	review.Outcome = nayose.Review
	touched, err := compared.Touch("p",
		all(matched(1, "1"), matched(2, "2"), matched(3, "4"), matched(4, "2"), review, matched(6, "3"), matched(7, "unknown")),
		all(posting(2), posting(4), posting(2), posting(3), posting(5), posting(6)))
	if err != nil {
		t.Fatal(err)
	}
	if err := Describe(touched, texts(old), texts(now)); err != nil {
		t.Fatal(err)
	}
	want := []*Touched{
		{CompanyID: "2", What: Gone, Partner: "p", Mentions: 2, Postings: 3, Before: Texts{ID: "2", Name: "b"}},
		{
			CompanyID: "3", What: Closed | Replaced, Partner: "p", Mentions: 1, Postings: 1,
			Before: Texts{ID: "3", Name: "c"}, After: Texts{ID: "3", Name: "c", ClosedOn: 7, SuccessorID: "4"},
		},
		{
			CompanyID: "1", What: Renamed | Moved, Partner: "p", Mentions: 1,
			Before: Texts{ID: "1", Name: "a", Address: "x"}, After: Texts{ID: "1", Name: "A", Address: "y"},
		},
	}
	if diff := cmp.Diff(want, touched); diff != "" {
		t.Errorf("touched (-want +got):\n%s", diff)
	}
	for i, words := range [][2]string{{"b", "gone"}, {"c", "closed, replaced by 4"}, {"a → A", "renamed, moved: x → y"}} {
		if got := [2]string{want[i].Names(), want[i].Says()}; got != words {
			t.Errorf("%s reads %q, want %q", want[i].CompanyID, got, words)
		}
	}
	for _, broke := range []func() error{
		func() error { _, err := compared.Touch("p", broken[nayose.Match], nil); return err },
		func() error {
			_, err := compared.Touch("p", all(matched(1, "1")), broken[nayose.PostingMention])
			return err
		},
		func() error { return Describe(touched, broken[Texts], nil) },
	} {
		if err := broke(); err != errBroken {
			t.Errorf("error is %v", err)
		}
	}
}
