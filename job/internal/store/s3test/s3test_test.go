package s3test

import (
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func TestStart(t *testing.T) {
	server := Start(t)
	server.MakeBucket(t, "plain", Unversioned)
	server.MakeBucket(t, "kept", Versioned)
	for _, bucket := range []string{"plain", "kept"} {
		server.Put(t, bucket, "求人/一.csv", "old")
		server.Put(t, bucket, "求人/一.csv", "new")
	}

	key, plain, kept := "求人/一.csv", "plain", "kept"
	out, err := server.Client().GetObject(t.Context(), &s3.GetObjectInput{Bucket: &plain, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Body.Close() }() // only read
	if content, err := io.ReadAll(out.Body); string(content) != "new" || err != nil {
		t.Errorf("read %q, %v, want the object as last written", content, err)
	}
	if out.VersionId != nil {
		t.Errorf("version %q in an unversioned bucket", *out.VersionId)
	}
	versions, err := server.Client().ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &kept})
	if err != nil {
		t.Fatal(err)
	}
	if got := len(versions.Versions); got != 2 {
		t.Errorf("%d versions in the versioned bucket, want 2", got)
	}
}

func TestServerChecksSignatures(t *testing.T) {
	server := Start(t)
	server.MakeBucket(t, "bucket", Unversioned)
	server.SecretKey = "wrong"
	bucket, key := "bucket", "k"
	_, err := server.Client().GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if missing := new(types.NoSuchKey); err == nil || errors.As(err, &missing) {
		t.Errorf("GetObject with a wrong secret: %v, want it refused", err)
	}
}

func TestLaunchStops(t *testing.T) {
	server, stop, err := Launch()
	if errors.Is(err, ErrNoServer) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	stop()
	if resp, err := http.Get(server.Endpoint); err == nil {
		t.Errorf("the server answers %s after stop", resp.Status)
	}
}
