package receive

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
	"mime"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"nayose"
)

// urlTime is how long a signed URL may be used to begin an upload; one that is under way then goes on.
const urlTime = 15 * time.Minute

// maxUpload is the largest object of a single PUT of S3.
const maxUpload = 5 << 30

// maxRequest bounds what is read of a request that is no file: a hundred files are listed in 11 KB.
const maxRequest = 64 << 10

// declared is a file's content as a partner says it.
type declared struct {
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // 64 hexadecimal digits
}

func declare(c nayose.Content) declared { return declared{c.Size, hex.EncodeToString(c.SHA256[:])} }

// content is what is declared, where it can be a file's.
func (d declared) content() (nayose.Content, error) {
	sum, err := hex.DecodeString(d.SHA256)
	switch {
	case err != nil || len(sum) != sha256.Size:
		return nayose.Content{}, badRequest("sha256 has %d hexadecimal digits, as sha256sum prints it", 2*sha256.Size)
	case d.Size < 1 || d.Size > maxUpload:
		return nayose.Content{}, badRequest("size is the file's in bytes, from 1 to %d", int64(maxUpload))
	}
	return nayose.Content{Size: d.Size, SHA256: [sha256.Size]byte(sum)}, nil
}

// stored is what stands in a file's place.
type stored struct {
	Number int `json:"number"`
	declared
}

// upload puts the body into the file's place, whole or not at all.
func (s *Service) upload(c *call) (answer, error) {
	if !isFile(c.Header.Get("Content-Type")) {
		return answer{}, unsupportedType
	}
	if c.ContentLength > MaxBody {
		return answer{}, tooLarge(MaxBody)
	}
	free, err := s.slots.take(c.partner.ID)
	if err != nil {
		return answer{}, err
	}
	defer free()
	body, err := readBody(c, MaxBody)
	if err != nil {
		return answer{}, err
	}
	if len(body) == 0 {
		return answer{}, emptyFile
	}
	content := nayose.Content{Size: int64(len(body)), SHA256: sha256.Sum256(body)}
	c.bytes = content.Size
	told := stored{c.number, declare(content)}
	there, err := s.holds(c.Context(), c.key(), content)
	if err == nil && !there {
		if err = s.stillOpen(c); err == nil {
			there, err = s.create(c.Context(), c.key(), body, content)
		}
	}
	switch {
	case err != nil:
		return answer{}, err
	case there:
		return answerJSON(http.StatusOK, told), nil
	}
	return answerJSON(http.StatusCreated, told), nil
}

// create makes the object. That it stood there already with the same content, as after an answer that was lost, is no error.
func (s *Service) create(ctx context.Context, key string, body []byte, content nayose.Content) (there bool, err error) {
	if _, err = s.Input.Create(ctx, key, bytes.NewReader(body)); errors.Is(err, fs.ErrExist) {
		return s.holds(ctx, key, content)
	}
	return false, err
}

// signedURL is where and how a file is to be sent.
type signedURL struct {
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	Expires time.Time         `json:"expires"`
}

// uploadURL signs a URL for exactly the content that the partner declares, in exactly this place.
func (s *Service) uploadURL(c *call) (answer, error) {
	uploads, ok := s.Input.(nayose.Uploads)
	if !ok {
		return answer{}, directOnly
	}
	var asked declared
	if err := readJSON(c, &asked); err != nil {
		return answer{}, err
	}
	content, err := asked.content()
	if err != nil {
		return answer{}, err
	}
	c.bytes = content.Size
	if _, err := s.Input.Stat(c.Context(), c.key()); err == nil {
		return answer{}, otherContent
	} else if !errors.Is(err, fs.ErrNotExist) {
		return answer{}, err
	}
	if err := s.stillOpen(c); err != nil {
		return answer{}, err
	}
	url, headers, err := uploads.SignCreate(c.Context(), c.key(), content, urlTime)
	if err != nil {
		return answer{}, err
	}
	return answerJSON(http.StatusOK, signedURL{http.MethodPut, url, headers, time.Now().Add(urlTime).UTC().Truncate(time.Second)}), nil
}

// stillOpen is a problem where the delivery was completed.
func (s *Service) stillOpen(c *call) error {
	if c.marker() == "" {
		return nil
	}
	_, err := s.Input.Stat(c.Context(), c.marker())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = completed
	}
	return err
}

// maxRead is how much of an object is read for its SHA-256 where the store has none.
const maxRead = 64 << 20

// holds is whether this content stands at key: false where nothing does, and a problem where something else does.
func (s *Service) holds(ctx context.Context, key string, want nayose.Content) (bool, error) {
	o, err := s.Input.Stat(ctx, key)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if o.Size != want.Size {
		return false, otherContent
	}
	sum, err := s.sum(ctx, o)
	if err == nil && sum != want.SHA256 {
		err = otherContent
	}
	return err == nil, err
}

// sum is an object's SHA-256: the store's own, or of a small object what reading it gives.
func (s *Service) sum(ctx context.Context, o nayose.Object) (sum [sha256.Size]byte, err error) {
	if uploads, ok := s.Input.(nayose.Uploads); ok {
		if sum, err = uploads.Sum(ctx, o); !errors.Is(err, fs.ErrNotExist) {
			return sum, err
		}
	}
	if o.Size > maxRead {
		return sum, notAsDeclared("of %d bytes that were not sent through this service no checksum is known", o.Size)
	}
	r, err := s.Input.Open(ctx, o)
	if err != nil {
		return sum, err
	}
	h := sha256.New()
	_, err = io.Copy(h, r)
	return [sha256.Size]byte(h.Sum(nil)), errors.Join(err, r.Close())
}

// isFile is whether a body of this content type is a file as it is, and not a form around it.
func isFile(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	switch {
	case contentType == "":
		return true
	case err != nil || kind == "application/x-www-form-urlencoded":
		return false
	}
	return strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "application/")
}

// readBody reads a request's body, and says of what goes wrong what it means to the client.
func readBody(c *call, most int64) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.Body, most))
	var large *http.MaxBytesError
	switch {
	case err == nil:
		return body, nil
	case errors.As(err, &large):
		return nil, tooLarge(most)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, tooSlow
	}
	return nil, cutOff
}

// readJSON reads a request that is JSON, and nothing but what it should be.
func readJSON(c *call, value any) error {
	if kind, _, err := mime.ParseMediaType(c.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return unsupportedType
	}
	body, err := readBody(c, maxRequest)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(value); err != nil {
		return badRequest("the body is not the JSON that is wanted here")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return badRequest("something follows the JSON")
	}
	return nil
}

// How many files are taken at once, each of which is held in memory: by a partner, so that none is in another's way, and in all.
const (
	slotsEach = 4
	slotsAll  = 32
)

// slots counts the files that are being taken.
type slots struct {
	mu   sync.Mutex
	each map[string]int
	all  int
}

// take counts one in until it is freed.
func (s *slots) take(partner string) (free func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.each[partner] >= slotsEach:
		return nil, busy
	case s.all >= slotsAll:
		return nil, full
	}
	if s.each == nil {
		s.each = map[string]int{}
	}
	s.each[partner]++
	s.all++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.each[partner]--
		s.all--
	}, nil
}

func (d declared) String() string { return fmt.Sprintf("%d bytes, SHA-256 %s", d.Size, d.SHA256) }
