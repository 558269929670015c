package feed

import (
	"fmt"
	"testing"

	"nayose"
)

// TestSeen puts ids in twice, some of which belong to one place, and one of nothing but zeros.
func TestSeen(t *testing.T) {
	var ids []nayose.ID
	for i := range 5000 {
		id := nayose.NewID(fmt.Sprint(i))
		if i%3 == 0 {
			copy(id[:3], make([]byte, 3))
		}
		ids = append(ids, id)
	}
	ids = append(ids, nayose.ID{})
	var s seen
	for _, again := range []bool{false, true} {
		for i, id := range ids {
			if isNew := s.add(hashOf(id)); isNew == again {
				t.Fatalf("add(%d) = %v, of which before: %v", i, isNew, again)
			}
		}
	}
}
