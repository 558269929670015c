package report

import (
	"cmp"
	"fmt"
	"slices"
)

// slowest is how many stages the chart shows; the table has all.
const slowest = 16

type stageRow struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
	Text    string  `json:"text"`
}

// stages ranks the stages of all deliveries by the time that they took; nil where none was done.
func stages(ds []Delivery) *figure {
	type done struct {
		partner string
		Stage
	}
	var all []done
	var sum float64
	for _, d := range ds {
		for _, s := range d.Stages {
			all = append(all, done{d.Partner, s})
			sum += s.Seconds
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b done) int { return cmp.Compare(b.Seconds, a.Seconds) })
	t := table{Caption: "The time of each stage, the slowest first", Head: []string{"Partner", "Stage", "Seconds", "Rows", "Rows a second", "Shards"}}
	var rows []stageRow
	for i, s := range all {
		if i < slowest {
			rows = append(rows, stageRow{s.partner + " · " + s.Name, s.Seconds, seconds(s.Seconds)})
		}
		shards := unknown
		if s.Shards > 0 {
			shards = fmt.Sprint(s.Shards)
		}
		t.Rows = append(t.Rows, []cell{
			text(s.partner), text(s.Name), figures(fmt.Sprintf("%.1f", s.Seconds)), figures(count(s.Rows)), figures(s.rate()), figures(shards),
		})
	}
	top := all[0]
	summary := fmt.Sprintf("All stages together took %s; the slowest, %s of %s, %s", seconds(sum), top.Name, top.partner, seconds(top.Seconds))
	if top.Rows > 0 {
		summary += " for " + plural(top.Rows, "row")
	}
	summary += "."
	if len(all) > slowest {
		summary += fmt.Sprintf(" The chart shows the %d slowest of %d.", slowest, len(all))
	}
	return &figure{ID: "stages-chart", Kind: "stages", Title: "The slowest stages", Summary: summary, Data: rows, Table: t}
}

func (s *Stage) rate() string {
	if s.Seconds < 0.05 || s.Rows == 0 {
		return unknown
	}
	return count(int64(float64(s.Rows) / s.Seconds))
}
