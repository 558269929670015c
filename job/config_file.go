package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"nayose/job/internal/store"
)

// mostNamed is the size of the largest file that a setting names, far above what a config or the authorities of a cloud have.
const mostNamed = 4 << 20

// readNamed reads a file that a setting names: one of this machine, or an object, s3://bucket/key, so that a container which has
// no files of its own takes all that it must know from its environment. The error is fs.ErrNotExist where there is none.
func readNamed(ctx context.Context, name string, options store.S3Options) ([]byte, error) {
	place, isObject := strings.CutPrefix(name, "s3://")
	if !isObject {
		return os.ReadFile(name)
	}
	bucket, key, _ := strings.Cut(place, "/")
	s, err := store.Open(ctx, "s3://"+bucket, options)
	if err != nil {
		return nil, err
	}
	object, err := s.Stat(ctx, key)
	if err != nil {
		return nil, err
	}
	if object.Size > mostNamed {
		return nil, usage(fmt.Errorf("%s has %d bytes", name, object.Size), "name the right object: such a file has 4 MiB at most")
	}
	r, err := s.Open(ctx, object)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// localFile is the name of a file of this machine with what a setting names, and what removes it again where it had to be fetched.
func localFile(ctx context.Context, name string, options store.S3Options) (local string, remove func(), err error) {
	if !strings.HasPrefix(name, "s3://") {
		return name, func() {}, nil
	}
	b, err := readNamed(ctx, name, options)
	if err != nil {
		return "", nil, err
	}
	f, err := os.CreateTemp("", "nayose-*")
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.Remove(f.Name()) } // what a kill leaves, too: a file of public certificates
	_, err = f.Write(b)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		remove()
		return "", nil, err
	}
	return f.Name(), remove, nil
}
