package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"nayose"
)

// completeness is the rule by which a delivery is whole. All that are given must hold.
//
//	complete:
//	  count: 3                          # so many files
//	  marker: feeds/{week}/_SUCCESS     # an object that stands there when the upload is done
//	  quiet: 10m                        # no file has changed for so long
type completeness struct {
	Count  int      `yaml:"count"`
	Marker string   `yaml:"marker"`
	Quiet  duration `yaml:"quiet"`
}

// mostFiles bounds how many objects a slip in the config makes a run ask for.
const mostFiles = 10_000

// beyond is how many numbers after the last file are looked at, so that a file that is missing before others is seen.
const beyond = 3

// placeholder is {week}, {monday}, {n}, {nn} … in a key.
var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// numberPlaceholder is {n}, and with leading zeros {nn}, {nnn} …
var numberPlaceholder = regexp.MustCompile(`\{n+\}`)

// keyOf fills a pattern's placeholders.
func keyOf(pattern string, week nayose.Week, n int) string {
	return placeholder.ReplaceAllStringFunc(pattern, func(name string) string {
		switch name {
		case "{week}":
			return week.String()
		case "{monday}":
			return week.Monday().Time().Format("20060102")
		}
		return fmt.Sprintf("%0*d", len(name)-len("{}"), n)
	})
}

// numbered is whether the delivery has as many files as there are.
func (p *partnerConfig) numbered() bool {
	return slices.ContainsFunc(p.Files, numberPlaceholder.MatchString)
}

// changes is whether a pattern names another object each week.
func changes(pattern string) bool {
	return strings.Contains(pattern, "{week}") || strings.Contains(pattern, "{monday}")
}

// validateFiles checks the files' patterns and the rule that belongs to them.
func (p *partnerConfig) validateFiles() error {
	c := &p.Complete
	for _, pattern := range append(slices.Clone(p.Files), c.Marker) {
		for _, name := range placeholder.FindAllString(pattern, -1) {
			if name != "{week}" && name != "{monday}" && !numberPlaceholder.MatchString(name) {
				return usage(fmt.Errorf("%s: %s is unknown", pattern, name), "known are {week}, {monday}, and in files {n}")
			}
		}
	}
	switch {
	case p.numbered() && len(p.Files) > 1:
		return usage(errors.New("files: a name with {n} stands for all files of the delivery"), "keep the one with {n}, or list every file")
	case p.numbered() && *c == completeness{}:
		return usage(errors.New("files: nothing says how many {n} there are"), "add complete: with count, marker or quiet, so that no half upload is read")
	case numberPlaceholder.MatchString(c.Marker):
		return usage(errors.New("complete: a marker has no {n}"), "name the one object that the partner writes last")
	case c.Marker != "" && !changes(c.Marker) && slices.ContainsFunc(p.Files, changes):
		return usage(fmt.Errorf("complete: marker: %s is the same object every week: last week's would let half an upload through", c.Marker),
			"put {week} or {monday} into the marker's name, as in files")
	case c.Count < 0 || c.Count > mostFiles:
		return usage(fmt.Errorf("complete: count: a delivery has 1 to %d files, not %d", mostFiles, c.Count), "")
	case c.Count > 0 && !p.numbered() && c.Count != len(p.Files):
		return usage(fmt.Errorf("complete: count is %d, and files names %d", c.Count, len(p.Files)), "count the files of a name with {n}; of a list all must be there")
	case c.Quiet < 0:
		return usage(fmt.Errorf("complete: quiet: %s is no time to wait", time.Duration(c.Quiet)), "give a time such as 10m")
	}
	return nil
}

// sighting is what stands there of a delivery at one moment.
type sighting struct {
	input   string // the store, for messages
	rule    completeness
	marker  string          // the marker's key; empty where the rule has none
	marked  bool            // the marker stands there
	first   string          // the key of the first file
	want    int             // how many files there must be; 0 where the rule does not say
	files   []nayose.Object // those that are there, in the order in which they are read
	missing []string        // keys of those that are not, though they are wanted or others come after them
}

// look asks the input what there is of a week's delivery. The marker comes first: what was written before it is then seen, even
// where the upload ends between the two.
func (j *job) look(ctx context.Context, p *partnerConfig, week nayose.Week) (sighting, error) {
	s := sighting{input: j.input.String(), rule: p.Complete, want: len(p.Files)}
	key := func(n int) string { return keyOf(p.Files[n-1], week, n) }
	reach := 0
	if p.numbered() {
		s.want, reach = p.Complete.Count, beyond
		key = func(n int) string { return keyOf(p.Files[0], week, n) }
	}
	s.first = key(1)
	if p.Complete.Marker != "" {
		s.marker = keyOf(p.Complete.Marker, week, 0)
		_, err := j.input.Stat(ctx, s.marker)
		if err != nil && !isMissing(err) {
			return s, err
		}
		s.marked = err == nil
	}
	var absent []string
	for n, last := 1, 0; n <= max(s.want, last+reach); n++ {
		o, err := j.input.Stat(ctx, key(n))
		switch {
		case isMissing(err):
			absent = append(absent, key(n))
		case err != nil:
			return s, err
		default:
			s.missing, absent = append(s.missing, absent...), nil
			s.files, last = append(s.files, o), n
		}
		if n == s.want {
			s.missing, absent = append(s.missing, absent...), nil
		}
	}
	return s, nil
}

