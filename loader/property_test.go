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

// Whatever is delivered in whatever order, the views show what a simple model of the rules holds.
func TestLoadAgainstModel(t *testing.T) {
	db, _, conn := fresh(t)
	partners := 0
	rapid.Check(t, func(r *rapid.T) {
		partners++
		m := model{partner: fmt.Sprint("p", partners), postings: make(map[string]*modelPosting), late: make(map[string]bool)}
		plans := make(map[string]int)
		var past []feed
		for range rapid.IntRange(1, 6).Draw(r, "deliveries") {
			f := drawFeed(r, m.partner, plans)
			if len(past) > 0 && rapid.IntRange(0, 3).Draw(r, "again") == 0 {
				f = rapid.SampledFrom(past).Draw(r, "past")
			}
			past = append(past, f)
			got := f.load(t, db)
			m.deliver(r, t, f, got)
			if diff := cmp.Diff(m.String(), query(t, conn, `select posting_id, title, company_name, first_seen, last_seen, expired_at
				from nayose.postings where partner = $1 order by posting_id`, m.partner)); diff != "" {
				r.Fatalf("after %+v, which is %s (-model +postings):\n%s", f, got.State, diff)
			}
		}
	})
}

func drawFeed(r *rapid.T, partner string, plans map[string]int) feed {
	week := fmt.Sprintf("2026-W%02d", rapid.IntRange(10, 13).Draw(r, "week"))
	plans[week]++
	f := feed{partner: partner, week: week, plan: plans[week]}
	for _, key := range []string{"a", "b", "c", "d"} {
		if rapid.Bool().Draw(r, "has "+key) || key == "d" {
			f.postings = append(f.postings, fmt.Sprintf("%s title%d employer%d", key,
				rapid.IntRange(1, 2).Draw(r, "title"), rapid.IntRange(1, 2).Draw(r, "employer")))
		}
	}
	f.digest = strings.Join(f.postings, ",")
	return f
}

type modelPosting struct {
	title, employer      string
	first, last, expired nayose.Date
}

type model struct {
	partner  string
	postings map[string]*modelPosting
	latest   *feed           // that was loaded
	late     map[string]bool // old deliveries that have filled in first_seen: that is done once
}

// deliver applies a delivery, and checks how the load says it went.
func (m *model) deliver(r *rapid.T, t testing.TB, f feed, got loader.Result) {
	old := m.latest != nil && (f.week < m.latest.week || f.week == m.latest.week && f.plan < m.latest.plan)
	same := m.latest != nil && f.week == m.latest.week && f.digest == m.latest.digest
	want := loader.Loaded
	switch {
	case same:
		want = loader.Already
	case old:
		want = loader.Superseded
	}
	// An old delivery may have been loaded in its time.
	if got.State != want && (!old || got.State != loader.Already) {
		r.Fatalf("%+v is %s, want %s", f, got.State, want)
	}
	if got.State == loader.Superseded {
		if m.late[f.week+f.digest] {
			return
		}
		m.late[f.week+f.digest] = true
	}
	d, in := f.build(t)
	monday := d.Week.Monday()
	delivered := make(map[string]bool)
	for p, err := range in.Postings {
		if err != nil {
			t.Fatal(err)
		}
		delivered[p.PostingID] = true
		known := m.postings[p.PostingID]
		switch {
		case got.State == loader.Loaded && known == nil:
			m.postings[p.PostingID] = &modelPosting{title: p.Title, first: monday, last: monday}
		case got.State == loader.Loaded:
			known.title, known.last, known.expired = p.Title, monday, 0
		case got.State == loader.Superseded && known != nil:
			known.first = min(known.first, monday)
		}
	}
	if got.State != loader.Loaded {
		return
	}
	for _, line := range f.postings {
		words := strings.Fields(line)
		m.postings[words[0]].employer = words[2]
	}
	for key, p := range m.postings {
		if !delivered[key] && p.expired == 0 {
			p.expired = monday
		}
	}
	m.latest = &f
}

func (m *model) String() string {
	var lines []string
	for key, p := range m.postings {
		lines = append(lines, fmt.Sprintf("%s|%s|%s|%s|%s|%s\n", key, p.title, p.employer, p.first, p.last, p.expired))
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}
