package main

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"nayose/loader"
)

// guardConfig are a partner's limits for the guards of load (loader.Limits).
type guardConfig struct {
	// Shrink is the least size of a snapshot, as a share of the median of the last four weeks. Default: 50 %.
	Shrink guardLimit[ratio] `yaml:"shrink"`
	// Grow is its largest size, as so many times that median. Default: 3.
	Grow guardLimit[times] `yaml:"grow"`
	// Expire is the largest share of the active postings that may expire at once. Default: 50 %.
	Expire guardLimit[ratio] `yaml:"expire"`
	// Renumber is the largest share of them that may expire and come again under other ids. Default: 20 %.
	Renumber guardLimit[ratio] `yaml:"renumber"`
	// MatchDrop is by how many points the share of matched postings may fall below the last four weeks'. Default: 10 %.
	MatchDrop guardLimit[ratio] `yaml:"match_drop"`
	// ReviewRise is by how many the share of postings in review may rise.
	ReviewRise guardLimit[ratio] `yaml:"review_rise"`
	// RejectRise is by how many that of rejected records may.
	RejectRise guardLimit[ratio] `yaml:"reject_rise"`
	// ScoreShift is by how many the share of postings whose best candidate is below any one probability may move.
	ScoreShift guardLimit[ratio] `yaml:"score_shift"`
	// Flip is the largest share of the mentions known before that may get another outcome or company.
	Flip guardLimit[ratio] `yaml:"flip"`
}

// A guardLimit is from where on a guard warns and holds: {warn: 5%, hold: 10%}, or one value, which holds. What is not said is as it
// is by default; 0 is never, and a single 0 switches the guard off.
type guardLimit[T ratio | times] struct {
	Warn *T `yaml:"warn"`
	Hold *T `yaml:"hold"`
}

// UnmarshalYAML reads either form. Its errors say where in the file.
func (l *guardLimit[T]) UnmarshalYAML(node ast.Node) error {
	var err error
	if _, pair := node.(ast.MapNode); pair {
		type whole guardLimit[T] // without this method
		err = yaml.NodeToValue(node, (*whole)(l), yaml.Strict())
	} else if err = yaml.NodeToValue(node, &l.Hold); err == nil && l.Hold != nil && *l.Hold == 0 {
		l.Warn = l.Hold
	}
	var placed yaml.Error
	if err == nil || errors.As(err, &placed) {
		return err
	}
	return &yaml.SyntaxError{Message: err.Error(), Token: node.GetToken()}
}

// or is the limit, and otherwise where nothing is said.
func (l *guardLimit[T]) or(otherwise loader.Limit) loader.Limit {
	if l.Warn != nil {
		otherwise.Warn = float64(*l.Warn)
	}
	if l.Hold != nil {
		otherwise.Hold = float64(*l.Hold)
	}
	return otherwise
}

// validate refuses a warning that could never come, as the guard holds before; least is for a value that should not be too small.
func (l *guardLimit[T]) validate(guard string, least bool) error {
	if l.Warn == nil || l.Hold == nil || *l.Warn == 0 || *l.Hold == 0 || *l.Warn != *l.Hold && (*l.Warn > *l.Hold) == least {
		return nil
	}
	return usage(fmt.Errorf("guards.%s holds before it warns: warn is %v, hold is %v", guard, *l.Warn, *l.Hold),
		"let it warn of less than it holds, or leave warn out")
}

// times is so many times something: above 1, or 0 for never.
type times float64

// UnmarshalYAML reads a number.
func (t *times) UnmarshalYAML(decode func(any) error) error {
	var number float64
	if err := decode(&number); err != nil {
		return err
	}
	if number != 0 && !(number > 1) {
		return fmt.Errorf("%g is not a number above 1, such as 3, or 0 to switch the guard off", number)
	}
	*t = times(number)
	return nil
}

// limits are the guards' limits with their defaults, which are far from what weeks differ in.
func (g *guardConfig) limits() loader.Limits {
	return loader.Limits{
		Shrink:     g.Shrink.or(loader.Limit{Hold: 0.50}),
		Grow:       g.Grow.or(loader.Limit{Hold: 3}),
		Expire:     g.Expire.or(loader.Limit{Hold: 0.50}),
		Renumber:   g.Renumber.or(loader.Limit{Hold: 0.20}),
		MatchDrop:  g.MatchDrop.or(loader.Limit{Hold: 0.10}),
		ReviewRise: g.ReviewRise.or(loader.Limit{Warn: 0.05, Hold: 0.30}),
		RejectRise: g.RejectRise.or(loader.Limit{Warn: 0.02}),
		ScoreShift: g.ScoreShift.or(loader.Limit{Warn: 0.10, Hold: 0.50}),
		Flip:       g.Flip.or(loader.Limit{Warn: 0.05, Hold: 0.30}),
	}
}

func (g *guardConfig) validate() error {
	return errors.Join(
		g.Shrink.validate("shrink", true), g.Grow.validate("grow", false), g.Expire.validate("expire", false),
		g.Renumber.validate("renumber", false), g.MatchDrop.validate("match_drop", false), g.ReviewRise.validate("review_rise", false),
		g.RejectRise.validate("reject_rise", false), g.ScoreShift.validate("score_shift", false), g.Flip.validate("flip", false))
}
