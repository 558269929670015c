package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"syscall"
	"testing"
	"time"

	"nayose"
	"nayose/job/internal/terminal"
)

func TestExitCodes(t *testing.T) {
	of := func(k nayose.Kind) error { return fmt.Errorf("p: %w", nayose.Fault(k, errors.New("x"), "")) }
	for name, c := range map[string]struct {
		err  error
		want int
	}{
		"nothing":                      {nil, 0},
		"a bug":                        {errors.New("x"), 1},
		"a missing object":             {fmt.Errorf("stat: %w", fs.ErrNotExist), 84},
		"an index too big to map":      {fmt.Errorf("map into memory: %w", syscall.ENOMEM), 67},
		"a full disk":                  {fmt.Errorf("write: %w", syscall.ENOSPC), 67},
		"a full disk under the store":  {nayose.Fault(nayose.Storage, syscall.ENOSPC, ""), 67},
		"a changed object":             {nayose.ErrChanged, 84},
		"a bug before all":             {deliveryErrors{of(nayose.Database), errors.New("x")}, 1},
		"what a retry can cure":        {deliveryErrors{of(nayose.Integrity), of(nayose.Database)}, 81},
		"63 before 64":                 {deliveryErrors{of(nayose.Access), of(nayose.Integrity)}, 63},
		"64 before 60":                 {deliveryErrors{of(nayose.Usage), of(nayose.Access)}, 64},
		"60 before 61":                 {deliveryErrors{of(nayose.Contract), of(nayose.Usage)}, 60},
		"61 before 67":                 {deliveryErrors{of(nayose.TooBig), of(nayose.Contract)}, 61},
		"67 before 62":                 {deliveryErrors{of(nayose.Held), of(nayose.TooBig)}, 67},
		"62 before 66":                 {deliveryErrors{of(nayose.Missing), of(nayose.Held)}, 62},
		"a failed summary beside them": {errors.Join(deliveryErrors{of(nayose.Held)}, syscall.ENOSPC), 67},
	} {
		var out strings.Builder
		if got := report(&out, c.err); got != c.want {
			t.Errorf("%s: exit code %d, want %d\n%s", name, got, c.want, out.String())
		}
		if lines := strings.Count(out.String(), "\n"); c.err != nil && lines != 2*len(each(c.err)) {
			t.Errorf("%s: %d lines, want two for each fault:\n%s", name, lines, out.String())
		}
	}
}

// TestEndedExplainsItsOwn checks that a signal or the deadline explains the errors that came of it, and no others.
func TestEndedExplainsItsOwn(t *testing.T) {
	for cause, want := range map[error]int{errSignal: 83, errDeadline: 67} {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)
		for _, err := range []error{fmt.Errorf("load: %w", context.Canceled), fmt.Errorf("match: %w", cause)} {
			f := faultOf(ended(ctx, err))
			if f.code != want {
				t.Errorf("%v after %v: exit code %d, want %d", err, cause, f.code, want)
			}
			if strings.Count(f.text, cause.Error()) != 1 {
				t.Errorf("%v after %v: %q does not say once what ended it", err, cause, f.text)
			}
		}
		before := nayose.Fault(nayose.Contract, errors.New("no such column"), "")
		if got := faultOf(ended(ctx, before)).code; got != 61 {
			t.Errorf("a broken contract before %v: exit code %d, want 61", cause, got)
		}
	}
}

// TestFullPlaceIsNamed: of the store and the directory of temporary files, the hint names the one that is full.
func TestFullPlaceIsNamed(t *testing.T) {
	t.Setenv("TMPDIR", "/scratch")
	for want, err := range map[string]error{
		"disk space: make room on the file system of /store, then": nayose.Fault(nayose.TooBig, syscall.ENOSPC, "make room on the file system of /store"),
		"disk space in TMPDIR, which is /scratch, then":            &fs.PathError{Op: "write", Path: "/scratch/nayose-1/a", Err: syscall.ENOSPC},
		"disk space where /reports/week.html is, then":             &fs.PathError{Op: "write", Path: "/reports/week.html", Err: syscall.ENOSPC},
		"disk space (TMPDIR is where stages write first), then":    syscall.EFBIG,
	} {
		if f := faultOf(fmt.Errorf("extract: %w", err)); f.code != 67 || !strings.Contains(f.hint, want) {
			t.Errorf("%v: exit code %d, hint %q, want one with %q", err, f.code, f.hint, want)
		}
	}
}

// TestEndOfAWaitSaysForWhat: what is missing is what a person must see to, whatever ended the wait.
func TestEndOfAWaitSaysForWhat(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errDeadline)
	j := &job{until: time.Now().Add(time.Hour)}
	log := &terminal.Log{Logger: slog.New(slog.DiscardHandler)}
	err := j.waiting(ctx, log, "the delivery", func() error { return fmt.Errorf("stat a.csv: %w", fs.ErrNotExist) })
	if f := faultOf(ended(ctx, err)); f.code != 67 || f.text != "wait for the delivery: stat a.csv: file does not exist: the deadline has passed" {
		t.Errorf("the wait ended with %+v", f)
	}
}

func TestMessagesKeepTheirLine(t *testing.T) {
	var out strings.Builder
	report(&out, errors.New("a header\nnayose: all is well\r\x1b[2K"))
	if got := strings.Count(out.String(), "\n"); got != 2 || strings.Contains(out.String(), "\x1b") {
		t.Errorf("a hostile message is printed as %q", out.String())
	}
}
