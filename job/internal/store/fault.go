package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"nayose"
)

// fault words an error of S3: `stat s3://bucket/key: …`, with the kind that tells what to do.
func (b *bucket) fault(ctx context.Context, op, key string, err error) error {
	if ctx.Err() != nil && !errors.Is(err, ctx.Err()) {
		err = fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return fmt.Errorf("%s s3://%s/%s: %w", op, b.name, *b.key(key), b.classify(ctx, inBrief(err)))
}

// brief is an error of the SDK in the words that help.
type brief struct {
	text string
	err  error
}

func (b *brief) Error() string { return b.text }
func (b *brief) Unwrap() error { return b.err }

// inBrief keeps of the SDK's words what S3 said, with the id by which AWS finds the request, or else what became of the
// request or of the search for credentials.
func inBrief(err error) error {
	var answer *awshttp.ResponseError
	var api smithy.APIError
	var send *url.Error
	var credentials *credentialsError
	switch {
	case errors.As(err, &credentials):
		return &brief{credentials.Error(), err}
	case errors.As(err, &answer) && errors.As(err, &api):
		return &brief{fmt.Sprintf("%s: %s (HTTP %d, request %s)",
			api.ErrorCode(), api.ErrorMessage(), answer.HTTPStatusCode(), answer.ServiceRequestID()), err}
	case errors.As(err, &send):
		return &brief{send.Error(), err}
	}
	return err
}

// classify gives an error its kind, by what S3 or the SDK says. The errors that nayose.Store names pass as they are,
// and so does the end of the caller's own context.
func (b *bucket) classify(ctx context.Context, err error) error {
	var known *nayose.Error
	var credentials *credentialsError
	switch code := code(err); {
	case ctx.Err() != nil, errors.As(err, &known),
		errors.Is(err, fs.ErrExist), errors.Is(err, fs.ErrNotExist), errors.Is(err, nayose.ErrChanged):
		return err
	case code == "NoSuchKey", code == "NoSuchVersion":
		return fs.ErrNotExist
	case code == "NoSuchBucket", errors.Is(err, errNoBucket):
		return nayose.Fault(nayose.Usage, err, fmt.Sprintf("create the bucket %s, or correct the store's url", b.name))
	case status(err) == http.StatusMovedPermanently, code == "AuthorizationHeaderMalformed":
		return nayose.Fault(nayose.Usage, err, fmt.Sprintf("set the region of the bucket %s: s3.region or AWS_REGION", b.name))
	case errors.As(err, &credentials):
		return nayose.Fault(nayose.Access, err, "give nayose AWS credentials: a role, AWS_PROFILE, or AWS_ACCESS_KEY_ID")
	case denied[code], status(err) == http.StatusUnauthorized:
		return nayose.Fault(nayose.Access, err, "renew or correct the AWS credentials, and check the machine's clock")
	case status(err) == http.StatusForbidden:
		return nayose.Fault(nayose.Access, err, "check the AWS credentials, and that their role has s3:GetObject, "+
			"s3:GetObjectVersion and s3:PutObject (to erase, s3:DeleteObject) on "+b.String()+"/*, its KMS key, and s3:ListBucket on the bucket "+
			"(without it what is missing looks forbidden)")
	case strings.Contains(err.Error(), "checksum did not match"): // the SDK's error has no type that we could name
		return nayose.Fault(nayose.Integrity, err, "the object is damaged: have it delivered or written again")
	}
	return nayose.Fault(nayose.Storage, err, "")
}

// denied are the codes of credentials that are wrong or no longer right. S3 sends some of them with status 400, of
// which a HEAD, having no body, leaves BadRequest.
var denied = map[string]bool{
	"BadRequest":   true,
	"ExpiredToken": true, "ExpiredTokenException": true, "InvalidToken": true, "TokenRefreshRequired": true,
	"InvalidAccessKeyId": true, "SignatureDoesNotMatch": true, "RequestTimeTooSkewed": true,
}

// status is the HTTP status of S3's answer, 0 where there was none.
func status(err error) int {
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) {
		return response.HTTPStatusCode()
	}
	return 0
}

// code is the error code of S3's answer, empty where there was none.
func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// credentialsError marks an error of finding credentials, which the SDK does not tell from one of the network.
type credentialsError struct{ err error }

func (e *credentialsError) Error() string        { return "find AWS credentials: " + e.err.Error() }
func (e *credentialsError) Unwrap() error        { return e.err }
func (e *credentialsError) RetryableError() bool { return false } // the SDK's providers have tried before

// credentialsFinder marks the errors of a provider of credentials.
type credentialsFinder struct{ aws.CredentialsProvider }

// Retrieve implements aws.CredentialsProvider.
func (f credentialsFinder) Retrieve(ctx context.Context) (aws.Credentials, error) {
	c, err := f.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		err = &credentialsError{err}
	}
	return c, err
}
