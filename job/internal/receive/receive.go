// Package receive lets partners deliver over HTTP: behind AWS API Gateway as a Lambda function, or as a server of its own.
//
// A partner has a key, and places that the config names: the files of this week's delivery and of a few weeks around it. It fills a place
// once, with a body of up to 4 MiB or by a URL that it gets for exactly this content and up to 5 GiB, and then completes the delivery
// with the sizes and the SHA-256 of all files, which makes it ready for the week's run.
//
//	PUT  /v1/deliveries/carejob/2026-W47/files/1              the file itself                             201
//	POST /v1/deliveries/carejob/2026-W47/files/2/upload-url   {"size": 812345678, "sha256": "9f86…"}      200, a URL of S3
//	POST /v1/deliveries/carejob/2026-W47/complete             {"files": [{"size": …, "sha256": …}, …]}    200
//	GET  /v1/deliveries/carejob/2026-W47                      how far the delivery is                     200
//	GET  /v1/deliveries/carejob/2026-W47/rejects.csv          what of it was not taken, and why           200
//
// Nothing that a client says becomes part of an object's name: of the partner's id, the week and the number a name is made only after
// each was found among those that there are. Nothing is listed, nothing is overwritten, and nothing is kept: a body is held in memory until the
// store has it, a Service knows nothing of the request before. So each request may be sent again, to this process or another: what stands
// there already with the same content is success.
//
// Who has no key learns nothing (401), who asks for another partner's place that there is none (404). What goes wrong is said as problem
// details (RFC 9457), with what to do about it. openapi.yaml has all of it.
//
// In reading order: receive.go, a request to its answer; place.go, the keys of objects; upload.go and complete.go, what is asked for; problem.go; and the
// two ways in, serve.go and lambda.go. A request costs a few operations of the store and the memory of its body, once as it came and once in the
// event where there is one; signing a URL asks the store nothing, completing a delivery asks it about each file.
package receive

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	_ "embed"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"nayose"
)

// MaxBody is how many bytes a file has that a partner sends here rather than to S3: what Lambda takes of an event, 6 MB, less what base64
// adds and a megabyte for all else.
const MaxBody = 4 << 20

// MaxFiles is how many files a delivery has at most.
const MaxFiles = 100

// Partner is one who may deliver.
type Partner struct {
	ID string
	// Keys are the SHA-256 of the keys that the partner may show. They are long and drawn at random, so that nothing slower is needed.
	Keys [][sha256.Size]byte
	// Files is how many files each delivery has; 0 where the partner may send 1 to MaxFiles.
	Files int
	// Place is the object's key of a week's n-th file, 1 ≤ n ≤ Files or MaxFiles.
	Place func(week nayose.Week, n int) string
	// Marker is the key of the object that makes a week's delivery complete; empty where it is when all files are there.
	Marker func(week nayose.Week) string
}

// Status is how far a delivery is.
type Status struct {
	Partner string      `json:"partner"`
	Week    nayose.Week `json:"week"`
	State   State       `json:"state"`
	Files   []File      `json:"files"` // those that are there
	Counts  *Counts     `json:"counts,omitempty"`
}

// State is a step on a delivery's way.
type State string

// The states of a delivery, each after the one before.
const (
	Open      State = "open"      // files are missing, or it is not completed
	Received  State = "received"  // it is complete, and waits for the week's run
	Planned   State = "planned"   // a run has taken it; where it stays so, it is held or refused
	Extracted State = "extracted" // its records are read: Counts
	Matched   State = "matched"   // its employers are looked up
)

// File is a file that was received.
type File struct {
	Number   int       `json:"number"`
	Size     int64     `json:"size"`
	Received time.Time `json:"received"`
}

// Counts say what became of a delivery's records: Records = Accepted + Rejected + Duplicates + Deletions.
type Counts struct {
	Records    int64 `json:"records"`
	Accepted   int64 `json:"accepted"`
	Rejected   int64 `json:"rejected"`
	Duplicates int64 `json:"duplicates"`
	Deletions  int64 `json:"deletions"`
}

// Service answers requests. Its fields are set once, before the first.
type Service struct {
	Partners []Partner
	Input    nayose.Store
	Log      *slog.Logger
	// Status says how far a partner's delivery of a week is. It need not name Partner and Week.
	Status func(ctx context.Context, partner string, week nayose.Week) (Status, error)
	// Rejects is the report of a delivery's rejects as CSV. The error is fs.ErrNotExist as long as there is none.
	Rejects func(ctx context.Context, partner string, week nayose.Week) ([]byte, error)
	// Today is the day in Japan, around which the weeks are open: nayose.Today.
	Today func() nayose.Date

	slots slots
}

// route is a path, and what is done there by one method.
type route struct {
	method, path string
	do           func(*Service, *call) (answer, error)
}

const delivery = "/v1/deliveries/{partner}/{week}"

