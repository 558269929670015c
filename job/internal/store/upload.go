package store

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"nayose"
)

// SignCreate implements nayose.Uploads. Size, checksum and the condition are headers that the signature covers, so that S3 refuses what
// has others: another size and a missing condition as a wrong signature (403), other bytes by their checksum (400), what stands there by the
// condition (412).
func (b *bucket) SignCreate(
	ctx context.Context, key string, content nayose.Content, valid time.Duration,
) (url string, headers map[string]string, err error) {
	if err := checkKey(key); err != nil {
		return "", nil, fmt.Errorf("sign %s: %w", b, err)
	}
	if content.Size > maxPut {
		err := fmt.Errorf("sign %s/%s: %d bytes are more than one request takes, %d", b, key, content.Size, maxPut)
		return "", nil, nayose.Fault(nayose.TooBig, err, "split the file")
	}
	signed, err := s3.NewPresignClient(b.client).PresignPutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.name, Key: b.key(key), ContentLength: &content.Size,
		IfNoneMatch: aws.String("*"), ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(content.SHA256[:])),
	}, s3.WithPresignExpires(valid))
	if err != nil {
		return "", nil, b.fault(ctx, "sign", key, err)
	}
	headers = map[string]string{}
	for name, values := range signed.SignedHeader {
		if name != "Host" {
			headers[name] = strings.Join(values, ",")
		}
	}
	return signed.URL, headers, nil
}

// Sum implements nayose.Uploads. Of an object that came in pieces S3 has only sums of these.
func (b *bucket) Sum(ctx context.Context, o nayose.Object) (sum [sha256.Size]byte, err error) {
	if err := checkPin(o); err != nil {
		return sum, fmt.Errorf("sum %s: %w", b, err)
	}
	in := &s3.HeadObjectInput{
		Bucket: &b.name, Key: b.key(o.Key), IfMatch: aws.String(`"` + o.ETag + `"`), ChecksumMode: types.ChecksumModeEnabled,
	}
	if o.Version != "" {
		in.VersionId = &o.Version
	}
	out, err := b.client.HeadObject(ctx, in)
	switch status(err) {
	case http.StatusNotFound:
		err = fs.ErrNotExist
	case http.StatusPreconditionFailed:
		err = nayose.ErrChanged
	}
	if err == nil {
		err = fs.ErrNotExist
		if taken, decodeErr := base64.StdEncoding.DecodeString(aws.ToString(out.ChecksumSHA256)); decodeErr == nil && len(taken) == len(sum) {
			return [sha256.Size]byte(taken), nil
		}
	}
	return sum, b.fault(ctx, "sum", o.Key, err)
}
