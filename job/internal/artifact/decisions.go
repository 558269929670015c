package artifact

import (
	"context"
	"fmt"

	"nayose"
)

// Entry is what was appended to the log of decisions at once: those of one file.
type Entry struct {
	Number    int               `json:"number"`   // from 1
	Previous  string            `json:"previous"` // digest of the entry before; empty for the first
	Source    string            `json:"source"`
	SHA256    string            `json:"sha256"` // of the file
	Decisions []nayose.Decision `json:"decisions"`
}

// DecisionLog is the log of decisions as far as it was read, in the order in which they were settled.
type DecisionLog struct {
	Entries   int    // how many
	Digest    string // of the last entry; empty for an empty log
	Decisions []nayose.Decision

	entries []Entry
}

// ReadDecisions reads the first so many entries of the log, or all where entries is negative.
func ReadDecisions(ctx context.Context, s nayose.Store, entries int) (l DecisionLog, err error) {
	for entries < 0 || l.Entries < entries {
		var e Entry
		err := readJSON(ctx, s, fmt.Sprintf("decisions/%d.json", l.Entries+1), &e)
		if missing(err) {
			return l, nil
		}
		if err != nil {
			return l, err
		}
		l.add(e)
	}
	return l, nil
}

func (l *DecisionLog) add(e Entry) {
	l.Entries, l.Digest = e.Number, Digest(e)
	l.Decisions = append(l.Decisions, e.Decisions...)
	l.entries = append(l.entries, e)
}

// Since are the entries after the first so many.
func (l *DecisionLog) Since(entries int) []Entry { return l.entries[min(entries, len(l.entries)):] }

// AppendDecisions appends an entry after the log, of which the caller has read all. A file that the log has already changes nothing. The
// error is fs.ErrExist where somebody else's entry has come in between.
func AppendDecisions(
	ctx context.Context, s nayose.Store, after DecisionLog, source, sha256 string, ds []nayose.Decision,
) (DecisionLog, error) {
	for _, e := range after.entries {
		if sha256 != "" && e.SHA256 == sha256 {
			return after, nil
		}
	}
	e := Entry{after.Entries + 1, after.Digest, source, sha256, ds}
	if err := createJSON(ctx, s, fmt.Sprintf("decisions/%d.json", e.Number), e); err != nil {
		return after, err
	}
	after.add(e)
	return after, nil
}
