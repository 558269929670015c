package matcher

import (
	"context"
	"encoding/binary"
	"iter"
	"math"

	"nayose"
)

// A Delivery answers about the mentions of one delivery, which speak for each other and for what the master lacks. Survey
// makes it of all mentions; what it found, its Summary, Members and Places, can be written down, and Surveyed makes of that a
// delivery of all mentions again, or of a range of them: the answers are the same. It is safe for concurrent use.
type Delivery struct {
	*Matcher
	groups  *groups
	missing completeness
	survey  nayose.Survey
}

// maxSightings is about how many mentions the master's completeness is estimated from; of more, a part is drawn by their
// ids, so that the cost of a survey is bounded and its result depends on the mentions alone.
const maxSightings = 20_000

// Survey reads all mentions of a delivery, twice: mentions must yield the same ones in the same order each time. It
// keeps up to 24 bytes a mention, and 64 while it forms groups. It stops at the first error of mentions or of ctx. mentions is drawn from another goroutine
// than the caller's.
func (m *Matcher) Survey(ctx context.Context, mentions iter.Seq2[nayose.Mention, error]) (*Delivery, error) {
	var members []member
	err := inOrder(ctx, mentions, m.member, func(x *member) error {
		members = append(members, *x)
		return nil
	})
	if err != nil {
		return nil, err
	}
	d := &Delivery{Matcher: m, groups: newGroups(members)}
	var seen []sighting
	err = inOrder(ctx, drawn(numbered(mentions), len(members)), d.sight, func(s *sighting) error {
		if s.names {
			seen = append(seen, *s)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	d.missing = estimate(seen, m.model.None)
	d.survey = d.summary(seen)
	return d, nil
}

// Surveyed is the delivery of which a survey found this, or a range of it: members are those of the mentions that will be
// matched, in their order, places those of all groups. Master and model must be the survey's. It keeps 4 bytes a member and a
// group, and 16 a place of the members' groups. It stops at the first error of members or places; what no survey says
// is one of kind nayose.Integrity.
func (m *Matcher) Surveyed(
	survey nayose.Survey, members iter.Seq2[nayose.GroupMember, error], places iter.Seq2[nayose.GroupPlace, error],
) (*Delivery, error) {
	if survey.Groups < 0 {
		return nil, errNoSurvey
	}
	missing, err := completenessOf(survey.MissingBy)
	if err != nil {
		return nil, err
	}
	d := &Delivery{Matcher: m, missing: missing, survey: survey}
	d.groups, err = m.readGroups(survey.Groups, members, places)
	return d, err
}

// Summary is what the survey found.
func (d *Delivery) Summary() nayose.Survey { return d.survey }

// WithoutGroups is the delivery as if each of its mentions were the only one of its employer: what groups are worth is
// the difference.
func (d *Delivery) WithoutGroups() *Delivery {
	alone := *d
	alone.groups = &groups{}
	return &alone
}

// MatchAll answers about every mention of the delivery, on every core, and yields the answers in the mentions' order: the
// same bytes on one core as on many. mentions must yield what Survey saw, or the range that Surveyed was told of. It holds a few thousand mentions at a time. It
// stops at the first error of mentions, of yield or of ctx; the counts are of what was yielded. mentions is drawn from
// another goroutine than the caller's.
func (d *Delivery) MatchAll(
	ctx context.Context, mentions iter.Seq2[nayose.Mention, error], yield func(nayose.Match) error,
) (nayose.MatchCounts, error) {
	var counts nayose.MatchCounts
	err := inOrder(ctx, numbered(mentions), d.match, func(answer *nayose.Match) error {
		counts.Add(answer.Outcome)
		return yield(*answer)
	})
	return counts, err
}

// A numberedMention is a mention and its place in the delivery, from 0.
type numberedMention struct {
	nayose.Mention
	number int
}

func numbered(mentions iter.Seq2[nayose.Mention, error]) iter.Seq2[numberedMention, error] {
	return func(yield func(numberedMention, error) bool) {
		n := 0
		for x, err := range mentions {
			if !yield(numberedMention{x, n}, err) {
				return
			}
			n++
		}
	}
}

// drawn are about maxSightings of n mentions.
func drawn(mentions iter.Seq2[numberedMention, error], n int) iter.Seq2[numberedMention, error] {
	if n <= maxSightings {
		return mentions
	}
	limit := uint32(float64(math.MaxUint32) * maxSightings / float64(n))
	return func(yield func(numberedMention, error) bool) {
		for x, err := range mentions {
			if (err != nil || binary.BigEndian.Uint32(x.ID[:]) < limit) && !yield(x, err) {
				return
			}
		}
	}
}

// member reads what a mention says about those of its employer.
func (m *Matcher) member(x *nayose.Mention, said *member) {
	desk := m.sit()
	defer desk.leave()
	desk.readEmployer(x)
	*said = newMember(&desk.query)
}

// read prepares a mention together with what its group says.
func (d *Delivery) read(desk *desk, x *numberedMention) {
	desk.read(&x.Mention)
	desk.join(d.groups, x.number)
}

// sight is what a mention says about the master: nothing where it names nobody.
func (d *Delivery) sight(x *numberedMention, s *sighting) {
	desk := d.sit()
	defer desk.leave()
	d.read(desk, x)
	if desk.query.nameless() {
		return
	}
	s.names, s.pref = true, desk.query.place.Pref
	for _, c := range desk.candidates() {
		s.odds += exp2(c.bits)
	}
}

func (d *Delivery) match(x *numberedMention, answer *nayose.Match) {
	desk := d.sit()
	defer desk.leave()
	d.read(desk, x)
	*answer = desk.answer(x.ID, d.missing[desk.query.place.Pref])
	d.settle(answer)
}

// summary counts the groups, and says what share of the employers that were sighted the master lacks.
func (d *Delivery) summary(seen []sighting) nayose.Survey {
	s := nayose.Survey{Mentions: int64(len(d.groups.of)), Sighted: int64(len(seen)), MissingBy: d.missing.shares()}
	s.Groups, s.Grouped = d.groups.count()
	for _, x := range seen {
		s.Missing += d.missing[x.pref] / float64(len(seen))
	}
	s.Missing = rounded(s.Missing)
	if len(seen) == 0 {
		s.Missing = d.model.None
	}
	return s
}

// rounded keeps three decimals of a share.
func rounded(share float64) float64 { return math.Round(1000*share) / 1000 }
