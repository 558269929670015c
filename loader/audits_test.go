package loader_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"nayose"
	"nayose/loader"
)

// A stratum of an audit as a test has it: of its mentions so many were drawn, so many answers chose a company, so many the one matched.
type stratum struct {
	name                     string
	outcome                  nayose.Outcome
	mentions                 int
	answered, present, right int
	unsure, silent           int
}

func (s *stratum) drawn() int { return s.answered + s.unsure + s.silent }

// ask puts an audit's questions and answers into the tables, as the command and the load do.
func ask(t testing.TB, db *loader.DB, conn *pgx.Conn, week, partner, round string, strata []stratum) {
	t.Helper()
	w, err := nayose.ParseWeek(week)
	if err != nil {
		t.Fatal(err)
	}
	var qs []loader.AuditQuestion
	line := 0
	for _, s := range strata {
		for i := range s.drawn() {
			id := nayose.NewID(partner, round, s.name, fmt.Sprint(i))
			qs = append(qs, loader.AuditQuestion{
				Mention: id, Partner: partner, Outcome: s.outcome, CompanyID: "1", Stratum: s.name, Weight: float64(s.mentions) / float64(s.drawn()),
			})
			choice, company := "none", ""
			switch {
			case i < s.right:
				choice, company = "company", "1"
			case i < s.present:
				choice, company = "company", "2"
			case i >= s.answered+s.unsure:
				continue
			case i >= s.answered:
				choice = "unsure"
			}
			line++
			answer(t, conn, id, partner, round, 1, line, choice, company)
		}
	}
	for range 2 { // twice is once
		if err := db.CopyAudit(t.Context(), w, round, qs); err != nil {
			t.Fatal(err)
		}
	}
}

func answer(t testing.TB, conn *pgx.Conn, mention nayose.ID, partner, round string, entry, line int, choice, company string) {
	t.Helper()
	_, err := conn.Exec(t.Context(), `
		insert into nayose.decision (entry, line, digest, mention_id, partner, choice, company_id, shown, decided_by, decided_at, round, audit)
		select $1 + coalesce((select max(entry) from nayose.decision), 0), $2, '', $3::uuid, $4, $5, nullif($6, ''), '[]', 'toda', now(), nullif($7, ''), true`,
		entry, line, mention.String(), partner, choice, company, round)
	if err != nil {
		t.Fatal(err)
	}
}

// estimates are an audit's figures by the formulas that the view's comment tells, in another language.
func estimates(strata []stratum) (precision, recall loader.Share) {
	var matched, right, near, spread float64     // of precision
	var found, present, sFound, sPresent float64 // of recall
	share := func(n, more float64, s *stratum) float64 { return (n + more) / (float64(s.answered) + 1) }
	parts := func(s *stratum) (a, b float64) { // shares of right matches and of others that have a company, smoothed
		if s.outcome == nayose.Matched {
			return share(float64(s.right), 0.25, s), share(float64(s.present-s.right), 0.25, s)
		}
		return 0, share(float64(s.present), 0.5, s)
	}
	weight := func(s *stratum) float64 {
		n, of := float64(s.answered), float64(s.mentions)
		return of * of * max(0, 1-n/of) / n
	}
	for i := range strata {
		s := &strata[i]
		if s.answered == 0 {
			continue
		}
		n, of := float64(s.answered), float64(s.mentions)
		if s.outcome == nayose.Matched {
			p := share(float64(s.right), 0.5, s)
			matched, right, near = matched+of, right+of*float64(s.right)/n, near+of*p
			spread += weight(s) * p * (1 - p)
		}
		found, present = found+of*float64(s.right)/n, present+of*float64(s.present)/n
		a, b := parts(s)
		sFound, sPresent = sFound+of*a, sPresent+of*(a+b)
	}
	p := near / matched
	precision = wilson(right/matched, spread/(matched*matched)/(p*(1-p)))
	r, variance := sFound/sPresent, 0.0
	for i := range strata {
		s := &strata[i]
		if s.answered == 0 {
			continue
		}
		a, b := parts(s)
		mean := a*(1-r) - b*r
		variance += weight(s) * (a*(1-r)*(1-r) + b*r*r - mean*mean)
	}
	recall = wilson(found/present, variance/(sPresent*sPresent)/(r*(1-r)))
	return precision, recall
}

