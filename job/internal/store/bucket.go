package store

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"nayose"
)

// bucket is an S3 bucket, or what lies below a prefix of it, as a store.
type bucket struct {
	client       *s3.Client
	name, prefix string // the prefix has no slash at its end
	patience     patience
	seen         atomic.Bool // that the bucket exists is known
}

// String is s3://bucket/prefix.
func (b *bucket) String() string { return strings.TrimSuffix("s3://"+b.name+"/"+b.prefix, "/") }

// key is the key in the bucket of one below the prefix.
func (b *bucket) key(key string) *string {
	return aws.String(strings.TrimPrefix(b.prefix+"/"+key, "/"))
}

// Stat implements nayose.Store.
func (b *bucket) Stat(ctx context.Context, key string) (nayose.Object, error) {
	if err := checkKey(key); err != nil {
		return nayose.Object{}, fmt.Errorf("stat %s: %w", b, err)
	}
	out, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: b.key(key)})
	if status(err) == http.StatusNotFound {
		err = b.missing(ctx)
	}
	if err != nil {
		return nayose.Object{}, b.fault(ctx, "stat", key, err)
	}
	return nayose.Object{
		Key: key, Version: aws.ToString(out.VersionId), ETag: unquote(out.ETag), Size: aws.ToInt64(out.ContentLength),
		Modified: aws.ToTime(out.LastModified),
	}, nil
}

// missing tells what a HEAD that found nothing leaves open, since its answer has no body: is it the object that is not
// there, or the bucket? A role that may not ask is taken to have a bucket.
func (b *bucket) missing(ctx context.Context) error {
	if b.seen.Load() {
		return fs.ErrNotExist
	}
	_, err := b.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &b.name})
	switch status := status(err); {
	case status == http.StatusNotFound:
		return errNoBucket
	case err != nil && status != http.StatusForbidden:
		return err
	}
	b.seen.Store(true)
	return fs.ErrNotExist
}

// Open implements nayose.Store. A connection that breaks, stalls or ends early is taken up again where it broke. What
// came in one piece has been checked against the checksum that S3 holds; of pieces only TLS vouches for each, so who must
// be sure compares a digest of the whole.
func (b *bucket) Open(ctx context.Context, o nayose.Object) (io.ReadCloser, error) {
	if err := checkPin(o); err != nil {
		return nil, fmt.Errorf("open %s: %w", b, err)
	}
	body, err := b.get(ctx, o, 0)
	if err != nil {
		return nil, b.fault(ctx, "open", o.Key, err)
	}
	broken := 0
	resume := func(off int64, cause error) (io.ReadCloser, error) {
		if broken++; broken >= b.patience.attempts {
			return nil, fmt.Errorf("the connection broke %d times, at last after %d of %d bytes: %w", broken, off, o.Size, cause)
		}
		if err := b.patience.wait(ctx, broken); err != nil {
			return nil, err
		}
		return b.get(ctx, o, off)
	}
	fault := func(err error) error { return b.fault(ctx, "read", o.Key, err) }
	return &reader{body: body, size: o.Size, resume: resume, fault: fault}, nil
}

// get asks for the pinned object from byte off on. The ETag goes along with a version too: where versioning is
// suspended the version is "null", which can be overwritten.
func (b *bucket) get(ctx context.Context, o nayose.Object, off int64) (io.ReadCloser, error) {
	in := &s3.GetObjectInput{Bucket: &b.name, Key: b.key(o.Key), IfMatch: aws.String(`"` + o.ETag + `"`)}
	if o.Version != "" {
		in.VersionId = &o.Version
	}
	if off > 0 {
		in.Range = aws.String(fmt.Sprintf("bytes=%d-", off))
	}
	out, err := b.client.GetObject(ctx, in)
	if status(err) == http.StatusPreconditionFailed {
		return nil, nayose.ErrChanged
	}
	if err != nil {
		return nil, err
	}
	// A server or proxy that knows no conditions or ranges answers as if none had been asked for.
	if unquote(out.ETag) != o.ETag {
		err = nayose.ErrChanged
	} else if off > 0 && !strings.HasPrefix(aws.ToString(out.ContentRange), fmt.Sprintf("bytes %d-", off)) {
		err = fmt.Errorf("asked for bytes from %d on, the server answers with %q", off, aws.ToString(out.ContentRange))
	}
	if err != nil {
		_ = out.Body.Close() // unread
		return nil, err
	}
	// What the connection holds already would come in spite of the context's end.
	return struct {
		io.Reader
		io.Closer
	}{contextReader{ctx, out.Body}, out.Body}, nil
}

