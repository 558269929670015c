package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"nayose"
)

// subject is an empty store under test.
type subject struct {
	nayose.Store
	// replace writes an object over what stands at key, behind the store's back.
	replace func(t *testing.T, key, content string)
	// versions tells that an object which is replaced can still be read.
	versions bool
}

// testStore is what every store must pass.
func testStore(t *testing.T, open func(t *testing.T) subject) {
	for name, test := range map[string]func(*testing.T, subject){
		"create and read back":         testReadBack,
		"create twice":                 testCreateTwice,
		"when it was written":          testModified,
		"create from the body's start": testCreateFromStart,
		"racing creates":               testRacingCreates,
		"missing":                      testMissing,
		"replaced":                     testReplaced,
		"replaced while open":          testReplacedWhileOpen,
		"wrong size":                   testWrongSize,
		"not pinned":                   testNotPinned,
		"cancelled":                    testCancelled,
		"cancelled while open":         testCancelledWhileOpen,
		"refused keys":                 testRefusedKeys,
		"list":                         testList,
		"delete":                       testDelete,
		"uploads":                      testUploads,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func testReadBack(t *testing.T, s subject) {
	large := make([]byte, 20<<20)
	_, _ = rand.NewChaCha8([32]byte{}).Read(large) // it never fails
	for key, content := range map[string]string{
		"plans/2026-W47/acme/1.json": `{"plan": 1}`,
		"empty":                      "",
		"large/part-0000.parquet":    string(large),
		"求人/2026年47週/株式会社アクメ ①.csv":            "求人番号,会社名\r\n1,㈱髙﨑\r\n",
		"odd/a b+c%20d&e=f?g#h~(i)'j\"k;l,m:n": "odd",
		"odd/.hidden/...":                      "dots",
	} {
		made := mustCreate(t, s, key, content)
		seen, err := s.Stat(t.Context(), key)
		if err != nil {
			t.Errorf("Stat(%q) after Create: %v", key, err)
			continue
		}
		if diff := cmp.Diff(made, seen, cmpopts.IgnoreFields(nayose.Object{}, "Modified")); diff != "" {
			t.Errorf("Stat(%q) differs from what Create returned (-Create +Stat):\n%s", key, diff)
		}
		if seen.Key != key || seen.Size != int64(len(content)) || (seen.Version != "") != s.versions {
			t.Errorf("Stat(%q) = %+v, want its key, size %d and a version: %v", key, seen, len(content), s.versions)
		}
		if got, err := read(t.Context(), s, seen); err != nil || got != content {
			t.Errorf("read of %q: %s, %v, want %s", key, digest(got), err, digest(content))
		}
	}
}

// testModified allows a store's clock to go a minute wrong, and S3 to cut its seconds off.
func testModified(t *testing.T, s subject) {
	before := time.Now().Add(-time.Minute)
	mustCreate(t, s, "k", "content")
	seen, err := s.Stat(t.Context(), "k")
	if err != nil || seen.Modified.Before(before) || seen.Modified.After(before.Add(3*time.Minute)) {
		t.Errorf("Stat = written at %v, %v, want about now, %v", seen.Modified, err, before.Add(time.Minute))
	}
	seen.Modified = time.Time{}
	if got, err := read(t.Context(), s, seen); got != "content" || err != nil {
		t.Errorf("read of an object whose time is not known: %q, %v, want its content", got, err)
	}
}

func testCreateTwice(t *testing.T, s subject) {
	first := mustCreate(t, s, "a/manifest.json", "first")
	for _, content := range []string{"second", "first"} {
		_, err := s.Create(t.Context(), "a/manifest.json", strings.NewReader(content))
		if !errors.Is(err, fs.ErrExist) {
			t.Errorf("second Create of %q: %v, want fs.ErrExist", content, err)
		}
		wantMessage(t, err, "create "+s.String()+"/a/manifest.json: ")
	}
	if got, err := read(t.Context(), s, first); got != "first" || err != nil {
		t.Errorf("after the second Create: read %q, %v, want the first content", got, err)
	}
}

func testCreateFromStart(t *testing.T, s subject) {
	body := strings.NewReader("the whole body")
	if _, err := body.Seek(4, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	o, err := s.Create(t.Context(), "k", body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := read(t.Context(), s, o); got != "the whole body" || err != nil {
		t.Errorf("read %q, %v, want the body from its start", got, err)
	}
}

func testRacingCreates(t *testing.T, s subject) {
	const rivals = 16
	var group sync.WaitGroup
	var errs [rivals]error
	start := make(chan struct{})
	for i := range rivals {
		group.Go(func() {
			<-start
			_, errs[i] = s.Create(t.Context(), "race", strings.NewReader(content(i)))
		})
	}
	close(start)
	group.Wait()

	winner := -1
	for i, err := range errs {
		switch {
		case err == nil && winner < 0:
			winner = i
		case err == nil:
			t.Errorf("rivals %d and %d both created the object", winner, i)
		case !errors.Is(err, fs.ErrExist):
			t.Errorf("rival %d: %v, want fs.ErrExist", i, err)
		}
	}
	if winner < 0 {
		t.Fatal("nobody created the object")
	}
	seen, err := s.Stat(t.Context(), "race")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := read(t.Context(), s, seen); got != content(winner) || err != nil {
		t.Errorf("read %s, %v, want the content of rival %d", digest(got), err, winner)
	}
}

// content is what a rival writes: long enough that writes could mix.
func content(rival int) string { return strings.Repeat(fmt.Sprintf("rival %02d\n", rival), 10_000) }

func testMissing(t *testing.T, s subject) {
	there := mustCreate(t, s, "there/is", "something")
	for _, key := range []string{"nothing", "no/such/prefix/k", "there", "there/is/not"} {
		_, err := s.Stat(t.Context(), key)
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Stat(%q): %v, want fs.ErrNotExist", key, err)
		}
		wantMessage(t, err, "stat "+s.String()+"/"+key+": ")
		gone := there
		gone.Key = key
		_, err = s.Open(t.Context(), gone)
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Open(%q): %v, want fs.ErrNotExist", key, err)
		}
		wantMessage(t, err, "open "+s.String()+"/"+key+": ")
	}
}

func testReplaced(t *testing.T, s subject) {
	for name, change := range map[string]string{
		"another size": "a new and longer delivery",
		"same size":    "new delivery",
		"emptied":      "",
	} {
		key := strings.ReplaceAll(name, " ", "-")
		const old = "old delivery"
		s.replace(t, key, old)
		seen, err := s.Stat(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		s.replace(t, key, change)

		got, err := read(t.Context(), s, seen)
		if s.versions && (got != old || err != nil) {
			t.Errorf("%s: read %q, %v, want the version that was looked at, %q", name, got, err, old)
		}
		if !s.versions && !errors.Is(err, nayose.ErrChanged) {
			t.Errorf("%s: read %q, %v, want ErrChanged", name, got, err)
		}
		if err != nil {
			wantMessage(t, err, s.String()+"/"+key+": ")
		}
		now, err := s.Stat(t.Context(), key)
		if err != nil || now.ETag == seen.ETag || now.Size != int64(len(change)) {
			t.Errorf("%s: Stat = %+v, %v, want the new object of %d bytes", name, now, err, len(change))
		}
	}
}

// testReplacedWhileOpen: whatever a store does, a reader never takes a mixture for the object.
func testReplacedWhileOpen(t *testing.T, s subject) {
	old := strings.Repeat("old\n", 1<<20)
	s.replace(t, "k", old)
	seen, err := s.Stat(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Open(t.Context(), seen)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }() // only read
	var head [10]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		t.Fatal(err)
	}
	s.replace(t, "k", strings.Repeat("new\n", 1<<20))
	rest, err := io.ReadAll(r)
	if got := string(head[:]) + string(rest); err == nil && got != old {
		t.Errorf("read %s without an error, want %s or ErrChanged", digest(got), digest(old))
	}
	if err != nil && !errors.Is(err, nayose.ErrChanged) {
		t.Errorf("read: %v, want ErrChanged", err)
	}
}

func testWrongSize(t *testing.T, s subject) {
	o := mustCreate(t, s, "k", "0123456789")
	for _, size := range []int64{0, 9, 11} {
		wrong := o
		wrong.Size = size
		if got, err := read(t.Context(), s, wrong); err == nil {
			t.Errorf("read of an object of 10 bytes as one of %d: %q without an error", size, got)
		}
	}
}

func testNotPinned(t *testing.T, s subject) {
	o := mustCreate(t, s, "k", "content")
	o.ETag = ""
	if got, err := read(t.Context(), s, o); err == nil {
		t.Errorf("read of an object without an etag: %q, want it refused", got)
	}
}

func testCancelled(t *testing.T, s subject) {
	o := mustCreate(t, s, "k", "content")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Stat(ctx, "k")
	wantCancelled(t, "Stat", err)
	_, err = s.Open(ctx, o)
	wantCancelled(t, "Open", err)
	_, err = s.Create(ctx, "new", strings.NewReader("new"))
	wantCancelled(t, "Create", err)
	if _, err := s.Stat(t.Context(), "new"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after the cancelled Create: Stat: %v, want fs.ErrNotExist", err)
	}
}

func testCancelledWhileOpen(t *testing.T, s subject) {
	o := mustCreate(t, s, "k", strings.Repeat("content\n", 1<<20))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := s.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }() // only read
	if _, err := io.ReadFull(r, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	cancel()
	_, err = io.Copy(io.Discard, r)
	wantCancelled(t, "Read", err)
}

func wantCancelled(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%s with a cancelled context: %v, want context.Canceled", what, err)
	}
	if known := new(nayose.Error); errors.As(err, &known) {
		t.Errorf("%s with a cancelled context is of kind %d, want none: nothing is wrong with the store", what, known.Kind)
	}
}

func testRefusedKeys(t *testing.T, s subject) {
	for _, key := range refusedKeys {
		_, err := s.Stat(t.Context(), key)
		wantKind(t, fmt.Sprintf("Stat(%q)", key), err, nayose.Usage)
		_, err = s.Open(t.Context(), nayose.Object{Key: key, ETag: "e", Size: 1})
		wantKind(t, fmt.Sprintf("Open(%q)", key), err, nayose.Usage)
		_, err = s.Create(t.Context(), key, strings.NewReader("x"))
		wantKind(t, fmt.Sprintf("Create(%q)", key), err, nayose.Usage)
		wantMessage(t, err, "create "+s.String()+": ")
	}
}

func testList(t *testing.T, s subject) {
	before := time.Now().Add(-time.Minute)
	for _, key := range []string{"stages/a/1/manifest.json", "stages/a/1/x/求人 ①.csv", "stages/b", "stagesque/c", "stages.d", "other/stages/e"} {
		mustCreate(t, s, key, key)
	}
	if keys := listed(t, s, "stages"); !slices.Equal(keys, []string{"stages/a/1/manifest.json", "stages/a/1/x/求人 ①.csv", "stages/b"}) {
		t.Errorf("List(stages) = %q", keys)
	}
	for _, prefix := range []string{"nothing", "stages/b", "stages/a/2"} {
		if keys := listed(t, s, prefix); len(keys) > 0 {
			t.Errorf("List(%s) = %q, want nothing", prefix, keys)
		}
	}
	for o, err := range s.List(t.Context(), "stages/a") {
		if err != nil || o.Size != int64(len(o.Key)) || o.Modified.Before(before) || o.Modified.After(before.Add(3*time.Minute)) {
			t.Errorf("List(stages/a) has %+v, %v, want size %d and about now", o, err, len(o.Key))
		}
		break // an early end is no error
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range s.List(ctx, "stages") {
		wantCancelled(t, "List", err)
	}
	for _, key := range refusedKeys {
		for _, err := range s.List(t.Context(), key) {
			wantKind(t, fmt.Sprintf("List(%q)", key), err, nayose.Usage)
		}
	}
}

// listed are the keys below a prefix, in order.
func listed(t *testing.T, s nayose.Store, prefix string) (keys []string) {
	t.Helper()
	for o, err := range s.List(t.Context(), prefix) {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, o.Key)
	}
	slices.Sort(keys)
	return keys
}

func testDelete(t *testing.T, s subject) {
	gone := mustCreate(t, s, "a/b/c/gone", "old")
	mustCreate(t, s, "a/b/stays", "x")
	for range 2 {
		if err := s.Delete(t.Context(), "a/b/c/gone"); err != nil {
			t.Errorf("Delete: %v", err)
		}
	}
	for _, key := range []string{"no/such", "a/b/stays/not"} {
		if err := s.Delete(t.Context(), key); err != nil {
			t.Errorf("Delete(%q), which is no object: %v", key, err)
		}
	}
	if _, err := s.Stat(t.Context(), "a/b/c/gone"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Stat after Delete: %v, want fs.ErrNotExist", err)
	}
	if got, err := read(t.Context(), s, gone); s.versions && (got != "old" || err != nil) || !s.versions && !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open after Delete = %q, %v, want the old version where there are versions, else fs.ErrNotExist", got, err)
	}
	if keys := listed(t, s, "a"); !slices.Equal(keys, []string{"a/b/stays"}) {
		t.Errorf("List after Delete = %q", keys)
	}
	if !s.versions { // with versions the server of these tests takes a delete marker for an object, which S3 does not
		again := mustCreate(t, s, "a/b/c/gone", "new")
		if got, err := read(t.Context(), s, again); got != "new" || err != nil {
			t.Errorf("created again: read %q, %v", got, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantCancelled(t, "Delete", s.Delete(ctx, "a/b/stays"))
	for _, key := range refusedKeys {
		wantKind(t, fmt.Sprintf("Delete(%q)", key), s.Delete(t.Context(), key), nayose.Usage)
	}
}

// mustCreate makes an object or ends the test.
func mustCreate(t *testing.T, s nayose.Store, key, content string) nayose.Object {
	t.Helper()
	o, err := s.Create(t.Context(), key, bytes.NewReader([]byte(content)))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// read is the whole content of an object, or how far it came and the first error of opening, reading and closing it.
func read(ctx context.Context, s nayose.Store, o nayose.Object) (string, error) {
	r, err := s.Open(ctx, o)
	if err != nil {
		return "", err
	}
	content, err := io.ReadAll(r)
	return string(content), errors.Join(err, r.Close())
}

// wantKind checks that an error carries a kind.
func wantKind(t *testing.T, what string, err error, want nayose.Kind) {
	t.Helper()
	var known *nayose.Error
	if !errors.As(err, &known) {
		t.Errorf("%s: %v, want an error of kind %d", what, err, want)
	} else if known.Kind != want {
		t.Errorf("%s: %v, of kind %d, want kind %d", what, err, known.Kind, want)
	}
}

// wantMessage checks that an error tells the store and the object.
func wantMessage(t *testing.T, err error, want string) {
	t.Helper()
	if err != nil && !strings.Contains(err.Error(), want) {
		t.Errorf("error %q does not say %q", err, want)
	}
}

// digest names a content that may be long.
func digest(content string) string {
	sum := sha256.Sum256([]byte(content))
	return fmt.Sprintf("%d bytes %s", len(content), hex.EncodeToString(sum[:4]))
}
