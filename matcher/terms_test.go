package matcher

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestTermsAgainstMap holds the dictionary against Go's own map.
func TestTermsAgainstMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms, known := newTerms(), map[string]uint32{}
		terms.hash = make([]uint64, 4) // small, so that it grows and collides
		for _, s := range rapid.SliceOf(rapid.StringN(0, 3, -1)).Draw(t, "strings") {
			kind := byte('a')
			if len(s)%2 == 0 {
				kind = 'b'
			}
			found := terms.find(kind, s)
			if found != known[s] {
				t.Fatalf("find(%q) = %d, want %d", s, found, known[s])
			}
			i, err := terms.add(kind, s)
			if err != nil || s != "" && (known[s] != 0 && i != known[s] || known[s] == 0 && int(i) != len(known)+1) {
				t.Fatalf("add(%q) = %d, %v; known as %d of %d", s, i, err, known[s], len(known))
			}
			if s != "" {
				known[s] = i
			}
		}
		for s, i := range known {
			if got := string(terms.get(i)[1:]); got != s {
				t.Fatalf("get(%d) = %q, want %q", i, got, s)
			}
			if other := terms.find('c', s); other != 0 {
				t.Fatalf("find(%q) of another kind = %d", s, other)
			}
		}
	})
}

func TestPile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const n = 5
		var p pile[int]
		want := make([][]int, n)
		for i, key := range rapid.SliceOf(rapid.Uint32Range(0, n-1)).Draw(t, "keys") {
			p.add(key, i)
			want[key] = append(want[key], i)
		}
		rows := p.rows(n)
		for key := range uint32(n) {
			if diff := cmp.Diff(want[key], append([]int(nil), rows.get(key)...)); diff != "" {
				t.Fatalf("row %d (-want +got):\n%s", key, diff)
			}
		}
	})
}
