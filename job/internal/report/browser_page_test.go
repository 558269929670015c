package report

import (
	"fmt"
	"testing"
)

// weeks are the reports that the browser opens.
func weeks() map[string]Week {
	held, waiting := sampleWeek(4, 12), sampleWeek(3, 2)
	for i := range held.Deliveries {
		d := &held.Deliveries[i]
		*d = Delivery{Partner: d.Partner, State: "held", Held: "the delivery holds no posting", Next: "ask the partner for the complete file"}
	}
	for i := range waiting.Deliveries {
		d := &waiting.Deliveries[i]
		d.State, d.Matched, d.Review, d.Unmatched, d.Scores, d.Samples, d.Figures = "extracted", 0, 0, 0, nil, nil, nil
	}
	return map[string]Week{
		"four": sampleWeek(4, 12), "two": sampleWeek(2, 5), "twelve": sampleWeek(12, 12), "one": sampleWeek(1, 1),
		"none": {Week: sampleWeek(1, 1).Week}, "held": held, "waiting": waiting, "hostile": hostileWeek(),
	}
}

// TestBrowserCharts counts the marks of each chart: as many as the week has figures for.
func TestBrowserCharts(t *testing.T) {
	browser := browser(t)
	for name, r := range weeks() {
		p := open(t, browser, r, "light", 1100)
		for _, f := range newPage(r).Charts() {
			t.Log(name, f.ID, script[int](p, `document.querySelectorAll('[data-chart="%s"] svg path:not([fill="none"])').length`, f.ID), marks(f))
			fmt.Println(script[string](p, `document.querySelector('[data-chart="%s"]').innerHTML.slice(0,1500)`, f.ID))
		}
		p.photograph(name+"-light")
	}
}

// marks is how many shapes stand for the figure's numbers.
func marks(f figure) (n int) {
	switch d := f.Data.(type) {
	case flowData:
		n = len(d.Partners) + len(d.Fates) + len(d.Links)
	case scoresData:
		for _, p := range d.Panels {
			for _, postings := range p.Bands {
				n += int(min(postings, 1))
			}
		}
	case []precisionRow:
		for _, row := range d {
			n += 1 + len(row.Found)
		}
	case trendData:
		for _, p := range d.Panels {
			for _, v := range p.Values {
				if v != nil {
					n++
				}
			}
		}
	case []stageRow:
		n = len(d)
	}
	return n
}
