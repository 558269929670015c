package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/store"
	"nayose/job/internal/terminal"
)

// settledBy is a decision of a person about an employer of that name.
func settledBy(by, name string) nayose.Decision {
	d := nayose.Decision{
		Mention: nayose.Mention{Partner: "p", CompanyName: name}, Choice: nayose.ChoseNone, By: by, At: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC),
		Note: "<確認> & 済",
	}
	d.Mention.ID = d.Mention.Key()
	return d
}

// asText is what export writes of decisions.
func asText(t testing.TB, ds ...nayose.Decision) []byte {
	t.Helper()
	var b bytes.Buffer
	j := &job{out: io.Discard, stdout: &b, log: &terminal.Log{Logger: slog.New(slog.DiscardHandler)}, settled: artifact.DecisionLog{Decisions: ds}}
	if err := j.exportLog("-"); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestImportsOfLogsAtOnce: somebody else's entry comes between reading the log and appending to it. What that one brought is not brought
// twice.
func TestImportsOfLogsAtOnce(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(t.Context(), dir, store.S3Options{})
	if err != nil {
		t.Fatal(err)
	}
	late := &job{store: s, out: io.Discard}
	if err := late.settled.Read(t.Context(), s, -1); err != nil {
		t.Fatal(err)
	}
	a, b, c := settledBy("戸田", "アカネ"), settledBy("戸田", "アオ"), settledBy("戸田", "キイ")
	for _, part := range [][]nayose.Decision{{a}, {a, b}} {
		name := filepath.Join(dir, "text")
		if err := os.WriteFile(name, asText(t, part...), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := (&job{store: s, out: io.Discard}).importLog(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(dir, "late")
	if err := os.WriteFile(name, asText(t, c, b, b, a), 0o666); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	late.out = &said
	if err := late.importLog(t.Context(), name); err != nil || !bytes.HasPrefix(said.Bytes(), []byte("1 of 4 decisions imported")) {
		t.Errorf("importLog: %v, %s", err, &said)
	}
	log, err := artifact.ReadDecisions(t.Context(), s, -1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]nayose.Decision{a, b, c}, log.Decisions); diff != "" || log.Entries != 3 {
		t.Errorf("the log has %d entries (-want +got):\n%s", log.Entries, diff)
	}
}

func TestLackingDecisions(t *testing.T) {
	a := settledBy("戸田", "アカネ")
	for _, other := range []func(*nayose.Decision){
		func(d *nayose.Decision) { *d = settledBy("戸田", "アオ") },
		func(d *nayose.Decision) { d.Choice = nayose.TakenBack },
		func(d *nayose.Decision) { d.Choice, d.CompanyID = nayose.ChoseCompany, "1" },
		func(d *nayose.Decision) { d.By = "阿部" },
		func(d *nayose.Decision) { d.At = d.At.Add(time.Nanosecond) },
	} {
		b := a
		other(&b)
		if got := lacking([]nayose.Decision{a}, []nayose.Decision{a, b, b}); !cmp.Equal(got, []nayose.Decision{b}) {
			t.Errorf("lacking = %v, want only %v", got, b)
		}
	}
	b := a // the same decision
	b.Note, b.At = "", a.At.In(time.FixedZone("JST", 9*3600))
	if got := lacking([]nayose.Decision{a}, []nayose.Decision{b}); got != nil {
		t.Errorf("lacking = %v, want none", got)
	}
}

// FuzzParseDecisions: what is taken is a decision a line, and is written as it was read.
func FuzzParseDecisions(f *testing.F) {
	f.Add(asText(f, settledBy("戸田", "アカネ"), settledBy("阿部", "アオ")))
	f.Add([]byte("\n\r\n{}\n"))
	f.Add([]byte(`{"choice":"none"} {"choice":"none"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		ds, err := parseDecisions(text)
		if err != nil {
			return
		}
		for i := range ds {
			if err := artifact.CheckDecision(&ds[i]); err != nil {
				t.Errorf("parseDecisions took what is none: %v", err)
			}
		}
		again, err := parseDecisions(asText(t, ds...))
		if err != nil {
			t.Fatal(err)
		}
		want, _ := json.Marshal(ds)
		if got, _ := json.Marshal(again); !bytes.Equal(want, got) {
			t.Errorf("read again %s, want %s", got, want)
		}
	})
}
