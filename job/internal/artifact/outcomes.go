package artifact

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"

	"nayose"
)

// OutcomeRow is a row of the outcome log: a posting, and all that match answered about its mention. The log is for analysts and whatever
// engine they have, so its columns are plain: ids are texts in the form of a UUID, since Athena's tables and Spark have no such type and
// cannot read it in Parquet. Week, partner and plan are not among them: the part's key has them.
type OutcomeRow struct {
	LineageID   string         `parquet:"lineage_id,plain,zstd"` // zstd is a level above that of the other columns, and takes 20 bytes off an id
	PostingID   string         `parquet:"posting_id,plain,zstd"`
	MentionID   string         `parquet:"mention_id,plain,zstd"`
	Outcome     nayose.Outcome `parquet:"outcome,dict"`
	CompanyID   string         `parquet:"company_id,optional"` // these as nayose.Match has them
	Probability float64        `parquet:"probability"`

	Candidates      []nayose.Candidate `parquet:"candidates,list"`
	NoneBits        float64            `parquet:"none_bits"`
	OtherCandidates int32              `parquet:"other_candidates"`
	OtherBits       float64            `parquet:"other_bits"`
	Note            string             `parquet:"note,optional,dict"`

	OutcomeBasis
}

// OutcomeBasis is what the rows of a part have in common: what answered.
type OutcomeBasis struct {
	Model      string `parquet:"model,dict"`              // digests, as the plan has them
	Master     string `parquet:"master,dict"`             //
	Decisions  string `parquet:"decisions,optional,dict"` // of the log of decisions; empty for none
	Generation int32  `parquet:"generation,dict"`
	Shard      string `parquet:"shard,dict"` // 3/16
}

// OutcomePart is the part of the outcome log that a shard of a plan gives. How many there are stands in its name, so that a reader can
// tell that some are missing:
//
//	outcomes/week=2026-W47/partner=carejob/plan=3/part-00003-of-00016.parquet
type OutcomePart struct {
	Week    nayose.Week
	Partner string
	Plan    int
	Shard   Shard
}

// Key is where the part stands.
func (p OutcomePart) Key() string {
	return fmt.Sprintf("outcomes/week=%s/partner=%s/plan=%d/part-%05d-of-%05d.parquet", p.Week, p.Partner, p.Plan, p.Shard.Index, p.Shard.Of)
}

// Published tells whether the part stands.
func (p OutcomePart) Published(ctx context.Context, s nayose.Store) (bool, error) {
	_, err := s.Stat(ctx, p.Key())
	if missing(err) {
		return false, nil
	}
	return err == nil, err
}

// Publish writes the part, and says how many rows it has. One that stands already, by a parallel run or by our own write whose
// acknowledgement was lost, must have these rows: else the error is of kind nayose.Integrity, as Compare gives it.
func (p OutcomePart) Publish(ctx context.Context, s nayose.Store, rows iter.Seq2[OutcomeRow, error]) (n int64, err error) {
	a, err := Begin(s)
	if err != nil {
		return 0, err
	}
	defer a.Close()
	t, err := NewTable[OutcomeRow](a, "outcomes.parquet")
	if err != nil {
		return 0, err
	}
	if err := t.WriteAll(rows); err != nil {
		return 0, err
	}
	if _, err := t.file.f.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	if _, err = s.Create(ctx, p.Key(), t.file.f); exists(err) {
		err = p.Compare(ctx, s, t.ReadAgain())
	}
	return t.Rows(), err
}

// Compare holds the part that stands against the rows that it should have. The error is of kind nayose.Integrity where it has others or
// is damaged, and fs.ErrNotExist where there is none.
func (p OutcomePart) Compare(ctx context.Context, s nayose.Store, rows iter.Seq2[OutcomeRow, error]) error {
	l, err := fetchNow(ctx, s, p.Key())
	if err != nil {
		return err
	}
	defer l.Close()
	next, stop := iter.Pull2(Rows[OutcomeRow](l))
	defer stop()
	n := 0
	for want, err := range rows {
		if err != nil {
			return err
		}
		got, err, more := next()
		if n++; err != nil || !more || !reflect.DeepEqual(got, want) {
			return p.differs(s, n, err)
		}
	}
	if _, err, more := next(); more {
		return p.differs(s, n+1, err)
	}
	return nil
}

// differs says where the part that stands is not what it should be.
func (p OutcomePart) differs(s nayose.Store, row int, err error) error {
	return nayose.Fault(nayose.Integrity, errors.Join(fmt.Errorf("row %d of %s/%s is not what match answered", row, s, p.Key()), err),
		"move the object away and run nayose match for this week: it writes it anew. Where another version of nayose froze the plan, run nayose run, which freezes another")
}

// OutcomesWith are the keys of what holds one of a partner's postings in the outcome log: all parts of each plan of which one does, since
// a plan that lacks parts misleads. They are found by a list: for who erases, in this order. A plan's last one has a posting, so that
// who dies on the way finds the plan again.
func OutcomesWith(ctx context.Context, s nayose.Store, partner string, postings []string) (keys []string, err error) {
	plans := map[string][]string{}
	for o, err := range s.List(ctx, "outcomes") {
		if err != nil {
			return nil, fmt.Errorf("list the outcome log: %w", err)
		}
		if plan := outcomesOf(o.Key); strings.Contains(plan, "/partner="+partner+"/") {
			plans[plan] = append(plans[plan], o.Key)
		}
	}
	for _, plan := range slices.Sorted(maps.Keys(plans)) {
		parts := plans[plan]
		for i, key := range parts {
			holds, err := holdsPosting(ctx, s, key, postings)
			if err != nil {
				return nil, err
			}
			if holds {
				keys = append(append(append(keys, parts[:i]...), parts[i+1:]...), key)
				break
			}
		}
	}
	return keys, nil
}

// holdsPosting tells whether a part has one of the postings. One that is gone meanwhile has none.
func holdsPosting(ctx context.Context, s nayose.Store, key string, postings []string) (bool, error) {
	l, err := fetchNow(ctx, s, key)
	if missing(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer l.Close()
	for row, err := range Rows[struct {
		PostingID string `parquet:"posting_id"`
	}](l) {
		if err != nil || slices.Contains(postings, row.PostingID) {
			return err == nil, err
		}
	}
	return false, nil
}

// fetchNow copies the object that now stands at a key to a temporary file.
func fetchNow(ctx context.Context, s nayose.Store, key string) (*Local, error) {
	o, err := s.Stat(ctx, key)
	if err != nil {
		return nil, err
	}
	r, err := s.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return Spool(r, key)
}

// outcomesOf is the prefix of all that a plan published; empty for a key of something else.
func outcomesOf(key string) string {
	parts := strings.Split(key, "/")
	if len(parts) != 5 || parts[0] != "outcomes" {
		return ""
	}
	return strings.Join(parts[:4], "/")
}
