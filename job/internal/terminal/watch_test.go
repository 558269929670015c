package terminal

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"testing"

	"nayose"
	"nayose/job/internal/store"
)

// TestWatch: what passes through it is what is there, errors are the store's, and a reader that is closed twice ends its bar once.
func TestWatch(t *testing.T) {
	dir, err := store.Open(t.Context(), t.TempDir(), store.S3Options{})
	if err != nil {
		t.Fatal(err)
	}
	log := &Log{Logger: slog.New(slog.DiscardHandler), screen: &screen{terminal: io.Discard}}
	watched := Watch(dir, log)
	if _, ok := watched.(filer); !ok {
		t.Error("a watched directory has no files to map")
	}
	content := bytes.Repeat([]byte("0123456789abcdef"), large/16)
	o, err := watched.Create(t.Context(), "big", bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	r, err := watched.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, content) {
		t.Errorf("read %d bytes, %v; want the %d that were written", len(got), err, len(content))
	}
	if log.screen.shown != 1 {
		t.Errorf("%d bars while it is read, want 1", log.screen.shown)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	_ = r.Close()
	if log.screen.shown != 0 {
		t.Errorf("%d bars are left", log.screen.shown)
	}
	if _, err := watched.Open(t.Context(), nayose.Object{Key: "none", ETag: "x", Size: large}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open of nothing: %v", err)
	}
}
