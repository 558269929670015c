package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nayose"
)

// TestPlainProgress: where there is no terminal, who is silent for long is said to be at work, and for what is waited.
func TestPlainProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		log, err := newLogger(&out, "json")
		noError(t, err)
		p := log.patience(log.Logger, "load", "acme")
		p.awaits("write postings")
		time.Sleep(speakEvery / 2)
		if out.Len() > 0 {
			t.Errorf("after a moment it says %q", out.String())
		}
		time.Sleep(2 * speakEvery)
		p.done()
		time.Sleep(2 * speakEvery)
		const want = `"msg":"working","stage":"load","on":"acme","awaits":"write postings","seconds":20}`
		if lines := strings.Count(out.String(), "\n"); lines != 2 || !strings.Contains(out.String(), want) {
			t.Errorf("it says %q, want two lines, the second with %s", out.String(), want)
		}
		out.Reset()
		n := 0
		for _, err := range counted(log, log.Logger, "match", "acme", 0, seqOf(make([]int, 4096))) {
			noError(t, err)
			if n++; n == 2000 {
				time.Sleep(2 * speakEvery)
			}
		}
		if got := out.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"working","stage":"match","rows":2048}`) {
			t.Errorf("while rows pass it says %q", got)
		}
	})
}

// TestBarsTogether: a bar may begin and end while another one is shown; lines come through at all times, and nothing hangs.
func TestBarsTogether(t *testing.T) {
	var out bytes.Buffer
	s := &screen{terminal: &out}
	l := &logger{screen: s}
	say := func(line string) {
		t.Helper()
		if _, err := io.WriteString(s, line+"\n"); err != nil {
			t.Error(err)
		}
	}
	for range 2 {
		say("before")
		outer := l.patience(nil, "load", "acme")
		inner := l.progress(nil, "load", "acme", 10)
		inner.add(3)
		say("both")
		outer.done()
		say("alone")
		inner.done()
		say("none")
	}
	for _, line := range []string{"before", "both", "alone", "none"} {
		if strings.Count(out.String(), line) != 2 {
			t.Errorf("%q does not stand twice on the terminal: %q", line, out.String())
		}
	}
	if s.bars != nil || s.shown != 0 {
		t.Errorf("%d bars are left", s.shown)
	}
}

// TestWatchedStore: what passes through it is what is there, errors are the store's, and a reader that is closed twice ends its bar once.
func TestWatchedStore(t *testing.T) {
	dir := t.TempDir()
	j := newTestJob(t, dir)
	if _, ok := j.store.(filer); !ok {
		t.Error("a watched directory has no files to map")
	}
	content := bytes.Repeat([]byte("0123456789abcdef"), large/16)
	j.log.screen = &screen{terminal: io.Discard}
	o, err := j.store.Create(t.Context(), "big", bytes.NewReader(content))
	noError(t, err)
	r, err := j.store.Open(t.Context(), o)
	noError(t, err)
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, content) {
		t.Errorf("read %d bytes, %v; want the %d that were written", len(got), err, len(content))
	}
	if j.log.screen.shown != 1 {
		t.Errorf("%d bars while it is read, want 1", j.log.screen.shown)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	_ = r.Close()
	if j.log.screen.shown != 0 {
		t.Errorf("%d bars are left", j.log.screen.shown)
	}
	if _, err := j.store.Open(t.Context(), nayose.Object{Key: "none", ETag: "x", Size: large}); !isMissing(err) {
		t.Errorf("Open of nothing: %v", err)
	}
}
