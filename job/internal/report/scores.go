package report

import (
	"fmt"

	"nayose"
)

var outcomes = []nayose.Outcome{nayose.Matched, nayose.Review, nayose.Unmatched}

// scoresData are the postings of each outcome by the probability of their best candidate, and the thresholds.
type scoresData struct {
	Panels     []scoresPanel `json:"panels"`
	Thresholds []threshold   `json:"thresholds"`
}

type scoresPanel struct {
	Key   string            `json:"key"`
	Name  string            `json:"name"`
	Bands [scoreBands]int64 `json:"bands"`
}

type threshold struct {
	At   float64 `json:"at"`
	Text string  `json:"text"`
	Side string  `json:"side"` // of the line on which the text stands
}

// scores is the histogram over all deliveries; nil where nothing is known of them.
func scores(r Week) *figure {
	all := Scores{}
	var sum int64
	for _, d := range r.Deliveries {
		for o, bands := range d.Scores {
			of := all[o]
			for b, n := range bands {
				of[b] += n
				sum += n
			}
			all[o] = of
		}
	}
	if sum == 0 {
		return nil
	}
	d := scoresData{Thresholds: thresholds(r)}
	for _, o := range outcomes {
		d.Panels = append(d.Panels, scoresPanel{string(o), fmt.Sprintf("%s: %s", o, plural(all.Postings(o), "posting")), all[o]})
	}
	return &figure{
		ID: "scores-chart", Kind: "scores", Title: "Postings by the probability of their best candidate", Summary: scoresSummary(r, all, sum),
		Data: d, Table: scoresTable(all),
	}
}

// Postings are those of an outcome.
func (s Scores) Postings(of nayose.Outcome) (sum int64) {
	for _, n := range s[of] {
		sum += n
	}
	return sum
}

// thresholds are marked where a posting's best candidate can lie: what is "none of them" with a probability of u leaves 1 − u to it.
func thresholds(r Week) (list []threshold) {
	if r.Matched > 0 {
		list = append(list, threshold{r.Matched, fmt.Sprintf("matched from %s on", percent(r.Matched)), "left"})
	}
	if r.Unmatched > 0 {
		list = append(list, threshold{1 - r.Unmatched, fmt.Sprintf("unmatched up to %s", percent(1-r.Unmatched)), "right"})
	}
	return list
}

func scoresSummary(r Week, all Scores, sum int64) string {
	low, high := all.within(0, 1), all.within(scoreBands-1, scoreBands)
	text := fmt.Sprintf("Of %s %s have a best candidate of 95%s%% or more, %s one below 5%s%% or none; the %s between are in doubt.",
		plural(sum, "posting"), share(high, sum), space, share(low, sum), space, share(sum-low-high, sum))
	if r.Matched > 0 {
		text += fmt.Sprintf(" The model matches from %s on", percent(r.Matched))
		if r.Unmatched > 0 {
			text += fmt.Sprintf(", and answers that nobody of the master is meant where that has %s or more, which leaves the best candidate at most %s",
				percent(r.Unmatched), percent(1-r.Unmatched))
		}
		text += ". Review on the far side of a threshold was left to people for another reason. Each outcome has a scale of its own."
	}
	return text
}

// within are the postings of all outcomes in the bands from and up to, but without, to.
func (s Scores) within(from, to int) (sum int64) {
	for _, bands := range s {
		for _, n := range bands[from:to] {
			sum += n
		}
	}
	return sum
}

func band(b int) string { return fmt.Sprintf("%d–%d%s%%", 5*b, 5*b+5, space) }

func scoresTable(all Scores) table {
	t := table{Caption: "Postings by probability and outcome, all partners", Head: []string{"Probability", "Matched", "Review", "Unmatched"}}
	for b := range scoreBands {
		t.Rows = append(t.Rows, append([]cell{text(band(b))}, all.row(b)...))
	}
	return t
}

func (s Scores) row(b int) (cells []cell) {
	for _, o := range outcomes {
		cells = append(cells, figures(count(s[o][b])))
	}
	return cells
}

// scoresByPartner has the bands of each partner that are not empty.
func scoresByPartner(ds []Delivery) table {
	t := table{
		Caption: "Postings by partner, probability and outcome; bands without postings are left out",
		Head:    []string{"Partner", "Probability", "Matched", "Review", "Unmatched"},
	}
	for _, d := range ds {
		for b := range scoreBands {
			if d.Scores.within(b, b+1) > 0 {
				t.Rows = append(t.Rows, append([]cell{text(d.Partner), text(band(b))}, d.Scores.row(b)...))
			}
		}
	}
	return t
}
