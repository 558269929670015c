package feed

import (
	"fmt"
	"strings"
	"testing"
)

func TestIDShape(t *testing.T) {
	numbers := func(from, to int, format string) (ids []string) {
		for i := from; i < to; i++ {
			ids = append(ids, fmt.Sprintf(format, i))
		}
		return ids
	}
	lost := numbers(9_950, 10_900, "%d")
	for _, test := range []struct {
		name string
		ids  []string
		want string
	}{
		{"lost zeros", lost, "of 950 posting ids, all numbers, 900 have 5 digits and the other 50 fewer: if the partner's ids have leading zeros, a spreadsheet has taken them away"},
		{"with zeros", numbers(9_950, 10_900, "%06d"), ""},
		{"of one length", numbers(10_000, 10_900, "%d"), ""},
		{"with letters", append([]string{"A1"}, lost...), ""},
		{"one that has its zero", append([]string{"00123"}, lost...), ""},
		{"of all lengths", numbers(1, 1500, "%d"), ""},
		{"one that is longer", append([]string{"1234567"}, lost...), ""},
		{"too few", lost[40:55], ""},
		{"too long to count", append([]string{strings.Repeat("1", 30)}, lost...), ""},
		{"none", nil, ""},
		{"empty", []string{""}, ""},
	} {
		var s idShape
		for _, id := range test.ids {
			s.add(id)
		}
		if got := s.warning(); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
