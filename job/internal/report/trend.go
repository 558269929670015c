package report

import (
	"fmt"
	"math"
	"slices"

	"nayose"
)

// trendData are a partner's weeks, and the measures of them.
type trendData struct {
	Weeks  []string     `json:"weeks"`
	Panels []trendPanel `json:"panels"`
}

type trendPanel struct {
	Name   string     `json:"name"`
	Latest string     `json:"latest"`
	Values []*float64 `json:"values"` // by week; null where there was no delivery or it was not measured
	Texts  []string   `json:"texts"`
	Low    float64    `json:"low"` // of the scale, which partners share where the measure is a share
	High   float64    `json:"high"`
	Share  bool       `json:"share"` // and no number
}

// measure is one of the small multiples.
type measure struct {
	name  string
	of    func(p *Point) float64 // NaN for unknown
	write func(float64) string
	share bool // partners are on one scale
}

var measures = []measure{
	{"Matched", func(p *Point) float64 { return ratio(p.Matched, p.postings()) }, percent, true},
	{"Review", func(p *Point) float64 { return ratio(p.Review, p.postings()) }, percent, true},
	{"Rejected", func(p *Point) float64 { return ratio(p.Rejected, p.Records) }, percent, true},
	{"Changed answers", func(p *Point) float64 { return measured(p.Flipped) }, percent, true},
	{"Records", func(p *Point) float64 { return float64(p.Records) }, func(x float64) string { return count(int64(x)) }, false},
}

func (p *Point) postings() int64 { return p.Matched + p.Review + p.Unmatched }

func ratio(part, whole int64) float64 {
	if whole == 0 {
		return math.NaN()
	}
	return float64(part) / float64(whole)
}

func measured(x float64) float64 {
	if x < 0 {
		return math.NaN()
	}
	return x
}

// trends has a figure for each partner, in the order in which they first occur.
func trends(points []Point) (list []figure) {
	byPartner := map[string][]Point{}
	var partners []string
	for _, p := range points {
		if byPartner[p.Partner] == nil {
			partners = append(partners, p.Partner)
		}
		byPartner[p.Partner] = append(byPartner[p.Partner], p)
	}
	weeks := weeksOf(points)
	for i, partner := range partners {
		of := byPartner[partner]
		list = append(list, figure{
			ID: fmt.Sprintf("trend-chart-%d", i+1), Kind: "trend", Title: partner, Summary: trendSummary(of),
			Data: trendOf(weeks, points, of), Table: trendTable(partner, of),
		})
	}
	return list
}

// weeksOf are all weeks from the first to the last, those included of which there is no delivery.
func weeksOf(points []Point) (weeks []nayose.Week) {
	if len(points) == 0 {
		return nil
	}
	before := func(a, b Point) int { return int(a.Week.Monday() - b.Week.Monday()) }
	last := slices.MaxFunc(points, before).Week
	for w := slices.MinFunc(points, before).Week; w.Monday() <= last.Monday(); w = w.Next() {
		weeks = append(weeks, w)
	}
	return weeks
}

func trendOf(weeks []nayose.Week, all, own []Point) (d trendData) {
	at := map[nayose.Week]*Point{}
	for i := range own {
		at[own[i].Week] = &own[i]
	}
	for _, w := range weeks {
		d.Weeks = append(d.Weeks, w.String())
	}
	for _, m := range measures {
		panel := trendPanel{Name: m.name, Share: m.share}
		for _, w := range weeks {
			value, text := (*float64)(nil), "no delivery"
			if p := at[w]; p != nil {
				value, text = known(m.of(p)), m.text(p)
			}
			panel.Values, panel.Texts, panel.Latest = append(panel.Values, value), append(panel.Texts, text), text
		}
		on := own
		if m.share {
			on = all
		}
		panel.Low, panel.High = m.scale(on)
		d.Panels = append(d.Panels, panel)
	}
	return d
}

func known(x float64) *float64 {
	if math.IsNaN(x) {
		return nil
	}
	return &x
}

func (m *measure) text(p *Point) string {
	if x := m.of(p); !math.IsNaN(x) {
		return m.write(x)
	}
	return unknown
}

// scale spans the points: shares in steps of five in a hundred, from the lowest if that is high, numbers from 0.
func (m *measure) scale(points []Point) (low, high float64) {
	low, high = math.Inf(1), 0
	for i := range points {
		if x := m.of(&points[i]); !math.IsNaN(x) {
			low, high = min(low, x), max(high, x)
		}
	}
	if !m.share {
		return 0, roundUp(high)
	}
	low, high = math.Floor(low*20)/20, max(math.Ceil(high*20)/20, 0.05)
	if low < 0.3 || math.IsInf(low, 1) {
		low = 0
	}
	return low, max(high, low+0.05)
}

// roundUp is the next of 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15 …
func roundUp(x float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(max(x, 1))))
	for _, n := range []float64{1, 1.5, 2, 3, 4, 5, 6, 8} {
		if x <= n*unit {
			return n * unit
		}
	}
	return 10 * unit
}

// trendSummary says how the last week lies beside the one before it in the ledger.
func trendSummary(of []Point) string {
	last := &of[len(of)-1]
	text := fmt.Sprintf("%s: %s matched, %s left to people, %s of the records rejected.", last.Week,
		share(last.Matched, last.postings()), share(last.Review, last.postings()), share(last.Rejected, last.Records))
	if len(of) == 1 {
		return text + " It is the only week in the ledger."
	}
	prior := &of[len(of)-2]
	return text + fmt.Sprintf(" In %s %s were matched, of %s.", prior.Week, share(prior.Matched, prior.postings()), plural(prior.Records, "record"))
}

func trendTable(partner string, of []Point) table {
	t := table{
		Caption: "The weeks of " + partner,
		Head: []string{
			"Week", "Records", "Rejected", "Matched", "Review", "Unmatched", "Share matched", "Changed answers", "New", "Expired", "Active",
		},
	}
	for i := range of {
		p := &of[i]
		row := append([]cell{text(p.Week.String())}, counts(p.Records, p.Rejected, p.Matched, p.Review, p.Unmatched)...)
		row = append(row, figures(share(p.Matched, p.postings())), figures(measures[3].text(p)))
		t.Rows = append(t.Rows, append(row, counts(p.Inserted, p.Expired, p.Active)...))
	}
	return t
}
