package terminal

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestPlainProgress: where there is no terminal, who is silent for long is said to be at work, and for what is waited.
func TestPlainProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		log, err := NewLog(&out, "json")
		if err != nil {
			t.Fatal(err)
		}
		s := log.Spinner("load", "acme")
		s.Awaits("write postings")
		time.Sleep(speakEvery * 5 / 2)
		s.Done()
		time.Sleep(2 * speakEvery)
		const want = `"msg":"working","stage":"load","on":"acme","awaits":"write postings","seconds":20}`
		if lines := strings.Count(out.String(), "\n"); lines != 2 || !strings.Contains(out.String(), want) {
			t.Errorf("it says %q, want two lines, the second with %s", out.String(), want)
		}
		out.Reset()
		numbers := func(yield func(int, error) bool) {
			for i := range 4096 {
				if !yield(i, nil) {
					return
				}
			}
		}
		for n, err := range Counted(log.With("partner", "acme"), "match", "acme", 0, numbers) {
			if err != nil {
				t.Fatal(err)
			}
			if n == 2000 {
				time.Sleep(2 * speakEvery)
			}
		}
		if got := out.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"working","partner":"acme","stage":"match","rows":2048}`) {
			t.Errorf("while rows pass it says %q", got)
		}
	})
}

// TestBarsTogether: a bar may begin and end while another one is shown; lines come through at all times, and nothing hangs.
func TestBarsTogether(t *testing.T) {
	var out bytes.Buffer
	s := &screen{terminal: &out}
	l := &Log{screen: s}
	say := func(line string) {
		t.Helper()
		if _, err := io.WriteString(s, line+"\n"); err != nil {
			t.Error(err)
		}
	}
	for range 2 {
		say("before")
		outer := l.Spinner("load", "acme")
		inner := l.Progress("load", "acme", 10)
		inner.Add(3)
		say("both")
		outer.Done()
		say("alone")
		inner.Done()
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

func BenchmarkProgress(b *testing.B) {
	for name, log := range map[string]*Log{"plain": {}, "bar": {screen: &screen{terminal: io.Discard}}} {
		b.Run(name, func(b *testing.B) {
			p := log.Progress("load", "acme", int64(b.N))
			defer p.Done()
			for b.Loop() {
				p.Add(1)
			}
		})
	}
}
