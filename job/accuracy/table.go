package main

import (
	"fmt"
	"io"
	"strconv"

	"nayose/job/internal/eval"
	"nayose/job/internal/program"
)

// A table is what one line says about it, named columns, then columns of figures.
type table struct {
	about   string
	head    []string
	figures []column
	rows    [][]string
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// measured adds a row: the named cells, then the figures.
func (t *table) measured(f eval.Figures, cells ...string) {
	for _, c := range t.figures {
		cells = append(cells, c.text(c.of(&f)))
	}
	t.row(cells...)
}

// write writes the table as Markdown.
func (t *table) write(w io.Writer) error {
	head := t.head
	for _, c := range t.figures {
		head = append(head, c.name)
	}
	_, err := fmt.Fprintf(w, "\n%s\n\n%s", t.about, program.Markdown(head, t.rows))
	return err
}

// A column is one figure; of is nil where there is none.
type column struct {
	name     string
	decimals int
	of       func(*eval.Figures) *float64
}

func (c column) text(v *float64) string {
	if v == nil {
		return "-"
	}
	return strconv.FormatFloat(*v, 'f', c.decimals, 64)
}

var (
	precision   = column{"precision", 4, func(f *eval.Figures) *float64 { return f.Precision }}
	low         = column{"low", 4, func(f *eval.Figures) *float64 { return f.PrecisionLow }}
	recall      = column{"recall", 4, func(f *eval.Figures) *float64 { return f.Recall }}
	top10       = column{"top 10", 4, func(f *eval.Figures) *float64 { return f.Top10 }}
	falseOnNone = column{"false on none", 4, func(f *eval.Figures) *float64 { return f.FalseOnNone }}
	calibration = column{"calibration", 4, func(f *eval.Figures) *float64 { return &f.CalibrationError }}
	recallAt99  = column{"recall at p99", 4, func(f *eval.Figures) *float64 {
		if f.Present == 0 {
			return nil
		}
		return &f.RecallAtP99
	}}
	review    = column{"review", 4, func(f *eval.Figures) *float64 { return &f.ReviewShare }}
	noneShare = column{"none", 4, func(f *eval.Figures) *float64 { return number(float64(f.None) / float64(f.Postings)) }}
	postings  = column{"postings", 0, func(f *eval.Figures) *float64 { return number(float64(f.Postings)) }}
	none      = column{"none", 0, func(f *eval.Figures) *float64 { return number(float64(f.None)) }}
	matched   = column{"matched", 0, func(f *eval.Figures) *float64 { return number(float64(f.Matched)) }}
)

func number(v float64) *float64 { return &v }

// all are the figures of a section's main table; few are those of a table of many cells.
var (
	all = []column{postings, none, matched, precision, low, recall, recallAt99, top10, falseOnNone, calibration, review}
	few = []column{postings, noneShare, precision, low, recall, falseOnNone, calibration, review}
)

// legend explains the figures, once, where they first stand.
const legend = "precision: right of the matched; low: its lower 95 % bound when employers are drawn anew; recall: right matches of the " +
	"postings that have an answer; recall at p99: the most that any cut of probability gives at a precision of 0.99; top 10: " +
	"the right company among the first ten candidates; false on none: matched of the postings whose answer is none; calibration: expected " +
	"|probability − truth|; review: left to people."

// percent writes a share as a person says it.
func percent(share float64) string { return strconv.FormatFloat(100*share, 'f', -1, 64) + " %" }