// maxPut is the largest object of a single PUT, and so of this store: multipart uploads bring parts to clean up and
// ETags of their own, for sizes that no artefact reaches.
const maxPut = 5 << 30

// Create implements nayose.Store, with one PUT. Its retries cannot tell our own object, whose acknowledgement was lost,
// from another's: both are fs.ErrExist.
func (b *bucket) Create(ctx context.Context, key string, body io.ReadSeeker) (nayose.Object, error) {
	if err := checkKey(key); err != nil {
		return nayose.Object{}, fmt.Errorf("create %s: %w", b, err)
	}
	size, sum, err := measure(ctx, body)
	if err != nil {
		return nayose.Object{}, b.fault(ctx, "create", key, err)
	}
	// The checksum goes as a plain header. One that the SDK computes would follow the body over TLS, in an encoding that
	// not every server reads.
	out, err := b.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.name, Key: b.key(key), Body: body, ContentLength: &size,
		IfNoneMatch: aws.String("*"), ChecksumSHA256: &sum,
	})
	if status(err) == http.StatusPreconditionFailed {
		err = fs.ErrExist
	}
	if err != nil {
		return nayose.Object{}, b.fault(ctx, "create", key, err)
	}
	return nayose.Object{Key: key, Version: aws.ToString(out.VersionId), ETag: unquote(out.ETag), Size: size}, nil
}

// List implements nayose.Store.
func (b *bucket) List(ctx context.Context, prefix string) iter.Seq2[nayose.Object, error] {
	return func(yield func(nayose.Object, error) bool) {
		if err := checkKey(prefix); err != nil {
			yield(nayose.Object{}, fmt.Errorf("list %s: %w", b, err))
			return
		}
		pages := s3.NewListObjectsV2Paginator(b.client, &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: b.key(prefix + "/")})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(nayose.Object{}, b.fault(ctx, "list", prefix, err))
				return
			}
			for _, o := range page.Contents {
				key := strings.TrimPrefix(aws.ToString(o.Key), *b.key(""))
				if !yield(nayose.Object{Key: key, Size: aws.ToInt64(o.Size), Modified: aws.ToTime(o.LastModified)}, nil) {
					return
				}
			}
		}
	}
}

// Delete implements nayose.Store.
func (b *bucket) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return fmt.Errorf("delete %s: %w", b, err)
	}
	_, err := b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: b.key(key)})
	if err != nil {
		err = b.fault(ctx, "delete", key, err)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// measure tells a body's size and its SHA-256 in base64, and leaves it at its start.
func measure(ctx context.Context, body io.ReadSeeker) (size int64, sum string, err error) {
	if size, err = body.Seek(0, io.SeekEnd); err != nil {
		return 0, "", err
	}
	if size > maxPut {
		return 0, "", nayose.Fault(nayose.TooBig, fmt.Errorf("%d bytes are more than one request takes, %d", size, maxPut),
			"split the work: a delivery of fewer files, or match in more shards")
	}
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return 0, "", err
	}
	h := sha256.New()
	if _, err := io.Copy(h, contextReader{ctx, body}); err != nil {
		return 0, "", err
	}
	_, err = body.Seek(0, io.SeekStart)
	return size, base64.StdEncoding.EncodeToString(h.Sum(nil)), err
}

// unquote is an ETag as the manifests write it.
func unquote(etag *string) string { return strings.Trim(aws.ToString(etag), `"`) }

// errNoBucket is the answer of a HEAD, worded as S3 words it elsewhere.
var errNoBucket = errors.New("NoSuchBucket: the bucket does not exist")
