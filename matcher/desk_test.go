package matcher

import (
	"fmt"
	"sync"

	"nayose"
	"nayose/matcher/internal/index"
)

// deskFor is a desk at which a mention was read.
func (m *Matcher) deskFor(x *nayose.Mention) *desk {
	d := newDesk(m)
	d.read(x)
	return d
}

// company is the number of the company with an id.
func (m *Matcher) company(id string) uint32 { return m.master.Owners(index.NewKey(index.ByID, id))[0] }

// cities is a matcher whose master has 500 municipalities, of which no two are one, and nothing else.
var cities = sync.OnceValue(func() *Matcher {
	return newMatcherOf(500, func(i int) index.Entry {
		return index.Entry{Office: index.Place{City: fmt.Sprintf("%03d市", i)}}
	})
})

// newMatcherOf is a matcher of n companies.
func newMatcherOf(n int, company func(i int) index.Entry) *Matcher {
	b := index.NewBuilder()
	for i := range n {
		e := company(i)
		e.ID = fmt.Sprint(i)
		if err := b.Add(&e); err != nil {
			panic(err)
		}
	}
	x, err := b.Finish(sameCity)
	if err != nil {
		panic(err)
	}
	return New(&Master{x}, DefaultModel())
}
