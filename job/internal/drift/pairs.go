package drift

import (
	"iter"
	"slices"

	"nayose"
)

// A Pair is what both say about one mention, nil where one says nothing, and the lineage ids of its postings.
type Pair struct {
	ID        nayose.ID
	Live, Now *nayose.Answer
	Postings  []nayose.ID
}

// Pairs are mentions with both answers, by id. All that it reads lies by mention id: the live side's answers, the postings, and the
// shadow's answers, which may lie in several files. It reads each once, and holds a row of each.
func Pairs(live iter.Seq2[nayose.Answer, error], postings iter.Seq2[nayose.PostingMention, error], shadow []iter.Seq2[nayose.Answer, error]) iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		before := walk(live, func(a *nayose.Answer) nayose.ID { return a.MentionID })
		defer before.stop()
		lineages := walk(postings, func(p *nayose.PostingMention) nayose.ID { return p.MentionID })
		defer lineages.stop()
		cursors := []nexter{before, lineages}
		var now []*cursor[nayose.Answer]
		for _, answers := range shadow {
			c := walk(answers, func(a *nayose.Answer) nayose.ID { return a.MentionID })
			defer c.stop()
			now, cursors = append(now, c), append(cursors, c)
		}
		for id, ok := least(cursors); ok; id, ok = least(cursors) {
			x := Pair{ID: id, Live: before.take(id)}
			for _, c := range now {
				if a := c.take(id); a != nil {
					x.Now = a
				}
			}
			for l := lineages.take(id); l != nil; l = lineages.take(id) {
				x.Postings = append(x.Postings, l.Lineage)
			}
			if !yield(x, nil) {
				return
			}
		}
		for _, c := range cursors {
			if err := c.failed(); err != nil {
				yield(Pair{}, err)
				return
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
