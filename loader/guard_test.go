package loader_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/loader"
)

// usual are the limits that the command has by default.
var usual = loader.Limits{
	Shrink: loader.Limit{Hold: 0.5}, Grow: loader.Limit{Hold: 3}, Expire: loader.Limit{Hold: 0.5}, Renumber: loader.Limit{Hold: 0.2},
	MatchDrop: loader.Limit{Hold: 0.1},
}

// numbered are postings with the numbers from..to-1, each by a format of its number: "p%d title%[1]d toda".
func numbered(from, to int, format string) (postings []string) {
	for i := range to - from {
		postings = append(postings, fmt.Sprintf(format, from+i))
	}
	return postings
}

const ordinary = "p%d title%[1]d toda"

func join(parts ...[]string) (all []string) {
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

// Each guard holds what is beyond its limit and lets pass what is not; an approval lets it through, and the ledger says what for.
// Each case is a fifth week behind four of 100 postings, of which one comes and one goes each week.
func TestGuards(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	for i, test := range []struct {
		name     string
		postings []string
		limits   func(*loader.Limits)
		held     string // why; empty where it passes
	}{
		{name: "an ordinary week", postings: numbered(4, 105, ordinary)},
		{name: "half of the postings are rewritten", postings: join(numbered(4, 54, "p%d other%[1]d toda"), numbered(54, 104, ordinary))},
		{name: "just enough", postings: numbered(50, 103, ordinary)},
		{
			name: "too few", postings: numbered(60, 100, ordinary),
			held: "40 postings, fewer than 50.0 % of 100, the median of the last 4 weeks; 60 of 100 active postings would expire, 60.0 %, and the limit is 50.0 %",
		},
		{
			name: "too few, and the limit is another", postings: numbered(60, 100, ordinary),
			limits: func(l *loader.Limits) { l.Shrink.Hold, l.Expire.Hold = 0.3, 0.7 },
		},
		{name: "no limit", postings: numbered(100, 101, ordinary), limits: func(l *loader.Limits) { *l = loader.Limits{} }},
		{name: "just few enough", postings: numbered(3, 303, ordinary)},
		{
			name: "too many", postings: numbered(3, 304, ordinary),
			held: "301 postings, more than 3 times 100, the median of the last 4 weeks",
		},
		{
			name: "too many are replaced", postings: join(numbered(3, 52, ordinary), numbered(200, 251, ordinary)),
			held: "51 of 100 active postings would expire, 51.0 %, and the limit is 50.0 %",
		},
		{
			name: "renumbered", postings: join(numbered(3, 24, "new%d title%[1]d toda"), numbered(24, 103, ordinary)),
			held: "21 of 100 active postings would expire and come again under other ids, 21.0 %, and the limit is 20.0 %: has the partner renumbered them?",
		},
		{name: "some are renumbered", postings: join(numbered(3, 23, "new%d title%[1]d toda"), numbered(23, 103, ordinary))},
		{name: "replaced by others", postings: join(numbered(3, 40, "new%d other%[1]d toda"), numbered(40, 103, ordinary))},
		{name: "as many of one title come as go", postings: join(numbered(3, 40, "new%d title3 toda"), numbered(40, 103, ordinary))},
		{
			name: "fewer are matched", postings: join(numbered(3, 30, "p%d title%[1]d -nobody"), numbered(30, 103, ordinary)),
			held: "73.0 % of the postings are matched, 100.0 % in the last 4 weeks: a fall of 27.0 points, and the limit is 10.0",
		},
		{name: "some fewer are matched", postings: join(numbered(3, 13, "p%d title%[1]d ?who"), numbered(13, 103, ordinary))},
	} {
		t.Run(test.name, func(t *testing.T) {
			partner := fmt.Sprint("p", i)
			for week := range 4 {
				feed{partner: partner, week: fmt.Sprint("2026-W", 20+week), postings: numbered(week, week+100, ordinary)}.load(t, db)
			}
			f := feed{partner: partner, week: "2026-W24", postings: test.postings, files: "24"}
			got := loadWithin(t, db, f, test.limits)
			if test.held == "" {
				if got.err != nil || got.result.State != loader.Loaded || got.result.HeldFor != "" {
					t.Errorf("result is %+v, error is %v, want loaded", got.result, got.err)
				}
				return
			}
			wantFault(t, got.err, nayose.Held, test.held)
			if got := query(t, conn, `select count(*) from nayose.delivery where partner = $1 and week = '2026-W24'`, partner); got != "0\n" {
				t.Errorf("it stands in the ledger %s times", got)
			}
			f.approval = 1
			got = loadWithin(t, db, f, test.limits)
			if got.err != nil || got.result.HeldFor != test.held {
				t.Errorf("approved: held for %q, error is %v, want %q", got.result.HeldFor, got.err, test.held)
			}
			want := test.held + "|toda\n"
			if diff := cmp.Diff(want, query(t, conn, `select held_for, approved_by from nayose.deliveries where partner = $1 and week = '2026-W24'`,
				partner)); diff != "" {
				t.Errorf("ledger (-want +got):\n%s", diff)
			}
		})
	}
}

type loaded struct {
	result loader.Result
	err    error
}

// loadWithin loads within the usual limits, which change may alter.
func loadWithin(t *testing.T, db *loader.DB, f feed, change func(*loader.Limits)) loaded {
	t.Helper()
	d, in := f.build(t)
	d.Limits = usual
	if change != nil {
		change(&d.Limits)
	}
	r, err := db.Load(t.Context(), d, in)
	var fault *nayose.Error
	if err != nil && !errors.As(err, &fault) {
		t.Fatal(err)
	}
	return loaded{r, err}
}

// What there is no history for passes, as does what is small, stale or late; a delta is judged by what it deletes.
func TestGuardsPass(t *testing.T) {
	t.Parallel()
	db, _, _ := fresh(t)
	deletions := numbered(0, 60, "p%d")
	for _, step := range []struct {
		name string
		feed feed
		held string
		want loader.State
	}{
		{"the first delivery", feed{week: "2026-W20", files: "20", postings: numbered(0, 100, ordinary)}, "", loader.Loaded},
		{"an older one that is small", feed{week: "2026-W18", postings: numbered(0, 1, ordinary)}, "", loader.Superseded},
		{"last week's files", feed{week: "2026-W21", files: "20", postings: numbered(0, 100, ordinary)}, "", loader.Stale},
		{"a delta with few postings", feed{week: "2026-W22", delta: true, postings: numbered(0, 1, ordinary)}, "", loader.Loaded},
		{"a delta with many postings", feed{week: "2026-W23", delta: true, postings: numbered(100, 120, ordinary)}, "", loader.Loaded},
		{
			"a delta with many deletions", feed{week: "2026-W24", delta: true, deletions: join(deletions, numbered(1000, 2000, "x%d"))}, "", loader.Loaded,
		},
		{
			"a delta that deletes what is left",
			feed{week: "2026-W25", delta: true, postings: numbered(200, 201, ordinary), deletions: numbered(60, 120, "p%d")},
			"60 of 60 active postings would expire", "",
		},
		{"another partner's first, which is small", feed{partner: "other", week: "2026-W20", postings: numbered(0, 15, ordinary)}, "", loader.Loaded},
		{"and its second", feed{partner: "other", week: "2026-W21", postings: numbered(20, 21, "p%d x -nobody")}, "", loader.Loaded},
	} {
		got := loadWithin(t, db, step.feed, nil)
		switch {
		case step.held != "":
			wantFault(t, got.err, nayose.Held, step.held)
		case got.err != nil || got.result.State != step.want:
			t.Errorf("%s is %s, %v, want %s", step.name, got.result.State, got.err, step.want)
		}
	}
}

// The figures of a load say what was measured.
func TestFigures(t *testing.T) {
	t.Parallel()
	db, _, _ := fresh(t)
	if got := loadWithin(t, db, feed{week: "2026-W20", postings: numbered(0, 100, ordinary)}, nil); got.result.Figures != nil {
		t.Errorf("of a first delivery, figures are %v, want none", got.result.Figures)
	}
	got := loadWithin(t, db, feed{
		week: "2026-W21", postings: join(numbered(0, 72, ordinary), numbered(72, 80, "p%d title%[1]d -nobody"), numbered(300, 348, ordinary)),
	}, nil)
	want := []loader.Figure{
		{Guard: "shrink", Value: 1.28, Limit: 0.5},
		{Guard: "grow", Value: 1.28, Limit: 3},
		{Guard: "expire", Value: 0.2, Limit: 0.5},
		{Guard: "renumber", Value: 0, Limit: 0.2},
		{Guard: "match_drop", Value: 0.0625, Limit: 0.1},
	}
	if diff := cmp.Diff(want, got.result.Figures); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
}
