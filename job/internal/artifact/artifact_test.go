package artifact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"nayose"
)

// memory is a store that keeps the contract of nayose.Store and can be told to fail.
type memory struct {
	mu      sync.Mutex
	objects map[string][]byte
	written map[string]time.Time // as List tells it
	ops     int
	blind   bool // it does not notice that an object was replaced
	fault   func(op int, create bool) fault
}

// fault is how an operation goes wrong.
type fault int

const (
	none    fault = iota
	refused       // nothing happened, and the caller is told so
	lostAck       // it happened, and the caller is told that it did not
	retried       // it happened, and a retry below was told that the object exists
)

var errInjected = errors.New("injected fault")

func newMemory() *memory { return &memory{objects: map[string][]byte{}} }

func (m *memory) String() string { return "memory" }

func (m *memory) next(create bool) fault {
	m.ops++
	if m.fault == nil {
		return none
	}
	return m.fault(m.ops, create)
}

func (m *memory) List(_ context.Context, prefix string) iter.Seq2[nayose.Object, error] {
	return func(yield func(nayose.Object, error) bool) {
		m.mu.Lock()
		keys := slices.Sorted(maps.Keys(m.objects))
		m.mu.Unlock()
		for _, key := range keys {
			if strings.HasPrefix(key, prefix+"/") && !yield(nayose.Object{Key: key, Modified: m.written[key]}, nil) {
				return
			}
		}
	}
}

func (m *memory) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.next(false) != none {
		return errInjected
	}
	delete(m.objects, key)
	return nil
}

func (m *memory) Stat(_ context.Context, key string) (nayose.Object, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.next(false) != none {
		return nayose.Object{}, errInjected
	}
	b, ok := m.objects[key]
	if !ok {
		return nayose.Object{}, fmt.Errorf("stat %s: %w", key, fs.ErrNotExist)
	}
	return nayose.Object{Key: key, ETag: Digest(b), Size: int64(len(b))}, nil
}

