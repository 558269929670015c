package main

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/loader"
)

// change is how two answers about one mention differ.
type change string

// The changes. The last one is no other answer: drift does not count it.
const (
	agree          change = "agree"
	otherCompany   change = "other_company"   // matched by both
	otherCandidate change = "other_candidate" // the first of a review is another one
)

// allChanges are all of them, in the order of tables.
var allChanges = []change{
	otherCompany, "matched_review", "matched_unmatched", "review_matched", "review_unmatched", "unmatched_matched", "unmatched_review", otherCandidate,
}

// String says it to people.
func (c change) String() string {
	switch c {
	case otherCompany:
		return "matched with another company"
	case otherCandidate:
		return "review, another candidate first"
	}
	return strings.Replace(string(c), "_", ", now ", 1)
}

// answers is whether it is another answer.
func (c change) answers() bool { return c != agree && c != otherCandidate }

// changeOf is how an answer differs from the live one.
func changeOf(live, now *given) change {
	switch {
	case live.Outcome != now.Outcome:
		return change(live.Outcome + "_" + now.Outcome)
	case live.CompanyID == now.CompanyID, live.Outcome == nayose.Unmatched:
		return agree
	case live.Outcome == nayose.Matched:
		return otherCompany
	}
	return otherCandidate
}

// A tally counts answers.
type tally struct {
	Compared int64            `json:"compared"`
	Changed  int64            `json:"changed"` // of these, those with another outcome or company
	Share    float64          `json:"changed_share"`
	By       map[change]int64 `json:"by"` // agreements and changes
}

func (t *tally) add(c change, n int64) {
	if n == 0 {
		return
	}
	if t.By == nil {
		t.By = map[change]int64{}
	}
	t.Compared += n
	t.By[c] += n
	if c.answers() {
		t.Changed += n
	}
	t.Share = float64(t.Changed) / float64(t.Compared)
}

// gaps are what one side answers and the other does not. Where all is well it is 0.
type gaps struct {
	Mentions struct {
		Live   int64 `json:"live"`
		Shadow int64 `json:"shadow"`
	} `json:"mentions"`
	Postings struct {
		Live   int64 `json:"live"`
		Shadow int64 `json:"shadow"`
	} `json:"postings"`

	// Postings that readers see an answer for, counted by the view, and those that the shadow answers about, with the control sums of their
	// lineage ids.
	Seen      int64        `json:"seen"`
	SeenSum   nayose.IDSum `json:"seen_sum"`
	Shadowed  int64        `json:"shadowed"`
	ShadowSum nayose.IDSum `json:"shadowed_sum"`
}

// count looks for what one side lacks of a mention.
func (g *gaps) count(p *pair) {
	n := int64(len(p.postings))
	if p.live == nil {
		g.Mentions.Live++
		g.Postings.Live += n
	}
	if p.now == nil {
		g.Mentions.Shadow++
		g.Postings.Shadow += n
		return
	}
	g.Shadowed += n
	for _, lineage := range p.postings {
		g.ShadowSum.Add(lineage)
	}
}

func (g *gaps) expect(b loader.LiveBooks) {
	g.Seen += b.Postings
	g.SeenSum += b.Sum
}

// fault is an error of kind Integrity where something is missing.
func (g *gaps) fault() error {
	switch {
	case g.Mentions.Live+g.Mentions.Shadow+g.Postings.Live+g.Postings.Shadow > 0 || g.Seen != g.Shadowed:
		return nayose.Fault(nayose.Integrity, fmt.Errorf(
			"of %s that readers see the shadow answers about %d: the live generation lacks %s and %s, the shadow %d and %d",
			nayose.Count(g.Seen, "posting"), g.Shadowed, nayose.Count(g.Postings.Live, "posting"), nayose.Count(g.Mentions.Live, "mention"), g.Postings.Shadow, g.Mentions.Shadow), "nayose doctor --week W looks for what was changed by hand")
	case g.SeenSum != g.ShadowSum:
		return nayose.Fault(nayose.Integrity, fmt.Errorf("the lineage ids of the %d postings that readers see are not those that the shadow answers about", g.Seen), "")
	}
	return nil
}

