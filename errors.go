package nayose

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what an operator can do about an error. The command turns it into an exit code, in one place.
type Kind int

// The kinds of error. What a retry can cure stands apart from what needs a person.
const (
	Bug       Kind = iota // nayose's own fault
	Usage                 // flags, config, an unknown partner, a missing migration
	Contract              // the input is not what the mapping says
	Held                  // a guard holds the delivery for a person
	Integrity             // counts or checksums disagree
	Access                // access denied
	Missing               // shards of a stage are missing
	TooBig                // too big for this machine, or its own deadline passed
	Storage               // the object store fails; a retry may cure it
	Database              // Postgres fails; a retry may cure it
	Busy                  // another run holds the lock
	Stopped               // a signal stopped the run
	NotReady              // network, secret or files not ready yet
)

// Error is an error with its kind and, where there is something particular to do about it, a hint: what to do next,
// in one line.
type Error struct {
	Kind Kind
	Err  error
	Hint string
}

// Fault wraps err with its kind and a hint, which may be empty.
func Fault(kind Kind, err error, hint string) error { return &Error{kind, err, hint} }

// Error is the wrapped error's text.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap is the wrapped error.
func (e *Error) Unwrap() error { return e.Err }

// ErrChanged means that an object is not the one that was looked at before.
var ErrChanged = errors.New("the object has changed since it was looked at")

// Count says in a message how many there are of something: 1 posting, 2 matches, 0 companies, 3 days.
func Count[N int | int64](n N, one string) string {
	stem, isY := strings.CutSuffix(one, "y")
	switch {
	case n == 1:
		return fmt.Sprint(n, " ", one)
	case isY && !strings.HasSuffix(stem, "a"):
		return fmt.Sprint(n, " ", stem, "ies")
	case strings.HasSuffix(one, "ch"):
		return fmt.Sprint(n, " ", one, "es")
	}
	return fmt.Sprint(n, " ", one, "s")
}
