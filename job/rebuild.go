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
	"nayose/job/internal/terminal"
	"nayose/loader"
)

func rebuildCommand() *cli.Command {
	return &cli.Command{
		Name: "rebuild", Usage: "match what is stored again into a new generation beside the live one, and bring it live",
		Description: "Examples:\n\n" +
			"   nayose rebuild --shadow      what would change; writes nothing\n" +
			"   nayose rebuild               build the generation, and leave the live one live\n" +
			"   nayose rebuild --go-live     and show it to readers\n" +
			"   nayose rebuild --rollback    back to the generation before",
		Flags: append([]cli.Flag{ // a scheduled job's NAYOSE_WEEK is not meant for it
			&cli.StringFlag{Name: "partner", Usage: "match only this `PARTNER`'s mentions again, and take the others' matches over", DefaultText: "all"},
			&cli.StringFlag{Name: "week", Usage: "match only mentions of postings that stood in this `WEEK`; others keep their match", DefaultText: "all"},
			&cli.BoolFlag{Name: "go-live", Usage: "make the generation what readers see, too; one that is valid already is not built again"},
			&cli.BoolFlag{Name: "rollback", Usage: "make the generation that was live before the present one live again"},
			&cli.BoolFlag{Name: "drop-old", Usage: "delete the matches of generations that are live no longer; then there is no rolling back"},
			&cli.StringFlag{
				Name: "drift-limit", DefaultText: "rebuild.drift_limit or 5%",
				Usage: "hold going live if more than this `SHARE` of mentions change",
			},
			&cli.StringFlag{Name: "accept-drift", Usage: "with --go-live: why a drift beyond the limit is right, a `TEXT` of one line"},
			&cli.StringFlag{Name: "by", Usage: "with --accept-drift: `NAME` of who accepts it"},
			&cli.BoolFlag{Name: "shadow", Usage: "only show what the config's model, costs and master would change; writes nothing in Postgres"},
		}, shadowFlags()...),
		Action: withJob(func(ctx context.Context, j *job, c *cli.Command) error {
			db, err := j.database(ctx)
			if err != nil {
				return err
			}
			if err := errors.Join(oneAction(c), db.CheckSchema(ctx)); err != nil {
				return err
			}
			switch {
			case c.Bool("rollback"):
				return j.rollBack(ctx, db)
			case c.Bool("drop-old"):
				return j.dropOld(ctx, db)
			case c.Bool("shadow"):
				return j.shadow(ctx, db, c)
			}
			return j.rebuild(ctx, db, c)
		}),
	}
}

// oneAction refuses flags that contradict each other.
func oneAction(c *cli.Command) error {
	var actions []string
	for _, name := range []string{"shadow", "go-live", "rollback", "drop-old"} {
		if c.Bool(name) {
			actions = append(actions, "--"+name)
		}
	}
	switch {
	case len(actions) > 1:
		return usage(errors.New(strings.Join(actions, " and ")+" are two things"), "give one of them")
	case (c.Bool("rollback") || c.Bool("drop-old")) && (c.String("partner") != "" || c.String("week") != ""):
		return usage(fmt.Errorf("%s is about all that is live, not about a partner or week", actions[0]), "leave --partner and --week out")
	case (c.IsSet("accept-drift") || c.IsSet("by")) && !c.Bool("go-live"):
		return usage(errors.New("--accept-drift and --by are about going live"), "add --go-live")
	}
	return onlyShadow(c)
}

// defaultDriftLimit lets pass what new companies and addresses in a month's master change, and holds another model or other costs,
// which a person has looked at anyway.
const defaultDriftLimit = ratio(0.05)

// driftLimit is the share of mentions beyond which going live needs somebody's word.
func (j *job) driftLimit(c *cli.Command) (limit ratio, err error) {
	limit = defaultDriftLimit
	if l := j.cfg.Rebuild.DriftLimit; l != nil {
		limit = *l
	}
	if text := c.String("drift-limit"); text != "" {
		if err := limit.parse(text); err != nil {
			return limit, usage(fmt.Errorf("--drift-limit: %w", err), "give it as 5% or 0.05")
		}
	}
	return limit, nil
}

