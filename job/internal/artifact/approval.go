package artifact

import (
	"context"
	"fmt"
	"io/fs"
	"reflect"

	"nayose"
)

func approvalKey(a *nayose.Approval) string {
	return fmt.Sprintf("approvals/%s/%s/%s/%d.json", a.Week, a.Partner, a.Delivery, a.Number)
}

// LastApproval is the newest approval of a delivery, found by probing upward from 1. The error is fs.ErrNotExist where there is
// none.
func LastApproval(ctx context.Context, s nayose.Store, week nayose.Week, partner, delivery string) (nayose.Approval, error) {
	var last nayose.Approval
	for n := 1; ; n++ {
		a := nayose.Approval{Week: week, Partner: partner, Delivery: delivery, Number: n}
		key := approvalKey(&a)
		err := readJSON(ctx, s, key, &a)
		switch {
		case missing(err) && last.Number == 0:
			return last, fmt.Errorf("approval of %s %s: %w", partner, week, fs.ErrNotExist)
		case missing(err):
			return last, nil
		case err != nil:
			return nayose.Approval{}, err
		case approvalKey(&a) != key:
			return nayose.Approval{}, nayose.Fault(nayose.Integrity, fmt.Errorf("%s/%s is not the approval its name says", s, key),
				"the object was copied; move it away and run again")
		}
		last = a
	}
}

// Approve writes an approval, numbered after the delivery's last one, which the caller has looked at. The error is fs.ErrExist
// where somebody else's has come in between.
func Approve(ctx context.Context, s nayose.Store, a nayose.Approval) error {
	err := createJSON(ctx, s, approvalKey(&a), a)
	if !exists(err) {
		return err
	}
	// It may be our own write, whose acknowledgement was lost.
	standing, readErr := LastApproval(ctx, s, a.Week, a.Partner, a.Delivery)
	if readErr == nil && reflect.DeepEqual(standing, a) {
		return nil
	}
	return err
}
