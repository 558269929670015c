package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/drift"
	"nayose/job/internal/sampling"
	"nayose/job/internal/terminal"
)

// shadowReport is what a shadow came to.
type shadowReport struct {
	Partner string `json:"partner,omitempty"` // of the scope, as the week
	Week    string `json:"week,omitempty"`
	Live    made   `json:"live"`
	Shadow  made   `json:"shadow"`

	Mentions drift.Tally     `json:"mentions"`
	Postings drift.Tally     `json:"postings"` // active ones or, of a week, those that stood in it
	Partners []partnerReport `json:"partners"`
	Missing  drift.Gaps      `json:"missing"`

	Limit float64 `json:"drift_limit"` // of Mentions.Share
	Over  bool    `json:"over_limit"`

	Accuracy []accuracy `json:"accuracy"`
	Notes    []string   `json:"notes,omitempty"` // what could not be measured, and why
	Round    *asked     `json:"round,omitempty"`
}

type partnerReport struct {
	Partner  string      `json:"partner"`
	Mentions drift.Tally `json:"mentions"`
	Postings drift.Tally `json:"postings"`
}

// made is what a side's answers were made by, and how fast.
type made struct {
	Generation int     `json:"generation,omitempty"` // of the live one
	Model      string  `json:"model"`
	Master     string  `json:"master"`
	Decisions  int     `json:"decisions"` // entries of the log; of the live one when it was built
	Mentions   int64   `json:"mentions_matched"`
	Seconds    float64 `json:"seconds"` // that the survey and the match of these took; of the live one, of the last deliveries
}

func (m *made) speed() string {
	if m.Seconds == 0 {
		return "not known"
	}
	return fmt.Sprintf("%s in %.1f s, %.0f a second", nayose.Count(m.Mentions, "mention"), m.Seconds, float64(m.Mentions)/m.Seconds)
}

