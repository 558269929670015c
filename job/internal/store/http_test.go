package store

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"
)

// quiet is the log of HTTP servers whose handlers break connections on purpose.
var quiet = log.New(io.Discard, "", 0)

// listen is the URL of an HTTP server for the time of a test.
func listen(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewUnstartedServer(handler)
	s.Config.ErrorLog = quiet
	s.Start()
	t.Cleanup(s.Close)
	return s.URL
}

// refuse answers as S3 answers what it refuses.
func refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<Error><Code>%s</Code><Message>refused</Message></Error>", code) // the client may have gone
}
