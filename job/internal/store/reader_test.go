package store

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"nayose"
)

// TestReaderNeverShort: whatever the bodies do, who reads to the end or to the last byte has the object or an error.
func TestReaderNeverShort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		object := rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "object")
		bodies := 0
		body := func(off int64) io.ReadCloser {
			bodies++
			return drawBody(t, object[off:])
		}
		r := &reader{
			body: body(0),
			size: int64(len(object)),
			resume: func(off int64, cause error) (io.ReadCloser, error) {
				if bodies == 4 {
					return nil, cause
				}
				return body(off), nil
			},
			fault: func(err error) error { return err },
		}

		var got []byte
		var err error
		if rapid.Bool().Draw(t, "size known") {
			got = make([]byte, len(object))
			_, err = io.ReadFull(r, got)
		} else {
			got, err = io.ReadAll(r)
		}
		if err == nil && !bytes.Equal(got, object) {
			t.Fatalf("read %q without an error, want %q", got, object)
		}
		if errors.Is(err, io.EOF) {
			t.Fatalf("the error is %v, which callers take for the end", err)
		}
	})
}

var (
	errCut      = errors.New("connection reset")
	errChecksum = errors.New("checksum did not match")
)

// drawBody is a body of the rest of an object that breaks in one of the ways that bodies do.
func drawBody(t *rapid.T, rest []byte) io.ReadCloser {
	cut := rapid.IntRange(0, len(rest)).Draw(t, "cut")
	var body io.Reader
	switch rapid.SampledFrom([]string{"whole", "early end", "reset", "longer", "damaged"}).Draw(t, "body") {
	case "whole":
		body = bytes.NewReader(rest)
	case "early end":
		body = bytes.NewReader(rest[:cut])
	case "reset":
		body = io.MultiReader(bytes.NewReader(rest[:cut]), iotest.ErrReader(errCut))
	case "longer":
		body = io.MultiReader(bytes.NewReader(rest), bytes.NewReader([]byte("more")))
	case "damaged": // a checksum that is told at the end
		damaged := bytes.Clone(rest)
		for i := range damaged {
			damaged[i]++
		}
		body = io.MultiReader(bytes.NewReader(damaged), iotest.ErrReader(errChecksum))
	}
	if rapid.Bool().Draw(t, "byte by byte") {
		body = iotest.OneByteReader(body)
	}
	if rapid.Bool().Draw(t, "end with data") {
		body = iotest.DataErrReader(body)
	}
	return io.NopCloser(body)
}

func TestReaderOfSound(t *testing.T) {
	object := []byte("an object of some bytes")
	fault := func(err error) error { return err }
	resume := func(_ int64, cause error) (io.ReadCloser, error) { return nil, cause }
	for _, size := range []int64{0, 1, int64(len(object))} {
		r := &reader{body: io.NopCloser(bytes.NewReader(object[:size])), size: size, resume: resume, fault: fault}
		if err := iotest.TestReader(r, object[:size]); err != nil {
			t.Errorf("size %d: %v", size, err)
		}
	}
	r := &reader{body: io.NopCloser(bytes.NewReader(object)), size: 3, resume: resume, fault: fault}
	if _, err := io.ReadAll(r); !errors.Is(err, nayose.ErrChanged) {
		t.Errorf("read of a body that is too long: %v, want ErrChanged", err)
	}
	if err := r.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}
