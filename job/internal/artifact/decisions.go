package artifact

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"nayose"
)

// Entry is what was appended to the log of decisions at once: those of one file. Each names the entry before it by its digest, so
// that none can be changed, taken out or put in between unseen.
//
//	decisions/1.json   {number: 1, previous: "",     source: "review-47.xlsx", decisions: […]}
//	decisions/2.json   {number: 2, previous: "8c1f…", source: "review-48.xlsx", decisions: […]}
type Entry struct {
	Number    int               `json:"number"`   // from 1
	Previous  string            `json:"previous"` // digest of the entry before; empty for the first
	Source    string            `json:"source"`   // the file that brought it, or what did
	SHA256    string            `json:"sha256"`   // of the file; empty where it was none
	Decisions []nayose.Decision `json:"decisions"`

	Digest string `json:"-"` // of the document, by which the next entry and plans name it
}

func entryKey(number int) string { return fmt.Sprintf("decisions/%d.json", number) }

// DecisionLog is the log of decisions as far as it was read, in the order in which they were settled. The zero value is one of which
// nothing was read yet.
type DecisionLog struct {
	Entries   int    // how many
	Digest    string // of the last entry, and by it of all; empty for an empty log
	Decisions []nayose.Decision

	entries []Entry
}

// logHint is what to do about a log that is not what it was: nothing else has what people settled.
const logHint = "bring the objects below decisions/ back from the bucket's versions or a backup; docs/operating.md says how to start them anew from exported text"

func damagedLog(err error) error { return nayose.Fault(nayose.Integrity, err, logHint) }

// ReadDecisions reads the first so many entries of the log, or all where entries is negative. The error is of kind nayose.Integrity
// where an entry is damaged, out of the chain, or not there.
func ReadDecisions(ctx context.Context, s nayose.Store, entries int) (DecisionLog, error) {
	var l DecisionLog
	err := l.Read(ctx, s, entries)
	return l, err
}

// Read reads on, until so many entries are read, or all that there are where entries is negative. It errs as ReadDecisions does.
func (l *DecisionLog) Read(ctx context.Context, s nayose.Store, entries int) error {
	for entries < 0 || l.Entries < entries {
		e, err := readEntry(ctx, s, l.Entries+1)
		switch {
		case missing(err) && entries < 0:
			return nil
		case missing(err):
			return damagedLog(fmt.Errorf("the log of decisions in %s has %d entries, and should have %d", s, l.Entries, entries))
		case err != nil:
			return err
		case e.Previous != l.Digest:
			return damagedLog(fmt.Errorf("%s/%s does not continue the entry before it", s, entryKey(l.Entries+1)))
		}
		l.add(e)
	}
	return nil
}

// readEntry reads one entry. The error is fs.ErrNotExist where the log has none of that number.
func readEntry(ctx context.Context, s nayose.Store, number int) (Entry, error) {
	var e Entry
	o, err := s.Stat(ctx, entryKey(number))
	if err != nil {
		return e, err
	}
	document, err := readDocument(ctx, s, o, &e)
	var fault *nayose.Error
	switch {
	case missing(err): // it was there a moment ago: this is not the end of the log
		return Entry{}, fmt.Errorf("read %s/%s: %w", s, o.Key, nayose.ErrChanged)
	case errors.As(err, &fault) && fault.Kind == nayose.Integrity:
		return Entry{}, damagedLog(fault.Err)
	case err != nil:
		return Entry{}, err
	}
	e.Digest = entryDigest(document)
	return e, nil
}

// entryDigest is of an entry's bytes without their seal, and so the same whatever fields later versions of nayose add.
func entryDigest(document []byte) string {
	sum := sha256.Sum256(document)
	return hex.EncodeToString(sum[:16])
}

func (l *DecisionLog) add(e Entry) {
	l.Entries, l.Digest = l.Entries+1, e.Digest
	l.Decisions = append(l.Decisions, e.Decisions...)
	l.entries = append(l.entries, e)
}

// Since are the entries after the first so many.
func (l *DecisionLog) Since(entries int) []Entry { return l.entries[min(entries, len(l.entries)):] }

// Pin names the log as it is; nil for an empty one.
func (l *DecisionLog) Pin() *nayose.LogPin {
	if l.Entries == 0 {
		return nil
	}
	return &nayose.LogPin{Entries: l.Entries, Digest: l.Digest}
}

// At is the log as it was at a pin; empty for nil. The error is of kind nayose.Integrity where the log, which must be read as far,
// holds something else.
func (l *DecisionLog) At(pin *nayose.LogPin) (DecisionLog, error) {
	var at DecisionLog
	if pin == nil {
		return at, nil
	}
	for _, e := range l.entries[:min(pin.Entries, len(l.entries))] {
		at.add(e)
	}
	if at.Digest != pin.Digest {
		return DecisionLog{}, damagedLog(fmt.Errorf("the log of decisions is not the one that was read before: entry %d of %d is not %s",
			pin.Entries, l.Entries, pin.Digest))
	}
	return at, nil
}

