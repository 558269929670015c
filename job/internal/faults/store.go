package faults

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"

	"nayose"
)

// Store is a nayose.Store whose operations a Switch breaks: "stat KEY", "open KEY", "read KEY", "create KEY",
// "list PREFIX" and "delete KEY".
type Store struct {
	nayose.Store
	broken *Switch
}

// NewStore wraps s.
func NewStore(s nayose.Store, broken *Switch) *Store { return &Store{s, broken} }

// The errors are what a store says that has tried what it could.
var (
	errRefused = nayose.Fault(nayose.Storage, errors.New("injected: 503 SlowDown"), "")
	errLost    = nayose.Fault(nayose.Storage, errors.New("injected: the answer was lost"), "")
	errCut     = nayose.Fault(nayose.Storage, errors.New("injected: the connection was reset"), "")
	errDenied  = nayose.Fault(nayose.Access, errors.New("injected: 403 AccessDenied"), "")
)

// before is the error of an operation that is not done; done says that it is.
func (s *Store) before(ctx context.Context, kind Kind) (done bool, err error) {
	switch kind {
	case Refused:
		return false, errRefused
	case Denied:
		return false, errDenied
	case Stalled:
		s.broken.strike()
		<-ctx.Done()
		return false, ctx.Err()
	case Before:
		s.broken.strike()
	}
	return true, nil
}

// Stat implements nayose.Store.
func (s *Store) Stat(ctx context.Context, key string) (nayose.Object, error) {
	kind := s.broken.next("stat " + key)
	if done, err := s.before(ctx, kind); !done {
		return nayose.Object{}, err
	}
	o, err := s.Store.Stat(ctx, key)
	switch kind {
	case Lost:
		return nayose.Object{}, errLost
	case Cut:
		return nayose.Object{}, errCut
	case After:
		s.broken.strike()
	}
	return o, err
}

// Open implements nayose.Store.
func (s *Store) Open(ctx context.Context, o nayose.Object) (io.ReadCloser, error) {
	kind := s.broken.next("open " + o.Key)
	switch kind {
	case Changed:
		return nil, nayose.ErrChanged
	case Gone:
		return nil, fs.ErrNotExist
	}
	if done, err := s.before(ctx, kind); !done {
		return nil, err
	}
	r, err := s.Store.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	switch kind {
	case Lost, Cut:
		_ = r.Close()
		return nil, errLost
	case After:
		s.broken.strike()
	}
	return &body{r, ctx, s, o.Key}, nil
}

// Create implements nayose.Store.
func (s *Store) Create(ctx context.Context, key string, content io.ReadSeeker) (nayose.Object, error) {
	kind := s.broken.next("create " + key)
	if done, err := s.before(ctx, kind); !done {
		return nayose.Object{}, err
	}
	if kind == Cut { // half of a body makes no object
		return nayose.Object{}, errCut
	}
	o, err := s.Store.Create(ctx, key, content)
	switch kind {
	case Lost:
		return nayose.Object{}, errLost
	case Echo:
		return nayose.Object{}, fs.ErrExist
	case After:
		s.broken.strike()
	}
	return o, err
}

// List implements nayose.Store.
func (s *Store) List(ctx context.Context, prefix string) iter.Seq2[nayose.Object, error] {
	return func(yield func(nayose.Object, error) bool) {
		kind := s.broken.next("list " + prefix)
		if done, err := s.before(ctx, kind); !done {
			yield(nayose.Object{}, err)
			return
		}
		for o, err := range s.Store.List(ctx, prefix) {
			if !yield(o, err) {
				return
			}
			if kind == Lost || kind == Cut { // after a first page
				yield(nayose.Object{}, errCut)
				return
			}
		}
		if kind == After {
			s.broken.strike()
		}
	}
}

// Delete implements nayose.Store.
func (s *Store) Delete(ctx context.Context, key string) error {
	kind := s.broken.next("delete " + key)
	if done, err := s.before(ctx, kind); !done {
		return err
	}
	if kind == Cut {
		return errCut
	}
	err := s.Store.Delete(ctx, key)
	switch kind {
	case Lost:
		return errLost
	case After:
		s.broken.strike()
	}
	return err
}

// body is an object while it is read.
type body struct {
	io.ReadCloser
	ctx   context.Context
	store *Store
	key   string
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	kind := b.store.broken.next("read " + b.key)
	if done, err := b.store.before(b.ctx, kind); !done {
		return 0, err
	}
	n, err := b.ReadCloser.Read(p)
	switch kind {
	case Lost, Cut:
		return n / 2, errCut
	case Changed:
		return n / 2, nayose.ErrChanged
	case Short:
		return n / 2, io.EOF
	case Flipped:
		if n > 0 {
			p[n/2] ^= 4
		}
	case After:
		b.store.broken.strike()
	}
	return n, err
}
