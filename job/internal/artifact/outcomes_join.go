package artifact

import (
	"bufio"
	"bytes"
	"cmp"
	"iter"
	"slices"

	"nayose"
)

// PostingKey is what the outcome log takes of a posting: a few of nayose.Posting's columns.
type PostingKey struct {
	Lineage   nayose.ID `parquet:"lineage_id,uuid"`
	PostingID string    `parquet:"posting_id"`
	MentionID nayose.ID `parquet:"mention_id,uuid"`
}

// Outcomes are the rows of a part: for each answer of a shard, in order, the postings of its mention, in theirs. So the rows of all
// shards laid end to end are the same whatever their count. Of the n postings of the delivery 32 bytes each are held, and no text: ids
// wait in a temporary file.
func Outcomes(
	n int64, postings iter.Seq2[PostingKey, error], matches iter.Seq2[nayose.Match, error], basis OutcomeBasis,
) iter.Seq2[OutcomeRow, error] {
	return func(yield func(OutcomeRow, error) bool) {
		b, err := bookPostings(n, postings)
		if err != nil {
			yield(OutcomeRow{}, err)
			return
		}
		defer b.file.Close()
		for m, err := range matches {
			if err != nil {
				yield(OutcomeRow{}, err)
				return
			}
			row := OutcomeRow{
				MentionID: m.MentionID.String(), Outcome: m.Outcome, CompanyID: m.CompanyID, Probability: m.Probability,
				Candidates: m.Candidates, NoneBits: m.NoneBits, OtherCandidates: m.OtherCandidates, OtherBits: m.OtherBits, Note: m.Note,
				OutcomeBasis: basis,
			}
			for _, e := range b.of(m.MentionID) {
				row.LineageID, row.PostingID, err = b.ids(e)
				if !yield(row, err) || err != nil {
					return
				}
			}
		}
	}
}

// postingBook finds the postings of a mention.
type postingBook struct {
	entries []postingEntry // by mention, and of one mention in the delivery's order
	file    *Local         // the lineage and posting id of each posting, one behind the other
}

type postingEntry struct {
	mention nayose.ID
	at      int64 // where its ids begin in the file
	size    int32 // of both
}

func bookPostings(n int64, postings iter.Seq2[PostingKey, error]) (_ *postingBook, err error) {
	f, err := nameless()
	if err != nil {
		return nil, err
	}
	b := &postingBook{entries: make([]postingEntry, 0, n), file: &Local{File: f, name: f.Name()}}
	defer func() {
		if err != nil {
			_ = f.Close()
		}
	}()
	w := bufio.NewWriter(f)
	at := int64(0)
	for p, err := range postings {
		if err != nil {
			return nil, err
		}
		e := postingEntry{p.MentionID, at, int32(len(p.Lineage) + len(p.PostingID))}
		b.entries = append(b.entries, e)
		at += int64(e.size)
		_, _ = w.Write(p.Lineage[:]) // Flush tells what went wrong
		_, _ = w.WriteString(p.PostingID)
	}
	slices.SortFunc(b.entries, func(a, b postingEntry) int {
		return cmp.Or(bytes.Compare(a.mention[:], b.mention[:]), cmp.Compare(a.at, b.at))
	})
	return b, w.Flush()
}

// of are the postings of a mention.
func (b *postingBook) of(mention nayose.ID) []postingEntry {
	from, _ := slices.BinarySearchFunc(b.entries, mention, func(e postingEntry, id nayose.ID) int { return bytes.Compare(e.mention[:], id[:]) })
	to := from
	for to < len(b.entries) && b.entries[to].mention == mention {
		to++
	}
	return b.entries[from:to]
}

func (b *postingBook) ids(e postingEntry) (lineage, posting string, err error) {
	ids := make([]byte, e.size)
	if _, err := b.file.ReadAt(ids, e.at); err != nil {
		return "", "", err
	}
	return nayose.ID(ids[:16]).String(), string(ids[16:]), nil
}
