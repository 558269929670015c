package matcher

import (
	"context"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"sync"

	"nayose"
	"nayose/matcher/internal/index"
	"nayose/matcher/internal/reading"
)

// Master is the company master in the form that matching reads: an index of flat arrays, in memory or mapped from a file. It is
// not changed after Build or Open and safe for concurrent use.
type Master struct{ *index.Index }

// MasterVersion rises when Build would make something else of the same companies: another layout, or another reading of names and
// addresses.
const MasterVersion = index.Version

// Build reads every company and makes them a master. Companies are prepared on every core; the result depends on the set of
// companies alone. companies is drawn from another goroutine than the caller's. A company id that comes twice is an
// error of kind nayose.Contract.
func Build(companies iter.Seq2[nayose.Company, error], _ ...iter.Seq2[nayose.Workplace, error]) (*Master, error) {
	b := index.NewBuilder()
	if err := inOrder(context.Background(), companies, describe, b.Add); err != nil {
		return nil, err
	}
	x, err := b.Finish(sameCity)
	if err != nil {
		return nil, err
	}
	return &Master{x}, nil
}

// Open maps a file that WriteTo wrote into memory, and reads next to nothing of it; the file may be closed. A file that is none, of another version of
// nayose, cut short or too long is an error of kind nayose.Integrity; what lies between its ends only Check reads. The
// master must be closed.
func Open(f *os.File) (*Master, error) {
	x, err := index.Open(f)
	if err != nil {
		return nil, err
	}
	return &Master{x}, nil
}

// WriteTo writes the master as Open reads it: the same bytes for the same companies in any order.
func (m *Master) WriteTo(w io.Writer) (int64, error) { return m.Index.WriteTo(w) }

// Check reads the whole master and verifies that it is what Build makes. A fault is an error of kind nayose.Integrity.
func (m *Master) Check() error { return m.Index.Check() }

// Close gives the memory of an opened master back; nothing may match with it afterwards.
func (m *Master) Close() error { return m.Index.Close() }

// readers are never reset: what they have read stays good for as long as an entry holds it.
var readers = sync.Pool{New: func() any { return new(reading.Reader) }}

func describe(c *nayose.Company, e *index.Entry) {
	r := readers.Get().(*reading.Reader)
	defer readers.Put(r)
	name := r.Registered(c.Name)
	*e = index.Entry{
		ID: c.ID, Successor: c.SuccessorID, Closed: c.ClosedOn != 0, Corporate: r.CorporateNumber(c.ID) == c.ID,
		Name: called(index.Registered, &name), Glyphs: reading.Glyphs(c.Name), Kana: r.Kana(c.NameKana), Spelled: r.SpelledOut(&name),
		Phone: r.Phone(c.Phone), Domain: r.Domain(c.URL),
		Office: placed(r.Address(c.Prefecture, c.Address)),
	}
	e.Others = appendNames(r, e.Others, index.Former, c.FormerNames)
	e.Others = appendNames(r, e.Others, index.Alias, c.Aliases)
	e.Others = appendNames(r, e.Others, index.English, c.NameEnglish)
	for a := range strings.SplitSeq(c.FormerAddresses, "|") {
		if a != "" {
			e.Elsewhere = append(e.Elsewhere, placed(r.Address("", a)))
		}
	}
}

// appendNames adds names that are separated by |.
func appendNames(r *reading.Reader, others []index.Name, role index.Role, names string) []index.Name {
	if names == "" {
		return others
	}
	for name := range strings.SplitSeq(names, "|") {
		w := r.Registered(name)
		if o := called(role, &w); o.Strict != "" && !slices.Contains(others, o) {
			others = append(others, o)
		}
	}
	return others
}

func called(role index.Role, w *reading.Wording) index.Name {
	return index.Name{Loose: w.Loose, Strict: w.Strict, Form: uint8(w.Form), Front: w.Front, Role: role}
}

func placed(p reading.Place) index.Place {
	return index.Place{Pref: p.Pref, City: p.City, Town: p.Town, Numbers: p.Numbers}
}