func (m *memory) Open(_ context.Context, o nayose.Object) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.next(false) != none {
		return nil, errInjected
	}
	b, ok := m.objects[o.Key]
	if !ok {
		return nil, fs.ErrNotExist
	}
	if Digest(b) != o.ETag && !m.blind {
		return nil, nayose.ErrChanged
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

func (m *memory) Create(_ context.Context, key string, body io.ReadSeeker) (nayose.Object, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, err := io.ReadAll(body)
	if err != nil {
		return nayose.Object{}, err
	}
	f := m.next(true)
	if f == refused {
		return nayose.Object{}, errInjected
	}
	if _, ok := m.objects[key]; ok {
		return nayose.Object{}, fmt.Errorf("create %s: %w", key, fs.ErrExist)
	}
	m.objects[key] = b
	switch f {
	case lostAck:
		return nayose.Object{}, errInjected
	case retried:
		return nayose.Object{}, fs.ErrExist
	}
	return nayose.Object{Key: key, ETag: Digest(b), Size: int64(len(b))}, nil
}

var week = nayose.Week{Year: 2026, Week: 47}

func TestPlanIsFrozenOnceForTheSameReading(t *testing.T) {
	ctx, s := t.Context(), newMemory()
	want := Plan{Week: week, Partner: "p", Files: []Pin{{nayose.Object{Key: "a.csv", Size: 3}, "00"}}, Mapping: "m1"}
	first, created, err := Freeze(ctx, s, want, new(DecisionLog))
	if err != nil || !created || first.Number != 1 {
		t.Fatalf("Freeze = plan %d, created %v, %v; want plan 1, created", first.Number, created, err)
	}
	again, created, err := Freeze(ctx, s, want, new(DecisionLog))
	if err != nil || created || !cmp.Equal(again, first) {
		t.Errorf("Freeze again = %+v, created %v, %v; want the first plan", again, created, err)
	}
	want.Mapping = "m2"
	second, created, err := Freeze(ctx, s, want, new(DecisionLog))
	if err != nil || !created || second.Number != 2 {
		t.Errorf("Freeze of another mapping = plan %d, created %v, %v; want plan 2", second.Number, created, err)
	}
	if last, err := LastPlan(ctx, s, week, "p"); err != nil || !cmp.Equal(last, second) {
		t.Errorf("LastPlan = %+v, %v; want plan 2", last, err)
	}
	if _, err := LastPlan(ctx, s, week, "q"); !missing(err) {
		t.Errorf("LastPlan of a partner without plans: %v, want fs.ErrNotExist", err)
	}
}

func TestPlansFrozenAtOnceAreOne(t *testing.T) {
	s := newMemory()
	var wg sync.WaitGroup
	numbers := make([]int, 8)
	for i := range numbers {
		wg.Go(func() {
			p, _, err := Freeze(t.Context(), s, Plan{Week: week, Partner: "p", Mapping: "m"}, new(DecisionLog))
			if err != nil {
				t.Error(err)
			}
			numbers[i] = p.Number
		})
	}
	wg.Wait()
	if len(s.objects) != 1 || slices.Max(numbers) != 1 {
		t.Errorf("plans %v in %d objects, want one plan", numbers, len(s.objects))
	}
}

func TestPlanFromElsewhereIsRefused(t *testing.T) {
	s := newMemory()
	for name, text := range map[string]string{
		"a field of the future": `{"format":1,"week":"2026-W47","partner":"p","number":1,"moon":"full"}`,
		"another number":        `{"format":1,"week":"2026-W47","partner":"p","number":2}`,
		"another format":        `{"format":9,"week":"2026-W47","partner":"p","number":1}`,
		"half a document":       `{"format":1,`,
	} {
		s.objects["plans/2026-W47/p/1.json"] = []byte(text)
		_, err := LastPlan(t.Context(), s, week, "p")
		if kind(err) != nayose.Integrity {
			t.Errorf("LastPlan with %s: %v, want kind Integrity", name, err)
		}
	}
}

// TestManifestFromElsewhereIsRefused: a result that was copied to the place of another is not that one's.
func TestManifestFromElsewhereIsRefused(t *testing.T) {
	s, own := newMemory(), NewPlace("extract", 1, Input{"file", "f"})
	if _, err := stage(t.Context(), s, own, sample()); err != nil {
		t.Fatal(err)
	}
	manifest := s.objects[own.String()+"/manifest.json"]
	format := bytes.Replace(manifest[sealSize:], []byte(`"format": `), []byte(`"format": 9`), 1)
	for name, test := range map[string]struct {
		place    Place
		manifest []byte
	}{
		"other inputs":   {NewPlace("extract", 1, Input{"file", "g"}), manifest},
		"another stage":  {Place{Stage: "match", Digest: own.Digest}, manifest},
		"another format": {own, append([]byte("{\n"), format...)},
	} {
		s.objects[test.place.String()+"/manifest.json"] = test.manifest
		if _, err := Committed(t.Context(), s, test.place); kind(err) != nayose.Integrity || !strings.Contains(err.Error(), "not the manifest of its place") {
			t.Errorf("Committed with the manifest of %s: %v, want kind Integrity", name, err)
		}
	}
}

func kind(err error) nayose.Kind {
	var f *nayose.Error
	if errors.As(err, &f) {
		return f.Kind
	}
	return nayose.Bug
}

// stage is a small stage: it writes mentions and lines and commits them.
func stage(ctx context.Context, s nayose.Store, p Place, mentions []nayose.Mention) (Manifest, error) {
	if m, err := Committed(ctx, s, p); err == nil || !missing(err) {
		return m, err
	}
	a, err := Begin(s)
	if err != nil {
		return Manifest{}, err
	}
	defer a.Close()
	table, err := NewTable[nayose.Mention](a, "mentions.parquet")
	if err != nil {
		return Manifest{}, err
	}
	if err := table.WriteAll(all(mentions)); err != nil {
		return Manifest{}, err
	}
	lines, err := NewLines[nayose.Reject](a, "rejects.ndjson")
	if err != nil {
		return Manifest{}, err
	}
	for i := range mentions {
		if err := lines.Write(nayose.Reject{Line: int64(i), Raw: "<壊れた行>"}); err != nil {
			return Manifest{}, err
		}
	}
	if err := lines.Close(); err != nil {
		return Manifest{}, err
	}
	return a.Commit(ctx, p, Manifest{Match: &nayose.MatchCounts{Mentions: int64(len(mentions))}}, "test")
}

func all[T any](rows []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func sample() []nayose.Mention {
	var ms []nayose.Mention
	for i := range 700 { // more than the reader's batch
		m := nayose.Mention{Partner: "p", CompanyName: fmt.Sprintf("株式会社テスト%d", i%50), Address: "東京都港区"}
		m.ID = nayose.NewID(fmt.Sprint(i))
		ms = append(ms, m)
	}
	return ms
}

func TestStageResultIsReadBackAsWritten(t *testing.T) {
	ctx, s, p := t.Context(), newMemory(), NewPlace("extract", 1, Input{"file", "f"})
	want := sample()
	m, err := stage(ctx, s, p, want)
	if err != nil {
		t.Fatal(err)
	}
	l, err := m.Fetch(ctx, s, "mentions.parquet")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for range 2 { // a retry ranges over it again
		var got []nayose.Mention
		for row, err := range Rows[nayose.Mention](l) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, row)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("mentions differ (-want +got):\n%s", diff)
		}
	}
	r, err := m.Fetch(ctx, s, "rejects.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for v, err := range Values[nayose.Reject](r) {
		if err != nil || v.Line != int64(n) || v.Raw != "<壊れた行>" {
			t.Fatalf("line %d = %+v, %v", n, v, err)
		}
		n++
	}
	if n != len(want) {
		t.Errorf("%d lines, want %d", n, len(want))
	}
	if _, err := os.Stat(r.Name()); !missing(err) {
		t.Errorf("the fetched file has a name, and would stay behind a kill: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestSameInputsGiveTheSameBytes(t *testing.T) {
	place := NewPlace("extract", 1, Input{"file", "f"})
	a, err := stage(t.Context(), newMemory(), place, sample())
	if err != nil {
		t.Fatal(err)
	}
	b, err := stage(t.Context(), newMemory(), place, sample())
	if err != nil {
		t.Fatal(err)
	}
	if !sameResult(a, b) || a.Attempt == b.Attempt {
		t.Errorf("two attempts differ: %+v and %+v", a, b)
	}
}

// TestEveryOperationFails lets each operation on the store fail in each way: the stage either ends well or says that it
// failed, and run again it ends with one manifest and the right content.
func TestEveryOperationFails(t *testing.T) {
	ctx, place, want := t.Context(), NewPlace("extract", 1), sample()
	clean := newMemory()
	if _, err := stage(ctx, clean, place, want); err != nil {
		t.Fatal(err)
	}
	for _, f := range []fault{refused, lostAck, retried} {
		for n := 1; n <= clean.ops; n++ {
			s := newMemory()
			s.fault = func(op int, create bool) fault {
				if op == n && (create || f == refused) {
					return f
				}
				return none
			}
			if _, err := stage(ctx, s, place, want); err != nil && !errors.Is(err, errInjected) {
				t.Errorf("fault %d at operation %d: %v, want the injected fault or success", f, n, err)
			}
			s.fault = nil
			m, err := stage(ctx, s, place, want)
			if err != nil {
				t.Errorf("fault %d at operation %d: run again: %v", f, n, err)
				continue
			}
			l, err := m.Fetch(ctx, s, "mentions.parquet")
			if err != nil {
				t.Errorf("fault %d at operation %d: %v", f, n, err)
				continue
			}
			rows := 0
			for _, err := range Rows[nayose.Mention](l) {
				if err != nil {
					t.Error(err)
				}
				rows++
			}
			if rows != len(want) {
				t.Errorf("fault %d at operation %d: %d rows after the second run, want %d", f, n, rows, len(want))
			}
			l.Close()
		}
	}
}

func TestCommitComparesResults(t *testing.T) {
	ctx, s, p := t.Context(), newMemory(), NewPlace("match", 1)
	m := Manifest{Format: 1, Stage: "match", Digest: p.Digest, Attempt: "one", Outputs: []Output{{Name: "o", SHA256: "aa", Rows: 1}}}
	if _, err := commit(ctx, s, p, m); err != nil {
		t.Fatal(err)
	}
	other := m
	other.Attempt = "two"
	if got, err := commit(ctx, s, p, other); err != nil || got.Attempt != "one" {
		t.Errorf("commit of an equal result = %s, %v; want the standing manifest", got.Attempt, err)
	}
	other.Outputs = []Output{{Name: "o", SHA256: "bb", Rows: 1}}
	if _, err := commit(ctx, s, p, other); kind(err) != nayose.Integrity {
		t.Errorf("commit of another result: %v, want kind Integrity", err)
	}
}

func TestFetchRefusesOtherBytes(t *testing.T) {
	ctx, s := t.Context(), newMemory()
	if _, err := s.Create(ctx, "a", strings.NewReader("abc")); err != nil {
		t.Fatal(err)
	}
	pin, err := PinObject(ctx, s, "a")
	if err != nil {
		t.Fatal(err)
	}
	s.objects["a"] = []byte("abd")
	if _, err := Fetch(ctx, s, pin); !errors.Is(err, nayose.ErrChanged) {
		t.Errorf("Fetch of a replaced object: %v, want ErrChanged", err)
	}
	m := Manifest{Stage: "extract", Digest: "d", Outputs: []Output{{Name: "a", Object: pin.Object, SHA256: pin.SHA256}}}
	if _, err := m.Fetch(ctx, s, "a"); kind(err) != nayose.Integrity {
		t.Errorf("Fetch of a replaced output: %v, want kind Integrity", err)
	}
	s.blind = true
	if _, err := Fetch(ctx, s, pin); kind(err) != nayose.Integrity {
		t.Errorf("Fetch of other bytes than the pin names: %v, want kind Integrity", err)
	}
}

// onDisk is a store whose objects are files, of which one is known.
type onDisk struct {
	*memory
	file func() (*os.File, error)
}

func (s onDisk) File(context.Context, nayose.Object) (*os.File, error) { return s.file() }

func TestMapTakesTheObjectItself(t *testing.T) {
	path := filepath.Join(t.TempDir(), "object")
	if err := os.WriteFile(path, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	m := Manifest{Stage: "master", Digest: "d", Outputs: []Output{{Name: "a", Object: nayose.Object{Key: "k", Size: 3}}}}
	l, err := m.Map(t.Context(), onDisk{newMemory(), func() (*os.File, error) { return os.Open(path) }}, "a")
	if err != nil || l.Name() != path {
		t.Fatalf("Map = %v, %v, want the object's own file", l, err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, err := m.Map(t.Context(), onDisk{newMemory(), func() (*os.File, error) { return nil, nayose.ErrChanged }}, "a"); kind(err) != nayose.Integrity {
		t.Errorf("Map of a replaced output: %v, want kind Integrity", err)
	}
	if _, err := m.Map(t.Context(), newMemory(), "a"); kind(err) != nayose.Integrity {
		t.Errorf("Map of an object that is gone: %v, want kind Integrity", err)
	}
}

func TestWriterPassesErrorsOn(t *testing.T) {
	a, err := Begin(newMemory())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	table, err := NewTable[nayose.Mention](a, "m.parquet")
	if err != nil {
		t.Fatal(err)
	}
	err = table.WriteAll(func(yield func(nayose.Mention, error) bool) { yield(nayose.Mention{}, iotest.ErrTimeout) })
	if !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("WriteAll = %v, want the source's error", err)
	}
}

func TestTemporaryDirectoryThatIsNotThere(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()+"/absent")
	if _, err := Begin(newMemory()); kind(err) != nayose.Usage {
		t.Errorf("Begin: %v, want kind Usage", err)
	}
}

func TestPlaceOfAPlanThatIsTakenByNoPlan(t *testing.T) {
	s := newMemory()
	s.fault = func(_ int, create bool) fault {
		if create {
			return retried
		}
		return none
	}
	// Everything that is created is said to exist, and is gone when it is looked for.
	vanishing := vanishingStore{s}
	if _, _, err := Freeze(t.Context(), vanishing, Plan{Week: week, Partner: "p"}, new(DecisionLog)); kind(err) != nayose.Integrity {
		t.Errorf("Freeze: %v, want kind Integrity", err)
	}
}

type vanishingStore struct{ *memory }

func (v vanishingStore) Stat(context.Context, string) (nayose.Object, error) {
	return nayose.Object{}, fs.ErrNotExist
}

func TestLongRowsDoNotPileUp(t *testing.T) {
	a, err := Begin(newMemory())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	table, err := NewTable[nayose.Posting](a, "p.parquet")
	if err != nil {
		t.Fatal(err)
	}
	chance, long := rand.NewChaCha8([32]byte{}), make([]byte, 768<<10)
	for range 100 {
		_, _ = chance.Read(long) // nothing compresses it
		if err := table.Write(nayose.Posting{Description: string(long)}); err != nil {
			t.Fatal(err)
		}
	}
	if held := table.w.Size() - table.flushed; table.flushed == 0 || held > rowGroupBytes+batchRows*int64(len(long)) {
		t.Errorf("the writer holds %d bytes after %d were flushed", held, table.flushed)
	}
}

// TestShardsAreParts asks that the shards of any count, laid end to end, are all rows, and none has more than one row more
// than another.
func TestShardsAreParts(t *testing.T) {
	for _, n := range []int64{0, 1, 5, 16, 17, 1000, 1 << 40} {
		for _, of := range []int{1, 2, 16, 10_000} {
			end := int64(0)
			for i := range of {
				from, to := Shard{i, of}.Rows(n)
				if size := to - from; from != end || size != n/int64(of) && size != n/int64(of)+1 {
					t.Fatalf("shard %d/%d of %d rows is %d to %d, want it to start at %d", i, of, n, from, to, end)
				}
				end = to
			}
			if end != n {
				t.Errorf("%d shards of %d rows end at %d", of, n, end)
			}
		}
	}
}

func TestParseShard(t *testing.T) {
	for _, s := range []Shard{{0, 1}, {3, 16}, {9999, 10_000}} {
		if got, err := ParseShard(s.String()); err != nil || got != s {
			t.Errorf("ParseShard(%q) = %v, %v", s, got, err)
		}
	}
	for _, text := range []string{"", "3", "/", "3/", "/16", "16/16", "17/16", "0/0", "-1/16", "1/-16", "a/b", "1/2/3", "1 /2", "+1/2", "1/99999999999"} {
		if got, err := ParseShard(text); err == nil {
			t.Errorf("ParseShard(%q) = %v, want an error", text, got)
		}
	}
}

// TestPartReadsItsRowsOnly has a table of three row groups. Each shard of any count is its rows; and a shard of the last row
// group is read although the ones before are spoilt.
func TestPartReadsItsRowsOnly(t *testing.T) {
	ctx, s := t.Context(), newMemory()
	var want []nayose.Mention
	for i := range 2*rowGroupRows + 1000 {
		want = append(want, nayose.Mention{Partner: "p", CompanyName: fmt.Sprint("株式会社テスト", i)})
	}
	m, err := stage(ctx, s, NewPlace("extract", 1), want)
	if err != nil {
		t.Fatal(err)
	}
	l, err := m.Fetch(ctx, s, "mentions.parquet")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	read := func(shard Shard) (got []nayose.Mention, err error) {
		for row, err := range Part[nayose.Mention](l, shard) {
			if err != nil {
				return got, err
			}
			got = append(got, row)
		}
		return got, nil
	}
	for _, of := range []int{1, 2, 16, 100} {
		for i := range of {
			shard := Shard{i, of}
			from, to := shard.Rows(int64(len(want)))
			if got, err := read(shard); err != nil || !slices.Equal(got, want[from:to]) {
				t.Fatalf("shard %s has %d rows, want %d to %d of the table: %v", shard, len(got), from, to, err)
			}
		}
	}
	if _, err := l.WriteAt(make([]byte, l.size/2), 4); err != nil {
		t.Fatal(err)
	}
	if _, err := read(Shard{0, 100}); err == nil {
		t.Error("the first shard is read although it is spoilt")
	}
	if got, err := read(Shard{99, 100}); err != nil || len(got) != 410 {
		t.Errorf("the last shard of a file whose first half is spoilt: %d rows, %v", len(got), err)
	}
}

// TestPinsKeepNoTime: a pin says which version, and not when it was written.
func TestPinsKeepNoTime(t *testing.T) {
	s := newMemory()
	if _, err := s.Create(t.Context(), "a", strings.NewReader("abc")); err != nil {
		t.Fatal(err)
	}
	seen, err := s.Stat(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	want, err := PinObject(t.Context(), s, "a")
	if err != nil {
		t.Fatal(err)
	}
	seen.Modified = time.Now()
	before := s.ops
	got, err := PinSeen(t.Context(), s, seen, want)
	if err != nil || got != want || s.ops != before {
		t.Errorf("PinSeen = %+v, %v after %d operations, want %+v after none", got, err, s.ops-before, want)
	}
	if got, err := PinSeen(t.Context(), s, seen); err != nil || got != want {
		t.Errorf("PinSeen = %+v, %v, want %+v", got, err, want)
	}
}
