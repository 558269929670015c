package main

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
)

func reviewCommand() *cli.Command {
	return &cli.Command{
		Name: "review", Usage: "let people settle what is in doubt: workbooks of employers, audits, the log of decisions",
		Commands: []*cli.Command{reviewExportCommand(), reviewImportCommand(), reviewSampleCommand(), reviewLogCommand()}, Action: noSuchCommand,
	}
}

// An answered mention is one with the matcher's answer and the postings that share it.
type answered struct {
	id       nayose.ID
	partner  string
	postings int64
	outcome  nayose.Outcome
	best     float64 // the probability of the best candidate
	sure     float64 // the probability of the likeliest answer: the best candidate, or none of them
	doubt    float64 // the probability that another is right that a reviewer is offered
	group    string  // of mentions that the survey takes for one employer's
}

// matchedDeliveries are those of a week that are matched. One that is not there yet is left out, unless there is no other.
func (j *job) matchedDeliveries(ctx context.Context, week nayose.Week, partner string) (ready []*delivery, err error) {
	ds, err := j.deliveries(week, partner)
	if err != nil {
		return nil, err
	}
	for _, d := range ds {
		if d.err = j.recall(ctx, d); d.err == nil {
			d.err = j.matched(ctx, d)
		}
		switch kind, _ := classify(d.err); {
		case d.err == nil:
			ready = append(ready, d)
		case kind == nayose.NotReady || kind == nayose.Missing || kind == nayose.Held:
			d.log.Warn("not matched: its mentions are left out", "error", nayose.OneLine(d.err.Error()))
		default:
			return nil, fmt.Errorf("%s %s: %w", d.partner, week, d.err)
		}
	}
	if len(ready) == 0 {
		return nil, failures(ds)
	}
	return ready, nil
}

// answers are the mentions of deliveries with their answers, some 150 bytes each.
func (j *job) answers(ctx context.Context, ds []*delivery) (list []answered, err error) {
	for _, d := range ds {
		postings, err := j.postingsByMention(ctx, d)
		if err != nil {
			return nil, err
		}
		groups, err := j.groups(ctx, d)
		if err != nil {
			return nil, err
		}
		for match, err := range j.matches(ctx, d) {
			if err != nil {
				return nil, err
			}
			a := readMatch(&match)
			a.partner, a.postings, a.group = d.partner, postings[match.MentionID], match.MentionID.String()
			if group := groups[0]; group > 0 {
				a.group = fmt.Sprintf("%s %d", d.partner, group)
			}
			groups, list = groups[1:], append(list, a)
		}
	}
	return list, nil
}

// readMatch is what a match says, and how sure that is.
func readMatch(m *nayose.Match) answered {
	none := m.None()
	a := answered{id: m.MentionID, outcome: m.Outcome, best: m.Probability, sure: max(m.Probability, none)}
	offered := none
	for _, c := range m.Candidates[:min(len(m.Candidates), mostShown)] {
		offered += c.Probability
	}
	a.doubt = max(0, offered-a.sure)
	return a
}

// groups are the groups of a delivery's mentions, in their order, as the survey of its match found them; 0 is none.
func (j *job) groups(ctx context.Context, d *delivery) (list []int32, err error) {
	place, err := surveyPlace(d)
	if err != nil {
		return nil, err
	}
	survey, err := artifact.Committed(ctx, j.store, place)
	if err != nil {
		return nil, fmt.Errorf("survey: %w", err)
	}
	for member, err := range artifact.RowsOf[nayose.GroupMember](ctx, j.store, &survey, membersFile) {
		if err != nil {
			return nil, err
		}
		list = append(list, member.Group)
	}
	if int64(len(list)) != d.extract.Extract.Mentions {
		err = nayose.Fault(nayose.Integrity, fmt.Errorf("the survey has %d mentions, not %d", len(list), d.extract.Extract.Mentions), "")
	}
	return list, err
}

func (j *job) postingsByMention(ctx context.Context, d *delivery) (map[nayose.ID]int64, error) {
	counts := map[nayose.ID]int64{}
	for p, err := range artifact.RowsOf[nayose.PostingMention](ctx, j.store, &d.extract, postingsFile) {
		if err != nil {
			return nil, err
		}
		counts[p.MentionID]++
	}
	return counts, nil
}
