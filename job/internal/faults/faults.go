// Package faults breaks what nayose stands on, for tests: the object store and the connection to Postgres. The product knows
// nothing of it.
//
// Everything that a run asks of the outside is an operation: a Stat, an Open, a Read, a Create, a request to an S3 server, a
// round trip to Postgres. A Switch counts them and breaks the Nth in one of the ways that a Kind names:
//
//	undisturbed := new(faults.Switch)                       // counts only
//	run(faults.NewStore(s, undisturbed))                    // undisturbed.Count() operations
//	for n := range undisturbed.Count() {
//		broken := &faults.Switch{Nth: n + 1, Kind: faults.Lost}
//		run(faults.NewStore(s, broken))                     // operation n+1 is done, and reported as failed
//		run(s)                                              // and now everything must be as if nothing had been
//	}
//
// Store wraps a nayose.Store, Postgres stands before a server as a proxy, S3 before an S3 server. Where a fault is to end a process,
// Strike does it: it is called while the operation is under way and the other side waits.
//
// To break each of n operations takes n runs, and n more that mend what came of it; a switch adds the name of each operation to a list, and
// nothing else to what it lets through.
package faults

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// Kind is a way to break an operation.
type Kind string

// The kinds.
const (
	Refused Kind = "refused" // it is not done, and fails
	Lost    Kind = "lost"    // it is done, and reported as failed
	Cut     Kind = "cut"     // it breaks off in the middle: half of the bytes come, or arrive
	Stalled Kind = "stalled" // Strike is called, and nothing ever comes back
	Before  Kind = "before"  // Strike is called, and then the operation is done
	After   Kind = "after"   // the operation is done, and Strike is called before its answer comes back

	Denied Kind = "denied" // of a Store: access denied; of S3: the credentials have expired

	// Only of a Store:

	Echo    Kind = "echo"    // a Create is done, and said to find something there, as when its first answer was lost
	Changed Kind = "changed" // another object has come in its place
	Gone    Kind = "gone"    // the object is no longer there
	Short   Kind = "short"   // the bytes end early, and nobody complains
	Flipped Kind = "flipped" // a bit is another
)

// Switch counts operations and breaks one of them.
type Switch struct {
	Nth     int64 // which one, from 1; 0 for none
	Kind    Kind
	Lasting bool                        // and all that come after it
	Only    func(operation string) bool // counts these only; nil for all
	Strike  func()                      // what happens at the fault, for the kinds Stalled, Before and After

	count, struck atomic.Int64
	mu            sync.Mutex
	names         []string
}

// next counts an operation and says how it is to break; empty for not at all.
func (s *Switch) next(operation string) Kind {
	if s.Only != nil && !s.Only(operation) {
		return ""
	}
	s.mu.Lock()
	s.names = append(s.names, operation)
	s.mu.Unlock()
	n := s.count.Add(1)
	if s.Nth == 0 || n < s.Nth || n > s.Nth && !s.Lasting {
		return ""
	}
	s.struck.Add(1)
	return s.Kind
}

// Count is how many operations there were.
func (s *Switch) Count() int64 { return s.count.Load() }

// Struck is whether an operation was broken.
func (s *Switch) Struck() bool { return s.struck.Load() > 0 }

// Operations are the operations so far, such as "create plans/2026-W47/acme/1.json".
func (s *Switch) Operations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.names...)
}

// String is for messages.
func (s *Switch) String() string {
	lasting := ""
	if s.Lasting {
		lasting = " and all after it"
	}
	return fmt.Sprintf("%d%s %s", s.Nth, lasting, s.Kind)
}

func (s *Switch) strike() {
	if s.Strike != nil {
		s.Strike()
	}
}
