package artifact

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nayose"
)

var monday = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

// settled is a decision of somebody about an employer of that name.
func settled(partner, name, company string) nayose.Decision {
	d := nayose.Decision{Mention: nayose.Mention{Partner: partner, CompanyName: name}, Choice: nayose.ChoseNone, By: "戸田", At: monday, Note: "電話で\n確認 <済>"}
	d.Mention.ID = d.Mention.Key()
	if company != "" {
		d.Choice, d.CompanyID = nayose.ChoseCompany, company
		d.Shown = []nayose.Shown{{CompanyID: company, Name: "株式会社" + name, Probability: 0.1 + 0.2, ClosedOn: nayose.NewDate(2026, 1, 2)}}
	}
	return d
}

// logOf is a store with a log of three entries, and the log.
func logOf(t *testing.T) (*memory, DecisionLog) {
	t.Helper()
	s := newMemory()
	var l DecisionLog
	var err error
	for i, ds := range [][]nayose.Decision{
		{settled("p", "アカネ", "1"), settled("q", "アオ", "")}, {settled("q", "キイ", "2")}, {settled("p", "アカネ", "")},
	} {
		if l, err = AppendDecisions(t.Context(), s, l, fmt.Sprintf("file %d", i+1), fmt.Sprint("sum", i), ds); err != nil {
			t.Fatal(err)
		}
	}
	return s, l
}

func TestDecisionsAreReadAsTheyWereAppended(t *testing.T) {
	s, want := logOf(t)
	got, err := ReadDecisions(t.Context(), s, -1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(DecisionLog{})); diff != "" || got.Entries != 3 || len(got.Decisions) != 4 {
		t.Errorf("ReadDecisions (-appended +read):\n%s", diff)
	}
	first, err := ReadDecisions(t.Context(), s, 1)
	if err != nil || first.Entries != 1 || len(first.Decisions) != 2 || first.Digest == got.Digest {
		t.Errorf("ReadDecisions of one entry = %+v, %v", first, err)
	}
	if at, err := got.At(first.Pin()); err != nil || !cmp.Equal(at, first, cmp.AllowUnexported(DecisionLog{})) {
		t.Errorf("At(%v) = %+v, %v; want the log of one entry", first.Pin(), at, err)
	}
	if err := first.Read(t.Context(), s, -1); err != nil || first.Digest != got.Digest {
		t.Errorf("reading on comes to %s, %v; want %s", first.Digest, err, got.Digest)
	}
	for partner, want := range map[string]int{"p": 1, "q": 1, "r": 0} {
		if n := got.About(partner, &nayose.LogPin{Entries: 1}); n != want {
			t.Errorf("About(%s, entry 1) = %d, want %d", partner, n, want)
		}
	}
	if n := got.About("p", nil); n != 2 {
		t.Errorf("About(p, nil) = %d, want 2", n)
	}
	if d := got.Last(settled("p", "アカネ", "").Mention.ID); d == nil || d.Choice != nayose.ChoseNone {
		t.Errorf("Last = %+v, want the second decision about it", d)
	}
	if d := got.Last(nayose.ID{}); d != nil {
		t.Errorf("Last of a mention without = %+v", d)
	}
	none, err := ReadDecisions(t.Context(), newMemory(), -1)
	if err != nil || none.Entries != 0 || none.Digest != "" || none.Pin() != nil {
		t.Errorf("ReadDecisions of none = %+v, %v", none, err)
	}
}

func TestTheSameFileAppendsNothing(t *testing.T) {
	s, l := logOf(t)
	again, err := AppendDecisions(t.Context(), s, l, "another name", "sum1", []nayose.Decision{settled("p", "ミドリ", "")})
	if err != nil || again.Digest != l.Digest {
		t.Errorf("a file that the log has: %d entries, %v; want %d", again.Entries, err, l.Entries)
	}
	if again, err = AppendDecisions(t.Context(), s, l, "empty", "sum9", nil); err != nil || again.Digest != l.Digest {
		t.Errorf("a file without decisions: %d entries, %v; want %d", again.Entries, err, l.Entries)
	}
	for range 2 { // what was no file is never the same
		if l, err = AppendDecisions(t.Context(), s, l, "by hand", "", []nayose.Decision{settled("p", "ミドリ", "")}); err != nil {
			t.Fatal(err)
		}
	}
	if l.Entries != 5 {
		t.Errorf("%d entries, want 5", l.Entries)
	}
}

