package main

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/drift"
	"nayose/job/internal/eval"
	"nayose/job/internal/terminal"
	"nayose/loader"
)

// shadowFlags are those that only --shadow has.
func shadowFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "gold", Usage: "with --shadow: measure both on this `FILE` of labelled postings, as eval takes it"},
		&cli.StringFlag{Name: "changes", Usage: "with --shadow: write each posting whose answer changes to this CSV `FILE`; - for stdout"},
		&cli.StringFlag{Name: "out", Usage: "with --shadow: `FILE` for a workbook of changed mentions, drawn at random, to judge; - for stdout"},
		&cli.IntFlag{Name: "size", Value: 200, Usage: "with --out: draw `N` mentions"},
		&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "with --out: draw by this `NUMBER`; another one draws others"},
		&cli.StringFlag{Name: "reviewer", Usage: "with --out: `NAME` of who will judge"},
		&cli.BoolFlag{Name: "json", Usage: "with --shadow: print JSON for programs"},
	}
}

// onlyShadow refuses these flags without what they are about.
func onlyShadow(c *cli.Command) error {
	for _, f := range shadowFlags() {
		if name := f.Names()[0]; c.IsSet(name) && !c.Bool("shadow") {
			return usage(fmt.Errorf("--%s is about a shadow", name), "add --shadow")
		}
	}
	for _, name := range []string{"size", "seed", "reviewer"} {
		if c.IsSet(name) && c.String("out") == "" {
			return usage(fmt.Errorf("--%s is about a workbook", name), "add --out FILE")
		}
	}
	if size := c.Int("size"); size < 1 || size > mostQuestions {
		return usage(fmt.Errorf("--size is %d", size), fmt.Sprintf("a workbook has 1 to %d questions", mostQuestions))
	}
	if name := c.String("reviewer"); name != "" {
		return checkText("reviewer", name)
	}
	return nil
}

