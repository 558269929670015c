package loader

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"nayose"
)

// copyInto streams items into a table by COPY and says how many rows it wrote. row appends an item's values, in the
// order of columns. An error of items or row comes back as an inputError.
func copyInto[T any](ctx context.Context, tx pgx.Tx, table pgx.Identifier, columns []string,
	items iter.Seq2[T, error], row func([]any, *T) ([]any, error),
) (int64, error) {
	next, stop := iter.Pull2(items)
	defer stop()
	source := &copySource[T]{next: next, row: row}
	n, err := tx.CopyFrom(ctx, table, columns, source)
	if source.err != nil {
		// The server has only been told to forget the rows: what it answers is not the reason.
		return 0, inputError{source.err}
	}
	return n, located(err)
}

// copySource is items as pgx takes them.
type copySource[T any] struct {
	next func() (T, error, bool)
	row  func([]any, *T) ([]any, error)

	values []any
	err    error
}

func (s *copySource[T]) Next() bool {
	item, err, ok := s.next()
	if ok && err == nil {
		s.values, err = s.row(s.values[:0], &item)
	}
	s.err = err
	return ok && err == nil
}

func (s *copySource[T]) Values() ([]any, error) { return s.values, nil }
func (s *copySource[T]) Err() error             { return s.err }

// located adds the row and column that a COPY stumbled over. The rest of the server's context may quote the row.
func located(err error) error {
	var server *pgconn.PgError
	if !errors.As(err, &server) {
		return err
	}
	lines := strings.Split(server.Where, "\n")
	if at := lines[len(lines)-1]; strings.HasPrefix(at, "COPY ") {
		return fmt.Errorf("%w at %s", err, at)
	}
	return err
}

// The tables that postings are written to: their keys, those that have changed, and their own.
var (
	stagePosting        = pgx.Identifier{"pg_temp", "stage_posting"}
	stagePostingColumns = []string{"lineage_id", "posting_id", "mention_id", "content_hash", "title"}
	changedPosting      = pgx.Identifier{"pg_temp", "changed_posting"}
	postingTable        = pgx.Identifier{"nayose", "posting"}
	postingColumns      = []string{
		"partner", "posting_id", "mention_id", "content_hash", "title", "description", "occupation", "employment_type",
		"employment_type_text", "salary_unit", "salary_min", "salary_max", "salary_text", "prefecture", "city", "posted_on",
		"closes_on", "extra", "occupation_text",
	}
)

// postingKey is what is staged of a posting, or an error where the posting is another partner's.
func postingKey(partner string) func([]any, *nayose.Posting) ([]any, error) {
	return func(row []any, p *nayose.Posting) ([]any, error) {
		if p.Partner != partner {
			return nil, stranger("posting", p.Lineage, p.Partner, partner)
		}
		return append(row, id(p.Lineage), p.PostingID, id(p.MentionID), id(p.Content), text(p.Title)), nil
	}
}

func postingRow(row []any, p *nayose.Posting) ([]any, error) {
	return append(row, p.Partner, p.PostingID, id(p.MentionID), id(p.Content), text(p.Title),
		text(p.Description), text(p.Occupation), text(p.EmploymentType), text(p.EmploymentTypeText),
		text(p.SalaryUnit), number(p.SalaryMin), number(p.SalaryMax), text(p.SalaryText), text(p.Prefecture),
		text(p.City), date(p.PostedOn), date(p.ClosesOn), text(p.Extra), text(p.OccupationText)), nil
}

func stranger(what string, lineage nayose.ID, of, in string) error {
	return nayose.Fault(nayose.Integrity, fmt.Errorf("%s %s is partner %q's, in a delivery of %q", what, lineage, of, in), hintRerun)
}

var (
	stageDeletion   = pgx.Identifier{"pg_temp", "stage_deletion"}
	deletionColumns = []string{"lineage_id", "posting_id"}
)

// deletionRow is a deletion's row, or an error where the deletion is another partner's.
func deletionRow(partner string) func([]any, *nayose.Deletion) ([]any, error) {
	return func(row []any, d *nayose.Deletion) ([]any, error) {
		if d.Partner != partner {
			return nil, stranger("deletion", d.Lineage, d.Partner, partner)
		}
		return append(row, id(d.Lineage), d.PostingID), nil
	}
}

var (
	stageMention        = pgx.Identifier{"pg_temp", "stage_mention"}
	stageMentionColumns = []string{"mention_id"}
	mentionTable        = pgx.Identifier{"nayose", "mention"}
	mentionColumns      = []string{
		"mention_id", "partner", "company_name", "company_name_kana", "workplace_name", "address", "phone", "url",
		"corporate_number",
	}
)

