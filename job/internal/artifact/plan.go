package artifact

import (
	"context"
	"fmt"
	"io/fs"
	"reflect"

	"nayose"
)

// planFormat is the version of the plan document. Version 1 had no shards, version 2 no approval, version 3 no decisions, version 4 no
// stages.
const planFormat = 5

// Plan is what a run of a delivery will read, frozen. The stages read the plan, never the configuration, for
// anything that decides their result.
type Plan struct {
	Format     int         `json:"format"`
	Week       nayose.Week `json:"week"`
	Partner    string      `json:"partner"`
	Number     int         `json:"number"`
	Files      []Pin       `json:"files"`      // the delivery, in the order in which it is read
	Mapping    string      `json:"mapping"`    // digest of the partner's mapping
	Master     string      `json:"master"`     // digest of the master snapshot
	Model      string      `json:"model"`      // digest of the matcher's model
	Shards     int         `json:"shards"`     // in how many parts match does its work, 1 or more
	Generation int         `json:"generation"` // the matches it adds to

	// Stages are the versions of the stages that its results come from, such as "extract 2, match 3"; plans of before them have none.
	Stages string `json:"stages,omitempty"`

	// Approval lets the delivery through that a guard holds; nil where nobody approved it.
	Approval *nayose.Approval `json:"approval,omitempty"`

	// Decisions is the log of decisions that match answers by; nil for none.
	Decisions *nayose.LogPin `json:"decisions,omitempty"`
}

func (p *Plan) key() string {
	return fmt.Sprintf("plans/%s/%s/%d.json", p.Week, p.Partner, p.Number)
}

// Freeze makes p the newest plan of its week and partner, numbered after the last one. Where p would read exactly what
// the last plan reads, that plan is the plan, whatever its format, and nothing is written. Two runs that freeze at once
// end with the same plan, or with one after the other.
//
// The plan pins the log of decisions, which Freeze reads on to its end. Entries that are not about the partner are no change: the last
// plan's pin stays until something else changes.
func Freeze(ctx context.Context, s nayose.Store, p Plan, log *DecisionLog) (frozen Plan, created bool, err error) {
	for taken := 0; ; {
		last, err := LastPlan(ctx, s, p.Week, p.Partner)
		if err != nil && !missing(err) {
			return Plan{}, false, err
		}
		if readErr := log.Read(ctx, s, -1); readErr != nil {
			return Plan{}, false, readErr
		}
		if _, pinErr := log.At(last.Decisions); pinErr != nil {
			return Plan{}, false, pinErr
		}
		p.Format, p.Number, p.Decisions = last.Format, last.Number, log.Pin()
		if log.About(p.Partner, last.Decisions) == 0 {
			p.Decisions = last.Decisions
		}
		if err == nil && reflect.DeepEqual(p, last) {
			return last, false, nil
		}
		p.Format, p.Number, p.Decisions = planFormat, last.Number+1, log.Pin()
		if p.Number == taken {
			return Plan{}, false, nayose.Fault(nayose.Integrity, fmt.Errorf("something that is no plan stands at %s/%s", s, p.key()),
				"move it away and run again")
		}
		err = createJSON(ctx, s, p.key(), p)
		if err == nil {
			return p, true, nil
		}
		// Another run took the number, or our own write was acknowledged late: the loop reads it back and compares.
		if !exists(err) {
			return Plan{}, false, fmt.Errorf("freeze plan: %w", err)
		}
		taken = p.Number
	}
}

// LastPlan is the highest plan of a week and partner, found by probing upward from 1. The error is fs.ErrNotExist
// where there is none.
func LastPlan(ctx context.Context, s nayose.Store, week nayose.Week, partner string) (Plan, error) {
	last, err := newest(func(n int) (Plan, error) { return ReadPlan(ctx, s, week, partner, n) })
	if missing(err) {
		return Plan{}, fmt.Errorf("plan of %s %s: %w", partner, week, fs.ErrNotExist)
	}
	return last, err
}

// ReadPlan is the plan of that number of a week and partner. The error is fs.ErrNotExist where there is none.
func ReadPlan(ctx context.Context, s nayose.Store, week nayose.Week, partner string, number int) (Plan, error) {
	p := Plan{Week: week, Partner: partner, Number: number}
	key := p.key()
	err := readJSON(ctx, s, key, &p)
	switch {
	case err != nil:
		return Plan{}, err
	case p.Format < 1 || p.Format > planFormat || p.key() != key:
		return Plan{}, nayose.Fault(nayose.Integrity, fmt.Errorf("%s/%s is not the plan its name says", s, key),
			"the object was copied or written by another version of nayose; move it away and run again")
	}
	if p.Format == 1 {
		p.Shards = 1
	}
	return p, nil
}

// newest is what stands under the highest number, found by probing upward from 1. The error is fs.ErrNotExist where nothing stands
// under 1.
func newest[T any](read func(n int) (T, error)) (last T, err error) {
	for n := 1; ; n++ {
		next, err := read(n)
		if missing(err) && n > 1 {
			return last, nil
		}
		if err != nil {
			return next, err
		}
		last = next
	}
}
