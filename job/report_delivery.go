package main

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/missing"
	page "nayose/job/internal/report"
	"nayose/loader"
)

// mostReasons is how many reasons of rejects are told apart, and shown of a delivery.
const mostReasons = 20

// reportOf is what became of a delivery. What keeps it from being found out stands in d.err.
func (j *job) reportOf(ctx context.Context, d *delivery, ledger []loader.DeliveryRow, ledgerKnown bool) page.Delivery {
	r := page.Delivery{Partner: d.partner}
	load, err := j.follow(ctx, d, ledger, &r)
	var hold artifact.Hold
	if err == nil {
		hold, err = j.holdOf(ctx, d, load)
	}
	if err != nil {
		d.err = ended(ctx, fmt.Errorf("%s %s: report: %w", d.partner, d.plan.Week, err))
	}
	s := d.summary()
	r.Plan, r.State = d.plan.Number, s.State
	next := fmt.Sprintf("nayose run --week %s --partner %s", d.plan.Week, d.partner)
	since := j.settled.About(d.partner, d.plan.Decisions)
	if load != nil {
		r.State = stateOf(load.Result)
	}
	switch {
	case d.err != nil:
		r.State, r.Next = s.State, faultOf(d.err).hint
	case hold.Reason != "":
		r.State, r.Held, r.Next = "held", hold.Reason, hold.Hint
	case since > 0 && d.plan.Number > 0:
		r.Next = fmt.Sprintf("%s: %d decisions came since it was planned", next, since)
	case load == nil && !ledgerKnown:
		r.State += ", load unknown"
	case load == nil:
		r.Next = next
	}
	return r
}

// holdOf is the last entry of the log of holds about a delivery; none where the delivery was loaded since.
func (j *job) holdOf(ctx context.Context, d *delivery, load *loader.DeliveryRow) (artifact.Hold, error) {
	hold, err := artifact.LastHold(ctx, j.store, d.plan.Week, d.partner)
	if isMissing(err) || load != nil && load.Finished.Truncate(time.Second).After(hold.At) { // entries have whole seconds
		return artifact.Hold{}, nil
	}
	return hold, err
}

// follow fills in what the stages of a delivery left, as far as they are done, and finds its row of the ledger; nil for none.
func (j *job) follow(ctx context.Context, d *delivery, ledger []loader.DeliveryRow, r *page.Delivery) (load *loader.DeliveryRow, err error) {
	if err := j.locate(ctx, d); err != nil {
		return nil, err
	}
	e := d.extract.Extract
	if e == nil {
		return nil, nil
	}
	r.Records, r.Rejected, r.Duplicates, r.Deletions = e.Records, e.Rejected, e.Duplicates, e.Deletions
	r.Stages = append(r.Stages, page.Stage{Name: "extract", Seconds: d.extract.Seconds, Rows: e.Records})
	if r.Reasons, err = reasons(artifact.ValuesOf[nayose.Reject](ctx, j.store, &d.extract, rejectsFile)); err != nil {
		return nil, err
	}
	if !d.allMatched() {
		return nil, nil
	}
	if err := j.addMatch(ctx, d, r); err != nil {
		return nil, err
	}
	digest, err := loadDigest(d)
	if err != nil {
		return nil, err
	}
	for i := range ledger {
		if row := &ledger[i]; row.Week == d.plan.Week && row.Partner == d.partner && (load == nil || row.Plan >= load.Plan) {
			load = row
		}
	}
	if load == nil || load.Digest != digest {
		return nil, nil
	}
	r.Stages = append(r.Stages, page.Stage{Name: "load", Seconds: load.Finished.Sub(load.Started).Seconds(), Rows: load.Extract.Unique})
	return load, nil
}

// addMatch adds what came of survey and match.
func (j *job) addMatch(ctx context.Context, d *delivery, r *page.Delivery) error {
	place, err := surveyPlace(d)
	if err != nil {
		return err
	}
	survey, err := artifact.Committed(ctx, j.store, place)
	if err != nil {
		return fmt.Errorf("survey: %w", err)
	}
	match := page.Stage{Name: "match"}
	for _, m := range d.matches {
		match.Seconds += m.Seconds
		match.Rows += m.Match.Mentions
	}
	if len(d.matches) > 1 {
		match.Shards = len(d.matches)
	}
	r.Stages = append(r.Stages, page.Stage{Name: "survey", Seconds: survey.Seconds, Rows: survey.Survey.Mentions}, match)
	if r.Scores, r.Samples, err = j.answersOf(ctx, d); err != nil {
		return err
	}
	for _, outcome := range outcomes {
		var n int64
		for _, postings := range r.Scores[outcome] {
			n += postings
		}
		*map[nayose.Outcome]*int64{nayose.Matched: &r.Matched, nayose.Review: &r.Review, nayose.Unmatched: &r.Unmatched}[outcome] = n
	}
	return nil
}

