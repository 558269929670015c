package artifact

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nayose"
)

func approvalOf(by string, number int) nayose.Approval {
	return nayose.Approval{
		Week: week, Partner: "p", Delivery: "d", Number: number, By: by, Why: "全件確認済み",
		At: time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC),
	}
}

func TestApprovalsAreNumbered(t *testing.T) {
	ctx, s := t.Context(), newMemory()
	if _, err := LastApproval(ctx, s, week, "p", "d"); !missing(err) {
		t.Errorf("LastApproval of none: %v, want fs.ErrNotExist", err)
	}
	for n := 1; n <= 2; n++ {
		want := approvalOf("a", n)
		if err := Approve(ctx, s, want); err != nil {
			t.Fatal(err)
		}
		if got, err := LastApproval(ctx, s, week, "p", "d"); err != nil || !cmp.Equal(got, want) {
			t.Errorf("LastApproval = %+v, %v, want %+v", got, err, want)
		}
	}
	if _, ok := s.objects["approvals/2026-W47/p/d/2.json"]; !ok {
		t.Error("the second approval does not stand at approvals/2026-W47/p/d/2.json")
	}
	if _, err := LastApproval(ctx, s, week, "p", "other"); !missing(err) {
		t.Errorf("LastApproval of another delivery: %v, want fs.ErrNotExist", err)
	}
	s.objects["approvals/2026-W47/p/other/1.json"] = s.objects["approvals/2026-W47/p/d/1.json"]
	if _, err := LastApproval(ctx, s, week, "p", "other"); kind(err) != nayose.Integrity {
		t.Errorf("LastApproval of one that was copied from another delivery: %v, want kind Integrity", err)
	}
}

// TestApproveOnce: of two people one is the first, and an answer that is lost makes nobody the second.
func TestApproveOnce(t *testing.T) {
	for name, c := range map[string]struct {
		fault fault
		want  error
	}{"told": {none, nil}, "refused": {refused, errInjected}, "taken for another's": {retried, nil}} {
		s := newMemory()
		s.fault = func(_ int, create bool) fault {
			if create {
				return c.fault
			}
			return none
		}
		if err := Approve(t.Context(), s, approvalOf("a", 1)); !errors.Is(err, c.want) {
			t.Errorf("%s: Approve = %v, want %v", name, err, c.want)
		}
		s.fault = nil
		err := Approve(t.Context(), s, approvalOf("b", 1))
		if c.fault != refused && !errors.Is(err, fs.ErrExist) || c.fault == refused && err != nil {
			t.Errorf("%s: Approve by a second person = %v", name, err)
		}
	}
}

// TestApprovalIsFrozen: it makes a new plan, once, and without one nothing is frozen anew, be the last plan of an older format.
func TestApprovalIsFrozen(t *testing.T) {
	ctx, s := t.Context(), newMemory()
	p := Plan{Week: week, Partner: "p", Mapping: "m", Shards: 1, Files: []Pin{{nayose.Object{Key: "a"}, "00"}}}
	for i, text := range []string{
		`{"format":1,"week":"2026-W47","partner":"p","number":1,"files":[{"key":"a","size":0,"sha256":"00"}],"mapping":"m","master":"","model":"","generation":0}`,
		`{"format":2,"week":"2026-W47","partner":"p","number":1,"files":[{"key":"a","size":0,"sha256":"00"}],"mapping":"m","master":"","model":"","shards":1,"generation":0}`,
	} {
		s.objects["plans/2026-W47/p/1.json"] = []byte(text)
		if got, created, err := Freeze(ctx, s, p, new(DecisionLog)); err != nil || created || got.Number != 1 {
			t.Errorf("Freeze over a plan of format %d = plan %d, created %v, %v; want the standing one", i+1, got.Number, created, err)
		}
	}
	p.Approval = approved(t, ctx, s)
	for range 2 {
		got, _, err := Freeze(ctx, s, p, new(DecisionLog))
		if err != nil || got.Number != 2 || got.Format != planFormat || !cmp.Equal(got.Approval, p.Approval) {
			t.Errorf("Freeze of an approved plan = %+v, %v; want plan 2 with its approval", got, err)
		}
	}
	if len(s.objects) != 3 {
		t.Errorf("%d objects, want two plans and an approval", len(s.objects))
	}
}

func approved(t *testing.T, ctx context.Context, s *memory) *nayose.Approval {
	t.Helper()
	if err := Approve(ctx, s, approvalOf("a", 1)); err != nil {
		t.Fatal(err)
	}
	a, err := LastApproval(ctx, s, week, "p", "d")
	if err != nil {
		t.Fatal(err)
	}
	return &a
}

// A bit that is flipped anywhere in a plan, a manifest or an approval is seen.
func TestChangedDocumentIsRefused(t *testing.T) {
	s := newMemory()
	a := approvalOf("toda", 1)
	if err := Approve(t.Context(), s, a); err != nil {
		t.Fatal(err)
	}
	key := approvalKey(&a)
	written := slices.Clone(s.objects[key])
	for i := range written {
		s.objects[key] = slices.Clone(written)
		s.objects[key][i] ^= 1
		if got, err := ReadApproval(t.Context(), s, a.Week, a.Partner, a.Delivery, 1); kind(err) != nayose.Integrity {
			t.Errorf("with byte %d of %q changed: %v, %v; want a fault of kind Integrity", i, written[:i], got, err)
		}
	}
	s.objects[key] = written[:len(written)-1]
	if _, err := ReadApproval(t.Context(), s, a.Week, a.Partner, a.Delivery, 1); kind(err) != nayose.Integrity {
		t.Errorf("without its last byte: %v, want a fault of kind Integrity", err)
	}
	s.objects[key] = written
	if _, err := ReadApproval(t.Context(), s, a.Week, a.Partner, a.Delivery, 1); err != nil {
		t.Error(err)
	}
}