// lookWhole is what there is of a delivery, and an error where it is not whole.
func (j *job) lookWhole(ctx context.Context, d *delivery) (sighting, error) {
	seen, err := j.look(ctx, &d.cfg, d.plan.Week)
	if err == nil {
		err = j.unlessNoInput(seen.whole(time.Now()))
	}
	return seen, err
}

// unlessNoInput is an error of what is not there in the input, unless that is a directory that is not there at all: a name that is mistaken,
// for which no retry is worth while. The store's own directory comes by the first write, and what receive writes to by the first delivery.
func (j *job) unlessNoInput(late error) error {
	receives := slices.ContainsFunc(slices.Collect(maps.Values(j.cfg.Partners)), func(p partnerConfig) bool { return len(p.Receive.Keys) > 0 })
	if !isLate(late) || j.input.String() == j.store.String() || strings.HasPrefix(j.input.String(), "s3://") || receives {
		return late
	}
	if _, err := os.Stat(j.input.String()); isMissing(err) {
		return usage(fmt.Errorf("there is no directory %s, which is the input", j.input),
			"name it with input: or NAYOSE_INPUT; a relative one is of the directory in which nayose starts")
	}
	return late
}

// whole is an error where the delivery is not: of kind NotReady where it may become so, Held where nothing is to come and yet it
// is not what the rule says.
func (s *sighting) whole(now time.Time) error {
	have, hint := len(s.files), "when the partner has delivered it, run the same command again"
	if have == 0 && s.only() {
		return nayose.Fault(nayose.NotReady, fmt.Errorf("the partner's file %s/%s is not there", s.input, s.first), hint)
	}
	if lacks := s.lacks(now); len(lacks) > 0 {
		return nayose.Fault(nayose.NotReady, fmt.Errorf("the delivery in %s is not complete: %s", s.input, strings.Join(lacks, "; ")), hint)
	}
	held := func(format string, args ...any) error {
		return nayose.Fault(nayose.Held, fmt.Errorf("the delivery in "+s.input+" "+format, args...),
			"ask the partner for the complete delivery, or correct files and complete under the partner in the config")
	}
	switch {
	case have == 0:
		return held("has its marker %s, and no file %s", s.marker, s.first)
	case len(s.missing) > 0:
		return held("has a gap: %s is there, and not %s", s.files[have-1].Key, several(s.missing))
	case s.want > 0 && have > s.want:
		return held("has more files than the %d that its rule counts: %s", s.want, several(keysOf(s.files[s.want:])))
	}
	return nil
}

// only is whether the delivery is one file, which is whole when it is there.
func (s *sighting) only() bool { return s.want == 1 && s.rule.Marker == "" }

// lacks is what the delivery still waits for.
func (s *sighting) lacks(now time.Time) (lacks []string) {
	have := len(s.files)
	switch {
	case have < s.want:
		lacks = append(lacks, fmt.Sprintf("%s, not %s", areThere(have, s.want), several(s.missing)))
	case have == 0 && s.marker == "":
		lacks = append(lacks, fmt.Sprintf("no file is there, not even %s", s.first))
	}
	if s.marker != "" && !s.marked {
		lacks = append(lacks, fmt.Sprintf("the marker %s is not there", s.marker))
	}
	if quiet := time.Duration(s.rule.Quiet); quiet > 0 && have > 0 && now.Sub(s.changed()) < quiet {
		lacks = append(lacks, fmt.Sprintf("the last change was at %s, and nothing may change for %s", clock(s.changed()), quiet))
	}
	return lacks
}

// changed is when the last of the files was written.
func (s *sighting) changed() (last time.Time) {
	for _, o := range s.files {
		if o.Modified.After(last) {
			last = o.Modified
		}
	}
	return last
}

// String says what is there of a delivery that is whole.
func (s *sighting) String() string {
	said := []string{areThere(len(s.files), s.want)}
	if s.marked {
		said = append(said, "the marker is there")
	}
	if s.rule.Quiet > 0 {
		said = append(said, "quiet since "+clock(s.changed()))
	}
	return strings.Join(said, "; ")
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

func clock(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func keysOf(objects []nayose.Object) (keys []string) {
	for _, o := range objects {
		keys = append(keys, o.Key)
	}
	return keys
}

// several lists the first few of many names.
func several(names []string) string {
	const few = 5
	if more := len(names) - few; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), more)
	}
	return strings.Join(names, ", ")
}
