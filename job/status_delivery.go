package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/loader"
)

// status is what status says about one delivery.
type status struct {
	summary
	Stages     []stageStatus `json:"stages,omitempty"`
	Held       *held         `json:"held,omitempty"`
	LetThrough string        `json:"let_through,omitempty"` // what load would have held it for, and who approved it
	Warned     string        `json:"warned,omitempty"`
	Next       string        `json:"next,omitempty"` // what to do; empty for nothing
}

// held is what holds a delivery.
type held struct {
	Stage  string    `json:"stage"` // plan, extract or load
	Reason string    `json:"reason"`
	Hint   string    `json:"hint"`
	At     time.Time `json:"at"`
}

// stageStatus is how far a stage is.
type stageStatus struct {
	Stage      string  `json:"stage"`
	State      string  `json:"state"`             // one of those below
	Seconds    float64 `json:"seconds,omitempty"` // that it took; of match, all its shards together
	Shards     int     `json:"shards,omitempty"`  // of match
	ShardsDone int     `json:"shards_done,omitempty"`
}

// The states of a stage.
const (
	stageDone    = "done"
	stagePartly  = "partly" // some shards are done
	stageMissing = "missing"
	stageHeld    = "held"
	stageUnknown = "unknown" // Postgres does not tell
)

// The stages of a delivery, in their order.
const (
	atPlan = iota
	atExtract
	atSurvey
	atMatch
	atLoad
)

// statusOf is how far the delivery is before load, as locate has found it.
func statusOf(d *delivery) status {
	stage := func(name string, done bool, m ...artifact.Manifest) stageStatus {
		s := stageStatus{Stage: name, State: stageMissing}
		if done {
			s.State = stageDone
		}
		for i := range m {
			s.Seconds += m[i].Seconds
		}
		return s
	}
	s := status{summary: d.summary(), Stages: []stageStatus{
		atPlan:    stage("plan", d.plan.Number > 0),
		atExtract: stage("extract", d.extract.Extract != nil, d.extract),
		atSurvey:  stage("survey", d.survey.Survey != nil, d.survey),
		atMatch:   stage("match", d.allMatched(), d.matches...),
		atLoad:    stage("load", false),
	}}
	match := &s.Stages[atMatch]
	match.Shards, match.ShardsDone = d.plan.Shards, d.plan.Shards-len(d.missing())
	if match.State != stageDone && match.ShardsDone > 0 {
		match.State = stagePartly
	}
	return s
}

// addLoad takes what the ledger says.
func (s *status) addLoad(r loader.DeliveryRow) {
	s.addLoaded(r)
	s.Warned = r.Warned
	if r.HeldFor != "" && r.Approval != nil {
		s.LetThrough = fmt.Sprintf("%s; approved by %s: %s", r.HeldFor, r.Approval.By, r.Approval.Why)
	}
	if s.Stages != nil {
		s.Stages[atLoad] = stageStatus{Stage: "load", State: stageDone, Seconds: r.Finished.Sub(r.Started).Seconds()}
	}
}

func (s *status) loadUnknown() {
	s.State += ", load unknown"
	s.Stages[atLoad].State = stageUnknown
}

// addHold takes the last entry of the log of holds. Of what was loaded since, only a plan can still be held: that of other files.
func (s *status) addHold(h *artifact.Hold, loaded bool) {
	if h == nil || h.Reason == "" || loaded && h.Stage != stepFreeze.name || s.Error != "" {
		return
	}
	s.State, s.Held = stateHeld, &held{h.Stage, h.Reason, h.Hint, h.At}
	for i := range s.Stages {
		if s.Stages[i].Stage == h.Stage {
			s.Stages[i].State = stageHeld
		}
	}
}

