package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"nayose"
)

func TestDir(t *testing.T) {
	testStore(t, func(t *testing.T) subject {
		root := filepath.Join(t.TempDir(), "not", "yet", "there")
		s, err := Open(t.Context(), root, S3Options{})
		if err != nil {
			t.Fatal(err)
		}
		return subject{Store: s, replace: func(t *testing.T, key, content string) {
			path := filepath.Join(root, key)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}}
	})
}

// TestDirLastBytesTell: a caller who knows the size never asks for what follows the last byte, and is still told.
func TestDirLastBytesTell(t *testing.T) {
	s := dir(t.TempDir())
	o := mustCreate(t, s, "k", "old content")
	if err := os.WriteFile(s.path("k"), []byte("new content"), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := s.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }() // only read
	if _, err := io.ReadFull(r, make([]byte, o.Size)); !errors.Is(err, nayose.ErrChanged) {
		t.Errorf("ReadFull of a changed file: %v, want ErrChanged", err)
	}
}

// TestDirFile: an object is read in place, where it is the pinned one.
func TestDirFile(t *testing.T) {
	s := dir(t.TempDir())
	o := mustCreate(t, s, "k", "old content")
	f, err := s.File(t.Context(), o)
	if err != nil || f.Name() != s.path("k") {
		t.Fatalf("File = %v, %v, want the object's own", f, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(s.path("k"), []byte("new content"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := s.File(t.Context(), o); !errors.Is(err, nayose.ErrChanged) {
		t.Errorf("File of a changed object: %v, want ErrChanged", err)
	}
	if _, err := s.File(t.Context(), nayose.Object{Key: "none", ETag: o.ETag, Size: 1}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("File of no object: %v, want ErrNotExist", err)
	}
}

// TestDirModified: the time is the file's own, which a person or a copy can set.
func TestDirModified(t *testing.T) {
	s, want := dir(t.TempDir()), time.Date(2026, 11, 16, 3, 0, 0, 0, time.UTC)
	mustCreate(t, s, "k", "content")
	if err := os.Chtimes(s.path("k"), want, want); err != nil {
		t.Fatal(err)
	}
	if seen, err := s.Stat(t.Context(), "k"); err != nil || !seen.Modified.Equal(want) {
		t.Errorf("Stat = written at %v, %v, want %v", seen.Modified, err, want)
	}
}

// TestDirLeavesNothing: a Create that fails leaves neither an object nor a temporary file.
func TestDirLeavesNothing(t *testing.T) {
	s := dir(t.TempDir())
	broken := errors.New("broken body")
	if _, err := s.Create(t.Context(), "k", brokenBody{strings.NewReader("half"), broken}); !errors.Is(err, broken) {
		t.Errorf("Create of a broken body: %v, want %v", err, broken)
	}
	mustCreate(t, s, "other", "content")
	if _, err := s.Create(t.Context(), "other", strings.NewReader("again")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("second Create: %v, want fs.ErrExist", err)
	}
	entries, err := os.ReadDir(s.String())
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 || entries[0].Name() != "other" {
		t.Errorf("the directory holds %v, want one object and nothing else", entries)
	}
}

// brokenBody fails where the body below ends.
type brokenBody struct {
	*strings.Reader
	err error
}

func (b brokenBody) WriteTo(io.Writer) (int64, error) { return 0, b.err }

func (b brokenBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		err = b.err
	}
	return n, err
}

// TestDirNoPermission needs a user whom permissions bind.
func TestDirNoPermission(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may do everything")
	}
	s := dir(t.TempDir())
	o := mustCreate(t, s, "in/k", "content")
	if err := os.Chmod(s.path("in"), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(s.path("in"), 0o755) }) // the test is over
	_, err := s.Stat(t.Context(), "in/k")
	wantKind(t, "Stat", err, nayose.Access)
	_, err = s.Open(t.Context(), o)
	wantKind(t, "Open", err, nayose.Access)
	_, err = s.Create(t.Context(), "in/new", strings.NewReader("x"))
	wantKind(t, "Create", err, nayose.Access)
}

// TestDirMakesNoFiles holds that where the file system takes no files at all, no object is said to be missing, for which a run would wait.
func TestDirMakesNoFiles(t *testing.T) {
	if _, err := os.Stat("/proc/self"); err != nil {
		t.Skip("there is no /proc")
	}
	_, err := dir("/proc/store").Create(t.Context(), "k", strings.NewReader("x"))
	wantKind(t, "Create", err, nayose.Access)
}

func TestDirFaults(t *testing.T) {
	for errno, want := range map[syscall.Errno]nayose.Kind{
		syscall.EACCES: nayose.Access,
		syscall.EPERM:  nayose.Access,
		syscall.EROFS:  nayose.Access,
		syscall.ENOSPC: nayose.TooBig,
		syscall.EDQUOT: nayose.TooBig,
		syscall.EIO:    nayose.Storage,
	} {
		for _, cause := range []error{
			&fs.PathError{Op: "write", Path: "/store/.tmp-X", Err: errno},
			&os.LinkError{Op: "link", Old: "/store/.tmp-X", New: "/store/k", Err: errno},
		} {
			err := dir("/store").fault("create", "k", cause)
			wantKind(t, errno.Error(), err, want)
			if !errors.Is(err, errno) {
				t.Errorf("%v is hidden in %v", errno, err)
			}
			if want := fmt.Sprintf("create /store/k: %v", errno); err.Error() != want {
				t.Errorf("the error reads %q, want %q", err, want)
			}
		}
	}
}
