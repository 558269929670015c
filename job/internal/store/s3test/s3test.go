// Package s3test runs a real S3 server for tests: versitygw, an S3 gateway over a directory, as a process of its own on
// a free port of the loopback interface. It checks signatures, checksums and conditions, and keeps versions, as S3
// does; it is up in about 50 ms, so a test may have one to itself.
//
//	server := s3test.Start(t)
//	server.MakeBucket(t, "deliveries", s3test.Versioned)
//	s, err := store.Open(ctx, "s3://deliveries/2026", store.S3Options{Endpoint: server.Endpoint, PathStyle: true})
//
// The server is built from the version that tools.mod pins, once, into the build cache. A test binary with one server
// for all its tests, or with scripts that start other programs, launches it in TestMain and hands the environment on:
//
//	server, stop, err := s3test.Launch()
//	defer stop()
//	cmd.Env = append(os.Environ(), server.Environ()...)
//
// The process dies with the test binary, even one that was killed; its directory under the temporary directory then
// stays behind.
package s3test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Server is a running server and the credentials that it accepts.
type Server struct {
	Endpoint  string // http://127.0.0.1:port
	AccessKey string
	SecretKey string
}

// Region is the only one that the server answers for.
const Region = "us-east-1"

// Whether a bucket keeps the versions that are overwritten.
const (
	Versioned   = true
	Unversioned = false
)

// ErrNoServer means that the server could not be built, as without a network and with an empty module cache.
var ErrNoServer = errors.New("versitygw cannot be built")

// Start launches a server that stops with the test. Where the server cannot be built the test is skipped, in CI (the
// environment variable of that name is set) it fails.
func Start(t testing.TB) Server {
	t.Helper()
	server, stop, err := Launch()
	if errors.Is(err, ErrNoServer) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return server
}

// Launch starts a server with no bucket in it; stop kills it and removes its data. The error is ErrNoServer where the
// server cannot be built.
func Launch() (server Server, stop func(), err error) {
	binary, err := build()
	if err != nil {
		return Server{}, nil, err
	}
	dir, err := os.MkdirTemp("", "s3test-")
	if err != nil {
		return Server{}, nil, err
	}
	// Another process may take the free port before the server does, so a server that does not come up is tried again.
	for range 3 {
		var kill func()
		if server, kill, err = launch(binary, dir); err == nil {
			return server, func() { kill(); _ = os.RemoveAll(dir) }, nil // a temporary directory
		}
	}
	return Server{}, nil, errors.Join(err, os.RemoveAll(dir))
}

// build is the server's binary. `go tool -n` builds it where the cache does not hold it, and says where it stands.
var build = sync.OnceValues(func() (string, error) {
	mod, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("%w: go env GOMOD: %w", ErrNoServer, err)
	}
	cmd := exec.Command("go", "tool", "-n", "-modfile=tools.mod", "versitygw")
	cmd.Dir = filepath.Dir(strings.TrimSpace(string(mod)))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%w: %w: %s", ErrNoServer, err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(string(out)), nil
})

// launch starts the server on a free port and waits until it accepts connections.
func launch(binary, dir string) (server Server, kill func(), err error) {
	address, err := freeAddress()
	if err != nil {
		return Server{}, nil, err
	}
	data, versions := filepath.Join(dir, "data"), filepath.Join(dir, "versions")
	for _, d := range []string{data, versions} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return Server{}, nil, err
		}
	}
	server = Server{Endpoint: "http://" + address, AccessKey: "s3test", SecretKey: "s3test-secret"}
	cmd := exec.Command(binary, "--quiet", "--keep-alive", "--port", address, "posix", "--versioning-dir", versions, data)
	cmd.Env = []string{"ROOT_ACCESS_KEY=" + server.AccessKey, "ROOT_SECRET_KEY=" + server.SecretKey}
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output

	exited, err := start(cmd)
	if err != nil {
		return Server{}, nil, err
	}
	kill = func() { _ = cmd.Process.Kill(); <-exited } // it may have gone already
	if up := awaitListener(address, exited); !up {
		kill()
		return Server{}, nil, fmt.Errorf("versitygw on %s did not come up: %s", address, output.String())
	}
	return server, kill, nil
}

// start runs cmd so that it dies with this process. Linux sends a child its death signal when the thread that started
// it ends, so the thread is kept until the child is gone.
func start(cmd *exec.Cmd) (exited chan struct{}, err error) {
	started := make(chan error)
	exited = make(chan struct{})
	go func() {
		runtime.LockOSThread()
		diesWithParent(cmd)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // killed by us
		}
		close(exited)
	}()
	return exited, <-started
}

// awaitListener waits for a server to accept connections, and gives up when it exits or takes ten seconds.
func awaitListener(address string, exited chan struct{}) bool {
	for range 1000 {
		if conn, err := net.Dial("tcp", address); err == nil {
			return conn.Close() == nil
		}
		select {
		case <-exited:
			return false
		case <-time.After(10 * time.Millisecond):
		}
	}
	return false
}

// freeAddress is a loopback address that nobody listens on just now.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }() // nothing was written
	return l.Addr().String(), nil
}

// Environ is the server as the environment variables by which every AWS SDK and the aws command find it.
func (s Server) Environ() []string {
	return []string{
		"AWS_ENDPOINT_URL_S3=" + s.Endpoint,
		"AWS_ACCESS_KEY_ID=" + s.AccessKey,
		"AWS_SECRET_ACCESS_KEY=" + s.SecretKey,
		"AWS_REGION=" + Region,
		"AWS_EC2_METADATA_DISABLED=true",
	}
}

// Client is a plain client of the server, for what a test does behind the program's back.
func (s Server) Client() *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: &s.Endpoint,
		UsePathStyle: true,
		Region:       Region,
		Credentials:  credentials.NewStaticCredentialsProvider(s.AccessKey, s.SecretKey, ""),
	})
}

// CreateBucket makes an empty bucket that keeps versions or does not.
func (s Server) CreateBucket(ctx context.Context, name string, versioned bool) error {
	client := s.Client()
	if _, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name}); err != nil {
		return err
	}
	if !versioned {
		return nil
	}
	_, err := client.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{
		Bucket:                  &name,
		VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})
	return err
}

// MakeBucket is CreateBucket for tests: an error ends the test.
func (s Server) MakeBucket(t testing.TB, name string, versioned bool) {
	t.Helper()
	if err := s.CreateBucket(t.Context(), name, versioned); err != nil {
		t.Fatal(err)
	}
}

// Put writes an object, over what stands there, as a partner does.
func (s Server) Put(t testing.TB, bucket, key, content string) {
	t.Helper()
	_, err := s.Client().PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: &bucket, Key: &key, Body: strings.NewReader(content), ContentLength: aws.Int64(int64(len(content))),
	})
	if err != nil {
		t.Fatal(err)
	}
}
