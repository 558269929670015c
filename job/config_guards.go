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
	// Shrink is the least size of a snapshot, as a share of the median of the last four weeks. Default: warns below 75 %, holds below 50 %.
	Shrink guardLimit[ratio] `yaml:"shrink"`
	// Grow is its largest size, as so many times that median. Default: 3.
	Grow guardLimit[times] `yaml:"grow"`
	// Expire is the largest share of the active postings that may expire at once. Default: warns from 25 % on, holds from 50 % on.
	Expire guardLimit[ratio] `yaml:"expire"`
	// Renumber is the largest share of them that may expire and come again under other ids. Default: 20 %.
	Renumber guardLimit[ratio] `yaml:"renumber"`
	// MatchDrop is by how many points the share of matched postings may fall below the last four weeks'. Default: 10 %.
	MatchDrop guardLimit[ratio] `yaml:"match_drop"`
	// ReviewRise is by how many the share of postings in review may rise. Default: warns from 5 % on, holds from 20 % on.
	ReviewRise guardLimit[ratio] `yaml:"review_rise"`
	// RejectRise is by how many that of rejected records may. Default: warns from 2 % on.
	RejectRise guardLimit[ratio] `yaml:"reject_rise"`
	// ScoreShift is by how many the share of postings whose best candidate is below any one probability may move. Default: warns from 5 % on, holds from 20 % on.
	ScoreShift guardLimit[ratio] `yaml:"score_shift"`
	// Flip is the largest share of the mentions known before that may get another outcome or company. Default: warns from 3 % on, holds
	// from 20 % on.
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
	err := l.read(node)
	var placed yaml.Error
	if err == nil || errors.As(err, &placed) {
		return err
	}
	return &yaml.SyntaxError{Message: err.Error(), Token: node.GetToken()}
}

func (l *guardLimit[T]) read(node ast.Node) error {
	if _, pair := node.(ast.MapNode); pair {
		type whole guardLimit[T] // without its method
		return yaml.NodeToValue(node, (*whole)(l), yaml.Strict())
	}
	l.Hold = new(T)
	err := yaml.NodeToValue(node, l.Hold)
	if *l.Hold == 0 {
		l.Warn = l.Hold
	}
	return err
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

// validate refuses a warning that could never come, as the guard holds before, by its own limit or by the usual one; least is for a value
// that should not be too small.
func (l *guardLimit[T]) validate(guard string, limit loader.Limit, least bool) error {
	if l.Warn == nil || limit.Warn == 0 || limit.Hold == 0 || limit.Warn != limit.Hold && (limit.Warn > limit.Hold) == least {
		return nil
	}
	return usage(fmt.Errorf("guards.%s holds before it warns: warn is %v, hold is %v", guard, T(limit.Warn), T(limit.Hold)),
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

// limits are the guards' limits with their defaults, which are far from what weeks differ in. What was measured of week 47 beside week 46 of
// two real feeds (8,200 and 8,500 postings, a master of 1.4 million), in points, the worse of the feeds or samples:
//
//	                                   match_drop  review_rise  score_shift  flip
//	as it is                                  0.3          0.4          0.5   0.4
//	samples of 1,000 postings, 8              1.1          1.4          1.3   2.3
//	samples of 250, 12                        4.3          2.7          4.3   2.2
//	samples of 100, 12                        7.7          2.8          7.8   3.9
//	the column of URLs is not mapped          7.6          6.5          7.8     –   other mentions: few are known
//	that of addresses is not                 22.6         31.5         24.4     –
//	that of names is another one             55.5         −3.3         59.3     –
//	a wrong match costs 4 times as much      10.3         10.7          0.5  10.3
//	the master lacks 5 % of the companies     3.6          0.3          4.2   5.4
//	10 %                                     10.7          0.5         12.6  16.9
//	30 %                                     22.0          0.5         25.5  33.1
//
// Samples of a hundred move most, but are asked only about what concerns more than twenty postings. No record of these feeds is rejected: the two
// points are a guess, and what holds is reject_limit. Of week 46 11 % expire in week 47, and it is as large: a file that was cut to two thirds is warned of by both of the
// guards that measure that, which warn at more than twice a usual week.
func (g *guardConfig) limits() loader.Limits {
	return loader.Limits{
		Shrink:     g.Shrink.or(loader.Limit{Warn: 0.75, Hold: 0.50}),
		Grow:       g.Grow.or(loader.Limit{Hold: 3}),
		Expire:     g.Expire.or(loader.Limit{Warn: 0.25, Hold: 0.50}),
		Renumber:   g.Renumber.or(loader.Limit{Hold: 0.20}),
		MatchDrop:  g.MatchDrop.or(loader.Limit{Hold: 0.10}),
		ReviewRise: g.ReviewRise.or(loader.Limit{Warn: 0.05, Hold: 0.20}),
		RejectRise: g.RejectRise.or(loader.Limit{Warn: 0.02}),
		ScoreShift: g.ScoreShift.or(loader.Limit{Warn: 0.05, Hold: 0.20}),
		Flip:       g.Flip.or(loader.Limit{Warn: 0.03, Hold: 0.20}),
	}
}

func (g *guardConfig) validate() error {
	l := g.limits()
	return errors.Join(
		g.Shrink.validate("shrink", l.Shrink, true), g.Grow.validate("grow", l.Grow, false), g.Expire.validate("expire", l.Expire, false),
		g.Renumber.validate("renumber", l.Renumber, false), g.MatchDrop.validate("match_drop", l.MatchDrop, false),
		g.ReviewRise.validate("review_rise", l.ReviewRise, false), g.RejectRise.validate("reject_rise", l.RejectRise, false),
		g.ScoreShift.validate("score_shift", l.ScoreShift, false), g.Flip.validate("flip", l.Flip, false))
}
