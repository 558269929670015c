package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/logging"

	"nayose"
)

// patience says how often a request is tried, and a broken read is taken up, and how long is waited for what.
type patience struct {
	attempts   int           // tries of a request, and connections for one object's content
	maxBackoff time.Duration // between tries: a random part of 1, 2, 4 … s up to this
	connect    time.Duration // for a connection
	answer     time.Duration // for the answer to a request that is sent
	idle       time.Duration // for a single byte to move, either way
}

// patient rides out a burst of 503 and a restart of a gateway (15 s on average, 30 s at most), and leaves what lasts
// longer to the next run.
var patient = patience{
	attempts: 5, maxBackoff: 20 * time.Second, connect: 5 * time.Second, answer: 30 * time.Second, idle: time.Minute,
}

// backoff is how long to wait before the next try, which it counts.
func (p patience) backoff() retry.BackoffDelayerFunc {
	delayer := retry.NewExponentialJitterBackoff(p.maxBackoff)
	return func(attempt int, err error) (time.Duration, error) {
		retries.Add(1)
		return delayer.BackoffDelay(attempt, err)
	}
}

// wait sleeps before the n-th try after the first, counted from 1.
func (p patience) wait(ctx context.Context, n int) error {
	delay, err := p.backoff()(n-1, nil)
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(delay):
		return nil
	}
}

// retries counts the requests of this process that were sent again, and the reads that were taken up.
var retries atomic.Int64

// Retries is how many requests of this process were sent again, or reads taken up where they broke.
func Retries() int64 { return retries.Load() }

// openBucket makes the client of a bucket. It reads the SDK's settings, and nothing from the network.
func openBucket(ctx context.Context, name, prefix string, o S3Options, p patience) (*bucket, error) {
	usage := func(err error, hint string) (*bucket, error) {
		return nil, nayose.Fault(nayose.Usage, fmt.Errorf("open s3://%s/%s: %w", name, prefix, err), hint)
	}
	if o.Endpoint != "" && !isEndpoint(o.Endpoint) {
		return usage(fmt.Errorf("endpoint %q is not a URL", o.Endpoint), "an endpoint is such as https://s3.example.com:9000")
	}
	cfg, err := config.LoadDefaultConfig(ctx,
		config.WithHTTPClient(httpClient(p)),
		config.WithLogger(logging.Nop{}),
		config.WithRetryer(func() aws.Retryer { return retryer(p) }))
	if err != nil {
		return usage(err, "correct the AWS settings: AWS_PROFILE, AWS_CA_BUNDLE, ~/.aws/config")
	}
	if client, ok := cfg.HTTPClient.(*awshttp.BuildableClient); ok {
		cfg.HTTPClient = client.Freeze() // else AWS_DEFAULTS_MODE would put another dialer in the place of ours
	}
	client := s3.NewFromConfig(cfg, func(so *s3.Options) { configure(so, o) })
	if client.Options().Region == "" {
		return usage(errors.New("no region"), "set s3.region or AWS_REGION")
	}
	return &bucket{client: client, name: name, prefix: prefix, patience: p}, nil
}

func isEndpoint(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}

// configure lays our options over those of the SDK.
func configure(so *s3.Options, o S3Options) {
	if o.Endpoint != "" {
		so.BaseEndpoint = &o.Endpoint
	}
	if o.Region != "" {
		so.Region = o.Region
	}
	if so.Region == "" && so.BaseEndpoint != nil {
		so.Region = "us-east-1"
	}
	so.UsePathStyle = o.PathStyle
	so.Credentials = credentialsFinder{so.Credentials}
}

// retryer is the SDK's standard one. A conflict of conditional writes is retried like any passing fault: it means that
// a rival's PUT is under way, and the next try sees what came of it. So is 429, by which servers other than AWS's ask for patience.
func retryer(p patience) aws.Retryer {
	standard := retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = p.attempts
		o.Backoff = p.backoff()
		o.Retryables = append([]retry.IsErrorRetryable{
			retry.RetryableHTTPStatusCode{Codes: map[int]struct{}{http.StatusTooManyRequests: {}}},
		}, o.Retryables...)
	})
	return retry.AddWithErrorCodes(standard, "ConditionalRequestConflict", "OperationAborted")
}

// httpClient is the SDK's, with an end to every wait.
func httpClient(p patience) *awshttp.BuildableClient {
	dialer := net.Dialer{Timeout: p.connect}
	return awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.TLSHandshakeTimeout = p.connect
		t.ResponseHeaderTimeout = p.answer
		t.IdleConnTimeout = p.idle / 2 // before the guard does it the hard way
		t.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dialer.DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return guarded{conn, p.idle}, nil
		}
	})
}

// guarded is a connection that breaks when nothing moves on it for a while, either way: the transport reads all the
// while that it sends a body, so that a read that waits does not say that the peer is dead.
type guarded struct {
	net.Conn
	idle time.Duration
}

func (g guarded) Read(p []byte) (int, error) {
	if err := g.SetDeadline(time.Now().Add(g.idle)); err != nil {
		return 0, err
	}
	return g.Conn.Read(p)
}

func (g guarded) Write(p []byte) (int, error) {
	if err := g.SetDeadline(time.Now().Add(g.idle)); err != nil {
		return 0, err
	}
	return g.Conn.Write(p)
}