// TestAppendOnce: of two people one is the first, and an answer that is lost makes nobody the second.
func TestAppendOnce(t *testing.T) {
	for name, c := range map[string]struct {
		fault fault
		want  error
	}{"told": {none, nil}, "refused": {refused, errInjected}, "taken for another's": {retried, nil}, "done and not told": {lostAck, errInjected}} {
		s := newMemory()
		s.fault = func(_ int, create bool) fault {
			if create {
				return c.fault
			}
			return none
		}
		first := []nayose.Decision{settled("p", "アカネ", "1")}
		l, err := AppendDecisions(t.Context(), s, DecisionLog{}, "a", "sum", first)
		if !errors.Is(err, c.want) || err == nil && l.Entries != 1 || err != nil && l.Entries != 0 {
			t.Errorf("%s: AppendDecisions = %d entries, %v", name, l.Entries, err)
		}
		s.fault = nil
		_, err = AppendDecisions(t.Context(), s, DecisionLog{}, "b", "other", []nayose.Decision{settled("q", "アオ", "")})
		if c.fault != refused && !errors.Is(err, fs.ErrExist) || c.fault == refused && err != nil {
			t.Errorf("%s: AppendDecisions by a second person = %v", name, err)
		}
		l, err = ReadDecisions(t.Context(), s, -1)
		if err != nil {
			t.Fatal(err)
		}
		if l, err = AppendDecisions(t.Context(), s, l, "a", "sum", first); err != nil || strings.Count(fmt.Sprint(l.Decisions), "アカネ") != 2 { // mention and company
			t.Errorf("%s: the file once more: %v, %v", name, l.Decisions, err)
		}
	}
}

