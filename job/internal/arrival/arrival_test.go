package arrival

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nayose"
	"nayose/job/internal/store"
)

var week47 = nayose.Week{Year: 2026, Week: 47}

// uploads is a directory to which a partner uploads.
type uploads struct {
	t     *testing.T
	root  string
	input nayose.Store
}

func newUploads(t *testing.T) uploads {
	t.Helper()
	root := t.TempDir()
	s, err := store.Open(t.Context(), root, store.S3Options{})
	if err != nil {
		t.Fatal(err)
	}
	return uploads{t, root, s}
}

// put writes the named objects, last changed at the given time.
func (u uploads) put(at time.Time, keys ...string) {
	u.t.Helper()
	for _, key := range keys {
		name := filepath.Join(u.root, key)
		err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(key), 0o644), os.Chtimes(name, at, at))
		if err != nil {
			u.t.Fatal(err)
		}
	}
}

func kindOf(err error) nayose.Kind {
	var fault *nayose.Error
	if errors.As(err, &fault) {
		return fault.Kind
	}
	return nayose.Bug
}

// TestWhole has one object after the other arrive, and asks at each step whether the delivery is whole.
func TestWhole(t *testing.T) {
	now := time.Date(2026, 11, 16, 12, 0, 0, 0, time.UTC)
	parts := func(numbers ...string) (keys []string) {
		for _, n := range numbers {
			keys = append(keys, "2026-W47/part-"+n+".csv")
		}
		return keys
	}
	const whole, late, held = nayose.Kind(-1), nayose.NotReady, nayose.Held
	numbered := []string{"{week}/part-{n}.csv"}
	for name, c := range map[string]struct {
		expected Expected
		ago      time.Duration // when the objects last changed
		there    []string
		want     nayose.Kind
		says     string
	}{
		"a file":                      {Expected{Files: []string{"{monday}.csv"}}, 0, []string{"20261116.csv"}, whole, "1 of 1 file is there"},
		"no file":                     {Expected{Files: []string{"{monday}.csv"}}, 0, nil, late, "the partner's file ROOT/20261116.csv is not there"},
		"a list":                      {Expected{Files: []string{"b.csv", "a.csv"}}, 0, []string{"a.csv", "b.csv"}, whole, "2 of 2 files are there"},
		"half a list":                 {Expected{Files: []string{"b.csv", "a.csv"}}, 0, []string{"a.csv"}, late, "1 of 2 files is there, not b.csv"},
		"a list and its marker":       {Expected{Files: []string{"a.csv"}, Marker: "OK"}, 0, []string{"a.csv", "OK"}, whole, "1 of 1 file is there; the marker is there"},
		"a list without its marker":   {Expected{Files: []string{"a.csv"}, Marker: "{week}/OK"}, 0, []string{"a.csv"}, late, "is not complete: the marker 2026-W47/OK is not there"},
		"a marker without its list":   {Expected{Files: []string{"a.csv"}, Marker: "OK"}, 0, []string{"OK"}, late, "0 of 1 file is there, not a.csv"},
		"count":                       {Expected{Files: numbered, Count: 3}, 0, parts("1", "2", "3"), whole, "3 of 3 files are there"},
		"count, none":                 {Expected{Files: numbered, Count: 3}, 0, nil, late, "0 of 3 files are there, not 2026-W47/part-1.csv, 2026-W47/part-2.csv, 2026-W47/part-3.csv"},
		"count, the last is late":     {Expected{Files: numbered, Count: 3}, 0, parts("1", "2"), late, "2 of 3 files are there, not 2026-W47/part-3.csv"},
		"count, the first is late":    {Expected{Files: numbered, Count: 3}, 0, parts("2", "3"), late, "2 of 3 files are there, not 2026-W47/part-1.csv"},
		"count, all but far behind":   {Expected{Files: numbered, Count: 9}, 0, parts("9"), late, "1 of 9 files is there, not 2026-W47/part-1.csv, 2026-W47/part-2.csv, 2026-W47/part-3.csv, 2026-W47/part-4.csv, 2026-W47/part-5.csv and 3 more"},
		"count, misnumbered":          {Expected{Files: numbered, Count: 3}, 0, parts("1", "2", "4"), held, "has a gap: 2026-W47/part-4.csv is there, and not 2026-W47/part-3.csv"},
		"count, more":                 {Expected{Files: numbered, Count: 2}, 0, parts("1", "2", "3"), held, "has more files than the 2 that its rule counts: 2026-W47/part-3.csv"},
		"count, more after a gap":     {Expected{Files: numbered, Count: 2}, 0, parts("1", "2", "5"), held, "has a gap: 2026-W47/part-5.csv is there, and not 2026-W47/part-3.csv, 2026-W47/part-4.csv"},
		"marker":                      {Expected{Files: numbered, Marker: "{week}/OK"}, 0, append(parts("1", "2"), "2026-W47/OK"), whole, "2 files are there; the marker is there"},
		"marker is late":              {Expected{Files: numbered, Marker: "{week}/OK"}, 0, parts("1", "2"), late, "the marker 2026-W47/OK is not there"},
		"marker is late, with a gap":  {Expected{Files: numbered, Marker: "{week}/OK"}, 0, parts("1", "3"), late, "the marker 2026-W47/OK is not there"},
		"marker with a gap of one":    {Expected{Files: numbered, Marker: "{week}/OK"}, 0, append(parts("1", "2", "4"), "2026-W47/OK"), held, "and not 2026-W47/part-3.csv"},
		"marker with a gap of two":    {Expected{Files: numbered, Marker: "{week}/OK"}, 0, append(parts("3"), "2026-W47/OK"), held, "and not 2026-W47/part-1.csv, 2026-W47/part-2.csv"},
		"marker and nothing":          {Expected{Files: numbered, Marker: "{week}/OK"}, 0, []string{"2026-W47/OK"}, held, "has its marker 2026-W47/OK, and no file 2026-W47/part-1.csv"},
		"quiet":                       {Expected{Files: numbered, Quiet: 10 * time.Minute}, 10 * time.Minute, parts("1", "2"), whole, "2 files are there; quiet since 2026-11-16 20:50:00 JST"},
		"not quiet yet":               {Expected{Files: numbered, Quiet: 10 * time.Minute}, 10*time.Minute - 1, parts("1", "2"), late, "the last change was at 2026-11-16 20:50:00 JST, and nothing may change for 10m"},
		"a clock ahead":               {Expected{Files: numbered, Quiet: time.Second}, -time.Hour, parts("1"), late, "the last change was at 2026-11-16 22:00:00 JST"},
		"quiet with a gap":            {Expected{Files: numbered, Quiet: time.Second}, time.Hour, parts("1", "3"), held, "has a gap"},
		"quiet and nothing":           {Expected{Files: numbered, Quiet: time.Second}, 0, nil, late, "no file is there, not even 2026-W47/part-1.csv"},
		"a list that is not quiet":    {Expected{Files: []string{"a.csv"}, Quiet: time.Minute}, 0, []string{"a.csv"}, late, "the last change was at"},
		"leading zeros":               {Expected{Files: []string{"{nnn}.csv"}, Count: 2}, 0, []string{"001.csv", "002.csv"}, whole, "2 of 2"},
		"all must hold":               {Expected{Files: numbered, Count: 2, Marker: "{week}/OK", Quiet: time.Hour}, time.Minute, parts("1"), late, "1 of 2 files is there, not 2026-W47/part-2.csv; the marker 2026-W47/OK is not there; the last change was at"},
		"count, marker and quiet all": {Expected{Files: numbered, Count: 1, Marker: "{week}/OK", Quiet: time.Hour}, time.Hour, append(parts("1"), "2026-W47/OK"), whole, "1 of 1 file is there; the marker is there; quiet since"},
	} {
		u := newUploads(t)
		u.put(now.Add(-c.ago), c.there...)
		if err := c.expected.Check(); err != nil {
			t.Errorf("%s: it is refused: %v", name, err)
		}
		seen, err := c.expected.Look(t.Context(), u.input, week47)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		kind, says := whole, seen.String()
		if err := seen.Whole(now); err != nil {
			kind, says = kindOf(err), err.Error()
		}
		if kind != c.want || !strings.Contains(says, strings.ReplaceAll(c.says, "ROOT", u.root)) {
			t.Errorf("%s: kind %d, %q, want kind %d, %q", name, kind, says, c.want, c.says)
		}
	}
}

