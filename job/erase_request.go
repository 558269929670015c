package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/loader"
)

// requestOf is the request that the flags make.
func requestOf(c *cli.Command) (r loader.Request, err error) {
	r = loader.Request{
		Partner: c.String("partner"), Postings: c.StringSlice("posting"),
		By: strings.TrimSpace(c.String("by")), Why: strings.TrimSpace(c.String("why")),
	}
	switch {
	case r.Partner == "":
		return r, usage(errors.New("no partner is given"), "add --partner: a posting's id is the partner's own")
	case len(r.Postings) == 0 && !c.IsSet("lineage"):
		return r, usage(errors.New("no posting and no reject is given"), "add --posting ID or --lineage ID; docs/operating.md tells how to find them")
	case slices.Contains(r.Postings, ""):
		return r, usage(errors.New("--posting is empty"), "give the partner's id of the posting")
	}
	for _, text := range c.StringSlice("lineage") {
		var id nayose.ID
		if err := id.UnmarshalText([]byte(text)); err != nil {
			return r, usage(fmt.Errorf("--lineage: %w", err), "give the lineage_id of nayose.rejects")
		}
		r.Rejects = append(r.Rejects, id)
	}
	return r, errors.Join(checkText("by", r.By), checkText("why", r.Why))
}

// eraseAsked erases what somebody asked to be erased: the rows first, so that from then on no load brings them back, then the results
// in the store that hold them. A crash leaves some of these; the same command finds them again.
func (j *job) eraseAsked(ctx context.Context, c *cli.Command) error {
	r, err := requestOf(c)
	if err != nil {
		return err
	}
	loads, err := j.ledgerRows(ctx, nil)
	if err != nil {
		return err
	}
	if _, err := j.loadedPartners(loads, r.Partner); err != nil {
		return err
	}
	db, err := j.database(ctx)
	if err != nil {
		return err
	}
	e := eraser{job: j, request: r, db: db}
	var rows loader.Erased
	err = j.log.Spin("erase", r.Partner, func() (err error) {
		if rows, err = db.EraseOnRequest(ctx, r); err != nil {
			return err
		}
		if err = e.results(ctx); err != nil {
			err = fmt.Errorf("erase results in the store (the rows are erased): %w", err)
		}
		return err
	})
	if err != nil {
		return err
	}
	j.log.Info("erased on request", append([]any{"partner", r.Partner, "places", len(e.places), "objects", e.objects, "outcomes", len(e.outcomes)}, erasedCounts(rows)...)...)
	return e.tell(ctx, rows)
}

// eraser erases the results that hold what a request names.
type eraser struct {
	*job
	request loader.Request
	db      *loader.DB

	places   []artifact.Place // in the order in which they go: what is found by another one's manifest before that one
	files    []artifact.Pin   // of the partner, behind them
	outcomes []string         // keys of the outcome log
	objects  int
	building bool // a rebuild is at work, whose frozen mentions stay
}

