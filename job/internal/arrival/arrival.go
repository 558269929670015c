// Package arrival tells what of a partner's delivery has arrived, and whether that is all of it.
//
// A partner uploads a file, or several one after the other, and half of them must not be taken for the week. Expected says which files there
// are to be and by which rule the delivery is whole: so many files, an object that is written last, so long without a change. Look asks the store what is
// there, and Whole says by the rule whether that is all: an error of kind NotReady is worth waiting, one of kind Held is a person's.
//
// For example a partner writes an unknown number of parts, and at last a marker:
//
//	e := arrival.Expected{Files: []string{"{week}/part-{n}.csv"}, Marker: "{week}/OK"}
//	seen, err := e.Look(ctx, input, week)
//	err = seen.Whole(time.Now())
//
// Of 2026-W47 it asks for 2026-W47/OK, and then for part-1, part-2 and so on until three after the last are not there. Parts 1 and 2 without the
// marker are NotReady; with it they are whole; and parts 1, 2 and 4 with it are Held: there is a gap.
//
// A look costs a request for each file, for the marker, and for three files more where they are numbered. Nothing is read, and nothing listed.
package arrival

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"nayose"
)

// beyond is how many numbers after the last file are looked at, so that a file that is missing before others is seen.
const beyond = 3

// Sighting is what stands there of a delivery at one moment.
type Sighting struct {
	Files []nayose.Object // those that are there, in the order in which they are read

	input   string // the store, for messages
	rule    *Expected
	marker  string   // the marker's key; empty where the rule has none
	marked  bool     // the marker stands there
	first   string   // the key of the first file
	want    int      // how many files there must be; 0 where the rule does not say
	missing []string // keys of those that are not, though they are wanted or others come after them
}

// Look asks the input what there is of a week's delivery. The marker comes first: what was written before it is then seen, even
// where the upload ends between the two.
func (e *Expected) Look(ctx context.Context, input nayose.Store, week nayose.Week) (Sighting, error) {
	s := Sighting{input: input.String(), rule: e, want: len(e.Files), first: e.Key(week, 1)}
	reach := 0
	if e.Numbered() {
		s.want, reach = e.Count, beyond
	}
	if e.Marker != "" {
		s.marker = e.MarkerKey(week)
		_, err := input.Stat(ctx, s.marker)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return s, err
		}
		s.marked = err == nil
	}
	var absent []string
	for n, last := 1, 0; n <= max(s.want, last+reach); n++ {
		o, err := input.Stat(ctx, e.Key(week, n))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			absent = append(absent, e.Key(week, n))
		case err != nil:
			return s, err
		default:
			s.missing, absent = append(s.missing, absent...), nil
			s.Files, last = append(s.Files, o), n
		}
		if n == s.want {
			s.missing, absent = append(s.missing, absent...), nil
		}
	}
	return s, nil
}

// Whole is an error where the delivery is not: of kind NotReady where it may become so, Held where nothing is to come and yet it
// is not what the rule says.
func (s *Sighting) Whole(now time.Time) error {
	have, hint := len(s.Files), "when the partner has delivered it, run the same command again"
	if have == 0 && s.only() {
		return nayose.Fault(nayose.NotReady, fmt.Errorf("the partner's file %s/%s is not there", s.input, s.first), hint)
	}
	if lacks := s.lacks(now); len(lacks) > 0 {
		return nayose.Fault(nayose.NotReady, fmt.Errorf("the delivery in %s is not complete: %s", s.input, strings.Join(lacks, "; ")), hint)
	}
	held := func(format string, args ...any) error {
		return nayose.Fault(nayose.Held, fmt.Errorf("the delivery in %s %s", s.input, fmt.Sprintf(format, args...)),
			"ask the partner for the complete delivery, or correct files and complete under the partner in the config")
	}
	switch {
	case have == 0:
		return held("has its marker %s, and no file %s", s.marker, s.first)
	case len(s.missing) > 0:
		return held("has a gap: %s is there, and not %s", s.Files[have-1].Key, nayose.Several(s.missing))
	case s.want > 0 && have > s.want:
		return held("has more files than the %d that its rule counts: %s", s.want, nayose.Several(keysOf(s.Files[s.want:])))
	}
	return nil
}

// only is whether the delivery is one file, which is whole when it is there.
func (s *Sighting) only() bool { return s.want == 1 && s.rule.Marker == "" }

// lacks is what the delivery still waits for.
func (s *Sighting) lacks(now time.Time) (lacks []string) {
	have := len(s.Files)
	switch {
	case have < s.want:
		lacks = append(lacks, fmt.Sprintf("%s, not %s", areThere(have, s.want), nayose.Several(s.missing)))
	case have == 0 && s.marker == "":
		lacks = append(lacks, fmt.Sprintf("no file is there, not even %s", s.first))
	}
	if s.marker != "" && !s.marked {
		lacks = append(lacks, fmt.Sprintf("the marker %s is not there", s.marker))
	}
	if quiet := s.rule.Quiet; quiet > 0 && have > 0 && now.Sub(s.changed()) < quiet {
		lacks = append(lacks, fmt.Sprintf("the last change was at %s, and nothing may change for %s", nayose.Clock(s.changed()), quiet))
	}
	return lacks
}

// changed is when the last of the files was written.
func (s *Sighting) changed() (last time.Time) {
	for _, o := range s.Files {
		if o.Modified.After(last) {
			last = o.Modified
		}
	}
	return last
}

// String says what is there of a delivery that is whole.
func (s *Sighting) String() string {
	said := []string{areThere(len(s.Files), s.want)}
	if s.marked {
		said = append(said, "the marker is there")
	}
	if s.rule.Quiet > 0 {
		said = append(said, "quiet since "+nayose.Clock(s.changed()))
	}
	return strings.Join(said, "; ")
}

func keysOf(objects []nayose.Object) (keys []string) {
	for _, o := range objects {
		keys = append(keys, o.Key)
	}
	return keys
}

// areThere says how many files there are, of how many that are wanted; 0 where that is not known.
func areThere(have, want int) string {
	verb := "are"
	if have == 1 || want == 1 {
		verb = "is"
	}
	if want == 0 {
		return fmt.Sprintf("%s %s there", nayose.Count(have, "file"), verb)
	}
	return fmt.Sprintf("%d of %s %s there", have, nayose.Count(want, "file"), verb)
}
