package report

import (
	"cmp"
	"iter"
	"slices"

	"nayose"
)

// mostReasons is how many reasons of rejects are told apart, and shown of a delivery.
const mostReasons = 20

// Reasons are why records were rejected, the most frequent first. Those beyond mostReasons stand together, last and without a column.
func Reasons(rejects iter.Seq2[nayose.Reject, error]) ([]Reason, error) {
	counts := map[Reason]int64{}
	others := Reason{Code: "other reasons"}
	for r, err := range rejects {
		if err != nil {
			return nil, err
		}
		reason := Reason{Column: r.Column, Code: r.Code}
		switch _, known := counts[reason]; {
		case r.Kind != nayose.RejectBad:
		case !known && len(counts) == 50*mostReasons: // as many as no mapping has: let none fill the memory
			others.Records++
		default:
			counts[reason]++
		}
	}
	list := make([]Reason, 0, len(counts))
	for reason, n := range counts {
		reason.Records = n
		list = append(list, reason)
	}
	slices.SortFunc(list, func(a, b Reason) int {
		return cmp.Or(-cmp.Compare(a.Records, b.Records), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Code, b.Code))
	})
	for len(list) > mostReasons {
		others.Records += list[len(list)-1].Records
		list = list[:len(list)-1]
	}
	if others.Records > 0 {
		list = append(list, others)
	}
	return list, nil
}
