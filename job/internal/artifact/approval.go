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
	last, err := newest(func(n int) (nayose.Approval, error) { return ReadApproval(ctx, s, week, partner, delivery, n) })
	if missing(err) {
		return last, fmt.Errorf("approval of %s %s: %w", partner, week, fs.ErrNotExist)
	}
	return last, err
}

// ReadApproval is the approval of that number of a delivery. The error is fs.ErrNotExist where there is none.
func ReadApproval(ctx context.Context, s nayose.Store, week nayose.Week, partner, delivery string, number int) (nayose.Approval, error) {
	a := nayose.Approval{Week: week, Partner: partner, Delivery: delivery, Number: number}
	key := approvalKey(&a)
	err := readJSON(ctx, s, key, &a)
	if err == nil && approvalKey(&a) != key {
		err = nayose.Fault(nayose.Integrity, fmt.Errorf("%s/%s is not the approval its name says", s, key),
			"the object was copied; move it away and run again")
	}
	if err != nil {
		return nayose.Approval{}, err
	}
	return a, nil
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
