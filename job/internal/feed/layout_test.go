package feed

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestExtraNames shows that each column has a name of its own in Posting.Extra, whatever names the header has.
func TestExtraNames(t *testing.T) {
	l := layout{header: strings.Split("a,a,a (2),a,,a (2),column 5", ",")}
	l.nameExtra()
	want := []string{"a", "a (2)", "a (2) (2)", "a (3)", "column 5", "a (2) (3)", "column 5 (2)"}
	if diff := cmp.Diff(want, l.extraName); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
