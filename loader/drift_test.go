package loader_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nayose"
	"nayose/loader"
)

// apart are postings of an employer each.
const apart = "p%d title%[1]d toda%[1]d"

// first lets change have the answers about the employers toda0 to toda<n-1>.
func first(n int, change func(*nayose.Match)) func(*nayose.Match) {
	ids := map[nayose.ID]bool{}
	for i := range n {
		ids[mentionOf(i).ID] = true
	}
	return func(m *nayose.Match) {
		if ids[m.MentionID] {
			change(m)
		}
	}
}

// mentionOf is the employer of the posting p<i> of a feed of drifting.
func mentionOf(i int) nayose.Mention {
	m := nayose.Mention{Partner: drifting, CompanyName: fmt.Sprint("toda", i), Address: "東京都港区", Phone: "03-0000-0000"}
	m.ID = m.Key()
	return m
}

const drifting = "drifting"

func unsure(m *nayose.Match)  { m.Outcome, m.Probability = nayose.Review, 0.97 }
func moved(m *nayose.Match)   { m.CompanyID = "another" }
func lower(m *nayose.Match)   { m.Probability = 0.6 }
func changed(m *nayose.Match) { m.NoneBits++ }

// Each guard of drift warns beyond one limit and holds beyond another, and passes what concerns twenty or fewer. Each case is a third week
// of 100 postings, each of its own employer, behind two such weeks; the guards that it does not name are switched off.
func TestDrift(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	at := loader.Limit{Warn: 0.22, Hold: 0.4}
	limits := map[string]loader.Limits{
		"match_drop": {MatchDrop: at}, "review_rise": {ReviewRise: at}, "reject_rise": {RejectRise: at}, "score_shift": {ScoreShift: at}, "flip": {Flip: at},
	}
	rejects := func(n int) (seeds []string) { return numbered(0, n, "reject%d") }
	for _, test := range []struct {
		guard   string
		answer  func(*nayose.Match)
		rejects []string
		decided int // employers that people settled since the first week
		limit   loader.Limit
		value   float64
		warned  string
		held    string
	}{
		{guard: "review_rise", value: 0},
		{guard: "review_rise", answer: first(22, unsure), value: 0.22},
		{
			guard: "review_rise", answer: first(23, unsure), value: 0.23,
			warned: "23.0 % of the postings are in review, 0.0 % in the last 2 weeks: a rise of 23.0 points, and the limit is 22.0",
		},
		{
			guard: "review_rise", answer: first(41, unsure), value: 0.41,
			held: "41.0 % of the postings are in review, 0.0 % in the last 2 weeks: a rise of 41.0 points, and the limit is 40.0",
		},
		{guard: "review_rise", answer: first(20, unsure), limit: loader.Limit{Warn: 0.01, Hold: 0.02}, value: 0.2},
		{guard: "review_rise", answer: first(41, unsure), limit: loader.Limit{Warn: 0.5}, value: 0.41},
		{
			guard: "review_rise", answer: first(90, unsure), limit: loader.Limit{Warn: 0.5}, value: 0.9,
			warned: "90.0 % of the postings are in review, 0.0 % in the last 2 weeks: a rise of 90.0 points, and the limit is 50.0",
		},
		{
			guard: "match_drop", answer: first(30, unsure), value: 0.3,
			warned: "70.0 % of the postings are matched, 100.0 % in the last 2 weeks: a fall of 30.0 points, and the limit is 22.0",
		},
		{guard: "reject_rise", value: 0},
		{guard: "reject_rise", rejects: rejects(25), value: 0.2},
		{
			guard: "reject_rise", rejects: rejects(60), value: 0.375,
			warned: "37.5 % of the records are rejected, 0.0 % in the last 2 weeks: a rise of 37.5 points, and the limit is 22.0",
		},
		{
			guard: "reject_rise", rejects: rejects(100), value: 0.5,
			held: "50.0 % of the records are rejected, 0.0 % in the last 2 weeks: a rise of 50.0 points, and the limit is 40.0",
		},
		{guard: "score_shift", value: 0},
		{guard: "score_shift", answer: first(100, moved), value: 0},
		{
			guard: "score_shift", answer: first(30, lower), value: 0.3,
			warned: "the best candidate of 30.0 % of the postings is below 0.65, of 0.0 % in the last 2 weeks: a shift of 30.0 points, and the limit is 22.0",
		},
		{
			guard: "score_shift", answer: first(100, lower), value: 1,
			held: "the best candidate of 100.0 % of the postings is below 0.65, of 0.0 % in the last 2 weeks: a shift of 100.0 points, and the limit is 40.0",
		},
		{guard: "score_shift", answer: first(30, lower), decided: 30, value: 0},
		{
			guard: "score_shift", answer: first(75, lower), decided: 30, value: 0.45,
			held: "the best candidate of 75.0 % of the postings is below 0.65, of 0.0 % in the last 2 weeks: a shift of 45.0 points besides what people decided, and the limit is 40.0",
		},
		{guard: "flip", value: 0},
		{guard: "flip", answer: first(100, changed), value: 0},
		{guard: "flip", answer: first(22, moved), value: 0.22},
		{
			guard: "flip", answer: first(23, moved), value: 0.23,
			warned: "23 of 100 mentions known before get another outcome or company, 23.0 %, and the limit is 22.0 %",
		},
		{
			guard: "flip", answer: first(41, unsure), value: 0.41,
			held: "41 of 100 mentions known before get another outcome or company, 41.0 %, and the limit is 40.0 %",
		},
		{guard: "flip", answer: first(41, moved), decided: 41, value: 0},
		{guard: "flip", answer: first(50, moved), decided: 50, limit: loader.Limit{Hold: 0.001}, value: 0},
	} {
		name := fmt.Sprintf("%s of %g", test.guard, test.value)
		t.Run(name, func(t *testing.T) {
			execute(t, conn, `truncate nayose.delivery, nayose.posting, nayose.posting_state, nayose.mention, nayose.match, nayose.decision, nayose.reject cascade`)
			for week := range 2 {
				feed{partner: drifting, week: fmt.Sprint("2026-W", 22+week), postings: numbered(0, 100, apart)}.load(t, db)
			}
			settle(t, db, test.decided)
			f := feed{partner: drifting, week: "2026-W24", postings: numbered(0, 100, apart), rejects: test.rejects, answer: test.answer, files: "24"}
			within := func(l *loader.Limits) {
				*l = limits[test.guard]
				if test.limit != (loader.Limit{}) {
					*l = map[string]loader.Limits{"review_rise": {ReviewRise: test.limit}, "flip": {Flip: test.limit}}[test.guard]
				}
			}
			got := loadWithin(t, db, f, within)
			if test.held != "" {
				wantFault(t, got.err, nayose.Held, test.held)
				f.approval = 1
				got = loadWithin(t, db, f, within)
			}
			if got.err != nil || got.result.Warned != test.warned || got.result.HeldFor != test.held {
				t.Fatalf("it warns of %q, is held for %q, %v; want %q and %q", got.result.Warned, got.result.HeldFor, got.err, test.warned, test.held)
			}
			limit := or(test.limit, at)
			want := []loader.Figure{{Guard: test.guard, Value: test.value, Warn: limit.Warn, Limit: limit.Hold}}
			if diff := cmp.Diff(want, rounded(got.result.Figures)); diff != "" {
				t.Errorf("figures (-want +got):\n%s", diff)
			}
			row := lastRow(t, db)
			if diff := cmp.Diff(got.result, row.Result); diff != "" {
				t.Errorf("the ledger (-result +row):\n%s", diff)
			}
			if want := int64(100 - test.decided); row.Known != want {
				t.Errorf("%d mentions are known, want %d", row.Known, want)
			}
			clean(t, db, "afterwards", f)
		})
	}
}

