// Package artifact keeps what the stages hand to each other in the object store, so that each stage can be retried
// alone and none can see another's half-written work.
//
// A stage's place is named by what it reads: the digest of its inputs and of the stage's version.
//
//	plans/2026-W47/carejob/1.json                          what a run of a delivery reads, frozen
//	approvals/2026-W47/carejob/6f1c…/1.json                lets the delivery of this digest through, once
//	holds/2026-W47/carejob/1.json                          what held a delivery, or that it went through since; for people
//	decisions/1.json                                       what people settled about mentions, entry by entry
//	stages/extract/6f1c…/manifest.json                     the commit: its presence means done
//	stages/extract/6f1c…/0d9e…/postings.parquet            an attempt's own data, listed in the manifest
//	stages/match/41aa…/manifest.json                       the commit of one shard of a stage: each has a place of its own
//	masters/b3a0…/manifest.json
//	stages/source/77c2…/manifest.json                      which snapshot a source in Postgres gave at a version of its own
//	outcomes/week=2026-W47/partner=carejob/plan=3/part-00000-of-00001.parquet   what match answered, a row a posting, for analysts
//
// Changed inputs are another digest and so another place; nothing is overwritten and nothing done is done again. An
// Attempt writes its files in a temporary directory, uploads them under a prefix of its own, and commits by creating the
// manifest, which succeeds for one attempt only. A crash before that leaves objects that nobody reads, a crash
// after it leaves a finished stage.
//
// What is too old is erased place by place, the manifest first: the stage is then not done.
//
// In reading order: plan.go and approval.go; shard.go; manifest.go, attempt.go, which writes a stage's files, and read.go, which reads
// them; decisions.go, the log of what people settled, and round.go, what a workbook asked them; holds.go; outcomes.go and outcomes_join.go, the
// outcome log; erase.go.
//
// What it costs (docs/benchmarks.md, Extract): the artefacts of extract take 5.7 µs of a core a posting of 1.9 KB, two thirds of
// it zstd, as much as making the postings. A table's writer holds a row group, below about 100 MB; a reader of rows 256 of them; the join
// of the outcome log 32 bytes a posting of the delivery. What else is asked of the store is an object of a few KB a plan, approval, hold or manifest, and as many
// probes as there are plans of the week.
package artifact

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"nayose"
)

// Digest names a value: the first 128 bits, in hexadecimal, of the SHA-256 of its JSON.
func Digest(value any) string {
	b, err := json.Marshal(value)
	if err != nil {
		panic(err) // the values named here are plain structs and strings
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// Pin is an object that was looked at: the version that stood there, and the SHA-256 of its bytes in hexadecimal.
type Pin struct {
	nayose.Object
	SHA256 string `json:"sha256"`
}

// PinObject looks at key and reads it through to know its SHA-256. Where a known pin shows the same version, its sum
// is taken over instead of reading the object again.
func PinObject(ctx context.Context, s nayose.Store, key string, known ...Pin) (Pin, error) {
	o, err := s.Stat(ctx, key)
	if err != nil {
		return Pin{}, err
	}
	return PinSeen(ctx, s, o, known...)
}

// PinSeen is PinObject of an object that was looked at before. The error is nayose.ErrChanged where another one has come in its
// place. When the object was written is no part of the pin: two pins of one version are equal.
func PinSeen(ctx context.Context, s nayose.Store, o nayose.Object, known ...Pin) (Pin, error) {
	o.Modified = time.Time{}
	for _, p := range known {
		if p.Object == o {
			return p, nil
		}
	}
	r, err := s.Open(ctx, o)
	if err != nil {
		return Pin{}, err
	}
	defer r.Close()
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return Pin{}, fmt.Errorf("read %s/%s: %w", s, o.Key, err)
	}
	return Pin{o, hex.EncodeToString(h.Sum(nil))}, nil
}

// createJSON puts value, sealed, at key unless something stands there (fs.ErrExist).
func createJSON(ctx context.Context, s nayose.Store, key string, value any) error {
	document, err := documentOf(value)
	if err != nil {
		return fmt.Errorf("write %s: %w", key, err)
	}
	if len(document)+sealSize > maxDocument {
		return nayose.Fault(nayose.TooBig, fmt.Errorf("write %s: it has %d bytes, and no more than %d are read again", key, len(document), maxDocument), "")
	}
	_, err = s.Create(ctx, key, bytes.NewReader(seal(document)))
	return err
}

func documentOf(value any) ([]byte, error) {
	b, err := json.MarshalIndent(value, "", "  ")
	return append(b, '\n'), err
}

// A sealed document begins with a line that holds the first 128 bits of the SHA-256 of the document without that line, so that
// whoever reads it sees when a byte of it was changed by hand, whatever fields later versions of nayose add.
const (
	sealBegin = "{\n  \"sum\": \""
	sealEnd   = "\",\n"
	sealSize  = len(sealBegin) + 32 + len(sealEnd)
)

func seal(document []byte) []byte {
	sum := sha256.Sum256(document)
	return append([]byte(sealBegin+hex.EncodeToString(sum[:16])+sealEnd), document[len("{\n"):]...)
}

// unseal is the document without its seal. One without, of an earlier version of nayose, is taken as it is.
func unseal(b []byte) ([]byte, error) {
	if !bytes.HasPrefix(b, []byte(sealBegin)) || len(b) < sealSize {
		return b, nil
	}
	document := append([]byte("{\n"), b[sealSize:]...)
	if !bytes.Equal(seal(document), b) {
		return nil, errors.New("it was changed after it was written: its bytes are not those of its sum")
	}
	return document, nil
}

// maxDocument bounds what is read of a document: a plan or a manifest has a few kilobytes, a round of 2,000 questions some megabytes, ten thousand decisions some 15 MB.
const maxDocument = 64 << 20

// readJSON reads the object at key into value. The error is fs.ErrNotExist where there is none, and of kind
// nayose.Integrity where it is not the document it should be.
func readJSON(ctx context.Context, s nayose.Store, key string, value any) error {
	o, err := s.Stat(ctx, key)
	if err != nil {
		return err
	}
	_, err = readDocument(ctx, s, o, value)
	return err
}

// readDocument is readJSON of an object that was looked at, and returns the document that it read, without its seal.
func readDocument(ctx context.Context, s nayose.Store, o nayose.Object, value any) ([]byte, error) {
	r, err := s.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxDocument))
	if err != nil {
		return nil, fmt.Errorf("read %s/%s: %w", s, o.Key, err)
	}
	if b, err = unseal(b); err == nil {
		d := json.NewDecoder(bytes.NewReader(b))
		d.DisallowUnknownFields()
		err = d.Decode(value)
	}
	if err != nil {
		return nil, nayose.Fault(nayose.Integrity, fmt.Errorf("read %s/%s: %w", s, o.Key, err),
			"the object is damaged or comes from another version of nayose; move it away and run again")
	}
	return b, nil
}

func missing(err error) bool { return errors.Is(err, fs.ErrNotExist) }

func exists(err error) bool { return errors.Is(err, fs.ErrExist) }