// wilson is the interval of a share p from a sample whose size is 1/perN.
func wilson(p, perN float64) loader.Share {
	k := 1.96 * 1.96 * perN
	half := math.Sqrt(k*p*(1-p) + k*k/4)
	return loader.Share{Estimate: p, Low: max(0, (p+k/2-half)/(1+k)), High: min(1, (p+k/2+half)/(1+k))}
}

var near = cmpopts.EquateApprox(0, 1e-4)

// TestAudits: the view gives the figures of the formulas, by partner and week.
func TestAudits(t *testing.T) {
	db, _, conn := fresh(t)
	strata := []stratum{
		{"matched/0.9-0.98", nayose.Matched, 600, 8, 8, 7, 1, 0},
		{"matched/0.98-1", nayose.Matched, 9500, 40, 40, 40, 0, 2},
		{"review/0-0.5", nayose.Review, 700, 20, 12, 0, 0, 0},
		{"review/0.5-0.9", nayose.Review, 3, 3, 2, 0, 0, 0}, // all of it was drawn
		{"unmatched/0-0.5", nayose.Unmatched, 3800, 30, 2, 0, 0, 0},
		{"unmatched/0.5-0.9", nayose.Unmatched, 10, 0, 0, 0, 1, 1}, // nobody knew
	}
	few := []stratum{{"matched/0.98-1", nayose.Matched, 5, 2, 2, 2, 0, 0}, {"review/0-0.5", nayose.Review, 9, 2, 0, 0, 0, 0}}
	ask(t, db, conn, "2026-W47", "hello", "a1", strata)
	ask(t, db, conn, "2026-W47", "other", "a1", few)
	ask(t, db, conn, "2026-W46", "other", "b2", few)
	w47, _ := nayose.ParseWeek("2026-W47")
	got, err := db.Audits(t.Context(), w47, "")
	if err != nil {
		t.Fatal(err)
	}
	var want []loader.Audit
	for _, c := range []struct {
		partner string
		strata  []stratum
	}{{"hello", strata}, {"other", few}} {
		p, r := estimates(c.strata)
		all := loader.Audit{Week: "2026-W47", Partner: c.partner, Round: "a1", Precision: &p, Recall: &r}
		var each []loader.Audit
		for i := range c.strata {
			s := &c.strata[i]
			a := loader.Audit{
				Week: "2026-W47", Partner: c.partner, Round: "a1", Stratum: s.name, Outcome: &s.outcome, Mentions: int64(s.mentions),
				Drawn: int64(s.drawn()), Answered: int64(s.answered), Unsure: int64(s.unsure), Present: int64(s.present), Agreeing: int64(s.right),
			}
			if s.outcome == nayose.Matched {
				share := wilson(float64(s.right)/float64(s.answered), 1/float64(s.answered))
				a.Precision = &share
			}
			all.Mentions, all.Drawn, all.Answered = all.Mentions+a.Mentions, all.Drawn+a.Drawn, all.Answered+a.Answered
			all.Unsure, all.Present, all.Agreeing = all.Unsure+a.Unsure, all.Present+a.Present, all.Agreeing+a.Agreeing
			each = append(each, a)
		}
		want = append(append(want, all), each...)
	}
	if diff := gocmp.Diff(want, got, near); diff != "" {
		t.Errorf("audits (-want +got):\n%s", diff)
	}
	every, err := db.Audits(t.Context(), nayose.Week{}, "other")
	if len(every) != 2*(len(few)+1) || err != nil || every[0].Week != "2026-W46" {
		t.Errorf("audits of all weeks: %v, %v", every, err)
	}
	one, err := db.Audits(t.Context(), w47, "other")
	if diff := gocmp.Diff(want[len(want)-len(few)-1:], one, near); diff != "" || err != nil {
		t.Errorf("audits of one partner: %v (-want +got):\n%s", err, diff)
	}
}

