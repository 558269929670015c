package arrival

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"nayose"
)

// Expected says which files a delivery has, and by which rule it is whole. All parts of the rule that are given must hold; without any it
// is whole when all Files are there.
type Expected struct {
	// Files are keys in the order in which they are read: {week} stands for the week's label, {monday} for its first day
	// (20261116), and {n} for 1, 2, 3 and so on as far as there are files ({nn} for 01, {nnn} for 001).
	Files []string

	Count  int           // so many files; 0 for no such rule, as below
	Marker string        // key of an object that stands there when the upload is done
	Quiet  time.Duration // no file has changed for so long
}

// mostFiles bounds how many objects a slip in the config makes a run ask for.
const mostFiles = 10_000

// placeholder is {week}, {monday}, {n}, {nn} … in a key.
var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// numberPlaceholder is {n}, and with leading zeros {nn}, {nnn} …
var numberPlaceholder = regexp.MustCompile(`\{n+\}`)

// fill fills a pattern's placeholders.
func fill(pattern string, week nayose.Week, n int) string {
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

// Key is the key of a week's n-th file, from 1.
func (e *Expected) Key(week nayose.Week, n int) string {
	if e.Numbered() {
		return fill(e.Files[0], week, n)
	}
	return fill(e.Files[n-1], week, n)
}

// MarkerKey is the key of a week's marker; empty where the rule has none.
func (e *Expected) MarkerKey(week nayose.Week) string { return fill(e.Marker, week, 0) }

// Numbered is whether the delivery has as many files as there are.
func (e *Expected) Numbered() bool {
	return slices.ContainsFunc(e.Files, numberPlaceholder.MatchString)
}

// Ruled is whether a rule says more than that all Files must be there.
func (e *Expected) Ruled() bool { return e.Count != 0 || e.Marker != "" || e.Quiet != 0 }

// Weekly is whether a pattern names another object each week.
func Weekly(pattern string) bool {
	return strings.Contains(pattern, "{week}") || strings.Contains(pattern, "{monday}")
}

// Check is an error of kind Usage where patterns and rule do not make sense together, in the words of the config.
func (e *Expected) Check() error {
	for _, pattern := range append(slices.Clone(e.Files), e.Marker) {
		for _, name := range placeholder.FindAllString(pattern, -1) {
			if name != "{week}" && name != "{monday}" && !numberPlaceholder.MatchString(name) {
				return refuse(fmt.Errorf("%s: %s is unknown", pattern, name), "known are {week}, {monday}, and in files {n}")
			}
		}
	}
	switch {
	case e.Numbered() && len(e.Files) > 1:
		return refuse(errors.New("files: a name with {n} stands for all files of the delivery"), "keep the one with {n}, or list every file")
	case e.Numbered() && !e.Ruled():
		return refuse(errors.New("files: nothing says how many {n} there are"), "add complete: with count, marker or quiet, so that no half upload is read")
	case numberPlaceholder.MatchString(e.Marker):
		return refuse(errors.New("complete: a marker has no {n}"), "name the one object that the partner writes last")
	case e.Marker != "" && !Weekly(e.Marker) && slices.ContainsFunc(e.Files, Weekly):
		return refuse(fmt.Errorf("complete: marker: %s is the same object every week: last week's would let half an upload through", e.Marker),
			"put {week} or {monday} into the marker's name, as in files")
	case e.Count < 0 || e.Count > mostFiles:
		return refuse(fmt.Errorf("complete: count: a delivery has 1 to %d files, not %d", mostFiles, e.Count), "")
	case e.Count > 0 && !e.Numbered() && e.Count != len(e.Files):
		return refuse(fmt.Errorf("complete: count is %d, and files names %d", e.Count, len(e.Files)), "count the files of a name with {n}; of a list all must be there")
	case e.Quiet < 0:
		return refuse(fmt.Errorf("complete: quiet: %s is no time to wait", e.Quiet), "give a time such as 10m")
	}
	return nil
}

func refuse(err error, hint string) error { return nayose.Fault(nayose.Usage, err, hint) }
