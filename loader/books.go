package loader

import (
	"errors"
	"fmt"
	"strings"

	"nayose"
)

// The equations between what extract and match say, what arrived in Postgres, and what stands there after a load.

// survey is what sql/survey.sql counts after a load, in the rows themselves. The control sums (see nayose.IDSum) tell
// apart what counts cannot: one record lost and another doubled.
type survey struct {
	Staged    int64 // postings in the staging table
	StagedSum nayose.IDSum

	Deleted    int64 // deletions in theirs
	DeletedSum nayose.IDSum
	Both       int64 // posting ids in both

	Seen    int64 // active postings of the partner whose last delivery is this one
	SeenSum nayose.IDSum

	Erased       int64 // of the delivery's postings, by the ledger of erasures; in a load, those that it erases again
	ErasedSum    nayose.IDSum
	ActiveErased int64 // of the partner's active postings, since this delivery and by it, while none was loaded after it

	ActiveAfter   int64 // active postings of the partner
	DeletedActive int64 // of these, deleted by the delivery

	WithoutMention int64 // staged postings that have none

	Rejected, Duplicates       int64 // records among the rejects, by kind
	RejectedSum, DuplicatesSum nayose.IDSum
}

// account is an equation that must hold.
type account struct {
	name        string
	left, right uint64
}

func count(name string, left, right int64) account { return account{name, uint64(left), uint64(right)} }

func sum(name string, left, right nayose.IDSum) account {
	return account{"control sum: " + name, uint64(left), uint64(right)}
}

// extractBooks are the equations of what extract says.
func extractBooks(e nayose.ExtractCounts) []account {
	const name = "records = rejected + duplicates + deletions + unique"
	return []account{
		count(name, e.Records, e.Rejected+e.Duplicates+e.Deletions+e.Unique),
		sum(name, e.RecordsSum, e.RejectedSum+e.DuplicatesSum+e.DeletionsSum+e.UniqueSum),
	}
}

// stageBooks are the equations of what arrived here of it.
func stageBooks(e nayose.ExtractCounts, s survey) []account {
	return []account{
		count("postings read = unique", s.Staged, e.Unique),
		sum("postings read = unique", s.StagedSum, e.UniqueSum),
		count("deletions read = deletions", s.Deleted, e.Deletions),
		sum("deletions read = deletions", s.DeletedSum, e.DeletionsSum),
		count("postings that are deleted, too = 0", s.Both, 0),
	}
}

// loadBooks are the equations of what the load has written.
func loadBooks(row *DeliveryRow, s survey, newStates int64) []account {
	e, r := row.Extract, row.Result
	return []account{
		count("unique = matched + review + unmatched", e.Unique, r.Matched+r.Review+r.Unmatched),
		count("postings without a match = 0", row.withoutMatch, 0),
		count("postings without a mention = 0", s.WithoutMention, 0),
		count("postings seen + erased = unique", s.Seen+s.Erased, e.Unique),
		sum("postings seen + erased = unique", s.SeenSum+s.ErasedSum, e.UniqueSum),
		count("postings erased = erasures", r.Erased, s.Erased),
		count("inserted = postings first seen", r.Inserted, newStates),
		count("active after = active before + inserted + reactivated - expired - erased",
			s.ActiveAfter, r.ActiveBefore+r.Inserted+r.Reactivated-r.Expired-r.Erased),
		count("deleted postings that are active = 0", s.DeletedActive, 0),
		count("rejects = rejected", s.Rejected, e.Rejected),
		sum("rejects = rejected", s.RejectedSum, e.RejectedSum),
		count("rejected duplicates = duplicates", s.Duplicates, e.Duplicates),
		sum("rejected duplicates = duplicates", s.DuplicatesSum, e.DuplicatesSum),
	}
}

// scoreBooks are the equations of the scores; none where an older nayose loaded.
func scoreBooks(r *DeliveryRow) []account {
	if r.Scores == nil {
		return nil
	}
	return []account{
		count("scores of matched = matched", r.Scores.of(nayose.Matched), r.Matched),
		count("scores of review = review", r.Scores.of(nayose.Review), r.Review),
		count("scores of unmatched = unmatched", r.Scores.of(nayose.Unmatched), r.Unmatched),
	}
}

// balanced is a fault of kind Integrity that lists the equations which do not hold.
func balanced(accounts []account, hint string) error {
	var wrong []string
	for _, a := range accounts {
		if a.left != a.right {
			wrong = append(wrong, fmt.Sprintf("%s: %d is not %d", a.name, a.left, a.right))
		}
	}
	if wrong == nil {
		return nil
	}
	return nayose.Fault(nayose.Integrity, errors.New(strings.Join(wrong, "; ")), hint)
}