// nextOf says in a line what there is to do about a delivery: the command to run, or whom to ask. It is empty where that is nothing.
func (j *job) nextOf(ctx context.Context, d *delivery, s *status) string {
	run, changed := runCommandOf(d.plan.Week, d.partner), j.changedSince(d)
	since := 0
	if d.err == nil && d.plan.Number > 0 {
		since = j.settled.About(d.partner, d.plan.Decisions)
	}
	switch {
	case d.err != nil:
		return faultOf(d.err).hint
	case s.Held != nil:
		return j.nextOfHeld(ctx, d, s.Held, run)
	case d.plan.Number == 0:
		return j.nextOfNone(ctx, d, run)
	case s.Stages[atLoad].State == stageUnknown && d.allMatched():
		return "Postgres does not tell whether it is loaded: mend what is said of it below, then " + run + ", which does what is missing"
	case since > 0:
		return fmt.Sprintf("%s: %s came since it was planned", run, nayose.Count(since, "decision"))
	case strings.HasPrefix(s.State, string(loader.Stale)):
		return "these are the files of an earlier week: ask the partner for this week's; then " + run
	case s.Stages[atMatch].State == stagePartly:
		return fmt.Sprintf("%s: of %d shards these are missing: %s; then nayose load --week %s --partner %s",
			d.matchCommand(), d.plan.Shards, spans(d.missing()), d.plan.Week, d.partner)
	case changed != "":
		return fmt.Sprintf("%s makes another plan: %s since plan %d", run, changed, d.plan.Number)
	case s.Stages[atLoad].State == stageMissing, !d.allMatched():
		return run + "; where that has failed, its last two lines say what to mend"
	}
	return ""
}

// nextOfHeld is what to do about a delivery that is held, which somebody may have let through meanwhile.
func (j *job) nextOfHeld(ctx context.Context, d *delivery, h *held, run string) string {
	if h.Stage != stepFreeze.name && d.plan.Number > 0 {
		if a, err := j.lastApproval(ctx, d.plan); err == nil && notTaken(a, &d.plan) {
			return fmt.Sprintf("%s: approved by %s", run, a.By)
		}
	}
	return h.next(run)
}

func (h *held) next(run string) string {
	return strings.TrimSuffix(h.Hint, "; nothing was loaded") + "; then " + run
}

func runCommandOf(week nayose.Week, partner string) string {
	return fmt.Sprintf("nayose run --week %s --partner %s", week, partner)
}

// nextOfNone is what to do about a delivery of which nothing is frozen yet: its files may not be there.
func (j *job) nextOfNone(ctx context.Context, d *delivery, run string) string {
	_, err := j.lookWhole(ctx, d)
	if err == nil {
		return run
	}
	f := faultOf(err)
	if kind, _ := classify(err); kind == nayose.NotReady {
		f.hint = "ask the partner"
	}
	return fmt.Sprintf("%s: %s; then %s", f.text, f.hint, run)
}

var statusHeader = []string{
	"partner", "week", "plan", "state", "extract", "survey", "match", "load",
	"records", "rejected", "matched", "review", "unmatched", "mentions",
}

func (s *status) row() []string {
	row := []string{s.Partner, s.Week.String(), fmt.Sprint(s.Plan), s.marked()}
	for _, stage := range s.Stages[atExtract:] {
		row = append(row, stage.String())
	}
	return append(row, cells(s.Records, s.Rejected, s.Matched, s.Review, s.Unmatched, s.Mentions)...)
}

// marked is the state, with a mark where load warned.
func (s *status) marked() string {
	if s.Warned != "" {
		return s.State + " !"
	}
	return s.State
}

// String is the stage's cell of the table: how long it took, where it is done.
func (s stageStatus) String() string {
	switch s.State {
	case stageDone:
		return fmt.Sprintf("%.1f s", s.Seconds)
	case stagePartly:
		return fmt.Sprintf("%d/%d", s.ShardsDone, s.Shards)
	case stageMissing:
		return "-"
	}
	return s.State
}

// statusNotes are what is to be said about deliveries below their table: reasons are too long for a column.
func statusNotes(list []status) string {
	var notes strings.Builder
	for i := range list {
		s := &list[i]
		about := func(what, why string) {
			if why != "" {
				fmt.Fprintf(&notes, "%s %s %s: %s\n", s.Partner, s.Week, what, why)
			}
		}
		if h := s.Held; h != nil {
			about("is held by "+h.Stage+" since "+nayose.Clock(h.At), h.Reason)
		}
		about("was let through", s.LetThrough)
		about("! warns", s.Warned)
		if s.Next != "" {
			notes.WriteString("next: " + s.Next + "\n")
		}
	}
	if notes.Len() == 0 {
		return ""
	}
	return "\n" + notes.String()
}
