package loader_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nayose"
	"nayose/loader"
)

// Whatever is delivered in whatever order, snapshots and deltas, files again, weeks left out, empty deliveries and approvals, the
// views show what a simple model of the rules holds.
func TestLoadAgainstModel(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	partners := 0
	rapid.Check(t, func(r *rapid.T) {
		partners++
		m := model{partner: fmt.Sprint("p", partners), postings: make(map[string]*modelPosting)}
		plans := make(map[string]int)
		var past []feed
		for range rapid.IntRange(1, 10).Draw(r, "deliveries") {
			f := drawFeed(r, m.partner, plans, past)
			past = append(past, f)
			want := m.deliver(r, f)
			d, in := f.build(t)
			got, err := db.Load(t.Context(), d, in)
			if want == held {
				wantFault(t, err, nayose.Held, "")
			} else if err != nil || got.State != want {
				r.Fatalf("%+v is %s, %v, want %s", f, got.State, err, want)
			}
			if diff := cmp.Diff(m.String(), query(t, conn, `select posting_id, title, company_name, first_seen, last_seen, expired_at
				from nayose.postings where partner = $1 order by posting_id`, m.partner)); diff != "" {
				r.Fatalf("after %+v, which is %s (-model +postings):\n%s", f, want, diff)
			}
			if diff := cmp.Diff(strings.Join(m.ledger, ""), query(t, conn, `select week, plan, state, coalesce(approval_number, 0)
				from nayose.deliveries where partner = $1 order by started_at`, m.partner)); diff != "" {
				r.Fatalf("after %+v, which is %s (-model +ledger):\n%s", f, want, diff)
			}
		}
	})
}

// drawFeed is a delivery: a new one, one that came before, or the files of one that came before under another name.
func drawFeed(r *rapid.T, partner string, plans map[string]int, past []feed) feed {
	kind := rapid.SampledFrom([]string{"new", "new", "new", "again", "same files"}).Draw(r, "kind")
	if len(past) > 0 && kind == "again" {
		return rapid.SampledFrom(past).Draw(r, "past")
	}
	f := feed{
		partner: partner, week: fmt.Sprintf("2026-W%02d", rapid.IntRange(10, 14).Draw(r, "week")),
		delta: rapid.Bool().Draw(r, "delta"), approval: max(0, rapid.IntRange(-2, 2).Draw(r, "approval")),
	}
	plans[f.week]++
	f.plan = plans[f.week]
	for _, key := range []string{"a", "b", "c", "d"} {
		switch what := rapid.SampledFrom([]string{"nothing", "nothing", "posting", "posting", "deletion"}).Draw(r, key); {
		case what == "posting":
			f.postings = append(f.postings, fmt.Sprintf("%s title%d employer%d", key,
				rapid.IntRange(1, 2).Draw(r, "title"), rapid.IntRange(1, 2).Draw(r, "employer")))
		case what == "deletion" && f.delta:
			f.deletions = append(f.deletions, key)
		}
	}
	if len(past) > 0 && kind == "same files" {
		same := rapid.SampledFrom(past).Draw(r, "whose files")
		f.delta, f.postings, f.deletions = same.delta, same.postings, same.deletions
	}
	f.files = fmt.Sprint(f.delta, f.postings, f.deletions)
	f.digest = fmt.Sprint(f.files, " model ", rapid.IntRange(1, 2).Draw(r, "model"))
	return f
}

type modelPosting struct {
	title, employer      string
	first, last, expired nayose.Date
}

type model struct {
	partner  string
	postings map[string]*modelPosting
	rows     []modelRow
	ledger   []string // the rows as the ledger shows them
}

type modelRow struct {
	feed
	state    loader.State
	approved int // the number of the approval that it took
}

// held is what a guard makes of a delivery; the ledger does not know of it.
const held loader.State = "held"

