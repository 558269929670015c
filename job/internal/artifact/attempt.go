package artifact

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"nayose"
)

// Attempt is one try at a stage. Its files grow in a temporary directory; Commit uploads and publishes them.
type Attempt struct {
	ID      string
	store   nayose.Store
	dir     string
	started time.Time
	files   []*file
}

// Begin opens an attempt. The caller closes it, whatever happens.
func Begin(s nayose.Store) (*Attempt, error) {
	dir, err := os.MkdirTemp("", "nayose-")
	if err != nil {
		return nil, temporary(err)
	}
	var id [8]byte
	rand.Read(id[:])
	return &Attempt{ID: hex.EncodeToString(id[:]), store: s, dir: dir, started: time.Now()}, nil
}

// Close removes the attempt's temporary files.
func (a *Attempt) Close() error {
	for _, f := range a.files {
		_ = f.f.Close() // what was committed is closed already, the rest is thrown away
	}
	return os.RemoveAll(a.dir)
}

// Commit uploads the attempt's closed files, in the order in which they were created, and then the manifest, completed
// with the outputs. It returns the manifest that stands in the place, which may be an equal one of a parallel attempt.
func (a *Attempt) Commit(ctx context.Context, p Place, m Manifest, code string) (Manifest, error) {
	for _, f := range a.files {
		o, err := f.upload(ctx, a.store, p.String()+"/"+a.ID+"/"+f.name)
		if err != nil {
			return Manifest{}, fmt.Errorf("commit %s: %w", p, err)
		}
		m.Outputs = append(m.Outputs, o)
	}
	m.Format, m.Stage, m.Digest, m.Inputs = manifestFormat, p.Stage, p.Digest, p.inputs
	m.Attempt, m.Code = a.ID, code
	m.Finished = time.Now().UTC().Truncate(time.Millisecond)
	m.Seconds = time.Since(a.started).Seconds()
	return commit(ctx, a.store, p, m)
}

// file is an output while it is written: it counts rows and takes the digest as bytes pass.
type file struct {
	name string
	f    *os.File
	buf  *bufio.Writer
	sum  hash.Hash
	rows int64
}

func (a *Attempt) create(name string) (*file, error) {
	f, err := os.Create(filepath.Join(a.dir, name))
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	out := &file{name: name, f: f, sum: sum, buf: bufio.NewWriterSize(io.MultiWriter(f, sum), 1<<16)}
	a.files = append(a.files, out)
	return out, nil
}

// Rows is how many rows were written.
func (t *Table[T]) Rows() int64 { return t.file.rows }

// SHA256 is the digest of a closed table's bytes, in hexadecimal.
func (t *Table[T]) SHA256() string { return t.file.digest() }

func (f *file) digest() string { return hex.EncodeToString(f.sum.Sum(nil)) }

func (f *file) upload(ctx context.Context, s nayose.Store, key string) (Output, error) {
	if _, err := f.f.Seek(0, io.SeekStart); err != nil {
		return Output{}, err
	}
	o, err := s.Create(ctx, key, f.f)
	if err != nil && exists(err) {
		// The attempt's name is random: what stands there is our own upload whose acknowledgement was lost.
		o, err = s.Stat(ctx, key)
	}
	if err != nil {
		return Output{}, err
	}
	return Output{f.name, o, f.digest(), f.rows}, f.f.Close()
}

// WriteFile writes content as an output of the attempt.
func (a *Attempt) WriteFile(name string, content io.WriterTo) error {
	f, err := a.create(name)
	if err == nil {
		_, err = content.WriteTo(f.buf)
	}
	if err == nil {
		err = f.buf.Flush()
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// A row group is what a Parquet writer holds in memory: it ends at so many rows or, where descriptions are long, at so
// many bytes before compression. Readers like row groups large; these keep a table's writer below about 100 MB.
const (
	rowGroupRows  = 20_000
	rowGroupBytes = 32 << 20
	batchRows     = 32 // are handed to the writer at once, of at most 1 MiB each
)

var compression = zstd.Codec{Level: zstd.SpeedFastest}

// Table writes rows of T, a struct with parquet tags, as a Parquet output of an attempt. The same rows give the same
// bytes.
type Table[T any] struct {
	file    *file
	w       *parquet.GenericWriter[T]
	batch   []T
	flushed int64 // size of the row groups that are written out
}

// NewTable creates the output of that name.
func NewTable[T any](a *Attempt, name string) (*Table[T], error) {
	f, err := a.create(name)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	w := parquet.NewGenericWriter[T](f.buf, parquet.Compression(&compression), parquet.MaxRowsPerRowGroup(rowGroupRows),
		parquet.CreatedBy("nayose", "1", ""))
	return &Table[T]{file: f, w: w}, nil
}

// Write adds one row.
func (t *Table[T]) Write(row T) error {
	t.file.rows++
	if t.batch = append(t.batch, row); len(t.batch) < batchRows {
		return nil
	}
	return t.writeBatch()
}

func (t *Table[T]) writeBatch() error {
	_, err := t.w.Write(t.batch)
	clear(t.batch)
	t.batch = t.batch[:0]
	if err == nil && t.w.Size()-t.flushed > rowGroupBytes {
		err = t.w.Flush()
		t.flushed = t.w.Size()
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", t.file.name, err)
	}
	return nil
}

// WriteAll writes rows until they end or one of them is an error, and closes the table.
func (t *Table[T]) WriteAll(rows iter.Seq2[T, error]) error {
	for row, err := range rows {
		if err == nil {
			err = t.Write(row)
		}
		if err != nil {
			return err
		}
	}
	return t.Close()
}

// ReadAgain reads the rows of a closed table, in order.
func (t *Table[T]) ReadAgain() iter.Seq2[T, error] {
	return again(t.file, Rows[T])
}

// again reads a file of an attempt that is closed.
func again[T any](f *file, read func(*Local) iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		l, err := NewLocal(f.f, f.name)
		if err != nil {
			var none T
			yield(none, err)
			return
		}
		read(l)(yield)
	}
}

// Close ends the table; the attempt keeps the file.
func (t *Table[T]) Close() error {
	if err := t.writeBatch(); err != nil {
		return err
	}
	if err := errors.Join(t.w.Close(), t.file.buf.Flush()); err != nil {
		return fmt.Errorf("write %s: %w", t.file.name, err)
	}
	return nil
}

// Lines writes values of T as NDJSON, one a line, as an output of an attempt.
type Lines[T any] struct {
	file *file
	enc  *json.Encoder
}

// NewLines creates the output of that name.
func NewLines[T any](a *Attempt, name string) (*Lines[T], error) {
	f, err := a.create(name)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	enc := json.NewEncoder(f.buf)
	enc.SetEscapeHTML(false)
	return &Lines[T]{f, enc}, nil
}

// Write adds one line.
func (l *Lines[T]) Write(value T) error {
	if err := l.enc.Encode(value); err != nil {
		return fmt.Errorf("write %s: %w", l.file.name, err)
	}
	l.file.rows++
	return nil
}

// ReadAgain reads the values of closed lines, in order.
func (l *Lines[T]) ReadAgain() iter.Seq2[T, error] { return again(l.file, Values[T]) }

// Close ends the lines; the attempt keeps the file.
func (l *Lines[T]) Close() error {
	if err := l.file.buf.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", l.file.name, err)
	}
	return nil
}