// report compares all pairs, and measures both sides where the right answer is known.
func (s *shadow) report(ctx context.Context, c *cli.Command, limit ratio) (*shadowReport, error) {
	r := &shadowReport{
		Partner: s.asked.Scope.Partner,
		Live:    made{Generation: s.live.Number, Model: s.live.Model, Master: s.live.Master, Decisions: s.live.Decisions.Entries},
		Shadow:  made{Model: s.asked.Model, Master: s.asked.Master, Decisions: s.asked.Decisions.Entries},
		Limit:   float64(limit), Partners: []partnerReport{},
	}
	if s.asked.Scope.Week != (nayose.Week{}) {
		r.Week = s.asked.Scope.Week.String()
	}
	lottery := sampling.New[changed](c.Int("size"), c.Uint64("seed"))
	err := writingChanges(s.stdout, c.String("changes"), func(row func(*shadowed, drift.Change, *drift.Pair) error) error {
		for _, p := range s.parts {
			if err := s.compare(ctx, p, r, func(ch drift.Change, x *drift.Pair) error {
				if len(x.Postings) > 0 { // nobody reads the others' answers, and nobody is asked about them
					putIn(lottery, p.partner, ch, x)
				}
				return row(p, ch, x)
			}); err != nil {
				return fmt.Errorf("compare %s: %w", p.partner, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.Over = r.Mentions.Share > r.Limit
	if err := s.time(ctx, r); err != nil {
		return nil, err
	}
	if err := s.judge(ctx, r); err != nil {
		return nil, err
	}
	if c.String("out") == "" {
		return r, nil
	}
	r.Round, err = s.ask(ctx, c, lottery)
	return r, err
}

// compare counts a partner's pairs, and tells of each change.
func (s *shadow) compare(ctx context.Context, p *shadowed, r *shadowReport, changed func(drift.Change, *drift.Pair) error) error {
	pr := partnerReport{Partner: p.partner}
	r.Missing.Expect(p.books.Postings, p.books.Sum)
	for x, err := range s.pairs(ctx, p) {
		if err != nil {
			return err
		}
		r.Missing.Count(&x)
		if x.Live == nil || x.Now == nil {
			continue
		}
		ch, n := drift.Between(x.Live, x.Now), int64(len(x.Postings))
		for _, t := range []*drift.Tally{&pr.Mentions, &r.Mentions} {
			t.Add(ch, 1)
		}
		for _, t := range []*drift.Tally{&pr.Postings, &r.Postings} {
			t.Add(ch, n)
		}
		if ch == drift.Agree {
			continue
		}
		if err := changed(ch, &x); err != nil {
			return err
		}
	}
	r.Partners = append(r.Partners, pr)
	return nil
}

// time adds up how long survey and match took: now or, where they were done, then; of the live side, the last delivery of each partner.
func (s *shadow) time(ctx context.Context, r *shadowReport) error {
	for _, p := range s.parts {
		for _, d := range p.files {
			r.Shadow.took(d)
		}
		if p.last == nil || !p.last.allMatched() {
			continue
		}
		place, err := surveyPlace(p.last)
		if err == nil {
			p.last.survey, err = artifact.Committed(ctx, s.store, place)
		}
		switch {
		case err == nil:
			r.Live.took(p.last)
		case !isMissing(err):
			return err
		}
	}
	return nil
}

// took adds what the survey and the match of a delivery took.
func (m *made) took(d *delivery) {
	m.Seconds += d.survey.Seconds
	for i := range d.matches {
		m.Seconds += d.matches[i].Seconds
		m.Mentions += d.matches[i].Match.Mentions
	}
}

// writingChanges has f write a row for each posting whose answer changes, where a file is named.
func writingChanges(stdout io.Writer, file string, f func(row func(*shadowed, drift.Change, *drift.Pair) error) error) error {
	if file == "" {
		return f(func(*shadowed, drift.Change, *drift.Pair) error { return nil })
	}
	return writeSheet(stdout, file, func(row func(cells ...string) error) error {
		if err := row("lineage_id", "partner", "mention_id", "change", "live_outcome", "live_company_id", "live_probability",
			"shadow_outcome", "shadow_company_id", "shadow_probability"); err != nil {
			return err
		}
		return f(func(p *shadowed, ch drift.Change, x *drift.Pair) error {
			for _, lineage := range x.Postings {
				if err := row(lineage.String(), p.partner, x.ID.String(), string(ch), string(x.Live.Outcome), x.Live.CompanyID, chance(x.Live),
					string(x.Now.Outcome), x.Now.CompanyID, chance(x.Now)); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func chance(g *nayose.Answer) string { return strconv.FormatFloat(g.Probability, 'f', 6, 64) }

// tell writes the report, for programs or for people.
func (r *shadowReport) tell(w io.Writer, asJSON bool) error {
	if asJSON {
		return writeJSON(w, r)
	}
	_, err := io.WriteString(w, r.text(terminal.Width(w)))
	return err
}

// text is the report on a terminal of that width.
func (r *shadowReport) text(width int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "generation %d, which is live, and what the settings make of it; nothing was written in Postgres\n\n", r.Live.Generation)
	b.WriteString(terminal.Fold([][]string{
		{"", "live", "shadow"},
		{"model", short(r.Live.Model), short(r.Shadow.Model)},
		{"master", short(r.Live.Master), short(r.Shadow.Master)},
		{"decisions", fmt.Sprint(r.Live.Decisions), fmt.Sprint(r.Shadow.Decisions)},
		{"matching", r.Live.speed(), r.Shadow.speed()},
	}, 1, width))
	b.WriteString("\n" + terminal.Fold(r.changeRows(), 1, width) + "\n" + terminal.Fold(r.partnerRows(), 1, width) + "\n")
	b.WriteString(r.missingText() + r.driftText())
	if len(r.Accuracy) > 0 {
		b.WriteString("\n" + terminal.Fold(accuracyRows(r.Accuracy), 2, width))
	}
	for _, note := range r.Notes {
		b.WriteString(note + "\n")
	}
	switch {
	case r.Round != nil:
		b.WriteString("\n" + r.Round.text())
	case r.Mentions.Changed > 0:
		b.WriteString("\nnext: nayose rebuild --shadow --out FILE.xlsx has people judge a part of the changes\n")
	}
	return b.String()
}

// short is the beginning of a digest.
func short(digest string) string {
	if digest == "" {
		return "-"
	}
	return digest[:min(len(digest), 12)]
}

func (r *shadowReport) changeRows() [][]string {
	rows := [][]string{{"", "mentions", "%", "postings", "%"}}
	row := func(name string, mentions, postings int64) {
		rows = append(rows, []string{
			name, fmt.Sprint(mentions), hundredths(mentions, r.Mentions.Compared), fmt.Sprint(postings), hundredths(postings, r.Postings.Compared),
		})
	}
	row(drift.Agree.String(), r.Mentions.By[drift.Agree], r.Postings.By[drift.Agree])
	for _, c := range drift.Changes {
		if r.Mentions.By[c] > 0 {
			row(c.String(), r.Mentions.By[c], r.Postings.By[c])
		}
	}
	row("all", r.Mentions.Compared, r.Postings.Compared)
	return rows
}

func (r *shadowReport) partnerRows() [][]string {
	rows := [][]string{{"partner", "mentions", "changed", "%", "postings", "changed", "%"}}
	row := func(name string, m, p *drift.Tally) {
		rows = append(rows, []string{
			name, fmt.Sprint(m.Compared), fmt.Sprint(m.Changed), hundredths(m.Changed, m.Compared),
			fmt.Sprint(p.Compared), fmt.Sprint(p.Changed), hundredths(p.Changed, p.Compared),
		})
	}
	for i := range r.Partners {
		row(r.Partners[i].Partner, &r.Partners[i].Mentions, &r.Partners[i].Postings)
	}
	row("all", &r.Mentions, &r.Postings)
	return rows
}

// hundredths is a part of a whole in percent.
func hundredths(n, of int64) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", 100*float64(n)/float64(of))
}

func (r *shadowReport) missingText() string {
	m := &r.Missing
	if m.Fault() != nil {
		return fmt.Sprintf("missing: %s and %s in the shadow, %d and %d in the live generation\n",
			nayose.Count(m.Postings.Shadow, "posting"), nayose.Count(m.Mentions.Shadow, "mention"), m.Postings.Live, m.Mentions.Live)
	}
	return fmt.Sprintf("missing: nothing on either side; all %s by their lineage ids\n", nayose.Count(m.Seen, "posting"))
}

func (r *shadowReport) driftText() string {
	text := fmt.Sprintf("drift: %d of %d mentions, %s", r.Mentions.Changed, r.Mentions.Compared, ratio(r.Mentions.Share))
	if r.Over {
		return text + fmt.Sprintf(", over the limit of %s: nayose rebuild --go-live will ask for --accept-drift\n", ratio(r.Limit))
	}
	return text + fmt.Sprintf(", within the limit of %s\n", ratio(r.Limit))
}
