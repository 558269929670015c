package terminal

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"nayose"
)

// TestNewLog: what is no terminal gets lines for programs, unless text is asked for, which is then without colours.
func TestNewLog(t *testing.T) {
	for format, want := range map[string]string{
		"auto": `"level":"INFO","msg":"done","partner":"acme","seconds":1.23456}`, "json": `"level":"INFO","msg":"done","partner":"acme","seconds":1.23456}`,
		"text": "INF done partner=acme seconds=1.235",
	} {
		var out bytes.Buffer
		log, err := NewLog(&out, format)
		if err != nil {
			t.Fatal(err)
		}
		log = log.With("partner", "acme")
		log.Info("done", "seconds", 1.23456)
		if got := out.String(); !strings.HasSuffix(got, want+"\n") || log.JSON != (format != "text") {
			t.Errorf("as %s, which is JSON: %v, it writes %q, want … %s", format, log.JSON, got, want)
		}
	}
	fault := &nayose.Error{}
	if _, err := NewLog(nil, "xml"); !errors.As(err, &fault) || fault.Kind != nayose.Usage {
		t.Errorf("NewLog(xml) = %v, want an error of kind Usage", err)
	}
}