// reasons are why records were rejected, the most frequent first. Those beyond mostReasons stand together, last and without a column.
func reasons(rejects iter.Seq2[nayose.Reject, error]) ([]page.Reason, error) {
	counts := map[page.Reason]int64{}
	others := page.Reason{Code: "other reasons"}
	for r, err := range rejects {
		if err != nil {
			return nil, err
		}
		reason := page.Reason{Column: r.Column, Code: r.Code}
		switch _, known := counts[reason]; {
		case r.Kind != nayose.RejectBad:
		case !known && len(counts) == 50*mostReasons: // as many as no mapping has: let none fill the memory
			others.Records++
		default:
			counts[reason]++
		}
	}
	list := make([]page.Reason, 0, len(counts))
	for reason, n := range counts {
		reason.Records = n
		list = append(list, reason)
	}
	slices.SortFunc(list, func(a, b page.Reason) int {
		return cmp.Or(-cmp.Compare(a.Records, b.Records), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Code, b.Code))
	})
	for len(list) > mostReasons {
		others.Records += list[len(list)-1].Records
		list = list[:len(list)-1]
	}
	if others.Records > 0 {
		list = append(list, others)
	}
	return list, nil
}

// answersOf are the scores of a delivery's postings, and examples of its answers.
func (j *job) answersOf(ctx context.Context, d *delivery) (page.Scores, []page.Sample, error) {
	board, chosen := newScoreboard(d.extract.Extract.Mentions), newSampler(d.plan.Week)
	err := j.eachMatch(ctx, d, func(mention nayose.Mention, match nayose.Match) {
		board.add(&match)
		chosen.add(mention, match)
	})
	if err != nil {
		return nil, nil, err
	}
	samples := chosen.samples()
	of := map[nayose.ID]*page.Sample{}
	for i := range samples {
		of[samples[i].Mention.ID] = &samples[i]
	}
	type row struct {
		Lineage   nayose.ID `parquet:"lineage_id,uuid,uncompressed"`
		MentionID nayose.ID `parquet:"mention_id,uuid,uncompressed"`
	}
	for p, err := range artifact.RowsOf[row](ctx, j.store, &d.extract, postingsFile) {
		if err != nil {
			return nil, nil, err
		}
		if !board.count(p.MentionID) {
			return nil, nil, nayose.Fault(nayose.Integrity, fmt.Errorf("posting %s has no match", p.Lineage), "")
		}
		if s := of[p.MentionID]; s != nil && s.Lineage == (nayose.ID{}) {
			s.Lineage = p.Lineage
		}
	}
	return board.scores(), samples, nil
}

// nameSamples fills in the names of the first two candidates of each delivery's examples, from the master that it was matched with. Each
// master is read once.
func (j *job) nameSamples(ctx context.Context, ds []*delivery, rs []page.Delivery) error {
	wanted := map[string]map[string][]*string{} // by master and id
	for i, d := range ds {
		for s := range rs[i].Samples {
			sample := &rs[i].Samples[s]
			names := []*string{&sample.Company, &sample.Second}
			for c := range sample.Match.Candidates[:min(len(sample.Match.Candidates), len(names))] {
				id := sample.Match.Candidates[c].CompanyID
				if wanted[d.plan.Master] == nil {
					wanted[d.plan.Master] = map[string][]*string{}
				}
				wanted[d.plan.Master][id] = append(wanted[d.plan.Master][id], names[c])
			}
		}
	}
	for _, master := range slices.Sorted(maps.Keys(wanted)) {
		snapshot, err := artifact.Committed(ctx, j.store, artifact.MasterPlace(master))
		if err != nil {
			return err
		}
		for c, err := range artifact.RowsOf[missing.Company](ctx, j.store, &snapshot, companiesFile) {
			if err != nil {
				return err
			}
			for _, name := range wanted[master][c.ID] {
				*name = c.Name
			}
		}
	}
	return nil
}