// About counts the decisions after a pin that are about a partner's mentions.
func (l *DecisionLog) About(partner string, after *nayose.LogPin) (n int) {
	known := 0
	if after != nil {
		known = after.Entries
	}
	for _, e := range l.Since(known) {
		for i := range e.Decisions {
			if e.Decisions[i].Mention.Partner == partner {
				n++
			}
		}
	}
	return n
}

// Last is the last decision about a mention, whatever it is, or nil.
func (l *DecisionLog) Last(mention nayose.ID) *nayose.Decision {
	for i := len(l.Decisions) - 1; i >= 0; i-- {
		if l.Decisions[i].Mention.ID == mention {
			return &l.Decisions[i]
		}
	}
	return nil
}

// AppendDecisions appends an entry after the log, of which the caller has read all, and returns the log with it. A file that the log
// has already, by its SHA-256, changes nothing, and neither do no decisions. The error is fs.ErrExist where somebody else's entry has
// come in between: read on and append after that. It is of kind nayose.Contract where a decision is none.
func AppendDecisions(
	ctx context.Context, s nayose.Store, after DecisionLog, source, sha256 string, ds []nayose.Decision,
) (DecisionLog, error) {
	known := func(e Entry) bool { return sha256 != "" && e.SHA256 == sha256 }
	if len(ds) == 0 || slices.ContainsFunc(after.entries, known) {
		return after, nil
	}
	for i := range ds {
		if err := CheckDecision(&ds[i]); err != nil {
			return after, nayose.Fault(nayose.Contract, fmt.Errorf("decision %d of %s: %w", i+1, source, err), "")
		}
	}
	e := Entry{Number: after.Entries + 1, Previous: after.Digest, Source: source, SHA256: sha256, Decisions: ds}
	document, err := documentOf(e)
	if err != nil {
		return after, err
	}
	if len(document)+sealSize > maxDocument {
		return after, nayose.Fault(nayose.TooBig, fmt.Errorf("the %d decisions of %s are more than an entry of the log holds", len(ds), source),
			"bring them in several files")
	}
	e.Digest = entryDigest(document)
	if err := createEntry(ctx, s, e); err != nil {
		return after, fmt.Errorf("append to the log of decisions: %w", err)
	}
	after.Decisions, after.entries = slices.Clip(after.Decisions), slices.Clip(after.entries) // the caller's stay as they are
	after.add(e)
	return after, nil
}

func createEntry(ctx context.Context, s nayose.Store, e Entry) error {
	err := createJSON(ctx, s, entryKey(e.Number), e)
	if !exists(err) {
		return err
	}
	// It may be our own write, whose acknowledgement was lost.
	standing, readErr := readEntry(ctx, s, e.Number)
	switch {
	case readErr != nil:
		return readErr
	case standing.Digest != e.Digest:
		return fs.ErrExist
	}
	return nil
}

// mostNote is how long a person's text may be, in characters; those of a mention and of companies are what they are.
const mostNote = 2000

// CheckDecision is an error, in words, where a decision is none: what it chose is unknown, it does not say who and when, its mention's
// id is not that of its content, or a text could not be stored or shown everywhere.
func CheckDecision(d *nayose.Decision) error {
	known := []nayose.Choice{nayose.ChoseCompany, nayose.ChoseNone, nayose.ChoseUnsure, nayose.TakenBack}
	switch {
	case !slices.Contains(known, d.Choice):
		return fmt.Errorf("the choice %q is none of %q", d.Choice, known)
	case d.Mention.Partner == "" || d.Mention.ID != d.Mention.Key():
		return fmt.Errorf("the mention's id %s is not that of what it says", d.Mention.ID)
	case (d.Choice == nayose.ChoseCompany) != (d.CompanyID != ""):
		return fmt.Errorf("the choice is %q, and the company %q", d.Choice, d.CompanyID)
	case d.By == "":
		return errors.New("it does not say who settled it")
	case d.At.IsZero() || d.At.Year() < 2000 || d.At.Year() > 9999:
		return fmt.Errorf("it was not settled at %s", d.At)
	}
	return checkTexts(d)
}

func checkTexts(d *nayose.Decision) error {
	words := []string{d.CompanyID, d.By, d.Round, d.Source}
	for i, name := range []string{"company_id", "by", "round", "source"} {
		if text := words[i]; text != strings.TrimSpace(text) || strings.ContainsFunc(text, nayose.Unprintable) {
			return fmt.Errorf("%s has a control character, or spaces around it", name)
		}
	}
	m := &d.Mention
	texts := []string{m.Partner, m.CompanyName, m.CompanyNameKana, m.WorkplaceName, m.Address, m.Phone, m.URL, m.CorporateNumber}
	for _, s := range d.Shown {
		texts = append(texts, s.CompanyID, s.Name, s.Address)
	}
	words = append(words, d.Note)
	for _, text := range words {
		if utf8.RuneCountInString(text) > mostNote {
			return fmt.Errorf("a text of more than %d characters", mostNote)
		}
	}
	for _, text := range append(texts, words...) {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return errors.New("a text is not UTF-8, or has a zero byte")
		}
	}
	return nil
}
