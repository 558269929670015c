package faults

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
)

// S3 stands between a client and an S3 server. An operation is a request: "PUT /bucket/key".
type S3 struct {
	Endpoint string

	broken *Switch
	server *httptest.Server
	proxy  *httputil.ReverseProxy
}

// NewS3 starts a proxy before the server at the endpoint.
func NewS3(endpoint string, broken *Switch) (*S3, error) {
	to, err := url.Parse(endpoint)
	if err != nil {
		return nil, err
	}
	s := &S3{broken: broken, proxy: &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host // which is signed
		},
		Transport: &http.Transport{DisableCompression: true},
		ErrorLog:  log.New(io.Discard, "", 0),
	}}
	s.server = httptest.NewServer(s)
	s.Endpoint = s.server.URL
	return s, nil
}

// Close ends the proxy.
func (s *S3) Close() {
	s.server.CloseClientConnections()
	s.server.Close()
}

// ServeHTTP implements http.Handler.
func (s *S3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch kind := s.broken.next(r.Method + " " + r.URL.Path); kind {
	case Refused:
		w.WriteHeader(http.StatusServiceUnavailable)
	case Denied:
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>ExpiredToken</Code><Message>injected</Message></Error>`)
	case Stalled:
		s.broken.strike()
		_, _ = io.Copy(io.Discard, r.Body) // so that the client's going away is noticed
		<-r.Context().Done()
	case Lost, After:
		answer := httptest.NewRecorder()
		s.proxy.ServeHTTP(answer, r)
		if kind == Lost {
			panic(http.ErrAbortHandler)
		}
		s.broken.strike()
		send(w, answer, answer.Body.Len())
	case Cut:
		answer := httptest.NewRecorder()
		s.proxy.ServeHTTP(answer, r)
		send(w, answer, answer.Body.Len()/2)
		panic(http.ErrAbortHandler)
	case Before:
		s.broken.strike()
		fallthrough
	default:
		s.proxy.ServeHTTP(w, r)
	}
}

// send passes an answer on, and of its body so many bytes.
func send(w http.ResponseWriter, answer *httptest.ResponseRecorder, n int) {
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()[:n])
	if f, ok := w.(http.Flusher); ok && n < answer.Body.Len() {
		f.Flush()
	}
}