// goLiveOf are the conditions that the flags and the config set; nil where the generation is not to go live.
func (j *job) goLiveOf(c *cli.Command) (*loader.GoLive, error) {
	limit, err := j.driftLimit(c)
	if err != nil || !c.Bool("go-live") {
		return nil, err
	}
	g := loader.GoLive{Limit: float64(limit)}
	if c.IsSet("accept-drift") || c.IsSet("by") {
		g.AcceptedWhy, g.AcceptedBy = strings.TrimSpace(c.String("accept-drift")), strings.TrimSpace(c.String("by"))
		return &g, errors.Join(checkText("accept-drift", g.AcceptedWhy), checkText("by", g.AcceptedBy))
	}
	return &g, nil
}

// rebuild makes a generation, or goes on with one, up to where the flags say.
func (j *job) rebuild(ctx context.Context, db *loader.DB, c *cli.Command) error {
	live, err := j.goLiveOf(c)
	if err != nil {
		return err
	}
	g, err := j.generationOf(ctx, db, c)
	if err != nil {
		return err
	}
	var made loader.Generation
	err = db.Rebuild(ctx, g, func(ctx context.Context, r *loader.Rebuild) error {
		defer func() { made = r.Generation }()
		b := &rebuilder{job: j, Rebuild: r, log: j.log.With("generation", r.Number)}
		b.log.Info("rebuild", "state", r.State, "beside", r.Base, "partner", r.Scope.Partner, "model", r.Model, "master", r.Master, "decisions", r.Decisions.Entries)
		if r.State == loader.Building {
			if err := b.build(ctx); err != nil {
				return err
			}
		}
		return b.log.Spin("rebuild", "settle", func() error { return r.Finish(ctx, b.answer, live) })
	})
	return errors.Join(err, j.tellGeneration(&made))
}

// generationOf is the generation that the settings ask for. Going live takes the one that is valid, and that a person may have looked at,
// rather than one by what the master is by now; but none that lacks what people have settled since.
func (j *job) generationOf(ctx context.Context, db *loader.DB, c *cli.Command) (loader.Generation, error) {
	g, err := j.askedGeneration(ctx, db, c)
	if err != nil {
		return g, err
	}
	if c.Bool("go-live") {
		valid, err := generationIn(ctx, db, loader.Valid)
		if err != nil {
			return g, err
		}
		if valid != nil && valid.Model == g.Model && (g.Scope == loader.Scope{} || g.Scope == valid.Scope) {
			if valid.Decisions == g.Decisions {
				return *valid, nil
			}
			j.log.Info("decisions came since the valid generation was begun: another one takes its place", "generation", valid.Number)
		}
	}
	return g, j.addMaster(ctx, db, &g)
}

// askedGeneration is what the settings ask for, but for the master.
func (j *job) askedGeneration(ctx context.Context, db *loader.DB, c *cli.Command) (loader.Generation, error) {
	g := loader.Generation{Model: j.model.Digest(), CodeVersion: codeVersion()}
	if p := c.String("partner"); p != "" {
		if _, err := j.cfg.chosen(p); err != nil {
			return g, err
		}
		g.Scope.Partner = p
	}
	if c.String("week") != "" {
		week, err := weekOf(c)
		if err != nil {
			return g, err
		}
		g.Scope.Week = week
	}
	if err := anyLoaded(ctx, db, g.Scope); err != nil {
		return g, err
	}
	if err := j.settled.Read(ctx, j.store, -1); err != nil {
		return g, err
	}
	g.Decisions = nayose.LogPin{Entries: j.settled.Entries, Digest: j.settled.Digest}
	return g, nil
}

