package receive

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"
	"unicode/utf8"

	"nayose"
)

// Lambda answers the invocations that AWS Lambda has for this process, one after the other, until ctx ends: the runtime API of version
// 2018-06-01 at api, which is what AWS_LAMBDA_RUNTIME_API says. Its events are requests of an API Gateway REST API.
func Lambda(ctx context.Context, api string, h http.Handler) error {
	runtime := "http://" + api + "/2018-06-01/runtime/invocation/"
	for {
		err := invoked(ctx, runtime, h)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return nayose.Fault(nayose.NotReady, fmt.Errorf("lambda runtime api: %w", err), "")
		}
	}
}

// invoked waits for an invocation and answers it. An event that is no request is an error of that invocation.
func invoked(ctx context.Context, runtime string, h http.Handler) error {
	head, event, err := exchange(ctx, http.MethodGet, runtime+"next", nil)
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // what has begun is answered
	id := head.Get("Lambda-Runtime-Aws-Request-Id")
	if ms, err := strconv.ParseInt(head.Get("Lambda-Runtime-Deadline-Ms"), 10, 64); err == nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, time.UnixMilli(ms).Add(-answerTime))
		defer cancel()
	}
	answer, verdict := handle(ctx, event, h), "/response"
	if answer == nil {
		answer, verdict = map[string]string{"errorType": "Event", "errorMessage": "the event is no request of an API Gateway REST API"}, "/error"
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	_, _, err = exchange(context.WithoutCancel(ctx), http.MethodPost, runtime+url.PathEscape(id)+verdict, text)
	return err
}

// answerTime is kept of an invocation's time for the answer.
const answerTime = time.Second

// client waits for an invocation as long as it takes, and goes around no proxy.
var client = &http.Client{Transport: &http.Transport{}}

// exchange sends a request to the runtime API and reads the answer.
func exchange(ctx context.Context, method, url string, body []byte) (http.Header, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	answer, err := client.Do(r)
	if err != nil {
		return nil, nil, err
	}
	b, err := io.ReadAll(answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err == nil && answer.StatusCode/100 != 2 {
		err = fmt.Errorf("%s: %s", url, answer.Status)
	}
	return answer.Header, b, err
}

// gatewayEvent is a request as a REST API's Lambda proxy integration hands it over.
type gatewayEvent struct {
	Method  string              `json:"httpMethod"`
	Path    string              `json:"path"`
	Headers map[string][]string `json:"multiValueHeaders"`
	Body    string              `json:"body"`
	Base64  bool                `json:"isBase64Encoded"`
	Context struct {
		ID string `json:"requestId"`
	} `json:"requestContext"`
}

// gatewayAnswer is the answer as the integration takes it.
type gatewayAnswer struct {
	Status  int                 `json:"statusCode"`
	Headers map[string][]string `json:"multiValueHeaders"`
	Body    string              `json:"body"`
	Base64  bool                `json:"isBase64Encoded"`
}

// plainID is what an id must be to stand in the log.
var plainID = regexp.MustCompile(`^[0-9A-Za-z-]{1,64}$`)

// handle has the handler answer an event; nil where the event is no request.
func handle(ctx context.Context, text []byte, h http.Handler) any {
	var event gatewayEvent
	if err := json.Unmarshal(text, &event); err != nil || event.Method == "" || event.Path == "" {
		return nil
	}
	body := []byte(event.Body)
	if event.Base64 {
		var err error
		if body, err = base64.StdEncoding.DecodeString(event.Body); err != nil {
			return nil
		}
	}
	if plainID.MatchString(event.Context.ID) {
		ctx = context.WithValue(ctx, idKey{}, event.Context.ID)
	}
	r := (&http.Request{
		Method: event.Method, URL: &url.URL{Path: event.Path}, Header: http.Header{}, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}).WithContext(ctx)
	for name, values := range event.Headers {
		for _, value := range values {
			r.Header.Add(name, value)
		}
	}
	w := &held{header: http.Header{}}
	h.ServeHTTP(w, r)
	return w.answer()
}

// held is an answer that is held in memory.
type held struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (w *held) Header() http.Header         { return w.header }
func (w *held) WriteHeader(status int)      { w.status = status }
func (w *held) Write(b []byte) (int, error) { return w.body.Write(b) }

// mostText is how long an answer may be that goes as a text: its escapes make it up to six times as long, and Lambda takes 6 MB.
const mostText = 1_000_000

func (w *held) answer() gatewayAnswer {
	a := gatewayAnswer{Status: w.status, Headers: w.header, Body: w.body.String()}
	if w.body.Len() >= mostText || !utf8.ValidString(a.Body) {
		a.Body, a.Base64 = base64.StdEncoding.EncodeToString(w.body.Bytes()), true
	}
	return a
}
