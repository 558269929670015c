package main

import (
	"context"
	"fmt"
	"iter"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/loader"
)

// outcomes makes what a plan published once more and compares it row by row, and the books of all parts with those of the extract. Whether
// a part had to be there is asked of plans that were loaded.
func (a *audit) outcomes(ctx context.Context, where string, d *delivery) error {
	var books postingBooks
	for i := range d.matches {
		part, m := outcomePart(d, artifact.Shard{Index: i, Of: d.plan.Shards}), &d.matches[i]
		if m.Digest == "" || a.spoilt(d.extract.Digest) || a.spoilt(m.Digest) {
			return nil // what it was made of is not there, or cannot be believed
		}
		switch err := part.Compare(ctx, a.store, books.count(a.job.outcomes(ctx, d, part.Shard, m))); {
		case err == nil:
			a.checked.parts++
		case isMissing(err):
			a.unpublished[d.plan.Number] = append(a.unpublished[d.plan.Number], part.Key())
		default:
			return a.tell(part.Key(), err)
		}
	}
	if a.unpublished[d.plan.Number] != nil {
		return nil
	}
	want := postingBooks{d.extract.Extract.Unique, d.extract.Extract.UniqueSum}
	if books != want {
		a.wrong(where+"'s outcome log", fmt.Sprintf("the %d postings of the extract, control sum %016x", want.rows, uint64(want.sum)),
			fmt.Sprintf("%d, control sum %016x", books.rows, uint64(books.sum)))
	}
	return nil
}

// postingBooks are how many postings there are, and the control sum of their lineage ids.
type postingBooks struct {
	rows int64
	sum  nayose.IDSum
}

// count counts rows that pass.
func (b *postingBooks) count(rows iter.Seq2[artifact.OutcomeRow, error]) iter.Seq2[artifact.OutcomeRow, error] {
	return func(yield func(artifact.OutcomeRow, error) bool) {
		for row, err := range rows {
			var id nayose.ID
			if err == nil {
				err = id.UnmarshalText([]byte(row.LineageID))
			}
			b.rows++
			b.sum.Add(id)
			if !yield(row, err) {
				return
			}
		}
	}
}

// published tells what is missing in the outcome log of a load, unless it was erased with the results, or a version of nayose froze the plan
// that had no log.
func (a *audit) published(ctx context.Context, db *loader.DB, row loader.DeliveryRow, d *delivery) error {
	missing := a.unpublished[d.plan.Number]
	if len(missing) == 0 || d.plan.Stages == "" {
		return nil
	}
	erased, err := a.resultsErased(ctx, db, row)
	if erased || err != nil {
		return err
	}
	for _, key := range missing {
		a.wrong(key, "the outcomes, which nayose match writes", "nothing")
	}
	return nil
}