// anyLoaded refuses a partner or week of which Postgres has no delivery: it would be a slip of the hand, and match nothing.
func anyLoaded(ctx context.Context, db *loader.DB, s loader.Scope) error {
	if s == (loader.Scope{}) {
		return nil
	}
	what, week := s.Partner, (*nayose.Week)(nil)
	if s.Week != (nayose.Week{}) {
		what, week = strings.TrimSpace(what+" "+s.Week.String()), &s.Week
	}
	rows, err := db.Deliveries(ctx, week)
	of := func(r loader.DeliveryRow) bool { return s.Partner == "" || r.Partner == s.Partner }
	if err != nil || slices.ContainsFunc(rows, of) {
		return err
	}
	return usage(fmt.Errorf("nothing of %s was loaded", what), "nayose status shows what was")
}

// addMaster takes the master as it is now, unless it has shrunk too much.
func (j *job) addMaster(ctx context.Context, db *loader.DB, g *loader.Generation) error {
	snapshot, err := j.snapshot(ctx)
	if err != nil {
		return err
	}
	g.Master = snapshot.Digest
	live, err := generationIn(ctx, db, loader.Live)
	if err != nil {
		return err
	}
	return j.holdRebuild(ctx, live, snapshot)
}

// generationIn is the one in that state, of which there is at most one, or nil.
func generationIn(ctx context.Context, db *loader.DB, state loader.GenerationState) (*loader.Generation, error) {
	all, err := db.Generations(ctx)
	for i := range all {
		if all[i].State == state {
			return &all[i], err
		}
	}
	return nil, err
}

// rebuilder makes one generation.
type rebuilder struct {
	*job
	*loader.Rebuild
	log *terminal.Log
}

// rebuildVersion rises when the mentions of a rebuild would be frozen otherwise.
const rebuildVersion = 1

// How much is done at once. A crash costs the matching of a shard, a minute's work of a core, or the writing of a part, which is a
// transaction. Each shard reads again what the survey says of all groups, and so must not be small.
const (
	shardMentions = 1_000_000
	partMentions  = 20_000
)

// pieces is how many pieces of so many rows at most there are.
func pieces(rows, most int64) int { return int((rows + most - 1) / most) }

// build matches all mentions of the scope, and takes over the others. The mentions are frozen first, as one reading of each partner;
// survey and match then stand in the places of any delivery's, named by what they read, and the parts that are written in Postgres.
// So a crash anywhere costs the stage that was under way.
func (b *rebuilder) build(ctx context.Context) error {
	partners, err := b.Partners(ctx)
	if err != nil {
		return err
	}
	for _, partner := range partners {
		frozen, err := b.freezeMentions(ctx, partner)
		if err != nil {
			return fmt.Errorf("freeze the mentions of %s: %w", partner, err)
		}
		for _, file := range []string{currentFile, formerFile} {
			if err := b.matchFile(ctx, partner, &frozen, file); err != nil {
				return fmt.Errorf("%s of %s: %w", file, partner, err)
			}
		}
	}
	return b.log.Spin("rebuild", "carry", func() error { return b.Carry(ctx) })
}

// freezeMentions writes down what there is to match of a partner, unless that is done: mentions that come later are caught up with.
func (b *rebuilder) freezeMentions(ctx context.Context, partner string) (artifact.Manifest, error) {
	place := artifact.NewPlace("rebuild", rebuildVersion, artifact.Input{Name: "build", Digest: b.Build.String()},
		artifact.Input{Name: "partner", Digest: partner})
	log := b.log.With("partner", partner, "stage", "rebuild")
	if m, err := b.done(ctx, log, place); !isMissing(err) {
		return m, err
	}
	a, err := artifact.Begin(b.store)
	if err != nil {
		return artifact.Manifest{}, err
	}
	defer a.Close()
	current, former, err := writeMentions(a, terminal.Counted(b.log.With("partner", partner), "rebuild", partner, 0, b.Mentions(ctx, partner)))
	if err != nil {
		return artifact.Manifest{}, err
	}
	m, err := a.Commit(ctx, place, artifact.Manifest{}, codeVersion())
	if err == nil {
		log.Info("mentions frozen", "seconds", m.Seconds, "current", current.Rows(), "former", former.Rows())
	}
	return m, err
}