// settle has people decide about the first employers.
func settle(t *testing.T, db *loader.DB, employers int) {
	t.Helper()
	var log []loader.LoggedDecision
	for i := range employers {
		d := nayose.Decision{Mention: mentionOf(i), Choice: nayose.ChoseNone, By: "戸田", At: time.Now()}
		log = append(log, loader.LoggedDecision{Entry: 1, Line: i + 1, Digest: "1", Decision: d})
	}
	if err := db.CopyDecisions(t.Context(), log); err != nil {
		t.Fatal(err)
	}
}

func rounded(figures []loader.Figure) []loader.Figure {
	figures = slices.Clone(figures)
	for i, f := range figures {
		figures[i].Value = math.Round(f.Value*1e9) / 1e9
	}
	return figures
}

func lastRow(t *testing.T, db *loader.DB) loader.DeliveryRow {
	t.Helper()
	rows, err := db.Deliveries(t.Context(), nil)
	if err != nil || len(rows) == 0 {
		t.Fatalf("Deliveries() = %v, %v", rows, err)
	}
	return rows[len(rows)-1]
}

// Decisions of before the weeks that a delivery is compared with are in the scores of these.
func TestOldDecisionsExplainNoShift(t *testing.T) {
	t.Parallel()
	db, _, _ := fresh(t)
	settle(t, db, 100)
	for week := range 4 {
		feed{partner: drifting, week: fmt.Sprint("2026-W", 20+week), postings: numbered(0, 100, apart)}.load(t, db)
	}
	f := feed{partner: drifting, week: "2026-W24", postings: numbered(0, 100, apart), answer: first(30, lower)}
	got := loadWithin(t, db, f, func(l *loader.Limits) { *l = loader.Limits{ScoreShift: loader.Limit{Hold: 0.2}} })
	wantFault(t, got.err, nayose.Held, "a shift of 30.0 points, and the limit is 20.0")
}

