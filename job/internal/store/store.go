// Package store is the object store that the stages read and write: an S3 bucket, or a directory for a laptop and for
// tests. Both are the same small contract, nayose.Store, and pass the same tests.
//
// A stage looks at a key once and from then on reads the very object that it saw; what it makes it creates, and never
// overwrites. So two runs that race agree on who was first, and a run that is repeated finds what it left:
//
//	s, err := store.Open(ctx, "s3://nayose-feeds/prod", store.S3Options{})
//	seen, err := s.Stat(ctx, "in/2026-W47/acme.csv")       // {Key, Version, ETag, Size}; fs.ErrNotExist: not there yet
//	r, err := s.Open(ctx, seen)                            // these bytes, or nayose.ErrChanged
//	made, err := s.Create(ctx, "plans/2026-W47/acme/1.json", body) // fs.ErrExist: somebody was first
//
// What pins an object:
//
//	               unversioned bucket      versioned bucket              directory
//	pin            ETag, as If-Match       version id and ETag           SHA-256 of the content
//	overwritten    nayose.ErrChanged       the old version is read       nayose.ErrChanged
//	create         PUT, If-None-Match: *   the same                      hard link from a temporary file
//
// Only who erases what is too old lists and deletes. What is deleted in a versioned bucket is there no more, but as an old version.
//
// A reader hands over an object's last bytes only when all of them have come and agree with the pin, so that a reader
// who has seen the end has seen the object. Before that a cut connection is taken up again at the byte where it broke.
//
// Errors name the operation and the object (`stat s3://b/k: …`), keep fs.ErrNotExist, fs.ErrExist, nayose.ErrChanged
// and context.Canceled recognisable, and else carry a kind: Usage, Access, TooBig, Integrity, and Storage for all that
// a later retry may cure.
//
// In reading order: store.go; dir.go; bucket.go, with client.go, reader.go, upload.go and fault.go. An operation is one request, or one system call or
// a few; a list is one for a thousand keys. Objects pass through a buffer and are never held. A request is tried five times,
// and what fails longer is left to the next run.
package store

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"

	"nayose"
)

// S3Options say where an S3 bucket is found. What is empty falls to the AWS SDK's own settings: the environment
// (AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_PROFILE, AWS_CA_BUNDLE …), then its config files. Credentials come from there
// only.
type S3Options struct {
	// Endpoint is the URL of a server other than AWS's own.
	Endpoint string `yaml:"endpoint"`
	// PathStyle asks for https://host/bucket/key in place of https://bucket.host/key; servers other than AWS's mostly
	// need it.
	PathStyle bool `yaml:"path_style"`
	// Region is the bucket's; us-east-1 where there is an endpoint and the SDK's settings name no region either.
	Region string `yaml:"region"`
}

// bucketName is what S3 allows in the name of a bucket.
var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// Open opens the store at a URL: s3://bucket/prefix, file:///directory, or a directory's path. It asks nothing of the
// store yet, and a directory need not exist: the first Create makes it. The error is of kind Usage.
func Open(ctx context.Context, url string, o S3Options) (nayose.Store, error) {
	return open(ctx, url, o, patient)
}

// open is Open with the waiting times as an argument, so that tests need not wait.
func open(ctx context.Context, url string, o S3Options, p patience) (nayose.Store, error) {
	scheme, rest, found := strings.Cut(url, "://")
	switch {
	case scheme == "s3" && found:
		name, prefix, _ := strings.Cut(rest, "/")
		prefix = strings.TrimSuffix(prefix, "/")
		if name != "" && !bucketName.MatchString(name) && !strings.Contains(name, "@") {
			return nil, nayose.Fault(nayose.Usage, fmt.Errorf("store %q: %q is no name of a bucket", url, name),
				"a bucket's name has 3 to 63 small letters, digits, dots and hyphens")
		}
		if !bucketName.MatchString(name) || prefix != "" && checkKey(prefix) != nil {
			return nil, badURL(url)
		}
		return openBucket(ctx, name, prefix, o, p)
	case scheme == "file" && found:
		return openFileURL(url)
	case found || url == "":
		return nil, badURL(url)
	}
	return openDir(url)
}

// openFileURL opens the directory of a file URL, whose host must be empty or this one.
func openFileURL(raw string) (nayose.Store, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host != "" && u.Host != "localhost" || !strings.HasPrefix(u.Path, "/") ||
		u.RawQuery != "" || u.Fragment != "" {
		return nil, badURL(raw)
	}
	return openDir(u.Path)
}

func openDir(path string) (nayose.Store, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, nayose.Fault(nayose.Usage, fmt.Errorf("store %s: %w", path, err), "")
	}
	return dir(abs), nil
}

func badURL(raw string) error {
	if strings.Contains(raw, "@") {
		raw = "(not shown, since it may hold a password)"
	}
	return nayose.Fault(nayose.Usage, fmt.Errorf("store %q is not a place that nayose knows", raw),
		"a store is s3://bucket/prefix, file:///directory or a directory's path")
}

// maxKey is the longest key that S3 takes, in bytes.
const maxKey = 1024

// checkKey refuses a key that could name anything but an object below the store's place: one that is empty or
// absolute, has an empty, `.` or `..` element, or holds a control character or what is not UTF-8.
func checkKey(key string) error {
	if key == "." || len(key) > maxKey || !fs.ValidPath(key) || strings.ContainsFunc(key, unicode.IsControl) {
		return nayose.Fault(nayose.Usage, fmt.Errorf("key %.*q is refused", maxKey, key),
			"a key is a relative path such as in/2026-W47/acme.csv, without .., empty elements and control characters")
	}
	return nil
}

// checkPin refuses an Object that does not say which content is meant, such as one that no Stat or Create returned.
func checkPin(o nayose.Object) error {
	if o.ETag == "" {
		return fmt.Errorf("object %q is not pinned: it has no etag", o.Key)
	}
	return checkKey(o.Key)
}

// contextReader reads until its context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