// deliver applies a delivery and says what becomes of it.
func (m *model) deliver(r *rapid.T, f feed) loader.State {
	if f.approval > 0 && m.find(func(row modelRow) bool {
		return row.state == loader.Loaded && row.week == f.week && row.files == f.files && row.approved == f.approval && row.digest != f.digest
	}) != nil {
		f.approval = 0
	}
	state, write := m.judge(f)
	if !write {
		return state
	}
	m.rows = append(m.rows, modelRow{f, state, f.approval})
	m.ledger = append(m.ledger, fmt.Sprintf("%s|%d|%s|%d\n", f.week, f.plan, state, f.approval))
	switch state {
	case loader.Loaded:
		m.load(r, f)
	case loader.Superseded:
		m.fill(r, f)
	}
	return state
}

// judge says what a delivery is, and whether it writes anything.
func (m *model) judge(f feed) (state loader.State, write bool) {
	latest := m.find(func(row modelRow) bool { return row.state == loader.Loaded })
	before := m.find(func(row modelRow) bool { return row.week == f.week && row.digest == f.digest })
	if latest == nil {
		return m.guard(f, loader.Loaded)
	}
	old := f.week < latest.week || f.week == latest.week && f.plan < latest.plan
	stale := !old && f.week > latest.week && f.files == latest.files
	switch {
	case before != nil && before.feed.same(latest.feed):
		return loader.Already, false
	case old && before != nil && before.state != loader.Superseded:
		return loader.Already, false
	case old:
		return loader.Superseded, before == nil
	case stale && before != nil && before.state == loader.Stale:
		return loader.Already, false
	case stale:
		return m.guard(f, loader.Stale)
	}
	return m.guard(f, loader.Loaded)
}

func (f feed) same(g feed) bool { return f.week == g.week && f.plan == g.plan }

// guard holds what is empty, and a delta that does not follow on what was delivered before it.
func (m *model) guard(f feed, state loader.State) (loader.State, bool) {
	gap := false
	if f.delta {
		last := ""
		for _, row := range m.rows {
			if row.state != loader.Superseded && row.week <= f.week {
				last = max(last, row.week)
			}
		}
		gap = last != "" && last != f.week && number(last) != number(f.week)-1
	}
	empty := state == loader.Loaded && len(f.postings) == 0 && len(f.deletions) == 0
	empty = empty || state == loader.Loaded && !f.delta && len(f.postings) == 0
	if (gap || empty) && f.approval == 0 {
		return held, false
	}
	return state, true
}

func number(week string) (n int) {
	if _, err := fmt.Sscanf(week, "2026-W%d", &n); err != nil {
		panic(err)
	}
	return n
}

// find is the last row, of what is newest, that answers to a description.
func (m *model) find(is func(modelRow) bool) (found *modelRow) {
	for i := range m.rows {
		if is(m.rows[i]) && (found == nil || m.rows[i].week >= found.week) {
			found = &m.rows[i]
		}
	}
	return found
}

// load is what a delivery does that is loaded.
func (m *model) load(r *rapid.T, f feed) {
	monday := mondayOf(r, f)
	delivered := make(map[string]bool)
	for _, line := range f.postings {
		words := strings.Fields(line)
		delivered[words[0]] = true
		p := m.postings[words[0]]
		if p == nil {
			p = &modelPosting{first: monday}
			m.postings[words[0]] = p
		}
		p.title, p.employer, p.last, p.expired = words[1], words[2], monday, 0
	}
	for key, p := range m.postings {
		gone := !f.delta && !delivered[key] || slices.Contains(f.deletions, key)
		if gone && p.expired == 0 {
			p.expired = monday
		}
	}
}

// fill is what a delivery does that comes late.
func (m *model) fill(r *rapid.T, f feed) {
	for _, line := range f.postings {
		if p := m.postings[strings.Fields(line)[0]]; p != nil {
			p.first = min(p.first, mondayOf(r, f))
		}
	}
}

func mondayOf(r *rapid.T, f feed) nayose.Date {
	week, err := nayose.ParseWeek(f.week)
	if err != nil {
		r.Fatal(err)
	}
	return week.Monday()
}

func (m *model) String() string {
	var lines []string
	for key, p := range m.postings {
		lines = append(lines, fmt.Sprintf("%s|%s|%s|%s|%s|%s\n", key, p.title, p.employer, p.first, p.last, p.expired))
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}