// Weeks of low scores are what a week of low scores is like, and one of high scores is not.
func TestScoresAreLaidBesideThePast(t *testing.T) {
	t.Parallel()
	db, _, _ := fresh(t)
	f := feed{partner: drifting, postings: numbered(0, 100, apart), answer: first(60, lower)}
	for _, f.week = range []string{"2026-W20", "2026-W21"} {
		f.load(t, db)
	}
	limit := func(l *loader.Limits) { *l = loader.Limits{ScoreShift: loader.Limit{Hold: 0.4}} }
	f.week = "2026-W22"
	if got := loadWithin(t, db, f, limit); got.err != nil || len(got.result.Figures) != 1 || got.result.Figures[0].Value != 0 {
		t.Errorf("the same scores again: figures are %v, %v, want a shift of 0", got.result.Figures, got.err)
	}
	f.week, f.answer = "2026-W23", nil
	wantFault(t, loadWithin(t, db, f, limit).err, nayose.Held, "is below 0.65, of 60.0 % in the last 3 weeks: a shift of 60.0 points")
}

// In a partner's first week another plan may answer as it likes.
func TestFirstWeekAnew(t *testing.T) {
	t.Parallel()
	db, _, _ := fresh(t)
	f := feed{partner: drifting, week: "2026-W20", postings: numbered(0, 100, apart)}
	f.load(t, db)
	f.plan, f.answer = 2, first(100, moved)
	got := loadWithin(t, db, f, func(l *loader.Limits) { *l = loader.Limits{Flip: loader.Limit{Hold: 0.1}} })
	if row := lastRow(t, db); got.err != nil || got.result.Figures != nil || row.Flipped != 100 {
		t.Errorf("figures are %v, %v and %d flipped; want none, and 100", got.result.Figures, got.err, row.Flipped)
	}
}

// Another model drifts, unless a rebuild brought it live, at whose changes somebody has looked: then those deliveries count that it matched.
func TestRebuiltModelIsNoDrift(t *testing.T) {
	t.Parallel()
	db, _, _ := fresh(t)
	for week := range 2 {
		feed{partner: drifting, week: fmt.Sprint("2026-W", 20+week), postings: numbered(0, 100, apart)}.load(t, db)
	}
	d, in := feed{partner: drifting, week: "2026-W22", postings: numbered(0, 100, apart), answer: first(50, unsure)}.build(t)
	limit := loader.Limit{Hold: 0.3}
	d.Model, d.Limits = "model-2", loader.Limits{MatchDrop: limit, ReviewRise: limit, ScoreShift: limit, Flip: limit}
	_, err := db.Load(t.Context(), d, in)
	wantFault(t, err, nayose.Held, "50 of 100 mentions known before get another outcome or company")
	wantFault(t, err, nayose.Held, "50.0 % of the postings are in review")

	flip := map[string]bool{}
	for i := range 50 {
		flip[mentionOf(i).CompanyName] = true
	}
	rebuild{flip: flip, live: &loader.GoLive{Limit: 1}}.must(t, db)
	r, err := db.Load(t.Context(), d, in)
	if want := []loader.Figure{{Guard: "flip", Limit: 0.3}}; err != nil || !cmp.Equal(want, r.Figures) {
		t.Errorf("by a model that went live, figures are %v, %v, want %v", r.Figures, err, want)
	}
	if row := lastRow(t, db); row.Known != 100 || row.Flipped != 0 {
		t.Errorf("%d mentions are known and %d flipped, want 100 and none", row.Known, row.Flipped)
	}
}

