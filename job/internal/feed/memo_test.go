package feed

import (
	"fmt"
	"strings"
	"testing"
)

func TestMemo(t *testing.T) {
	m, read := memo[string]{}, 0
	get := func(cell string) string {
		return m.get(cell, func(cell string) string { read++; return cell + "!" })
	}
	long := strings.Repeat("x", memoBytes+1)
	for _, cell := range []string{"a", "a", "b", "a", long, long} {
		if got := get(cell); got != cell+"!" {
			t.Errorf("get(%.10q) = %.10q", cell, got)
		}
	}
	if read != 4 { // a, b, and the long one twice
		t.Errorf("read %d cells, want 4", read)
	}
	for i := range 3 * memoSize {
		if get(fmt.Sprint(i)); len(m) > memoSize {
			t.Fatalf("%d cells are remembered", len(m))
		}
	}
}
