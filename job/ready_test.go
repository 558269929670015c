package main

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
	"nayose/job/internal/feed"
	"nayose/job/internal/store"
)

// uploads is a directory to which a partner uploads, and a job that reads it.
type uploads struct {
	t    *testing.T
	root string
	job  *job
}

func newUploads(t *testing.T) uploads {
	t.Helper()
	root := t.TempDir()
	s, err := store.Open(t.Context(), root, store.S3Options{})
	if err != nil {
		t.Fatal(err)
	}
	return uploads{t, root, &job{input: s}}
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
	numbered := feed.Names{"{week}/part-{n}.csv"}
	for name, c := range map[string]struct {
		partner partnerConfig
		ago     time.Duration // when the objects last changed
		there   []string
		want    nayose.Kind
		says    string
	}{
		"a file":                      {partnerConfig{Files: feed.Names{"{monday}.csv"}}, 0, []string{"20261116.csv"}, whole, "1 of 1 files are there"},
		"no file":                     {partnerConfig{Files: feed.Names{"{monday}.csv"}}, 0, nil, late, "the partner's file ROOT/20261116.csv is not there"},
		"a list":                      {partnerConfig{Files: feed.Names{"b.csv", "a.csv"}}, 0, []string{"a.csv", "b.csv"}, whole, "2 of 2 files are there"},
		"half a list":                 {partnerConfig{Files: feed.Names{"b.csv", "a.csv"}}, 0, []string{"a.csv"}, late, "1 of 2 files are there, not b.csv"},
		"a list and its marker":       {partnerConfig{Files: feed.Names{"a.csv"}, Complete: completeness{Marker: "OK"}}, 0, []string{"a.csv", "OK"}, whole, "1 of 1 files are there; the marker is there"},
		"a list without its marker":   {partnerConfig{Files: feed.Names{"a.csv"}, Complete: completeness{Marker: "{week}/OK"}}, 0, []string{"a.csv"}, late, "is not complete: the marker 2026-W47/OK is not there"},
		"a marker without its list":   {partnerConfig{Files: feed.Names{"a.csv"}, Complete: completeness{Marker: "OK"}}, 0, []string{"OK"}, late, "0 of 1 files are there, not a.csv"},
		"count":                       {partnerConfig{Files: numbered, Complete: completeness{Count: 3}}, 0, parts("1", "2", "3"), whole, "3 of 3 files are there"},
		"count, none":                 {partnerConfig{Files: numbered, Complete: completeness{Count: 3}}, 0, nil, late, "0 of 3 files are there, not 2026-W47/part-1.csv, 2026-W47/part-2.csv, 2026-W47/part-3.csv"},
		"count, the last is late":     {partnerConfig{Files: numbered, Complete: completeness{Count: 3}}, 0, parts("1", "2"), late, "2 of 3 files are there, not 2026-W47/part-3.csv"},
		"count, the first is late":    {partnerConfig{Files: numbered, Complete: completeness{Count: 3}}, 0, parts("2", "3"), late, "2 of 3 files are there, not 2026-W47/part-1.csv"},
		"count, all but far behind":   {partnerConfig{Files: numbered, Complete: completeness{Count: 9}}, 0, parts("9"), late, "1 of 9 files are there, not 2026-W47/part-1.csv, 2026-W47/part-2.csv, 2026-W47/part-3.csv, 2026-W47/part-4.csv, 2026-W47/part-5.csv and 3 more"},
		"count, misnumbered":          {partnerConfig{Files: numbered, Complete: completeness{Count: 3}}, 0, parts("1", "2", "4"), held, "has a gap: 2026-W47/part-4.csv is there, and not 2026-W47/part-3.csv"},
		"count, more":                 {partnerConfig{Files: numbered, Complete: completeness{Count: 2}}, 0, parts("1", "2", "3"), held, "has more files than the 2 that its rule counts: 2026-W47/part-3.csv"},
		"count, more after a gap":     {partnerConfig{Files: numbered, Complete: completeness{Count: 2}}, 0, parts("1", "2", "5"), held, "has a gap: 2026-W47/part-5.csv is there, and not 2026-W47/part-3.csv, 2026-W47/part-4.csv"},
		"marker":                      {partnerConfig{Files: numbered, Complete: completeness{Marker: "{week}/OK"}}, 0, append(parts("1", "2"), "2026-W47/OK"), whole, "2 files are there; the marker is there"},
		"marker is late":              {partnerConfig{Files: numbered, Complete: completeness{Marker: "{week}/OK"}}, 0, parts("1", "2"), late, "the marker 2026-W47/OK is not there"},
		"marker is late, with a gap":  {partnerConfig{Files: numbered, Complete: completeness{Marker: "{week}/OK"}}, 0, parts("1", "3"), late, "the marker 2026-W47/OK is not there"},
		"marker with a gap of one":    {partnerConfig{Files: numbered, Complete: completeness{Marker: "{week}/OK"}}, 0, append(parts("1", "2", "4"), "2026-W47/OK"), held, "and not 2026-W47/part-3.csv"},
		"marker with a gap of two":    {partnerConfig{Files: numbered, Complete: completeness{Marker: "{week}/OK"}}, 0, append(parts("3"), "2026-W47/OK"), held, "and not 2026-W47/part-1.csv, 2026-W47/part-2.csv"},
		"marker and nothing":          {partnerConfig{Files: numbered, Complete: completeness{Marker: "{week}/OK"}}, 0, []string{"2026-W47/OK"}, held, "has its marker 2026-W47/OK, and no file 2026-W47/part-1.csv"},
		"quiet":                       {partnerConfig{Files: numbered, Complete: completeness{Quiet: duration(10 * time.Minute)}}, 10 * time.Minute, parts("1", "2"), whole, "2 files are there; quiet since 2026-11-16T11:50:00Z"},
		"not quiet yet":               {partnerConfig{Files: numbered, Complete: completeness{Quiet: duration(10 * time.Minute)}}, 10*time.Minute - 1, parts("1", "2"), late, "the last change was at 2026-11-16T11:50:00Z, and nothing may change for 10m"},
		"a clock ahead":               {partnerConfig{Files: numbered, Complete: completeness{Quiet: duration(time.Second)}}, -time.Hour, parts("1"), late, "the last change was at 2026-11-16T13:00:00Z"},
		"quiet with a gap":            {partnerConfig{Files: numbered, Complete: completeness{Quiet: duration(time.Second)}}, time.Hour, parts("1", "3"), held, "has a gap"},
		"quiet and nothing":           {partnerConfig{Files: numbered, Complete: completeness{Quiet: duration(time.Second)}}, 0, nil, late, "no file is there, not even 2026-W47/part-1.csv"},
		"a list that is not quiet":    {partnerConfig{Files: feed.Names{"a.csv"}, Complete: completeness{Quiet: duration(time.Minute)}}, 0, []string{"a.csv"}, late, "the last change was at"},
		"leading zeros":               {partnerConfig{Files: feed.Names{"{nnn}.csv"}, Complete: completeness{Count: 2}}, 0, []string{"001.csv", "002.csv"}, whole, "2 of 2"},
		"all must hold":               {partnerConfig{Files: numbered, Complete: completeness{Count: 2, Marker: "{week}/OK", Quiet: duration(time.Hour)}}, time.Minute, parts("1"), late, "1 of 2 files are there, not 2026-W47/part-2.csv; the marker 2026-W47/OK is not there; the last change was at"},
		"count, marker and quiet all": {partnerConfig{Files: numbered, Complete: completeness{Count: 1, Marker: "{week}/OK", Quiet: duration(time.Hour)}}, time.Hour, append(parts("1"), "2026-W47/OK"), whole, "1 of 1 files are there; the marker is there; quiet since"},
	} {
		u := newUploads(t)
		u.put(now.Add(-c.ago), c.there...)
		if err := c.partner.validateFiles(); err != nil {
			t.Errorf("%s: the config is refused: %v", name, err)
		}
		seen, err := u.job.look(t.Context(), &c.partner, secondWeek)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		kind, says := whole, seen.String()
		if err := seen.whole(now); err != nil {
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
		seen, err := u.job.look(t.Context(), &partnerConfig{Files: feed.Names{"{n}"}, Complete: completeness{Quiet: duration(time.Minute)}}, secondWeek)
		if err != nil || kindOf(seen.whole(now)) != nayose.NotReady {
			t.Errorf("file %s has just changed: %v, %v, want the delivery late", order[0], err, seen.whole(now))
		}
	}
}

// TestFilesComeInTheOrderOfTheirNumbers and not of their names.
func TestFilesComeInTheOrderOfTheirNumbers(t *testing.T) {
	u := newUploads(t)
	var want []string
	for n := range 11 {
		want = append(want, keyOf("{n}", secondWeek, n+1))
	}
	u.put(time.Now(), want...)
	seen, err := u.job.look(t.Context(), &partnerConfig{Files: feed.Names{"{n}"}, Complete: completeness{Count: 11}}, secondWeek)
	if got := keysOf(seen.files); err != nil || !slices.Equal(got, want) {
		t.Errorf("look = %v, %v, want %v", got, err, want)
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
	u.job.input = lastMoment{u.job.input, "part-5.csv", func() { u.put(time.Now(), "part-3.csv", "OK") }}
	p := &partnerConfig{Files: feed.Names{"part-{n}.csv"}, Complete: completeness{Marker: "OK"}}
	seen, err := u.job.look(t.Context(), p, secondWeek)
	if err == nil {
		err = seen.whole(time.Now())
	}
	if kindOf(err) != nayose.NotReady {
		t.Errorf("two of three files: %v, want them late", err)
	}
	seen, err = u.job.look(t.Context(), p, secondWeek)
	if err != nil || seen.whole(time.Now()) != nil || len(seen.files) != 3 {
		t.Errorf("the next look = %d files, %v, want all three", len(seen.files), err)
	}
}

// TestFileThatChangesAfterTheLook is not read; one that is only written again, as it was, is the same version.
func TestFileThatChangesAfterTheLook(t *testing.T) {
	u := newUploads(t)
	u.put(time.Now().Add(-time.Hour), "a.csv", "b.csv")
	seen, err := u.job.look(t.Context(), &partnerConfig{Files: feed.Names{"a.csv", "b.csv"}}, secondWeek)
	if err != nil {
		t.Fatal(err)
	}
	u.put(time.Now(), "b.csv")
	pins, err := u.job.pinSeen(t.Context(), &seen, nil)
	if err != nil || len(pins) != 2 || !pins[1].Modified.IsZero() {
		t.Errorf("written again: %v, %v, want two pins without times", pins, err)
	}
	if err := os.WriteFile(filepath.Join(u.root, "b.csv"), []byte("c.csv"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = u.job.pinSeen(t.Context(), &seen, nil)
	if !errors.Is(err, nayose.ErrChanged) || faultOf(err).code != 84 {
		t.Errorf("another content: %v, want ErrChanged, and exit code 84", err)
	}
}
