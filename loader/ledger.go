package loader

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"nayose"
)

// Delivery is what the load of one delivery is told about it.
type Delivery struct {
	Partner string
	Week    nayose.Week
	Plan    int    // which of the week's plans, from 1
	Digest  string // of everything that the load reads: what is loaded under this digest is not loaded again

	Snapshot    bool   // the delivery is the partner's whole truth: what it lacks has expired; else what it deletes has
	Model       string // digests of what the matches were made with
	Master      string
	Generation  int // that was live when the plan was frozen; the ledger has the one that was live at the load, which it was written to
	CodeVersion string

	Extract nayose.ExtractCounts // the books that the load must agree with; the ledger keeps all but the bytes

	Files    string           // digest of the contents of the delivery's files; empty for unknown, which is like no other
	Limits   Limits           // how far it may differ from the partner's last deliveries; the ledger does not keep them
	Approval *nayose.Approval // lets it through once where a guard would hold it; nil for none
}

// Result says what a load did. For a delivery that was loaded before, the counts are those of that time; a superseded
// and a stale one have none.
type Result struct {
	State   State
	By      string // what superseded the delivery: 2026-W48, or of the same week 2026-W47 plan 2; or the week whose files it repeats
	HeldFor string // why load would have held the delivery without its approval; empty where it would not

	Warned  string   // how it differs from the weeks before by more than a warn limit; empty where it does not
	Figures []Figure // what the guards measured

	// Postings. Unique = Inserted + Updated + Unchanged = Matched + Review + Unmatched, the latter by the outcome of
	// their mentions; ActiveAfter = ActiveBefore + Inserted + Reactivated − Expired − Erased: what had been erased on request, came again and
	// was erased again is among the inserted.
	Inserted, Updated, Unchanged int64
	Reactivated, Expired         int64
	Matched, Review, Unmatched   int64
	ActiveBefore, ActiveAfter    int64
	Erased                       int64
}

// State is how a load ended.
type State string

// The states of a Result. The ledger has the first three.
const (
	Loaded     State = "loaded"     // written by this call
	Superseded State = "superseded" // something newer was loaded before: only first_seen was filled in
	Stale      State = "stale"      // the files of an earlier week again: only the ledger was written
	Already    State = "already"    // loaded, or found stale, before: nothing was written
)

// DeliveryRow is a row of the ledger.
type DeliveryRow struct {
	Delivery
	Result            // State is Loaded, Superseded or Stale
	Started, Finished time.Time

	Scores         Scores // of its postings; nil where nothing was loaded, and where an older nayose loaded
	Known, Flipped int64  // its mentions about which the live generation had an answer, no person's, and those that got another outcome or company

	id           int64
	xid          uint64
	withoutMatch int64           // postings whose mention has none
	approval     approvalColumns // Approval, between the row and the table
}

// approvalColumns are an approval as the ledger has it: all null where there is none.
type approvalColumns struct {
	Number            *int
	Delivery, By, Why *string
	At                *time.Time
}

// column ties a column of the ledger to where its value lies.
type column struct {
	name  string
	value any // a pointer
}

// columns are the ledger's columns that the load itself fills in.
func (r *DeliveryRow) columns() []column {
	return []column{
		{"id", &r.id},
		{"partner", &r.Partner},
		{"week", weekText{&r.Week}},
		{"plan", &r.Plan},
		{"digest", &r.Digest},
		{"state", &r.State},
		{"superseded_by", &r.By},
		{"snapshot", &r.Snapshot},
		{"generation", &r.Generation},
		{"model", &r.Model},
		{"master", &r.Master},
		{"code_version", &r.CodeVersion},
		{"records", &r.Extract.Records},
		{"rejected", &r.Extract.Rejected},
		{"duplicates", &r.Extract.Duplicates},
		{"unique_postings", &r.Extract.Unique},
		{"mentions", &r.Extract.Mentions},
		{"records_sum", &r.Extract.RecordsSum},
		{"rejected_sum", &r.Extract.RejectedSum},
		{"duplicates_sum", &r.Extract.DuplicatesSum},
		{"unique_sum", &r.Extract.UniqueSum},
		{"inserted", &r.Inserted},
		{"updated", &r.Updated},
		{"unchanged", &r.Unchanged},
		{"reactivated", &r.Reactivated},
		{"expired", &r.Expired},
		{"matched", &r.Matched},
		{"review", &r.Review},
		{"unmatched", &r.Unmatched},
		{"active_before", &r.ActiveBefore},
		{"active_after", &r.ActiveAfter},
		{"deletions", &r.Extract.Deletions},
		{"deletions_sum", &r.Extract.DeletionsSum},
		{"files", &r.Files},
		{"approval_number", &r.approval.Number},
		{"approval_delivery", &r.approval.Delivery},
		{"approved_by", &r.approval.By},
		{"approved_why", &r.approval.Why},
		{"approved_at", &r.approval.At},
		{"held_for", &r.HeldFor},
		{"erased", &r.Erased},
		{"figures", jsonText{&r.Figures}},
		{"warned_for", &r.Warned},
		{"scores", jsonText{&r.Scores}},
		{"known", &r.Known},
		{"flipped", &r.Flipped},
	}
}