// matchFile surveys and matches one of a partner's files as a delivery, and writes the answers.
func (b *rebuilder) matchFile(ctx context.Context, partner string, frozen *artifact.Manifest, file string) error {
	mentions, err := frozen.Output(file)
	if err != nil || mentions.Rows == 0 {
		return err
	}
	d := frozenDelivery(b.log, &b.Generation, partner, *frozen, mentions)
	d.log = d.log.With("file", file)
	for i := range d.plan.Shards {
		shard := artifact.Shard{Index: i, Of: d.plan.Shards}
		matches, _, err := b.matchShard(ctx, d, shard)
		if err != nil {
			return err
		}
		if err := b.writeShard(ctx, d, strings.TrimSuffix(file, ".parquet")+" "+shard.String(), &matches); err != nil {
			return err
		}
	}
	return nil
}

// writeShard writes the answers of a shard, part by part. They are fetched once; of parts that stand none are read.
func (b *rebuilder) writeShard(ctx context.Context, d *delivery, shard string, matches *artifact.Manifest) error {
	answers, err := matches.Fetch(ctx, b.store, matchesFile)
	if err != nil {
		return err
	}
	defer answers.Close()
	of := pieces(matches.Match.Mentions, partMentions)
	for i := range of {
		part := artifact.Shard{Index: i, Of: of}
		name := fmt.Sprintf("%s %s %s", d.partner, shard, part)
		if err := b.Add(ctx, name, artifact.Part[nayose.Match](answers, part)); err != nil {
			return err
		}
		d.log.Info("part written", "part", name)
	}
	return nil
}

// answer matches mentions that a load brought meanwhile, as a delivery of their own.
func (b *rebuilder) answer(ctx context.Context, mentions []nayose.Mention) (matches []nayose.Match, err error) {
	m, err := b.decidedMatcher(ctx, artifact.Plan{Master: b.Master, Model: b.Model, Decisions: pinOf(b.Decisions)})
	if err != nil {
		return nil, err
	}
	all := streamOf(mentions)
	surveyed, err := m.Survey(ctx, all)
	if err != nil {
		return nil, err
	}
	_, err = surveyed.MatchAll(ctx, all, func(match nayose.Match) error {
		matches = append(matches, match)
		return nil
	})
	b.log.Info("caught up", "partner", mentions[0].Partner, "mentions", len(mentions))
	return matches, err
}

func (j *job) rollBack(ctx context.Context, db *loader.DB) error {
	from, to, err := db.RollBack(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(j.out, "generation %d is live again; %d is retired\n", to, from)
	return err
}

func (j *job) dropOld(ctx context.Context, db *loader.DB) error {
	n, err := db.DropOld(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(j.out, "%s of old generations deleted\n", nayose.Count(n, "match"))
	return err
}

// tellGeneration says what became of a generation.
func (j *job) tellGeneration(g *loader.Generation) error {
	next := ""
	switch g.State {
	case loader.Valid:
		next = "next: nayose rebuild --go-live\n"
	case loader.Live:
		next = "nayose rebuild --rollback goes back, until --drop-old deletes the old one\n"
	default:
		return nil
	}
	d := g.Drift
	_, err := fmt.Fprintf(j.out, "generation %d is %s: %d mentions, %d matched, %d review, %d unmatched\n"+
		"  against %d, of %d matched again %d changed (%s): %d to another company, %d matched no longer, %d newly matched\n%s",
		g.Number, g.State, g.Mentions, g.Matched, g.Review, g.Unmatched,
		g.Base, d.Compared, d.Changed, ratio(d.Share()), d.Moved, d.Lost, d.Gained, next)
	return err
}