// TestAuditsChange: an answer that was corrected counts as corrected, one that was taken back as none, and what was settled about a
// mention that the audit was not answered for is no answer to it.
func TestAuditsChange(t *testing.T) {
	db, _, conn := fresh(t)
	ask(t, db, conn, "2026-W47", "hello", "a1", []stratum{{"matched/0.98-1", nayose.Matched, 100, 4, 4, 4, 0, 1}})
	figures := func() string {
		return query(t, conn, `select answered, present, agreeing, round(precision::numeric, 3) from nayose.audits where stratum is null`)
	}
	drawn := func(i int) nayose.ID { return nayose.NewID("hello", "a1", "matched/0.98-1", fmt.Sprint(i)) }
	for _, c := range []struct {
		about           string
		mention         int
		choice, company string
		want            string
	}{
		{"all are right", -1, "", "", "4|4|4|1.000\n"},
		{"the silent one is settled elsewhere", 4, "company", "2", "4|4|4|1.000\n"},
		{"one was another company", 0, "company", "2", "4|4|3|0.750\n"},
		{"one was none", 1, "none", "", "4|3|2|0.500\n"},
		{"one is taken back", 2, "taken_back", "", "3|2|1|0.333\n"},
	} {
		if c.mention >= 0 {
			answer(t, conn, drawn(c.mention), "hello", "", 1, 1, c.choice, c.company)
		}
		if got := figures(); got != c.want {
			t.Errorf("%s: %q, want %q", c.about, got, c.want)
		}
	}
}

// TestAuditsCover: of many audits of one delivery, at least 93 in a hundred have the truth in their intervals.
func TestAuditsCover(t *testing.T) {
	world := []struct {
		outcome          nayose.Outcome
		mentions, drawn  int
		present, correct float64 // shares: of all, and of those that have a company
	}{
		{nayose.Matched, 600, 9, 0.975, 0.974},
		{nayose.Matched, 1500, 11, 0.993, 0.992},
		{nayose.Matched, 9500, 58, 0.999, 0.999},
		{nayose.Review, 800, 24, 0.7, 0},
		{nayose.Review, 700, 21, 0.6, 0},
		{nayose.Unmatched, 300, 9, 0.4, 0},
		{nayose.Unmatched, 3800, 68, 0.08, 0},
	}
	var matched, right, present float64
	for _, w := range world {
		n := float64(w.mentions)
		if present += n * w.present; w.outcome == nayose.Matched {
			matched, right = matched+n, right+n*w.present*w.correct
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	const audits = 3000
	inPrecision, inRecall := 0, 0
	for range audits {
		var strata []stratum
		for _, w := range world {
			s := stratum{outcome: w.outcome, mentions: w.mentions, answered: w.drawn}
			for range w.drawn {
				if random.Float64() < w.present {
					if s.present++; random.Float64() < w.correct {
						s.right++
					}
				}
			}
			strata = append(strata, s)
		}
		p, r := estimates(strata)
		if p.Low <= right/matched && right/matched <= p.High {
			inPrecision++
		}
		if r.Low <= right/present && right/present <= r.High {
			inRecall++
		}
	}
	for name, n := range map[string]int{"precision": inPrecision, "recall": inRecall} {
		share := float64(n) / audits
		t.Logf("%s: %.3f of the intervals hold the truth", name, share)
		if share < 0.93 {
			t.Errorf("%s: %.3f of the intervals hold the truth, want 0.95", name, share)
		}
	}
}
