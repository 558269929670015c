package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"nayose"
	"nayose/job/internal/arrival"
	"nayose/job/internal/store"
)

var week47 = nayose.Week{Year: 2026, Week: 47}

func kindOf(err error) nayose.Kind {
	var fault *nayose.Error
	if errors.As(err, &fault) {
		return fault.Kind
	}
	return nayose.Bug
}

// TestFileThatChangesAfterTheLook is not read; one that is only written again, as it was, is the same version.
func TestFileThatChangesAfterTheLook(t *testing.T) {
	root := t.TempDir()
	s, err := store.Open(t.Context(), root, store.S3Options{})
	noError(t, err)
	j := &job{input: s}
	put := func(name, content string, at time.Time) {
		name = filepath.Join(root, name)
		noError(t, errors.Join(os.WriteFile(name, []byte(content), 0o644), os.Chtimes(name, at, at)))
	}
	put("a.csv", "a.csv", time.Now().Add(-time.Hour))
	put("b.csv", "b.csv", time.Now().Add(-time.Hour))
	expected := arrival.Expected{Files: []string{"a.csv", "b.csv"}}
	seen, err := expected.Look(t.Context(), s, week47)
	noError(t, err)
	put("b.csv", "b.csv", time.Now())
	pins, err := j.pinSeen(t.Context(), &seen, nil)
	if err != nil || len(pins) != 2 || !pins[1].Modified.IsZero() {
		t.Errorf("written again: %v, %v, want two pins without times", pins, err)
	}
	put("b.csv", "c.csv", time.Now())
	_, err = j.pinSeen(t.Context(), &seen, nil)
	if !errors.Is(err, nayose.ErrChanged) || faultOf(err).code != 84 {
		t.Errorf("another content: %v, want ErrChanged, and exit code 84", err)
	}
}
