package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/missing"
	page "nayose/job/internal/report"
	"nayose/loader"
)

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
	if r.Reasons, err = page.Reasons(artifact.ValuesOf[nayose.Reject](ctx, j.store, &d.extract, rejectsFile)); err != nil || !d.allMatched() {
		return err
	}
	if r.Scores, r.Samples, err = j.answersOf(ctx, d); err != nil {
		return err
	}
	r.Matched, r.Review, r.Unmatched = r.Scores.Postings(nayose.Matched), r.Scores.Postings(nayose.Review), r.Scores.Postings(nayose.Unmatched)
	return nil
}

// answersOf are the scores of a delivery's postings, and examples of its answers.
func (j *job) answersOf(ctx context.Context, d *delivery) (page.Scores, []page.Sample, error) {
	board, chosen := page.NewScoreboard(d.extract.Extract.Mentions), page.NewSampler(d.plan.Week)
	err := j.eachMatch(ctx, d, func(mention nayose.Mention, match nayose.Match) {
		board.Add(&match)
		chosen.Add(mention, match, readMatch(&match).doubt)
	})
	if err != nil {
		return nil, nil, err
	}
	samples := chosen.Samples()
	of := map[nayose.ID]*page.Sample{}
	for i := range samples {
		of[samples[i].Mention.ID] = &samples[i]
	}
	for p, err := range artifact.RowsOf[nayose.PostingMention](ctx, j.store, &d.extract, postingsFile) {
		if err != nil {
			return nil, nil, err
		}
		if !board.Count(p.MentionID) {
			return nil, nil, nayose.Fault(nayose.Integrity, fmt.Errorf("posting %s has no match", p.Lineage), "")
		}
		if s := of[p.MentionID]; s != nil {
			s.Lineage = p.Lineage
		}
	}
	return board.Scores(), samples, nil
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