// A pair is what both say about one mention, nil where one says nothing, and the lineage ids of its postings.
type pair struct {
	id        nayose.ID
	live, now *given
	postings  []nayose.ID
}

// pairs are a partner's mentions with both answers, by id: what is frozen, and the matches of its files.
func (s *shadow) pairs(ctx context.Context, p *shadowed) iter.Seq2[pair, error] {
	return func(yield func(pair, error) bool) {
		live := walk(whileRunning(ctx, artifact.RowsOf[given](ctx, s.store, &p.frozen, liveFile)), func(g *given) nayose.ID { return g.MentionID })
		defer live.stop()
		postings := walk(artifact.RowsOf[livePosting](ctx, s.store, &p.frozen, lineageFile), func(l *livePosting) nayose.ID { return l.MentionID })
		defer postings.stop()
		cursors := []nexter{live, postings}
		var now []*cursor[given]
		for _, d := range p.files {
			c := walk(s.givenMatches(ctx, d), func(g *given) nayose.ID { return g.MentionID })
			defer c.stop()
			now, cursors = append(now, c), append(cursors, c)
		}
		for id, ok := least(cursors); ok; id, ok = least(cursors) {
			x := pair{id: id, live: live.take(id)}
			for _, c := range now {
				if g := c.take(id); g != nil {
					x.now = g
				}
			}
			for l := postings.take(id); l != nil; l = postings.take(id) {
				x.postings = append(x.postings, l.Lineage)
			}
			if !yield(x, nil) {
				return
			}
		}
		for _, c := range cursors {
			if err := c.failed(); err != nil {
				yield(pair{}, err)
				return
			}
		}
	}
}

// givenMatches are the answers of all shards of a file.
func (s *shadow) givenMatches(ctx context.Context, d *delivery) iter.Seq2[given, error] {
	return func(yield func(given, error) bool) {
		for i := range d.matches {
			for row, err := range artifact.RowsOf[given](ctx, s.store, &d.matches[i], matchesFile) {
				if !yield(row, err) || err != nil {
					return
				}
			}
		}
	}
}

// A cursor walks rows that lie by mention id. After an error it has no more rows.
type cursor[T any] struct {
	of   func(*T) nayose.ID
	next func() (T, error, bool)
	stop func()
	row  T
	ok   bool
	err  error
}

type nexter interface {
	at() (id nayose.ID, ok bool)
	failed() error
}

func walk[T any](rows iter.Seq2[T, error], of func(*T) nayose.ID) *cursor[T] {
	c := &cursor[T]{of: of}
	c.next, c.stop = iter.Pull2(rows)
	c.advance()
	return c
}

func (c *cursor[T]) advance() {
	if c.row, c.err, c.ok = c.next(); c.err != nil {
		c.ok = false
	}
}

func (c *cursor[T]) failed() error { return c.err }

// at is the mention at which the cursor stands; not ok at the end.
func (c *cursor[T]) at() (id nayose.ID, ok bool) {
	if !c.ok {
		return id, false
	}
	return c.of(&c.row), true
}

// take is the row at which the cursor stands where it is about that mention, and goes on; else nil.
func (c *cursor[T]) take(id nayose.ID) *T {
	if at, ok := c.at(); !ok || at != id {
		return nil
	}
	row := c.row
	c.advance()
	return &row
}

// least is the first of the mentions at which cursors stand; not ok where all are at their end, or one has failed.
func least(cursors []nexter) (first nayose.ID, ok bool) {
	for _, c := range cursors {
		if c.failed() != nil {
			return first, false
		}
		if id, here := c.at(); here && (!ok || slices.Compare(id[:], first[:]) < 0) {
			first, ok = id, true
		}
	}
	return first, ok
}