// routes are all paths that there are, a method each. Those below /v1/ need a key.
var routes = []route{
	{http.MethodGet, "/health", (*Service).health},
	{http.MethodGet, "/openapi.yaml", (*Service).describe},
	{http.MethodGet, delivery, (*Service).status},
	{http.MethodGet, delivery + "/rejects.csv", (*Service).rejects},
	{http.MethodPost, delivery + "/complete", (*Service).complete},
	{http.MethodPut, delivery + "/files/{number}", (*Service).upload},
	{http.MethodPost, delivery + "/files/{number}/upload-url", (*Service).uploadURL},
}

// call is a request on its way, and what its line in the log says of it.
type call struct {
	*http.Request
	w       http.ResponseWriter
	id      string
	route   *route   // nil for a path that there is not
	partner *Partner // nil as long as no key was found right
	week    nayose.Week
	number  int
	bytes   int64 // of the file
}

// answer is what a request gets.
type answer struct {
	status  int
	kind    string // content type
	body    []byte
	headers map[string]string
}

// requestTime ends what a request asks of the store, before the server ends the request.
const requestTime = 90 * time.Second

// ServeHTTP implements http.Handler.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	ctx, cancel := context.WithTimeout(r.Context(), requestTime)
	defer cancel()
	c := &call{Request: r.WithContext(ctx), w: w, id: requestID(r)}
	a, err := s.answer(c)
	if err != nil {
		a = s.problem(c, err)
	}
	head := w.Header()
	head.Set("Content-Type", a.kind)
	head.Set("Cache-Control", "no-store")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("X-Request-Id", c.id)
	for name, value := range a.headers {
		head.Set(name, value)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // the client may have gone
	s.record(c, a.status, time.Since(began))
}

// answer finds who asks and for what, in this order, and does it. A panic is answered like any fault.
func (s *Service) answer(c *call) (a answer, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	if strings.HasPrefix(c.URL.Path, "/v1/") {
		if c.partner = s.partnerOf(c.Header.Get("X-Api-Key")); c.partner == nil {
			return answer{}, unknownKey
		}
	}
	if c.route = find(c); c.route == nil {
		return answer{}, noSuchPath
	}
	if c.Method != c.route.method {
		return answer{}, wrongMethod(c.route.method)
	}
	if c.partner != nil {
		if err := s.locate(c); err != nil {
			return answer{}, err
		}
	}
	return c.route.do(s, c)
}

// find is the route of a path, whose values the request then has. Nothing is tidied: where an element is empty or leads up, it is
// compared as it is, and is neither a route's word nor, in locate, a value that there is.
func find(c *call) *route {
	have := strings.Split(c.URL.Path, "/")
	for i := range routes {
		want := strings.Split(routes[i].path, "/")
		if !slices.EqualFunc(want, have, func(want, have string) bool { return want == have || strings.HasPrefix(want, "{") }) {
			continue
		}
		for i, part := range want {
			if name, isValue := strings.CutPrefix(part, "{"); isValue {
				c.SetPathValue(strings.TrimSuffix(name, "}"), have[i])
			}
		}
		return &routes[i]
	}
	return nil
}

// partnerOf is whose key it is, nil where it is nobody's. All keys are compared, each in the same time, so that how long it takes tells nothing.
func (s *Service) partnerOf(key string) (found *Partner) {
	sum := sha256.Sum256([]byte(key))
	for i := range s.Partners {
		for _, known := range s.Partners[i].Keys {
			if subtle.ConstantTimeCompare(sum[:], known[:]) == 1 && key != "" {
				found = &s.Partners[i]
			}
		}
	}
	return found
}

// requestID is the gateway's id of a request, by which its log has it, else one drawn at random.
func requestID(r *http.Request) string {
	if id, ok := r.Context().Value(idKey{}).(string); ok {
		return id
	}
	var id [8]byte
	_, _ = rand.Read(id[:]) // it never fails
	return hex.EncodeToString(id[:])
}

// idKey is where a context has the gateway's id of a request.
type idKey struct{}

// record writes the request's one line: who and what, never the path as it came, a body or a key.
func (s *Service) record(c *call, status int, took time.Duration) {
	fields := []any{"request", c.id, "status", status, "seconds", took.Seconds()}
	if c.route != nil {
		fields = append(fields, "method", c.route.method, "path", c.route.path)
	}
	if c.partner != nil {
		fields = append(fields, "partner", c.partner.ID)
	}
	if (c.week != nayose.Week{}) {
		fields = append(fields, "week", c.week.String())
	}
	if c.number > 0 {
		fields = append(fields, "file", c.number)
	}
	if c.bytes > 0 {
		fields = append(fields, "bytes", c.bytes)
	}
	s.Log.Info("request", fields...)
}

// health says that the process answers. It asks nothing of the store, whose faults each request tells.
func (s *Service) health(*call) (answer, error) {
	return answerJSON(http.StatusOK, map[string]string{"status": "ok"}), nil
}

//go:embed openapi.yaml
var openAPI []byte

func (s *Service) describe(*call) (answer, error) {
	return answer{status: http.StatusOK, kind: "application/yaml", body: openAPI}, nil
}
