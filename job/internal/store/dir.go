package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"syscall"

	"nayose"
)

// dir is a directory as a store: an object is a regular file below it, the ETag is the SHA-256 of its content, and
// there are no versions.
type dir string

// String is the directory's path.
func (d dir) String() string { return string(d) }

// Stat implements nayose.Store. It reads the whole file for its digest.
func (d dir) Stat(ctx context.Context, key string) (nayose.Object, error) {
	if err := checkKey(key); err != nil {
		return nayose.Object{}, fmt.Errorf("stat %s: %w", d, err)
	}
	f, info, err := d.file(key)
	if err != nil {
		return nayose.Object{}, d.fault("stat", key, err)
	}
	defer func() { _ = f.Close() }() // only read
	sum := sha256.New()
	size, err := io.Copy(sum, contextReader{ctx, f})
	if err != nil {
		return nayose.Object{}, d.fault("stat", key, err)
	}
	return nayose.Object{Key: key, ETag: hexSum(sum), Size: size, Modified: info.ModTime()}, nil
}

// Open implements nayose.Store. That the content is the pinned one is known when its last byte is read, and told then.
func (d dir) Open(ctx context.Context, o nayose.Object) (io.ReadCloser, error) {
	if err := checkPin(o); err != nil {
		return nil, fmt.Errorf("open %s: %w", d, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, d.fault("open", o.Key, err)
	}
	f, info, err := d.file(o.Key)
	if err != nil {
		return nil, d.fault("open", o.Key, err)
	}
	if info.Size() != o.Size {
		_ = f.Close() // only read
		return nil, d.fault("open", o.Key, nayose.ErrChanged)
	}
	return &reader{
		body:   &digestReader{contextReader{ctx, f}, f, sha256.New(), o.ETag},
		size:   o.Size,
		resume: func(_ int64, cause error) (io.ReadCloser, error) { return nil, cause },
		fault:  func(err error) error { return d.fault("read", o.Key, err) },
	}, nil
}

// File is the file of an object, its content verified, for who maps it into memory: processes of one machine then share it. Nobody
// writes to the file of an object. The caller closes it.
func (d dir) File(ctx context.Context, o nayose.Object) (*os.File, error) {
	if err := checkPin(o); err != nil {
		return nil, fmt.Errorf("open %s: %w", d, err)
	}
	f, _, err := d.file(o.Key)
	if err != nil {
		return nil, d.fault("open", o.Key, err)
	}
	sum := sha256.New()
	if _, err = io.Copy(sum, contextReader{ctx, f}); err == nil && hexSum(sum) != o.ETag {
		err = nayose.ErrChanged
	}
	if err != nil {
		_ = f.Close() // only read
		return nil, d.fault("read", o.Key, err)
	}
	return f, nil
}

// Create implements nayose.Store. The content is written to a temporary file and made durable before the link that
// makes it an object, and only one link can be the first. A crash leaves a .tmp- file that nobody reads, beside the
// object or in its stead.
func (d dir) Create(ctx context.Context, key string, body io.ReadSeeker) (nayose.Object, error) {
	if err := checkKey(key); err != nil {
		return nayose.Object{}, fmt.Errorf("create %s: %w", d, err)
	}
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return nayose.Object{}, d.fault("create", key, err)
	}
	sum := sha256.New()
	size, err := createFile(d.path(key), io.TeeReader(contextReader{ctx, body}, sum))
	if errors.Is(err, fs.ErrNotExist) { // of a file system such as /proc: no object is missing
		err = fs.ErrPermission
	}
	if err != nil {
		return nayose.Object{}, d.fault("create", key, err)
	}
	return nayose.Object{Key: key, ETag: hexSum(sum), Size: size}, nil
}

// List implements nayose.Store. What a crash has left of a Create is among the objects, so that it can be deleted.
func (d dir) List(ctx context.Context, prefix string) iter.Seq2[nayose.Object, error] {
	return func(yield func(nayose.Object, error) bool) {
		err := checkKey(prefix)
		if err != nil {
			yield(nayose.Object{}, fmt.Errorf("list %s: %w", d, err))
			return
		}
		err = filepath.WalkDir(d.path(prefix), func(path string, entry fs.DirEntry, err error) error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			var info fs.FileInfo
			if err == nil && entry.Type().IsRegular() {
				info, err = entry.Info()
			}
			if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || err == nil && (info == nil || path == d.path(prefix)) {
				return nil // gone meanwhile, or not there at all; or no object below the prefix
			}
			if err != nil {
				return err
			}
			key, err := filepath.Rel(string(d), path)
			if err == nil && !yield(nayose.Object{Key: filepath.ToSlash(key), Size: info.Size(), Modified: info.ModTime()}, nil) {
				return filepath.SkipAll
			}
			return err
		})
		if err != nil {
			yield(nayose.Object{}, d.fault("list", prefix, err))
		}
	}
}

