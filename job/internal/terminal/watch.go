package terminal

import (
	"context"
	"io"
	"os"
	"path"
	"sync"

	"github.com/vbauerster/mpb/v8/decor"

	"nayose"
)

// large is from how many bytes on an object is long enough on its way to show how far it is.
const large = 16 << 20

// watched is a store that shows how far large objects are on their way: deliveries that are pinned, the master's index, artefacts.
type watched struct {
	nayose.Store
	log *Log
}

// filer is a store whose objects are files of this machine.
type filer interface {
	File(ctx context.Context, o nayose.Object) (*os.File, error)
}

// Watch shows what large objects are read of a store and written to it. The store can do besides what it could: a directory's objects are
// files, S3 takes uploads.
func Watch(s nayose.Store, log *Log) nayose.Store {
	w := watched{s, log}
	switch besides := s.(type) {
	case filer:
		return struct {
			watched
			filer
		}{w, besides}
	case nayose.Uploads:
		return struct {
			watched
			nayose.Uploads
		}{w, besides}
	}
	return w
}

// Open reads the object, and shows how much of it has come.
func (w watched) Open(ctx context.Context, o nayose.Object) (io.ReadCloser, error) {
	r, err := w.Store.Open(ctx, o)
	if err != nil || o.Size < large {
		return r, err
	}
	p := w.log.With("object", o.Key).count("read", path.Base(o.Key), "bytes", o.Size, decor.CountersKibiByte("% .0f of % .0f"))
	return &watchedReader{ReadCloser: r, progress: p}, nil
}

type watchedReader struct {
	io.ReadCloser
	progress *Progress
	once     sync.Once
}

func (r *watchedReader) Read(b []byte) (int, error) {
	n, err := r.ReadCloser.Read(b)
	r.progress.Add(int64(n))
	return n, err
}

func (r *watchedReader) Close() error {
	r.once.Do(r.progress.Done)
	return r.ReadCloser.Close()
}

// Create writes the object, and shows that it is under way.
func (w watched) Create(ctx context.Context, key string, body io.ReadSeeker) (o nayose.Object, err error) {
	if size, err := lengthOf(body); err != nil || size < large {
		return w.Store.Create(ctx, key, body)
	}
	err = w.log.With("object", key).Spin("write", path.Base(key), func() error {
		o, err = w.Store.Create(ctx, key, body)
		return err
	})
	return o, err
}

// lengthOf is how many bytes of a body are left to read.
func lengthOf(body io.Seeker) (int64, error) {
	from, err := body.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, err
	}
	end, err := body.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	_, err = body.Seek(from, io.SeekStart)
	return end - from, err
}
