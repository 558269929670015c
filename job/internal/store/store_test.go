package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nayose"
	"nayose/job/internal/store/s3test"
)

// server is the S3 server of this package's tests; noServer says why there is none.
var (
	server   s3test.Server
	noServer error
)

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

// run runs the tests with a server, and with the SDK's settings from nowhere but here.
func run(m *testing.M) int {
	var stop func()
	if server, stop, noServer = s3test.Launch(); noServer == nil {
		defer stop()
	}
	for _, setting := range append(server.Environ(), "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null") {
		name, value, _ := strings.Cut(setting, "=")
		if err := os.Setenv(name, value); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

// needServer skips a test that has no server to talk to; in CI it fails.
func needServer(t *testing.T) {
	t.Helper()
	switch {
	case noServer == nil:
	case errors.Is(noServer, s3test.ErrNoServer) && os.Getenv("CI") == "":
		t.Skip(noServer)
	default:
		t.Fatal(noServer)
	}
}

// hasty waits for nothing that a test would have to wait for.
var hasty = patience{
	attempts: 5, maxBackoff: time.Millisecond, connect: 5 * time.Second, answer: 20 * time.Second, idle: 20 * time.Second,
}

func TestOpenURL(t *testing.T) {
	t.Setenv("AWS_REGION", "ap-northeast-1")
	cwd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string]string{
		"s3://nayose-feeds":                       "s3://nayose-feeds",
		"s3://nayose-feeds/":                      "s3://nayose-feeds",
		"s3://nayose.feeds-1/prod/求人/":            "s3://nayose.feeds-1/prod/求人",
		"/var/lib/nayose":                         "/var/lib/nayose",
		"file:///var/lib/nayose/":                 "/var/lib/nayose",
		"file://localhost/var/%E6%B1%82%E4%BA%BA": "/var/求人",
		"var/store":                               filepath.Join(cwd, "var/store"),
		".":                                       cwd,
	} {
		s, err := Open(t.Context(), url, S3Options{})
		if err != nil {
			t.Errorf("Open(%q): %v", url, err)
		} else if s.String() != want {
			t.Errorf("Open(%q) = %s, want %s", url, s, want)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, url := range []string{
		"", "s3://", "s3:///key", "s3://B", "s3://Bucket/x", "s3://user:secret@bucket/x", "s3://bucket//x", "s3://bucket/../x",
		"s3://bucket/a\nb", "gs://bucket/x", "https://bucket.s3.amazonaws.com/x", "file://otherhost/x", "file://", "file://x",
		"file:///x?y", "://x",
	} {
		s, err := Open(t.Context(), url, S3Options{Region: "us-east-1"})
		wantKind(t, fmt.Sprintf("Open(%q)", url), err, nayose.Usage)
		if s != nil {
			t.Errorf("Open(%q) = %v beside an error", url, s)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("Open(%q): %q tells the password", url, err)
		}
	}
}

var refusedKeys = []string{
	"", ".", "..", "/", "/etc/passwd", "../x", "a/../x", "a/..", "a/./b", "a//b", "a/", "./a",
	"a\x00b", "a\nb", "a\x7fb", "a\u0085b", "a\xffb", strings.Repeat("x", maxKey+1),
}

// FuzzKey checks that no key which is let through leads out of the directory or of the prefix.
func FuzzKey(f *testing.F) {
	for _, key := range append(refusedKeys, "a", "a/b", "in/2026-W47/求人.csv", "...", "a/...b", `a\..\b`) {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		if checkKey(key) != nil {
			return
		}
		root := dir("/store")
		path := root.path(key)
		if back, err := filepath.Rel(root.String(), path); err != nil || filepath.ToSlash(back) != key || !filepath.IsLocal(back) {
			t.Errorf("key %q stands at %q, which is %q below the store, %v", key, path, back, err)
		}
		b := &bucket{name: "bucket", prefix: "prefix"}
		if got := *b.key(key); got != "prefix/"+key {
			t.Errorf("key %q stands at %q in the bucket", key, got)
		}
		if strings.ContainsAny(key, "\x00\r\n\x1b") {
			t.Errorf("key %q has control characters", key)
		}
	})
}

func TestKeysThatAreRefused(t *testing.T) {
	for _, key := range refusedKeys {
		if checkKey(key) == nil {
			t.Errorf("checkKey(%q) lets it through", key)
		}
	}
	for _, key := range []string{"a", "a/b/c.json", "...", "a b", "求人/①.csv", strings.Repeat("x", maxKey)} {
		if err := checkKey(key); err != nil {
			t.Errorf("checkKey(%q): %v", key, err)
		}
	}
}
