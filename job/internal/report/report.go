// Package report writes what happened in a week as one HTML file for people, which needs no network and no other file.
//
// The caller fills a Week and calls Write. What a delivery's artefacts hold by the million comes down to the few figures of a Week here:
// Reasons counts rejects by column and code, a Scoreboard postings by outcome and probability, a Sampler keeps a few examples, and Answers
// and Strata say how often people found the best candidate right. A match of mention m with 0.97, noted by Scoreboard.Add, and three
// postings of m, counted by Count, are 3 in Scores()["matched"][19]. A scoreboard holds 8 bytes a mention, and nothing else here grows with
// the feed; the page is 1.1 MB, most of it the chart library.
//
// In reading order: week.go, what is shown; report.go, the page, with page.html, page.css and page.js; headline.go and scores.go, flow.go, precision.go, trend.go,
// guards.go, stages.go, waterfall.go, a section each; format.go, how figures are written. A Week is filled by reasons.go, scoreboard.go,
// sampler.go and answers.go.
package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"
	"sync"
)

// What the file is made of. ECharts is the published build, unchanged; its licences lie beside it.
var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string
	//go:embed echarts/echarts.min.js
	echartsJS string
)

// pageTemplate and policy are made when the first page is, so that no other command starts later for it.
var pageTemplate = sync.OnceValue(func() *template.Template { return template.Must(template.New("page").Parse(pageHTML)) })

// policy keeps the page from the network, and runs no script but ours, whatever a partner's data may hold. Styles on elements are those that
// the chart library sets.
var policy = sync.OnceValue(func() string {
	return strings.Join([]string{
		"default-src 'none'", "script-src " + hash(echartsJS) + " " + hash(pageJS), "style-src " + hash(pageCSS), "style-src-attr 'unsafe-inline'",
		"img-src data:", "base-uri 'none'", "form-action 'none'",
	}, "; ")
})

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Write writes the report of a week as one HTML file. Equal weeks give equal bytes. The error is the writer's.
func Write(w io.Writer, r Week) error {
	var b bytes.Buffer // whole, so that what is wrong with the template leaves no half of a file
	if err := pageTemplate().Execute(&b, newPage(r)); err != nil {
		return err
	}
	_, err := b.WriteTo(w)
	return err
}

// page is what the template shows: the texts, tables and charts that are made of a week.
type page struct {
	Policy          string
	Style           template.CSS
	Library, Script template.JS

	Week       Week
	Dates      string
	Made       string
	Lead       []string // the week in words
	Key        []key
	Deliveries table
	Held       []Delivery
	Told       []Delivery // those that a person is to look at, the held ones first
	Look       table      // the guards' figures that are near their limits or beyond
	Calm       table      // and the others, where those are many
	NearLimit  string
	Flow       *figure
	Rejects    table
	Scores     *figure
	ByPartner  table // the scores
	Precision  *figure
	Trends     []figure
	Missing    table
	Samples    []samples
	Stages     *figure
}

// key is one of the few figures that stand out.
type key struct{ Name, Value, Note string }

// figure is a chart with what it says in words and in numbers, for whom does not see it.
type figure struct {
	ID      string `json:"id"`
	Kind    string `json:"kind"` // which function of page.js draws it
	Title   string `json:"title"`
	Summary string `json:"summary"`
	Data    any    `json:"data"`
	Table   table  `json:"-"`
}

// table is what a screen reader can walk through. The first cell of a row names it.
type table struct {
	Caption string
	Head    []string
	Rows    [][]cell
}

// Columns are the heads, each of the kind of the cells below it.
func (t table) Columns() (heads []cell) {
	for i, name := range t.Head {
		heads = append(heads, cell{Text: name, Kind: t.Rows[0][i].Kind})
	}
	return heads
}

// cell is a text of ours, a number, or data of a partner's, which is Japanese.
type cell struct {
	Text  string
	Kind  string        // class of the cell: "number", "data" or ""
	Meter template.HTML // a picture of the number, made of numbers only
}

func text(s string) cell    { return cell{Text: s} }
func data(s string) cell    { return cell{Text: s, Kind: "data"} }
func figures(s string) cell { return cell{Text: s, Kind: "number"} }

// counts are cells of numbers.
func counts(ns ...int64) (cells []cell) {
	for _, n := range ns {
		cells = append(cells, figures(count(n)))
	}
	return cells
}

func newPage(r Week) page {
	look, calm := guardsTables(r.Deliveries)
	return page{
		Policy: policy(), Style: template.CSS(pageCSS), Library: template.JS(echartsJS), Script: template.JS(pageJS),
		Week: r, Dates: dates(r.Week), Made: moment(r.Made),
		Lead: lead(r), Key: keys(r), Deliveries: deliveriesTable(r.Deliveries), Held: held(r.Deliveries), Told: told(r.Deliveries),
		Look: look, Calm: calm, NearLimit: nearLimit(r.Deliveries),
		Flow: flow(r.Deliveries), Rejects: rejectsTable(r.Deliveries),
		Scores: scores(r), ByPartner: scoresByPartner(r.Deliveries), Precision: precision(r.Bands), Trends: trends(r.Trend),
		Missing: missingTable(r.Missing), Samples: samplesOf(r.Deliveries), Stages: stages(r.Deliveries),
	}
}

// Charts are the figures that page.js draws.
func (p page) Charts() []figure {
	list := []figure{}
	for _, f := range []*figure{p.Flow, p.Scores, p.Precision} {
		if f != nil {
			list = append(list, *f)
		}
	}
	list = append(list, p.Trends...)
	if p.Stages != nil {
		list = append(list, *p.Stages)
	}
	return list
}

// nothing is said in the place of what is not there.
type nothing struct {
	Why  string
	More bool // what could not be found out stands below
}

// Nothing is what the template says where a part is empty.
func (p page) Nothing(why string) nothing { return nothing{why, len(p.Week.Unknown) > 0} }
