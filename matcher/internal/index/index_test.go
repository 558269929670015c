package index

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// A failer is a test, a benchmark, a fuzz target or a property.
type failer interface {
	Fatalf(format string, args ...any)
	Helper()
}

// build is the index of some companies and their workplaces, which Check finds to be whole.
func build(t failer, entries []Entry, workplaces ...Workplace) *Index {
	t.Helper()
	b := NewBuilder()
	for i := range entries {
		if err := b.Add(&entries[i]); err != nil {
			t.Fatalf("add %+v: %v", entries[i], err)
		}
	}
	for i := range workplaces {
		if err := b.AddWorkplace(&workplaces[i]); err != nil {
			t.Fatalf("add %+v: %v", workplaces[i], err)
		}
	}
	x, err := b.Finish(oneCity)
	if err != nil {
		t.Fatalf("finish: %v", err)
	}
	if err := x.Check(); err != nil {
		t.Fatalf("an index that was built just now, of %+v: %v", entries, err)
	}
	return x
}

// oneCity says that two municipalities are one where one lacks the other's 市 or 郡.
func oneCity(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	rest, ok := strings.CutSuffix(b, a)
	return a == b || ok && (strings.HasSuffix(rest, "市") || strings.HasSuffix(rest, "郡")) ||
		strings.HasSuffix(a, "市") && strings.HasPrefix(b, a)
}

// file is an index as it is written.
func file(t failer, x *Index) []byte {
	t.Helper()
	var b bytes.Buffer
	if n, err := x.WriteTo(&b); err != nil || n != int64(b.Len()) || n != x.Size() {
		t.Fatalf("%d bytes were written, %d reported, %d foretold: %v", b.Len(), n, x.Size(), err)
	}
	return b.Bytes()
}

// save writes bytes to a file.
func save(t testing.TB, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "index")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// ids draws from so few that companies meet: of 13 digits, most with leading zeros, and others.
func ids() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`00000000000[0-9]{2}`), rapid.StringMatching(`[1-9][0-9]{12}`), rapid.StringMatching(`[A-C]?[0-9]{1,2}`),
		rapid.SampledFrom([]string{"00000000000000", "000000000000", "12345678901２", "東京1", strings.Repeat("x", 40)}),
	)
}

// shortName draws from so few letters that names share pairs, weigh the same and repeat a pair.
func shortName() *rapid.Generator[string] {
	return rapid.StringOfN(rapid.RuneFrom([]rune("アイウ工業𠮷")), 0, 7, -1)
}

// entry draws a company as a master's reader makes it: names beside the registered one by role.
func entry() *rapid.Generator[Entry] {
	name := func(t *rapid.T, role Role) Name {
		loose := shortName().Draw(t, "name")
		return Name{loose, loose + "!", uint8(rapid.IntRange(0, 3).Draw(t, "form")), rapid.Bool().Draw(t, "front"), role}
	}
	return rapid.Custom(func(t *rapid.T) Entry {
		e := Entry{
			ID: ids().Draw(t, "id"), Closed: rapid.Bool().Draw(t, "closed"), Corporate: rapid.Bool().Draw(t, "corporate"),
			Name: name(t, Registered), Glyphs: rapid.Byte().Draw(t, "glyphs"),
			Kana: shortName().Draw(t, "kana"), Spelled: shortName().Draw(t, "spelled"),
			Phone:  rapid.SampledFrom([]string{"", "0312345678", "0120123456", "09012345678", "110"}).Draw(t, "phone"),
			Domain: rapid.SampledFrom([]string{"", "akane.jp", "aoba.co.jp"}).Draw(t, "domain"),
			Office: place().Draw(t, "office"), Elsewhere: rapid.SliceOfN(place(), 0, 2).Draw(t, "elsewhere"),
		}
		if rapid.Bool().Draw(t, "succeeded") {
			e.Successor = "nobody"
		}
		for role := Former; role <= English; role++ {
			for range rapid.IntRange(0, 2).Draw(t, "others") {
				e.Others = append(e.Others, name(t, role))
			}
		}
		return e
	})
}

