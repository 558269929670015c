package loader

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/jackc/pgx/v5"

	"nayose"
)

// Difference is something in the database that is not what a delivery left there. It holds no content of a posting.
type Difference struct {
	Where           string // ledger row 12, posting 0c1f…: by lineage id, or by mention id
	Expected, Found string
}

// Verified says what Verify compared, and what it found.
type Verified struct {
	Postings, Mentions, Matches, Rejects int64 // rows that were compared

	Differences []Difference // of rows, the first hundred
	More        int64        // and how many more
}

// errUndo ends a transaction that was only for looking.
var errUndo = errors.New("nothing is to be written")

// Verify compares a row of the ledger, and what the tables hold of its delivery, with what the load is told and reads: rows that a later
// delivery wrote are left out, and so are all where row is of a delivery that wrote none. It writes nothing but temporary tables.
// Errors are as for Load; what differs is no error.
func (db *DB) Verify(ctx context.Context, row DeliveryRow, d Delivery, in Input) (a Verified, err error) {
	a.Differences = row.differences(d)
	if row.State == Loaded {
		l := &load{db: db, row: DeliveryRow{Delivery: d, id: row.id}, in: in}
		err = db.transact(ctx, pgx.TxOptions{}, func(tx pgx.Tx) error {
			l.tx = tx
			if err := l.verify(ctx, row, &a); err != nil {
				return err
			}
			return errUndo
		})
	}
	if err != nil && !errors.Is(err, errUndo) {
		return a, fault(ctx, err)
	}
	return a, nil
}

// differences are what the row says otherwise than the delivery, and where it is at odds with itself. How a load went, when, and by
// which code, nothing else tells.
func (r *DeliveryRow) differences(d Delivery) (found []Difference) {
	d.CodeVersion = r.CodeVersion
	want := *r
	want.Delivery = d
	columns := want.columns()
	for i, c := range r.columns() {
		if got, want := inWords(c.value), inWords(columns[i].value); got != want {
			found = append(found, Difference{r.where() + " " + c.name, want, got})
		}
	}
	if !sameApproval(r.Approval, d.Approval) {
		found = append(found, Difference{r.where() + " approval", approvalInWords(d.Approval), approvalInWords(r.Approval)})
	}
	books := extractBooks(r.Extract)
	if r.State == Loaded {
		books = append(books,
			count("unique = inserted + updated + unchanged", r.Extract.Unique, r.Inserted+r.Updated+r.Unchanged),
			count("unique = matched + review + unmatched", r.Extract.Unique, r.Matched+r.Review+r.Unmatched),
			count("active_after = active_before + inserted + reactivated - expired - erased",
				r.ActiveAfter, r.ActiveBefore+r.Inserted+r.Reactivated-r.Expired-r.Erased),
			count("flipped beyond known = 0", max(0, r.Flipped-r.Known), 0),
			count("known beyond mentions = 0", max(0, r.Known-r.Extract.Mentions), 0))
		books = append(books, scoreBooks(r)...)
	}
	for _, b := range books {
		if b.left != b.right {
			found = append(found, Difference{r.where() + ", " + b.name, fmt.Sprint(b.left), fmt.Sprint(b.right)})
		}
	}
	return found
}

func (r *DeliveryRow) where() string { return fmt.Sprintf("ledger row %d", r.id) }

// inWords is what a column's value points to.
func inWords(value any) string {
	switch v := value.(type) {
	case weekText:
		return v.String()
	case jsonText:
		value = v.pointer
	}
	return fmt.Sprint(reflect.ValueOf(value).Elem())
}

func approvalInWords(a *nayose.Approval) string {
	if a == nil {
		return "none"
	}
	return fmt.Sprintf("number %d by %s at %s, of %s: %s", a.Number, a.By, a.At.UTC().Format(time.RFC3339Nano), a.Delivery, a.Why)
}

func sameApproval(a, b *nayose.Approval) bool { return approvalInWords(a) == approvalInWords(b) }

