package loader

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"

	"nayose"
)

// keyed are the rows of an input that mostly stand in Postgres already. First their keys and hashes alone are staged,
// and compared with what is there; then the input is read again, and only the rows that are new or have changed are sent.
type keyed[T any] struct {
	rows  iter.Seq2[T, error]
	id    func(*T) nayose.ID // tells a row from the others
	marks []uint64           // of each row, in the input's order: the first bytes of its id, and its fate in the last bits
	count [3]int64           // of rows, by fate
}

// fate is what is to become of a row.
type fate uint64

const (
	known   fate = iota // stands there as it is
	missing             // is to be inserted
	changed             // is to be updated

	fateBits = 3
)

func mark(id nayose.ID) uint64 { return binary.BigEndian.Uint64(id[:8]) &^ fateBits }

// stage copies the keys of all rows into a temporary table, each with its number; key appends a row's values in the order
// of the other columns.
func (k *keyed[T]) stage(ctx context.Context, tx pgx.Tx, table pgx.Identifier, columns []string,
	key func([]any, *T) ([]any, error),
) error {
	k.marks, k.count = k.marks[:0], [3]int64{}
	_, err := copyInto(ctx, tx, table, append([]string{"row"}, columns...), k.rows, func(values []any, row *T) ([]any, error) {
		k.marks = append(k.marks, mark(k.id(row)))
		return key(append(values, int32(len(k.marks)-1)), row)
	})
	return err
}

// compare learns the rows' fates from a query for the numbers of those that are missing, or else have changed. What else the query says,
// the same in each row, goes to more.
func (k *keyed[T]) compare(ctx context.Context, tx pgx.Tx, sql string, args pgx.NamedArgs, more ...any) error {
	rows, err := tx.Query(ctx, sql, args)
	if err != nil {
		return err
	}
	var number int32
	var gone bool
	_, err = pgx.ForEachRow(rows, append([]any{&number, &gone}, more...), func() error {
		f := changed
		if gone {
			f = missing
		}
		k.marks[number] |= uint64(f)
		k.count[f]++
		return nil
	})
	return err
}

// write copies the rows of that fate into a table.
func (k *keyed[T]) write(ctx context.Context, tx pgx.Tx, f fate, table pgx.Identifier, columns []string,
	row func([]any, *T) ([]any, error),
) (int64, error) {
	if k.count[f] == 0 {
		return 0, nil
	}
	return copyInto(ctx, tx, table, columns, k.of(f), row)
}

// of reads the input again and yields the rows of that fate. An input that is not what it was is a fault: the fates
// would be those of other rows.
func (k *keyed[T]) of(f fate) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		n := 0
		for row, err := range k.rows {
			if err == nil && (n == len(k.marks) || k.marks[n]&^fateBits != mark(k.id(&row))) {
				err = unsteady(n)
			}
			if err != nil {
				yield(row, err)
				return
			}
			n++
			if fate(k.marks[n-1]&fateBits) == f && !yield(row, nil) {
				return
			}
		}
		if n < len(k.marks) {
			var none T
			yield(none, unsteady(n))
		}
	}
}

func unsteady(row int) error {
	return nayose.Fault(nayose.Integrity, fmt.Errorf("row %d is another one when it is read again", row+1), hintRerun)
}
