package artifact

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"syscall"

	"github.com/parquet-go/parquet-go"

	"nayose"
)

// Local is a file of this machine: mostly an object of the store copied to a temporary file without a name.
type Local struct {
	*os.File
	name string
	size int64
}

// Fetch copies the object of a pin to a temporary file, and verifies its SHA-256. The error is of kind nayose.Integrity where the bytes are not
// those that the pin names. The caller closes the file, and it is gone.
func Fetch(ctx context.Context, s nayose.Store, p Pin) (*Local, error) {
	r, err := s.Open(ctx, p.Object)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	sum := sha256.New()
	l, err := Spool(io.TeeReader(r, sum), p.Key)
	if err != nil {
		return nil, fmt.Errorf("fetch %s/%s: %w", s, p.Key, err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != p.SHA256 {
		err := fmt.Errorf("fetch %s/%s: SHA-256 is %s, not %s", s, p.Key, got, p.SHA256)
		return nil, errors.Join(nayose.Fault(nayose.Integrity, err, "the object was damaged or replaced; restore the version that the manifest names"), l.Close())
	}
	return l, nil
}

// Spool copies a stream to a temporary file, which stands at its start. Without a name the file goes with the process, however that
// ends. name is the stream's, in messages.
func Spool(r io.Reader, name string) (*Local, error) {
	f, err := nameless()
	if err != nil {
		return nil, err
	}
	n, err := io.Copy(f, r)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Local{f, name, n}, nil
}

// nameless is a temporary file that goes with the process.
func nameless() (*os.File, error) {
	f, err := os.CreateTemp("", "nayose-fetch-")
	if err != nil {
		return nil, temporary(err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(temporary(err), f.Close())
	}
	return f, nil
}

// NewLocal is an open file of this machine, under a name for messages.
func NewLocal(f *os.File, name string) (*Local, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return &Local{f, name, info.Size()}, nil
}

// Map is one output of a manifest as a file to map into memory: the very object where the store is a directory, so that the shards
// that run on one machine share it; else a copy, as Fetch makes it.
func (m *Manifest) Map(ctx context.Context, s nayose.Store, name string) (*Local, error) {
	here, ok := s.(interface {
		File(ctx context.Context, o nayose.Object) (*os.File, error)
	})
	if !ok {
		return m.Fetch(ctx, s, name)
	}
	o, err := m.Output(name)
	if err != nil {
		return nil, err
	}
	f, err := here.File(ctx, o.Object)
	if err != nil {
		return nil, m.spoilt(s, o, err)
	}
	return &Local{f, o.Object.Key, o.Object.Size}, nil
}

// Fetch copies one output of a manifest to a temporary file, as the function Fetch does. An output that is gone or
// another one is an error of kind nayose.Integrity: nobody but a person changes what a manifest names.
func (m *Manifest) Fetch(ctx context.Context, s nayose.Store, name string) (*Local, error) {
	o, err := m.Output(name)
	if err != nil {
		return nil, err
	}
	l, err := Fetch(ctx, s, Pin{o.Object, o.SHA256})
	if err != nil {
		return nil, m.spoilt(s, o, err)
	}
	return l, nil
}

// spoilt says of an output that is gone or another one what to do.
func (m *Manifest) spoilt(s nayose.Store, o Output, err error) error {
	var fault *nayose.Error
	switch {
	case errors.Is(err, nayose.ErrChanged), errors.As(err, &fault) && fault.Kind == nayose.Integrity:
		err = fmt.Errorf("%s/%s is not what its manifest says: %s, SHA-256 %s", s, o.Object.Key, nayose.Count(o.Object.Size, "byte"), o.SHA256)
	case !missing(err):
		return err
	}
	return nayose.Fault(nayose.Integrity, err, fmt.Sprintf(
		"restore the object, or move %s/manifest.json away and run again: the stage is then done anew", Place{Stage: m.Stage, Digest: m.Digest}))
}

// Size is the file's size in bytes.
func (l *Local) Size() int64 { return l.size }

// Close gives the file's room on the disk back.
func (l *Local) Close() error { return l.File.Close() }

// temporary is the error of a directory for temporary files that cannot be used.
func temporary(err error) error {
	kind := nayose.Usage
	if errors.Is(err, fs.ErrPermission) {
		kind = nayose.Access
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		kind = nayose.TooBig
	}
	return nayose.Fault(kind, fmt.Errorf("temporary files: %w", err), "set TMPDIR to a directory that can be written and has room")
}

// RowsOf reads a Parquet output of a manifest: each time it is ranged over it fetches the output, as Manifest.Fetch does.
func RowsOf[T any](ctx context.Context, s nayose.Store, m *Manifest, name string) iter.Seq2[T, error] {
	return outputOf(ctx, s, m, name, Rows[T])
}

// PartOf reads a shard's rows of a Parquet output of a manifest, as RowsOf does.
func PartOf[T any](ctx context.Context, s nayose.Store, m *Manifest, name string, shard Shard) iter.Seq2[T, error] {
	return outputOf(ctx, s, m, name, func(l *Local) iter.Seq2[T, error] { return Part[T](l, shard) })
}

// ValuesOf reads an NDJSON output of a manifest, as RowsOf does.
func ValuesOf[T any](ctx context.Context, s nayose.Store, m *Manifest, name string) iter.Seq2[T, error] {
	return outputOf(ctx, s, m, name, Values[T])
}

func outputOf[T any](ctx context.Context, s nayose.Store, m *Manifest, name string, read func(*Local) iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		l, err := m.Fetch(ctx, s, name)
		if err != nil {
			var none T
			yield(none, err)
			return
		}
		defer l.Close()
		for row, err := range read(l) {
			if !yield(row, err) {
				return
			}
		}
	}
}

// Rows reads a Parquet file that a Table wrote, in order. It may be ranged over several times, one after the other.
func Rows[T any](l *Local) iter.Seq2[T, error] { return Part[T](l, Whole) }

// Part reads a shard's rows of a Parquet file, as Rows does. Of the pages before and after them it reads none.
func Part[T any](l *Local, shard Shard) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		fail := func(err error) { yield(zero, fmt.Errorf("read %s: %w", l.name, err)) }
		f, err := parquet.OpenFile(l.File, l.size)
		if err != nil {
			fail(err)
			return
		}
		r := parquet.NewGenericReader[T](f)
		defer r.Close()
		from, to := shard.Rows(f.NumRows())
		if from == to {
			return
		}
		if err := r.SeekToRow(from); err != nil {
			fail(err)
			return
		}
		batch := make([]T, 256)
		for from < to {
			n, err := r.Read(batch[:min(to-from, int64(len(batch)))])
			for i := range n {
				if !yield(batch[i], nil) {
					return
				}
				batch[i] = zero // the reader would otherwise write into slices that the caller may keep
			}
			from += int64(n)
			if err != nil && from < to {
				fail(err) // io.EOF, too: the file says that it has these rows
				return
			}
		}
	}
}

// Values reads an NDJSON file that Lines wrote, in order. It may be ranged over several times, one after the other.
func Values[T any](l *Local) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		d := json.NewDecoder(io.NewSectionReader(l.File, 0, l.size))
		for {
			var v T
			err := d.Decode(&v)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(v, fmt.Errorf("read %s: %w", l.name, err))
				return
			}
			if !yield(v, nil) {
				return
			}
		}
	}
}
