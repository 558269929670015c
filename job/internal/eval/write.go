package eval

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"nayose"
)

// WritePredictions writes one row a posting, in their order: posting_id, outcome, company_id, probability, candidates.
// matches[i] is the answer to postings[i]. The candidates are ids, best first, separated by |; a probability is written
// to the digits that give back its value, six decimals at least.
func WritePredictions(w io.Writer, postings []Posting, matches []nayose.Match) error {
	if len(postings) != len(matches) {
		return nayose.Fault(nayose.Integrity, fmt.Errorf("write predictions: %d postings but %d matches", len(postings), len(matches)), "")
	}
	out := csv.NewWriter(w)
	if err := out.Write([]string{"posting_id", "outcome", "company_id", "probability", "candidates"}); err != nil {
		return fmt.Errorf("write predictions: %w", err)
	}
	for i, m := range matches {
		row := []string{postings[i].ID, string(m.Outcome), m.CompanyID, decimals(m.Probability), strings.Join(ids(&m), "|")}
		if err := out.Write(row); err != nil {
			return fmt.Errorf("write predictions: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write predictions: %w", err)
	}
	return nil
}

func ids(m *nayose.Match) []string {
	list := make([]string, len(m.Candidates))
	for i, c := range m.Candidates {
		list[i] = c.CompanyID
	}
	return list
}

func decimals(p float64) string {
	s := strconv.FormatFloat(p, 'f', -1, 64)
	if _, fraction, _ := strings.Cut(s, "."); len(fraction) < 6 {
		return strconv.FormatFloat(p, 'f', 6, 64)
	}
	return s
}