func TestManyAppendAtOnce(t *testing.T) {
	s := newMemory()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			var l DecisionLog
			for {
				_, err := AppendDecisions(t.Context(), s, l, "file", fmt.Sprint(i), []nayose.Decision{settled("p", fmt.Sprint(i), "")})
				if !errors.Is(err, fs.ErrExist) {
					if err != nil {
						t.Error(err)
					}
					return
				}
				if err := l.Read(t.Context(), s, -1); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	l, err := ReadDecisions(t.Context(), s, -1)
	if err != nil || l.Entries != 8 || len(l.Decisions) != 8 {
		t.Errorf("ReadDecisions = %d entries with %d decisions, %v; want 8", l.Entries, len(l.Decisions), err)
	}
}

// TestAppendLeavesTheLogAlone: two entries appended to one log do not write into each other's.
func TestAppendLeavesTheLogAlone(t *testing.T) {
	s, l := logOf(t)
	a, err := AppendDecisions(t.Context(), s, l, "a", "", []nayose.Decision{settled("p", "a", "")})
	if err != nil {
		t.Fatal(err)
	}
	delete(s.objects, entryKey(4))
	b, err := AppendDecisions(t.Context(), s, l, "b", "", []nayose.Decision{settled("p", "b", "")})
	if err != nil || a.Since(3)[0].Source != "a" || b.Since(3)[0].Source != "b" || a.Decisions[4].Mention.CompanyName != "a" || b.Decisions[4].Mention.CompanyName != "b" || len(l.Decisions) != 4 {
		t.Errorf("AppendDecisions wrote into the other log: %v, %v, %v", a.Decisions, b.Decisions, err)
	}
}

// A byte that is changed, an entry that is taken out, put in or exchanged: all are seen.
func TestDamagedLogIsRefused(t *testing.T) {
	s, l := logOf(t)
	key := entryKey(2)
	written := slices.Clone(s.objects[key])
	for i := range written {
		s.objects[key] = slices.Clone(written)
		s.objects[key][i] ^= 1
		if _, err := ReadDecisions(t.Context(), s, -1); kind(err) != nayose.Integrity {
			t.Fatalf("with byte %d of %q changed: %v; want a fault of kind Integrity", i, written[:i], err)
		}
	}
	other := newMemory()
	if _, err := AppendDecisions(t.Context(), other, DecisionLog{}, "x", "", []nayose.Decision{settled("p", "x", "")}); err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func(map[string][]byte){
		"the second is the third":          func(o map[string][]byte) { o[entryKey(2)] = o[entryKey(3)] },
		"the first is another log's":       func(o map[string][]byte) { o[entryKey(1)] = other.objects[entryKey(1)] },
		"the third is missing":             func(o map[string][]byte) { delete(o, entryKey(3)) },
		"the second is missing":            func(o map[string][]byte) { delete(o, entryKey(2)) },
		"the last is another":              func(o map[string][]byte) { o[entryKey(3)] = other.objects[entryKey(1)] },
		"the second is gone, all moved up": func(o map[string][]byte) { o[entryKey(2)] = o[entryKey(3)]; delete(o, entryKey(3)) },
	} {
		s, _ := logOf(t)
		damage(s.objects)
		if _, err := ReadDecisions(t.Context(), s, l.Entries); kind(err) != nayose.Integrity {
			t.Errorf("%s: ReadDecisions: %v, want a fault of kind Integrity", name, err)
		}
	}
	whole, _ := logOf(t)
	fewer, err := ReadDecisions(t.Context(), whole, 2)
	if err != nil {
		t.Fatal(err)
	}
	for _, pin := range []*nayose.LogPin{l.Pin(), {Entries: 2, Digest: "00"}, {Entries: 1, Digest: fewer.Digest}} {
		if _, err := fewer.At(pin); kind(err) != nayose.Integrity {
			t.Errorf("At(%+v) of two entries: %v, want a fault of kind Integrity", pin, err)
		}
	}
}

func TestCheckDecision(t *testing.T) {
	good := settled("p", "アカネ", "1")
	if err := CheckDecision(&good); err != nil {
		t.Error(err)
	}
	for want, damage := range map[string]func(*nayose.Decision){
		"the choice":                         func(d *nayose.Decision) { d.Choice = "maybe" },
		"and the company":                    func(d *nayose.Decision) { d.CompanyID = "" },
		"is \"none\", and the company \"1\"": func(d *nayose.Decision) { d.Choice = nayose.ChoseNone },
		"the mention's id":                   func(d *nayose.Decision) { d.Mention.Address = "札幌市" },
		"who settled it":                     func(d *nayose.Decision) { d.By = "" },
		"not settled at":                     func(d *nayose.Decision) { d.At = time.Time{} },
		"by has a control character":         func(d *nayose.Decision) { d.By = "戸\u202e田" },
		"company_id has":                     func(d *nayose.Decision) { d.CompanyID = " 1" },
		"round has":                          func(d *nayose.Decision) { d.Round = "a\nb" },
		"more than 2000":                     func(d *nayose.Decision) { d.Note = strings.Repeat("あ", 2001) },
		"a zero byte":                        func(d *nayose.Decision) { d.Note = "a\x00" },
		"is not UTF-8":                       func(d *nayose.Decision) { d.Shown = []nayose.Shown{{Name: "\xff"}} },
	} {
		d := good
		damage(&d)
		if err := CheckDecision(&d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("CheckDecision = %v, want %q", err, want)
		}
		s := newMemory()
		if _, err := AppendDecisions(t.Context(), s, DecisionLog{}, "f", "", []nayose.Decision{good, d}); kind(err) != nayose.Contract || len(s.objects) > 0 {
			t.Errorf("AppendDecisions of one that %s: %v and %d objects; want a fault of kind Contract and none", want, err, len(s.objects))
		}
	}
}

// TestPlanPinsDecisions: an entry makes a new plan where it is about the partner, and else only with another change.
func TestPlanPinsDecisions(t *testing.T) {
	ctx, s := t.Context(), newMemory()
	var l DecisionLog
	freeze := func(partner, mapping string) Plan {
		t.Helper()
		got, _, err := Freeze(ctx, s, Plan{Week: week, Partner: partner, Mapping: mapping}, &DecisionLog{})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	settle := func(d nayose.Decision) {
		t.Helper()
		var err error
		if l, err = AppendDecisions(ctx, s, l, "f", "", []nayose.Decision{d}); err != nil {
			t.Fatal(err)
		}
	}
	want := func(p Plan, number int, pin *nayose.LogPin) {
		t.Helper()
		if p.Number != number || !cmp.Equal(p.Decisions, pin) {
			t.Errorf("plan %d of %s pins %+v, want plan %d and %+v", p.Number, p.Partner, p.Decisions, number, pin)
		}
	}
	want(freeze("p", "m"), 1, nil)
	want(freeze("q", "m"), 1, nil)
	if b := s.objects["plans/2026-W47/p/1.json"]; strings.Contains(string(b), "decisions") {
		t.Errorf("a plan without a log says %s", b)
	}
	settle(settled("q", "アオ", ""))
	one := l.Pin()
	want(freeze("p", "m"), 1, nil)
	want(freeze("q", "m"), 2, one)
	want(freeze("q", "m"), 2, one)
	settle(settled("p", "アカネ", "1"))
	two := l.Pin()
	want(freeze("q", "m"), 2, one)
	want(freeze("p", "m"), 2, two)
	want(freeze("q", "m2"), 3, two)
	want(freeze("r", "m"), 1, two)

	delete(s.objects, entryKey(2))
	if _, _, err := Freeze(ctx, s, Plan{Week: week, Partner: "p", Mapping: "m"}, &DecisionLog{}); kind(err) != nayose.Integrity {
		t.Errorf("Freeze after a plan whose log has lost an entry: %v, want a fault of kind Integrity", err)
	}
}

// vanishing is a store from which the object of a key goes between looking and reading.
type vanishing struct {
	*memory
	key string
}

func (v vanishing) Open(ctx context.Context, o nayose.Object) (io.ReadCloser, error) {
	if o.Key == v.key {
		return nil, fs.ErrNotExist
	}
	return v.memory.Open(ctx, o)
}

func TestLogDoesNotEndWhereAnEntryVanishes(t *testing.T) {
	s, _ := logOf(t)
	if l, err := ReadDecisions(t.Context(), vanishing{s, entryKey(2)}, -1); !errors.Is(err, nayose.ErrChanged) || missing(err) {
		t.Errorf("ReadDecisions = %d entries, %v; want nayose.ErrChanged", l.Entries, err)
	}
}