// A delivery that is held for its matches says what they were made with otherwise than those before, and how to look at that; one that is held for its
// size does not.
func TestHeldNamesTheMaster(t *testing.T) {
	t.Parallel()
	db, _, _ := fresh(t)
	for week := range 2 {
		feed{partner: drifting, week: fmt.Sprint("2026-W", 20+week), postings: numbered(0, 100, apart)}.load(t, db)
	}
	limits := loader.Limits{MatchDrop: loader.Limit{Hold: 0.1}, Shrink: loader.Limit{Hold: 0.5}}
	d, in := feed{partner: drifting, week: "2026-W22", postings: numbered(0, 100, apart), answer: first(50, unsure)}.build(t)
	d.Master, d.Limits = "master-2", limits
	_, err := db.Load(t.Context(), d, in)
	wantFault(t, err, nayose.Held, "and the limit is 10.0; the master is another than in 2026-W21 plan 1")
	var fault *nayose.Error
	if errors.As(err, &fault); !strings.HasPrefix(fault.Hint, "see what has changed in the master: nayose master compare master-1 master-2; if it is right, nayose approve") {
		t.Errorf("the hint is %q", fault.Hint)
	}
	d.Master, d.Model = "master-1", "model-2"
	_, err = db.Load(t.Context(), d, in)
	wantFault(t, err, nayose.Held, "and the limit is 10.0; the model is another than in 2026-W21 plan 1")
	if errors.As(err, &fault); !strings.HasPrefix(fault.Hint, "compare it with the week before: nayose status --week 2026-W22 --html FILE.html; if") {
		t.Errorf("the hint is %q", fault.Hint)
	}

	d, in = feed{partner: drifting, week: "2026-W22", postings: numbered(0, 30, apart)}.build(t)
	d.Master, d.Limits = "master-2", limits
	if _, err = db.Load(t.Context(), d, in); err == nil || strings.Contains(err.Error(), "master") {
		t.Errorf("a small delivery is held by %v", err)
	}
}

// The ledger has the scores of what was loaded; first deliveries and deltas have them, late and stale ones and those of older
// versions do not, and the latter are nothing to compare with.
func TestScoresOfTheLedger(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	at := func(band int, n int64) (row [20]int64) {
		row[band] = n
		return row
	}
	feed{week: "2026-W20", files: "20", postings: []string{"a x toda", "b x toda", "c x ?abe", "d x -ito"}}.load(t, db)
	want := loader.Scores{nayose.Matched: at(19, 2), nayose.Review: at(12, 1), nayose.Unmatched: at(0, 1)}
	if diff := cmp.Diff(want, lastRow(t, db).Scores); diff != "" {
		t.Errorf("scores (-want +got):\n%s", diff)
	}
	feed{week: "2026-W18", postings: []string{"a x toda"}}.load(t, db)
	feed{week: "2026-W21", files: "20", postings: []string{"a x toda"}}.load(t, db)
	if row := lastRow(t, db); row.State != loader.Stale || row.Scores != nil {
		t.Errorf("a stale delivery is %s and has scores %v, want none", row.State, row.Scores)
	}
	if got, want := query(t, conn, `select week, scores is null, figures is null from nayose.deliveries order by week`),
		"2026-W18|t|t\n2026-W20|f|t\n2026-W21|t|t\n"; got != want {
		t.Errorf("nulls of the ledger are %s, want %s", got, want)
	}
	feed{week: "2026-W22", delta: true, postings: []string{"e x toda"}}.load(t, db)
	if diff := cmp.Diff(loader.Scores{nayose.Matched: at(19, 1)}, lastRow(t, db).Scores); diff != "" {
		t.Errorf("of a delta, scores (-want +got):\n%s", diff)
	}
	execute(t, conn, `update nayose.delivery set scores = null`)
	got := loadWithin(t, db, feed{week: "2026-W23", postings: numbered(0, 100, apart), answer: lower},
		func(l *loader.Limits) { *l = loader.Limits{ScoreShift: loader.Limit{Hold: 0.01}} })
	if got.err != nil || got.result.Figures != nil {
		t.Errorf("beside weeks without scores, figures are %v, %v, want none", got.result.Figures, got.err)
	}
}

