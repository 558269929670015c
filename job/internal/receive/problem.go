package receive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"nayose"
)

// problem is an answer that something is wrong (RFC 9457). Code names it for programs, Action says what to do.
type problem struct {
	Type    string `json:"type"`
	Title   string `json:"title"`
	Status  int    `json:"status"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
	Action  string `json:"action"`
	Request string `json:"request"`

	headers map[string]string
}

func (p *problem) Error() string { return p.Detail }

func wrong(status int, code, detail, action string) *problem {
	return &problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail, Action: action}
}

// with is the problem with a header of its own.
func (p *problem) with(name, value string) *problem {
	p.headers = map[string]string{name: value}
	return p
}

var (
	unknownKey = wrong(http.StatusUnauthorized, "unknown-key", "the request shows no key that is known here",
		"send your key in the header x-api-key; ask for a new one if it was lost").with("WWW-Authenticate", `ApiKey header="x-api-key"`)
	noSuchPath = wrong(http.StatusNotFound, "not-found", "there is no such path for this key", "/openapi.yaml lists the paths; the partner in it must be your own")
	noReport   = wrong(http.StatusNotFound, "no-report", "there is no report of this delivery yet",
		"ask again after the delivery's state has become extracted")
	unsupportedType = wrong(http.StatusUnsupportedMediaType, "unsupported-type", "the content type is not one that is taken here",
		"send a file as it is, as text/csv or application/octet-stream, not as a form; send what is no file as application/json")
	tooSlow   = wrong(http.StatusRequestTimeout, "too-slow", "the body did not come in time", "send it again, or ask for an upload-url")
	cutOff    = wrong(http.StatusBadRequest, "cut-off", "the body ended before all of it had come", "send it again")
	emptyFile = wrong(http.StatusBadRequest, "empty-file", "the file is empty",
		"send the file; where there is nothing to deliver, a file that has its header only")
	busy = wrong(http.StatusTooManyRequests, "busy", fmt.Sprintf("more than %d files are being sent with your key at once", slotsEach),
		"send it again when one of them is through").with("Retry-After", "5")
	full = wrong(http.StatusServiceUnavailable, "unavailable", "too many files are being sent at once",
		"send the same request again").with("Retry-After", "10")
	unavailable = wrong(http.StatusServiceUnavailable, "unavailable", "the object store does not answer as it should",
		"send the same request again").with("Retry-After", "30")
	internal = wrong(http.StatusInternalServerError, "internal", "something is wrong on this side",
		"give the request id to those who run the service")
	directOnly = wrong(http.StatusNotImplemented, "direct-only", "the store behind this service signs no URLs", "send the file itself by PUT")
	completed  = wrong(http.StatusConflict, "completed", "the delivery is completed, and nothing more is taken",
		"deliver it with the next week, or have those who run the service take this one away")
	otherContent = wrong(http.StatusConflict, "other-content", "another content stands there already, and nothing is overwritten",
		"give the file the next number, or have those who run the service take the old one away")
)

func wrongMethod(allowed string) error {
	return wrong(http.StatusMethodNotAllowed, "wrong-method", "this path takes "+allowed+" only", "see /openapi.yaml").with("Allow", allowed)
}

func tooLarge(most int64) error {
	return wrong(http.StatusRequestEntityTooLarge, "too-large", fmt.Sprintf("the body has more than %d bytes", most),
		"ask for an upload-url and send the file there")
}

func closedWeek(first, last nayose.Week) error {
	return wrong(http.StatusNotFound, "closed-week", fmt.Sprintf("only the weeks %s to %s are open", first, last),
		"write the week as "+last.Last().String()+"; weeks begin on Monday in Japan")
}

func noSuchFile(most int) error {
	return wrong(http.StatusNotFound, "no-such-file", fmt.Sprintf("a delivery has the files 1 to %d", most), "number the files from 1 on, without leading zeros")
}

func badRequest(format string, args ...any) error {
	return wrong(http.StatusBadRequest, "bad-request", fmt.Sprintf(format, args...), "correct the request; /openapi.yaml has examples")
}

// notAsDeclared says of a delivery that it is not what was said to be complete.
func notAsDeclared(format string, args ...any) error {
	return wrong(http.StatusConflict, "not-as-declared", fmt.Sprintf(format, args...),
		"send what is missing, or correct the list, and complete the delivery again")
}

// problem is the answer to an error. What the client has not to do with is told in the log only.
func (s *Service) problem(c *call, err error) answer {
	var p *problem
	if !errors.As(err, &p) {
		p = internal
		if passing(err) {
			p = unavailable
		}
		s.Log.Error("request failed", "request", c.id, "error", err.Error())
	}
	told := *p
	told.Request = c.id
	a := answerJSON(told.Status, told)
	a.kind, a.headers = "application/problem+json", told.headers
	return a
}

// passing is whether the same request may go well later.
func passing(err error) bool {
	var fault *nayose.Error
	if errors.As(err, &fault) {
		return fault.Kind == nayose.Storage || fault.Kind == nayose.NotReady
	}
	return errors.Is(err, nayose.ErrChanged) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

func answerJSON(status int, value any) answer {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // the values are plain structs
	}
	return answer{status: status, kind: "application/json", body: b.Bytes()}
}