// results finds and erases them: extracts that hold one of the postings or rejects, what rebuilds and shadows froze, and all surveys and
// matches of the same mentions; and what the outcome log has of a plan with one of the postings. The ledger of erasures knows before the
// first object goes.
func (e *eraser) results(ctx context.Context) error {
	all, err := artifact.Results(ctx, e.store)
	if err != nil {
		return err
	}
	mentions, held, err := e.holders(ctx, all)
	if err != nil {
		return err
	}
	for i := range all {
		if m := &all[i]; (m.Stage == "survey" || m.Stage == "match") && mentions[m.Input(mentionsFile)] {
			e.places = append(e.places, m.Place())
		}
	}
	e.places = append(e.places, held...)
	if e.outcomes, err = artifact.OutcomesWith(ctx, e.store, e.request.Partner, e.request.Postings); err != nil {
		return err
	}
	if err := e.note(ctx, all, mentions); err != nil {
		return err
	}
	for _, p := range e.places {
		n, err := artifact.Erase(ctx, e.store, p)
		e.objects += n
		if err != nil {
			return err
		}
	}
	for _, key := range e.outcomes {
		if err := e.store.Delete(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// holders are the places of the partner that hold what is to go, and the digests of the mentions there.
func (e *eraser) holders(ctx context.Context, all []artifact.Manifest) (mentions map[string]bool, held []artifact.Place, err error) {
	building, err := e.builds(ctx)
	if err != nil {
		return nil, nil, err
	}
	mentions = map[string]bool{}
	for i := range all {
		m := &all[i]
		if m.Input("partner") != e.request.Partner {
			continue
		}
		holds := false
		switch m.Stage {
		case "extract":
			if holds, err = e.holds(ctx, m); err != nil {
				return nil, nil, err
			}
		case "rebuild":
			under := building[m.Input("build")]
			e.building = e.building || under
			holds = !under
		case "shadow":
			holds = true
		}
		if !holds {
			continue
		}
		held = append(held, m.Place())
		for _, f := range m.Files {
			if !slices.Contains(e.files, f) {
				e.files = append(e.files, f)
			}
		}
		for _, o := range m.Outputs {
			if o.Name == mentionsFile || o.Name == currentFile || o.Name == formerFile {
				mentions[o.SHA256] = true
			}
		}
	}
	return mentions, held, nil
}

// builds are those of the generations that are being made: a rebuild that lost its frozen mentions would freeze others.
func (e *eraser) builds(ctx context.Context) (map[string]bool, error) {
	generations, err := e.db.Generations(ctx)
	building := map[string]bool{}
	for _, g := range generations {
		if g.State == loader.Building {
			building[g.Build.String()] = true
		}
	}
	return building, err
}

// holds tells whether an extract has one of the postings or rejects. One whose files are not all there, since an earlier erasure died,
// is taken to have.
func (e *eraser) holds(ctx context.Context, m *artifact.Manifest) (bool, error) {
	found, err := e.search(ctx, m)
	if isMissing(err) {
		return true, nil
	}
	return found, err
}

func (e *eraser) search(ctx context.Context, m *artifact.Manifest) (bool, error) {
	type key struct {
		PostingID string `parquet:"posting_id"`
	}
	if len(e.request.Postings) > 0 {
		for _, file := range []string{postingsFile, deletionsFile} {
			for row, err := range artifact.RowsOf[key](ctx, e.store, m, file) {
				if err != nil || slices.Contains(e.request.Postings, row.PostingID) {
					return err == nil, err
				}
			}
		}
	}
	for row, err := range artifact.ValuesOf[nayose.Reject](ctx, e.store, m, rejectsFile) {
		if err != nil || slices.Contains(e.request.Rejects, row.Lineage) {
			return err == nil, err
		}
	}
	return false, nil
}

// note writes in the ledger of erasures which loads are to lose results: those of plans whose mentions go.
func (e *eraser) note(ctx context.Context, all []artifact.Manifest, mentions map[string]bool) error {
	if len(e.places) == 0 {
		return nil
	}
	plans, err := artifact.Plans(ctx, e.store, e.request.Partner)
	if err != nil {
		return err
	}
	for _, p := range plans {
		i := slices.IndexFunc(all, func(m artifact.Manifest) bool { return m.Stage == "extract" && m.Digest == extractPlace(p).Digest })
		if i < 0 {
			continue
		}
		if o, err := all[i].Output(mentionsFile); err != nil || !mentions[o.SHA256] {
			continue
		}
		if err := e.db.NoteResults(ctx, e.request, p.Week, p.Number, len(e.places)); err != nil {
			return err
		}
	}
	return nil
}

// tell says what went, and where it still is.
func (e *eraser) tell(ctx context.Context, rows loader.Erased) error {
	var b strings.Builder
	fmt.Fprintf(&b, "erased: %s, %s, %s, %s, %s; in the store %s of %s, and %s of the outcome log\n",
		nayose.Count(rows.Postings, "posting"), nayose.Count(rows.Rejects, "reject"), nayose.Count(rows.Mentions, "mention"),
		nayose.Count(rows.Matches, "match"), nayose.Count(rows.Workplaces, "workplace"),
		nayose.Count(len(e.places), "result"), nayose.Count(e.objects, "object"), nayose.Count(len(e.outcomes), "part"))
	for _, f := range e.files {
		now, err := e.input.Stat(ctx, f.Key)
		now.Modified = f.Modified
		switch {
		case err != nil && !isMissing(err):
			return err
		case err == nil && now == f.Object:
			fmt.Fprintf(&b, "the partner's file still has it: %s/%s\n", e.input, f.Key)
		default:
			fmt.Fprintf(&b, "the partner's file had it, and was replaced or removed since; an old version may have it: %s/%s\n", e.input, f.Key)
		}
	}
	if e.building {
		b.WriteString("a rebuild is under way and keeps the partner's mentions: run this again when its generation is live or given up\n")
	}
	_, err := e.out.Write([]byte(b.String()))
	return err
}