// shadow matches what is live by the settings of now, beside the live generation and without a trace in Postgres, and says what would
// change. What is read, at one moment, and its matches stand in the store as a rebuild's do: a shadow that finds everything as the last one
// did matches nothing, one that died goes on, and the rebuild after it finds the same mentions matched.
func (j *job) shadow(ctx context.Context, db *loader.DB, c *cli.Command) error {
	limit, err := j.driftLimit(c)
	if err != nil {
		return err
	}
	s := &shadow{job: j, log: j.log.With("shadow", true)}
	if file := c.String("gold"); file != "" {
		if s.gold, err = readLabelled(file, eval.ReadPostings); err != nil {
			return err
		}
	}
	if s.asked, err = j.askedGeneration(ctx, db, c); err != nil {
		return err
	}
	if err := j.addMaster(ctx, db, &s.asked); err != nil {
		return err
	}
	s.log.Info("shadow", "partner", s.asked.Scope.Partner, "model", s.asked.Model, "master", s.asked.Master, "decisions", s.asked.Decisions.Entries)
	defer s.close()
	for _, step := range []func() error{
		func() error { return s.freeze(ctx, db) },
		func() error { return s.match(ctx) },
		func() error { return s.knowLive(ctx) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	r, err := s.report(ctx, c, limit)
	if err != nil {
		return err
	}
	return errors.Join(r.tell(j.out, c.Bool("json")), r.Missing.Fault())
}

// shadow is what is live, and what the settings would make of it.
type shadow struct {
	*job
	asked  loader.Generation // by the settings; it has no number, and is nowhere
	live   loader.Generation // with the model and the master that it goes by, as far as they are known
	ledger []loader.DeliveryRow
	log    *terminal.Log
	parts  []*shadowed
	newest nayose.Week    // that was loaded, of these partners
	gold   []eval.Posting // nil for none
}

// shadowed is a partner's part.
type shadowed struct {
	partner string
	attempt *artifact.Attempt
	place   artifact.Place
	books   loader.LiveBooks
	frozen  artifact.Manifest
	files   []*delivery // matched; what has no mentions is left out
	last    *delivery   // the last one that was loaded, as far as the store still has it
}

func (s *shadow) close() {
	for _, p := range s.parts {
		_ = p.attempt.Close()
	}
}

// shadowVersion rises when what is live would be frozen otherwise.
const shadowVersion = 1

// What is frozen beside the mentions.
const (
	liveFile    = "live.parquet"    // given: the live generation's answers, by mention
	lineageFile = "lineage.parquet" // nayose.PostingMention, by mention
)

// freeze reads what is live in one transaction, and then puts it into the store, in places that are named by what was read.
func (s *shadow) freeze(ctx context.Context, db *loader.DB) error {
	err := db.ReadLive(ctx, s.asked.Scope, func(r *loader.LiveReader) error {
		s.live = r.Generation
		partners, err := r.Partners(ctx)
		if err != nil {
			return err
		}
		if s.ledger, err = r.Deliveries(ctx); err != nil {
			return err
		}
		for _, partner := range partners {
			if err := s.read(ctx, r, partner); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range s.parts {
		log := s.log.With("partner", p.partner, "stage", "freeze")
		if p.frozen, err = s.done(ctx, log, p.place); isMissing(err) {
			if p.frozen, err = p.attempt.Commit(ctx, p.place, artifact.Manifest{}, codeVersion()); err == nil {
				log.Info("done", "seconds", p.frozen.Seconds, "postings", p.books.Postings)
			}
		}
		if err != nil {
			return fmt.Errorf("freeze what is live of %s: %w", p.partner, err)
		}
	}
	return nil
}

// read writes what is live of a partner into an attempt.
func (s *shadow) read(ctx context.Context, r *loader.LiveReader, partner string) error {
	a, err := artifact.Begin(s.store)
	if err != nil {
		return err
	}
	p := &shadowed{partner: partner, attempt: a}
	s.parts = append(s.parts, p)
	current, former, err := writeMentions(a, r.Mentions(ctx, partner))
	if err != nil {
		return err
	}
	live, err := artifact.NewTable[nayose.Answer](a, liveFile)
	if err != nil {
		return err
	}
	for m, err := range r.Answers(ctx, partner) {
		if err == nil {
			err = live.Write(m)
		}
		if err != nil {
			return err
		}
	}
	lineage, err := artifact.NewTable[nayose.PostingMention](a, lineageFile)
	if err != nil {
		return err
	}
	for posting, err := range r.Postings(ctx, partner) {
		if err == nil {
			err = lineage.Write(posting)
		}
		if err != nil {
			return err
		}
	}
	if err := errors.Join(live.Close(), lineage.Close()); err != nil {
		return err
	}
	p.place = artifact.NewPlace("shadow", shadowVersion, artifact.Input{Name: "partner", Digest: partner},
		artifact.Input{Name: currentFile, Digest: current.SHA256()}, artifact.Input{Name: formerFile, Digest: former.SHA256()},
		artifact.Input{Name: liveFile, Digest: live.SHA256()}, artifact.Input{Name: lineageFile, Digest: lineage.SHA256()})
	p.books, err = r.Books(ctx, partner)
	return err
}

// match answers what was frozen, as a rebuild would.
func (s *shadow) match(ctx context.Context) error {
	for _, p := range s.parts {
		for _, file := range []string{currentFile, formerFile} {
			mentions, err := p.frozen.Output(file)
			if err != nil {
				return err
			}
			if mentions.Rows == 0 {
				continue
			}
			d := frozenDelivery(s.log, &s.asked, p.partner, p.frozen, mentions)
			d.log = d.log.With("file", file)
			if err := s.survey(ctx, d); err != nil { // what was settled is asked again by it, also where all is matched
				return fmt.Errorf("%s of %s: survey: %w", file, p.partner, err)
			}
			for i := range d.plan.Shards {
				matches, _, err := s.matchShard(ctx, d, artifact.Shard{Index: i, Of: d.plan.Shards})
				if err != nil {
					return fmt.Errorf("%s of %s: %w", file, p.partner, err)
				}
				d.matches = append(d.matches, matches)
			}
			p.files = append(p.files, d)
		}
	}
	return nil
}

// knowLive finds out from the ledger by which model and master the live generation answers by now, which week is the newest, and what
// the store still has of the last deliveries.
func (s *shadow) knowLive(ctx context.Context) (err error) {
	last := map[string]loader.DeliveryRow{} // oldest first
	for _, r := range s.ledger {
		if r.State != loader.Loaded {
			continue
		}
		last[r.Partner] = r
		if r.Generation == s.live.Number {
			s.live.Model, s.live.Master = r.Model, r.Master
		}
	}
	for _, p := range s.parts {
		r, ok := last[p.partner]
		if !ok {
			continue
		}
		if r.Week.Monday() > s.newest.Monday() {
			s.newest = r.Week
		}
		if p.last, err = s.loadedDelivery(ctx, r); err != nil && !isMissing(err) {
			return err
		}
	}
	return nil
}

// loadedDelivery is a delivery of the ledger with what the store has of its match. The error is fs.ErrNotExist where that was erased.
func (s *shadow) loadedDelivery(ctx context.Context, r loader.DeliveryRow) (*delivery, error) {
	plan, err := artifact.ReadPlan(ctx, s.store, r.Week, r.Partner, r.Plan)
	if err != nil {
		return nil, err
	}
	d := &delivery{partner: r.Partner, plan: plan, log: s.log}
	if d.extract, err = artifact.Committed(ctx, s.store, extractPlace(plan)); err != nil {
		return nil, err
	}
	return d, s.findMatches(ctx, d)
}

// pairs are a partner's mentions with both answers: what is frozen, and the matches of its files.
func (s *shadow) pairs(ctx context.Context, p *shadowed) iter.Seq2[drift.Pair, error] {
	var now []iter.Seq2[nayose.Answer, error]
	for _, d := range p.files {
		now = append(now, s.answersIn(ctx, d))
	}
	return drift.Pairs(whileRunning(ctx, artifact.RowsOf[nayose.Answer](ctx, s.store, &p.frozen, liveFile)),
		artifact.RowsOf[nayose.PostingMention](ctx, s.store, &p.frozen, lineageFile), now)
}

// answersIn are the answers of all shards of a file.
func (s *shadow) answersIn(ctx context.Context, d *delivery) iter.Seq2[nayose.Answer, error] {
	return func(yield func(nayose.Answer, error) bool) {
		for i := range d.matches {
			for row, err := range artifact.RowsOf[nayose.Answer](ctx, s.store, &d.matches[i], matchesFile) {
				if !yield(row, err) || err != nil {
					return
				}
			}
		}
	}
}