// verify reads what the load read into the temporary tables again, and compares.
func (l *load) verify(ctx context.Context, row DeliveryRow, a *Verified) error {
	steps := []step{
		l.sql("verify_stage", nil),
		{"copy postings", l.stageWhole},
		{"copy mentions", func(ctx context.Context) error {
			_, err := copyInto(ctx, l.tx, stageMention, mentionColumns, l.in.Mentions, mentionRow)
			return err
		}},
		{"copy matches", func(ctx context.Context) error {
			_, err := copyInto(ctx, l.tx, stageMatch, matchColumns, l.in.Matches, matchRow(l.row.Generation, l.row.Model))
			return err
		}},
		{"copy deletions", l.copyDeletions},
		{"copy rejects", func(ctx context.Context) error {
			_, err := copyInto(ctx, l.tx, stageReject, rejectColumns, l.in.Rejects, rejectRow(l.row.id))
			return err
		}},
		l.sql("index_stage", nil),
		{"compare", func(ctx context.Context) error { return l.compareTables(ctx, row, a) }},
	}
	for _, s := range steps {
		if err := s.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

var stageReject = pgx.Identifier{"pg_temp", "stage_reject"}

// stageWhole stages the postings whole, with their lineage ids.
func (l *load) stageWhole(ctx context.Context) error {
	key := postingKey(l.row.Partner)
	_, err := copyInto(ctx, l.tx, stagePosting, append([]string{"lineage_id"}, postingColumns...), l.in.Postings,
		func(row []any, p *nayose.Posting) ([]any, error) {
			if _, err := key(row, p); err != nil {
				return nil, err
			}
			return postingRow(append(row, id(p.Lineage)), p)
		})
	return err
}

func (l *load) compareTables(ctx context.Context, row DeliveryRow, a *Verified) error {
	var newest bool
	err := l.tx.QueryRow(ctx, statement("verify_counts"), l.args()).Scan(&newest, &a.Postings, &a.Mentions, &a.Matches, &a.Rejects)
	if err != nil {
		return err
	}
	args := l.args()
	args["newest"], args["snapshot"] = newest, l.row.Snapshot
	rows, err := l.tx.Query(ctx, statement("verify"), args)
	if err != nil {
		return err
	}
	var what, id, other string
	var all int64
	_, err = pgx.ForEachRow(rows, []any{&what, &id, &other, &all}, func() error {
		a.Differences = append(a.Differences, Difference{what + " " + id, "what the load read", other})
		a.More = all
		return nil
	})
	if err != nil {
		return err
	}
	a.More = max(0, a.More-verifiedRows)
	return l.recount(ctx, row, newest, a)
}

// verifiedRows is how many differences of rows sql/verify.sql tells one by one.
const verifiedRows = 100

// recount counts again what the ledger says of the delivery's postings.
func (l *load) recount(ctx context.Context, row DeliveryRow, newest bool, a *Verified) error {
	l.row.State = Loaded
	if err := l.takeSurvey(ctx); err != nil {
		return err
	}
	scores, _, err := l.countScores(ctx)
	if err != nil {
		return err
	}
	books := append(stageBooks(row.Extract, l.survey),
		count("matched", scores.of(nayose.Matched), row.Matched),
		count("review", scores.of(nayose.Review), row.Review),
		count("unmatched", scores.of(nayose.Unmatched), row.Unmatched))
	if newest {
		books = append(books, count("active_after", l.survey.ActiveAfter+l.survey.ActiveErased-row.Erased, row.ActiveAfter))
	}
	if row.Scores != nil && !reflect.DeepEqual(row.Scores, scores) {
		a.Differences = append(a.Differences, Difference{row.where() + ", counted again: scores", fmt.Sprint(scores), fmt.Sprint(row.Scores)})
	}
	gone, err := l.goneBooks(ctx, newest)
	if err != nil {
		return err
	}
	books = append(books, gone...)
	for _, b := range books {
		if b.left != b.right {
			a.Differences = append(a.Differences, Difference{row.where() + ", counted again: " + b.name, fmt.Sprint(b.left), fmt.Sprint(b.right)})
		}
	}
	return nil
}

// goneBooks are the equations of the rows that are there no more and those that were erased. Of a delivery after which another was loaded,
// only the rejects: which of its postings another one took over, only that one's results tell. Those have a book of their own (Strays).
func (l *load) goneBooks(ctx context.Context, newest bool) (books []account, err error) {
	rows, err := l.tx.Query(ctx, statement("verify_gone"), l.args())
	var kind string
	var gone, erased int64
	var goneSum, erasedSum nayose.IDSum
	if err == nil {
		_, err = pgx.ForEachRow(rows, []any{&kind, &gone, &goneSum, &erased, &erasedSum}, func() error {
			if kind != "postings" || newest {
				books = append(books, count(kind+" that are gone = erased", gone, erased), sum(kind+" that are gone = erased", goneSum, erasedSum))
			}
			return nil
		})
	}
	return books, err
}

// Strays are differences that concern the partner rather than one delivery: its postings are those that its loads inserted, without those
// that were erased, and each has its content. And they are the rows that say they came with a delivery of this partner and week of which the ledger has no row, and rows of the
// ledger that stand under another week's Monday.
func (db *DB) Strays(ctx context.Context, partner string, week nayose.Week) (found []Difference, err error) {
	rows, err := db.pool.Query(ctx, statement("verify_strays"), pgx.NamedArgs{"partner": partner, "week": week.String(), "monday": date(week.Monday())})
	var what string
	var id, n int64
	if err == nil {
		_, err = pgx.ForEachRow(rows, []any{&what, &id, &n}, func() error {
			d := Difference{fmt.Sprintf("ledger row %d", id), "week and Monday that agree", "another Monday than the week's"}
			switch what {
			case "posting_state":
				d = Difference{fmt.Sprintf("%d rows of posting_state", n), fmt.Sprintf("a delivery of %s that the ledger says was loaded", week), fmt.Sprintf("delivery %d", id)}
			case "posting":
				d = Difference{"postings of " + partner, "a row of posting for each of posting_state", nayose.Count(n, "posting") + " without one"}
			case "postings":
				d = Difference{"postings of " + partner, fmt.Sprintf("%d, as were inserted and not erased", id), fmt.Sprint(n)}
			}
			found = append(found, d)
			return nil
		})
	}
	if err != nil {
		return nil, fmt.Errorf("look for strays of %s %s: %w", partner, week, fault(ctx, err))
	}
	return found, nil
}
