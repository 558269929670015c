package store

import (
	"errors"
	"io"

	"nayose"
)

// reader reads one object of a known size. It holds two promises whatever the body below does: exactly size bytes come
// before io.EOF, and the last of them are handed over only after the body has ended without complaint, since it is there
// that a checksum speaks, and many a caller stops at the last byte.
type reader struct {
	body io.ReadCloser
	off  int64 // bytes read so far
	size int64
	err  error // what every further Read answers

	// resume opens the body again at off after cause cut it short, or says why not.
	resume func(off int64, cause error) (io.ReadCloser, error)
	// fault words an error for the caller.
	fault func(error) error
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	for r.err == nil && len(p) > 0 {
		n, err := r.body.Read(p)
		r.off += int64(n)
		if err == nil && r.off == r.size {
			err = end(r.body)
		}
		switch {
		case r.off > r.size:
			r.err = r.fault(nayose.ErrChanged)
		case err == io.EOF && r.off == r.size:
			r.err = io.EOF
			return n, nil
		case err != nil && r.off == r.size, errors.Is(err, nayose.ErrChanged):
			r.err = r.fault(err)
		case err != nil:
			r.takeUp(err)
			if n > 0 {
				return n, nil
			}
		case n > 0:
			return n, nil
		}
	}
	return 0, r.err
}

// takeUp goes on with a new body after the old one was cut short by cause: an error, or an end that came too early.
func (r *reader) takeUp(cause error) {
	if cause == io.EOF {
		cause = io.ErrUnexpectedEOF
	}
	body, err := r.resume(r.off, cause)
	if err != nil {
		r.err = r.fault(err)
		return
	}
	_ = r.body.Close() // it is broken
	r.body = body
}

// Close implements io.Closer.
func (r *reader) Close() error {
	if r.err == nil {
		r.err = errors.New("read of a closed object")
	}
	return r.body.Close()
}

// end is what a body answers that should be at its end: io.EOF, ErrChanged where more bytes come, or its complaint.
func end(body io.Reader) error {
	var one [1]byte
	switch n, err := io.ReadFull(body, one[:]); {
	case n > 0:
		return nayose.ErrChanged
	default:
		return err
	}
}