// TestQuietCountsFromTheLastChange, whichever file it was.
func TestQuietCountsFromTheLastChange(t *testing.T) {
	now := time.Now()
	for _, order := range [][]string{{"1", "2"}, {"2", "1"}} {
		u := newUploads(t)
		u.put(now, order[0])
		u.put(now.Add(-time.Hour), order[1])
		seen, err := (&Expected{Files: []string{"{n}"}, Quiet: time.Minute}).Look(t.Context(), u.input, week47)
		if err != nil || kindOf(seen.Whole(now)) != nayose.NotReady {
			t.Errorf("file %s has just changed: %v, %v, want the delivery late", order[0], err, seen.Whole(now))
		}
	}
}

// TestFilesComeInTheOrderOfTheirNumbers and not of their names.
func TestFilesComeInTheOrderOfTheirNumbers(t *testing.T) {
	u := newUploads(t)
	var want []string
	for n := range 11 {
		want = append(want, fill("{n}", week47, n+1))
	}
	u.put(time.Now(), want...)
	seen, err := (&Expected{Files: []string{"{n}"}, Count: 11}).Look(t.Context(), u.input, week47)
	if got := keysOf(seen.Files); err != nil || !slices.Equal(got, want) {
		t.Errorf("Look = %v, %v, want %v", got, err, want)
	}
}

// lastMoment is an input to which the rest of a delivery comes while a run looks at it: after it was told that last is not there.
type lastMoment struct {
	nayose.Store
	last   string
	arrive func()
}

func (s lastMoment) Stat(ctx context.Context, key string) (nayose.Object, error) {
	o, err := s.Store.Stat(ctx, key)
	if key == s.last {
		s.arrive()
	}
	return o, err
}

// TestMarkerThatComesDuringTheLook: a marker vouches for the files that are looked at after it, not for those before.
func TestMarkerThatComesDuringTheLook(t *testing.T) {
	u := newUploads(t)
	u.put(time.Now(), "part-1.csv", "part-2.csv")
	u.input = lastMoment{u.input, "part-5.csv", func() { u.put(time.Now(), "part-3.csv", "OK") }}
	e := Expected{Files: []string{"part-{n}.csv"}, Marker: "OK"}
	seen, err := e.Look(t.Context(), u.input, week47)
	if err == nil {
		err = seen.Whole(time.Now())
	}
	if kindOf(err) != nayose.NotReady {
		t.Errorf("two of three files: %v, want them late", err)
	}
	seen, err = e.Look(t.Context(), u.input, week47)
	if err != nil || seen.Whole(time.Now()) != nil || len(seen.Files) != 3 {
		t.Errorf("the next look = %d files, %v, want all three", len(seen.Files), err)
	}
}
