package artifact

import (
	"context"
	"fmt"

	"nayose"
)

// DecisionLog is the log of decisions as far as it was read, in the order in which they were settled.
type DecisionLog struct {
	Entries   int    // how many
	Digest    string // of the last entry; empty for an empty log
	Decisions []nayose.Decision
}

// ReadDecisions reads the first so many entries of the log, or all where entries is negative.
func ReadDecisions(ctx context.Context, s nayose.Store, entries int) (l DecisionLog, err error) {
	for entries < 0 || l.Entries < entries {
		var e struct {
			Number    int               `json:"number"`
			Previous  string            `json:"previous"`
			Source    string            `json:"source"`
			SHA256    string            `json:"sha256"`
			Decisions []nayose.Decision `json:"decisions"`
		}
		err := readJSON(ctx, s, fmt.Sprintf("decisions/%d.json", l.Entries+1), &e)
		if missing(err) {
			return l, nil
		}
		if err != nil {
			return l, err
		}
		l.Entries, l.Digest = e.Number, Digest(e)
		l.Decisions = append(l.Decisions, e.Decisions...)
	}
	return l, nil
}
