package artifact

import (
	"fmt"
	"strconv"
	"strings"
)

// Shard is one of several parts, as equal as can be, of a stage's rows: part Index of Of, from 0. Laid end to end the
// parts are the rows.
type Shard struct{ Index, Of int }

// Whole is the part that is everything.
var Whole = Shard{0, 1}

// Rows is where the shard's rows begin among n, and where they end. It may have none.
func (s Shard) Rows(n int64) (from, to int64) {
	i, of := int64(s.Index), int64(s.Of)
	return i * n / of, (i + 1) * n / of
}

// String writes the shard as 3/16.
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Of) }

// ParseShard reads what String writes.
func ParseShard(text string) (Shard, error) {
	i, n, ok := strings.Cut(text, "/")
	index, err := strconv.ParseUint(i, 10, 31)
	of, err2 := strconv.ParseUint(n, 10, 31)
	switch {
	case !ok || err != nil || err2 != nil:
		return Shard{}, fmt.Errorf("%q is no shard such as 3/16", text)
	case index >= of:
		return Shard{}, fmt.Errorf("there is no shard %s: the first is 0/%d", text, of)
	}
	return Shard{int(index), int(of)}, nil
}
