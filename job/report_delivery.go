package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/missing"
	page "nayose/job/internal/report"
	"nayose/loader"
)

// mostReasons is how many reasons of rejects are told apart, and shown of a delivery.
const mostReasons = 20

// reportOf is what became of a delivery, which status has followed to its row of the ledger, or whatever else the week's last row of the
// partner is. What keeps it from being found out stands in d.err.
func (j *job) reportOf(ctx context.Context, d *delivery, s *status, load loader.DeliveryRow) page.Delivery {
	r := page.Delivery{Partner: d.partner, Plan: d.plan.Number, State: s.State, Warned: s.Warned, Passed: s.LetThrough, Next: s.Next}
	if s.Held != nil {
		r.Held = s.Held.Reason
	}
	if d.err != nil || d.extract.Extract == nil {
		return r
	}
	r.Stages = stagesOf(d, s)
	if s.Stages[atLoad].State == stageDone {
		for _, f := range load.Figures {
			r.Figures = append(r.Figures, page.Figure(f))
		}
	}
	if err := j.addContents(ctx, d, &r); err != nil {
		d.err = ended(ctx, fmt.Errorf("%s %s: report: %w", d.partner, d.plan.Week, err))
		r.State, r.Next = stateFailed, faultOf(d.err).hint
	}
	return r
}

// stagesOf are the stages that are done, and what each counts.
func stagesOf(d *delivery, s *status) (list []page.Stage) {
	e := d.extract.Extract
	rows := []int64{atExtract: e.Records, atSurvey: e.Mentions, atMatch: e.Mentions, atLoad: e.Unique}
	for i := atExtract; i <= atLoad; i++ {
		stage := &s.Stages[i]
		if stage.State != stageDone {
			continue
		}
		done := page.Stage{Name: stage.Stage, Seconds: stage.Seconds, Rows: rows[i]}
		if stage.Shards > 1 {
			done.Shards = stage.Shards
		}
		list = append(list, done)
	}
	return list
}

// addContents adds what the artefacts of extract and match hold.
func (j *job) addContents(ctx context.Context, d *delivery, r *page.Delivery) (err error) {
	e := d.extract.Extract
	r.Records, r.Rejected, r.Duplicates, r.Deletions = e.Records, e.Rejected, e.Duplicates, e.Deletions
	if r.Reasons, err = reasons(artifact.ValuesOf[nayose.Reject](ctx, j.store, &d.extract, rejectsFile)); err != nil || !d.allMatched() {
		return err
	}
	if r.Scores, r.Samples, err = j.answersOf(ctx, d); err != nil {
		return err
	}
	r.Matched, r.Review, r.Unmatched = postingsOf(r.Scores[nayose.Matched]), postingsOf(r.Scores[nayose.Review]), postingsOf(r.Scores[nayose.Unmatched])
	return nil
}

func postingsOf(scores [scoreBands]int64) (postings int64) {
	for _, n := range scores {
		postings += n
	}
	return postings
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
		if s := of[p.MentionID]; s != nil {
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
	var errs []error
	for _, master := range slices.Sorted(maps.Keys(wanted)) {
		errs = append(errs, j.nameCompanies(ctx, master, wanted[master]))
	}
	return errors.Join(errs...)
}

// nameCompanies writes the names of some companies of a master to where they are wanted, by id.
func (j *job) nameCompanies(ctx context.Context, master string, wanted map[string][]*string) error {
	snapshot, err := artifact.Committed(ctx, j.store, artifact.MasterPlace(master))
	if err != nil {
		return err
	}
	for c, err := range artifact.RowsOf[missing.Company](ctx, j.store, &snapshot, companiesFile) {
		if err != nil {
			return err
		}
		for _, name := range wanted[c.ID] {
			*name = c.Name
		}
	}
	return nil
}