// place draws from so few that places meet.
func place() *rapid.Generator[Place] {
	return rapid.Custom(func(t *rapid.T) Place {
		return Place{
			uint8(rapid.SampledFrom([]int{0, 1, 13, 13, 27, 47}).Draw(t, "prefecture")),
			rapid.SampledFrom([]string{"", "札幌市", "札幌市東区", "東区", "上川郡東神楽町", "東神楽町", "港区", "大阪市東区"}).Draw(t, "city"),
			rapid.SampledFrom([]string{"", "芝", "野村", "本町"}).Draw(t, "town"),
			rapid.SampledFrom([][]uint16{{}, {1}, {100}, {1, 2}, {1, 2, 3}}).Draw(t, "numbers"),
		}
	})
}

// workplaces draws places of work of companies, some of which are not there, and some of which come twice.
func workplaces(all []Entry) *rapid.Generator[[]Workplace] {
	ids := []string{"nobody", "0000000000099"}
	for i := range all {
		ids = append(ids, all[i].ID)
	}
	one := rapid.Custom(func(t *rapid.T) Workplace {
		return Workplace{
			CompanyID: rapid.SampledFrom(ids).Draw(t, "company"), Names: rapid.SliceOfN(shortName(), 0, 2).Draw(t, "names"),
			Place: place().Draw(t, "place"), Sure: rapid.Bool().Draw(t, "sure"),
			Phone:  rapid.SampledFrom([]string{"", "0312345678", "0120123456", "0662345678"}).Draw(t, "phone"),
			Domain: rapid.SampledFrom([]string{"", "akane.jp", "shop.akane.jp"}).Draw(t, "domain"),
		}
	})
	return rapid.Custom(func(t *rapid.T) []Workplace {
		list := rapid.SliceOfN(one, 0, 12).Draw(t, "workplaces")
		return append(list, list[:rapid.IntRange(0, len(list)).Draw(t, "again")]...)
	})
}

// others are the names of a workplace that its company, where it is this one, has not itself.
func (w *Workplace) others(e *Entry) (names []string) {
	for _, name := range w.Names {
		own := name == e.Name.Loose || slices.ContainsFunc(e.Others, func(o Name) bool { return o.Loose == name })
		if w.CompanyID == e.ID && name != "" && !own {
			names = append(names, name)
		}
	}
	return names
}

// entries draws the companies of a master, of which some took others over.
func entries() *rapid.Generator[[]Entry] {
	return rapid.Custom(func(t *rapid.T) []Entry {
		all := rapid.SliceOfNDistinct(entry(), 0, 20, func(e Entry) string { return e.ID }).Draw(t, "companies")
		for i := range all {
			if rapid.Bool().Draw(t, "taken over") {
				all[i].Successor = all[rapid.IntRange(0, len(all)-1).Draw(t, "by")].ID
			}
		}
		return all
	})
}

// sample is a master that has something of everything.
func sample() []Entry { return sampleOf(60) }

func sampleOf(n int) (all []Entry) {
	for i := range n {
		e := entry().Example(i)
		e.ID = fmt.Sprint("A", i)
		if i%2 == 0 {
			e.ID = fmt.Sprintf("%013d", 7*i)
		}
		e.Successor = fmt.Sprintf("%013d", 14*(i/3))
		all = append(all, e)
	}
	return all
}

// shops are workplaces of a sample.
func shops(sample []Entry) []Workplace {
	return slices.Concat(workplaces(sample).Example(1), workplaces(sample).Example(2))
}

// openPath opens an index by the name of its file.
func openPath(path string) (*Index, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return Open(f)
}

func TestRoundTrip(t *testing.T) {
	for about, entries := range map[string][]Entry{"nothing": nil, "one company": sampleOf(1), "some": sample()} {
		t.Run(about, func(t *testing.T) {
			x := build(t, entries, shops(entries)...)
			b := file(t, x)
			y, err := openPath(save(t, b))
			if err != nil {
				t.Fatal(err)
			}
			if err := y.Check(); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(x.sections, y.sections, cmpopts.EquateEmpty(), cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
				t.Errorf("(-built +opened):\n%.2000s", diff)
			}
			if diff := cmp.Diff(walk(x), walk(y)); diff != "" {
				t.Errorf("(-built +opened):\n%.2000s", diff)
			}
			if !bytes.Equal(file(t, y), b) {
				t.Error("what was opened is written otherwise")
			}
			for range 2 {
				if err := y.Close(); err != nil {
					t.Error(err)
				}
			}
			if err := x.Close(); err != nil {
				t.Errorf("close what no file is behind: %v", err)
			}
		})
	}
}

