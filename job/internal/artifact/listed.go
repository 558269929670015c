package artifact

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"

	"nayose"
)

// CreateList puts the workbook of rows that were not taken beside the round's, named by its own content:
//
//	review/2026-W47/5d1c…/not-applied-8f02ab91.xlsx
func CreateList(ctx context.Context, s nayose.Store, r Round, list []byte) (key string, err error) {
	sum := sha256.Sum256(list)
	key = fmt.Sprintf("%s/not-applied-%x.xlsx", r.place(), sum[:4])
	if _, err = s.Create(ctx, key, bytes.NewReader(list)); exists(err) {
		err = nil
	}
	return key, err
}