// weekText reads and writes a week's label.
type weekText struct{ *nayose.Week }

func (w weekText) ScanText(label pgtype.Text) error { return w.UnmarshalText([]byte(label.String)) }
func (w weekText) TextValue() (pgtype.Text, error) {
	return pgtype.Text{String: w.String(), Valid: true}, nil
}

// jsonText reads and writes what a pointer points to as JSON: nil is null, in SQL too.
type jsonText struct{ pointer any }

func (j jsonText) ScanText(text pgtype.Text) error {
	if !text.Valid {
		return nil
	}
	return json.Unmarshal([]byte(text.String), j.pointer)
}

func (j jsonText) TextValue() (pgtype.Text, error) {
	b, err := json.Marshal(j.pointer)
	return pgtype.Text{String: string(b), Valid: string(b) != "null"}, err
}

// Deliveries are the rows of the ledger, of one week or, where week is nil, of all, by week, partner and time.
func (db *DB) Deliveries(ctx context.Context, week *nayose.Week) ([]DeliveryRow, error) {
	var label *string
	if week != nil {
		s := week.String()
		label = &s
	}
	rows, err := readLedger(ctx, db.pool, `where $1::text is null or week = $1`, label)
	if err != nil {
		return nil, fmt.Errorf("read the ledger: %w", fault(ctx, err))
	}
	return rows, nil
}

// querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func readLedger(ctx context.Context, q querier, where string, args ...any) ([]DeliveryRow, error) {
	names := columnNames(new(DeliveryRow).columns())
	rows, err := q.Query(ctx, `select `+names+`, started_at, finished_at, xid from nayose.delivery `+where+
		` order by monday, partner, id`, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (r DeliveryRow, err error) {
		var into []any
		for _, c := range r.columns() {
			into = append(into, c.value)
		}
		err = row.Scan(append(into, &r.Started, &r.Finished, &r.xid)...)
		if a := r.approval; err == nil && a.Number != nil {
			r.Approval = &nayose.Approval{
				Week: r.Week, Partner: r.Partner, Delivery: *a.Delivery, Number: *a.Number, By: *a.By, Why: *a.Why, At: *a.At,
			}
		}
		return r, err
	})
}

// record writes the row and learns the transaction's number.
func (r *DeliveryRow) record(ctx context.Context, tx pgx.Tx) error {
	r.approval = approvalColumns{}
	if a := r.Approval; a != nil {
		r.approval = approvalColumns{&a.Number, &a.Delivery, &a.By, &a.Why, &a.At}
	}
	columns := r.columns()
	values := []any{date(r.Week.Monday())}
	marks := "$1"
	for i, c := range columns {
		values = append(values, c.value)
		marks += fmt.Sprintf(", $%d", i+2)
	}
	return tx.QueryRow(ctx, `insert into nayose.delivery (monday, `+columnNames(columns)+`) values (`+marks+
		`) returning xid`, values...).Scan(&r.xid)
}

func columnNames(columns []column) string {
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
	}
	return strings.Join(names, ", ")
}

// DeliveriesBetween are the rows of the ledger of the weeks from one to another, both included, by week, partner and time.
func (db *DB) DeliveriesBetween(ctx context.Context, from, to nayose.Week) ([]DeliveryRow, error) {
	rows, err := readLedger(ctx, db.pool, `where monday between $1 and $2`, date(from.Monday()), date(to.Monday()))
	if err != nil {
		return nil, fmt.Errorf("read the ledger from %s to %s: %w", from, to, fault(ctx, err))
	}
	return rows, nil
}
