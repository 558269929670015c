package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"nayose"
)

// Exit codes are an interface: schedulers decide by them whether to try again. 6x needs a person, 8x is worth a retry.
const (
	exitDone = 0
	exitBug  = 1 // 2 is the Go runtime's own, after a panic
)

// exits gives each kind of error its code and what to do where the error itself has no better hint.
var exits = map[nayose.Kind]struct {
	code int
	hint string
}{
	nayose.Bug:       {exitBug, "this is a bug in nayose: keep the logs and report it"},
	nayose.Usage:     {60, "see nayose --help"},
	nayose.Contract:  {61, "ask the partner, or change the partner's mapping in the config"},
	nayose.Held:      {62, "look at the delivery, and have the partner send it again, or let it through once with nayose approve"},
	nayose.Integrity: {63, "nothing was loaded; keep the object store as it is and look at the manifests named above"},
	nayose.Access:    {64, "check the credentials and what they are allowed to do"},
	nayose.Missing:   {66, "run the missing shards, then this stage again"},
	nayose.TooBig:    {67, "give the job more disk, memory or time"},
	nayose.Storage:   {80, "check that the object store is up and reachable, then run the same command again"},
	nayose.Database:  {81, "check that Postgres is up and reachable, then run the same command again"},
	nayose.Busy:      {82, "another run is at work; run the same command again when it has ended"},
	nayose.Stopped:   {83, "run the same command again: finished stages are kept"},
	nayose.NotReady:  {84, "run the same command again later"},
}

// severity orders the codes of several deliveries: the week's code is the first one here that any delivery has. What a
// retry can cure comes before what it cannot, since the retry finishes the rest.
var severity = []int{exitBug, 83, 82, 81, 84, 80, 63, 64, 60, 61, 67, 62, 66}

// deliveryErrors are the errors of a week's deliveries; each holds only its own delivery.
type deliveryErrors []error

func (e deliveryErrors) Error() string {
	texts := make([]string, len(e))
	for i, err := range e {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "; ")
}

// errSignal and errDeadline are the causes for which a run ends itself.
var (
	errSignal   = errors.New("stopped by a signal")
	errDeadline = errors.New("the deadline has passed")
)

// ended gives an error that came of the context's end the kind of its cause, and leaves any other as it is: what failed
// before the signal came still says so.
func ended(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	if err == nil || cause == nil || !errors.Is(err, ctx.Err()) && !errors.Is(err, cause) {
		return err
	}
	if !errors.Is(err, cause) {
		err = endedError{err, cause}
	}
	switch cause {
	case errSignal:
		return nayose.Fault(nayose.Stopped, err, "")
	case errDeadline:
		return nayose.Fault(nayose.TooBig, err, "raise --deadline, or find out what was slow: the log has each stage's seconds")
	}
	return err
}

// endedError says why the context ended where its error says that it did; what was being done then is all that counts of the rest.
type endedError struct{ err, cause error }

func (e endedError) Error() string {
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if before, _, found := strings.Cut(e.err.Error(), end.Error()); found {
			return before + e.cause.Error()
		}
	}
	return e.err.Error() + ": " + e.cause.Error()
}

func (e endedError) Unwrap() []error { return []error{e.err, e.cause} }

// classify is the kind of an error: its own where a package gave it one, else what can be told from its cause.
func classify(err error) (kind nayose.Kind, hint string) {
	var fault *nayose.Error
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EFBIG), errors.Is(err, syscall.EDQUOT):
		return nayose.TooBig, "free or add disk space" + placeOf(err) + ", then run the same command again"
	case errors.Is(err, syscall.ENOMEM):
		return nayose.TooBig, "give the job more memory, then run the same command again"
	case errors.As(err, &fault):
		return fault.Kind, fault.Hint
	case errors.Is(err, nayose.ErrChanged):
		return nayose.NotReady, "the file was replaced while the job ran; run the same command again to take the new one"
	case errors.Is(err, fs.ErrNotExist):
		return nayose.NotReady, "the object is missing; put it there, then run the same command again"
	case errors.Is(err, context.DeadlineExceeded):
		return nayose.NotReady, "something took too long to answer; run the same command again"
	}
	return nayose.Bug, ""
}

// placeOf names what is full, as far as the error tells: a store says so itself, a file by its path.
func placeOf(err error) string {
	var fault *nayose.Error
	var path *fs.PathError
	switch {
	case errors.As(err, &fault) && fault.Kind == nayose.TooBig && fault.Hint != "":
		return ": " + fault.Hint
	case errors.As(err, &path) && strings.HasPrefix(path.Path, os.TempDir()):
		return " in TMPDIR, which is " + os.TempDir()
	case errors.As(err, &path):
		return " where " + path.Path + " is"
	}
	return " (TMPDIR is where stages write first)"
}

// report writes the two lines that a person gets about each error, the fault and what to do, and returns the exit code.
func report(w io.Writer, err error) int {
	if err == nil {
		return exitDone
	}
	for _, e := range each(err) {
		f := faultOf(e)
		fmt.Fprintf(w, "nayose: %s\n  hint: %s\n", f.text, f.hint)
	}
	return codeOf(err)
}

// codeOf is the exit code of an error, which may be of several deliveries.
func codeOf(err error) int {
	if err == nil {
		return exitDone
	}
	codes := map[int]bool{}
	for _, e := range each(err) {
		codes[faultOf(e).code] = true
	}
	for _, code := range severity {
		if codes[code] {
			return code
		}
	}
	return exitBug
}

// each takes an error apart into those that a person gets two lines about.
func each(err error) []error {
	switch e := err.(type) {
	case deliveryErrors:
		return e
	case interface{ Unwrap() []error }:
		var all []error
		for _, part := range e.Unwrap() {
			all = append(all, each(part)...)
		}
		return all
	}
	return []error{err}
}

// fault is an error as it is reported.
type fault struct {
	code       int
	text, hint string
}

func faultOf(err error) fault {
	kind, hint := classify(err)
	return fault{exits[kind].code, nayose.OneLine(err.Error()), nayose.OneLine(cmp.Or(hint, exits[kind].hint))}
}