func mentionKey(row []any, m *nayose.Mention) ([]any, error) { return append(row, id(m.ID)), nil }

func mentionRow(row []any, m *nayose.Mention) ([]any, error) {
	return append(row, id(m.ID), m.Partner, text(m.CompanyName), text(m.CompanyNameKana), text(m.WorkplaceName),
		text(m.Address), text(m.Phone), text(m.URL), text(m.CorporateNumber)), nil
}

// intoMention is where the columns of a mention are scanned to, in their order; a query gives ” for null.
func intoMention(m *nayose.Mention) []any {
	return []any{
		(*[16]byte)(&m.ID), &m.Partner, &m.CompanyName, &m.CompanyNameKana, &m.WorkplaceName, &m.Address, &m.Phone, &m.URL, &m.CorporateNumber,
	}
}

var (
	stageMatch        = pgx.Identifier{"pg_temp", "stage_match"}
	stageMatchColumns = []string{"mention_id", "outcome", "company_id", "probability", "match_hash"}
	changedMatch      = pgx.Identifier{"pg_temp", "changed_match"}
	matchTable        = pgx.Identifier{"nayose", "match"}
	matchColumns      = []string{
		"generation", "mention_id", "outcome", "company_id", "probability", "none_bits", "model", "note", "candidates",
		"match_hash",
	}
)

// matchKey is what is staged of a match.
func matchKey(model string) func([]any, *nayose.Match) ([]any, error) {
	return func(row []any, m *nayose.Match) ([]any, error) {
		return append(row, id(m.MentionID), string(m.Outcome), text(companyOf(m)), m.Probability, id(matchHash(m, model))), nil
	}
}

// matchRow is a match's row in the given generation.
func matchRow(generation int, model string) func([]any, *nayose.Match) ([]any, error) {
	return func(row []any, m *nayose.Match) ([]any, error) {
		candidates := []byte("[]")
		if kept := keptCandidates(m); len(kept) > 0 {
			var err error
			if candidates, err = json.Marshal(kept); err != nil {
				return nil, fmt.Errorf("candidates of mention %s: %w", m.MentionID, err)
			}
		}
		return append(row, generation, id(m.MentionID), string(m.Outcome), text(companyOf(m)), m.Probability, m.NoneBits,
			model, text(m.Note), candidates, id(matchHash(m, model))), nil
	}
}

// companyOf stands in a match's row only where it was matched, so that a search by company finds nothing else; the best
// candidate is the first of the candidates.
func companyOf(m *nayose.Match) string {
	if m.Outcome == nayose.Matched {
		return m.CompanyID
	}
	return ""
}

// keptCandidates are the candidates that a match's row keeps: all of them where a person is to choose, else the best one. They are
// most of what a match weighs, and a load spends more on them than on all the rest of it; the artefacts of match keep every one.
func keptCandidates(m *nayose.Match) []nayose.Candidate {
	if m.Outcome == nayose.Review {
		return m.Candidates
	}
	return m.Candidates[:min(1, len(m.Candidates))]
}

// matchHash changes with whatever a match's row says. Each text stands behind its length.
func matchHash(m *nayose.Match, model string) nayose.ID {
	b := make([]byte, 0, 2<<10)
	add := func(s string) { b = append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...) }
	number := func(x float64) { b = binary.BigEndian.AppendUint64(b, math.Float64bits(x)) }
	add(string(m.Outcome))
	add(companyOf(m))
	number(m.Probability)
	number(m.NoneBits)
	add(m.Note)
	for _, c := range keptCandidates(m) {
		add(c.CompanyID)
		number(c.Probability)
		b = binary.BigEndian.AppendUint32(b, uint32(len(c.Evidence)))
		for _, e := range c.Evidence {
			add(e.Comparison)
			add(e.Level)
			number(e.Bits)
		}
	}
	return nayose.NewID(model, string(b))
}

var (
	rejectTable   = pgx.Identifier{"nayose", "reject"}
	rejectColumns = []string{
		"delivery", "lineage_id", "kind", "file", "line", "byte_offset", "column_name", "code", "reason", "raw",
	}
)

func rejectRow(delivery int64) func([]any, *nayose.Reject) ([]any, error) {
	return func(row []any, r *nayose.Reject) ([]any, error) {
		return append(row, delivery, id(r.Lineage), r.Kind, r.File, r.Line, r.Offset, text(r.Column), text(r.Code), r.Reason, r.Raw), nil
	}
}

// What is empty or zero is unknown, which Postgres writes null.

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func number(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

func date(d nayose.Date) pgtype.Date { return pgtype.Date{Time: d.Time(), Valid: d != 0} }

func id(x nayose.ID) pgtype.UUID { return pgtype.UUID{Bytes: x, Valid: true} }