// What the ledger says of scores and flips is held against the delivery's rows, and against itself.
func TestAuditOfDrift(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	f := feed{week: "2026-W20", postings: []string{"a x toda", "b x toda", "c x ?abe"}}
	f.load(t, db)
	clean(t, db, "untouched", f)
	for change, words := range map[string]string{
		`scores = jsonb_set(scores, '{matched,18}', '1')`:                                 "scores of matched = matched",
		`scores = jsonb_set(jsonb_set(scores, '{matched,18}', '2'), '{matched,19}', '0')`: "counted again: scores",
		`known = 3`:   "known beyond mentions",
		`flipped = 1`: "flipped beyond known",
	} {
		execute(t, conn, `create temporary table kept as table nayose.delivery`)
		execute(t, conn, `update nayose.delivery set `+change)
		finds(t, db, f, words)
		execute(t, conn, `truncate nayose.delivery`)
		execute(t, conn, `insert into nayose.delivery select * from kept`)
		execute(t, conn, `drop table kept`)
	}
	execute(t, conn, `update nayose.delivery set scores = null, figures = null, known = 0, flipped = 0`)
	clean(t, db, "as an older version left it", f)
}

// Shift is the largest gap between the empirical distributions of the postings, each laid out and walked through in order.
func TestShift(t *testing.T) {
	t.Parallel()
	outcomes := []nayose.Outcome{nayose.Matched, nayose.Review, nayose.Unmatched}
	scores := rapid.Custom(func(t *rapid.T) loader.Scores {
		s := loader.Scores{}
		for range rapid.IntRange(1, 12).Draw(t, "cells") {
			o := rapid.SampledFrom(outcomes).Draw(t, "outcome")
			row := s[o]
			row[rapid.IntRange(0, 19).Draw(t, "band")] += int64(rapid.IntRange(1, 30).Draw(t, "postings"))
			s[o] = row
		}
		return s
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := scores.Draw(t, "a"), scores.Draw(t, "b")
		got, edge := a.Shift(b)
		if want := gap(sample(a), sample(b)); !nearly(got, want) {
			t.Fatalf("Shift = %g, want %g", got, want)
		}
		if back, _ := b.Shift(a); back != got {
			t.Fatalf("the other way it is %g, not %g", back, got)
		}
		if self, at := a.Shift(a); self != 0 || at != 0 {
			t.Fatalf("from itself it is %g at %g", self, at)
		}
		if share := below(sample(a), edge) - below(sample(b), edge); !nearly(max(share, -share), got) {
			t.Fatalf("at %g the shares differ by %g, not %g", edge, share, got)
		}
		total := map[int]float64{}
		for _, band := range sample(a) {
			total[band] += 1 / float64(len(sample(a)))
		}
		for _, band := range sample(b) {
			total[band] -= 1 / float64(len(sample(b)))
		}
		var variation float64
		for _, d := range total {
			variation += max(d, -d) / 2
		}
		if got > variation+1e-9 || got < 0 || got > 1 {
			t.Fatalf("Shift = %g, want at most the total variation, %g", got, variation)
		}
	})
}

// sample are the bands of all postings, in order.
func sample(s loader.Scores) (bands []int) {
	for _, row := range s {
		for band, n := range row {
			bands = append(bands, slices.Repeat([]int{band}, int(n))...)
		}
	}
	slices.Sort(bands)
	return bands
}

// gap walks through both samples at once.
func gap(a, b []int) (most float64) {
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		x := min(a[i], b[j])
		for i < len(a) && a[i] == x {
			i++
		}
		for j < len(b) && b[j] == x {
			j++
		}
		d := float64(i)/float64(len(a)) - float64(j)/float64(len(b))
		most = max(most, d, -d)
	}
	return most
}

func below(sample []int, edge float64) float64 {
	n := 0
	for _, band := range sample {
		if float64(band)/20 < edge-1e-9 {
			n++
		}
	}
	return float64(n) / float64(len(sample))
}

func nearly(a, b float64) bool { return max(a-b, b-a) < 1e-9 }