// walk calls everything that an index answers, and lists the answers.
func walk(x *Index) (answers []string) {
	tell := func(values ...any) { answers = append(answers, fmt.Sprintf("%+v", values)) }
	tell(x.Len(), x.Names(), x.OwnNames(), x.Cities(), x.Size())
	for c := range uint32(x.Len()) {
		row := x.Company(c)
		tell(*row, row.Front(), row.Closed(), row.Corporate(), row.Reached(), row.Phone(), x.ID(c), x.HasID(c, x.ID(c)), x.IDBefore(c, 0))
		heir, ok := x.Heir(c)
		tell(heir, ok)
		tell(spotsOf(x, c), x.Others(c), x.Owners(NewKey(ByID, x.ID(c))), x.Owners(NewKey(ByPhone, "0312345678")))
		for _, s := range spotsOf(x, c) {
			tell(x.Owners(s.Key(ByPlace)), x.Owners(s.Key(ByTown)), x.CityName(s.City), x.TownName(s.Town), x.Region(s.City), x.Kin(s.City))
			tell(x.City(x.CityName(s.City)), x.Town(x.TownName(s.Town)))
		}
	}
	search := NewSearch(x)
	for name := range uint32(x.Names() + 1) {
		letters := x.Letters(name)
		tell(letters, x.Find(letters, HashName(letters)), x.FindAny(letters, HashName(letters)), x.AppendBits(nil, letters), x.Expected(letters), search.Like(letters, 5))
		for _, b := range slices.Concat(x.Bearers(name), x.Workplaces(name)) {
			tell(b.Company(), b.Role(), b.Abroad(), x.Visits(b.Company(), 1<<13))
		}
		for pref := range uint8(prefectureCount) {
			tell(x.In(pref, x.Bearers(name)))
		}
	}
	return answers
}

// TestLayout holds what view.go relies on.
func TestLayout(t *testing.T) {
	for _, c := range []struct {
		what      string
		got, want uintptr
	}{
		{"a company", unsafe.Sizeof(Company{}), 48},
		{"a spot", unsafe.Sizeof(Spot{}), 16},
		{"an heir", unsafe.Sizeof(Heir{}), 8},
		{"another name", unsafe.Sizeof(Other{}), 8},
		{"a pair", unsafe.Sizeof(pair{}), 16},
		{"a bearer", unsafe.Sizeof(Bearer(0)), 4},
	} {
		if c.got != c.want {
			t.Errorf("%s takes %d bytes, want %d", c.what, c.got, c.want)
		}
	}
	sections := reflect.TypeFor[sections]()
	var all []reflect.Type
	for i := range sections.NumField() {
		if f := sections.Field(i).Type; f.Kind() == reflect.Slice {
			all = append(all, f)
		} else {
			for j := range f.NumField() {
				all = append(all, f.Field(j).Type)
			}
		}
	}
	if len(all) != sectionCount {
		t.Fatalf("%d slices for %d sections", len(all), sectionCount)
	}
	for _, s := range all {
		e := s.Elem()
		if e.Align() > alignment || alignment%e.Align() != 0 || e.Size()%uintptr(e.Align()) != 0 || !flat(e) {
			t.Errorf("%v of %d bytes, aligned to %d, cannot be a section's element", e, e.Size(), e.Align())
		}
	}
	if headerSize%alignment != 0 || len(magic)%alignment != 0 {
		t.Errorf("a header of %d bytes, magic of %d, leaves sections between multiples of %d", headerSize, len(magic), alignment)
	}
}

// flat reports a type of fixed size that holds no pointers, int or uint, nor bytes that are no field's.
func flat(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Array:
		return flat(t.Elem())
	case reflect.Struct:
		size := uintptr(0)
		for i := range t.NumField() {
			size += t.Field(i).Type.Size()
			if !flat(t.Field(i).Type) {
				return false
			}
		}
		return size == t.Size()
	}
	return slices.Contains([]reflect.Kind{
		reflect.Bool, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32,
	}, t.Kind())
}

// decode is a name of its letters.
func decode(letters []uint16) string { return string(utf16.Decode(letters)) }