// Delete implements nayose.Store. Directories that are empty then go, too, up to the store's own.
func (d dir) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return fmt.Errorf("delete %s: %w", d, err)
	}
	if err := ctx.Err(); err != nil {
		return d.fault("delete", key, err)
	}
	f, _, err := d.file(key)
	if err == nil {
		_ = f.Close() // only opened, to see that it is an object
		err = os.Remove(d.path(key))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return d.fault("delete", key, err)
	}
	for parent := filepath.Dir(d.path(key)); parent != string(d) && os.Remove(parent) == nil; {
		parent = filepath.Dir(parent)
	}
	return nil
}

// createFile makes the file at path of everything in r, whole or not at all, and its directories with it.
func createFile(path string, r io.Reader) (size int64, err error) {
	parent := filepath.Dir(path)
	if err := makeDirs(parent); err != nil {
		return 0, err
	}
	temp := filepath.Join(parent, ".tmp-"+rand.Text())
	defer func() { _ = os.Remove(temp) }() // what is left over is never read
	size, err = writeFile(temp, r)
	if errors.Is(err, fs.ErrNotExist) { // Delete has just removed the directory, which was empty
		if err = makeDirs(parent); err == nil {
			size, err = writeFile(temp, r)
		}
	}
	if err != nil {
		return 0, err
	}
	if err := os.Link(temp, path); err != nil {
		return 0, err
	}
	return size, syncDir(parent)
}

// writeFile makes a new file of everything in r and has it on the disk.
func writeFile(path string, r io.Reader) (size int64, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return 0, err
	}
	size, err = io.Copy(f, r)
	if err == nil {
		err = f.Sync()
	}
	return size, errors.Join(err, f.Close())
}

// makeDirs is os.MkdirAll that has each new directory on the disk.
func makeDirs(path string) error {
	err := os.Mkdir(path, 0o777)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeDirs(filepath.Dir(path)); err == nil {
			err = os.Mkdir(path, 0o777)
		}
	}
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir has a directory's entries on the disk.
func syncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// file opens the file at key and describes it. What is not a regular file is not an object.
func (d dir) file(key string) (*os.File, fs.FileInfo, error) {
	f, err := os.Open(d.path(key))
	if errors.Is(err, syscall.ENOTDIR) { // a file stands where the key names a directory
		return nil, nil, fs.ErrNotExist
	}
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		_ = f.Close() // only opened
		return nil, nil, err
	}
	return f, info, nil
}

// path is where the object of a checked key stands.
func (d dir) path(key string) string { return filepath.Join(string(d), filepath.FromSlash(key)) }

// fault words an error of the file system: `stat /data/store/in/a.csv: …`, with the kind that tells what to do.
func (d dir) fault(op, key string, err error) error {
	return fmt.Errorf("%s %s: %w", op, d.path(key), d.classify(bare(err)))
}

func (d dir) classify(err error) error {
	switch {
	case errors.Is(err, fs.ErrExist), errors.Is(err, fs.ErrNotExist), errors.Is(err, nayose.ErrChanged),
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return nayose.Fault(nayose.Access, err, fmt.Sprintf(
			"let the user that runs nayose read %s, and write it where it is the store (which needs hard links)", d))
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return nayose.Fault(nayose.TooBig, err, fmt.Sprintf("make room on the file system of %s", d))
	}
	return nayose.Fault(nayose.Storage, err, "")
}

// bare strips an error of the path that the os package put into it: the caller's message names the object.
func bare(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

// digestReader reads a file whose digest is known, and answers ErrChanged at its end where the content has another.
type digestReader struct {
	r    io.Reader
	file io.Closer
	sum  hash.Hash
	want string
}

func (d *digestReader) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	d.sum.Write(p[:n]) // a hash never fails to write
	if err == io.EOF && hexSum(d.sum) != d.want {
		err = nayose.ErrChanged
	}
	return n, err
}

func (d *digestReader) Close() error { return d.file.Close() }

func hexSum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }
